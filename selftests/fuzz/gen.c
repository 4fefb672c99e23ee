// SPDX-License-Identifier: GPL-2.0
/*
 * Requests out of a seed: right, nearly right, and garbage.
 *
 * A right one has every attribute that the description lists for its
 * operation, with values that are likely to be taken. A nearly right one is
 * such a one with up to three things changed. What makes the kernel lose sight
 * of the messages behind it comes last in its batch.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include "gen.h"
#include "spec.h"

/* No batch is begun or made longer by repetition beyond these. */
#define BATCH_MAX	(32 * 1024)
#define REPEAT_MAX	(64 * 1024)
#define COPY_MAX	(8 * 1024)

/**
 * gen_random() - the next random number
 * @g: the generator
 *
 * Return: 64 bits (splitmix64).
 */
uint64_t gen_random(struct gen *g)
{
	uint64_t z = g->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/**
 * gen_below() - a random number from 0
 * @g: the generator
 * @n: what it is below
 *
 * Return: the number.
 */
unsigned int gen_below(struct gen *g, unsigned int n)
{
	return (gen_random(g) >> 32) % n;
}

/**
 * gen_chance() - yes or no
 * @g: the generator
 * @percent: how often yes
 *
 * Return: yes or no.
 */
bool gen_chance(struct gen *g, unsigned int percent)
{
	return gen_below(g, 100) < percent;
}

static uint64_t special(struct gen *g)
{
	static const uint64_t values[] = {
		0, 1, 2, 127, 128, 255, 256, 65535, 65536, 0x7fffffff, 0x80000000,
		0xffffffff, 0x100000000, 0x7ffffffffffffffe, 0x7fffffffffffffff,
		0x8000000000000000, 0xffffffffffffffff, 2147483644, 2147483645,
	};

	return values[gen_below(g, sizeof(values) / sizeof(*values))];
}

static uint64_t any_number(struct gen *g)
{
	return gen_chance(g, 50) ? special(g) : gen_random(g) >> gen_below(g, 64);
}

static uint64_t pick_allowed(struct gen *g, const struct spec_attr *a)
{
	unsigned int v;

	if (a->allowed >> g->param & 1 && gen_chance(g, 80))
		return g->param;
	do {
		v = gen_below(g, 64);
	} while (!(a->allowed >> v & 1));
	return v;
}

static bool is_fd(const struct spec_attr *a)
{
	size_t len = strlen(a->name);

	return len > 3 && !strcmp(a->name + len - 3, "-fd");
}

static uint64_t number_for(struct gen *g, const struct spec_attr *a)
{
	if (gen_chance(g, 3))
		return any_number(g);
	if (a->allowed)
		return pick_allowed(g, a);
	/* What has the range of an id is one. */
	if (a->ranged && g->nr_live && gen_chance(g, 70))
		return g->live[gen_below(g, g->nr_live)];
	if (a->ranged)
		return g->ids[gen_below(g, g->nr)];
	if (is_fd(a))
		return g->fds[gen_below(g, g->nr)];
	if (a->type != SPEC_U64)
		return any_number(g);
	/* Barrier and limit: the second is not below the first. */
	if (g->last && gen_chance(g, 80))
		return gen_chance(g, 50) ? g->last : 0x7fffffffffffffff;
	g->last = any_number(g);
	if (gen_chance(g, 90))
		g->last >>= 1;
	return g->last;
}

static void *room(struct buffer *b, size_t n)
{
	void *at = b->data + b->len;

	memset(at, 0, NLMSG_ALIGN(n));
	b->len += NLMSG_ALIGN(n);
	return at;
}

static void put(struct buffer *b, uint16_t type, const void *data, size_t len)
{
	struct nlattr *a = room(b, NLA_HDRLEN + len);

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy(a + 1, data, len);
}

static void put_set(struct gen *g, struct buffer *b, int set, uint64_t mask);

static void put_nest(struct gen *g, struct buffer *b, const struct spec_attr *a)
{
	size_t at = b->len;

	room(b, NLA_HDRLEN);
	g->last = 0;
	put_set(g, b, a->nest, ~0ULL);
	((struct nlattr *)(b->data + at))->nla_type = a->value | NLA_F_NESTED;
	((struct nlattr *)(b->data + at))->nla_len = b->len - at;
}

static void put_attr(struct gen *g, struct buffer *b, const struct spec_attr *a)
{
	uint64_t v, text[4];
	unsigned int n;

	switch (a->type) {
	case SPEC_NEST:
		n = gen_chance(g, 1) ? gen_below(g, 500) : gen_below(g, 6);
		do {
			put_nest(g, b, a);
		} while (n-- && b->len < REPEAT_MAX);
		break;
	case SPEC_PAD:
		break;
	case SPEC_STRING:
		for (n = 0; n < 4; n++)
			text[n] = gen_random(g);
		put(b, a->value, text, gen_below(g, sizeof(text)));
		break;
	default:
		v = number_for(g, a);
		put(b, a->value, &v, a->type == SPEC_U64 ? 8 : 4);
	}
}

static void put_set(struct gen *g, struct buffer *b, int set, uint64_t mask)
{
	for (unsigned int i = 0; i < spec_nr_attrs; i++)
		if (spec_attrs[i].set == set &&
		    mask >> spec_attrs[i].value & 1)
			put_attr(g, b, &spec_attrs[i]);
}

static void put_head(struct gen *g, struct buffer *b, uint8_t cmd, bool dump)
{
	struct nlmsghdr *nlh = room(b, NLMSG_HDRLEN);
	struct genlmsghdr *genl = room(b, GENL_HDRLEN);

	nlh->nlmsg_type = g->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | (dump ? NLM_F_DUMP : 0);
	genl->cmd = cmd;
	genl->version = 1;
}

/*
 * A detach waits for all that look at the container, so it would take most of
 * the time if there were as many as of the rest. A dump keeps other dumps away.
 */
static const struct spec_op *pick_op(struct gen *g, bool *dump)
{
	const struct spec_op *op;

	do {
		op = &spec_ops[gen_below(g, spec_nr_ops)];
		*dump = op->ways & SPEC_DUMP &&
			(!(op->ways & SPEC_DO) || gen_chance(g, 5));
	} while (!(op->ways & (SPEC_DO | SPEC_DUMP)) ||
		 (*dump && !gen_chance(g, 10)) ||
		 (!strcmp(op->name, "container-detach") && !gen_chance(g, 40)));
	return op;
}

static void right(struct gen *g, struct buffer *b)
{
	const struct spec_op *op;
	bool dump;

	op = pick_op(g, &dump);
	put_head(g, b, op->value, dump);
	g->last = 0;
	if (!dump)
		put_set(g, b, op->set, op->request);
}

static void garbage(struct gen *g, struct buffer *b)
{
	unsigned int n = gen_below(g, 12);
	uint64_t v;

	put_head(g, b, gen_chance(g, 70) ? gen_below(g, spec_nr_ops + 2) :
					   gen_below(g, 256), gen_chance(g, 3));
	while (n--) {
		const struct spec_attr *a = &spec_attrs[gen_below(g, spec_nr_attrs)];

		if (gen_chance(g, 60)) {
			put_attr(g, b, a);
		} else {
			v = any_number(g);
			put(b, gen_random(g), &v, gen_below(g, sizeof(v)));
		}
	}
}

/* One of the attributes of the message at @start, of nests' as well. */
static struct nlattr *some_attr(struct gen *g, struct buffer *b, size_t start)
{
	size_t at = start + NLMSG_HDRLEN + GENL_HDRLEN;
	struct nlattr *a = NULL, *found = NULL;
	unsigned int seen = 0;

	while (at + NLA_HDRLEN <= b->len && seen < 64) {
		a = (void *)(b->data + at);
		if (a->nla_len < NLA_HDRLEN)
			break;
		if (!gen_below(g, ++seen))
			found = a;
		if (a->nla_type & NLA_F_NESTED)
			at += NLA_HDRLEN;
		else
			at += NLA_ALIGN(a->nla_len);
	}
	return found;
}

static void change_attr(struct gen *g, struct buffer *b, size_t start)
{
	struct nlattr *a = some_attr(g, b, start);
	size_t len = a ? NLA_ALIGN(a->nla_len) : 0;
	uint8_t *end = b->data + b->len;
	uint64_t v = any_number(g);

	if (!a || (uint8_t *)a + len > end)
		return;
	switch (gen_below(g, 7)) {
	case 0:
		a->nla_len = gen_chance(g, 50) ? gen_random(g) :
						 a->nla_len + gen_below(g, 9) - 4;
		break;
	case 1:
		a->nla_type ^= 1 << gen_below(g, 16);
		break;
	case 2:
		a->nla_type = gen_below(g, 16);
		break;
	case 3:
		if (len > COPY_MAX)
			break;
		memcpy(room(b, len), a, len);
		break;
	case 4:
		memmove(a, (uint8_t *)a + len, end - (uint8_t *)a - len);
		b->len -= len;
		break;
	default:
		if (len >= NLA_HDRLEN + 4)
			memcpy(a + 1, &v, len >= NLA_HDRLEN + 8 ? 8 : 4);
	}
}

static void change_head(struct gen *g, struct nlmsghdr *nlh)
{
	struct genlmsghdr *genl = (void *)(nlh + 1);

	switch (gen_below(g, 6)) {
	case 0:
		nlh->nlmsg_flags = gen_random(g) & ~NLM_F_DUMP;
		break;
	case 1:
		nlh->nlmsg_flags ^= 1 << gen_below(g, 16);
		break;
	case 2:
		/* No other family: what that does is not ours to judge. */
		nlh->nlmsg_type = gen_below(g, 2) ? gen_below(g, 16) : 0x7ff0;
		break;
	case 3:
		genl->version = gen_random(g);
		break;
	case 4:
		genl->reserved = gen_random(g);
		break;
	default:
		genl->cmd = gen_random(g);
	}
}

/* Returns true where the kernel may not see what comes behind. */
static bool change(struct gen *g, struct buffer *b, size_t start)
{
	struct nlmsghdr *nlh = (void *)(b->data + start);
	size_t len = b->len - start, n;

	switch (gen_below(g, 20)) {
	case 0:
		if (!gen_chance(g, 30))
			return false;
		nlh->nlmsg_len = gen_random(g) >> gen_below(g, 32);
		return true;
	case 1:
		n = gen_below(g, len + 1);
		b->len = start + NLMSG_ALIGN(n < NLMSG_HDRLEN ? NLMSG_HDRLEN : n);
		nlh->nlmsg_len = n;
		return n < NLMSG_HDRLEN;
	case 2:
		for (n = gen_below(g, 40); n > 3; n -= 4)
			*(uint32_t *)room(b, 4) = gen_random(g);
		return false;
	case 3:
		b->data[start + NLMSG_HDRLEN +
			gen_below(g, len - NLMSG_HDRLEN)] ^= 1 << gen_below(g, 8);
		return false;
	case 4:
	case 5:
	case 6:
		change_head(g, nlh);
		return false;
	default:
		change_attr(g, b, start);
		return false;
	}
}

static bool put_message(struct gen *g, struct buffer *b)
{
	unsigned int kind = gen_below(g, 100), n = 0;
	size_t start = b->len;
	struct nlmsghdr *nlh;
	bool last = false;

	if (kind < 90)
		right(g, b);
	else
		garbage(g, b);
	if (kind >= 45 && kind < 90)
		n = 1 + gen_below(g, 3);
	while (n-- && !last && b->len - start >= NLMSG_HDRLEN + GENL_HDRLEN)
		last = change(g, b, start);
	nlh = (void *)(b->data + start);
	if (!nlh->nlmsg_len && !last)
		nlh->nlmsg_len = b->len - start;
	return last;
}

/**
 * gen_batch() - messages for one send
 * @g: the generator
 * @b: where to
 * @most: how many at most
 */
void gen_batch(struct gen *g, struct buffer *b, unsigned int most)
{
	unsigned int n = 1 + gen_below(g, gen_chance(g, 80) ? GEN_MESSAGES : 4);

	b->len = 0;
	if (n > most)
		n = most;
	while (n-- && b->len < BATCH_MAX)
		if (put_message(g, b))
			break;
}
