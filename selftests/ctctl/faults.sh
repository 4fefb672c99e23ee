#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: 6.1
# vm: --timeout 500
#
# What goes wrong half-way: a full disk, a kill at any moment, two at once.  The
# next command repairs the state or names it, and nothing leaks.

# The shells inside expand what is quoted here.
# shellcheck disable=SC2016

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

# At how many moments each verb is killed.
points=${POINTS:-3}

plan 19

make() { busybox 101 --numproc 60 >/dev/null; }
be_gone() { ctctl stop 101 --fast; ctctl destroy 101; } >/dev/null 2>&1
works() { status_is 101 "exist mounted running" && ctctl exec 101 true; }

full_private() {
	local status

	mount -t tmpfs -o size=1m t /vz && refused 46 "no space left" busybox 101 &&
	is "$(find /vz/private /vz/root "$conf" -mindepth 1 ! -name 've-*.conf-sample' \
		2>/dev/null)" "" &&
	status_is 101 "deleted unmounted down"
	status=$?
	umount /vz
	return "$status"
}

# A file system without an inode left fails at other calls.
full_inodes() {
	local status

	mount -t tmpfs -o nr_inodes=60 t /vz && refused 46 "no space left" busybox 101 &&
	is "$(find /vz/private -mindepth 1)" ""
	status=$?
	umount /vz
	return "$status"
}

full_conf() {
	local status

	mkdir -p /etc/ctbc && mount -t tmpfs -o nr_inodes=2 t /etc/ctbc &&
	refused 139 "/etc/ctbc" busybox 101 &&
	is "$(find /vz/private -mindepth 1)" "" && status_is 101 "deleted unmounted down"
	status=$?
	umount /etc/ctbc
	return "$status"
}

full_save() {
	local status before

	make && before=$(cat "$conf/101.conf") && cp -a "$conf" /tmp/conf &&
	mount -t tmpfs -o size=4k t "$conf" && cp /tmp/conf/101.conf "$conf/" &&
	refused 139 "No space left" ctctl set 101 --description more --save &&
	is "$(cat "$conf/101.conf")" "$before" && is "$(ls -I "ve-*" "$conf")" 101.conf
	status=$?
	umount "$conf"
	be_gone
	return "$status"
}

# elapsed COMMAND...: milliseconds.
elapsed() {
	local since

	since=$(date +%s%N)
	"$@" >/dev/null 2>&1
	echo $((($(date +%s%N) - since) / 1000000))
}

# killed MILLISECONDS COMMAND...: kill it after that time.
killed() {
	local pid after=$1

	shift
	"$@" >/dev/null 2>&1 &
	pid=$!
	sleep "$((after / 1000)).$(printf %03d $((after % 1000)))"
	kill -KILL "$pid"
	wait "$pid"
	echo "$* killed after $after ms: $?"
} 2>/dev/null

# each WORDS BEFORE AFTER: let BEFORE make the state, kill "ctctl WORDS" at
# growing times, see what AFTER says.
each() {
	local time i words

	read -ra words <<<"$1"
	"$2" || return
	time=$(elapsed ctctl "${words[@]}")
	be_gone
	for ((i = 0; i < points; i++)); do
		"$2" || return
		killed $((time * i / points)) ctctl "${words[@]}"
		ctctl status 101 || return
		"$3" || return
		be_gone
		nothing_of 101 || return
		is "$(find /vz/private -mindepth 1)" "" || return
	done
}

started() { make && ctctl start 101 >/dev/null; }

# The killed command's next, then the container's whole life.
after_create() {
	case $(status_of make) in
	0) ;;
	44) ctctl destroy 101 && make;;
	*) return 1;;
	esac
	ctctl start 101 && works
}

after_start() {
	case $(status_of ctctl start 101) in 0|32) works;; *) return 1;; esac
}

after_stop() {
	case $(status_of ctctl stop 101) in 0|31) ;; *) return 1;; esac
	no_traces 101 && ctctl start 101 && works
}

after_destroy() {
	case $(status_of ctctl destroy 101) in 0|14) nothing_of 101;; *) return 1;; esac
}

kill_create() { each "create 101 --ostemplate /template/busybox.tar" true after_create; }
kill_start() { each "start 101" make after_start; }
kill_stop() { each "stop 101" started after_stop; }
kill_destroy() { each "destroy 101" make after_destroy; }

# Of a create that is killed something goes on to write for a second: the next one
# waits until the files are its own.
unpacks_on() {
	local pid status

	mkdir -p /tmp/slow
	cat >/tmp/slow/tar <<-'EOF'
		#!/bin/bash
		while [ "$1" != --directory ]; do shift; done
		(for ((i = 0; i < 100; i++)); do mkdir -p "$2/late/$i"; sleep 0.01; done) &
		touch /tmp/slow/begun
		wait
	EOF
	chmod +x /tmp/slow/tar
	PATH=/tmp/slow:$PATH ctctl create 101 --ostemplate /template/busybox.tar &
	pid=$!
	within 5 [ -e /tmp/slow/begun ]
	kill -KILL "$pid"
	wait "$pid"
	refused 9 "locked" ctctl --nowait create 101 --ostemplate /template/busybox.tar &&
	make && [ ! -e /vz/private/101/late ] && is "$(ls /vz/private)" 101 &&
	ctctl start 101 && works
	status=$?
	rm -r /tmp/slow
	be_gone
	return "$status"
}

# together STATUS-LIST COMMAND -- COMMAND: both at once; their statuses, sorted.
together() {
	local want=$1 one two

	shift
	status_of eval "$1" >/tmp/one & status_of eval "$2" >/tmp/two
	wait
	read -r one </tmp/one
	read -r two </tmp/two
	is "$(printf '%s\n' "$one" "$two" | sort -n | xargs)" "$want"
}

two_creates() { together "0 44" make make && [ ! -e /vz/private/101.tmp ]; }

two_starts() {
	together "0 32" "ctctl start 101" "ctctl start 101" && works &&
	is "$(grep -c ' /vz/root/101 ' /proc/mounts)" 1
}

start_and_stop() {
	ctctl stop 101 && together "0 0" "ctctl start 101" \
		"within 10 eval '! flock -n /run/ctbc/lock/101.lock true'; ctctl stop 101" &&
	no_traces 101
}

two_sets() {
	together "0 0" "ctctl set 101 --numproc 70 --save" \
		"ctctl set 101 --description both --save" &&
	grep 'NUMPROC="70:70"' "$conf/101.conf" && grep both "$conf/101.conf"
}

not_waiting() {
	local status

	flock /run/ctbc/lock/101.lock sleep 5 & sleep 0.5
	refused 9 "locked by another ctctl" ctctl --nowait start 101 &&
	ctctl status 101 && ctctl list -a >/dev/null
	status=$?
	kill %1
	wait
	return "$status"
}

wrong_state() {
	refused 31 "not running" ctctl stop 101 && refused 31 "not running" ctctl exec 101 true &&
	refused 44 "exists" make && refused 40 "not mounted" ctctl umount 101 &&
	ctctl start 101 && refused 32 "is running" ctctl start 101 &&
	refused 32 "ctctl stop 101" ctctl destroy 101 && refused 41 "mounted" ctctl mount 101 &&
	works && ctctl stop 101
}

disabled() {
	ctctl set 101 --disabled yes --save && refused 105 "--force" ctctl start 101 &&
	no_traces 101 && ctctl start 101 --force && ctctl stop 101 &&
	ctctl set 101 --disabled no --save
}

# What the container lacks.
broken() {
	mv /vz/private/101/sbin/init /tmp/ && refused 47 "init" ctctl start 101 &&
	no_traces 101 && mv /tmp/init /vz/private/101/sbin/ &&
	mv /vz/private/101 /vz/private/away && refused 43 "/vz/private/101" ctctl start 101 &&
	no_traces 101 && mv /vz/private/away /vz/private/101 && ctctl set 101 --numproc 0 --save &&
	refused 6 "numproc limit, 0 of 0" ctctl start 101 && no_traces 101 &&
	ctctl set 101 --numproc 60 --save && ctctl start 101 && works
}

# A writer that waits for a frozen file system cannot be killed.
frozen() {
	started && fsfreeze -f /vz &&
	within 5 in_ct 101 "echo x >/file & sleep 0.1; grep -l 'State:.D' /proc/[0-9]*/status"
}

# Waiting for two seconds takes no two seconds of a processor.
dies_slowly() {
	local since spent status TIMEFORMAT='%U %S'

	frozen || { fsfreeze -u /vz; return 1; }
	( sleep 2; fsfreeze -u /vz ) &
	since=$(date +%s%N)
	{ time ctctl stop 101 --fast >/dev/null 2>/tmp/error; } 2>/tmp/spent
	status=$?
	wait
	spent=$(awk 'END { print int(($1 + $2) * 1000) }' /tmp/spent)
	since=$((($(date +%s%N) - since) / 1000000))
	echo "stopped with status $status after $since ms, $spent of them on a processor"
	cat /tmp/error
	[ "$status" = 0 ] && [ "$since" -ge 1900 ] && [ "$spent" -lt 900 ] && no_traces 101 &&
	ctctl start 101 && works
	status=$?
	be_gone
	return "$status"
}

# Nobody waits for ever; what a later stop finds is a container as any other.
dies_not() {
	local status

	frozen && refused 33 "still alive" ctctl stop 101 --fast
	status=$?
	fsfreeze -u /vz
	[ "$status" = 0 ] && ctctl stop 101 --fast && no_traces 101 && ctctl start 101 && works
	status=$?
	be_gone
	return "$status"
}

check "create on a full disk" full_private
check "create without an inode left" full_inodes
check "create without room for the configuration" full_conf
check "set --save on a full disk keeps the old file" full_save
check "create is killed" kill_create
check "start is killed" kill_start
check "stop is killed" kill_stop
check "destroy is killed" kill_destroy
check "create is killed, and something of it writes on" unpacks_on
check "two creates" two_creates
check "two starts" two_starts
check "a start and a stop" start_and_stop
check "two sets" two_sets
check "--nowait" not_waiting
check "the wrong state" wrong_state
check "disabled" disabled
check "no init, no files, no process allowed" broken
be_gone
check "a process that dies slowly" dies_slowly
check "a process that does not die in time" dies_not
finish
