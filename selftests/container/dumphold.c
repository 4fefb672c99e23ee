// SPDX-License-Identifier: GPL-2.0
/* Begins a dump of containers and never reads it, until it is killed. */
#include <stdlib.h>
#include <unistd.h>

#include "nl.h"

int main(void)
{
	static struct msg m;
	struct nl nl;

	if (nl_open(&nl))
		return EXIT_FAILURE;
	/* More than the socket's queue takes: the kernel waits for a reader. */
	for (int i = 0; i < 2000; i++) {
		msg_init(&m, &nl, CTBC_CMD_CONTAINER_GET, NLM_F_DUMP);
		if (nl_send(&nl, &m))
			break;
	}
	pause();
	return EXIT_SUCCESS;
}
