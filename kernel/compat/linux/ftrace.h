/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Completes <linux/ftrace.h>: one way to the registers of a traced call, and one to
 * have a function call another at its entry without ftrace between them.
 */
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

/**
 * ctbc_ftrace_direct_register() - have functions call a stub at their entry
 * @ops: with the functions in its filter, and nothing else set
 * @stub: keeps all registers that carry arguments
 *
 * Its name and that of its opposite changed in 6.4.
 *
 * Context: process, may sleep.
 * Return: 0; -EBUSY where a function calls another stub already, -EOPNOTSUPP where
 * the kernel has no such thing, -ENOMEM...
 */
static inline int ctbc_ftrace_direct_register(struct ftrace_ops *ops, void *stub)
{
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS
	return -EOPNOTSUPP;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return register_ftrace_direct(ops, (unsigned long)stub);
#else
	return register_ftrace_direct_multi(ops, (unsigned long)stub);
#endif
}

/**
 * ctbc_ftrace_direct_unregister() - let them be again
 * @ops: registered
 * @stub: the same
 * @wait: for every task that may be in the stub, and every CPU that may be looking at
 *	@ops, as ftrace does for what can be freed; takes a tenth of a second. If not,
 *	this is up to the caller, who may do it once for many
 *
 * Context: process, may sleep.
 */
static inline void ctbc_ftrace_direct_unregister(struct ftrace_ops *ops, void *stub,
						 bool wait)
{
	if (!wait)
		ops->flags &= ~FTRACE_OPS_FL_DYNAMIC;
#ifndef CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS
	WARN_ON_ONCE(1);
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	unregister_ftrace_direct(ops, (unsigned long)stub, false);
#else
	unregister_ftrace_direct_multi(ops, (unsigned long)stub);
#endif
}

#endif
