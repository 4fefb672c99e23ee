/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_NL_FAMILY_H
#define _CTBC_NL_FAMILY_H

#include <net/genetlink.h>

struct ctbc_event;

/*
 * What an operation needs before it runs, in genl_ops.internal_flags: the
 * administrator of the host; a container pinned in info->user_ptr[0].
 */
#define CTBC_NL_ADMIN	0x01
#define CTBC_NL_PIN	0x02

extern struct genl_family ctbc_genl_family;
extern struct netlink_range_validation ctbc_nl_id_range;
extern const struct nla_policy ctbc_nl_container_policy[];
extern const struct nla_policy ctbc_nl_attach_policy[];
extern const struct nla_policy ctbc_nl_change_policy[];
extern const struct nla_policy ctbc_nl_dump_policy[];
extern const struct nla_policy ctbc_nl_set_policy[];

int ctbc_nl_init(void);
void ctbc_nl_exit(void);

int ctbc_nl_container_get(struct sk_buff *skb, struct genl_info *info);
int ctbc_nl_container_dump_start(struct netlink_callback *cb);
int ctbc_nl_container_dump(struct sk_buff *skb, struct netlink_callback *cb);
int ctbc_nl_container_attach(struct sk_buff *skb, struct genl_info *info);
int ctbc_nl_container_detach(struct sk_buff *skb, struct genl_info *info);
int ctbc_nl_container_set(struct sk_buff *skb, struct genl_info *info);
int ctbc_nl_param_set(struct sk_buff *skb, struct genl_info *info);
int ctbc_nl_feature_dump(struct sk_buff *skb, struct netlink_callback *cb);
void ctbc_nl_event(const struct ctbc_event *event);

#endif
