// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration files: whatever a file holds, reading it, changing a name and
 * saving it keeps the rest as it is.
 *
 * Input: key NUL value NUL action NUL file.
 * wraps: fsync
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../user/config.h"
#include "../../../user/util.h"
#include "../fuzz.h"

#define SAVED	"/tmp/fuzz-config"

/* The disk is none of the parser's business. */
int __wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

/* Names as the tool has them, so that the file keeps its syntax. */
static bool is_name(const char *key)
{
	return *key && strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") ==
		       strlen(key);
}

/* All names and values but one are as before, and so are other lines. */
static void must_be_same_but(const struct config *a, const struct config *b,
			     const char *key)
{
	size_t i;

	MUST(b->nr >= a->nr);
	for (i = 0; i < a->nr; i++) {
		const struct config_line *la = &a->line[i], *lb = &b->line[i];

		if (la->key && !strcmp(la->key, key))
			continue;
		MUST(!strcmp(la->text, lb->text));
		MUST(!la->key == !lb->key);
		MUST(!la->key || (!strcmp(la->key, lb->key) &&
				  !strcmp(la->value, lb->value)));
	}
}

static void change(struct config *c, const char *key, const char *value,
		   const char *path)
{
	struct config before, after;
	const char *got;

	MUST(!config_load(&before, path));
	config_set(c, key, value);
	got = config_get(c, key);
	MUST(value ? got && !strcmp(got, value) : !got);
	MUST(!config_save(c, SAVED));
	MUST(!config_load(&after, SAVED));
	got = config_get(&after, key);
	MUST(value ? got && !strcmp(got, value) : !got);
	must_be_same_but(&before, &after, key);
	config_free(&before);
	config_free(&after);
}

static void expand(const char *value, uint32_t id)
{
	char *path = config_expand(value, id);

	MUST(!strstr(path, "$VEID") && !strstr(path, "${VEID}"));
	free(path);
}

/* Nothing of a file is lost unseen, whatever is in it. */
static void must_keep(const uint8_t *data, size_t size, const char *path)
{
	struct config c;
	char *saved;

	if (config_load(&c, path)) {
		MUST(errno);
		config_free(&c);
		return;
	}
	MUST(!config_save(&c, SAVED));
	saved = file_read(SAVED);
	MUST(saved);
	MUST(strlen(saved) >= size);
	MUST(!memcmp(saved, data, size));
	free(saved);
	config_free(&c);
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
	char *key = in_string(&in), *value = in_string(&in);
	char *action = in_string(&in);
	const char *path = memory_file(in.data, in.size);
	struct config c;

	must_keep(in.data, in.size, path);
	if (!config_load(&c, path)) {
		config_bool(config_get(&c, key));
		if (config_get(&c, key))
			expand(config_get(&c, key), size);
		if (is_name(key) && !strpbrk(value, "\r\n"))
			change(&c, key, *action == '-' ? NULL : value, path);
	}
	config_free(&c);
	expand(value, strlen(key));
	free(key);
	free(value);
	free(action);
	return 0;
}
