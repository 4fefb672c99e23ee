// SPDX-License-Identifier: GPL-2.0
/*
 * What follows from the family's description for any message.
 *
 * Requests are judged as strictly as the kernel's newest rules are: nothing
 * unknown, nothing of the wrong length or out of its range, no byte left over.
 * Replies are judged by the same rules, and must not show memory that nobody
 * wrote to.
 */
#include <linux/netlink.h>
#include <string.h>

#include "spec.h"

/**
 * spec_op() - look an operation up
 * @value: its number
 *
 * Return: the operation, NULL for none.
 */
const struct spec_op *spec_op(unsigned int value)
{
	for (unsigned int i = 0; i < spec_nr_ops; i++)
		if (spec_ops[i].value == value)
			return &spec_ops[i];
	return NULL;
}

/**
 * spec_attr() - look an attribute up
 * @set: number of its set
 * @value: its number
 *
 * Return: the attribute, NULL for none.
 */
const struct spec_attr *spec_attr(int set, unsigned int value)
{
	for (unsigned int i = 0; i < spec_nr_attrs; i++)
		if (spec_attrs[i].set == set && spec_attrs[i].value == value)
			return &spec_attrs[i];
	return NULL;
}

/**
 * spec_attr_named() - look an attribute up
 * @set: number of its set
 * @name: its name
 *
 * Return: the attribute, NULL for none.
 */
const struct spec_attr *spec_attr_named(int set, const char *name)
{
	for (unsigned int i = 0; i < spec_nr_attrs; i++)
		if (spec_attrs[i].set == set && !strcmp(spec_attrs[i].name, name))
			return &spec_attrs[i];
	return NULL;
}

static const char *check_set(int set, uint64_t mask, const void *attrs, int len,
			     bool reply);

static uint64_t number(const struct spec_attr *a, const void *data)
{
	uint32_t v32;
	uint64_t v64;

	if (a->type == SPEC_U64) {
		memcpy(&v64, data, sizeof(v64));
		return v64;
	}
	memcpy(&v32, data, sizeof(v32));
	return v32;
}

static const char *check_number(const struct spec_attr *a, const void *data,
				int len)
{
	uint64_t v;

	if (len != (a->type == SPEC_U64 ? 8 : 4))
		return "wrong length";
	v = number(a, data);
	if (a->ranged && (v < a->min || v > a->max))
		return "out of range";
	if (a->allowed && (v > 63 || !(a->allowed >> v & 1)))
		return "not in the enumeration";
	return NULL;
}

/* As the kernel writes them: one NUL, at the end. */
static const char *check_string(const char *data, int len)
{
	if (len < 1 || strnlen(data, len) != (size_t)len - 1)
		return "not a string";
	return NULL;
}

static const char *check_value(const struct spec_attr *a, const struct nlattr *at,
			       bool reply)
{
	int len = at->nla_len - NLA_HDRLEN;
	bool nested = at->nla_type & NLA_F_NESTED;

	switch (a->type) {
	case SPEC_NEST:
		/* The kernel itself does not mark its nests. */
		if (!reply && !nested)
			return "not marked as a nest";
		return check_set(a->nest, ~0ULL, at + 1, len, reply);
	case SPEC_STRING:
		return reply ? check_string((const char *)(at + 1), len) :
			       "a string in a request";
	case SPEC_PAD:
		return reply && !len ? NULL : "padding that is none";
	default:
		return nested ? "marked as a nest" : check_number(a, at + 1, len);
	}
}

static const char *check_padding(const struct nlattr *at, int rem)
{
	const char *p = (const char *)at;

	for (int i = at->nla_len; i < NLA_ALIGN(at->nla_len) && i < rem; i++)
		if (p[i])
			return "padding with somebody's bytes in it";
	return NULL;
}

static const char *check_set(int set, uint64_t mask, const void *attrs, int len,
			     bool reply)
{
	const char *p = attrs, *why;
	const struct spec_attr *a;

	while (len >= NLA_HDRLEN) {
		const struct nlattr *at = (const void *)p;
		unsigned int type = at->nla_type & NLA_TYPE_MASK;

		if (at->nla_len < NLA_HDRLEN || at->nla_len > len)
			break;
		a = spec_attr(set, type);
		if (!a || (a->type != SPEC_PAD && !(mask >> type & 1)))
			return "unknown attribute";
		why = check_value(a, at, reply);
		if (!why && reply)
			why = check_padding(at, len);
		if (why)
			return why;
		p += NLA_ALIGN(at->nla_len);
		len -= NLA_ALIGN(at->nla_len);
	}
	return len > 0 ? "bytes left over" : NULL;
}

/**
 * spec_request() - is a request as the description has it?
 * @op: the operation
 * @attrs: its attributes
 * @len: bytes of them
 *
 * Return: NULL, or what is wrong.
 */
const char *spec_request(const struct spec_op *op, const void *attrs, int len)
{
	return check_set(op->set, op->request, attrs, len, false);
}

/**
 * spec_reply() - is a reply or an event as the description has it?
 * @op: the operation
 * @attrs: its attributes
 * @len: bytes of them
 *
 * Return: NULL, or what is wrong.
 */
const char *spec_reply(const struct spec_op *op, const void *attrs, int len)
{
	return check_set(op->set, op->reply, attrs, len, true);
}
