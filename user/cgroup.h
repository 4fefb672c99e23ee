/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Control groups of containers: version 2 only.
 */
#ifndef CTCTL_CGROUP_H
#define CTCTL_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CGROUP_SLICE	"ctbc.slice"

int cgroup_mount_point(const char **path);
int cgroup_path(uint32_t id, char **path);
int cgroup_open(const char *path, int *fd);
int cgroup_create(const char *path);
bool cgroup_populated(const char *path);
int cgroup_kill(const char *path);
int cgroup_remove(const char *path);
int cgroup_exec_open(const char *path, int *fd);
int cgroup_each_pid(const char *path, int (*fn)(pid_t pid, void *arg),
		    void *arg);

#endif
