// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints of the kernel that the module listens to
 */
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "kernel/core/probe.h"

static void probe_match(struct tracepoint *tp, void *priv)
{
	struct ctbc_probe *probe = priv;

	if (!strcmp(tp->name, probe->name))
		probe->tp = tp;
}

/**
 * ctbc_probe_install() - have a function called by a tracepoint
 * @probe: what by what; nothing happens if that is so already
 *
 * Context: process, may sleep.
 * Return: true if it is called now; false where this kernel has no such tracepoint,
 * or no memory.
 */
bool ctbc_probe_install(struct ctbc_probe *probe)
{
	if (probe->tp)
		return true;
	for_each_kernel_tracepoint(probe_match, probe);
	if (probe->tp && !tracepoint_probe_register(probe->tp, probe->func, NULL))
		return true;
	probe->tp = NULL;
	pr_info("ctbc: nothing is heard from tracepoint %s\n", probe->name);
	return false;
}

/**
 * ctbc_probe_remove() - let a tracepoint be again
 * @probe: installed or not
 *
 * Its function does not run any more when this returns.
 *
 * Context: process, may sleep.
 */
void ctbc_probe_remove(struct ctbc_probe *probe)
{
	if (!probe->tp)
		return;
	tracepoint_probe_unregister(probe->tp, probe->func, NULL);
	probe->tp = NULL;
	tracepoint_synchronize_unregister();
}
