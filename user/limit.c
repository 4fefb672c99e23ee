// SPDX-License-Identifier: GPL-2.0
/*
 * Making a parameter's limit the explanation of a failure: "Resource
 * temporarily unavailable" helps nobody.
 */
#include "limit.h"

#include "err.h"
#include "genl.h"

static uint64_t twice(const struct param *p, uint64_t v)
{
	return v > CTBC_UNLIMITED / 2 - 16 ? CTBC_UNLIMITED :
	       2 * v + (p->unit == CTBC_UNIT_ITEMS ? 16 : 0);
}

/**
 * limit_more() - what gives a parameter room
 * @p: the parameter
 * @v: what it has
 *
 * Return: a value as people write it, to be freed.
 */
char *limit_more(const struct param *p, const struct param_limits *v)
{
	struct param_limits more = { twice(p, v->barrier), twice(p, v->limit) };

	if (more.barrier == more.limit && more.limit != CTBC_UNLIMITED)
		return xasprintf("%llu", (unsigned long long)more.limit);
	return more.barrier == more.limit ? xstrdup("unlimited") : param_format(&more);
}

/**
 * limit_explain() - say which limit kept a process from being made
 * @id: the container
 * @code: exit status of a failed clone(2), its error recorded
 *
 * Return: @code; where the container is at its limit, the error says so.
 */
int limit_explain(uint32_t id, int code)
{
	const struct genl_param *p;
	struct genl_container ct;
	struct err_saved saved;
	const char *name = param_get(CTBC_PARAM_NUMPROC)->name;
	bool found = false;

	if (code != EXIT_RESOURCES)
		return code;
	err_save(&saved);
	if (genl_get(id, &ct, &found) || !found)
		return err_restore(code, &saved);
	p = &ct.param[CTBC_PARAM_NUMPROC];
	if (p->present && p->held >= p->limits.barrier) {
		autofree char *more = limit_more(param_get(CTBC_PARAM_NUMPROC),
						 &p->limits);

		err_set(code, "%s: the container is at its %s limit, %llu of %llu",
			saved.reason, name, (unsigned long long)p->held,
			(unsigned long long)p->limits.barrier);
		err_hint(code, "ctctl set %u --%s %s raises it", id, name, more);
	} else {
		err_restore(code, &saved);
	}
	genl_container_free(&ct);
	return code;
}
