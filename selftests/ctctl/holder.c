// SPDX-License-Identifier: GPL-2.0
/*
 * holder PID SECONDS: let no death of that process be seen for so long.
 *
 * A traced process that has been killed stays a zombie until its tracer has
 * waited for it, which this one does not.  The init of its pid namespace cannot
 * end before it: so dies, slowly, a container one of whose processes somebody
 * traces from outside.  Says "held" once that holds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: holder PID SECONDS\n");
		return 2;
	}
	if (ptrace(PTRACE_SEIZE, atoi(argv[1]), NULL, NULL)) {
		perror("holder: PTRACE_SEIZE");
		return 1;
	}
	puts("held");
	fflush(stdout);
	sleep(atoi(argv[2]));
	return 0;
}
