// SPDX-License-Identifier: GPL-2.0
/*
 * enter: a login shell in a container, on a terminal of the container's.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "ct.h"
#include "err.h"
#include "join.h"
#include "options.h"
#include "verbs.h"

static int enter(const struct ct *ct, const char *command)
{
	autofree char *script = NULL;
	bool tell = isatty(STDIN_FILENO) && !err_quiet();
	int status = 0, rc;

	if (command)
		script = xasprintf("%s\nexec \"$0\" -l", command);
	if (tell)
		err_say("entered container %u", ct->id);
	rc = join_shell(ct, script, true, &status);
	if (tell)
		err_say("left container %u", ct->id);
	return rc ? rc : status;
}

/**
 * cmd_enter() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_enter(int argc, char **argv)
{
	const char *command = NULL;
	const struct option_desc own[] = {
		{ "exec", 'e', &command, NULL },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
	};
	struct ct ct;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_CONFIG);
	if (!rc)
		rc = enter(&ct, command);
	ct_close(&ct);
	return rc;
}
