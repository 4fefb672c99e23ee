/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Passwords of a container's users.
 */
#ifndef CTCTL_USERPASSWD_H
#define CTCTL_USERPASSWD_H

#include "ct.h"

int userpasswd_check(const char *text);
int userpasswd_set(const struct ct *ct, const char *text);

#endif
