/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU variables as an array; a thread says which CPU it runs on. */
#ifndef _UNIT_LINUX_PERCPU_H
#define _UNIT_LINUX_PERCPU_H

#define UNIT_CPUS	4

extern _Thread_local unsigned int unit_cpu;

#define per_cpu_ptr(p, cpu)	(&(p)[cpu])
#define raw_cpu_ptr(p)		(&(p)[unit_cpu])
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < UNIT_CPUS; (cpu)++)

#endif
