/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SELFTESTS_FAULT_H
#define _SELFTESTS_FAULT_H

#include <stdbool.h>

/* Folders of debugfs. */
#define FAULT_SLAB	"failslab"
#define FAULT_PAGES	"fail_page_alloc"

int fault_setup(bool told);
void fault_arm(unsigned int nth);
bool fault_hit(void);
int fault_range(bool on);
int fault_shortage(const char *of, long space);

#endif
