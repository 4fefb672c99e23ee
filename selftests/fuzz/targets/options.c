// SPDX-License-Identifier: GPL-2.0
/*
 * A verb's words: no word is lost, an option without its value is none, and a
 * refusal has words that can be printed.
 *
 * Input: which8 (word NUL)* up to 12 of them.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/options.h"
#include "../../../user/output.h"
#include "../../../user/settings.h"
#include "../../../user/verbs.h"
#include "../fuzz.h"

#define MANY	12

/* The words are those that came, in whatever order. */
static void must_be_words(char *const *sorted, char *const *word, int n)
{
	int i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < n && sorted[i] != word[j]; j++)
			;
		MUST(j < n);
	}
}

static bool is_one_of(const char *value, char *const *word, int n)
{
	int i;

	for (i = 0; value && i < n; i++)
		if (value >= word[i] && value <= word[i] + strlen(word[i]))
			return true;
	return !value;
}

static void parse(uint8_t which, char **word, int n)
{
	const char *glob = NULL;
	bool all = false;
	const struct option_desc own[] = {
		{ "all", 'a', NULL, &all },
		{ "name-filter", 'N', &glob, NULL },
		{ NULL, '1', NULL, &all },
	};
	struct output_options listing = { 0 };
	struct settings settings = { 0 };
	const struct option_set set = {
		.own = own, .nr = which & 1 ? sizeof(own) / sizeof(*own) : 0,
		.listing = which & 2 ? &listing : NULL,
		.settings = which & 4 ? &settings : NULL,
		.create = which & 8,
	};
	char *sorted[MANY + 2] = { 0 };
	int first = -1, rc;

	memcpy(sorted, word, n * sizeof(*word));
	rc = options_parse(n, sorted, &set, &first);
	must_be_words(sorted, word, n);
	MUST(is_one_of(glob, word, n));
	MUST(is_one_of(listing.fields, word, n));
	MUST(is_one_of(listing.sort, word, n));
	MUST(is_one_of(settings.userpasswd, word, n));
	if (rc) {
		MUST(*err_text());
		err_print(rc);
		return;
	}
	MUST(first >= 1 && first <= n);
	rc = options_count(n - first, which >> 4 & 1, which >> 5, sorted[0]);
	MUST(!rc || *err_text());
	err_print(rc);
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
	struct input in = { .data = data, .size = size };
	uint8_t which = in_u8(&in);
	char *word[MANY + 1] = { 0 };
	char *out, *err;
	int n = 1, i;

	word[0] = strdup("verb");
	while (n < MANY && in.size)
		word[n++] = in_string(&in);
	catch_begin();
	err_drop();
	parse(which, word, n);
	catch_end(&out, &err);
	MUST(!*out);
	must_be_printable(err);
	verb_find(word[n - 1]);
	free(out);
	free(err);
	for (i = 0; i < n; i++)
		free(word[i]);
	return 0;
}
