/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_CONTAINER_H
#define _CTBC_CORE_CONTAINER_H

#include <linux/cgroup.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "kernel/core/controller.h"
#include "kernel/core/event.h"

/**
 * struct ctbc_container - a cgroup with controllers
 * @id: as administrators know it
 * @index: short name, never 0; objects are marked with it, so it is not used
 *	again before the last reference is gone
 * @cgrp: the cgroup, pinned
 * @started: CLOCK_BOOTTIME nanoseconds when it last began to run, 0 while no
 *	task is in it
 * @mode: &enum ctbc_mode
 * @ref: held by the registry, by readers, and by each counter that has anything
 *	charged
 * @by_cgroup: in the registry's hash
 * @events: its part in the event stream
 * @gone_work: detaches it after its cgroup was removed
 * @free_work: frees it after the last reference went, and after all who may
 *	look at it under RCU
 * @priv: the controllers' data, by &enum ctbc_controller_id
 * @data: first that of the beancounters, which stand first in the list of controllers
 *	and whose hot hooks are to need no other load; then of others that have a size
 */
struct ctbc_container {
	u32 id;
	u16 index;
	struct cgroup *cgrp;
	u64 started;
	u32 mode;
	struct percpu_ref ref;
	struct hlist_node by_cgroup;
	struct ctbc_event_source events;
	struct work_struct gone_work;
	struct rcu_work free_work;
	void *priv[CTBC_NR_CONTROLLERS];
	char data[] ____cacheline_aligned;
};

/*
 * Serialises attach, detach and set; outermost of the module's locks, taken
 * inside none of the kernel's that a hook can be called under.
 */
extern struct mutex ctbc_registry_lock;

int ctbc_containers_init(void);
void ctbc_containers_exit(void);
void ctbc_containers_detach_all(void);

int ctbc_container_attach(u32 id, struct cgroup *cgrp, struct netlink_ext_ack *extack);
int ctbc_container_detach(struct ctbc_container *ct);
int ctbc_container_check_alive(const struct ctbc_container *ct,
			       struct netlink_ext_ack *extack);

struct ctbc_container *ctbc_container_get(u32 id);
struct ctbc_container *ctbc_container_get_next(u32 id);
struct ctbc_container *ctbc_container_get_current(void);
void ctbc_containers_visit(void (*fn)(struct ctbc_container *ct));

/* See container.c; for the two functions below only. */
#define CTBC_CONTAINER_CACHE_BITS	10
#define CTBC_CONTAINER_INDEX_BITS	16
#define CTBC_CONTAINER_INDEX_MAX	((1 << CTBC_CONTAINER_INDEX_BITS) - 1)
extern u64 ctbc_container_cache[1 << CTBC_CONTAINER_CACHE_BITS];
/* Of no size, so that nothing is spent on whether a mark is within. */
extern struct ctbc_container *ctbc_container_table[];
u64 ctbc_container_cache_fill(struct cgroup *cgrp);

/**
 * ctbc_container_by_index() - the container that an object is marked with
 * @index: the mark
 *
 * Context: any; under rcu_read_lock() or with preemption off, unless something stays
 * charged to the container.
 * Return: the container, NULL for 0, and for one that has gone.
 */
static __always_inline struct ctbc_container *ctbc_container_by_index(unsigned long index)
{
	/* No READ_ONCE(), which takes an instruction more: an entry does not change as
	 * long as anything is charged to its container.
	 */
	return data_race(ctbc_container_table[index]);
}

/**
 * ctbc_container_cached() - to which container does a cgroup belong, if that is known?
 * @cgrp: a cgroup of the default hierarchy, pinned by the caller
 *
 * A function that calls no other on its fast path needs no stack frame for it.
 *
 * Context: any, under rcu_read_lock() or with preemption off; the answer is good
 * until that is left.
 * Return: the container's index, 0 for the host's own cgroups; more than
 * CTBC_CONTAINER_INDEX_MAX where ctbc_container_of_cgroup() has to be asked.
 */
static __always_inline u64 ctbc_container_cached(const struct cgroup *cgrp)
{
	u64 serial = cgrp->self.serial_nr;

	return serial << CTBC_CONTAINER_INDEX_BITS ^
	       READ_ONCE(ctbc_container_cache[serial &
			 ((1 << CTBC_CONTAINER_CACHE_BITS) - 1)]);
}

/**
 * ctbc_container_of_cgroup() - the container that a cgroup belongs to
 * @cgrp: a cgroup of the default hierarchy, pinned by the caller
 *
 * Context: any, under rcu_read_lock() or with preemption off; the answer is good
 * until that is left.
 * Return: the container, NULL for the host's own cgroups.
 */
static __always_inline struct ctbc_container *ctbc_container_of_cgroup(struct cgroup *cgrp)
{
	u64 index = ctbc_container_cached(cgrp);

	return ctbc_container_by_index(likely(index <= CTBC_CONTAINER_INDEX_MAX) ? index :
				       (u16)ctbc_container_cache_fill(cgrp));
}

/**
 * ctbc_container_put() - one reference less
 * @ct: the container
 *
 * Context: any.
 */
static inline void ctbc_container_put(struct ctbc_container *ct)
{
	percpu_ref_put(&ct->ref);
}

/**
 * ctbc_container_running() - is any task in it?
 * @ct: the container, pinned
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool ctbc_container_running(const struct ctbc_container *ct)
{
	return cgroup_is_populated(ct->cgrp);
}

#endif
