#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --single --timeout 1800
#
# Loading and unloading the module at the worst moments: with containers,
# charged tasks and sleepers alive, under load, twice, during a dump.
#
# CYCLES=N sets how many times it is loaded and unloaded under load.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
cycles=${CYCLES:-8}
cg=/sys/fs/cgroup/unload

plan 8
mkdir -p $cg/{a,b}

sleepers() { for _ in 1 2 3; do sleep 3600 & echo $! >"$cg/a/cgroup.procs"; done; }
attach() { ctctl attach 501 --cgroup /unload/a && ctctl attach 502 --cgroup /unload/b; }
held() { counts 501 numproc held "$1"; }
loaded() { grep -q '^ctbc ' /proc/modules; }
gone() { ! loaded && [ ! -e /proc/ctbc ] && [ ! -e /proc/user_beancounters ]; }

with_sleepers() {
	sleepers
	attach && held 3 && rmmod ctbc && gone && kill -0 %1 &&
	modprobe ctbc && attach && held 3
}

twice() {
	! insmod "$(modinfo -n ctbc)" && held 3
}

during_dump() {
	"$here/dumphold" & sleep 1
	! rmmod ctbc && loaded && kill %1 && wait %1
	within 5 rmmod ctbc && modprobe ctbc && attach && held 3
}

with_open_table() {
	exec 5</proc/ctbc/counters 6</proc/ctbc/501/counters
	rmmod ctbc && gone
	cat <&5; cat <&6
	exec 5<&- 6<&-
	modprobe ctbc && attach && held 3
}

# Forks, exits, moves, refusals and attaches without a pause.
load() {
	while :; do
		( echo "$BASHPID" >"$cg/a/cgroup.procs"; /bin/true & /bin/true & wait )
		( echo "$BASHPID" >"$cg/b/cgroup.procs"; echo "$BASHPID" >"$cg/a/cgroup.procs" )
		ctctl set 501 --numproc 4
		ctctl detach 502
		ctctl attach 502 --cgroup /unload/b
	done
}

# A process group for each load, so that none of its subshells stays behind, asleep
# between two attempts at a fork.
storm() {
	local i

	set -m
	load & load &
	set +m
	for ((i = 0; i < cycles; i++)); do
		within 10 rmmod ctbc || break
		modprobe ctbc || break
		ctctl attach 501 --cgroup /unload/a
		sleep 0.$((RANDOM % 5))
	done
	# bash lets a SIGTERM wait while it tries a fork again.
	kill -KILL %1 %2
	wait
	is "$i" "$cycles"
}

settled() {
	echo 1 >"$cg/b/cgroup.kill"
	within 5 held 3
}

empty() {
	echo 1 >"$cg/a/cgroup.kill"
	within 5 held 0 && rmmod ctbc && gone && modprobe ctbc
}

clean_log() { ! dmesg -l warn,err,crit,alert,emerg | grep ctbc | grep -v taint; }

check "unload with containers and sleepers, and load again" with_sleepers
check "a second load is refused" twice
check "an unfinished dump keeps the module" during_dump
check "an open table does not" with_open_table
check "$cycles loads and unloads under load" storm
check "held is right afterwards" settled
check "held is 0 in the end" empty
check "the kernel log is clean" clean_log
finish
