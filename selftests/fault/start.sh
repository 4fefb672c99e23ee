#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: 6.12-debug newest-debug
# vm: --timeout 300
#
# A container starts and stops with the module's 1st, 2nd, 3rd... allocation
# failing: a clear error and no trace, or success.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=../ctctl/ct.sh
. "$here/ct.sh"

plan 2

# hits: how many allocations were failed so far.
hits() { dmesg | grep -c 'FAULT_INJECTION: forcing a failure'; }

# walk BEFORE AFTER VERB: with its n-th allocation failing, until it has no n-th.
walk() {
	local n before status

	for ((n = 1; n < 200; n++)); do
		"$1" || return
		before=$(hits)
		status=0
		"$here/nth" "$n" ctctl "$3" 101 >/tmp/out 2>&1 || status=$?
		cat /tmp/out
		"$2" "$status" || { echo "at allocation $n"; return 1; }
		[ "$(hits)" -gt "$before" ] || break
	done
	echo "$((n - 1)) allocations"
	[ "$n" -gt 1 ] && [ "$n" -lt 200 ]
}

stopped() { ctctl stop 101 --fast >/dev/null 2>&1; no_traces 101; }
started() { ctctl start 101 >/dev/null 2>&1; status_is 101 "exist mounted running"; }

after_start() {
	if [ "$1" = 0 ]; then
		status_is 101 "exist mounted running" && ctctl exec 101 true
	else
		grep -i memory /tmp/out && no_traces 101
	fi
}

after_stop() {
	if [ "$1" = 0 ]; then
		no_traces 101
	else
		grep -i memory /tmp/out && ctctl stop 101 --fast && no_traces 101
	fi
}

busybox 101 --numproc 60 >/dev/null
check "start" walk stopped after_start start
check "stop" walk started after_stop stop
finish
