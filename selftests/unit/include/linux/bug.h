/* SPDX-License-Identifier: GPL-2.0 */
/* Warnings are counted, for tests that expect them. */
#ifndef _UNIT_LINUX_BUG_H
#define _UNIT_LINUX_BUG_H

extern unsigned int unit_warnings;

#define WARN_ON_ONCE(cond) ({						\
	bool __warn = (cond);						\
	if (__warn)							\
		__atomic_add_fetch(&unit_warnings, 1, __ATOMIC_RELAXED);	\
	__warn;								\
})

#endif
