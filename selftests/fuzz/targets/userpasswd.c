// SPDX-License-Identifier: GPL-2.0
/*
 * "user:password": what is let through is safe as a word and as a line of
 * chpasswd(8), and no refusal tells the password.
 *
 * Input: the text.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../user/err.h"
#include "../../../user/userpasswd.h"
#include "../fuzz.h"

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
	char *text = in_rest(&in);
	const char *colon = strchr(text, ':');
	size_t user = colon ? (size_t)(colon - text) : 0;

	err_drop();
	if (userpasswd_check(text)) {
		MUST(*err_text());
		/* So long a password cannot be in the words by chance. */
		MUST(!colon || strlen(colon) < 128 ||
		     !strstr(err_text(), colon + 1));
		free(text);
		return 0;
	}
	MUST(colon && user && user <= 32 && *text != '-');
	MUST(!strpbrk(text, "\r\n"));
	MUST(colon[1]);
	MUST(strcspn(text, " \t/\\$`'\";&|<>()*?[]{}!#~=%") >= user);
	free(text);
	return 0;
}
