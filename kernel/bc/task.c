// SPDX-License-Identifier: GPL-2.0
/*
 * numproc: processes and threads
 *
 * A task is charged when it is forked, to the container of the cgroup that it
 * will live in, which need not be its parent's. It is given back when it is
 * reaped: a zombie counts. A fork that fails after it was charged, for whatever
 * reason of the kernel's, gives back when the half-made task is freed.
 *
 * A task that is moved between cgroups takes its charge along. The move is
 * refused when the new container has no room for all the threads that move
 * together. The threads are charged before the kernel begins to move them, and
 * marked one by one when the move is past failing; what is left over in the
 * end, because the kernel refused the move or a thread exited, is given back.
 * All of that happens under the kernel's cgroup_mutex, so that one reserve does.
 *
 * A refused fork or move fails with EAGAIN, as at the stock limit on processes.
 */
#include <linux/cgroup.h>
#include <linux/sched/signal.h>

#include "kernel/bc/beancounter.h"

/* Charged for tasks that are about to be moved; under cgroup_mutex. */
static struct {
	struct ctbc_container *ct;
	unsigned int nr;
} reserve;

static void reserve_return(void)
{
	rcu_read_lock();
	if (reserve.nr)
		ctbc_bc_uncharge(reserve.ct, CTBC_BC_NUMPROC, reserve.nr);
	rcu_read_unlock();
	reserve.ct = NULL;
	reserve.nr = 0;
}

static noinline long fork_slow(unsigned long task, unsigned long cset)
{
	struct ctbc_container *ct;
	bool charged = true;

	preempt_disable();
	ct = ctbc_container_of_cgroup(((struct css_set *)cset)->dfl_cgrp);
	if (ct)
		charged = ctbc_bc_try_charge_object(ct, CTBC_BC_NUMPROC, (void *)task);
	preempt_enable();
	return charged ? CTBC_HOOK_GO_ON : -EAGAIN;
}

/*
 * pids_can_fork(task, cset): under the lock against moves of the parent. The look at
 * the cache may be overtaken by an attach: hook_move() sees to that.
 */
static __used notrace __noendbr long
hook_fork(unsigned long task, unsigned long cset)
{
	if (ctbc_container_cached(((struct css_set *)cset)->dfl_cgrp))
		return fork_slow(task, cset);
	return CTBC_HOOK_GO_ON;
}

CTBC_HOT_VERDICT(hook_fork, 2);

/* 1 for a thread that would be new in the container, 0 for another. */
static int count_mover(const struct ctbc_container *ct, struct task_struct *t)
{
	if (t->flags & PF_EXITING || ctbc_owner_get(t) == ct->index ||
	    !ctbc_owner_covers(t))
		return 0;
	return ctbc_owner_make_slot(t, GFP_ATOMIC) ? 1 : -ENOMEM;
}

static int count_movers(const struct ctbc_container *ct,
			struct task_struct *leader, bool threadgroup)
{
	struct task_struct *t;
	int one, nr = 0;

	if (!threadgroup)
		return count_mover(ct, leader);
	for_each_thread(leader, t) {
		one = count_mover(ct, t);
		if (one < 0)
			return one;
		nr += one;
	}
	return nr;
}

/* cgroup_attach_task(dst_cgrp, leader, threadgroup): under cgroup_mutex. */
static void hook_attach(unsigned long ip, unsigned long parent_ip,
			struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct cgroup *dst = (void *)ctbc_hook_arg(fregs, 0);
	struct task_struct *leader = (void *)ctbc_hook_arg(fregs, 1);
	bool threadgroup = (u8)ctbc_hook_arg(fregs, 2);
	struct ctbc_container *ct;
	int nr = 0;

	rcu_read_lock();
	ct = ctbc_container_of_cgroup(dst);
	if (ct)
		nr = count_movers(ct, leader, threadgroup);
	if (nr < 0) {
		ctbc_hook_refuse(fregs, nr);
	} else if (nr && !ctbc_bc_try_charge(ct, CTBC_BC_NUMPROC, nr)) {
		ctbc_hook_refuse(fregs, -EAGAIN);
	} else if (nr) {
		/* What is charged keeps the container in place. */
		reserve.ct = ct;
		reserve.nr = nr;
	}
	rcu_read_unlock();
}

static noinline void move_slow(struct task_struct *task, struct css_set *to)
{
	struct ctbc_container *ct;

	preempt_disable();
	ct = ctbc_container_of_cgroup(to->dfl_cgrp);
	if (ctbc_owner_get(task) == (ct ? ct->index : 0))
		goto out;
	if (!ct) {
		ctbc_bc_uncharge_object(CTBC_BC_NUMPROC, task);
	} else if (reserve.ct == ct && reserve.nr && ctbc_owner_slot(task)) {
		reserve.nr--;
		ctbc_bc_give_object(ct, CTBC_BC_NUMPROC, task);
	} else {
		ctbc_bc_charge_object(ct, CTBC_BC_NUMPROC, task);
	}
out:
	preempt_enable();
}

/*
 * cgroup_move_task(task, to): under css_set_lock, past failing. Called for each
 * task that moves and for each new one; the latter is charged already, but for
 * one whose fork began before its container came to be.
 */
static __used notrace __noendbr void
hook_move(unsigned long task, unsigned long to)
{
	if (ctbc_owner_get((void *)task) !=
	    ctbc_container_cached(((struct css_set *)to)->dfl_cgrp))
		move_slow((void *)task, (void *)to);
}

CTBC_HOT_NOTE(hook_move, 2);

/* cgroup_migrate_finish(mgctx): under cgroup_mutex, however the move ended. */
static void hook_moved(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	reserve_return();
}

/* pids_release(task): when it is reaped. */
static __used notrace __noendbr void
hook_release(unsigned long task)
{
	ctbc_bc_uncharge_object(CTBC_BC_NUMPROC, (void *)task);
	ctbc_bc_return_reserves((void *)task);
}

CTBC_HOT_NOTE(hook_release, 1);

/* security_task_free(task): when it is freed, reaped or never born. */
static __used notrace __noendbr void
hook_free(unsigned long task)
{
	ctbc_bc_uncharge_object(CTBC_BC_NUMPROC, (void *)task);
}

CTBC_HOT_NOTE(hook_free, 1);

enum { FORK, ATTACH, MOVE, MOVED, RELEASE, FREE };

static struct ctbc_hook hooks[] = {
	[FORK] = { .symbol = "pids_can_fork", CTBC_HOT(hook_fork), .verdict = true },
	[ATTACH] = { .symbol = "cgroup_attach_task", .func = hook_attach,
		     .verdict = true },
	[MOVE] = { .symbol = "cgroup_move_task", CTBC_HOT(hook_move) },
	[MOVED] = { .symbol = "cgroup_migrate_finish", .func = hook_moved },
	[RELEASE] = { .symbol = "pids_release", CTBC_HOT(hook_release) },
	[FREE] = { .symbol = "security_task_free", CTBC_HOT(hook_free) },
};

static bool task_works(void)
{
	return !hooks[FORK].err && !hooks[RELEASE].err && !hooks[FREE].err;
}

/* Half of a move is worse than none. */
static void task_settle(void)
{
	if (hooks[MOVE].err || hooks[MOVED].err)
		ctbc_hooks_remove(&hooks[ATTACH], 1);
}

static const void *scan_task(struct ctbc_container *ct, struct task_struct *t)
{
	if (ctbc_owner_get(t) == ct->index || !ctbc_owner_covers(t))
		return NULL;
	if (!ctbc_owner_make_slot(t, GFP_NOWAIT))
		return t;
	ctbc_bc_charge_object(ct, CTBC_BC_NUMPROC, t);
	/* Moved away before it was marked, and so past the hook? */
	if (!ctbc_bc_is_in(ct, t))
		ctbc_bc_uncharge_object(CTBC_BC_NUMPROC, t);
	return NULL;
}

static void task_refine(struct ctbc_feature *feature)
{
	if (hooks[MOVE].err)
		feature->reason = "tasks moved between cgroups are not recounted";
	else if (hooks[ATTACH].err || hooks[MOVED].err)
		feature->reason = "tasks moved in are counted, not refused";
}

const struct ctbc_bc_kind ctbc_bc_task = {
	.param = CTBC_PARAM_NUMPROC,
	.batch = 4,
	CTBC_BC_HOOKS(hooks),
	.settle = task_settle,
	.works = task_works,
	.exit = reserve_return,
	.scan_task = scan_task,
	.refine = task_refine,
};
