// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * Netlink: bad messages, bad values and the wrong people are refused with a
 * text, and change nothing
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "kselftest_harness.h"

#define ID	300
#define OTHER	301
#define BEFORE	1234

FIXTURE(netlink)
{
	struct nl nl;
	struct cg cg, other;
	struct msg *m;
};

FIXTURE_SETUP(netlink)
{
	self->m = malloc(sizeof(*self->m));
	ASSERT_NE(NULL, self->m);
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "netlink"));
	ASSERT_EQ(0, cg_make(&self->other, NULL, "netlink-other"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, BEFORE, BEFORE));
}

FIXTURE_TEARDOWN(netlink)
{
	struct values v;

	/* Whatever was tried, nothing has changed. */
	EXPECT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(BEFORE, v.barrier);
	EXPECT_EQ(BEFORE, v.limit);
	EXPECT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&self->cg));
	EXPECT_EQ(0, cg_remove(&self->other));
	nl_close(&self->nl);
	free(self->m);
}

TEST_F(netlink, values)
{
	EXPECT_EQ(-ERANGE, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, 1, 1ULL << 63));
	EXPECT_STREQ("container 300: numproc: value above 9223372036854775807",
		     self->nl.text);
	EXPECT_EQ(-ERANGE, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, ~0ULL, ~0ULL));
	EXPECT_EQ(-EINVAL, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, 11, 10));
	EXPECT_STREQ("container 300: numproc: barrier 11 above limit 10",
		     self->nl.text);
	EXPECT_EQ(-EINVAL, ct_set(&self->nl, ID, 4, 1, 1));
	EXPECT_STREQ("container 300: no parameter has the id 4", self->nl.text);
	EXPECT_EQ(-EINVAL, ct_set(&self->nl, ID, 99999, 1, 1));
	EXPECT_EQ(-EOPNOTSUPP, ct_set(&self->nl, ID, CTBC_PARAM_PHYSPAGES, 0, 1));
	EXPECT_STREQ("container 300: physpages cannot be limited, see features",
		     self->nl.text);
	EXPECT_EQ(-ENOENT, ct_set(&self->nl, 999, CTBC_PARAM_NUMPROC, 1, 1));
	EXPECT_STREQ("container 999 does not exist", self->nl.text);
}

TEST_F(netlink, ids)
{
	static const __u32 ids[] = { 0, 2147483645, 1U << 31, ~0U };

	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++) {
		EXPECT_EQ(-ERANGE, ct_attach(&self->nl, ids[i], &self->other));
		EXPECT_STRNE("", self->nl.text);
		EXPECT_EQ(-ERANGE, ct_detach(&self->nl, ids[i]));
		EXPECT_EQ(-ERANGE, ct_state(&self->nl, ids[i]));
		EXPECT_EQ(-ERANGE, ct_set(&self->nl, ids[i], CTBC_PARAM_NUMPROC, 1, 1));
	}
	EXPECT_EQ(0, ct_attach(&self->nl, CTBC_ID_MAX, &self->other));
	EXPECT_EQ(0, ct_detach(&self->nl, CTBC_ID_MAX));
}

TEST_F(netlink, all_or_nothing)
{
	struct values v;

	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	ct_put_setting(self->m, ID, CTBC_PARAM_NUMPROC, 5, 5);
	ct_put_setting(self->m, OTHER, CTBC_PARAM_NUMPROC, 6, 6);
	ct_put_setting(self->m, OTHER, CTBC_PARAM_NUMPROC, 9, 8);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_STREQ("container 301: numproc: barrier 9 above limit 8", self->nl.text);
	EXPECT_EQ(0, ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(CTBC_UNLIMITED, v.limit);

	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	ct_put_setting(self->m, ID, CTBC_PARAM_NUMPROC, BEFORE, BEFORE);
	ct_put_setting(self->m, OTHER, CTBC_PARAM_NUMPROC, 6, 7);
	EXPECT_EQ(0, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_EQ(0, ct_get(&self->nl, OTHER, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(6, v.barrier);
	EXPECT_EQ(7, v.limit);
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
}

TEST_F(netlink, a_thousand_settings_at_once)
{
	struct values v;

	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	for (int i = 0; i < 1000; i++)
		ct_put_setting(self->m, ID, CTBC_PARAM_NUMPROC, i, i);
	EXPECT_EQ(0, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(999, v.limit);
	ASSERT_EQ(0, ct_set(&self->nl, ID, CTBC_PARAM_NUMPROC, BEFORE, BEFORE));
}

TEST_F(netlink, incomplete)
{
	size_t nest;

	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_STREQ("nothing to set", self->nl.text);

	for (int missing = 1; missing <= CTBC_A_SETTING_MAX; missing++) {
		msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
		nest = msg_nest(self->m, CTBC_A_SET_SETTING);
		if (missing != CTBC_A_SETTING_CONTAINER)
			msg_put_u32(self->m, CTBC_A_SETTING_CONTAINER, ID);
		if (missing != CTBC_A_SETTING_PARAM)
			msg_put_u32(self->m, CTBC_A_SETTING_PARAM, CTBC_PARAM_NUMPROC);
		if (missing != CTBC_A_SETTING_BARRIER)
			msg_put_u64(self->m, CTBC_A_SETTING_BARRIER, 1);
		if (missing != CTBC_A_SETTING_LIMIT)
			msg_put_u64(self->m, CTBC_A_SETTING_LIMIT, 1);
		msg_nest_end(self->m, nest);
		EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
		EXPECT_STREQ("a setting needs container, parameter, barrier and limit",
			     self->nl.text);
	}

	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_DETACH, 0);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_STREQ("the container's id is missing", self->nl.text);
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_SET, 0);
	msg_put_u32(self->m, CTBC_A_CONTAINER_ID, ID);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_STREQ("container 300: nothing to set", self->nl.text);
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_ATTACH, 0);
	msg_put_u32(self->m, CTBC_A_CONTAINER_ID, OTHER);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_STREQ("attach needs an id and a cgroup", self->nl.text);
}

TEST_F(netlink, wrong_types)
{
	size_t nest;
	__u8 byte = 1;

	/* Too short, too long, not a nest, not in the policy, unknown. */
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_DETACH, 0);
	msg_put(self->m, CTBC_A_CONTAINER_ID, &byte, sizeof(byte));
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_DETACH, 0);
	msg_put_u64(self->m, CTBC_A_CONTAINER_ID, ID);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	msg_put_u32(self->m, CTBC_A_SET_SETTING, ID);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_DETACH, 0);
	msg_put_u32(self->m, CTBC_A_CONTAINER_ID, ID);
	msg_put_u32(self->m, CTBC_A_CONTAINER_STATE, 1);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_DETACH, 0);
	msg_put_u32(self->m, CTBC_A_CONTAINER_ID, ID);
	msg_put_u32(self->m, 999, 1);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_STRNE("", self->nl.text);
	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	nest = msg_nest(self->m, CTBC_A_SET_SETTING);
	msg_put_u32(self->m, CTBC_A_SETTING_BARRIER, 1);
	msg_nest_end(self->m, nest);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));
	EXPECT_STRNE("", self->nl.text);
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_SET, 0);
	msg_put_u32(self->m, CTBC_A_CONTAINER_ID, ID);
	msg_put_u32(self->m, CTBC_A_CONTAINER_MODE, CTBC_MODE_ACCOUNT + 1);
	EXPECT_EQ(-ERANGE, nl_talk(&self->nl, self->m, NULL, NULL));
	msg_init(self->m, &self->nl, 200, 0);
	EXPECT_EQ(-EOPNOTSUPP, nl_talk(&self->nl, self->m, NULL, NULL));
	msg_init(self->m, &self->nl, CTBC_CMD_EVENT, 0);
	EXPECT_EQ(-EOPNOTSUPP, nl_talk(&self->nl, self->m, NULL, NULL));
}

/* Cut at each byte, and longer than it says; the socket lives on. */
TEST_F(netlink, truncated_and_oversized)
{
	struct nlmsghdr *nlh = (void *)self->m->buf;
	struct nlattr *attr;
	size_t full;

	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	ct_put_setting(self->m, ID, CTBC_PARAM_NUMPROC, 1, 1);
	full = self->m->len;
	for (size_t len = NLMSG_HDRLEN + GENL_HDRLEN; len < full; len++) {
		nlh->nlmsg_len = 0;
		self->m->len = len;
		EXPECT_GT(0, nl_talk(&self->nl, self->m, NULL, NULL))
			TH_LOG("cut at %zu of %zu", len, full);
	}

	/* An attribute that says it is longer than the message. */
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_DETACH, 0);
	msg_put_u32(self->m, CTBC_A_CONTAINER_ID, ID);
	attr = (void *)(self->m->buf + NLMSG_HDRLEN + GENL_HDRLEN);
	attr->nla_len = 200;
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl, self->m, NULL, NULL));

	/* A header that promises more than was sent: no answer, no harm. */
	msg_init(self->m, &self->nl, CTBC_CMD_CONTAINER_DETACH, 0);
	msg_put_u32(self->m, CTBC_A_CONTAINER_ID, ID);
	nlh->nlmsg_len = self->m->len + 4096;
	EXPECT_EQ(0, nl_send(&self->nl, self->m));
	EXPECT_EQ(0, ct_state(&self->nl, ID));

	/* 200 KiB of settings for one that does not exist. */
	msg_init(self->m, &self->nl, CTBC_CMD_PARAM_SET, 0);
	while (self->m->len < 150 * 1024)
		ct_put_setting(self->m, 999, CTBC_PARAM_NUMPROC, 1, 1);
	EXPECT_EQ(-ENOENT, nl_talk(&self->nl, self->m, NULL, NULL));
}

/* Runs a check in a child that gave something up. */
static int in_child(void (*drop)(const struct cg *cg), const struct cg *cg,
		    int (*check)(const struct cg *cg))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		drop(cg);
		_exit(check(cg));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void drop_root(const struct cg *cg)
{
	(void)cg;
	if (setgid(65534) || setuid(65534))
		_exit(100);
}

static void enter_userns(const struct cg *cg)
{
	(void)cg;
	if (unshare(CLONE_NEWUSER))
		_exit(100);
}

static void enter_container(const struct cg *cg)
{
	if (cg_join(cg, 0))
		_exit(100);
}

static void enter_container_netns(const struct cg *cg)
{
	enter_container(cg);
	if (unshare(CLONE_NEWNET))
		_exit(100);
}

/* 0 if every change is refused and said why. */
static int may_not_change(const struct cg *cg)
{
	struct nl nl;

	if (nl_open(&nl))
		return 1;
	if (ct_set(&nl, ID, CTBC_PARAM_NUMPROC, 1, 1) != -EPERM)
		return 2;
	if (strcmp(nl.text, "only an administrator on the host may change containers"))
		return 3;
	if (ct_detach(&nl, ID) != -EPERM)
		return 4;
	if (ct_attach(&nl, OTHER, cg) != -EPERM)
		return 5;
	if (ct_state(&nl, ID) < 0)
		return 6;
	return 0;
}

TEST_F(netlink, only_the_host_administrator_changes)
{
	EXPECT_EQ(0, in_child(drop_root, &self->cg, may_not_change));
	EXPECT_EQ(0, in_child(enter_userns, &self->cg, may_not_change));
	EXPECT_EQ(0, in_child(enter_container, &self->cg, may_not_change));
	EXPECT_EQ(0, in_child(enter_container_netns, &self->cg, may_not_change));
}

static void count_containers(const struct nlmsghdr *nlh, void *arg)
{
	unsigned int *seen = arg;

	*seen += nl_u32(nl_attr(nlh, CTBC_A_CONTAINER_ID)) == ID ? 1 : 100;
}

/* 0 if the reader is shown container ID and no other, by any way. */
static int sees_itself_only(const struct cg *cg)
{
	static struct msg m;
	unsigned int seen = 0;
	bool foreign = false;
	char line[256];
	struct nl nl;
	FILE *f;

	(void)cg;
	if (nl_open(&nl))
		return 1;
	msg_init(&m, &nl, CTBC_CMD_CONTAINER_GET, NLM_F_DUMP);
	if (nl_talk(&nl, &m, count_containers, &seen) || seen != 1)
		return 2;
	if (ct_state(&nl, OTHER) != -ENOENT)
		return 3;
	if (strcmp(nl.text, "container 301 does not exist"))
		return 4;
	if (access("/proc/ctbc/300/counters", R_OK) ||
	    open("/proc/ctbc/301/counters", O_RDONLY | O_CLOEXEC) >= 0)
		return 5;
	f = fopen("/proc/user_beancounters", "r");
	if (!f)
		return 6;
	while (fgets(line, sizeof(line), f))
		foreign |= !!strstr(line, "301:");
	fclose(f);
	return foreign ? 7 : 0;
}

TEST_F(netlink, inside_only_oneself)
{
	ASSERT_EQ(0, ct_attach(&self->nl, OTHER, &self->other));
	EXPECT_EQ(0, in_child(enter_container, &self->cg, sees_itself_only));
	EXPECT_EQ(0, ct_detach(&self->nl, OTHER));
}

struct feature {
	unsigned int nr;
	bool numproc;
};

static void on_feature(const struct nlmsghdr *nlh, void *arg)
{
	const char *name = nl_str(nl_attr(nlh, CTBC_A_FEATURE_NAME));
	struct feature *f = arg;

	f->nr++;
	if (!strcmp(name, "numproc"))
		f->numproc = nl_u32(nl_attr(nlh, CTBC_A_FEATURE_STATE)) ==
			     CTBC_FEATURE_ENFORCED;
}

/* OpenVZ's "dummy" rows: ids 4 and 20 to 22 stand for nothing. */
#define NR_DUMMIES	4

TEST_F(netlink, features)
{
	struct feature f = {};

	msg_init(self->m, &self->nl, CTBC_CMD_FEATURE_GET, NLM_F_DUMP);
	EXPECT_EQ(0, nl_talk(&self->nl, self->m, on_feature, &f));
	EXPECT_TRUE(f.numproc);
	/* Each parameter, and at least the two controllers of today. */
	EXPECT_LE(2 + CTBC_NR_PARAMS - NR_DUMMIES, f.nr);
}

TEST_HARNESS_MAIN
