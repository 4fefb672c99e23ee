/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making a parameter's limit the explanation of a failure.
 */
#ifndef CTCTL_LIMIT_H
#define CTCTL_LIMIT_H

#include <stdint.h>

#include "param.h"

char *limit_more(const struct param *p, const struct param_limits *v);
int limit_explain(uint32_t id, int code);

#endif
