/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A module that answers what the fuzzer wants. A target that includes this
 * wraps the functions of REPLY, see reply.c.
 */
#ifndef _SELFTESTS_FUZZ_REPLY_H
#define _SELFTESTS_FUZZ_REPLY_H

#include "fuzz.h"

void reply_from(struct input *in);
bool reply_more(void);

#endif
