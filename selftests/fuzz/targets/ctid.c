// SPDX-License-Identifier: GPL-2.0
/*
 * Ids and names of containers, and the links that lead from one to the other.
 *
 * Input: text NUL link NUL file name.
 * wraps: readlink
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <linux/ctbc.h>

#include "../../../user/ctid.h"
#include "../../../user/err.h"
#include "../fuzz.h"

static const char *target;

/* As the kernel does it: no NUL, and cut where the buffer ends. */
ssize_t __wrap_readlink(const char *path, char *buf, size_t size)
{
	size_t len = strlen(target);

	MUST(!strncmp(path, "/etc/ctbc/names/", 16));
	MUST(!strchr(path + 16, '/'));
	MUST(path[16] && strcmp(path + 16, ".") && strcmp(path + 16, ".."));
	if (!len) {
		errno = ENOENT;
		return -1;
	}
	if (len > size)
		len = size;
	memcpy(buf, target, len);
	return len;
}

static void must_be_id(uint32_t id)
{
	MUST(id >= CTBC_ID_MIN && id <= CTBC_ID_MAX);
}

static void file_name(const char *name)
{
	char again[32];
	uint32_t id = 0;

	if (ctid_from_file_name(name, &id))
		return;
	must_be_id(id);
	/* One file for each container: no other name means it as well. */
	snprintf(again, sizeof(again), "%u.conf", id);
	MUST(!strcmp(again, name));
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
	char *text = in_string(&in), *link = in_string(&in);
	char *name = in_rest(&in);
	uint32_t id = 0;

	target = link;
	file_name(name);
	err_drop();
	if (ctid_parse(text, &id)) {
		MUST(*err_text());
	} else {
		must_be_id(id);
		/* Digits mean themselves, whatever links there are. */
		if (!text[strspn(text, "0123456789")])
			MUST(strtoull(text, NULL, 10) == id);
	}
	err_drop();
	if (!ctid_check_name(name)) {
		/* A name is never taken for a number. */
		MUST(name[strspn(name, "0123456789")]);
		must_be_printable(name);
	}
	free(text);
	free(link);
	free(name);
	return 0;
}
