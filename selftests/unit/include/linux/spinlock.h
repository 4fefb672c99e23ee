/* SPDX-License-Identifier: GPL-2.0 */
/* Spinlocks; there are no interrupts to turn off. */
#ifndef _UNIT_LINUX_SPINLOCK_H
#define _UNIT_LINUX_SPINLOCK_H

#include <pthread.h>

typedef pthread_mutex_t raw_spinlock_t;

#define raw_spin_lock_init(l)			pthread_mutex_init(l, NULL)
#define raw_spin_lock_irqsave(l, flags)		((flags) = 0, pthread_mutex_lock(l))
#define raw_spin_unlock_irqrestore(l, flags)	((void)(flags), pthread_mutex_unlock(l))

#endif
