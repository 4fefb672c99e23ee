/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameters as the tool sees them: the table of <linux/ctbc.h>, and the
 * way in which people write values.
 */
#ifndef CTCTL_PARAM_H
#define CTCTL_PARAM_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/ctbc.h>

/**
 * struct param - a parameter's description
 * @name: its name, also the option's; NULL for an id that is not in use
 * @key: the key in a configuration file
 * @help: what it counts
 * @unit: &enum ctbc_unit
 * @severity: &enum ctbc_severity
 */
struct param {
	const char *name;
	const char *key;
	const char *help;
	enum ctbc_unit unit;
	enum ctbc_severity severity;
};

/**
 * struct param_limits - what is set for a parameter
 * @barrier: the barrier
 * @limit: the limit
 */
struct param_limits {
	uint64_t barrier;
	uint64_t limit;
};

const struct param *param_get(unsigned int id);
int param_find(const char *name);
const char *param_unit_name(enum ctbc_unit unit);
int param_parse(unsigned int id, const char *text, struct param_limits *out);
char *param_format(const struct param_limits *limits);

#endif
