/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * ctbc: the interface between the module and userspace
 *
 * One generic netlink family, "ctbc", and one multicast group, "events".
 * The parameter table below is the only place where a parameter is named:
 * the kernel's counters, the netlink policy, the columns under /proc/ctbc,
 * the tool's options and configuration keys and its manual derive from it.
 *
 * Numbers, once published, never change; new ones are appended.
 */
#ifndef _UAPI_LINUX_CTBC_H
#define _UAPI_LINUX_CTBC_H

#include <linux/types.h>

#define CTBC_GENL_NAME		"ctbc"
#define CTBC_GENL_VERSION	1
#define CTBC_MCGRP_EVENTS	"events"

/* Container ids: 0 is the host, 1..100 are reserved by convention. */
#define CTBC_ID_HOST		0
#define CTBC_ID_MIN		1
#define CTBC_ID_MAX		2147483644

/* "unlimited"; the largest barrier or limit there is. */
#define CTBC_UNLIMITED		9223372036854775807ULL

#define CTBC_COMM_LEN		16

/*
 * The parameters: X(SYMBOL, id, name, unit, severity, help)
 *
 * Ids up to 24 are those of OpenVZ's user beancounters; the gaps (4, 20..22) are
 * its "dummy" rows. unit: ITEMS, BYTES or PAGES. severity: what a charge that is
 * made by a program obeys: HARD fails above the barrier, SOFT only above the
 * limit, NONE is never refused (a guarantee or an accounting row).
 */
#define CTBC_PARAMS(X)							\
	X(KMEMSIZE, 0, kmemsize, BYTES, HARD,				\
	  "unswappable kernel memory")					\
	X(LOCKEDPAGES, 1, lockedpages, PAGES, HARD,			\
	  "memory locked by mlock(2)")					\
	X(PRIVVMPAGES, 2, privvmpages, PAGES, HARD,			\
	  "memory that may become private")				\
	X(SHMPAGES, 3, shmpages, PAGES, HARD,				\
	  "shared memory and tmpfs")					\
	X(NUMPROC, 5, numproc, ITEMS, HARD,				\
	  "processes and threads")					\
	X(PHYSPAGES, 6, physpages, PAGES, NONE,				\
	  "RAM in use")							\
	X(VMGUARPAGES, 7, vmguarpages, PAGES, NONE,			\
	  "guaranteed memory allocation (barrier)")			\
	X(OOMGUARPAGES, 8, oomguarpages, PAGES, NONE,			\
	  "memory guaranteed against the OOM killer (barrier)")		\
	X(NUMTCPSOCK, 9, numtcpsock, ITEMS, HARD,			\
	  "TCP sockets")						\
	X(NUMFLOCK, 10, numflock, ITEMS, HARD,				\
	  "file locks")							\
	X(NUMPTY, 11, numpty, ITEMS, HARD,				\
	  "pseudo-terminals")						\
	X(NUMSIGINFO, 12, numsiginfo, ITEMS, HARD,			\
	  "queued signals")						\
	X(TCPSNDBUF, 13, tcpsndbuf, BYTES, SOFT,			\
	  "TCP send buffers")						\
	X(TCPRCVBUF, 14, tcprcvbuf, BYTES, SOFT,			\
	  "TCP receive buffers")					\
	X(OTHERSOCKBUF, 15, othersockbuf, BYTES, SOFT,			\
	  "send buffers of UNIX, UDP and other sockets")		\
	X(DGRAMRCVBUF, 16, dgramrcvbuf, BYTES, SOFT,			\
	  "receive buffers of datagram sockets")			\
	X(NUMOTHERSOCK, 17, numothersock, ITEMS, HARD,			\
	  "sockets other than TCP")					\
	X(DCACHESIZE, 18, dcachesize, BYTES, HARD,			\
	  "dentries and inodes in use")					\
	X(NUMFILE, 19, numfile, ITEMS, HARD,				\
	  "open files")							\
	X(NUMIPTENT, 23, numiptent, ITEMS, HARD,			\
	  "packet filter rules")					\
	X(SWAPPAGES, 24, swappages, PAGES, NONE,			\
	  "swap in use")						\
	X(NUMINOTIFY, 25, numinotify, ITEMS, HARD,			\
	  "inotify instances and watches")				\
	X(NUMKEYS, 26, numkeys, ITEMS, HARD,				\
	  "keys in the kernel's keyrings")

#define CTBC_PARAM_ENUM(sym, id, name, unit, sev, help)	CTBC_PARAM_##sym = id,

/**
 * enum ctbc_param - a parameter's id
 */
enum ctbc_param {
	CTBC_PARAMS(CTBC_PARAM_ENUM)
	__CTBC_PARAM_END
};

#undef CTBC_PARAM_ENUM
#define CTBC_NR_PARAMS		__CTBC_PARAM_END

/**
 * enum ctbc_unit - what a parameter counts
 * @CTBC_UNIT_ITEMS: objects
 * @CTBC_UNIT_BYTES: bytes
 * @CTBC_UNIT_PAGES: pages of the running kernel's size
 */
enum ctbc_unit {
	CTBC_UNIT_ITEMS,
	CTBC_UNIT_BYTES,
	CTBC_UNIT_PAGES,
};

/**
 * enum ctbc_severity - what a charge obeys
 * @CTBC_SEVERITY_HARD: refused above the barrier
 * @CTBC_SEVERITY_SOFT: refused above the limit
 * @CTBC_SEVERITY_NONE: never refused
 */
enum ctbc_severity {
	CTBC_SEVERITY_HARD,
	CTBC_SEVERITY_SOFT,
	CTBC_SEVERITY_NONE,
};

/**
 * enum ctbc_cmd - commands of the family
 * @CTBC_CMD_UNSPEC: none
 * @CTBC_CMD_CONTAINER_GET: do: one container by id; dump: all that the
 *	reader may see; replies carry &enum ctbc_container_attr
 * @CTBC_CMD_CONTAINER_ATTACH: make the cgroup behind a directory descriptor
 *	a container
 * @CTBC_CMD_CONTAINER_DETACH: forget a container; its processes live on
 * @CTBC_CMD_PARAM_SET: set parameters, all or none; carries
 *	&enum ctbc_set_attr
 * @CTBC_CMD_FEATURE_GET: dump: what is enforced on this kernel; replies
 *	carry &enum ctbc_feature_attr
 * @CTBC_CMD_EVENT: sent to group "events"; carries &enum ctbc_event_attr
 * @CTBC_CMD_CONTAINER_SET: set what a container has beside parameters
 */
enum ctbc_cmd {
	CTBC_CMD_UNSPEC,
	CTBC_CMD_CONTAINER_GET,
	CTBC_CMD_CONTAINER_ATTACH,
	CTBC_CMD_CONTAINER_DETACH,
	CTBC_CMD_PARAM_SET,
	CTBC_CMD_FEATURE_GET,
	CTBC_CMD_EVENT,
	CTBC_CMD_CONTAINER_SET,
	__CTBC_CMD_END
};

#define CTBC_CMD_MAX		(__CTBC_CMD_END - 1)

/**
 * enum ctbc_container_state - is anything running in it?
 * @CTBC_CONTAINER_STOPPED: no task in its cgroup
 * @CTBC_CONTAINER_RUNNING: at least one task
 */
enum ctbc_container_state {
	CTBC_CONTAINER_STOPPED,
	CTBC_CONTAINER_RUNNING,
};

/**
 * enum ctbc_mode - what comes of a charge above barrier or limit
 * @CTBC_MODE_ENFORCE: it is refused
 * @CTBC_MODE_ACCOUNT: it is let through; counted and told as if it had been refused
 */
enum ctbc_mode {
	CTBC_MODE_ENFORCE,
	CTBC_MODE_ACCOUNT,
};

/**
 * enum ctbc_container_attr - a container
 * @CTBC_A_CONTAINER_UNSPEC: none
 * @CTBC_A_CONTAINER_PAD: alignment of 64-bit members
 * @CTBC_A_CONTAINER_ID: u32, CTBC_ID_MIN..CTBC_ID_MAX
 * @CTBC_A_CONTAINER_CGROUP_FD: s32, a cgroup v2 directory of the caller's
 * @CTBC_A_CONTAINER_CGROUP: string, the cgroup's path as the reader sees it
 * @CTBC_A_CONTAINER_CGROUP_ID: u64, the cgroup's id (inode number)
 * @CTBC_A_CONTAINER_STATE: u32, &enum ctbc_container_state
 * @CTBC_A_CONTAINER_STARTED: u64, nanoseconds of CLOCK_BOOTTIME at which it
 *	last began to run; absent while stopped
 * @CTBC_A_CONTAINER_PARAM: nest &enum ctbc_param_attr, one a parameter
 * @CTBC_A_CONTAINER_MODE: u32, &enum ctbc_mode
 */
enum ctbc_container_attr {
	CTBC_A_CONTAINER_UNSPEC,
	CTBC_A_CONTAINER_PAD,
	CTBC_A_CONTAINER_ID,
	CTBC_A_CONTAINER_CGROUP_FD,
	CTBC_A_CONTAINER_CGROUP,
	CTBC_A_CONTAINER_CGROUP_ID,
	CTBC_A_CONTAINER_STATE,
	CTBC_A_CONTAINER_STARTED,
	CTBC_A_CONTAINER_PARAM,
	CTBC_A_CONTAINER_MODE,
	__CTBC_A_CONTAINER_END
};

#define CTBC_A_CONTAINER_MAX	(__CTBC_A_CONTAINER_END - 1)

/**
 * enum ctbc_param_attr - a parameter's values in one container
 * @CTBC_A_PARAM_UNSPEC: none
 * @CTBC_A_PARAM_PAD: alignment of 64-bit members
 * @CTBC_A_PARAM_ID: u32, &enum ctbc_param
 * @CTBC_A_PARAM_HELD: u64, in use now
 * @CTBC_A_PARAM_MAXHELD: u64, the most ever in use
 * @CTBC_A_PARAM_BARRIER: u64
 * @CTBC_A_PARAM_LIMIT: u64
 * @CTBC_A_PARAM_FAILCNT: u64, charges refused
 * @CTBC_A_PARAM_REFUSED_TIME: u64, nanoseconds of CLOCK_BOOTTIME at the last of these;
 *	this and the rest are absent where there was none
 * @CTBC_A_PARAM_REFUSED_PID: u32, the task that was refused, as the host numbers it
 * @CTBC_A_PARAM_REFUSED_COMM: string, its name
 */
enum ctbc_param_attr {
	CTBC_A_PARAM_UNSPEC,
	CTBC_A_PARAM_PAD,
	CTBC_A_PARAM_ID,
	CTBC_A_PARAM_HELD,
	CTBC_A_PARAM_MAXHELD,
	CTBC_A_PARAM_BARRIER,
	CTBC_A_PARAM_LIMIT,
	CTBC_A_PARAM_FAILCNT,
	CTBC_A_PARAM_REFUSED_TIME,
	CTBC_A_PARAM_REFUSED_PID,
	CTBC_A_PARAM_REFUSED_COMM,
	__CTBC_A_PARAM_END
};

#define CTBC_A_PARAM_MAX	(__CTBC_A_PARAM_END - 1)

/**
 * enum ctbc_set_attr - a batch of settings
 * @CTBC_A_SET_UNSPEC: none
 * @CTBC_A_SET_SETTING: nest &enum ctbc_setting_attr; repeated
 */
enum ctbc_set_attr {
	CTBC_A_SET_UNSPEC,
	CTBC_A_SET_SETTING,
	__CTBC_A_SET_END
};

#define CTBC_A_SET_MAX		(__CTBC_A_SET_END - 1)

/**
 * enum ctbc_setting_attr - one parameter of one container; all required
 * @CTBC_A_SETTING_UNSPEC: none
 * @CTBC_A_SETTING_CONTAINER: u32, the container's id
 * @CTBC_A_SETTING_PARAM: u32, &enum ctbc_param
 * @CTBC_A_SETTING_BARRIER: u64, at most CTBC_UNLIMITED
 * @CTBC_A_SETTING_LIMIT: u64, at least the barrier, at most CTBC_UNLIMITED
 */
enum ctbc_setting_attr {
	CTBC_A_SETTING_UNSPEC,
	CTBC_A_SETTING_CONTAINER,
	CTBC_A_SETTING_PARAM,
	CTBC_A_SETTING_BARRIER,
	CTBC_A_SETTING_LIMIT,
	__CTBC_A_SETTING_END
};

#define CTBC_A_SETTING_MAX	(__CTBC_A_SETTING_END - 1)

/**
 * enum ctbc_feature_state - how far a parameter or controller works here
 * @CTBC_FEATURE_ABSENT: not at all
 * @CTBC_FEATURE_ACCOUNTED: counted, never refused
 * @CTBC_FEATURE_CHOKE_POINT: refused at a few chosen operations
 * @CTBC_FEATURE_ENFORCED: refused wherever it grows
 */
enum ctbc_feature_state {
	CTBC_FEATURE_ABSENT,
	CTBC_FEATURE_ACCOUNTED,
	CTBC_FEATURE_CHOKE_POINT,
	CTBC_FEATURE_ENFORCED,
};

/**
 * enum ctbc_feature_attr - one row of the features table
 * @CTBC_A_FEATURE_UNSPEC: none
 * @CTBC_A_FEATURE_NAME: string, a parameter or a controller
 * @CTBC_A_FEATURE_STATE: u32, &enum ctbc_feature_state
 * @CTBC_A_FEATURE_MECHANISM: string, by what; "-" where absent
 * @CTBC_A_FEATURE_REASON: string, why not more; "-" where nothing is amiss
 */
enum ctbc_feature_attr {
	CTBC_A_FEATURE_UNSPEC,
	CTBC_A_FEATURE_NAME,
	CTBC_A_FEATURE_STATE,
	CTBC_A_FEATURE_MECHANISM,
	CTBC_A_FEATURE_REASON,
	__CTBC_A_FEATURE_END
};

#define CTBC_A_FEATURE_MAX	(__CTBC_A_FEATURE_END - 1)

/**
 * enum ctbc_event_type - what happened
 * @CTBC_EVENT_CREATED: a cgroup was attached
 * @CTBC_EVENT_STARTED: the first task entered
 * @CTBC_EVENT_STOPPED: the last task left
 * @CTBC_EVENT_DESTROYED: detached, or its cgroup was removed
 * @CTBC_EVENT_REFUSED: charges were refused at a barrier or limit
 * @CTBC_EVENT_PASSED: held has risen above the barrier, which of this parameter
 *	the limit only refuses
 */
enum ctbc_event_type {
	CTBC_EVENT_CREATED,
	CTBC_EVENT_STARTED,
	CTBC_EVENT_STOPPED,
	CTBC_EVENT_DESTROYED,
	CTBC_EVENT_REFUSED,
	CTBC_EVENT_PASSED,
	__CTBC_EVENT_END
};

/**
 * enum ctbc_event_attr - an event
 * @CTBC_A_EVENT_UNSPEC: none
 * @CTBC_A_EVENT_PAD: alignment of 64-bit members
 * @CTBC_A_EVENT_TYPE: u32, &enum ctbc_event_type
 * @CTBC_A_EVENT_TIME: u64, nanoseconds of CLOCK_BOOTTIME
 * @CTBC_A_EVENT_CONTAINER: u32, the container's id
 * @CTBC_A_EVENT_PARAM: u32, &enum ctbc_param; this and the rest with
 *	CTBC_EVENT_REFUSED and CTBC_EVENT_PASSED only, of the last one
 * @CTBC_A_EVENT_HELD: u64, in use at that moment
 * @CTBC_A_EVENT_LIMIT: u64, the barrier or limit that was met
 * @CTBC_A_EVENT_PID: u32, the task that was running, as the host numbers it
 * @CTBC_A_EVENT_COMM: string, its name
 * @CTBC_A_EVENT_LEFT_OUT: u64, how often the same came since the event before that
 *	had no event of its own
 */
enum ctbc_event_attr {
	CTBC_A_EVENT_UNSPEC,
	CTBC_A_EVENT_PAD,
	CTBC_A_EVENT_TYPE,
	CTBC_A_EVENT_TIME,
	CTBC_A_EVENT_CONTAINER,
	CTBC_A_EVENT_PARAM,
	CTBC_A_EVENT_HELD,
	CTBC_A_EVENT_LIMIT,
	CTBC_A_EVENT_PID,
	CTBC_A_EVENT_COMM,
	CTBC_A_EVENT_LEFT_OUT,
	__CTBC_A_EVENT_END
};

#define CTBC_A_EVENT_MAX	(__CTBC_A_EVENT_END - 1)

#endif /* _UAPI_LINUX_CTBC_H */
