// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of a container.
 *
 * Beancounters come from the one table of parameters: its names are the
 * options, its keys those of the configuration. The rest stands in the table
 * below. An option is known by its place: parameters first, then the texts,
 * then what is neither.
 */
#define _GNU_SOURCE
#include "settings.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "ctid.h"
#include "err.h"
#include "genl.h"
#include "userpasswd.h"

#define HOSTNAME_LEN_MAX	64

/**
 * struct text_setting - a setting that is text
 * @option: the option's name
 * @key: the configuration's key
 * @create_only: only a new container can have it set
 * @check: may it have this value?
 */
struct text_setting {
	const char *option;
	const char *key;
	bool create_only;
	int (*check)(const char *value);
};

static int check_line(const char *value)
{
	if (strpbrk(value, "\n\r"))
		return err_set(EXIT_VALUE, "it has a line feed");
	return 0;
}

static int check_yes_no(const char *value)
{
	if (strcasecmp(value, "yes") && strcasecmp(value, "no"))
		return err_set(EXIT_VALUE, "it is neither yes nor no");
	return 0;
}

static int check_number(const char *value)
{
	uint64_t v;

	if (!str_to_u64(value, &v) || v > INT32_MAX)
		return err_set(EXIT_VALUE, "it is not a number");
	return 0;
}

/* enforce or account */
static int check_mode(const char *value)
{
	if (strcmp(value, "enforce") && strcmp(value, "account"))
		return err_set(EXIT_VALUE, "it is neither enforce nor account");
	return 0;
}

static int check_hostname(const char *value)
{
	const char *c;

	if (!*value || strlen(value) > HOSTNAME_LEN_MAX)
		return err_set(EXIT_VALUE, "it has not 1 to %d characters",
			       HOSTNAME_LEN_MAX);
	for (c = value; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-._", *c))
			return err_set(EXIT_VALUE,
				       "it has more than letters, digits, dots and dashes");
	return 0;
}

static int check_path(const char *value)
{
	if (*value != '/')
		return err_set(EXIT_VALUE, "it is not an absolute path");
	return check_line(value);
}

static const struct text_setting texts[SETTINGS_NR_TEXTS] = {
	[SETTINGS_HOSTNAME] = { "hostname", "HOSTNAME", false,
				check_hostname },
	[SETTINGS_NAME] = { "name", "NAME", false, ctid_check_name },
	[SETTINGS_DESCRIPTION] = { "description", "DESCRIPTION", false,
				   check_line },
	[SETTINGS_ONBOOT] = { "onboot", "ONBOOT", false, check_yes_no },
	[SETTINGS_BOOTORDER] = { "bootorder", "BOOTORDER", false,
				 check_number },
	[SETTINGS_DISABLED] = { "disabled", "DISABLED", false, check_yes_no },
	[SETTINGS_STOP_TIMEOUT] = { "stop-timeout", "STOP_TIMEOUT", false,
				    check_number },
	[SETTINGS_UBC_MODE] = { "ubc-mode", "UBC_MODE", false, check_mode },
	[SETTINGS_OSTEMPLATE] = { "ostemplate", "OSTEMPLATE", true,
				  check_line },
	[SETTINGS_PRIVATE] = { "private", "VE_PRIVATE", true, check_path },
	[SETTINGS_ROOT] = { "root", "VE_ROOT", true, check_path },
};

enum { REST_USERPASSWD, REST_SAVE, NR_RESTS };

static const char * const rests[NR_RESTS] = {
	[REST_USERPASSWD] = "userpasswd",
	[REST_SAVE] = "save",
};

/**
 * settings_option() - the options that settings have, one after the other
 * @i: which one, from 0
 * @create: also those of new containers only
 * @name: the option's name; NULL where there is none in this place
 * @value: does it take a value?
 *
 * Return: true; false after the last one.
 */
bool settings_option(size_t i, bool create, const char **name, bool *value)
{
	const struct param *p;

	*name = NULL;
	*value = true;
	if (i < CTBC_NR_PARAMS) {
		p = param_get(i);
		*name = p ? p->name : NULL;
		return true;
	}
	i -= CTBC_NR_PARAMS;
	if (i < SETTINGS_NR_TEXTS) {
		if (create || !texts[i].create_only)
			*name = texts[i].option;
		return true;
	}
	i -= SETTINGS_NR_TEXTS;
	if (i >= NR_RESTS)
		return false;
	*name = rests[i];
	*value = i != REST_SAVE;
	return true;
}

static int take_text(struct settings *s, size_t i, const char *value)
{
	int rc = texts[i].check(value);

	if (rc)
		return err_prefix(rc, "invalid value \"%s\" of %s", value,
				  texts[i].option);
	s->text[i] = value;
	return 0;
}

/**
 * settings_take() - take an option's value
 * @s: the settings
 * @i: which option, as settings_option() counts
 * @value: its value; must stay
 *
 * Return: 0 or an exit status with the error recorded.
 */
int settings_take(struct settings *s, size_t i, const char *value)
{
	int rc;

	if (i < CTBC_NR_PARAMS) {
		rc = param_parse(i, value, &s->param[i]);
		if (!rc)
			s->has_param[i] = true;
		return rc;
	}
	i -= CTBC_NR_PARAMS;
	if (i < SETTINGS_NR_TEXTS)
		return take_text(s, i, value);
	i -= SETTINGS_NR_TEXTS;
	if (i == REST_SAVE) {
		s->save = true;
		return 0;
	}
	s->userpasswd = value;
	return userpasswd_check(value);
}

/**
 * settings_load() - take the limits that a configuration sets
 * @s: the settings
 * @c: the configuration; must stay
 *
 * Return: 0 or an exit status with the error recorded.
 */
int settings_load(struct settings *s, const struct config *c)
{
	unsigned int i;
	int rc;

	for (i = 0; i < CTBC_NR_PARAMS; i++) {
		const struct param *p = param_get(i);
		const char *value = p ? config_get(c, p->key) : NULL;

		if (!value)
			continue;
		rc = param_parse(i, value, &s->param[i]);
		if (rc)
			return err_prefix(rc, "in the configuration");
		s->has_param[i] = true;
	}
	s->text[SETTINGS_UBC_MODE] = config_get(c, texts[SETTINGS_UBC_MODE].key);
	rc = s->text[SETTINGS_UBC_MODE] ?
	     take_text(s, SETTINGS_UBC_MODE, s->text[SETTINGS_UBC_MODE]) : 0;
	return rc ? err_prefix(rc, "in the configuration") : 0;
}

/**
 * settings_store() - put settings into a configuration
 * @s: the settings
 * @c: the configuration
 */
void settings_store(const struct settings *s, struct config *c)
{
	unsigned int i;

	for (i = 0; i < CTBC_NR_PARAMS; i++) {
		if (s->has_param[i]) {
			autofree char *value = param_format(&s->param[i]);

			config_set(c, param_get(i)->key, value);
		}
	}
	for (i = 0; i < SETTINGS_NR_TEXTS; i++)
		if (s->text[i])
			config_set(c, texts[i].key, s->text[i]);
}

/**
 * settings_has_limits() - is any parameter to be set, or how they are obeyed?
 * @s: the settings
 *
 * Return: true if there is one.
 */
bool settings_has_limits(const struct settings *s)
{
	unsigned int i;

	for (i = 0; i < CTBC_NR_PARAMS; i++)
		if (s->has_param[i])
			return true;
	return s->text[SETTINGS_UBC_MODE];
}

/**
 * settings_empty() - is there nothing to be set?
 * @s: the settings
 *
 * Return: true if there is nothing.
 */
bool settings_empty(const struct settings *s)
{
	unsigned int i;

	for (i = 0; i < SETTINGS_NR_TEXTS; i++)
		if (s->text[i])
			return false;
	return !s->userpasswd && !settings_has_limits(s);
}

/**
 * settings_send() - set the parameters in the module, all or none, and the mode
 * @s: the settings
 * @id: the container
 *
 * Return: 0 or an exit status with the error recorded.
 */
int settings_send(const struct settings *s, uint32_t id)
{
	struct genl_setting set[CTBC_NR_PARAMS];
	size_t n = 0;
	unsigned int i;
	int rc;

	for (i = 0; i < CTBC_NR_PARAMS; i++)
		if (s->has_param[i])
			set[n++] = (struct genl_setting){
				.container = id, .param = i,
				.limits = s->param[i],
			};
	rc = genl_set(set, n);
	if (!rc && s->text[SETTINGS_UBC_MODE])
		rc = genl_set_mode(id, strcmp(s->text[SETTINGS_UBC_MODE], "account") ?
					   CTBC_MODE_ENFORCE : CTBC_MODE_ACCOUNT);
	return rc == EXIT_SYSTEM ? EXIT_UBC : rc;
}

/**
 * settings_drop_absent() - leave out what this kernel cannot do, and say so
 * @s: the settings
 *
 * A batch that names such a parameter would be refused as a whole, and a
 * container is to start none the less.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int settings_drop_absent(struct settings *s)
{
	struct genl_feature *f;
	size_t nr, i;
	int rc, id;

	if (!settings_has_limits(s))
		return 0;
	rc = genl_features(&f, &nr);
	if (rc)
		return rc;
	for (i = 0; i < nr; i++) {
		id = param_find(f[i].name);
		if (id < 0 || !s->has_param[id] ||
		    f[i].state != CTBC_FEATURE_ABSENT)
			continue;
		err_warn("%s is not set: %s", f[i].name, f[i].reason);
		s->has_param[id] = false;
	}
	genl_features_free(f, nr);
	return 0;
}
