/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_BC_COUNTER_H
#define _CTBC_BC_COUNTER_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/ctbc.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct ctbc_counter - one resource of one container
 * @barrier: see &enum ctbc_severity; at most @limit
 * @limit: see &enum ctbc_severity
 * @stock: per CPU, units counted in @held that nobody uses at the moment
 * @batch: how many units a stock is filled with, 0 for none
 * @keep: a stock of so many takes no more; 0 where all are empty and take nothing, as
 *	for ever without @batch. Changes under @lock
 * @closed: the stocks are done with for good
 * @above: @held has passed the barrier, and ctbc_counter_passes() has said so
 * @pin: the counter's container, held while @held is not 0
 * @lock: held while units move between @held and a stock; innermost, taken
 *	with interrupts off
 * @held: units charged, stocks included
 * @maxheld: the most ever in use, stocks not included
 * @failcnt: charges refused
 */
struct ctbc_counter {
	u64 barrier;
	u64 limit;
	atomic_t __percpu *stock;
	int batch;
	int keep;
	bool closed;
	bool above;
	struct percpu_ref *pin;
	raw_spinlock_t lock;
	atomic64_t held ____cacheline_aligned_in_smp;
	atomic64_t maxheld;
	atomic64_t failcnt;
};

void ctbc_counter_init(struct ctbc_counter *c, struct percpu_ref *pin,
		       atomic_t __percpu *stock, unsigned int batch);
void ctbc_counter_close(struct ctbc_counter *c);
u64 ctbc_counter_abandon(struct ctbc_counter *c);
u64 ctbc_counter_bound(const struct ctbc_counter *c, enum ctbc_severity severity);
bool ctbc_counter_try_charge_slow(struct ctbc_counter *c, unsigned int n,
				  enum ctbc_severity severity);
void ctbc_counter_charge(struct ctbc_counter *c, unsigned int n);
void ctbc_counter_uncharge_slow(struct ctbc_counter *c, atomic_t *stock, int n);
bool ctbc_counter_passes(struct ctbc_counter *c);
void ctbc_counter_set(struct ctbc_counter *c, u64 barrier, u64 limit);
u64 ctbc_counter_held(struct ctbc_counter *c);

/**
 * ctbc_counter_take() - take units from this CPU's stock
 * @c: the counter
 * @n: how many
 *
 * Context: any.
 * Return: true if it had them.
 */
static __always_inline bool ctbc_counter_take(struct ctbc_counter *c, int n)
{
	atomic_t *stock;
	int have;

	/* Another CPU's stock after a migration does as well: all is atomic. */
	stock = raw_cpu_ptr(c->stock);
	have = atomic_read(stock);
	do {
		if (have < n)
			return false;
	} while (!atomic_try_cmpxchg(stock, &have, have - n));
	return true;
}

/**
 * ctbc_counter_uncharge() - give units back
 * @c: the counter
 * @n: how many, all charged before
 *
 * With the last unit the counter lets go of its container, which must not vanish
 * before this returns.
 *
 * Context: any.
 */
static __always_inline void ctbc_counter_uncharge(struct ctbc_counter *c, int n)
{
	atomic_t *stock = raw_cpu_ptr(c->stock);
	int had = atomic_fetch_add(n, stock);

	/* A full barrier was between: see stocks_close(). */
	if (unlikely(had >= READ_ONCE(c->keep)))
		ctbc_counter_uncharge_slow(c, stock, n);
}

#endif
