// SPDX-License-Identifier: GPL-2.0
/*
 * A listing of containers: any configuration, and any answer of the module.
 *
 * Input: flags8 fields NUL sort NUL configuration NUL, then as ../reply.c has
 * it.
 * wraps: nl_cb_alloc nl_send_auto genl_connect genl_ctrl_resolve
 * wraps: genl_ctrl_resolve_grp nl_socket_add_membership opendir readdir closedir
 * wraps: paths_conf cgroup_path cgroup_populated setmntent
 */
#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/output.h"
#include "../../../user/util.h"
#include "../../../user/verbs.h"
#include "../reply.h"

static const char *conf_path;
static int entries;

DIR *__wrap_opendir(const char *name)
{
	(void)name;
	entries = 0;
	return (DIR *)&entries;
}

struct dirent *__wrap_readdir(DIR *dir)
{
	static const char * const names[] = { ".", "1.conf", "x.conf", "7.conf" };
	static struct dirent e;

	(void)dir;
	if (entries == ARRAY_SIZE(names))
		return NULL;
	snprintf(e.d_name, sizeof(e.d_name), "%s", names[entries++]);
	return &e;
}

int __wrap_closedir(DIR *dir)
{
	(void)dir;
	return 0;
}

char *__wrap_paths_conf(uint32_t id)
{
	(void)id;
	return xstrdup(conf_path);
}

int __wrap_cgroup_path(uint32_t id, char **path)
{
	*path = xasprintf("%u", id);
	return 0;
}

bool __wrap_cgroup_populated(const char *path)
{
	return *path == '7';
}

FILE *__wrap_setmntent(const char *file, const char *type)
{
	(void)file;
	(void)type;
	return NULL;
}

static void check_json(const char *text)
{
	struct json_object *all = must_be_json(text), *id;
	size_t i;

	MUST(json_object_is_type(all, json_type_array));
	for (i = 0; i < json_object_array_length(all); i++) {
		struct json_object *row = json_object_array_get_idx(all, i);

		MUST(json_object_is_type(row, json_type_object));
		if (json_object_object_get_ex(row, "ctid", &id))
			MUST(json_object_get_uint64(id) > 0);
	}
	json_object_put(all);
}

/**
 * LLVMFuzzerTestOneInput() - one input
 * @data: the input
 * @size: bytes of it
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .data = data, .size = size };
	uint8_t flags = in_u8(&in);
	char *fields = in_string(&in), *sort = in_string(&in);
	char *conf = in_string(&in), *out, *err;
	char *argv[8] = {
		"list", flags & 1 ? "-j" : "-H", flags & 2 ? "-a" : "-S",
		flags & 4 ? "-o" : "-n", flags & 4 ? fields : "-a",
		flags & 8 ? "-s" : "-n", flags & 8 ? sort : "-a", NULL
	};
	int rc;

	conf_path = memory_file(conf, strlen(conf));
	reply_from(&in);
	err_drop();
	catch_begin();
	rc = cmd_list(7, argv);
	MUST(!rc || *err_text());
	err_print(rc);
	catch_end(&out, &err);
	must_be_printable(err);
	must_be_printable(out);
	if (!rc && (flags & 1))
		check_json(out);
	free(fields);
	free(sort);
	free(conf);
	free(out);
	free(err);
	return 0;
}
