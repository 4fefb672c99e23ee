/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program to run in a container.
 */
#ifndef CTCTL_COMMAND_H
#define CTCTL_COMMAND_H

/**
 * struct command - a program to run in a container
 * @program: paths to try one after the other, NULL at the end
 * @args: its arguments, NULL at the end; the path comes before them
 * @env: its environment, NULL at the end; of the tool's none is passed on
 * @dir: directory to start in, "/" if that does not exist
 * @input: descriptor to read from; -1 to leave the standard input alone
 */
struct command {
	const char * const *program;
	char *const *args;
	char *const *env;
	const char *dir;
	int input;
};

int command_exec(const struct command *c, int keep);

#endif
