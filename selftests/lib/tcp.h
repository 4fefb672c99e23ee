/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SELFTESTS_LIB_TCP_H
#define _SELFTESTS_LIB_TCP_H

#include <netinet/in.h>

#include "ct.h"

int tcp_loopback_up(void);
struct sockaddr_in tcp_address(unsigned short port);
int tcp_listener(unsigned short port);
int tcp_connected(unsigned short port, int flags);
int udp_flood(const struct cg *cg, unsigned short port, unsigned int nr);

#endif
