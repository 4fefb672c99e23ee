// SPDX-License-Identifier: GPL-2.0
/*
 * Capabilities of a container's processes: vzctl's default set with
 * sys_admin and net_admin, which a systemd needs. What is not in the list
 * leaves the bounding set too, so nothing in the container can get it back.
 */
#define _GNU_SOURCE
#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>

#include "err.h"
#include "sandbox.h"

#define CAP_BITS	64

static const unsigned int kept[] = {
	CAP_CHOWN,
	CAP_DAC_OVERRIDE,
	CAP_DAC_READ_SEARCH,	/* harmless behind the seccomp filter */
	CAP_FOWNER,
	CAP_FSETID,
	CAP_KILL,
	CAP_SETGID,
	CAP_SETUID,
	CAP_SETPCAP,
	CAP_SETFCAP,
	CAP_LINUX_IMMUTABLE,
	CAP_NET_BIND_SERVICE,
	CAP_NET_BROADCAST,
	CAP_NET_ADMIN,
	CAP_NET_RAW,
	CAP_IPC_LOCK,
	CAP_IPC_OWNER,
	CAP_SYS_CHROOT,
	CAP_SYS_PTRACE,
	CAP_SYS_ADMIN,
	CAP_SYS_BOOT,		/* reboot(2) ends the pid namespace */
	CAP_SYS_NICE,
	CAP_SYS_RESOURCE,
	CAP_SYS_TTY_CONFIG,
	CAP_MKNOD,		/* the device filter says what may be made */
	CAP_LEASE,
	CAP_AUDIT_WRITE,
};

static bool is_kept(unsigned int cap)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (kept[i] == cap)
			return true;
	return false;
}

/**
 * caps_prepare() - put the set together
 *
 * Return: 0 or an exit status with the error recorded.
 */
int caps_prepare(void)
{
	unsigned int i;

	capng_clear(CAPNG_SELECT_ALL);
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED,
				 kept[i]))
			return err_set(EXIT_SYSTEM, "unknown capability %u",
				       kept[i]);
	return 0;
}

/*
 * Not by the library, which asks /proc about itself first: the one in view is
 * the container's.
 */
static int drop_bounding(void)
{
	unsigned int cap;

	for (cap = 0; cap < CAP_BITS; cap++)
		if (!is_kept(cap) && prctl(PR_CAPBSET_READ, cap) > 0 &&
		    prctl(PR_CAPBSET_DROP, cap))
			return err_sys("cannot drop capability %u", cap);
	return 0;
}

/**
 * caps_drop() - keep the container's capabilities and no others
 *
 * Return: 0 or an exit status with the error recorded.
 */
int caps_drop(void)
{
	int rc = drop_bounding();

	if (rc)
		return rc;
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	/* A fork since caps_prepare() has made the remembered pid stale. */
	capng_setpid(0);
	return capng_apply(CAPNG_SELECT_CAPS) ?
		err_sys("cannot drop capabilities") : 0;
}
