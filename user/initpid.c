// SPDX-License-Identifier: GPL-2.0
/*
 * The process that is pid 1 in a container.
 *
 * Its number is recorded when the container starts, as a short cut: it is
 * believed only while a process of that number is in the container's cgroup
 * and is pid 1 of a pid namespace. Without a record the cgroup is searched.
 */
#define _GNU_SOURCE
#include "initpid.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "err.h"
#include "paths.h"

/* Is it pid 1 in a pid namespace right below ours? */
static bool is_init(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/status", (int)pid);
	autofree char *text = file_read(path);
	long outer, inner;
	const char *line;
	char more = 0;

	if (!text)
		return false;
	line = strstr(text, "\nNSpid:");
	if (!line)
		return false;
	return sscanf(line, "\nNSpid: %ld %ld%c", &outer, &inner, &more) == 3 &&
	       inner == 1 && more == '\n';
}

static bool in_cgroup(const struct ct *ct, pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/cgroup", (int)pid);
	autofree char *text = file_read(path);
	autofree char *want = NULL;
	const char *mnt, *line;
	size_t len;

	if (!text || cgroup_mount_point(&mnt))
		return false;
	want = xasprintf("0::%s/init", ct->cgroup + strlen(mnt));
	line = strstr(text, want);
	len = strlen(want);
	return line && (line == text || line[-1] == '\n') &&
	       (line[len] == '\n' || line[len] == '/');
}

static pid_t recorded(const struct ct *ct)
{
	autofree char *path = paths_run(ct->id);
	struct json_object *o = json_object_from_file(path), *member;
	pid_t pid = 0;

	if (json_object_object_get_ex(o, "init", &member))
		pid = json_object_get_int(member);
	json_object_put(o);
	return pid;
}

/**
 * initpid_record() - remember a container's init
 * @ct: the container
 * @pid: its init, as the host numbers it
 *
 * A failure costs a search later on and nothing else.
 */
void initpid_record(const struct ct *ct, pid_t pid)
{
	autofree char *path = paths_run(ct->id);
	autofree char *tmp = xasprintf("%s.tmp", path);
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "ctid", json_object_new_int64(ct->id));
	json_object_object_add(o, "init", json_object_new_int64(pid));
	if (json_object_to_file(tmp, o) || rename(tmp, path)) {
		err_note("cannot write %s: %s", path, strerror(errno));
		unlink(tmp);
	}
	json_object_put(o);
}

static int stop_at_init(pid_t pid, void *arg)
{
	pid_t *found = arg;

	if (!is_init(pid))
		return 0;
	*found = pid;
	return 1;
}

/**
 * initpid_find() - find a container's init
 * @ct: the container
 * @pid: its init's number on the host
 * @pidfd: a descriptor of it, to be closed
 *
 * Return: 0; EXIT_NOT_RUNNING where it has none, or another exit status, with
 * the error recorded.
 */
int initpid_find(const struct ct *ct, pid_t *pid, int *pidfd)
{
	*pid = recorded(ct);
	*pidfd = *pid > 0 ? pidfd_open(*pid, 0) : -1;
	/* The number cannot be reused while the check looks at the process. */
	if (*pidfd >= 0 && in_cgroup(ct, *pid) && is_init(*pid) &&
	    !initpid_wait(*pidfd, 0))
		return 0;
	if (*pidfd >= 0)
		close(*pidfd);
	*pidfd = -1;
	*pid = 0;
	if (!cgroup_each_pid(ct->cgroup, stop_at_init, pid))
		return err_hint(err_set(EXIT_NOT_RUNNING,
					"the container is not running"),
				"ctctl start %u starts it", ct->id);
	*pidfd = pidfd_open(*pid, 0);
	if (*pidfd < 0)
		return err_sys("cannot open process %d", (int)*pid);
	if (!in_cgroup(ct, *pid) || initpid_wait(*pidfd, 0)) {
		close(*pidfd);
		*pidfd = -1;
		return err_set(EXIT_NOT_RUNNING,
			       "the container has just stopped");
	}
	return 0;
}

/**
 * initpid_wait() - wait for the end of a process
 * @pidfd: its descriptor
 * @timeout_ms: how long at most; below 0 for as long as it takes
 *
 * Return: true once it has ended; false after the time, or after a signal.
 */
bool initpid_wait(int pidfd, int timeout_ms)
{
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };

	return poll(&pfd, 1, timeout_ms) > 0;
}
