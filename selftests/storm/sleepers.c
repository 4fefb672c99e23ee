// SPDX-License-Identifier: GPL-2.0
/*
 * sleepers - tasks that wait in the kernel in the ways that a module must survive
 *
 * Usage: sleepers
 *
 * Nine tasks, this one among them: a parent in vfork(2) and its child; one that
 * waits for a child, and that; one that reads from a pipe; one that is stopped; a
 * zombie; a thread on a futex. Prints "ready" and their number when they are all
 * there, and waits for a signal.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS	9

static int never[2];
static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void read_pipe(void)
{
	char c;

	while (read(never[0], &c, 1) < 0)
		;
}

static void stop(void)
{
	raise(SIGSTOP);
}

static void become_zombie(void)
{
}

static void wait_for_child(void)
{
	siginfo_t info;

	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
	}
	waitid(P_ALL, 0, &info, WEXITED);
}

/* The child borrows the parent's memory, and must do no more than wait. */
static void in_vfork(void)
{
	if (!vfork())
		pause();
}

static void *lock(void *arg)
{
	pthread_mutex_lock(&held);
	return arg;
}

static void __attribute__((noreturn)) fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Return: the child. It dies with us, as the whole cgroup does in the end. */
static pid_t spawn(void (*wait_for)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	wait_for();
	_exit(0);
}

int main(void)
{
	siginfo_t info;
	pthread_t t;
	pid_t pid;

	if (pipe(never))
		fail("pipe");
	spawn(read_pipe);
	spawn(in_vfork);
	spawn(wait_for_child);
	pid = spawn(stop);
	waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT);
	pid = spawn(become_zombie);
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	pthread_mutex_lock(&held);
	if (pthread_create(&t, NULL, lock, NULL))
		fail("pthread_create");
	/* Those that fork once more have done so by then. */
	sleep(1);
	printf("ready %d\n", TASKS);
	fflush(stdout);
	pause();
	return 0;
}
