// SPDX-License-Identifier: GPL-2.0
/*
 * What a process in a container may not do.
 *
 * Everything is prepared while the host's files are still in view: once in
 * the container, nothing that is read there can be trusted, /proc included.
 */
#include "sandbox.h"

/**
 * sandbox_prepare() - get ready, still on the host
 *
 * Return: 0 or an exit status with the error recorded.
 */
int sandbox_prepare(void)
{
	return caps_prepare();
}

/**
 * sandbox_enter() - give up what a container's process may not have
 *
 * The filter is loaded first, as that takes a capability.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int sandbox_enter(void)
{
	int rc = seccomp_enter();

	return rc ? rc : caps_drop();
}
