/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Templates: tar files of root trees.
 */
#ifndef CTCTL_TEMPLATE_H
#define CTCTL_TEMPLATE_H

#include <stddef.h>

int template_find(const char *name, char **path);
int template_extract(const char *tar, const char *dir);
int template_build(const char *name, const char *mirror);
int template_busybox(const char *dir);
int template_list(char ***names, size_t *nr);

#endif
