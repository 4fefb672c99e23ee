// SPDX-License-Identifier: GPL-2.0
/*
 * Container ids and names.
 *
 * A name is a link in the names directory to the configuration file, so that
 * two containers cannot have the same one and a look-up reads no file.
 */
#include "ctid.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/ctbc.h>

#include "err.h"
#include "paths.h"

#define NAME_LEN_MAX	64

static int bad_id(const char *text, const char *why)
{
	return err_hint(err_set(EXIT_VALUE, "invalid container id \"%s\": %s",
				text, why),
			"ids go from %d to %d", CTBC_ID_MIN, CTBC_ID_MAX);
}

/**
 * ctid_check_name() - may a container have this name?
 * @name: the name
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ctid_check_name(const char *name)
{
	autofree char *printable = str_printable(name);
	const char *c;

	if (!*name)
		return err_set(EXIT_NAME, "the name is empty");
	if (strlen(name) > NAME_LEN_MAX)
		return err_set(EXIT_NAME, "the name is longer than %d bytes",
			       NAME_LEN_MAX);
	if (strchr(name, '/'))
		return err_set(EXIT_NAME, "the name \"%s\" has a slash", name);
	if (!isalpha((unsigned char)*name) && *name != '_' &&
	    (unsigned char)*name < 0x80)
		return err_set(EXIT_NAME,
			       "the name \"%s\" does not begin with a letter",
			       name);
	if (strcmp(name, printable))
		return err_set(EXIT_NAME,
			       "the name has a control character or is no UTF-8");
	for (c = name; *c; c++)
		if (strchr(" \"'\\$`", *c))
			return err_set(EXIT_NAME,
				       "the name has a blank or a quote");
	return 0;
}

/**
 * ctid_from_file_name() - which container a configuration file belongs to
 * @name: the file's name, without directory
 * @id: the container
 *
 * Return: 0; -1 when it is no container's.
 */
int ctid_from_file_name(const char *name, uint32_t *id)
{
	autofree char *copy = xstrdup(name);
	char *dot = strchr(copy, '.');
	uint64_t v;

	if (!dot || strcmp(dot, ".conf"))
		return -1;
	*dot = '\0';
	/* "007.conf" is nobody's: its container's file is "7.conf". */
	if (*copy == '0' || !str_to_u64(copy, &v) || v > CTBC_ID_MAX)
		return -1;
	*id = v;
	return 0;
}

static int name_to_id(const char *name, uint32_t *id)
{
	char target[PATH_MAX];
	autofree char *path = NULL;
	const char *base;
	ssize_t n;
	int rc;

	rc = ctid_check_name(name);
	if (rc)
		return err_prefix(EXIT_VALUE, "invalid container id \"%s\"",
				  name);
	path = paths_name(name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return err_hint(err_set(EXIT_VALUE,
					"no container is named \"%s\"", name),
				"ctctl list -a -n shows the names");
	target[n] = '\0';
	base = strrchr(target, '/');
	if (ctid_from_file_name(base ? base + 1 : target, id))
		return err_set(EXIT_VALUE, "%s does not lead to a container",
			       path);
	return 0;
}

/**
 * ctid_parse() - which container is meant
 * @text: an id or a name
 * @id: the id
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ctid_parse(const char *text, uint32_t *id)
{
	const char *digits = text + (*text == '-' || *text == '+');
	uint64_t v;

	if (!*text)
		return bad_id(text, "it is empty");
	if (digits[strspn(digits, "0123456789")])
		return name_to_id(text, id);
	if (*text == '-')
		return bad_id(text, "it is negative");
	if (!str_to_u64(text, &v) || v > CTBC_ID_MAX)
		return bad_id(text, *text == '+' ? "not a number" :
			      "it is too large");
	if (v == CTBC_ID_HOST)
		return bad_id(text, "0 is the host");
	*id = v;
	return 0;
}

/**
 * ctid_name_set() - give a container a name
 * @id: the container
 * @name: its name
 *
 * Return: 0 or an exit status with the error recorded.
 */
int ctid_name_set(uint32_t id, const char *name)
{
	autofree char *path = NULL, *target = NULL;
	uint32_t other = 0;
	int rc;

	rc = ctid_check_name(name);
	if (rc)
		return rc;
	path = paths_name(name);
	target = xasprintf("../conf/%u.conf", id);
	if (dir_make(PATH_NAMES_DIR, 0755))
		return err_sys("cannot make %s", PATH_NAMES_DIR);
	if (!symlink(target, path))
		return 0;
	if (errno != EEXIST)
		return err_sys("cannot make %s", path);
	/* One that a killed create left leads nowhere. */
	if (access(path, F_OK) && !unlink(path) && !symlink(target, path))
		return 0;
	if (name_to_id(name, &other) || other == id) {
		err_drop();
		return 0;
	}
	return err_set(EXIT_NAME, "the name \"%s\" belongs to container %u",
		       name, other);
}

/**
 * ctid_name_clear() - take a container's name away
 * @id: the container
 * @name: the name; one that is another container's is left alone
 */
void ctid_name_clear(uint32_t id, const char *name)
{
	autofree char *path = NULL;
	uint32_t owner = 0;

	if (!ctid_check_name(name) && !name_to_id(name, &owner) &&
	    owner == id) {
		path = paths_name(name);
		unlink(path);
	}
	err_drop();
}
