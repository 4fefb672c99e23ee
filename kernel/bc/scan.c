// SPDX-License-Identifier: GPL-2.0
/*
 * What the tasks of a container hold already when it comes to be
 *
 * New objects are charged by the hooks at the same time; an object is marked once,
 * by whoever comes first. Nothing here is refused: what is there is there.
 */
#include <linux/cgroup.h>
#include <linux/fdtable.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "kernel/bc/beancounter.h"

/**
 * ctbc_bc_is_in() - is a task in a container?
 * @ct: the container
 * @task: under RCU
 *
 * Context: any, under rcu_read_lock().
 * Return: true if so.
 */
bool ctbc_bc_is_in(const struct ctbc_container *ct, struct task_struct *task)
{
	return ctbc_container_of_cgroup(task_dfl_cgroup(task)) == ct;
}

/**
 * ctbc_bc_is_free() - may a container take over what has this owner?
 * @owner: an index from the map of owners
 *
 * Context: any, under rcu_read_lock().
 * Return: true for nobody, and for a container that has been detached, or has gone by
 * now.
 */
bool ctbc_bc_is_free(u16 owner)
{
	struct ctbc_container *ct = ctbc_container_by_index(owner);

	return !ct || percpu_ref_is_dying(&ct->ref);
}

/**
 * ctbc_bc_find_object() - charge a container for an object that it was found with
 * @ct: the container
 * @id: of what
 * @obj: the object, which cannot be freed now; what belongs to a container stays
 *	its own
 * @take_over: unless that container has been detached
 *
 * Context: any, under rcu_read_lock().
 * Return: NULL, or the object where there is no memory to note the owner down.
 */
const void *ctbc_bc_find_object(struct ctbc_container *ct, enum ctbc_bc_id id,
				const void *obj, bool take_over)
{
	u16 *slot = ctbc_owner_make_slot(obj, GFP_NOWAIT), owner;

	if (!slot)
		return ctbc_owner_covers(obj) ? obj : NULL;
	owner = READ_ONCE(*slot);
	if (owner && (!take_over || !ctbc_bc_is_free(owner)))
		return NULL;
	ctbc_counter_charge(ctbc_bc_counter(ct, id), 1);
	if (!try_cmpxchg(slot, &owner, ct->index))
		ctbc_bc_uncharge(ct, id, 1);
	else if (owner)
		ctbc_bc_uncharge(ctbc_container_by_index(owner), id, 1);
	return NULL;
}

static const void *scan_files(struct ctbc_container *ct, struct task_struct *t,
			      const struct ctbc_bc_kind *kind)
{
	struct ctbc_bc_file_scan scan = { .ct = ct }, *p = &scan;

	/* Threads share their table, as a rule. */
	if (t != t->group_leader && t->files == t->group_leader->files)
		return NULL;
	task_lock(t);
	scan.files = t->files;
	iterate_fd(t->files, 0, kind->scan_file, &p);
	task_unlock(t);
	return scan.unmarkable;
}

static const void *scan_once(struct ctbc_container *ct, const struct ctbc_bc_kind *kind)
{
	const void *unmarkable = NULL;
	struct task_struct *p, *t;

	for_each_process_thread(p, t) {
		if (!ctbc_bc_is_in(ct, t))
			continue;
		if (kind->scan_task)
			unmarkable = kind->scan_task(ct, t);
		else
			unmarkable = scan_files(ct, t, kind);
		if (unmarkable)
			return unmarkable;
	}
	return NULL;
}

/**
 * ctbc_bc_scan() - charge a container for what its tasks hold already
 * @ct: the container, known to the hooks
 * @kind: of what; nothing happens where that is not looked for
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int ctbc_bc_scan(struct ctbc_container *ct, const struct ctbc_bc_kind *kind)
{
	const void *unmarkable;

	while (kind->scan_task || kind->scan_file) {
		rcu_read_lock();
		unmarkable = scan_once(ct, kind);
		rcu_read_unlock();
		if (!unmarkable)
			break;
		/* Its address is all that is asked for: it may have gone. */
		if (!ctbc_owner_make_slot(unmarkable, GFP_KERNEL))
			return -ENOMEM;
		cond_resched();
	}
	return 0;
}
