// SPDX-License-Identifier: GPL-2.0
/*
 * Files of a cgroup: which controllers are handed down, whether a process is
 * in it, which ones.
 *
 * Input: controllers NUL enabled NUL file.
 * wraps: file_read file_read_at file_write mkdir openat readdir
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../user/cgroup.h"
#include "../../../user/util.h"
#include "../fuzz.h"

static const char *controllers, *enabled, *content;

char *__wrap_file_read(const char *path)
{
	if (strstr(path, "cgroup.controllers"))
		return xstrdup(controllers);
	return xstrdup(strstr(path, "subtree_control") ? enabled : content);
}

char *__wrap_file_read_at(int dir, const char *path)
{
	(void)dir;
	MUST(!strcmp(path, "cgroup.procs"));
	return xstrdup(content);
}

static bool has_word(const char *text, const char *word, size_t len)
{
	size_t n;

	for (;; text += n + 1) {
		n = strcspn(text, "\n ");
		if (n == len && !memcmp(text, word, len))
			return true;
		if (!text[n])
			return false;
	}
}

/* Handed down is what there is, and only what is not yet. */
int __wrap_file_write(const char *path, const char *text)
{
	MUST(strstr(path, "cgroup.subtree_control"));
	MUST(*text == '+' && text[1]);
	MUST(has_word(controllers, text + 1, strlen(text + 1)));
	MUST(!has_word(enabled, text + 1, strlen(text + 1)));
	return 0;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	(void)mode;
	MUST(!strncmp(path, "/cg/ctbc.slice", 14));
	return 0;
}

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	(void)dir;
	(void)path;
	return open("/", flags);
}

/* It has none below. */
struct dirent *__wrap_readdir(DIR *dir)
{
	(void)dir;
	return NULL;
}

static int stop_at(pid_t pid, void *arg)
{
	int *nr = arg;

	(void)pid;
	return ++*nr > 64;
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
	char *a = in_string(&in), *b = in_string(&in), *c = in_rest(&in);
	int nr = 0;

	controllers = a;
	enabled = b;
	content = c;
	MUST(!cgroup_create("/cg/ctbc.slice/7"));
	MUST(cgroup_populated("/cg") == !!strstr(content, "populated 1"));
	cgroup_each_pid("/cg", stop_at, &nr);
	MUST(nr <= 65);
	free(a);
	free(b);
	free(c);
	return 0;
}
