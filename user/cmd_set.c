// SPDX-License-Identifier: GPL-2.0
/*
 * set: change a container's settings: in one that runs at once, in its
 * configuration with --save.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "ct.h"
#include "ctid.h"
#include "err.h"
#include "join.h"
#include "launch.h"
#include "ns.h"
#include "options.h"
#include "settings.h"
#include "userpasswd.h"
#include "verbs.h"

static int check(const struct settings *s)
{
	if (settings_empty(s))
		return err_hint(err_set(EXIT_OPTION, "set: nothing to set"),
				"ctctl help set lists the settings");
	if (s->text[SETTINGS_NAME] && !s->save)
		return err_hint(err_set(EXIT_OPTION,
					"a name lives in the configuration only"),
				"add --save");
	return 0;
}

/* What takes effect at once. */
static int set_live(const struct ct *ct, const struct ct_state *st,
		    const struct settings *s)
{
	bool texts = s->text[SETTINGS_HOSTNAME] || settings_has_limits(s);
	int rc = 0;

	if (texts && !st->running && !st->attached) {
		if (s->save)
			return 0;
		return err_hint(err_set(EXIT_NOT_RUNNING,
					"the container is not running: there is nothing to set"),
				"--save keeps the settings for its next start");
	}
	if (st->populated && st->has_module && !st->attached)
		rc = launch_reattach(ct);
	if (!rc)
		rc = settings_send(s, ct->id);
	if (!rc && s->text[SETTINGS_HOSTNAME] && st->populated)
		rc = join_hostname(ct, s->text[SETTINGS_HOSTNAME]);
	return rc;
}

static int save(struct ct *ct, const struct settings *s)
{
	const char *name = s->text[SETTINGS_NAME];
	const char *old = config_get(&ct->conf, "NAME");
	autofree char *old_name = old ? xstrdup(old) : NULL;
	struct err_saved saved;
	int rc = 0;

	if (name)
		rc = ctid_name_set(ct->id, name);
	if (rc)
		return rc;
	settings_store(s, &ct->conf);
	rc = ct_save(ct);
	err_save(&saved);
	if (rc && name && (!old_name || strcmp(old_name, name)))
		ctid_name_clear(ct->id, name);
	if (!rc && name && old_name && strcmp(old_name, name))
		ctid_name_clear(ct->id, old_name);
	return err_restore(rc, &saved);
}

static int set(struct ct *ct, const struct settings *s)
{
	struct ct_state st = { 0 };
	int rc = ct_state(ct, &st);

	if (!rc && !ct->has_conf && (s->save || !st.attached))
		rc = err_set(EXIT_NO_CONFIG,
			     st.attached ?
			     "it was attached and has no configuration to save to" :
			     "no such container");
	if (!rc)
		rc = set_live(ct, &st, s);
	if (!rc && s->userpasswd)
		rc = userpasswd_set(ct, s->userpasswd);
	if (!rc && s->save)
		rc = save(ct, s);
	else if (!rc && ct->has_conf && (!s->userpasswd ||
					 settings_has_limits(s)))
		err_note("not saved: the next start will not know it");
	ct_state_free(&st);
	return rc;
}

/**
 * cmd_set() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_set(int argc, char **argv)
{
	struct settings s = { 0 };
	const struct option_set set_options = { .settings = &s };
	struct ct ct;
	int first, rc;

	rc = options_parse(argc, argv, &set_options, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (!rc)
		rc = check(&s);
	if (rc)
		return rc;
	rc = s.userpasswd ? ns_reexec() : 0;
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_LOCK);
	if (!rc)
		rc = set(&ct, &s);
	if (!rc && s.save)
		err_say("Container %u: settings saved", ct.id);
	ct_close(&ct);
	return rc;
}
