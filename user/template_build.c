// SPDX-License-Identifier: GPL-2.0
/*
 * Building templates: Debian by debootstrap(8), from where this machine gets
 * its own packages; busybox from the host's static binary.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "paths.h"
#include "run.h"
#include "template.h"

#define PACKAGES	"--include=systemd-sysv,dbus,iproute2,procps,passwd," \
			"iputils-ping,netbase"

/**
 * struct recipe - a template that can be built
 * @name: its name
 * @suite: Debian's name for the release; NULL for busybox
 */
struct recipe {
	const char *name;
	const char *suite;
};

static const struct recipe recipes[] = {
	{ "debian-12", "bookworm" },
	{ "debian-13", "trixie" },
	{ "busybox", NULL },
};

/*
 * Where this machine gets Debian itself from: lines "URI CODENAME COMPONENT".
 * A suite that is an addition to a release ("bookworm-updates") may be kept
 * at an address of its own, so only whole releases count.
 */
static int find_mirror(char **mirror)
{
	char *const argv[] = {
		"apt-get", "indextargets", "--format",
		"$(REPO_URI) $(CODENAME) $(COMPONENT)",
		"Created-By: Packages", "Origin: Debian", NULL
	};
	autofree char *out = NULL;
	char *line, *rest;
	int rc;

	rc = run_capture(argv, &out);
	if (rc)
		return err_hint(rc, "say --mirror URL");
	rest = out;
	while ((line = strsep(&rest, "\n"))) {
		const char *uri = strsep(&line, " ");
		const char *codename = strsep(&line, " ");

		/* What begins with a dash would be an option of debootstrap's. */
		if (!codename || !*codename || strpbrk(codename, "-/") ||
		    !*uri || *uri == '-' || !line || strcmp(line, "main"))
			continue;
		*mirror = xstrdup(uri);
		return 0;
	}
	return err_hint(err_set(EXIT_TEMPLATE,
				"apt knows no Debian release on this machine"),
			"run apt-get update, or say --mirror URL");
}

/* What belongs to the machine that built the tree, not to the template. */
static void forget_host(const char *dir)
{
	static const char * const gone[] = {
		"etc/hostname", "etc/resolv.conf", "var/lib/dbus/machine-id",
	};
	autofree char *id = xasprintf("%s/etc/machine-id", dir);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(gone); i++) {
		autofree char *path = xasprintf("%s/%s", dir, gone[i]);

		unlink(path);
	}
	/* Empty, so that each container makes up its own. */
	if (truncate(id, 0))
		err_note("cannot empty %s", id);
}

static int build_debian(const char *suite, const char *mirror,
			const char *dir)
{
	autofree char *found = NULL;
	int rc;

	if (!mirror) {
		rc = find_mirror(&found);
		if (rc)
			return rc;
	}
	{
		char *const argv[] = {
			"debootstrap", "--variant=minbase", PACKAGES,
			(char *)suite, (char *)dir,
			(char *)(mirror ? mirror : found), NULL
		};

		rc = run_program(argv, suite);
	}
	if (rc)
		return err_hint(rc, "--verbose shows what debootstrap says");
	forget_host(dir);
	return 0;
}

static int pack(const char *dir, const char *tar)
{
	autofree char *tmp = xasprintf("%s.tmp", tar);
	char *const argv[] = {
		"tar", "--create", "--numeric-owner", "--xattrs",
		"--xattrs-include=*", "--exclude=./var/cache/apt/archives/*.deb",
		"--exclude=./var/lib/apt/lists/*_*", "--directory",
		(char *)dir, "--file", tmp, ".", NULL
	};
	int rc = run_program(argv, NULL);

	if (!rc && rename(tmp, tar))
		rc = err_sys("cannot make %s", tar);
	if (rc)
		unlink(tmp);
	return rc;
}

static int build(const struct recipe *r, const char *mirror,
		 const char *cache)
{
	autofree char *dir = xasprintf("%s/.%s.tmp", cache, r->name);
	autofree char *tar = xasprintf("%s/%s.tar", cache, r->name);
	struct err_saved saved;
	int rc;

	/* One that an earlier build left behind when it was killed. */
	rc = run_remove_tree(dir);
	if (rc)
		return rc;
	if (mkdir(dir, 0755))
		return err_sys("cannot make %s", dir);
	if (r->suite)
		rc = build_debian(r->suite, mirror, dir);
	else
		rc = template_busybox(dir);
	if (!rc)
		rc = pack(dir, tar);
	err_save(&saved);
	run_remove_tree(dir);
	err_restore(rc, &saved);
	return rc == EXIT_SYSTEM ? EXIT_TEMPLATE : rc;
}

/**
 * template_build() - build a template
 * @name: its name
 * @mirror: where to get packages; NULL for where this machine gets its own
 *
 * Return: 0 or an exit status with the error recorded.
 */
int template_build(const char *name, const char *mirror)
{
	autofree char *cache = paths_cache();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(recipes); i++) {
		if (strcmp(recipes[i].name, name))
			continue;
		if (dir_make(cache, 0755))
			return err_sys("cannot make %s", cache);
		return build(&recipes[i], mirror, cache);
	}
	return err_hint(err_set(EXIT_TEMPLATE,
				"there is no recipe for \"%s\"", name),
			"debian-12, debian-13 and busybox can be built");
}
