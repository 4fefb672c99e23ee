// SPDX-License-Identifier: GPL-2.0
/*
 * Where packages come from: any lines that apt may print, up to the words that
 * debootstrap(8) is called with.
 *
 * Input: suite8 lines.
 * wraps: run_capture run_program run_remove_tree dir_make mkdir rename unlink
 * wraps: truncate paths_cache
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "../../../user/err.h"
#include "../../../user/template.h"
#include "../../../user/util.h"
#include "../fuzz.h"

static const char *lines;
static bool bootstrapped;

int __wrap_run_capture(char *const *argv, char **output)
{
	MUST(!strcmp(argv[0], "apt-get"));
	*output = xstrdup(lines);
	return 0;
}

/* Is the line "URI CODENAME main", and that a release's? */
static bool names(const char *uri)
{
	size_t len = strlen(uri), n, word;
	const char *line;

	for (line = lines; *line; line += n + !!line[n]) {
		n = strcspn(line, "\n");
		if (n < len + 7 || strncmp(line, uri, len) || line[len] != ' ')
			continue;
		word = strcspn(line + len + 1, " -/\n");
		if (word && n == len + 1 + word + 5 &&
		    !strncmp(line + len + 1 + word, " main", 5))
			return true;
	}
	return false;
}

int __wrap_run_program(char *const *argv, const char *progress)
{
	size_t n = 0;

	(void)progress;
	while (argv[n])
		n++;
	if (strcmp(argv[0], "debootstrap"))
		return 0;
	bootstrapped = true;
	MUST(n == 6);
	MUST(*argv[5] && *argv[5] != '-');
	MUST(names(argv[5]));
	return 0;
}

int __wrap_run_remove_tree(const char *path)
{
	MUST(!strncmp(path, "/cache/.", 8));
	return 0;
}

int __wrap_dir_make(const char *path, mode_t mode)
{
	(void)path;
	(void)mode;
	return 0;
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	return __wrap_dir_make(path, mode);
}

int __wrap_rename(const char *from, const char *to)
{
	(void)from;
	(void)to;
	return 0;
}

int __wrap_unlink(const char *path)
{
	(void)path;
	return 0;
}

int __wrap_truncate(const char *path, off_t length)
{
	(void)path;
	(void)length;
	return 0;
}

char *__wrap_paths_cache(void)
{
	return xstrdup("/cache");
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
	const char *suite = in_u8(&in) & 1 ? "debian-12" : "debian-13";
	char *text = in_rest(&in);
	int rc;

	lines = text;
	bootstrapped = false;
	err_drop();
	rc = template_build(suite, NULL);
	MUST(!rc == bootstrapped);
	MUST(!rc || *err_text());
	free(text);
	return 0;
}
