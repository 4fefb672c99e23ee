/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running a program in a container that runs.
 */
#ifndef CTCTL_JOIN_H
#define CTCTL_JOIN_H

#include "command.h"
#include "ct.h"

int join_run(const struct ct *ct, const struct command *c, bool terminal,
	     int *status);
int join_shell(const struct ct *ct, char *script, bool terminal, int *status);
int join_script(const struct ct *ct, const char *script, char *arg,
		int input, int *status);
int join_hostname(const struct ct *ct, const char *hostname);

#endif
