/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_HOOK_H
#define _CTBC_CORE_HOOK_H

#include <linux/ftrace.h>

/**
 * struct ctbc_hook - a kernel function that the module is called from
 * @symbol: the function's name
 * @func: runs at the function's entry, in the caller's context
 * @verdict: @func may refuse the call with ctbc_hook_refuse(); only one owner
 *	in the system can do so for a function
 * @ops: the registration
 * @installed: @func is being called
 * @err: why @func cannot be called; 0 where it can
 */
struct ctbc_hook {
	const char *symbol;
	ftrace_func_t func;
	bool verdict;
	struct ftrace_ops ops;
	bool installed;
	int err;
};

void ctbc_hooks_find(struct ctbc_hook *hooks, unsigned int nr);
int ctbc_hooks_install(struct ctbc_hook *hooks, unsigned int nr);
void ctbc_hooks_remove(struct ctbc_hook *hooks, unsigned int nr);
const char *ctbc_hooks_reason(const struct ctbc_hook *hooks, unsigned int nr);
void ctbc_hook_return(void);

/**
 * ctbc_hook_arg() - an argument of the hooked function
 * @fregs: as given to the hook
 * @n: 0, 1 or 2
 *
 * Return: the argument as a machine word.
 */
static __always_inline unsigned long ctbc_hook_arg(struct ftrace_regs *fregs,
						   unsigned int n)
{
	return regs_get_kernel_argument(ctbc_ftrace_regs(fregs), n);
}

/**
 * ctbc_hook_refuse() - make the hooked function return at once
 * @fregs: as given to the hook
 * @value: what its caller sees
 *
 * The function's body does not run, and no frame of the module stays on the
 * stack.
 */
static __always_inline void ctbc_hook_refuse(struct ftrace_regs *fregs, long value)
{
	struct pt_regs *regs = ctbc_ftrace_regs(fregs);

	regs_set_return_value(regs, value);
	instruction_pointer_set(regs, (unsigned long)ctbc_hook_return);
}

#endif
