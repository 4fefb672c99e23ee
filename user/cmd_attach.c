// SPDX-License-Identifier: GPL-2.0
/*
 * attach: make any cgroup a container of the module's.
 *
 * Without a cgroup: make a container that ctctl started known again, after
 * the module was loaded anew.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cgroup.h"
#include "ct.h"
#include "err.h"
#include "genl.h"
#include "launch.h"
#include "options.h"
#include "verbs.h"

/* A path on the host, or one from the root of the hierarchy. */
static int open_cgroup(const char *path, int *fd)
{
	autofree char *full = NULL;
	const char *mnt;
	struct statfs fs;
	size_t len;
	int rc;

	rc = cgroup_mount_point(&mnt);
	if (rc)
		return rc;
	len = strlen(mnt);
	if (str_has_prefix(path, mnt) && (!path[len] || path[len] == '/'))
		full = xstrdup(path);
	else
		full = xasprintf("%s/%s", mnt, path + (*path == '/'));
	rc = cgroup_open(full, fd);
	if (rc)
		return err_hint(EXIT_VALUE,
				"cgroups are the directories below %s", mnt);
	if (fstatfs(*fd, &fs) || fs.f_type != CGROUP2_SUPER_MAGIC)
		return err_set(EXIT_VALUE, "%s is not a cgroup of version 2",
			       full);
	return 0;
}

static int attach_foreign(const struct ct *ct, const char *path)
{
	autoclose int fd = -1;
	int rc;

	if (ct->has_conf)
		return err_hint(err_set(EXIT_EXISTS,
					"the id belongs to a container that ctctl made"),
				"choose another id");
	rc = genl_present();
	if (!rc)
		rc = open_cgroup(path, &fd);
	if (!rc)
		rc = genl_attach(ct->id, fd);
	return rc;
}

static int attach_own(const struct ct *ct)
{
	struct ct_state st;
	int rc = ct_state(ct, &st);

	if (!rc && st.foreign)
		rc = err_set(EXIT_RUNNING, "it is attached already");
	else if (!rc && !st.populated)
		rc = err_hint(err_set(EXIT_NOT_RUNNING,
				      "the container is not running"),
			      "--cgroup PATH attaches another cgroup");
	else if (!rc && !st.attached)
		rc = launch_reattach(ct);
	ct_state_free(&st);
	return rc;
}

/**
 * cmd_attach() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_attach(int argc, char **argv)
{
	const char *path = NULL;
	const struct option_desc own[] = {
		{ "cgroup", 'c', &path, NULL },
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
	rc = ct_open(&ct, argv[first], CT_LOCK);
	if (!rc)
		rc = path ? attach_foreign(&ct, path) : attach_own(&ct);
	if (!rc)
		err_say("Container %u is attached", ct.id);
	ct_close(&ct);
	return rc;
}
