// SPDX-License-Identifier: GPL-2.0
/*
 * The module, reached through generic netlink: containers, settings and
 * features. A socket is opened for each request; no verb makes more than a
 * handful.
 */
#define _GNU_SOURCE
#include "genl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "err.h"
#include "genl_sock.h"

#define DUMP_TRIES	8

static const struct nla_policy param_policy[CTBC_A_PARAM_MAX + 1] = {
	[CTBC_A_PARAM_ID] = { .type = NLA_U32 },
	[CTBC_A_PARAM_HELD] = { .type = NLA_U64 },
	[CTBC_A_PARAM_MAXHELD] = { .type = NLA_U64 },
	[CTBC_A_PARAM_BARRIER] = { .type = NLA_U64 },
	[CTBC_A_PARAM_LIMIT] = { .type = NLA_U64 },
	[CTBC_A_PARAM_FAILCNT] = { .type = NLA_U64 },
	[CTBC_A_PARAM_REFUSED_TIME] = { .type = NLA_U64 },
	[CTBC_A_PARAM_REFUSED_PID] = { .type = NLA_U32 },
	[CTBC_A_PARAM_REFUSED_COMM] = { .type = NLA_STRING },
};

static const struct nla_policy feature_policy[CTBC_A_FEATURE_MAX + 1] = {
	[CTBC_A_FEATURE_NAME] = { .type = NLA_STRING },
	[CTBC_A_FEATURE_STATE] = { .type = NLA_U32 },
	[CTBC_A_FEATURE_MECHANISM] = { .type = NLA_STRING },
	[CTBC_A_FEATURE_REASON] = { .type = NLA_STRING },
};

/**
 * struct container_list - containers as they come in
 * @ct: the containers
 * @nr: number of them
 */
struct container_list {
	struct genl_container *ct;
	size_t nr;
};

/**
 * struct feature_list - features as they come in
 * @feature: the features
 * @nr: number of them
 */
struct feature_list {
	struct genl_feature *feature;
	size_t nr;
};

static uint64_t get_u64(struct nlattr **tb, int type)
{
	return tb[type] ? nla_get_u64(tb[type]) : 0;
}

static char *get_string(struct nlattr *a)
{
	return xasprintf("%.*s", a ? nla_len(a) : 1,
			 a ? (const char *)nla_data(a) : "-");
}

static void read_param(struct nlattr *nest, struct genl_container *ct)
{
	struct nlattr *tb[CTBC_A_PARAM_MAX + 1];
	struct genl_param *p;
	uint32_t id;

	if (nla_parse_nested(tb, CTBC_A_PARAM_MAX, nest,
			     param_policy) ||
	    !tb[CTBC_A_PARAM_ID])
		return;
	id = nla_get_u32(tb[CTBC_A_PARAM_ID]);
	/* A newer module may know more than this tool. */
	if (id >= CTBC_NR_PARAMS)
		return;
	p = &ct->param[id];
	p->present = true;
	p->held = get_u64(tb, CTBC_A_PARAM_HELD);
	p->maxheld = get_u64(tb, CTBC_A_PARAM_MAXHELD);
	p->limits.barrier = get_u64(tb, CTBC_A_PARAM_BARRIER);
	p->limits.limit = get_u64(tb, CTBC_A_PARAM_LIMIT);
	p->failcnt = get_u64(tb, CTBC_A_PARAM_FAILCNT);
	p->refused = get_u64(tb, CTBC_A_PARAM_REFUSED_TIME);
	if (tb[CTBC_A_PARAM_REFUSED_PID])
		p->pid = nla_get_u32(tb[CTBC_A_PARAM_REFUSED_PID]);
	if (tb[CTBC_A_PARAM_REFUSED_COMM])
		snprintf(p->comm, sizeof(p->comm), "%.*s",
			 nla_len(tb[CTBC_A_PARAM_REFUSED_COMM]),
			 (const char *)nla_data(tb[CTBC_A_PARAM_REFUSED_COMM]));
}

static void read_container(struct genlmsghdr *hdr, void *arg)
{
	struct container_list *list = arg;
	struct genl_container *ct;
	struct nlattr *a;
	int rem;

	list->ct = xgrow(list->ct, list->nr, sizeof(*list->ct));
	ct = &list->ct[list->nr];
	memset(ct, 0, sizeof(*ct));
	nla_for_each_attr(a, genlmsg_attrdata(hdr, 0), genlmsg_attrlen(hdr, 0),
			  rem) {
		int len = nla_len(a);

		if (nla_type(a) == CTBC_A_CONTAINER_ID && len >= 4)
			ct->id = nla_get_u32(a);
		else if (nla_type(a) == CTBC_A_CONTAINER_STATE && len >= 4)
			ct->running = nla_get_u32(a) == CTBC_CONTAINER_RUNNING;
		else if (nla_type(a) == CTBC_A_CONTAINER_MODE && len >= 4)
			ct->mode = nla_get_u32(a);
		else if (nla_type(a) == CTBC_A_CONTAINER_STARTED && len >= 8)
			ct->started = nla_get_u64(a);
		else if (nla_type(a) == CTBC_A_CONTAINER_CGROUP && !ct->cgroup)
			ct->cgroup = get_string(a);
		else if (nla_type(a) == CTBC_A_CONTAINER_PARAM)
			read_param(a, ct);
	}
	/* What has no id, or the host's, is no container. */
	if (ct->id >= CTBC_ID_MIN && ct->id <= CTBC_ID_MAX)
		list->nr++;
	else
		genl_container_free(ct);
}

static void read_feature(struct genlmsghdr *hdr, void *arg)
{
	struct nlattr *tb[CTBC_A_FEATURE_MAX + 1];
	struct feature_list *list = arg;
	struct genl_feature *f;

	if (nla_parse(tb, CTBC_A_FEATURE_MAX, genlmsg_attrdata(hdr, 0),
		      genlmsg_attrlen(hdr, 0),
		      feature_policy) ||
	    !tb[CTBC_A_FEATURE_NAME])
		return;
	list->feature = xgrow(list->feature, list->nr, sizeof(*f));
	f = &list->feature[list->nr++];
	f->name = get_string(tb[CTBC_A_FEATURE_NAME]);
	f->state = tb[CTBC_A_FEATURE_STATE] ?
		nla_get_u32(tb[CTBC_A_FEATURE_STATE]) : CTBC_FEATURE_ABSENT;
	f->mechanism = get_string(tb[CTBC_A_FEATURE_MECHANISM]);
	f->reason = get_string(tb[CTBC_A_FEATURE_REASON]);
}

static int talk_failed(const char *what, int nle)
{
	return err_set(EXIT_SYSTEM, "%s: %s", what, nl_geterror(nle));
}

/*
 * One request with an acknowledgment. @fill adds the attributes. The errno
 * of a refusal is left in *error where the caller wants to judge it.
 */
static int request(int cmd, void (*fill)(struct nl_msg *msg, const void *arg),
		   const void *arg, struct genl_reply *reply, const char *what)
{
	struct nl_sock *sk;
	struct nl_msg *msg;
	int family, rc;

	rc = genl_sock_open(&sk, &family);
	if (rc)
		return rc;
	msg = genl_sock_msg(family, NLM_F_ACK, cmd);
	fill(msg, arg);
	rc = genl_sock_call(sk, msg, reply);
	nl_socket_free(sk);
	if (rc)
		return talk_failed(what, rc);
	return reply->error ? genl_sock_error(reply, what) : 0;
}

/* A dump is begun anew when containers came or went in the midst of it. */
static int dump(int cmd, void (*fn)(struct genlmsghdr *hdr, void *arg),
		void (*restart)(void *arg), void *arg, const char *what)
{
	struct genl_reply reply = { .fn = fn, .arg = arg };
	struct nl_sock *sk;
	int family, rc, tries = DUMP_TRIES;

	rc = genl_sock_open(&sk, &family);
	if (rc)
		return rc;
	do {
		restart(arg);
		rc = genl_sock_call(sk, genl_sock_msg(family, NLM_F_DUMP, cmd),
				    &reply);
	} while (rc == -NLE_DUMP_INTR && --tries);
	nl_socket_free(sk);
	/* Only the order may then be off: each container's data is whole. */
	if (rc && rc != -NLE_DUMP_INTR)
		return talk_failed(what, rc);
	return reply.error ? genl_sock_error(&reply, what) : 0;
}

/**
 * genl_present() - is the module there?
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_present(void)
{
	struct nl_sock *sk;
	int family, rc;

	rc = genl_sock_open(&sk, &family);
	if (!rc)
		nl_socket_free(sk);
	return rc;
}

/**
 * struct attach_args - what an attach request carries
 * @id: the container
 * @fd: its cgroup's directory
 */
struct attach_args {
	uint32_t id;
	int fd;
};

static void fill_attach(struct nl_msg *msg, const void *arg)
{
	const struct attach_args *a = arg;

	nla_put_u32(msg, CTBC_A_CONTAINER_ID, a->id);
	nla_put_s32(msg, CTBC_A_CONTAINER_CGROUP_FD, a->fd);
}

/**
 * genl_attach() - make a cgroup a container
 * @id: the container's id
 * @cgroup_fd: the cgroup's directory
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_attach(uint32_t id, int cgroup_fd)
{
	struct attach_args a = { .id = id, .fd = cgroup_fd };
	struct genl_reply reply = { 0 };

	return request(CTBC_CMD_CONTAINER_ATTACH, fill_attach, &a, &reply,
		       "cannot attach the cgroup");
}

static void fill_id(struct nl_msg *msg, const void *arg)
{
	nla_put_u32(msg, CTBC_A_CONTAINER_ID, *(const uint32_t *)arg);
}

/**
 * genl_detach() - forget a container; its processes live on
 * @id: the container's id
 *
 * Return: 0, also where the module does not know it; or an exit status with
 * the error recorded.
 */
int genl_detach(uint32_t id)
{
	struct genl_reply reply = { 0 };
	int rc;

	rc = request(CTBC_CMD_CONTAINER_DETACH, fill_id, &id, &reply,
		     "cannot detach");
	if (rc && reply.error == ENOENT) {
		err_drop();
		return 0;
	}
	return rc;
}

/**
 * struct mode_args - what a change of mode carries
 * @id: the container
 * @mode: &enum ctbc_mode
 */
struct mode_args {
	uint32_t id;
	uint32_t mode;
};

static void fill_mode(struct nl_msg *msg, const void *arg)
{
	const struct mode_args *a = arg;

	nla_put_u32(msg, CTBC_A_CONTAINER_ID, a->id);
	nla_put_u32(msg, CTBC_A_CONTAINER_MODE, a->mode);
}

/**
 * genl_set_mode() - are charges above a limit to be refused?
 * @id: the container's id
 * @mode: &enum ctbc_mode
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_set_mode(uint32_t id, uint32_t mode)
{
	struct mode_args a = { .id = id, .mode = mode };
	struct genl_reply reply = { 0 };

	return request(CTBC_CMD_CONTAINER_SET, fill_mode, &a, &reply,
		       "cannot set the mode");
}

/**
 * genl_get() - ask for one container
 * @id: its id
 * @ct: where to; to be freed with genl_container_free() if it was found
 * @found: does the module know it?
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_get(uint32_t id, struct genl_container *ct, bool *found)
{
	struct container_list list = { 0 };
	struct genl_reply reply = { .fn = read_container, .arg = &list };
	size_t i;
	int rc;

	rc = request(CTBC_CMD_CONTAINER_GET, fill_id, &id, &reply,
		     "cannot read the container");
	if (rc && reply.error == ENOENT) {
		err_drop();
		rc = 0;
	}
	*found = !rc && list.nr;
	if (*found)
		*ct = list.ct[0];
	for (i = *found; i < list.nr; i++)
		genl_container_free(&list.ct[i]);
	free(list.ct);
	return rc;
}

/**
 * genl_container_free() - free what belongs to a container
 * @ct: the container; the struct itself is the caller's
 */
void genl_container_free(struct genl_container *ct)
{
	free(ct->cgroup);
	ct->cgroup = NULL;
}

static void restart_containers(void *arg)
{
	struct container_list *list = arg;

	while (list->nr)
		genl_container_free(&list->ct[--list->nr]);
	free(list->ct);
	list->ct = NULL;
}

/**
 * genl_dump() - ask for all containers that the caller may see
 * @ct: the containers, to be freed one by one and then as an array
 * @nr: number of them
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_dump(struct genl_container **ct, size_t *nr)
{
	struct container_list list = { 0 };
	int rc;

	rc = dump(CTBC_CMD_CONTAINER_GET, read_container, restart_containers,
		  &list, "cannot list the containers");
	if (rc)
		restart_containers(&list);
	*ct = list.ct;
	*nr = list.nr;
	return rc;
}

/**
 * struct set_args - what a batch carries
 * @set: the settings
 * @nr: number of them
 */
struct set_args {
	const struct genl_setting *set;
	size_t nr;
};

static void fill_set(struct nl_msg *msg, const void *arg)
{
	const struct set_args *a = arg;
	size_t i;

	for (i = 0; i < a->nr; i++) {
		const struct genl_setting *s = &a->set[i];
		struct nlattr *nest = nla_nest_start(msg, CTBC_A_SET_SETTING |
						     NLA_F_NESTED);

		if (!nest)
			return;
		nla_put_u32(msg, CTBC_A_SETTING_CONTAINER, s->container);
		nla_put_u32(msg, CTBC_A_SETTING_PARAM, s->param);
		nla_put_u64(msg, CTBC_A_SETTING_BARRIER, s->limits.barrier);
		nla_put_u64(msg, CTBC_A_SETTING_LIMIT, s->limits.limit);
		nla_nest_end(msg, nest);
	}
}

/**
 * genl_set() - set parameters, all or none of them
 * @set: the settings
 * @nr: number of them; 0 does nothing
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_set(const struct genl_setting *set, size_t nr)
{
	struct set_args a = { .set = set, .nr = nr };
	struct genl_reply reply = { 0 };

	if (!nr)
		return 0;
	return request(CTBC_CMD_PARAM_SET, fill_set, &a, &reply,
		       "cannot set the parameters");
}

static void restart_features(void *arg)
{
	struct feature_list *list = arg;

	genl_features_free(list->feature, list->nr);
	list->feature = NULL;
	list->nr = 0;
}

/**
 * genl_features() - ask what works on this kernel
 * @feature: the table, to be freed with genl_features_free()
 * @nr: number of rows
 *
 * Return: 0 or an exit status with the error recorded.
 */
int genl_features(struct genl_feature **feature, size_t *nr)
{
	struct feature_list list = { 0 };
	int rc;

	rc = dump(CTBC_CMD_FEATURE_GET, read_feature, restart_features, &list,
		  "cannot read the features");
	if (rc)
		restart_features(&list);
	*feature = list.feature;
	*nr = list.nr;
	return rc;
}

/**
 * genl_features_free() - free a features table
 * @feature: the table
 * @nr: number of rows
 */
void genl_features_free(struct genl_feature *feature, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		free(feature[i].name);
		free(feature[i].mechanism);
		free(feature[i].reason);
	}
	free(feature);
}
