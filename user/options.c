// SPDX-License-Identifier: GPL-2.0
/*
 * Options of a verb: its own, and for some the settings of a container.
 */
#define _GNU_SOURCE
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctid.h"
#include "err.h"
#include "output.h"
#include "settings.h"

#define LONG_BASE	256
#define SETTING_BASE	1024
#define LETTERS_MAX	128

/* "-5" is rather a container that cannot be than an option. */
static int bad_number(char *const *argv)
{
	uint32_t id;

	for (argv++; *argv; argv++)
		if (**argv == '-' && (*argv)[1] &&
		    !(*argv)[1 + strspn(*argv + 1, "0123456789")])
			return ctid_parse(*argv, &id);
	return 0;
}

static int bad_option(char *const *argv, int opt)
{
	const char *word = argv[optind - 1];
	char letter[] = { '-', (char)optopt, '\0' };

	if (optopt >= '0' && optopt <= '9' && bad_number(argv))
		return EXIT_VALUE;
	/* A letter in a cluster is not a word of its own; bytes have a sign. */
	if (optopt && optopt < LONG_BASE)
		word = letter;
	if (opt == ':')
		err_set(EXIT_OPTION, "option %s lacks its value", word);
	else
		err_set(EXIT_OPTION, "unknown option %s", word);
	return err_hint(EXIT_OPTION, "ctctl help %s shows the options",
			argv[0]);
}

static void add_long(struct option **l, size_t *n, const char *name, int arg,
		     int val)
{
	*l = xgrow(*l, *n, sizeof(**l));
	(*l)[(*n)++] = (struct option){
		.name = name, .has_arg = arg, .val = val,
	};
}

/**
 * struct table - all options of a verb, as getopt_long(3) wants them
 * @desc: the verb's own and those of a listing
 * @nr: number of them
 * @option: the long ones
 * @letters: the short ones
 */
struct table {
	struct option_desc *desc;
	size_t nr;
	struct option *option;
	char letters[LETTERS_MAX];
};

static void gather(struct table *t, const struct option_set *set)
{
	struct output_options *o = set->listing;
	size_t i;

	for (i = 0; i < set->nr; i++) {
		t->desc = xgrow(t->desc, t->nr, sizeof(*t->desc));
		t->desc[t->nr++] = set->own[i];
	}
	if (o) {
		const struct option_desc listing[] = {
			{ "no-header", 'H', NULL, &o->no_header },
			{ "output", 'o', &o->fields, NULL },
			{ "sort", 's', &o->sort, NULL },
			{ "json", 'j', NULL, &o->json },
		};

		for (i = 0; i < ARRAY_SIZE(listing); i++) {
			t->desc = xgrow(t->desc, t->nr, sizeof(*t->desc));
			t->desc[t->nr++] = listing[i];
		}
	}
}

static void make_table(struct table *t, const struct option_set *set)
{
	char *letter = t->letters;
	const char *name;
	size_t n = 0, i;
	bool value;

	gather(t, set);
	*letter++ = ':';
	for (i = 0; i < t->nr; i++) {
		const struct option_desc *d = &t->desc[i];

		if (d->name)
			add_long(&t->option, &n, d->name,
				 d->value ? required_argument : no_argument,
				 LONG_BASE + (int)i);
		if (d->letter)
			*letter++ = d->letter;
		if (d->letter && d->value)
			*letter++ = ':';
	}
	*letter = '\0';
	for (i = 0; set->settings &&
	     settings_option(i, set->create, &name, &value); i++)
		if (name)
			add_long(&t->option, &n, name,
				 value ? required_argument : no_argument,
				 SETTING_BASE + (int)i);
	add_long(&t->option, &n, NULL, 0, 0);
}

static void take_own(const struct option_desc *d)
{
	if (d->value)
		*d->value = optarg;
	else
		*d->flag = true;
}

static int take(int opt, const struct table *t, struct settings *s)
{
	size_t i;

	if (opt >= SETTING_BASE)
		return settings_take(s, opt - SETTING_BASE, optarg);
	if (opt >= LONG_BASE)
		take_own(&t->desc[opt - LONG_BASE]);
	for (i = 0; i < t->nr; i++)
		if (t->desc[i].letter == opt)
			take_own(&t->desc[i]);
	return 0;
}

/**
 * options_parse() - read a verb's options
 * @argc: number of words, the verb included
 * @argv: the words; those that are no options go to the end
 * @set: the options that the verb takes
 * @first: index of the first word that is no option
 *
 * Return: 0 or an exit status with the error recorded.
 */
int options_parse(int argc, char **argv, const struct option_set *set,
		  int *first)
{
	struct table t = { 0 };
	int opt, rc = 0;

	make_table(&t, set);
	opterr = 0;
	optind = 0;
	while (!rc) {
		opt = getopt_long(argc, argv, t.letters, t.option, NULL);
		if (opt < 0)
			break;
		rc = opt == '?' || opt == ':' ? bad_option(argv, opt) :
						take(opt, &t, set->settings);
	}
	*first = optind;
	free(t.desc);
	free(t.option);
	return rc;
}

/**
 * options_none() - make sure that there are none
 * @argc: number of words, the verb included
 * @argv: the words
 * @first: index of the first word after the verb
 *
 * Return: 0 or an exit status with the error recorded.
 */
int options_none(int argc, char **argv, int *first)
{
	const struct option_set none = { 0 };

	return options_parse(argc, argv, &none, first);
}

/**
 * options_count() - is the number of words right?
 * @have: words that are no options
 * @min: how many there must be
 * @max: how many there may be
 * @verb: for the message
 *
 * Return: 0 or an exit status with the error recorded.
 */
int options_count(int have, int min, int max, const char *verb)
{
	if (have < min)
		err_set(EXIT_OPTION, "%s: %s", verb,
			have ? "an argument is missing" :
			       "which container?");
	else if (have > max)
		err_set(EXIT_OPTION, "%s: too many arguments", verb);
	else
		return 0;
	return err_hint(EXIT_OPTION, "ctctl help %s shows the usage", verb);
}
