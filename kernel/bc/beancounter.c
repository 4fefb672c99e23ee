// SPDX-License-Identifier: GPL-2.0
/*
 * The beancounter controller: counters by container and parameter
 *
 * What is counted, and where the kernel is hooked for it, is the business of
 * one file for each kind of object. Here is what they share: a container's
 * counters, and the rule that an object goes back to the container that it was
 * charged to. An object that is charged holds a reference to its container.
 */
#include <linux/netlink.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <net/netlink.h>

#include "kernel/bc/beancounter.h"
#include "kernel/bc/counter.h"
#include "kernel/bc/owner.h"
#include "kernel/core/param.h"

/**
 * struct beancounter - the counters of one container
 * @orphans: objects that were still charged when the module was unloaded
 * @stock: the CPUs' stocks, one a kind
 * @counters: one a kind, in the order of the table of kinds
 */
struct beancounter {
	u64 orphans;
	atomic_t __percpu *stock;
	struct ctbc_counter counters[];
};

static const struct ctbc_bc_kind *const kinds[] = {
	&ctbc_bc_task,
};

/* Parameter to place in the table of kinds, plus 1; 0 where there is none. */
static u8 kind_of[CTBC_NR_PARAMS];

/* Without the map of owners nothing can be counted, and no hook is set. */
static bool have_owners;

static struct ctbc_counter *counter_of(const struct ctbc_container *ct,
				       enum ctbc_param param)
{
	struct beancounter *bc = ct->priv[CTBC_CONTROLLER_BC];

	return &bc->counters[kind_of[param] - 1];
}

/**
 * ctbc_bc_try_charge() - take units for the running task, if allowed
 * @ct: the container, found under RCU or pinned
 * @param: the parameter
 * @n: how many
 *
 * Context: any.
 * Return: true if charged; false if refused: counted, and told as an event.
 */
bool ctbc_bc_try_charge(struct ctbc_container *ct, enum ctbc_param param,
			unsigned int n)
{
	enum ctbc_severity severity = ctbc_param_table[param].severity;
	struct ctbc_counter *c = counter_of(ct, param);

	if (likely(ctbc_counter_try_charge(c, n, severity)))
		return true;
	ctbc_event_refused(&ct->events, param, ctbc_counter_held(c),
			   ctbc_counter_bound(c, severity));
	return false;
}

/**
 * ctbc_bc_uncharge() - give units back
 * @ct: the container
 * @param: the parameter
 * @n: how many
 *
 * Context: any.
 */
void ctbc_bc_uncharge(struct ctbc_container *ct, enum ctbc_param param,
		      unsigned int n)
{
	ctbc_counter_uncharge(counter_of(ct, param), n);
}

static void uncharge_index(enum ctbc_param param, u16 index)
{
	struct ctbc_container *ct;

	if (!index)
		return;
	rcu_read_lock();
	ct = ctbc_container_by_index(index);
	ctbc_bc_uncharge(ct, param, 1);
	ctbc_container_put(ct);
	rcu_read_unlock();
}

/**
 * ctbc_bc_give_object() - mark an object with a unit that was charged before
 * @ct: the container that has the charge
 * @param: the parameter
 * @obj: the object, prepared; what it was charged to before gets it back
 *
 * Context: any.
 */
void ctbc_bc_give_object(struct ctbc_container *ct, enum ctbc_param param,
			 const void *obj)
{
	ctbc_container_hold(ct);
	uncharge_index(param, ctbc_owner_xchg(obj, ct->index));
}

/**
 * ctbc_bc_try_charge_object() - charge the running task for a new object
 * @ct: the container, found under RCU or pinned
 * @param: the parameter
 * @obj: the object
 *
 * Context: any.
 * Return: true if charged; false if refused, or if there is no memory to note
 * the owner down.
 */
bool ctbc_bc_try_charge_object(struct ctbc_container *ct, enum ctbc_param param,
			       const void *obj)
{
	if (ctbc_owner_prepare(obj, GFP_NOWAIT) || !ctbc_bc_try_charge(ct, param, 1))
		return false;
	ctbc_bc_give_object(ct, param, obj);
	return true;
}

/**
 * ctbc_bc_charge_object() - charge an object whatever the limits say
 * @ct: the container, found under RCU or pinned
 * @param: the parameter
 * @obj: the object
 *
 * An object whose owner cannot be noted down, for lack of memory, stays
 * uncounted.
 *
 * Context: any.
 */
void ctbc_bc_charge_object(struct ctbc_container *ct, enum ctbc_param param,
			   const void *obj)
{
	if (ctbc_owner_prepare(obj, GFP_NOWAIT))
		return;
	ctbc_counter_charge(counter_of(ct, param), 1);
	ctbc_bc_give_object(ct, param, obj);
}

/**
 * ctbc_bc_uncharge_object() - an object is freed, or nobody's any more
 * @param: the parameter
 * @obj: the object, charged or not
 *
 * Context: any.
 */
void ctbc_bc_uncharge_object(enum ctbc_param param, const void *obj)
{
	uncharge_index(param, ctbc_owner_xchg(obj, 0));
}

static int kinds_start(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; have_owners && !err && i < ARRAY_SIZE(kinds); i++)
		err = kinds[i]->start();
	return err;
}

static int bc_attach(struct ctbc_container *ct, struct netlink_ext_ack *extack)
{
	struct beancounter *bc;
	unsigned int i;
	int err;

	err = kinds_start();
	if (err)
		return err;
	bc = kzalloc(struct_size(bc, counters, ARRAY_SIZE(kinds)), GFP_KERNEL);
	if (!bc)
		return -ENOMEM;
	bc->stock = __alloc_percpu(ARRAY_SIZE(kinds) * sizeof(atomic_t),
				   __alignof__(atomic_t));
	if (!bc->stock) {
		kfree(bc);
		return -ENOMEM;
	}
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		ctbc_counter_init(&bc->counters[i], bc->stock + i, kinds[i]->batch);
	ct->priv[CTBC_CONTROLLER_BC] = bc;
	return 0;
}

static int bc_attached(struct ctbc_container *ct)
{
	unsigned int i;
	int err = 0;

	for (i = 0; have_owners && !err && i < ARRAY_SIZE(kinds); i++)
		err = kinds[i]->scan(ct);
	return err;
}

static void bc_detach(struct ctbc_container *ct)
{
}

static void bc_free(struct ctbc_container *ct)
{
	struct beancounter *bc = ct->priv[CTBC_CONTROLLER_BC];
	unsigned int i;
	u64 held = 0;

	if (!bc)
		return;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		held += ctbc_counter_held(&bc->counters[i]);
	WARN_ONCE(held != bc->orphans,
		  "ctbc: container %u: %llu units held by %llu objects\n",
		  ct->id, held, bc->orphans);
	free_percpu(bc->stock);
	kfree(bc);
}

static bool bc_has(enum ctbc_param param)
{
	return kind_of[param];
}

static void bc_param_feature(enum ctbc_param param, struct ctbc_feature *feature)
{
	if (have_owners) {
		kinds[kind_of[param] - 1]->feature(feature);
		return;
	}
	*feature = (struct ctbc_feature) {
		.state = CTBC_FEATURE_ABSENT,
		.mechanism = "-",
		.reason = "the kernel does not tell how much memory there can be",
	};
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

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
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
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		kind_of[kinds[i]->param] = i + 1;
		if (have_owners)
			kinds[i]->init();
	}
	return 0;
}

/* Objects outlive the module: their container must not wait for them. */
static void drop_orphan(u16 index)
{
	struct ctbc_container *ct = ctbc_container_by_index(index);
	struct beancounter *bc = ct->priv[CTBC_CONTROLLER_BC];

	bc->orphans++;
	ctbc_container_put(ct);
}

static void bc_exit(void)
{
	unsigned int i = ARRAY_SIZE(kinds);

	while (have_owners && i--)
		kinds[i]->exit();
	ctbc_owner_for_each(drop_orphan);
	ctbc_owner_exit();
}

const struct ctbc_controller ctbc_bc_controller = {
	.name = "bc",
	.id = CTBC_CONTROLLER_BC,
	.init = bc_init,
	.exit = bc_exit,
	.attach = bc_attach,
	.attached = bc_attached,
	.detach = bc_detach,
	.free = bc_free,
	.has = bc_has,
	.check = bc_check,
	.set = bc_set,
	.get = bc_get,
	.feature = bc_feature,
	.param_feature = bc_param_feature,
};
