// SPDX-License-Identifier: GPL-2.0
/*
 * The list of controllers: beancounters, CPU, disk, network
 *
 * main.c gives the list once at load. It never changes while the module is
 * loaded, so readers take no lock.
 */
#include <linux/errno.h>

#include "kernel/core/controller.h"
#include "kernel/core/hook.h"

static const struct ctbc_controller *const *controllers;
static unsigned int nr_controllers;

/**
 * ctbc_controllers_init() - start the controllers
 * @list: the controllers, in the order in which they start
 * @nr: how many
 *
 * Context: process, may sleep.
 * Return: 0, or the errno of the first that failed; the ones before it are
 * stopped again.
 */
int ctbc_controllers_init(const struct ctbc_controller *const *list,
			  unsigned int nr)
{
	int err;

	controllers = list;
	for (nr_controllers = 0; nr_controllers < nr; nr_controllers++) {
		err = list[nr_controllers]->init();
		if (err) {
			ctbc_controllers_exit();
			return err;
		}
	}
	return 0;
}

/**
 * ctbc_controllers_exit() - remove the hooks and stop the controllers, the last one
 * first
 *
 * They can still be walked: a container is freed by them when the last that
 * referred to it has gone, which is after this.
 *
 * Context: process, may sleep; no container is attached.
 */
void ctbc_controllers_exit(void)
{
	unsigned int i = nr_controllers;

	ctbc_hooks_exit();
	while (i--)
		controllers[i]->exit();
}

/**
 * ctbc_controller_nth() - walk the controllers
 * @n: from 0
 *
 * Return: the controller, NULL past the last.
 */
const struct ctbc_controller *ctbc_controller_nth(unsigned int n)
{
	return n < nr_controllers ? controllers[n] : NULL;
}

/**
 * ctbc_controller_of() - who owns a parameter
 * @param: the parameter
 *
 * Return: the controller, NULL where no controller of this module has it.
 */
const struct ctbc_controller *ctbc_controller_of(enum ctbc_param param)
{
	unsigned int i;

	for (i = 0; i < nr_controllers; i++)
		if (controllers[i]->has(param))
			return controllers[i];
	return NULL;
}
