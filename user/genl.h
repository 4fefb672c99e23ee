/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module, reached through generic netlink. No other file knows netlink.
 */
#ifndef CTCTL_GENL_H
#define CTCTL_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/ctbc.h>

#include "param.h"

/**
 * struct genl_param - a parameter's values in a container
 * @present: does the module know the parameter?
 * @held: in use now
 * @maxheld: the most ever in use
 * @limits: barrier and limit
 * @failcnt: charges refused
 * @refused: CLOCK_BOOTTIME nanoseconds of the last of these, 0 for none
 * @pid: who was refused then
 * @comm: its name
 */
struct genl_param {
	bool present;
	uint64_t held;
	uint64_t maxheld;
	struct param_limits limits;
	uint64_t failcnt;
	uint64_t refused;
	uint32_t pid;
	char comm[CTBC_COMM_LEN];
};

/**
 * struct genl_container - a container as the module knows it
 * @id: its id
 * @cgroup: path of its cgroup, from the root of the caller's hierarchy
 * @running: is there any task in it?
 * @mode: &enum ctbc_mode
 * @started: CLOCK_BOOTTIME nanoseconds at which it began to run, 0 if it
 *	does not
 * @param: values by &enum ctbc_param
 */
struct genl_container {
	uint32_t id;
	char *cgroup;
	bool running;
	uint32_t mode;
	uint64_t started;
	struct genl_param param[CTBC_NR_PARAMS];
};

/**
 * struct genl_setting - a change
 * @container: whose
 * @param: &enum ctbc_param
 * @limits: the new barrier and limit
 */
struct genl_setting {
	uint32_t container;
	uint32_t param;
	struct param_limits limits;
};

/**
 * struct genl_feature - how far something works on this kernel
 * @name: a parameter's or a controller's name
 * @state: &enum ctbc_feature_state
 * @mechanism: by what
 * @reason: why not more
 */
struct genl_feature {
	char *name;
	uint32_t state;
	char *mechanism;
	char *reason;
};

/**
 * struct genl_event - something happened
 * @type: &enum ctbc_event_type
 * @time: CLOCK_BOOTTIME nanoseconds
 * @container: to which container
 * @param: which parameter; -1 where none is concerned
 * @held: what was in use
 * @limit: the barrier or limit that was met
 * @pid: the refused task
 * @comm: its name
 * @left_out: refusals that had no event of their own
 */
struct genl_event {
	uint32_t type;
	uint64_t time;
	uint32_t container;
	int param;
	uint64_t held;
	uint64_t limit;
	uint32_t pid;
	char comm[CTBC_COMM_LEN];
	uint64_t left_out;
};

int genl_present(void);
int genl_attach(uint32_t id, int cgroup_fd);
int genl_detach(uint32_t id);
int genl_set_mode(uint32_t id, uint32_t mode);
int genl_get(uint32_t id, struct genl_container *ct, bool *found);
int genl_dump(struct genl_container **ct, size_t *nr);
void genl_container_free(struct genl_container *ct);
int genl_set(const struct genl_setting *set, size_t nr);
int genl_features(struct genl_feature **feature, size_t *nr);
void genl_features_free(struct genl_feature *feature, size_t nr);
int genl_events(int (*fn)(const struct genl_event *ev, void *arg), void *arg);

#endif
