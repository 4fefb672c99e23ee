#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# vm: --timeout 200
#
# The life of two containers, from create to destroy, and what keeps them apart
# from each other and from the host.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

plan 23

created() {
	busybox 101 --hostname one --numproc 20 && busybox 102 --hostname two &&
	status_is 101 "exist unmounted down" && [ -x /vz/private/101/sbin/init ] &&
	grep -x 'NUMPROC="20:20"' "$conf/101.conf"
}

started() {
	ctctl start 101 && ctctl start 102 && status_is 101 "exist mounted running" &&
	counts 101 numproc barrier 20 && [ -e /vz/root/101/sbin/init ]
}

listed() {
	is "$(ctctl list -H -o ctid | tr -d ' \n')" 101102 &&
	is "$(ctctl list -H -o hostname 102 | tr -d ' ')" two &&
	is "$(ctctl list -j | jq -r '.[0].numproc.barrier')" 20
}

files() {
	echo from the host >/vz/root/101/srv-host &&
	is "$(in_ct 101 'cat /srv-host; echo from inside >/srv-ct')" "from the host" &&
	is "$(cat /vz/private/101/srv-ct)" "from inside" &&
	! in_ct 102 'cat /srv-ct'
}

# shellcheck disable=SC2016 # for the shell inside
exit_codes() {
	is "$(status_of ctctl exec2 101 'exit 7')" 7 &&
	is "$(status_of ctctl exec 101 'exit 7')" 8 &&
	is "$(status_of ctctl exec 101 true)" 0 &&
	is "$(status_of ctctl exec2 101 'kill -9 $$')" 137 &&
	is "$(echo 'echo in $((40 + 2))' | ctctl exec 101 -)" "in 42" &&
	is "$(echo data | ctctl exec 101 cat)" data
}

namespaces() {
	local ns one two a b

	one=$(init_of 101) two=$(init_of 102)
	for ns in mnt pid net uts ipc cgroup; do
		a=$(readlink "/proc/$one/ns/$ns") b=$(readlink "/proc/$two/ns/$ns")
		echo "$ns $a $b"
		[ "$a" ] && [ "$b" ] && [ "$a" != "$b" ] || return 1
		[ "$a" != "$(readlink "/proc/self/ns/$ns")" ] || return 1
	done
}

pids() {
	is "$(in_ct 101 'cat /proc/1/comm')" init &&
	is "$(in_ct 101 hostname)" one && is "$(in_ct 102 hostname)" two &&
	! in_ct 101 "kill -0 $$" &&
	[ "$(in_ct 101 'ls -d /proc/[0-9]*' | wc -l)" -lt 8 ]
}

ipc() {
	in_ct 101 'ls /dev/shm; echo x >/dev/shm/one' && ! in_ct 102 'ls /dev/shm/one' &&
	[ ! -e /dev/shm/one ]
}

mounts() {
	in_ct 101 'mkdir /m && mount -t tmpfs t /m && echo x >/m/x' &&
	! grep -q /vz/root/101/m /proc/mounts && [ ! -e /vz/root/101/m/x ] &&
	! in_ct 101 'grep -q /ctbc /proc/mounts'
}

devices() {
	is "$(in_ct 101 'ls /dev' | tr '\n' ' ')" \
		"console fd full fuse mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero " &&
	! in_ct 101 'mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk'
}

# may_not WHAT...: each of the probe's attempts fails.
may_not() {
	local what

	for what; do
		is "$(in_ct 101 "/probe $what")" EPERM || return 1
	done
}

denied() {
	! in_ct 101 'echo 1 >/proc/sys/kernel/panic' &&
	! in_ct 101 'echo b >/proc/sysrq-trigger' &&
	in_ct 101 'date -s 2001-01-01'
	[ "$(date +%Y)" != 2001 ] && is "$(in_ct 101 'cat /proc/kcore /proc/keys 2>/dev/null')" ""
}

no_descriptors() {
	exec 9</etc/passwd
	is "$(in_ct 101 'ls /proc/self/fd' | tr '\n' ' ')" "0 1 2 3 " &&
	is "$(ctctl exec 101 'readlink /proc/1/fd/0')" /dev/null
}

limit_live() {
	ctctl set 101 --numproc 6 &&
	! in_ct 101 'for i in 1 2 3 4 5 6 7; do sleep 5 & done; wait' &&
	in_ct 102 'for i in 1 2 3 4 5 6 7; do sleep 1 & done; wait' &&
	[ "$(counter 101 numproc failcnt)" -gt 0 ] &&
	grep -x 'NUMPROC="20:20"' "$conf/101.conf"
}

saved() {
	ctctl set 101 --numproc 30:40 --save && counts 101 numproc limit 40 &&
	grep -x 'NUMPROC="30:40"' "$conf/101.conf" && ctctl restart 101 &&
	counts 101 numproc limit 40
}

full() {
	ctctl set 101 --numproc "$(counter 101 numproc held)" &&
	refused 6 "is at its numproc limit" ctctl exec2 101 true &&
	ctctl set 101 --numproc 30
}

# A kernel that would kill whatever is born into a cgroup once killed must not matter.
killed() {
	in_ct 101 'sleep 1000 & sleep 1000 &' &&
	echo 1 >"$slice/101/init/.ctctl/cgroup.kill" &&
	in_ct 101 true && status_is 101 "exist mounted running"
}

password() {
	ctctl set 101 --userpasswd jack:secret &&
	in_ct 101 'grep -q ^jack: /etc/passwd' && ! grep -rq secret "$conf" &&
	ctctl stop 102 && ctctl set 102 --userpasswd jack:secret &&
	grep -q ^jack: /vz/private/102/etc/passwd && no_traces 102
}

view_inside() {
	is "$(in_ct 101 'cat /proc/user_beancounters' | grep -c : )" 2 &&
	in_ct 101 'cat /proc/ctbc/counters' | grep '101: kmemsize'
}

stopped() { ctctl stop 101 && status_is 101 "exist unmounted down" && no_traces 101; }
fast() { ctctl start 101 && ctctl stop 101 --fast && no_traces 101; }

wrong_state() {
	is "$(status_of ctctl stop 101)" 0
	is "$(status_of ctctl exec 101 true)" 31 && ctctl start 101 &&
	is "$(status_of ctctl start 101)" 32 && ! ctctl destroy 101 && ctctl stop 101
}

destroyed() {
	ctctl destroy 101 && ctctl destroy 102 && nothing_of 101 && nothing_of 102 &&
	status_is 101 "deleted unmounted down" && is "$(ctctl list -a -H)" ""
}

check "create" created
cp "$here/probe" /vz/private/101/probe
check "start" started
check "list" listed
check "its files are seen from both sides" files
check "exit codes of exec and exec2" exit_codes
check "namespaces differ" namespaces
check "processes and names apart" pids
check "shared memory apart" ipc
check "mounts apart" mounts
check "only the fixed devices" devices
check "no module, no kexec, no handle, no raw disk" \
	may_not init-module finit-module delete-module kexec handle bpf perf \
		mknod-disk mknod-mem iopl swap clock klog
check "the host's settings, log and clock are out of reach" denied
check "no descriptor is inherited" no_descriptors
check "a limit set live, refused in one, not in the other" limit_live
check "--save keeps it over a restart" saved
check "at its limit, exec says so" full
check "exec after all that exec brought in was killed" killed
check "--userpasswd, running and stopped" password
check "inside, only its own counters" view_inside
check "stop" stopped
check "stop --fast" fast
check "the wrong state" wrong_state
check "destroy" destroyed
finish
