// SPDX-License-Identifier: GPL-2.0
/*
 * numpty: pseudo-terminals
 *
 * A pair is charged when /dev/ptmx is opened, and given back when the master is
 * closed for good. The number it is to have is asked for first, by
 * devpts_new_index(): refused there, the open fails with ENOSPC, as it does at
 * kernel.pty.max. The unit that was reserved goes to the slave's terminal when that
 * gets its name, or back when the number is given up before.
 */
#include <linux/cgroup.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "kernel/bc/beancounter.h"
#include "kernel/core/symbol.h"

/* devpts_new_index(fsi) */
static void hook_index(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct ctbc_container *ct;

	preempt_disable();
	ct = ctbc_container_of_cgroup(task_dfl_cgroup(current));
	if (ct && !ctbc_bc_reserve(ct, CTBC_BC_NUMPTY))
		ctbc_hook_refuse(fregs, -ENOSPC);
	preempt_enable();
}

/* devpts_pty_new(fsi, index, slave) */
static void hook_name(unsigned long ip, unsigned long parent_ip,
		      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	ctbc_bc_give_reserve(CTBC_BC_NUMPTY, (void *)ctbc_hook_arg(fregs, 2));
}

/* devpts_kill_index(fsi, index): called when the open failed, and in the end. */
static void hook_kill_index(unsigned long ip, unsigned long parent_ip,
			    struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	ctbc_bc_return_reserve(current, CTBC_BC_NUMPTY);
}

/* pty_unix98_remove(driver, tty): the master gives the number back, not the slave. */
static void hook_remove(unsigned long ip, unsigned long parent_ip,
			struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const struct tty_struct *tty = (void *)ctbc_hook_arg(fregs, 1);

	if (tty->driver->subtype == PTY_TYPE_MASTER)
		ctbc_bc_uncharge_object(CTBC_BC_NUMPTY, tty->link);
}

static struct ctbc_hook hooks[] = {
	{ .symbol = "pty_unix98_remove", .func = hook_remove },
	{ .symbol = "devpts_kill_index", .func = hook_kill_index },
	{ .symbol = "devpts_pty_new", .func = hook_name },
	{ .symbol = "devpts_new_index", .func = hook_index, .verdict = true },
};

/* What tells an open terminal from other files; NULL where it cannot be told. */
static const void *tty_files, *ptmx_files;

static bool pty_prepare(void)
{
	tty_files = (void *)ctbc_symbol_addr("tty_fops");
	ptmx_files = (void *)ctbc_symbol_addr("ptmx_fops");
	return true;
}

static int scan_file(const void *data, struct file *file, unsigned int fd)
{
	struct ctbc_bc_file_scan *scan = *(struct ctbc_bc_file_scan *const *)data;
	const struct tty_file_private *private = READ_ONCE(file->private_data);
	struct tty_struct *tty;

	if (!tty_files || (file->f_op != tty_files && file->f_op != ptmx_files) ||
	    !private)
		return 0;
	tty = READ_ONCE(private->tty);
	if (tty && tty->driver->type == TTY_DRIVER_TYPE_PTY &&
	    tty->driver->subtype == PTY_TYPE_MASTER && tty->link)
		scan->unmarkable = ctbc_bc_find_object(scan->ct, CTBC_BC_NUMPTY,
						       tty->link, true);
	return scan->unmarkable ? 1 : 0;
}

const struct ctbc_bc_kind ctbc_bc_pty = {
	.param = CTBC_PARAM_NUMPTY,
	CTBC_BC_HOOKS(hooks),
	.prepare = pty_prepare,
	.scan_file = scan_file,
};
