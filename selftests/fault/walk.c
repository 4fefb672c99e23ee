// SPDX-License-Identifier: GPL-2.0
/*
 * kernels: 6.12-debug newest-debug
 *
 * Each allocation fails once, in every command, file and hook
 *
 * An operation is repeated with its 1st, 2nd, 3rd... allocation failing, until it
 * has none left. It either ends well or fails with an error that tells of memory,
 * does all that it is for or nothing, and leaves what is held exact.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "fault.h"
#include "kselftest_harness.h"

#define ID	400
#define OTHER	401
#define LIMIT	50
#define CROWD	60
/* More allocations than any of these operations makes. */
#define MOST	5000

FIXTURE(walk)
{
	struct nl nl;
	struct cg cg, other;
	struct msg *m;
	pid_t sleepers[2];
};

/* A process of a cgroup that does nothing; a negative errno if there is none. */
static pid_t sleeper(const struct cg *cg)
{
	pid_t pid = cg_fork(cg);

	while (!pid)
		pause();
	return pid;
}

FIXTURE_SETUP(walk)
{
	if (fault_setup(false))
		SKIP(return, "no fault injection in this kernel");
	self->m = malloc(sizeof(*self->m));
	ASSERT_NE(NULL, self->m);
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "walk"));
	ASSERT_EQ(0, cg_make(&self->other, NULL, "walk-other"));
	for (int i = 0; i < 2; i++) {
		self->sleepers[i] = sleeper(&self->cg);
		ASSERT_LE(0, self->sleepers[i]);
	}
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, LIMIT, LIMIT));
}

FIXTURE_TEARDOWN(walk)
{
	struct values v;

	if (!self->m)
		return;
	EXPECT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(2, v.held);
	EXPECT_EQ(LIMIT, v.limit);
	cg_kill(&self->cg);
	for (int i = 0; i < 2; i++)
		waitpid(self->sleepers[i], NULL, 0);
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMPROC, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&self->cg));
	EXPECT_EQ(0, cg_remove(&self->other));
	nl_close(&self->nl);
	free(self->m);
}

/* Errors that tell of a lack of memory; 0 where it did no harm. */
static bool is_clean(int err)
{
	return !err || err == -ENOMEM || err == -ENOBUFS;
}

/*
 * With ENOBUFS it is the answer that was lost, or the request: the next one may
 * find an answer that is late.
 */
static bool may_be_done(int err)
{
	return !err || err == -ENOBUFS;
}

static void reopen(struct nl *nl)
{
	nl_close(nl);
	if (nl_open(nl))
		abort();
}

#define WALK(nth) for (unsigned int nth = 1; nth <= MOST; nth++)

/* Ends the walk where nothing was left to fail; counts what failed. */
#define NEXT(hit, failures)						\
{									\
	if (!(hit))							\
		break;							\
	(failures)++;							\
}

TEST_F_TIMEOUT(walk, attach, SLOW)
{
	unsigned int failures = 0;
	struct values v;
	pid_t pid;
	bool hit;
	int err;

	pid = sleeper(&self->other);
	ASSERT_LE(0, pid);
	WALK(nth) {
		fault_arm(nth);
		err = ct_attach(&self->nl, OTHER, &self->other);
		hit = fault_hit();
		EXPECT_TRUE(is_clean(err)) TH_LOG("%u: %d", nth, err);
		reopen(&self->nl);
		if (ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &v)) {
			EXPECT_NE(0, err);
		} else {
			EXPECT_TRUE(may_be_done(err)) TH_LOG("%u: %d", nth, err);
			EXPECT_EQ(1, v.held) TH_LOG("%u: %d", nth, err);
			EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
		}
		NEXT(hit, failures);
	}
	/* A container, its counters, their CPUs' parts, its folder in /proc... */
	EXPECT_LT(8, failures);
	TH_LOG("%u allocations", failures);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Not one allocation fails, but each from some point on. */
static unsigned int walk_shortage(struct __test_metadata *_metadata,
				  FIXTURE_DATA(walk) *self, const char *of, long step)
{
	unsigned int failures = 0;
	struct values v;
	int err = -1;

	for (long space = 0; err && space < MOST * step; space += step) {
		ASSERT_EQ(0, fault_shortage(of, space));
		err = ct_attach(&self->nl, OTHER, &self->other);
		ASSERT_EQ(0, fault_shortage(of, -1));
		EXPECT_TRUE(is_clean(err)) TH_LOG("%ld: %d", space, err);
		reopen(&self->nl);
		failures += !!err;
		if (ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &v)) {
			EXPECT_NE(0, err);
			continue;
		}
		EXPECT_TRUE(may_be_done(err)) TH_LOG("%ld: %d", space, err);
		EXPECT_EQ(CROWD, v.held) TH_LOG("%ld: %d", space, err);
		EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
	}
	EXPECT_EQ(0, err);
	TH_LOG("%s: %u failures", of, failures);
	return failures;
}

/* So many tasks that some lie where nothing has had an owner yet: that takes pages. */
TEST_F_TIMEOUT(walk, attach_in_a_shortage, SLOW)
{
	pid_t pids[CROWD];

	for (int i = 0; i < CROWD; i++) {
		pids[i] = sleeper(&self->other);
		ASSERT_LE(0, pids[i]);
	}
	ASSERT_EQ(0, fault_range(true));
	EXPECT_LT(1, walk_shortage(_metadata, self, FAULT_PAGES, 1));
	EXPECT_LT(8, walk_shortage(_metadata, self, FAULT_SLAB, 128));
	EXPECT_EQ(0, fault_range(false));
	cg_kill(&self->other);
	for (int i = 0; i < CROWD; i++)
		waitpid(pids[i], NULL, 0);
}

TEST_F_TIMEOUT(walk, detach, SLOW)
{
	unsigned int failures = 0;
	bool hit, done;
	int err;

	WALK(nth) {
		ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
		fault_arm(nth);
		err = ct_detach(&self->nl, OTHER);
		hit = fault_hit();
		EXPECT_TRUE(is_clean(err)) TH_LOG("%u: %d", nth, err);
		reopen(&self->nl);
		done = ct_detach(&self->nl, OTHER);
		EXPECT_TRUE(done ? may_be_done(err) : err) TH_LOG("%u: %d", nth, err);
		NEXT(hit, failures);
	}
	EXPECT_LT(1, failures);
}

TEST_F_TIMEOUT(walk, set, SLOW)
{
	unsigned int failures = 0;
	struct values one, two;
	bool hit;
	int err;

	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	WALK(nth) {
		ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, 10, 10));
		ASSERT_EQ(0, ct_set(&self->nl, OTHER, CTBC_PARAM_NUMPROC, 10, 10));
		msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
		ct_put_setting(self->m, ID, CTBC_PARAM_NUMPROC, 20, 20);
		ct_put_setting(self->m, OTHER, CTBC_PARAM_NUMPROC, 20, 20);
		fault_arm(nth);
		err = nl_talk(&self->nl, self->m, NULL, NULL);
		hit = fault_hit();
		EXPECT_TRUE(is_clean(err)) TH_LOG("%u: %d", nth, err);
		reopen(&self->nl);
		ASSERT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &one));
		ASSERT_EQ(0, ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &two));
		EXPECT_EQ(one.limit, two.limit) TH_LOG("%u: %d", nth, err);
		if (!may_be_done(err))
			EXPECT_EQ(10, one.limit);
		if (!err)
			EXPECT_EQ(20, one.limit);
		NEXT(hit, failures);
	}
	EXPECT_LT(2, failures);
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, LIMIT, LIMIT));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
}

/* One request, walked: done and answered in full, or refused with an error. */
static void walk_request(struct __test_metadata *_metadata, FIXTURE_DATA(walk) *self,
			 __u8 cmd, __u16 flags, __u32 id)
{
	unsigned int failures = 0;
	bool hit;
	int err;

	WALK(nth) {
		msg_init(self->m, &self->nl, cmd, flags);
		if (id)
			msg_put_u32(self->m, CTBC_A_CONTAINER_ID, id);
		if (cmd == CTBC_CMD_CONTAINER_SET)
			msg_put_u32(self->m, CTBC_A_CONTAINER_MODE, CTBC_MODE_ENFORCE);
		fault_arm(nth);
		err = nl_talk(&self->nl, self->m, NULL, NULL);
		hit = fault_hit();
		EXPECT_TRUE(is_clean(err)) TH_LOG("%u: %d", nth, err);
		reopen(&self->nl);
		NEXT(hit, failures);
	}
	EXPECT_LT(1, failures);
}

TEST_F_TIMEOUT(walk, get, SLOW)
{
	walk_request(_metadata, self, CTBC_CMD_CONTAINER_GET, 0, ID);
}

TEST_F_TIMEOUT(walk, mode, SLOW)
{
	walk_request(_metadata, self, CTBC_CMD_CONTAINER_SET, 0, ID);
}

TEST_F_TIMEOUT(walk, dump, SLOW)
{
	walk_request(_metadata, self, CTBC_CMD_CONTAINER_GET, NLM_F_DUMP, 0);
}

TEST_F_TIMEOUT(walk, features, SLOW)
{
	walk_request(_metadata, self, CTBC_CMD_FEATURE_GET, NLM_F_DUMP, 0);
}

TEST_F_TIMEOUT(walk, files, SLOW)
{
	static const char *const files[] = {
		"/proc/ctbc/counters", "/proc/ctbc/features", "/proc/ctbc/version",
		"/proc/ctbc/400/counters", "/proc/user_beancounters",
	};
	unsigned int failures = 0;
	char buf[4096];
	ssize_t len;
	bool hit;
	int fd;

	for (unsigned int i = 0; i < ARRAY_SIZE(files); i++)
		WALK(nth) {
			fault_arm(nth);
			len = -1;
			fd = open(files[i], O_RDONLY | O_CLOEXEC);
			if (fd >= 0)
				len = read(fd, buf, sizeof(buf));
			if (len < 0)
				EXPECT_EQ(ENOMEM, errno);
			hit = fault_hit();
			close(fd);
			NEXT(hit, failures);
		}
	EXPECT_LT(10, failures);
}

/* A fork that fails holds nothing, and is no refusal. */
TEST_F_TIMEOUT(walk, fork, SLOW)
{
	unsigned int failures = 0;
	struct values v;
	pid_t pid;
	bool hit;

	WALK(nth) {
		fault_arm(nth);
		pid = cg_fork(&self->cg);
		if (!pid)
			_exit(0);
		hit = fault_hit();
		if (pid > 0) {
			waitpid(pid, NULL, 0);
		} else {
			EXPECT_TRUE(pid == -ENOMEM || pid == -EAGAIN)
				TH_LOG("%u: %d", nth, pid);
		}
		EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMPROC, 2))
			TH_LOG("%u: %d", nth, pid);
		NEXT(hit, failures);
	}
	EXPECT_LT(20, failures);
	ASSERT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(0, v.failcnt);
}

/* One that is moved is here or there, and counted there. */
TEST_F_TIMEOUT(walk, move, SLOW)
{
	unsigned int failures = 0;
	struct values v;
	pid_t pid;
	bool hit;
	int err;

	pid = sleeper(&self->other);
	ASSERT_LE(0, pid);
	WALK(nth) {
		fault_arm(nth);
		err = cg_join(&self->cg, pid);
		hit = fault_hit();
		EXPECT_TRUE(!err || err == -ENOMEM || err == -EAGAIN)
			TH_LOG("%u: %d", nth, err);
		ASSERT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
		EXPECT_EQ(err ? 2 : 3, v.held) TH_LOG("%u: %d", nth, err);
		EXPECT_EQ(0, cg_join(&self->other, pid));
		NEXT(hit, failures);
	}
	EXPECT_LT(3, failures);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A refusal is counted even where its event finds no memory. */
TEST_F_TIMEOUT(walk, refusal, SLOW)
{
	unsigned int failures = 0, refused = 0;
	struct nl listener;
	struct values v;
	pid_t pid;
	bool hit;

	ASSERT_EQ(0, nl_open(&listener));
	ASSERT_EQ(0, nl_listen(&listener));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, 2, 2));
	WALK(nth) {
		fault_arm(nth);
		pid = cg_fork(&self->cg);
		if (!pid)
			_exit(0);
		hit = fault_hit();
		EXPECT_GT(0, pid);
		ASSERT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
		/* Where the kernel failed first, nothing was refused. */
		EXPECT_TRUE(v.failcnt == refused || v.failcnt == refused + 1);
		refused = v.failcnt;
		EXPECT_EQ(2, v.held);
		NEXT(hit, failures);
	}
	EXPECT_LT(0, refused);
	nl_close(&listener);
	EXPECT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, LIMIT, LIMIT));
}

TEST_HARNESS_MAIN
