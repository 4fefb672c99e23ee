// SPDX-License-Identifier: GPL-2.0
/*
 * Listings: one engine for all verbs.
 *
 * A verb describes its columns and hands over its rows; which columns are
 * shown, in which order, and whether as a table or as JSON, is decided here.
 * Texts may come from containers and end on a terminal.
 * A table is for people and scripts that split at blanks: a cell never has
 * blanks at its ends nor a control character. JSON numbers are bare.
 */
#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "err.h"

static const struct output_field *find(const struct output_list *l,
				       const char *name)
{
	size_t i;

	for (i = 0; i < l->nr_fields; i++)
		if (!strcmp(l->field[i].name, name))
			return &l->field[i];
	return NULL;
}

static int no_field(const char *name)
{
	return err_hint(err_set(EXIT_VALUE, "unknown field \"%s\"", name),
			"-L lists the fields");
}

/* The fields that a list of names stands for; they end with a NULL. */
static int choose(const struct output_list *l, const char *names,
		  const struct output_field ***out)
{
	autofree char *copy = xstrdup(names);
	const struct output_field **f = NULL;
	char *name, *rest = copy;
	size_t n = 0;

	while ((name = strsep(&rest, ","))) {
		f = xgrow(f, n, sizeof(*f));
		f[n] = find(l, name);
		if (!f[n++]) {
			free(f);
			return no_field(name);
		}
	}
	f = xgrow(f, n, sizeof(*f));
	f[n] = NULL;
	*out = f;
	return 0;
}

/**
 * output_check() - are the fields known that the user named?
 * @l: the listing; its rows are not looked at
 * @opt: how it is wanted
 *
 * Return: 0 or an exit status with the error recorded.
 */
int output_check(const struct output_list *l, const struct output_options *opt)
{
	autofree const struct output_field **f = NULL;
	const char *sort = opt->sort;

	if (sort && !find(l, sort + (*sort == '-')))
		return no_field(sort + (*sort == '-'));
	return opt->fields ? choose(l, opt->fields, &f) : 0;
}

/**
 * struct sorting - what a comparison needs to know
 * @field: the column
 * @sign: 1 upwards, -1 downwards
 */
struct sorting {
	const struct output_field *field;
	int sign;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	struct output_cell ca = { 0 }, cb = { 0 };
	int diff;

	s->field->get(*(const void **)a, s->field, false, &ca);
	s->field->get(*(const void **)b, s->field, false, &cb);
	if (ca.type != cb.type)
		diff = ca.type < cb.type ? -1 : 1;
	else if (ca.type == OUTPUT_STRING)
		diff = strcmp(ca.string, cb.string);
	else
		diff = (ca.number > cb.number) - (ca.number < cb.number);
	return diff * s->sign;
}

static char *cell_text(const struct output_cell *c)
{
	switch (c->type) {
	case OUTPUT_NUMBER:
		return xasprintf("%llu", (unsigned long long)c->number);
	case OUTPUT_BOOL:
		return xstrdup(c->number ? "yes" : "no");
	case OUTPUT_STRING:
		return str_printable(*c->string ? c->string : "-");
	default:
		return xstrdup("-");
	}
}

static struct json_object *cell_json(const struct output_cell *c)
{
	if (c->json)
		return c->json;
	switch (c->type) {
	case OUTPUT_NUMBER:
		return json_object_new_uint64(c->number);
	case OUTPUT_BOOL:
		return json_object_new_boolean(c->number != 0);
	case OUTPUT_STRING:
		return output_text(c->string);
	default:
		return NULL;
	}
}

static int print_json(const struct output_list *l,
		      const struct output_field **f)
{
	struct json_object *array = json_object_new_array();
	size_t r, i;
	int rc;

	for (r = 0; r < l->nr_rows; r++) {
		struct json_object *o = json_object_new_object();

		for (i = 0; f ? !!f[i] : i < l->nr_fields; i++) {
			const struct output_field *field =
				f ? f[i] : &l->field[i];
			struct output_cell cell = { 0 };

			if (!f && field->json_skip)
				continue;
			field->get(l->row[r], field, true, &cell);
			json_object_object_add(o, field->name,
					       cell_json(&cell));
		}
		json_object_array_add(array, o);
	}
	rc = output_json(array, false);
	json_object_put(array);
	return rc;
}

/* Numbers are set to the right, so that they can be compared at a glance. */
static void print_row(char *const *text, const bool *number,
		      const size_t *width, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int w = (int)width[i];

		if (i)
			putchar(' ');
		if (number[i])
			printf("%*s", w, text[i]);
		else if (i + 1 < n)
			printf("%-*s", w, text[i]);
		else
			fputs(text[i], stdout);
	}
	putchar('\n');
}

static void print_table(const struct output_list *l,
			const struct output_field **f, bool header)
{
	size_t n = 0, r, i, rows = l->nr_rows + 1;
	autofree size_t *width = NULL;
	autofree bool *number = NULL;
	autofree char **text = NULL;

	while (f[n])
		n++;
	text = xcalloc(rows * n, sizeof(*text));
	width = xcalloc(n, sizeof(*width));
	number = xcalloc(n, sizeof(*number));
	for (r = 0; r < rows; r++) {
		for (i = 0; i < n; i++) {
			struct output_cell cell = { 0 };
			size_t len;

			if (r)
				f[i]->get(l->row[r - 1], f[i], false, &cell);
			text[r * n + i] = r ? cell_text(&cell) :
					      xstrdup(f[i]->header);
			number[i] |= cell.type == OUTPUT_NUMBER;
			len = r || header ? strlen(text[r * n + i]) : 0;
			if (len > width[i])
				width[i] = len;
		}
	}
	for (r = !header; r < rows; r++)
		print_row(text + r * n, number, width, n);
	for (i = 0; i < rows * n; i++)
		free(text[i]);
}

/**
 * output_list() - print a listing on stdout
 * @l: the listing
 * @opt: how it is wanted
 *
 * Return: 0 or an exit status with the error recorded.
 */
int output_list(const struct output_list *l, const struct output_options *opt)
{
	autofree const struct output_field **f = NULL;
	struct sorting s = { .sign = 1 };
	int rc;

	rc = output_check(l, opt);
	if (rc)
		return rc;
	if (opt->sort) {
		s.sign = *opt->sort == '-' ? -1 : 1;
		s.field = find(l, opt->sort + (*opt->sort == '-'));
		qsort_r(l->row, l->nr_rows, sizeof(*l->row), compare, &s);
	}
	if (opt->fields || !opt->json) {
		rc = choose(l, opt->fields ? opt->fields : l->fallback, &f);
		if (rc)
			return rc;
	}
	if (opt->json)
		return print_json(l, f);
	print_table(l, f, !opt->no_header);
	return 0;
}

/**
 * output_text() - a text as a JSON value
 * @s: the text, whatever bytes it has
 *
 * Return: the value, to be put.
 */
struct json_object *output_text(const char *s)
{
	autofree char *text = str_utf8(s);

	return json_object_new_string(text);
}

/* json-c escapes what JSON wants escaped; a terminal obeys more than that. */
static void print_escaped(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;

	for (; *c; c++) {
		if (*c == 0x7f)
			fputs("\\u007f", stdout);
		else if (*c == 0xc2 && c[1] < 0xa0)
			printf("\\u%04x", *++c);
		else
			putchar(*c);
	}
	putchar('\n');
}

/**
 * output_json() - print a JSON value on stdout
 * @object: the value; stays the caller's
 * @one_line: on one line, rather than indented
 *
 * Return: 0 or an exit status with the error recorded.
 */
int output_json(struct json_object *object, bool one_line)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
		    (one_line ? JSON_C_TO_STRING_PLAIN :
				JSON_C_TO_STRING_PRETTY |
				JSON_C_TO_STRING_SPACED);

	print_escaped(json_object_to_json_string_ext(object, flags));
	if (fflush(stdout))
		return output_end();
	return 0;
}

/**
 * output_end() - did all that was printed get out?
 *
 * Return: 0 or an exit status with the error recorded.
 */
int output_end(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	clearerr(stdout);
	return err_sys("cannot write to the standard output");
}
