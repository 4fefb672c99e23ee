// SPDX-License-Identifier: GPL-2.0
/*
 * ubc: the beancounters as people read them: human units, how near the barrier
 * and the limit are, and what was refused since the last look.
 *
 * What failcnt was at the last look is kept in a file of the caller's own.
 */
#define _GNU_SOURCE
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctid.h"
#include "err.h"
#include "genl.h"
#include "options.h"
#include "output.h"
#include "paths.h"
#include "verbs.h"

/* With -q, rows below this share of the barrier are of no interest. */
#define QUIET_PERCENT	80

/**
 * struct ubc - a row
 * @id: the container
 * @param: the parameter
 * @value: its values
 * @seen: failcnt at the last look
 * @text: the values as text, by &enum; NULL until asked for
 */
struct ubc {
	uint32_t id;
	const struct param *param;
	const struct genl_param *value;
	uint64_t seen;
	char *text[4];
};

enum {
	FIELD_CTID, FIELD_RESOURCE, FIELD_HELD, FIELD_MAXHELD, FIELD_BARRIER,
	FIELD_LIMIT, FIELD_BARRIER_PERCENT, FIELD_LIMIT_PERCENT, FIELD_FAILCNT,
	FIELD_NEW,
};

static uint64_t percent(uint64_t part, uint64_t whole)
{
	return whole ? (uint64_t)(100.0 * part / whole + 0.5) : 100 * !!part;
}

static char *human(const struct param *p, uint64_t v)
{
	static const char units[] = "BKMGTPE";
	double size = v;
	unsigned int i;

	if (v == CTBC_UNLIMITED)
		return xstrdup("-");
	if (p->unit == CTBC_UNIT_ITEMS)
		return xasprintf("%llu", (unsigned long long)v);
	if (p->unit == CTBC_UNIT_PAGES)
		size *= sysconf(_SC_PAGESIZE);
	for (i = 0; size >= 1024 && units[i + 1]; i++)
		size /= 1024;
	return xasprintf(i && size < 10 ? "%.1f%c" : "%.0f%c", size, units[i]);
}

static uint64_t raw(const struct ubc *row, int field)
{
	const struct genl_param *v = row->value;

	switch (field) {
	case FIELD_CTID:
		return row->id;
	case FIELD_HELD:
		return v->held;
	case FIELD_MAXHELD:
		return v->maxheld;
	case FIELD_BARRIER:
		return v->limits.barrier;
	case FIELD_LIMIT:
		return v->limits.limit;
	case FIELD_BARRIER_PERCENT:
		return percent(v->held, v->limits.barrier);
	case FIELD_LIMIT_PERCENT:
		return percent(v->held, v->limits.limit);
	case FIELD_FAILCNT:
		return v->failcnt;
	default:
		return v->failcnt - row->seen;
	}
}

static void get(const void *p, const struct output_field *f, bool json,
		struct output_cell *c)
{
	struct ubc *row = (struct ubc *)p;
	uint64_t bound = f->arg == FIELD_LIMIT_PERCENT ?
			 row->value->limits.limit : row->value->limits.barrier;

	if (f->arg == FIELD_RESOURCE) {
		c->type = OUTPUT_STRING;
		c->string = row->param->name;
		return;
	}
	c->number = raw(row, f->arg);
	if ((f->arg == FIELD_BARRIER_PERCENT || f->arg == FIELD_LIMIT_PERCENT) &&
	    bound == CTBC_UNLIMITED)
		return;
	c->type = OUTPUT_NUMBER;
	if (json || f->arg < FIELD_HELD || f->arg > FIELD_LIMIT)
		return;
	if (!row->text[f->arg - FIELD_HELD])
		row->text[f->arg - FIELD_HELD] = human(row->param, c->number);
	c->type = OUTPUT_STRING;
	c->string = row->text[f->arg - FIELD_HELD];
}

static const struct output_field fields[] = {
	{ "ctid", "CTID", false, FIELD_CTID, get },
	{ "resource", "RESOURCE", false, FIELD_RESOURCE, get },
	{ "held", "HELD", false, FIELD_HELD, get },
	{ "maxheld", "MAXHELD", false, FIELD_MAXHELD, get },
	{ "barrier", "BARRIER", false, FIELD_BARRIER, get },
	{ "b%", "B%", false, FIELD_BARRIER_PERCENT, get },
	{ "limit", "LIMIT", false, FIELD_LIMIT, get },
	{ "l%", "L%", false, FIELD_LIMIT_PERCENT, get },
	{ "failcnt", "FAILCNT", false, FIELD_FAILCNT, get },
	{ "new", "NEW", false, FIELD_NEW, get },
};

/* Root's is gone with the next boot, as the counters are. */
static char *seen_path(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	if (!geteuid() || !dir)
		return xstrdup(PATH_RUN_DIR "/ubc.json");
	return xasprintf("%s/ctctl-ubc.json", dir);
}

static char *seen_key(const struct ubc *row)
{
	return xasprintf("%u.%s", row->id, row->param->name);
}

/* A container that came anew under the same number counts from 0 again. */
static uint64_t seen_get(struct json_object *seen, const struct ubc *row)
{
	autofree char *key = seen_key(row);
	struct json_object *member;
	uint64_t v = 0;

	if (seen && json_object_object_get_ex(seen, key, &member))
		v = json_object_get_uint64(member);
	return v <= row->value->failcnt ? v : 0;
}

static void seen_save(struct json_object *seen, const struct ubc *row, size_t nr)
{
	autofree char *path = seen_path();
	autofree char *tmp = xasprintf("%s.%d", path, (int)getpid());
	size_t i;

	for (i = 0; i < nr; i++) {
		autofree char *key = seen_key(&row[i]);

		json_object_object_add(seen, key,
				       json_object_new_uint64(row[i].value->failcnt));
	}
	if (!geteuid())
		dir_make(PATH_RUN_DIR, 0755);
	if (json_object_to_file(tmp, seen) || rename(tmp, path)) {
		err_note("cannot write %s: the next look compares with an older one",
			 path);
		unlink(tmp);
	}
}

static bool of_interest(const struct ubc *row, bool quiet, bool all)
{
	const struct genl_param *v = row->value;

	if (quiet)
		return raw(row, FIELD_NEW) ||
		       (v->limits.barrier != CTBC_UNLIMITED &&
			raw(row, FIELD_BARRIER_PERCENT) >= QUIET_PERCENT && v->held);
	return all || v->maxheld || v->failcnt || v->limits.limit != CTBC_UNLIMITED;
}

static struct ubc *make_rows(const struct genl_container *ct, size_t nr,
			     struct json_object *seen, size_t *count)
{
	struct ubc *row = xcalloc(nr * CTBC_NR_PARAMS + 1, sizeof(*row));
	unsigned int p;
	size_t i, n = 0;

	for (i = 0; i < nr; i++)
		for (p = 0; p < CTBC_NR_PARAMS; p++) {
			if (!param_get(p) || !ct[i].param[p].present)
				continue;
			row[n].id = ct[i].id;
			row[n].param = param_get(p);
			row[n].value = &ct[i].param[p];
			row[n].seen = seen_get(seen, &row[n]);
			n++;
		}
	*count = n;
	return row;
}

/* Of all containers, those that are named; each name has to be one of them. */
static int pick(char **names, int nr_names, struct genl_container *ct, size_t *nr)
{
	size_t i, n = 0;
	int k, rc;

	for (k = 0; k < nr_names; k++) {
		uint32_t id;

		rc = ctid_parse(names[k], &id);
		if (rc)
			return rc;
		for (i = 0; i < *nr && ct[i].id != id; i++)
			;
		/* Named before. */
		if (i < n)
			continue;
		if (i == *nr) {
			err_container(id);
			return err_set(EXIT_NOT_RUNNING,
				       "the module does not know this container");
		}
		struct genl_container swap = ct[n];

		ct[n++] = ct[i];
		ct[i] = swap;
	}
	for (i = n; nr_names && i < *nr; i++)
		genl_container_free(&ct[i]);
	if (nr_names)
		*nr = n;
	return 0;
}

static int show(struct output_list *l, const struct output_options *opt,
		struct ubc *row, size_t nr, bool quiet, bool all)
{
	autofree const void **order = xcalloc(nr + 1, sizeof(*order));
	size_t i, k;
	int rc;

	for (i = 0; i < nr; i++)
		if (of_interest(&row[i], quiet, all))
			order[l->nr_rows++] = &row[i];
	l->row = order;
	rc = output_list(l, opt);
	for (i = 0; i < nr; i++)
		for (k = 0; k < ARRAY_SIZE(row[i].text); k++)
			free(row[i].text[k]);
	return rc;
}

/**
 * cmd_ubc() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_ubc(int argc, char **argv)
{
	struct output_list l = {
		.field = fields, .nr_fields = ARRAY_SIZE(fields),
		.fallback = "ctid,resource,held,maxheld,barrier,b%,limit,l%,failcnt,new",
	};
	bool quiet = false, all = false;
	const struct option_desc own[] = {
		{ "quiet", 'q', NULL, &quiet },
		{ "all", 'a', NULL, &all },
	};
	struct output_options opt = { 0 };
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own), .listing = &opt,
	};
	autofree struct genl_container *ct = NULL;
	autofree struct ubc *row = NULL;
	autofree char *path = NULL;
	struct json_object *seen;
	size_t nr, nr_rows, i;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = output_check(&l, &opt);
	if (!rc)
		rc = genl_dump(&ct, &nr);
	if (!rc)
		rc = pick(argv + first, argc - first, ct, &nr);
	if (rc)
		return rc;
	path = seen_path();
	seen = access(path, R_OK) ? NULL : json_object_from_file(path);
	if (!json_object_is_type(seen, json_type_object)) {
		json_object_put(seen);
		seen = json_object_new_object();
	}
	row = make_rows(ct, nr, seen, &nr_rows);
	rc = show(&l, &opt, row, nr_rows, quiet, all);
	if (!rc)
		seen_save(seen, row, nr_rows);
	json_object_put(seen);
	for (i = 0; i < nr; i++)
		genl_container_free(&ct[i]);
	return rc;
}
