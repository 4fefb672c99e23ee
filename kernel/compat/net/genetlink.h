/* SPDX-License-Identifier: GPL-2.0 */
/* Completes <net/genetlink.h>: what pre_doit and post_doit are given. */
#ifndef _CTBC_COMPAT_NET_GENETLINK_H
#define _CTBC_COMPAT_NET_GENETLINK_H

#include <net/netlink.h>
#include_next <net/genetlink.h>
#include <linux/version.h>

/* 6.2 gave the callbacks a split op; the members used here are the same. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
typedef const struct genl_split_ops ctbc_genl_op;
#else
typedef const struct genl_ops ctbc_genl_op;
#endif

#endif
