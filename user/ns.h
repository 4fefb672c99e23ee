/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Namespaces: making them with a process in them, and joining them.
 */
#ifndef CTCTL_NS_H
#define CTCTL_NS_H

#include <sys/types.h>

#define NS_NEW	(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | \
		 CLONE_NEWUTS | CLONE_NEWIPC)

pid_t ns_clone(unsigned long long flags, int cgroup_fd, int *pidfd);
int ns_loopback_up(void);
int ns_close_all_but(int keep);
void ns_own_keyring(void);
void ns_arguments(char **argv);
int ns_reexec(void);

#endif
