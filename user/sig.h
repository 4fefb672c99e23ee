/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals that ask the tool to stop: a flag, looked at between two steps.
 */
#ifndef CTCTL_SIG_H
#define CTCTL_SIG_H

void sig_catch(void);
void sig_hold(void);
void sig_forward(int pid);
void sig_default(void);
int sig_caught(void);
int sig_check(void);

#endif
