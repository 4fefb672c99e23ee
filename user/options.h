/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options of a verb.
 */
#ifndef CTCTL_OPTIONS_H
#define CTCTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct output_options;
struct settings;

/**
 * struct option_desc - an option
 * @name: long name, without dashes; NULL for none
 * @letter: short name, 0 for none
 * @value: where its value goes; NULL for an option without one
 * @flag: set to true by an option without a value
 */
struct option_desc {
	const char *name;
	char letter;
	const char **value;
	bool *flag;
};

/**
 * struct option_set - the options that a verb takes
 * @own: its own; NULL for none
 * @nr: number of them
 * @listing: where those of a listing go; NULL where it takes none
 * @settings: where the settings of a container go; NULL where it takes none
 * @create: also the settings that only a new container can have
 */
struct option_set {
	const struct option_desc *own;
	size_t nr;
	struct output_options *listing;
	struct settings *settings;
	bool create;
};

int options_parse(int argc, char **argv, const struct option_set *set,
		  int *first);
int options_none(int argc, char **argv, int *first);
int options_count(int have, int min, int max, const char *verb);

#endif
