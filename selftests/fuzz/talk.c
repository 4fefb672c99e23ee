// SPDX-License-Identifier: GPL-2.0
/*
 * Batches on their way to the module, and what comes back.
 *
 * The kernel works a batch off before the send returns, and goes on with a
 * dump while it is read, so that all there is to read is there to be read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/ctbc.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "spec.h"
#include "talk.h"

#define READS		32
#define READ_SIZE	(32 * 1024)

/**
 * talk_prepare() - number the messages of a batch
 * @t: the batch
 * @b: its bytes; numbers are written into it, and flags that ask for an answer
 * @g: says which of them go without one
 *
 * This is how the kernel finds its way through them.
 */
void talk_prepare(struct talk *t, struct buffer *b, struct gen *g)
{
	size_t at = 0;

	t->seq += t->nr;
	t->nr = 0;
	while (at + NLMSG_HDRLEN <= b->len) {
		struct nlmsghdr *nlh = (void *)(b->data + at);

		if (nlh->nlmsg_len < NLMSG_HDRLEN || nlh->nlmsg_len > b->len - at)
			break;
		nlh->nlmsg_seq = t->seq + t->nr;
		if (!gen_chance(g, 5))
			nlh->nlmsg_flags |= NLM_F_ACK;
		memset(&t->answer[t->nr], 0, sizeof(t->answer[0]));
		t->at[t->nr++] = at;
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	}
}

/**
 * talk_send() - send a batch
 * @fd: the socket
 * @b: the batch
 * @plain: without an address, as a write is; only then does the kernel ask as
 *	well what the one may do who opened the socket
 *
 * Return: NULL, or what went wrong.
 */
const char *talk_send(int fd, const struct buffer *b, bool plain)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(fd, b->data, b->len, 0, plain ? NULL : (void *)&kernel,
		   plain ? 0 : sizeof(kernel)) != (ssize_t)b->len)
		return "the batch cannot be sent";
	return NULL;
}

static const struct nlattr *find(const void *attrs, int len, unsigned int type)
{
	const char *p = attrs;

	while (len >= NLA_HDRLEN) {
		const struct nlattr *a = (const void *)p;

		if (a->nla_len < NLA_HDRLEN || a->nla_len > len)
			return NULL;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		p += NLA_ALIGN(a->nla_len);
		len -= NLA_ALIGN(a->nla_len);
	}
	return NULL;
}

/**
 * talk_check_reply() - is a reply or an event what it should be?
 * @nlh: the message, of the family's type
 * @only_id: the only container that the reader may see; 0 for all
 *
 * Return: NULL, or what is wrong.
 */
const char *talk_check_reply(const struct nlmsghdr *nlh, uint32_t only_id)
{
	const struct genlmsghdr *genl = (const void *)(nlh + 1);
	int len = (int)nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
	const struct spec_op *op;
	const struct spec_attr *id;
	const struct nlattr *a;
	const char *why;
	uint32_t v;

	if (len < 0)
		return "a reply without a head";
	op = spec_op(genl->cmd);
	if (!op || !op->reply)
		return "a reply of an operation that has none";
	why = spec_reply(op, genl + 1, len);
	id = spec_attr_named(op->set, "id");
	if (why || !id)
		return why;
	a = find(genl + 1, len, id->value);
	if (!a)
		return "a reply about nobody";
	memcpy(&v, a + 1, sizeof(v));
	return only_id && v != only_id ? "a reply about somebody else" : NULL;
}

/* The attributes behind a refusal, with the kernel's words among them. */
static const char *check_words(const struct nlmsghdr *nlh, struct answer *a)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	int len = (int)nlh->nlmsg_len - NLMSG_HDRLEN - (int)sizeof(*err);
	const struct nlattr *msg;
	const char *text;
	int n;

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		len -= NLMSG_ALIGN(err->msg.nlmsg_len) - NLMSG_HDRLEN;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (len < 0)
		return "a refusal that is too short";
	msg = find((const char *)nlh + nlh->nlmsg_len - len, len,
		   NLMSGERR_ATTR_MSG);
	if (!msg)
		return NULL;
	text = (const char *)(msg + 1);
	n = msg->nla_len - NLA_HDRLEN;
	if (n < 2 || text[n - 1])
		return "words that do not end";
	for (int i = 0; i < n - 1; i++)
		if (text[i] < ' ' || text[i] > '~')
			return "words that cannot be printed";
	a->text = true;
	return NULL;
}

static const char *take(struct talk *t, const struct nlmsghdr *nlh,
			uint16_t family, uint32_t only_id)
{
	struct answer *a;

	if (nlh->nlmsg_type == family)
		return talk_check_reply(nlh, only_id);
	if (nlh->nlmsg_seq - t->seq >= t->nr)
		return "an answer to no message";
	a = &t->answer[nlh->nlmsg_seq - t->seq];
	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE)
		return "an answer of an unknown kind";
	if (a->answered)
		return "two answers to one message";
	if (nlh->nlmsg_len < NLMSG_HDRLEN + sizeof(int))
		return "an answer that is too short";
	a->answered = true;
	a->error = *(const int *)NLMSG_DATA(nlh);
	if (a->error > 0 || a->error < -4095)
		return "an error that is none";
	return a->error && nlh->nlmsg_type == NLMSG_ERROR ? check_words(nlh, a) :
							    NULL;
}

/**
 * talk_receive() - read all that there is to read
 * @t: the batch that was sent
 * @fd: the socket
 * @family: number of the family
 * @only_id: the only container that the reader may see; 0 for all
 *
 * Return: NULL, or what was wrong with it.
 */
const char *talk_receive(struct talk *t, int fd, uint16_t family,
			 uint32_t only_id)
{
	static _Alignas(8) char data[READS][READ_SIZE];
	static struct mmsghdr msg[READS];
	static struct iovec io[READS];
	const char *why = NULL, *found;
	int n;

	for (int i = 0; i < READS; i++) {
		io[i] = (struct iovec){ data[i], READ_SIZE };
		msg[i].msg_hdr = (struct msghdr){ .msg_iov = &io[i], .msg_iovlen = 1 };
	}
	while ((n = recvmmsg(fd, msg, READS, MSG_DONTWAIT, NULL)) > 0) {
		for (int i = 0; i < n; i++) {
			const struct nlmsghdr *nlh = (const void *)data[i];
			unsigned int len = msg[i].msg_len;

			if (msg[i].msg_hdr.msg_flags & MSG_TRUNC)
				return "a reply larger than 32 KiB";
			for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
				found = take(t, nlh, family, only_id);
				why = why ?: found;
			}
			if (len)
				why = why ?: "bytes behind the last reply";
		}
	}
	return why ?: errno == EAGAIN ? NULL : "answers were lost";
}
