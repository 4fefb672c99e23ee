/* SPDX-License-Identifier: GPL-2.0 */
/* A reference count that anybody can read. */
#ifndef _UNIT_LINUX_PERCPU_REFCOUNT_H
#define _UNIT_LINUX_PERCPU_REFCOUNT_H

struct percpu_ref { long count; };

static inline void percpu_ref_get(struct percpu_ref *ref)
{
	__atomic_add_fetch(&ref->count, 1, __ATOMIC_SEQ_CST);
}

static inline void percpu_ref_put(struct percpu_ref *ref)
{
	__atomic_sub_fetch(&ref->count, 1, __ATOMIC_SEQ_CST);
}

#endif
