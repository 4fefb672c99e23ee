// SPDX-License-Identifier: GPL-2.0
/*
 * Namespaces, and what a process sheds before it goes into them.
 */
#define _GNU_SOURCE
#include "ns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "err.h"
#include "sig.h"

#ifndef MFD_EXEC
#define MFD_EXEC	0x0010U
#endif

#define SEALS	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int move_into(int cgroup_fd, pid_t pid)
{
	autoclose int fd = openat(cgroup_fd, "cgroup.procs",
				  O_WRONLY | O_CLOEXEC);

	return fd < 0 || dprintf(fd, "%d", (int)pid) < 0 ? -1 : 0;
}

/* In the child: wait to be moved, or end with a parent that could not. */
static void wait_for_go(int fd)
{
	char go;

	if (read(fd, &go, sizeof(go)) != sizeof(go))
		_exit(EXIT_SYSTEM);
	close(fd);
}

static int let_go(int fd, int cgroup_fd, pid_t pid)
{
	int saved;

	if (!move_into(cgroup_fd, pid) && write(fd, "", 1) == 1)
		return 0;
	saved = errno;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	errno = saved;
	return -1;
}

static pid_t clone_moved(struct clone_args args, int cgroup_fd)
{
	int go[2];
	pid_t pid;

	if (pipe2(go, O_CLOEXEC))
		return -1;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid) {
		close(go[1]);
		wait_for_go(go[0]);
		return 0;
	}
	util_close(&go[0]);
	if (pid > 0 && let_go(go[1], cgroup_fd, pid))
		pid = -1;
	util_close(&go[1]);
	return pid;
}

/* Has the child written, or gone before it could? */
static bool is_alive(int fd)
{
	ssize_t n;
	char c;

	do {
		n = read(fd, &c, sizeof(c));
	} while (n < 0 && errno == EINTR);
	return n == sizeof(c);
}

/* *killed says that a child was made, and killed before it could do anything. */
static pid_t clone_born(struct clone_args args, int cgroup_fd, bool *killed)
{
	int life[2];
	pid_t pid;

	if (pipe2(life, O_CLOEXEC))
		return -1;
	args.flags |= CLONE_INTO_CGROUP;
	args.cgroup = cgroup_fd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid) {
		if (write(life[1], "", 1) != 1)
			_exit(EXIT_SYSTEM);
		close(life[0]);
		close(life[1]);
		return 0;
	}
	util_close(&life[1]);
	*killed = pid > 0 && !is_alive(life[0]);
	util_close(&life[0]);
	if (!*killed)
		return pid;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return -1;
}

static void forget(int *pidfd)
{
	if (!pidfd)
		return;
	util_close(pidfd);
	*pidfd = -1;
}

/**
 * ns_clone() - fork into new namespaces and a cgroup
 * @flags: CLONE_NEW* flags
 * @cgroup_fd: directory of the cgroup that the child goes on in
 * @pidfd: the child's descriptor; NULL where none is wanted
 *
 * The child is born in the cgroup: to be moved it would have to wait until all
 * processors have noticed. But some kernels compare the wrong cgroups and kill
 * a child at birth when processes of the new cgroup, or of the caller's, were
 * ever killed through cgroup.kill; then the next one is moved.
 *
 * Return: as fork(2).
 */
pid_t ns_clone(unsigned long long flags, int cgroup_fd, int *pidfd)
{
	struct clone_args args = {
		.flags = flags | (pidfd ? CLONE_PIDFD : 0),
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};
	bool killed = false;
	pid_t pid;

	fflush(NULL);
	pid = clone_born(args, cgroup_fd, &killed);
	if (killed) {
		forget(pidfd);
		pid = clone_moved(args, cgroup_fd);
	}
	if (pid < 0)
		forget(pidfd);
	return pid;
}

/**
 * ns_loopback_up() - bring the loopback device of a new net namespace up
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ns_loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	autoclose int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr))
		return err_sys("cannot bring device lo up");
	return 0;
}

/**
 * ns_close_all_but() - close what a container must not inherit
 * @keep: the one descriptor above 2 that stays, until the next exec; -1 for
 *	none
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ns_close_all_but(int keep)
{
	unsigned int first = STDERR_FILENO + 1;

	if (keep >= 0 && keep > (int)first &&
	    close_range(first, keep - 1, 0))
		return err_sys("cannot close descriptors");
	if (keep >= 0)
		first = keep + 1;
	if (close_range(first, ~0U, 0) ||
	    close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC))
		return err_sys("cannot close descriptors");
	return 0;
}

/**
 * ns_own_keyring() - leave the session keyring of the one who runs the tool
 *
 * A kernel without keys has none to leave.
 */
void ns_own_keyring(void)
{
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
}

static int sealed_copy(int from)
{
	struct stat st;
	off_t done = 0;
	int fd;

	fd = memfd_create("ctctl", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	/* Kernels before 6.3 do not know the flag. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("ctctl", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	if (fstat(from, &st))
		goto err_close;
	while (done < st.st_size) {
		ssize_t n = sendfile(fd, from, &done, st.st_size - done);

		if (n <= 0)
			goto err_close;
	}
	if (fcntl(fd, F_ADD_SEALS, SEALS))
		goto err_close;
	return fd;

err_close:
	util_close(&fd);
	return -1;
}

static char **arguments;

/**
 * ns_arguments() - remember what the program was called with
 * @argv: its arguments; they stay, in whatever order
 */
void ns_arguments(char **argv)
{
	arguments = argv;
}

/**
 * ns_reexec() - go on as a copy of this program that nobody can write to
 *
 * The program begins anew, so this comes before anything that it does.
 *
 * A process of this program is in the container for a moment, or is the
 * interpreter of an init that says "#!/proc/self/exe". Root in the container
 * could then write to /proc/PID/exe, which must not be the host's file.
 *
 * Return: 0 in the copy; an exit status with the error recorded.
 */
int ns_reexec(void)
{
	autoclose int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	autoclose int copy = -1;
	int seals, rc;

	if (self < 0)
		return err_sys("cannot open /proc/self/exe");
	seals = fcntl(self, F_GET_SEALS);
	if (seals >= 0 && (seals & F_SEAL_WRITE)) {
		/* Run by descriptor, the process bears its number as a name. */
		prctl(PR_SET_NAME, "ctctl");
		if (prctl(PR_SET_DUMPABLE, 0))
			return err_sys("cannot become undumpable");
		return 0;
	}
	copy = sealed_copy(self);
	if (copy < 0)
		return err_sys("cannot copy this program to memory");
	sig_hold();
	rc = sig_check();
	if (rc)
		return rc;
	fexecve(copy, arguments, environ);
	return err_sys("cannot run the copy of this program");
}
