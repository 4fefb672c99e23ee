// SPDX-License-Identifier: GPL-2.0
/*
 * nth N COMMAND...: run a command with its N-th allocation within ctbc failing
 *
 * It counts in the command's first process alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fault.h"

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (fault_setup(true) || fault_range(true)) {
		fprintf(stderr, "no fault injection in this kernel\n");
		return 4;
	}
	fault_arm(atoi(argv[1]));
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}
