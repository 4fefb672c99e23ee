// SPDX-License-Identifier: GPL-2.0
/* What the netlink fuzzer works in: cgroups, processes, sockets */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

#define NESTED		(NR_CGROUPS - 1)
#define NR_VALUES	16
#define NOBODY		65534
#define BUFFER_BYTES	(32 * 1024 * 1024)

#define PARAM_NAME(sym, nr, pname, unit, sev, help)			\
	[nr] = #pname,

static const char *const params[CTBC_NR_PARAMS] = { CTBC_PARAMS(PARAM_NAME) };

struct world world;

static int fds[NR_VALUES];

/**
 * must() - without this the fuzzer cannot go on
 * @err: 0, or a negative errno
 * @what: what was tried
 */
void must(int err, const char *what)
{
	if (!err)
		return;
	printf("Bail out! %s: %s\n", what, strerror(-err));
	exit(1);
}

/* The effective user alone, so that root can come back. */
static void become(uid_t uid)
{
	must(syscall(SYS_setresuid, -1, uid, -1) ? -errno : 0, "changing the user");
}

/**
 * become_nobody() - give up what root may, for a while
 */
void become_nobody(void)
{
	become(NOBODY);
}

/**
 * become_root() - take it back
 */
void become_root(void)
{
	become(0);
}

static void on_feature(const struct nlmsghdr *nlh, void *arg)
{
	const char *name = nl_str(nl_attr(nlh, CTBC_A_FEATURE_NAME));
	uint64_t *settable = arg;

	if (nl_u32(nl_attr(nlh, CTBC_A_FEATURE_STATE)) <= CTBC_FEATURE_ACCOUNTED)
		return;
	for (unsigned int i = 0; i < CTBC_NR_PARAMS; i++)
		if (params[i] && !strcmp(params[i], name))
			*settable |= 1ULL << i;
}

static void open_socket(struct nl *nl)
{
	int bytes = BUFFER_BYTES;

	must(nl_open(nl), "opening a socket");
	if (geteuid() == 0)
		setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
}

static void open_sockets(void)
{
	int bytes = BUFFER_BYTES;

	open_socket(&world.control);
	open_socket(&world.own);
	open_socket(&world.listener);
	open_socket(&world.abandoned);
	become_nobody();
	open_socket(&world.borrowed);
	become_root();
	setsockopt(world.borrowed.fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	must(nl_listen(&world.listener), "listening for events");
	world.model.family = world.control.family;
	world.gen.family = world.control.family;
}

static void find_home(void)
{
	char line[256] = "";
	FILE *f = fopen("/proc/self/cgroup", "r");

	if (!f)
		must(-errno, "looking for the own cgroup");
	while (f && fgets(line, sizeof(line), f) && strncmp(line, "0::/", 4))
		;
	if (f)
		fclose(f);
	if (strncmp(line, "0::/", 4))
		must(-ENOENT, "looking for cgroup version 2");
	line[strcspn(line, "\n")] = '\0';
	must(cg_make(&world.home, NULL, line + 4), "opening the own cgroup");
}

static void make_cgroups(void)
{
	char name[16];

	find_home();
	must(cg_make(&world.base, NULL, "fuzz"), "making a cgroup");
	for (int i = 0; i < NR_CGROUPS; i++) {
		snprintf(name, sizeof(name), i == NESTED ? "n" : "g%d", i);
		must(cg_make(&world.pool[i], i == NESTED ? &world.pool[i - 1] :
							   &world.base, name),
		     "making a cgroup");
		world.model.cg[i] = (struct cgroup){
			.fd = world.pool[i].fd, .above = i == NESTED ? NESTED - 1 : -1,
			.tasks = i < NR_SLEEPERS,
		};
	}
	must(cg_make(&world.inside, &world.base, "inside"), "making a cgroup");
	world.model.cg[NR_CGROUPS] = (struct cgroup){ .fd = world.inside.fd, .above = -1 };
	world.model.nr_cg = NR_CGROUPS + 1;
	for (int i = 0; i < NR_SLEEPERS; i++) {
		world.sleeper[i] = cg_fork(&world.pool[i]);
		if (!world.sleeper[i]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
	}
}

/* Ids and descriptors that requests name. */
static void make_values(void)
{
	static uint32_t ids[NR_VALUES] = { 1, CTBC_ID_MAX };
	int i;

	for (i = 2; i < NR_VALUES; i++)
		ids[i] = 100 + i;
	for (i = 0; i < NR_CGROUPS; i++)
		fds[i] = world.pool[i].fd;
	fds[i++] = -1;
	fds[i++] = world.control.fd;
	fds[i++] = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fds[i++] = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fds[i++] = open("/sys/fs/cgroup/fuzz/g0/cgroup.procs", O_RDONLY | O_CLOEXEC);
	world.gen.ids = ids;
	world.gen.fds = fds;
	world.gen.nr = NR_VALUES;
	msg_init(&world.request, &world.control, CTBC_CMD_FEATURE_GET, NLM_F_DUMP);
	must(nl_talk(&world.control, &world.request, on_feature,
		     &world.model.settable), "reading the features");
	world.gen.param = CTBC_PARAM_NUMPROC;
}

static void attach_inside(void)
{
	struct ct *ct = &world.model.ct[MODEL_MAX - 1];

	must(ct_attach(&world.control, INSIDE, &world.inside), "attaching a cgroup");
	ct->id = INSIDE;
	ct->fd = world.inside.fd;
	for (int p = 0; p < CTBC_NR_PARAMS; p++)
		ct->limit[p] = CTBC_UNLIMITED;
	memcpy(ct->barrier, ct->limit, sizeof(ct->barrier));
	world.model.created++;
	world.model.inside = INSIDE;
}

/**
 * world_make() - make all of it
 */
void world_make(void)
{
	open_sockets();
	make_cgroups();
	make_values();
	attach_inside();
}

/**
 * world_renew_cgroup() - remove a cgroup, with its container, and make it anew
 * @n: which one of the pool; one without processes and without others in it
 *
 * Return: 0, or the id of a container that is still there.
 */
uint32_t world_renew_cgroup(unsigned int n)
{
	struct ct *ct = NULL;
	uint32_t left = 0;
	char name[16];

	for (int i = 0; i < MODEL_MAX; i++)
		if (world.model.ct[i].id && world.model.ct[i].fd == world.pool[n].fd)
			ct = &world.model.ct[i];
	must(cg_remove(&world.pool[n]), "removing a cgroup");
	for (int i = 0; ct && i < 500; i++) {
		left = ct_state(&world.control, ct->id) == -ENOENT ? 0 : ct->id;
		if (!left)
			break;
		usleep(10000);
	}
	if (ct)
		model_forget(&world.model, ct->id);
	snprintf(name, sizeof(name), "g%u", n);
	must(cg_make(&world.pool[n], &world.base, name), "making a cgroup");
	world.model.cg[n].fd = world.pool[n].fd;
	fds[n] = world.pool[n].fd;
	return left;
}

/**
 * world_close() - close the sockets
 */
void world_close(void)
{
	nl_close(&world.own);
	nl_close(&world.borrowed);
	nl_close(&world.listener);
	nl_close(&world.abandoned);
	nl_close(&world.control);
}

static void count_containers(const struct nlmsghdr *nlh, void *arg)
{
	unsigned long *n = arg;

	(void)nlh;
	++*n;
}

/**
 * world_containers() - how many containers are there?
 *
 * Return: the number.
 */
unsigned long world_containers(void)
{
	unsigned long n = 0;

	msg_init(&world.request, &world.control, CTBC_CMD_CONTAINER_GET, NLM_F_DUMP);
	must(nl_talk(&world.control, &world.request, count_containers, &n),
	     "dumping the containers");
	return n;
}

/**
 * world_remove() - detach what is attached, and remove all but the sockets
 */
void world_remove(void)
{
	for (int i = 0; i < NR_SLEEPERS; i++) {
		kill(world.sleeper[i], SIGKILL);
		waitpid(world.sleeper[i], NULL, 0);
	}
	for (int i = 0; i < MODEL_MAX; i++)
		if (world.model.ct[i].id)
			must(ct_detach(&world.control, world.model.ct[i].id),
			     "detaching a container");
	for (int i = NR_CGROUPS; i--;)
		must(cg_remove(&world.pool[i]), "removing a cgroup");
	must(cg_remove(&world.inside), "removing a cgroup");
	must(cg_remove(&world.base), "removing a cgroup");
}
