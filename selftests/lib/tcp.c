// SPDX-License-Identifier: GPL-2.0
/*
 * Connections and datagrams over the loopback device
 */
#include "tcp.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/**
 * tcp_loopback_up() - switch the loopback device on
 *
 * Return: 0, or -1 with errno.
 */
int tcp_loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int rc = ioctl(fd, SIOCSIFFLAGS, &ifr);

	close(fd);
	return rc;
}

/**
 * tcp_address() - an address of the loopback device
 * @port: of TCP or UDP
 *
 * Return: 127.0.0.1 and @port.
 */
struct sockaddr_in tcp_address(unsigned short port)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

/**
 * tcp_listener() - listen there
 * @port: where
 *
 * Return: the socket, or -1 with errno.
 */
int tcp_listener(unsigned short port)
{
	struct sockaddr_in a = tcp_address(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return bind(fd, (void *)&a, sizeof(a)) || listen(fd, 64) ? -1 : fd;
}

/**
 * tcp_connected() - connect to there
 * @port: where
 * @flags: of socket(2), as SOCK_NONBLOCK
 *
 * Return: the socket, which may still be connecting with SOCK_NONBLOCK; or -1 with
 * errno.
 */
int tcp_connected(unsigned short port, int flags)
{
	struct sockaddr_in a = tcp_address(port);
	int fd = socket(AF_INET, SOCK_STREAM | flags, 0);

	if (connect(fd, (void *)&a, sizeof(a)) && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

/**
 * udp_flood() - datagrams of ours for a socket of a container that reads none
 * @cg: the container's, where a process comes to be that has the socket
 * @port: its port
 * @nr: how many, of 1000 bytes each
 *
 * Return: 0, or other where they could not be sent.
 */
int udp_flood(const struct cg *cg, unsigned short port, unsigned int nr)
{
	struct sockaddr_in a = tcp_address(port);
	int ready[2], fd, err = 0, room = 64 << 20;
	char block[1000] = "", x = 'x';
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = cg_fork(cg);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fd = socket(AF_INET, SOCK_DGRAM, 0);
		if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
		    bind(fd, (void *)&a, sizeof(a)) || write(ready[1], &x, 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &x, 1) != 1)
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	while (nr-- && !err)
		err = sendto(fd, block, sizeof(block), 0, (void *)&a, sizeof(a)) < 0;
	close(fd);
	close(ready[0]);
	usleep(100000);
	return err;
}
