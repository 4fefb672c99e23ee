/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SELFTESTS_FAULT_H
#define _SELFTESTS_FAULT_H

#include <stdbool.h>

int fault_setup(bool told);
void fault_arm(unsigned int nth);
bool fault_hit(void);
int fault_range(bool on);
int fault_shortage(long space);

#endif
