/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A netlink socket to the module: requests, answers, the kernel's error text.
 * Only genl.c and genl_event.c include this.
 */
#ifndef CTCTL_GENL_SOCK_H
#define CTCTL_GENL_SOCK_H

#include <stdbool.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

/**
 * struct genl_reply - what becomes of the answers to a request
 * @fn: called for each answer with its attributes' head
 * @arg: handed to @fn
 * @error: the kernel's errno, 0 if it did as asked
 * @text: the kernel's words about that, empty where it has none
 */
struct genl_reply {
	void (*fn)(struct genlmsghdr *hdr, void *arg);
	void *arg;
	int error;
	char text[512];
};

int genl_sock_open(struct nl_sock **sk, int *family);
struct nl_msg *genl_sock_msg(int family, int flags, int cmd);
int genl_sock_call(struct nl_sock *sk, struct nl_msg *msg,
		   struct genl_reply *reply);
int genl_sock_error(const struct genl_reply *reply, const char *what);

#endif
