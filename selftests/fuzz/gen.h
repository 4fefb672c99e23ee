/* SPDX-License-Identifier: GPL-2.0 */
/* Requests out of a seed: right, nearly right, and garbage. */
#ifndef _SELFTESTS_FUZZ_GEN_H
#define _SELFTESTS_FUZZ_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GEN_MESSAGES	64
#define GEN_LIVE	32

/**
 * struct gen - a generator
 * @state: of the random numbers; all that it makes follows from the first one
 * @family: number of the netlink family
 * @ids: ids that containers of the fuzzer's may have
 * @fds: descriptors of cgroups, and some of other things
 * @nr: how many of each
 * @live: ids of containers that there are
 * @nr_live: how many of these
 * @param: a parameter that can be set here, for most of the settings
 * @last: the last 64-bit number, for a second one that goes with it
 */
struct gen {
	uint64_t state;
	uint16_t family;
	const uint32_t *ids;
	const int *fds;
	unsigned int nr;
	uint32_t live[GEN_LIVE];
	unsigned int nr_live;
	uint32_t param;
	uint64_t last;
};

/**
 * struct buffer - what one send carries
 * @data: messages
 * @len: bytes of them
 */
struct buffer {
	_Alignas(8) uint8_t data[128 * 1024];
	size_t len;
};

uint64_t gen_random(struct gen *g);
unsigned int gen_below(struct gen *g, unsigned int n);
bool gen_chance(struct gen *g, unsigned int percent);
void gen_batch(struct gen *g, struct buffer *b, unsigned int most);

#endif
