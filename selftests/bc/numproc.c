// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * numproc: processes and threads, counted and refused
 *
 * Each test has a container of its own. Whatever it does, nothing is held when
 * all its tasks are gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "kselftest_harness.h"

#define ID	4711
#define OTHER	4712

FIXTURE(numproc)
{
	struct nl nl;
	struct cg cg, other;
};

FIXTURE_SETUP(numproc)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "numproc"));
	ASSERT_EQ(0, cg_make(&self->other, NULL, "numproc-other"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
}

FIXTURE_TEARDOWN(numproc)
{
	cg_kill(&self->cg);
	cg_kill(&self->other);
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMPROC, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&self->cg));
	EXPECT_EQ(0, cg_remove(&self->other));
	nl_close(&self->nl);
}

static int limit(struct nl *nl, __u64 n)
{
	return ct_set(nl, ID, CTBC_PARAM_NUMPROC, n, n);
}

static struct values read_values(struct nl *nl)
{
	struct values v;

	ct_get(nl, ID, CTBC_PARAM_NUMPROC, &v);
	return v;
}

/* A sleeper in a container, or a negative errno. */
static pid_t sleeper(const struct cg *cg)
{
	pid_t pid = cg_fork(cg);

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

TEST_F(numproc, limit_is_reached_then_eagain)
{
	struct values v;

	ASSERT_EQ(0, limit(&self->nl, 5));
	for (int i = 0; i < 5; i++)
		ASSERT_LT(0, sleeper(&self->cg));
	for (int i = 0; i < 3; i++)
		ASSERT_EQ(-EAGAIN, sleeper(&self->cg));
	v = read_values(&self->nl);
	EXPECT_EQ(5, v.held);
	EXPECT_EQ(5, v.maxheld);
	EXPECT_EQ(5, v.barrier);
	EXPECT_EQ(5, v.limit);
	EXPECT_EQ(3, v.failcnt);
}

TEST_F(numproc, barrier_counts_not_limit)
{
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, 2, 9));
	ASSERT_LT(0, sleeper(&self->cg));
	ASSERT_LT(0, sleeper(&self->cg));
	ASSERT_EQ(-EAGAIN, sleeper(&self->cg));
}

TEST_F(numproc, raised_and_lowered_live)
{
	ASSERT_EQ(0, limit(&self->nl, 1));
	ASSERT_LT(0, sleeper(&self->cg));
	ASSERT_EQ(-EAGAIN, sleeper(&self->cg));
	ASSERT_EQ(0, limit(&self->nl, 3));
	ASSERT_LT(0, sleeper(&self->cg));
	ASSERT_LT(0, sleeper(&self->cg));
	ASSERT_EQ(0, limit(&self->nl, 1));
	EXPECT_EQ(3, read_values(&self->nl).held);
	ASSERT_EQ(-EAGAIN, sleeper(&self->cg));
}

TEST_F(numproc, plain_fork_of_a_member)
{
	pid_t pid;
	int status;

	ASSERT_EQ(0, limit(&self->nl, 2));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		/* Two in: parent and child, a zombie from now on. */
		usleep(100000);
		if (child < 0 || fork() != -1 || errno != EAGAIN)
			_exit(1);
		waitpid(child, NULL, 0);
		_exit(fork() < 0 ? 2 : 0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(1, read_values(&self->nl).failcnt);
}

static void *thread_sleep(void *arg)
{
	(void)arg;
	pause();
	return NULL;
}

TEST_F_TIMEOUT(numproc, threads_count, SLOW)
{
	pthread_t t;
	pid_t pid;
	int status;

	ASSERT_EQ(0, limit(&self->nl, 4));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		for (int i = 0; i < 3; i++)
			if (pthread_create(&t, NULL, thread_sleep, NULL))
				_exit(1);
		_exit(pthread_create(&t, NULL, thread_sleep, NULL) != EAGAIN);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(4, read_values(&self->nl).maxheld);
}

/**
 * struct tally - what the forkers counted for themselves, in shared memory
 * @refused: forks that failed with EAGAIN
 * @forked: forks that worked
 * @other: forks that failed otherwise
 * @start: none forks before all threads are there
 */
struct tally {
	unsigned long refused;
	unsigned long forked;
	unsigned long other;
	pthread_barrier_t start;
};

/* Not fork(): to copy the memory takes a sanitizer kernel most of the time. */
static void *fork_loop(void *arg)
{
	struct tally *t = arg;
	pid_t pid;

	pthread_barrier_wait(&t->start);
	for (int i = 0; i < 150; i++) {
		pid = vfork();
		if (!pid) {
			usleep(500);
			_exit(0);
		}
		if (pid > 0)
			__atomic_add_fetch(&t->forked, 1, __ATOMIC_SEQ_CST);
		else
			__atomic_add_fetch(errno == EAGAIN ? &t->refused : &t->other,
					   1, __ATOMIC_SEQ_CST);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	return NULL;
}

TEST_F_TIMEOUT(numproc, failcnt_exact_with_eight_forkers, SLOW)
{
	struct tally *t = mmap(NULL, sizeof(*t), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_t threads[8];
	struct values v;
	pid_t pid;

	ASSERT_NE(MAP_FAILED, t);
	/* The forking process and its 8 threads, and room for 3 children. */
	ASSERT_EQ(0, limit(&self->nl, 12));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		pthread_barrier_init(&t->start, NULL, 8);
		for (int i = 0; i < 8; i++)
			pthread_create(&threads[i], NULL, fork_loop, t);
		for (int i = 0; i < 8; i++)
			pthread_join(threads[i], NULL);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	v = read_values(&self->nl);
	EXPECT_LT(0, t->refused);
	EXPECT_EQ(0, t->other);
	EXPECT_EQ(1200, t->refused + t->forked);
	EXPECT_EQ(t->refused, v.failcnt);
	EXPECT_EQ(12, v.maxheld);
}

/* Whose the cgroup was is still known from the fork that was refused. */
TEST_F(numproc, no_limit_after_detach)
{
	ASSERT_EQ(0, limit(&self->nl, 1));
	ASSERT_LT(0, sleeper(&self->cg));
	EXPECT_EQ(-EAGAIN, sleeper(&self->cg));
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_LT(0, sleeper(&self->cg));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(2, read_values(&self->nl).held);
}

TEST_F(numproc, nested_cgroups_belong)
{
	struct cg deep, deeper;

	ASSERT_EQ(0, cg_make(&deep, &self->cg, "deep"));
	ASSERT_EQ(0, cg_make(&deeper, &deep, "deeper"));
	ASSERT_EQ(0, limit(&self->nl, 3));
	ASSERT_LT(0, sleeper(&self->cg));
	ASSERT_LT(0, sleeper(&deep));
	ASSERT_LT(0, sleeper(&deeper));
	EXPECT_EQ(-EAGAIN, sleeper(&deeper));
	EXPECT_EQ(-EAGAIN, sleeper(&deep));
	EXPECT_EQ(-EAGAIN, sleeper(&self->cg));
	EXPECT_EQ(3, read_values(&self->nl).held);
	cg_kill(&self->cg);
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(0, cg_remove(&deeper));
	EXPECT_EQ(0, cg_remove(&deep));
}

TEST_F(numproc, no_escape_by_clone_into_cgroup)
{
	pid_t pid;
	int status;

	ASSERT_EQ(0, limit(&self->nl, 2));
	ASSERT_LT(0, sleeper(&self->cg));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		/* Out of the container: its host's, not its own. */
		pid = sleeper(&self->other);
		if (pid < 0)
			_exit(1);
		kill(pid, SIGKILL);
		_exit(sleeper(&self->cg) != -EAGAIN);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(2, read_values(&self->nl).maxheld);
}

TEST_F(numproc, moves_carry_the_charge)
{
	pid_t pid = sleeper(&self->cg);

	ASSERT_LT(0, pid);
	EXPECT_EQ(1, read_values(&self->nl).held);
	ASSERT_EQ(0, cg_join(&self->other, pid));
	EXPECT_EQ(0, read_values(&self->nl).held);
	ASSERT_EQ(0, cg_join(&self->cg, pid));
	EXPECT_EQ(1, read_values(&self->nl).held);
	ASSERT_EQ(0, cg_join(&self->other, pid));
	EXPECT_EQ(0, read_values(&self->nl).held);
}

TEST_F(numproc, no_escape_by_moving_in)
{
	pid_t in, out;

	ASSERT_EQ(0, limit(&self->nl, 1));
	in = sleeper(&self->cg);
	out = sleeper(&self->other);
	ASSERT_LT(0, in);
	ASSERT_LT(0, out);
	EXPECT_EQ(-EAGAIN, cg_join(&self->cg, out));
	EXPECT_EQ(1, read_values(&self->nl).held);
	EXPECT_EQ(1, read_values(&self->nl).failcnt);
	ASSERT_EQ(0, cg_join(&self->other, in));
	EXPECT_EQ(0, cg_join(&self->cg, out));
	EXPECT_EQ(1, read_values(&self->nl).held);
}

TEST_F(numproc, a_process_moves_with_all_its_threads)
{
	pthread_t t;
	pid_t pid;

	ASSERT_EQ(0, limit(&self->nl, 3));
	pid = cg_fork(&self->other);
	ASSERT_LE(0, pid);
	if (!pid) {
		for (int i = 0; i < 3; i++)
			pthread_create(&t, NULL, thread_sleep, NULL);
		pause();
	}
	usleep(200000);
	EXPECT_EQ(-EAGAIN, cg_join(&self->cg, pid));
	EXPECT_EQ(0, read_values(&self->nl).held);
	ASSERT_EQ(0, limit(&self->nl, 4));
	EXPECT_EQ(0, cg_join(&self->cg, pid));
	EXPECT_EQ(4, read_values(&self->nl).held);
}

TEST_F(numproc, between_two_containers)
{
	struct values v;
	pid_t pid;

	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	pid = sleeper(&self->cg);
	ASSERT_LT(0, pid);
	ASSERT_EQ(0, cg_join(&self->other, pid));
	EXPECT_EQ(0, read_values(&self->nl).held);
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(1, v.held);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EXPECT_EQ(0, ct_wait_held(&self->nl, OTHER, CTBC_PARAM_NUMPROC, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
}

/* Writes into a cgroup's file; the root's where there is no cgroup. */
static bool cg_write(const struct cg *cg, const char *file, const char *text)
{
	char path[512];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", cg ? cg->path : "/sys/fs/cgroup", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return done;
}

/*
 * A move that the kernel itself refuses, after it was charged, leaves nothing
 * behind: the container is a partition that gave its only CPU to its child, and
 * has none left for tasks of its own.
 */
TEST_F(numproc, a_failed_move_gives_back)
{
	struct cg child;
	pid_t pid;

	ASSERT_TRUE(cg_write(NULL, "cgroup.subtree_control", "+cpuset"));
	ASSERT_TRUE(cg_write(&self->cg, "cpuset.cpus", "1"));
	ASSERT_TRUE(cg_write(&self->cg, "cpuset.cpus.partition", "root"));
	ASSERT_TRUE(cg_write(&self->cg, "cgroup.subtree_control", "+cpuset"));
	ASSERT_EQ(0, cg_make(&child, &self->cg, "child"));
	ASSERT_TRUE(cg_write(&child, "cpuset.cpus", "1"));
	ASSERT_TRUE(cg_write(&child, "cpuset.cpus.partition", "root"));
	pid = sleeper(&self->other);
	ASSERT_LT(0, pid);
	EXPECT_EQ(-ENOSPC, cg_join(&self->cg, pid));
	EXPECT_EQ(0, read_values(&self->nl).held);
	EXPECT_EQ(1, read_values(&self->nl).maxheld);
	EXPECT_EQ(0, cg_remove(&child));
}

/* A fork that the stock controller refuses after ours let it pass. */
TEST_F_TIMEOUT(numproc, a_failed_fork_gives_back, SLOW)
{
	struct cg child;

	ASSERT_TRUE(cg_write(NULL, "cgroup.subtree_control", "+pids"));
	ASSERT_EQ(0, cg_make(&child, &self->cg, "child"));
	ASSERT_TRUE(cg_write(&self->cg, "pids.max", "1"));
	ASSERT_LT(0, sleeper(&child));
	for (int i = 0; i < 20; i++)
		ASSERT_EQ(-EAGAIN, sleeper(&child));
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMPROC, 1));
	EXPECT_EQ(0, read_values(&self->nl).failcnt);
	cg_kill(&self->cg);
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(0, cg_remove(&child));
}

TEST_F(numproc, attach_counts_what_runs)
{
	struct values v;
	pthread_t t;
	pid_t pid, zombie;

	ASSERT_LT(0, sleeper(&self->other));
	pid = cg_fork(&self->other);
	ASSERT_LE(0, pid);
	if (!pid) {
		pthread_create(&t, NULL, thread_sleep, NULL);
		pthread_create(&t, NULL, thread_sleep, NULL);
		pause();
	}
	zombie = cg_fork(&self->other);
	if (!zombie)
		_exit(0);
	usleep(200000);
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &v));
	/* The sleeper, three threads, and a zombie that nobody has reaped. */
	EXPECT_EQ(5, v.held);
	waitpid(zombie, NULL, 0);
	EXPECT_EQ(0, ct_wait_held(&self->nl, OTHER, CTBC_PARAM_NUMPROC, 4));

	/* Detached and attached again under another id: counted once. */
	ASSERT_EQ(0, ct_detach(&self->nl, OTHER));
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER + 1, &self->other));
	ASSERT_EQ(0, ct_get(&self->nl, OTHER + 1, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(4, v.held);
	cg_kill(&self->other);
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(0, ct_wait_held(&self->nl, OTHER + 1, CTBC_PARAM_NUMPROC, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER + 1));
}

static volatile bool stop_storm;

static void *attach_storm(void *arg)
{
	struct cg *cg = arg;
	struct nl nl;

	nl_open(&nl);
	while (!stop_storm) {
		ct_attach(&nl, OTHER, cg);
		ct_detach(&nl, OTHER);
	}
	nl_close(&nl);
	return NULL;
}

/* Attach and detach while tasks are forked, moved and reaped all the time. */
TEST_F_TIMEOUT(numproc, attach_races_with_everything, SLOW)
{
	struct values v;
	pthread_t t;
	pid_t pid;

	pthread_create(&t, NULL, attach_storm, &self->other);
	for (int i = 0; i < 400; i++) {
		pid = cg_fork(i % 2 ? &self->other : &self->cg);
		if (!pid)
			_exit(0);
		ASSERT_LT(0, pid);
		cg_join(i % 3 ? &self->cg : &self->other, pid);
		waitpid(pid, NULL, 0);
	}
	stop_storm = true;
	pthread_join(t, NULL);
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(0, v.held);
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
}

TEST_HARNESS_MAIN
