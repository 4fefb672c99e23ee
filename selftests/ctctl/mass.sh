#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: newest
# vm: --timeout 400 --mem 2G
#
# Thirty containers, managed by loops of the shell.

# The shells inside expand what is quoted here.
# shellcheck disable=SC2016

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

first=301 last=330
number=$((last - first + 1))

plan 8

# all COMMAND...: for each id, in the place of ID, four at a time.
all() { seq "$first" "$last" | xargs -P 4 -I ID "$@" >/dev/null; }

create() { all ctctl create ID --ostemplate /template/busybox.tar --numproc 20; }
start() { all ctctl start ID; }

listed() {
	is "$(ctctl list -1 | wc -l)" "$number" &&
	is "$(ctctl list -H -o status | sort | uniq -c | xargs)" "$number running" &&
	is "$(grep -c ' /vz/root/3' /proc/mounts)" "$number"
}

apart() {
	local own

	own=$(for file in /run/ctbc/*.json; do
		readlink "/proc/$(jq .init "$file")/ns/pid"
	done | sort -u | wc -l)
	is "$own" "$number"
}

# One loop over what the listing says, as an administrator writes it.
set_all() {
	local CT

	for CT in $(ctctl list -H -o ctid); do
		ctctl set "$CT" --numproc 25 --description "number $CT" --save || return
	done >/dev/null
	is "$(ctctl list -H -o numproc.l | sort -u | xargs)" 25 &&
	is "$(grep -lx 'NUMPROC="25:25"' "$conf"/*.conf | wc -l)" "$number" &&
	is "$(ctctl list -H -o description 325 | sed 's/ *$//')" "number 325"
}

# A limit belongs to one of them alone.
one_full() {
	in_ct 310 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 \
		21 22 23 24 25; do sleep 1 & done; wait' >/dev/null 2>&1
	is "$(ctctl list -H -o ctid -s -numproc.f | head -n 1 | xargs)" 310 &&
	is "$(ctctl list -H -o numproc.f | sort -n | uniq -c | head -n 1 | xargs)" "$((number - 1)) 0"
}

stop() { all ctctl stop ID --fast && is "$(ctctl list -1 | wc -l)" 0; }

destroy() {
	all ctctl destroy ID && is "$(ctctl list -a -1 | wc -l)" 0 &&
	is "$(find /vz/private /vz/root "$conf" "$slice" /run/ctbc -mindepth 1 -name '3*' \
		! -name '*.lock')" "" && is "$(grep -c /vz/root /proc/mounts)" 0 &&
	is "$(grep -c numproc /proc/ctbc/counters)" 0
}

check "create $number" create
check "start $number" start
check "all are listed" listed
check "all are apart" apart
check "set in one loop" set_all
check "one at its limit" one_full
check "stop $number" stop
check "destroy $number: nothing is left" destroy
finish
