/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_BC_OWNER_H
#define _CTBC_BC_OWNER_H

#include <linux/types.h>

int ctbc_owner_init(void);
void ctbc_owner_exit(void);
int ctbc_owner_prepare(const void *obj, gfp_t gfp);
u16 ctbc_owner_get(const void *obj);
u16 ctbc_owner_xchg(const void *obj, u16 index);
void ctbc_owner_for_each(void (*fn)(u16 index));

#endif
