/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SELFTESTS_LIB_NL_H
#define _SELFTESTS_LIB_NL_H

#include <linux/ctbc.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>

#define NL_MSG_SIZE	(256 * 1024)

/**
 * struct nl - a socket to the module
 * @fd: the socket
 * @family: the family's number
 * @group: the number of its group "events"
 * @seq: of the last request
 * @text: what the kernel said to the last refusal, "" for nothing
 */
struct nl {
	int fd;
	__u16 family;
	__u32 group;
	__u32 seq;
	char text[256];
};

/**
 * struct msg - a request, put together byte by byte so that it can be wrong
 * @buf: the message
 * @len: bytes of it used
 */
struct msg {
	_Alignas(8) char buf[NL_MSG_SIZE];
	size_t len;
};

typedef void (*nl_reply_t)(const struct nlmsghdr *nlh, void *arg);

int nl_open(struct nl *nl);
void nl_close(struct nl *nl);
int nl_listen(struct nl *nl);

void msg_init(struct msg *m, const struct nl *nl, __u8 cmd, __u16 flags);
void msg_put(struct msg *m, __u16 type, const void *data, size_t len);
void msg_put_u32(struct msg *m, __u16 type, __u32 value);
void msg_put_u64(struct msg *m, __u16 type, __u64 value);
size_t msg_nest(struct msg *m, __u16 type);
void msg_nest_end(struct msg *m, size_t nest);

int nl_send(struct nl *nl, struct msg *m);
int nl_wait(struct nl *nl, nl_reply_t reply, void *arg);
int nl_talk(struct nl *nl, struct msg *m, nl_reply_t reply, void *arg);

const struct nlattr *nl_attr(const struct nlmsghdr *nlh, __u16 type);
const struct nlattr *nl_attr_nested(const struct nlattr *nest, __u16 type);
const struct nlattr *nl_attr_next(const struct nlmsghdr *nlh,
				  const struct nlattr *attr);
__u32 nl_u32(const struct nlattr *attr);
__u64 nl_u64(const struct nlattr *attr);
const char *nl_str(const struct nlattr *attr);

#endif
