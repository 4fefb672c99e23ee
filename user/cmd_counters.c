// SPDX-License-Identifier: GPL-2.0
/*
 * counters: a row for every parameter of every container, with the columns
 * of /proc/user_beancounters.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "ctid.h"
#include "err.h"
#include "genl.h"
#include "options.h"
#include "output.h"
#include "verbs.h"

/**
 * struct counter - a row
 * @id: the container
 * @param: the parameter's name
 * @value: its values
 */
struct counter {
	uint32_t id;
	const char *param;
	const struct genl_param *value;
};

enum {
	FIELD_UID, FIELD_RESOURCE, FIELD_HELD, FIELD_MAXHELD, FIELD_BARRIER,
	FIELD_LIMIT, FIELD_FAILCNT,
};

static void get(const void *p, const struct output_field *f, bool json,
		struct output_cell *c)
{
	const struct counter *row = p;
	const uint64_t values[] = {
		[FIELD_UID] = row->id,
		[FIELD_HELD] = row->value->held,
		[FIELD_MAXHELD] = row->value->maxheld,
		[FIELD_BARRIER] = row->value->limits.barrier,
		[FIELD_LIMIT] = row->value->limits.limit,
		[FIELD_FAILCNT] = row->value->failcnt,
	};

	(void)json;
	c->type = f->arg == FIELD_RESOURCE ? OUTPUT_STRING : OUTPUT_NUMBER;
	c->string = row->param;
	c->number = values[f->arg];
}

static const struct output_field fields[] = {
	{ "uid", "UID", false, FIELD_UID, get },
	{ "resource", "RESOURCE", false, FIELD_RESOURCE, get },
	{ "held", "HELD", false, FIELD_HELD, get },
	{ "maxheld", "MAXHELD", false, FIELD_MAXHELD, get },
	{ "barrier", "BARRIER", false, FIELD_BARRIER, get },
	{ "limit", "LIMIT", false, FIELD_LIMIT, get },
	{ "failcnt", "FAILCNT", false, FIELD_FAILCNT, get },
};

static struct counter *make_rows(const struct genl_container *ct, size_t nr,
				 size_t *count)
{
	struct counter *row = xcalloc(nr * CTBC_NR_PARAMS, sizeof(*row));
	unsigned int p;
	size_t i, n = 0;

	for (i = 0; i < nr; i++)
		for (p = 0; p < CTBC_NR_PARAMS; p++)
			if (param_get(p) && ct[i].param[p].present)
				row[n++] = (struct counter){
					.id = ct[i].id,
					.param = param_get(p)->name,
					.value = &ct[i].param[p],
				};
	*count = n;
	return row;
}

static int load(const char *name, struct genl_container **ct, size_t *nr)
{
	bool found = false;
	uint32_t id;
	int rc;

	if (!name)
		return genl_dump(ct, nr);
	rc = ctid_parse(name, &id);
	if (rc)
		return rc;
	err_container(id);
	*ct = xcalloc(1, sizeof(**ct));
	*nr = 1;
	rc = genl_get(id, *ct, &found);
	if (!rc && !found)
		rc = err_set(EXIT_NOT_RUNNING,
			     "the module does not know this container");
	if (rc)
		free(*ct);
	return rc;
}

/**
 * cmd_counters() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_counters(int argc, char **argv)
{
	struct output_list l = {
		.field = fields, .nr_fields = ARRAY_SIZE(fields),
		.fallback = "uid,resource,held,maxheld,barrier,limit,failcnt",
	};
	struct output_options opt = { 0 };
	const struct option_set set = { .listing = &opt };
	autofree const void **order = NULL;
	autofree struct counter *row = NULL;
	autofree struct genl_container *ct = NULL;
	size_t nr, i;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 0, 1, argv[0]);
	if (!rc)
		rc = output_check(&l, &opt);
	if (!rc)
		rc = load(first < argc ? argv[first] : NULL, &ct, &nr);
	if (rc)
		return rc;
	row = make_rows(ct, nr, &l.nr_rows);
	order = xcalloc(l.nr_rows, sizeof(*order));
	for (i = 0; i < l.nr_rows; i++)
		order[i] = &row[i];
	l.row = order;
	rc = output_list(&l, &opt);
	for (i = 0; i < nr; i++)
		genl_container_free(&ct[i]);
	return rc;
}
