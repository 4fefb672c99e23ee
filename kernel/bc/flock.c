// SPDX-License-Identifier: GPL-2.0
/*
 * numflock: file locks, by flock(2) and fcntl(2), and leases
 *
 * security_file_lock() is where a task asks for a lock, before anybody knows if a
 * new one will be needed: a unit is reserved there, or the request is refused with
 * ENOLCK. The kernel makes a lock by copying the request; the first copy takes the
 * unit. When the request is let go, what was not needed goes back.
 *
 * To unlock a part in the middle makes two locks of one. The second is charged up to
 * the limit instead of the barrier, as OpenVZ does it; above the limit the request is
 * refused with ENOLCK before it begins, if it is one of that kind. All others go
 * through: who is at the limit must be able to get below it.
 *
 * A lease takes the unit when it has been granted. Since leases have a type of their
 * own, from 6.9 on, no function is called when one is freed; it ends when it is
 * changed to none, and one that was not granted lets its owner's record of it go.
 */
#include <linux/cgroup.h>
#include <linux/filelock.h>

#include "kernel/bc/beancounter.h"

static struct ctbc_container *container_of_current(void)
{
	return ctbc_container_of_cgroup(task_dfl_cgroup(current));
}

/**
 * struct lock_range - a part of a file
 * @start: its first byte
 * @end: its last one
 */
struct lock_range {
	loff_t start;
	loff_t end;
};

/* What is not valid is the kernel's to refuse. */
static struct lock_range range_of(const struct flock *request, struct file *file)
{
	loff_t start = request->l_start;

	if (request->l_whence == SEEK_CUR)
		start += file->f_pos;
	else if (request->l_whence == SEEK_END)
		start += i_size_read(file_inode(file));
	if (!request->l_len)
		return (struct lock_range) { start, OFFSET_MAX };
	if (request->l_len < 0)
		return (struct lock_range) { start + request->l_len, start - 1 };
	return (struct lock_range) { start, start + request->l_len - 1 };
}

/* Does the owner have a lock that goes on at both ends of it? */
static bool is_inside_lock(struct file *file, fl_owner_t owner, struct lock_range range)
{
	struct file_lock_context *ctx;
	struct file_lock *lock;
	bool inside = false;

	/* Pairs with the kernel's store of a context that it has filled in. */
	ctx = smp_load_acquire(&file_inode(file)->i_flctx);
	if (!ctx)
		return false;
	spin_lock(&ctx->flc_lock);
	ctbc_for_each_lock(lock, &ctx->flc_posix)
		inside |= ctbc_lock_owner(lock) == owner &&
			  lock->fl_start < range.start && lock->fl_end > range.end;
	spin_unlock(&ctx->flc_lock);
	return inside;
}

/* What the stocks have is left out of account: no is no, yes may be yes. */
static bool is_full(struct ctbc_container *ct)
{
	struct ctbc_counter *c = ctbc_bc_counter(ct, CTBC_BC_NUMFLOCK);

	return atomic64_read(&c->held) >= READ_ONCE(c->limit);
}

/* A refusal is counted and told as such. */
static bool may_split(struct ctbc_container *ct)
{
	if (!ctbc_bc_try_charge_as(ct, CTBC_BC_NUMFLOCK, 1, CTBC_SEVERITY_SOFT))
		return false;
	ctbc_bc_uncharge(ct, CTBC_BC_NUMFLOCK, 1);
	return true;
}

/* fcntl_setlk(fd, file, command, request) */
static void hook_setlk(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct file *file = (void *)ctbc_hook_arg(fregs, 1);
	unsigned int command = ctbc_hook_arg(fregs, 2);
	const struct flock *request = (void *)ctbc_hook_arg(fregs, 3);
	bool ofd = command == F_OFD_SETLK || command == F_OFD_SETLKW;
	struct ctbc_container *ct;

	if (request->l_type != F_UNLCK)
		return;
	preempt_disable();
	ct = container_of_current();
	if (ct && is_full(ct) &&
	    is_inside_lock(file, ofd ? (fl_owner_t)file : current->files,
			   range_of(request, file)) && !may_split(ct))
		ctbc_hook_refuse(fregs, -ENOLCK);
	preempt_enable();
}

/* security_file_lock(file, type) */
static void hook_ask(unsigned long ip, unsigned long parent_ip,
		     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	unsigned int type = ctbc_hook_arg(fregs, 1);
	struct ctbc_container *ct;

	preempt_disable();
	ct = container_of_current();
	if (ct && type != F_UNLCK && !ctbc_bc_reserve(ct, CTBC_BC_NUMFLOCK))
		ctbc_hook_refuse(fregs, -ENOLCK);
	preempt_enable();
}

/* locks_copy_lock(new, request) */
static void hook_copy(unsigned long ip, unsigned long parent_ip,
		      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const void *lock = (void *)ctbc_hook_arg(fregs, 0);
	struct ctbc_container *ct;

	if (!in_task() || ctbc_bc_give_reserve(CTBC_BC_NUMFLOCK, lock))
		return;
	preempt_disable();
	ct = container_of_current();
	if (ct)
		ctbc_bc_charge_object(ct, CTBC_BC_NUMFLOCK, lock);
	preempt_enable();
}

/* locks_release_private(lock): of a lock, or of the request, which names a file. */
static void hook_release(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct file_lock *lock = (void *)ctbc_hook_arg(fregs, 0);

	ctbc_bc_uncharge_object(CTBC_BC_NUMFLOCK, lock);
	if (in_task() && ctbc_lock_file(lock))
		ctbc_bc_return_reserve(current, CTBC_BC_NUMFLOCK);
}

/* lease_setup(lease, priv): granted, or changed. */
static void hook_lease(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	ctbc_bc_give_reserve(CTBC_BC_NUMFLOCK, (void *)ctbc_hook_arg(fregs, 0));
}

/* lease_modify(lease, type, dispose) */
static void hook_lease_change(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if ((int)ctbc_hook_arg(fregs, 1) == F_UNLCK)
		ctbc_bc_uncharge_object(CTBC_BC_NUMFLOCK,
					(void *)ctbc_hook_arg(fregs, 0));
}

/* fasync_free(record) */
static void hook_no_lease(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if (in_task())
		ctbc_bc_return_reserve(current, CTBC_BC_NUMFLOCK);
}

static struct ctbc_hook hooks[] = {
	{ .symbol = "locks_release_private", .func = hook_release },
	{ .symbol = "lease_modify", .func = hook_lease_change },
	{ .symbol = "fasync_free", .func = hook_no_lease },
	{ .symbol = "lease_setup", .func = hook_lease },
	{ .symbol = "locks_copy_lock", .func = hook_copy },
	{ .symbol = "fcntl_setlk", .func = hook_setlk, .verdict = true },
	{ .symbol = "security_file_lock", .func = hook_ask, .verdict = true },
};

static void found(struct ctbc_bc_file_scan *scan, const struct file_lock *lock)
{
	if (!scan->unmarkable)
		scan->unmarkable = ctbc_bc_find_object(scan->ct, CTBC_BC_NUMFLOCK, lock,
						       true);
}

/* A lock of fcntl(2) is its process's or its file's, all others are their file's. */
static int scan_file(const void *data, struct file *file, unsigned int fd)
{
	struct ctbc_bc_file_scan *scan = *(struct ctbc_bc_file_scan *const *)data;
	struct file_lock_context *ctx;
	struct file_lock *lock;

	/* Pairs with the kernel's store of a context that it has filled in. */
	ctx = smp_load_acquire(&file_inode(file)->i_flctx);
	if (!ctx)
		return 0;
	spin_lock(&ctx->flc_lock);
	ctbc_for_each_lock(lock, &ctx->flc_posix)
		if (ctbc_lock_owner(lock) == scan->files || ctbc_lock_owner(lock) == file)
			found(scan, lock);
	ctbc_for_each_lock(lock, &ctx->flc_flock)
		if (ctbc_lock_file(lock) == file)
			found(scan, lock);
	/* What a lease and a lock have in common comes first in both. */
	ctbc_for_each_lock(lock, &ctx->flc_lease)
		if (ctbc_lock_file(lock) == file)
			found(scan, lock);
	spin_unlock(&ctx->flc_lock);
	return scan->unmarkable ? 1 : 0;
}

const struct ctbc_bc_kind ctbc_bc_flock = {
	.param = CTBC_PARAM_NUMFLOCK,
	.batch = 4,
	CTBC_BC_HOOKS(hooks),
	.scan_file = scan_file,
};
