// SPDX-License-Identifier: GPL-2.0
/*
 * What the module should answer, and what it should then look like.
 *
 * Beside the description of the family this knows what its operations mean.
 * One that is not known here may do as it likes, as long as a refusal of it has
 * a text.
 */
#include <linux/genetlink.h>
#include <string.h>

#include "model.h"
#include "spec.h"

#define NO_VALUE	(~0ULL)

/**
 * struct setting - one of a batch, as a message has it
 * @have: which members are there, a bit each in the order below
 * @id: the container
 * @param: the parameter
 * @barrier: its barrier
 * @limit: its limit
 */
struct setting {
	unsigned int have;
	uint32_t id;
	uint32_t param;
	uint64_t barrier;
	uint64_t limit;
};

#define ALL_MEMBERS	0xf

static const struct nlattr *attrs_of(const struct nlmsghdr *nlh, int *len)
{
	*len = (int)nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
	return (const void *)((const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN);
}

/* The next attribute that is whole; NULL behind the last. */
static const struct nlattr *next(const struct nlattr **at, int *len)
{
	const struct nlattr *a = *at;

	if (*len < NLA_HDRLEN || a->nla_len < NLA_HDRLEN || a->nla_len > *len)
		return NULL;
	*at = (const void *)((const char *)a + NLA_ALIGN(a->nla_len));
	*len -= NLA_ALIGN(a->nla_len);
	return a;
}

/* As the kernel reads them: the last of a kind counts. */
static uint64_t value_of(const struct nlmsghdr *nlh, unsigned int type)
{
	uint64_t found = NO_VALUE;
	const struct nlattr *at, *a;
	uint32_t v;
	int len;

	at = attrs_of(nlh, &len);
	while ((a = next(&at, &len))) {
		if ((a->nla_type & NLA_TYPE_MASK) != type || a->nla_len < NLA_HDRLEN + 4)
			continue;
		memcpy(&v, a + 1, sizeof(v));
		found = v;
	}
	return found;
}

static void read_setting(const struct nlattr *nest, struct setting *s)
{
	const struct nlattr *at = nest + 1, *a;
	int len = nest->nla_len - NLA_HDRLEN;

	memset(s, 0, sizeof(*s));
	while ((a = next(&at, &len))) {
		switch (a->nla_type & NLA_TYPE_MASK) {
		case CTBC_A_SETTING_CONTAINER:
			memcpy(&s->id, a + 1, sizeof(s->id));
			s->have |= 1;
			break;
		case CTBC_A_SETTING_PARAM:
			memcpy(&s->param, a + 1, sizeof(s->param));
			s->have |= 2;
			break;
		case CTBC_A_SETTING_BARRIER:
			memcpy(&s->barrier, a + 1, sizeof(s->barrier));
			s->have |= 4;
			break;
		case CTBC_A_SETTING_LIMIT:
			memcpy(&s->limit, a + 1, sizeof(s->limit));
			s->have |= 8;
		}
	}
}

/**
 * model_find() - a container
 * @m: the model
 * @id: its id
 *
 * Return: the container, NULL for none.
 */
struct ct *model_find(struct model *m, uint32_t id)
{
	for (unsigned int i = 0; id && i < MODEL_MAX; i++)
		if (m->ct[i].id == id)
			return &m->ct[i];
	return NULL;
}

static int find_cgroup(const struct model *m, int fd)
{
	for (unsigned int i = 0; i < m->nr_cg; i++)
		if (m->cg[i].fd == fd)
			return i;
	return -1;
}

/* Containers neither share a cgroup nor lie in one another's. */
static const char *cgroup_taken(const struct model *m, int cg)
{
	for (unsigned int i = 0; i < MODEL_MAX; i++) {
		int other = m->ct[i].id ? find_cgroup(m, m->ct[i].fd) : -1;

		if (other < 0)
			continue;
		if (other == cg || m->cg[other].above == cg ||
		    m->cg[cg].above == other)
			return "the cgroup is a container's, or in or above one";
	}
	return NULL;
}

static const char *judge_attach(struct model *m, const struct nlmsghdr *nlh)
{
	uint64_t id = value_of(nlh, CTBC_A_CONTAINER_ID);
	uint64_t fd = value_of(nlh, CTBC_A_CONTAINER_CGROUP_FD);
	int cg;

	if (id == NO_VALUE || fd == NO_VALUE)
		return "an attribute is missing";
	cg = find_cgroup(m, (int)fd);
	if (cg < 0)
		return "the descriptor is no cgroup's";
	if (model_find(m, id))
		return "the container exists";
	return cgroup_taken(m, cg);
}

static const char *judge_setting(struct model *m, const struct setting *s)
{
	if (s->have != ALL_MEMBERS)
		return "a setting is not complete";
	if (!model_find(m, s->id))
		return "a setting's container does not exist";
	if (s->barrier > CTBC_UNLIMITED || s->limit > CTBC_UNLIMITED)
		return "a setting's value is too large";
	if (s->barrier > s->limit)
		return "a setting's barrier is above its limit";
	if (s->param > 63 || !(m->settable >> s->param & 1))
		return "a setting's parameter cannot be limited";
	return NULL;
}

static const char *judge_set(struct model *m, const struct nlmsghdr *nlh)
{
	const struct nlattr *at, *a;
	const char *why = NULL;
	struct setting s;
	unsigned int nr = 0;
	int len;

	at = attrs_of(nlh, &len);
	while (!why && (a = next(&at, &len))) {
		read_setting(a, &s);
		why = judge_setting(m, &s);
		nr++;
	}
	return nr ? why : "there is nothing to set";
}

static const char *judge_id(struct model *m, enum role who,
			    const struct nlmsghdr *nlh)
{
	uint64_t id = value_of(nlh, CTBC_A_CONTAINER_ID);

	if (id == NO_VALUE)
		return "the id is missing";
	if (!model_find(m, id))
		return "there is no such container";
	if (who == ROLE_INSIDE && id != m->inside)
		return "the container is another one than the sender's";
	return NULL;
}

static enum outcome judge_do(struct model *m, enum role who,
			     const struct spec_op *op, const struct nlmsghdr *nlh,
			     const char **why)
{
	const struct nlattr *at;
	int len;

	at = attrs_of(nlh, &len);
	*why = spec_request(op, at, len);
	if (!*why && op->admin && who != ROLE_ADMIN)
		*why = "the sender is no administrator";
	if (*why)
		return REFUSED;
	switch (op->value) {
	case CTBC_CMD_CONTAINER_GET:
	case CTBC_CMD_CONTAINER_DETACH:
		*why = judge_id(m, who, nlh);
		break;
	case CTBC_CMD_CONTAINER_ATTACH:
		*why = judge_attach(m, nlh);
		break;
	case CTBC_CMD_CONTAINER_SET:
		*why = judge_id(m, who, nlh);
		if (!*why && value_of(nlh, CTBC_A_CONTAINER_MODE) == NO_VALUE)
			*why = "there is nothing to set";
		break;
	case CTBC_CMD_PARAM_SET:
		*why = judge_set(m, nlh);
		break;
	default:
		return ANY;
	}
	return *why ? REFUSED : DONE;
}

/* A dump takes the attributes of the same operation without one. */
static enum outcome judge_dump(struct model *m, const struct spec_op *op,
			       const struct nlmsghdr *nlh, const char **why)
{
	const struct nlattr *at;
	int len;

	/* There is one at a time, and the kernel says no more than EBUSY. */
	if (m->dumping)
		return ANY_CORE;
	at = attrs_of(nlh, &len);
	*why = spec_request(op, at, len);
	if (*why)
		return REFUSED;
	m->dumping = true;
	return DONE;
}

/**
 * model_judge() - what should become of a request?
 * @m: the model
 * @who: who sends it
 * @nlh: the message, of which the length it states is there
 * @why: why it should be refused; NULL if it should not
 *
 * Return: &enum outcome.
 */
enum outcome model_judge(struct model *m, enum role who,
			 const struct nlmsghdr *nlh, const char **why)
{
	const struct genlmsghdr *genl = (const void *)(nlh + 1);
	const struct spec_op *op;
	bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;

	*why = NULL;
	if (!(nlh->nlmsg_flags & NLM_F_REQUEST) || nlh->nlmsg_type < NLMSG_MIN_TYPE)
		return UNSEEN;
	*why = "it is not for the family";
	if (nlh->nlmsg_type != m->family ||
	    nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return REFUSED_CORE;
	*why = "there is no such operation";
	op = spec_op(genl->cmd);
	if (!op || !(op->ways & (dump ? SPEC_DUMP : SPEC_DO)))
		return REFUSED_CORE;
	*why = NULL;
	return dump ? judge_dump(m, op, nlh, why) : judge_do(m, who, op, nlh, why);
}

static void apply_attach(struct model *m, const struct nlmsghdr *nlh)
{
	int fd = value_of(nlh, CTBC_A_CONTAINER_CGROUP_FD);
	int cg = find_cgroup(m, fd);
	unsigned int i, p;

	for (i = 0; i < MODEL_MAX && m->ct[i].id; i++)
		;
	if (i == MODEL_MAX || cg < 0)
		return;
	m->ct[i].id = value_of(nlh, CTBC_A_CONTAINER_ID);
	m->ct[i].fd = fd;
	m->ct[i].tasks = m->cg[cg].tasks;
	for (p = 0; p < CTBC_NR_PARAMS; p++) {
		m->ct[i].barrier[p] = CTBC_UNLIMITED;
		m->ct[i].limit[p] = CTBC_UNLIMITED;
	}
	m->created++;
}

static void apply_set(struct model *m, const struct nlmsghdr *nlh)
{
	const struct nlattr *at, *a;
	struct setting s;
	int len;

	at = attrs_of(nlh, &len);
	while ((a = next(&at, &len))) {
		struct ct *ct;

		read_setting(a, &s);
		ct = model_find(m, s.id);
		if (!ct || s.param >= CTBC_NR_PARAMS)
			continue;
		ct->barrier[s.param] = s.barrier;
		ct->limit[s.param] = s.limit;
	}
}

/**
 * model_forget() - a container has gone
 * @m: the model
 * @id: its id
 */
void model_forget(struct model *m, uint32_t id)
{
	struct ct *ct = model_find(m, id);

	if (!ct)
		return;
	ct->id = 0;
	m->destroyed++;
}

/**
 * model_apply() - a request succeeded
 * @m: the model
 * @nlh: the request
 */
void model_apply(struct model *m, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = (const void *)(nlh + 1);

	if (nlh->nlmsg_type != m->family || !(nlh->nlmsg_flags & NLM_F_REQUEST) ||
	    nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN ||
	    (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		return;
	switch (genl->cmd) {
	case CTBC_CMD_CONTAINER_ATTACH:
		apply_attach(m, nlh);
		break;
	case CTBC_CMD_CONTAINER_DETACH:
		model_forget(m, value_of(nlh, CTBC_A_CONTAINER_ID));
		break;
	case CTBC_CMD_PARAM_SET:
		apply_set(m, nlh);
	}
}
