// SPDX-License-Identifier: GPL-2.0
/*
 * mount, umount: show a container's files at its root directory, or not.
 */
#define _GNU_SOURCE
#include "ct.h"
#include "err.h"
#include "options.h"
#include "verbs.h"

static int mount_it(const struct ct *ct, const struct ct_state *st)
{
	if (st->mounted)
		return err_set(EXIT_MOUNTED, "the container is mounted");
	return ct_mount(ct);
}

static int umount_it(const struct ct *ct, const struct ct_state *st)
{
	if (!st->mounted)
		return err_set(EXIT_NOT_MOUNTED, "the container is not mounted");
	if (st->running)
		return err_set(EXIT_RUNNING, "the container is running");
	return ct_umount(ct);
}

/**
 * cmd_mount() - both verbs
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_mount(int argc, char **argv)
{
	bool down = *argv[0] == 'u';
	struct ct_state st = { 0 };
	struct ct ct;
	int first, rc;

	rc = options_none(argc, argv, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_LOCK | CT_CONFIG);
	if (!rc)
		rc = ct_state(&ct, &st);
	if (!rc)
		rc = down ? umount_it(&ct, &st) : mount_it(&ct, &st);
	if (!rc)
		err_say("Container %u is %s", ct.id,
			down ? "unmounted" : "mounted");
	ct_state_free(&st);
	ct_close(&ct);
	return rc;
}
