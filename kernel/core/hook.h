/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_HOOK_H
#define _CTBC_CORE_HOOK_H

#include <linux/ftrace.h>
#include <asm/asm-offsets.h>
#include <asm/ibt.h>
#include <asm/linkage.h>
#include <asm/nospec-branch.h>
#include <asm/unwind_hints.h>

/* What a verdict returns to have the hooked function run. */
#define CTBC_HOOK_GO_ON		1L

/**
 * struct ctbc_hook - a kernel function that the module is called from
 * @symbol: the function's name
 * @other: its name in other kernels, NULL for none
 * @func: runs at the function's entry, in the caller's context
 * @stub: does the same, called without ftrace between; NULL where it is not hot
 * @optional: a table is complete without it
 * @verdict: @func may refuse the call with ctbc_hook_refuse(); only one owner
 *	in the system can do so for a function
 * @addr: the function, 0 where there is none
 * @found: member of the list of all hooks that there is a place for
 * @ops: the registration of a hot one; the others share theirs
 * @installed: @func or @stub is being called
 * @direct: it is @stub
 * @err: why neither can be called; 0 where one can
 */
struct ctbc_hook {
	const char *symbol;
	const char *other;
	ftrace_func_t func;
	void *stub;
	bool optional;
	bool verdict;
	unsigned long addr;
	struct list_head found;
	struct ftrace_ops ops;
	bool installed;
	bool direct;
	int err;
};

void ctbc_hooks_find(struct ctbc_hook *hooks, unsigned int nr);
int ctbc_hooks_install(struct ctbc_hook *hooks, unsigned int nr);
void ctbc_hooks_remove(struct ctbc_hook *hooks, unsigned int nr);
void ctbc_hooks_exit(void);
bool ctbc_hooks_complete(const struct ctbc_hook *hooks, unsigned int nr);
const char *ctbc_hooks_mechanism(const struct ctbc_hook *hooks, unsigned int nr);
const char *ctbc_hooks_reason(const struct ctbc_hook *hooks, unsigned int nr);
void ctbc_hook_return(void);

/**
 * ctbc_hook_arg() - an argument of the hooked function
 * @fregs: as given to the hook
 * @n: 0 to 5
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

/*
 * Hot hooks: functions in which ftrace's own part, a frame of registers and a call
 * through a pointer, would cost more than all the rest.  They call a stub of the
 * module at their entry, which keeps the registers that carry the function's
 * arguments, calls the hook, and then goes on, or drops the way back into the
 * function and returns to its caller.
 *
 * Where the stub cannot be had, a callback does the same.
 */
#define CTBC_HOOK_SAVE_1	"push %rdi\n\t"
#define CTBC_HOOK_SAVE_2	CTBC_HOOK_SAVE_1 "push %rsi\n\t"
#define CTBC_HOOK_SAVE_3	CTBC_HOOK_SAVE_2 "push %rdx\n\t"
#define CTBC_HOOK_SAVE_4	CTBC_HOOK_SAVE_3 "push %rcx\n\t"
#define CTBC_HOOK_SAVE_5	CTBC_HOOK_SAVE_4 "push %r8\n\t"
#define CTBC_HOOK_SAVE_6	CTBC_HOOK_SAVE_5 "push %r9\n\t"
#define CTBC_HOOK_RESTORE_1	"pop %rdi\n\t"
#define CTBC_HOOK_RESTORE_2	"pop %rsi\n\t" CTBC_HOOK_RESTORE_1
#define CTBC_HOOK_RESTORE_3	"pop %rdx\n\t" CTBC_HOOK_RESTORE_2
#define CTBC_HOOK_RESTORE_4	"pop %rcx\n\t" CTBC_HOOK_RESTORE_3
#define CTBC_HOOK_RESTORE_5	"pop %r8\n\t" CTBC_HOOK_RESTORE_4
#define CTBC_HOOK_RESTORE_6	"pop %r9\n\t" CTBC_HOOK_RESTORE_5
#define CTBC_HOOK_CALL_1(func, f)					\
	func(ctbc_hook_arg(f, 0))
#define CTBC_HOOK_CALL_2(func, f)					\
	func(ctbc_hook_arg(f, 0), ctbc_hook_arg(f, 1))
#define CTBC_HOOK_CALL_3(func, f)					\
	func(ctbc_hook_arg(f, 0), ctbc_hook_arg(f, 1), ctbc_hook_arg(f, 2))
#define CTBC_HOOK_CALL_4(func, f)					\
	func(ctbc_hook_arg(f, 0), ctbc_hook_arg(f, 1), ctbc_hook_arg(f, 2), \
	     ctbc_hook_arg(f, 3))
#define CTBC_HOOK_CALL_5(func, f)					\
	func(ctbc_hook_arg(f, 0), ctbc_hook_arg(f, 1), ctbc_hook_arg(f, 2), \
	     ctbc_hook_arg(f, 3), ctbc_hook_arg(f, 4))
#define CTBC_HOOK_CALL_6(func, f)					\
	func(ctbc_hook_arg(f, 0), ctbc_hook_arg(f, 1), ctbc_hook_arg(f, 2), \
	     ctbc_hook_arg(f, 3), ctbc_hook_arg(f, 4), ctbc_hook_arg(f, 5))

#ifndef CALL_DEPTH_ACCOUNT
#define CALL_DEPTH_ACCOUNT
#endif

#define CTBC_HOOK_STUB(func, body)					\
	extern char func##_stub[];					\
	asm(".text\n\t"							\
	    ".p2align 4\n\t"						\
	    ".type " #func "_stub, @function\n"				\
	    #func "_stub:\n\t"						\
	    ASM_ENDBR							\
	    CALL_DEPTH_ACCOUNT "\n\t"					\
	    body							\
	    ".size " #func "_stub, . - " #func "_stub\n")

/**
 * CTBC_HOT_VERDICT() - a hot hook that may refuse
 * @func: static __used notrace __noendbr long @func(unsigned long...), one word an
 *	argument of the hooked function, all of them; CTBC_HOOK_GO_ON, or what the
 *	hooked function is to return at once
 * @nr: how many arguments that function has, 1 to 6
 */
#define CTBC_HOT_VERDICT(func, nr)					\
static void func##_callback(unsigned long ip, unsigned long parent_ip,	\
			    struct ftrace_ops *ops, struct ftrace_regs *fregs)	\
{									\
	long value = CTBC_HOOK_CALL_##nr(func, fregs);			\
									\
	if (value != CTBC_HOOK_GO_ON)					\
		ctbc_hook_refuse(fregs, value);				\
}									\
CTBC_HOOK_STUB(func,							\
	       CTBC_HOOK_SAVE_##nr					\
	       "call " #func "\n\t"					\
	       "cmp $1, %rax\n\t"					\
	       CTBC_HOOK_RESTORE_##nr					\
	       "jne 1f\n\t"						\
	       ASM_RET							\
	       "\n1:\tadd $8, %rsp\n\t"					\
	       UNWIND_HINT_FUNC						\
	       ASM_RET)

/**
 * CTBC_HOT_NOTE() - a hot hook that only takes notice
 * @func: static __used notrace __noendbr void @func(unsigned long...), as for
 *	CTBC_HOT_VERDICT()
 * @nr: how many arguments the hooked function has, 1 to 6
 */
#define CTBC_HOT_NOTE(func, nr)						\
static void func##_callback(unsigned long ip, unsigned long parent_ip,	\
			    struct ftrace_ops *ops, struct ftrace_regs *fregs)	\
{									\
	CTBC_HOOK_CALL_##nr(func, fregs);				\
}									\
CTBC_HOOK_STUB(func,							\
	       CTBC_HOOK_SAVE_##nr					\
	       "call " #func "\n\t"					\
	       CTBC_HOOK_RESTORE_##nr					\
	       ASM_RET)

/* The members of a hot hook in a table. */
#define CTBC_HOT(_func)		.func = _func##_callback, .stub = _func##_stub

#endif
