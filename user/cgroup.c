// SPDX-License-Identifier: GPL-2.0
/*
 * Control groups of containers.
 *
 *	ctbc.slice/ID		limits; what the module is told of
 *	ctbc.slice/ID/init	root of the container's own cgroup namespace
 *	ctbc.slice/ID/init/.ctctl	processes of exec and enter
 *
 * The limits are one level above what the container can see, so that it
 * cannot write to them. Controllers that the host has are handed down to
 * "init", so that a systemd in the container has them all.
 */
#define _GNU_SOURCE
#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"

#define EXEC_GROUP	".ctctl"
#define WAIT_STEP_MS	10
#define WAIT_STEPS	500

/**
 * cgroup_mount_point() - where the version 2 hierarchy is mounted
 * @path: the path; it stays
 *
 * Return: 0 or an exit status with the error recorded.
 */
int cgroup_mount_point(const char **path)
{
	static char *found;
	const struct mntent *m;
	FILE *f;

	if (!found) {
		f = setmntent("/proc/self/mounts", "re");
		if (!f)
			return err_sys("cannot read /proc/self/mounts");
		while (!found && (m = getmntent(f)))
			if (!strcmp(m->mnt_type, "cgroup2"))
				found = xstrdup(m->mnt_dir);
		endmntent(f);
	}
	if (!found)
		return err_hint(err_set(EXIT_SYSTEM,
					"cgroup version 2 is not mounted"),
				"mount -t cgroup2 cgroup2 /sys/fs/cgroup");
	*path = found;
	return 0;
}

/**
 * cgroup_path() - the cgroup of a container that ctctl starts
 * @id: the container
 * @path: the directory, whether it exists or not; to be freed
 *
 * Return: 0 or an exit status with the error recorded.
 */
int cgroup_path(uint32_t id, char **path)
{
	const char *mnt;
	int rc;

	rc = cgroup_mount_point(&mnt);
	if (!rc)
		*path = xasprintf("%s/" CGROUP_SLICE "/%u", mnt, id);
	return rc;
}

/**
 * cgroup_open() - open a cgroup's directory
 * @path: the directory
 * @fd: the descriptor
 *
 * Return: 0 or an exit status with the error recorded.
 */
int cgroup_open(const char *path, int *fd)
{
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return err_sys("cannot open cgroup %s", path);
	return 0;
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	const char *at = text;

	while ((at = strstr(at, word))) {
		if ((at == text || strchr("\n ", at[-1])) &&
		    strchr("\n ", at[len]))
			return true;
		at += len;
	}
	return false;
}

/*
 * Hand down every controller that can be. One that cannot (a host's real-time
 * task keeps "cpu" back, say) is a feature less for the container, no reason
 * to fail.
 */
static void enable_controllers(const char *dir)
{
	autofree char *from = xasprintf("%s/cgroup.controllers", dir);
	autofree char *to = xasprintf("%s/cgroup.subtree_control", dir);
	autofree char *have = file_read(from), *enabled = file_read(to);
	char *name, *rest = have;

	if (!have || !enabled)
		return;
	while ((name = strsep(&rest, "\n "))) {
		autofree char *plus = xasprintf("+%s", name);

		if (*name && !has_word(enabled, name) &&
		    file_write(to, plus))
			err_note("controller %s is not handed down by %s",
				 name, dir);
	}
}

/**
 * cgroup_create() - make a container's cgroup and the one for its init
 * @path: the container's directory; may exist already
 *
 * Return: 0 or an exit status with the error recorded.
 */
int cgroup_create(const char *path)
{
	autofree char *init = xasprintf("%s/init", path);
	autofree char *slice = xstrdup(path), *root;
	char *slash = strrchr(slice, '/');

	*slash = '\0';
	root = xstrdup(slice);
	slash = strrchr(root, '/');
	*slash = '\0';
	if (mkdir(slice, 0755) && errno != EEXIST)
		return err_sys("cannot make cgroup %s", slice);
	enable_controllers(root);
	enable_controllers(slice);
	if (mkdir(path, 0755) && errno != EEXIST)
		return err_sys("cannot make cgroup %s", path);
	enable_controllers(path);
	if (mkdir(init, 0755) && errno != EEXIST)
		return err_sys("cannot make cgroup %s", init);
	return 0;
}

/**
 * cgroup_populated() - is any process in a cgroup or below?
 * @path: its directory
 *
 * Return: true if there is; false also when there is no such cgroup.
 */
bool cgroup_populated(const char *path)
{
	autofree char *file = xasprintf("%s/cgroup.events", path);
	autofree char *text = file_read(file);

	return text && strstr(text, "populated 1");
}

/*
 * Dying processes hold on to their cgroup for a moment. The kernel says when it is
 * empty, now and then late: hence the short steps. It tells what is new since the
 * last read of that very descriptor.
 */
static int wait_empty(const char *path)
{
	autofree char *file = xasprintf("%s/cgroup.events", path);
	struct pollfd events = { .fd = open(file, O_RDONLY | O_CLOEXEC),
				 .events = POLLPRI };
	char text[128];
	ssize_t n;
	int i;

	for (i = 0; i < WAIT_STEPS; i++) {
		n = pread(events.fd, text, sizeof(text) - 1, 0);
		text[n > 0 ? n : 0] = '\0';
		if (!strstr(text, "populated 1"))
			break;
		poll(&events, 1, WAIT_STEP_MS);
	}
	util_close(&events.fd);
	if (i == WAIT_STEPS)
		return err_hint(err_set(EXIT_STOP, "killed processes are still alive after %d s, held by a disk, as a rule: see %s/cgroup.procs",
					WAIT_STEPS * WAIT_STEP_MS / 1000, path),
				"stop it again when they are gone");
	return 0;
}

/**
 * cgroup_kill() - kill every process in a cgroup and below
 * @path: its directory; one that is not there has no process
 *
 * Return: 0 once all are gone, or an exit status with the error recorded.
 */
int cgroup_kill(const char *path)
{
	autofree char *file = xasprintf("%s/cgroup.kill", path);

	if (!cgroup_populated(path))
		return 0;
	if (file_write(file, "1"))
		return err_sys("cannot write to %s", file);
	return wait_empty(path);
}

static int remove_tree(int parent, const char *name)
{
	int fd = openat(parent, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const struct dirent *e;
	DIR *dir = NULL;
	int i;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -1;
	}
	while ((e = readdir(dir)))
		if (e->d_type == DT_DIR && strcmp(e->d_name, ".") &&
		    strcmp(e->d_name, ".."))
			remove_tree(fd, e->d_name);
	closedir(dir);
	/* EBUSY passes when the last zombie is reaped. */
	for (i = 0; unlinkat(parent, name, AT_REMOVEDIR); i++) {
		if (errno == ENOENT)
			return 0;
		if (errno != EBUSY || i == WAIT_STEPS)
			return -1;
		sleep_ms(WAIT_STEP_MS);
	}
	return 0;
}

/**
 * cgroup_remove() - remove an empty cgroup and those below
 * @path: its directory; one that is not there is no error
 *
 * Return: 0 or an exit status with the error recorded.
 */
int cgroup_remove(const char *path)
{
	if (remove_tree(AT_FDCWD, path))
		return err_sys("cannot remove cgroup %s", path);
	return 0;
}

/**
 * cgroup_exec_open() - the cgroup for processes that enter from outside
 * @path: the container's directory
 * @fd: the descriptor
 *
 * A systemd in the container keeps no process beside its units' cgroups, so
 * such processes have one of their own. The container may remove it at any
 * time, hence it is made each time.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int cgroup_exec_open(const char *path, int *fd)
{
	autofree char *dir = xasprintf("%s/init/" EXEC_GROUP, path);

	if (mkdir(dir, 0755) && errno != EEXIST)
		return err_sys("cannot make cgroup %s", dir);
	return cgroup_open(dir, fd);
}

static int each_pid_of(int fd, int (*fn)(pid_t pid, void *arg), void *arg)
{
	autofree char *text = file_read_at(fd, "cgroup.procs");
	char *line, *rest = text;
	int rc = 0;

	while (!rc && (line = strsep(&rest, "\n")))
		if (*line)
			rc = fn(atoi(line), arg);
	return rc;
}

static int each_pid_below(int parent, const char *name,
			  int (*fn)(pid_t pid, void *arg), void *arg)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *e;
	DIR *dir;
	int rc;

	if (fd < 0)
		return 0;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return 0;
	}
	rc = each_pid_of(fd, fn, arg);
	while (!rc && (e = readdir(dir)))
		if (e->d_type == DT_DIR && *e->d_name != '.')
			rc = each_pid_below(fd, e->d_name, fn, arg);
	closedir(dir);
	return rc;
}

/**
 * cgroup_each_pid() - call a function for every process in a container
 * @path: the container's directory; exec'd processes are left out
 * @fn: the function; anything but 0 ends the walk
 * @arg: handed to @fn
 *
 * Return: what @fn returned last, 0 without a process.
 */
int cgroup_each_pid(const char *path, int (*fn)(pid_t pid, void *arg),
		    void *arg)
{
	return each_pid_below(AT_FDCWD, path, fn, arg);
}
