// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of a container: what an option takes stands in the configuration
 * and comes out of it again.
 *
 * Input: (option8 value NUL)* up to 8 of them.
 * wraps: fsync
 */
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/settings.h"
#include "../../../user/util.h"
#include "../fuzz.h"

#define MANY	8
#define SAVED	"/tmp/fuzz-settings"

int __wrap_fsync(int fd)
{
	(void)fd;
	return 0;
}

static size_t nr_options(void)
{
	static size_t n;
	const char *name;
	bool value;

	while (!n || settings_option(n, true, &name, &value))
		n++;
	return n;
}

static void must_come_back(const struct settings *s)
{
	struct config c = { 0 }, again;
	struct settings t = { 0 };
	unsigned int i;

	settings_store(s, &c);
	MUST(!config_save(&c, SAVED));
	MUST(!config_load(&again, SAVED));
	MUST(!settings_load(&t, &again));
	for (i = 0; i < CTBC_NR_PARAMS; i++) {
		MUST(s->has_param[i] == t.has_param[i]);
		MUST(!s->has_param[i] ||
		     !memcmp(&s->param[i], &t.param[i], sizeof(t.param[i])));
	}
	/* Each text is in a line of its own, and no value makes two. */
	MUST(c.nr == again.nr);
	for (i = 0; i < c.nr; i++)
		MUST(!strcmp(config_get(&again, c.line[i].key),
			     c.line[i].value));
	config_free(&c);
	config_free(&again);
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
	struct settings s = { 0 };
	char *value[MANY] = { 0 };
	const char *name;
	bool valued;
	int i;

	for (i = 0; i < MANY && in.size; i++) {
		size_t option = in_u8(&in) % nr_options();

		value[i] = in_string(&in);
		if (!settings_option(option, true, &name, &valued) || !name)
			continue;
		err_drop();
		if (settings_take(&s, option, value[i])) {
			MUST(*err_text());
			/* The verb ends here; the value is not kept. */
			if (s.userpasswd == value[i])
				s.userpasswd = NULL;
		}
	}
	must_come_back(&s);
	settings_empty(&s);
	for (i = 0; i < MANY; i++)
		free(value[i]);
	return 0;
}
