// SPDX-License-Identifier: GPL-2.0
/*
 * kernels: 6.12-debug newest-debug
 *
 * The module is loaded with its 1st, 2nd, 3rd... allocation failing
 *
 * The load fails with ENOMEM and leaves nothing, or succeeds, perhaps with less:
 * what could not be had is told in features. Only what the module itself allocates
 * fails, below its own functions, as far as these come to lie where they lay
 * before; with the argument "all", the kernel's loader too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fault.h"
#include "kselftest.h"

static const char *module_path(void)
{
	static char path[200];
	struct utsname u;

	uname(&u);
	snprintf(path, sizeof(path), "/lib/modules/%s/extra/ctbc.ko", u.release);
	return path;
}

static int load(void)
{
	int fd = open(module_path(), O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return err;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "ctbc", O_NONBLOCK) ? -errno : 0;
}

/* Not a trace of a module that is not there. */
static bool left_nothing(void)
{
	return access("/proc/ctbc", F_OK) && access("/proc/user_beancounters", F_OK) &&
	       access("/sys/module/ctbc", F_OK);
}

static bool says_features(void)
{
	char line[256];
	bool said = false;
	FILE *f = fopen("/proc/ctbc/features", "r");

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f))
		said |= !strncmp(line, "numproc", 7);
	fclose(f);
	return said;
}

int main(int argc, char **argv)
{
	unsigned int nth, failed = 0, absorbed = 0, wrong = 0;
	bool all = argc > 1 && !strcmp(argv[1], "all");
	bool hit = true;
	int err;

	ksft_print_header();
	if (fault_setup(false))
		ksft_exit_skip("no fault injection in this kernel\n");
	ksft_set_plan(3);
	if (!all && fault_range(true))
		ksft_exit_fail_msg("no range of the module's functions\n");
	err = unload();
	if (err)
		ksft_exit_fail_msg("unload: %s\n", strerror(-err));

	for (nth = 1; hit && nth < 20000; nth++) {
		fault_arm(nth);
		err = load();
		hit = fault_hit();
		if (err) {
			failed++;
			if (err != -ENOMEM || !left_nothing()) {
				ksft_print_msg("%u: %s\n", nth, strerror(-err));
				wrong++;
			}
			continue;
		}
		absorbed += hit;
		if (!says_features()) {
			ksft_print_msg("%u: no features\n", nth);
			wrong++;
		}
		err = unload();
		if (err || !left_nothing()) {
			ksft_print_msg("%u: unload: %s\n", nth, strerror(-err));
			wrong++;
			break;
		}
	}
	ksft_print_msg("%u loads failed, %u did with less\n", failed, absorbed);
	ksft_test_result(!wrong, "each load ends well or with ENOMEM, and leaves nothing\n");
	ksft_test_result(failed > 3, "allocations were failed\n");
	fault_range(false);
	ksft_test_result(!load(), "without a failure it loads\n");
	ksft_finished();
}
