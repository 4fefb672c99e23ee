/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first process of a container.
 */
#ifndef CTCTL_BOOT_H
#define CTCTL_BOOT_H

#include <sys/types.h>

#include "command.h"
#include "ct.h"

int boot_init(const struct ct *ct, pid_t *pid, int *pidfd);
int boot_command(const struct ct *ct, const struct command *c, int *status);

#endif
