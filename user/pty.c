// SPDX-License-Identifier: GPL-2.0
/*
 * A terminal in a container, worked from outside.
 *
 * The pair is made in the container's devpts, so that a shell there sees a
 * proper name; its master's descriptor is handed to the tool outside through
 * a socket. The relay copies both ways until the shell ends.
 */
#define _GNU_SOURCE
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "err.h"
#include "sig.h"

#define DRAIN_MS	100

/**
 * pty_open() - make a terminal, in the container
 * @master: the outer end
 * @slave: the inner end
 *
 * Return: 0 or an exit status with the error recorded.
 */
int pty_open(int *master, int *slave)
{
	struct stat st;
	int unlock = 0, rc;

	*slave = -1;
	/* The container may have put anything in its place: do not hang. */
	*master = open("/dev/pts/ptmx",
		       O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (*master < 0)
		return err_sys("cannot open the container's /dev/pts/ptmx");
	if (fstat(*master, &st) || !S_ISCHR(st.st_mode) ||
	    st.st_rdev != makedev(5, 2)) {
		rc = err_set(EXIT_SYSTEM,
			     "the container's /dev/pts/ptmx is no terminal");
		goto err_close;
	}
	if (ioctl(*master, TIOCSPTLCK, &unlock)) {
		rc = err_sys("cannot unlock a terminal");
		goto err_close;
	}
	*slave = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave >= 0)
		return 0;
	rc = err_sys("cannot open a terminal");
err_close:
	util_close(master);
	*master = -1;
	return rc;
}

/**
 * pty_become() - make a terminal this process's own
 * @slave: its inner end
 *
 * Return: 0 or an exit status with the error recorded.
 */
int pty_become(int slave)
{
	setsid();
	if (ioctl(slave, TIOCSCTTY, 0) || dup2(slave, STDIN_FILENO) < 0 ||
	    dup2(slave, STDOUT_FILENO) < 0 || dup2(slave, STDERR_FILENO) < 0)
		return err_sys("cannot use the terminal");
	return 0;
}

/**
 * union fd_message - room for one descriptor in a message
 * @align: as the kernel wants it aligned
 * @room: the room
 */
union fd_message {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

/**
 * pty_send() - hand a descriptor out
 * @sock: a connected UNIX socket
 * @fd: the descriptor
 *
 * Return: 0 or an exit status with the error recorded.
 */
int pty_send(int sock, int fd)
{
	union fd_message control = { 0 };
	struct iovec io = { .iov_base = "t", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(sock, &msg, 0) < 0)
		return err_sys("cannot hand out a descriptor");
	return 0;
}

/**
 * pty_receive() - take a descriptor that pty_send() hands out
 * @sock: the other end of the socket
 * @fd: the descriptor; -1 where the sender went away without a word
 *
 * Return: 0 or an exit status with the error recorded.
 */
int pty_receive(int sock, int *fd)
{
	union fd_message control = { 0 };
	char byte;
	struct iovec io = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	const struct cmsghdr *c;

	*fd = -1;
	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) < 0)
		return err_sys("cannot receive a descriptor");
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	return 0;
}

static struct termios saved;
static bool is_raw;

static void restore(void)
{
	if (is_raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &saved);
	is_raw = false;
}

/* What is typed goes to the container as it is; it echoes and edits. */
static void make_raw(int master)
{
	struct termios t;

	if (!tcgetattr(STDIN_FILENO, &saved)) {
		t = saved;
		cfmakeraw(&t);
		atexit(restore);
		is_raw = !tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
		return;
	}
	/* No terminal here: then an echo would only spoil the output. */
	if (!tcgetattr(master, &t)) {
		t.c_lflag &= ~(tcflag_t)ECHO;
		t.c_oflag &= ~(tcflag_t)ONLCR;
		tcsetattr(master, TCSANOW, &t);
	}
}

static void copy_size(int master)
{
	struct winsize w;

	if (!ioctl(STDIN_FILENO, TIOCGWINSZ, &w) ||
	    !ioctl(STDOUT_FILENO, TIOCGWINSZ, &w))
		ioctl(master, TIOCSWINSZ, &w);
}

/**
 * struct relay - copying both ways
 * @master: the terminal
 * @buf: what was read here and is not written there yet
 * @len: bytes of it
 * @at_start: did the last line sent end with a line feed?
 * @input: is there more to read here?
 * @deaf: can what comes from there not be written here?
 */
struct relay {
	int master;
	char buf[4096];
	size_t len;
	bool at_start;
	bool input;
	bool deaf;
};

/* Terminal to standard output. Return: false at its end. */
static bool copy_out(struct relay *r)
{
	char buf[16384];
	ssize_t n = read(r->master, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	/* EIO: nothing in the container holds it open any more. */
	if (n <= 0)
		return false;
	r->deaf = write_all(STDOUT_FILENO, buf, n);
	return !r->deaf;
}

static void read_in(struct relay *r)
{
	ssize_t n = read(STDIN_FILENO, r->buf, sizeof(r->buf) - 2);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		r->len = n;
		r->at_start = r->buf[n - 1] == '\n';
		return;
	}
	/* An end of file, as it is typed: twice within a line. */
	r->input = false;
	if (!r->at_start)
		r->buf[r->len++] = 4;
	r->buf[r->len++] = 4;
}

static void write_in(struct relay *r)
{
	ssize_t n = write(r->master, r->buf, r->len);

	if (n <= 0)
		return;
	r->len -= n;
	memmove(r->buf, r->buf + n, r->len);
}

static void drain(struct relay *r)
{
	struct pollfd p = { .fd = r->master, .events = POLLIN };

	while (poll(&p, 1, DRAIN_MS) > 0 && copy_out(r))
		;
}

static int window_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

enum { FROM_HERE, FROM_THERE, WINDOW, ENDED, NR_POLLED };

static void relay_loop(struct relay *r, int pidfd, int window)
{
	struct signalfd_siginfo si;
	struct pollfd p[NR_POLLED] = {
		[FROM_HERE] = { .fd = STDIN_FILENO, .events = POLLIN },
		[FROM_THERE] = { .fd = r->master },
		[WINDOW] = { .fd = window, .events = POLLIN },
		[ENDED] = { .fd = pidfd, .events = POLLIN },
	};

	while (!sig_caught() && !r->deaf) {
		p[FROM_HERE].fd = r->input && !r->len ? STDIN_FILENO : -1;
		p[FROM_THERE].events = POLLIN | (r->len ? POLLOUT : 0);
		if (poll(p, NR_POLLED, -1) < 0)
			continue;
		if (p[WINDOW].revents && read(window, &si, sizeof(si)) > 0)
			copy_size(r->master);
		if (p[FROM_HERE].revents)
			read_in(r);
		if (p[FROM_THERE].revents & POLLOUT)
			write_in(r);
		if ((p[FROM_THERE].revents & (POLLIN | POLLHUP)) &&
		    !copy_out(r))
			p[FROM_THERE].fd = -1;
		if (p[ENDED].revents)
			break;
	}
}

/**
 * pty_relay() - connect a terminal with the standard input and output
 * @master: its outer end, non-blocking
 * @pidfd: the process whose end is the end
 *
 * Return: 0 or an exit status with the error recorded.
 */
int pty_relay(int master, int pidfd)
{
	struct relay r = { .master = master, .at_start = true, .input = true };
	autoclose int window = window_signals();

	if (window < 0)
		return err_sys("cannot watch for signals");
	copy_size(master);
	make_raw(master);
	relay_loop(&r, pidfd, window);
	drain(&r);
	restore();
	if (r.deaf)
		return err_set(EXIT_SYSTEM,
			       "cannot write to the standard output");
	return sig_check();
}
