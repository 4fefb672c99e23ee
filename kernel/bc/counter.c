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
 * stock that was filled while others were drained. Closed ones are empty, and
 * cost the next such charge nothing; the first unit that is given back below the
 * barrier opens them again. Above it they stay closed: what is given back there
 * must not be had again without a look at the limits, but on that CPU until it has
 * been taken out again.
 *
 * As long as held is not 0, the counter has a reference to its container: one
 * for all units, so that those in the stocks need none. A container that comes to
 * its end closes the stocks for good, and then held tells what is in use.
 *
 * The functions work on nothing but their arguments.
 */
#include <linux/bug.h>
#include <linux/minmax.h>

#include "kernel/bc/counter.h"

static bool is_below(const struct ctbc_counter *c)
{
	return (u64)atomic64_read(&c->held) <= READ_ONCE(c->barrier);
}

static bool stocks_may_open(const struct ctbc_counter *c)
{
	return c->batch && !READ_ONCE(c->closed) && is_below(c);
}

/* Called with the lock held. */
static void stocks_open(struct ctbc_counter *c)
{
	WRITE_ONCE(c->keep, 2 * c->batch);
	WRITE_ONCE(c->above, false);
}

/**
 * ctbc_counter_init() - an unlimited counter with nothing charged
 * @c: zeroed
 * @pin: what to hold while units are charged
 * @stock: per CPU, zero
 * @batch: how many units a stock is filled with
 */
void ctbc_counter_init(struct ctbc_counter *c, struct percpu_ref *pin,
		       atomic_t __percpu *stock, unsigned int batch)
{
	c->barrier = CTBC_UNLIMITED;
	c->limit = CTBC_UNLIMITED;
	c->pin = pin;
	c->stock = stock;
	c->batch = batch;
	raw_spin_lock_init(&c->lock);
}

/* The first unit pins the container. */
static bool held_try_add(struct ctbc_counter *c, s64 *old, u64 n)
{
	if (!atomic64_try_cmpxchg(&c->held, old, *old + n))
		return false;
	if (!*old)
		percpu_ref_get(c->pin);
	return true;
}

/* The last one lets it go. */
static void held_sub(struct ctbc_counter *c, u64 n)
{
	s64 left = atomic64_sub_return(n, &c->held);

	/* More was given back than taken: a bug, but not one to live on with. */
	if (WARN_ON_ONCE(left < 0))
		atomic64_add(-left, &c->held);
	if (left <= 0 && left + (s64)n > 0)
		percpu_ref_put(c->pin);
}

/*
 * Called with the lock held. An uncharge puts its units into a stock, sees that it is
 * closed, and takes them out again: what ended before is counted in held.
 */
static void stocks_close(struct ctbc_counter *c)
{
	unsigned int cpu;
	u64 n = 0;

	WRITE_ONCE(c->keep, 0);
	/* Pairs with the addition in an uncharge, and the look at keep after it. */
	smp_mb();
	for_each_possible_cpu(cpu)
		n += atomic_xchg(per_cpu_ptr(c->stock, cpu), 0);
	if (n)
		held_sub(c, n);
}

/* Take back what the stocks have, and see if they are to stay open. */
static void drain(struct ctbc_counter *c)
{
	unsigned long flags;

	if (!c->batch)
		return;
	raw_spin_lock_irqsave(&c->lock, flags);
	stocks_close(c);
	if (stocks_may_open(c))
		stocks_open(c);
	raw_spin_unlock_irqrestore(&c->lock, flags);
}

/**
 * ctbc_counter_close() - from now on held is what is in use
 * @c: the counter
 *
 * Context: any.
 */
void ctbc_counter_close(struct ctbc_counter *c)
{
	WRITE_ONCE(c->closed, true);
	drain(c);
}

/**
 * ctbc_counter_abandon() - forget what is charged
 * @c: the counter, closed; nobody charges or uncharges any more
 *
 * Context: any.
 * Return: how much that was.
 */
u64 ctbc_counter_abandon(struct ctbc_counter *c)
{
	s64 held = atomic64_read(&c->held);

	if (held)
		held_sub(c, held);
	return held;
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
	unsigned int n = 0;
	s64 held;

	raw_spin_lock_irqsave(&c->lock, flags);
	held = atomic64_read(&c->held);
	do {
		n = c->closed ? 0 : min_t(u64, c->batch, stock_room(c, held));
	} while (n && !held_try_add(c, &held, n));
	if (n) {
		/* Whoever lowers the barrier now closes them when we are done. */
		stocks_open(c);
		atomic_add_return(n, raw_cpu_ptr(c->stock));
	}
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
	} while (!held_try_add(c, &held, n));
	raise_maxheld(c, held + n);
	return true;
}

/* Decides on exact numbers. */
static bool charge_exact(struct ctbc_counter *c, unsigned int n, u64 bound)
{
	unsigned long flags;
	bool charged;

	if (!c->batch)
		return charge_held(c, n, bound);
	raw_spin_lock_irqsave(&c->lock, flags);
	if (c->keep)
		stocks_close(c);
	charged = charge_held(c, n, bound);
	raw_spin_unlock_irqrestore(&c->lock, flags);
	return charged;
}

static bool charge_shared(struct ctbc_counter *c, unsigned int n, u64 bound)
{
	s64 held = atomic64_read(&c->held);

	do {
		if (stock_room(c, held) < n)
			return charge_exact(c, n, bound);
	} while (!held_try_add(c, &held, n));
	/* Was the barrier lowered meanwhile? See ctbc_counter_set(). */
	if ((u64)held + n > READ_ONCE(c->barrier))
		drain(c);
	else if (c->batch && stock_room(c, held + n) >= (u64)c->batch)
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
 * ctbc_counter_try_charge_slow() - take units from what all CPUs share
 * @c: the counter
 * @n: how many, at least 1
 * @severity: what the charge obeys
 *
 * Context: any.
 * Return: true if charged; false if refused, and then failcnt counted it.
 */
bool ctbc_counter_try_charge_slow(struct ctbc_counter *c, unsigned int n,
				  enum ctbc_severity severity)
{
	if (charge_shared(c, n, ctbc_counter_bound(c, severity)))
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
	if (!ctbc_counter_take(c, n))
		charge_shared(c, n, U64_MAX);
}

/**
 * ctbc_counter_uncharge_slow() - give back to all CPUs what a stock does not take
 * @c: the counter
 * @stock: of some CPU
 * @n: how many were just added to it
 *
 * Context: any, as ctbc_counter_uncharge().
 */
void ctbc_counter_uncharge_slow(struct ctbc_counter *c, atomic_t *stock, int n)
{
	unsigned long flags;
	int have, got;

	if (READ_ONCE(c->keep)) {
		drain(c);
		return;
	}
	/*
	 * Some or all may have gone to held with what the stocks had, or be in use.
	 * Whoever gets less than he added leaves the stock empty.
	 */
	have = atomic_read(stock);
	do {
		got = min_t(int, have, n);
		if (got <= 0)
			return;
	} while (!atomic_try_cmpxchg(stock, &have, have - got));
	held_sub(c, got);
	if (READ_ONCE(c->above) && is_below(c))
		WRITE_ONCE(c->above, false);
	if (READ_ONCE(c->keep) || !stocks_may_open(c))
		return;
	raw_spin_lock_irqsave(&c->lock, flags);
	if (stocks_may_open(c))
		stocks_open(c);
	raw_spin_unlock_irqrestore(&c->lock, flags);
}

/**
 * ctbc_counter_passes() - has held come above the barrier?
 * @c: the counter
 *
 * Context: any.
 * Return: true once, and again after it was at or below it.
 */
bool ctbc_counter_passes(struct ctbc_counter *c)
{
	return !READ_ONCE(c->keep) && !READ_ONCE(c->closed) &&
	       !is_below(c) && !xchg(&c->above, true);
}

/**
 * ctbc_counter_set() - change barrier and limit
 * @c: the counter
 * @barrier: at most @limit
 * @limit: at most CTBC_UNLIMITED
 *
 * What is in use above the new values stays; the next charge is refused.
 *
 * Context: any, as ctbc_counter_uncharge(); calls for one counter are serialised
 * by the caller.
 */
void ctbc_counter_set(struct ctbc_counter *c, u64 barrier, u64 limit)
{
	WRITE_ONCE(c->barrier, barrier);
	WRITE_ONCE(c->limit, limit);
	/* No stock may let a charge slip through below the new barrier. */
	smp_mb();
	drain(c);
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
