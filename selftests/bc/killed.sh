#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: newest
#
# A container that holds the maximum of everything is killed: nothing is held 2 seconds
# later, but keys, which the kernel collects in its own time.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

plan 5
id=4761
cgroup=/sys/fs/cgroup/killed
out=$(mktemp)
limits="numproc=30:30 numfile=300:300 numtcpsock=21:21 numothersock=40:40 numflock=50:50
numpty=10:10 numsiginfo=40:40 numiptent=20:20 numinotify=60:60 numkeys=30:30
tcpsndbuf=256K:1M tcprcvbuf=256K:1M othersockbuf=128K:512K dgramrcvbuf=128K:512K"

begin() {
	local options=() one
	mkdir "$cgroup" && ctctl attach "$id" --cgroup /killed || return
	for one in $limits; do
		options+=("--${one%%=*}" "${one#*=}")
	done
	ctctl set "$id" "${options[@]}"
}

# The hog's name says nothing of what its shells do.
full() {
	setsid unshare -n "$here/hog" "$cgroup" >"$out" 2>&1 &
	within 60 grep full "$out" || { cat "$out"; return 1; }
}

# Where barrier and limit are one, all of it is held.
maximum() {
	local one name
	cat "/proc/ctbc/$id/counters"
	for one in $limits; do
		name=${one%%=*}
		case $name in
		num*) is "$name $(counter "$id" "$name" held)" "$name ${one#*:}" || return;;
		dgramrcvbuf) ;;
		*) [ "$(counter "$id" "$name" held)" -gt 131072 ] || return;;
		esac
		[ "$name" = dgramrcvbuf ] || [ "$(counter "$id" "$name" failcnt)" -gt 0 ] || return
	done
}

held_but() {
	awk -v but="$1" '$1 != "uid" && NF > 5 { n = NF - 4
		if ($n > 0 && $(n - 1) != but) print $(n - 1), $n }' "/proc/ctbc/$id/counters"
}

nothing_but() {
	local left
	left=$(held_but "$1")
	is "$left" ""
}

killed() { echo 1 >"$cgroup/cgroup.kill" && within 2 nothing_but numkeys; }

keys() { within 30 nothing_but none && ctctl detach "$id" && rmdir "$cgroup"; }

check "a container with limits" begin
check "a hog of everything" full
check "it has as much as it may" maximum
check "killed, it holds nothing within 2 s" killed
check "not even keys" keys
rm -f "$out"
finish
