/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A container's root directory and what is mounted in it.
 */
#ifndef CTCTL_ROOTFS_H
#define CTCTL_ROOTFS_H

int rootfs_pivot(const char *root_dir);
int rootfs_mount(void);
int rootfs_cgroup(void);
int rootfs_hide(void);
int rootfs_dev(void);
int rootfs_systemd(void);
int rootfs_hostname(const char *hostname);

#endif
