/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One ctctl at a time changes a container.
 */
#ifndef CTCTL_LOCK_H
#define CTCTL_LOCK_H

#include <stdint.h>

void lock_nowait(void);
int lock_take(uint32_t id, int *fd);
void lock_drop(int *fd);
void lock_pass_on(void);

#endif
