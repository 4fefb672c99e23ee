/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_PROBE_H
#define _CTBC_CORE_PROBE_H

struct tracepoint;

/**
 * struct ctbc_probe - a tracepoint that the module listens to
 * @name: the tracepoint
 * @func: what it calls
 * @tp: the tracepoint, NULL while nothing listens
 */
struct ctbc_probe {
	const char *name;
	void *func;
	struct tracepoint *tp;
};

bool ctbc_probe_install(struct ctbc_probe *probe);
void ctbc_probe_remove(struct ctbc_probe *probe);

#endif
