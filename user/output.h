/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listings: one engine for all verbs, as a table or as JSON.
 */
#ifndef CTCTL_OUTPUT_H
#define CTCTL_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/**
 * enum output_type - what a cell holds
 * @OUTPUT_NONE: nothing: "-" in a table, null in JSON
 * @OUTPUT_NUMBER: a number
 * @OUTPUT_STRING: text
 * @OUTPUT_BOOL: yes or no
 */
enum output_type {
	OUTPUT_NONE,
	OUTPUT_NUMBER,
	OUTPUT_STRING,
	OUTPUT_BOOL,
};

/**
 * struct output_cell - a value on its way to the table
 * @type: which of the members counts
 * @number: for OUTPUT_NUMBER and OUTPUT_BOOL
 * @string: for OUTPUT_STRING; must live as long as the row
 * @json: what JSON shows instead of the value; NULL for the same value
 */
struct output_cell {
	enum output_type type;
	uint64_t number;
	const char *string;
	struct json_object *json;
};

/**
 * struct output_field - a column
 * @name: what -o and -s and JSON call it
 * @header: what stands above it
 * @json_skip: not a member of its own in the JSON of all fields
 * @arg: for @get
 * @get: takes the value out of a row
 */
struct output_field {
	const char *name;
	const char *header;
	bool json_skip;
	int arg;
	void (*get)(const void *row, const struct output_field *f,
		    bool json, struct output_cell *cell);
};

/**
 * struct output_options - how a listing is wanted
 * @no_header: leave the headers out
 * @json: JSON instead of a table
 * @fields: names of fields with commas between; NULL for the default
 * @sort: field to sort by, "-" before it to reverse; NULL to keep the order
 */
struct output_options {
	bool no_header;
	bool json;
	const char *fields;
	const char *sort;
};

/**
 * struct output_list - a listing
 * @field: the columns there are
 * @nr_fields: number of them
 * @fallback: fields of the table where the user names none
 * @row: pointers to the rows; sorted in place
 * @nr_rows: number of them
 */
struct output_list {
	const struct output_field *field;
	size_t nr_fields;
	const char *fallback;
	const void **row;
	size_t nr_rows;
};

int output_check(const struct output_list *list,
		 const struct output_options *opt);
int output_list(const struct output_list *list,
		const struct output_options *opt);
struct json_object *output_text(const char *s);
int output_json(struct json_object *object, bool one_line);
int output_end(void);

#endif
