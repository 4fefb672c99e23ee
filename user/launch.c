// SPDX-License-Identifier: GPL-2.0
/*
 * Starting a container: a ladder of steps, each with its undoing. Where one
 * fails, those before it are undone from the last to the first.
 */
#define _GNU_SOURCE
#include "launch.h"

#include <stdlib.h>
#include <unistd.h>

#include "boot.h"
#include "cgroup.h"
#include "err.h"
#include "genl.h"
#include "initpid.h"
#include "paths.h"
#include "sandbox.h"
#include "settings.h"
#include "sig.h"

/**
 * struct step - a step of a start
 * @does: what the note says
 * @go: do it
 * @undo: undo it; NULL where what went before undoes it
 */
struct step {
	const char *does;
	int (*go)(const struct ct *ct);
	void (*undo)(const struct ct *ct);
};

static void undo_mount(const struct ct *ct)
{
	ct_umount(ct);
}

static int make_cgroup(const struct ct *ct)
{
	int rc = cgroup_create(ct->cgroup);

	/* What was made before the failure is nobody else's. */
	if (rc) {
		struct err_saved saved;

		err_save(&saved);
		cgroup_remove(ct->cgroup);
		err_restore(rc, &saved);
	}
	return rc;
}

static void remove_cgroup(const struct ct *ct)
{
	cgroup_kill(ct->cgroup);
	cgroup_remove(ct->cgroup);
}

static int attach(const struct ct *ct)
{
	autoclose int fd = -1;
	int rc = cgroup_open(ct->cgroup, &fd);

	return rc ? rc : genl_attach(ct->id, fd);
}

static void detach(const struct ct *ct)
{
	genl_detach(ct->id);
}

static int set_limits(const struct ct *ct)
{
	struct settings s = { 0 };
	int rc = settings_load(&s, &ct->conf);

	if (!rc)
		rc = settings_drop_absent(&s);
	return rc ? rc : settings_send(&s, ct->id);
}

static int filter(const struct ct *ct)
{
	autoclose int fd = -1;
	int rc = cgroup_open(ct->cgroup, &fd);

	return rc ? rc : sandbox_cgroup(fd);
}

static int start_init(const struct ct *ct)
{
	int pidfd = -1, rc;
	pid_t pid;

	rc = boot_init(ct, &pid, &pidfd);
	if (!rc && initpid_wait(pidfd, 0))
		rc = err_set(EXIT_NO_INIT, "its init ended at once");
	util_close(&pidfd);
	if (!rc)
		initpid_record(ct, pid);
	return rc;
}

static void kill_all(const struct ct *ct)
{
	autofree char *run = paths_run(ct->id);

	cgroup_kill(ct->cgroup);
	unlink(run);
}

static const struct step start_steps[] = {
	{ "mounting the root", ct_mount, undo_mount },
	{ "making the cgroup", make_cgroup, remove_cgroup },
	{ "attaching it to the module", attach, detach },
	{ "setting limits", set_limits, NULL },
	{ "filtering devices", filter, NULL },
	{ "starting init", start_init, kill_all },
};

/* For a command in a stopped container, which the module need not know. */
static const struct step command_steps[] = {
	{ "mounting the root", ct_mount, undo_mount },
	{ "making the cgroup", make_cgroup, remove_cgroup },
	{ "filtering devices", filter, NULL },
};

static void descend(const struct ct *ct, const struct step *step, size_t n)
{
	while (n--)
		if (step[n].undo)
			step[n].undo(ct);
}

static int climb(const struct ct *ct, const struct step *step, size_t n)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		err_note("%s", step[i].does);
		rc = step[i].go(ct);
		if (!rc) {
			rc = sig_check();
			i += !!rc;
		}
		if (rc)
			break;
	}
	if (rc) {
		struct err_saved saved;

		err_save(&saved);
		descend(ct, step, i);
		err_restore(rc, &saved);
	}
	return rc;
}

/**
 * launch_start() - start a container
 * @ct: the container, locked; neither mounted nor running, nothing left over
 *
 * Return: 0 or an exit status with the error recorded; then all is as it was.
 */
int launch_start(const struct ct *ct)
{
	if (dir_make(PATH_RUN_DIR, 0755))
		return err_sys("cannot make %s", PATH_RUN_DIR);
	return climb(ct, start_steps, ARRAY_SIZE(start_steps));
}

/**
 * launch_reattach() - make a running container known to the module again
 * @ct: the container, locked; running and not known, the module having been
 *	loaded anew
 *
 * Return: 0 or an exit status with the error recorded.
 */
int launch_reattach(const struct ct *ct)
{
	int rc = attach(ct);

	if (!rc)
		rc = set_limits(ct);
	return rc;
}

/**
 * launch_command() - run a command in a container that is stopped
 * @ct: the container, locked; mounted by the user, or not at all
 * @c: the command
 * @status: its exit status
 *
 * Return: 0 once it has ended, or an exit status with the error recorded.
 */
int launch_command(const struct ct *ct, const struct command *c, int *status)
{
	const struct step *step = command_steps;
	size_t n = ARRAY_SIZE(command_steps);
	struct err_saved saved;
	int rc;

	if (ct_is_mounted(ct->root_dir)) {
		step++;
		n--;
	}
	rc = climb(ct, step, n);
	if (rc)
		return rc;
	rc = boot_command(ct, c, status);
	err_save(&saved);
	descend(ct, step, n);
	return err_restore(rc, &saved);
}
