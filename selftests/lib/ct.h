/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SELFTESTS_LIB_CT_H
#define _SELFTESTS_LIB_CT_H

#include <sys/types.h>

#include "nl.h"

/* Seconds for a test that repeats much: a sanitizer kernel takes long for it. */
#define SLOW	400

/**
 * struct values - a parameter's values
 * @held: in use
 * @maxheld: the most ever
 * @barrier: barrier
 * @limit: limit
 * @failcnt: refusals
 */
struct values {
	__u64 held;
	__u64 maxheld;
	__u64 barrier;
	__u64 limit;
	__u64 failcnt;
};

/**
 * struct cg - a cgroup made by a test
 * @path: its directory
 * @fd: a descriptor of it
 */
struct cg {
	char path[256];
	int fd;
};

int cg_make(struct cg *cg, const struct cg *parent, const char *name);
int cg_remove(struct cg *cg);
int cg_join(const struct cg *cg, pid_t pid);
pid_t cg_fork(const struct cg *cg);
void cg_kill(const struct cg *cg);

int ct_attach(struct nl *nl, __u32 id, const struct cg *cg);
int ct_detach(struct nl *nl, __u32 id);
void ct_put_setting(struct msg *m, __u32 id, __u32 param, __u64 barrier, __u64 limit);
int ct_set(struct nl *nl, __u32 id, __u32 param, __u64 barrier, __u64 limit);
int ct_get(struct nl *nl, __u32 id, __u32 param, struct values *v);
int ct_state(struct nl *nl, __u32 id);
int ct_wait_held(struct nl *nl, __u32 id, __u32 param, __u64 held);

#endif
