// SPDX-License-Identifier: GPL-2.0
/*
 * Where things are on the host: the built-in places, and what
 * /etc/ctbc/ctbc.conf says instead.
 */
#include "paths.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "config.h"
#include "err.h"
#include "util.h"

#define GLOBAL_CONF	"/etc/ctbc/ctbc.conf"

/**
 * paths_global() - look a name up in the global configuration
 * @key: the name
 * @fallback: what to use where it is not set
 *
 * Return: the value; it stays.
 */
const char *paths_global(const char *key, const char *fallback)
{
	static struct config global;
	static bool loaded;
	const char *value;

	if (!loaded && config_load(&global, GLOBAL_CONF) && errno != ENOENT)
		err_warn("cannot read %s: %s", GLOBAL_CONF, strerror(errno));
	loaded = true;
	value = config_get(&global, key);
	return value ? value : fallback;
}

/**
 * paths_conf() - a container's configuration file
 * @id: its id
 *
 * Return: the path, to be freed.
 */
char *paths_conf(uint32_t id)
{
	return xasprintf("%s/%u.conf", PATH_CONF_DIR, id);
}

/**
 * paths_name() - the link that leads from a name to a configuration file
 * @name: a container's name, known to have no slash
 *
 * Return: the path, to be freed.
 */
char *paths_name(const char *name)
{
	return xasprintf("%s/%s", PATH_NAMES_DIR, name);
}

/**
 * paths_sample() - a sample configuration
 * @name: its name, known to have no slash
 *
 * Return: the path, to be freed.
 */
char *paths_sample(const char *name)
{
	return xasprintf("%s/ve-%s.conf-sample", PATH_CONF_DIR, name);
}

/**
 * paths_private() - where a container's files are kept
 * @id: its id
 * @own: what its configuration says, or NULL
 *
 * Return: the path, to be freed.
 */
char *paths_private(uint32_t id, const char *own)
{
	if (!own)
		own = paths_global("VE_PRIVATE", "/vz/private/$VEID");
	return config_expand(own, id);
}

/**
 * paths_root() - where a container's files are shown while it is mounted
 * @id: its id
 * @own: what its configuration says, or NULL
 *
 * Return: the path, to be freed.
 */
char *paths_root(uint32_t id, const char *own)
{
	if (!own)
		own = paths_global("VE_ROOT", "/vz/root/$VEID");
	return config_expand(own, id);
}

/**
 * paths_lock() - a container's lock file
 * @id: its id
 *
 * Return: the path, to be freed.
 */
char *paths_lock(uint32_t id)
{
	return xasprintf("%s/%u.lock",
			 paths_global("LOCKDIR", PATH_RUN_DIR "/lock"), id);
}

/**
 * paths_run() - what is remembered of a running container
 * @id: its id
 *
 * Return: the path, to be freed.
 */
char *paths_run(uint32_t id)
{
	return xasprintf("%s/%u.json", PATH_RUN_DIR, id);
}

/**
 * paths_cache() - where templates are kept
 *
 * Return: the path, to be freed.
 */
char *paths_cache(void)
{
	return xasprintf("%s/cache", paths_global("TEMPLATE", "/vz/template"));
}
