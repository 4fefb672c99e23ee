// SPDX-License-Identifier: GPL-2.0
/*
 * numfile: open files
 *
 * A file is what open(2), socket(2), pipe(2) and their like make, however many
 * descriptors lead to it; the kernel's own count for fs.file-nr. It is charged to
 * the container of the task that opens it, and given back when the last reference
 * has gone, which happens in whatever context: the owner is looked up by the
 * file's address. A file that was passed on stays with who opened it.
 *
 * What the kernel opens on a task's behalf counts too: the program that is being
 * executed, and the file of the lower layer behind a file of an overlay.
 *
 * A refused open fails with ENFILE, as at the machine's limit on files.
 */
#include <linux/cgroup.h>
#include <linux/fs.h>

#include "kernel/bc/beancounter.h"

/* Called with preemption off, and turns it on. */
static noinline long alloc_slow(struct file *file)
{
	struct ctbc_container *ct;
	bool charged;

	ct = ctbc_container_of_cgroup(task_dfl_cgroup(current));
	charged = !ct || ctbc_bc_try_charge_object(ct, CTBC_BC_NUMFILE, file);
	preempt_enable();
	return charged ? CTBC_HOOK_GO_ON : -ENFILE;
}

/*
 * security_file_alloc(file): the first thing done with a new file. Where that fails
 * for lack of memory, its end is not seen: the next file there gives the unit back.
 */
static __used notrace __noendbr long
hook_file_alloc(unsigned long file)
{
	u64 index;

	preempt_disable();
	index = ctbc_container_cached(task_dfl_cgroup(current));
	if (index && (unlikely(index > CTBC_CONTAINER_INDEX_MAX) ||
		      !ctbc_bc_charge_fast(index, CTBC_BC_NUMFILE, (void *)file, false)))
		return alloc_slow((void *)file);
	preempt_enable();
	return CTBC_HOOK_GO_ON;
}

CTBC_HOT_VERDICT(hook_file_alloc, 1);

/* security_file_free(file) */
static __used notrace __noendbr void
hook_file_free(unsigned long file)
{
	u16 *slot = ctbc_owner_leaf((void *)file) + ctbc_owner_slot_nr((void *)file);

	unsigned long index = READ_ONCE(*slot);

	if (index)
		ctbc_bc_uncharge_freed(CTBC_BC_NUMFILE, slot, index);
}

CTBC_HOT_NOTE(hook_file_free, 1);

static struct ctbc_hook hooks[] = {
	{ .symbol = "security_file_free", CTBC_HOT(hook_file_free) },
	{ .symbol = "security_file_alloc", CTBC_HOT(hook_file_alloc), .verdict = true },
};

static int scan_file(const void *data, struct file *file, unsigned int fd)
{
	struct ctbc_bc_file_scan *scan = *(struct ctbc_bc_file_scan *const *)data;

	scan->unmarkable = ctbc_bc_find_object(scan->ct, CTBC_BC_NUMFILE, file, true);
	return scan->unmarkable ? 1 : 0;
}

const struct ctbc_bc_kind ctbc_bc_file = {
	.param = CTBC_PARAM_NUMFILE,
	.batch = 8,
	CTBC_BC_HOOKS(hooks),
	.scan_file = scan_file,
};
