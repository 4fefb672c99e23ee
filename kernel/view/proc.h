/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_VIEW_PROC_H
#define _CTBC_VIEW_PROC_H

#include "kernel/core/controller.h"

extern const struct ctbc_controller ctbc_view_controller;

#endif
