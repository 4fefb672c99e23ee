// SPDX-License-Identifier: GPL-2.0
/*
 * The registry of containers
 *
 * A container is a cgroup v2 directory that was attached under an id. Its
 * tasks are those of the cgroup and of all cgroups below. Containers do not
 * nest.
 *
 * From a cgroup to its container leads a direct-mapped cache, keyed by the
 * cgroup's serial number, which the kernel never uses twice: an entry packs
 * the serial number and the container's index (0 for none), so that one load
 * gives a consistent answer. A miss walks up the cgroup's ancestors. Whoever
 * fills an entry holds the lock under which containers come and go, and so an
 * entry is never older than the last change.
 *
 * A container that was detached lives on, unseen, until the last object that
 * was charged to it has gone.
 */
#include <linux/hash.h>
#include <linux/hashtable.h>
#include <linux/idr.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <net/netlink.h>

#include "kernel/core/container.h"
#include "kernel/core/probe.h"

/* Serialises attach, detach and set, see container.h. */
DEFINE_MUTEX(ctbc_registry_lock);

/* Protects by_cgroup and the filling of cache; nests inside css_set_lock. */
static DEFINE_RAW_SPINLOCK(cache_lock);
static DEFINE_HASHTABLE(by_cgroup, CTBC_CONTAINER_CACHE_BITS);
u64 ctbc_container_cache[1 << CTBC_CONTAINER_CACHE_BITS];

static DEFINE_XARRAY(by_id);

/* The containers by their index; NULL for one that is free, as 0 always is. */
struct ctbc_container *ctbc_container_table[1 << CTBC_CONTAINER_INDEX_BITS];
static DEFINE_IDA(indexes);
static struct workqueue_struct *registry_wq;
static atomic_t nr_alive = ATOMIC_INIT(0);

static u64 *cache_entry(u64 serial)
{
	return &ctbc_container_cache[serial & ((1 << CTBC_CONTAINER_CACHE_BITS) - 1)];
}

/* The container whose own cgroup this is. */
static struct ctbc_container *lookup_exact(const struct cgroup *cgrp)
{
	struct ctbc_container *ct;

	lockdep_assert_held(&cache_lock);
	hash_for_each_possible(by_cgroup, ct, by_cgroup, (unsigned long)cgrp)
		if (ct->cgrp == cgrp)
			return ct;
	return NULL;
}

static struct ctbc_container *lookup_ancestors(struct cgroup *cgrp)
{
	struct ctbc_container *ct = NULL;

	for (; cgrp && !ct; cgrp = cgroup_parent(cgrp))
		ct = lookup_exact(cgrp);
	return ct;
}

/**
 * ctbc_container_cache_fill() - see whose a cgroup is, and note it down
 * @cgrp: the cgroup
 *
 * Context: any, as ctbc_container_of_cgroup().
 * Return: the entry of the cache.
 */
u64 ctbc_container_cache_fill(struct cgroup *cgrp)
{
	u64 serial = cgrp->self.serial_nr;
	struct ctbc_container *ct;
	unsigned long flags;
	u64 entry;

	raw_spin_lock_irqsave(&cache_lock, flags);
	ct = lookup_ancestors(cgrp);
	entry = serial << CTBC_CONTAINER_INDEX_BITS | (ct ? ct->index : 0);
	WRITE_ONCE(*cache_entry(serial), entry);
	raw_spin_unlock_irqrestore(&cache_lock, flags);
	return entry;
}

static void cache_flush(void)
{
	unsigned int i;

	lockdep_assert_held(&cache_lock);
	for (i = 0; i < ARRAY_SIZE(ctbc_container_cache); i++)
		WRITE_ONCE(ctbc_container_cache[i], 0);
}

/**
 * ctbc_containers_visit() - look at all containers, detached ones too
 * @fn: called under RCU for each that has anything charged, and others
 *
 * Context: process; nothing is attached at the same time.
 */
void ctbc_containers_visit(void (*fn)(struct ctbc_container *ct))
{
	struct ctbc_container *ct;
	unsigned int i;

	for (i = 1; i < ARRAY_SIZE(ctbc_container_table); i++) {
		if (!READ_ONCE(ctbc_container_table[i]))
			continue;
		rcu_read_lock();
		ct = ctbc_container_by_index(i);
		if (ct)
			fn(ct);
		rcu_read_unlock();
	}
}

/**
 * ctbc_container_get() - pin a container by its id
 * @id: any number
 *
 * Context: process.
 * Return: the container, NULL where there is none; give it back with
 * ctbc_container_put().
 */
struct ctbc_container *ctbc_container_get(u32 id)
{
	struct ctbc_container *ct;

	rcu_read_lock();
	ct = xa_load(&by_id, id);
	if (ct && !percpu_ref_tryget_live(&ct->ref))
		ct = NULL;
	rcu_read_unlock();
	return ct;
}

/**
 * ctbc_container_get_next() - pin the next container in the order of ids
 * @id: where to begin, included
 *
 * Context: process.
 * Return: the container, NULL past the last.
 */
struct ctbc_container *ctbc_container_get_next(u32 id)
{
	unsigned long index = id;
	struct ctbc_container *ct;

	rcu_read_lock();
	ct = xa_find(&by_id, &index, CTBC_ID_MAX, XA_PRESENT);
	while (ct && !percpu_ref_tryget_live(&ct->ref))
		ct = xa_find_after(&by_id, &index, CTBC_ID_MAX, XA_PRESENT);
	rcu_read_unlock();
	return ct;
}

/**
 * ctbc_container_get_current() - pin the container of the running task
 *
 * Context: process.
 * Return: the container, NULL for a task of the host.
 */
struct ctbc_container *ctbc_container_get_current(void)
{
	struct ctbc_container *ct;

	rcu_read_lock();
	ct = ctbc_container_of_cgroup(task_dfl_cgroup(current));
	if (ct && !percpu_ref_tryget_live(&ct->ref))
		ct = NULL;
	rcu_read_unlock();
	return ct;
}

/**
 * ctbc_container_check_alive() - can it still be changed?
 * @ct: pinned
 * @extack: says so if not
 *
 * Context: process, under ctbc_registry_lock.
 * Return: 0 or -ENODEV.
 */
int ctbc_container_check_alive(const struct ctbc_container *ct,
			       struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&ctbc_registry_lock);
	if (xa_load(&by_id, ct->id) == ct)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "container %u was detached meanwhile", ct->id);
	return -ENODEV;
}

static void container_free_work(struct work_struct *work)
{
	struct ctbc_container *ct =
		container_of(to_rcu_work(work), struct ctbc_container, free_work);
	const struct ctbc_controller *c;
	unsigned int i;

	cancel_work_sync(&ct->gone_work);
	for (i = 0; (c = ctbc_controller_nth(i)); i++)
		c->free(ct);
	percpu_ref_exit(&ct->ref);
	cgroup_put(ct->cgrp);
	kfree(ct);
	atomic_dec(&nr_alive);
}

static void container_release(struct percpu_ref *ref)
{
	struct ctbc_container *ct = container_of(ref, struct ctbc_container, ref);

	/* Nothing is charged, so no object has the index any more. */
	WRITE_ONCE(ctbc_container_table[ct->index], NULL);
	ida_free(&indexes, ct->index);
	queue_rcu_work(registry_wq, &ct->free_work);
}

static void container_gone_work(struct work_struct *work)
{
	ctbc_container_detach(container_of(work, struct ctbc_container, gone_work));
}

static void container_note_state(struct ctbc_container *ct, bool running)
{
	WRITE_ONCE(ct->started, running ? ktime_get_boottime_ns() : 0);
	ctbc_event_state(&ct->events, running);
}

/* Called by the kernel with css_set_lock held. */
static void probe_populated(void *data, struct cgroup *cgrp, const char *path,
			    int populated)
{
	struct ctbc_container *ct;
	unsigned long flags;

	raw_spin_lock_irqsave(&cache_lock, flags);
	ct = lookup_exact(cgrp);
	if (ct)
		container_note_state(ct, populated);
	raw_spin_unlock_irqrestore(&cache_lock, flags);
}

/* Called by the kernel with cgroup_mutex held. */
static void probe_rmdir(void *data, struct cgroup *cgrp, const char *path)
{
	struct ctbc_container *ct;
	unsigned long flags;

	raw_spin_lock_irqsave(&cache_lock, flags);
	ct = lookup_exact(cgrp);
	if (ct)
		queue_work(registry_wq, &ct->gone_work);
	raw_spin_unlock_irqrestore(&cache_lock, flags);
}

/* A kernel without a tracepoint only tells less: state is read when asked. */
static struct ctbc_probe probes[] = {
	{ .name = "cgroup_notify_populated", .func = probe_populated },
	{ .name = "cgroup_rmdir", .func = probe_rmdir },
};

/* A container, and behind it what the controllers keep with it. */
static struct ctbc_container *container_zalloc(void)
{
	const struct ctbc_controller *c;
	struct ctbc_container *ct;
	size_t size = sizeof(*ct);
	unsigned int i;

	for (i = 0; (c = ctbc_controller_nth(i)); i++)
		size += L1_CACHE_ALIGN(c->size);
	ct = kzalloc(size, GFP_KERNEL);
	if (!ct)
		return NULL;
	size = sizeof(*ct);
	for (i = 0; (c = ctbc_controller_nth(i)); i++) {
		if (c->size)
			ct->priv[c->id] = (char *)ct + size;
		size += L1_CACHE_ALIGN(c->size);
	}
	return ct;
}

static struct ctbc_container *container_alloc(u32 id, struct cgroup *cgrp,
					      struct netlink_ext_ack *extack)
{
	struct ctbc_container *ct;
	int index, err;

	ct = container_zalloc();
	if (!ct)
		return ERR_PTR(-ENOMEM);
	err = percpu_ref_init(&ct->ref, container_release, 0, GFP_KERNEL);
	if (err)
		goto err_free;
	index = ida_alloc_range(&indexes, 1, U16_MAX, GFP_KERNEL);
	if (index == -ENOSPC)
		NL_SET_ERR_MSG_FMT(extack, "container %u: there are %u already, some detached with objects charged",
				   id, U16_MAX);
	err = index == -ENOSPC ? -EBUSY : index;
	if (err < 0)
		goto err_ref;
	ct->id = id;
	ct->index = index;
	ct->cgrp = cgrp;
	cgroup_get(cgrp);
	ctbc_event_source_init(&ct->events, id);
	INIT_WORK(&ct->gone_work, container_gone_work);
	INIT_RCU_WORK(&ct->free_work, container_free_work);
	/* Whoever finds it finds it whole. */
	smp_store_release(&ctbc_container_table[index], ct);
	atomic_inc(&nr_alive);
	return ct;

err_ref:
	percpu_ref_exit(&ct->ref);
err_free:
	kfree(ct);
	return ERR_PTR(err);
}

static int controllers_attach(struct ctbc_container *ct, struct netlink_ext_ack *extack)
{
	const struct ctbc_controller *c;
	unsigned int i;
	int err;

	for (i = 0; (c = ctbc_controller_nth(i)); i++) {
		err = c->attach(ct, extack);
		if (!err)
			continue;
		while (i--)
			ctbc_controller_nth(i)->detach(ct);
		return err;
	}
	return 0;
}

static int controllers_attached(struct ctbc_container *ct)
{
	const struct ctbc_controller *c;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && (c = ctbc_controller_nth(i)); i++)
		if (c->attached)
			err = c->attached(ct);
	return err;
}

static int controllers_scan(struct ctbc_container *ct)
{
	const struct ctbc_controller *c;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && (c = ctbc_controller_nth(i)); i++)
		if (c->scan)
			err = c->scan(ct);
	return err;
}

static int attach_check(u32 id, struct cgroup *cgrp, struct netlink_ext_ack *extack)
{
	struct ctbc_container *ct, *other = NULL;
	unsigned long index;

	if (!cgroup_parent(cgrp)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "container %u: the root cgroup is the host's own", id);
		return -EINVAL;
	}
	ct = xa_load(&by_id, id);
	if (ct) {
		NL_SET_ERR_MSG_FMT(extack, "container %u exists already%s", id,
				   ct->cgrp == cgrp ? " with this cgroup" : "");
		return -EEXIST;
	}
	xa_for_each(&by_id, index, ct)
		if (cgroup_is_descendant(cgrp, ct->cgrp) ||
		    cgroup_is_descendant(ct->cgrp, cgrp))
			other = ct;
	if (other) {
		NL_SET_ERR_MSG_FMT(extack,
				   "container %u: the cgroup is %s container %u's", id,
				   other->cgrp == cgrp ? "already" :
				   cgroup_is_descendant(cgrp, other->cgrp) ?
				   "below" : "above", other->id);
		return -EBUSY;
	}
	return 0;
}

static void container_publish(struct ctbc_container *ct)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&cache_lock, flags);
	hash_add(by_cgroup, &ct->by_cgroup, (unsigned long)ct->cgrp);
	cache_flush();
	raw_spin_unlock_irqrestore(&cache_lock, flags);
}

static void container_hide(struct ctbc_container *ct)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&cache_lock, flags);
	hash_del(&ct->by_cgroup);
	cache_flush();
	raw_spin_unlock_irqrestore(&cache_lock, flags);
}

static void container_remove(struct ctbc_container *ct)
{
	const struct ctbc_controller *c;
	unsigned int i;

	lockdep_assert_held(&ctbc_registry_lock);
	xa_erase(&by_id, ct->id);
	container_hide(ct);
	for (i = 0; (c = ctbc_controller_nth(i)); i++)
		c->detach(ct);
	ctbc_event_source_exit(&ct->events);
	ctbc_event_send(ct->id, CTBC_EVENT_DESTROYED);
	percpu_ref_kill(&ct->ref);
}

static void say_no_memory(u32 id, int err, struct netlink_ext_ack *extack)
{
	if (err == -ENOMEM)
		NL_SET_ERR_MSG_FMT(extack, "container %u: the kernel has no memory for it", id);
}

/**
 * ctbc_container_attach() - make a cgroup a container
 * @id: CTBC_ID_MIN..CTBC_ID_MAX
 * @cgrp: the cgroup; the registry takes its own reference
 * @extack: says why it was refused
 *
 * Context: process, may sleep; takes ctbc_registry_lock.
 * Return: 0; -EEXIST for a used id, -EBUSY for a cgroup in, of or above a
 * container, -EINVAL for the root cgroup, -ENODEV for a removed one, -ENOMEM.
 */
int ctbc_container_attach(u32 id, struct cgroup *cgrp, struct netlink_ext_ack *extack)
{
	const struct ctbc_controller *c;
	struct ctbc_container *ct;
	unsigned int i;
	int err;

	mutex_lock(&ctbc_registry_lock);
	err = attach_check(id, cgrp, extack);
	if (err)
		goto out_unlock;
	ct = container_alloc(id, cgrp, extack);
	if (IS_ERR(ct)) {
		err = PTR_ERR(ct);
		goto out_unlock;
	}
	err = controllers_attach(ct, extack);
	if (err)
		goto err_kill;
	err = xa_err(xa_store(&by_id, id, ct, GFP_KERNEL));
	if (err)
		goto err_detach;

	container_publish(ct);
	ctbc_event_send(id, CTBC_EVENT_CREATED);
	err = controllers_attached(ct);
	if (!err && ctbc_container_running(ct))
		container_note_state(ct, true);
	if (!err && !(cgrp->self.flags & CSS_ONLINE)) {
		NL_SET_ERR_MSG_FMT(extack, "container %u: the cgroup was removed", id);
		err = -ENODEV;
	}
	if (err) {
		container_remove(ct);
		goto out_unlock;
	}
	percpu_ref_get(&ct->ref);
	mutex_unlock(&ctbc_registry_lock);
	err = controllers_scan(ct);
	if (err)
		ctbc_container_detach(ct);
	ctbc_container_put(ct);
	say_no_memory(id, err, extack);
	return err;

err_detach:
	for (i = 0; (c = ctbc_controller_nth(i)); i++)
		c->detach(ct);
err_kill:
	percpu_ref_kill(&ct->ref);
out_unlock:
	say_no_memory(id, err, extack);
	mutex_unlock(&ctbc_registry_lock);
	return err;
}

/**
 * ctbc_container_detach() - forget a container
 * @ct: the container; the caller's pin, if it has one, stays valid
 *
 * Its tasks live on as the host's. What is charged stays so until it is given
 * back.
 *
 * Context: process, may sleep; takes ctbc_registry_lock.
 * Return: 0, -ENODEV where somebody else was faster.
 */
int ctbc_container_detach(struct ctbc_container *ct)
{
	int err;

	mutex_lock(&ctbc_registry_lock);
	err = ctbc_container_check_alive(ct, NULL);
	if (!err)
		container_remove(ct);
	mutex_unlock(&ctbc_registry_lock);
	return err;
}

/**
 * ctbc_containers_detach_all() - forget all containers, for unload
 *
 * Context: process, may sleep; nothing can be attached any more.
 */
void ctbc_containers_detach_all(void)
{
	struct ctbc_container *ct;
	unsigned long index;

	mutex_lock(&ctbc_registry_lock);
	xa_for_each(&by_id, index, ct)
		container_remove(ct);
	mutex_unlock(&ctbc_registry_lock);
}

/**
 * ctbc_containers_init() - start the registry
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int ctbc_containers_init(void)
{
	unsigned int i;

	registry_wq = alloc_workqueue("ctbc", WQ_UNBOUND, 0);
	if (!registry_wq)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(probes); i++)
		ctbc_probe_install(&probes[i]);
	return 0;
}

/**
 * ctbc_containers_exit() - stop the registry
 *
 * Waits until the last container is freed: all are detached, and the
 * controllers have given back what was charged.
 *
 * Context: process, may sleep.
 */
void ctbc_containers_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		ctbc_probe_remove(&probes[i]);
	/* The last reference falls in an RCU callback of the reference count. */
	while (atomic_read(&nr_alive)) {
		rcu_barrier();
		flush_workqueue(registry_wq);
	}
	destroy_workqueue(registry_wq);
	ida_destroy(&indexes);
	xa_destroy(&by_id);
}
