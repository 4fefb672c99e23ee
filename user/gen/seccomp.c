// SPDX-License-Identifier: GPL-2.0
/*
 * seccomp - the filter of a container's system calls, as C
 *
 * Usage: seccomp > seccomp_filter.c
 *
 * System calls that a container's processes are refused with EPERM: they
 * reach past the container, and no capability of its own stands before them.
 * The filter covers the native calls and, on x86-64, those of i386 and x32
 * programs too.
 *
 * It is put together here, when ctctl is built, for it is always the same, and
 * libseccomp takes longer for it than all else that a start does by itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <linux/filter.h>
#include <linux/fs.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

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

static void must(int rc, const char *what)
{
	if (!rc)
		return;
	fprintf(stderr, "seccomp: %s: %s\n", what, strerror(-rc));
	exit(1);
}

static void refuse(const char *name)
{
	int nr = seccomp_syscall_resolve_name(name);

	/* An older library may not know a newer call. */
	if (nr != __NR_SCMP_ERROR)
		must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), nr, 0), name);
}

static void refuse_arg(const char *name, struct scmp_arg_cmp cmp)
{
	int nr = seccomp_syscall_resolve_name(name);

	must(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), nr, 1, cmp), name);
}

static void add_rules(void)
{
	const uint64_t low = 0xffffffff;

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		refuse(refused[i]);
	/* Forced unmounting of a shared file system hurts its other users. */
	refuse_arg("umount2", SCMP_A1(SCMP_CMP_MASKED_EQ, MNT_FORCE, MNT_FORCE));
	/* So does a remount, unless of the container's own mount alone. */
	refuse_arg("mount", SCMP_A3(SCMP_CMP_MASKED_EQ, MS_REMOUNT | MS_BIND,
				    MS_REMOUNT));
	for (size_t i = 0; i < ARRAY_SIZE(refused_ioctls); i++)
		refuse_arg("ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, low,
					    refused_ioctls[i]));
}

static void add_arch(uint32_t arch)
{
	int rc = seccomp_arch_add(filter, arch);

	must(rc == -EEXIST ? 0 : rc, "architecture");
}

static void make_filter(void)
{
	filter = seccomp_init(SCMP_ACT_ALLOW);
	must(filter ? 0 : -ENOMEM, "filter");
	must(seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize");
	must(seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)),
	     "other architectures");
#ifdef __x86_64__
	add_arch(SCMP_ARCH_X86);
	add_arch(SCMP_ARCH_X32);
#endif
	add_rules();
}

static void print_filter(FILE *f)
{
	struct sock_filter insn;

	printf("#include \"sandbox.h\"\n\nconst struct sock_filter seccomp_filter[] = {\n");
	while (fread(&insn, sizeof(insn), 1, f) == 1)
		printf("\t{ %#x, %u, %u, %#x },\n", insn.code, insn.jt, insn.jf, insn.k);
	printf("};\n\nconst unsigned short seccomp_filter_len =\n"
	       "\tsizeof(seccomp_filter) / sizeof(seccomp_filter[0]);\n");
}

int main(void)
{
	FILE *f = tmpfile();

	must(f ? 0 : -errno, "temporary file");
	make_filter();
	must(seccomp_export_bpf(filter, fileno(f)), "export");
	seccomp_release(filter);
	rewind(f);
	print_filter(f);
	return ferror(f) || ferror(stdout) || fclose(stdout);
}
