# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of ctctl share.  A test sources it after lib/ctbc.sh.

slice=/sys/fs/cgroup/ctbc.slice
conf=/etc/ctbc/conf

# busybox ID [OPTION...]: a container of the busybox template.
busybox() {
	local id=$1

	shift
	ctctl create "$id" --ostemplate /template/busybox.tar "$@"
}

# in_ct ID SCRIPT: run it in the container, with its own exit status.
in_ct() { ctctl exec2 "$@"; }

# init_of ID: the host's number of the container's pid 1.
init_of() { jq .init "/run/ctbc/$1.json"; }

# status_is ID WORDS
status_is() { is "$(ctctl status "$1" 2>&1)" "CTID $1 $2"; }

# status_of COMMAND...: its exit status, on stdout.
status_of() { "$@" >/dev/null 2>&1; echo $?; }

# traces ID: whatever there is of a container that runs or has run, a line each.
traces() {
	grep -o " /vz/root/$1 .*" /proc/mounts
	[ ! -e "/vz/root/$1" ] || echo "directory /vz/root/$1"
	[ ! -e "$slice/$1" ] || echo "cgroup $slice/$1"
	[ ! -e "/run/ctbc/$1.json" ] || echo "file /run/ctbc/$1.json"
	[ ! -e "/proc/ctbc/$1" ] || echo "container $1 of the module"
}

# no_traces ID: it does not run, and nothing tells that it did.
no_traces() { is "$(traces "$1")" ""; }

# nothing_of ID: it does not exist.
nothing_of() {
	no_traces "$1"
	is "$(find /vz "$conf" -name "$1" -o -name "$1.*" 2>/dev/null)" ""
}

# world: all that a refused command must leave as it is, as one text.
world() {
	find /vz /etc/ctbc /run/ctbc "$slice" -name '*.lock' -prune -o \
		\( -type f -o -type d -o -type l \) -path '/etc/*' \
		-printf '%p %T@ %s\n' -o -maxdepth 2 -printf '%p\n' 2>/dev/null |
		sort
	grep /vz /proc/mounts
	awk '{ print $1, $2, $(NF - 2), $(NF - 1) }' /proc/ctbc/counters 2>/dev/null
}
