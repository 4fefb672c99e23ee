// SPDX-License-Identifier: GPL-2.0
/*
 * Limits as people write them: what is understood reads the same once it was
 * written, what is not is refused with words.
 *
 * Input: parameter8 value.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/param.h"
#include "../fuzz.h"

static void numbers(const char *text)
{
	unsigned long long want;
	uint64_t v = 0;
	char *end;

	if (!str_to_u64(text, &v))
		return;
	want = strtoull(text, &end, 10);
	MUST(*text >= '0' && *text <= '9' && !*end);
	MUST(v == want);
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
	unsigned int id = in_u8(&in) % (CTBC_NR_PARAMS + 1);
	char *text = in_rest(&in), *written;
	struct param_limits a, b;

	numbers(text);
	err_drop();
	if (param_parse(id, text, &a)) {
		MUST(*err_text());
		free(text);
		return 0;
	}
	MUST(param_get(id));
	MUST(a.barrier <= a.limit && a.limit <= CTBC_UNLIMITED);
	written = param_format(&a);
	MUST(!param_parse(id, written, &b));
	MUST(a.barrier == b.barrier && a.limit == b.limit);
	/* A name is one of its own, and no prefix of one. */
	MUST(param_find(param_get(id)->name) == (int)id);
	MUST(param_find(text) < 0);
	free(written);
	free(text);
	return 0;
}
