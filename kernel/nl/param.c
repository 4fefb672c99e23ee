// SPDX-License-Identifier: GPL-2.0
/* Netlink: setting parameters, many at once, all or none */
#include <linux/slab.h>

#include "kernel/core/container.h"
#include "kernel/core/param.h"
#include "kernel/nl/family.h"

/* Values are judged by ctbc_param_set_all(), which can name what is wrong. */
static const struct nla_policy setting_policy[CTBC_A_SETTING_MAX + 1] = {
	[CTBC_A_SETTING_CONTAINER] = NLA_POLICY_FULL_RANGE(NLA_U32, &ctbc_nl_id_range),
	[CTBC_A_SETTING_PARAM] = { .type = NLA_U32 },
	[CTBC_A_SETTING_BARRIER] = { .type = NLA_U64 },
	[CTBC_A_SETTING_LIMIT] = { .type = NLA_U64 },
};

const struct nla_policy ctbc_nl_set_policy[CTBC_A_SET_MAX + 1] = {
	[CTBC_A_SET_SETTING] = NLA_POLICY_NESTED(setting_policy),
};

static int setting_parse(struct nlattr *attr, struct ctbc_setting *s,
			 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[CTBC_A_SETTING_MAX + 1];
	unsigned int i;
	u32 id, param;
	int err;

	err = nla_parse_nested(tb, CTBC_A_SETTING_MAX, attr, setting_policy, extack);
	if (err)
		return err;
	NL_SET_BAD_ATTR(extack, attr);
	for (i = CTBC_A_SETTING_UNSPEC + 1; i <= CTBC_A_SETTING_MAX; i++) {
		if (tb[i])
			continue;
		NL_SET_ERR_MSG(extack,
			       "a setting needs container, parameter, barrier and limit");
		return -EINVAL;
	}
	id = nla_get_u32(tb[CTBC_A_SETTING_CONTAINER]);
	param = nla_get_u32(tb[CTBC_A_SETTING_PARAM]);
	if (!ctbc_param_exists(param)) {
		NL_SET_ERR_MSG_FMT(extack, "container %u: no parameter has the id %u",
				   id, param);
		return -EINVAL;
	}
	s->ct = ctbc_container_get(id);
	if (!s->ct) {
		NL_SET_ERR_MSG_FMT(extack, "container %u does not exist", id);
		return -ENOENT;
	}
	s->param = param;
	s->barrier = nla_get_u64(tb[CTBC_A_SETTING_BARRIER]);
	s->limit = nla_get_u64(tb[CTBC_A_SETTING_LIMIT]);
	return 0;
}

/**
 * ctbc_nl_param_set() - set parameters of containers
 * @skb: the request
 * @info: parsed; the settings are repeated attributes
 *
 * Return: 0 or a negative errno, see ctbc_param_set_all(); -ENOENT for a
 * container that does not exist.
 */
int ctbc_nl_param_set(struct sk_buff *skb, struct genl_info *info)
{
	struct ctbc_setting *settings;
	unsigned int nr = 0, done = 0;
	struct nlattr *attr;
	int rem, err = 0;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		nr++;
	if (!nr) {
		NL_SET_ERR_MSG(info->extack, "nothing to set");
		return -EINVAL;
	}
	settings = kvcalloc(nr, sizeof(*settings), GFP_KERNEL);
	if (!settings)
		return -ENOMEM;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		err = setting_parse(attr, &settings[done], info->extack);
		if (err)
			break;
		done++;
	}
	if (!err)
		err = ctbc_param_set_all(settings, nr, info->extack);
	while (done--)
		ctbc_container_put(settings[done].ct);
	kvfree(settings);
	return err;
}
