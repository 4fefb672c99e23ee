#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: 6.12
#
# The finer points of the verbs: what exec hands on and what not, names and
# hostnames, what a restart keeps, mounting by hand, vzctl's and vzlist's names.

# The shells inside expand what is quoted here.
# shellcheck disable=SC2016

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

plan 15

# Else a set-user-id program of a container would be the host's users' too.
closed_to_others() {
	local dir

	for dir in private root; do
		! setpriv --reuid 65534 --regid 65534 --clear-groups \
			ls -d "/vz/$dir/101/bin" || return
	done
}

exec_status() {
	is "$(status_of ctctl exec 101 true)" 0 &&
	is "$(status_of ctctl exec 101 false)" 8 &&
	is "$(status_of ctctl exec 101 'exit 7')" 8 &&
	is "$(status_of ctctl exec 101 nosuchcommand)" 8
}

exec_quoting() {
	is "$(ctctl exec 101 'echo "a  b" | cat')" "a  b" &&
	is "$(ctctl exec 101 echo a 'b;' echo c)" $'a b\nc' &&
	is "$(ctctl exec 101 -- echo -n x)" x
}

exec_stdin() {
	is "$(printf 'echo got $((6 * 7))\nexit 4\n' | ctctl exec2 101 -; echo $?)" $'got 42\n4' &&
	is "$(head -c 300000 /dev/zero | ctctl exec 101 'cat | wc -c')" 300000
}

exec_streams() {
	local out

	out=$(ctctl exec 101 'echo out; echo err >&2' 2>/dev/null)
	is "$out" out
	out=$(ctctl exec 101 'echo out; echo err >&2' 2>&1 >/dev/null)
	is "$out" err
}

exec_environment() {
	local names

	names=$(SECRET=1 LD_PRELOAD='' ctctl exec 101 env | sed 's/=.*//' | sort | xargs)
	is "$names" "HOME PATH PWD SHELL SHLVL TERM container"
}

exec_signal() {
	ctctl exec2 101 'sleep 100' & local pid=$!
	within 10 in_ct 101 'pidof sleep' && kill -TERM "$pid"
	wait "$pid"
	is $? 143 && ! in_ct 101 'pidof sleep'
}

no_descriptors() {
	local own

	ctctl stop 101 --fast && ctctl start 101 7</etc/shadow 8</ 9>/tmp/leak || return
	own=$(init_of 101)
	is "$(find "/proc/$own/fd" -type l -printf '%f %l\n' | sort | xargs)" \
		"0 /dev/null 1 /dev/null 2 /dev/null" &&
	is "$(in_ct 101 'for fd in /proc/$$/fd/*; do readlink $fd >/dev/null && echo ${fd##*/}; done' \
		7</etc/shadow 8</ 9>/tmp/leak | grep -v '^1[0-9]$' | xargs)" "0 1 2"
}

set_stopped() {
	ctctl stop 101 --fast && ctctl set 101 --numproc 30 --save &&
	refused 31 "--save" ctctl set 101 --numproc 20 && ctctl start 101 &&
	counts 101 numproc limit 30
}

set_hostname() {
	ctctl set 101 --hostname other --save && is "$(in_ct 101 hostname)" other &&
	ctctl restart 101 --fast && is "$(in_ct 101 hostname)" other &&
	is "$(hostname)" ctbc
}

set_name() {
	ctctl set 101 --name front --save &&
	is "$(ctctl status front)" "CTID 101 exist mounted running" &&
	ctctl set 101 --name back --save &&
	refused 21 front ctctl status front && ctctl status back
}

restart() {
	local old

	old=$(init_of 101)
	in_ct 101 'echo kept >/root/file; echo lost >/run/file' &&
	ctctl restart 101 --fast && [ "$(init_of 101)" != "$old" ] &&
	is "$(in_ct 101 'cat /root/file; cat /run/file 2>&1')" \
		$'kept\ncat: can'\''t open '\''/run/file'\'': No such file or directory'
}

# It does not hear yet what it is asked, and is asked when it does.
stop_at_once() {
	local i

	ctctl stop 101 --fast
	for ((i = 0; i < 5; i++)); do
		ctctl start 101 >/dev/null || return
		is "$(ctctl stop 101 2>&1)" "Container 101 is stopped" || return
	done
	ctctl start 101
}

mounting() {
	ctctl stop 101 --fast && ctctl mount 101 && status_is 101 "exist mounted down" &&
	[ -e /vz/root/101/bin/busybox ] &&
	is "$(ctctl list -a -H -o ctid,status 101 | xargs)" "101 mounted" &&
	refused 41 mounted ctctl mount 101 && ctctl start 101 && ctctl stop 101 --fast &&
	refused 40 "not mounted" ctctl umount 101
}

as_vzctl() {
	PATH=/usr/lib/ctbc/bin:$PATH
	vzctl create 103 --ostemplate /template/busybox.tar && vzctl start 103 &&
	is "$(vzlist -H -o ctid,status 103 | xargs)" "103 running" &&
	is "$(vzctl status 103)" "CTID 103 exist mounted running" &&
	vzctl exec 103 true && vzctl stop 103 --fast && vzctl destroy 103
}

busybox 101 --hostname web --numproc 60 >/dev/null && ctctl start 101 >/dev/null ||
	{ echo "Bail out! no container"; exit 1; }
check "only root reaches the containers' files" closed_to_others
check "exec: 0, or 8" exec_status
check "exec: words and quotes" exec_quoting
check "exec: standard input" exec_stdin
check "exec: two streams" exec_streams
check "exec: nothing of the caller's environment" exec_environment
check "exec: a signal goes on to the command" exec_signal
check "no descriptor of the caller gets in" no_descriptors
check "set --save of one that is stopped" set_stopped
check "set --hostname" set_hostname
check "set --name" set_name
check "restart keeps files" restart
check "an init that has only just begun is not killed" stop_at_once
check "mount and umount" mounting
check "vzctl's and vzlist's names" as_vzctl
finish
