// SPDX-License-Identifier: GPL-2.0
/*
 * ops [-c CHUNKS] [-x EXTRA] OPERATION - what a system call costs
 *
 * Prints the minimum, the median and the mean of the nanoseconds that one
 * operation takes, over CHUNKS chunks of many. In a machine where a nanosecond is
 * an instruction (-icount), a chunk is shorter than half the time between two
 * ticks of the kernel's clock, so that minimum and median are free of ticks and
 * repeat; the mean has them, and what the kernel puts off until later.
 *
 * EXTRA empty system calls are made with each operation: a cost that is known,
 * to see whether it is found.
 */
#include <err.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP		3	/* chunks that are not counted */
#define CHUNKS_MAX	10000
#define MESSAGE		1024	/* bytes that go through a socket at once */
#define MAPPING		(64 * 1024)

/**
 * struct op - an operation
 * @name: as it is asked for
 * @nr: how often in a chunk, for about a million instructions
 * @setup: before the first
 * @once: do it
 */
struct op {
	const char *name;
	unsigned int nr;
	void (*setup)(void);
	void (*once)(void);
};

static int there[2], back[2];
static int sender, receiver, listener;
static struct sockaddr_in address;
static char message[MESSAGE];

static void must(bool ok, const char *what)
{
	if (!ok)
		err(1, "%s", what);
}

static void open_once(void)
{
	int fd = open("/dev/null", O_RDONLY);

	must(fd >= 0, "open");
	close(fd);
}

static void stat_once(void)
{
	struct stat st;

	must(!stat("/dev/null", &st), "stat");
}

static void fork_once(void)
{
	pid_t pid = fork();

	must(pid >= 0, "fork");
	if (!pid)
		_exit(0);
	must(waitpid(pid, NULL, 0) == pid, "waitpid");
}

static void pipe_setup(void)
{
	char byte;

	must(!pipe(there) && !pipe(back), "pipe");
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		close(there[1]);
		while (read(there[0], &byte, 1) == 1)
			if (write(back[1], &byte, 1) != 1)
				break;
		_exit(0);
	}
}

static void pipe_once(void)
{
	char byte = 0;

	must(write(there[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1,
	     "pipe");
}

static void socket_once(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(fd >= 0, "socket");
	close(fd);
}

/* A socket of the loopback device's; its address goes to "address". */
static int bound_socket(int type)
{
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, type, 0);

	must(fd >= 0, "socket");
	address.sin_family = AF_INET;
	address.sin_port = 0;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(!bind(fd, (struct sockaddr *)&address, len), "bind");
	must(!getsockname(fd, (struct sockaddr *)&address, &len), "getsockname");
	return fd;
}

static void listen_setup(void)
{
	listener = bound_socket(SOCK_STREAM);
	must(!listen(listener, 1), "listen");
}

static void connection_make(void)
{
	/* Reset at the end: no state is left behind for a minute. */
	const struct linger reset = { .l_onoff = 1 };

	sender = socket(AF_INET, SOCK_STREAM, 0);
	must(sender >= 0, "socket");
	must(!connect(sender, (struct sockaddr *)&address, sizeof(address)),
	     "connect");
	receiver = accept(listener, NULL, NULL);
	must(receiver >= 0, "accept");
	must(!setsockopt(sender, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)),
	     "setsockopt");
}

static void connect_once(void)
{
	connection_make();
	close(sender);
	close(receiver);
}

static void tcp_setup(void)
{
	listen_setup();
	connection_make();
}

static void udp_setup(void)
{
	receiver = bound_socket(SOCK_DGRAM);
	sender = socket(AF_INET, SOCK_DGRAM, 0);
	must(sender >= 0, "socket");
	must(!connect(sender, (struct sockaddr *)&address, sizeof(address)),
	     "connect");
}

static void send_once(void)
{
	must(send(sender, message, MESSAGE, 0) == MESSAGE, "send");
	must(recv(receiver, message, MESSAGE, MSG_WAITALL) == MESSAGE, "recv");
}

static void mmap_once(void)
{
	char *p = mmap(NULL, MAPPING, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED, "mmap");
	*(volatile char *)p = 1;
	must(!munmap(p, MAPPING), "munmap");
}

static const struct op ops[] = {
	{ "open-close", 100, NULL, open_once },
	{ "stat", 250, NULL, stat_once },
	{ "fork", 6, NULL, fork_once },
	{ "pipe", 80, pipe_setup, pipe_once },
	{ "socket", 50, NULL, socket_once },
	{ "tcp-connect", 8, listen_setup, connect_once },
	{ "tcp", 40, tcp_setup, send_once },
	{ "udp", 60, udp_setup, send_once },
	{ "mmap", 80, NULL, mmap_once },
};

static const struct op *op_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	errx(2, "there is no operation %s", name);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long chunk(const struct op *op, unsigned int extra)
{
	long long start = now();
	unsigned int i, x;

	for (i = 0; i < op->nr; i++) {
		op->once();
		for (x = 0; x < extra; x++)
			syscall(SYS_getppid);
	}
	return now() - start;
}

/* Addresses that vary from run to run make page tables that do. */
static void fixed_addresses(char **argv)
{
	int persona = personality(0xffffffff);

	if (persona < 0 || persona & ADDR_NO_RANDOMIZE ||
	    personality(persona | ADDR_NO_RANDOMIZE) < 0)
		return;
	execv("/proc/self/exe", argv);
}

static int compare(const void *a, const void *b)
{
	const long long *ta = a, *tb = b;

	return (*ta > *tb) - (*ta < *tb);
}

static void report(const struct op *op, long long *t, unsigned int nr)
{
	long long sum = 0;
	unsigned int i;

	qsort(t, nr, sizeof(*t), compare);
	for (i = 0; i < nr; i++)
		sum += t[i];
	printf("%.1f %.1f %.1f\n", (double)t[0] / op->nr,
	       (double)t[nr / 2] / op->nr, (double)sum / nr / op->nr);
}

int main(int argc, char **argv)
{
	unsigned int chunks = 200, extra = 0, i;
	static long long t[CHUNKS_MAX];
	const struct op *op;
	int c;

	fixed_addresses(argv);
	while ((c = getopt(argc, argv, "c:x:")) > 0) {
		switch (c) {
		case 'c':
			chunks = strtoul(optarg, NULL, 10);
			break;
		case 'x':
			extra = strtoul(optarg, NULL, 10);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 1 || !chunks || chunks > CHUNKS_MAX)
		errx(2, "usage: ops [-c CHUNKS] [-x EXTRA] OPERATION");
	op = op_find(argv[optind]);
	if (op->setup)
		op->setup();
	for (i = 0; i < WARM_UP; i++)
		chunk(op, extra);
	for (i = 0; i < chunks; i++)
		t[i] = chunk(op, extra);
	report(op, t, chunks);
	return 0;
}
