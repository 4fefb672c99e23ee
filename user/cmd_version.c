// SPDX-License-Identifier: GPL-2.0
/*
 * version: of the tool, and of the module where that is loaded.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "options.h"
#include "util.h"
#include "verbs.h"

#ifndef CTCTL_VERSION
#define CTCTL_VERSION	"unknown"
#endif

/**
 * cmd_version() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_version(int argc, char **argv)
{
	autofree char *module = file_read("/proc/ctbc/version");
	int first, rc;

	rc = options_none(argc, argv, &first);
	if (!rc)
		rc = options_count(argc - first, 0, 0, argv[0]);
	if (rc)
		return rc;
	printf("ctctl %s\n", CTCTL_VERSION);
	if (module)
		printf("module ctbc %.*s\n", (int)strcspn(module, "\n"),
		       module);
	return 0;
}
