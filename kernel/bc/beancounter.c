// SPDX-License-Identifier: GPL-2.0
/*
 * The beancounter controller: counters by container and parameter
 *
 * What is counted, and where the kernel is hooked for it, is the business of
 * one file for each kind of object. Here is what they share: a container's
 * counters, and the rule that an object goes back to the container that it was
 * charged to. A container lives as long as anything is charged to it.
 */
#include <linux/netlink.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <net/netlink.h>

#include "kernel/bc/beancounter.h"
#include "kernel/core/param.h"

static const struct ctbc_bc_kind *const kinds[CTBC_NR_BC] = {
	[CTBC_BC_NUMPROC] = &ctbc_bc_task,
	[CTBC_BC_NUMFILE] = &ctbc_bc_file,
	[CTBC_BC_NUMTCPSOCK] = &ctbc_bc_tcpsock,
	[CTBC_BC_NUMOTHERSOCK] = &ctbc_bc_othersock,
	[CTBC_BC_TCPSNDBUF] = &ctbc_bc_tcpsndbuf,
	[CTBC_BC_TCPRCVBUF] = &ctbc_bc_tcprcvbuf,
	[CTBC_BC_OTHERSOCKBUF] = &ctbc_bc_othersockbuf,
	[CTBC_BC_DGRAMRCVBUF] = &ctbc_bc_dgramrcvbuf,
	[CTBC_BC_NUMFLOCK] = &ctbc_bc_flock,
	[CTBC_BC_NUMPTY] = &ctbc_bc_pty,
	[CTBC_BC_NUMSIGINFO] = &ctbc_bc_siginfo,
	[CTBC_BC_NUMINOTIFY] = &ctbc_bc_inotify,
	[CTBC_BC_NUMKEYS] = &ctbc_bc_key,
	[CTBC_BC_NUMIPTENT] = &ctbc_bc_netfilter,
};

/* Parameter to place in the table of kinds, plus 1; 0 where there is none. */
static u8 kind_of[CTBC_NR_PARAMS];

/* Without the map of owners nothing can be counted, and no hook is set. */
static bool have_owners;

static struct ctbc_counter *counter_of(const struct ctbc_container *ct,
				       enum ctbc_param param)
{
	return ctbc_bc_counter(ct, kind_of[param] - 1);
}

/**
 * ctbc_bc_try_charge_as() - take units, obeying barrier or limit
 * @ct: the container, found under RCU or pinned
 * @id: of what
 * @n: how many
 * @severity: which of them
 *
 * Where the container's mode is to account, it is charged, and yet counted and told
 * as refused.
 *
 * Context: any.
 * Return: true if charged; false if refused: counted, and told as an event.
 */
bool ctbc_bc_try_charge_as(struct ctbc_container *ct, enum ctbc_bc_id id,
			   unsigned int n, enum ctbc_severity severity)
{
	struct ctbc_counter *c = ctbc_bc_counter(ct, id);

	if (unlikely(!ctbc_counter_try_charge_slow(c, n, severity))) {
		ctbc_event_note(&ct->events, CTBC_EVENT_REFUSED, kinds[id]->param,
				ctbc_counter_held(c), ctbc_counter_bound(c, severity));
		if (READ_ONCE(ct->mode) == CTBC_MODE_ENFORCE)
			return false;
		ctbc_counter_charge(c, n);
		return true;
	}
	if (severity == CTBC_SEVERITY_SOFT && ctbc_counter_passes(c))
		ctbc_event_note(&ct->events, CTBC_EVENT_PASSED, kinds[id]->param,
				ctbc_counter_held(c), READ_ONCE(c->barrier));
	return true;
}

/**
 * ctbc_bc_try_charge_slow() - take units that this CPU has no stock of
 * @ct: the container, found under RCU or pinned
 * @id: of what
 * @n: how many
 *
 * Context: any.
 * Return: true if charged; false if refused: counted, and told as an event.
 */
bool ctbc_bc_try_charge_slow(struct ctbc_container *ct, enum ctbc_bc_id id,
			     unsigned int n)
{
	return ctbc_bc_try_charge_as(ct, id, n,
				     ctbc_param_table[kinds[id]->param].severity);
}

/**
 * ctbc_bc_give_object() - mark an object with a unit that was charged before
 * @ct: the container that has the charge
 * @id: of what
 * @obj: the object, which has a slot; what it was charged to before gets it back
 *
 * Context: any, under rcu_read_lock() or with preemption off.
 */
void ctbc_bc_give_object(struct ctbc_container *ct, enum ctbc_bc_id id,
			 const void *obj)
{
	u16 old = xchg(ctbc_owner_slot(obj), ct->index);

	if (old)
		ctbc_bc_uncharge(ctbc_container_by_index(old), id, 1);
}

/**
 * ctbc_bc_charge_object() - charge an object whatever the limits say
 * @ct: the container, found under RCU or pinned
 * @id: of what
 * @obj: the object
 *
 * An object whose owner cannot be noted down, for lack of memory, stays
 * uncounted.
 *
 * Context: any, under rcu_read_lock() or with preemption off.
 */
void ctbc_bc_charge_object(struct ctbc_container *ct, enum ctbc_bc_id id,
			   const void *obj)
{
	if (!ctbc_owner_make_slot(obj, GFP_ATOMIC))
		return;
	ctbc_counter_charge(ctbc_bc_counter(ct, id), 1);
	ctbc_bc_give_object(ct, id, obj);
}

/*
 * A unit that was charged for an object which does not exist yet: it is noted down
 * at the task that is about to make it, at a place of the task's own for each
 * counter.  Where the object does not come to be, the task's next one takes the
 * unit, or its end gives it back.
 */
static const void *reserve_of(const struct task_struct *task, enum ctbc_bc_id id)
{
	BUILD_BUG_ON((CTBC_NR_BC + 1) * CTBC_OWNER_SLOT > sizeof(*task));
	return (const char *)task + (1 + id) * CTBC_OWNER_SLOT;
}

/**
 * ctbc_bc_reserve() - charge the running task for an object that it is to make
 * @ct: its container
 * @id: of what
 *
 * Context: process, under rcu_read_lock() or with preemption off.
 * Return: true if charged; false if refused, or if there is no memory to note it
 * down.
 */
bool ctbc_bc_reserve(struct ctbc_container *ct, enum ctbc_bc_id id)
{
	const void *reserve = reserve_of(current, id);

	if (unlikely(ctbc_owner_get(reserve) == ct->index))
		return true;
	return ctbc_bc_try_charge_object(ct, id, reserve);
}

/**
 * ctbc_bc_give_reserve() - the object has come to be
 * @id: of what
 * @obj: the object, made by the running task
 *
 * Context: process.
 * Return: true if there was a unit for it.
 */
bool ctbc_bc_give_reserve(enum ctbc_bc_id id, const void *obj)
{
	u16 *slot = ctbc_owner_slot(reserve_of(current, id)), index;

	if (!slot || !READ_ONCE(*slot))
		return false;
	preempt_disable();
	index = xchg(slot, 0);
	slot = ctbc_owner_make_slot(obj, GFP_ATOMIC);
	if (slot)
		index = xchg(slot, index);
	if (index)
		ctbc_bc_uncharge(ctbc_container_by_index(index), id, 1);
	preempt_enable();
	return true;
}

/**
 * ctbc_bc_return_reserve() - it does not come to be
 * @task: the running task, or one that has ended
 * @id: of what
 *
 * Context: any.
 */
void ctbc_bc_return_reserve(struct task_struct *task, enum ctbc_bc_id id)
{
	ctbc_bc_uncharge_object(id, reserve_of(task, id));
}

/**
 * ctbc_bc_return_reserves() - a task has ended
 * @task: the task
 *
 * Context: any.
 */
void ctbc_bc_return_reserves(struct task_struct *task)
{
	static const enum ctbc_bc_id ids[] = {
		CTBC_BC_NUMTCPSOCK, CTBC_BC_NUMFLOCK, CTBC_BC_NUMPTY, CTBC_BC_NUMIPTENT,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++)
		ctbc_bc_return_reserve(task, ids[i]);
}

static bool kind_works(const struct ctbc_bc_kind *kind)
{
	return kind->works ? kind->works() :
	       ctbc_hooks_complete(kind->hooks, kind->nr_hooks);
}

/* Half a count is worse than none. */
static void kind_settle(const struct ctbc_bc_kind *kind)
{
	if (!kind_works(kind))
		ctbc_hooks_remove(kind->hooks, kind->nr_hooks);
	else if (kind->settle)
		kind->settle();
}

static int kind_start(const struct ctbc_bc_kind *kind)
{
	int err;

	if (!kind_works(kind))
		return 0;
	err = ctbc_hooks_install(kind->hooks, kind->nr_hooks);
	if (!err && kind->start)
		err = kind->start();
	if (!err)
		kind_settle(kind);
	return err;
}

static int kinds_start(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; have_owners && !err && i < CTBC_NR_BC; i++)
		err = kind_start(kinds[i]);
	return err;
}

static int bc_attach(struct ctbc_container *ct, struct netlink_ext_ack *extack)
{
	struct ctbc_bc *bc = ctbc_bc_of(ct);
	unsigned int i;
	int err;

	if (WARN_ON_ONCE(ct->priv[CTBC_CONTROLLER_BC] != bc))
		return -EINVAL;
	err = kinds_start();
	if (err)
		return err;
	bc->stock = __alloc_percpu(CTBC_NR_BC * sizeof(atomic_t),
				   __alignof__(atomic_t));
	if (!bc->stock)
		return -ENOMEM;
	for (i = 0; i < CTBC_NR_BC; i++)
		ctbc_counter_init(&bc->counters[i], &ct->ref, bc->stock + i,
				  kinds[i]->batch);
	return 0;
}

static int bc_attached(struct ctbc_container *ct)
{
	unsigned int i;
	int err = 0;

	for (i = 0; have_owners && !err && i < CTBC_NR_BC; i++)
		if (kind_works(kinds[i]))
			err = ctbc_bc_scan(ct, kinds[i]);
	return err;
}

static int bc_scan(struct ctbc_container *ct)
{
	unsigned int i;
	int err = 0;

	for (i = 0; have_owners && !err && i < CTBC_NR_BC; i++)
		if (kinds[i]->scan && kind_works(kinds[i]))
			err = kinds[i]->scan(ct);
	return err;
}

static void bc_detach(struct ctbc_container *ct)
{
	unsigned int i;

	for (i = 0; i < CTBC_NR_BC; i++)
		ctbc_counter_close(ctbc_bc_counter(ct, i));
}

static void bc_free(struct ctbc_container *ct)
{
	free_percpu(ctbc_bc_of(ct)->stock);
}

static bool bc_has(enum ctbc_param param)
{
	return kind_of[param];
}

static void bc_param_feature(enum ctbc_param param, struct ctbc_feature *feature)
{
	const struct ctbc_bc_kind *kind = kinds[kind_of[param] - 1], *with = kind;
	bool works;

	/* Those that share hooks stand behind the one that has them. */
	while (!with->hooks && !with->works)
		with = kinds[kind_of[with->param] - 2];
	works = have_owners && kind_works(with);
	*feature = (struct ctbc_feature) {
		.state = works ? CTBC_FEATURE_ENFORCED : CTBC_FEATURE_ABSENT,
		.mechanism = works ?
			ctbc_hooks_mechanism(with->hooks, with->nr_hooks) : "-",
	};
	if (!have_owners)
		feature->reason = "the kernel does not tell how much memory there can be";
	else if (!works)
		feature->reason = ctbc_hooks_reason(with->hooks, with->nr_hooks) ?:
				  "something else that it depends on is missing";
	else if (kind->refine)
		kind->refine(feature);
}

static int bc_check(struct ctbc_container *ct, enum ctbc_param param,
		    u64 barrier, u64 limit, struct netlink_ext_ack *extack)
{
	struct ctbc_feature feature;

	bc_param_feature(param, &feature);
	if (feature.state > CTBC_FEATURE_ACCOUNTED)
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "container %u: %s cannot be limited, see features",
			   ct->id, ctbc_param_table[param].name);
	return -EOPNOTSUPP;
}

static int bc_set(struct ctbc_container *ct, enum ctbc_param param,
		  u64 barrier, u64 limit, struct netlink_ext_ack *extack)
{
	ctbc_counter_set(counter_of(ct, param), barrier, limit);
	return 0;
}

static void bc_get(const struct ctbc_container *ct, enum ctbc_param param,
		   struct ctbc_values *values)
{
	struct ctbc_counter *c = counter_of(ct, param);

	values->held = ctbc_counter_held(c);
	values->maxheld = atomic64_read(&c->maxheld);
	values->barrier = READ_ONCE(c->barrier);
	values->limit = READ_ONCE(c->limit);
	values->failcnt = atomic64_read(&c->failcnt);
}

static void bc_feature(struct ctbc_feature *feature)
{
	bool any = false;
	struct ctbc_feature one;
	unsigned int i;

	for (i = 0; i < CTBC_NR_BC; i++) {
		bc_param_feature(kinds[i]->param, &one);
		any |= one.state != CTBC_FEATURE_ABSENT;
	}
	*feature = (struct ctbc_feature) {
		.state = any ? CTBC_FEATURE_ENFORCED : CTBC_FEATURE_ABSENT,
		.mechanism = any ? "ftrace" : "-",
		.reason = any ? NULL : "no parameter can be counted on this kernel",
	};
}

static int bc_init(void)
{
	unsigned int i;
	int err;

	err = ctbc_owner_init();
	if (err && err != -ENOENT)
		return err;
	have_owners = !err;
	for (i = 0; i < CTBC_NR_BC; i++) {
		kind_of[kinds[i]->param] = i + 1;
		if (!have_owners)
			continue;
		ctbc_hooks_find(kinds[i]->hooks, kinds[i]->nr_hooks);
		if (kinds[i]->prepare && !kinds[i]->prepare())
			ctbc_hooks_remove(kinds[i]->hooks, kinds[i]->nr_hooks);
		kind_settle(kinds[i]);
	}
	return 0;
}

static void count_mark(u16 index)
{
	ctbc_bc_of(ctbc_container_by_index(index))->marks++;
}

/* Objects outlive the module: their container must not wait for them. */
static void abandon(struct ctbc_container *ct)
{
	struct ctbc_bc *bc = ctbc_bc_of(ct);
	u64 marks, left, held = 0;
	unsigned int i;

	/* It never came to be. */
	if (!bc->stock)
		return;
	/* With the last unit the container may go. */
	marks = bc->marks;
	for (i = 0; i < CTBC_NR_BC; i++) {
		left = ctbc_counter_abandon(&bc->counters[i]);
		held += kinds[i]->bytes ? 0 : left;
	}
	/* Some objects stand for amounts, and so for none of these units. */
	WARN_ONCE(held > marks, "ctbc: container %u: %llu units held by %llu objects\n",
		  ct->id, held, marks);
}

static void bc_exit(void)
{
	unsigned int i = CTBC_NR_BC;

	while (have_owners && i--)
		if (kinds[i]->exit)
			kinds[i]->exit();
	ctbc_owner_for_each(count_mark);
	ctbc_containers_visit(abandon);
	ctbc_owner_exit();
}

const struct ctbc_controller ctbc_bc_controller = {
	.name = "bc",
	.id = CTBC_CONTROLLER_BC,
	.size = sizeof(struct ctbc_bc),
	.init = bc_init,
	.exit = bc_exit,
	.attach = bc_attach,
	.attached = bc_attached,
	.scan = bc_scan,
	.detach = bc_detach,
	.free = bc_free,
	.has = bc_has,
	.check = bc_check,
	.set = bc_set,
	.get = bc_get,
	.feature = bc_feature,
	.param_feature = bc_param_feature,
};
