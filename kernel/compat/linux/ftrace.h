/* SPDX-License-Identifier: GPL-2.0 */
/* Completes <linux/ftrace.h>: one way to the registers of a traced call. */
#ifndef _CTBC_COMPAT_LINUX_FTRACE_H
#define _CTBC_COMPAT_LINUX_FTRACE_H

#include_next <linux/ftrace.h>
#include <linux/version.h>

/**
 * ctbc_ftrace_regs() - registers of a call that an ftrace callback sees
 * @fregs: what the callback was given
 *
 * Without FTRACE_OPS_FL_SAVE_REGS only the argument registers, the return
 * value and the instruction pointer are valid. The structure became opaque
 * in 6.12.
 *
 * Return: the register frame.
 */
static __always_inline struct pt_regs *ctbc_ftrace_regs(struct ftrace_regs *fregs)
{
#ifdef arch_ftrace_regs
	return &arch_ftrace_regs(fregs)->regs;
#else
	return &fregs->regs;
#endif
}

#endif
