#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --single --timeout 1800 --append slab_nomerge --append slub_debug=F
#
# The module comes and goes while processes are made and moved, files, sockets and
# memory opened, programs executed, containers attached and limits set; and while
# tasks sleep in all the ways there are.
#
# One thread emulates all processors: code that is patched while another processor
# runs it has made QEMU hang.
#
# CYCLES=N sets how many times it is unloaded and loaded.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=leaks.sh
. "$here/leaks.sh"

cycles=${CYCLES:-8}
cg=/sys/fs/cgroup/storm
asleep=9

plan 8
mkdir -p "$cg"/{a,b,crowd/{1,2,3,4,5,6,7,8}}

held() { counts 501 numproc held "$1"; }
attach() { ctctl attach 501 --cgroup /storm/a && ctctl attach 502 --cgroup /storm/b; }

# Requests without a pause; those that meet no module, or a container that is
# attached already, fail.
requests() {
	while :; do
		ctctl set 501 --numproc $((asleep + RANDOM % 6))
		ctctl detach 502
		ctctl attach 502 --cgroup /storm/b
		ctctl list -a
		cat /proc/ctbc/counters
	done
}

# So many that one that an unload leaves behind shows after a few cycles.
crowd() {
	local i

	for i in 1 2 3 4 5 6 7 8; do
		ctctl attach "51$i" --cgroup "/storm/crowd/$i"
	done
}

# storm CYCLES: two loads, and the requests in a process group of their own, so
# that none of what they run stays behind.
storm() {
	local i loads=()

	"$here/load" "$cg/a" "$cg/b" >"$log.1" 2>&1 & loads+=($!)
	"$here/load" "$cg/b" "$cg/a" >"$log.2" 2>&1 & loads+=($!)
	set -m
	requests >/dev/null 2>&1 & requests=$!
	set +m
	for ((i = 0; i < $1; i++)); do
		within 10 rmmod ctbc || break
		sleep 0.$((RANDOM % 3))
		modprobe ctbc || break
		ctctl attach 501 --cgroup /storm/a
		crowd
		sleep 0.$((RANDOM % 5))
	done
	kill -- "-$requests"
	kill "${loads[@]}"
	wait "$requests" "${loads[@]}"
	is "$i" "$1"
}

# No refusal but by a limit, no failure, and enough rounds for each cycle to have
# met some.
unharmed() {
	cat "$log".[12]
	awk -v cycles="$cycles" '
		$1 == "rounds" { files++; rounds += $2; refused += $4; failed += $6 }
		END { exit files != 2 || failed || !refused || rounds < cycles }
	' "$log".[12]
}

start_sleepers() {
	rm -f "$log.ready"
	(
		echo "$BASHPID" >"$cg/a/cgroup.procs"
		exec "$here/sleepers" >"$log.ready"
	) & disown
	within 20 grep -q "ready $asleep" "$log.ready"
}

# What sleeps was there all the time, is counted now, and nothing else is.
slept() {
	is "$(wc -l <"$cg/a/cgroup.threads")" "$((asleep - 1))" || return
	ctctl attach 502 --cgroup /storm/b
	within 10 held "$asleep" && counts 502 numproc held 0
}

wake() {
	echo 1 >"$cg/a/cgroup.kill"
	within 10 held 0
}

# One round of all, so that what is made at the first use is there.
warm_up() {
	start_sleepers && attach && held "$asleep" && storm 2 && wake &&
	ctctl detach 501 && { ctctl detach 502; true; } && leaks_begin
}

unhooked() {
	ctctl detach 501 && ctctl detach 502 && rmmod ctbc &&
	is "$(cat /sys/kernel/tracing/enabled_functions)" "" &&
	is "$(grep -c ctbc /proc/kallsyms)" 0 &&
	modprobe ctbc
}

clean_log() { ! dmesg -l warn,err,crit,alert,emerg | grep ctbc | grep -v taint; }

check "two cycles to warm up" warm_up
start_sleepers
attach >/dev/null
check "$cycles unloads and loads under load" storm "$cycles"
check "the load met nothing but limits" unharmed
check "those asleep are counted, and nothing else" slept
check "held is 0 when they are gone" wake
check "an unload leaves no hook and no symbol" unhooked
check "nothing leaks" leaks_none
check "the kernel log is clean" clean_log
finish
