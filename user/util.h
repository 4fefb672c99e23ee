/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small helpers over libc: memory that never fails, scope cleanup, whole
 * files. Nothing here knows about containers.
 */
#ifndef CTCTL_UTIL_H
#define CTCTL_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define __printf(f, a)	__attribute__((format(printf, f, a)))

/* For local variables: freed or closed when they go out of scope. */
#define autofree	__attribute__((cleanup(util_free)))
#define autoclose	__attribute__((cleanup(util_close)))

void util_free(void *p);
void util_close(const int *fd);

char *xasprintf(const char *fmt, ...) __printf(1, 2)
	__attribute__((returns_nonnull, warn_unused_result));
char *xstrdup(const char *s)
	__attribute__((returns_nonnull, warn_unused_result));
void *xcalloc(size_t n, size_t size)
	__attribute__((returns_nonnull, warn_unused_result));
void *xgrow(void *array, size_t n, size_t size)
	__attribute__((returns_nonnull, warn_unused_result));

char *str_printable(const char *s)
	__attribute__((returns_nonnull, warn_unused_result));
char *str_utf8(const char *s)
	__attribute__((returns_nonnull, warn_unused_result));
bool str_has_prefix(const char *s, const char *prefix);
bool str_to_u64(const char *s, uint64_t *out);

char *file_read(const char *path);
char *file_read_text(const char *path);
char *file_read_at(int dir, const char *path);
int file_write(const char *path, const char *text);
int file_write_at(int dir, const char *path, const char *text);
int dir_make(const char *path, mode_t mode);
bool dir_exists(const char *path);
int write_all(int fd, const void *buf, size_t len);
void sleep_ms(unsigned int ms);
uint64_t clock_ms(void);

#endif
