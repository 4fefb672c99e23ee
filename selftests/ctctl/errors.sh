#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
# needs: template busybox
#
# Bad input: a clear text, vzctl's exit code, and nothing changed.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

plan 15

# each VERB: it refuses every id that is none, whatever else is right.
ids() {
	local verb id

	for verb in start stop status exec enter destroy set; do
		for id in 0 -1 2147483645 2147483648 99999999999999999999 a/b ../101 ""; do
			echo "$verb '$id'"
			case $verb in
			exec) set -- true;;
			set) set -- --numproc 5;;
			*) set --;;
			esac
			case $(status_of ctctl "$verb" "$id" "$@") in
			20|21) ;;
			14) [[ $id == */* ]] || return 1;;
			*) return 1;;
			esac
		done
	done
}

unknown() {
	refused 14 "container 999" ctctl start 999 &&
	refused 21 "nobody" ctctl start nobody &&
	is "$(ctctl status 999)" "CTID 999 deleted unmounted down"
}

values() {
	refused 21 "numproc" ctctl set 101 --numproc 9223372036854775808 &&
	refused 21 "barrier" ctctl set 101 --numproc 9:3 &&
	refused 21 "numproc" ctctl set 101 --numproc -1 &&
	refused 21 "numproc" ctctl set 101 --numproc 5Q &&
	refused 21 "numproc" ctctl set 101 --numproc 1:2:3 &&
	refused 21 "numproc" ctctl set 101 --numproc "" &&
	refused 20 "--numfoo" ctctl set 101 --numfoo 5 &&
	counts 101 numproc limit 50
}

arguments() {
	is "$(status_of ctctl frobnicate 101)" 20 && is "$(status_of ctctl start)" 20 &&
	is "$(status_of ctctl set 101 --numproc)" 20 &&
	ctctl help | grep start && is "$(status_of ctctl)" 20
}

absent() {
	refused 1 "privvmpages" ctctl set 101 --numproc 9 --privvmpages 5 &&
	counts 101 numproc limit 50
}

template() {
	refused 91 "/nowhere.tar" ctctl create 300 --ostemplate /nowhere.tar
	nothing_of 300 && refused 44 "102" busybox 102 --private /vz/private/101
	refused 44 "101" busybox 101 && status_is 101 "exist mounted running"
}

as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

unprivileged() {
	refused 12 "root" as_nobody ctctl set 101 --numproc 5 &&
	refused 12 "root" as_nobody ctctl stop 101 && counts 101 numproc limit 50
}

inside() {
	mkdir -p /sys/fs/cgroup/inside && ctctl attach 201 --cgroup /inside &&
	( echo "$BASHPID" >/sys/fs/cgroup/inside/cgroup.procs
	  refused 12 "administrator on the host" ctctl set 201 --numproc 5 ) &&
	counts 201 numproc limit 9223372036854775807 && ctctl detach 201
}

# The tool itself, run in a container.
inside_with_tool() {
	local tool

	tool=$(command -v ctctl) && cp "$tool" /vz/root/101/ctctl &&
	is "$(in_ct 101 '/ctctl list -H -o ctid' | xargs)" 101 &&
	refused 12 "administrator on the host" in_ct 101 '/ctctl set 101 --numproc 5' &&
	refused 12 "administrator on the host" in_ct 101 '/ctctl detach 101' &&
	refused 12 "administrator on the host" in_ct 101 \
		'/ctctl attach 300 --cgroup /sys/fs/cgroup' &&
	counts 101 numproc limit 50 && [ ! -e /proc/ctbc/300 ] &&
	rm /vz/root/101/ctctl
	is "$?" 0
}

# Nothing that is checked before has changed anything.
unchanged() { diff <(echo "$before") <(world); }

full_output() { ! ctctl list >/dev/full && ! ctctl status 101 >/dev/full; }

no_cgroup() {
	! ctctl attach 202 --cgroup /does/not/exist && ! ctctl attach 202 --cgroup / &&
	! ctctl attach 202 --cgroup /ctbc.slice/101 && [ ! -e /proc/ctbc/202 ]
}

serialised() {
	ctctl stop 101 &&
	{ ctctl start 101 & ctctl start 101; } ; wait
	status_is 101 "exist mounted running" && counts 101 numproc limit 50 &&
	is "$(grep -c ' /vz/root/101 ' /proc/mounts)" 1
}

no_module() {
	echo "install ctbc /bin/false" >/etc/modprobe.d/ctbc.conf
	rmmod ctbc && refused 5 "modprobe ctbc" ctctl set 101 --numproc 5
}

reattached() {
	rm /etc/modprobe.d/ctbc.conf
	ctctl start 101; status_is 101 "exist mounted running" &&
	counts 101 numproc limit 50 && ctctl stop 101 && ctctl destroy 101 && nothing_of 101
}

busybox 101 --numproc 50 >/dev/null && ctctl start 101 >/dev/null
before=$(world)
check "ids" ids
check "containers that are not there" unknown
check "values" values
check "arguments" arguments
check "an absent parameter: all or nothing" absent
check "templates and used ids" template
check "an unprivileged caller" unprivileged
check "nothing of that has changed anything" unchanged
check "a caller in an attached cgroup" inside
check "a caller inside a container" inside_with_tool
check "a full standard output" full_output
check "no such cgroup, or not one's own" no_cgroup
check "two at once are serialised" serialised
check "no module" no_module
check "a module loaded anew learns of what runs" reattached
finish
