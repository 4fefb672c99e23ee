// SPDX-License-Identifier: GPL-2.0
/*
 * A container's root directory and what is mounted in it.
 *
 * All but rootfs_pivot() run after the host's tree is out of reach, so a
 * symbolic link that the container planted leads nowhere but back into the
 * container.
 */
#define _GNU_SOURCE
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "err.h"

#define SAFE	(MS_NOSUID | MS_NODEV | MS_NOEXEC)

/**
 * struct fs - a file system that every container has
 * @type: its type
 * @target: where it is mounted; the directory is made if need be
 * @flags: mount flags
 * @data: mount options
 */
struct fs {
	const char *type;
	const char *target;
	unsigned long flags;
	const char *data;
};

static const struct fs filesystems[] = {
	{ "proc", "/proc", SAFE, NULL },
	{ "sysfs", "/sys", SAFE | MS_RDONLY, NULL },
	{ "tmpfs", "/dev", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k" },
	{ "devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC,
	  "newinstance,gid=5,mode=620,ptmxmode=666" },
	{ "tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777" },
	{ "mqueue", "/dev/mqueue", SAFE, NULL },
	{ "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=755" },
};

/**
 * struct node - a device node
 * @path: where
 * @mode: permissions
 * @major: device number
 * @minor: device number
 */
struct node {
	const char *path;
	mode_t mode;
	unsigned int major;
	unsigned int minor;
};

/* The console takes what is written to it, as null does, and says nothing. */
static const struct node nodes[] = {
	{ "/dev/null", 0666, 1, 3 },
	{ "/dev/zero", 0666, 1, 5 },
	{ "/dev/full", 0666, 1, 7 },
	{ "/dev/random", 0666, 1, 8 },
	{ "/dev/urandom", 0666, 1, 9 },
	{ "/dev/tty", 0666, 5, 0 },
	{ "/dev/console", 0600, 1, 3 },
	{ "/dev/fuse", 0666, 10, 229 },
};

/**
 * struct link - a symbolic link
 * @path: where
 * @target: where to
 */
struct link {
	const char *path;
	const char *target;
};

static const struct link links[] = {
	{ "/dev/ptmx", "pts/ptmx" },
	{ "/dev/fd", "/proc/self/fd" },
	{ "/dev/stdin", "/proc/self/fd/0" },
	{ "/dev/stdout", "/proc/self/fd/1" },
	{ "/dev/stderr", "/proc/self/fd/2" },
};

/* Of the machine, not of the container: out of sight. */
static const char * const hidden[] = {
	"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
	"/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
	"/proc/sched_debug", "/proc/scsi", "/sys/firmware",
};

static const char * const read_only[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sysrq-trigger",
	"/proc/sys",
};

/**
 * rootfs_pivot() - make a directory the root, and forget the host's
 * @root_dir: the directory, a mount point
 *
 * In a mount namespace of the caller's own.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rootfs_pivot(const char *root_dir)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return err_sys("cannot make the mounts private");
	if (chdir(root_dir))
		return err_sys("cannot enter %s", root_dir);
	/* Puts the old root on top of the new one, from where it is taken. */
	if (syscall(SYS_pivot_root, ".", "."))
		return err_sys("cannot make %s the root", root_dir);
	if (umount2(".", MNT_DETACH))
		return err_sys("cannot unmount the host's root");
	if (chdir("/"))
		return err_sys("cannot enter the root");
	return 0;
}

static int make_dir(const char *path)
{
	return mkdir(path, 0755) && errno != EEXIST ?
		err_sys("cannot make %s", path) : 0;
}

/**
 * rootfs_mount() - mount the file systems that every container has
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rootfs_mount(void)
{
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(filesystems); i++) {
		const struct fs *fs = &filesystems[i];

		rc = make_dir(fs->target);
		if (rc)
			return rc;
		if (mount(fs->type, fs->target, fs->type, fs->flags, fs->data))
			return err_sys("cannot mount %s at %s", fs->type,
				       fs->target);
	}
	return 0;
}

/**
 * rootfs_cgroup() - mount the container's part of the cgroup tree
 *
 * In a cgroup namespace of the caller's own.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rootfs_cgroup(void)
{
	if (mount("cgroup2", "/sys/fs/cgroup", "cgroup2", SAFE, NULL))
		return err_sys("cannot mount cgroup2 at /sys/fs/cgroup");
	return 0;
}

static int hide(const char *path)
{
	struct stat st;
	int rc;

	if (stat(path, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		rc = mount("tmpfs", path, "tmpfs", SAFE | MS_RDONLY,
			   "size=0,mode=555");
	else
		rc = mount("/dev/null", path, NULL, MS_BIND, NULL);
	return rc ? err_sys("cannot hide %s", path) : 0;
}

static int bind_with(const char *path, unsigned long flags)
{
	if (access(path, F_OK))
		return 0;
	if (mount(path, path, NULL, MS_BIND, NULL) ||
	    mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | flags, NULL))
		return err_sys("cannot protect %s", path);
	return 0;
}

/**
 * rootfs_hide() - keep what is the machine's out of sight or read-only
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rootfs_hide(void)
{
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		rc = hide(hidden[i]);
		if (rc)
			return rc;
	}
	for (i = 0; i < ARRAY_SIZE(read_only); i++) {
		rc = bind_with(read_only[i], SAFE | MS_RDONLY);
		if (rc)
			return rc;
	}
	/* The network settings are the container's own. */
	return bind_with("/proc/sys/net", SAFE);
}

/**
 * rootfs_dev() - fill /dev, a tmpfs
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rootfs_dev(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++) {
		const struct node *n = &nodes[i];

		if (mknod(n->path, S_IFCHR | n->mode,
			  makedev(n->major, n->minor)) ||
		    chmod(n->path, n->mode))
			return err_sys("cannot make %s", n->path);
	}
	for (i = 0; i < ARRAY_SIZE(links); i++)
		if (symlink(links[i].target, links[i].path))
			return err_sys("cannot make %s", links[i].path);
	return 0;
}

/**
 * rootfs_systemd() - mask the units that have nothing to work on
 *
 * The console is no terminal, so a login prompt on it would fail again and
 * again. The mask is in /run, a tmpfs: the container's files stay as they are.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rootfs_systemd(void)
{
	int rc;

	rc = make_dir("/run/systemd");
	if (!rc)
		rc = make_dir("/run/systemd/system");
	if (rc)
		return rc;
	if (symlink("/dev/null", "/run/systemd/system/console-getty.service"))
		return err_sys("cannot mask console-getty.service");
	return 0;
}

/**
 * rootfs_hostname() - write /etc/hostname, where it says something else
 * @hostname: the name
 *
 * An init sets the name that it finds there, so sethostname(2) is not enough.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rootfs_hostname(const char *hostname)
{
	autofree char *want = xasprintf("%s\n", hostname);
	autofree char *have = file_read("/etc/hostname");
	autoclose int fd = -1;

	if (have && !strcmp(have, want))
		return 0;
	unlink("/etc/hostname.ctctl");
	fd = open("/etc/hostname.ctctl",
		  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	/* A root without /etc has no init that would look there. */
	if (fd < 0)
		return errno == ENOENT ? 0 : err_sys("cannot set the hostname");
	if (write_all(fd, want, strlen(want)) ||
	    rename("/etc/hostname.ctctl", "/etc/hostname")) {
		int rc = err_sys("cannot write /etc/hostname");

		unlink("/etc/hostname.ctctl");
		return rc;
	}
	return 0;
}
