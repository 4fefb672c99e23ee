// SPDX-License-Identifier: GPL-2.0
/*
 * stopwatch [-u FILE] [-l | -p PID] COMMAND [ARGUMENT...]
 *
 * Prints the nanoseconds from before the command's start to the end of what it
 * does, and the command's process id. It is done when it has ended, and
 *   -u FILE   "started" (started.c) has written its time to FILE; with
 *   -l        that is all, for a command that stays
 *   -p PID    the process PID has ended
 * The command's output is thrown away, but not its complaints.
 */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_US		500	/* between two looks; the time is in the file */
#define WAIT_NR		60000

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static pid_t start(char **argv)
{
	pid_t pid = fork();
	int null;

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		err(1, "/dev/null");
	close(null);
	execvp(*argv, argv);
	err(127, "%s", *argv);
}

static void await_end(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	if (status)
		errx(1, "the command failed: wait status %#x", status);
}

/* The time that the file says, once it is there. */
static long long await_stamp(const char *path)
{
	long long stamp;
	unsigned int i;
	FILE *f;

	for (i = 0; i < WAIT_NR; i++) {
		f = fopen(path, "re");
		if (f) {
			if (fscanf(f, "%lld", &stamp) != 1)
				errx(1, "%s has no time", path);
			fclose(f);
			return stamp;
		}
		usleep(WAIT_US);
	}
	errx(1, "%s does not come", path);
}

int main(int argc, char **argv)
{
	struct pollfd victim = { .fd = -1, .events = POLLIN };
	long long begin, end, stamp;
	const char *until = NULL;
	bool stays = false;
	pid_t pid;
	int c;

	while ((c = getopt(argc, argv, "+u:lp:")) > 0) {
		switch (c) {
		case 'u':
			until = optarg;
			unlink(until);
			break;
		case 'l':
			stays = true;
			break;
		case 'p':
			victim.fd = syscall(SYS_pidfd_open, atoi(optarg), 0);
			if (victim.fd < 0)
				err(1, "process %s", optarg);
			break;
		default:
			return 2;
		}
	}
	if (optind == argc || (stays && !until))
		errx(2, "usage: stopwatch [-u FILE] [-l | -p PID] COMMAND...");
	begin = now();
	pid = start(argv + optind);
	if (!stays)
		await_end(pid);
	if (victim.fd >= 0 && poll(&victim, 1, -1) != 1)
		err(1, "poll");
	end = now();
	stamp = until ? await_stamp(until) : 0;
	if (stays || stamp > end)
		end = stamp;
	printf("%lld %d\n", end - begin, (int)pid);
	return 0;
}
