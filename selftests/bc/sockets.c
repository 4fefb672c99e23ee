// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * Sockets: whose an accepted connection is, and where passed descriptors go back to
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sock.h"

TEST_F(sock, accepted_ones_are_the_listeners)
{
	struct server s;
	int fds[5];

	ASSERT_EQ(0, serve(&s, &self->cg, 5));
	EXPECT_EQ(1, held(&self->nl, CTBC_PARAM_NUMTCPSOCK));
	for (int i = 0; i < 5; i++)
		ASSERT_LE(0, fds[i] = tcp_connected(PORT, 0));
	/* The listener, and its ends; ours are nobody's. */
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMTCPSOCK, 6));
	for (int i = 0; i < 5; i++)
		close(fds[i]);
	kill(s.pid, SIGKILL);
}

TEST_F(sock, connections_above_the_limit_are_dropped)
{
	struct pollfd p = { .events = POLLOUT };
	struct server s;
	struct values v;
	int fds[8], err, up = 0;
	socklen_t len = sizeof(err);

	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMTCPSOCK, 4, 4));
	ASSERT_EQ(0, serve(&s, &self->cg, -1));
	for (int i = 0; i < 8; i++)
		ASSERT_LE(0, fds[i] = tcp_connected(PORT, SOCK_NONBLOCK));
	usleep(500000);
	v = values_of(&self->nl, CTBC_PARAM_NUMTCPSOCK);
	EXPECT_EQ(4, v.held);
	EXPECT_EQ(4, v.maxheld);
	EXPECT_LE(5, (int)v.failcnt);
	/* One that goes makes room, and who was dropped tries again by himself. */
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMTCPSOCK, 100, 100));
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMTCPSOCK, 9));
	for (int i = 0; i < 8; i++) {
		p.fd = fds[i];
		if (poll(&p, 1, 5000) == 1 &&
		    !getsockopt(fds[i], SOL_SOCKET, SO_ERROR, &err, &len) && !err)
			up++;
		close(fds[i]);
	}
	EXPECT_EQ(8, up);
	kill(s.pid, SIGKILL);
}

/* Each connection has two ends, and the second is the listener's. */
TEST_F(sock, unix_connections_are_the_listeners)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/tmp/sockets.un" };
	char x = 'x';
	int up[2], fds[6], n = 0, fd;
	pid_t pid;

	unlink(a.sun_path);
	ASSERT_EQ(0, pipe(up));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMOTHERSOCK, 4, 4));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (bind(fd, (void *)&a, sizeof(a)) || listen(fd, 16) ||
		    write(up[1], &x, 1) != 1)
			_exit(1);
		pause();
	}
	ASSERT_EQ(1, read(up[0], &x, 1));
	for (int i = 0; i < 6; i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		if (!connect(fds[i], (void *)&a, sizeof(a)))
			n++;
		else
			EXPECT_EQ(EAGAIN, errno);
	}
	EXPECT_EQ(3, n);
	EXPECT_EQ(4, held(&self->nl, CTBC_PARAM_NUMOTHERSOCK));
	EXPECT_EQ(3, values_of(&self->nl, CTBC_PARAM_NUMOTHERSOCK).failcnt);
	for (int i = 0; i < 6; i++)
		close(fds[i]);
}

TEST_F(sock, outside_a_container_nothing_is_counted)
{
	int fd = tcp_listener(PORT), one;

	ASSERT_LE(0, fd);
	one = tcp_connected(PORT, 0);
	ASSERT_LE(0, one);
	EXPECT_EQ(0, held(&self->nl, CTBC_PARAM_NUMTCPSOCK));
	close(one);
	close(fd);
}

static int send_fd(int sock, int fd)
{
	char byte = 'x', control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(sock, &m, 0) == 1 ? 0 : -errno;
}

static int receive_fd(int sock)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	int fd;

	if (recvmsg(sock, &m, 0) != 1 || !CMSG_FIRSTHDR(&m))
		return -1;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	return fd;
}

/* 10,000 files that a container opens and somebody outside closes. */
TEST_F_TIMEOUT(sock, passed_descriptors_go_back_to_their_owner, SLOW)
{
	int pair[2], fd;
	pid_t pid;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMFILE, 500, 500));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		for (int i = 0; i < 10000; i++) {
			fd = open("/dev/null", O_RDONLY);
			/* Refused while those under way are many: they will be closed. */
			if (fd < 0 && errno == ENFILE) {
				usleep(1000);
				i--;
				continue;
			}
			if (fd < 0 || send_fd(pair[1], fd))
				_exit(1);
			close(fd);
		}
		_exit(0);
	}
	for (int i = 0; i < 10000; i++) {
		fd = receive_fd(pair[0]);
		ASSERT_LE(0, fd);
		close(fd);
	}
	close(pair[0]);
	close(pair[1]);
	waitpid(pid, NULL, 0);
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMFILE, 0));
	EXPECT_GE(500, (int)values_of(&self->nl, CTBC_PARAM_NUMFILE).maxheld);
}

/* The last reference is a message that nobody received. */
TEST_F(sock, in_flight_descriptors_count_until_dropped)
{
	int pair[2], fd, status;
	pid_t pid;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		fd = open("/dev/null", O_RDONLY);
		_exit(fd < 0 || send_fd(pair[1], fd));
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMFILE, 1));
	close(pair[0]);
	close(pair[1]);
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMFILE, 0));
}

/* How many connections of the port only wait for what may still come. */
static int time_waits(void)
{
	unsigned int from, to, state;
	char line[256];
	FILE *f = fopen("/proc/net/tcp", "r");
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " %*d: %*x:%x %*x:%x %x", &from, &to, &state) == 3 &&
		    (from == PORT || to == PORT) && state == 6)
			n++;
	if (f)
		fclose(f);
	return n;
}

/*
 * A process that has ended leaves a connection with data under way: that counts until
 * the other end has all. What the kernel keeps of it then is no socket any more.
 */
TEST_F_TIMEOUT(sock, orphans_count_until_they_end, SLOW)
{
	static char block[16 * 1024];
	int fd, peer, status, waits = time_waits();
	pid_t pid;

	ASSERT_LE(0, fd = tcp_listener(PORT));
	pid = cg_fork(&self->cg);
	ASSERT_LE(0, pid);
	if (!pid) {
		fd = tcp_connected(PORT, 0);
		while (send(fd, block, sizeof(block), MSG_DONTWAIT) > 0)
			;
		_exit(errno != EAGAIN);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	ASSERT_LE(0, peer = accept(fd, NULL, NULL));
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMFILE, 0));
	EXPECT_EQ(1, held(&self->nl, CTBC_PARAM_NUMTCPSOCK));
	EXPECT_LT(0, held(&self->nl, CTBC_PARAM_TCPSNDBUF));
	while (read(peer, block, sizeof(block)) > 0)
		;
	close(peer);
	EXPECT_EQ(0, ct_wait_held(&self->nl, ID, CTBC_PARAM_NUMTCPSOCK, 0));
	EXPECT_EQ(0, held(&self->nl, CTBC_PARAM_TCPSNDBUF));
	EXPECT_EQ(waits + 1, time_waits());
	close(fd);
}

TEST_HARNESS_MAIN
