// SPDX-License-Identifier: GPL-2.0
/*
 * The busybox template: one static binary, its applets as links, and the few
 * files that its init and login need.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "run.h"
#include "template.h"

#define BUSYBOX	"/bin/busybox"

/**
 * struct file - a file of the template
 * @path: where
 * @mode: permissions
 * @text: what is in it; NULL for a directory
 */
struct file {
	const char *path;
	mode_t mode;
	const char *text;
};

static const struct file files[] = {
	{ "bin", 0755, NULL },
	{ "sbin", 0755, NULL },
	{ "usr", 0755, NULL },
	{ "usr/bin", 0755, NULL },
	{ "usr/sbin", 0755, NULL },
	{ "etc", 0755, NULL },
	{ "etc/init.d", 0755, NULL },
	{ "home", 0755, NULL },
	{ "root", 0700, NULL },
	{ "var", 0755, NULL },
	{ "var/log", 0755, NULL },
	{ "var/run", 0755, NULL },
	{ "proc", 0555, NULL },
	{ "sys", 0555, NULL },
	{ "dev", 0755, NULL },
	{ "run", 0755, NULL },
	{ "tmp", 01777, NULL },
	{ "etc/inittab", 0644,
	  "::sysinit:/etc/init.d/rcS\n"
	  "::restart:/sbin/init\n"
	  "::ctrlaltdel:/sbin/reboot\n" },
	{ "etc/init.d/rcS", 0755,
	  "#!/bin/sh\n"
	  "for script in /etc/init.d/S*; do\n"
	  "	[ -x \"$script\" ] && \"$script\" start\n"
	  "done\n" },
	{ "etc/passwd", 0644,
	  "root:x:0:0:root:/root:/bin/sh\n"
	  "nobody:x:65534:65534:nobody:/:/bin/false\n" },
	{ "etc/group", 0644,
	  "root:x:0:\n"
	  "tty:x:5:\n"
	  "nogroup:x:65534:\n" },
	{ "etc/shadow", 0640,
	  "root:*:19000:0:99999:7:::\n"
	  "nobody:*:19000:0:99999:7:::\n" },
	{ "etc/shells", 0644, "/bin/sh\n" },
	{ "etc/hosts", 0644,
	  "127.0.0.1 localhost\n"
	  "::1 localhost\n" },
	{ "etc/profile", 0644,
	  "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
	  "PS1='\\u@\\h:\\w\\$ '\n" },
};

static int make_file(int dir, const struct file *f)
{
	int fd;

	if (!f->text) {
		if (mkdirat(dir, f->path, f->mode) ||
		    fchmodat(dir, f->path, f->mode, 0))
			return -1;
		return 0;
	}
	fd = openat(dir, f->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    f->mode);
	if (fd < 0)
		return -1;
	if (fchmod(fd, f->mode) || write_all(fd, f->text, strlen(f->text))) {
		util_close(&fd);
		return -1;
	}
	return close(fd);
}

/* The binary lists its applets with the directories they belong in. */
static int link_applets(int dir)
{
	char *const argv[] = { BUSYBOX, "--list-full", NULL };
	autofree char *list = NULL;
	char *name, *rest;
	int rc;

	rc = run_capture(argv, &list);
	if (rc)
		return rc;
	rest = list;
	while ((name = strsep(&rest, "\n"))) {
		if (!*name || !strcmp(name, "bin/busybox"))
			continue;
		/* A shell calls them by PATH, so one of a kind is enough. */
		if (symlinkat(BUSYBOX, dir, name) && errno != EEXIST &&
		    errno != ENOENT)
			return err_sys("cannot make %s", name);
	}
	if (symlinkat(BUSYBOX, dir, "sbin/init") && errno != EEXIST)
		return err_sys("cannot make sbin/init");
	return 0;
}

/**
 * template_busybox() - make a busybox root tree
 * @path: an empty directory
 *
 * Return: 0 or an exit status with the error recorded.
 */
int template_busybox(const char *path)
{
	autofree char *copy = xasprintf("%s" BUSYBOX, path);
	char *const cp[] = { "cp", "--", BUSYBOX, copy, NULL };
	autoclose int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	size_t i;
	int rc;

	if (access(BUSYBOX, X_OK))
		return err_hint(err_sys("cannot use %s", BUSYBOX),
				"apt-get install busybox-static");
	if (dir < 0)
		return err_sys("cannot open %s", path);
	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (make_file(dir, &files[i]))
			return err_sys("cannot make %s/%s", path,
				       files[i].path);
	rc = run_program(cp, NULL);
	return rc ? rc : link_applets(dir);
}
