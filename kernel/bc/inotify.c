// SPDX-License-Identifier: GPL-2.0
/*
 * numinotify: inotify instances and watches
 *
 * The kernel bounds both by user, and root of each container is the same user: one
 * container can take what all of them have. Here each is one unit of the task's
 * container. Refused, inotify_init(2) fails with EMFILE and inotify_add_watch(2) with
 * ENOSPC, as above the kernel's own bounds.
 */
#include <linux/anon_inodes.h>
#include <linux/cgroup.h>
#include <linux/fsnotify_backend.h>

#include "kernel/bc/beancounter.h"
#include "kernel/core/symbol.h"

/* What tells inotify's from what others have of the same kind. */
static const void *inotify_files;
static const void *inotify_groups;

static bool charge(const void *obj)
{
	struct ctbc_container *ct;
	bool charged;

	preempt_disable();
	ct = ctbc_container_of_cgroup(task_dfl_cgroup(current));
	charged = !ct || ctbc_bc_try_charge_object(ct, CTBC_BC_NUMINOTIFY, obj);
	preempt_enable();
	return charged;
}

/* anon_inode_getfd(name, operations, group, flags): the last step of an instance. */
static void hook_instance(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if ((void *)ctbc_hook_arg(fregs, 1) == inotify_files &&
	    !charge((void *)ctbc_hook_arg(fregs, 2)))
		ctbc_hook_refuse(fregs, -EMFILE);
}

/* fsnotify_add_mark_locked(mark, ...) */
static void hook_watch(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct fsnotify_mark *mark = (void *)ctbc_hook_arg(fregs, 0);

	if (mark->group->ops == inotify_groups && !charge(mark))
		ctbc_hook_refuse(fregs, -ENOSPC);
}

/* inotify_free_group_priv(group), inotify_free_mark(mark) */
static void hook_free(unsigned long ip, unsigned long parent_ip,
		      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	ctbc_bc_uncharge_object(CTBC_BC_NUMINOTIFY, (void *)ctbc_hook_arg(fregs, 0));
}

static struct ctbc_hook hooks[] = {
	{ .symbol = "inotify_free_group_priv", .func = hook_free },
	{ .symbol = "inotify_free_mark", .func = hook_free },
	{ .symbol = "fsnotify_add_mark_locked", .func = hook_watch, .verdict = true },
	{ .symbol = "anon_inode_getfd", .func = hook_instance, .verdict = true },
};

static bool inotify_prepare(void)
{
	inotify_files = (void *)ctbc_symbol_addr("inotify_fops");
	inotify_groups = (void *)ctbc_symbol_addr("inotify_fsnotify_ops");
	return inotify_files && inotify_groups;
}

static void found(struct ctbc_bc_file_scan *scan, const void *obj)
{
	if (!scan->unmarkable)
		scan->unmarkable = ctbc_bc_find_object(scan->ct, CTBC_BC_NUMINOTIFY, obj,
						       true);
}

static int scan_file(const void *data, struct file *file, unsigned int fd)
{
	struct ctbc_bc_file_scan *scan = *(struct ctbc_bc_file_scan *const *)data;
	struct fsnotify_group *group = file->private_data;
	struct fsnotify_mark *mark;

	if (file->f_op != inotify_files)
		return 0;
	found(scan, group);
	if (scan->unmarkable)
		return 1;
	/* Somebody adds a watch or removes one, and may sleep with the lock. */
	if (!mutex_trylock(&group->mark_mutex)) {
		scan->unmarkable = group;
		return 1;
	}
	list_for_each_entry(mark, &group->marks_list, g_list)
		found(scan, mark);
	mutex_unlock(&group->mark_mutex);
	return scan->unmarkable ? 1 : 0;
}

const struct ctbc_bc_kind ctbc_bc_inotify = {
	.param = CTBC_PARAM_NUMINOTIFY,
	.batch = 4,
	CTBC_BC_HOOKS(hooks),
	.prepare = inotify_prepare,
	.scan_file = scan_file,
};
