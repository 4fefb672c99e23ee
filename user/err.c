// SPDX-License-Identifier: GPL-2.0
/*
 * Errors: made where they happen, given context on the way up, printed once.
 *
 * A function that fails calls err_set() or err_sys() and returns the exit
 * status that these return; callers hand the status on, perhaps after
 * err_prefix() or err_hint(). main() prints the one line:
 *
 *	ctctl: container 101: what was tried: why it failed; what to do
 *
 * The program has one thread, so there is one error at a time.
 */
#define _GNU_SOURCE
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const char *program = "ctctl";
static uint32_t container;
static int verbosity;
static struct err_saved error;

/**
 * struct err_packet - an error on its way from a child process
 * @code: the exit status
 * @error: the error
 */
struct err_packet {
	int code;
	struct err_saved error;
};

/**
 * err_program() - set the name that messages begin with
 * @name: a string that stays
 */
void err_program(const char *name)
{
	program = name;
}

/**
 * err_container() - set the container that messages are about
 * @id: its id; 0 for none
 */
void err_container(uint32_t id)
{
	container = id;
}

/**
 * err_skip_container() - leave out what the message begins with anyway
 * @text: somebody else's words
 *
 * Return: @text, after "container ID: " where that is the container that
 * messages are about.
 */
const char *err_skip_container(const char *text)
{
	autofree char *head = xasprintf("container %u: ", container);

	return text + (str_has_prefix(text, head) ? strlen(head) : 0);
}

/**
 * err_verbosity() - say more or less
 * @change: above 0 for more, below 0 for less
 */
void err_verbosity(int change)
{
	verbosity += change;
}

/**
 * err_quiet() - are progress messages unwanted?
 *
 * Return: true if only errors are to be printed.
 */
bool err_quiet(void)
{
	return verbosity < 0;
}

/**
 * err_verbose() - are details wanted?
 *
 * Return: true if each step is to be told.
 */
bool err_verbose(void)
{
	return verbosity > 0;
}

/**
 * err_set() - record an error
 * @code: exit status
 * @fmt: what failed and why, as printf
 *
 * Return: @code.
 */
int err_set(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error.reason, sizeof(error.reason), fmt, ap);
	va_end(ap);
	error.hint[0] = '\0';
	return code;
}

static int code_of_errno(int e)
{
	switch (e) {
	case EPERM:
	case EACCES:
		return EXIT_PERMISSION;
	case ENOSPC:
	case EDQUOT:
		return EXIT_NO_SPACE;
	case ENOMEM:
	case EAGAIN:
	case EMFILE:
	case ENFILE:
		return EXIT_RESOURCES;
	default:
		return EXIT_SYSTEM;
	}
}

/**
 * err_sys() - record an error that errno explains
 * @fmt: what failed, as printf
 *
 * Return: the exit status that suits errno.
 */
int err_sys(const char *fmt, ...)
{
	int e = errno;
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error.reason, sizeof(error.reason), fmt, ap);
	va_end(ap);
	len = strlen(error.reason);
	snprintf(error.reason + len, sizeof(error.reason) - len, ": %s",
		 strerror(e));
	error.hint[0] = '\0';
	return code_of_errno(e);
}

/**
 * err_prefix() - say what the failed step belonged to
 * @code: exit status of the step
 * @fmt: what was tried, as printf
 *
 * Return: @code.
 */
int err_prefix(int code, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	len = strlen(text);
	snprintf(text + len, sizeof(text) - len, ": %.*s",
		 (int)(sizeof(text) - len), error.reason);
	memcpy(error.reason, text, sizeof(error.reason));
	return code;
}

/**
 * err_hint() - say what to do about the recorded error
 * @code: its exit status
 * @fmt: the advice, as printf
 *
 * Return: @code.
 */
int err_hint(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error.hint, sizeof(error.hint), fmt, ap);
	va_end(ap);
	return code;
}

/**
 * err_text() - the recorded reason
 *
 * Return: the text, empty when there is none.
 */
const char *err_text(void)
{
	return error.reason;
}

/**
 * err_save() - put the recorded error aside
 * @saved: where to
 */
void err_save(struct err_saved *saved)
{
	*saved = error;
}

/**
 * err_restore() - record an error again that was put aside
 * @code: its exit status
 * @saved: the error
 *
 * Return: @code.
 */
int err_restore(int code, const struct err_saved *saved)
{
	error = *saved;
	return code;
}

/**
 * err_drop() - forget the recorded error
 */
void err_drop(void)
{
	error.reason[0] = '\0';
	error.hint[0] = '\0';
}

/* In one write, so that the lines of two tools do not mix. */
static void print_line(const char *kind, const char *text, const char *advice)
{
	autofree char *about = container ?
		xasprintf("container %u: ", container) : xstrdup("");
	autofree char *raw = xasprintf("%s: %s%s%s%s%s", program, about, kind,
				       text, *advice ? "; " : "", advice);
	/* Names of files and the like are in it, and may be a container's. */
	autofree char *clean = str_printable(raw);
	autofree char *line = xasprintf("%s\n", clean);

	fflush(stdout);
	fputs(line, stderr);
}

/**
 * err_print() - print the recorded error, if there is one
 * @code: exit status
 *
 * Return: @code.
 */
int err_print(int code)
{
	if (!code || !error.reason[0])
		return code;
	print_line("", error.reason, error.hint);
	err_drop();
	return code;
}

/**
 * err_warn() - print a warning, whatever the verbosity
 * @fmt: as printf
 */
void err_warn(const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_line("warning: ", text, "");
}

/**
 * err_note() - print a detail on stderr, where details are wanted
 * @fmt: as printf
 */
void err_note(const char *fmt, ...)
{
	char text[ERR_TEXT_MAX];
	va_list ap;

	if (!err_verbose())
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_line("", text, "");
}

/**
 * err_say() - print progress on stdout, unless quiet
 * @fmt: as printf
 */
void err_say(const char *fmt, ...)
{
	va_list ap;

	if (err_quiet())
		return;
	va_start(ap, fmt);
	vfprintf(stdout, fmt, ap);
	va_end(ap);
	fputc('\n', stdout);
	fflush(stdout);
}

/**
 * err_send() - hand the recorded error to the parent process
 * @fd: a pipe that err_receive() reads
 * @code: exit status
 */
void err_send(int fd, int code)
{
	struct err_packet p = { .code = code, .error = error };

	/* The parent takes a short packet for an unexplained death. */
	if (write_all(fd, &p, sizeof(p)))
		_exit(EXIT_SYSTEM);
}

/**
 * err_receive() - wait for a child's error, and record it
 * @fd: the pipe's read end
 * @code: its exit status; EXIT_OK where the pipe was closed without one
 *
 * Return: 0; -1 with errno set if the wait was interrupted by a signal or
 * the packet is broken.
 */
int err_receive(int fd, int *code)
{
	struct err_packet p;
	size_t len = 0;

	while (len < sizeof(p)) {
		ssize_t n = read(fd, (char *)&p + len, sizeof(p) - len);

		if (n < 0)
			return -1;
		if (!n)
			break;
		len += n;
	}
	*code = EXIT_OK;
	if (!len)
		return 0;
	if (len < sizeof(p)) {
		errno = EBADMSG;
		return -1;
	}
	error = p.error;
	error.reason[ERR_TEXT_MAX - 1] = '\0';
	error.hint[ERR_TEXT_MAX - 1] = '\0';
	*code = p.code;
	return 0;
}
