/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_CONTROLLER_H
#define _CTBC_CORE_CONTROLLER_H

#include <linux/ctbc.h>
#include <linux/types.h>

struct ctbc_container;
struct netlink_ext_ack;

/**
 * enum ctbc_controller_id - slots for a controller's data in a container
 * @CTBC_CONTROLLER_BC: beancounters
 * @CTBC_CONTROLLER_VIEW: files under /proc
 * @CTBC_NR_CONTROLLERS: how many there are
 */
enum ctbc_controller_id {
	CTBC_CONTROLLER_BC,
	CTBC_CONTROLLER_VIEW,
	CTBC_NR_CONTROLLERS
};

/**
 * struct ctbc_values - a parameter's values in a container
 * @held: in use now
 * @maxheld: the most ever in use
 * @barrier: see &enum ctbc_severity
 * @limit: see &enum ctbc_severity
 * @failcnt: charges refused
 */
struct ctbc_values {
	u64 held;
	u64 maxheld;
	u64 barrier;
	u64 limit;
	u64 failcnt;
};

/**
 * struct ctbc_feature - how far something works on this kernel
 * @state: how far
 * @mechanism: by what
 * @reason: why not more, NULL where nothing is amiss
 */
struct ctbc_feature {
	enum ctbc_feature_state state;
	const char *mechanism;
	const char *reason;
};

/**
 * struct ctbc_controller - one kind of thing done to a container
 * @name: as /proc/ctbc/features shows it
 * @id: the slot of its data in &struct ctbc_container
 * @size: bytes of that which come with a container, zeroed before @attach and aligned
 *	to a cache line; 0 where the slot is the controller's own affair
 * @init: at module load, may sleep; nothing is attached before it returns 0
 * @exit: at module unload, may sleep; nothing is attached and no hook is called any
 *	more, but @free may yet be
 * @attach: a container came to be, not yet visible to anybody; may sleep
 * @attached: the container can be found by now: take in what its tasks hold;
 *	may sleep. Fails with -ENOMEM, and the container is detached again
 * @scan: the same for what it takes a lock of the kernel's to find, which a program
 *	may be holding: the registry's is free meanwhile, the container pinned, and
 *	detached maybe. NULL for nothing
 * @detach: the container can no longer be found, but whoever found it before
 *	may be using it until @free; may sleep. What is charged to it stays
 *	charged until it is given back
 * @free: nothing refers to the container any more; may sleep
 * @has: does it own this parameter?
 * @check: would @set take these values? Called before anything of a batch is
 *	set. Sets an extack text when it refuses
 * @set: set a parameter that @check has taken; rarely fails, and then with an
 *	extack text
 * @get: a parameter's values; any context
 * @feature: how far the controller works on this kernel
 * @param_feature: how far a parameter of its works on this kernel
 *
 * @check, @set, @attach, @detach run under the registry's lock.
 */
struct ctbc_controller {
	const char *name;
	enum ctbc_controller_id id;
	size_t size;
	int (*init)(void);
	void (*exit)(void);
	int (*attach)(struct ctbc_container *ct, struct netlink_ext_ack *extack);
	int (*attached)(struct ctbc_container *ct);
	int (*scan)(struct ctbc_container *ct);
	void (*detach)(struct ctbc_container *ct);
	void (*free)(struct ctbc_container *ct);
	bool (*has)(enum ctbc_param param);
	int (*check)(struct ctbc_container *ct, enum ctbc_param param,
		     u64 barrier, u64 limit, struct netlink_ext_ack *extack);
	int (*set)(struct ctbc_container *ct, enum ctbc_param param,
		   u64 barrier, u64 limit, struct netlink_ext_ack *extack);
	void (*get)(const struct ctbc_container *ct, enum ctbc_param param,
		    struct ctbc_values *values);
	void (*feature)(struct ctbc_feature *feature);
	void (*param_feature)(enum ctbc_param param, struct ctbc_feature *feature);
};

int ctbc_controllers_init(const struct ctbc_controller *const *list,
			  unsigned int nr);
void ctbc_controllers_exit(void);
const struct ctbc_controller *ctbc_controller_nth(unsigned int n);
const struct ctbc_controller *ctbc_controller_of(enum ctbc_param param);

#endif
