// SPDX-License-Identifier: GPL-2.0
/*
 * Passwords of a container's users.
 *
 * The container's own programs do the work, in the container: neither its
 * files nor its way to keep passwords are the host's business. In one that is
 * stopped they run as the only process of a container made for the purpose.
 * The password travels through a pipe, never in an argument or a file.
 */
#define _GNU_SOURCE
#include "userpasswd.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "boot.h"
#include "cgroup.h"
#include "err.h"
#include "join.h"
#include "launch.h"

#define USER_LEN_MAX	32
#define PASSWORD_LEN_MAX 512

/* With shadow's tools, or busybox's, or what little a busybox may have. */
static const char script[] =
	"user=$1\n"
	"has() { command -v \"$1\" >/dev/null 2>&1; }\n"
	"known() {\n"
	"	while IFS=: read -r name rest; do\n"
	"		[ \"$name\" = \"$user\" ] && return 0\n"
	"	done </etc/passwd\n"
	"	return 1\n"
	"}\n"
	"append() {\n"
	"	uid=1000\n"
	"	while grep -q \"^[^:]*:[^:]*:$uid:\" /etc/passwd /etc/group; do\n"
	"		uid=$((uid + 1))\n"
	"	done\n"
	"	echo \"$user:x:$uid:\" >>/etc/group &&\n"
	"	echo \"$user:!:19000:0:99999:7:::\" >>/etc/shadow &&\n"
	"	mkdir -p \"/home/$user\" && chown $uid:$uid \"/home/$user\" &&\n"
	"	echo \"$user:x:$uid:$uid::/home/$user:$shell\" >>/etc/passwd\n"
	"}\n"
	"if ! known; then\n"
	"	shell=/bin/sh\n"
	"	[ -x /bin/bash ] && shell=/bin/bash\n"
	"	if has useradd; then\n"
	"		useradd -m -s \"$shell\" \"$user\" </dev/null\n"
	"	elif has adduser; then\n"
	"		adduser -D -s \"$shell\" \"$user\" </dev/null\n"
	"	else\n"
	"		append\n"
	"	fi || exit\n"
	"fi\n"
	"has chpasswd && exec chpasswd\n"
	"IFS= read -r line\n"
	"password=${line#*:}\n"
	"says=$(printf '%s\\n%s\\n' \"$password\" \"$password\" |\n"
	"	passwd -a sha512 \"$user\" 2>&1) && exit\n"
	"echo \"$says\" >&2\n"
	"exit 1\n";

/**
 * userpasswd_check() - is it "user:password"?
 * @text: the value
 *
 * Return: 0 or an exit status with the error recorded; the error never holds
 * the password.
 */
int userpasswd_check(const char *text)
{
	const char *colon = strchr(text, ':'), *c;

	if (!colon || colon == text)
		return err_set(EXIT_VALUE,
			       "invalid value of userpasswd: it is not user:password");
	if (colon - text > USER_LEN_MAX || *text == '-' ||
	    isdigit((unsigned char)*text))
		return err_set(EXIT_VALUE,
			       "invalid value of userpasswd: no name for a user");
	for (c = text; c < colon; c++)
		if (!isalnum((unsigned char)*c) && !strchr("_.-", *c))
			return err_set(EXIT_VALUE,
				       "invalid value of userpasswd: no name for a user");
	if (!colon[1] || strlen(colon + 1) > PASSWORD_LEN_MAX ||
	    strpbrk(colon, "\n\r"))
		return err_set(EXIT_VALUE,
			       "invalid value of userpasswd: no password, or one that cannot be typed");
	return 0;
}

static int run_stopped(const struct ct *ct, char *user, int input, int *status)
{
	static const char * const sh[] = { "/bin/sh", NULL };
	static char *const env[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=/root",
		NULL
	};
	char *const args[] = {
		"-c", (char *)script, "ctctl", user, NULL
	};
	const struct command c = {
		.program = sh, .args = args, .env = env, .input = input,
	};

	return launch_command(ct, &c, status);
}

/**
 * userpasswd_set() - set a user's password, make the user if need be
 * @ct: the container, locked; running or not
 * @text: "user:password"
 *
 * Return: 0 or an exit status with the error recorded.
 */
int userpasswd_set(const struct ct *ct, const char *text)
{
	autofree char *line = xasprintf("%s\n", text);
	autofree char *user = xasprintf("%.*s", (int)strcspn(text, ":"), text);
	int pipes[2], status = 0, rc;

	if (pipe2(pipes, O_CLOEXEC))
		return err_sys("cannot make a pipe");
	if (write_all(pipes[1], line, strlen(line))) {
		rc = err_sys("cannot write to a pipe");
		close(pipes[0]);
		close(pipes[1]);
		return rc;
	}
	close(pipes[1]);
	explicit_bzero(line, strlen(line));
	if (cgroup_populated(ct->cgroup))
		rc = join_script(ct, script, user, pipes[0], &status);
	else
		rc = run_stopped(ct, user, pipes[0], &status);
	close(pipes[0]);
	if (!rc && status)
		rc = err_set(EXIT_PASSWORD,
			     "cannot set the password of %s: its own tools failed (%d)",
			     user, status);
	return rc;
}
