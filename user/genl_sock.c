// SPDX-License-Identifier: GPL-2.0
/*
 * A netlink socket to the module.
 *
 * libnl drops the text that the kernel sends with a refusal (the "extended
 * acknowledgment"), so the error callbacks here take it out of the message.
 */
#define _GNU_SOURCE
#include "genl_sock.h"

#include <errno.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <linux/ctbc.h>

#include "err.h"

#define SOCKET_BUFFER	(256 * 1024)
#define MESSAGE_MAX	(64 * 1024)

static int no_module(int nle)
{
	if (nle != -NLE_OBJ_NOTFOUND)
		return err_set(EXIT_SYSTEM, "cannot find module ctbc: %s",
			       nl_geterror(nle));
	if (!access("/sys/module/ctbc", F_OK))
		return err_set(EXIT_MODULE,
			       "module ctbc is loaded, but its netlink family is not there");
	return err_hint(err_set(EXIT_MODULE,
				"kernel module ctbc is not loaded"),
			"load it: modprobe ctbc");
}

/**
 * genl_sock_open() - open a socket and find the module
 * @sk: the socket, to be freed with nl_socket_free()
 * @family: the family's number
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_sock_open(struct nl_sock **sk, int *family)
{
	int one = 1, fd, rc;

	*sk = nl_socket_alloc();
	if (!*sk)
		return err_set(EXIT_RESOURCES, "no memory for a socket");
	rc = genl_connect(*sk);
	if (rc) {
		rc = err_set(EXIT_SYSTEM, "cannot open a netlink socket: %s",
			     nl_geterror(rc));
		goto err_free;
	}
	nl_socket_set_buffer_size(*sk, SOCKET_BUFFER, 0);
	nl_socket_set_msg_buf_size(*sk, MESSAGE_MAX);
	nl_socket_disable_msg_peek(*sk);
	fd = nl_socket_get_fd(*sk);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	*family = genl_ctrl_resolve(*sk, CTBC_GENL_NAME);
	if (*family < 0) {
		rc = no_module(*family);
		goto err_free;
	}
	return 0;

err_free:
	nl_socket_free(*sk);
	*sk = NULL;
	return rc;
}

/**
 * genl_sock_msg() - begin a request
 * @family: the family's number
 * @flags: NLM_F_DUMP, NLM_F_ACK or 0
 * @cmd: &enum ctbc_cmd
 *
 * Return: the message, to be freed with nlmsg_free().
 */
struct nl_msg *genl_sock_msg(int family, int flags, int cmd)
{
	struct nl_msg *msg = nlmsg_alloc_size(MESSAGE_MAX);

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
				 NLM_F_REQUEST | flags, cmd,
				 CTBC_GENL_VERSION)) {
		err_set(EXIT_RESOURCES, "no memory for a netlink message");
		_exit(err_print(EXIT_RESOURCES));
	}
	return msg;
}

static void take_text(struct genl_reply *r, const void *attrs, int len)
{
	const struct nlattr *a;
	int rem;

	nla_for_each_attr(a, (const struct nlattr *)attrs, len, rem)
		if (nla_type(a) == NLMSGERR_ATTR_MSG)
			snprintf(r->text, sizeof(r->text), "%.*s",
				 nla_len(a), (const char *)nla_data(a));
}

/* The kernel's errors are below 0; anything else is none of its. */
static int errno_of(int error)
{
	return error < 0 && error > -4096 ? -error : EPROTO;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	const struct nlmsghdr *head =
		(const void *)((const char *)e - NLMSG_HDRLEN);
	struct genl_reply *r = arg;
	size_t have = head->nlmsg_len - NLMSG_HDRLEN, skip = sizeof(*e);

	(void)from;
	r->error = errno_of(e->error);
	/* Before the text comes what of the request is repeated. */
	if (!(head->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN((size_t)e->msg.nlmsg_len) - NLMSG_HDRLEN;
	if ((head->nlmsg_flags & NLM_F_ACK_TLVS) && skip < have)
		take_text(r, (const char *)e + skip, have - skip);
	return NL_STOP;
}

static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *head = nlmsg_hdr(msg);
	struct genl_reply *r = arg;

	/* A dump that failed says so in its last message. */
	if (nlmsg_datalen(head) >= (int)sizeof(int)) {
		const int *error = nlmsg_data(head);

		r->error = *error < 0 ? errno_of(*error) : 0;
		if (head->nlmsg_flags & NLM_F_ACK_TLVS)
			take_text(r, error + 1,
				  nlmsg_datalen(head) - (int)sizeof(int));
	}
	return NL_STOP;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct genl_reply *r = arg;

	/* One that is too short for its head is not the module's. */
	if (r->fn && genlmsg_valid_hdr(nlmsg_hdr(msg), 0))
		r->fn(genlmsg_hdr(nlmsg_hdr(msg)), r->arg);
	return NL_OK;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_STOP;
}

/**
 * genl_sock_call() - send a request and read the answers to their end
 * @sk: the socket
 * @msg: the request with NLM_F_DUMP or NLM_F_ACK; freed
 * @reply: its fn and arg are set by the caller, the rest here
 *
 * Return: 0; a libnl error code below 0 where the talk itself failed. What
 * the kernel refused is in @reply.
 */
int genl_sock_call(struct nl_sock *sk, struct nl_msg *msg,
		   struct genl_reply *reply)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int rc;

	if (!cb) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	reply->error = 0;
	reply->text[0] = '\0';
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, reply);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, reply);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, reply);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, reply);
	rc = nl_send_auto(sk, msg);
	nlmsg_free(msg);
	/* Each read is one batch of a dump; the last one says NL_STOP. */
	if (rc >= 0)
		rc = nl_recvmsgs(sk, cb);
	nl_cb_put(cb);
	return rc < 0 && !reply->error ? rc : 0;
}

/**
 * genl_sock_error() - record what the kernel said
 * @reply: the finished reply, with an error
 * @what: what was tried
 *
 * Return: the exit status that suits the errno.
 */
int genl_sock_error(const struct genl_reply *reply, const char *what)
{
	int rc;

	errno = reply->error;
	rc = err_sys("%s", what);
	if (reply->text[0])
		rc = err_set(rc, "%s: %s", what,
			     err_skip_container(reply->text));
	return rc;
}
