// SPDX-License-Identifier: GPL-2.0
/*
 * A container as a verb works on it.
 *
 * Nothing about a container's state is remembered: whether it is mounted,
 * runs or is known to the module is asked of the kernel each time. So a tool
 * that was killed half-way leaves no lie behind, only pieces that ct_clean()
 * removes.
 */
#define _GNU_SOURCE
#include "ct.h"

#include <errno.h>
#include <libgen.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "ctid.h"
#include "err.h"
#include "genl.h"
#include "lock.h"
#include "paths.h"

static int load(struct ct *ct)
{
	autofree char *path = paths_conf(ct->id);

	ct->has_conf = !config_load(&ct->conf, path);
	if (!ct->has_conf && errno != ENOENT)
		return err_sys("cannot read %s", path);
	ct->private_dir = paths_private(ct->id,
					config_get(&ct->conf, "VE_PRIVATE"));
	ct->root_dir = paths_root(ct->id, config_get(&ct->conf, "VE_ROOT"));
	return 0;
}

static int no_config(const struct ct *ct)
{
	autofree char *path = paths_conf(ct->id);
	struct genl_container known;
	bool found = false;

	if (!genl_get(ct->id, &known, &found) && found) {
		err_set(EXIT_NO_CONFIG,
			"cgroup %s was attached, and is for others to run",
			known.cgroup ? known.cgroup : "of another kind");
		genl_container_free(&known);
		return EXIT_NO_CONFIG;
	}
	return err_hint(err_set(EXIT_NO_CONFIG,
				"no such container: there is no %s", path),
			"ctctl create %u makes one", ct->id);
}

/**
 * ct_open() - find a container
 * @ct: filled in; to be closed with ct_close() even on failure
 * @name: id or name
 * @need: &enum ct_need
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ct_open(struct ct *ct, const char *name, unsigned int need)
{
	int rc;

	memset(ct, 0, sizeof(*ct));
	ct->lock = -1;
	rc = ctid_parse(name, &ct->id);
	if (rc)
		return rc;
	err_container(ct->id);
	if (need & CT_LOCK)
		rc = lock_take(ct->id, &ct->lock);
	if (!rc)
		rc = load(ct);
	if (!rc)
		rc = cgroup_path(ct->id, &ct->cgroup);
	if (!rc && (need & CT_CONFIG) && !ct->has_conf)
		rc = no_config(ct);
	return rc;
}

/**
 * ct_close() - let go of a container, and unlock it
 * @ct: what ct_open() filled
 */
void ct_close(struct ct *ct)
{
	config_free(&ct->conf);
	free(ct->private_dir);
	free(ct->root_dir);
	free(ct->cgroup);
	lock_drop(&ct->lock);
	memset(ct, 0, sizeof(*ct));
	ct->lock = -1;
}

/**
 * ct_save() - write the configuration file
 * @ct: the container
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ct_save(struct ct *ct)
{
	autofree char *path = paths_conf(ct->id);
	int rc;

	if (dir_make(PATH_CONF_DIR, 0755)) {
		err_sys("cannot make %s", PATH_CONF_DIR);
		return EXIT_SAVE;
	}
	rc = config_save(&ct->conf, path);
	if (!rc)
		ct->has_conf = true;
	return rc;
}

/**
 * ct_is_mounted() - is something mounted on a directory?
 * @root_dir: the directory
 *
 * Return: true if there is.
 */
bool ct_is_mounted(const char *root_dir)
{
	autofree char *real = realpath(root_dir, NULL);
	const struct mntent *m;
	bool found = false;
	FILE *f;

	if (!real)
		return false;
	f = setmntent("/proc/self/mounts", "re");
	if (!f)
		return false;
	while (!found && (m = getmntent(f)))
		found = !strcmp(m->mnt_dir, real);
	endmntent(f);
	return found;
}

/* The module's word about the container; it may well not be loaded. */
static int ask_module(const struct ct *ct, struct ct_state *st)
{
	autofree char *own = xasprintf("/" CGROUP_SLICE "/%u", ct->id);
	struct genl_container known;
	int rc;

	rc = genl_get(ct->id, &known, &st->attached);
	st->has_module = rc != EXIT_MODULE;
	if (rc == EXIT_MODULE) {
		err_drop();
		return 0;
	}
	if (rc || !st->attached)
		return rc;
	if (known.cgroup && strcmp(known.cgroup, own)) {
		st->foreign = known.cgroup;
		st->running = known.running;
	} else {
		genl_container_free(&known);
	}
	return 0;
}

/**
 * ct_state() - gather the facts about a container
 * @ct: the container
 * @st: filled in; to be freed with ct_state_free()
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ct_state(const struct ct *ct, struct ct_state *st)
{
	memset(st, 0, sizeof(*st));
	st->has_private = dir_exists(ct->private_dir);
	st->mounted = ct_is_mounted(ct->root_dir);
	st->has_cgroup = dir_exists(ct->cgroup);
	st->populated = st->has_cgroup && cgroup_populated(ct->cgroup);
	st->running = st->populated;
	return ask_module(ct, st);
}

/**
 * ct_state_free() - free what belongs to a state
 * @st: the state
 */
void ct_state_free(struct ct_state *st)
{
	free(st->foreign);
	st->foreign = NULL;
}

/**
 * ct_parent_make() - make the directory that a container's files lie in
 * @path: the private area or the root directory
 *
 * It is closed to all but root: set-user-id programs of a container must not be
 * within reach of the host's users. The mode of @path itself would not do, since
 * it is the container's own root directory and open to the users inside. One
 * that exists is the administrator's affair; a warning says what it lets in.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ct_parent_make(const char *path)
{
	autofree char *copy = xstrdup(path);
	const char *dir = dirname(copy);
	struct stat st;

	if (dir_make(dir, 0700) || stat(dir, &st))
		return err_sys("cannot make %s", dir);
	if (st.st_mode & 0001)
		err_warn("all users of the host can run set-user-id programs of the container: chmod 700 %s",
			 dir);
	return 0;
}

/**
 * ct_mount() - show the private area at the root directory
 * @ct: a container that is not mounted
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ct_mount(const struct ct *ct)
{
	int rc;

	if (!dir_exists(ct->private_dir))
		return err_set(EXIT_NO_PRIVATE, "there is no private area %s",
			       ct->private_dir);
	rc = ct_parent_make(ct->root_dir);
	if (rc)
		return rc;
	if (dir_make(ct->root_dir, 0700))
		return err_sys("cannot make %s", ct->root_dir);
	if (mount(ct->private_dir, ct->root_dir, NULL, MS_BIND, NULL))
		return err_sys("cannot mount %s at %s", ct->private_dir,
			       ct->root_dir);
	/* Else mounts of the host under the root would come and go with it. */
	if (mount(NULL, ct->root_dir, NULL, MS_PRIVATE, NULL)) {
		err_sys("cannot make %s a private mount", ct->root_dir);
		umount2(ct->root_dir, MNT_DETACH);
		return EXIT_SYSTEM;
	}
	return 0;
}

/**
 * ct_umount() - take the root directory's mount away
 * @ct: the container; one that is not mounted is no error
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ct_umount(const struct ct *ct)
{
	/* More than one, where a killed tool and a later one both mounted. */
	while (ct_is_mounted(ct->root_dir))
		if (umount2(ct->root_dir, UMOUNT_NOFOLLOW)) {
			err_sys("cannot unmount %s", ct->root_dir);
			return err_hint(EXIT_MOUNTED,
					"something on the host uses it: fuser -m %s",
					ct->root_dir);
		}
	rmdir(ct->root_dir);
	return 0;
}

/**
 * ct_clean() - remove what a container that does not run has left
 * @ct: the container
 * @st: its state; not running
 *
 * Each piece is told where details are wanted. A foreign cgroup is none of
 * ctctl's making and left alone.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ct_clean(const struct ct *ct, const struct ct_state *st)
{
	autofree char *run = paths_run(ct->id);
	int rc = 0;

	if (st->attached && !st->foreign) {
		err_note("removing its registration from the module");
		rc = genl_detach(ct->id);
	}
	if (!rc && st->has_cgroup) {
		err_note("removing cgroup %s", ct->cgroup);
		rc = cgroup_remove(ct->cgroup);
	}
	if (!rc && st->mounted) {
		err_note("unmounting %s", ct->root_dir);
		rc = ct_umount(ct);
	}
	unlink(run);
	return rc;
}
