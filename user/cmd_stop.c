// SPDX-License-Identifier: GPL-2.0
/*
 * stop.
 */
#define _GNU_SOURCE
#include "ct.h"
#include "err.h"
#include "launch.h"
#include "ns.h"
#include "options.h"
#include "verbs.h"

static int stop(const struct ct *ct, const struct ct_state *st, bool fast)
{
	bool left = st->mounted || st->has_cgroup || st->attached;

	if (st->foreign)
		return err_hint(err_set(EXIT_STOP,
					"cgroup %s was attached, and is for others to stop",
					st->foreign),
				"ctctl detach %u lets go of it", ct->id);
	if (st->populated)
		return launch_stop(ct, fast);
	/* It halted by itself, or a start was cut short. */
	if (left)
		return ct_clean(ct, st);
	return err_set(EXIT_NOT_RUNNING, "the container is not running");
}

/**
 * cmd_stop() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_stop(int argc, char **argv)
{
	bool fast = false;
	const struct option_desc own[] = {
		{ "fast", 'f', NULL, &fast },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
	};
	struct ct_state st = { 0 };
	struct ct ct;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	/* An init that does not understand signals gets the order from inside. */
	if (!rc && !fast)
		rc = ns_reexec();
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_LOCK);
	if (!rc)
		rc = ct_state(&ct, &st);
	if (!rc && !ct.has_conf && !st.has_cgroup && !st.attached)
		rc = err_set(EXIT_NO_CONFIG, "no such container");
	if (!rc)
		rc = stop(&ct, &st, fast);
	if (!rc)
		err_say("Container %u is stopped", ct.id);
	ct_state_free(&st);
	ct_close(&ct);
	return rc;
}
