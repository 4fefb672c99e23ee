#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: 6.12 newest
# vm: --timeout 240
#
# Root in a container tries to get out of it, into another one, or at the
# machine.  What it can still do (README.md says why) counts as skipped.

# The shells inside expand what is quoted here.
# shellcheck disable=SC2016

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

refused_with_eperm=(mknod-disk mknod-loop mknod-mem mknod-kmsg mknod-console
	mknod-tty kexec init-module finit-module delete-module handle
	release-agent core-pattern panic modprobe kcore bpf perf klog clock
	iopl swap inject remount reconfigure freeze shutdown fanotify sysfs keys)
# What a container's root can still do, as it has no user namespace.
open=(sysrq debugfs tracefs)

plan $((12 + ${#refused_with_eperm[@]} + 2 + ${#open[@]}))

setup() {
	local id

	for id in 101 102; do
		busybox $id && ctctl start $id && cp "$here/probe" /vz/root/$id/probe ||
			return
	done
	"$here/probe" make-key
}

probe() { in_ct "$1" "/probe $2"; }

ipc_keys() {
	is "$(probe 101 make-shm)" "done" && is "$(probe 101 shm)" "done" &&
	is "$(probe 102 shm)" ENOENT && is "$("$here/probe" shm)" ENOENT &&
	is "$(probe 102 make-shm)" "done"
}

hostnames() {
	local before

	before=$(hostname)
	in_ct 101 'hostname stolen' && is "$(in_ct 101 hostname)" stolen &&
	is "$(in_ct 102 hostname)" ct102 && is "$(hostname)" "$before"
}

processes() {
	sleep 600 & local mine=$!

	in_ct 102 'sleep 601 >/dev/null 2>&1 &'
	! in_ct 101 "kill -9 $mine" && ! in_ct 101 "kill -9 $(init_of 102)" &&
	is "$(in_ct 101 'ps -o args' | grep -c 'sleep 60[01]')" 0
	is $? 0 && in_ct 101 'kill -9 -1'
	kill "$mine" && in_ct 102 'pidof sleep' && status_is 102 "exist mounted running"
}

# The host's mounts below the root directory do not get in, nor the other way.
mounts() {
	mkdir -p /vz/root/101/in /vz/root/101/out && in_ct 101 'mount -t tmpfs t /in' &&
	is "$(grep -c /in /proc/mounts)" 0 && touch /vz/root/101/in/below &&
	! in_ct 101 'ls /in/below' && mount -t tmpfs t /vz/root/101/out &&
	is "$(in_ct 101 'grep -c /out /proc/mounts')" 0
	is $? 0
	umount /vz/root/101/out; in_ct 101 'umount /in'
	! in_ct 101 'ls /proc/*/root/ctbc /proc/1/cwd/ctbc'
}

network() {
	in_ct 101 'ip addr add 192.0.2.1/32 dev lo' && ! in_ct 102 'ip addr' | grep 192.0.2.1 &&
	! ip addr | grep 192.0.2.1 && is "$(in_ct 101 'ls /sys/class/net')" lo &&
	in_ct 101 'echo 7 >/proc/sys/net/ipv4/ip_default_ttl' &&
	! grep -x 7 /proc/sys/net/ipv4/ip_default_ttl
}

devices() {
	is "$(in_ct 101 'ls /dev' | xargs)" "console fd full fuse mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero" &&
	is "$(in_ct 101 'cd /dev; for f in *; do [ -c $f ] && [ ! -L $f ] && stat -c "%n %t:%T" $f; done' | xargs)" \
		"console 1:3 full 1:7 fuse a:e5 null 1:3 random 1:8 tty 5:0 urandom 1:9 zero 1:5"
}

masked() {
	is "$(in_ct 101 'cat /proc/keys /proc/timer_list; ls -A /sys/firmware' 2>/dev/null)" "" &&
	is "$(in_ct 101 'head -c 1 /proc/kcore | wc -c' 2>/dev/null)" 0 &&
	! in_ct 101 'echo h >/proc/sysrq-trigger' &&
	! in_ct 101 'echo 1 >/proc/irq/default_smp_affinity' &&
	! in_ct 101 'echo 1 >/proc/sys/vm/drop_caches' &&
	! in_ct 101 'echo 1 >/sys/kernel/profiling' &&
	! in_ct 101 'echo 1 >/proc/sys/kernel/hostname'
}

capabilities() {
	local mask

	# sys_module, sys_rawio, sys_pacct, sys_time, audit_control, mac_*,
	# syslog, wake_alarm, block_suspend, audit_read, and what came later.
	mask=$(in_ct 101 'sed -n "s/^CapBnd:.//p" /proc/1/status')
	for cap in 16 17 20 25 30 32 33 34 35 36 37 38 39 40; do
		(((0x$mask >> cap & 1) == 0)) || { echo "capability $cap"; return 1; }
	done
	is "$(in_ct 101 'sed -n "s/^CapEff:.//p" /proc/self/status')" "$mask" &&
	is "$(in_ct 101 'sed -n "s/^Seccomp:.//p" /proc/1/status /proc/self/status' | xargs)" "2 2"
}

# Neither its own cgroup's files above the delegated one, nor another's.
cgroups() {
	is "$(in_ct 101 'cat /proc/1/cgroup')" "0::/" &&
	! in_ct 101 'ls -d /sys/fs/cgroup/102 /sys/fs/cgroup/../ctbc.slice' &&
	! in_ct 101 'find /sys/fs/cgroup | grep 102' &&
	! in_ct 101 'echo 1 >/sys/fs/cgroup/../cgroup.procs' &&
	counts 101 numproc limit 9223372036854775807
}

own_counters() {
	is "$(in_ct 101 'cat /proc/ctbc/counters' | awk '/:/ && !/Version/ { print $1 }')" 101: &&
	is "$(in_ct 101 'cat /proc/user_beancounters' | grep -c '102:')" 0 &&
	! in_ct 101 'cat /proc/ctbc/102/counters'
}

# outside: the host's files that links could lead to.
outside() { find /etc /vz -maxdepth 1 -name ctbc -prune -o -printf '%p %y %s\n' | sort; }

# A container's files are laid out to lead the next start astray.
astray() {
	local before

	before=$(outside)
	ctctl stop 102 && (
		cd /vz/private/102 && rm -rf dev proc sys run && mkdir -p etc &&
		ln -s ../../../../../../etc dev && ln -s /../ctbc proc &&
		ln -s / sys && ln -s /../../vz run && ln -sf /etc/shadow etc/hostname
	) && ctctl set 102 --hostname astray --save || return
	ctctl start 102
	ctctl stop 102
	is "$(outside)" "$before" && ! grep astray /etc/shadow /etc/hostname &&
	no_traces 102
}

# How all attempts ended, "NAME END" each.
attempt_all() {
	in_ct 101 "/probe ${refused_with_eperm[*]} chroot umount ${open[*]}" >/tmp/ends &&
	is "$(wc -l </tmp/ends)" $((${#refused_with_eperm[@]} + 2 + ${#open[@]}))
}

ends() { is "$(sed -n "s/^$1 //p" /tmp/ends)" "$2"; }

setup >/dev/null || { echo "Bail out! no containers"; exit 1; }
check "keys of shared memory" ipc_keys
check "hostnames" hostnames
check "processes" processes
check "mounts" mounts
check "network and its settings" network
check "device nodes" devices
check "what /proc and /sys hide" masked
check "capabilities and filter" capabilities
check "cgroups" cgroups
check "counters" own_counters
check "all attempts are made" attempt_all
for name in "${refused_with_eperm[@]}"; do
	check "$name is refused" ends "$name" EPERM
done
# The escape works, but leads to the container's own root.
for name in chroot umount; do
	check "$name leads nowhere" ends "$name" ELOOP
done
for name in "${open[@]}"; do
	if ends "$name" "done" >/dev/null; then
		skip "$name is refused" "possible without a user namespace"
	else
		check "$name is refused" ends "$name" EPERM
	fi
done
check "links in its files lead nowhere" astray
finish
