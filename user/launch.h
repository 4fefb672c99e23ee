/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Starting and stopping a container.
 */
#ifndef CTCTL_LAUNCH_H
#define CTCTL_LAUNCH_H

#include <stdbool.h>

#include "command.h"
#include "ct.h"

int launch_start(const struct ct *ct);
int launch_reattach(const struct ct *ct);
int launch_command(const struct ct *ct, const struct command *c, int *status);
int launch_stop(const struct ct *ct, bool fast);

#endif
