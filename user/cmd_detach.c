// SPDX-License-Identifier: GPL-2.0
/*
 * detach: let go of a cgroup that attach made a container.
 */
#define _GNU_SOURCE
#include "ct.h"
#include "err.h"
#include "genl.h"
#include "options.h"
#include "verbs.h"

static int detach(const struct ct *ct, bool force)
{
	struct ct_state st;
	int rc = ct_state(ct, &st);

	if (!rc && !st.has_module)
		rc = genl_present();
	else if (!rc && !st.attached)
		rc = err_set(EXIT_NOT_RUNNING,
			     "the module does not know this container");
	else if (!rc && st.running && !st.foreign && !force)
		rc = err_hint(err_set(EXIT_RUNNING,
				      "it was started by ctctl and would go on without limits"),
			      "stop it, or detach it with --force");
	if (!rc)
		rc = genl_detach(ct->id);
	ct_state_free(&st);
	return rc;
}

/**
 * cmd_detach() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_detach(int argc, char **argv)
{
	bool force = false;
	const struct option_desc own[] = {
		{ "force", 'f', NULL, &force },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
	};
	struct ct ct;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_LOCK);
	if (!rc)
		rc = detach(&ct, force);
	if (!rc)
		err_say("Container %u is detached", ct.id);
	ct_close(&ct);
	return rc;
}
