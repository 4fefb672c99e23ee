// SPDX-License-Identifier: GPL-2.0
/*
 * kernels: 6.12-debug newest-debug
 *
 * Objects of a container, made while memory fails
 *
 * Of each kind one is made, with each of the allocations failing in turn that it
 * takes, the kernel's, and ours where the owner is noted down. It comes to be, or
 * there is an error that programs know; and when its process has gone, nothing is
 * held.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "fault.h"
#include "kselftest_harness.h"
#include "make.h"

#define ID	410
#define MOST	500

FIXTURE(objects)
{
	struct nl nl;
	struct cg cg;
};

FIXTURE_VARIANT(objects)
{
	const struct make_kind *kind;
};

FIXTURE_VARIANT_ADD(objects, file) { &make_kinds[MAKE_FILE] };
FIXTURE_VARIANT_ADD(objects, pipe) { &make_kinds[MAKE_PIPE] };
FIXTURE_VARIANT_ADD(objects, tcp) { &make_kinds[MAKE_TCP] };
FIXTURE_VARIANT_ADD(objects, udp) { &make_kinds[MAKE_UDP] };
FIXTURE_VARIANT_ADD(objects, netlink) { &make_kinds[MAKE_NETLINK] };
FIXTURE_VARIANT_ADD(objects, unix_sock) { &make_kinds[MAKE_UNIX_SOCK] };
FIXTURE_VARIANT_ADD(objects, lock) { &make_kinds[MAKE_LOCK] };
FIXTURE_VARIANT_ADD(objects, flock) { &make_kinds[MAKE_FLOCK] };
FIXTURE_VARIANT_ADD(objects, lease) { &make_kinds[MAKE_LEASE] };
FIXTURE_VARIANT_ADD(objects, pty) { &make_kinds[MAKE_PTY] };
FIXTURE_VARIANT_ADD(objects, signal) { &make_kinds[MAKE_SIGNAL] };
FIXTURE_VARIANT_ADD(objects, ignored_signal) { &make_kinds[MAKE_IGNORED_SIGNAL] };
FIXTURE_VARIANT_ADD(objects, inotify) { &make_kinds[MAKE_INOTIFY] };
FIXTURE_VARIANT_ADD(objects, watch) { &make_kinds[MAKE_WATCH] };
FIXTURE_VARIANT_ADD(objects, key) { &make_kinds[MAKE_KEY] };

FIXTURE_SETUP(objects)
{
	if (fault_setup(false))
		SKIP(return, "the kernel cannot fail allocations");
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "fault-objects"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
}

FIXTURE_TEARDOWN(objects)
{
	int rc = -1;

	cg_kill(&self->cg);
	while (waitpid(-1, NULL, 0) > 0)
		;
	/* ct_wait_held() waits for some seconds itself. */
	for (int i = 0; rc && i < 3 * variant->kind->slow; i++)
		rc = ct_wait_held(&self->nl, ID, variant->kind->param, 0);
	EXPECT_EQ(0, rc);
	EXPECT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&self->cg));
	nl_close(&self->nl);
}

static bool is_known(int err)
{
	static const int known[] = {
		0, ENOMEM, ENOBUFS, ENFILE, EMFILE, EAGAIN, ENOLCK, ENOSPC, EDQUOT, EIO,
		/* An overlay says so of a file that it could not look up. */
		ENOENT,
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (err == -known[i])
			return true;
	return false;
}

/* In a process of the container; returns how many attempts failed, or a bad one. */
static int walk(const struct make_kind *kind)
{
	int failures = 0, i = 1, err;
	bool hit;

	/* Of this thread. */
	if (fault_setup(false) || (kind->prepare && kind->prepare()) || kind->make(0))
		return -1000;
	for (unsigned int nth = 1; nth <= MOST; nth++) {
		fault_arm(nth);
		err = kind->make(i);
		hit = fault_hit();
		if (!is_known(err))
			return err;
		if (!err && kind->drop(i))
			return -1001;
		if (!hit)
			return failures;
		failures++;
	}
	return -1002;
}

TEST_F_TIMEOUT(objects, walk, SLOW)
{
	struct values v;
	int to[2], got = -1003;
	pid_t pid;

	ASSERT_EQ(0, pipe(to));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		got = walk(variant->kind);
		_exit(write(to[1], &got, sizeof(got)) != sizeof(got));
	}
	close(to[1]);
	EXPECT_EQ((ssize_t)sizeof(got), read(to[0], &got, sizeof(got)));
	close(to[0]);
	waitpid(pid, NULL, 0);
	TH_LOG("%d allocations failed", got);
	EXPECT_LT(0, got);
	ASSERT_EQ(0, ct_get(&self->nl, ID, variant->kind->param, &v));
	/* What failed for lack of memory was not refused by a limit. */
	EXPECT_EQ(0, v.failcnt);
}

TEST_HARNESS_MAIN
