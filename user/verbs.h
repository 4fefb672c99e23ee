/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verbs: one file each, all called the same way.
 */
#ifndef CTCTL_VERBS_H
#define CTCTL_VERBS_H

/**
 * enum verb_flags - what a verb is like
 * @VERB_SETTINGS: it takes the settings of a container
 * @VERB_CREATES: it takes those of a new container
 * @VERB_ENTERS: a process of it goes into a container, whatever its options
 */
enum verb_flags {
	VERB_SETTINGS = 1,
	VERB_CREATES = 2,
	VERB_ENTERS = 4,
};

/**
 * struct verb - a verb
 * @name: what it is called by
 * @fn: what it does: gets the words from the verb on, returns an exit status
 *	with the error recorded
 * @args: its arguments, for the usage
 * @help: what it does, in a line
 * @flags: &enum verb_flags
 */
struct verb {
	const char *name;
	int (*fn)(int argc, char **argv);
	const char *args;
	const char *help;
	unsigned int flags;
};

extern const struct verb verbs[];

const struct verb *verb_find(const char *name);

int cmd_attach(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_split(int argc, char **argv);
int cmd_counters(int argc, char **argv);
int cmd_create(int argc, char **argv);
int cmd_destroy(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_enter(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_features(int argc, char **argv);
int cmd_help(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_mount(int argc, char **argv);
int cmd_restart(int argc, char **argv);
int cmd_set(int argc, char **argv);
int cmd_start(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_stop(int argc, char **argv);
int cmd_template(int argc, char **argv);
int cmd_ubc(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_why(int argc, char **argv);

#endif
