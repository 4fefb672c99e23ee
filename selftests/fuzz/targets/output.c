// SPDX-License-Identifier: GPL-2.0
/*
 * Listings, as a table and as JSON: a table's lines can be taken apart again
 * and JSON has every value as it was, whatever the texts hold.
 *
 * Input: flags8 fields NUL sort NUL rows, each (type8 number64 | type8 text
 * NUL) three times.
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/output.h"
#include "../fuzz.h"

#define ROWS	6
#define COLUMNS	3

struct cell {
	enum output_type type;
	uint64_t number;
	char *string;
};

static void get(const void *row, const struct output_field *f, bool json,
		struct output_cell *c)
{
	const struct cell *cell = (const struct cell *)row + f->arg;

	(void)json;
	c->type = cell->type;
	c->number = cell->number;
	c->string = cell->string;
}

static const struct output_field fields[COLUMNS] = {
	{ "a", "A", false, 0, get },
	{ "b", "B", false, 1, get },
	{ "c", "C", true, 2, get },
};

static size_t read_rows(struct input *in, struct cell *cell)
{
	size_t n = 0, i;

	while (n < ROWS && in->size) {
		for (i = 0; i < COLUMNS; i++) {
			struct cell *c = &cell[n * COLUMNS + i];

			c->type = in_u8(in) & 3;
			if (c->type == OUTPUT_STRING)
				c->string = in_string(in);
			else
				c->number = in_u64(in);
		}
		n++;
	}
	return n;
}

static void must_hold(const struct cell *c, struct json_object *v)
{
	switch (c->type) {
	case OUTPUT_NUMBER:
		MUST(json_object_is_type(v, json_type_int));
		MUST(json_object_get_uint64(v) == c->number);
		break;
	case OUTPUT_BOOL:
		MUST(json_object_is_type(v, json_type_boolean));
		MUST(json_object_get_boolean(v) == (c->number != 0));
		break;
	case OUTPUT_STRING:
		MUST(json_object_is_type(v, json_type_string));
		/* What is no UTF-8 cannot come through; all else does. */
		if (is_utf8(c->string))
			MUST(!strcmp(json_object_get_string(v), c->string));
		break;
	default:
		MUST(!v);
	}
}

static void check_json(const struct output_list *l, const char *text,
		       bool chosen)
{
	struct json_object *all = must_be_json(text), *v;
	size_t r, i;

	MUST(json_object_is_type(all, json_type_array));
	MUST(json_object_array_length(all) == l->nr_rows);
	for (r = 0; r < l->nr_rows; r++) {
		const struct cell *cell = l->row[r];
		struct json_object *row = json_object_array_get_idx(all, r);

		for (i = 0; i < COLUMNS; i++) {
			bool there = json_object_object_get_ex(row,
							       fields[i].name, &v);

			if (!chosen)
				MUST(there == !fields[i].json_skip);
			if (there)
				must_hold(&cell[i], v);
		}
	}
	json_object_put(all);
}

static void check_table(const struct output_list *l, const char *text,
			bool header)
{
	const char *c;
	size_t lines = 0;

	must_be_printable(text);
	for (c = text; *c; c++)
		lines += *c == '\n';
	MUST(lines == l->nr_rows + header);
}

static void check_order(const struct output_list *l, int column, int sign)
{
	size_t r;

	for (r = 1; r < l->nr_rows; r++) {
		const struct cell *a = (const struct cell *)l->row[r - 1] + column;
		const struct cell *b = (const struct cell *)l->row[r] + column;

		if (a->type == OUTPUT_NUMBER && b->type == OUTPUT_NUMBER)
			MUST(sign > 0 ? a->number <= b->number :
					a->number >= b->number);
	}
}

static void list(struct output_list *l, const struct output_options *opt)
{
	char *out, *err;
	int rc;

	catch_begin();
	err_drop();
	rc = output_list(l, opt);
	catch_end(&out, &err);
	if (rc)
		MUST(!*out && *err_text());
	else if (opt->json)
		check_json(l, out, opt->fields);
	else
		check_table(l, out, !opt->no_header);
	if (!rc && opt->sort)
		check_order(l, opt->sort[*opt->sort == '-'] - 'a',
			    *opt->sort == '-' ? -1 : 1);
	MUST(!*err);
	free(out);
	free(err);
}

/**
 * LLVMFuzzerTestOneInput() - one input
 * @data: the input
 * @size: bytes of it
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cell cell[ROWS * COLUMNS] = { 0 };
	struct input in = { .data = data, .size = size };
	const void *row[ROWS];
	struct output_list l = {
		.field = fields, .nr_fields = COLUMNS, .fallback = "a,b,c",
		.row = row,
	};
	uint8_t flags = in_u8(&in);
	char *names = in_string(&in), *sort = in_string(&in);
	const struct output_options opt = {
		.no_header = flags & 1, .json = flags & 2,
		.fields = flags & 4 ? names : NULL,
		.sort = flags & 8 ? sort : NULL,
	};
	size_t i;

	l.nr_rows = read_rows(&in, cell);
	for (i = 0; i < l.nr_rows; i++)
		row[i] = &cell[i * COLUMNS];
	list(&l, &opt);
	for (i = 0; i < ROWS * COLUMNS; i++)
		free(cell[i].string);
	free(names);
	free(sort);
	return 0;
}
