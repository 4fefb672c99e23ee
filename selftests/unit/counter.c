// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of a beancounter, against a model of it
 *
 * The module's own source is compiled into this program. The model is plain
 * sums: whatever the stocks of the CPUs do, held, maxheld and failcnt must be
 * what the sums say, after every single step.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/bc/counter.h"
#include "kselftest_harness.h"

#define THREADS	8
#define ROUNDS	200000

_Thread_local unsigned int unit_cpu;
unsigned int unit_warnings;

/* As the module does it. */
static bool try_charge(struct ctbc_counter *c, unsigned int n,
		       enum ctbc_severity severity)
{
	return ctbc_counter_take(c, n) || ctbc_counter_try_charge_slow(c, n, severity);
}

struct model {
	u64 held;
	u64 maxheld;
	u64 failcnt;
};

static u64 model_bound(const struct ctbc_counter *c, enum ctbc_severity severity)
{
	return severity == CTBC_SEVERITY_HARD ? c->barrier :
	       severity == CTBC_SEVERITY_SOFT ? c->limit : CTBC_UNLIMITED;
}

static bool model_charge(struct model *m, u64 n, u64 bound)
{
	if (m->held + n > bound) {
		m->failcnt++;
		return false;
	}
	m->held += n;
	if (m->held > m->maxheld)
		m->maxheld = m->held;
	return true;
}

FIXTURE(counter)
{
	struct ctbc_counter c;
	struct percpu_ref pin;
	atomic_t stock[UNIT_CPUS];
	struct model m;
};

FIXTURE_VARIANT(counter)
{
	unsigned int batch;
};

FIXTURE_VARIANT_ADD(counter, exact) { .batch = 0 };
FIXTURE_VARIANT_ADD(counter, batch_1) { .batch = 1 };
FIXTURE_VARIANT_ADD(counter, batch_4) { .batch = 4 };
FIXTURE_VARIANT_ADD(counter, batch_64) { .batch = 64 };

FIXTURE_SETUP(counter)
{
	memset(&self->c, 0, sizeof(self->c));
	memset(&self->pin, 0, sizeof(self->pin));
	memset(self->stock, 0, sizeof(self->stock));
	memset(&self->m, 0, sizeof(self->m));
	unit_warnings = 0;
	ctbc_counter_init(&self->c, &self->pin, self->stock, variant->batch);
}

FIXTURE_TEARDOWN(counter)
{
}

TEST_F(counter, hard_stops_at_barrier)
{
	ctbc_counter_set(&self->c, 10, 20);
	for (int i = 0; i < 10; i++)
		ASSERT_TRUE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
	for (int i = 0; i < 3; i++)
		ASSERT_FALSE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
	EXPECT_EQ(10, ctbc_counter_held(&self->c));
	EXPECT_EQ(10, atomic64_read(&self->c.maxheld));
	EXPECT_EQ(3, atomic64_read(&self->c.failcnt));
}

TEST_F(counter, soft_stops_at_limit)
{
	ctbc_counter_set(&self->c, 10, 20);
	for (int i = 0; i < 20; i++)
		ASSERT_TRUE(try_charge(&self->c, 1, CTBC_SEVERITY_SOFT));
	ASSERT_FALSE(try_charge(&self->c, 1, CTBC_SEVERITY_SOFT));
	ASSERT_FALSE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
	EXPECT_EQ(20, ctbc_counter_held(&self->c));
	EXPECT_EQ(2, atomic64_read(&self->c.failcnt));
}

TEST_F(counter, forced_passes_everything)
{
	ctbc_counter_set(&self->c, 1, 1);
	ctbc_counter_charge(&self->c, 5);
	EXPECT_EQ(5, ctbc_counter_held(&self->c));
	EXPECT_EQ(5, atomic64_read(&self->c.maxheld));
	EXPECT_EQ(0, atomic64_read(&self->c.failcnt));
	ASSERT_FALSE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
}

TEST_F(counter, lowered_below_held)
{
	for (int i = 0; i < 50; i++)
		ASSERT_TRUE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
	for (int i = 0; i < 20; i++)
		ctbc_counter_uncharge(&self->c, 1);
	ctbc_counter_set(&self->c, 10, 10);
	EXPECT_EQ(30, ctbc_counter_held(&self->c));
	ASSERT_FALSE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
	for (int i = 0; i < 21; i++)
		ctbc_counter_uncharge(&self->c, 1);
	ASSERT_TRUE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
	ASSERT_FALSE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
}

TEST_F(counter, zero_refuses_all)
{
	ctbc_counter_set(&self->c, 0, 0);
	ASSERT_FALSE(try_charge(&self->c, 1, CTBC_SEVERITY_HARD));
	EXPECT_EQ(0, ctbc_counter_held(&self->c));
	EXPECT_EQ(0, atomic64_read(&self->c.maxheld));
}

TEST_F(counter, over_uncharge_warns_and_clamps)
{
	ctbc_counter_charge(&self->c, 2);
	for (int i = 0; i < 3; i++)
		ctbc_counter_uncharge(&self->c, 1);
	ctbc_counter_set(&self->c, 100, 100);
	EXPECT_EQ(1, unit_warnings);
	EXPECT_EQ(0, ctbc_counter_held(&self->c));
}

TEST_F(counter, follows_the_model)
{
	struct ctbc_counter *c = &self->c;
	struct model *m = &self->m;
	enum ctbc_severity severity;
	unsigned int n;
	u64 bound;

	srand(1);
	for (int i = 0; i < ROUNDS; i++) {
		unit_cpu = rand() % UNIT_CPUS;
		n = 1 + rand() % 3;
		severity = rand() % 3;
		if (rand() % 512 == 0) {
			bound = rand() % 100;
			ctbc_counter_set(c, bound, bound + rand() % 10);
		}
		if (rand() % 2) {
			ASSERT_EQ(model_charge(m, n, model_bound(c, severity)),
				  try_charge(c, n, severity));
		} else if (m->held >= n) {
			m->held -= n;
			ctbc_counter_uncharge(c, n);
		}
		ASSERT_EQ(m->held, ctbc_counter_held(c));
		ASSERT_EQ(m->maxheld, (u64)atomic64_read(&c->maxheld));
		ASSERT_EQ(m->failcnt, (u64)atomic64_read(&c->failcnt));
		ASSERT_EQ(atomic64_read(&c->held) > 0, self->pin.count);
	}
	EXPECT_EQ(0, unit_warnings);
}

TEST_F(counter, lets_go_with_the_last_unit)
{
	struct ctbc_counter *c = &self->c;

	for (int i = 0; i < 20; i++)
		ctbc_counter_charge(c, 1);
	for (int i = 0; i < 18; i++)
		ctbc_counter_uncharge(c, 1);
	EXPECT_EQ(1, self->pin.count);
	ctbc_counter_close(c);
	EXPECT_EQ(2, atomic64_read(&c->held));
	ctbc_counter_uncharge(c, 1);
	EXPECT_EQ(1, self->pin.count);
	ctbc_counter_uncharge(c, 1);
	EXPECT_EQ(0, self->pin.count);
	/* What began before it was closed. */
	ctbc_counter_charge(c, 3);
	EXPECT_EQ(1, self->pin.count);
	EXPECT_EQ(3, ctbc_counter_abandon(c));
	EXPECT_EQ(0, self->pin.count);
	EXPECT_EQ(0, ctbc_counter_held(c));
	EXPECT_EQ(0, unit_warnings);
}

TEST_F(counter, tells_once_that_the_barrier_is_passed)
{
	struct ctbc_counter *c = &self->c;

	ctbc_counter_set(c, 10, 20);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 10; i++) {
			EXPECT_TRUE(try_charge(c, 1, CTBC_SEVERITY_SOFT));
			EXPECT_FALSE(ctbc_counter_passes(c));
		}
		EXPECT_TRUE(try_charge(c, 1, CTBC_SEVERITY_SOFT));
		EXPECT_TRUE(ctbc_counter_passes(c));
		EXPECT_TRUE(try_charge(c, 1, CTBC_SEVERITY_SOFT));
		EXPECT_FALSE(ctbc_counter_passes(c));
		for (int i = 0; i < 12; i++)
			ctbc_counter_uncharge(c, 1);
	}
}

/**
 * struct churn - what one thread does
 * @c: the counter
 * @seed: of its random numbers
 * @size: units that it takes or gives back at a time
 * @most: how often it takes before it gives back
 * @refused: how often it was
 * @in_use: units that all threads are sure to hold
 * @over: in_use was seen above the barrier
 */
struct churn {
	struct ctbc_counter *c;
	unsigned int seed;
	unsigned int size;
	unsigned int most;
	u64 refused;
	s64 *in_use;
	bool over;
};

static void *churn_thread(void *arg)
{
	struct churn *t = arg;
	unsigned int have = 0;

	unit_cpu = t->seed % UNIT_CPUS;
	for (int i = 0; i < ROUNDS; i++) {
		if (have < t->most && (!have || rand_r(&t->seed) % 2)) {
			if (!try_charge(t->c, t->size, CTBC_SEVERITY_HARD)) {
				t->refused++;
				continue;
			}
			have++;
			if (__atomic_add_fetch(t->in_use, t->size, __ATOMIC_SEQ_CST) >
			    (s64)t->c->barrier)
				t->over = true;
		} else {
			__atomic_sub_fetch(t->in_use, t->size, __ATOMIC_SEQ_CST);
			ctbc_counter_uncharge(t->c, t->size);
			have--;
		}
	}
	__atomic_sub_fetch(t->in_use, have * t->size, __ATOMIC_SEQ_CST);
	while (have--)
		ctbc_counter_uncharge(t->c, t->size);
	return NULL;
}

static u64 churn(struct ctbc_counter *c, unsigned int sizes, unsigned int most, bool *over)
{
	pthread_t threads[THREADS];
	struct churn t[THREADS];
	u64 refused = 0;
	s64 in_use = 0;

	*over = false;
	for (int i = 0; i < THREADS; i++) {
		t[i] = (struct churn) { c, i, 1 + i % sizes, most, 0, &in_use, false };
		pthread_create(&threads[i], NULL, churn_thread, &t[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		refused += t[i].refused;
		*over |= t[i].over;
	}
	return refused;
}

TEST_F(counter, threads_never_pass_the_barrier)
{
	bool over;
	u64 refused;

	ctbc_counter_set(&self->c, 10, 10);
	refused = churn(&self->c, 1, 4, &over);
	EXPECT_FALSE(over);
	EXPECT_LT(0, refused);
	EXPECT_EQ(refused, (u64)atomic64_read(&self->c.failcnt));
	EXPECT_EQ(10, atomic64_read(&self->c.maxheld));
	EXPECT_EQ(0, ctbc_counter_held(&self->c));
	ctbc_counter_close(&self->c);
	EXPECT_EQ(0, self->pin.count);
	EXPECT_EQ(0, unit_warnings);
}

TEST_F(counter, threads_below_the_barrier_are_never_refused)
{
	bool over;

	ctbc_counter_set(&self->c, 2 * THREADS, 2 * THREADS);
	EXPECT_EQ(0, churn(&self->c, 1, 2, &over));
	EXPECT_FALSE(over);
	EXPECT_EQ(0, ctbc_counter_held(&self->c));
}

/* Where one takes a part of what another is just about to take back. */
TEST_F(counter, threads_of_all_sizes_leave_nothing)
{
	bool over;

	ctbc_counter_set(&self->c, 20, 20);
	EXPECT_LT(0, churn(&self->c, 7, 3, &over));
	EXPECT_FALSE(over);
	ctbc_counter_close(&self->c);
	EXPECT_EQ(0, atomic64_read(&self->c.held));
	EXPECT_EQ(0, self->pin.count);
	/* Closed for good. */
	churn(&self->c, 7, 3, &over);
	EXPECT_EQ(0, atomic64_read(&self->c.held));
	EXPECT_EQ(0, self->pin.count);
	EXPECT_EQ(0, unit_warnings);
}

TEST_HARNESS_MAIN
