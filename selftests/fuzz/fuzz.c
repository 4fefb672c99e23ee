// SPDX-License-Identifier: GPL-2.0
/*
 * What the fuzz targets share. Strings of an input end with a NUL or with the
 * input; numbers are little-endian. What is judged here is judged by code of
 * its own, never by the tool's.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/**
 * in_bytes() - the next bytes
 * @in: the input
 * @to: where to; what the input lacks is zero
 * @max: how many
 *
 * Return: how many there were.
 */
size_t in_bytes(struct input *in, void *to, size_t max)
{
	size_t n = in->size < max ? in->size : max;

	memset(to, 0, max);
	if (n)
		memcpy(to, in->data, n);
	in->data += n;
	in->size -= n;
	return n;
}

/**
 * in_u8() - the next byte
 * @in: the input
 *
 * Return: the byte.
 */
uint8_t in_u8(struct input *in)
{
	uint8_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

/**
 * in_u16() - the next 16 bits
 * @in: the input
 *
 * Return: the number.
 */
uint16_t in_u16(struct input *in)
{
	uint16_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

/**
 * in_u32() - the next 32 bits
 * @in: the input
 *
 * Return: the number.
 */
uint32_t in_u32(struct input *in)
{
	uint32_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

/**
 * in_u64() - the next 64 bits
 * @in: the input
 *
 * Return: the number.
 */
uint64_t in_u64(struct input *in)
{
	uint64_t v;

	in_bytes(in, &v, sizeof(v));
	return v;
}

/**
 * in_string() - the next string
 * @in: the input
 *
 * It has exactly the memory that it needs, so that a read past its end shows.
 *
 * Return: the string, to be freed.
 */
char *in_string(struct input *in)
{
	size_t n = strnlen((const char *)in->data, in->size);
	char *s = malloc(n + 1);

	if (!s)
		abort();
	in_bytes(in, s, n);
	s[n] = '\0';
	if (in->size)
		in_u8(in);
	return s;
}

/**
 * in_rest() - all that is left, as a string
 * @in: the input
 *
 * Return: the string, to be freed; what is behind a NUL is not seen.
 */
char *in_rest(struct input *in)
{
	char *s = in_string(in);

	in->size = 0;
	return s;
}

/**
 * must_failed() - a promise is broken
 * @file: of the check
 * @line: of the check
 * @what: the check
 */
void must_failed(const char *file, int line, const char *what)
{
	/* What is printed may be caught at the moment. */
	dprintf(STDERR_FILENO, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

static FILE *real_out, *real_err;
static char *caught_out, *caught_err;
static size_t out_size, err_size;

/**
 * catch_begin() - from now on keep what is printed
 */
void catch_begin(void)
{
	real_out = stdout;
	real_err = stderr;
	stdout = open_memstream(&caught_out, &out_size);
	stderr = open_memstream(&caught_err, &err_size);
	if (!stdout || !stderr)
		abort();
}

/**
 * catch_end() - let it through again
 * @out: what went to stdout, to be freed
 * @err: what went to stderr, to be freed
 */
void catch_end(char **out, char **err)
{
	fclose(stdout);
	fclose(stderr);
	stdout = real_out;
	stderr = real_err;
	*out = caught_out;
	*err = caught_err;
	/* A NUL would hide what is behind it. */
	MUST(strlen(*out) == out_size);
	MUST(strlen(*err) == err_size);
}

/**
 * memory_file() - a file with this content
 * @data: the content
 * @size: bytes of it
 *
 * Return: its path; the same one each time.
 */
const char *memory_file(const void *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("input", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	return path;
}

/* Bytes of the character at @s, 0 for none; its number goes to @code. */
static int decode(const unsigned char *s, uint32_t *code)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int n = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 :
		s[0] >> 3 == 30 ? 4 : 0;
	int i;

	if (!n)
		return 0;
	*code = n == 1 ? s[0] : s[0] & (0xff >> (n + 1));
	for (i = 1; i < n; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff || *code >> 11 == 0x1b)
		return 0;
	return n;
}

/**
 * is_utf8() - is it text in UTF-8?
 * @text: the text
 *
 * Return: true if it is.
 */
bool is_utf8(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t code;
	int n;

	for (; *s; s += n) {
		n = decode(s, &code);
		if (!n)
			return false;
	}
	return true;
}

/**
 * must_be_printable() - nothing in it makes a terminal do anything
 * @text: lines of output
 */
void must_be_printable(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t code = 0;
	int n;

	for (; *s; s += n) {
		n = decode(s, &code);
		MUST(n > 0);
		MUST(code == '\n' || code >= ' ');
		MUST(code < 0x7f || code > 0x9f);
	}
}

/**
 * must_be_json() - it is one JSON value, by the strictest reading
 * @text: the text
 *
 * Return: the value, to be put.
 */
struct json_object *must_be_json(const char *text)
{
	struct json_tokener *t = json_tokener_new();
	struct json_object *o;
	size_t end;

	must_be_printable(text);
	json_tokener_set_flags(t, JSON_TOKENER_STRICT |
			       JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, text, strlen(text));
	MUST(json_tokener_get_error(t) == json_tokener_success);
	end = json_tokener_get_parse_end(t);
	MUST(text[end + strspn(text + end, "\n")] == '\0');
	json_tokener_free(t);
	return o;
}
