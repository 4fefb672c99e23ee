// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters as the tool sees them.
 *
 * Values are written "limits" or "barrier:limit", each a number that may end
 * in a suffix (T G M K bytes, P pages, B bytes; parameters that count things
 * take none) or the word "unlimited". A size that does not fill a whole page
 * is rounded up.
 */
#include "param.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "err.h"

/*
 * The keys are the names in upper case; the preprocessor cannot change case,
 * so they are made once, on first use.
 */
#define PARAM_ROW(sym, id, pname, punit, sev, phelp)			\
	[id] = { .name = #pname, .help = phelp,				\
		 .unit = CTBC_UNIT_##punit, .severity = CTBC_SEVERITY_##sev },

static struct param table[CTBC_NR_PARAMS] = { CTBC_PARAMS(PARAM_ROW) };

static void make_keys(void)
{
	unsigned int i;
	char *c;

	for (i = 0; i < CTBC_NR_PARAMS; i++) {
		char *key;

		if (!table[i].name)
			continue;
		key = xstrdup(table[i].name);
		for (c = key; *c; c++)
			*c = toupper((unsigned char)*c);
		table[i].key = key;
	}
}

/**
 * param_get() - look a parameter up
 * @id: &enum ctbc_param
 *
 * Return: its description; NULL for an id that is not in use.
 */
const struct param *param_get(unsigned int id)
{
	static bool ready;

	if (!ready)
		make_keys();
	ready = true;
	if (id >= CTBC_NR_PARAMS || !table[id].name)
		return NULL;
	return &table[id];
}

/**
 * param_find() - look a parameter up by name
 * @name: its name, in any case
 *
 * Return: &enum ctbc_param; -1 when there is none of that name.
 */
int param_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < CTBC_NR_PARAMS; i++) {
		const struct param *p = param_get(i);

		if (p && !strcasecmp(p->name, name))
			return i;
	}
	return -1;
}

/**
 * param_unit_name() - a unit in words
 * @unit: the unit
 *
 * Return: a plural noun.
 */
const char *param_unit_name(enum ctbc_unit unit)
{
	switch (unit) {
	case CTBC_UNIT_BYTES:
		return "bytes";
	case CTBC_UNIT_PAGES:
		return "pages";
	default:
		return "items";
	}
}

static int bad_value(const struct param *p, const char *text, const char *why)
{
	return err_set(EXIT_VALUE, "invalid value \"%s\" of %s: %s",
		       text, p->name, why);
}

/* Bytes that a suffix stands for; 0 for what is no suffix. */
static uint64_t suffix_bytes(char c)
{
	switch (toupper((unsigned char)c)) {
	case 'T':
		return 1ULL << 40;
	case 'G':
		return 1ULL << 30;
	case 'M':
		return 1ULL << 20;
	case 'K':
		return 1ULL << 10;
	case 'P':
		return sysconf(_SC_PAGESIZE);
	case 'B':
		return 1;
	default:
		return 0;
	}
}

static int parse_one(const struct param *p, const char *text, uint64_t *out)
{
	autofree char *digits = xstrdup(text);
	uint64_t v, scale, page = sysconf(_SC_PAGESIZE);
	size_t n = strspn(text, "0123456789");

	if (!strcasecmp(text, "unlimited")) {
		*out = CTBC_UNLIMITED;
		return 0;
	}
	if (!n)
		return bad_value(p, text, "not a number");
	digits[n] = '\0';
	if (!str_to_u64(digits, &v) || v > CTBC_UNLIMITED)
		return bad_value(p, text, "above 9223372036854775807");
	if (text[n]) {
		scale = suffix_bytes(text[n]);
		if (text[n + 1] || !scale)
			return bad_value(p, text,
					 "the suffixes are T, G, M, K, P and B");
		if (p->unit == CTBC_UNIT_ITEMS)
			return bad_value(p, text,
					 "it counts items and takes no suffix");
		if (__builtin_mul_overflow(v, scale, &v) || v > CTBC_UNLIMITED)
			return bad_value(p, text,
					 "above 9223372036854775807 bytes");
		if (p->unit == CTBC_UNIT_PAGES)
			v = v / page + !!(v % page);
	}
	*out = v;
	return 0;
}

/**
 * param_parse() - read a value as people write it
 * @id: &enum ctbc_param
 * @text: "value" or "barrier:limit"
 * @out: what it says
 *
 * Return: 0 or an exit status with the error recorded.
 */
int param_parse(unsigned int id, const char *text, struct param_limits *out)
{
	const struct param *p = param_get(id);
	autofree char *copy = xstrdup(text);
	char *colon = strchr(copy, ':');
	int rc;

	if (!p)
		return err_set(EXIT_OPTION, "unknown parameter %u", id);
	if (colon)
		*colon++ = '\0';
	rc = parse_one(p, copy, &out->barrier);
	if (rc)
		return rc;
	out->limit = out->barrier;
	if (colon) {
		rc = parse_one(p, colon, &out->limit);
		if (rc)
			return rc;
	}
	if (out->barrier > out->limit)
		return bad_value(p, text, "the barrier is above the limit");
	return 0;
}

static char *format_one(uint64_t v)
{
	if (v == CTBC_UNLIMITED)
		return xstrdup("unlimited");
	return xasprintf("%llu", (unsigned long long)v);
}

/**
 * param_format() - write a value as configuration files have it
 * @limits: barrier and limit, in the parameter's own unit
 *
 * Return: the text, to be freed; param_parse() reads the same from it.
 */
char *param_format(const struct param_limits *limits)
{
	autofree char *barrier = format_one(limits->barrier);
	autofree char *limit = format_one(limits->limit);

	return xasprintf("%s:%s", barrier, limit);
}
