// SPDX-License-Identifier: GPL-2.0
/*
 * status: a container's state in vzctl's words, on one line.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "ct.h"
#include "err.h"
#include "options.h"
#include "verbs.h"

/* Pieces of a start or stop that was cut short are worth a word. */
static void name_leftovers(const struct ct *ct, const struct ct_state *st)
{
	if (st->populated && !st->attached && st->has_module)
		err_note("it runs, but the module does not know it; ctctl attach %u tells it",
			 ct->id);
	if (st->running)
		return;
	if (st->has_cgroup)
		err_note("left over: cgroup %s", ct->cgroup);
	if (st->attached && !st->foreign)
		err_note("left over: its registration in the module");
}

/**
 * cmd_status() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_status(int argc, char **argv)
{
	struct ct_state st = { 0 };
	struct ct ct;
	int first, rc;

	rc = options_none(argc, argv, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], 0);
	if (!rc)
		rc = ct_state(&ct, &st);
	if (!rc) {
		printf("CTID %u %s %s %s", ct.id,
		       ct.has_conf || st.has_private || st.attached ?
		       "exist" : "deleted",
		       st.mounted ? "mounted" : "unmounted",
		       st.running ? "running" : "down");
		if (st.foreign) {
			autofree char *cgroup = str_printable(st.foreign);

			printf(" cgroup=%s", cgroup);
		}
		putchar('\n');
		name_leftovers(&ct, &st);
	}
	ct_state_free(&st);
	ct_close(&ct);
	return rc;
}
