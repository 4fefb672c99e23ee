// SPDX-License-Identifier: GPL-2.0
/*
 * The parameters: their table, and the way from a parameter to its controller
 *
 * A parameter without a controller exists all the same: it reads as unlimited
 * and unused, as OpenVZ shows what it does not count, features calls it
 * absent, and setting it is refused.
 */
#include <linux/netlink.h>
#include <net/netlink.h>

#include "kernel/core/container.h"
#include "kernel/core/param.h"

#define PARAM_INFO(sym, id, _name, _unit, sev, help)			\
	[id] = {							\
		.name = #_name,						\
		.unit = CTBC_UNIT_##_unit,				\
		.severity = CTBC_SEVERITY_##sev,			\
	},

const struct ctbc_param_info ctbc_param_table[CTBC_NR_PARAMS] = {
	CTBC_PARAMS(PARAM_INFO)
};

/**
 * ctbc_param_exists() - does the id stand for a parameter?
 * @param: an id from outside
 *
 * Return: true if it is in the table.
 */
bool ctbc_param_exists(u32 param)
{
	return param < CTBC_NR_PARAMS && ctbc_param_table[param].name;
}

/**
 * ctbc_param_get() - a parameter's values
 * @ct: the container, pinned
 * @param: the parameter
 * @values: the answer
 *
 * Context: any.
 */
void ctbc_param_get(const struct ctbc_container *ct, enum ctbc_param param,
		    struct ctbc_values *values)
{
	const struct ctbc_controller *owner = ctbc_controller_of(param);

	if (owner) {
		owner->get(ct, param, values);
		return;
	}
	*values = (struct ctbc_values) {
		.barrier = CTBC_UNLIMITED,
		.limit = CTBC_UNLIMITED,
	};
}

static int param_check(const struct ctbc_setting *s, struct netlink_ext_ack *extack)
{
	const struct ctbc_controller *owner = ctbc_controller_of(s->param);
	const char *name = ctbc_param_table[s->param].name;

	if (s->barrier > CTBC_UNLIMITED || s->limit > CTBC_UNLIMITED) {
		NL_SET_ERR_MSG_FMT(extack, "container %u: %s: value above %llu",
				   s->ct->id, name, CTBC_UNLIMITED);
		return -ERANGE;
	}
	if (s->barrier > s->limit) {
		NL_SET_ERR_MSG_FMT(extack,
				   "container %u: %s: barrier %llu above limit %llu",
				   s->ct->id, name, s->barrier, s->limit);
		return -EINVAL;
	}
	if (!owner) {
		NL_SET_ERR_MSG_FMT(extack,
				   "container %u: %s cannot be limited, see features",
				   s->ct->id, name);
		return -EOPNOTSUPP;
	}
	return owner->check(s->ct, s->param, s->barrier, s->limit, extack);
}

static int param_set(const struct ctbc_setting *s, struct netlink_ext_ack *extack)
{
	return ctbc_controller_of(s->param)->set(s->ct, s->param, s->barrier,
						 s->limit, extack);
}

/**
 * ctbc_param_set_all() - set parameters, all or none
 * @settings: what to set; a later line wins over an earlier one
 * @nr: how many
 * @extack: says which one was refused, and why
 *
 * Everything is checked before anything is set. Should setting fail all the
 * same, what was set so far goes back to what it was, in reverse order.
 *
 * Context: process, may sleep; takes the registry's lock.
 * Return: 0, -ERANGE or -EINVAL for bad values, -EOPNOTSUPP for a parameter
 * that is absent here, -ENODEV for a container that has gone, -ENOMEM, or a
 * controller's own errno.
 */
int ctbc_param_set_all(const struct ctbc_setting *settings, unsigned int nr,
		       struct netlink_ext_ack *extack)
{
	struct ctbc_values old;
	struct ctbc_setting *undo;
	unsigned int i;
	int err = 0;

	undo = kvmalloc_array(nr, sizeof(*undo), GFP_KERNEL);
	if (!undo)
		return -ENOMEM;

	mutex_lock(&ctbc_registry_lock);
	for (i = 0; i < nr && !err; i++) {
		err = ctbc_container_check_alive(settings[i].ct, extack);
		if (!err)
			err = param_check(&settings[i], extack);
	}
	for (i = 0; i < nr && !err; i++) {
		undo[i] = settings[i];
		ctbc_param_get(settings[i].ct, settings[i].param, &old);
		undo[i].barrier = old.barrier;
		undo[i].limit = old.limit;
		err = param_set(&settings[i], extack);
		if (!err)
			continue;
		while (i--)
			param_set(&undo[i], NULL);
		break;
	}
	mutex_unlock(&ctbc_registry_lock);

	kvfree(undo);
	return err;
}

/**
 * ctbc_param_feature() - how far a parameter works on this kernel
 * @param: the parameter
 * @feature: the answer
 *
 * Context: any.
 */
void ctbc_param_feature(enum ctbc_param param, struct ctbc_feature *feature)
{
	const struct ctbc_controller *owner = ctbc_controller_of(param);

	*feature = (struct ctbc_feature) {
		.state = CTBC_FEATURE_ABSENT,
		.mechanism = "-",
		.reason = "not implemented by this version of ctbc",
	};
	if (owner)
		owner->param_feature(param, feature);
}

/**
 * ctbc_feature_state_name() - a state as users read it
 * @state: the state
 *
 * Return: a word.
 */
const char *ctbc_feature_state_name(enum ctbc_feature_state state)
{
	static const char *const names[] = {
		[CTBC_FEATURE_ABSENT] = "absent",
		[CTBC_FEATURE_ACCOUNTED] = "accounted",
		[CTBC_FEATURE_CHOKE_POINT] = "choke-point",
		[CTBC_FEATURE_ENFORCED] = "enforced",
	};

	return names[state];
}
