// SPDX-License-Identifier: GPL-2.0
/*
 * help: what the table of verbs and the table of parameters say.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "err.h"
#include "options.h"
#include "param.h"
#include "settings.h"
#include "verbs.h"

static void list_verbs(void)
{
	const struct verb *v;

	puts("usage: ctctl [--verbose] [--quiet] [--nowait] VERB [CTID] [OPTIONS]\n");
	for (v = verbs; v->name; v++)
		printf("  %-10s %s\n", v->name, v->help);
	puts("\nctctl help VERB shows a verb's options; ctctl(8) explains all.");
}

static void print_setting(size_t i, const char *name, bool value)
{
	const struct param *p = i < CTBC_NR_PARAMS ? param_get(i) : NULL;

	if (p)
		printf("  --%-14s BARRIER[:LIMIT]  %s%s%s\n", name, p->help,
		       p->unit == CTBC_UNIT_ITEMS ? "" : ", in ",
		       p->unit == CTBC_UNIT_ITEMS ? "" :
		       param_unit_name(p->unit));
	else
		printf("  --%-14s %s\n", name, value ? "VALUE" : "");
}

static void explain(const struct verb *v)
{
	const char *name;
	bool value;
	size_t i;

	printf("usage: ctctl %s %s\n%s\n", v->name, v->args, v->help);
	if (!(v->flags & (VERB_SETTINGS | VERB_CREATES)))
		return;
	puts("\nSETTINGS:");
	for (i = 0; settings_option(i, v->flags & VERB_CREATES, &name, &value);
	     i++)
		if (name)
			print_setting(i, name, value);
}

/* For the shell's completion: words and nothing else. */
static void print_words(const struct verb *v)
{
	const char *name;
	bool value;
	size_t i;

	for (i = 0; v && (v->flags & (VERB_SETTINGS | VERB_CREATES)) &&
	     settings_option(i, v->flags & VERB_CREATES, &name, &value); i++)
		if (name)
			printf("--%s\n", name);
	for (v = v ? NULL : verbs; v && v->name; v++)
		puts(v->name);
}

/**
 * cmd_help() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_help(int argc, char **argv)
{
	bool words = false;
	const struct option_desc own[] = {
		{ "words", 0, NULL, &words },
	};
	const struct option_set set = {
		.own = own, .nr = ARRAY_SIZE(own),
	};
	const struct verb *v = NULL;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 0, 1, argv[0]);
	if (rc)
		return rc;
	if (first < argc) {
		v = verb_find(argv[first]);
		if (!v)
			return err_set(EXIT_OPTION, "unknown verb \"%s\"",
				       argv[first]);
	}
	if (words)
		print_words(v);
	else if (v)
		explain(v);
	else
		list_verbs();
	return 0;
}
