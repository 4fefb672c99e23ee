/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's atomics, fully ordered as the kernel's value-returning ones are. */
#ifndef _UNIT_LINUX_ATOMIC_H
#define _UNIT_LINUX_ATOMIC_H

#include <linux/types.h>
#include <sched.h>

/* Now and then another thread gets to see the state between two steps. */
static inline void unit_pause(void)
{
	static _Thread_local unsigned int n;

	if (++n % 61 == 0)
		sched_yield();
}

typedef struct { int counter; } atomic_t;
typedef struct { s64 counter; } atomic64_t;

#define UNIT_ATOMIC(prefix, type, word)						\
static inline word prefix##_read(const type *v)					\
{										\
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);			\
}										\
static inline void prefix##_set(type *v, word n)				\
{										\
	__atomic_store_n(&v->counter, n, __ATOMIC_RELAXED);			\
}										\
static inline void prefix##_add(word n, type *v)				\
{										\
	__atomic_add_fetch(&v->counter, n, __ATOMIC_RELAXED);			\
}										\
static inline void prefix##_inc(type *v)					\
{										\
	prefix##_add(1, v);							\
}										\
static inline word prefix##_add_return(word n, type *v)				\
{										\
	return __atomic_add_fetch(&v->counter, n, __ATOMIC_SEQ_CST);		\
}										\
static inline word prefix##_fetch_add(word n, type *v)				\
{										\
	n = __atomic_fetch_add(&v->counter, n, __ATOMIC_SEQ_CST);		\
	unit_pause();								\
	return n;								\
}										\
static inline word prefix##_sub_return(word n, type *v)				\
{										\
	return __atomic_sub_fetch(&v->counter, n, __ATOMIC_SEQ_CST);		\
}										\
static inline word prefix##_xchg(type *v, word n)				\
{										\
	return __atomic_exchange_n(&v->counter, n, __ATOMIC_SEQ_CST);		\
}										\
static inline bool prefix##_try_cmpxchg(type *v, word *old, word n)		\
{										\
	bool done = __atomic_compare_exchange_n(&v->counter, old, n, false,	\
						__ATOMIC_SEQ_CST,		\
						__ATOMIC_RELAXED);		\
	unit_pause();								\
	return done;								\
}

#define xchg(place, value)	__atomic_exchange_n(place, value, __ATOMIC_SEQ_CST)

UNIT_ATOMIC(atomic, atomic_t, int)
UNIT_ATOMIC(atomic64, atomic64_t, s64)

#endif
