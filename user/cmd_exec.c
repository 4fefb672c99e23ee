// SPDX-License-Identifier: GPL-2.0
/*
 * exec, exec2: run a command in a container, by a shell in it.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "ct.h"
#include "err.h"
#include "join.h"
#include "options.h"
#include "verbs.h"

static char *join_words(int argc, char **argv)
{
	char *out = xstrdup(argv[0]);
	int i;

	for (i = 1; i < argc; i++) {
		char *next = xasprintf("%s %s", out, argv[i]);

		free(out);
		out = next;
	}
	return out;
}

static int run(const struct ct *ct, int argc, char **argv, bool own_status)
{
	autofree char *script = NULL;
	int status = 0, rc;

	if (argc != 1 || strcmp(argv[0], "-"))
		script = join_words(argc, argv);
	rc = join_shell(ct, script, false, &status);
	if (rc || !status)
		return rc;
	/* The command has said why; the tool has nothing to add. */
	err_drop();
	return own_status ? status : EXIT_COMMAND;
}

/**
 * cmd_exec() - both verbs
 * @argc: number of words
 * @argv: the words; all after the container are the command's
 *
 * Return: exit status, with the error recorded.
 */
int cmd_exec(int argc, char **argv)
{
	bool own_status = !strcmp(argv[0], "exec2");
	struct ct ct;
	int first = 2, rc;

	if (argc > 2 && !strcmp(argv[2], "--"))
		first++;
	rc = options_count(argc - 1, 1, argc, argv[0]);
	if (!rc && argc <= first)
		rc = err_hint(err_set(EXIT_OPTION, "%s: which command?",
				      argv[0]),
			      "\"-\" reads commands from the standard input");
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[1], CT_CONFIG);
	if (!rc)
		rc = run(&ct, argc - first, argv + first, own_status);
	ct_close(&ct);
	return rc;
}
