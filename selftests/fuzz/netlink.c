// SPDX-License-Identifier: GPL-2.0
/*
 * vm: --timeout 400
 * kernels: 6.1
 *
 * A fuzzer of the netlink family.
 *
 * Usage: netlink [--seed N] [--count MESSAGES] [--seconds N]
 *
 * Requests are made from uapi/ctbc.yaml: right, nearly right and garbage, many
 * in a send, from root, a user, root with a user's socket, and root in a
 * container. What each should lead to is known beforehand (see model.c):
 * success, or a refusal with words. Every few thousand messages all containers
 * are read and compared with what the answers make them, so that a refused
 * batch that left something behind shows, as does a change that was lost.
 * Meanwhile others dump, give up dumps half-way, and read /proc/ctbc.
 *
 * A run is repeated by its seed. A count of 0 is without end, or until the
 * seconds have gone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest.h"
#include "spec.h"
#include "talk.h"
#include "world.h"

#define COUNT		200000
#define CHECK_EVERY	4096
#define ROLE_BATCHES	8
#define KINDS		32
#define SHOWN_OF_KIND	3

static struct talk talk;
static struct buffer buffer;
static pid_t noise;
static unsigned long sent, findings, created, destroyed, initial;
static unsigned long done_by_op[256], refused_by_op[256];
static enum role role;
static uint64_t seed;

/* Something is not as it should be: say what, and how to see it again. */
static void finding(const struct nlmsghdr *nlh, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A few of each kind say as much as thousands. */
static bool is_news(const char *format)
{
	static const char *kind[KINDS];
	static unsigned int seen[KINDS] = { 0 };
	unsigned int i;

	for (i = 0; i < KINDS && kind[i] && kind[i] != format; i++)
		;
	if (i == KINDS)
		return false;
	kind[i] = format;
	return seen[i]++ < SHOWN_OF_KIND;
}

static void finding(const struct nlmsghdr *nlh, const char *format, ...)
{
	const uint8_t *p = (const void *)nlh;
	char text[512];
	va_list ap;

	findings++;
	if (!is_news(format))
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	ksft_print_msg("--seed %llu, about message %lu, role %d: %s\n",
		       (unsigned long long)seed, sent, role, text);
	for (unsigned int i = 0; nlh && i < nlh->nlmsg_len && i < 256; i += 32) {
		ksft_print_msg(" ");
		for (unsigned int j = i; j < i + 32 && j < nlh->nlmsg_len; j++)
			printf(" %02x", p[j]);
		printf("\n");
	}
}

static void role_begin(void)
{
	if (role == ROLE_NOBODY)
		become_nobody();
	if (role == ROLE_INSIDE)
		must(cg_join(&world.inside, 0), "entering a container");
}

static void role_end(void)
{
	if (role == ROLE_NOBODY)
		become_root();
	if (role == ROLE_INSIDE)
		must(cg_join(&world.home, 0), "leaving a container");
}

static void pick_role(void)
{
	unsigned int n = gen_below(&world.gen, 100);

	role_end();
	role = n < 80 ? ROLE_ADMIN : n < 87 ? ROLE_NOBODY :
	       n < 94 ? ROLE_BORROWED : ROLE_INSIDE;
	role_begin();
}

static void judge(unsigned int i)
{
	const struct nlmsghdr *nlh = (const void *)(buffer.data + talk.at[i]);
	const struct genlmsghdr *genl = (const void *)(nlh + 1);
	const struct answer *a = &talk.answer[i];
	const char *why;
	enum outcome want = model_judge(&world.model, role, nlh, &why);
	bool dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	bool core = want == REFUSED_CORE || want == ANY_CORE;

	if (!a->answered && (nlh->nlmsg_flags & NLM_F_ACK || (dump && want != UNSEEN)) &&
	    want != ANY_CORE)
		finding(nlh, "no answer");
	if (a->error && (want == DONE || want == UNSEEN))
		finding(nlh, "refused, %s: but it is right", strerror(-a->error));
	if (!a->error && (want == REFUSED || want == REFUSED_CORE))
		finding(nlh, "it was done, but %s", why);
	if (a->error && !core && !a->text)
		finding(nlh, "refused without a word: %s", strerror(-a->error));
	if (want != UNSEEN && nlh->nlmsg_len >= NLMSG_HDRLEN + GENL_HDRLEN)
		*(a->error ? &refused_by_op[genl->cmd] : &done_by_op[genl->cmd]) += 1;
	if (!a->error && want != REFUSED_CORE && want != UNSEEN)
		model_apply(&world.model, nlh);
}

/* Most requests are to name what there is. */
static void tell_live(void)
{
	world.gen.nr_live = 0;
	for (int i = 0; i < MODEL_MAX; i++)
		if (world.model.ct[i].id && world.model.ct[i].id != INSIDE)
			world.gen.live[world.gen.nr_live++] = world.model.ct[i].id;
}

static void batch(unsigned int most)
{
	struct nl *nl = role == ROLE_BORROWED ? &world.borrowed : &world.own;
	const char *why;

	tell_live();
	gen_batch(&world.gen, &buffer, most);
	talk_prepare(&talk, &buffer, &world.gen);
	world.model.dumping = false;
	why = talk_send(nl->fd, &buffer, role == ROLE_BORROWED);
	if (!why)
		why = talk_receive(&talk, nl->fd, world.model.family,
				   role == ROLE_INSIDE ? INSIDE : 0);
	if (why)
		finding(NULL, "%s", why);
	for (unsigned int i = 0; i < talk.nr; i++)
		judge(i);
	sent += talk.nr;
}

/* A dump that nobody reads to its end. */
static void abandon_dump(void)
{
	char part[4096];

	nl_close(&world.abandoned);
	must(nl_open(&world.abandoned), "opening a socket");
	msg_init(&world.request, &world.abandoned, CTBC_CMD_CONTAINER_GET, NLM_F_DUMP);
	must(nl_send(&world.abandoned, &world.request), "asking for a dump");
	if (gen_chance(&world.gen, 50))
		recv(world.abandoned.fd, part, sizeof(part), MSG_DONTWAIT);
}

static void compare_param(const struct nlmsghdr *nlh, const struct ct *ct,
			  const struct nlattr *p)
{
	uint32_t id = nl_u32(nl_attr_nested(p, CTBC_A_PARAM_ID));
	uint64_t barrier = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_BARRIER));
	uint64_t limit = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_LIMIT));
	uint64_t held = nl_u64(nl_attr_nested(p, CTBC_A_PARAM_HELD));

	if (id >= CTBC_NR_PARAMS) {
		finding(nlh, "parameter %u is unknown", id);
		return;
	}
	if (barrier != ct->barrier[id] || limit != ct->limit[id])
		finding(nlh, "container %u, parameter %u: %llu:%llu, not %llu:%llu as set",
			ct->id, id, (unsigned long long)barrier,
			(unsigned long long)limit,
			(unsigned long long)ct->barrier[id],
			(unsigned long long)ct->limit[id]);
	if (id == CTBC_PARAM_NUMPROC && held != ct->tasks)
		finding(nlh, "container %u: held %llu, not %u", ct->id,
			(unsigned long long)held, ct->tasks);
}

static void compare_container(const struct nlmsghdr *nlh, void *arg)
{
	uint32_t id = nl_u32(nl_attr(nlh, CTBC_A_CONTAINER_ID));
	const struct nlattr *p = nl_attr(nlh, CTBC_A_CONTAINER_PARAM);
	const struct ct *ct = model_find(&world.model, id);
	unsigned int *seen = arg;

	++*seen;
	if (!ct) {
		finding(nlh, "container %u is there, but was never made", id);
		return;
	}
	for (; p; p = nl_attr_next(nlh, p))
		compare_param(nlh, ct, p);
}

static void take_events(void)
{
	static _Alignas(8) char data[16384];
	ssize_t n;

	while ((n = recv(world.listener.fd, data, sizeof(data), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *nlh = (const void *)data;
		unsigned int len = n;
		const char *why;
		uint32_t type;

		if (!NLMSG_OK(nlh, len) || nlh->nlmsg_type != world.model.family)
			continue;
		why = talk_check_reply(nlh, 0);
		if (why)
			finding(nlh, "an event: %s", why);
		type = nl_u32(nl_attr(nlh, CTBC_A_EVENT_TYPE));
		created += type == CTBC_EVENT_CREATED;
		destroyed += type == CTBC_EVENT_DESTROYED;
	}
}

/* Each container's coming and going was told, if with a delay. */
static void compare_events(void)
{
	for (int i = 0; i < 500; i++) {
		take_events();
		if (created >= world.model.created && destroyed >= world.model.destroyed)
			break;
		usleep(10000);
	}
	if (created != world.model.created || destroyed != world.model.destroyed)
		finding(NULL, "%lu created and %lu destroyed were told of %lu and %lu",
			created, destroyed, world.model.created, world.model.destroyed);
}

static void read_through(const char *path)
{
	char part[8192];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && read(fd, part, sizeof(part)) > 0)
		;
	if (fd >= 0)
		close(fd);
}

/* An attached cgroup may go at any time, and its container with it. */
static void renew_cgroup(void)
{
	unsigned int n = NR_SLEEPERS +
			 gen_below(&world.gen, NR_CGROUPS - NR_SLEEPERS - 2);
	uint32_t left = world_renew_cgroup(n);

	if (left)
		finding(NULL, "container %u outlives its cgroup", left);
}

static void checkpoint(void)
{
	unsigned int seen = 0, want = 0;

	role_end();
	role = ROLE_ADMIN;
	msg_init(&world.request, &world.control, CTBC_CMD_CONTAINER_GET, NLM_F_DUMP);
	if (nl_talk(&world.control, &world.request, compare_container, &seen))
		finding(NULL, "the family no longer answers");
	for (int i = 0; i < MODEL_MAX; i++)
		want += world.model.ct[i].id != 0;
	if (seen != want)
		finding(NULL, "there are %u containers, not %u", seen, want);
	read_through("/proc/ctbc/counters");
	compare_events();
	if (gen_chance(&world.gen, 25))
		renew_cgroup();
}

/* Others that read while containers come and go. */
static void make_noise(void)
{
	static const uint8_t cmds[] = { CTBC_CMD_CONTAINER_GET, CTBC_CMD_FEATURE_GET };
	struct nl nl;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (nl_open(&nl))
		_exit(1);
	for (unsigned int i = 0;; i++) {
		msg_init(&world.request, &nl, cmds[i & 1], NLM_F_DUMP);
		if (nl_talk(&nl, &world.request, NULL, NULL))
			_exit(1);
		read_through("/proc/ctbc/counters");
		usleep(20000);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void run(unsigned long count, unsigned long seconds)
{
	unsigned long next = CHECK_EVERY;
	double begin = now(), last = begin;

	for (unsigned int n = 0; (!count || sent < count) &&
	     (!seconds || now() - begin < seconds); n++) {
		if (n % ROLE_BATCHES == 0)
			pick_role();
		batch(count && count - sent < GEN_MESSAGES ? count - sent :
							     GEN_MESSAGES);
		if (gen_chance(&world.gen, 2) && role == ROLE_ADMIN)
			abandon_dump();
		if (sent < next)
			continue;
		next = sent + CHECK_EVERY;
		checkpoint();
		if (now() - last > 10) {
			last = now();
			ksft_print_msg("%lu messages, %.0f a second, %lu findings\n",
				       sent, sent / (last - begin), findings);
			fflush(stdout);
		}
	}
	checkpoint();
	ksft_print_msg("%lu messages, %.0f a second\n", sent, sent / (now() - begin));
}

static bool reached_all(void)
{
	bool all = true;

	for (unsigned int i = 0; i < spec_nr_ops; i++) {
		const struct spec_op *op = &spec_ops[i];

		if (!(op->ways & (SPEC_DO | SPEC_DUMP)))
			continue;
		ksft_print_msg("%-18s %8lu done %8lu refused\n", op->name,
			       done_by_op[op->value], refused_by_op[op->value]);
		all &= done_by_op[op->value] && refused_by_op[op->value];
	}
	return all;
}

/* Nothing that was sent holds it back. */
static bool unloads(void)
{
	bool gone = false;

	world_close();
	/* A dump that was given up is put away a little later. */
	for (int i = 0; i < 500 && !gone; i++) {
		gone = !syscall(SYS_delete_module, "ctbc", O_NONBLOCK);
		usleep(10000);
	}
	return gone && access("/proc/ctbc", F_OK) && !system("modprobe ctbc") && !access("/proc/ctbc", F_OK);
}

static uint64_t argument(int argc, char **argv, const char *name, uint64_t value)
{
	for (int i = 1; i + 1 < argc; i += 2)
		if (!strcmp(argv[i], name))
			value = strtoull(argv[i + 1], NULL, 0);
	return value;
}

int main(int argc, char **argv)
{
	unsigned long count = argument(argc, argv, "--count", COUNT);
	unsigned long found;

	seed = argument(argc, argv, "--seed", time(NULL));
	ksft_print_header();
	ksft_set_plan(4);
	ksft_print_msg("--seed %llu repeats this run\n", (unsigned long long)seed);
	setvbuf(stdout, NULL, _IOLBF, 0);
	world.gen.state = seed;
	world_make();
	/* One is its own. */
	initial = world_containers() - 1;
	noise = fork();
	if (!noise)
		make_noise();
	run(count, argument(argc, argv, "--seconds", 0));
	found = findings;
	ksft_test_result(!found, "the answers and the state are as they should be\n");
	ksft_test_result(reached_all(), "each operation was done and was refused\n");
	if (kill(noise, 0) || waitpid(noise, NULL, WNOHANG))
		finding(NULL, "a reader was turned away");
	kill(noise, SIGKILL);
	waitpid(noise, NULL, 0);
	world_remove();
	ksft_test_result(findings == found && world_containers() == initial,
			 "nothing is left\n");
	ksft_test_result(unloads(), "the module can be unloaded, and loaded again\n");
	ksft_finished();
}
