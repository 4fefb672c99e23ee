/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Settings of a container: from options, from and to its configuration, and
 * to the module.
 */
#ifndef CTCTL_SETTINGS_H
#define CTCTL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "param.h"

/**
 * enum settings_text - settings that are text
 * @SETTINGS_HOSTNAME: its hostname
 * @SETTINGS_NAME: its name on the host
 * @SETTINGS_DESCRIPTION: what people want to know about it
 * @SETTINGS_ONBOOT: start it with the host
 * @SETTINGS_BOOTORDER: which first
 * @SETTINGS_DISABLED: do not start it
 * @SETTINGS_STOP_TIMEOUT: seconds that its init has to stop
 * @SETTINGS_UBC_MODE: are its limits enforced?
 * @SETTINGS_OSTEMPLATE: what it is made from
 * @SETTINGS_PRIVATE: where its files are kept
 * @SETTINGS_ROOT: where they are shown
 * @SETTINGS_NR_TEXTS: number of them
 */
enum settings_text {
	SETTINGS_HOSTNAME,
	SETTINGS_NAME,
	SETTINGS_DESCRIPTION,
	SETTINGS_ONBOOT,
	SETTINGS_BOOTORDER,
	SETTINGS_DISABLED,
	SETTINGS_STOP_TIMEOUT,
	SETTINGS_UBC_MODE,
	SETTINGS_OSTEMPLATE,
	SETTINGS_PRIVATE,
	SETTINGS_ROOT,
	SETTINGS_NR_TEXTS,
};

/**
 * struct settings - what is to be set
 * @has_param: is there a value for the parameter?
 * @param: the values, by &enum ctbc_param
 * @text: the values, by &enum settings_text; NULL where there is none
 * @userpasswd: "user:password", or NULL
 * @save: keep it in the configuration
 */
struct settings {
	bool has_param[CTBC_NR_PARAMS];
	struct param_limits param[CTBC_NR_PARAMS];
	const char *text[SETTINGS_NR_TEXTS];
	const char *userpasswd;
	bool save;
};

bool settings_option(size_t i, bool create, const char **name, bool *value);
int settings_take(struct settings *s, size_t i, const char *value);
int settings_load(struct settings *s, const struct config *c);
void settings_store(const struct settings *s, struct config *c);
bool settings_has_limits(const struct settings *s);
bool settings_empty(const struct settings *s);
int settings_send(const struct settings *s, uint32_t id);
int settings_drop_absent(struct settings *s);

#endif
