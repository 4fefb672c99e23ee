// SPDX-License-Identifier: GPL-2.0
/* Netlink: what works on this kernel */
#include "kernel/core/param.h"
#include "kernel/nl/family.h"

/* A dump takes no attribute at all. */
const struct nla_policy ctbc_nl_dump_policy[CTBC_A_FEATURE_MAX + 1] = {};

static int put_feature(struct sk_buff *skb, struct netlink_callback *cb,
		       const char *name, const struct ctbc_feature *feature)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &ctbc_genl_family, NLM_F_MULTI, CTBC_CMD_FEATURE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, CTBC_A_FEATURE_NAME, name) ||
	    nla_put_u32(skb, CTBC_A_FEATURE_STATE, feature->state) ||
	    nla_put_string(skb, CTBC_A_FEATURE_MECHANISM, feature->mechanism) ||
	    nla_put_string(skb, CTBC_A_FEATURE_REASON, feature->reason ?: "-")) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* Row n of the table: the controllers, then the parameters by their ids. */
static bool feature_row(unsigned long n, const char **name,
			struct ctbc_feature *feature)
{
	const struct ctbc_controller *c;
	unsigned int nr;

	for (nr = 0; (c = ctbc_controller_nth(nr)); nr++) {
		if (nr != n)
			continue;
		*name = c->name;
		*feature = (struct ctbc_feature) {};
		c->feature(feature);
		return true;
	}
	n -= nr;
	if (n >= CTBC_NR_PARAMS)
		return false;
	*name = ctbc_param_table[n].name;
	if (*name)
		ctbc_param_feature(n, feature);
	return true;
}

/**
 * ctbc_nl_feature_dump() - the next rows of the features table
 * @skb: to be filled
 * @cb: where it stands
 *
 * Return: bytes filled, 0 at the end, or a negative errno.
 */
int ctbc_nl_feature_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct ctbc_feature feature;
	const char *name;
	int err = 0;

	for (; feature_row(cb->args[0], &name, &feature); cb->args[0]++) {
		if (name)
			err = put_feature(skb, cb, name, &feature);
		if (err)
			break;
	}
	return skb->len ?: err;
}
