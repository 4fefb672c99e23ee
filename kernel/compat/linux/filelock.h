/* SPDX-License-Identifier: GPL-2.0 */
/* Completes <linux/filelock.h>, which was part of <linux/fs.h> before 6.3. */
#ifndef _CTBC_COMPAT_LINUX_FILELOCK_H
#define _CTBC_COMPAT_LINUX_FILELOCK_H

#include <linux/fs.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#include_next <linux/filelock.h>
#endif

/**
 * ctbc_lock_file() - the file that a lock is for
 * @lock: a lock, or a request for one
 *
 * The members moved when leases got a type of their own, in 6.9.
 *
 * Return: the file, NULL for a lock that has not been filled in.
 */
static inline struct file *ctbc_lock_file(const struct file_lock *lock)
{
#ifdef for_each_file_lock
	return lock->c.flc_file;
#else
	return lock->fl_file;
#endif
}

/**
 * ctbc_lock_owner() - whose it is
 * @lock: a lock
 *
 * Return: a table of files, or a file.
 */
static inline fl_owner_t ctbc_lock_owner(const struct file_lock *lock)
{
#ifdef for_each_file_lock
	return lock->c.flc_owner;
#else
	return lock->fl_owner;
#endif
}

#ifdef for_each_file_lock
#define ctbc_for_each_lock(lock, list)	for_each_file_lock(lock, list)
#else
#define ctbc_for_each_lock(lock, list)	list_for_each_entry(lock, list, fl_list)
#endif

#endif
