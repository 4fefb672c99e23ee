/* SPDX-License-Identifier: GPL-2.0 */
/* What the module should answer, and what it should then look like. */
#ifndef _SELFTESTS_FUZZ_MODEL_H
#define _SELFTESTS_FUZZ_MODEL_H

#include <linux/ctbc.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#define MODEL_MAX	32

/**
 * enum role - who sends
 * @ROLE_ADMIN: root on the host
 * @ROLE_NOBODY: a user without capabilities
 * @ROLE_BORROWED: root, with a socket that such a user opened
 * @ROLE_INSIDE: root in a container
 * @NR_ROLES: number of them
 */
enum role {
	ROLE_ADMIN,
	ROLE_NOBODY,
	ROLE_BORROWED,
	ROLE_INSIDE,
	NR_ROLES,
};

/**
 * enum outcome - what becomes of a request
 * @DONE: it succeeds
 * @REFUSED: it is refused, with a text
 * @REFUSED_CORE: it does not get as far as the module, or need not
 * @UNSEEN: it is acknowledged and does nothing
 * @ANY: either; a refusal has a text all the same
 * @ANY_CORE: either, with or without a text
 */
enum outcome { DONE, REFUSED, REFUSED_CORE, UNSEEN, ANY, ANY_CORE };

/**
 * struct ct - a container
 * @id: its id, 0 for none
 * @fd: the cgroup's descriptor
 * @tasks: processes in it
 * @barrier: of each parameter
 * @limit: of each parameter
 */
struct ct {
	uint32_t id;
	int fd;
	unsigned int tasks;
	uint64_t barrier[CTBC_NR_PARAMS];
	uint64_t limit[CTBC_NR_PARAMS];
};

/**
 * struct cgroup - a cgroup that a request may name
 * @fd: its descriptor
 * @above: index of the one that it is below, -1 for none
 * @tasks: processes in it
 */
struct cgroup {
	int fd;
	int above;
	unsigned int tasks;
};

/**
 * struct model - the module, as the answers so far make it
 * @ct: the containers, in any order
 * @cg: the cgroups
 * @nr_cg: number of them
 * @family: number of the netlink family
 * @settable: parameters that can be limited here, a bit each
 * @inside: id of the container that ROLE_INSIDE is in
 * @dumping: a dump may be under way on this socket
 * @created: containers attached so far
 * @destroyed: containers detached so far
 */
struct model {
	struct ct ct[MODEL_MAX];
	struct cgroup cg[MODEL_MAX];
	unsigned int nr_cg;
	uint16_t family;
	uint64_t settable;
	uint32_t inside;
	bool dumping;
	unsigned long created;
	unsigned long destroyed;
};

struct ct *model_find(struct model *m, uint32_t id);
enum outcome model_judge(struct model *m, enum role who,
			 const struct nlmsghdr *nlh, const char **why);
void model_apply(struct model *m, const struct nlmsghdr *nlh);
void model_forget(struct model *m, uint32_t id);

#endif
