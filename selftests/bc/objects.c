// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * Files, sockets, locks, terminals, signals, watches, keys: counted and refused
 *
 * The same tests for each parameter: held may reach the limit, the next object is
 * refused with the error that programs expect, failcnt counts it, and nothing is held
 * when the program has gone.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "make.h"
#include "kselftest_harness.h"

#define ID	4721
#define OTHER	4722
#define MANY	40

FIXTURE(object)
{
	struct nl nl;
	struct cg cg, other;
};

FIXTURE_VARIANT(object)
{
	const struct make_kind *kind;
};

FIXTURE_VARIANT_ADD(object, file) { &make_kinds[MAKE_FILE] };
FIXTURE_VARIANT_ADD(object, pipe) { &make_kinds[MAKE_PIPE] };
FIXTURE_VARIANT_ADD(object, tcp) { &make_kinds[MAKE_TCP] };
FIXTURE_VARIANT_ADD(object, udp) { &make_kinds[MAKE_UDP] };
FIXTURE_VARIANT_ADD(object, netlink) { &make_kinds[MAKE_NETLINK] };
FIXTURE_VARIANT_ADD(object, unix_sock) { &make_kinds[MAKE_UNIX_SOCK] };
FIXTURE_VARIANT_ADD(object, lock) { &make_kinds[MAKE_LOCK] };
FIXTURE_VARIANT_ADD(object, flock) { &make_kinds[MAKE_FLOCK] };
FIXTURE_VARIANT_ADD(object, lease) { &make_kinds[MAKE_LEASE] };
FIXTURE_VARIANT_ADD(object, pty) { &make_kinds[MAKE_PTY] };
FIXTURE_VARIANT_ADD(object, signal) { &make_kinds[MAKE_SIGNAL] };
FIXTURE_VARIANT_ADD(object, ignored_signal) { &make_kinds[MAKE_IGNORED_SIGNAL] };
FIXTURE_VARIANT_ADD(object, inotify) { &make_kinds[MAKE_INOTIFY] };
FIXTURE_VARIANT_ADD(object, watch) { &make_kinds[MAKE_WATCH] };
FIXTURE_VARIANT_ADD(object, key) { &make_kinds[MAKE_KEY] };

FIXTURE_SETUP(object)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "objects"));
	ASSERT_EQ(0, cg_make(&self->other, NULL, "objects-other"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
}

static int all_gone(struct nl *nl, __u32 param, int seconds)
{
	int rc = -1;

	/* ct_wait_held() waits for some seconds itself. */
	for (int i = 0; rc && i < seconds; i++)
		rc = ct_wait_held(nl, ID, param, 0);
	return rc;
}

FIXTURE_TEARDOWN(object)
{
	cg_kill(&self->cg);
	cg_kill(&self->other);
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(0, all_gone(&self->nl, variant->kind->param, variant->kind->slow));
	EXPECT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&self->cg));
	EXPECT_EQ(0, cg_remove(&self->other));
	nl_close(&self->nl);
}

/**
 * struct maker - a process that makes objects when it is told to
 * @pid: the process
 * @to: orders: how many to make, negative to give back that many, the newest first
 * @from: answers: how many were made or given back, and the error of the last
 */
struct maker {
	pid_t pid;
	int to[2];
	int from[2];
};

struct made {
	int nr;
	int error;
};

static int maker_start(struct maker *m, const struct cg *cg,
		       const struct make_kind *kind)
{
	struct made made;
	int order, next = 0, rc;

	if (pipe(m->to) || pipe(m->from))
		return -errno;
	m->pid = cg_fork(cg);
	if (m->pid)
		return m->pid < 0 ? m->pid : 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (kind->prepare && kind->prepare())
		_exit(1);
	while (read(m->to[0], &order, sizeof(order)) == sizeof(order)) {
		made.nr = 0;
		for (rc = 0; !rc && made.nr < order; made.nr += !rc) {
			rc = kind->make(next);
			next += !rc;
		}
		for (; !rc && made.nr < -order; made.nr += !rc) {
			rc = kind->drop(next - 1);
			next -= !rc;
		}
		made.error = rc;
		if (write(m->from[1], &made, sizeof(made)) < 0)
			_exit(1);
	}
	_exit(0);
}

static struct made maker_make(const struct maker *m, int nr)
{
	struct made made = { -1, -EIO };

	if (write(m->to[1], &nr, sizeof(nr)) < 0 ||
	    read(m->from[0], &made, sizeof(made)) < 0)
		perror("maker");
	return made;
}

static void maker_end(struct maker *m)
{
	for (int i = 0; i < 2; i++) {
		close(m->to[i]);
		close(m->from[i]);
	}
	kill(m->pid, SIGKILL);
	waitpid(m->pid, NULL, 0);
}

static struct values read_values(struct nl *nl, __u32 param)
{
	struct values v = { 0 };

	ct_get(nl, ID, param, &v);
	return v;
}

/* Objects are made with a unit to spare where one counts more. */
TEST_F_TIMEOUT(object, limit_is_reached_then_refused, SLOW)
{
	int nr = 5, each = variant->kind->each;
	struct made made;
	struct values v;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->cg, variant->kind));
	made = maker_make(&m, 0);
	ASSERT_EQ(0, made.nr);
	v = read_values(&self->nl, variant->kind->param);
	/* What it made in order to begin. */
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->kind->param, v.held + nr * each,
			    v.held + nr * each));
	made = maker_make(&m, nr);
	EXPECT_EQ(nr, made.nr);
	EXPECT_EQ(0, made.error);
	EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->kind->param).held);
	for (int i = 1; i <= 3; i++) {
		made = maker_make(&m, 1);
		EXPECT_EQ(0, made.nr);
		EXPECT_EQ(variant->kind->error, made.error);
		EXPECT_EQ(i, (int)read_values(&self->nl, variant->kind->param).failcnt);
	}
	EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->kind->param).held);
	EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->kind->param).maxheld);
	/* Raised live, it goes on; lowered, what is there stays. */
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->kind->param, 1000, 1000));
	made = maker_make(&m, 2);
	EXPECT_EQ(2, made.nr);
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->kind->param, 1, 1));
	EXPECT_EQ(v.held + (nr + 2) * each, read_values(&self->nl, variant->kind->param).held);
	made = maker_make(&m, 1);
	EXPECT_EQ(variant->kind->error, made.error);
	maker_end(&m);
}

/* What is given back while its process lives is there for the next. */
TEST_F_TIMEOUT(object, given_back_at_once, SLOW)
{
	int nr = 5, each = variant->kind->each;
	struct made made;
	struct values v;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->cg, variant->kind));
	ASSERT_EQ(1, maker_make(&m, 1).nr);
	v = read_values(&self->nl, variant->kind->param);
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->kind->param, v.held + nr * each,
			    v.held + nr * each));
	for (int i = 0; i < 3; i++) {
		made = maker_make(&m, nr);
		EXPECT_EQ(nr, made.nr);
		EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->kind->param).held);
		made = maker_make(&m, -nr);
		EXPECT_EQ(nr, made.nr);
		EXPECT_EQ(0, made.error);
		EXPECT_EQ(0, ct_wait_held(&self->nl, ID, variant->kind->param, v.held));
	}
	maker_end(&m);
}

/* A hog in one container leaves the same operations of another, and ours, alone. */
TEST_F_TIMEOUT(object, neighbours_are_unhurt, SLOW)
{
	struct maker hog, good, host;
	struct made made;
	struct values v;
	struct cg none;

	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	ASSERT_EQ(0, cg_make(&none, NULL, "objects-none"));
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->kind->param, 10, 10));
	ASSERT_EQ(0, maker_start(&hog, &self->cg, variant->kind));
	ASSERT_EQ(0, maker_start(&good, &self->other, variant->kind));
	ASSERT_EQ(0, maker_start(&host, &none, variant->kind));
	for (int i = 0; i < 20; i++)
		made = maker_make(&hog, MANY);
	EXPECT_EQ(variant->kind->error, made.error);
	made = maker_make(&good, MANY);
	EXPECT_EQ(MANY, made.nr);
	made = maker_make(&host, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, variant->kind->param, &v));
	EXPECT_LE(MANY * variant->kind->each, (int)v.held);
	EXPECT_EQ(0, v.failcnt);
	EXPECT_GE(10, (int)read_values(&self->nl, variant->kind->param).held);
	maker_end(&hog);
	maker_end(&good);
	maker_end(&host);
	for (int i = 0; i < variant->kind->slow; i++)
		if (!ct_wait_held(&self->nl, OTHER, variant->kind->param, 0))
			break;
	EXPECT_EQ(0, ct_wait_held(&self->nl, OTHER, variant->kind->param, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
	EXPECT_EQ(0, cg_remove(&none));
}

/* What was made before the container came to be goes without a trace. */
TEST_F_TIMEOUT(object, from_before_is_not_given_back, SLOW)
{
	struct made made;
	struct values v;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->other, variant->kind));
	made = maker_make(&m, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, cg_join(&self->cg, m.pid));
	made = maker_make(&m, 3);
	EXPECT_EQ(3, made.nr);
	v = read_values(&self->nl, variant->kind->param);
	EXPECT_EQ(3 * variant->kind->each, (int)v.held);
	maker_end(&m);
}

/* A detached container's objects go in peace. */
TEST_F_TIMEOUT(object, outlive_their_container, SLOW)
{
	struct made made;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->cg, variant->kind));
	made = maker_make(&m, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	maker_end(&m);
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(0, read_values(&self->nl, variant->kind->param).held);
}

/* What a process holds when its cgroup becomes a container; 0 where nobody looks. */
static int found(__u32 param)
{
	switch (param) {
	case CTBC_PARAM_NUMFILE:
	case CTBC_PARAM_NUMTCPSOCK:
	case CTBC_PARAM_NUMOTHERSOCK:
	case CTBC_PARAM_NUMPTY:
	case CTBC_PARAM_NUMFLOCK:
	case CTBC_PARAM_NUMINOTIFY:
	case CTBC_PARAM_NUMSIGINFO:
		return 1;
	default:
		return 0;
	}
}

TEST_F_TIMEOUT(object, attach_counts_what_is_held, SLOW)
{
	int want = MANY * variant->kind->each, others = 0;
	struct made made;
	struct values v;
	struct maker m;

	if (!found(variant->kind->param))
		SKIP(return, "not counted when a container is attached");
	ASSERT_EQ(0, maker_start(&m, &self->other, variant->kind));
	made = maker_make(&m, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, variant->kind->param, &v));
	/* What it has from us: files, not all of which differ, and a socket. */
	if (variant->kind->param == CTBC_PARAM_NUMFILE)
		others = 20;
	if (variant->kind->param == CTBC_PARAM_NUMOTHERSOCK)
		others = 1;
	EXPECT_LE(want, (int)v.held);
	EXPECT_GE(want + others, (int)v.held);
	/* What comes is counted as well, and all goes back. */
	want = v.held;
	made = maker_make(&m, 3);
	EXPECT_EQ(3, made.nr);
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, variant->kind->param, &v));
	EXPECT_EQ(want + 3 * variant->kind->each, (int)v.held);
	/* Taken over by the next container of the same cgroup, but for sockets. */
	ASSERT_EQ(0, ct_detach(&self->nl, OTHER));
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER + 1, &self->other));
	ASSERT_EQ(0, ct_get(&self->nl, OTHER + 1, variant->kind->param, &v));
	if (variant->kind->param == CTBC_PARAM_NUMTCPSOCK ||
	    variant->kind->param == CTBC_PARAM_NUMOTHERSOCK)
		want = -3 * variant->kind->each;
	EXPECT_EQ(want + 3 * variant->kind->each, (int)v.held);
	maker_end(&m);
	/* What it had from us is there still. */
	if (!others)
		EXPECT_EQ(0, ct_wait_held(&self->nl, OTHER + 1, variant->kind->param, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER + 1));
}

TEST_HARNESS_MAIN
