// SPDX-License-Identifier: GPL-2.0
/*
 * One ctctl at a time changes a container: flock(2) on a file of its own,
 * which the kernel lets go of however the tool ends. The file holds the
 * owner's pid, for messages only, and is never removed: another process
 * might just be about to lock it.
 *
 * The programs that a command runs for a container share its lock: one that
 * is killed may leave a tar that is still dying, and until then the files
 * are not the next command's.
 */
#define _GNU_SOURCE
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "err.h"
#include "paths.h"
#include "sig.h"

#define NOTE_AFTER_MS	1000
#define POLL_MS		20

static bool nowait;
static int held = -1;

/**
 * lock_nowait() - fail at once where another ctctl holds the lock
 */
void lock_nowait(void)
{
	nowait = true;
}

static long owner(const char *path)
{
	autofree char *text = file_read(path);

	return text ? atol(text) : 0;
}

/* Nothing can make flock() give up after a while, so ask again and again. */
static int wait_for(int fd, const char *path)
{
	uint64_t start = clock_ms();
	bool noted = false;

	while (flock(fd, LOCK_EX | LOCK_NB)) {
		int rc = sig_check();

		if (rc)
			return rc;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_sys("cannot lock %s", path);
		if (nowait)
			return err_set(EXIT_LOCKED,
				       "locked by another ctctl (pid %ld)",
				       owner(path));
		if (!noted && clock_ms() - start >= NOTE_AFTER_MS) {
			err_warn("waiting for another ctctl (pid %ld)",
				 owner(path));
			noted = true;
		}
		sleep_ms(POLL_MS);
	}
	return 0;
}

/**
 * lock_take() - become the only ctctl that changes a container
 * @id: the container
 * @fd: a descriptor for lock_drop(); the end of the process, and of the
 *	programs it has run, unlocks too
 *
 * Return: 0 or an exit status with the error recorded.
 */
int lock_take(uint32_t id, int *fd)
{
	autofree char *path = paths_lock(id), *copy = xstrdup(path);
	autofree char *pid = xasprintf("%ld\n", (long)getpid());
	const char *dir = dirname(copy);
	int rc;

	if (dir_make(dir, 0700))
		return err_sys("cannot make %s", dir);
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (*fd < 0)
		return err_sys("cannot open %s", path);
	rc = wait_for(*fd, path);
	if (rc) {
		close(*fd);
		*fd = -1;
		return rc;
	}
	/* A full disk must not keep a container from being stopped. */
	if (ftruncate(*fd, 0) || pwrite(*fd, pid, strlen(pid), 0) < 0)
		err_note("cannot write to %s", path);
	held = *fd;
	return 0;
}

/**
 * lock_drop() - let other ctctls change the container
 * @fd: what lock_take() gave, or -1; -1 afterwards
 */
void lock_drop(int *fd)
{
	if (*fd == held)
		held = -1;
	util_close(fd);
	*fd = -1;
}

/**
 * lock_pass_on() - let the program to be executed hold the lock as well
 *
 * For a child process that is about to call exec().
 */
void lock_pass_on(void)
{
	if (held >= 0)
		fcntl(held, F_SETFD, 0);
}
