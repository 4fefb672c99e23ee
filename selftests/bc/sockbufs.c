// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * The buffers of sockets obey their barrier and limit, and nobody is killed or stuck.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sock.h"

/* How much a process of the container can send on @nr sockets until it would block. */
static pid_t sender(const struct cg *cg, int nr, unsigned long *sent)
{
	static char block[16 * 1024];
	int fds[64], waits = 0;
	ssize_t n;
	pid_t pid = cg_fork(cg);

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < nr; i++)
		fds[i] = tcp_connected(PORT, 0);
	while (waits < 50) {
		bool any = false;

		for (int i = 0; i < nr; i++) {
			n = send(fds[i], block, sizeof(block), MSG_DONTWAIT);
			if (n > 0) {
				__atomic_add_fetch(sent, n, __ATOMIC_SEQ_CST);
				any = true;
			}
		}
		waits = any ? 0 : waits + 1;
		usleep(any ? 0 : 10000);
	}
	__atomic_add_fetch(sent, 1UL << 40, __ATOMIC_SEQ_CST);
	pause();
	_exit(0);
}

#define BLOCKED(sent)	(__atomic_load_n(sent, __ATOMIC_SEQ_CST) >> 40)

static unsigned long *shared(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		    -1, 0);
}

/* Reads all that comes to a listener outside, when told to. */
static pid_t reader(int fd, int nr, volatile unsigned long *go, unsigned long *got)
{
	static char block[64 * 1024];
	pid_t pid = fork();
	int fds[64];
	ssize_t n;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < nr; i++)
		fds[i] = accept(fd, NULL, NULL);
	while (!*go)
		usleep(1000);
	for (;;) {
		bool any = false;

		for (int i = 0; i < nr; i++) {
			n = recv(fds[i], block, sizeof(block), MSG_DONTWAIT);
			if (n > 0) {
				__atomic_add_fetch(got, n, __ATOMIC_SEQ_CST);
				any = true;
			}
		}
		if (!any)
			usleep(1000);
	}
}

TEST_F_TIMEOUT(sock, tcp_senders_wait_at_the_barrier, SLOW)
{
	unsigned long *s = shared(), *sent = s, *got = s + 1, *go = s + 2;
	struct values v;
	pid_t in, out;
	int fd;

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_TCPSNDBUF, 512 * KIB, 1024 * KIB));
	ASSERT_LE(0, fd = tcp_listener(PORT));
	out = reader(fd, 32, go, got);
	in = sender(&self->cg, 32, sent);
	ASSERT_LT(0, in);
	while (!BLOCKED(sent))
		usleep(10000);
	v = values_of(&self->nl, CTBC_PARAM_TCPSNDBUF);
	EXPECT_LT(256 * KIB, v.held);
	EXPECT_GE(1024 * KIB, v.maxheld);
	EXPECT_LT(0, v.failcnt);
	/* Nobody is stuck: what was sent arrives, and the buffers drain. */
	*go = 1;
	for (int i = 0; i < 500 && *got < (*sent & ((1UL << 40) - 1)); i++)
		usleep(20000);
	EXPECT_EQ(*sent & ((1UL << 40) - 1), *got);
	EXPECT_EQ(0, kill(in, 0));
	kill(out, SIGKILL);
	close(fd);
}

/*
 * 256 KiB up to the barrier, and 768 KiB for 16 sockets above it: 48 KiB each. Four
 * that want all get no more, and one that comes late works.
 */
TEST_F_TIMEOUT(sock, above_the_barrier_none_takes_more_than_its_share, SLOW)
{
	unsigned long *s = shared(), *greedy = s, *late = s + 1, *got = s + 2;
	unsigned long *go = s + 3;
	struct values v;
	pid_t out;
	int fd;

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMTCPSOCK, 16, 16));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_TCPSNDBUF, 256 * KIB, 1024 * KIB));
	ASSERT_LE(0, fd = tcp_listener(PORT));
	out = reader(fd, 5, go, got);
	ASSERT_LT(0, sender(&self->cg, 4, greedy));
	while (!BLOCKED(greedy))
		usleep(10000);
	v = values_of(&self->nl, CTBC_PARAM_TCPSNDBUF);
	EXPECT_LT(128 * KIB, v.held);
	EXPECT_GE((256 + 4 * 48) * KIB, v.maxheld);
	EXPECT_LT(0, v.failcnt);
	ASSERT_LT(0, sender(&self->cg, 1, late));
	while (!BLOCKED(late))
		usleep(10000);
	EXPECT_LE(32 * KIB, *late & ((1UL << 40) - 1));
	EXPECT_GE((256 + 5 * 48) * KIB,
		  values_of(&self->nl, CTBC_PARAM_TCPSNDBUF).maxheld);
	kill(out, SIGKILL);
	close(fd);
}

TEST_F_TIMEOUT(sock, tcp_receivers_stop_at_the_limit, SLOW)
{
	unsigned long *sent = shared();
	struct server s;
	struct values v;
	struct cg none;
	pid_t out;

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_TCPRCVBUF, 512 * KIB, 1024 * KIB));
	ASSERT_EQ(0, cg_make(&none, NULL, "sockets-none"));
	ASSERT_EQ(0, serve(&s, &self->cg, 32));
	out = sender(&none, 32, sent);
	ASSERT_LT(0, out);
	while (!BLOCKED(sent))
		usleep(10000);
	v = values_of(&self->nl, CTBC_PARAM_TCPRCVBUF);
	EXPECT_LT(256 * KIB, v.held);
	EXPECT_GE(1024 * KIB, v.maxheld);
	EXPECT_LT(0, v.failcnt);
	EXPECT_EQ(0, kill(s.pid, 0));
	kill(out, SIGKILL);
	kill(s.pid, SIGKILL);
	waitpid(out, NULL, 0);
	EXPECT_EQ(0, cg_remove(&none));
}

TEST_F(sock, datagrams_above_the_limit_are_dropped)
{
	struct values v;

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_DGRAMRCVBUF, 64 * KIB, 64 * KIB));
	ASSERT_EQ(0, udp_flood(&self->cg, PORT, 500));
	v = values_of(&self->nl, CTBC_PARAM_DGRAMRCVBUF);
	EXPECT_LT(32 * KIB, v.held);
	EXPECT_GE(64 * KIB, v.maxheld);
	EXPECT_LT(0, v.failcnt);
	/* The sender's buffer is the host's, and not charged. */
	EXPECT_EQ(0, held(&self->nl, CTBC_PARAM_OTHERSOCKBUF));
}

/*
 * The kernel has limits of its own, and drops what was charged already. It counts in
 * steps of a megabyte for each processor.
 */
TEST_F(sock, datagrams_that_the_kernel_drops_are_not_charged)
{
	static const char udp_mem[] = "/proc/sys/net/ipv4/udp_mem";
	struct values v;
	char before[100] = "";
	int fd = open(udp_mem, O_RDWR);

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_DGRAMRCVBUF, 65536 * KIB, 65536 * KIB));
	ASSERT_LT(0, pread(fd, before, sizeof(before) - 1, 0));
	ASSERT_EQ(5, pwrite(fd, "1 1 1", 5, 0));
	EXPECT_EQ(0, udp_flood(&self->cg, PORT, 5000));
	v = values_of(&self->nl, CTBC_PARAM_DGRAMRCVBUF);
	EXPECT_EQ((ssize_t)strlen(before), pwrite(fd, before, strlen(before), 0));
	close(fd);
	EXPECT_LT(0, v.held);
	EXPECT_GE(4096 * KIB, v.maxheld);
	EXPECT_EQ(0, v.failcnt);
}

/*
 * Pairs of the container's: sender and receiver are the same. Above the barrier who
 * has something under way would have to wait; at the limit nothing can be sent.
 */
TEST_F(sock, local_sockets_get_enobufs_at_the_limit)
{
	unsigned long *end = shared();
	struct values v;
	pid_t pid;

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_OTHERSOCKBUF, 96 * KIB, 128 * KIB));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		char block[4000] = "";
		int pair[8][2], n = 0, rc;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < 8; i++)
			if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair[i]))
				_exit(1);
		for (int i = 0; i < 200; i++) {
			rc = send(pair[i % 8][0], block, sizeof(block), MSG_DONTWAIT);
			if (rc == sizeof(block))
				n++;
			else if (errno == ENOBUFS || errno == EAGAIN)
				end[errno == ENOBUFS ? 1 : 2]++;
		}
		end[0] = n;
		pause();
	}
	while (!*(volatile unsigned long *)end)
		usleep(1000);
	v = values_of(&self->nl, CTBC_PARAM_OTHERSOCKBUF);
	EXPECT_LT(64 * KIB, v.held);
	EXPECT_GE(128 * KIB, v.maxheld);
	EXPECT_LT(0, v.failcnt);
	EXPECT_LT(10, (int)end[0]);
	EXPECT_GT(60, (int)end[0]);
	EXPECT_EQ(200, (int)(end[0] + end[1] + end[2]));
	EXPECT_EQ(end[1], v.failcnt);
}

/*
 * What leaves a buffer on one processor while another puts something in: no unit is
 * given back before it is charged, or twice.
 */
TEST_F_TIMEOUT(sock, sender_and_receiver_at_once, SLOW)
{
	unsigned long *ends = shared();

	/* Above the barrier there are no stocks that could hide it. */
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_OTHERSOCKBUF, 0, 1024 * KIB));
	for (int n = 0; n < 2; n++) {
		pid_t pid = cg_fork(&self->cg);

		ASSERT_LE(0, pid);
		if (!pid) {
			char block[1400] = "";
			int pair[2];
			pid_t in;

			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (socketpair(AF_UNIX, n ? SOCK_DGRAM : SOCK_STREAM, 0, pair))
				_exit(1);
			in = fork();
			/* What kill() would take for everybody. */
			if (in < 0)
				_exit(1);
			if (!in) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				while (recv(pair[1], block, sizeof(block), 0) > 0)
					;
				_exit(1);
			}
			for (int i = 0; i < 30000; i++)
				if (send(pair[0], block, 1 + i % sizeof(block), 0) < 0)
					_exit(1);
			ends[n] = 1;
			kill(in, SIGKILL);
			_exit(0);
		}
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
	EXPECT_EQ(1, ends[0]);
	EXPECT_EQ(1, ends[1]);
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_OTHERSOCKBUF, 0));
}

TEST_HARNESS_MAIN
