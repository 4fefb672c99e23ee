// SPDX-License-Identifier: GPL-2.0
/*
 * Which process is a container's init: the JSON that remembers it, and what
 * the kernel says of that process. Only the kernel is believed.
 *
 * Input: state NUL cgroup NUL status NUL.
 * wraps: paths_run cgroup_mount_point cgroup_each_pid file_read pidfd_open
 */
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../../../user/cgroup.h"
#include "../../../user/ct.h"
#include "../../../user/err.h"
#include "../../../user/initpid.h"
#include "../../../user/util.h"
#include "../fuzz.h"

static const char *state_path, *cgroup_text, *status_text;
static int asked;

char *__wrap_paths_run(uint32_t id)
{
	(void)id;
	return xstrdup(state_path);
}

int __wrap_cgroup_mount_point(const char **path)
{
	*path = "/sys/fs/cgroup";
	return 0;
}

int __wrap_cgroup_each_pid(const char *path, int (*fn)(pid_t pid, void *arg),
			   void *arg)
{
	(void)path;
	(void)fn;
	(void)arg;
	return 0;
}

char *__wrap_file_read(const char *path)
{
	MUST(!strncmp(path, "/proc/", 6));
	asked = atoi(path + 6);
	return xstrdup(strstr(path, "/cgroup") ? cgroup_text : status_text);
}

/* One that is never readable: the process lives. */
int __wrap_pidfd_open(pid_t pid, unsigned int flags)
{
	MUST(pid > 0);
	return eventfd(0, flags);
}

/* As the tool means it, line by line; any character of @ends, or any at all. */
static bool has_line(const char *text, const char *begin, const char *ends)
{
	size_t len = strlen(begin);
	const char *line = text;

	while (line) {
		if (!strncmp(line, begin, len) && line[len] &&
		    (!ends || strchr(ends, line[len])))
			return true;
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return false;
}

/**
 * LLVMFuzzerTestOneInput() - one input
 * @data: the input
 * @size: bytes of it
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .data = data, .size = size };
	char *state = in_string(&in), *cgroup = in_string(&in);
	char *status = in_rest(&in);
	char dir[] = "/sys/fs/cgroup/ctbc.slice/7";
	const struct ct ct = { .id = 7, .cgroup = dir };
	int pidfd = -1, rc;
	pid_t pid = -1;

	state_path = memory_file(state, strlen(state));
	cgroup_text = cgroup;
	status_text = status;
	err_drop();
	rc = initpid_find(&ct, &pid, &pidfd);
	if (rc) {
		MUST(*err_text() && pidfd < 0 && !pid);
	} else {
		MUST(pid > 0 && pidfd >= 0 && pid == asked);
		MUST(has_line(cgroup, "0::/ctbc.slice/7/init", "/\n"));
		MUST(has_line(status, "NSpid:", NULL));
		close(pidfd);
	}
	free(state);
	free(cgroup);
	free(status);
	return 0;
}
