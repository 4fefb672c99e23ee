// SPDX-License-Identifier: GPL-2.0
/*
 * machine: shared
 *
 * The registry: attach, detach, and containers that vanish by themselves
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ct.h"
#include "kselftest_harness.h"

#define ID	200
#define MANY	1000

FIXTURE(registry)
{
	struct nl nl;
	struct cg cg;
};

FIXTURE_SETUP(registry)
{
	ASSERT_EQ(0, nl_open(&self->nl));
	ASSERT_EQ(0, cg_make(&self->cg, NULL, "registry"));
}

FIXTURE_TEARDOWN(registry)
{
	nl_close(&self->nl);
	EXPECT_EQ(0, cg_remove(&self->cg));
}

TEST_F(registry, attach_detach)
{
	struct values v;

	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(CTBC_CONTAINER_STOPPED, ct_state(&self->nl, ID));
	ASSERT_EQ(0, ct_get(&self->nl, ID, CTBC_PARAM_NUMPROC, &v));
	EXPECT_EQ(0, v.held);
	EXPECT_EQ(0, v.maxheld);
	EXPECT_EQ(CTBC_UNLIMITED, v.barrier);
	EXPECT_EQ(CTBC_UNLIMITED, v.limit);
	EXPECT_EQ(0, v.failcnt);
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(-ENOENT, ct_state(&self->nl, ID));
	EXPECT_EQ(-ENOENT, ct_detach(&self->nl, ID));
	EXPECT_STREQ("container 200 does not exist", self->nl.text);
}

TEST_F(registry, one_id_one_cgroup)
{
	struct cg other, below;

	ASSERT_EQ(0, cg_make(&other, NULL, "registry-other"));
	ASSERT_EQ(0, cg_make(&below, &self->cg, "below"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	EXPECT_EQ(-EEXIST, ct_attach(&self->nl, ID, &other));
	EXPECT_STREQ("container 200 exists already", self->nl.text);
	EXPECT_EQ(-EBUSY, ct_attach(&self->nl, ID + 1, &self->cg));
	EXPECT_STREQ("container 201: the cgroup is already container 200's",
		     self->nl.text);
	EXPECT_EQ(-EBUSY, ct_attach(&self->nl, ID + 1, &below));
	EXPECT_STREQ("container 201: the cgroup is below container 200's",
		     self->nl.text);
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &below));
	EXPECT_EQ(-EBUSY, ct_attach(&self->nl, ID + 1, &self->cg));
	EXPECT_STREQ("container 201: the cgroup is above container 200's",
		     self->nl.text);
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	EXPECT_EQ(0, cg_remove(&below));
	EXPECT_EQ(0, cg_remove(&other));
}

TEST_F(registry, not_a_cgroup)
{
	struct cg wrong = {};

	wrong.fd = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY);
	EXPECT_EQ(-EINVAL, ct_attach(&self->nl, ID, &wrong));
	EXPECT_STREQ("container 200: the root cgroup is the host's own",
		     self->nl.text);
	close(wrong.fd);
	wrong.fd = open("/tmp", O_RDONLY | O_DIRECTORY);
	EXPECT_EQ(-EBADF, ct_attach(&self->nl, ID, &wrong));
	close(wrong.fd);
	wrong.fd = 12345;
	EXPECT_EQ(-EBADF, ct_attach(&self->nl, ID, &wrong));
	EXPECT_STREQ("container 200: descriptor 12345 is no cgroup v2 directory",
		     self->nl.text);
	wrong.fd = -1;
	EXPECT_EQ(-EBADF, ct_attach(&self->nl, ID, &wrong));
}

TEST_F_TIMEOUT(registry, removed_cgroup_is_refused, SLOW)
{
	struct cg gone;

	ASSERT_EQ(0, cg_make(&gone, NULL, "registry-gone"));
	ASSERT_EQ(0, rmdir(gone.path));
	EXPECT_GT(0, ct_attach(&self->nl, ID, &gone));
	close(gone.fd);
	EXPECT_EQ(-ENOENT, ct_state(&self->nl, ID));
}

static int wait_gone(struct nl *nl, __u32 id)
{
	for (int i = 0; i < 400; i++) {
		if (ct_state(nl, id) == -ENOENT)
			return 0;
		usleep(10000);
	}
	return -ETIMEDOUT;
}

TEST_F(registry, rmdir_detaches)
{
	struct cg gone;

	ASSERT_EQ(0, cg_make(&gone, NULL, "registry-gone"));
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &gone));
	ASSERT_EQ(0, cg_remove(&gone));
	EXPECT_EQ(0, wait_gone(&self->nl, ID));
	/* The id can be used at once. */
	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
}

TEST_F(registry, state_follows_the_tasks)
{
	pid_t pid;

	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	pid = cg_fork(&self->cg);
	if (!pid)
		for (;;)
			pause();
	EXPECT_EQ(CTBC_CONTAINER_RUNNING, ct_state(&self->nl, ID));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* The newest kernels empty a cgroup some time after the last is reaped. */
	for (int i = 0; i < 500 && ct_state(&self->nl, ID); i++)
		usleep(10000);
	EXPECT_EQ(CTBC_CONTAINER_STOPPED, ct_state(&self->nl, ID));
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
}

/* Detached with a charged task alive, which then outlives the registration. */
TEST_F(registry, charges_outlive_the_container)
{
	pid_t pid;

	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	pid = cg_fork(&self->cg);
	if (!pid)
		for (;;)
			pause();
	for (int i = 0; i < 20; i++) {
		ASSERT_EQ(0, ct_detach(&self->nl, ID));
		ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	}
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

struct list {
	__u32 last;
	unsigned int nr;
	bool ordered;
};

static void on_listed(const struct nlmsghdr *nlh, void *arg)
{
	__u32 id = nl_u32(nl_attr(nlh, CTBC_A_CONTAINER_ID));
	struct list *list = arg;

	if (list->nr && id <= list->last)
		list->ordered = false;
	list->last = id;
	list->nr++;
}

TEST_F_TIMEOUT(registry, dump_of_a_thousand, SLOW)
{
	struct list list = { .ordered = true };
	static struct cg cgs[MANY];
	static struct msg m;
	char name[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many%d", i);
		ASSERT_EQ(0, cg_make(&cgs[i], &self->cg, name));
		ASSERT_EQ(0, ct_attach(&self->nl, 1000 + i * 7, &cgs[i]));
		close(cgs[i].fd);
		cgs[i].fd = -1;
	}
	msg_init(&m, &self->nl, CTBC_CMD_CONTAINER_GET, NLM_F_DUMP);
	EXPECT_EQ(0, nl_talk(&self->nl, &m, on_listed, &list));
	EXPECT_EQ(MANY, list.nr);
	EXPECT_TRUE(list.ordered);
	for (int i = 0; i < MANY; i++) {
		rmdir(cgs[i].path);
		if (i % 100 == 0)
			EXPECT_EQ(0, wait_gone(&self->nl, 1000 + i * 7));
	}
	EXPECT_EQ(0, wait_gone(&self->nl, 1000 + (MANY - 1) * 7));
}

TEST_F(registry, proc_directory_comes_and_goes)
{
	char line[256];
	FILE *f;

	ASSERT_EQ(0, ct_attach(&self->nl, ID, &self->cg));
	f = fopen("/proc/ctbc/200/counters", "r");
	ASSERT_NE(NULL, f);
	ASSERT_NE(NULL, fgets(line, sizeof(line), f));
	EXPECT_STREQ("Version: 2.5\n", line);
	ASSERT_EQ(0, ct_detach(&self->nl, ID));
	/* A table that was opened before ends; how, procfs decides. */
	while (fgets(line, sizeof(line), f))
		;
	fclose(f);
	EXPECT_EQ(-1, access("/proc/ctbc/200", F_OK));
}

TEST_HARNESS_MAIN
