// SPDX-License-Identifier: GPL-2.0
/*
 * Which container a kernel object is charged to
 *
 * A shadow of the kernel's direct mapping: a container's index for every 64
 * bytes of memory that a charged object starts in. Objects of at least 64
 * bytes, aligned as the slab allocator does it, have slots of their own, so
 * the map is exact without a lock, a hash or an allocation an object. A slot of
 * 0 belongs to nobody: an object from before the module was loaded, or from
 * outside any container, is freed without a trace.
 *
 * The top level has a pointer for every 128 KiB of memory that the machine can
 * ever have; a leaf of two pages, one of owners and one of notes about them, is
 * allocated when the first object in its 128 KiB is charged, and kept. Before, one
 * of zeroes stands there, so that to look for an owner takes no test.
 *
 * Slots are independent words: whoever takes an index out of one by exchange
 * owns the charge that it stood for. An object larger than 64 bytes has several: an
 * object that can be charged to more than one parameter uses one for each.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "kernel/bc/owner.h"
#include "kernel/core/symbol.h"

/* Owners, and as many notes. */
#define LEAF_ORDER	get_order(2 * CTBC_OWNER_LEAF_SLOTS * sizeof(u16))

/* What was never needed. */
const u16 ctbc_owner_no_leaf[2 * CTBC_OWNER_LEAF_SLOTS];

/* The top level. */
static u16 **leaves;
static unsigned long nr_leaves;

/* Where it would begin if it were for all addresses, and the first it is not for. */
unsigned long ctbc_owner_top;
unsigned long ctbc_owner_end;

/**
 * ctbc_owner_make_slot() - see that an object can be given an owner
 * @obj: in the direct mapping or above it, at least 64 bytes large; need not exist any more
 * @gfp: how to allocate
 *
 * Context: as @gfp allows.
 * Return: where the owner is noted down, NULL where there is no memory for it, or
 * the object lies beyond what the machine announced.
 */
u16 *ctbc_owner_make_slot(const void *obj, gfp_t gfp)
{
	u16 **entry, *slots;

	if (!ctbc_owner_covers(obj))
		return NULL;
	entry = ctbc_owner_entry(obj);
	if (unlikely(READ_ONCE(*entry) == ctbc_owner_no_leaf)) {
		slots = (u16 *)__get_free_pages(gfp | __GFP_NOWARN | __GFP_ZERO,
						LEAF_ORDER);
		if (!slots)
			return NULL;
		if (cmpxchg(entry, (u16 *)ctbc_owner_no_leaf, slots) != ctbc_owner_no_leaf)
			free_pages((unsigned long)slots, LEAF_ORDER);
	}
	return ctbc_owner_slot(obj);
}

/**
 * ctbc_owner_init() - set the map up
 *
 * Context: process, may sleep.
 * Return: 0, -ENOENT where the kernel does not tell how much memory there can
 * be, -ENOMEM.
 */
int ctbc_owner_init(void)
{
	const unsigned long long *max_pfn =
		(void *)ctbc_symbol_addr("max_possible_pfn");
	unsigned long nr, i;

	if (!max_pfn)
		return -ENOENT;
	nr = DIV_ROUND_UP_ULL(*max_pfn << PAGE_SHIFT, 1ULL << CTBC_OWNER_LEAF_SHIFT);
	leaves = kvmalloc_array(nr, sizeof(*leaves), GFP_KERNEL);
	if (!leaves)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		leaves[i] = (u16 *)ctbc_owner_no_leaf;
	nr_leaves = nr;
	ctbc_owner_top = (unsigned long)leaves -
			 (PAGE_OFFSET >> CTBC_OWNER_LEAF_SHIFT) * sizeof(*leaves);
	ctbc_owner_end = PAGE_OFFSET + (nr << CTBC_OWNER_LEAF_SHIFT);
	return 0;
}

/**
 * ctbc_owner_for_each() - take all objects away from their owners
 * @fn: called with the owner's index for each slot that has one
 *
 * Context: process, may sleep; no hook writes to the map any more.
 */
void ctbc_owner_for_each(void (*fn)(u16 index))
{
	unsigned long i, j;
	u16 *slots;

	for (i = 0; i < nr_leaves; i++) {
		slots = leaves[i];
		if (slots == ctbc_owner_no_leaf)
			continue;
		for (j = 0; j < CTBC_OWNER_LEAF_SLOTS; j++)
			if (slots[j])
				fn(xchg(&slots[j], 0));
		cond_resched();
	}
}

/**
 * ctbc_owner_exit() - take the map down
 *
 * Context: process, may sleep; nothing reads or writes the map any more.
 */
void ctbc_owner_exit(void)
{
	unsigned long i;

	for (i = 0; i < nr_leaves; i++)
		if (leaves[i] != ctbc_owner_no_leaf)
			free_pages((unsigned long)leaves[i], LEAF_ORDER);
	kvfree(leaves);
	leaves = NULL;
	nr_leaves = 0;
	ctbc_owner_end = 0;
}
