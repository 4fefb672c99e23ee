// SPDX-License-Identifier: GPL-2.0
/*
 * The module's answers to each request, be they what they may.
 *
 * Input: request8, then as ../reply.c has it.
 * wraps: nl_cb_alloc nl_send_auto genl_connect genl_ctrl_resolve
 * wraps: genl_ctrl_resolve_grp nl_socket_add_membership
 */
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/genl.h"
#include "../reply.h"

enum { GET, DUMP, FEATURES, SET, ATTACH, DETACH, NR_REQUESTS };

static size_t length(const char *s)
{
	return s ? strlen(s) : 0;
}

static void must_be_container(const struct genl_container *ct)
{
	MUST(ct->id >= CTBC_ID_MIN && ct->id <= CTBC_ID_MAX);
	length(ct->cgroup);
}

static int get(void)
{
	struct genl_container ct;
	bool found = false;
	int rc = genl_get(1, &ct, &found);

	MUST(!rc || !found);
	if (found) {
		must_be_container(&ct);
		genl_container_free(&ct);
	}
	return rc;
}

static int dump(void)
{
	struct genl_container *ct;
	size_t nr, i;
	int rc = genl_dump(&ct, &nr);

	MUST(!rc || !nr);
	for (i = 0; i < nr; i++) {
		must_be_container(&ct[i]);
		genl_container_free(&ct[i]);
	}
	free(ct);
	return rc;
}

static int features(void)
{
	struct genl_feature *f;
	size_t nr, i;
	int rc = genl_features(&f, &nr);

	MUST(!rc || !nr);
	for (i = 0; i < nr; i++) {
		MUST(f[i].name && f[i].mechanism && f[i].reason);
		length(f[i].name);
		length(f[i].mechanism);
		length(f[i].reason);
	}
	genl_features_free(f, nr);
	return rc;
}

static int change(uint8_t which)
{
	static const struct genl_setting set[2] = { { .container = 1 } };

	if (which == SET)
		return genl_set(set, 2);
	return which == ATTACH ? genl_attach(1, 0) : genl_detach(1);
}

static int request(uint8_t which)
{
	switch (which) {
	case GET:
		return get();
	case DUMP:
		return dump();
	case FEATURES:
		return features();
	default:
		return change(which);
	}
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
	uint8_t which = in_u8(&in) % NR_REQUESTS;
	char *out, *err;
	int rc;

	reply_from(&in);
	err_drop();
	catch_begin();
	rc = request(which);
	/* A failure has words, and they do nothing to a terminal. */
	MUST(!rc == !*err_text());
	err_print(rc);
	catch_end(&out, &err);
	MUST(!*out);
	must_be_printable(err);
	free(out);
	free(err);
	return 0;
}
