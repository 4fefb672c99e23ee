/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share: an input taken apart, output caught, and what
 * must hold of any output.
 */
#ifndef _SELFTESTS_FUZZ_H
#define _SELFTESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/**
 * struct input - what is left of an input
 * @data: the next byte
 * @size: bytes left
 *
 * Past the end everything is zero and every string empty, so that a target
 * need not ask.
 */
struct input {
	const uint8_t *data;
	size_t size;
};

uint8_t in_u8(struct input *in);
uint16_t in_u16(struct input *in);
uint32_t in_u32(struct input *in);
uint64_t in_u64(struct input *in);
size_t in_bytes(struct input *in, void *to, size_t max);
char *in_string(struct input *in);
char *in_rest(struct input *in);

/* Ends the program where a promise of the tool's is broken. */
#define MUST(what)							\
	do {								\
		if (!(what))						\
			must_failed(__FILE__, __LINE__, #what);		\
	} while (0)

void must_failed(const char *file, int line, const char *what)
	__attribute__((noreturn));

void catch_begin(void);
void catch_end(char **out, char **err);

const char *memory_file(const void *data, size_t size);

bool is_utf8(const char *text);
void must_be_printable(const char *text);
struct json_object *must_be_json(const char *text);

/* The tool's own main(), by another name. */
int ctctl_main(int argc, char **argv);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
