/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The containers of a listing.
 */
#ifndef CTCTL_ROWS_H
#define CTCTL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "genl.h"
#include "output.h"

/**
 * struct row - a container in a listing
 * @id: its id
 * @has_conf: has it a configuration?
 * @conf: the configuration
 * @known: does the module know it?
 * @ct: what the module says of it
 * @private_dir: where its files are kept; NULL for a foreign cgroup
 * @root_dir: where they are shown
 * @status: "running", "mounted" or "stopped"
 */
struct row {
	uint32_t id;
	bool has_conf;
	struct config conf;
	bool known;
	struct genl_container ct;
	char *private_dir;
	char *root_dir;
	const char *status;
};

/**
 * struct rows - all containers, by id
 * @row: the containers
 * @nr: number of them
 */
struct rows {
	struct row *row;
	size_t nr;
};

int rows_load(struct rows *rows);
void rows_free(struct rows *rows);
const struct output_field *rows_fields(size_t *nr);

#endif
