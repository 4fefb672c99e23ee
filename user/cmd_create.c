// SPDX-License-Identifier: GPL-2.0
/*
 * create: make a container from a template.
 *
 * The tree is unpacked beside its place and renamed when it is whole; the
 * configuration comes last. Whatever fails, nothing half-made is left that
 * could be taken for a container.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "ct.h"
#include "ctid.h"
#include "err.h"
#include "ns.h"
#include "options.h"
#include "paths.h"
#include "run.h"
#include "settings.h"
#include "sig.h"
#include "template.h"
#include "userpasswd.h"
#include "verbs.h"

static int check_new(const struct ct *ct, const struct ct_state *st)
{
	if (ct->has_conf)
		return err_set(EXIT_EXISTS, "the container exists");
	if (st->has_private)
		return err_hint(err_set(EXIT_EXISTS,
					"its private area %s exists",
					ct->private_dir),
				"ctctl destroy %u removes it", ct->id);
	if (st->attached)
		return err_set(EXIT_EXISTS, "the id belongs to cgroup %s",
			       st->foreign ? st->foreign : ct->cgroup);
	return 0;
}

/* A sample configuration is where a new one begins. */
static int begin_config(struct ct *ct, const char *sample)
{
	const char *name = sample ? sample : paths_global("CONFIGFILE", NULL);
	autofree char *path = NULL;

	if (!name)
		return 0;
	if (strchr(name, '/'))
		return err_set(EXIT_VALUE, "invalid value \"%s\" of config",
			       name);
	path = paths_sample(name);
	if (config_load(&ct->conf, path))
		return err_sys("cannot read sample configuration %s", path);
	config_set(&ct->conf, "ORIGIN_SAMPLE", name);
	return 0;
}

/* Only the paths are needed before the tree is there. */
static void place(struct ct *ct, const struct settings *s)
{
	if (s->text[SETTINGS_PRIVATE]) {
		free(ct->private_dir);
		ct->private_dir = paths_private(ct->id,
						s->text[SETTINGS_PRIVATE]);
	}
	if (s->text[SETTINGS_ROOT]) {
		free(ct->root_dir);
		ct->root_dir = paths_root(ct->id, s->text[SETTINGS_ROOT]);
	}
}

static int unpack(const struct ct *ct, const char *tar)
{
	autofree char *tmp = xasprintf("%s.tmp", ct->private_dir);
	struct err_saved saved;
	int rc;

	rc = ct_parent_make(ct->private_dir);
	/* One that an earlier command left when it was killed. */
	if (!rc)
		rc = run_remove_tree(tmp);
	if (rc)
		return rc;
	if (mkdir(tmp, 0755))
		return err_sys("cannot make %s", tmp);
	rc = template_extract(tar, tmp);
	if (!rc && rename(tmp, ct->private_dir))
		rc = err_sys("cannot make %s", ct->private_dir);
	if (rc) {
		err_save(&saved);
		run_remove_tree(tmp);
		err_restore(rc, &saved);
	}
	return rc;
}

static int write_config(struct ct *ct, const struct settings *s)
{
	const char *name = s->text[SETTINGS_NAME];
	struct err_saved saved;
	int rc = 0;

	settings_store(s, &ct->conf);
	if (name)
		rc = ctid_name_set(ct->id, name);
	if (rc)
		return rc;
	rc = ct_save(ct);
	if (rc && name) {
		err_save(&saved);
		ctid_name_clear(ct->id, name);
		err_restore(rc, &saved);
	}
	return rc;
}

static int create(struct ct *ct, struct settings *s, const char *sample)
{
	autofree char *tar = NULL;
	struct err_saved saved;
	struct ct_state st = { 0 };
	int rc;

	if (!s->text[SETTINGS_OSTEMPLATE])
		s->text[SETTINGS_OSTEMPLATE] =
			paths_global("DEF_OSTEMPLATE", NULL);
	if (!s->text[SETTINGS_OSTEMPLATE])
		return err_hint(err_set(EXIT_TEMPLATE, "which template?"),
				"say --ostemplate NAME; ctctl template list shows them");
	place(ct, s);
	rc = ct_state(ct, &st);
	if (!rc)
		rc = check_new(ct, &st);
	ct_state_free(&st);
	if (!rc)
		rc = begin_config(ct, sample);
	if (!rc)
		rc = template_find(s->text[SETTINGS_OSTEMPLATE], &tar);
	if (!rc)
		rc = unpack(ct, tar);
	if (rc)
		return rc;
	rc = sig_check();
	if (!rc)
		rc = write_config(ct, s);
	if (rc) {
		err_save(&saved);
		run_remove_tree(ct->private_dir);
		err_restore(rc, &saved);
	}
	return rc;
}

/**
 * cmd_create() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_create(int argc, char **argv)
{
	struct settings s = { 0 };
	const char *sample = NULL;
	const struct option_desc own[] = {
		{ "config", 'c', &sample, NULL },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
		.settings = &s, .create = true,
	};
	struct ct ct;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 1, 1, argv[0]);
	if (rc)
		return rc;
	rc = s.userpasswd ? ns_reexec() : 0;
	if (rc)
		return rc;
	rc = ct_open(&ct, argv[first], CT_LOCK);
	if (!rc)
		rc = create(&ct, &s, sample);
	if (!rc && s.userpasswd)
		rc = userpasswd_set(&ct, s.userpasswd);
	if (!rc)
		err_say("Container %u is created", ct.id);
	ct_close(&ct);
	return rc;
}
