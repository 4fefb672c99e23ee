// SPDX-License-Identifier: GPL-2.0
/*
 * Events, as the module sends them to its multicast group.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "err.h"
#include "genl.h"
#include "genl_sock.h"
#include "sig.h"

static const struct nla_policy policy[CTBC_A_EVENT_MAX + 1] = {
	[CTBC_A_EVENT_TYPE] = { .type = NLA_U32 },
	[CTBC_A_EVENT_TIME] = { .type = NLA_U64 },
	[CTBC_A_EVENT_CONTAINER] = { .type = NLA_U32 },
	[CTBC_A_EVENT_PARAM] = { .type = NLA_U32 },
	[CTBC_A_EVENT_HELD] = { .type = NLA_U64 },
	[CTBC_A_EVENT_LIMIT] = { .type = NLA_U64 },
	[CTBC_A_EVENT_PID] = { .type = NLA_U32 },
	[CTBC_A_EVENT_COMM] = { .type = NLA_STRING },
	[CTBC_A_EVENT_LEFT_OUT] = { .type = NLA_U64 },
};

/**
 * struct listener - who is told
 * @fn: the function
 * @arg: handed to it
 * @rc: what it last returned
 */
struct listener {
	int (*fn)(const struct genl_event *ev, void *arg);
	void *arg;
	int rc;
};

static uint64_t get_u64(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_u64(tb[type]) : 0;
}

static uint32_t get_u32(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_u32(tb[type]) : 0;
}

static int on_event(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *hdr = genlmsg_hdr(nlmsg_hdr(msg));
	struct nlattr *tb[CTBC_A_EVENT_MAX + 1];
	struct genl_event ev = { .param = -1 };
	struct listener *l = arg;

	if (!genlmsg_valid_hdr(nlmsg_hdr(msg), 0) || hdr->cmd != CTBC_CMD_EVENT ||
	    nla_parse(tb, CTBC_A_EVENT_MAX, genlmsg_attrdata(hdr, 0),
		      genlmsg_attrlen(hdr, 0), policy))
		return NL_OK;
	ev.type = get_u32(tb, CTBC_A_EVENT_TYPE);
	ev.time = get_u64(tb, CTBC_A_EVENT_TIME);
	ev.container = get_u32(tb, CTBC_A_EVENT_CONTAINER);
	if (tb[CTBC_A_EVENT_PARAM])
		ev.param = nla_get_u32(tb[CTBC_A_EVENT_PARAM]);
	ev.held = get_u64(tb, CTBC_A_EVENT_HELD);
	ev.limit = get_u64(tb, CTBC_A_EVENT_LIMIT);
	ev.pid = get_u32(tb, CTBC_A_EVENT_PID);
	ev.left_out = get_u64(tb, CTBC_A_EVENT_LEFT_OUT);
	if (tb[CTBC_A_EVENT_COMM])
		snprintf(ev.comm, sizeof(ev.comm), "%.*s",
			 nla_len(tb[CTBC_A_EVENT_COMM]),
			 (const char *)nla_data(tb[CTBC_A_EVENT_COMM]));
	l->rc = l->fn(&ev, l->arg);
	return l->rc ? NL_STOP : NL_OK;
}

static int no_sequence_check(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

static int join_group(struct nl_sock *sk)
{
	int group, rc;

	group = genl_ctrl_resolve_grp(sk, CTBC_GENL_NAME, CTBC_MCGRP_EVENTS);
	if (group < 0)
		return err_set(EXIT_MODULE, "the module sends no events");
	nl_socket_disable_seq_check(sk);
	rc = nl_socket_add_membership(sk, group);
	if (rc)
		return err_set(rc == -NLE_PERM ? EXIT_PERMISSION : EXIT_SYSTEM,
			       "cannot listen for events: %s",
			       nl_geterror(rc));
	return 0;
}

static int listen_on(struct nl_sock *sk, struct nl_cb *cb, struct listener *l)
{
	struct pollfd pfd = { .fd = nl_socket_get_fd(sk), .events = POLLIN };

	while (!sig_caught() && !l->rc) {
		int rc;

		if (poll(&pfd, 1, -1) < 0)
			continue;
		rc = nl_recvmsgs(sk, cb);
		/* libnl has no code of its own for ENOBUFS. */
		if (rc == -NLE_NOMEM)
			err_warn("events came too fast, some are lost");
		else if (rc < 0 && rc != -NLE_INTR && rc != -NLE_AGAIN)
			return err_set(EXIT_SYSTEM, "cannot read events: %s",
				       nl_geterror(rc));
	}
	return l->rc;
}

/**
 * genl_events() - hand over events until a signal comes
 * @fn: called for each; anything but 0 ends the wait
 * @arg: handed to @fn
 *
 * Return: 0 after a signal, what @fn returned, or an exit status with the
 * error recorded.
 */
int genl_events(int (*fn)(const struct genl_event *ev, void *arg), void *arg)
{
	struct listener l = { .fn = fn, .arg = arg };
	struct nl_sock *sk;
	struct nl_cb *cb;
	int family, rc;

	rc = genl_sock_open(&sk, &family);
	if (rc)
		return rc;
	cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!cb) {
		nl_socket_free(sk);
		return err_set(EXIT_RESOURCES, "no memory for a socket");
	}
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_event, &l);
	nl_cb_set(cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, no_sequence_check, NULL);
	rc = join_group(sk);
	if (!rc)
		rc = listen_on(sk, cb, &l);
	nl_cb_put(cb);
	nl_socket_free(sk);
	return rc;
}
