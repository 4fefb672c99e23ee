// SPDX-License-Identifier: GPL-2.0
/* Netlink: containers, one and all, attach and detach */
#include <linux/cgroup.h>
#include <linux/limits.h>
#include <linux/sched.h>

#include "kernel/core/container.h"
#include "kernel/core/param.h"
#include "kernel/nl/family.h"

/* A container with a path of full length fits. */
#define CONTAINER_MSG_SIZE	(16 * 1024)

const struct nla_policy ctbc_nl_container_policy[CTBC_A_CONTAINER_MAX + 1] = {
	[CTBC_A_CONTAINER_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ctbc_nl_id_range),
};

const struct nla_policy ctbc_nl_attach_policy[CTBC_A_CONTAINER_MAX + 1] = {
	[CTBC_A_CONTAINER_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ctbc_nl_id_range),
	[CTBC_A_CONTAINER_CGROUP_FD] = { .type = NLA_S32 },
};

const struct nla_policy ctbc_nl_change_policy[CTBC_A_CONTAINER_MAX + 1] = {
	[CTBC_A_CONTAINER_ID] = NLA_POLICY_FULL_RANGE(NLA_U32, &ctbc_nl_id_range),
	[CTBC_A_CONTAINER_MODE] = NLA_POLICY_MAX(NLA_U32, CTBC_MODE_ACCOUNT),
};

/**
 * struct container_dump - where a dump of containers stands
 * @next: the id to go on with
 * @last: the id to end with
 */
struct container_dump {
	u32 next;
	u32 last;
};

static int put_last_refusal(struct sk_buff *skb, struct ctbc_container *ct,
			    enum ctbc_param param)
{
	struct ctbc_event last;

	if (!ctbc_event_last_refusal(&ct->events, param, &last))
		return 0;
	return nla_put_u64_64bit(skb, CTBC_A_PARAM_REFUSED_TIME, last.time,
				 CTBC_A_PARAM_PAD) ?:
	       nla_put_u32(skb, CTBC_A_PARAM_REFUSED_PID, last.pid) ?:
	       nla_put_string(skb, CTBC_A_PARAM_REFUSED_COMM, last.comm);
}

static int put_param(struct sk_buff *skb, struct ctbc_container *ct,
		     enum ctbc_param param)
{
	struct ctbc_values v;
	struct nlattr *nest;

	ctbc_param_get(ct, param, &v);
	nest = nla_nest_start(skb, CTBC_A_CONTAINER_PARAM);
	if (!nest ||
	    nla_put_u32(skb, CTBC_A_PARAM_ID, param) ||
	    nla_put_u64_64bit(skb, CTBC_A_PARAM_HELD, v.held, CTBC_A_PARAM_PAD) ||
	    nla_put_u64_64bit(skb, CTBC_A_PARAM_MAXHELD, v.maxheld,
			      CTBC_A_PARAM_PAD) ||
	    nla_put_u64_64bit(skb, CTBC_A_PARAM_BARRIER, v.barrier,
			      CTBC_A_PARAM_PAD) ||
	    nla_put_u64_64bit(skb, CTBC_A_PARAM_LIMIT, v.limit, CTBC_A_PARAM_PAD) ||
	    nla_put_u64_64bit(skb, CTBC_A_PARAM_FAILCNT, v.failcnt,
			      CTBC_A_PARAM_PAD) ||
	    put_last_refusal(skb, ct, param))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_cgroup(struct sk_buff *skb, const struct ctbc_container *ct)
{
	char *path = kmalloc(PATH_MAX, GFP_KERNEL);
	int err = 0;

	if (!path)
		return -ENOMEM;
	/* A removed cgroup, or one outside the reader's namespace, has no path. */
	if (cgroup_path_ns(ct->cgrp, path, PATH_MAX,
			   current->nsproxy->cgroup_ns) > 0)
		err = nla_put_string(skb, CTBC_A_CONTAINER_CGROUP, path);
	kfree(path);
	return err ?: nla_put_u64_64bit(skb, CTBC_A_CONTAINER_CGROUP_ID,
					cgroup_id(ct->cgrp), CTBC_A_CONTAINER_PAD);
}

static int put_container(struct sk_buff *skb, struct ctbc_container *ct,
			 u32 portid, u32 seq, int flags)
{
	u64 started = READ_ONCE(ct->started);
	unsigned int param;
	void *hdr;
	int err;

	hdr = genlmsg_put(skb, portid, seq, &ctbc_genl_family, flags,
			  CTBC_CMD_CONTAINER_GET);
	if (!hdr)
		return -EMSGSIZE;
	err = nla_put_u32(skb, CTBC_A_CONTAINER_ID, ct->id) ?:
	      nla_put_u32(skb, CTBC_A_CONTAINER_STATE,
			  ctbc_container_running(ct) ? CTBC_CONTAINER_RUNNING :
						       CTBC_CONTAINER_STOPPED) ?:
	      nla_put_u32(skb, CTBC_A_CONTAINER_MODE, READ_ONCE(ct->mode)) ?:
	      put_cgroup(skb, ct);
	if (!err && started)
		err = nla_put_u64_64bit(skb, CTBC_A_CONTAINER_STARTED, started,
					CTBC_A_CONTAINER_PAD);
	for (param = 0; param < CTBC_NR_PARAMS && !err; param++)
		if (ctbc_param_exists(param))
			err = put_param(skb, ct, param);
	if (err) {
		genlmsg_cancel(skb, hdr);
		return err;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/**
 * ctbc_nl_container_get() - one container
 * @skb: the request
 * @info: parsed; the container is pinned in it
 *
 * Return: 0 or a negative errno.
 */
int ctbc_nl_container_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = genlmsg_new(CONTAINER_MSG_SIZE, GFP_KERNEL);
	int err;

	if (!reply)
		return -ENOMEM;
	err = put_container(reply, info->user_ptr[0], info->snd_portid,
			    info->snd_seq, 0);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

/**
 * ctbc_nl_container_dump_start() - begin a dump of containers
 * @cb: the dump; what may be seen is settled here, in the asking task
 *
 * Return: 0.
 */
int ctbc_nl_container_dump_start(struct netlink_callback *cb)
{
	struct container_dump *dump = (void *)cb->ctx;
	struct ctbc_container *own = ctbc_container_get_current();

	BUILD_BUG_ON(sizeof(*dump) > sizeof(cb->ctx));
	cb->min_dump_alloc = CONTAINER_MSG_SIZE;
	dump->next = own ? own->id : CTBC_ID_MIN;
	dump->last = own ? own->id : CTBC_ID_MAX;
	if (own)
		ctbc_container_put(own);
	return 0;
}

/**
 * ctbc_nl_container_dump() - the next containers of a dump
 * @skb: to be filled
 * @cb: where it stands; ids only grow, so that nobody is shown twice
 *
 * Return: bytes filled, 0 at the end, or a negative errno.
 */
int ctbc_nl_container_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct container_dump *dump = (void *)cb->ctx;
	struct ctbc_container *ct;
	int err = 0;

	while (!err && dump->next <= dump->last) {
		ct = ctbc_container_get_next(dump->next);
		if (!ct)
			break;
		if (ct->id <= dump->last)
			err = put_container(skb, ct, NETLINK_CB(cb->skb).portid,
					    cb->nlh->nlmsg_seq, NLM_F_MULTI);
		if (!err)
			dump->next = ct->id + 1;
		ctbc_container_put(ct);
	}
	return skb->len ?: err;
}

/**
 * ctbc_nl_container_attach() - a cgroup becomes a container
 * @skb: the request
 * @info: parsed
 *
 * Return: 0 or a negative errno, see ctbc_container_attach(); -EBADF for a
 * descriptor that is no directory of cgroup v2.
 */
int ctbc_nl_container_attach(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *fd = info->attrs[CTBC_A_CONTAINER_CGROUP_FD];
	struct nlattr *id = info->attrs[CTBC_A_CONTAINER_ID];
	struct cgroup *cgrp;
	int err;

	if (!id || !fd) {
		NL_SET_ERR_MSG(info->extack, "attach needs an id and a cgroup");
		return -EINVAL;
	}
	cgrp = cgroup_get_from_fd(nla_get_s32(fd));
	if (IS_ERR(cgrp)) {
		NL_SET_BAD_ATTR(info->extack, fd);
		NL_SET_ERR_MSG_FMT(info->extack,
				   "container %u: descriptor %d is no cgroup v2 directory",
				   nla_get_u32(id), nla_get_s32(fd));
		return PTR_ERR(cgrp);
	}
	err = ctbc_container_attach(nla_get_u32(id), cgrp, info->extack);
	cgroup_put(cgrp);
	return err;
}

/**
 * ctbc_nl_container_detach() - a container is forgotten
 * @skb: the request
 * @info: parsed; the container is pinned in it
 *
 * Return: 0, -ENODEV where somebody else was faster.
 */
int ctbc_nl_container_detach(struct sk_buff *skb, struct genl_info *info)
{
	struct ctbc_container *ct = info->user_ptr[0];
	int err = ctbc_container_detach(ct);

	if (err)
		NL_SET_ERR_MSG_FMT(info->extack, "container %u was detached meanwhile",
				   ct->id);
	return err;
}

/**
 * ctbc_nl_container_set() - what a container has beside parameters
 * @skb: the request
 * @info: parsed; the container is pinned in it
 *
 * Return: 0 or -EINVAL.
 */
int ctbc_nl_container_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *mode = info->attrs[CTBC_A_CONTAINER_MODE];
	struct ctbc_container *ct = info->user_ptr[0];

	if (!mode) {
		NL_SET_ERR_MSG_FMT(info->extack, "container %u: nothing to set", ct->id);
		return -EINVAL;
	}
	WRITE_ONCE(ct->mode, nla_get_u32(mode));
	return 0;
}
