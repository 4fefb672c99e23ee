// SPDX-License-Identifier: GPL-2.0
/*
 * monitor: events as they happen, one on a line.
 */
#define _GNU_SOURCE
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ctid.h"
#include "err.h"
#include "genl.h"
#include "options.h"
#include "output.h"
#include "verbs.h"

#define NSEC	1000000000ULL

/**
 * struct watch - which events and how
 * @json: as JSON
 * @id: of these containers only; 0 at the end, NULL for all
 */
struct watch {
	bool json;
	const uint32_t *id;
};

static const char * const types[__CTBC_EVENT_END] = {
	[CTBC_EVENT_CREATED] = "created",
	[CTBC_EVENT_STARTED] = "started",
	[CTBC_EVENT_STOPPED] = "stopped",
	[CTBC_EVENT_DESTROYED] = "destroyed",
	[CTBC_EVENT_REFUSED] = "refused",
	[CTBC_EVENT_PASSED] = "passed",
};

static bool is_wanted(const struct watch *w, uint32_t id)
{
	size_t i;

	for (i = 0; w->id && w->id[i]; i++)
		if (w->id[i] == id)
			return true;
	return !w->id;
}

static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NSEC + t.tv_nsec;
}

/* The kernel counts from its boot; people count from elsewhere. */
static char *wall_time(uint64_t boottime)
{
	uint64_t t = now(CLOCK_REALTIME) - (now(CLOCK_BOOTTIME) - boottime);
	time_t seconds = t / NSEC;
	struct tm tm = { 0 };
	char day[64];

	localtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	return xasprintf("%s.%03u", day, (unsigned int)(t % NSEC / 1000000));
}

static const char *param_name(int id)
{
	const struct param *p = id < 0 ? NULL : param_get(id);

	return p ? p->name : NULL;
}

static void add_number(struct json_object *o, const char *name, uint64_t v)
{
	json_object_object_add(o, name, json_object_new_uint64(v));
}

static int print_json(const struct genl_event *ev, const char *when,
		      const char *type)
{
	struct json_object *o = json_object_new_object();
	const char *param = param_name(ev->param);
	int rc;

	json_object_object_add(o, "time", json_object_new_string(when));
	add_number(o, "ctid", ev->container);
	json_object_object_add(o, "event", json_object_new_string(type));
	if (param) {
		json_object_object_add(o, "param",
				       json_object_new_string(param));
		add_number(o, "held", ev->held);
		add_number(o, "limit", ev->limit);
		add_number(o, "pid", ev->pid);
		json_object_object_add(o, "comm",
				       output_text(ev->comm));
		add_number(o, "left_out", ev->left_out);
	}
	rc = output_json(o, true);
	json_object_put(o);
	return rc;
}

/* A process may call itself anything. */
static char *printable(const char *comm)
{
	char *copy = str_printable(comm), *c;

	for (c = copy; *c; c++)
		if (*c == ' ')
			*c = '?';
	return copy;
}

static int print_event(const struct genl_event *ev, void *arg)
{
	const struct watch *w = arg;
	const char *type = ev->type < ARRAY_SIZE(types) ? types[ev->type] :
							  "unknown";
	autofree char *when = wall_time(ev->time);
	const char *param = param_name(ev->param);

	if (!is_wanted(w, ev->container))
		return 0;
	if (w->json)
		return print_json(ev, when, type);
	printf("%s %u %s", when, ev->container, type);
	if (param) {
		autofree char *comm = printable(ev->comm);

		printf(" %s held=%llu limit=%llu pid=%u comm=%s left-out=%llu",
		       param, (unsigned long long)ev->held,
		       (unsigned long long)ev->limit, ev->pid, comm,
		       (unsigned long long)ev->left_out);
	}
	putchar('\n');
	return fflush(stdout) ? output_end() : 0;
}

/**
 * cmd_monitor() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_monitor(int argc, char **argv)
{
	struct watch w = { 0 };
	const struct option_desc own[] = {
		{ "json", 'j', NULL, &w.json },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
	};
	autofree uint32_t *id = NULL;
	int first, rc, i;

	rc = options_parse(argc, argv, &set, &first);
	if (rc)
		return rc;
	id = xcalloc(argc - first + 1, sizeof(*id));
	for (i = first; i < argc; i++) {
		rc = ctid_parse(argv[i], &id[i - first]);
		if (rc)
			return rc;
	}
	if (first < argc)
		w.id = id;
	return genl_events(print_event, &w);
}
