// SPDX-License-Identifier: GPL-2.0
/*
 * What root in a container may try in order to get out of it, or to harm the
 * machine.
 *
 *	probe NAME	tries that, and prints how it ended: "done" if it
 *			worked, else the name of the error ("EPERM")
 *	probe NAME...	tries each, a line "NAME END" for each
 *
 * Nothing that works does harm: a file system that can be frozen is thawed at
 * once, a mount that can be made is in a mount namespace of the probe's own.
 * The program is linked statically, so that it runs in any container.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/fs.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXT4_IOC_SHUTDOWN	_IOR('X', 125, __u32)
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define NO_SUCH_FLAG		99
#define LEVELS			64
#define DIR			"/tmp/probe"
#define NODE			DIR "/node"
#define KEY			"ctbc-selftest"
#define SHM_KEY			0xc7bc
#define SHM_SIZE		4096

/**
 * struct attempt - something to try
 * @name: what it is called
 * @go: try it; 0 if it worked, else -1 with errno set
 * @arg: for @go
 */
struct attempt {
	const char *name;
	int (*go)(const char *arg);
	const char *arg;
};

static int try_mknod(const char *arg)
{
	unsigned int major, minor;
	char kind;

	if (sscanf(arg, "%c %u %u", &kind, &major, &minor) != 3)
		return -1;
	unlink(NODE);
	return mknod(NODE, (kind == 'b' ? S_IFBLK : S_IFCHR) | 0600,
		     makedev(major, minor));
}

static int try_kexec(const char *arg)
{
	(void)arg;
	return syscall(SYS_kexec_load, 0, 0, NULL, 0);
}

static int try_init_module(const char *arg)
{
	return syscall(SYS_init_module, arg, strlen(arg), "");
}

static int try_finit_module(const char *arg)
{
	int fd = open("/proc/self/exe", O_RDONLY);

	return syscall(SYS_finit_module, fd, arg, 0);
}

static int try_delete_module(const char *arg)
{
	return syscall(SYS_delete_module, arg, O_NONBLOCK);
}

/*
 * Open the root of the file system that the container's files are on: its
 * inode number is 2, and a handle may be made up.
 */
static int try_handle(const char *arg)
{
	struct {
		struct file_handle head;
		unsigned int ino;
		unsigned int generation;
	} handle = {
		.head = { .handle_bytes = 8, .handle_type = 1 }, .ino = 2,
	};
	int fd = open(arg, O_RDONLY);

	return fd < 0 ? -1 : open_by_handle_at(fd, &handle.head, O_RDONLY) < 0 ?
		-1 : 0;
}

static bool is_root(const struct stat *was)
{
	struct stat st;

	return !stat("/", &st) && st.st_dev == was->st_dev &&
		st.st_ino == was->st_ino;
}

/* Out of a chroot by a directory that was opened before. */
static int try_chroot(const char *arg)
{
	struct stat was;
	int i, fd = open("/", O_RDONLY | O_DIRECTORY);

	if (fd < 0 || stat("/", &was) || chroot(arg) || fchdir(fd))
		return -1;
	for (i = 0; i < LEVELS; i++)
		if (chdir(".."))
			return -1;
	if (chroot("."))
		return -1;
	/* Back in what was the root: out of the chroot, and no further. */
	errno = ELOOP;
	return is_root(&was) ? -1 : 0;
}

/* Take the root away, and see what was below it. */
static int try_umount(const char *arg)
{
	struct stat was;

	if (stat("/", &was) || unshare(CLONE_NEWNS) ||
	    umount2(arg, MNT_DETACH) || chroot("/.."))
		return -1;
	errno = ELOOP;
	return is_root(&was) ? -1 : 0;
}

static int try_remount(const char *arg)
{
	return mount(NULL, arg, NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

/* The same by the newer system calls. */
static int try_reconfigure(const char *arg)
{
	int fd = syscall(SYS_fspick, AT_FDCWD, arg, 0);

	if (fd < 0 ||
	    syscall(SYS_fsconfig, fd, FSCONFIG_SET_FLAG, "ro", NULL, 0))
		return -1;
	return syscall(SYS_fsconfig, fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL,
		       0);
}

static int try_freeze(const char *arg)
{
	int fd = open(arg, O_RDONLY);

	if (fd < 0 || ioctl(fd, FIFREEZE, 0))
		return -1;
	return ioctl(fd, FITHAW, 0);
}

/* The right is asked for before the flag is looked at. */
static int try_shutdown(const char *arg)
{
	__u32 flag = NO_SUCH_FLAG;
	int fd = open(arg, O_RDONLY);

	if (fd < 0)
		return -1;
	return ioctl(fd, EXT4_IOC_SHUTDOWN, &flag) && errno != EINVAL ? -1 : 0;
}

/* Each file that anybody opens on that file system, as a descriptor. */
static int try_fanotify(const char *arg)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);

	return fd < 0 ? -1 :
		fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_OPEN,
			      AT_FDCWD, arg);
}

static int private_mount(const char *type, const char *data)
{
	return unshare(CLONE_NEWNS) ? -1 : mount(type, DIR, type, 0, data);
}

static int try_mount(const char *arg)
{
	return private_mount(arg, NULL);
}

/* A hierarchy whose agent the kernel would run on the host. */
static int try_release_agent(const char *arg)
{
	return private_mount("cgroup", arg);
}

/* "FILE TEXT" in a procfs of its own, where nothing is hidden. */
static int try_proc_write(const char *arg)
{
	const char *text = strchr(arg, ' ') + 1;
	char path[256];
	int fd;

	snprintf(path, sizeof(path), DIR "/%.*s", (int)(text - 1 - arg), arg);
	if (private_mount("proc", NULL))
		return -1;
	fd = open(path, O_WRONLY);
	return fd < 0 ? -1 : write(fd, text, strlen(text)) < 0 ? -1 : 0;
}

static int try_proc_read(const char *arg)
{
	char path[256], buf[16];
	int fd;

	snprintf(path, sizeof(path), DIR "/%s", arg);
	if (private_mount("proc", NULL))
		return -1;
	fd = open(path, O_RDONLY);
	return fd < 0 ? -1 : read(fd, buf, sizeof(buf)) < 0 ? -1 : 0;
}

/* For the host, to be looked for from inside. */
static int make_key(const char *arg)
{
	return syscall(SYS_add_key, "user", arg, "x", 1,
		       KEY_SPEC_USER_KEYRING) < 0 ? -1 : 0;
}

static int try_key(const char *arg)
{
	return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING,
		       "user", arg, 0) < 0 ? -1 : 0;
}

/* One key of System V shared memory, in each ipc namespace anew. */
static int make_shm(const char *arg)
{
	(void)arg;
	return shmget(SHM_KEY, SHM_SIZE, IPC_CREAT | IPC_EXCL | 0600) < 0 ?
		-1 : 0;
}

static int find_shm(const char *arg)
{
	(void)arg;
	return shmget(SHM_KEY, SHM_SIZE, 0) < 0 ? -1 : 0;
}

/* The machine's sysfs, made writable; nothing is written. */
static int try_sysfs(const char *arg)
{
	if (private_mount("sysfs", NULL) ||
	    mount(NULL, DIR, NULL, MS_REMOUNT, NULL))
		return -1;
	return open(arg, O_WRONLY) < 0 ? -1 : 0;
}

static int try_bpf(const char *arg)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = 4, .max_entries = 1,
	};

	(void)arg;
	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) < 0 ?
		-1 : 0;
}

static int try_perf(const char *arg)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};

	(void)arg;
	return syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0) < 0 ? -1 : 0;
}

static int try_klog(const char *arg)
{
	char buf[64];

	(void)arg;
	return klogctl(3, buf, sizeof(buf)) < 0 ? -1 : 0;
}

static int try_clock(const char *arg)
{
	struct timespec t;

	(void)arg;
	clock_gettime(CLOCK_REALTIME, &t);
	return clock_settime(CLOCK_REALTIME, &t);
}

static int try_iopl(const char *arg)
{
	(void)arg;
	return iopl(3);
}

static int try_swap(const char *arg)
{
	return swapon(arg, 0);
}

static int try_inject(const char *arg)
{
	return ioctl(STDIN_FILENO, TIOCSTI, arg);
}

static const struct attempt attempts[] = {
	{ "mknod-disk", try_mknod, "b 254 0" },
	{ "mknod-loop", try_mknod, "b 7 0" },
	{ "mknod-mem", try_mknod, "c 1 1" },
	{ "mknod-kmsg", try_mknod, "c 1 11" },
	{ "mknod-console", try_mknod, "c 5 1" },
	{ "mknod-tty", try_mknod, "c 4 0" },
	{ "mknod-null", try_mknod, "c 1 3" },
	{ "kexec", try_kexec, NULL },
	{ "init-module", try_init_module, "" },
	{ "finit-module", try_finit_module, "" },
	{ "delete-module", try_delete_module, "ctbc" },
	{ "handle", try_handle, "/" },
	{ "chroot", try_chroot, DIR },
	{ "umount", try_umount, "/" },
	{ "remount", try_remount, "/" },
	{ "reconfigure", try_reconfigure, "/" },
	{ "freeze", try_freeze, "/" },
	{ "shutdown", try_shutdown, "/" },
	{ "fanotify", try_fanotify, "/" },
	{ "release-agent", try_release_agent, "none,name=probe" },
	{ "sysrq", try_proc_write, "sysrq-trigger h" },
	{ "core-pattern", try_proc_write, "sys/kernel/core_pattern core" },
	{ "panic", try_proc_write, "sys/kernel/panic -1" },
	{ "modprobe", try_proc_write, "sys/kernel/modprobe /bin/true" },
	{ "kcore", try_proc_read, "kcore" },
	{ "keys", try_key, KEY },
	{ "make-key", make_key, KEY },
	{ "make-shm", make_shm, NULL },
	{ "shm", find_shm, NULL },
	{ "debugfs", try_mount, "debugfs" },
	{ "tracefs", try_mount, "tracefs" },
	{ "securityfs", try_mount, "securityfs" },
	{ "configfs", try_mount, "configfs" },
	{ "pstore", try_mount, "pstore" },
	{ "sysfs", try_sysfs, DIR "/power/state" },
	{ "devtmpfs", try_mount, "devtmpfs" },
	{ "bpf", try_bpf, NULL },
	{ "perf", try_perf, NULL },
	{ "klog", try_klog, NULL },
	{ "clock", try_clock, NULL },
	{ "iopl", try_iopl, NULL },
	{ "swap", try_swap, "/swap" },
	{ "inject", try_inject, "x" },
};

static const struct attempt *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attempts); i++)
		if (!strcmp(attempts[i].name, name))
			return &attempts[i];
	fprintf(stderr, "probe: what is %s?\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	const struct attempt *a;
	int i;

	mkdir(DIR, 0755);
	for (i = 1; i < argc; i++) {
		a = find(argv[i]);
		if (argc > 2)
			printf("%s ", a->name);
		fflush(stdout);
		/* Each in a process of its own: some change what they are in. */
		if (fork()) {
			wait(NULL);
			continue;
		}
		errno = 0;
		puts(a->go(a->arg) ? strerrorname_np(errno) : "done");
		return 0;
	}
	return 0;
}
