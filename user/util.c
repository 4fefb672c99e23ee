// SPDX-License-Identifier: GPL-2.0
/*
 * Small helpers over libc.
 */
#define _GNU_SOURCE
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "err.h"

/**
 * util_free() - free the memory that a local variable points to
 * @p: the variable's address, as the cleanup attribute passes it
 */
void util_free(void *p)
{
	free(*(void **)p);
}

/**
 * util_close() - close the descriptor that a local variable holds
 * @fd: the variable's address; a negative value is left alone
 */
void util_close(const int *fd)
{
	if (*fd >= 0) {
		int saved = errno;

		close(*fd);
		errno = saved;
	}
}

static void __attribute__((noreturn)) no_memory(void)
{
	static const char text[] = "ctctl: out of memory\n";

	/* Nothing can be done if even this does not get out. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(EXIT_RESOURCES);
	_exit(EXIT_RESOURCES);
}

/**
 * xasprintf() - print to fresh memory
 * @fmt: as printf
 *
 * Return: the text, to be freed; does not return without memory.
 */
char *xasprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0 || !s)
		no_memory();
	va_end(ap);
	return s;
}

/**
 * xstrdup() - copy a string
 * @s: the string
 *
 * Return: the copy, to be freed; does not return without memory.
 */
char *xstrdup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		no_memory();
	return copy;
}

/**
 * xcalloc() - zeroed memory
 * @n: number of elements
 * @size: bytes an element
 *
 * Return: the memory, to be freed; does not return without memory.
 */
void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		no_memory();
	return p;
}

/**
 * xgrow() - make room for one more element at the end of an array
 * @array: the array, NULL when there is none yet
 * @n: elements in it
 * @size: bytes an element
 *
 * Return: the array, perhaps moved; does not return without memory.
 */
void *xgrow(void *array, size_t n, size_t size)
{
	void *p = array;

	/* Capacity is the next power of two, so it need not be kept. */
	if (!(n & (n - 1)))
		p = reallocarray(array, n ? 2 * n : 1, size);
	if (!p)
		no_memory();
	return p;
}

/* Bytes of the UTF-8 character at @s; 0 for what is none, and at the end. */
static size_t char_len(const char *s)
{
	const unsigned char *c = (const unsigned char *)s;
	/* The second byte's range keeps long forms, surrogates and more out. */
	unsigned int low = 0x80, high = 0xbf;
	size_t len, i;

	if (c[0] < 0x80)
		return c[0] ? 1 : 0;
	if (c[0] < 0xc2 || c[0] > 0xf4)
		return 0;
	len = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
	if (c[0] == 0xe0)
		low = 0xa0;
	else if (c[0] == 0xed)
		high = 0x9f;
	else if (c[0] == 0xf0)
		low = 0x90;
	else if (c[0] == 0xf4)
		high = 0x8f;
	if (c[1] < low || c[1] > high)
		return 0;
	for (i = 2; i < len; i++)
		if (c[i] < 0x80 || c[i] > 0xbf)
			return 0;
	return len;
}

static bool is_control(const char *s, size_t len)
{
	const unsigned char *c = (const unsigned char *)s;

	/* U+0080 to U+009F are to a terminal what ESC and a letter are. */
	return c[0] < ' ' || c[0] == 0x7f ||
	       (len == 2 && c[0] == 0xc2 && c[1] < 0xa0);
}

/**
 * str_printable() - somebody else's text, fit for a terminal and for a line
 * @s: the text
 *
 * Return: a copy, to be freed: a question mark for each control character and
 * each byte that is no UTF-8.
 */
char *str_printable(const char *s)
{
	char *out = xcalloc(strlen(s) + 1, 1), *o = out;

	while (*s) {
		size_t len = char_len(s);

		if (!len || is_control(s, len)) {
			*o++ = '?';
			s += len ? len : 1;
		} else {
			memcpy(o, s, len);
			o += len;
			s += len;
		}
	}
	return out;
}

/**
 * str_utf8() - somebody else's text as UTF-8, which JSON must be
 * @s: the text
 *
 * Return: a copy, to be freed: U+FFFD for each byte that is no UTF-8.
 */
char *str_utf8(const char *s)
{
	static const char unknown[] = "\xef\xbf\xbd";
	char *out = xcalloc(strlen(s) + 1, sizeof(unknown)), *o = out;

	while (*s) {
		size_t len = char_len(s);

		o = mempcpy(o, len ? s : unknown, len ? len : strlen(unknown));
		s += len ? len : 1;
	}
	return out;
}

/**
 * str_has_prefix() - does a string start so?
 * @s: the string
 * @prefix: the start
 *
 * Return: true if it does.
 */
bool str_has_prefix(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/**
 * str_to_u64() - read a plain decimal number
 * @s: digits and nothing else
 * @out: the number
 *
 * Return: true; false when it is no number or above 2^64-1.
 */
bool str_to_u64(const char *s, uint64_t *out)
{
	uint64_t v = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, *s - '0', &v))
			return false;
	}
	*out = v;
	return true;
}

/* All of it, with a NUL behind it that @size does not count. */
static char *read_whole(int dir, const char *path, size_t *size)
{
	autoclose int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	size_t len = 0, cap = 4096;
	char *buf;

	if (fd < 0)
		return NULL;
	buf = xcalloc(1, cap);
	for (;;) {
		ssize_t n = read(fd, buf + len, cap - len - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			free(buf);
			return NULL;
		}
		if (!n)
			break;
		len += n;
		if (cap - len - 1 == 0) {
			char *more = realloc(buf, cap *= 2);

			if (!more)
				no_memory();
			buf = more;
		}
	}
	buf[len] = '\0';
	*size = len;
	return buf;
}

/**
 * file_read_at() - read a whole file
 * @dir: directory that a relative path starts at
 * @path: the file; procfs and cgroupfs files will do
 *
 * Return: its text, to be freed; NULL with errno set on failure.
 */
char *file_read_at(int dir, const char *path)
{
	size_t size;

	return read_whole(dir, path, &size);
}

/**
 * file_read_text() - read a whole file that must be a text
 * @path: the file
 *
 * Return: its text, to be freed; NULL with errno set on failure, EINVAL where
 * it has a NUL in it.
 */
char *file_read_text(const char *path)
{
	size_t size;
	char *text = read_whole(AT_FDCWD, path, &size);

	if (text && strlen(text) != size) {
		free(text);
		errno = EINVAL;
		return NULL;
	}
	return text;
}

/**
 * file_read() - read a whole file
 * @path: the file
 *
 * Return: its text, to be freed; NULL with errno set on failure.
 */
char *file_read(const char *path)
{
	return file_read_at(AT_FDCWD, path);
}

/**
 * write_all() - write all of a buffer
 * @fd: where to
 * @buf: what
 * @len: bytes of it
 *
 * Return: 0; -1 with errno set on failure.
 */
int write_all(int fd, const void *buf, size_t len)
{
	const char *p = buf;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= n;
	}
	return 0;
}

/**
 * file_write_at() - write to an existing file, as cgroupfs and procfs want it
 * @dir: directory that a relative path starts at
 * @path: the file
 * @text: written with one write(2)
 *
 * Return: 0; -1 with errno set on failure.
 */
int file_write_at(int dir, const char *path, const char *text)
{
	autoclose int fd = openat(dir, path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	return write_all(fd, text, strlen(text));
}

/**
 * file_write() - write to an existing file
 * @path: the file
 * @text: written with one write(2)
 *
 * Return: 0; -1 with errno set on failure.
 */
int file_write(const char *path, const char *text)
{
	return file_write_at(AT_FDCWD, path, text);
}

/**
 * dir_exists() - is there a directory?
 * @path: its path
 *
 * Return: true if there is.
 */
bool dir_exists(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/**
 * dir_make() - make a directory and those above it
 * @path: its path; one that exists already will do
 * @mode: of the last component; those above get 0755
 *
 * Return: 0; -1 with errno set on failure.
 */
int dir_make(const char *path, mode_t mode)
{
	autofree char *part = xstrdup(path);
	char *slash;

	for (slash = strchr(part + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	if (!mkdir(path, mode))
		return 0;
	if (errno != EEXIST)
		return -1;
	if (dir_exists(path))
		return 0;
	errno = ENOTDIR;
	return -1;
}

/**
 * sleep_ms() - sleep, or less if a signal comes
 * @ms: milliseconds
 */
void sleep_ms(unsigned int ms)
{
	struct timespec t = {
		.tv_sec = ms / 1000,
		.tv_nsec = (long)(ms % 1000) * 1000000,
	};

	nanosleep(&t, NULL);
}

/**
 * clock_ms() - a clock that only moves forward
 *
 * Return: milliseconds since some point in the past.
 */
uint64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
