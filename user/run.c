// SPDX-License-Identifier: GPL-2.0
/*
 * Programs of the host: tar, rm, debootstrap, apt-get. They end with the
 * tool: a signal to it goes on to them, and its death is theirs.
 */
#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "err.h"
#include "lock.h"
#include "sig.h"

#define LINE_SHOWN	70

static void __attribute__((noreturn)) child(pid_t parent, char *const *argv,
					    int output, bool errors_too)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* No signal comes of a death before that. */
	if (getppid() != parent)
		_exit(127);
	sig_default();
	lock_pass_on();
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (output >= 0)
		dup2(output, STDOUT_FILENO);
	if (output >= 0 && errors_too)
		dup2(output, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

/* The read end of a pipe that carries the program's output. */
static pid_t spawn(char *const *argv, int *output, bool errors_too)
{
	int pipes[2] = { -1, -1 };
	pid_t parent = getpid(), pid;

	if (output && pipe2(pipes, O_CLOEXEC))
		return -1;
	fflush(NULL);
	pid = fork();
	if (!pid)
		child(parent, argv, pipes[1], errors_too);
	util_close(&pipes[1]);
	if (pid < 0)
		util_close(&pipes[0]);
	else if (output)
		*output = pipes[0];
	return pid;
}

static int finish(pid_t pid, const char *name)
{
	int status;

	sig_forward(pid);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_sys("cannot wait for %s", name);
	sig_forward(0);
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return sig_check();
	if (sig_check())
		return EXIT_SYSTEM;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_hint(err_set(EXIT_SYSTEM, "cannot run %s", name),
				"install it");
	if (WIFSIGNALED(status))
		return err_set(EXIT_SYSTEM, "%s was killed by SIG%s", name,
			       sigabbrev_np(WTERMSIG(status)));
	return err_set(EXIT_SYSTEM, "%s failed (%d)", name,
		       WEXITSTATUS(status));
}

/* The last line so far, rewritten in place; all of it on request. */
static void show_progress(int fd, const char *what)
{
	bool tty = isatty(STDERR_FILENO) && !err_quiet();
	autofree char *line = NULL;
	size_t size = 0;
	FILE *f = fdopen(fd, "r");

	if (!f) {
		close(fd);
		return;
	}
	while (getline(&line, &size, f) > 0) {
		autofree char *text = NULL;

		line[strcspn(line, "\r\n")] = '\0';
		text = str_printable(line);
		if (err_verbose())
			fprintf(stderr, "%s\n", text);
		else if (tty)
			fprintf(stderr, "\r\033[K%s: %.*s", what, LINE_SHOWN,
				text);
	}
	if (tty && !err_verbose())
		fputs("\r\033[K", stderr);
	fclose(f);
}

/**
 * run_program() - run a program to its end
 * @argv: its words, found by PATH
 * @progress: what to show its output under on a terminal; NULL to let it
 *	through as it is
 *
 * Return: 0 if it succeeded, or an exit status with the error recorded.
 */
int run_program(char *const *argv, const char *progress)
{
	int fd = -1;
	pid_t pid;

	pid = spawn(argv, progress ? &fd : NULL, true);
	if (pid < 0)
		return err_sys("cannot run %s", argv[0]);
	sig_forward(pid);
	if (progress)
		show_progress(fd, progress);
	return finish(pid, argv[0]);
}

/**
 * run_capture() - run a program and keep what it prints
 * @argv: its words, found by PATH
 * @output: its standard output, to be freed
 *
 * Return: 0 if it succeeded, or an exit status with the error recorded.
 */
int run_capture(char *const *argv, char **output)
{
	autofree char *path = NULL;
	int fd = -1, rc;
	pid_t pid;

	pid = spawn(argv, &fd, false);
	if (pid < 0)
		return err_sys("cannot run %s", argv[0]);
	path = xasprintf("/proc/self/fd/%d", fd);
	*output = file_read(path);
	close(fd);
	rc = finish(pid, argv[0]);
	if (!rc && !*output)
		rc = err_set(EXIT_SYSTEM, "cannot read what %s prints",
			     argv[0]);
	if (rc) {
		free(*output);
		*output = NULL;
	}
	return rc;
}

/**
 * run_remove_tree() - remove a directory and all that is in it
 * @path: the directory; one that is not there is no error
 *
 * Nothing that is mounted in it is touched.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int run_remove_tree(const char *path)
{
	char *const argv[] = {
		"rm", "-rf", "--one-file-system", "--", (char *)path, NULL
	};
	struct stat st;
	int rc;

	if (lstat(path, &st) && errno == ENOENT)
		return 0;
	rc = run_program(argv, NULL);
	return rc ? err_prefix(rc, "cannot remove %s", path) : 0;
}
