// SPDX-License-Identifier: GPL-2.0
/*
 * template: list or build what containers are made from.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>

#include "err.h"
#include "options.h"
#include "output.h"
#include "template.h"
#include "verbs.h"

/**
 * struct row - a template in the listing
 * @name: its name
 * @path: the file
 * @size: of the file, in bytes
 */
struct row {
	char *name;
	char *path;
	uint64_t size;
};

enum { FIELD_NAME, FIELD_SIZE, FIELD_FILE };

static void get(const void *p, const struct output_field *f, bool json,
		struct output_cell *c)
{
	const struct row *row = p;

	(void)json;
	c->type = f->arg == FIELD_SIZE ? OUTPUT_NUMBER : OUTPUT_STRING;
	c->number = row->size;
	c->string = f->arg == FIELD_NAME ? row->name : row->path;
}

static const struct output_field fields[] = {
	{ .name = "name", .header = "NAME", .arg = FIELD_NAME, .get = get },
	{ .name = "size", .header = "SIZE", .arg = FIELD_SIZE, .get = get },
	{ .name = "file", .header = "FILE", .arg = FIELD_FILE, .get = get },
};

static int list(const struct output_options *opt)
{
	struct output_list l = {
		.field = fields, .nr_fields = ARRAY_SIZE(fields),
		.fallback = "name,size",
	};
	autofree const void **order = NULL;
	autofree struct row *rows = NULL;
	autofree char **names = NULL;
	struct stat st;
	size_t nr, i;
	int rc;

	rc = output_check(&l, opt);
	if (!rc)
		rc = template_list(&names, &nr);
	if (rc)
		return rc;
	rows = xcalloc(nr, sizeof(*rows));
	order = xcalloc(nr, sizeof(*order));
	for (i = 0; i < nr; i++) {
		order[i] = &rows[i];
		rows[i].name = names[i];
		if (template_find(names[i], &rows[i].path))
			rows[i].path = xstrdup("-");
		if (!stat(rows[i].path, &st))
			rows[i].size = st.st_size;
	}
	l.row = order;
	l.nr_rows = nr;
	rc = output_list(&l, opt);
	for (i = 0; i < nr; i++) {
		free(rows[i].name);
		free(rows[i].path);
	}
	return rc;
}

/**
 * cmd_template() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_template(int argc, char **argv)
{
	struct output_options opt = { .sort = "name" };
	const char *mirror = NULL;
	const struct option_desc own[] = {
		{ "mirror", 'm', &mirror, NULL },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
		.listing = &opt,
	};
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (rc)
		return rc;
	argc -= first;
	argv += first;
	if (argc == 1 && !strcmp(argv[0], "list"))
		return list(&opt);
	if (argc != 2 || strcmp(argv[0], "build"))
		return err_hint(err_set(EXIT_OPTION,
					"template: list, or build which one?"),
				"ctctl help template shows the usage");
	rc = template_build(argv[1], mirror);
	if (!rc)
		err_say("Template %s is built", argv[1]);
	return rc;
}
