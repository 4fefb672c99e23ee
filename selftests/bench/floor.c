// SPDX-License-Identifier: GPL-2.0
/*
 * floor start NAME TREE, floor stop NAME - the least that a container takes
 *
 * A cgroup, one clone3(2) for it and for the namespaces that crun and ctctl make
 * as well, pivot_root(2) into the tree, a /proc, exec of its /sbin/init. Nobody is
 * kept from anything. To stop is to kill what is in the cgroup, to wait for its
 * end and to remove it. The init's parent is gone by then: the machine's own init
 * reaps it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void must(int rc, const char *what)
{
	if (rc < 0)
		err(1, "%s", what);
}

static void __attribute__((noreturn)) child(const char *tree)
{
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private mounts");
	must(mount(tree, tree, NULL, MS_BIND, NULL), tree);
	must(chdir(tree), tree);
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount");
	must(mount("proc", "/proc", "proc", 0, NULL), "/proc");
	setsid();
	execl("/sbin/init", "init", NULL);
	err(1, "/sbin/init");
}

static int start(const char *cgroup, const char *tree)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP | CLONE_NEWNS | CLONE_NEWPID |
			 CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET |
			 CLONE_NEWCGROUP,
		.exit_signal = SIGCHLD,
	};
	int done[2];
	pid_t pid;
	char byte;
	int fd;

	must(mkdir(cgroup, 0755), cgroup);
	fd = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(fd, cgroup);
	must(pipe2(done, O_CLOEXEC), "pipe2");
	args.cgroup = fd;
	pid = syscall(SYS_clone3, &args, sizeof(args));
	must(pid, "clone3");
	if (!pid)
		child(tree);
	/* Its exec, or its end, closes the other side. */
	close(done[1]);
	must(read(done[0], &byte, 1), "read");
	return 0;
}

static int stop(const char *cgroup)
{
	struct pollfd events = { .events = POLLPRI };
	char path[256], text[256];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.kill", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	must(fd, path);
	must(write(fd, "1", 1), path);
	snprintf(path, sizeof(path), "%s/cgroup.events", cgroup);
	events.fd = open(path, O_RDONLY | O_CLOEXEC);
	must(events.fd, path);
	while ((len = pread(events.fd, text, sizeof(text) - 1, 0)) > 0) {
		text[len] = '\0';
		if (strstr(text, "populated 0"))
			break;
		must(poll(&events, 1, -1), "poll");
	}
	while (rmdir(cgroup)) {
		if (errno != EBUSY)
			err(1, "%s", cgroup);
		usleep(200);
	}
	return 0;
}

int main(int argc, char **argv)
{
	char cgroup[128];

	if (argc < 3)
		errx(2, "usage: floor start NAME TREE | floor stop NAME");
	snprintf(cgroup, sizeof(cgroup), "/sys/fs/cgroup/floor-%s", argv[2]);
	if (argc == 4 && !strcmp(argv[1], "start"))
		return start(cgroup, argv[3]);
	if (argc == 3 && !strcmp(argv[1], "stop"))
		return stop(cgroup);
	errx(2, "usage: floor start NAME TREE | floor stop NAME");
}
