/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SELFTESTS_LIB_MAKE_H
#define _SELFTESTS_LIB_MAKE_H

#include <linux/ctbc.h>

/**
 * struct make_kind - a kind of object that programs make
 * @param: the parameter that counts it
 * @prepare: what a process has to do before, NULL for nothing
 * @make: make one, the @i-th; returns 0 or a negative errno
 * @drop: give back the @i-th, which is the newest
 * @error: what @make returns where it is refused
 * @each: units an object counts
 * @slow: seconds until the kernel has let the last one go
 *
 * The first that is made may be something else that the others need.
 */
struct make_kind {
	__u32 param;
	int (*prepare)(void);
	int (*make)(int i);
	int (*drop)(int i);
	int error;
	int each;
	int slow;
};

enum {
	MAKE_FILE,
	MAKE_PIPE,
	MAKE_TCP,
	MAKE_UDP,
	MAKE_NETLINK,
	MAKE_UNIX_SOCK,
	MAKE_LOCK,
	MAKE_FLOCK,
	MAKE_LEASE,
	MAKE_PTY,
	MAKE_SIGNAL,
	MAKE_IGNORED_SIGNAL,
	MAKE_INOTIFY,
	MAKE_WATCH,
	MAKE_KEY,
	MAKE_NR,
};

extern const struct make_kind make_kinds[];

#endif
