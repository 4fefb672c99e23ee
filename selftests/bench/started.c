// SPDX-License-Identifier: GPL-2.0
/*
 * The init of a measured container: note the time, become busybox's init.
 *
 * The time goes to /started, complete at once: it is written elsewhere first.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
	struct timespec t;
	char text[32];
	int fd, len;

	clock_gettime(CLOCK_MONOTONIC, &t);
	len = snprintf(text, sizeof(text), "%lld\n",
		       t.tv_sec * 1000000000LL + t.tv_nsec);
	fd = open("/started.tmp", O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0 || write(fd, text, len) != len || close(fd) ||
	    rename("/started.tmp", "/started"))
		perror("/started");
	execl("/bin/busybox", "init", NULL);
	perror("/bin/busybox");
	return 1;
}
