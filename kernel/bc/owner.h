/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_BC_OWNER_H
#define _CTBC_BC_OWNER_H

#include <linux/mm.h>
#include <linux/types.h>

#define CTBC_OWNER_SLOT_SHIFT	6
#define CTBC_OWNER_SLOT		(1UL << CTBC_OWNER_SLOT_SHIFT)
#define CTBC_OWNER_LEAF_SHIFT	17
#define CTBC_OWNER_LEAF_SLOTS	\
	(1UL << (CTBC_OWNER_LEAF_SHIFT - CTBC_OWNER_SLOT_SHIFT))

/* See owner.c; for the functions below only, which take no address below the direct
 * mapping: not NULL, nor one of a program's.
 */
extern unsigned long ctbc_owner_top;
extern unsigned long ctbc_owner_end;
extern const u16 ctbc_owner_no_leaf[];

int ctbc_owner_init(void);
void ctbc_owner_exit(void);
u16 *ctbc_owner_make_slot(const void *obj, gfp_t gfp);
void ctbc_owner_for_each(void (*fn)(u16 index));

/**
 * ctbc_owner_entry() - where the map says which leaf an address has
 * @obj: below ctbc_owner_end
 *
 * Return: a pointer to the leaf.
 */
static __always_inline u16 **ctbc_owner_entry(const void *obj)
{
	return (u16 **)(ctbc_owner_top +
			((unsigned long)obj >> CTBC_OWNER_LEAF_SHIFT) * sizeof(u16 *));
}

/**
 * ctbc_owner_covers() - can the object have an owner at all?
 * @obj: in the direct mapping or above it
 *
 * Context: any.
 * Return: false for memory beyond what the machine announced when it booted.
 */
static __always_inline bool ctbc_owner_covers(const void *obj)
{
	return (unsigned long)obj < ctbc_owner_end;
}

/**
 * ctbc_owner_leaf() - the slots of the memory that an object starts in
 * @obj: in the direct mapping or above it; it need not exist
 *
 * Context: any.
 * Return: the first of them; those of ctbc_owner_no_leaf, which nobody may write to,
 * where no object there has had an owner yet.
 */
static __always_inline u16 *ctbc_owner_leaf(const void *obj)
{
	if (unlikely(!ctbc_owner_covers(obj)))
		return (u16 *)ctbc_owner_no_leaf;
	/* No READ_ONCE(), which takes an instruction more: an entry changes once. */
	return data_race(*ctbc_owner_entry(obj));
}

/**
 * ctbc_owner_slot_nr() - which of them is the object's
 * @obj: the same
 *
 * Return: its number.
 */
static __always_inline unsigned long ctbc_owner_slot_nr(const void *obj)
{
	return ((unsigned long)obj >> CTBC_OWNER_SLOT_SHIFT) &
	       (CTBC_OWNER_LEAF_SLOTS - 1);
}

/**
 * ctbc_owner_slot() - where an object's owner is noted down
 * @obj: in the direct mapping or above it; it need not exist
 *
 * Context: any.
 * Return: the place, NULL where no object of this memory has had an owner yet.
 */
static __always_inline u16 *ctbc_owner_slot(const void *obj)
{
	u16 *slots = ctbc_owner_leaf(obj);

	return slots != ctbc_owner_no_leaf ? slots + ctbc_owner_slot_nr(obj) : NULL;
}

/**
 * ctbc_owner_note() - a word beside an object's owner, for whoever counts it
 * @slot: where the owner is noted down
 *
 * Return: where; 0 as long as nobody has written to it.
 */
static __always_inline u16 *ctbc_owner_note(u16 *slot)
{
	return slot + CTBC_OWNER_LEAF_SLOTS;
}

/**
 * ctbc_owner_get() - whose is it?
 * @obj: in the direct mapping or above it
 *
 * Context: any.
 * Return: the container's index, 0 for nobody's.
 */
static inline u16 ctbc_owner_get(const void *obj)
{
	return READ_ONCE(ctbc_owner_leaf(obj)[ctbc_owner_slot_nr(obj)]);
}

#endif
