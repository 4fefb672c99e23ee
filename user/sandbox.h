/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a process in a container may not do: capabilities, system calls,
 * devices, sysctls.
 */
#ifndef CTCTL_SANDBOX_H
#define CTCTL_SANDBOX_H

int sandbox_prepare(void);
int sandbox_enter(void);
int sandbox_cgroup(int cgroup_fd);

int caps_prepare(void);
int caps_drop(void);
int seccomp_prepare(void);
int seccomp_enter(void);

#endif
