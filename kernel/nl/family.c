// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: operations, and what each one requires
 *
 * Anybody may read; a task in a container sees that container alone. Only the
 * host's administrator changes anything: a task with CAP_SYS_ADMIN in the
 * initial user namespace that is in no container itself, for a container
 * without a user namespace of its own has that capability as well.
 */
#include <linux/capability.h>
#include <linux/module.h>

#include "kernel/core/container.h"
#include "kernel/nl/family.h"

CTBC_EXTACK_DEFINE;

/* Not constant only because old kernels' policies want it so. */
struct netlink_range_validation ctbc_nl_id_range = {
	.min = CTBC_ID_MIN,
	.max = CTBC_ID_MAX,
};

static bool is_host_admin(struct sk_buff *skb)
{
	struct ctbc_container *own = ctbc_container_get_current();

	if (own)
		ctbc_container_put(own);
	return !own && netlink_capable(skb, CAP_SYS_ADMIN);
}

static struct ctbc_container *pin_container(u32 id)
{
	struct ctbc_container *own = ctbc_container_get_current();
	bool hidden = own && own->id != id;

	if (own)
		ctbc_container_put(own);
	return hidden ? NULL : ctbc_container_get(id);
}

static int nl_pre_doit(ctbc_genl_op *op, struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = NULL;
	u32 id;

	if (op->internal_flags & CTBC_NL_ADMIN && !is_host_admin(skb)) {
		NL_SET_ERR_MSG(info->extack,
			       "only an administrator on the host may change containers");
		return -EPERM;
	}
	if (!(op->internal_flags & CTBC_NL_PIN))
		return 0;
	if (info->attrs)
		attr = info->attrs[CTBC_A_CONTAINER_ID];
	if (!attr) {
		NL_SET_ERR_MSG(info->extack, "the container's id is missing");
		return -EINVAL;
	}
	id = nla_get_u32(attr);
	info->user_ptr[0] = pin_container(id);
	if (info->user_ptr[0])
		return 0;
	NL_SET_BAD_ATTR(info->extack, attr);
	NL_SET_ERR_MSG_FMT(info->extack, "container %u does not exist", id);
	return -ENOENT;
}

static void nl_post_doit(ctbc_genl_op *op, struct sk_buff *skb, struct genl_info *info)
{
	if (op->internal_flags & CTBC_NL_PIN)
		ctbc_container_put(info->user_ptr[0]);
}

static const struct genl_ops nl_ops[] = {
	{
		.cmd = CTBC_CMD_CONTAINER_GET,
		.doit = ctbc_nl_container_get,
		.start = ctbc_nl_container_dump_start,
		.dumpit = ctbc_nl_container_dump,
		.policy = ctbc_nl_container_policy,
		.maxattr = CTBC_A_CONTAINER_MAX,
		.internal_flags = CTBC_NL_PIN,
	},
	{
		.cmd = CTBC_CMD_CONTAINER_ATTACH,
		.doit = ctbc_nl_container_attach,
		.policy = ctbc_nl_attach_policy,
		.maxattr = CTBC_A_CONTAINER_MAX,
		.internal_flags = CTBC_NL_ADMIN,
	},
	{
		.cmd = CTBC_CMD_CONTAINER_DETACH,
		.doit = ctbc_nl_container_detach,
		.policy = ctbc_nl_container_policy,
		.maxattr = CTBC_A_CONTAINER_MAX,
		.internal_flags = CTBC_NL_ADMIN | CTBC_NL_PIN,
	},
	{
		.cmd = CTBC_CMD_PARAM_SET,
		.doit = ctbc_nl_param_set,
		.policy = ctbc_nl_set_policy,
		.maxattr = CTBC_A_SET_MAX,
		.internal_flags = CTBC_NL_ADMIN,
	},
	{
		.cmd = CTBC_CMD_CONTAINER_SET,
		.doit = ctbc_nl_container_set,
		.policy = ctbc_nl_change_policy,
		.maxattr = CTBC_A_CONTAINER_MAX,
		.internal_flags = CTBC_NL_ADMIN | CTBC_NL_PIN,
	},
	{
		.cmd = CTBC_CMD_FEATURE_GET,
		.dumpit = ctbc_nl_feature_dump,
		.policy = ctbc_nl_dump_policy,
		.maxattr = CTBC_A_FEATURE_MAX,
	},
};

static const struct genl_multicast_group nl_mcgrps[] = {
	{ .name = CTBC_MCGRP_EVENTS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

struct genl_family ctbc_genl_family __ro_after_init = {
	.name = CTBC_GENL_NAME,
	.version = CTBC_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = nl_ops,
	.n_ops = ARRAY_SIZE(nl_ops),
	.resv_start_op = CTBC_CMD_MAX + 1,
	.mcgrps = nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(nl_mcgrps),
	.pre_doit = nl_pre_doit,
	.post_doit = nl_post_doit,
};

/**
 * ctbc_nl_init() - open the door to userspace
 *
 * Context: process, may sleep; everything else is up.
 * Return: 0 or a negative errno.
 */
int ctbc_nl_init(void)
{
	int err = genl_register_family(&ctbc_genl_family);

	if (!err)
		ctbc_event_sink_set(ctbc_nl_event);
	return err;
}

/**
 * ctbc_nl_exit() - shut it
 *
 * Context: process, may sleep. No operation runs any more afterwards.
 */
void ctbc_nl_exit(void)
{
	ctbc_event_sink_set(NULL);
	genl_unregister_family(&ctbc_genl_family);
}
