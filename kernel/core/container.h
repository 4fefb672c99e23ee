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
 * @ref: held by the registry, by readers and by each charged object
 * @by_cgroup: in the registry's hash
 * @events: its part in the event stream
 * @gone_work: detaches it after its cgroup was removed
 * @free_work: frees it after the last reference went
 * @rcu: readers may still look at it
 * @priv: the controllers' data, by &enum ctbc_controller_id
 */
struct ctbc_container {
	u32 id;
	u16 index;
	struct cgroup *cgrp;
	u64 started;
	struct percpu_ref ref;
	struct hlist_node by_cgroup;
	struct ctbc_event_source events;
	struct work_struct gone_work;
	struct work_struct free_work;
	struct rcu_head rcu;
	void *priv[CTBC_NR_CONTROLLERS];
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
struct ctbc_container *ctbc_container_of_cgroup(struct cgroup *cgrp);
struct ctbc_container *ctbc_container_by_index(u16 index);

/**
 * ctbc_container_hold() - one more reference
 * @ct: pinned, or found under RCU while it could be charged
 *
 * Context: any.
 */
static inline void ctbc_container_hold(struct ctbc_container *ct)
{
	percpu_ref_get(&ct->ref);
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
