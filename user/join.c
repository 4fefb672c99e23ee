// SPDX-License-Identifier: GPL-2.0
/*
 * Running a program in a container that runs.
 *
 * Three processes: the tool stays outside altogether; the joiner moves into
 * the container's namespaces and gives up what a container may not have, but
 * is in a pid namespace outside, so nobody inside can see or trace it; its
 * child, born inside the container's cgroup with nothing left to steal,
 * becomes the program. The joiner ends with the program's exit status.
 */
#define _GNU_SOURCE
#include "join.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "err.h"
#include "initpid.h"
#include "limit.h"
#include "ns.h"
#include "pty.h"
#include "sandbox.h"
#include "sig.h"

/**
 * struct join - what the joiner needs to know
 * @command: the program
 * @init: descriptor of the container's init
 * @cgroup: the cgroup that the program runs in
 * @cgroup_ns: the container's cgroup namespace
 * @errors: pipe for what fails before the exec
 * @socket: for the terminal's outer end; -1 where none is wanted
 */
struct join {
	const struct command *command;
	int init;
	int cgroup;
	int cgroup_ns;
	int errors;
	int socket;
};

static void __attribute__((noreturn)) fail(const struct join *j, int rc)
{
	err_send(j->errors, rc);
	_exit(rc);
}

static void __attribute__((noreturn)) program(const struct join *j, int slave)
{
	int rc = 0;

	if (setns(j->cgroup_ns, CLONE_NEWCGROUP))
		rc = err_sys("cannot join the cgroup namespace");
	if (!rc && slave >= 0)
		rc = pty_become(slave);
	if (!rc)
		rc = command_exec(j->command, j->errors);
	fail(j, rc);
}

static int terminal(const struct join *j, int *slave)
{
	int master, rc;

	rc = pty_open(&master, slave);
	if (rc)
		return rc;
	rc = pty_send(j->socket, master);
	close(master);
	close(j->socket);
	return rc;
}

static void __attribute__((noreturn)) wait_for(pid_t pid)
{
	int status;

	sig_forward(pid);
	sig_catch();
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			_exit(EXIT_SYSTEM);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) :
				  128 + WTERMSIG(status));
}

static void __attribute__((noreturn)) joiner(const struct join *j)
{
	int slave = -1, rc;
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Not before the fork, after which libcap-ng begins anew. */
	rc = sandbox_prepare();
	if (!rc && setns(j->init, NS_NEW))
		rc = err_sys("cannot join the namespaces");
	ns_own_keyring();
	if (!rc)
		rc = sandbox_enter();
	if (!rc && j->socket >= 0)
		rc = terminal(j, &slave);
	if (rc)
		fail(j, rc);
	pid = ns_clone(0, j->cgroup, NULL);
	if (!pid)
		program(j, slave);
	if (pid < 0)
		fail(j, err_sys("cannot make a process in the container"));
	/* The exec in the child is to be what closes the pipe. */
	close(j->errors);
	util_close(&slave);
	wait_for(pid);
}

static int open_all(const struct ct *ct, struct join *j)
{
	autofree char *path = NULL;
	pid_t pid;
	int rc;

	rc = initpid_find(ct, &pid, &j->init);
	if (rc)
		return rc;
	path = xasprintf("/proc/%d/ns/cgroup", (int)pid);
	j->cgroup_ns = open(path, O_RDONLY | O_CLOEXEC);
	if (j->cgroup_ns < 0 && errno != ENOENT)
		return err_sys("cannot open %s", path);
	/* Init is what it was, as long as it has not ended. */
	if (j->cgroup_ns < 0 || initpid_wait(j->init, 0))
		return err_set(EXIT_NOT_RUNNING,
			       "the container has just stopped");
	return cgroup_exec_open(ct->cgroup, &j->cgroup);
}

static void close_all(struct join *j)
{
	util_close(&j->init);
	util_close(&j->cgroup_ns);
	util_close(&j->cgroup);
}

static int wait_joiner(pid_t pid, int *status)
{
	int st;

	while (waitpid(pid, &st, 0) < 0)
		if (errno != EINTR)
			return err_sys("cannot wait for the program");
	if (!WIFEXITED(st))
		return err_set(EXIT_SYSTEM, "the helper process was killed");
	*status = WEXITSTATUS(st);
	return 0;
}

/* Errors before the exec; with a terminal wanted, its outer end. */
static int hear(int errors, int socket, int *master)
{
	int code = EXIT_OK, rc = 0;

	if (socket >= 0)
		rc = pty_receive(socket, master);
	if (rc)
		return rc;
	while (err_receive(errors, &code))
		if (errno != EINTR)
			return err_sys("cannot hear from the helper process");
	return code;
}

static int run(struct join *j, const struct ct *ct, bool terminal, int *status)
{
	int errors[2], sockets[2] = { -1, -1 }, master = -1, pidfd, rc;
	pid_t pid;

	if (pipe2(errors, O_CLOEXEC) ||
	    (terminal && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
				    sockets)))
		return err_sys("cannot make a pipe");
	j->errors = errors[1];
	j->socket = sockets[1];
	/* Signals wait until each process knows whom to hand them on to. */
	sig_hold();
	rc = sig_check();
	pid = rc ? 0 : fork();
	if (!rc && !pid) {
		close(errors[0]);
		util_close(&sockets[0]);
		joiner(j);
	}
	sig_forward(pid);
	sig_catch();
	close(errors[1]);
	util_close(&sockets[1]);
	if (pid < 0)
		rc = err_sys("cannot make a process");
	if (rc)
		goto out;
	rc = hear(errors[0], sockets[0], &master);
	pidfd = pidfd_open(pid, 0);
	if (!rc && master >= 0)
		rc = pty_relay(master, pidfd);
	/* With its terminal gone, the shell ends too. */
	util_close(&master);
	util_close(&pidfd);
	if (rc) {
		struct err_saved saved;

		err_save(&saved);
		kill(pid, SIGKILL);
		wait_joiner(pid, status);
		rc = limit_explain(ct->id, err_restore(rc, &saved));
	} else {
		rc = wait_joiner(pid, status);
	}
	sig_forward(0);
out:
	close(errors[0]);
	util_close(&sockets[0]);
	return rc;
}

/**
 * join_run() - run a program in a container and wait for it
 * @ct: the container
 * @c: the program
 * @terminal: give it a terminal of its own, connected with the tool's
 *	standard input and output, rather than these themselves
 * @status: its exit status; 128 and the signal's number for a death by signal
 *
 * Return: 0 once it has ended, or an exit status with the error recorded.
 */
int join_run(const struct ct *ct, const struct command *c, bool terminal,
	     int *status)
{
	struct join j = { .command = c, .init = -1, .cgroup = -1,
			  .cgroup_ns = -1, .socket = -1 };
	int rc;

	rc = open_all(ct, &j);
	if (!rc)
		rc = run(&j, ct, terminal, status);
	close_all(&j);
	return rc;
}

static const char * const shells[] = { "/bin/bash", "/bin/sh", NULL };

/**
 * struct environment - the environment of a program that enters
 * @term: the caller's terminal type
 * @entry: all of it
 */
struct environment {
	char *term;
	char *entry[6];
};

static void make_environment(struct environment *e)
{
	const char *term = getenv("TERM");

	e->term = xasprintf("TERM=%s", term ? term : "dumb");
	e->entry[0] = e->term;
	e->entry[1] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	e->entry[2] = "HOME=/root";
	e->entry[3] = "SHELL=/bin/sh";
	e->entry[4] = "container=ctbc";
	e->entry[5] = NULL;
}

/**
 * join_shell() - run a shell in a container and wait for it
 * @ct: the container
 * @script: what it is to do; NULL to read that from its input
 * @terminal: a login shell on a terminal of its own; @script comes first
 * @status: its exit status
 *
 * Return: 0 once it has ended, or an exit status with the error recorded.
 */
int join_shell(const struct ct *ct, char *script, bool terminal, int *status)
{
	char *const with_script[] = { "-c", script, NULL };
	char *const login[] = { "-l", NULL }, *const plain[] = { NULL };
	struct environment e;
	struct command c = {
		.program = shells, .env = e.entry, .input = -1,
		.args = terminal ? login : plain,
		.dir = terminal ? "/root" : "/",
	};
	int rc;

	if (script)
		c.args = with_script;
	make_environment(&e);
	rc = join_run(ct, &c, terminal, status);
	free(e.term);
	return rc;
}

/**
 * join_script() - run one of the tool's own scripts in a container
 * @ct: the container
 * @script: for /bin/sh
 * @arg: its $1
 * @input: what it reads
 * @status: its exit status
 *
 * Return: 0 once it has ended, or an exit status with the error recorded.
 */
int join_script(const struct ct *ct, const char *script, char *arg,
		int input, int *status)
{
	static const char * const sh[] = { "/bin/sh", NULL };
	char *const args[] = { "-c", (char *)script, "ctctl", arg, NULL };
	struct environment e;
	const struct command c = {
		.program = sh, .args = args, .env = e.entry, .input = input,
	};
	int rc;

	make_environment(&e);
	rc = join_run(ct, &c, false, status);
	free(e.term);
	return rc;
}

/**
 * join_hostname() - change the hostname of a container that runs
 * @ct: the container
 * @hostname: the name
 *
 * Return: 0 or an exit status with the error recorded.
 */
int join_hostname(const struct ct *ct, const char *hostname)
{
	autoclose int init = -1;
	pid_t pid;
	int rc, st;

	rc = initpid_find(ct, &pid, &init);
	if (rc)
		return rc;
	pid = fork();
	if (!pid)
		_exit(setns(init, CLONE_NEWUTS) ||
		      sethostname(hostname, strlen(hostname)) ? errno : 0);
	if (pid < 0)
		return err_sys("cannot make a process");
	while (waitpid(pid, &st, 0) < 0)
		if (errno != EINTR)
			return err_sys("cannot wait for a process");
	errno = WIFEXITED(st) ? WEXITSTATUS(st) : EIO;
	return errno ? err_sys("cannot set the hostname") : 0;
}
