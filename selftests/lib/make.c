// SPDX-License-Identifier: GPL-2.0
/* Kernel objects of each kind that is counted, made and given back. */
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "make.h"

/* More are numbered alike. */
#define RT_SIGNALS	20
#define WATCHES		128

/* What a maker needs; each process has its own. */
static int base = -1, watches[WATCHES];

static int result(int rc)
{
	return rc < 0 ? -errno : 0;
}

/* The newest descriptor is the one before the first that is free. */
static int drop_fd(int i)
{
	int fd = dup(0);

	(void)i;
	close(fd);
	return result(close(fd - 1));
}

static int make_file(int i)
{
	(void)i;
	return result(open("/dev/null", O_RDONLY));
}

static int make_pipe(int i)
{
	static int ends[2];

	(void)i;
	return result(pipe(ends));
}

static int drop_pipe(int i)
{
	return drop_fd(i) ?: drop_fd(i);
}

static int make_tcp(int i)
{
	(void)i;
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static int make_udp(int i)
{
	(void)i;
	return result(socket(AF_INET6, SOCK_DGRAM, 0));
}

static int make_netlink(int i)
{
	(void)i;
	return result(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int make_unix(int i)
{
	(void)i;
	return result(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int prepare_file(void)
{
	char path[] = "/tmp/objects.XXXXXX";

	base = mkstemp(path);
	unlink(path);
	return result(base);
}

/* Ranges that do not touch: each is a lock. */
static int set_lock(int i, int type)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
			   .l_start = 2 * i, .l_len = 1 };

	return result(fcntl(base, F_SETLK, &l));
}

static int make_lock(int i)
{
	return set_lock(i, F_WRLCK);
}

static int drop_lock(int i)
{
	return set_lock(i, F_UNLCK);
}

static int make_flock(int i)
{
	char path[] = "/tmp/objects.XXXXXX";
	int fd = mkstemp(path);

	(void)i;
	unlink(path);
	return fd < 0 ? -errno : result(flock(fd, LOCK_EX));
}

static int make_lease(int i)
{
	char path[] = "/tmp/objects.XXXXXX";
	int fd = mkstemp(path);

	(void)i;
	unlink(path);
	return fd < 0 ? -errno : result(fcntl(fd, F_SETLEASE, F_WRLCK));
}

static int make_pty(int i)
{
	(void)i;
	return result(open("/dev/ptmx", O_RDWR | O_NOCTTY));
}

static int prepare_signal(void)
{
	sigset_t set;

	sigfillset(&set);
	return result(sigprocmask(SIG_BLOCK, &set, NULL));
}

static int make_signal(int i)
{
	return result(sigqueue(getpid(), SIGRTMIN, (union sigval) { .sival_int = i }));
}

/* The first of its number is delivered. */
static int drop_signal(int i)
{
	struct timespec none = { 0 };
	sigset_t set;

	(void)i;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	return result(sigtimedwait(&set, NULL, &none));
}

/* A number for each, so that one can be thrown away: ignored, it is. */
static int make_numbered(int i)
{
	return result(sigqueue(getpid(), SIGRTMIN + i % RT_SIGNALS,
			       (union sigval) { .sival_int = i }));
}

static int drop_numbered(int i)
{
	signal(SIGRTMIN + i % RT_SIGNALS, SIG_IGN);
	return result(signal(SIGRTMIN + i % RT_SIGNALS, SIG_DFL) == SIG_IGN ? 0 : -1);
}

static int make_instance(int i)
{
	(void)i;
	return result(inotify_init1(0));
}

static int make_watch(int i)
{
	char path[64];

	/* The instance counts as well. */
	if (!i)
		return result(base = inotify_init1(0));
	snprintf(path, sizeof(path), "/tmp/objects.%d", i);
	mkdir(path, 0755);
	watches[i % WATCHES] = inotify_add_watch(base, path, IN_CREATE);
	return result(watches[i % WATCHES]);
}

static int drop_watch(int i)
{
	return result(inotify_rm_watch(base, watches[i % WATCHES]));
}

static int make_key(int i)
{
	char name[32];

	/* The keyring of the process is the first key. */
	if (!i)
		return result(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
				      KEY_SPEC_PROCESS_KEYRING, 1));
	snprintf(name, sizeof(name), "objects-%d", i);
	return result(syscall(SYS_add_key, "user", name, "x", 1,
			      KEY_SPEC_PROCESS_KEYRING));
}

static int drop_key(int i)
{
	char name[32];
	long key;

	snprintf(name, sizeof(name), "objects-%d", i);
	key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_PROCESS_KEYRING, "user",
		      name, 0);
	return result(key < 0 ? -1 : syscall(SYS_keyctl, KEYCTL_UNLINK, key,
					     KEY_SPEC_PROCESS_KEYRING));
}

const struct make_kind make_kinds[] = {
	[MAKE_FILE] = { CTBC_PARAM_NUMFILE, NULL, make_file, drop_fd,
		-ENFILE, 1, 2 },
	[MAKE_PIPE] = { CTBC_PARAM_NUMFILE, NULL, make_pipe, drop_pipe,
		-ENFILE, 2, 2 },
	[MAKE_TCP] = { CTBC_PARAM_NUMTCPSOCK, NULL, make_tcp, drop_fd,
		-ENOBUFS, 1, 2 },
	[MAKE_UDP] = { CTBC_PARAM_NUMOTHERSOCK, NULL, make_udp, drop_fd,
		-ENOBUFS, 1, 2 },
	[MAKE_NETLINK] = { CTBC_PARAM_NUMOTHERSOCK, NULL, make_netlink, drop_fd,
		-ENOBUFS, 1, 2 },
	[MAKE_UNIX_SOCK] = { CTBC_PARAM_NUMOTHERSOCK, NULL, make_unix, drop_fd,
		-ENOBUFS, 1, 2 },
	[MAKE_LOCK] = { CTBC_PARAM_NUMFLOCK, prepare_file, make_lock, drop_lock,
		-ENOLCK, 1, 2 },
	[MAKE_FLOCK] = { CTBC_PARAM_NUMFLOCK, NULL, make_flock, drop_fd,
		-ENOLCK, 1, 2 },
	[MAKE_LEASE] = { CTBC_PARAM_NUMFLOCK, NULL, make_lease, drop_fd,
		-ENOLCK, 1, 2 },
	[MAKE_PTY] = { CTBC_PARAM_NUMPTY, NULL, make_pty, drop_fd,
		-ENOSPC, 1, 2 },
	[MAKE_SIGNAL] = { CTBC_PARAM_NUMSIGINFO, prepare_signal, make_signal, drop_signal,
		-EAGAIN, 1, 2 },
	[MAKE_IGNORED_SIGNAL] = { CTBC_PARAM_NUMSIGINFO, prepare_signal, make_numbered, drop_numbered,
		-EAGAIN, 1, 2 },
	[MAKE_INOTIFY] = { CTBC_PARAM_NUMINOTIFY, NULL, make_instance, drop_fd,
		-EMFILE, 1, 2 },
	[MAKE_WATCH] = { CTBC_PARAM_NUMINOTIFY, NULL, make_watch, drop_watch,
		-ENOSPC, 1, 2 },
	[MAKE_KEY] = { CTBC_PARAM_NUMKEYS, NULL, make_key, drop_key,
		-EDQUOT, 1, 10 },
};
