#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --single --timeout 300
#
# Loading and unloading the module at the worst moments: with containers,
# charged tasks and sleepers alive, twice, during a dump. Under load it comes and
# goes in storm/load.sh.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
cg=/sys/fs/cgroup/unload

plan 6
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

empty() {
	echo 1 >"$cg/a/cgroup.kill"
	within 5 held 0 && rmmod ctbc && gone && modprobe ctbc
}

clean_log() { ! dmesg -l warn,err,crit,alert,emerg | grep ctbc | grep -v taint; }

check "unload with containers and sleepers, and load again" with_sleepers
check "a second load is refused" twice
check "an unfinished dump keeps the module" during_dump
check "an open table does not" with_open_table
check "held is 0 in the end" empty
check "the kernel log is clean" clean_log
finish
