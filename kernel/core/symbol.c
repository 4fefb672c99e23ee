// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of kernel functions that are not exported
 *
 * kallsyms_lookup_name() itself is found through a kprobe, which needs no
 * export. A symbol that this kernel lacks costs its user one feature, never
 * the module.
 */
#include <linux/kprobes.h>
#include <linux/moduleparam.h>
#include <linux/static_call.h>
#include <linux/string.h>

#include "kernel/core/symbol.h"

static char *hide_symbols;
module_param(hide_symbols, charp, 0444);
MODULE_PARM_DESC(hide_symbols,
		 "comma-separated kernel symbols to do without, as if the kernel lacked them");

static unsigned long symbol_lookup_none(const char *name)
{
	return 0;
}

/*
 * A static call, not a pointer: the kernel seals the landing pad of functions
 * that it never calls indirectly, and an indirect call would fault on hardware
 * with indirect branch tracking.
 */
DEFINE_STATIC_CALL(symbol_lookup, symbol_lookup_none);

/**
 * ctbc_symbol_init() - find the kernel's symbol table
 *
 * Context: process, may sleep; before any other function of this file.
 * Return: 0, or a negative errno where kprobes are not to be had; every
 * lookup then finds nothing.
 */
int ctbc_symbol_init(void)
{
	/*
	 * Never armed: it is only asked where it would be.  To disarm one, the
	 * kernel allocates, and warns where it cannot.
	 */
	struct kprobe kp = {
		.symbol_name = "kallsyms_lookup_name",
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err;

	err = register_kprobe(&kp);
	if (err)
		return err;
	unregister_kprobe(&kp);
	/* Behind the landing pad, where there is one: as good for a direct call. */
	static_call_update(symbol_lookup,
			   (unsigned long (*)(const char *))(unsigned long)kp.addr);
	return 0;
}

static bool symbol_is_hidden(const char *name)
{
	size_t len = strlen(name);
	const char *p;

	for (p = hide_symbols; p && *p; p += !!*p) {
		if (!strncmp(p, name, len) && (!p[len] || p[len] == ','))
			return true;
		p = strchrnul(p, ',');
	}
	return false;
}

/**
 * ctbc_symbol_addr() - address of a kernel symbol
 * @name: the symbol
 *
 * Context: process, may sleep.
 * Return: the address, 0 where this kernel has no such symbol.
 */
unsigned long ctbc_symbol_addr(const char *name)
{
	return symbol_is_hidden(name) ? 0 : static_call(symbol_lookup)(name);
}
