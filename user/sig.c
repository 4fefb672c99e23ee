// SPDX-License-Identifier: GPL-2.0
/*
 * Signals that ask the tool to stop.
 *
 * A handler only remembers the signal. System calls are not restarted, so a
 * wait ends with EINTR; the step at hand then fails and what was done before
 * is undone as after any other failure.
 */
#define _GNU_SOURCE
#include "sig.h"

#include <signal.h>
#include <string.h>
#include <sys/types.h>

#include "err.h"

static const int caught_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
static volatile sig_atomic_t caught;
static volatile sig_atomic_t target;

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	caught = sig;
	/* One that a terminal sent has gone to the whole group already. */
	if (target > 0 && info->si_code != SI_KERNEL)
		kill((pid_t)target, sig);
}

static void mask(int how)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < ARRAY_SIZE(caught_signals); i++)
		sigaddset(&set, caught_signals[i]);
	sigprocmask(how, &set, NULL);
}

/**
 * sig_hold() - let signals wait, until the next sig_catch()
 *
 * That may be in another program: those that wait outlive an exec.
 */
void sig_hold(void)
{
	mask(SIG_BLOCK);
}

/**
 * sig_catch() - begin to remember signals
 */
void sig_catch(void)
{
	struct sigaction sa = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO,
	};
	size_t i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < ARRAY_SIZE(caught_signals); i++)
		sigaction(caught_signals[i], &sa, NULL);
	/* A reader that went away is a write error like any other. */
	signal(SIGPIPE, SIG_IGN);
	mask(SIG_UNBLOCK);
}

/**
 * sig_forward() - hand signals on to a process
 * @pid: a child that was not waited for yet; 0 to end it
 */
void sig_forward(int pid)
{
	target = pid;
}

/**
 * sig_default() - for a child process: signals and mask as at a login
 */
void sig_default(void)
{
	sigset_t none;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/**
 * sig_caught() - which signal came
 *
 * Return: its number, 0 for none.
 */
int sig_caught(void)
{
	return caught;
}

/**
 * sig_check() - has the tool been asked to stop?
 *
 * Return: 0, or an exit status with the error recorded.
 */
int sig_check(void)
{
	if (!caught)
		return 0;
	return err_set(EXIT_SYSTEM, "interrupted by SIG%s",
		       sigabbrev_np(caught));
}
