/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_PARAM_H
#define _CTBC_CORE_PARAM_H

#include "kernel/core/controller.h"

/**
 * struct ctbc_param_info - what the parameter table says of one
 * @name: as users know it; NULL for the ids that stand for nothing
 * @unit: what it counts
 * @severity: what a charge obeys
 */
struct ctbc_param_info {
	const char *name;
	enum ctbc_unit unit;
	enum ctbc_severity severity;
};

/**
 * struct ctbc_setting - one line of a batch
 * @ct: the container, pinned
 * @param: the parameter
 * @barrier: to be set
 * @limit: to be set
 */
struct ctbc_setting {
	struct ctbc_container *ct;
	enum ctbc_param param;
	u64 barrier;
	u64 limit;
};

extern const struct ctbc_param_info ctbc_param_table[CTBC_NR_PARAMS];

bool ctbc_param_exists(u32 param);
void ctbc_param_get(const struct ctbc_container *ct, enum ctbc_param param,
		    struct ctbc_values *values);
int ctbc_param_set_all(const struct ctbc_setting *settings, unsigned int nr,
		       struct netlink_ext_ack *extack);
void ctbc_param_feature(enum ctbc_param param, struct ctbc_feature *feature);
const char *ctbc_feature_state_name(enum ctbc_feature_state state);

#endif
