// SPDX-License-Identifier: GPL-2.0
/*
 * list: the containers, as vzlist shows them.
 */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctid.h"
#include "err.h"
#include "options.h"
#include "output.h"
#include "rows.h"
#include "verbs.h"

/**
 * struct wanted - which containers and how
 * @output: how
 * @all: whatever their status
 * @stopped: those that do not run
 * @names: show names instead of hostnames
 * @ids_only: ids and nothing else
 * @list_fields: the fields rather than containers
 * @no_trim: vzlist's; nothing is ever trimmed
 * @host_glob: hostnames that match
 * @name_glob: names that match
 * @text_glob: descriptions that match
 * @id: these containers, whatever their status; 0 at the end
 */
struct wanted {
	struct output_options output;
	bool all;
	bool stopped;
	bool names;
	bool ids_only;
	bool list_fields;
	bool no_trim;
	const char *host_glob;
	const char *name_glob;
	const char *text_glob;
	uint32_t *id;
};

static bool glob_matches(const struct row *r, const char *key,
			 const char *glob)
{
	const char *value = config_get(&r->conf, key);

	return !glob || (value && !fnmatch(glob, value, 0));
}

static bool is_wanted(const struct row *r, const struct wanted *w)
{
	bool running = !strcmp(r->status, "running");
	size_t i;

	if (!glob_matches(r, "HOSTNAME", w->host_glob) ||
	    !glob_matches(r, "NAME", w->name_glob) ||
	    !glob_matches(r, "DESCRIPTION", w->text_glob))
		return false;
	for (i = 0; w->id && w->id[i]; i++)
		if (w->id[i] == r->id)
			return true;
	if (w->id)
		return false;
	return w->all || running == !w->stopped;
}

static int print_fields(void)
{
	const struct output_field *f;
	size_t n, i;

	f = rows_fields(&n);
	for (i = 0; i < n; i++)
		printf("%-20s %s\n", f[i].name, f[i].header);
	return 0;
}

/* Containers that were named must exist. */
static int check_ids(const struct wanted *w, const struct rows *rows)
{
	size_t i, r;

	for (i = 0; w->id && w->id[i]; i++) {
		for (r = 0; r < rows->nr; r++)
			if (rows->row[r].id == w->id[i])
				break;
		if (r == rows->nr) {
			err_container(w->id[i]);
			return err_set(EXIT_NO_CONFIG, "no such container");
		}
	}
	return 0;
}

static int list(struct wanted *w)
{
	autofree char *fallback =
		xasprintf("ctid,%s,status,%s",
			  param_get(CTBC_PARAM_NUMPROC)->name,
			  w->names ? "name" : "hostname");
	autofree const void **order = NULL;
	struct output_list l = { .fallback = fallback };
	struct rows rows;
	size_t i;
	int rc;

	l.field = rows_fields(&l.nr_fields);
	rc = output_check(&l, &w->output);
	if (rc)
		return rc;
	rc = rows_load(&rows);
	if (!rc)
		rc = check_ids(w, &rows);
	order = xcalloc(rows.nr, sizeof(*order));
	for (i = 0; !rc && i < rows.nr; i++)
		if (is_wanted(&rows.row[i], w))
			order[l.nr_rows++] = &rows.row[i];
	l.row = order;
	if (!rc)
		rc = output_list(&l, &w->output);
	rows_free(&rows);
	return rc;
}

/**
 * cmd_list() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_list(int argc, char **argv)
{
	struct wanted w = { 0 };
	const struct option_desc own[] = {
		{ "all", 'a', NULL, &w.all },
		{ "stopped", 'S', NULL, &w.stopped },
		{ "name", 'n', NULL, &w.names },
		{ NULL, '1', NULL, &w.ids_only },
		{ "list", 'L', NULL, &w.list_fields },
		{ "no-trim", 't', NULL, &w.no_trim },
		{ "hostname", 'h', &w.host_glob, NULL },
		{ "name-filter", 'N', &w.name_glob, NULL },
		{ "description", 'd', &w.text_glob, NULL },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
		.listing = &w.output,
	};
	autofree uint32_t *id = NULL;
	int first, rc, i;

	rc = options_parse(argc, argv, &set, &first);
	if (rc)
		return rc;
	if (w.list_fields)
		return print_fields();
	if (w.ids_only) {
		w.output.no_header = true;
		w.output.fields = "ctid";
	}
	id = xcalloc(argc - first + 1, sizeof(*id));
	for (i = first; i < argc; i++) {
		rc = ctid_parse(argv[i], &id[i - first]);
		if (rc)
			return rc;
	}
	w.id = first < argc ? id : NULL;
	return list(&w);
}
