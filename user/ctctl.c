// SPDX-License-Identifier: GPL-2.0
/*
 * ctctl: containers on a stock kernel with module ctbc.
 *
 * Called as vzctl it is the same; called as vzlist it is "ctctl list".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "lock.h"
#include "ns.h"
#include "output.h"
#include "paths.h"
#include "sig.h"
#include "util.h"
#include "verbs.h"

/* What the caller left open is none of ours; 0 to 2 must be something. */
static void tidy_descriptors(void)
{
	int fd;

	close_range(STDERR_FILENO + 1, ~0U, 0);
	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* Most of what is not allowed is so for one and the same reason. */
static void explain(int rc)
{
	if (rc == EXIT_PERMISSION && geteuid())
		err_hint(rc, "this needs root on the host");
}

static int usage(void)
{
	return err_hint(err_set(EXIT_OPTION, "which verb?"),
			"ctctl help lists them");
}

/* Options before the verb; @verb is the index of the first word after them. */
static int global_options(int argc, char **argv, int *verb)
{
	int i;

	for (i = 1; i < argc && *argv[i] == '-'; i++) {
		if (!strcmp(argv[i], "--verbose") || !strcmp(argv[i], "-v"))
			err_verbosity(1);
		else if (!strcmp(argv[i], "--quiet") || !strcmp(argv[i], "-q"))
			err_verbosity(-1);
		else if (!strcmp(argv[i], "--nowait"))
			lock_nowait();
		else if (!strcmp(argv[i], "--version"))
			argv[i] = "version";
		else if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			argv[i] = "help";
		else
			return err_hint(err_set(EXIT_OPTION,
						"unknown option %s", argv[i]),
					"ctctl help lists the verbs");
		if (*argv[i] != '-')
			break;
	}
	*verb = i;
	return 0;
}

static int run(int argc, char **argv, const char *called)
{
	const struct verb *v;
	int skip = 0, rc;

	if (!strcmp(called, "vzlist")) {
		argv[0] = "list";
		return cmd_list(argc, argv);
	}
	rc = global_options(argc, argv, &skip);
	if (rc)
		return rc;
	if (skip >= argc)
		return usage();
	v = verb_find(argv[skip]);
	if (!v)
		return err_hint(err_set(EXIT_OPTION, "unknown verb \"%s\"",
					argv[skip]),
				"ctctl help lists them");
	if (v->flags & VERB_ENTERS) {
		rc = ns_reexec();
		if (rc)
			return rc;
	}
	return v->fn(argc - skip, argv + skip);
}

int main(int argc, char **argv)
{
	const char *called = argc ? strrchr(argv[0], '/') : NULL;
	int rc, end;

	if (!argc)
		return EXIT_OPTION;
	called = called ? called + 1 : argv[0];
	err_program(called);
	tidy_descriptors();
	umask(022);
	sig_catch();
	ns_arguments(argv);
	rc = run(argc, argv, called);
	explain(rc);
	err_print(rc);
	end = output_end();
	return rc ? rc : err_print(end);
}
