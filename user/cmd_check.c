// SPDX-License-Identifier: GPL-2.0
/*
 * check: do a container's settings make sense together?
 *
 * The rules are those of OpenVZ's "UBC consistency check": what a parameter must be
 * for another to be of use.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "ct.h"
#include "err.h"
#include "options.h"
#include "output.h"
#include "param.h"
#include "paths.h"
#include "verbs.h"

/* What a process takes of the kernel's memory, and a socket of its buffers. */
#define PROCESS_BYTES	40960
#define SOCKET_BYTES	2560
#define FILE_BYTES	384
#define FILES_A_PROCESS	32

/**
 * struct report - what was found
 * @name: of the container or the file
 * @errors: what cannot work
 * @warnings: what may not work well
 * @value: the settings, by &enum ctbc_param; unlimited where there is none
 * @set: is there one?
 * @processes: how many there are as a rule, AVNUMPROC
 */
struct report {
	const char *name;
	unsigned int errors;
	unsigned int warnings;
	struct param_limits value[CTBC_NR_PARAMS];
	bool set[CTBC_NR_PARAMS];
	uint64_t processes;
};

static void find(struct report *r, bool error, char *text)
{
	printf("%s: %s: %s\n", r->name, error ? "error" : "warning", text);
	if (error)
		r->errors++;
	else
		r->warnings++;
	free(text);
}

static int load(struct report *r, const struct config *c)
{
	const char *average = config_get(c, "AVNUMPROC");
	const struct param_limits *numproc = &r->value[CTBC_PARAM_NUMPROC];
	unsigned int i;
	int rc;

	for (i = 0; i < CTBC_NR_PARAMS; i++) {
		const struct param *p = param_get(i);
		const char *text = p ? config_get(c, p->key) : NULL;

		r->value[i] = (struct param_limits){ CTBC_UNLIMITED, CTBC_UNLIMITED };
		if (!text)
			continue;
		r->set[i] = true;
		rc = param_parse(i, text, &r->value[i]);
		if (rc)
			return rc;
	}
	if (average && !str_to_u64(average, &r->processes))
		return err_set(EXIT_VALUE, "AVNUMPROC is no number: \"%s\"", average);
	if (!average && numproc->barrier != CTBC_UNLIMITED)
		r->processes = numproc->barrier / 2;
	return 0;
}

#define B(p)	(r->value[CTBC_PARAM_##p].barrier)
#define L(p)	(r->value[CTBC_PARAM_##p].limit)

/* For these nothing lies between barrier and limit. */
static void check_equal(struct report *r)
{
	static const enum ctbc_param equal[] = {
		CTBC_PARAM_NUMPROC, CTBC_PARAM_NUMTCPSOCK, CTBC_PARAM_NUMOTHERSOCK,
		CTBC_PARAM_SHMPAGES, CTBC_PARAM_NUMFILE, CTBC_PARAM_NUMPTY,
		CTBC_PARAM_NUMSIGINFO, CTBC_PARAM_NUMIPTENT, CTBC_PARAM_NUMINOTIFY,
		CTBC_PARAM_NUMKEYS,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(equal); i++) {
		const struct param_limits *v = &r->value[equal[i]];

		if (v->barrier != v->limit)
			find(r, false, xasprintf("barrier and limit of %s should be the same",
						 param_get(equal[i])->name));
	}
}

/* At least: only where both sides are said, or the left one is. */
static void check_least(struct report *r, enum ctbc_param p, bool limit, bool error,
			uint64_t least, const char *why)
{
	uint64_t have = limit ? r->value[p].limit : r->value[p].barrier;

	if (!r->set[p] || have >= least)
		return;
	find(r, error, xasprintf("the %s of %s, %llu, should be at least %llu: %s",
				 limit ? "limit" : "barrier", param_get(p)->name,
				 (unsigned long long)have, (unsigned long long)least, why));
}

static uint64_t times(uint64_t a, uint64_t b)
{
	uint64_t v;

	return a == CTBC_UNLIMITED || __builtin_mul_overflow(a, b, &v) ||
	       v > CTBC_UNLIMITED ? CTBC_UNLIMITED : v;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	return a > CTBC_UNLIMITED - b ? CTBC_UNLIMITED : a + b;
}

/* The gap between barrier and limit is what each of the sockets can count on. */
static void check_gap(struct report *r, enum ctbc_param buf, enum ctbc_param socks)
{
	const struct param_limits *v = &r->value[buf];
	uint64_t need = times(r->value[socks].limit, SOCKET_BYTES);

	if (!r->set[buf] || !r->set[socks] || v->limit == CTBC_UNLIMITED ||
	    v->limit - v->barrier >= need)
		return;
	find(r, buf == CTBC_PARAM_TCPSNDBUF || buf == CTBC_PARAM_OTHERSOCKBUF,
	     xasprintf("between barrier and limit of %s should be %u for each of %s, %llu",
		       param_get(buf)->name, SOCKET_BYTES, param_get(socks)->name,
		       (unsigned long long)need));
}

static void check_rules(struct report *r)
{
	uint64_t socks = 0;

	check_equal(r);
	if (r->set[CTBC_PARAM_NUMFILE])
		check_least(r, CTBC_PARAM_DCACHESIZE, true, true,
			    times(B(NUMFILE), FILE_BYTES), "384 bytes for each file");
	check_least(r, CTBC_PARAM_KMEMSIZE, false, true,
		    plus(times(r->processes, PROCESS_BYTES),
			 r->set[CTBC_PARAM_DCACHESIZE] ? L(DCACHESIZE) : 0),
		    "40 KiB for each process, and what names of files take");
	if (r->set[CTBC_PARAM_VMGUARPAGES])
		check_least(r, CTBC_PARAM_PRIVVMPAGES, false, false, B(VMGUARPAGES),
			    "so much is guaranteed");
	check_gap(r, CTBC_PARAM_TCPSNDBUF, CTBC_PARAM_NUMTCPSOCK);
	check_gap(r, CTBC_PARAM_TCPRCVBUF, CTBC_PARAM_NUMTCPSOCK);
	check_gap(r, CTBC_PARAM_OTHERSOCKBUF, CTBC_PARAM_NUMOTHERSOCK);
	check_least(r, CTBC_PARAM_TCPSNDBUF, false, true, 64 << 10,
		    "one connection needs that");
	check_least(r, CTBC_PARAM_TCPRCVBUF, false, true, 64 << 10,
		    "one connection needs that");
	check_least(r, CTBC_PARAM_DGRAMRCVBUF, false, true, 32 << 10,
		    "one datagram needs that");
	check_least(r, CTBC_PARAM_OTHERSOCKBUF, false, true, 32 << 10,
		    "one datagram needs that");
	check_least(r, CTBC_PARAM_DGRAMRCVBUF, false, false, 129 << 10,
		    "many programs need that");
	check_least(r, CTBC_PARAM_OTHERSOCKBUF, false, false, 129 << 10,
		    "many programs need that");
	if (r->set[CTBC_PARAM_NUMTCPSOCK])
		socks = plus(socks, B(NUMTCPSOCK));
	if (r->set[CTBC_PARAM_NUMOTHERSOCK])
		socks = plus(socks, B(NUMOTHERSOCK));
	if (r->set[CTBC_PARAM_NUMPTY])
		socks = plus(socks, B(NUMPTY));
	check_least(r, CTBC_PARAM_NUMFILE, false, true, socks,
		    "each socket and terminal is a file");
	check_least(r, CTBC_PARAM_NUMFILE, false, false,
		    times(r->processes, FILES_A_PROCESS), "32 for each process");
}

#undef B
#undef L

static int check_config(const char *name, const struct config *c)
{
	struct report r = { .name = name };
	int rc = load(&r, c);

	if (rc)
		return rc;
	check_rules(&r);
	if (!r.errors && !r.warnings)
		printf("%s: the settings are consistent\n", name);
	rc = output_end();
	if (!rc && r.errors)
		rc = err_set(EXIT_VALUE, "%u settings do not fit together", r.errors);
	return rc;
}

static int check_sample(const char *name)
{
	autofree char *path = paths_sample(name);
	struct config c = { 0 };
	int rc = config_load(&c, path);

	if (rc)
		return err_sys("cannot read sample configuration %s", path);
	rc = check_config(path, &c);
	config_free(&c);
	return rc;
}

static int check_container(const char *name)
{
	autofree char *label = NULL;
	struct ct ct;
	int rc = ct_open(&ct, name, CT_CONFIG);

	if (rc)
		return rc;
	label = xasprintf("container %u", ct.id);
	rc = check_config(label, &ct.conf);
	ct_close(&ct);
	return rc;
}

/**
 * cmd_check() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_check(int argc, char **argv)
{
	const char *sample = NULL;
	const struct option_desc own[] = {
		{ "config", 'c', &sample, NULL },
	};
	const struct option_set set = { .own = own, .nr = ARRAY_SIZE(own) };
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, sample ? 0 : 1, sample ? 0 : 1, argv[0]);
	if (rc)
		return rc;
	return sample ? check_sample(sample) : check_container(argv[first]);
}
