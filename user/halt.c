// SPDX-License-Identifier: GPL-2.0
/*
 * Stopping a container: its init is asked in the way it understands, and
 * killed with everything else where it does not answer in time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/param.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "cgroup.h"
#include "err.h"
#include "initpid.h"
#include "join.h"
#include "launch.h"
#include "paths.h"
#include "sig.h"

#define TIMEOUT_DEFAULT	"120"
#define AGAIN_MS	1000

/**
 * struct init_kind - an init that is stopped by a signal
 * @exe: the last part of its program's path
 * @signal: the signal, as an offset from SIGRTMIN where @realtime
 * @realtime: is it a real-time signal?
 */
struct init_kind {
	const char *exe;
	int signal;
	bool realtime;
};

static const struct init_kind kinds[] = {
	{ "systemd", 3, true },
	{ "busybox", SIGUSR2, false },
};

static const struct init_kind *kind_of(pid_t pid)
{
	autofree char *path = xasprintf("/proc/%d/exe", (int)pid);
	char exe[PATH_MAX];
	ssize_t n = readlink(path, exe, sizeof(exe) - 1);
	const char *base;
	size_t i;

	if (n < 0)
		return NULL;
	exe[n] = '\0';
	base = strrchr(exe, '/');
	for (i = 0; base && i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(base + 1, kinds[i].exe))
			return &kinds[i];
	return NULL;
}

/*
 * An init that no signal is known for gets the order from inside, and @again is
 * none then.
 */
static int ask(const struct ct *ct, pid_t pid, int pidfd, int *again)
{
	const struct init_kind *k = kind_of(pid);
	int status, rc;

	*again = 0;
	if (k) {
		int sig = k->signal + (k->realtime ? SIGRTMIN : 0);

		err_note("sending signal %d to its %s", sig, k->exe);
		if (pidfd_send_signal(pidfd, sig, NULL, 0) && errno != ESRCH)
			return err_sys("cannot signal its init");
		*again = sig;
		return 0;
	}
	err_note("running halt in it");
	rc = join_script(ct, "halt || poweroff", NULL, -1, &status);
	if (!rc && status)
		rc = err_set(EXIT_COMMAND, "its halt failed (%d)", status);
	return rc;
}

static unsigned int timeout_of(const struct ct *ct)
{
	const char *value = config_get(&ct->conf, "STOP_TIMEOUT");
	uint64_t v;

	if (!value)
		value = paths_global("STOP_TIMEOUT", TIMEOUT_DEFAULT);
	if (!str_to_u64(value, &v) || v > INT_MAX / 1000) {
		err_warn("STOP_TIMEOUT is no number of seconds: \"%s\"", value);
		v = atoi(TIMEOUT_DEFAULT);
	}
	return v;
}

/* Return: 0 when it stopped by itself or must be killed. */
static int stop_gently(const struct ct *ct)
{
	unsigned int seconds = timeout_of(ct);
	uint64_t end = clock_ms() + seconds * 1000ULL, now;
	autoclose int pidfd = -1;
	bool ended = false;
	pid_t pid;
	int sig, rc;

	rc = initpid_find(ct, &pid, &pidfd);
	if (!rc)
		rc = ask(ct, pid, pidfd, &sig);
	if (rc) {
		err_warn("%s: killing it", err_text());
		err_drop();
		return 0;
	}
	while (!ended && (now = clock_ms()) < end) {
		ended = initpid_wait(pidfd, MIN((int)(end - now), AGAIN_MS));
		/* One that had only just begun has not heard it; no init minds. */
		if (!ended && sig)
			pidfd_send_signal(pidfd, sig, NULL, 0);
		rc = sig_check();
		if (rc)
			return err_prefix(rc, "still stopping");
	}
	if (!ended)
		err_warn("its init has not stopped within %u s: killing it",
			 seconds);
	return 0;
}

/**
 * launch_stop() - stop a container, and remove what it leaves
 * @ct: the container, locked; running
 * @fast: kill it at once
 *
 * Return: 0 or an exit status with the error recorded.
 */
int launch_stop(const struct ct *ct, bool fast)
{
	struct ct_state st;
	int rc = 0;

	if (!fast)
		rc = stop_gently(ct);
	if (!rc)
		rc = cgroup_kill(ct->cgroup);
	if (rc)
		return rc;
	rc = ct_state(ct, &st);
	if (!rc)
		rc = ct_clean(ct, &st);
	ct_state_free(&st);
	return rc;
}
