/* SPDX-License-Identifier: GPL-2.0 */
/* What the netlink fuzzer works in: cgroups, processes, sockets. */
#ifndef _SELFTESTS_FUZZ_WORLD_H
#define _SELFTESTS_FUZZ_WORLD_H

#include "ct.h"
#include "gen.h"
#include "model.h"

#define NR_CGROUPS	11
#define NR_SLEEPERS	2
#define INSIDE		0x2f3e51c7

/**
 * struct world - all of it
 * @gen: makes the requests
 * @model: knows what should come of them
 * @control: a socket of which nothing is wrong
 * @own: sends the requests
 * @borrowed: does so too, and was opened by a user without capabilities
 * @listener: hears the events
 * @abandoned: has a dump that nobody reads to its end
 * @base: the cgroup that all others are in
 * @home: the one that the fuzzer was started in
 * @inside: the container that it is in for a while
 * @pool: those that requests name; the first ones have a process each, the
 *	last one lies in the one before it
 * @sleeper: these processes
 * @request: a message of @control's
 */
struct world {
	struct gen gen;
	struct model model;
	struct nl control;
	struct nl own;
	struct nl borrowed;
	struct nl listener;
	struct nl abandoned;
	struct cg base;
	struct cg home;
	struct cg inside;
	struct cg pool[NR_CGROUPS];
	pid_t sleeper[NR_SLEEPERS];
	struct msg request;
};

extern struct world world;

void must(int err, const char *what);
void become_nobody(void);
void become_root(void);
void world_make(void);
void world_remove(void);
void world_close(void);
uint32_t world_renew_cgroup(unsigned int n);
unsigned long world_containers(void);

#endif
