// SPDX-License-Identifier: GPL-2.0
/* Netlink: events to whoever listens on the host */
#include <net/net_namespace.h>

#include "kernel/core/event.h"
#include "kernel/nl/family.h"

static int put_note(struct sk_buff *skb, const struct ctbc_event *e)
{
	return nla_put_u32(skb, CTBC_A_EVENT_PARAM, e->param) ?:
	       nla_put_u64_64bit(skb, CTBC_A_EVENT_HELD, e->held,
				 CTBC_A_EVENT_PAD) ?:
	       nla_put_u64_64bit(skb, CTBC_A_EVENT_LIMIT, e->limit,
				 CTBC_A_EVENT_PAD) ?:
	       nla_put_u32(skb, CTBC_A_EVENT_PID, e->pid) ?:
	       nla_put_string(skb, CTBC_A_EVENT_COMM, e->comm) ?:
	       nla_put_u64_64bit(skb, CTBC_A_EVENT_LEFT_OUT, e->left_out,
				 CTBC_A_EVENT_PAD);
}

static int put_event(struct sk_buff *skb, const struct ctbc_event *e)
{
	void *hdr = genlmsg_put(skb, 0, 0, &ctbc_genl_family, 0, CTBC_CMD_EVENT);

	if (!hdr ||
	    nla_put_u32(skb, CTBC_A_EVENT_TYPE, e->type) ||
	    nla_put_u64_64bit(skb, CTBC_A_EVENT_TIME, e->time, CTBC_A_EVENT_PAD) ||
	    nla_put_u32(skb, CTBC_A_EVENT_CONTAINER, e->container) ||
	    ((e->type == CTBC_EVENT_REFUSED || e->type == CTBC_EVENT_PASSED) &&
	     put_note(skb, e)))
		return -EMSGSIZE;
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * ctbc_nl_event() - send an event to group "events" of the host's network
 * @event: the event
 *
 * Without memory for the message it is lost; the listener sees ENOBUFS only
 * for its own full queue.
 *
 * Context: process, may sleep.
 */
void ctbc_nl_event(const struct ctbc_event *event)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&ctbc_genl_family, &init_net, 0))
		return;
	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return;
	if (put_event(skb, event)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_multicast_netns(&ctbc_genl_family, &init_net, skb, 0, 0, GFP_KERNEL);
}
