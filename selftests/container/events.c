// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * Events: a container's life, and refusals, none of them lost
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "kselftest_harness.h"

#define ID	400

struct event {
	__u32 type;
	__u32 container;
	__u32 param;
	__u64 held;
	__u64 limit;
	__u32 pid;
	char comm[CTBC_COMM_LEN];
	__u64 left_out;
	__u64 time;
};

FIXTURE(events)
{
	struct nl nl, listener;
	struct cg cg;
	struct event e;
};

FIXTURE_SETUP(events)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, nl_open(&self->listener));
	ASSERT_EQ(0, nl_listen(&self->listener));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "events"));
}

FIXTURE_TEARDOWN(events)
{
	cg_kill(&self->cg);
	while (waitpid(-1, NULL, 0) > 0)
		;
	ct_detach(&self->nl, ID);
	EXPECT_EQ(0, cg_remove(&self->cg));
	nl_close(&self->nl);
	nl_close(&self->listener);
}

static void on_event(const struct nlmsghdr *nlh, void *arg)
{
	struct event *e = arg;

	*e = (struct event) {
		.type = nl_u32(nl_attr(nlh, CTBC_A_EVENT_TYPE)),
		.container = nl_u32(nl_attr(nlh, CTBC_A_EVENT_CONTAINER)),
		.param = nl_u32(nl_attr(nlh, CTBC_A_EVENT_PARAM)),
		.held = nl_u64(nl_attr(nlh, CTBC_A_EVENT_HELD)),
		.limit = nl_u64(nl_attr(nlh, CTBC_A_EVENT_LIMIT)),
		.pid = nl_u32(nl_attr(nlh, CTBC_A_EVENT_PID)),
		.left_out = nl_u64(nl_attr(nlh, CTBC_A_EVENT_LEFT_OUT)),
		.time = nl_u64(nl_attr(nlh, CTBC_A_EVENT_TIME)),
	};
	snprintf(e->comm, sizeof(e->comm), "%s",
		 nl_str(nl_attr(nlh, CTBC_A_EVENT_COMM)));
}

static int next_event(struct nl *listener, struct event *e)
{
	int err = nl_wait(listener, on_event, e);

	return err ? err : (int)e->type;
}

TEST_F(events, life)
{
	pid_t pid;

	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(CTBC_EVENT_CREATED, next_event(&self->listener, &self->e));
	EXPECT_EQ(ID, self->e.container);
	pid = cg_fork(&self->cg);
	if (!pid)
		for (;;)
			pause();
	EXPECT_EQ(CTBC_EVENT_STARTED, next_event(&self->listener, &self->e));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EXPECT_EQ(CTBC_EVENT_STOPPED, next_event(&self->listener, &self->e));
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(CTBC_EVENT_DESTROYED, next_event(&self->listener, &self->e));
	EXPECT_NE(0, self->e.time);
}

TEST_F(events, attach_of_a_running_one)
{
	pid_t pid = cg_fork(&self->cg);

	if (!pid)
		for (;;)
			pause();
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(CTBC_EVENT_CREATED, next_event(&self->listener, &self->e));
	EXPECT_EQ(CTBC_EVENT_STARTED, next_event(&self->listener, &self->e));
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(CTBC_EVENT_STOPPED, next_event(&self->listener, &self->e));
	EXPECT_EQ(CTBC_EVENT_DESTROYED, next_event(&self->listener, &self->e));
}

TEST_F(events, rmdir)
{
	struct cg gone;

	ASSERT_EQ(0, cg_make(&gone, NULL, "events-gone"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &gone));
	EXPECT_EQ(CTBC_EVENT_CREATED, next_event(&self->listener, &self->e));
	ASSERT_EQ(0, cg_remove(&gone));
	EXPECT_EQ(CTBC_EVENT_DESTROYED, next_event(&self->listener, &self->e));
}

TEST_F(events, refusal_says_who_and_what)
{
	pid_t pid;

	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(CTBC_EVENT_CREATED, next_event(&self->listener, &self->e));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, 1, 9));
	pid = cg_fork(&self->cg);
	if (!pid) {
		prctl(PR_SET_NAME, "bomb");
		_exit(fork() != -1);
	}
	EXPECT_EQ(CTBC_EVENT_STARTED, next_event(&self->listener, &self->e));
	EXPECT_EQ(CTBC_EVENT_REFUSED, next_event(&self->listener, &self->e));
	EXPECT_EQ(ID, self->e.container);
	EXPECT_EQ(CTBC_PARAM_NUMPROC, self->e.param);
	EXPECT_EQ(1, self->e.held);
	EXPECT_EQ(1, self->e.limit);
	EXPECT_EQ(pid, self->e.pid);
	EXPECT_STREQ("bomb", self->e.comm);
	EXPECT_EQ(0, self->e.left_out);
}

/* Thousands of refusals: few events, and together they count each one. */
TEST_F_TIMEOUT(events, flood_is_thinned_and_counted, SLOW)
{
	unsigned int events = 0;
	__u64 refusals = 0;
	struct values v;
	pid_t pid;

	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(CTBC_EVENT_CREATED, next_event(&self->listener, &self->e));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, 1, 1));
	pid = cg_fork(&self->cg);
	if (!pid) {
		for (int i = 0; i < 3000; i++)
			if (vfork() >= 0)
				_exit(1);
		_exit(0);
	}
	while (refusals < 3000 && next_event(&self->listener, &self->e) >= 0) {
		if (self->e.type != CTBC_EVENT_REFUSED)
			continue;
		events++;
		refusals += 1 + self->e.left_out;
	}
	EXPECT_EQ(3000, refusals);
	EXPECT_LT(events, 300);
	ASSERT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(3000, v.failcnt);
}

TEST_F(events, not_for_the_unprivileged)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct nl nl;

		if (setgid(65534) || setuid(65534) || nl_open(&nl))
			_exit(100);
		_exit(nl_listen(&nl) != -EPERM);
	}
	waitpid(pid, &status, 0);
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
