// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks: the module's entry points into the running kernel
 *
 * A hook is an ftrace callback at a function's entry, with the argument
 * registers only: neither the full register set nor ftrace's recursion guard,
 * which would cost more than the rest of a hook. So a hook must not call the
 * function that it is on. It runs in whatever context the function is called
 * in, must not sleep, and leaves no frame behind: a task that sleeps in the
 * hooked function holds nothing of the module.
 *
 * A hot hook is called by the function itself, if ftrace gives it the place: see
 * hook.h. That place is one for all, so a BPF program cannot have it then.
 *
 * A function that is missing, or that somebody else already redirects, is
 * recorded with its hook; the rest works on.
 */
#include <linux/errno.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

#include "kernel/core/hook.h"
#include "kernel/core/symbol.h"

static bool direct_calls = true;
module_param(direct_calls, bool, 0444);
MODULE_PARM_DESC(direct_calls,
		 "have hot kernel functions call the module themselves (default); 0: by ftrace, slower, but BPF programs can be attached to them as well");

/* Where a refused call goes: back to its caller, the value being set. */
asm(".text\n\t"
	".p2align 4\n\t"
	".type ctbc_hook_return, @function\n\t"
	".globl ctbc_hook_return\n"
	"ctbc_hook_return:\n\t"
	ASM_ENDBR
	ASM_RET
	".size ctbc_hook_return, . - ctbc_hook_return\n");

static int hook_find(struct ctbc_hook *hook)
{
	unsigned long addr = ctbc_symbol_addr(hook->symbol);

	if (!addr && hook->other)
		addr = ctbc_symbol_addr(hook->other);
	if (!addr)
		return -ENOENT;
	return ftrace_set_filter_ip(&hook->ops, addr, 0, 0);
}

/* Permanent: the sysctl ftrace_enabled must not lift the limits. */
static int hook_register(struct ctbc_hook *hook)
{
	struct ftrace_ops *ops = &hook->ops;
	int err;

	if (hook->stub && direct_calls) {
		err = ctbc_ftrace_direct_register(ops, hook->stub);
		if (!err)
			ops->flags |= FTRACE_OPS_FL_PERMANENT;
		hook->direct = !err;
		if (!err || err == -ENOMEM)
			return err;
	}
	ops->func = hook->func;
	ops->flags = (ops->flags & FTRACE_OPS_FL_INITIALIZED) |
		     FTRACE_OPS_FL_PERMANENT |
		     (hook->verdict ? FTRACE_OPS_FL_IPMODIFY : 0);
	return register_ftrace_function(ops);
}

static void hook_unregister(struct ctbc_hook *hook)
{
	if (hook->direct)
		ctbc_ftrace_direct_unregister(&hook->ops, hook->stub);
	else
		unregister_ftrace_function(&hook->ops);
	hook->direct = false;
}

static void hook_note(struct ctbc_hook *hook, int err)
{
	hook->err = err;
	if (err && !hook->optional)
		pr_info("ctbc: no hook on %s (%d), see features\n", hook->symbol, err);
}

/**
 * ctbc_hooks_find() - see which of a table of hooks this kernel has a place for
 * @hooks: the table; each member's err says how it went
 * @nr: its length
 *
 * None is called yet: as long as nobody needs them, they cost nothing.
 *
 * Context: process, may sleep.
 */
void ctbc_hooks_find(struct ctbc_hook *hooks, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		hook_note(&hooks[i], hook_find(&hooks[i]));
}

/**
 * ctbc_hooks_install() - have a table of hooks called from now on
 * @hooks: the table, found; a member that cannot be installed gets its err
 * @nr: its length
 *
 * Context: process, may sleep; calls for one table are serialised by the caller.
 * Return: 0; -ENOMEM, and then it can be tried again.
 */
int ctbc_hooks_install(struct ctbc_hook *hooks, unsigned int nr)
{
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		if (hooks[i].err || hooks[i].installed)
			continue;
		err = hook_register(&hooks[i]);
		if (err == -ENOMEM)
			return err;
		hooks[i].installed = !err;
		if (err)
			hook_note(&hooks[i], err);
	}
	return 0;
}

/**
 * ctbc_hooks_remove() - remove a table of hooks, the last one first
 * @hooks: the table
 * @nr: its length
 *
 * No hook of the table runs any more when this returns.
 *
 * Context: process, may sleep.
 */
void ctbc_hooks_remove(struct ctbc_hook *hooks, unsigned int nr)
{
	bool ran = false;

	while (nr--) {
		if (hooks[nr].err)
			continue;
		if (hooks[nr].installed)
			hook_unregister(&hooks[nr]);
		ran |= hooks[nr].installed;
		hooks[nr].installed = false;
		ftrace_free_filter(&hooks[nr].ops);
		hooks[nr].err = -ECANCELED;
	}
	/* A task preempted inside a hook has to have left it. */
	if (ran)
		synchronize_rcu_tasks();
}

/**
 * ctbc_hooks_complete() - is there a place for all of a table of hooks?
 * @hooks: the table, found
 * @nr: its length
 *
 * Return: true if none is missing that is not optional.
 */
bool ctbc_hooks_complete(const struct ctbc_hook *hooks, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (hooks[i].err && !hooks[i].optional)
			return false;
	return true;
}

/**
 * ctbc_hooks_mechanism() - by what a table of hooks is called
 * @hooks: the table
 * @nr: its length
 *
 * Return: a word for the features table.
 */
const char *ctbc_hooks_mechanism(const struct ctbc_hook *hooks, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (hooks[i].installed ? hooks[i].direct : hooks[i].stub && direct_calls)
			return "direct";
	return "ftrace";
}

/**
 * ctbc_hooks_reason() - why a table of hooks is not complete
 * @hooks: the table
 * @nr: its length
 *
 * Return: a text for the features table about the first hook that could not be
 * installed, NULL where there is none.
 */
const char *ctbc_hooks_reason(const struct ctbc_hook *hooks, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (hooks[i].optional)
			continue;
		switch (hooks[i].err) {
		case 0:
		case -ECANCELED:
			break;
		case -ENOENT:
			return "a hooked function is missing in this kernel";
		case -EINVAL:
			return "a hooked function cannot be traced in this kernel";
		case -EBUSY:
			return "a hooked function is redirected by somebody else";
		default:
			return "registration with ftrace failed";
		}
	}
	return NULL;
}
