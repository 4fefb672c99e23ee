// SPDX-License-Identifier: GPL-2.0
/*
 * The table of verbs.
 */
#include "verbs.h"

#include <stddef.h>
#include <string.h>

const struct verb verbs[] = {
	{ "template", cmd_template, "list [-H -o FIELDS -s FIELD -j] | build NAME [--mirror URL]",
	  "list or build root trees that containers are made from", 0 },
	{ "create", cmd_create, "CTID --ostemplate NAME|FILE [--config NAME] [SETTINGS]",
	  "make a container", VERB_CREATES },
	{ "destroy", cmd_destroy, "CTID",
	  "remove a stopped container and its files", 0 },
	{ "mount", cmd_mount, "CTID",
	  "show a container's files at its root directory", 0 },
	{ "umount", cmd_mount, "CTID", "undo mount", 0 },
	{ "start", cmd_start, "CTID [--wait] [--force]",
	  "start a container", VERB_ENTERS },
	{ "stop", cmd_stop, "CTID [--fast]", "stop a container", 0 },
	{ "restart", cmd_restart, "CTID [--fast] [--wait] [--force]",
	  "stop a container, if it runs, and start it", VERB_ENTERS },
	{ "status", cmd_status, "CTID", "tell a container's state", 0 },
	{ "list", cmd_list, "[-aSn1LHj] [-o FIELDS] [-s FIELD] [-h|-N|-d GLOB] [CTID ...]",
	  "list containers", 0 },
	{ "set", cmd_set, "CTID SETTINGS [--save]",
	  "change a container's settings", VERB_SETTINGS },
	{ "exec", cmd_exec, "CTID COMMAND ... | -",
	  "run a command in a container; 8 if it fails", VERB_ENTERS },
	{ "exec2", cmd_exec, "CTID COMMAND ... | -",
	  "as exec, with the command's own exit status", VERB_ENTERS },
	{ "enter", cmd_enter, "CTID [--exec COMMAND]",
	  "open a shell in a container", VERB_ENTERS },
	{ "attach", cmd_attach, "CTID [--cgroup PATH]",
	  "make any cgroup a container", 0 },
	{ "detach", cmd_detach, "CTID [--force]",
	  "let go of a cgroup; its processes live on", 0 },
	{ "monitor", cmd_monitor, "[-j] [CTID ...]",
	  "print events as they happen", 0 },
	{ "features", cmd_features, "[-H -o FIELDS -s FIELD -j]",
	  "tell what is enforced on this kernel", 0 },
	{ "counters", cmd_counters, "[-H -o FIELDS -s FIELD -j] [CTID]",
	  "show the beancounters", 0 },
	{ "ubc", cmd_ubc, "[-aqHj] [-o FIELDS] [-s FIELD] [CTID ...]",
	  "show the beancounters in human units, and what is new", 0 },
	{ "why", cmd_why, "CTID",
	  "tell which limits have refused something, and what to set", 0 },
	{ "check", cmd_check, "CTID | --config NAME",
	  "see if a container's settings make sense together", 0 },
	{ "split", cmd_split, "-n NUMBER [--config NAME]",
	  "make settings for each of a number of containers that share the host", 0 },
	{ "version", cmd_version, "", "print the version", 0 },
	{ "help", cmd_help, "[VERB]", "explain a verb, or list them", 0 },
	{ NULL, NULL, NULL, NULL, 0 }
};

/**
 * verb_find() - look a verb up
 * @name: its name, or vzctl's other name for it
 *
 * Return: the verb; NULL when there is none of that name.
 */
const struct verb *verb_find(const char *name)
{
	const struct verb *v;

	if (!strcmp(name, "delete"))
		name = "destroy";
	for (v = verbs; v->name; v++)
		if (!strcmp(v->name, name))
			return v;
	return NULL;
}
