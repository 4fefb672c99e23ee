// SPDX-License-Identifier: GPL-2.0
/*
 * why: which limit has refused something, when, to whom, and what to set.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ctid.h"
#include "err.h"
#include "genl.h"
#include "limit.h"
#include "options.h"
#include "output.h"
#include "verbs.h"

#define NSEC	1000000000ULL

/* "3 s", "5 min", "2 h", "4 days" */
static char *ago(uint64_t boottime)
{
	static const struct { uint64_t seconds; const char *name; } units[] = {
		{ 2 * 86400, "days" }, { 2 * 3600, "h" }, { 2 * 60, "min" },
	};
	static const unsigned int one[] = { 86400, 3600, 60 };
	struct timespec now;
	uint64_t s;
	size_t i;

	clock_gettime(CLOCK_BOOTTIME, &now);
	s = now.tv_sec - boottime / NSEC;
	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (s >= units[i].seconds)
			return xasprintf("%llu %s", (unsigned long long)s / one[i],
					 units[i].name);
	return xasprintf("%llu s", (unsigned long long)s);
}

static int latest_first(const void *a, const void *b)
{
	const struct genl_param *const *p = a, *const *q = b;

	return ((*p)->refused < (*q)->refused) - ((*p)->refused > (*q)->refused);
}

static void tell(const struct genl_container *ct, const struct genl_param *v)
{
	const struct param *p = param_get(v - ct->param);
	autofree char *when = ago(v->refused);
	autofree char *comm = str_printable(v->comm);
	autofree char *more = limit_more(p, &v->limits);
	autofree char *now = param_format(&v->limits);

	printf("%s (%s): %s %llu times, last %s ago to %s (process %u)\n",
	       p->name, p->help,
	       ct->mode == CTBC_MODE_ACCOUNT ? "would have been refused" : "refused",
	       (unsigned long long)v->failcnt, when, comm, v->pid);
	printf("  %llu held, at most %llu; barrier and limit are %s\n",
	       (unsigned long long)v->held, (unsigned long long)v->maxheld, now);
	printf("  ctctl set %u --%s %s --save   would give it room\n", ct->id, p->name,
	       more);
}

/**
 * cmd_why() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_why(int argc, char **argv)
{
	const struct genl_param *order[CTBC_NR_PARAMS];
	struct genl_container ct;
	bool found = false;
	size_t nr = 0, i;
	unsigned int p;
	uint32_t id;
	int first, rc;

	rc = options_none(argc, argv, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (!rc)
		rc = ctid_parse(argv[first], &id);
	if (rc)
		return rc;
	err_container(id);
	rc = genl_get(id, &ct, &found);
	if (!rc && !found)
		rc = err_hint(err_set(EXIT_NOT_RUNNING,
				      "the module does not know this container"),
			      "ctctl status %u tells its state", id);
	if (rc)
		return rc;
	for (p = 0; p < CTBC_NR_PARAMS; p++)
		if (param_get(p) && ct.param[p].present && ct.param[p].refused)
			order[nr++] = &ct.param[p];
	qsort(order, nr, sizeof(order[0]), latest_first);
	if (!nr)
		printf("Container %u has been refused nothing\n", id);
	for (i = 0; i < nr; i++)
		tell(&ct, order[i]);
	genl_container_free(&ct);
	return output_end();
}
