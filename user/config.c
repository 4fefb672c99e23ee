// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration files: lines NAME="value", as a shell would read them.
 *
 * Comments, blank lines and names that nobody knows are kept when a file is
 * saved. A file is never seen half-written: the new text goes to a file
 * beside it, which then takes its place.
 */
#define _GNU_SOURCE
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "err.h"

/* Take the quotes off a value; a comment may follow an unquoted one. */
static char *unquote(const char *s)
{
	char *out = xcalloc(strlen(s) + 1, 1), *o = out, mark = 0;

	for (; *s; s++) {
		if (mark && *s == mark)
			mark = 0;
		else if (!mark && (*s == '"' || *s == '\''))
			mark = *s;
		else if (!mark && (*s == ' ' || *s == '\t'))
			break;
		else if (*s == '\\' && mark != '\'' && s[1])
			*o++ = *++s;
		else
			*o++ = *s;
	}
	return out;
}

static size_t key_len(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n;
}

static void add_line(struct config *c, const char *text)
{
	size_t len = strspn(text, " \t"), n;
	struct config_line *l;

	c->line = xgrow(c->line, c->nr, sizeof(*c->line));
	l = &c->line[c->nr++];
	memset(l, 0, sizeof(*l));
	l->text = xstrdup(text);
	n = key_len(text + len);
	if (!n || text[len + n] != '=')
		return;
	l->key = strndup(text + len, n);
	l->value = unquote(text + len + n + 1);
}

/**
 * config_load() - read a file
 * @c: where to; to be freed even on failure
 * @path: the file
 *
 * Return: 0; -1 with errno set on failure: EINVAL where it is no text, and
 * saving it would lose what is behind a NUL.
 */
int config_load(struct config *c, const char *path)
{
	autofree char *text = file_read_text(path);
	char *line, *next;

	memset(c, 0, sizeof(*c));
	if (!text)
		return -1;
	for (line = text; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		add_line(c, line);
	}
	return 0;
}

/**
 * config_free() - forget a file's content
 * @c: what config_load() filled
 */
void config_free(struct config *c)
{
	size_t i;

	for (i = 0; i < c->nr; i++) {
		free(c->line[i].text);
		free(c->line[i].key);
		free(c->line[i].value);
	}
	free(c->line);
	memset(c, 0, sizeof(*c));
}

static struct config_line *find(const struct config *c, const char *key)
{
	size_t i;

	/* A shell would let the last line win. */
	for (i = c->nr; i--; )
		if (c->line[i].key && !strcmp(c->line[i].key, key))
			return &c->line[i];
	return NULL;
}

/**
 * config_get() - look a name up
 * @c: the file
 * @key: the name
 *
 * Return: its value, which lives as long as @c; NULL when it is not set.
 */
const char *config_get(const struct config *c, const char *key)
{
	const struct config_line *l = find(c, key);

	return l ? l->value : NULL;
}

static char *quote(const char *key, const char *value)
{
	autofree char *out = xcalloc(2 * strlen(value) + 1, 1);
	char *o = out;

	for (; *value; value++) {
		if (strchr("\"\\$`", *value))
			*o++ = '\\';
		*o++ = *value;
	}
	return xasprintf("%s=\"%s\"", key, out);
}

/**
 * config_set() - set a name, in its line where it has one
 * @c: the file
 * @key: the name
 * @value: its value, without a line feed; NULL removes the name
 */
void config_set(struct config *c, const char *key, const char *value)
{
	struct config_line *l = find(c, key);

	if (!value) {
		/* Each of its lines, or an earlier one would count again. */
		for (; l; l = find(c, key)) {
			*l->text = '\0';
			free(l->key);
			l->key = NULL;
		}
		return;
	}
	if (!l) {
		add_line(c, "");
		l = &c->line[c->nr - 1];
		l->key = xstrdup(key);
	}
	free(l->text);
	free(l->value);
	l->text = quote(key, value);
	l->value = xstrdup(value);
}

static int write_lines(const struct config *c, int fd)
{
	size_t i;

	for (i = 0; i < c->nr; i++) {
		autofree char *line = xasprintf("%s\n", c->line[i].text);

		if (write_all(fd, line, strlen(line)))
			return -1;
	}
	return fsync(fd);
}

static int sync_dir(const char *path)
{
	autofree char *copy = xstrdup(path);
	autoclose int fd = open(dirname(copy),
				O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -1 : fsync(fd);
}

/**
 * config_save() - write a file in one piece
 * @c: its content
 * @path: the file, replaced if it exists
 *
 * Return: 0 or an exit status with the error recorded; then the file is as
 * it was before.
 */
int config_save(const struct config *c, const char *path)
{
	autofree char *tmp = xasprintf("%s.tmp", path);
	autoclose int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
				0644);

	if (fd >= 0 && !write_lines(c, fd) && !rename(tmp, path) &&
	    !sync_dir(path))
		return 0;
	err_sys("cannot save %s", path);
	if (fd >= 0)
		unlink(tmp);
	return EXIT_SAVE;
}

/**
 * config_bool() - is a value a yes?
 * @value: the value, or NULL
 *
 * Return: true for yes, on, true and 1.
 */
bool config_bool(const char *value)
{
	return value && (!strcasecmp(value, "yes") ||
			 !strcasecmp(value, "on") ||
			 !strcasecmp(value, "true") || !strcmp(value, "1"));
}

/**
 * config_expand() - put the container's id into a path
 * @value: text with $VEID or ${VEID} in it
 * @id: the id
 *
 * Return: the path, to be freed.
 */
char *config_expand(const char *value, uint32_t id)
{
	static const char * const marks[] = { "${VEID}", "$VEID" };
	char *out = xstrdup(value);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		char *at;

		while ((at = strstr(out, marks[i]))) {
			char *next;

			*at = '\0';
			next = xasprintf("%s%u%s", out, id,
					 at + strlen(marks[i]));
			free(out);
			out = next;
		}
	}
	return out;
}
