/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A terminal in a container, worked from outside.
 */
#ifndef CTCTL_PTY_H
#define CTCTL_PTY_H

int pty_open(int *master, int *slave);
int pty_become(int slave);
int pty_send(int sock, int fd);
int pty_receive(int sock, int *fd);
int pty_relay(int master, int pidfd);

#endif
