// SPDX-License-Identifier: GPL-2.0
/*
 * ctbc: containers with limits of their own on a stock kernel
 *
 * The order of start and unwind, nothing else.
 */
#include <linux/module.h>

#include "kernel/bc/beancounter.h"
#include "kernel/core/container.h"
#include "kernel/core/controller.h"
#include "kernel/core/symbol.h"
#include "kernel/nl/family.h"
#include "kernel/view/proc.h"

static const struct ctbc_controller *const controllers[] = {
	&ctbc_bc_controller,
	&ctbc_view_controller,
};

static int __init ctbc_init(void)
{
	int err;

	err = ctbc_symbol_init();
	if (err)
		pr_info("ctbc: no way to the kernel's symbols (%d)\n", err);
	err = ctbc_containers_init();
	if (err)
		return err;
	err = ctbc_controllers_init(controllers, ARRAY_SIZE(controllers));
	if (err)
		goto err_containers;
	err = ctbc_nl_init();
	if (err)
		goto err_controllers;
	return 0;

err_controllers:
	ctbc_controllers_exit();
err_containers:
	ctbc_containers_exit();
	return err;
}

static void __exit ctbc_exit(void)
{
	ctbc_nl_exit();
	ctbc_containers_detach_all();
	ctbc_controllers_exit();
	ctbc_containers_exit();
}

module_init(ctbc_init);
module_exit(ctbc_exit);

MODULE_DESCRIPTION("Containers with limits of their own on a stock kernel");
MODULE_AUTHOR("The ctbc developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(CTBC_VERSION);
MODULE_ALIAS_GENL_FAMILY(CTBC_GENL_NAME);
