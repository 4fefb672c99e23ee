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
 * The hooks of cold functions share two registrations and are found by the place of
 * the call. A hot hook has its own, and is called by the function itself if ftrace
 * gives it the place: see hook.h. That place is one for all, so a BPF program cannot
 * have it then.
 *
 * A function that is missing, or that somebody else already redirects, is
 * recorded with its hook; the rest works on.
 */
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
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

/**
 * struct hook_group - the hooks that are not hot, registered at once
 * @ops: the registration, its filter the functions of all
 * @nr: how many functions those are; a filter of none would mean all of the kernel
 * @registered: they are being called
 *
 * Each registration has the kernel walk all its functions, and its end has it wait
 * for every task that may be in a trampoline: a tenth of a second.
 */
struct hook_group {
	struct ftrace_ops ops;
	unsigned int nr;
	bool registered;
};

static void hook_dispatch(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *fregs);

/* Permanent: the sysctl ftrace_enabled must not lift the limits. */
static struct hook_group groups[] = {
	{
		.ops = { .func = hook_dispatch, .flags = FTRACE_OPS_FL_PERMANENT },
	}, {
		.ops = { .func = hook_dispatch, .flags = FTRACE_OPS_FL_PERMANENT |
							 FTRACE_OPS_FL_IPMODIFY },
	},
};

/* All that there is a place for, in the order in which they were found. */
static LIST_HEAD(found);
static bool ever_called;
static bool gone;

/* Protects all of this but what runs in hooks. */
static DEFINE_MUTEX(hooks_lock);

#define HOOK_PLACE_BITS		7
#define HOOK_PLACES		BIT(HOOK_PLACE_BITS)

/*
 * By the address that ftrace calls from; a place is written before its hook is called.
 * One that was left keeps its address, so that a search goes on behind it, until it is
 * taken anew.
 */
static struct hook_place {
	unsigned long ip;
	ftrace_func_t func;
} places[HOOK_PLACES];
static unsigned int nr_places;

static __always_inline struct hook_place *place_of(unsigned long ip)
{
	unsigned int i = hash_long(ip, HOOK_PLACE_BITS);

	while (READ_ONCE(places[i].ip) && READ_ONCE(places[i].ip) != ip)
		i = (i + 1) % HOOK_PLACES;
	return &places[i];
}

static void hook_dispatch(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	ftrace_func_t func = READ_ONCE(place_of(ip)->func);

	if (func)
		func(ip, parent_ip, ops, fregs);
}

static int place_add(unsigned long ip, ftrace_func_t func)
{
	struct hook_place *place = place_of(ip);
	unsigned int i = hash_long(ip, HOOK_PLACE_BITS);

	if (!place->ip) {
		while (places[i].func)
			i = (i + 1) % HOOK_PLACES;
		place = &places[i];
	}
	/* One stays free: a search ends there. */
	if (!place->ip && nr_places + 1 == HOOK_PLACES)
		return -ENOSPC;
	nr_places += !place->ip;
	WRITE_ONCE(place->ip, ip);
	WRITE_ONCE(place->func, func);
	return 0;
}

/* Not one that was never taken: its address is missing. */
static void place_leave(unsigned long ip)
{
	WRITE_ONCE(place_of(ip)->func, NULL);
}

static struct hook_group *group_of(const struct ctbc_hook *hook)
{
	return hook->stub ? NULL : &groups[hook->verdict];
}

static void hook_leave(const struct ctbc_hook *hook)
{
	place_leave(hook->addr);
	place_leave(hook->addr + ENDBR_INSN_SIZE);
}

static int hook_find(struct ctbc_hook *hook)
{
	struct hook_group *group = group_of(hook);
	int err;

	hook->addr = ctbc_symbol_addr(hook->symbol);
	if (!hook->addr && hook->other)
		hook->addr = ctbc_symbol_addr(hook->other);
	if (!hook->addr)
		return -ENOENT;
	if (!group)
		return ftrace_set_filter_ip(&hook->ops, hook->addr, 0, 0);
	/* The call is a function's first instruction, or follows its endbr. */
	err = place_add(hook->addr, hook->func) ?:
	      place_add(hook->addr + ENDBR_INSN_SIZE, hook->func) ?:
	      ftrace_set_filter_ip(&group->ops, hook->addr, 0, 0);
	if (err)
		hook_leave(hook);
	else
		group->nr++;
	return err;
}

static void hook_note(struct ctbc_hook *hook, int err)
{
	hook->err = err;
	if (err && !hook->optional)
		pr_info("ctbc: no hook on %s (%d), see features\n", hook->symbol, err);
}

/* What is wrong with one function fails all: each for itself, then. */
static int group_register_singly(struct hook_group *group)
{
	struct ctbc_hook *hook;
	int err;

	list_for_each_entry(hook, &found, found) {
		if (group_of(hook) != group || hook->installed || hook->err)
			continue;
		err = ftrace_set_filter_ip(&group->ops, hook->addr, 0,
					   !group->registered);
		if (!err && !group->registered) {
			err = register_ftrace_function(&group->ops);
			group->registered = !err;
		}
		if (err == -ENOMEM)
			return err;
		hook->installed = !err;
		group->nr -= !!err;
		if (err)
			hook_note(hook, err);
	}
	return 0;
}

static int group_register(struct hook_group *group)
{
	struct ctbc_hook *hook;
	int err;

	if (!group->nr)
		return 0;
	if (group->registered)
		return group_register_singly(group);
	err = register_ftrace_function(&group->ops);
	if (err)
		return err == -ENOMEM ? err : group_register_singly(group);
	group->registered = true;
	list_for_each_entry(hook, &found, found)
		hook->installed |= group_of(hook) == group;
	return 0;
}

static void group_unregister(struct hook_group *group)
{
	if (group->registered)
		unregister_ftrace_function(&group->ops);
	group->registered = false;
}

/*
 * Where memory is too short to change the filter, the place that was left has to do.
 * The filter is not freed here: some kernels would go on with what was freed.
 */
static void group_remove(struct hook_group *group, const struct ctbc_hook *hook)
{
	hook_leave(hook);
	if (!--group->nr)
		group_unregister(group);
	ftrace_set_filter_ip(&group->ops, hook->addr, 1, 0);
}

static int hook_register(struct ctbc_hook *hook)
{
	struct ftrace_ops *ops = &hook->ops;
	int err;

	if (direct_calls) {
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

/* Its filter may be freed when whoever looks at the registration has gone. */
static void hook_unregister(struct ctbc_hook *hook, bool wait)
{
	if (hook->direct)
		ctbc_ftrace_direct_unregister(&hook->ops, hook->stub, wait);
	else if (hook->installed)
		unregister_ftrace_function(&hook->ops);
	hook->direct = false;
}

/**
 * ctbc_hooks_find() - see which of a table of hooks this kernel has a place for
 * @hooks: the table; each member's err says how it went
 * @nr: its length
 *
 * None is called before a table is installed: as long as nobody needs them, they cost
 * nothing.
 *
 * Context: process, may sleep.
 */
void ctbc_hooks_find(struct ctbc_hook *hooks, unsigned int nr)
{
	unsigned int i;

	mutex_lock(&hooks_lock);
	for (i = 0; i < nr; i++) {
		hook_note(&hooks[i], gone ? -ECANCELED : hook_find(&hooks[i]));
		if (!hooks[i].err)
			list_add_tail(&hooks[i].found, &found);
	}
	mutex_unlock(&hooks_lock);
}

/**
 * ctbc_hooks_install() - have a table of hooks called from now on
 * @hooks: the table, found; a member that cannot be installed gets its err
 * @nr: its length
 *
 * Those of other tables that are not hot are called from now on as well.
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM, and then it can be tried again.
 */
int ctbc_hooks_install(struct ctbc_hook *hooks, unsigned int nr)
{
	unsigned int i;
	int err = 0;

	mutex_lock(&hooks_lock);
	ever_called = true;
	for (i = 0; !err && i < ARRAY_SIZE(groups); i++)
		err = group_register(&groups[i]);
	for (i = 0; !err && i < nr; i++) {
		if (group_of(&hooks[i]) || hooks[i].err || hooks[i].installed)
			continue;
		err = hook_register(&hooks[i]);
		if (err == -ENOMEM)
			break;
		hooks[i].installed = !err;
		if (err)
			hook_note(&hooks[i], err);
		err = 0;
	}
	mutex_unlock(&hooks_lock);
	return err;
}

/**
 * ctbc_hooks_remove() - do without a table of hooks, the last one first
 * @hooks: the table, found
 * @nr: its length
 *
 * None of them runs any more when this returns.
 *
 * Context: process, may sleep.
 */
void ctbc_hooks_remove(struct ctbc_hook *hooks, unsigned int nr)
{
	struct ctbc_hook *hook;
	bool called = false;

	mutex_lock(&hooks_lock);
	while (nr--) {
		hook = &hooks[nr];
		if (hook->err)
			continue;
		called |= hook->installed;
		if (group_of(hook)) {
			group_remove(group_of(hook), hook);
		} else {
			hook_unregister(hook, true);
			ftrace_free_filter(&hook->ops);
		}
		hook->installed = false;
		hook->err = -ECANCELED;
		list_del(&hook->found);
	}
	/* A task preempted inside a hook has to have left it. */
	if (called)
		synchronize_rcu_tasks();
	mutex_unlock(&hooks_lock);
}

/**
 * ctbc_hooks_exit() - remove all hooks, those that may refuse first
 *
 * No hook runs any more when this returns, and none can be found.
 *
 * Context: process, may sleep.
 */
void ctbc_hooks_exit(void)
{
	unsigned int i = ARRAY_SIZE(groups);
	struct ctbc_hook *hook;

	mutex_lock(&hooks_lock);
	gone = true;
	group_unregister(&groups[true]);
	/* Where a group is left, its end waits for all who are in any of them. */
	list_for_each_entry_reverse(hook, &found, found) {
		if (!group_of(hook))
			hook_unregister(hook, !groups[false].registered);
		hook->err = -ECANCELED;
	}
	group_unregister(&groups[false]);
	list_for_each_entry(hook, &found, found)
		if (!group_of(hook))
			ftrace_free_filter(&hook->ops);
	while (i--) {
		ftrace_free_filter(&groups[i].ops);
		groups[i].nr = 0;
	}
	/* A task preempted inside a hook has to have left it. */
	if (ever_called)
		synchronize_rcu_tasks();
	mutex_unlock(&hooks_lock);
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

static const char *reason_of(int err)
{
	switch (err) {
	case 0:
	case -ECANCELED:
		return NULL;
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

/**
 * ctbc_hooks_reason() - why a table of hooks is not complete
 * @hooks: the table
 * @nr: its length
 *
 * Return: a text for the features table about the first hook that could not be
 * installed, NULL where there is none. One that is optional, and that kernels lack,
 * comes last.
 */
const char *ctbc_hooks_reason(const struct ctbc_hook *hooks, unsigned int nr)
{
	const char *reason = NULL, *lacking = NULL;
	unsigned int i;

	for (i = 0; !reason && i < nr; i++) {
		if (hooks[i].optional && hooks[i].err == -ENOENT)
			lacking = reason_of(-ENOENT);
		else
			reason = reason_of(hooks[i].err);
	}
	return reason ?: lacking;
}
