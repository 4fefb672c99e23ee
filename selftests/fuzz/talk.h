/* SPDX-License-Identifier: GPL-2.0 */
/* Batches on their way to the module, and what comes back. */
#ifndef _SELFTESTS_FUZZ_TALK_H
#define _SELFTESTS_FUZZ_TALK_H

#include "gen.h"
#include "model.h"

/* The most messages that any buffer can hold. */
#define TALK_MESSAGES	(sizeof(((struct buffer *)0)->data) / NLMSG_HDRLEN)

/**
 * struct answer - what came back for a message
 * @error: the errno, negative, or 0
 * @answered: was there an acknowledgment, a refusal or the end of a dump?
 * @text: did it come with words?
 */
struct answer {
	int error;
	bool answered;
	bool text;
};

/**
 * struct talk - one batch
 * @seq: number of its first message
 * @at: where each message is in the buffer
 * @answer: what came back for each
 * @nr: how many messages the kernel sees
 */
struct talk {
	uint32_t seq;
	uint32_t at[TALK_MESSAGES];
	struct answer answer[TALK_MESSAGES];
	unsigned int nr;
};

void talk_prepare(struct talk *t, struct buffer *b, struct gen *g);
const char *talk_send(int fd, const struct buffer *b, bool plain);
const char *talk_receive(struct talk *t, int fd, uint16_t family,
			 uint32_t only_id);
const char *talk_check_reply(const struct nlmsghdr *nlh, uint32_t only_id);

#endif
