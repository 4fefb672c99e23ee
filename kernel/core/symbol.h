/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_SYMBOL_H
#define _CTBC_CORE_SYMBOL_H

int ctbc_symbol_init(void);
unsigned long ctbc_symbol_addr(const char *name);

#endif
