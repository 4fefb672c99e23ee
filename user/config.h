/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Configuration files: lines NAME="value".
 */
#ifndef CTCTL_CONFIG_H
#define CTCTL_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct config_line - a line of a file
 * @text: the line as it stands in the file, without its end
 * @key: the name before the "="; NULL for a comment or anything else
 * @value: what the name stands for; NULL without a key
 */
struct config_line {
	char *text;
	char *key;
	char *value;
};

/**
 * struct config - a file
 * @line: its lines
 * @nr: number of lines
 */
struct config {
	struct config_line *line;
	size_t nr;
};

int config_load(struct config *c, const char *path);
int config_save(const struct config *c, const char *path);
void config_free(struct config *c);
const char *config_get(const struct config *c, const char *key);
void config_set(struct config *c, const char *key, const char *value);
bool config_bool(const char *value);
char *config_expand(const char *value, uint32_t id);

#endif
