// SPDX-License-Identifier: GPL-2.0
/*
 * split: settings for each of a number of containers that share the host.
 *
 * The parts add up to what the host has. What goes with what follows OpenVZ's
 * "UBC consistency check", so that "ctctl check" has no complaint.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "ctid.h"
#include "err.h"
#include "options.h"
#include "output.h"
#include "param.h"
#include "paths.h"
#include "verbs.h"

#define KIB		1024ULL

/* What a process takes of the memory, at the least. */
#define PROCESS_RAM	(512 * KIB)
/* Less is no use: a small system has that many. */
#define PROCESSES_MIN	20
/* What each socket can count on, and a buffer has for the sake of many programs. */
#define SOCKET_BYTES	2560ULL
#define BUFFER_MIN	(132 * KIB)
#define FILES_A_PROCESS	16

static uint64_t number_in(const char *path)
{
	autofree char *text = file_read_text(path);
	uint64_t v;

	return text && str_to_u64(text, &v) ? v : CTBC_UNLIMITED;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* How many processes each of @nr containers has room for. */
static uint64_t processes(uint64_t ram, uint64_t nr)
{
	return least(ram / PROCESS_RAM, number_in("/proc/sys/kernel/pid_max")) / nr;
}

static void print(FILE *f, enum ctbc_param p, uint64_t barrier, uint64_t limit)
{
	const struct param_limits v = { barrier, limit };
	autofree char *text = param_format(&v);

	fprintf(f, "%s=\"%s\"\n", param_get(p)->key, text);
}

static void print_same(FILE *f, enum ctbc_param p, uint64_t value)
{
	print(f, p, value, value);
}

static void print_all(FILE *f, uint64_t nr, uint64_t ram)
{
	uint64_t procs = processes(ram, nr), socks = procs * 3 / 2;
	uint64_t room = socks * SOCKET_BYTES, buffer = most(ram / nr / 64, BUFFER_MIN);

	fprintf(f, "# One of %llu containers on a host with %llu MiB: ctctl split\n",
		(unsigned long long)nr, (unsigned long long)(ram / KIB / KIB));
	print_same(f, CTBC_PARAM_NUMPROC, procs);
	fprintf(f, "AVNUMPROC=\"%llu\"\n", (unsigned long long)procs / 2);
	print_same(f, CTBC_PARAM_NUMTCPSOCK, socks);
	print_same(f, CTBC_PARAM_NUMOTHERSOCK, socks);
	print(f, CTBC_PARAM_TCPSNDBUF, buffer, buffer + room);
	print(f, CTBC_PARAM_TCPRCVBUF, buffer, buffer + room);
	print(f, CTBC_PARAM_OTHERSOCKBUF, buffer, buffer + room);
	print_same(f, CTBC_PARAM_DGRAMRCVBUF, buffer);
	print_same(f, CTBC_PARAM_NUMFILE,
		   least(procs * FILES_A_PROCESS, number_in("/proc/sys/fs/file-max") / nr));
	print(f, CTBC_PARAM_NUMFLOCK, procs, procs + procs / 10);
	print_same(f, CTBC_PARAM_NUMPTY, least(most(procs / 15, 4), 255));
	print_same(f, CTBC_PARAM_NUMSIGINFO, most(procs, 256));
	print_same(f, CTBC_PARAM_NUMIPTENT, most(procs / 2, 16));
	print_same(f, CTBC_PARAM_NUMINOTIFY, most(procs * 32, 256));
	print_same(f, CTBC_PARAM_NUMKEYS, most(procs, 50));
}

/* A file that is there stays as it is. */
static int write_sample(const char *name, uint64_t nr, uint64_t ram)
{
	autofree char *path = paths_sample(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	bool failed;

	if (!f && errno == EEXIST)
		return err_hint(err_set(EXIT_EXISTS, "%s exists", path),
				"choose another name, or remove it");
	if (!f)
		return err_sys("cannot make %s", path);
	print_all(f, nr, ram);
	failed = ferror(f);
	if (fclose(f) || failed) {
		int rc = err_sys("cannot write %s", path);

		unlink(path);
		return rc;
	}
	err_say("%s is made; ctctl create --config %s takes it", path, name);
	return 0;
}

/**
 * cmd_split() - the verb
 * @argc: number of words
 * @argv: the words
 *
 * Return: exit status, with the error recorded.
 */
int cmd_split(int argc, char **argv)
{
	const char *number = NULL, *name = NULL;
	const struct option_desc own[] = {
		{ "number", 'n', &number, NULL },
		{ "config", 'f', &name, NULL },
	};
	const struct option_set set = { .own = own, .nr = ARRAY_SIZE(own) };
	struct sysinfo host;
	uint64_t nr, ram;
	int first, rc;

	rc = options_parse(argc, argv, &set, &first);
	if (!rc)
		rc = options_count(argc - first, 0, 0, argv[0]);
	if (!rc && !number)
		rc = err_hint(err_set(EXIT_OPTION, "split: the number of containers is missing"),
			      "-n 10 is for ten");
	if (!rc && (!str_to_u64(number, &nr) || !nr))
		rc = err_set(EXIT_VALUE, "\"%s\" is no number of containers", number);
	if (!rc && name)
		rc = ctid_check_name(name);
	if (rc)
		return rc;
	sysinfo(&host);
	ram = (uint64_t)host.totalram * host.mem_unit;
	if (processes(ram, nr) < PROCESSES_MIN)
		return err_set(EXIT_VALUE,
			       "this host has room for %llu containers of %u processes each, not %llu",
			       (unsigned long long)(processes(ram, 1) / PROCESSES_MIN),
			       PROCESSES_MIN, (unsigned long long)nr);
	if (name)
		return write_sample(name, nr, ram);
	print_all(stdout, nr, ram);
	return output_end();
}
