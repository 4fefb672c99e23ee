// SPDX-License-Identifier: GPL-2.0
/*
 * Take of everything as much as one is given, and keep it.
 *
 * Usage: hog CGROUP        as root, in a network of its own
 *
 * Prints "full" when the last thing was refused, and sleeps.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ALL	10000

static int data, inotify, server;
static struct sockaddr_in address = { .sin_family = AF_INET };
static char block[64 * 1024];

static int take_rule(int i)
{
	(void)i;
	return system("nft add rule inet t c counter 2>/dev/null") ? -1 : 0;
}

static int take_key(int i)
{
	char name[32];

	snprintf(name, sizeof(name), "hog-%d", i);
	return syscall(SYS_add_key, "user", name, "x", 1, KEY_SPEC_PROCESS_KEYRING);
}

static int take_lock(int i)
{
	struct flock l = { .l_type = F_WRLCK, .l_start = 2 * i, .l_len = 1 };

	return fcntl(data, F_SETLK, &l);
}

static int take_watch(int i)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/hog.%d", i);
	mkdir(path, 0755);
	return inotify_add_watch(inotify, path, IN_CREATE);
}

static int take_signal(int i)
{
	return sigqueue(getpid(), SIGRTMIN, (union sigval) { .sival_int = i });
}

/* As much under way as goes, and a moment for what comes late. */
static void fill(int fd)
{
	for (int i = 0; i < 5; i++) {
		while (send(fd, block, sizeof(block), MSG_DONTWAIT) > 0)
			;
		usleep(10000);
	}
}

static int take_connection(int i)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), other;

	(void)i;
	if (fd < 0)
		return -1;
	connect(fd, (void *)&address, sizeof(address));
	usleep(100000);
	other = accept(server, NULL, NULL);
	if (other < 0)
		return -1;
	fill(fd);
	return 0;
}

static int take_pair(int i)
{
	int pair[2];

	(void)i;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	fill(pair[0]);
	return 0;
}

static int take_socket(int i)
{
	(void)i;
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int take_pty(int i)
{
	(void)i;
	return open("/dev/ptmx", O_RDWR | O_NOCTTY);
}

static int take_file(int i)
{
	(void)i;
	return open("/dev/null", O_RDONLY);
}

static int take_process(int i)
{
	pid_t pid = fork();

	(void)i;
	if (!pid)
		for (;;)
			pause();
	return pid;
}

/* Files last: all but locks, rules and processes need one. */
static const struct {
	const char *name;
	int (*take)(int i);
} kinds[] = {
	{ "rules", take_rule },
	{ "keys", take_key },
	{ "locks", take_lock },
	{ "watches", take_watch },
	{ "signals", take_signal },
	{ "connections", take_connection },
	{ "TCP sockets", take_socket },
	{ "pairs", take_pair },
	{ "terminals", take_pty },
	{ "files", take_file },
	{ "processes", take_process },
	{ NULL, NULL }
};

static int begin(const char *cgroup)
{
	socklen_t len = sizeof(address);
	char path[256], pid[16];
	sigset_t set;
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	snprintf(pid, sizeof(pid), "%d", getpid());
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, pid, strlen(pid)) < 0)
		return -1;
	close(fd);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (system("ip link set lo up && nft add table inet t && nft add chain inet t c"))
		return -1;
	data = open("/tmp/hog.data", O_RDWR | O_CREAT, 0600);
	inotify = inotify_init1(0);
	server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return data < 0 || inotify < 0 ||
	       bind(server, (void *)&address, sizeof(address)) || listen(server, 100) ||
	       getsockname(server, (void *)&address, &len);
}

int main(int argc, char **argv)
{
	int n;

	if (argc != 2 || begin(argv[1])) {
		perror("hog");
		return 1;
	}
	for (size_t k = 0; kinds[k].name; k++) {
		for (n = 0; n < ALL && kinds[k].take(n) >= 0; n++)
			;
		printf("%d %s, then: %s\n", n, kinds[k].name, strerror(errno));
	}
	puts("full");
	fflush(stdout);
	for (;;)
		pause();
}
