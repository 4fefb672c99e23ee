/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netlink family as uapi/ctbc.yaml describes it, and what follows from
 * that for any message.
 */
#ifndef _SELFTESTS_FUZZ_SPEC_H
#define _SELFTESTS_FUZZ_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spec_type {
	SPEC_PAD,
	SPEC_U32,
	SPEC_S32,
	SPEC_U64,
	SPEC_STRING,
	SPEC_NEST,
};

/* Ways to use an operation. */
#define SPEC_DO		1
#define SPEC_DUMP	2
#define SPEC_EVENT	4

/**
 * struct spec_attr - an attribute
 * @set: number of the set that it belongs to
 * @name: its name
 * @type: &enum spec_type
 * @value: its number
 * @ranged: are @min and @max of use?
 * @min: least value
 * @max: largest value
 * @allowed: values of its enumeration, a bit each; 0 where it has none
 * @nest: the set that is in it; -1 for none
 */
struct spec_attr {
	int set;
	const char *name;
	enum spec_type type;
	uint16_t value;
	bool ranged;
	uint64_t min;
	uint64_t max;
	uint64_t allowed;
	int nest;
};

/**
 * struct spec_op - an operation
 * @name: its name
 * @value: its number
 * @set: number of its set of attributes
 * @admin: for the host's administrator only
 * @ways: SPEC_DO, SPEC_DUMP, SPEC_EVENT
 * @request: attributes that a request may have, a bit each
 * @reply: attributes that a reply or event may have
 */
struct spec_op {
	const char *name;
	uint8_t value;
	int set;
	bool admin;
	unsigned int ways;
	uint64_t request;
	uint64_t reply;
};

extern const struct spec_attr spec_attrs[];
extern const unsigned int spec_nr_attrs;
extern const struct spec_op spec_ops[];
extern const unsigned int spec_nr_ops;

const struct spec_op *spec_op(unsigned int value);
const struct spec_attr *spec_attr(int set, unsigned int value);
const struct spec_attr *spec_attr_named(int set, const char *name);
const char *spec_request(const struct spec_op *op, const void *attrs, int len);
const char *spec_reply(const struct spec_op *op, const void *attrs, int len);

#endif
