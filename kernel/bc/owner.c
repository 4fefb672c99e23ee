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
 * ever have; a leaf of one page is allocated when the first object in its 128
 * KiB is charged, and kept.
 *
 * Slots are independent words: whoever takes an index out of one by exchange
 * owns the charge that it stood for.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "kernel/bc/owner.h"
#include "kernel/core/symbol.h"

#define SLOT_SHIFT	6
#define LEAF_SHIFT	17
#define LEAF_SLOTS	(1UL << (LEAF_SHIFT - SLOT_SHIFT))

static u16 **leaves;
static unsigned long nr_leaves;

static u16 **leaf_of(const void *obj)
{
	unsigned long n = __pa(obj) >> LEAF_SHIFT;

	return n < nr_leaves ? &leaves[n] : NULL;
}

static u16 *slot_of(const void *obj)
{
	u16 **leaf = leaf_of(obj);
	u16 *slots = leaf ? READ_ONCE(*leaf) : NULL;

	return slots ? &slots[(__pa(obj) >> SLOT_SHIFT) & (LEAF_SLOTS - 1)] : NULL;
}

/**
 * ctbc_owner_prepare() - make sure that an object can be given an owner
 * @obj: in the direct mapping, at least 64 bytes large; need not exist any more
 * @gfp: how to allocate
 *
 * Context: as @gfp allows.
 * Return: 0, -ENOMEM, -ERANGE for memory beyond what the machine announced.
 */
int ctbc_owner_prepare(const void *obj, gfp_t gfp)
{
	u16 **leaf = leaf_of(obj);
	u16 *slots;

	if (!leaf)
		return -ERANGE;
	if (likely(READ_ONCE(*leaf)))
		return 0;
	slots = (u16 *)get_zeroed_page(gfp | __GFP_NOWARN);
	if (!slots)
		return -ENOMEM;
	if (cmpxchg(leaf, NULL, slots))
		free_page((unsigned long)slots);
	return 0;
}

/**
 * ctbc_owner_get() - whose is it?
 * @obj: in the direct mapping
 *
 * Context: any.
 * Return: the container's index, 0 for nobody's.
 */
u16 ctbc_owner_get(const void *obj)
{
	u16 *slot = slot_of(obj);

	return slot ? READ_ONCE(*slot) : 0;
}

/**
 * ctbc_owner_xchg() - give an object to another owner
 * @obj: in the direct mapping; prepared, unless @index is 0
 * @index: the new owner's index, 0 for nobody
 *
 * Context: any.
 * Return: the index of the owner before, 0 for nobody. The caller now has that
 * owner's charge.
 */
u16 ctbc_owner_xchg(const void *obj, u16 index)
{
	u16 *slot = slot_of(obj);

	/* The common case of a free: nobody's, and no cache line to be owned. */
	if (!slot || READ_ONCE(*slot) == index)
		return slot ? index : 0;
	return xchg(slot, index);
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

	if (!max_pfn)
		return -ENOENT;
	nr_leaves = DIV_ROUND_UP_ULL(*max_pfn << PAGE_SHIFT, 1ULL << LEAF_SHIFT);
	leaves = kvcalloc(nr_leaves, sizeof(*leaves), GFP_KERNEL);
	if (leaves)
		return 0;
	nr_leaves = 0;
	return -ENOMEM;
}

/**
 * ctbc_owner_for_each() - take all objects away from their owners
 * @fn: called with the owner's index for each object
 *
 * Context: process, may sleep; no hook writes to the map any more.
 */
void ctbc_owner_for_each(void (*fn)(u16 index))
{
	unsigned long i, j;

	for (i = 0; i < nr_leaves; i++) {
		for (j = 0; leaves[i] && j < LEAF_SLOTS; j++)
			if (leaves[i][j])
				fn(xchg(&leaves[i][j], 0));
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
		free_page((unsigned long)leaves[i]);
	kvfree(leaves);
	leaves = NULL;
	nr_leaves = 0;
}
