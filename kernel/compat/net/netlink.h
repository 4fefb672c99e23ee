/* SPDX-License-Identifier: GPL-2.0 */
/* Completes <net/netlink.h>: formatted extended acknowledgments before 6.2. */
#ifndef _CTBC_COMPAT_NET_NETLINK_H
#define _CTBC_COMPAT_NET_NETLINK_H

#include_next <net/netlink.h>

#ifndef NL_SET_ERR_MSG_FMT
#include <linux/atomic.h>
#include <linux/kernel.h>

/*
 * Old kernels keep only a pointer to a constant text, and read it after the
 * handler has returned. So the texts live in a ring: a text is good until
 * CTBC_EXTACK_RING more refusals were written, far longer than one
 * acknowledgment takes to build; the worst case is a wrong text, never a wild
 * pointer.
 */
#define CTBC_EXTACK_RING	64
#define NETLINK_MAX_FMTMSG_LEN	80

extern char ctbc_extack_ring[CTBC_EXTACK_RING][NETLINK_MAX_FMTMSG_LEN];
extern atomic_t ctbc_extack_next;
#define CTBC_EXTACK_DEFINE						\
	char ctbc_extack_ring[CTBC_EXTACK_RING][NETLINK_MAX_FMTMSG_LEN];	\
	atomic_t ctbc_extack_next = ATOMIC_INIT(0)

#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {			\
	struct netlink_ext_ack *__extack = (extack);			\
	char *__text;							\
									\
	if (!__extack)							\
		break;							\
	__text = ctbc_extack_ring[(u32)atomic_inc_return(&ctbc_extack_next) % \
				  CTBC_EXTACK_RING];			\
	snprintf(__text, NETLINK_MAX_FMTMSG_LEN, fmt, ##args);		\
	__extack->_msg = __text;					\
} while (0)
#else
#define CTBC_EXTACK_DEFINE	struct ctbc_extack_is_native
#endif

#endif
