// SPDX-License-Identifier: GPL-2.0
/*
 * System calls that a container's processes are refused with EPERM: they
 * reach past the container, and no capability of its own stands before them.
 * The filter covers the native calls and, on x86-64, those of i386 and x32
 * programs too.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <linux/fs.h>

#include "err.h"
#include "sandbox.h"

static const char * const refused[] = {
	/* another kernel, or more of this one */
	"kexec_load", "kexec_file_load",
	"init_module", "finit_module", "delete_module", "create_module",
	"query_module", "get_kernel_syms",
	/* any file of the file system that the root directory is a part of */
	"open_by_handle_at", "fanotify_init",
	/* changes the options of a file system for all who use it */
	"fspick",
	/* the host's swap, quota, clock, ports, log, keys of user 0 */
	"swapon", "swapoff",
	"quotactl", "quotactl_fd",
	"settimeofday", "stime", "clock_settime", "clock_settime64",
	"iopl", "ioperm",
	"syslog",
	"add_key", "request_key", "keyctl",
	/* attack surface that a container has no need of */
	"bpf", "perf_event_open", "userfaultfd", "lookup_dcookie",
	"nfsservctl", "uselib", "vm86", "vm86old", "acct", "_sysctl",
};

/*
 * The number is that of FS_IOC_SHUTDOWN, the same for all file systems that
 * have it; kernel headers do not export it.
 */
#define SHUTDOWN	_IOR('X', 125, __u32)

/* Of ext4: make it larger, by blocks or groups; swap its boot loader. */
#define EXT4_GROUP_EXTEND	_IOW('f', 7, unsigned long)
#define EXT4_GROUP_ADD		_IOW('f', 8, __u64[5])
#define EXT4_RESIZE		_IOW('f', 16, __u64)
#define EXT4_SWAP_BOOT		_IO('f', 17)

static const unsigned int refused_ioctls[] = {
	/* exec hands out the terminal of the one who runs it: no typing */
	TIOCSTI, TIOCLINUX,
	/* the file system that the root directory is a part of */
	FIFREEZE, FITHAW, FITRIM, SHUTDOWN, FS_IOC_SETFSLABEL,
	EXT4_GROUP_EXTEND, EXT4_GROUP_ADD, EXT4_RESIZE, EXT4_SWAP_BOOT,
};

static scmp_filter_ctx filter;

static int rule_failed(const char *name, int error)
{
	return err_set(EXIT_SYSTEM, "cannot filter system call %s: %s", name,
		       strerror(-error));
}

static int refuse(const char *name)
{
	int nr = seccomp_syscall_resolve_name(name), rc;

	/* An older library may not know a newer call. */
	if (nr == __NR_SCMP_ERROR)
		return 0;
	rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), nr, 0);
	return rc ? rule_failed(name, rc) : 0;
}

static int refuse_arg(const char *name, struct scmp_arg_cmp cmp)
{
	int nr = seccomp_syscall_resolve_name(name), rc;

	rc = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), nr, 1, cmp);
	return rc ? rule_failed(name, rc) : 0;
}

static int add_ioctls(void)
{
	const uint64_t low = 0xffffffff;
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < ARRAY_SIZE(refused_ioctls); i++)
		rc = refuse_arg("ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, low,
						 refused_ioctls[i]));
	return rc;
}

static int add_rules(void)
{
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		rc = refuse(refused[i]);
		if (rc)
			return rc;
	}
	/* Forced unmounting of a shared file system hurts its other users. */
	rc = refuse_arg("umount2", SCMP_A1(SCMP_CMP_MASKED_EQ, MNT_FORCE,
					   MNT_FORCE));
	/* So does a remount, unless of the container's own mount alone. */
	if (!rc)
		rc = refuse_arg("mount", SCMP_A3(SCMP_CMP_MASKED_EQ,
						 MS_REMOUNT | MS_BIND,
						 MS_REMOUNT));
	return rc ? rc : add_ioctls();
}

static int add_arch(uint32_t arch)
{
	int rc = seccomp_arch_add(filter, arch);

	return rc && rc != -EEXIST ?
		err_set(EXIT_SYSTEM, "cannot filter architecture %#x: %s",
			arch, strerror(-rc)) : 0;
}

/**
 * seccomp_prepare() - put the filter together
 *
 * Return: 0 or an exit status with the error recorded.
 */
int seccomp_prepare(void)
{
	int rc = 0;

	filter = seccomp_init(SCMP_ACT_ALLOW);
	if (!filter)
		return err_set(EXIT_RESOURCES, "no memory for a filter");
	/* Set-user-id programs must go on to work, hence no no_new_privs. */
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
			 SCMP_ACT_ERRNO(ENOSYS));
#ifdef __x86_64__
	rc = add_arch(SCMP_ARCH_X86);
	if (!rc)
		rc = add_arch(SCMP_ARCH_X32);
#endif
	return rc ? rc : add_rules();
}

/**
 * seccomp_enter() - obey the filter from here on, all children included
 *
 * Return: 0 or an exit status with the error recorded.
 */
int seccomp_enter(void)
{
	int rc = seccomp_load(filter);

	seccomp_release(filter);
	filter = NULL;
	return rc ? err_set(EXIT_SYSTEM,
			    "cannot load the system call filter: %s",
			    strerror(-rc)) : 0;
}
