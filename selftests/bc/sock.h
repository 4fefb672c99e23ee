/* SPDX-License-Identifier: GPL-2.0 */
/* A container whose sockets are tested, and a server in it; for one test program. */
#ifndef _SELFTESTS_BC_SOCK_H
#define _SELFTESTS_BC_SOCK_H

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "kselftest_harness.h"
#include "tcp.h"

#define ID	4731
#define PORT	7777
#define KIB	1024ULL

FIXTURE(sock)
{
	struct nl nl;
	struct cg cg;
};

FIXTURE_SETUP(sock)
{
	signal(SIGPIPE, SIG_IGN);
	ASSERT_EQ(0, tcp_loopback_up());
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "sockets"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
}

static const __u32 all[] = {
	CTBC_PARAM_NUMFILE, CTBC_PARAM_NUMTCPSOCK, CTBC_PARAM_NUMOTHERSOCK,
	CTBC_PARAM_TCPSNDBUF, CTBC_PARAM_TCPRCVBUF, CTBC_PARAM_OTHERSOCKBUF,
	CTBC_PARAM_DGRAMRCVBUF, 0
};

FIXTURE_TEARDOWN(sock)
{
	size_t n;

	cg_kill(&self->cg);
	while (waitpid(-1, NULL, 0) > 0)
		;
	for (n = 0; all[n]; n++)
		EXPECT_EQ(0, ct_wait_held(&self->nl, ID, all[n], 0)) {
			TH_LOG("parameter %u", all[n]);
		}
	EXPECT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&self->cg));
	nl_close(&self->nl);
}

static struct values values_of(struct nl *nl, __u32 param)
{
	struct values v = { 0 };

	ct_get(nl, ID, param, &v);
	return v;
}

static __u64 held(struct nl *nl, __u32 param)
{
	return values_of(nl, param).held;
}

/**
 * struct server - a process of the container, which listens
 * @pid: the process
 * @go: closed, it goes
 */
struct server {
	pid_t pid;
	int go[2];
};

/* It accepts @accepts connections, reads nothing, and waits. */
static int serve(struct server *s, const struct cg *cg, int accepts)
{
	char ready = 'x';
	int up[2], fd;

	if (pipe(s->go) || pipe(up))
		return -errno;
	s->pid = cg_fork(cg);
	if (s->pid) {
		close(up[1]);
		fd = read(up[0], &ready, 1) == 1 ? 0 : -EIO;
		close(up[0]);
		return s->pid < 0 ? s->pid : fd;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(s->go[1]);
	fd = tcp_listener(PORT);
	if (fd < 0 || write(up[1], &ready, 1) != 1)
		_exit(1);
	while (accepts-- && accept(fd, NULL, NULL) >= 0)
		;
	while (read(s->go[0], &ready, 1) > 0)
		;
	_exit(0);
}

#endif
