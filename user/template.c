// SPDX-License-Identifier: GPL-2.0
/*
 * Templates: tar files of root trees, compressed or not. tar(1) unpacks them.
 */
#define _GNU_SOURCE
#include "template.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "err.h"
#include "paths.h"
#include "run.h"

#define FULL_BELOW	(1024 * 1024)

static const char * const suffixes[] = {
	".tar", ".tar.gz", ".tar.xz", ".tar.zst", ".tar.bz2", ".tgz",
};

/**
 * template_find() - which file is meant by --ostemplate
 * @name: a template's name, or the path of any tar file
 * @path: the file; to be freed
 *
 * Return: 0 or an exit status with the error recorded.
 */
int template_find(const char *name, char **path)
{
	autofree char *cache = paths_cache();
	size_t i;

	if (strchr(name, '/')) {
		if (access(name, R_OK))
			return err_set(EXIT_TEMPLATE,
				       "cannot read template %s: %s", name,
				       strerror(errno));
		*path = xstrdup(name);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(suffixes); i++) {
		*path = xasprintf("%s/%s%s", cache, name, suffixes[i]);
		if (!access(*path, R_OK))
			return 0;
		free(*path);
	}
	*path = NULL;
	return err_hint(err_set(EXIT_TEMPLATE,
				"there is no template \"%s\" in %s", name,
				cache),
			"ctctl template list shows those there are, template build makes one");
}

static bool is_full(const char *dir)
{
	struct statvfs fs;

	return !statvfs(dir, &fs) &&
	       (fs.f_bavail * fs.f_frsize < FULL_BELOW || !fs.f_favail);
}

/**
 * template_extract() - unpack a template
 * @tar: the file
 * @dir: an empty directory
 *
 * Return: 0 or an exit status with the error recorded.
 */
int template_extract(const char *tar, const char *dir)
{
	char *const argv[] = {
		"tar", "--extract", "--preserve-permissions",
		"--numeric-owner", "--same-owner", "--xattrs",
		"--xattrs-include=*", "--warning=no-timestamp",
		"--directory", (char *)dir, "--file", (char *)tar, NULL
	};
	int rc = run_program(argv, NULL);

	if (!rc)
		return 0;
	/* tar does not tell its callers why. */
	if (is_full(dir))
		rc = err_set(EXIT_NO_SPACE, "no space left on the disk");
	return err_prefix(rc, "cannot unpack %s to %s", tar, dir);
}

/* Length of a file's name without its suffix; 0 for what is no template. */
static size_t base_len(const char *file)
{
	size_t i, len = strlen(file);

	for (i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (len > n && !strcmp(file + len - n, suffixes[i]))
			return len - n;
	}
	return 0;
}

/**
 * template_list() - the templates there are
 * @names: their names, each to be freed, and the array
 * @nr: number of them
 *
 * Return: 0 or an exit status with the error recorded.
 */
int template_list(char ***names, size_t *nr)
{
	autofree char *cache = paths_cache();
	DIR *dir = opendir(cache);
	const struct dirent *e;

	*names = NULL;
	*nr = 0;
	if (!dir)
		return errno == ENOENT ? 0 : err_sys("cannot read %s", cache);
	while ((e = readdir(dir))) {
		size_t len = *e->d_name == '.' ? 0 : base_len(e->d_name);

		if (!len)
			continue;
		*names = xgrow(*names, *nr, sizeof(**names));
		(*names)[(*nr)++] = xasprintf("%.*s", (int)len, e->d_name);
	}
	closedir(dir);
	return 0;
}
