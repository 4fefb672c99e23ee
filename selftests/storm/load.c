// SPDX-License-Identifier: GPL-2.0
/*
 * load - fork, open, socket, exec and mmap without a pause
 *
 * Usage: load CGROUP...
 *
 * Each round is a child of its own that enters one of the cgroups, opens files,
 * sockets and memory, forks, starts a thread, and executes this program again,
 * which ends at once, all of that still open. A refusal with EAGAIN where a
 * process or thread is made or moved is what a limit does, and counted; any other
 * failure is the test's, and told. Ends at SIGTERM, having printed
 *
 *	rounds N refused N failed N
 *
 * Exit status: 0 if there were rounds and none failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define REFUSED		75
#define FAILED		1
#define MEMORY		(256 * 1024)

static volatile sig_atomic_t ended;
static const char *procs;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

static int enter(void)
{
	int fd = open(procs, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0 || write(fd, "0", 1) != 1)
		err = errno;
	if (fd >= 0)
		close(fd);
	return err;
}

/* Left open, for the exec to pass on and the exit to close. */
static int open_files(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

	if (fd < 0 || flock(fd, LOCK_EX) || write(fd, "load", 4) != 4)
		return errno;
	if (open("/proc/self/status", O_RDONLY) < 0 ||
	    open("/dev/null", O_RDWR) < 0)
		return errno;
	return 0;
}

static int open_sockets(void)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(in);
	int pair[2], udp, tcp, client;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ||
	    write(pair[0], "load", 4) != 4)
		return errno;
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	tcp = socket(AF_INET, SOCK_STREAM, 0);
	client = socket(AF_INET, SOCK_STREAM, 0);
	if (udp < 0 || tcp < 0 || client < 0 ||
	    bind(tcp, (struct sockaddr *)&in, sizeof(in)) ||
	    listen(tcp, 1) ||
	    getsockname(tcp, (struct sockaddr *)&in, &len) ||
	    connect(client, (struct sockaddr *)&in, len))
		return errno;
	return 0;
}

static int map_memory(void)
{
	char *p = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return errno;
	memset(p, 1, MEMORY);
	if (mprotect(p, MEMORY / 2, PROT_READ))
		return errno;
	p = mremap(p, MEMORY / 2, MEMORY, MREMAP_MAYMOVE);
	if (p == MAP_FAILED || munmap(p, MEMORY / 2))
		return errno;
	return 0;
}

static int fork_once(void)
{
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (!pid)
		_exit(0);
	return waitpid(pid, NULL, 0) == pid ? 0 : errno;
}

static void *thread(void *arg)
{
	return arg;
}

static int start_thread(void)
{
	pthread_t t;
	int err = pthread_create(&t, NULL, thread, NULL);

	return err ? err : pthread_join(t, NULL);
}

static int exec_again(void)
{
	execl("/proc/self/exe", "load", (char *)NULL);
	return errno;
}

/**
 * struct step - a part of a round
 * @name: what it is called
 * @go: does it; returns an errno
 * @limited: may be refused at a limit
 */
static const struct step {
	const char *name;
	int (*go)(void);
	bool limited;
} steps[] = {
	{ "enter", enter, true },
	{ "open", open_files, false },
	{ "socket", open_sockets, false },
	{ "mmap", map_memory, false },
	{ "fork", fork_once, true },
	{ "thread", start_thread, true },
	{ "exec", exec_again, false },
};

static void __attribute__((noreturn)) child(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		int err = steps[i].go();

		if (!err)
			continue;
		if (err == EAGAIN && steps[i].limited)
			_exit(REFUSED);
		dprintf(STDERR_FILENO, "load: %s: %s\n", steps[i].name,
			strerror(err));
		_exit(FAILED);
	}
	_exit(FAILED);
}

/* Return: how the child ended, as an exit status. */
static int run_round(void)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		child();
	if (pid < 0) {
		perror("load: fork");
		return FAILED;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return FAILED;
	if (WIFSIGNALED(status))
		fprintf(stderr, "load: a child died of signal %d\n",
			WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

int main(int argc, char **argv)
{
	const struct sigaction sa = { .sa_handler = end };
	unsigned long rounds = 0, refused = 0, failed = 0;
	char path[256];

	/* What exec_again() has started. */
	if (argc < 2)
		return 0;
	sigaction(SIGTERM, &sa, NULL);
	procs = path;
	while (!ended) {
		const char *cgroup = argv[1 + rounds++ % (argc - 1)];
		int status;

		snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
		status = run_round();
		refused += status == REFUSED;
		failed += status && status != REFUSED;
	}
	printf("rounds %lu refused %lu failed %lu\n", rounds, refused, failed);
	return !rounds || failed;
}
