// SPDX-License-Identifier: GPL-2.0
/*
 * features: what is enforced, counted or absent on this kernel, and why.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "err.h"
#include "genl.h"
#include "options.h"
#include "output.h"
#include "verbs.h"

enum { FIELD_NAME, FIELD_STATE, FIELD_MECHANISM, FIELD_REASON };

static const char * const states[] = {
	[CTBC_FEATURE_ABSENT] = "absent",
	[CTBC_FEATURE_ACCOUNTED] = "accounted",
	[CTBC_FEATURE_CHOKE_POINT] = "choke-point",
	[CTBC_FEATURE_ENFORCED] = "enforced",
};

static void get(const void *p, const struct output_field *f, bool json,
		struct output_cell *c)
{
	const struct genl_feature *row = p;

	(void)json;
	c->type = OUTPUT_STRING;
	switch (f->arg) {
	case FIELD_NAME:
		c->string = row->name;
		break;
	case FIELD_STATE:
		c->string = row->state < ARRAY_SIZE(states) ?
			states[row->state] : "unknown";
		break;
	case FIELD_MECHANISM:
		c->string = row->mechanism;
		break;
	default:
		c->string = row->reason;
	}
}

static const struct output_field fields[] = {
	{ "name", "NAME", false, FIELD_NAME, get },
	{ "state", "STATE", false, FIELD_STATE, get },
	{ "mechanism", "MECHANISM", false, FIELD_MECHANISM, get },
	{ "reason", "REASON", false, FIELD_REASON, get },
};

/**
 * cmd_features() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_features(int argc, char **argv)
{
	struct output_list l = {
		.field = fields, .nr_fields = ARRAY_SIZE(fields),
		.fallback = "name,state,mechanism,reason",
	};
	struct output_options opt = { 0 };
	const struct option_set set = { .listing = &opt };
	autofree const void **order = NULL;
	struct genl_feature *feature;
	int first, rc;
	size_t i;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 0, 0, argv[0]);
	if (!rc)
		rc = output_check(&l, &opt);
	if (!rc)
		rc = genl_features(&feature, &l.nr_rows);
	if (rc)
		return rc;
	order = xcalloc(l.nr_rows, sizeof(*order));
	for (i = 0; i < l.nr_rows; i++)
		order[i] = &feature[i];
	l.row = order;
	rc = output_list(&l, &opt);
	genl_features_free(feature, l.nr_rows);
	return rc;
}
