// SPDX-License-Identifier: GPL-2.0
/*
 * A program to run in a container: the last steps before exec.
 */
#define _GNU_SOURCE
#include "command.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "ns.h"
#include "sig.h"

/* What a process inherits and a login would set anew. */
static int reset_process(const struct command *c)
{
	if (setgroups(0, NULL))
		return err_sys("cannot drop groups");
	umask(022);
	sig_default();
	if (c->input >= 0 && dup2(c->input, STDIN_FILENO) < 0)
		return err_sys("cannot set the standard input");
	if (chdir(c->dir ? c->dir : "/") && chdir("/"))
		return err_sys("cannot enter /");
	return 0;
}

/**
 * command_exec() - become a program
 * @c: the program
 * @keep: a descriptor that stays open until then
 *
 * Return: an exit status with the error recorded; EXIT_NO_INIT where none of
 * the paths exists. Does not return if it works.
 */
int command_exec(const struct command *c, int keep)
{
	autofree char **argv = NULL;
	const char * const *path;
	size_t n = 0;
	int rc;

	rc = reset_process(c);
	if (!rc)
		rc = ns_close_all_but(keep);
	if (rc)
		return rc;
	prctl(PR_SET_PDEATHSIG, 0);
	while (c->args[n])
		n++;
	argv = xcalloc(n + 2, sizeof(*argv));
	memcpy(argv + 1, c->args, n * sizeof(*argv));
	for (path = c->program; *path; path++) {
		argv[0] = (char *)*path;
		execve(*path, argv, c->env);
		if (errno != ENOENT)
			break;
	}
	if (*path) {
		rc = err_sys("cannot run %s", *path);
		return rc == EXIT_SYSTEM ? EXIT_NO_INIT : rc;
	}
	return err_set(EXIT_NO_INIT, "there is no %s in the container",
		       c->program[0]);
}
