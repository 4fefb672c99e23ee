// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * File locks that are cut in two, given up, or not granted
 *
 * (That they are counted and refused as other objects are is objects.c's to say.)
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "kselftest_harness.h"

#define ID	4741

FIXTURE(lock)
{
	struct nl nl;
	struct cg cg;
	int fd;
};

FIXTURE_SETUP(lock)
{
	char path[] = "/tmp/locks.XXXXXX";

	self->fd = mkstemp(path);
	ASSERT_LE(0, self->fd);
	unlink(path);
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "locks"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
}

FIXTURE_TEARDOWN(lock)
{
	cg_kill(&self->cg);
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMFLOCK, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&self->cg));
	nl_close(&self->nl);
	close(self->fd);
}

static int set(int fd, int type, int start, int len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start,
			   .l_len = len };

	return fcntl(fd, F_SETLK, &l) ? -errno : 0;
}

static struct values values_of(struct nl *nl)
{
	struct values v = { 0 };

	ct_get(nl, ID, CTBC_PARAM_NUMFLOCK, &v);
	return v;
}

/* One that is cut in two may go up to the limit, and not beyond. */
TEST_F(lock, split_stops_at_the_limit)
{
	struct values v;
	int status;
	pid_t pid;

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMFLOCK, 2, 4));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		if (set(self->fd, F_WRLCK, 0, 100))
			_exit(1);
		for (int i = 1; i <= 3; i++)
			if (set(self->fd, F_UNLCK, 10 * i, 1))
				_exit(2);
		_exit(set(self->fd, F_UNLCK, 40, 1) == -ENOLCK ? 0 : 3);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	v = values_of(&self->nl);
	EXPECT_EQ(4, v.maxheld);
}

/* At the limit all can be unlocked. */
TEST_F(lock, unlocking_is_not_refused)
{
	struct values v;
	int status;
	pid_t pid;

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMFLOCK, 3, 3));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		if (set(self->fd, F_WRLCK, 0, 100) || set(self->fd, F_UNLCK, 10, 1) ||
		    set(self->fd, F_UNLCK, 20, 1))
			_exit(1);
		if (set(self->fd, F_WRLCK, 200, 1) != -ENOLCK)
			_exit(2);
		_exit(set(self->fd, F_UNLCK, 0, 0) ? 3 : 0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	v = values_of(&self->nl);
	EXPECT_EQ(0, v.held);
	EXPECT_EQ(3, v.maxheld);
	EXPECT_EQ(1, v.failcnt);
}

/* What somebody else has is no new lock, however often it is asked for. */
TEST_F(lock, what_is_not_granted_does_not_count)
{
	struct values v;
	pid_t pid;

	ASSERT_EQ(0, set(self->fd, F_WRLCK, 0, 0));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		for (int i = 0; i < 50; i++)
			if (set(self->fd, F_WRLCK, 0, 0) != -EAGAIN)
				_exit(1);
		pause();
	}
	usleep(300000);
	EXPECT_EQ(0, kill(pid, 0));
	v = values_of(&self->nl);
	EXPECT_EQ(0, v.held);
	EXPECT_EQ(1, v.maxheld);
}

TEST_HARNESS_MAIN
