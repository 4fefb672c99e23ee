/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A container as a verb works on it: id, files, lock, and the facts about it.
 */
#ifndef CTCTL_CT_H
#define CTCTL_CT_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/**
 * enum ct_need - what a verb asks for
 * @CT_LOCK: that no other ctctl changes the container meanwhile
 * @CT_CONFIG: that it has a configuration file
 */
enum ct_need {
	CT_LOCK = 1,
	CT_CONFIG = 2,
};

/**
 * struct ct - a container
 * @id: its id
 * @has_conf: has it a configuration file?
 * @conf: that file's content
 * @private_dir: where its files are kept
 * @root_dir: where they are shown while it is mounted
 * @cgroup: directory of the cgroup that ctctl gives it
 * @lock: the lock's descriptor, -1 without one
 */
struct ct {
	uint32_t id;
	bool has_conf;
	struct config conf;
	char *private_dir;
	char *root_dir;
	char *cgroup;
	int lock;
};

/**
 * struct ct_state - facts about a container, asked of the system
 * @has_private: is there a private area?
 * @mounted: is it shown at its root?
 * @has_cgroup: is there a cgroup of ctctl's making?
 * @populated: is there a process in that?
 * @has_module: is the module there?
 * @attached: does the module know the container?
 * @foreign: path of the cgroup it knows where that is none of ctctl's;
 *	NULL otherwise
 * @running: does the container run, be it ours or a foreign one?
 */
struct ct_state {
	bool has_private;
	bool mounted;
	bool has_cgroup;
	bool populated;
	bool has_module;
	bool attached;
	char *foreign;
	bool running;
};

int ct_open(struct ct *ct, const char *name, unsigned int need);
void ct_close(struct ct *ct);
int ct_save(struct ct *ct);
int ct_state(const struct ct *ct, struct ct_state *st);
void ct_state_free(struct ct_state *st);
int ct_parent_make(const char *path);
int ct_mount(const struct ct *ct);
int ct_umount(const struct ct *ct);
int ct_clean(const struct ct *ct, const struct ct_state *st);
bool ct_is_mounted(const char *root_dir);

#endif
