/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_BC_COUNTER_H
#define _CTBC_BC_COUNTER_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/ctbc.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct ctbc_counter - one resource of one container
 * @barrier: see &enum ctbc_severity; at most @limit
 * @limit: see &enum ctbc_severity
 * @batch: most units that a CPU keeps in stock, 0 for none
 * @stock: per CPU, units counted in @held that nobody uses at the moment
 * @stocked: some CPU's stock may hold units
 * @closed: the stocks take and give nothing; changes under @lock
 * @lock: held while units move between @held and a stock; innermost, taken
 *	with interrupts off
 * @held: units charged, stocks included
 * @maxheld: the most ever in use, stocks not included
 * @failcnt: charges refused
 */
struct ctbc_counter {
	u64 barrier;
	u64 limit;
	unsigned int batch;
	atomic_t __percpu *stock;
	bool stocked;
	bool closed;
	raw_spinlock_t lock;
	atomic64_t held ____cacheline_aligned_in_smp;
	atomic64_t maxheld;
	atomic64_t failcnt;
};

void ctbc_counter_init(struct ctbc_counter *c, atomic_t __percpu *stock,
		       unsigned int batch);
u64 ctbc_counter_bound(const struct ctbc_counter *c, enum ctbc_severity severity);
bool ctbc_counter_try_charge(struct ctbc_counter *c, unsigned int n,
			     enum ctbc_severity severity);
void ctbc_counter_charge(struct ctbc_counter *c, unsigned int n);
void ctbc_counter_uncharge(struct ctbc_counter *c, unsigned int n);
void ctbc_counter_set(struct ctbc_counter *c, u64 barrier, u64 limit);
u64 ctbc_counter_held(struct ctbc_counter *c);

#endif
