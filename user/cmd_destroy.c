// SPDX-License-Identifier: GPL-2.0
/*
 * destroy: remove a stopped container and its files.
 *
 * The private area is first renamed, so that a removal that is cut short
 * leaves no damaged container; the next create or destroy finishes it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "ct.h"
#include "ctid.h"
#include "err.h"
#include "options.h"
#include "paths.h"
#include "run.h"
#include "verbs.h"

static int remove_config(const struct ct *ct)
{
	autofree char *path = paths_conf(ct->id);
	const char *name = config_get(&ct->conf, "NAME");

	if (name)
		ctid_name_clear(ct->id, name);
	if (unlink(path) && errno != ENOENT)
		return err_sys("cannot remove %s", path);
	return 0;
}

static int destroy(const struct ct *ct, const struct ct_state *st)
{
	autofree char *tmp = xasprintf("%s.tmp", ct->private_dir);
	bool left = dir_exists(tmp);
	int rc;

	if (st->running || st->foreign)
		return st->foreign ?
			err_hint(err_set(EXIT_RUNNING,
					 "the id belongs to cgroup %s, which was attached",
					 st->foreign),
				 "ctctl detach %u lets go of it", ct->id) :
			err_hint(err_set(EXIT_RUNNING,
					 "the container is running"),
				 "ctctl stop %u stops it", ct->id);
	if (!ct->has_conf && !st->has_private && !left && !st->has_cgroup &&
	    !st->attached)
		return err_set(EXIT_NO_CONFIG, "no such container");
	rc = ct_clean(ct, st);
	if (!rc && left)
		rc = run_remove_tree(tmp);
	if (rc)
		return rc;
	if (st->has_private && rename(ct->private_dir, tmp))
		return err_sys("cannot rename %s", ct->private_dir);
	rc = remove_config(ct);
	return rc ? rc : run_remove_tree(tmp);
}

/**
 * cmd_destroy() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_destroy(int argc, char **argv)
{
	struct ct_state st = { 0 };
	struct ct ct;
	int first, rc;

	rc = options_none(argc, argv, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_LOCK);
	if (!rc)
		rc = ct_state(&ct, &st);
	if (!rc)
		rc = destroy(&ct, &st);
	if (!rc)
		err_say("Container %u is destroyed", ct.id);
	ct_state_free(&st);
	ct_close(&ct);
	return rc;
}
