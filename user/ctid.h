/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Container ids and names.
 */
#ifndef CTCTL_CTID_H
#define CTCTL_CTID_H

#include <stdint.h>

int ctid_parse(const char *text, uint32_t *id);
int ctid_from_file_name(const char *name, uint32_t *id);
int ctid_check_name(const char *name);
int ctid_name_set(uint32_t id, const char *name);
void ctid_name_clear(uint32_t id, const char *name);

#endif
