/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs of the host.
 */
#ifndef CTCTL_RUN_H
#define CTCTL_RUN_H

int run_program(char *const *argv, const char *progress);
int run_capture(char *const *argv, char **output);
int run_remove_tree(const char *path);

#endif
