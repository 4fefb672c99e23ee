// SPDX-License-Identifier: GPL-2.0
/*
 * System calls that a container's processes are refused. What is refused stands
 * in gen/seccomp.c, from which the filter is made when ctctl is built.
 */
#define _GNU_SOURCE
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "err.h"
#include "sandbox.h"

/**
 * seccomp_enter() - obey the filter from here on, all children included
 *
 * Set-user-id programs must go on to work, hence no no_new_privs; without it
 * this takes CAP_SYS_ADMIN.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int seccomp_enter(void)
{
	const struct sock_fprog program = {
		.len = seccomp_filter_len,
		.filter = (struct sock_filter *)seccomp_filter,
	};

	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		return err_sys("cannot load the system call filter");
	return 0;
}
