// SPDX-License-Identifier: GPL-2.0
/*
 * The containers of a listing: those with a configuration and those that the
 * module knows. However many there are, the module is asked once and the
 * table of mounts is read once.
 */
#define _GNU_SOURCE
#include "rows.h"

#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

#include "cgroup.h"
#include "ctid.h"
#include "err.h"
#include "paths.h"

static int compare(const void *a, const void *b)
{
	const struct row *ra = a, *rb = b;

	return (ra->id > rb->id) - (ra->id < rb->id);
}

static struct row *add(struct rows *rows, uint32_t id)
{
	struct row *r;

	rows->row = xgrow(rows->row, rows->nr, sizeof(*rows->row));
	r = &rows->row[rows->nr++];
	memset(r, 0, sizeof(*r));
	r->id = id;
	return r;
}

static int load_configs(struct rows *rows)
{
	DIR *dir = opendir(PATH_CONF_DIR);
	const struct dirent *e;
	uint32_t id;

	if (!dir)
		return errno == ENOENT ? 0 :
			err_sys("cannot read %s", PATH_CONF_DIR);
	while ((e = readdir(dir))) {
		autofree char *path = NULL;
		struct row *r;

		if (ctid_from_file_name(e->d_name, &id))
			continue;
		path = paths_conf(id);
		r = add(rows, id);
		/* One that was destroyed this moment is no error. */
		if (config_load(&r->conf, path)) {
			if (errno != ENOENT)
				err_warn("cannot read %s: %s", path,
					 strerror(errno));
			rows->nr--;
			continue;
		}
		r->has_conf = true;
		r->private_dir = paths_private(id, config_get(&r->conf,
							      "VE_PRIVATE"));
		r->root_dir = paths_root(id, config_get(&r->conf, "VE_ROOT"));
	}
	closedir(dir);
	qsort(rows->row, rows->nr, sizeof(*rows->row), compare);
	return 0;
}

static int load_module(struct rows *rows)
{
	struct genl_container *ct;
	size_t nr, i, configs = rows->nr;
	int rc;

	rc = genl_dump(&ct, &nr);
	if (rc == EXIT_MODULE) {
		err_warn("%s: no counters", err_text());
		err_drop();
		return 0;
	}
	if (rc)
		return rc;
	for (i = 0; i < nr; i++) {
		const struct row key = { .id = ct[i].id };
		struct row *r = NULL;

		if (configs)
			r = bsearch(&key, rows->row, configs, sizeof(*r),
				    compare);
		if (!r)
			r = add(rows, ct[i].id);
		/* A dump that was begun anew may bring one twice. */
		if (r->known)
			genl_container_free(&r->ct);
		r->ct = ct[i];
		r->known = true;
	}
	free(ct);
	qsort(rows->row, rows->nr, sizeof(*rows->row), compare);
	return 0;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All mount points, sorted; NULL-safe to search. */
static char **load_mounts(size_t *nr)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m;
	char **list = NULL;

	*nr = 0;
	while (f && (m = getmntent(f))) {
		list = xgrow(list, *nr, sizeof(*list));
		list[(*nr)++] = xstrdup(m->mnt_dir);
	}
	if (f)
		endmntent(f);
	if (list)
		qsort(list, *nr, sizeof(*list), compare_strings);
	return list;
}

static bool runs(const struct row *r)
{
	autofree char *cgroup = NULL;

	if (r->known)
		return r->ct.running;
	/* The module may have been loaded after the container was started. */
	if (cgroup_path(r->id, &cgroup)) {
		err_drop();
		return false;
	}
	return cgroup_populated(cgroup);
}

static void load_status(struct rows *rows)
{
	autofree char **mounts = NULL;
	size_t nr, i;

	mounts = load_mounts(&nr);
	for (i = 0; i < rows->nr; i++) {
		struct row *r = &rows->row[i];

		r->status = "stopped";
		if (runs(r))
			r->status = "running";
		else if (r->root_dir && nr &&
			 bsearch(&r->root_dir, mounts, nr, sizeof(*mounts),
				 compare_strings))
			r->status = "mounted";
	}
	for (i = 0; i < nr; i++)
		free(mounts[i]);
}

/**
 * rows_load() - gather all containers that the caller may see
 * @rows: filled in; to be freed with rows_free() even on failure
 *
 * Return: 0 or an exit status with the error recorded.
 */
int rows_load(struct rows *rows)
{
	int rc;

	memset(rows, 0, sizeof(*rows));
	rc = load_configs(rows);
	if (!rc)
		rc = load_module(rows);
	if (!rc)
		load_status(rows);
	return rc;
}

/**
 * rows_free() - free the containers
 * @rows: what rows_load() filled
 */
void rows_free(struct rows *rows)
{
	size_t i;

	for (i = 0; i < rows->nr; i++) {
		struct row *r = &rows->row[i];

		config_free(&r->conf);
		genl_container_free(&r->ct);
		free(r->private_dir);
		free(r->root_dir);
	}
	free(rows->row);
	memset(rows, 0, sizeof(*rows));
}
