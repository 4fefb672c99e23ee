// SPDX-License-Identifier: GPL-2.0
/*
 * Events, from the socket to the lines that "monitor" prints.
 *
 * Input: flags8, then as ../reply.c has it.
 * wraps: nl_cb_alloc nl_send_auto genl_connect genl_ctrl_resolve
 * wraps: genl_ctrl_resolve_grp nl_socket_add_membership poll sig_caught
 */
#include <json-c/json.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/verbs.h"
#include "../reply.h"

int __wrap_poll(struct pollfd *fds, nfds_t nr, int timeout)
{
	(void)timeout;
	if (nr)
		fds->revents = POLLIN;
	return 1;
}

/* The end of the input is what Ctrl-C is to people. */
int __wrap_sig_caught(void)
{
	return !reply_more();
}

static void must_be_event(const char *line)
{
	struct json_object *o = must_be_json(line), *v;

	MUST(json_object_is_type(o, json_type_object));
	MUST(json_object_object_get_ex(o, "ctid", &v));
	MUST(json_object_is_type(v, json_type_int));
	MUST(json_object_object_get_ex(o, "event", &v));
	MUST(json_object_is_type(v, json_type_string));
	MUST(json_object_object_get_ex(o, "time", &v));
	MUST(json_object_is_type(v, json_type_string));
	json_object_put(o);
}

/* Six words, or twice as many with a refusal; a name never adds one. */
static void must_be_line(const char *line)
{
	size_t blanks = 0;
	const char *c;

	for (c = line; *c; c++)
		blanks += *c == ' ';
	MUST(blanks == 2 || blanks == 8);
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
	char verb[] = "monitor", json[] = "-j", one[] = "1";
	char *argv[4] = { verb };
	char *out, *err, *line, *rest;
	int argc = 1, rc;

	if (flags & 1)
		argv[argc++] = json;
	if (flags & 2)
		argv[argc++] = one;
	reply_from(&in);
	err_drop();
	catch_begin();
	rc = cmd_monitor(argc, argv);
	err_print(rc);
	catch_end(&out, &err);
	must_be_printable(err);
	must_be_printable(out);
	rest = out;
	while ((line = strsep(&rest, "\n")) && rest) {
		if (flags & 1)
			must_be_event(line);
		else
			must_be_line(line);
	}
	free(out);
	free(err);
	return 0;
}
