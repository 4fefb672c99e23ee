#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: newest
# vm: --timeout 1200 --mem 2G --append slab_nomerge --append slub_debug=F
#
# Fifty containers start and stop all at once, and again, and nothing is left.
# (What many of them look like while they run is ctctl/mass.sh's to say.)
#
# ROUNDS=N sets how often.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=../ctctl/ct.sh
. "$here/ct.sh"
# shellcheck source=leaks.sh
. "$here/leaks.sh"

rounds=${ROUNDS:-1}
first=301 last=350
number=$((last - first + 1))
middle=$(((first + last) / 2))

plan 6

# all FROM TO COMMAND...: for each id, in the place of ID, all at the same time.
# One that fails fails all.
all() { seq "$1" "$2" | xargs -P "$number" -I ID "${@:3}" >/dev/null; }

create() { all "$1" "$2" ctctl create ID --ostemplate /template/busybox.tar --numproc 20; }
destroy() { all "$1" "$2" ctctl destroy ID; }

# run FROM TO: those run, and no other.
run() {
	is "$(ctctl list -H -o ctid,status | xargs)" "$(
		for ((id = $1; id <= $2; id++)); do
			echo "$id running"
		done | xargs)"
}

# One half starts while the other stops, both ways.
crossing() {
	local status

	all "$first" "$middle" ctctl start ID & all $((middle + 1)) "$last" ctctl stop ID
	status=$?
	wait $! && [ "$status" = 0 ] && run "$first" "$middle" || return
	all "$first" "$middle" ctctl stop ID --fast &
	all $((middle + 1)) "$last" ctctl start ID --wait
	status=$?
	wait $! && [ "$status" = 0 ] && run $((middle + 1)) "$last"
}

storm() {
	local i

	for ((i = 0; i < $1; i++)); do
		all "$first" "$last" ctctl start ID && run "$first" "$last" &&
		all "$first" "$middle" ctctl exec2 ID true &&
		all "$first" "$middle" ctctl stop ID && crossing &&
		all $((middle + 1)) "$last" ctctl stop ID --fast && run 1 0 || return
	done
}

# All that is left after a stop is what was there before a start.
stopped() {
	local id

	for ((id = first; id <= last; id++)); do
		no_traces "$id" || return
	done
}

# The life of one, for what is made at the first use; and each one's lock, which stays.
warm_up() {
	mkdir -p /run/ctbc/lock && all "$first" "$last" flock /run/ctbc/lock/ID.lock true &&
	create "$first" "$first" && all "$first" "$first" ctctl start ID &&
	ctctl exec2 "$first" true && ctctl stop "$first" && destroy "$first" "$first" &&
	leaks_begin
}

check "one to warm up" warm_up
check "create $number" create "$first" "$last"
check "start and stop $number at once, $rounds times" storm "$rounds"
check "none has left a trace of its running" stopped
check "destroy $number" destroy "$first" "$last"
check "nothing leaks" leaks_none
finish
