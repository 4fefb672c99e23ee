// SPDX-License-Identifier: GPL-2.0
/*
 * Errors: a packet from a child process, context around it, and the one line
 * that is printed.
 *
 * Input: action8 container32 text NUL packet.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../user/err.h"
#include "../fuzz.h"

static void receive(const struct input *in, int *code)
{
	int fd[2];

	/* A pipe holds what a packet has, and nobody would read the rest. */
	if (in->size > 32768 || pipe(fd))
		return;
	MUST(write(fd[1], in->data, in->size) == (ssize_t)in->size);
	close(fd[1]);
	if (err_receive(fd[0], code))
		*code = 0;
	close(fd[0]);
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
	uint8_t action = in_u8(&in);
	uint32_t id = in_u32(&in);
	char *text = in_string(&in), *out, *err, *line;
	int code = 1, lines = 0;

	err_drop();
	err_container(id);
	MUST(strstr(text, err_skip_container(text)));
	if (action & 1)
		receive(&in, &code);
	else
		err_set(code, "%s", text);
	if (action & 2)
		err_prefix(code, "%s", text);
	if (action & 4)
		err_hint(code, "%s", text);
	MUST(strlen(err_text()) < ERR_TEXT_MAX);
	catch_begin();
	err_print(code);
	if (action & 8)
		err_warn("%s", text);
	catch_end(&out, &err);
	MUST(!*out);
	must_be_printable(err);
	/* A line for each, and no text makes one look like two. */
	for (line = err; *line; line++)
		lines += *line == '\n';
	MUST(lines <= 1 + !!(action & 8) && (!*err || line[-1] == '\n'));
	err_container(0);
	free(text);
	free(out);
	free(err);
	return 0;
}
