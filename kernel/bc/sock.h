/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_BC_SOCK_H
#define _CTBC_BC_SOCK_H

#include <net/sock.h>

#include "kernel/bc/owner.h"

/**
 * enum ctbc_sock_place - what the map of owners has of a socket
 * @CTBC_SOCK_TCP: its owner, of a TCP socket; the note: what is charged of its
 *	send buffer, see sockbuf.c
 * @CTBC_SOCK_OTHER: its owner, of any other; the note: what is charged of its
 *	receive buffer, whichever it is
 */
enum ctbc_sock_place {
	CTBC_SOCK_TCP,
	CTBC_SOCK_OTHER,
};

/**
 * ctbc_sock_place() - the address that stands for it
 * @sk: the socket
 * @place: which
 *
 * Return: for ctbc_owner_slot() and the like.
 */
static __always_inline const void *ctbc_sock_place(const struct sock *sk,
						   enum ctbc_sock_place place)
{
	BUILD_BUG_ON(sizeof(*sk) < (CTBC_SOCK_OTHER + 1) * CTBC_OWNER_SLOT);
	return (const char *)sk + place * CTBC_OWNER_SLOT;
}

bool ctbc_sock_counts(void);
void ctbc_sockbuf_release(const struct sock *sk);

#endif
