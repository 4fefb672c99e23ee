// SPDX-License-Identifier: GPL-2.0
/*
 * The command line up to the verb, whatever name the program is called by.
 *
 * Input: (word NUL)* up to 8 of them, the first being the program's name.
 * wraps: verb_find cmd_list close_range sig_catch
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../../user/err.h"
#include "../../../user/verbs.h"
#include "../fuzz.h"

#define MANY	8

static int called;

/* In the place of every verb that would do something. */
static int stub(int argc, char **argv)
{
	int i;

	called++;
	MUST(argc > 0 && argc <= MANY);
	for (i = 0; i < argc; i++)
		MUST(argv[i]);
	MUST(!argv[argc]);
	return EXIT_OK;
}

const struct verb *__wrap_verb_find(const char *name)
{
	static const struct verb other = { "stub", stub, "", "", 0 };
	const struct verb *v = verb_find(name);

	if (!v)
		return NULL;
	return v->fn == cmd_help || v->fn == cmd_version ? v : &other;
}

int __wrap_cmd_list(int argc, char **argv)
{
	MUST(!strcmp(argv[0], "list"));
	return stub(argc, argv);
}

int __wrap_close_range(unsigned int first, unsigned int last, int flags)
{
	(void)first;
	(void)last;
	(void)flags;
	return 0;
}

void __wrap_sig_catch(void)
{
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
	char *word[MANY + 1] = { 0 }, *argv[MANY + 1], *out, *err;
	int n = 0, i, rc;

	while (n < MANY && in.size)
		word[n++] = in_string(&in);
	memcpy(argv, word, sizeof(argv));
	called = 0;
	err_drop();
	catch_begin();
	rc = ctctl_main(n, argv);
	err_program("ctctl");
	catch_end(&out, &err);
	must_be_printable(out);
	must_be_printable(err);
	/* Nothing fails in silence, and nothing is done beside that. */
	MUST(!rc || *err || !n);
	MUST(!called || !rc);
	MUST(called <= 1);
	free(out);
	free(err);
	for (i = 0; i < n; i++)
		free(word[i]);
	return 0;
}
