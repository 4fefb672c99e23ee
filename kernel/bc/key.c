// SPDX-License-Identifier: GPL-2.0
/*
 * numkeys: keys in the kernel's keyrings
 *
 * A key is charged to the container of the task that makes it, and given back when
 * it is destroyed, which the kernel does some time after its last use. The kernel's
 * own quota is one a user, and root of each container is the same user. Refused, the
 * making of a key fails with EDQUOT, as above that quota.
 */
#include <linux/cgroup.h>

#include "kernel/bc/beancounter.h"

/* security_key_alloc(key, cred, flags) */
static void hook_key_alloc(unsigned long ip, unsigned long parent_ip,
			   struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct ctbc_container *ct;

	preempt_disable();
	ct = ctbc_container_of_cgroup(task_dfl_cgroup(current));
	if (ct && !ctbc_bc_try_charge_object(ct, CTBC_BC_NUMKEYS,
					     (void *)ctbc_hook_arg(fregs, 0)))
		ctbc_hook_refuse(fregs, -EDQUOT);
	preempt_enable();
}

/* security_key_free(key) */
static void hook_key_free(unsigned long ip, unsigned long parent_ip,
			  struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	ctbc_bc_uncharge_object(CTBC_BC_NUMKEYS, (void *)ctbc_hook_arg(fregs, 0));
}

static struct ctbc_hook hooks[] = {
	{ .symbol = "security_key_free", .func = hook_key_free },
	{ .symbol = "security_key_alloc", .func = hook_key_alloc, .verdict = true },
};

const struct ctbc_bc_kind ctbc_bc_key = {
	.param = CTBC_PARAM_NUMKEYS,
	CTBC_BC_HOOKS(hooks),
};
