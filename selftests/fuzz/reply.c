// SPDX-License-Identifier: GPL-2.0
/*
 * A module that answers what the fuzzer wants.
 *
 * No socket is opened: libnl is given a function that reads messages, and
 * that function takes them out of the input. Of what the input says the
 * messages are well-formed unless it says otherwise, so that most of them get
 * as far as the tool's own code.
 *
 *	list    := COUNT8 (TYPE8 LENGTH8 (data | list | LENGTH16 data))*
 *	message := KIND8 (CMD8 | ERROR32 LENGTH16 | ERROR32 | TYPE16) list
 *	read    := 0xff CODE8 | COUNT8 message*
 */
#define _GNU_SOURCE
#include "reply.h"

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>

#define FAMILY		31
#define GROUP		7
#define BUFFER		4096
#define DEPTH		3

/* In a message's KIND8; the lower three bits say what it is. */
#define MULTI		0x08
#define INTR		0x10
#define LENGTH		0x20
#define TLVS		0x40
#define CAPPED		0x80

/* An attribute's LENGTH8 from here on is another one's head. */
#define NESTED		0x40
#define LYING		0xff

enum { KIND_ERROR = 4, KIND_DONE, KIND_OTHER, KIND_RAW };

static struct input *source;
static uint32_t expected;

/**
 * struct buffer - what a read returns
 * @data: the messages
 * @len: bytes of them
 */
struct buffer {
	unsigned char data[BUFFER];
	size_t len;
};

/* Room that is zero; none where the buffer is full. */
static void *room(struct buffer *b, size_t n)
{
	size_t at = NLMSG_ALIGN(b->len);

	if (at + n > BUFFER)
		return NULL;
	memset(b->data + b->len, 0, at + n - b->len);
	b->len = at + n;
	return b->data + at;
}

static void put_attrs(struct buffer *b, struct input *in, int depth)
{
	int n = in_u8(in) & 31;

	while (n-- && in->size) {
		struct nlattr *a = room(b, NLA_HDRLEN);
		uint8_t len;
		void *data;

		if (!a)
			return;
		a->nla_type = in_u8(in);
		len = in_u8(in);
		if (len == LYING) {
			a->nla_len = in_u16(in);
			len = in_u8(in) & 31;
			data = room(b, len);
			if (data)
				in_bytes(in, data, len);
		} else if (len >= NESTED) {
			if (depth < DEPTH)
				put_attrs(b, in, depth + 1);
			a->nla_type |= NLA_F_NESTED;
			a->nla_len = b->data + b->len - (unsigned char *)a;
		} else {
			data = room(b, len);
			if (data)
				in_bytes(in, data, len);
			a->nla_len = NLA_HDRLEN + len;
		}
	}
}

static void put_body(struct buffer *b, struct input *in, uint8_t kind,
		     struct nlmsghdr *head)
{
	struct genlmsghdr *genl;
	struct nlmsgerr *err;
	int32_t *done;

	switch (kind & 7) {
	case KIND_ERROR:
		head->nlmsg_type = NLMSG_ERROR;
		err = room(b, sizeof(*err));
		if (!err)
			return;
		err->error = in_u32(in);
		err->msg.nlmsg_len = in_u16(in);
		if (kind & LENGTH)
			err->msg.nlmsg_len *= 0x10001;
		break;
	case KIND_DONE:
		head->nlmsg_type = NLMSG_DONE;
		done = room(b, sizeof(*done));
		if (!done)
			return;
		*done = in_u32(in);
		break;
	case KIND_OTHER:
		head->nlmsg_type = in_u16(in);
		break;
	default:
		head->nlmsg_type = FAMILY;
		genl = room(b, GENL_HDRLEN);
		if (!genl)
			return;
		genl->cmd = in_u8(in);
	}
	put_attrs(b, in, 0);
}

static void put_message(struct buffer *b, struct input *in)
{
	uint8_t kind = in_u8(in);
	struct nlmsghdr *head = room(b, NLMSG_HDRLEN);

	if (!head)
		return;
	if ((kind & 7) == KIND_RAW)
		in_bytes(in, head, NLMSG_HDRLEN);
	else
		put_body(b, in, kind, head);
	head->nlmsg_flags |= (kind & MULTI ? NLM_F_MULTI : 0) |
			     (kind & INTR ? NLM_F_DUMP_INTR : 0) |
			     (kind & TLVS ? NLM_F_ACK_TLVS : 0) |
			     (kind & CAPPED ? NLM_F_CAPPED : 0);
	if ((kind & 7) != KIND_RAW)
		head->nlmsg_len = b->data + b->len - (unsigned char *)head;
	if (kind & LENGTH)
		head->nlmsg_len += (int8_t)in_u8(in);
	head->nlmsg_seq = expected;
}

static int receive(struct nl_sock *sk, struct sockaddr_nl *from,
		   unsigned char **buf, struct ucred **creds)
{
	static struct buffer b;
	uint8_t n = in_u8(source);

	(void)sk;
	(void)creds;
	memset(from, 0, sizeof(*from));
	if (n == 0xff)
		return -(in_u8(source) % (NLE_MAX + 1));
	b.len = 0;
	for (n = 1 + (n & 3); n && source->size; n--)
		put_message(&b, source);
	if (!b.len)
		return 0;
	/* Of its own size, so that a read past its end shows. */
	*buf = malloc(b.len);
	if (!*buf)
		abort();
	memcpy(*buf, b.data, b.len);
	return b.len;
}

/**
 * reply_from() - from now on the module answers this
 * @in: what to answer; it must stay
 */
void reply_from(struct input *in)
{
	source = in;
}

/**
 * reply_more() - has the module more to say?
 *
 * Return: true if it has.
 */
bool reply_more(void)
{
	return source->size > 0;
}

struct nl_cb *__wrap_nl_cb_alloc(enum nl_cb_kind kind)
{
	struct nl_cb *cb = nl_cb_alloc(kind);

	nl_cb_overwrite_recv(cb, receive);
	return cb;
}

int __wrap_nl_send_auto(struct nl_sock *sk, struct nl_msg *msg)
{
	nl_complete_msg(sk, msg);
	expected = nlmsg_hdr(msg)->nlmsg_seq;
	return nlmsg_hdr(msg)->nlmsg_len;
}

int __wrap_genl_connect(struct nl_sock *sk)
{
	(void)sk;
	return 0;
}

int __wrap_genl_ctrl_resolve(struct nl_sock *sk, const char *name)
{
	(void)sk;
	(void)name;
	return FAMILY;
}

int __wrap_genl_ctrl_resolve_grp(struct nl_sock *sk, const char *family,
				 const char *group)
{
	(void)sk;
	(void)family;
	(void)group;
	return GROUP;
}

int __wrap_nl_socket_add_membership(struct nl_sock *sk, int group)
{
	(void)sk;
	(void)group;
	return 0;
}
