// SPDX-License-Identifier: GPL-2.0
/*
 * kernels: 6.12-debug newest-debug
 * vm: --timeout 600
 *
 * The module is loaded with its 1st, 2nd, 3rd... allocation failing
 *
 * The load fails with ENOMEM and leaves nothing, or succeeds, perhaps with less:
 * what could not be had is told in features. So it goes with the first attach after
 * a load, which installs the hooks. Only what the module itself allocates
 * fails, below its own functions, as far as these come to lie where they lay
 * before; with the argument "all", the kernel's loader too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "fault.h"
#include "kselftest.h"

#define ID	402
/* More allocations than a load or an attach makes. */
#define MOST	20000

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

/* The load itself: ends well or with ENOMEM, and leaves nothing. */
static void walk_load(void)
{
	unsigned int nth, failed = 0, absorbed = 0, wrong = 0;
	bool hit = true;
	int err;

	for (nth = 1; hit && nth < MOST; nth++) {
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
	ksft_test_result(failed > 3, "allocations of a load were failed\n");
}

/* Attached, or to be attached by the next attempt, and then a fork is counted. */
static bool is_counted(struct nl *nl, const struct cg *cg, int err)
{
	struct values v = {};
	pid_t pid;

	if (err && err != -ENOMEM && err != -ENOBUFS)
		return false;
	nl_close(nl);
	if (nl_open(nl) || (err && ct_attach(nl, ID, cg) && err != -ENOBUFS))
		return false;
	pid = cg_fork(cg);
	while (!pid)
		pause();
	err = ct_get(nl, ID, CTBC_PARAM_NUMPROC, &v);
	cg_kill(cg);
	return pid > 0 && waitpid(pid, NULL, 0) == pid && !err && v.held == 1;
}

static void walk_first_attach(void)
{
	unsigned int nth, hits = 0, failed = 0, wrong = 0;
	bool hit = true;
	struct nl nl;
	struct cg cg;
	int err = cg_make(&cg, NULL, "first");

	for (nth = 1; !err && hit && nth < MOST; nth++) {
		err = load() ?: nl_open(&nl);
		if (err)
			break;
		fault_arm(nth);
		err = ct_attach(&nl, ID, &cg);
		hit = fault_hit();
		hits += hit;
		failed += !!err;
		if (!is_counted(&nl, &cg, err)) {
			ksft_print_msg("%u: %s\n", nth, strerror(-err));
			wrong++;
		}
		nl_close(&nl);
		err = unload();
	}
	cg_remove(&cg);
	ksft_print_msg("of %u first attaches with a failure, %u failed\n", hits, failed);
	ksft_test_result(!err && !wrong, "each first attach ends well, or the next one does\n");
	ksft_test_result(hits > 8, "allocations of a first attach were failed\n");
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && !strcmp(argv[1], "all");
	int err;

	/* Some minutes lie between a line and the next. */
	setlinebuf(stdout);
	ksft_print_header();
	if (fault_setup(false))
		ksft_exit_skip("no fault injection in this kernel\n");
	ksft_set_plan(5);
	if (!all && fault_range(true))
		ksft_exit_fail_msg("no range of the module's functions\n");
	err = unload();
	if (err)
		ksft_exit_fail_msg("unload: %s\n", strerror(-err));
	walk_load();
	fault_range(false);
	walk_first_attach();
	ksft_test_result(!load(), "without a failure it loads\n");
	ksft_finished();
}
