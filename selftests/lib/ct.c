// SPDX-License-Identifier: GPL-2.0
/* Cgroups and containers, for tests */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ct.h"

#define CGROUP_ROOT	"/sys/fs/cgroup"

/**
 * cg_make() - make a cgroup
 * @cg: the cgroup
 * @parent: below which, NULL for the root
 * @name: its name
 *
 * Return: 0 or a negative errno.
 */
int cg_make(struct cg *cg, const struct cg *parent, const char *name)
{
	int len = snprintf(cg->path, sizeof(cg->path), "%s/%s",
			   parent ? parent->path : CGROUP_ROOT, name);

	if (len >= (int)sizeof(cg->path))
		return -ENAMETOOLONG;
	if (mkdir(cg->path, 0755) && errno != EEXIST)
		return -errno;
	cg->fd = open(cg->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return cg->fd < 0 ? -errno : 0;
}

/**
 * cg_remove() - remove a cgroup, waiting for its last tasks to be reaped
 * @cg: the cgroup
 *
 * Return: 0 or a negative errno.
 */
int cg_remove(struct cg *cg)
{
	int tries = 200;

	close(cg->fd);
	while (rmdir(cg->path) && errno == EBUSY && tries--)
		usleep(10000);
	return access(cg->path, F_OK) ? 0 : -EBUSY;
}

/* Writes with system calls only: no allocation, no buffered state. */
static int write_number(const struct cg *cg, const char *file, long n)
{
	char buf[32];
	int err = 0;
	int fd;

	fd = openat(cg->fd, file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	snprintf(buf, sizeof(buf), "%ld", n);
	if (write(fd, buf, strlen(buf)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/**
 * cg_join() - move a process
 * @cg: where to
 * @pid: the process, 0 for the caller
 *
 * Return: 0 or a negative errno.
 */
int cg_join(const struct cg *cg, pid_t pid)
{
	return write_number(cg, "cgroup.procs", pid);
}

/**
 * cg_kill() - kill whatever is in a cgroup
 * @cg: the cgroup
 */
void cg_kill(const struct cg *cg)
{
	write_number(cg, "cgroup.kill", 1);
}

/**
 * cg_fork() - fork into a cgroup
 * @cg: the child's cgroup
 *
 * Return: as fork(2), but a negative errno.
 */
pid_t cg_fork(const struct cg *cg)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = cg->fd,
	};
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	return pid < 0 ? -errno : pid;
}

/**
 * ct_attach() - make a cgroup a container
 * @nl: the socket
 * @id: the container's id
 * @cg: the cgroup
 *
 * Return: 0 or a negative errno.
 */
int ct_attach(struct nl *nl, __u32 id, const struct cg *cg)
{
	static struct msg m;

	msg_init(&m, nl, CTBC_CMD_CONTAINER_ATTACH, 0);
	msg_put_u32(&m, CTBC_A_CONTAINER_ID, id);
	msg_put_u32(&m, CTBC_A_CONTAINER_CGROUP_FD, cg->fd);
	return nl_talk(nl, &m, NULL, NULL);
}

/**
 * ct_detach() - forget a container
 * @nl: the socket
 * @id: its id
 *
 * Return: 0 or a negative errno.
 */
int ct_detach(struct nl *nl, __u32 id)
{
	static struct msg m;

	msg_init(&m, nl, CTBC_CMD_CONTAINER_DETACH, 0);
	msg_put_u32(&m, CTBC_A_CONTAINER_ID, id);
	return nl_talk(nl, &m, NULL, NULL);
}

/**
 * ct_put_setting() - append one parameter to a CTBC_CMD_PARAM_SET
 * @m: the message
 * @id: the container
 * @param: the parameter
 * @barrier: its barrier
 * @limit: its limit
 */
void ct_put_setting(struct msg *m, __u32 id, __u32 param, __u64 barrier, __u64 limit)
{
	size_t nest = msg_nest(m, CTBC_A_SET_SETTING);

	msg_put_u32(m, CTBC_A_SETTING_CONTAINER, id);
	msg_put_u32(m, CTBC_A_SETTING_PARAM, param);
	msg_put_u64(m, CTBC_A_SETTING_BARRIER, barrier);
	msg_put_u64(m, CTBC_A_SETTING_LIMIT, limit);
	msg_nest_end(m, nest);
}

/**
 * ct_set() - set a parameter
 * @nl: the socket
 * @id: the container
 * @param: the parameter
 * @barrier: its barrier
 * @limit: its limit
 *
 * Return: 0 or a negative errno.
 */
int ct_set(struct nl *nl, __u32 id, __u32 param, __u64 barrier, __u64 limit)
{
	static struct msg m;

	msg_init(&m, nl, CTBC_CMD_PARAM_SET, 0);
	ct_put_setting(&m, id, param, barrier, limit);
	return nl_talk(nl, &m, NULL, NULL);
}

struct wanted {
	__u32 param;
	struct values *v;
	int state;
};

static void on_container(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *p = nl_attr(nlh, CTBC_A_CONTAINER_PARAM);
	struct wanted *w = arg;

	w->state = nl_u32(nl_attr(nlh, CTBC_A_CONTAINER_STATE));
	for (; p && w->v; p = nl_attr_next(nlh, p)) {
		if (nl_u32(nl_attr_nested(p, CTBC_A_PARAM_ID)) != w->param)
			continue;
		w->v->held = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_HELD));
		w->v->maxheld = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_MAXHELD));
		w->v->barrier = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_BARRIER));
		w->v->limit = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_LIMIT));
		w->v->failcnt = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_FAILCNT));
	}
}

static int get(struct nl *nl, __u32 id, struct wanted *w)
{
	static struct msg m;

	msg_init(&m, nl, CTBC_CMD_CONTAINER_GET, 0);
	msg_put_u32(&m, CTBC_A_CONTAINER_ID, id);
	return nl_talk(nl, &m, on_container, w);
}

/**
 * ct_get() - a parameter's values
 * @nl: the socket
 * @id: the container
 * @param: the parameter
 * @v: the values
 *
 * Return: 0 or a negative errno.
 */
int ct_get(struct nl *nl, __u32 id, __u32 param, struct values *v)
{
	struct wanted w = { .param = param, .v = v };

	memset(v, 0xff, sizeof(*v));
	return get(nl, id, &w);
}

/**
 * ct_state() - is it running?
 * @nl: the socket
 * @id: the container
 *
 * Return: &enum ctbc_container_state or a negative errno.
 */
int ct_state(struct nl *nl, __u32 id)
{
	struct wanted w = {};
	int err = get(nl, id, &w);

	return err ?: w.state;
}

/**
 * ct_wait_held() - wait until that much is in use, 4 seconds at most
 * @nl: the socket
 * @id: the container
 * @param: the parameter
 * @held: the value
 *
 * Return: 0, -ETIMEDOUT, or a negative errno.
 */
int ct_wait_held(struct nl *nl, __u32 id, __u32 param, __u64 held)
{
	struct values v;
	int err;

	for (int i = 0; i < 400; i++) {
		err = ct_get(nl, id, param, &v);
		if (err || v.held == held)
			return err;
		usleep(10000);
	}
	return -ETIMEDOUT;
}
