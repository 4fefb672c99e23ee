// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of a beancounter
 *
 * A charge that a program makes is refused above the barrier (hard) or above
 * the limit (soft); a forced one never is. held may reach the barrier or
 * limit. A refusal changes nothing but failcnt, which counts each one.
 *
 * To spare a shared cache line, each CPU keeps a small stock of units that are
 * counted in held but in use by nobody. A stock is filled only as far as held
 * stays at or below both the barrier and maxheld. So what is really in use,
 * held less the stocks, cannot pass a maximum or a limit unseen: any charge
 * that would raise held above either drains the stocks first and is then
 * decided on exact numbers. Both maxheld and refusals are exact, near the limit
 * and far from it, and steady use below an old peak costs one local atomic.
 *
 * Units move between held and a stock only under the counter's lock, and a
 * charge that may be refused is decided under it with the stocks closed. So
 * nobody is refused for units that are in held but in no stock yet, or in a
 * stock that was filled while others were drained.
 *
 * The functions work on nothing but their arguments.
 */
#include <linux/bug.h>
#include <linux/minmax.h>

#include "kernel/bc/counter.h"

/**
 * ctbc_counter_init() - an unlimited counter with nothing charged
 * @c: zeroed
 * @stock: per CPU, zero; may be NULL with @batch 0
 * @batch: most units that a CPU keeps
 */
void ctbc_counter_init(struct ctbc_counter *c, atomic_t __percpu *stock,
		       unsigned int batch)
{
	c->barrier = CTBC_UNLIMITED;
	c->limit = CTBC_UNLIMITED;
	c->stock = stock;
	c->batch = stock ? batch : 0;
	raw_spin_lock_init(&c->lock);
}

static void counter_sub(struct ctbc_counter *c, u64 n)
{
	s64 left;

	left = atomic64_sub_return(n, &c->held);
	/* More was given back than taken: a bug, but not one to live on with. */
	if (WARN_ON_ONCE(left < 0))
		atomic64_add(-left, &c->held);
}

/* Called with the lock held. */
static void stocks_empty(struct ctbc_counter *c)
{
	unsigned int cpu;
	u64 n = 0;

	if (!READ_ONCE(c->stocked))
		return;
	WRITE_ONCE(c->stocked, false);
	/* Pairs with the one in stock_add(): one of us sees the other. */
	smp_mb();
	for_each_possible_cpu(cpu)
		n += atomic_xchg(per_cpu_ptr(c->stock, cpu), 0);
	counter_sub(c, n);
}

static void counter_drain(struct ctbc_counter *c)
{
	unsigned long flags;

	if (!c->batch)
		return;
	raw_spin_lock_irqsave(&c->lock, flags);
	stocks_empty(c);
	raw_spin_unlock_irqrestore(&c->lock, flags);
}

static bool stock_take(struct ctbc_counter *c, unsigned int n)
{
	atomic_t *stock;
	int have;

	if (!c->batch || READ_ONCE(c->closed))
		return false;
	/* Another CPU's stock after a migration does as well: all is atomic. */
	stock = raw_cpu_ptr(c->stock);
	have = atomic_read(stock);
	do {
		if (have < (int)n)
			return false;
	} while (!atomic_try_cmpxchg(stock, &have, have - (int)n));
	return true;
}

static int stock_add(struct ctbc_counter *c, unsigned int n)
{
	int have = atomic_add_return(n, raw_cpu_ptr(c->stock));

	/* atomic_add_return() is a full barrier: see counter_drain(). */
	if (!READ_ONCE(c->stocked))
		WRITE_ONCE(c->stocked, true);
	return have;
}

/* Room below both the barrier and what was once in use; 0 above either. */
static u64 stock_room(struct ctbc_counter *c, u64 held)
{
	u64 top = min_t(u64, READ_ONCE(c->barrier), atomic64_read(&c->maxheld));

	return held < top ? top - held : 0;
}

static void stock_fill(struct ctbc_counter *c)
{
	unsigned long flags;
	unsigned int n;
	s64 held;

	raw_spin_lock_irqsave(&c->lock, flags);
	held = atomic64_read(&c->held);
	do {
		n = min_t(u64, c->batch, stock_room(c, held));
		if (!n)
			break;
	} while (!atomic64_try_cmpxchg(&c->held, &held, held + n));
	if (n)
		stock_add(c, n);
	raw_spin_unlock_irqrestore(&c->lock, flags);
}

static void raise_maxheld(struct ctbc_counter *c, s64 held)
{
	s64 max = atomic64_read(&c->maxheld);

	while (held > max && !atomic64_try_cmpxchg(&c->maxheld, &max, held))
		;
}

static bool charge_held(struct ctbc_counter *c, unsigned int n, u64 bound)
{
	s64 held = atomic64_read(&c->held);

	do {
		if ((u64)held + n > bound)
			return false;
	} while (!atomic64_try_cmpxchg(&c->held, &held, held + n));
	raise_maxheld(c, held + n);
	return true;
}

/*
 * Decides on exact numbers. An uncharge that comes while the stocks are closed
 * goes to held, and one that put its units into a stock at that moment has to
 * get the lock before it is done: what ended before is counted.
 */
static bool charge_exact(struct ctbc_counter *c, unsigned int n, u64 bound)
{
	unsigned long flags;
	bool charged;

	if (!c->batch)
		return charge_held(c, n, bound);
	raw_spin_lock_irqsave(&c->lock, flags);
	WRITE_ONCE(c->closed, true);
	/* Pairs with stock_add() and the check after it in an uncharge. */
	smp_mb();
	stocks_empty(c);
	charged = charge_held(c, n, bound);
	WRITE_ONCE(c->closed, false);
	raw_spin_unlock_irqrestore(&c->lock, flags);
	return charged;
}

static bool charge_shared(struct ctbc_counter *c, unsigned int n, u64 bound)
{
	s64 held = atomic64_read(&c->held);

	do {
		if (stock_room(c, held) < n)
			return charge_exact(c, n, bound);
	} while (!atomic64_try_cmpxchg(&c->held, &held, held + n));
	if (c->batch && stock_room(c, held + n) >= c->batch)
		stock_fill(c);
	return true;
}

/**
 * ctbc_counter_bound() - what a charge must not pass
 * @c: the counter
 * @severity: what the charge obeys
 *
 * Context: any.
 * Return: the barrier, the limit, or CTBC_UNLIMITED.
 */
u64 ctbc_counter_bound(const struct ctbc_counter *c, enum ctbc_severity severity)
{
	switch (severity) {
	case CTBC_SEVERITY_HARD:
		return READ_ONCE(c->barrier);
	case CTBC_SEVERITY_SOFT:
		return READ_ONCE(c->limit);
	default:
		return CTBC_UNLIMITED;
	}
}

/**
 * ctbc_counter_try_charge() - take units, if the counter allows it
 * @c: the counter
 * @n: how many, at least 1
 * @severity: what the charge obeys
 *
 * Context: any.
 * Return: true if charged; false if refused, and then failcnt counted it.
 */
bool ctbc_counter_try_charge(struct ctbc_counter *c, unsigned int n,
			     enum ctbc_severity severity)
{
	if (stock_take(c, n) ||
	    charge_shared(c, n, ctbc_counter_bound(c, severity)))
		return true;
	atomic64_inc(&c->failcnt);
	return false;
}

/**
 * ctbc_counter_charge() - take units whatever the limits say
 * @c: the counter
 * @n: how many
 *
 * Context: any.
 */
void ctbc_counter_charge(struct ctbc_counter *c, unsigned int n)
{
	if (!stock_take(c, n))
		charge_shared(c, n, U64_MAX);
}

/**
 * ctbc_counter_uncharge() - give units back
 * @c: the counter
 * @n: how many, all charged before
 *
 * Context: any.
 */
void ctbc_counter_uncharge(struct ctbc_counter *c, unsigned int n)
{
	if (!c->batch || READ_ONCE(c->closed)) {
		counter_sub(c, n);
		return;
	}
	/*
	 * A full stock goes back, and above the barrier, or while stocks are
	 * closed, there must be none. Both are read after the stock was added to,
	 * see ctbc_counter_set() and charge_exact().
	 */
	if (stock_add(c, n) > (int)(2 * c->batch) || READ_ONCE(c->closed) ||
	    (u64)atomic64_read(&c->held) > READ_ONCE(c->barrier))
		counter_drain(c);
}

/**
 * ctbc_counter_set() - change barrier and limit
 * @c: the counter
 * @barrier: at most @limit
 * @limit: at most CTBC_UNLIMITED
 *
 * What is in use above the new values stays; the next charge is refused.
 *
 * Context: any; calls for one counter are serialised by the caller.
 */
void ctbc_counter_set(struct ctbc_counter *c, u64 barrier, u64 limit)
{
	WRITE_ONCE(c->barrier, barrier);
	WRITE_ONCE(c->limit, limit);
	/* No stock may let a charge slip through below the new barrier. */
	smp_mb();
	counter_drain(c);
}

/**
 * ctbc_counter_held() - what is in use now
 * @c: the counter
 *
 * Context: any.
 * Return: units charged, stocks not included.
 */
u64 ctbc_counter_held(struct ctbc_counter *c)
{
	unsigned long flags;
	unsigned int cpu;
	s64 held;

	if (!c->batch)
		return atomic64_read(&c->held);
	raw_spin_lock_irqsave(&c->lock, flags);
	held = atomic64_read(&c->held);
	for_each_possible_cpu(cpu)
		held -= atomic_read(per_cpu_ptr(c->stock, cpu));
	raw_spin_unlock_irqrestore(&c->lock, flags);
	return held > 0 ? held : 0;
}
