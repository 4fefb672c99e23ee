// SPDX-License-Identifier: GPL-2.0
/*
 * The columns of a listing of containers.
 *
 * They are those below and five for every parameter of the one table:
 * NAME is what is held, and NAME.m .b .l .f are maxheld, barrier, limit and
 * failcnt. In JSON a parameter is one object of all five.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <time.h>

#include "output.h"
#include "rows.h"
#include "util.h"

static void get_ctid(const void *p, const struct output_field *f, bool json,
		     struct output_cell *c)
{
	const struct row *r = p;

	(void)f;
	(void)json;
	c->type = OUTPUT_NUMBER;
	c->number = r->id;
}

static void set_string(struct output_cell *c, const char *s)
{
	c->type = s ? OUTPUT_STRING : OUTPUT_NONE;
	c->string = s;
}

static void get_status(const void *p, const struct output_field *f, bool json,
		       struct output_cell *c)
{
	const struct row *r = p;

	(void)f;
	(void)json;
	set_string(c, r->status);
}

static void get_path(const void *p, const struct output_field *f, bool json,
		     struct output_cell *c)
{
	const struct row *r = p;

	(void)json;
	set_string(c, f->arg ? r->root_dir : r->private_dir);
}

static void get_cgroup(const void *p, const struct output_field *f, bool json,
		       struct output_cell *c)
{
	const struct row *r = p;

	(void)f;
	(void)json;
	set_string(c, r->known ? r->ct.cgroup : NULL);
}

static void get_mode(const void *p, const struct output_field *f, bool json,
		     struct output_cell *c)
{
	const struct row *r = p;

	(void)f;
	(void)json;
	if (r->known)
		set_string(c, r->ct.mode == CTBC_MODE_ACCOUNT ? "account" : "enforce");
}

static void get_uptime(const void *p, const struct output_field *f, bool json,
		       struct output_cell *c)
{
	const struct row *r = p;
	struct timespec now;

	(void)f;
	(void)json;
	if (!r->known || !r->ct.started)
		return;
	clock_gettime(CLOCK_BOOTTIME, &now);
	c->type = OUTPUT_NUMBER;
	c->number = now.tv_sec - r->ct.started / 1000000000;
}

static const char * const conf_keys[] = {
	"HOSTNAME", "NAME", "DESCRIPTION", "OSTEMPLATE", "ORIGIN_SAMPLE",
	"ONBOOT", "DISABLED", "BOOTORDER",
};

enum {
	KEY_HOSTNAME, KEY_NAME, KEY_DESCRIPTION, KEY_OSTEMPLATE, KEY_SAMPLE,
	KEY_ONBOOT, KEY_DISABLED, KEY_BOOTORDER,
};

static void get_conf(const void *p, const struct output_field *f, bool json,
		     struct output_cell *c)
{
	const struct row *r = p;
	const char *value = config_get(&r->conf, conf_keys[f->arg]);

	(void)json;
	set_string(c, value);
	if (value && (f->arg == KEY_ONBOOT || f->arg == KEY_DISABLED)) {
		c->type = OUTPUT_BOOL;
		c->number = config_bool(value);
	}
	if (value && f->arg == KEY_BOOTORDER &&
	    str_to_u64(value, &c->number))
		c->type = OUTPUT_NUMBER;
}

/* What stands after a parameter's name; the first is what it holds. */
static const char value_letters[] = { 0, 'm', 'b', 'l', 'f' };

static uint64_t param_value(const struct genl_param *p, unsigned int which)
{
	switch (value_letters[which]) {
	case 'm':
		return p->maxheld;
	case 'b':
		return p->limits.barrier;
	case 'l':
		return p->limits.limit;
	case 'f':
		return p->failcnt;
	default:
		return p->held;
	}
}

static struct json_object *param_json(const struct genl_param *p)
{
	static const char * const names[] = {
		"held", "maxheld", "barrier", "limit", "failcnt",
	};
	struct json_object *o = json_object_new_object();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		json_object_object_add(o, names[i],
				       json_object_new_uint64(param_value(p, i)));
	return o;
}

static void get_param(const void *p, const struct output_field *f, bool json,
		      struct output_cell *c)
{
	unsigned int which = f->arg % ARRAY_SIZE(value_letters);
	unsigned int id = f->arg / ARRAY_SIZE(value_letters);
	const struct row *r = p;
	const struct genl_param *v = &r->ct.param[id];

	if (!r->known || !v->present)
		return;
	c->type = OUTPUT_NUMBER;
	c->number = param_value(v, which);
	if (json && !which)
		c->json = param_json(v);
}

static const struct output_field own_fields[] = {
	{ "ctid", "CTID", false, 0, get_ctid },
	{ "veid", "CTID", true, 0, get_ctid },
	{ "vpsid", "CTID", true, 0, get_ctid },
	{ "private", "PRIVATE", false, 0, get_path },
	{ "root", "ROOT", false, 1, get_path },
	{ "hostname", "HOSTNAME", false, KEY_HOSTNAME, get_conf },
	{ "name", "NAME", false, KEY_NAME, get_conf },
	{ "description", "DESCRIPTION", false, KEY_DESCRIPTION, get_conf },
	{ "ostemplate", "OSTEMPLATE", false, KEY_OSTEMPLATE, get_conf },
	{ "origin_sample", "ORIGIN_SAMPLE", false, KEY_SAMPLE, get_conf },
	{ "status", "STATUS", false, 0, get_status },
	{ "uptime", "UPTIME", false, 0, get_uptime },
	{ "onboot", "ONBOOT", false, KEY_ONBOOT, get_conf },
	{ "bootorder", "BOOTORDER", false, KEY_BOOTORDER, get_conf },
	{ "disabled", "DISABLED", false, KEY_DISABLED, get_conf },
	{ "cgroup", "CGROUP", false, 0, get_cgroup },
	{ "ubc_mode", "UBC_MODE", false, 0, get_mode },
};

static char *upper(const char *s)
{
	char *out = xstrdup(s), *c;

	for (c = out; *c; c++)
		*c = toupper((unsigned char)*c);
	return out;
}

static void add(struct output_field **f, size_t *n,
		const struct output_field *field)
{
	*f = xgrow(*f, *n, sizeof(**f));
	(*f)[(*n)++] = *field;
}

/**
 * rows_fields() - all columns that a listing of containers can have
 * @nr: number of them
 *
 * Return: the columns; made once, and kept.
 */
const struct output_field *rows_fields(size_t *nr)
{
	static struct output_field *f;
	static size_t n;
	unsigned int id, i;

	*nr = n;
	if (f)
		return f;
	for (i = 0; i < ARRAY_SIZE(own_fields); i++)
		add(&f, &n, &own_fields[i]);
	for (id = 0; id < CTBC_NR_PARAMS; id++) {
		const struct param *p = param_get(id);

		for (i = 0; p && i < ARRAY_SIZE(value_letters); i++) {
			char *name = i ? xasprintf("%s.%c", p->name,
						   value_letters[i]) :
					 xstrdup(p->name);
			const struct output_field field = {
				.name = name, .header = upper(name),
				.json_skip = i > 0,
				.arg = id * ARRAY_SIZE(value_letters) + i,
				.get = get_param,
			};

			add(&f, &n, &field);
		}
	}
	*nr = n;
	return f;
}
