// SPDX-License-Identifier: GPL-2.0
/*
 * The first process of a container, from clone3(2) to exec.
 *
 * The child is born in the container's cgroup and new namespaces; it moves
 * into the root directory, mounts what a container has, gives up what it may
 * not do, and becomes init. What fails in it is told to the parent through a
 * pipe that a successful exec closes.
 */
#define _GNU_SOURCE
#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "config.h"
#include "err.h"
#include "initpid.h"
#include "limit.h"
#include "ns.h"
#include "rootfs.h"
#include "sandbox.h"
#include "sig.h"

static const char * const init_paths[] = {
	"/sbin/init", "/etc/init", "/bin/init", "/init", NULL
};

static char *const init_env[] = {
	"container=ctbc",
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"TERM=linux",
	"HOME=/",
	NULL
};

/**
 * struct boot - what the child needs to know
 * @ct: the container
 * @command: what it becomes
 * @is_init: init, rather than a command for a stopped container
 * @pipe: where its error goes
 */
struct boot {
	const struct ct *ct;
	const struct command *command;
	bool is_init;
	int pipe;
};

static int set_hostname(const struct boot *b)
{
	const char *name = config_get(&b->ct->conf, "HOSTNAME");
	autofree char *fallback = xasprintf("ct%u", b->ct->id);

	if (sethostname(name ? name : fallback, strlen(name ? name : fallback)))
		return err_sys("cannot set the hostname");
	return name && b->is_init ? rootfs_hostname(name) : 0;
}

static int own_cgroup(const struct boot *b)
{
	(void)b;
	/* Not at clone3(): that would make the parent's cgroup the root. */
	if (unshare(CLONE_NEWCGROUP))
		return err_sys("cannot make a cgroup namespace");
	return 0;
}

static int own_root(const struct boot *b)
{
	int rc = rootfs_pivot(b->ct->root_dir);

	if (!rc)
		rc = rootfs_mount();
	if (!rc)
		rc = rootfs_cgroup();
	if (!rc)
		rc = rootfs_dev();
	if (!rc)
		rc = rootfs_hide();
	if (!rc && b->is_init && !access("/lib/systemd/systemd", F_OK))
		rc = rootfs_systemd();
	return rc;
}

static int own_network(const struct boot *b)
{
	(void)b;
	return ns_loopback_up();
}

static int own_session(const struct boot *b)
{
	autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	ns_own_keyring();
	/* A shielded tool must not make a shielded container. */
	file_write("/proc/self/oom_score_adj", "0");
	if (!b->is_init)
		return 0;
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		return err_sys("cannot open /dev/null");
	return 0;
}

static int own_limits(const struct boot *b)
{
	(void)b;
	return sandbox_enter();
}

static int (*const steps[])(const struct boot *b) = {
	own_cgroup, own_root, own_network, set_hostname, own_session,
	own_limits,
};

static void __attribute__((noreturn)) child(const struct boot *b)
{
	struct pollfd parent = { .fd = b->pipe };
	size_t i;
	int rc = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Without a reader the parent had died before that was set. */
	if (poll(&parent, 1, 0) > 0)
		_exit(EXIT_SYSTEM);
	for (i = 0; !rc && i < ARRAY_SIZE(steps); i++)
		rc = steps[i](b);
	if (!rc)
		rc = command_exec(b->command, b->pipe);
	err_send(b->pipe, rc);
	_exit(rc);
}

/* Wait for the exec, or for the reason why there is none. */
static int wait_for_exec(int pipe, int pidfd)
{
	int code = EXIT_OK;

	if (err_receive(pipe, &code))
		code = sig_check() ? EXIT_SYSTEM :
			err_sys("cannot hear from the container's init");
	if (code) {
		pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
		waitid(P_PIDFD, pidfd, NULL, WEXITED);
	}
	return code;
}

static int begin(struct boot *b, pid_t *pid, int *pidfd)
{
	autofree char *path = xasprintf("%s/init", b->ct->cgroup);
	autoclose int cgroup = -1;
	int pipes[2], rc;

	rc = sandbox_prepare();
	if (!rc)
		rc = cgroup_open(path, &cgroup);
	if (rc)
		return rc;
	if (pipe2(pipes, O_CLOEXEC))
		return err_sys("cannot make a pipe");
	b->pipe = pipes[1];
	*pid = ns_clone(NS_NEW, cgroup, pidfd);
	if (!*pid) {
		close(pipes[0]);
		child(b);
	}
	close(pipes[1]);
	if (*pid < 0)
		rc = limit_explain(b->ct->id,
				   err_sys("cannot make the first process"));
	else
		rc = wait_for_exec(pipes[0], *pidfd);
	close(pipes[0]);
	return rc;
}

/**
 * boot_init() - start a container's init
 * @ct: the container: mounted, its cgroup made
 * @pid: init's number on the host
 * @pidfd: its descriptor
 *
 * Return: 0 once init runs, or an exit status with the error recorded.
 */
int boot_init(const struct ct *ct, pid_t *pid, int *pidfd)
{
	char *const none[] = { NULL };
	const struct command c = { .program = init_paths, .args = none,
				   .env = init_env, .input = -1 };
	struct boot b = { .ct = ct, .command = &c, .is_init = true };

	return begin(&b, pid, pidfd);
}

/**
 * boot_command() - run a command as the only process of a container
 * @ct: the container: mounted, its cgroup made
 * @c: the command
 * @status: as waitid(2) has it: 128 and the signal's number for a death by
 *	signal
 *
 * Return: 0 once it has ended, or an exit status with the error recorded.
 */
int boot_command(const struct ct *ct, const struct command *c, int *status)
{
	struct boot b = { .ct = ct, .command = c };
	siginfo_t info = { 0 };
	pid_t pid;
	int pidfd = -1, rc;

	rc = begin(&b, &pid, &pidfd);
	if (rc) {
		util_close(&pidfd);
		return rc;
	}
	while (waitid(P_PIDFD, pidfd, &info, WEXITED))
		if (errno != EINTR || sig_check()) {
			cgroup_kill(ct->cgroup);
			util_close(&pidfd);
			return sig_check();
		}
	util_close(&pidfd);
	*status = info.si_code == CLD_EXITED ? info.si_status :
					       128 + info.si_status;
	return 0;
}
