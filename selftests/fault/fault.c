// SPDX-License-Identifier: GPL-2.0
/*
 * Failing allocations on purpose, by the kernel's fault injection
 * (Documentation/fault-injection)
 *
 * The n-th allocation of the calling thread fails, be it of the slab or of pages,
 * whatever its flags. It may be limited to those that have a function of ctbc's
 * among their callers.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#define DEBUGFS	"/sys/kernel/debug/"

static int nth_fd = -1;

/*
 * The kernel writes to a thread's restartable sequence whenever it was preempted, and
 * kills it where it has no memory for that: after a fork, when the page has to be
 * copied. The library is to register none.
 */
__attribute__((constructor))
static void without_rseq(int argc, char **argv)
{
	static const char name[] = "GLIBC_TUNABLES";

	if (argc < 1 || getenv(name) || setenv(name, "glibc.pthread.rseq=0", 1))
		return;
	execv("/proc/self/exe", argv);
}

static int put(const char *kind, const char *file, const char *value)
{
	char path[128];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", kind, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	len = write(fd, value, strlen(value));
	close(fd);
	return len < 0 ? -1 : 0;
}

static int put_both(const char *file, const char *value)
{
	return put(FAULT_SLAB, file, value) ?: put(FAULT_PAGES, file, value);
}

/**
 * fault_setup() - let allocations of any kind fail when armed
 * @told: a line in the kernel log for each that does
 *
 * Return: 0; -1 where the kernel has no fault injection.
 */
int fault_setup(bool told)
{
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		return -1;
	return put_both("ignore-gfp-wait", "N") ?: put_both("verbose", told ? "1" : "0") ?:
	       put(FAULT_PAGES, "ignore-gfp-highmem", "N") ?:
	       put(FAULT_PAGES, "min-order", "0");
}

/**
 * fault_arm() - let an allocation of this thread fail
 * @nth: which from now on, 0 for none
 */
void fault_arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(nth_fd, text, len, 0) != len)
		abort();
}

/**
 * fault_hit() - has it failed? Whatever the answer, none will any more
 *
 * Return: true if it has.
 */
bool fault_hit(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0)
		abort();
	fault_arm(0);
	return !atoi(text);
}

/**
 * fault_range() - limit the failures to what functions of ctbc's call
 * @on: do, or do not
 *
 * Return: 0; -1 if the module is not there, or the kernel cannot.
 */
int fault_range(bool on)
{
	unsigned long addr, first = ~0UL, last = 0;
	char line[256], text[32], type;
	FILE *f;

	if (!on)
		return put_both("require-start", "0") ?:
		       put_both("require-end", "0xffffffffffffffff");
	f = fopen("/proc/kallsyms", "r");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if (strstr(line, "[ctbc]") &&
		    sscanf(line, "%lx %c", &addr, &type) == 2 &&
		    (type == 't' || type == 'T')) {
			first = addr < first ? addr : first;
			last = addr > last ? addr : last;
		}
	fclose(f);
	if (first > last)
		return -1;
	snprintf(text, sizeof(text), "%#lx", first);
	if (put_both("require-start", text))
		return -1;
	/* The last function's size is nobody's to know. */
	snprintf(text, sizeof(text), "%#lx", last + 4096);
	return put_both("require-end", text) ?: put_both("stacktrace-depth", "32");
}

/**
 * fault_shortage() - let memory run out for this process
 * @of: FAULT_SLAB or FAULT_PAGES
 * @space: what it can have before, in bytes of the slab or in pages; less than 0 for an
 *	end of it
 *
 * Return: 0; -1 if the kernel cannot.
 */
int fault_shortage(const char *of, long space)
{
	char text[32];
	int fd = open("/proc/self/make-it-fail", O_WRONLY | O_CLOEXEC);
	bool on = space >= 0;

	if (fd < 0 || write(fd, on ? "1" : "0", 1) != 1)
		return -1;
	close(fd);
	snprintf(text, sizeof(text), "%ld", on ? space : 0);
	return put(of, "task-filter", "1") ?: put(of, "times", "-1") ?:
	       put(of, "space", text) ?: put(of, "probability", on ? "100" : "0");
}
