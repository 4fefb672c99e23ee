// SPDX-License-Identifier: GPL-2.0
/*
 * Templates' names: a listing shows what --ostemplate would find, and no name
 * leads out of the templates' folder.
 *
 * Input: flags8 (file name NUL)* up to 6 of them.
 * wraps: opendir readdir closedir access stat paths_cache
 */
#include <dirent.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../user/err.h"
#include "../../../user/template.h"
#include "../../../user/util.h"
#include "../../../user/verbs.h"
#include "../fuzz.h"

#define MANY	6

static char *file[MANY];
static int nr, next;

DIR *__wrap_opendir(const char *name)
{
	MUST(!strcmp(name, "/cache"));
	next = 0;
	return (DIR *)&next;
}

struct dirent *__wrap_readdir(DIR *dir)
{
	static struct dirent e;

	(void)dir;
	if (next == nr)
		return NULL;
	snprintf(e.d_name, sizeof(e.d_name), "%s", file[next++]);
	return &e;
}

int __wrap_closedir(DIR *dir)
{
	(void)dir;
	return 0;
}

static bool exists(const char *path)
{
	int i;

	for (i = 0; i < nr; i++)
		if (!strncmp(path, "/cache/", 7) && !strcmp(path + 7, file[i]))
			return true;
	return false;
}

int __wrap_access(const char *path, int mode)
{
	(void)mode;
	errno = ENOENT;
	return exists(path) ? 0 : -1;
}

int __wrap_stat(const char *path, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_size = strlen(path);
	return exists(path) ? 0 : -1;
}

char *__wrap_paths_cache(void)
{
	return xstrdup("/cache");
}

/* As a file system would have them. */
static bool is_file_name(const char *name)
{
	return *name && strlen(name) < 256 && !strchr(name, '/');
}

static void find_listed(void)
{
	char **names, *path;
	size_t n, i;

	MUST(!template_list(&names, &n));
	for (i = 0; i < n; i++) {
		MUST(*names[i] && *names[i] != '.');
		MUST(!template_find(names[i], &path));
		MUST(exists(path));
		free(path);
		free(names[i]);
	}
	free(names);
}

static void list(bool json)
{
	char verb[] = "template", word[] = "list", flag[] = "-j";
	char *argv[4] = { verb, word, json ? flag : NULL, NULL };
	char *out, *err;
	int rc;

	catch_begin();
	rc = cmd_template(2 + json, argv);
	catch_end(&out, &err);
	MUST(!rc && !*err);
	if (json)
		json_object_put(must_be_json(out));
	must_be_printable(out);
	free(out);
	free(err);
}

/**
 * LLVMFuzzerTestOneInput() - one input
 * @data: the input
 * @size: bytes of it
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .data = data, .size = size };
	uint8_t flags = in_u8(&in);
	char *path = NULL;
	int i;

	for (nr = 0; nr < MANY && in.size;) {
		file[nr] = in_string(&in);
		if (is_file_name(file[nr]))
			nr++;
		else
			free(file[nr]);
	}
	err_drop();
	find_listed();
	list(flags & 1);
	if (nr && !template_find(file[0], &path))
		MUST(exists(path));
	free(path);
	for (i = 0; i < nr; i++)
		free(file[i]);
	return 0;
}
