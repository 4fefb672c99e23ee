// SPDX-License-Identifier: GPL-2.0
/*
 * Defects on purpose: does the sanitizer kernel report each?
 *
 * Loaded with defect=NAME, it commits that one and stays loaded, except that a
 * machine whose kernel panics on reports does not get so far. Never part of what is
 * installed.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "kernel/bc/counter.h"

static char *defect = "";
module_param(defect, charp, 0);
MODULE_PARM_DESC(defect, "which defect to commit");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(spin);
static int value;
static int __rcu *shared = (int __rcu *)&value;

/* Not folded by the compiler, which sees these defects too. */
static noinline void *opaque(void *p)
{
	OPTIMIZER_HIDE_VAR(p);
	return p;
}

static int use_after_free(void)
{
	int *p = kmalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	kfree(opaque(p));
	return READ_ONCE(*(int *)opaque(p)) & 1 ? -EAGAIN : 0;
}

static int leak(void)
{
	int i;

	/* More than one: a stale word on some stack may point to the last. */
	for (i = 0; i < 8; i++)
		if (!opaque(kmalloc(100, GFP_KERNEL)))
			return -ENOMEM;
	return 0;
}

static int lock_inversion(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
	return 0;
}

static int sleep_in_atomic(void)
{
	void *p;

	spin_lock(&spin);
	p = kmalloc(100, GFP_KERNEL);
	spin_unlock(&spin);
	kfree(p);
	return 0;
}

static int rcu_misuse(void)
{
	return READ_ONCE(*rcu_dereference(shared)) ? -EINVAL : 0;
}

static void expired(struct timer_list *t)
{
}

static int free_of_active(void)
{
	struct timer_list *t = kmalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	timer_setup(t, expired, 0);
	mod_timer(t, jiffies + 1000 * HZ);
	kfree(t);
	return 0;
}

/* The address of a function of ctbc, which exports none. */
static void *address(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	void *found;

	if (register_kprobe(&probe))
		return NULL;
	found = (void *)probe.addr;
	unregister_kprobe(&probe);
	return found;
}

static int uncharge_too_many(void)
{
	void (*init)(struct ctbc_counter *c, struct percpu_ref *pin,
		     atomic_t __percpu *stock, unsigned int batch) =
		address("ctbc_counter_init");
	void (*uncharge)(struct ctbc_counter *c, atomic_t *stock, int n) =
		address("ctbc_counter_uncharge_slow");
	static struct ctbc_counter counter;
	static atomic_t stock = ATOMIC_INIT(1);

	if (!init || !uncharge)
		return -ENOENT;
	init(&counter, NULL, NULL, 0);
	uncharge(&counter, &stock, 1);
	return 0;
}

static const struct {
	const char *name;
	int (*commit)(void);
} defects[] = {
	{ "use-after-free", use_after_free },
	{ "leak", leak },
	{ "lock-inversion", lock_inversion },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "rcu-misuse", rcu_misuse },
	{ "free-of-active", free_of_active },
	{ "uncharge-too-many", uncharge_too_many },
};

static int __init planted_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(defects); i++)
		if (!strcmp(defects[i].name, defect))
			return defects[i].commit();
	return -EINVAL;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);

MODULE_DESCRIPTION("Defects on purpose");
MODULE_LICENSE("GPL");
