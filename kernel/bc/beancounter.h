/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_BC_BEANCOUNTER_H
#define _CTBC_BC_BEANCOUNTER_H

#include "kernel/bc/counter.h"
#include "kernel/bc/owner.h"
#include "kernel/core/container.h"
#include "kernel/core/controller.h"
#include "kernel/core/hook.h"

struct file;

/**
 * enum ctbc_bc_id - what is counted; those that share hooks in a row
 * @CTBC_BC_NUMPROC: processes and threads
 * @CTBC_BC_NUMFILE: open files
 * @CTBC_BC_NUMTCPSOCK: TCP sockets
 * @CTBC_BC_NUMOTHERSOCK: other sockets
 * @CTBC_BC_TCPSNDBUF: send buffers of TCP sockets
 * @CTBC_BC_TCPRCVBUF: receive buffers of TCP sockets
 * @CTBC_BC_DGRAMRCVBUF: receive buffers of other sockets
 * @CTBC_BC_OTHERSOCKBUF: send buffers of other sockets
 * @CTBC_BC_NUMFLOCK: file locks
 * @CTBC_BC_NUMPTY: pseudo-terminals
 * @CTBC_BC_NUMSIGINFO: queued signals
 * @CTBC_BC_NUMINOTIFY: inotify instances and watches
 * @CTBC_BC_NUMKEYS: keys
 * @CTBC_BC_NUMIPTENT: packet filter rules
 * @CTBC_NR_BC: how many there are
 */
enum ctbc_bc_id {
	CTBC_BC_NUMPROC,
	CTBC_BC_NUMFILE,
	CTBC_BC_NUMTCPSOCK,
	CTBC_BC_NUMOTHERSOCK,
	CTBC_BC_TCPSNDBUF,
	CTBC_BC_TCPRCVBUF,
	CTBC_BC_DGRAMRCVBUF,
	CTBC_BC_OTHERSOCKBUF,
	CTBC_BC_NUMFLOCK,
	CTBC_BC_NUMPTY,
	CTBC_BC_NUMSIGINFO,
	CTBC_BC_NUMINOTIFY,
	CTBC_BC_NUMKEYS,
	CTBC_BC_NUMIPTENT,
	CTBC_NR_BC
};

/**
 * struct ctbc_bc - the counters of one container
 * @marks: objects that were still charged when the module was unloaded
 * @stock: the CPUs' stocks, one a counter
 * @counters: by &enum ctbc_bc_id
 */
struct ctbc_bc {
	u64 marks;
	atomic_t __percpu *stock;
	struct ctbc_counter counters[CTBC_NR_BC];
};

/**
 * struct ctbc_bc_kind - one kind of kernel object that is counted
 * @param: the parameter that counts it
 * @batch: how many units a CPU's stock is filled with, 0 for none
 * @bytes: what is counted are not just objects with an owner each, but amounts
 * @hooks: where the kernel is hooked, in an order in which any part from the
 *	beginning does no harm; not one is called if any is missing. NULL for a kind
 *	that shares its hooks with the one before it, or sees to them itself
 * @nr_hooks: how many
 * @settle: remove hooks that are of no use without one that is missing; called
 *	after they were found, and installed. NULL for nothing
 * @works: do the hooks that there are suffice? NULL if it takes all of @hooks
 * @prepare: anything else that must be had, before the hooks; may sleep. NULL for
 *	nothing
 * @start: the same with the first container, after the hooks; called before each
 *	attach, may sleep. Fails with -ENOMEM, and is then tried again. NULL for
 *	nothing
 * @exit: undo that, after the hooks are gone; may sleep. NULL for nothing
 * @scan_task: charge a container for what a task of its own holds already; called
 *	under RCU. Returns an object that cannot be marked for lack of memory, or while
 *	somebody holds its lock, or NULL. NULL where that is not looked for
 * @scan_file: the same for a file of a task's, under the lock of its table;
 *	*@scan is a &struct ctbc_bc_file_scan, which gets such an object. Returns other
 *	than 0 to end the walk
 * @scan: the same for what no task of it has in its hands, as the controller's.
 *	NULL for nothing
 * @refine: correct what features says of it. NULL for nothing
 */
struct ctbc_bc_kind {
	enum ctbc_param param;
	unsigned int batch;
	bool bytes;
	struct ctbc_hook *hooks;
	unsigned int nr_hooks;
	void (*settle)(void);
	bool (*works)(void);
	bool (*prepare)(void);
	int (*start)(void);
	void (*exit)(void);
	const void *(*scan_task)(struct ctbc_container *ct, struct task_struct *t);
	int (*scan_file)(const void *scan, struct file *file, unsigned int fd);
	int (*scan)(struct ctbc_container *ct);
	void (*refine)(struct ctbc_feature *feature);
};

#define CTBC_BC_HOOKS(_hooks)	.hooks = _hooks, .nr_hooks = ARRAY_SIZE(_hooks)

extern const struct ctbc_bc_kind ctbc_bc_task;
extern const struct ctbc_bc_kind ctbc_bc_file;
extern const struct ctbc_bc_kind ctbc_bc_tcpsock;
extern const struct ctbc_bc_kind ctbc_bc_othersock;
extern const struct ctbc_bc_kind ctbc_bc_tcpsndbuf;
extern const struct ctbc_bc_kind ctbc_bc_tcprcvbuf;
extern const struct ctbc_bc_kind ctbc_bc_othersockbuf;
extern const struct ctbc_bc_kind ctbc_bc_dgramrcvbuf;
extern const struct ctbc_bc_kind ctbc_bc_flock;
extern const struct ctbc_bc_kind ctbc_bc_pty;
extern const struct ctbc_bc_kind ctbc_bc_siginfo;
extern const struct ctbc_bc_kind ctbc_bc_inotify;
extern const struct ctbc_bc_kind ctbc_bc_key;
extern const struct ctbc_bc_kind ctbc_bc_netfilter;
extern const struct ctbc_controller ctbc_bc_controller;

bool ctbc_bc_try_charge_slow(struct ctbc_container *ct, enum ctbc_bc_id id,
			     unsigned int n);
bool ctbc_bc_try_charge_as(struct ctbc_container *ct, enum ctbc_bc_id id,
			   unsigned int n, enum ctbc_severity severity);
void ctbc_bc_charge_object(struct ctbc_container *ct, enum ctbc_bc_id id,
			   const void *obj);
void ctbc_bc_give_object(struct ctbc_container *ct, enum ctbc_bc_id id,
			 const void *obj);

bool ctbc_bc_reserve(struct ctbc_container *ct, enum ctbc_bc_id id);
bool ctbc_bc_give_reserve(enum ctbc_bc_id id, const void *obj);
void ctbc_bc_return_reserve(struct task_struct *task, enum ctbc_bc_id id);
void ctbc_bc_return_reserves(struct task_struct *task);
bool ctbc_bc_is_free(u16 owner);
bool ctbc_bc_is_in(const struct ctbc_container *ct, struct task_struct *task);
const void *ctbc_bc_find_object(struct ctbc_container *ct, enum ctbc_bc_id id,
				const void *obj, bool take_over);
int ctbc_bc_scan(struct ctbc_container *ct, const struct ctbc_bc_kind *kind);

/**
 * struct ctbc_bc_file_scan - a walk over a table of descriptors
 * @ct: to be charged
 * @files: the table
 * @unmarkable: an object without a place for its owner, or one that has to be waited
 *	for; NULL for none yet
 */
struct ctbc_bc_file_scan {
	struct ctbc_container *ct;
	const struct files_struct *files;
	const void *unmarkable;
};

/**
 * ctbc_bc_of() - a container's counters
 * @ct: the container, pinned, or with anything charged to it
 *
 * Return: the counters.
 */
static __always_inline struct ctbc_bc *ctbc_bc_of(const struct ctbc_container *ct)
{
	return (struct ctbc_bc *)ct->data;
}

/**
 * ctbc_bc_counter() - one of a container's counters
 * @ct: the container, pinned, or with anything charged to it
 * @id: of what
 *
 * Return: the counter.
 */
static __always_inline struct ctbc_counter *ctbc_bc_counter(const struct ctbc_container *ct,
							    enum ctbc_bc_id id)
{
	return &ctbc_bc_of(ct)->counters[id];
}

/**
 * ctbc_bc_try_charge() - take units for the running task, if allowed
 * @ct: the container, found under RCU or pinned
 * @id: of what
 * @n: how many
 *
 * Context: any.
 * Return: true if charged; false if refused: counted, and told as an event.
 */
static __always_inline bool ctbc_bc_try_charge(struct ctbc_container *ct,
					       enum ctbc_bc_id id, unsigned int n)
{
	return likely(ctbc_counter_take(ctbc_bc_counter(ct, id), n)) ||
	       ctbc_bc_try_charge_slow(ct, id, n);
}

/**
 * ctbc_bc_uncharge() - give units back
 * @ct: the container
 * @id: of what
 * @n: how many
 *
 * Context: any, under rcu_read_lock() or with preemption off, or where something else
 * stays charged to the container.
 */
static __always_inline void ctbc_bc_uncharge(struct ctbc_container *ct,
					     enum ctbc_bc_id id, unsigned int n)
{
	ctbc_counter_uncharge(ctbc_bc_counter(ct, id), n);
}

/**
 * ctbc_bc_uncharge_slot() - take an object from its owner
 * @id: of what
 * @slot: the object's place in the map of owners
 *
 * Context: any.
 */
static __always_inline void ctbc_bc_uncharge_slot(enum ctbc_bc_id id, u16 *slot)
{
	u16 index;

	/* Keeps the container in place, whose last unit this may be. */
	preempt_disable();
	index = xchg(slot, 0);
	if (likely(index))
		ctbc_bc_uncharge(ctbc_container_by_index(index), id, 1);
	preempt_enable();
}

/**
 * ctbc_bc_uncharge_freed() - take an object from its owner at its end
 * @id: of what
 * @slot: the object's place in the map of owners; nobody else can come by the object
 *	any more
 * @index: what stands there, not 0
 *
 * Context: any.
 */
static __always_inline void ctbc_bc_uncharge_freed(enum ctbc_bc_id id, u16 *slot,
						   unsigned long index)
{
	WRITE_ONCE(*slot, 0);
	preempt_disable();
	ctbc_bc_uncharge(ctbc_container_by_index(index), id, 1);
	preempt_enable();
}

/**
 * ctbc_bc_charge_fast() - charge for a new object, where nothing stands in the way
 * @index: the container's, found under RCU or pinned
 * @id: of what
 * @obj: the object, which nobody else sees yet
 * @free: its place in the map of owners is, as no end of such an object is missed
 *
 * Calls no function.
 *
 * Context: any.
 * Return: true if charged; false if ctbc_bc_try_charge_object() has to see to it.
 */
static __always_inline bool ctbc_bc_charge_fast(unsigned long index,
						enum ctbc_bc_id id, const void *obj,
						bool free)
{
	u16 *slots = ctbc_owner_leaf(obj);
	unsigned long nr = ctbc_owner_slot_nr(obj);

	if (unlikely(slots == ctbc_owner_no_leaf) ||
	    (!free && unlikely(READ_ONCE(slots[nr]))) ||
	    unlikely(!ctbc_counter_take(ctbc_bc_counter(ctbc_container_by_index(index),
							id), 1)))
		return false;
	WRITE_ONCE(slots[nr], index);
	return true;
}

/**
 * ctbc_bc_try_charge_object() - charge the running task for a new object
 * @ct: the container, found under RCU or pinned
 * @id: of what
 * @obj: the object, which nobody else sees yet
 *
 * Context: any.
 * Return: true if charged, or if it can have no owner; false if refused, or if
 * there is no memory to note the owner down.
 */
static __always_inline bool ctbc_bc_try_charge_object(struct ctbc_container *ct,
						      enum ctbc_bc_id id,
						      const void *obj)
{
	u16 *slot = ctbc_owner_slot(obj);

	if (unlikely(!slot)) {
		slot = ctbc_owner_make_slot(obj, GFP_ATOMIC);
		if (!slot)
			return !ctbc_owner_covers(obj);
	}
	if (!ctbc_bc_try_charge(ct, id, 1))
		return false;
	/* Somebody's: its end was missed. */
	if (unlikely(READ_ONCE(*slot)))
		ctbc_bc_uncharge_slot(id, slot);
	WRITE_ONCE(*slot, ct->index);
	return true;
}

/**
 * ctbc_bc_uncharge_object() - an object is freed, or nobody's any more
 * @id: of what
 * @obj: the object, charged or not
 *
 * Context: any.
 */
static __always_inline void ctbc_bc_uncharge_object(enum ctbc_bc_id id,
						    const void *obj)
{
	u16 *slot = ctbc_owner_leaf(obj) + ctbc_owner_slot_nr(obj);

	if (READ_ONCE(*slot))
		ctbc_bc_uncharge_slot(id, slot);
}

#endif
