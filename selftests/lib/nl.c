// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink by hand, for tests
 *
 * A library would refuse to build what these tests must send: messages that
 * are truncated, oversized, or of the wrong type.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "nl.h"

#ifndef NLMSGERR_ATTR_MSG
#define NLMSGERR_ATTR_MSG	1
#endif

/**
 * msg_init() - begin a request
 * @m: the request
 * @nl: the socket
 * @cmd: the command
 * @flags: NLM_F_*, beside NLM_F_REQUEST
 */
void msg_init(struct msg *m, const struct nl *nl, __u8 cmd, __u16 flags)
{
	struct nlmsghdr *nlh = (void *)m->buf;
	struct genlmsghdr *gnlh = (void *)(m->buf + NLMSG_HDRLEN);

	memset(m->buf, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nlh->nlmsg_type = nl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	gnlh->cmd = cmd;
	gnlh->version = CTBC_GENL_VERSION;
	m->len = NLMSG_HDRLEN + GENL_HDRLEN;
}

/**
 * msg_put() - append an attribute
 * @m: the request
 * @type: its type, flags included
 * @data: its payload
 * @len: bytes of it
 */
void msg_put(struct msg *m, __u16 type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)(m->buf + m->len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memset(attr + 1, 0, NLA_ALIGN(len));
	if (len)
		memcpy(attr + 1, data, len);
	m->len += NLA_HDRLEN + NLA_ALIGN(len);
}

/**
 * msg_put_u32() - append a 32-bit attribute
 * @m: the request
 * @type: its type
 * @value: its value
 */
void msg_put_u32(struct msg *m, __u16 type, __u32 value)
{
	msg_put(m, type, &value, sizeof(value));
}

/**
 * msg_put_u64() - append a 64-bit attribute
 * @m: the request
 * @type: its type
 * @value: its value
 */
void msg_put_u64(struct msg *m, __u16 type, __u64 value)
{
	msg_put(m, type, &value, sizeof(value));
}

/**
 * msg_nest() - begin a nest
 * @m: the request
 * @type: its type
 *
 * Return: what msg_nest_end() wants.
 */
size_t msg_nest(struct msg *m, __u16 type)
{
	size_t nest = m->len;

	msg_put(m, type | NLA_F_NESTED, NULL, 0);
	return nest;
}

/**
 * msg_nest_end() - end a nest
 * @m: the request
 * @nest: from msg_nest()
 */
void msg_nest_end(struct msg *m, size_t nest)
{
	struct nlattr *attr = (void *)(m->buf + nest);

	attr->nla_len = m->len - nest;
}

/**
 * nl_send() - send a request as it is
 * @nl: the socket
 * @m: the request; its length field is set unless it was set before
 *
 * Return: 0 or a negative errno.
 */
int nl_send(struct nl *nl, struct msg *m)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr *nlh = (void *)m->buf;

	if (!nlh->nlmsg_len)
		nlh->nlmsg_len = m->len;
	nlh->nlmsg_seq = ++nl->seq;
	nl->text[0] = '\0';
	if (sendto(nl->fd, m->buf, m->len, 0, (void *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	return 0;
}

static const struct nlattr *find(const char *p, size_t len, __u16 type)
{
	const struct nlattr *attr;

	while (len >= NLA_HDRLEN) {
		attr = (const void *)p;
		if (attr->nla_len < NLA_HDRLEN || attr->nla_len > len)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		if ((size_t)NLA_ALIGN(attr->nla_len) >= len)
			break;
		p += NLA_ALIGN(attr->nla_len);
		len -= NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

static void keep_text(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t skip = sizeof(*err);
	const struct nlattr *msg;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	msg = find((const char *)err + skip, nlh->nlmsg_len - NLMSG_HDRLEN - skip,
		   NLMSGERR_ATTR_MSG);
	if (msg)
		strncpy(nl->text, nl_str(msg), sizeof(nl->text) - 1);
}

/**
 * nl_wait() - read replies until the acknowledgment or the end of a dump
 * @nl: the socket
 * @reply: called for each message, may be NULL
 * @arg: passed to it
 *
 * Return: 0 or the negative errno that the kernel answered.
 */
int nl_wait(struct nl *nl, nl_reply_t reply, void *arg)
{
	static _Alignas(8) char buf[64 * 1024];
	const struct nlmsghdr *nlh;
	ssize_t len;

	for (;;) {
		len = recv(nl->fd, buf, sizeof(buf), 0);
		if (len < 0)
			return -errno;
		for (nlh = (void *)buf; NLMSG_OK(nlh, (size_t)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return *(const int *)NLMSG_DATA(nlh);
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				keep_text(nl, nlh);
				return ((const struct nlmsgerr *)NLMSG_DATA(nlh))->error;
			}
			if (reply)
				reply(nlh, arg);
			/* A listener has no end to wait for. */
			if (!nlh->nlmsg_seq)
				return 0;
		}
	}
}

/**
 * nl_talk() - send a request and wait for how it ended
 * @nl: the socket
 * @m: the request
 * @reply: called for each reply, may be NULL
 * @arg: passed to it
 *
 * Return: 0 or a negative errno; nl->text has the kernel's words.
 */
int nl_talk(struct nl *nl, struct msg *m, nl_reply_t reply, void *arg)
{
	struct nlmsghdr *nlh = (void *)m->buf;
	int err;

	if (!(nlh->nlmsg_flags & NLM_F_DUMP))
		nlh->nlmsg_flags |= NLM_F_ACK;
	err = nl_send(nl, m);
	return err ?: nl_wait(nl, reply, arg);
}

static void on_family(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *groups = nl_attr(nlh, CTRL_ATTR_MCAST_GROUPS);
	const struct nlattr *id = nl_attr(nlh, CTRL_ATTR_FAMILY_ID);
	struct nl *nl = arg;

	if (id)
		memcpy(&nl->family, id + 1, sizeof(nl->family));
	if (groups)
		nl->group = nl_u32(nl_attr_nested(groups + 1, CTRL_ATTR_MCAST_GRP_ID));
}

/**
 * nl_open() - open a socket to the module
 * @nl: the socket
 *
 * Return: 0 or a negative errno, -ENOENT where the module is not loaded.
 */
int nl_open(struct nl *nl)
{
	struct timeval patience = { .tv_sec = 20 };
	static struct msg m;
	int one = 1;
	int err;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0)
		return -errno;
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	/* A refusal need not repeat a request of any size. */
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	nl->family = GENL_ID_CTRL;
	msg_init(&m, nl, CTRL_CMD_GETFAMILY, 0);
	msg_put(&m, CTRL_ATTR_FAMILY_NAME, CTBC_GENL_NAME, sizeof(CTBC_GENL_NAME));
	err = nl_talk(nl, &m, on_family, nl);
	if (err)
		nl_close(nl);
	return err;
}

/**
 * nl_close() - close a socket
 * @nl: the socket
 */
void nl_close(struct nl *nl)
{
	close(nl->fd);
}

/**
 * nl_listen() - join group "events"
 * @nl: the socket; from now on nl_wait() returns after each event
 *
 * Return: 0 or a negative errno.
 */
int nl_listen(struct nl *nl)
{
	if (setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &nl->group,
		       sizeof(nl->group)))
		return -errno;
	return 0;
}

/**
 * nl_attr() - an attribute of a message
 * @nlh: the message
 * @type: which
 *
 * Return: the first of that type, NULL for none.
 */
const struct nlattr *nl_attr(const struct nlmsghdr *nlh, __u16 type)
{
	return find((const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN,
		    nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN, type);
}

/**
 * nl_attr_next() - the next attribute of the same type
 * @nlh: the message
 * @attr: the one before
 *
 * Return: the attribute, NULL for none.
 */
const struct nlattr *nl_attr_next(const struct nlmsghdr *nlh,
				  const struct nlattr *attr)
{
	const char *next = (const char *)attr + NLA_ALIGN(attr->nla_len);
	const char *end = (const char *)nlh + nlh->nlmsg_len;

	return next < end ? find(next, end - next, attr->nla_type & NLA_TYPE_MASK) :
			    NULL;
}

/**
 * nl_attr_nested() - an attribute in a nest
 * @nest: the nest
 * @type: which
 *
 * Return: the first of that type, NULL for none.
 */
const struct nlattr *nl_attr_nested(const struct nlattr *nest, __u16 type)
{
	return find((const char *)(nest + 1), nest->nla_len - NLA_HDRLEN, type);
}

/**
 * nl_u32() - a 32-bit attribute's value
 * @attr: the attribute
 *
 * Return: the value, 0 where it is missing.
 */
__u32 nl_u32(const struct nlattr *attr)
{
	__u32 value = 0;

	if (attr)
		memcpy(&value, attr + 1, sizeof(value));
	return value;
}

/**
 * nl_u64() - a 64-bit attribute's value
 * @attr: the attribute
 *
 * Return: the value, 0 where it is missing.
 */
__u64 nl_u64(const struct nlattr *attr)
{
	__u64 value = 0;

	if (attr)
		memcpy(&value, attr + 1, sizeof(value));
	return value;
}

/**
 * nl_str() - a string attribute's value
 * @attr: the attribute
 *
 * Return: the string, "" where it is missing.
 */
const char *nl_str(const struct nlattr *attr)
{
	return attr ? (const char *)(attr + 1) : "";
}
