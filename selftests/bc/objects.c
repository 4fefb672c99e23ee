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
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "kselftest_harness.h"

#define ID	4721
#define OTHER	4722
#define MANY	40
#define RT_SIGNALS	20

/* What a maker needs; each process has its own. */
static int base = -1, watches[MANY];

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
	watches[i % MANY] = inotify_add_watch(base, path, IN_CREATE);
	return result(watches[i % MANY]);
}

static int drop_watch(int i)
{
	return result(inotify_rm_watch(base, watches[i % MANY]));
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

FIXTURE(object)
{
	struct nl nl;
	struct cg cg, other;
};

FIXTURE_VARIANT(object)
{
	__u32 param;
	int (*prepare)(void);
	int (*make)(int i);
	int (*drop)(int i);
	int error;
	int each;	/* units an object counts */
	int slow;	/* seconds until the kernel has let the last one go */
};

FIXTURE_VARIANT_ADD(object, file) {
	CTBC_PARAM_NUMFILE, NULL, make_file, drop_fd, -ENFILE, 1, 2 };
FIXTURE_VARIANT_ADD(object, pipe) {
	CTBC_PARAM_NUMFILE, NULL, make_pipe, drop_pipe, -ENFILE, 2, 2 };
FIXTURE_VARIANT_ADD(object, tcp) {
	CTBC_PARAM_NUMTCPSOCK, NULL, make_tcp, drop_fd, -ENOBUFS, 1, 2 };
FIXTURE_VARIANT_ADD(object, udp) {
	CTBC_PARAM_NUMOTHERSOCK, NULL, make_udp, drop_fd, -ENOBUFS, 1, 2 };
FIXTURE_VARIANT_ADD(object, netlink) {
	CTBC_PARAM_NUMOTHERSOCK, NULL, make_netlink, drop_fd, -ENOBUFS, 1, 2 };
FIXTURE_VARIANT_ADD(object, unix_sock) {
	CTBC_PARAM_NUMOTHERSOCK, NULL, make_unix, drop_fd, -ENOBUFS, 1, 2 };
FIXTURE_VARIANT_ADD(object, lock) {
	CTBC_PARAM_NUMFLOCK, prepare_file, make_lock, drop_lock, -ENOLCK, 1, 2 };
FIXTURE_VARIANT_ADD(object, flock) {
	CTBC_PARAM_NUMFLOCK, NULL, make_flock, drop_fd, -ENOLCK, 1, 2 };
FIXTURE_VARIANT_ADD(object, lease) {
	CTBC_PARAM_NUMFLOCK, NULL, make_lease, drop_fd, -ENOLCK, 1, 2 };
FIXTURE_VARIANT_ADD(object, pty) {
	CTBC_PARAM_NUMPTY, NULL, make_pty, drop_fd, -ENOSPC, 1, 2 };
FIXTURE_VARIANT_ADD(object, signal) {
	CTBC_PARAM_NUMSIGINFO, prepare_signal, make_signal, drop_signal, -EAGAIN, 1, 2 };
FIXTURE_VARIANT_ADD(object, ignored_signal) {
	CTBC_PARAM_NUMSIGINFO, prepare_signal, make_numbered, drop_numbered, -EAGAIN, 1, 2 };
FIXTURE_VARIANT_ADD(object, inotify) {
	CTBC_PARAM_NUMINOTIFY, NULL, make_instance, drop_fd, -EMFILE, 1, 2 };
FIXTURE_VARIANT_ADD(object, watch) {
	CTBC_PARAM_NUMINOTIFY, NULL, make_watch, drop_watch, -ENOSPC, 1, 2 };
FIXTURE_VARIANT_ADD(object, key) {
	CTBC_PARAM_NUMKEYS, NULL, make_key, drop_key, -EDQUOT, 1, 10 };

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
	EXPECT_EQ(0, all_gone(&self->nl, variant->param, variant->slow));
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

static int maker_start(struct maker *m, const struct cg *cg, int (*prepare)(void),
		       int (*make)(int i), int (*drop)(int i))
{
	struct made made;
	int order, next = 0, rc;

	if (pipe(m->to) || pipe(m->from))
		return -errno;
	m->pid = cg_fork(cg);
	if (m->pid)
		return m->pid < 0 ? m->pid : 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (prepare && prepare())
		_exit(1);
	while (read(m->to[0], &order, sizeof(order)) == sizeof(order)) {
		made.nr = 0;
		for (rc = 0; !rc && made.nr < order; made.nr += !rc) {
			rc = make(next);
			next += !rc;
		}
		for (; !rc && made.nr < -order; made.nr += !rc) {
			rc = drop(next - 1);
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
	int nr = 5, each = variant->each;
	struct made made;
	struct values v;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->cg, variant->prepare, variant->make,
				   variant->drop));
	made = maker_make(&m, 0);
	ASSERT_EQ(0, made.nr);
	v = read_values(&self->nl, variant->param);
	/* What it made in order to begin. */
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->param, v.held + nr * each,
			    v.held + nr * each));
	made = maker_make(&m, nr);
	EXPECT_EQ(nr, made.nr);
	EXPECT_EQ(0, made.error);
	EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->param).held);
	for (int i = 1; i <= 3; i++) {
		made = maker_make(&m, 1);
		EXPECT_EQ(0, made.nr);
		EXPECT_EQ(variant->error, made.error);
		EXPECT_EQ(i, (int)read_values(&self->nl, variant->param).failcnt);
	}
	EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->param).held);
	EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->param).maxheld);
	/* Raised live, it goes on; lowered, what is there stays. */
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->param, 1000, 1000));
	made = maker_make(&m, 2);
	EXPECT_EQ(2, made.nr);
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->param, 1, 1));
	EXPECT_EQ(v.held + (nr + 2) * each, read_values(&self->nl, variant->param).held);
	made = maker_make(&m, 1);
	EXPECT_EQ(variant->error, made.error);
	maker_end(&m);
}

/* What is given back while its process lives is there for the next. */
TEST_F_TIMEOUT(object, given_back_at_once, SLOW)
{
	int nr = 5, each = variant->each;
	struct made made;
	struct values v;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->cg, variant->prepare, variant->make,
				 variant->drop));
	ASSERT_EQ(1, maker_make(&m, 1).nr);
	v = read_values(&self->nl, variant->param);
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->param, v.held + nr * each,
			    v.held + nr * each));
	for (int i = 0; i < 3; i++) {
		made = maker_make(&m, nr);
		EXPECT_EQ(nr, made.nr);
		EXPECT_EQ(v.held + nr * each, read_values(&self->nl, variant->param).held);
		made = maker_make(&m, -nr);
		EXPECT_EQ(nr, made.nr);
		EXPECT_EQ(0, made.error);
		EXPECT_EQ(0, ct_wait_held(&self->nl, ID, variant->param, v.held));
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
	ASSERT_EQ(0, ct_set(&self->nl, ID, variant->param, 10, 10));
	ASSERT_EQ(0, maker_start(&hog, &self->cg, variant->prepare, variant->make,
				   variant->drop));
	ASSERT_EQ(0, maker_start(&good, &self->other, variant->prepare, variant->make,
				   variant->drop));
	ASSERT_EQ(0, maker_start(&host, &none, variant->prepare, variant->make,
				   variant->drop));
	for (int i = 0; i < 20; i++)
		made = maker_make(&hog, MANY);
	EXPECT_EQ(variant->error, made.error);
	made = maker_make(&good, MANY);
	EXPECT_EQ(MANY, made.nr);
	made = maker_make(&host, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, variant->param, &v));
	EXPECT_LE(MANY * variant->each, (int)v.held);
	EXPECT_EQ(0, v.failcnt);
	EXPECT_GE(10, (int)read_values(&self->nl, variant->param).held);
	maker_end(&hog);
	maker_end(&good);
	maker_end(&host);
	for (int i = 0; i < variant->slow; i++)
		if (!ct_wait_held(&self->nl, OTHER, variant->param, 0))
			break;
	EXPECT_EQ(0, ct_wait_held(&self->nl, OTHER, variant->param, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
	EXPECT_EQ(0, cg_remove(&none));
}

/* What was made before the container came to be goes without a trace. */
TEST_F_TIMEOUT(object, from_before_is_not_given_back, SLOW)
{
	struct made made;
	struct values v;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->other, variant->prepare, variant->make,
				   variant->drop));
	made = maker_make(&m, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, cg_join(&self->cg, m.pid));
	made = maker_make(&m, 3);
	EXPECT_EQ(3, made.nr);
	v = read_values(&self->nl, variant->param);
	EXPECT_EQ(3 * variant->each, (int)v.held);
	maker_end(&m);
}

/* A detached container's objects go in peace. */
TEST_F_TIMEOUT(object, outlive_their_container, SLOW)
{
	struct made made;
	struct maker m;

	ASSERT_EQ(0, maker_start(&m, &self->cg, variant->prepare, variant->make,
				   variant->drop));
	made = maker_make(&m, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	maker_end(&m);
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(0, read_values(&self->nl, variant->param).held);
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
	int want = MANY * variant->each, others = 0;
	struct made made;
	struct values v;
	struct maker m;

	if (!found(variant->param))
		SKIP(return, "not counted when a container is attached");
	ASSERT_EQ(0, maker_start(&m, &self->other, variant->prepare, variant->make,
				   variant->drop));
	made = maker_make(&m, MANY);
	EXPECT_EQ(MANY, made.nr);
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, variant->param, &v));
	/* What it has from us: files, not all of which differ, and a socket. */
	if (variant->param == CTBC_PARAM_NUMFILE)
		others = 20;
	if (variant->param == CTBC_PARAM_NUMOTHERSOCK)
		others = 1;
	EXPECT_LE(want, (int)v.held);
	EXPECT_GE(want + others, (int)v.held);
	/* What comes is counted as well, and all goes back. */
	want = v.held;
	made = maker_make(&m, 3);
	EXPECT_EQ(3, made.nr);
	ASSERT_EQ(0, ct_get(&self->nl, OTHER, variant->param, &v));
	EXPECT_EQ(want + 3 * variant->each, (int)v.held);
	/* Taken over by the next container of the same cgroup, but for sockets. */
	ASSERT_EQ(0, ct_detach(&self->nl, OTHER));
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER + 1, &self->other));
	ASSERT_EQ(0, ct_get(&self->nl, OTHER + 1, variant->param, &v));
	if (variant->param == CTBC_PARAM_NUMTCPSOCK ||
	    variant->param == CTBC_PARAM_NUMOTHERSOCK)
		want = -3 * variant->each;
	EXPECT_EQ(want + 3 * variant->each, (int)v.held);
	maker_end(&m);
	/* What it had from us is there still. */
	if (!others)
		EXPECT_EQ(0, ct_wait_held(&self->nl, OTHER + 1, variant->param, 0));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER + 1));
}

TEST_HARNESS_MAIN
