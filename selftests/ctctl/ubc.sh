#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: newest
# needs: template busybox
#
# The beancounters for people: ubc, why, check, the samples, and the events.

# The shells inside expand what is quoted here.
# shellcheck disable=SC2016

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

plan 17

# cell ID RESOURCE FIELD
cell() { ctctl ubc -a -H -o "resource,$3" "$1" | awk -v r="$2" '$1 == r { print $2 }'; }

samples() {
	busybox 101 --config basic && busybox 102 --config light &&
	ctctl start 101 && ctctl start 102 &&
	counts 101 numfile limit 9312 && counts 101 numflock barrier 188 &&
	counts 101 numflock limit 206 && counts 102 tcpsndbuf limit 262144
}

samples_check() {
	is "$(ctctl check --config basic)" \
		"/etc/ctbc/conf/ve-basic.conf-sample: the settings are consistent" &&
	ctctl check --config light && ctctl check 101
}

inconsistent() {
	ctctl set 101 --numfile 100 --tcpsndbuf 65536:70000 --save &&
	refused 21 "between barrier and limit of tcpsndbuf should be 2560" ctctl check 101 &&
	refused 21 "numfile, 100, should be at least 736" ctctl check 101 &&
	refused 21 "2 settings do not fit together" ctctl check 101 &&
	ctctl set 101 --numfile 9312 --tcpsndbuf 1720320:2703360 --save && ctctl check 101
}

# Each pipe is two files, held by two processes that sleep.
hog() {
	ctctl set 101 --numfile 60
	in_ct 101 'for i in $(seq 60); do sleep 1000 | sleep 1000 & done' >/dev/null 2>&1
	[ "$(counter 101 numfile failcnt)" -gt 0 ]
}

human() {
	is "$(cell 101 tcpsndbuf barrier)" 1.6M && is "$(cell 101 tcpsndbuf limit)" 2.6M &&
	is "$(cell 101 numfile limit)" 60 && is "$(cell 101 kmemsize barrier)" - &&
	[ "$(cell 101 numfile b%)" -ge 80 ] && is "$(cell 101 kmemsize b%)" -
}

new() {
	local before

	ctctl ubc >/dev/null
	is "$(ctctl ubc -H -o new -q 102 | wc -l)" 0 && is "$(cell 101 numfile new)" 0 &&
	before=$(counter 101 numfile failcnt) &&
	! in_ct 101 'sleep 1 | sleep 1 | sleep 1 | sleep 1 | sleep 1' &&
	[ "$(cell 101 numfile new)" = $(($(counter 101 numfile failcnt) - before)) ] &&
	[ "$(counter 101 numfile failcnt)" -gt "$before" ]
}

quiet() {
	is "$(ctctl ubc -q -H -o ctid,resource | xargs)" "101 numfile"
}

json() {
	ctctl ubc -j 101 | jq -e '.[] | select(.resource == "numfile")
		| .ctid == 101 and .limit == 60 and .failcnt > 0 and ."b%" >= 80'
}

why() {
	ctctl why 101 | tee /dev/stderr | grep -E '^numfile \(open files\): refused [0-9]+ times, last [0-9]+ s ago to sh \(process [0-9]+\)$' &&
	ctctl why 101 | grep -x "  ctctl set 101 --numfile 136 --save   would give it room" &&
	is "$(ctctl why 102)" "Container 102 has been refused nothing"
}

# What is suggested helps.
helps() {
	eval "$(ctctl why 101 | sed -n 's/ *would give it room//p' | head -n 1)" &&
	in_ct 101 'true | true | true'
}

of_nobody() {
	refused 31 "does not know this container" ctctl why 999 &&
	refused 31 "does not know this container" ctctl ubc 999 &&
	refused 14 "" ctctl check 999 &&
	refused 20 "" ctctl check && refused 21 "name" ctctl why no-such
}

# above the barrier, below the limit: told once, and refused nothing
passed() {
	local monitor

	ctctl set 102 --othersockbuf 8K:4M
	ctctl monitor 102 >/tmp/events & monitor=$!
	sleep 1
	in_ct 102 'i=0; while [ $i -lt 40 ]; do echo "a line of some length for the log" >/dev/udp; i=$((i+1)); done; true' 2>/dev/null
	python3 - 102 <<'P'
import os, socket, sys
with open("/sys/fs/cgroup/ctbc.slice/%s/init/cgroup.procs" % sys.argv[1], "w") as f:
    f.write(str(os.getpid()))
pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for i in range(4)]
for a, b in pairs:
    for i in range(4):
        a.send(b"x" * 2000)
P
	sleep 1
	kill "$monitor"
	wait "$monitor"
	cat /tmp/events
	is "$(grep -c ' 102 passed othersockbuf held=.* limit=8192 ' /tmp/events)" 1 &&
	counts 102 othersockbuf failcnt 0
}

# Limits are found by counting what they would refuse.
accounting() {
	local before
	ctctl set 101 --ubc-mode account --numproc 10 --save &&
	is "$(ctctl list -H -o ubc_mode 101)" account &&
	grep -x 'UBC_MODE="account"' "$conf/101.conf" &&
	before=$(counter 101 numproc failcnt) &&
	in_ct 101 'for i in $(seq 20); do sleep 100 & done; wait $! & true' &&
	[ "$(counter 101 numproc held)" -gt 20 ] &&
	[ "$(counter 101 numproc failcnt)" -gt "$before" ] &&
	ctctl why 101 | grep '^numproc .*: would have been refused' &&
	ctctl set 101 --ubc-mode enforce && ! in_ct 101 true &&
	is "$(ctctl list -H -o ubc_mode 101)" enforce && ctctl restart 101 --fast &&
	is "$(ctctl list -H -o ubc_mode 101)" account &&
	refused 21 "neither enforce nor account" ctctl set 101 --ubc-mode off &&
	ctctl set 101 --ubc-mode enforce --numproc 240 --save
}

split() {
	rm -f "$conf/ve-half.conf-sample"
	ctctl split -n 2 && ctctl split -n 2 --config half && ctctl check --config half &&
	is "$(ctctl check --config half)" \
		"$conf/ve-half.conf-sample: the settings are consistent" &&
	busybox 104 --config half && ctctl start 104 && ctctl exec 104 true &&
	ctctl stop 104 --fast && ctctl destroy 104 &&
	is "$(ctctl split -n 2 | grep -v '^#')" "$(grep -v '^#' "$conf/ve-half.conf-sample")"
}

split_refused() {
	refused 44 "exists" ctctl split -n 2 --config half &&
	refused 21 "this host has room for" ctctl split -n 1000000 &&
	refused 21 "is no number of containers" ctctl split -n 0 &&
	refused 20 "number of containers is missing" ctctl split &&
	refused 131 "has a slash" ctctl split -n 2 --config ../x && rm "$conf/ve-half.conf-sample"
}

all_back() {
	ctctl stop 101 --fast && ctctl stop 102 --fast && ctctl list -a &&
	[ ! -e /proc/ctbc/101 ] && ctctl destroy 101 && ctctl destroy 102
}

check "containers of the samples" samples
check "the samples are consistent" samples_check
check "what does not fit together is told" inconsistent
check "a hog of files" hog
check "sizes and shares for people" human
check "what is new since the last look" new
check "only what matters" quiet
check "as JSON" json
check "why" why
check "what is suggested helps" helps
check "of containers that are not there" of_nobody
check "only counted" accounting
check "the host in two" split
check "how it cannot be split" split_refused
check "a barrier that is passed is told" passed
check "an old configuration's unknown keys are kept" \
	eval 'busybox 103 --config light && grep -x AVNUMPROC=.15. "$conf/103.conf" && ctctl destroy 103'
check "all goes" all_back
finish
