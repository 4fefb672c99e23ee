// SPDX-License-Identifier: GPL-2.0
/*
 * start, restart.
 */
#define _GNU_SOURCE
#include "config.h"
#include "ct.h"
#include "err.h"
#include "genl.h"
#include "join.h"
#include "launch.h"
#include "options.h"
#include "verbs.h"

/*
 * systemd says when it is done; an init that cannot say is taken to be. Its
 * "degraded" is a state reached as well, and told as a warning.
 */
static const char wait_script[] =
	"[ -d /run/systemd/system ] || exit 0\n"
	"while :; do\n"
	"	state=$(systemctl is-system-running 2>/dev/null)\n"
	"	case $state in\n"
	"	running) exit 0 ;;\n"
	"	degraded|maintenance|stopping) exit 1 ;;\n"
	"	esac\n"
	"	sleep 0.5\n"
	"done\n";

static int wait_up(const struct ct *ct)
{
	int status = 0, rc;

	rc = join_script(ct, wait_script, NULL, -1, &status);
	if (!rc && status)
		err_warn("it is up, but not all of its units: ctctl exec %u systemctl --failed",
			 ct->id);
	return rc;
}

static int start(const struct ct *ct, const struct ct_state *st, bool force)
{
	bool left = st->mounted || st->has_cgroup || st->attached;
	int rc;

	if (st->foreign)
		return err_hint(err_set(EXIT_RUNNING,
					"the id belongs to cgroup %s, which was attached",
					st->foreign),
				"ctctl detach %u frees it", ct->id);
	if (st->running && !st->attached) {
		rc = launch_reattach(ct);
		if (rc)
			return rc;
		err_warn("the module did not know it; it is attached again");
	}
	if (st->running)
		return err_set(EXIT_RUNNING, "the container is running");
	if (!force && config_bool(config_get(&ct->conf, "DISABLED")))
		return err_hint(err_set(EXIT_DISABLED,
					"the container is disabled"),
				"start it with --force, or ctctl set %u --disabled no --save",
				ct->id);
	if (!st->has_private)
		return err_set(EXIT_NO_PRIVATE, "there is no private area %s",
			       ct->private_dir);
	rc = left ? ct_clean(ct, st) : 0;
	return rc ? rc : launch_start(ct);
}

static int run(int argc, char **argv, bool again)
{
	bool wait = false, force = false, fast = false;
	const struct option_desc own[] = {
		{ "wait", 'w', NULL, &wait },
		{ "force", 'f', NULL, &force },
		{ "fast", 0, NULL, &fast },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own) - !again,
	};
	struct ct_state st = { 0 };
	struct ct ct;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_LOCK | CT_CONFIG);
	if (!rc)
		rc = genl_present();
	if (!rc)
		rc = ct_state(&ct, &st);
	if (!rc && again && st.populated) {
		ct_state_free(&st);
		rc = launch_stop(&ct, fast);
		if (!rc)
			rc = ct_state(&ct, &st);
	}
	if (!rc)
		rc = start(&ct, &st, force);
	if (!rc && wait)
		rc = wait_up(&ct);
	if (!rc)
		err_say("Container %u is running", ct.id);
	ct_state_free(&st);
	ct_close(&ct);
	return rc;
}

/**
 * cmd_start() - start
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_start(int argc, char **argv)
{
	return run(argc, argv, false);
}

/**
 * cmd_restart() - restart
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_restart(int argc, char **argv)
{
	return run(argc, argv, true);
}
