/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a process in a container may not do: capabilities, system calls,
 * devices, sysctls.
 */
#ifndef CTCTL_SANDBOX_H
#define CTCTL_SANDBOX_H

#include <linux/filter.h>

/* Generated, see gen/seccomp.c. */
extern const struct sock_filter seccomp_filter[];
extern const unsigned short seccomp_filter_len;

int sandbox_prepare(void);
int sandbox_enter(void);
int sandbox_cgroup(int cgroup_fd);

int caps_prepare(void);
int caps_drop(void);
int seccomp_enter(void);

#endif
