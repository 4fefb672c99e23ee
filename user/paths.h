/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where things are on the host.
 */
#ifndef CTCTL_PATHS_H
#define CTCTL_PATHS_H

#include <stdint.h>

#define PATH_CONF_DIR	"/etc/ctbc/conf"
#define PATH_NAMES_DIR	"/etc/ctbc/names"
#define PATH_RUN_DIR	"/run/ctbc"

const char *paths_global(const char *key, const char *fallback);
char *paths_conf(uint32_t id);
char *paths_name(const char *name);
char *paths_sample(const char *name);
char *paths_private(uint32_t id, const char *own);
char *paths_root(uint32_t id, const char *own);
char *paths_lock(uint32_t id);
char *paths_run(uint32_t id);
char *paths_cache(void);

#endif
