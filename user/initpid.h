/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process that is pid 1 in a container.
 */
#ifndef CTCTL_INITPID_H
#define CTCTL_INITPID_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ct.h"

int initpid_find(const struct ct *ct, pid_t *pid, int *pidfd);
void initpid_record(const struct ct *ct, pid_t pid);
bool initpid_wait(int pidfd, int timeout_ms);

#endif
