/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_BC_BEANCOUNTER_H
#define _CTBC_BC_BEANCOUNTER_H

#include "kernel/core/container.h"
#include "kernel/core/controller.h"

/**
 * struct ctbc_bc_kind - one kind of kernel object that is counted
 * @param: the parameter that counts it
 * @batch: most units a CPU keeps in stock, 0 for none
 * @init: find the places of the hooks; may sleep. What is missing shows in
 *	@feature
 * @start: install the hooks, for there is a container; may sleep. Called before
 *	each attach. Fails with -ENOMEM, and is then tried again; what cannot be
 *	installed shows in @feature
 * @exit: remove the hooks; may sleep; none runs any more afterwards
 * @scan: charge a container for what its tasks hold already; may sleep; fails
 *	with -ENOMEM
 * @feature: how far the kind works on this kernel
 */
struct ctbc_bc_kind {
	enum ctbc_param param;
	unsigned int batch;
	void (*init)(void);
	int (*start)(void);
	void (*exit)(void);
	int (*scan)(struct ctbc_container *ct);
	void (*feature)(struct ctbc_feature *feature);
};

extern const struct ctbc_bc_kind ctbc_bc_task;
extern const struct ctbc_controller ctbc_bc_controller;

bool ctbc_bc_try_charge(struct ctbc_container *ct, enum ctbc_param param,
			unsigned int n);
void ctbc_bc_uncharge(struct ctbc_container *ct, enum ctbc_param param,
		      unsigned int n);
bool ctbc_bc_try_charge_object(struct ctbc_container *ct, enum ctbc_param param,
			       const void *obj);
void ctbc_bc_charge_object(struct ctbc_container *ct, enum ctbc_param param,
			   const void *obj);
void ctbc_bc_give_object(struct ctbc_container *ct, enum ctbc_param param,
			 const void *obj);
void ctbc_bc_uncharge_object(enum ctbc_param param, const void *obj);

#endif
