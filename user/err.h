/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors: made where they happen, given context on the way up, printed once.
 */
#ifndef CTCTL_ERR_H
#define CTCTL_ERR_H

#include <stdbool.h>
#include <stdint.h>

#include "util.h"

/**
 * enum ctctl_exit - exit status, numbered as vzctl's
 * @EXIT_OK: done
 * @EXIT_UBC: beancounters could not be set
 * @EXIT_SYSTEM: a system call or a program of the host failed
 * @EXIT_MODULE: the kernel module is not loaded
 * @EXIT_RESOURCES: no memory, no process, a limit
 * @EXIT_COMMAND: the command that exec ran failed
 * @EXIT_LOCKED: another ctctl works on the container
 * @EXIT_PERMISSION: not allowed
 * @EXIT_NO_CONFIG: the container has no configuration file
 * @EXIT_OPTION: unknown verb or option, or one that lacks its value
 * @EXIT_VALUE: a value that makes no sense
 * @EXIT_NOT_RUNNING: the container does not run
 * @EXIT_RUNNING: the container runs
 * @EXIT_STOP: the container could not be stopped
 * @EXIT_NOT_MOUNTED: the container is not mounted
 * @EXIT_MOUNTED: the container is mounted
 * @EXIT_NO_PRIVATE: no private area
 * @EXIT_EXISTS: the container exists already
 * @EXIT_NO_SPACE: no space left on the disk
 * @EXIT_NO_INIT: no init program in the container
 * @EXIT_PASSWORD: the password could not be set
 * @EXIT_TEMPLATE: no such template, or it could not be built
 * @EXIT_DISABLED: the container is disabled
 * @EXIT_NAME: the name cannot be used
 * @EXIT_SAVE: the configuration could not be saved
 */
enum ctctl_exit {
	EXIT_OK			= 0,
	EXIT_UBC		= 1,
	EXIT_SYSTEM		= 3,
	EXIT_MODULE		= 5,
	EXIT_RESOURCES		= 6,
	EXIT_COMMAND		= 8,
	EXIT_LOCKED		= 9,
	EXIT_PERMISSION		= 12,
	EXIT_NO_CONFIG		= 14,
	EXIT_OPTION		= 20,
	EXIT_VALUE		= 21,
	EXIT_NOT_RUNNING	= 31,
	EXIT_RUNNING		= 32,
	EXIT_STOP		= 33,
	EXIT_NOT_MOUNTED	= 40,
	EXIT_MOUNTED		= 41,
	EXIT_NO_PRIVATE		= 43,
	EXIT_EXISTS		= 44,
	EXIT_NO_SPACE		= 46,
	EXIT_NO_INIT		= 47,
	EXIT_PASSWORD		= 74,
	EXIT_TEMPLATE		= 91,
	EXIT_DISABLED		= 105,
	EXIT_NAME		= 131,
	EXIT_SAVE		= 139,
};

#define ERR_TEXT_MAX	2048

/**
 * struct err_saved - an error put aside while things are cleaned up
 * @reason: what failed and why
 * @hint: what to do about it
 */
struct err_saved {
	char reason[ERR_TEXT_MAX];
	char hint[ERR_TEXT_MAX];
};

void err_program(const char *name);
void err_container(uint32_t id);
const char *err_skip_container(const char *text);
void err_verbosity(int change);
bool err_quiet(void);
bool err_verbose(void);

int err_set(int code, const char *fmt, ...) __printf(2, 3);
int err_sys(const char *fmt, ...) __printf(1, 2);
int err_prefix(int code, const char *fmt, ...) __printf(2, 3);
int err_hint(int code, const char *fmt, ...) __printf(2, 3);
const char *err_text(void);
void err_save(struct err_saved *saved);
int err_restore(int code, const struct err_saved *saved);
void err_drop(void);
int err_print(int code);

void err_warn(const char *fmt, ...) __printf(1, 2);
void err_note(const char *fmt, ...) __printf(1, 2);
void err_say(const char *fmt, ...) __printf(1, 2);

void err_send(int fd, int code);
int err_receive(int fd, int *code);

#endif
