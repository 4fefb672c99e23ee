// SPDX-License-Identifier: GPL-2.0
/*
 * crowd FIRST LAST - attach a cgroup of its own, /crowd/ID, for each id of a
 * range.  They stay.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ct.h"

int main(int argc, char **argv)
{
	struct cg all, cg;
	unsigned long id, last;
	char name[16];
	struct nl nl;

	if (argc != 3 || nl_open(&nl) || cg_make(&all, NULL, "crowd"))
		return 2;
	last = strtoul(argv[2], NULL, 10);
	for (id = strtoul(argv[1], NULL, 10); id <= last; id++) {
		snprintf(name, sizeof(name), "%lu", id);
		if (cg_make(&cg, &all, name))
			return 2;
		if (ct_attach(&nl, id, &cg)) {
			fprintf(stderr, "%lu: %s\n", id, nl.text);
			return 1;
		}
	}
	return 0;
}
