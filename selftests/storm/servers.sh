#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
# needs: template servers
# vm: --timeout 400 --mem 2G
#
# nginx and PostgreSQL in a container with limits, under load
#
# What is held is what the kernel shows by other ways, and all of it goes back.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

plan 9
id=101
cgroup=/sys/fs/cgroup/ctbc.slice/$id

in_ct() { ctctl exec2 "$id" "$@"; }
held() { counter "$id" "$1" held; }

begin() {
	ctctl create "$id" --ostemplate /template/servers.tar --config basic --numproc 120 &&
	ctctl start "$id" --wait &&
	within 30 in_ct 'ss -Hltn | grep -q :80 && ss -Hltn | grep -q :5432' &&
	in_ct 'runuser -u postgres -- createdb bench &&
		runuser -u postgres -- pgbench -q -i bench'
}

web() {
	in_ct 'ab -q -n 1000 -c 50 http://127.0.0.1/ | tee /dev/stderr |
		grep "^Failed requests: *0$"' && [ "$(counter "$id" numtcpsock maxheld)" -gt 100 ]
}

# A connection a transaction: processes, files, sockets and signals come and go.
database() {
	in_ct 'runuser -u postgres -- pgbench -n -C -c 8 -j 2 -T 5 bench'
}

# Without load nothing changes while we look.
threads() { find "$cgroup" -name cgroup.threads -exec cat {} +; }

processes() { within 10 same numproc threads; }

# same PARAM COMMAND: as many as the command prints lines.
same() {
	local lines
	lines=$(eval "$2" | sort -u | wc -l)
	is "$(held "$1")" "$lines"
}

# Those that wait for their end without a process are not the container's any more.
sockets() {
	local init used tcp
	init=$(jq .init "/run/ctbc/$id.json")
	used=$(awk '$1 == "sockets:" { print $3 }' "/proc/$init/net/sockstat")
	tcp=$(awk '$1 ~ /^TCP6?:/ { n += $3 } END { print n }' \
		"/proc/$init/net/sockstat" "/proc/$init/net/sockstat6")
	is "$(held numtcpsock)" "$tcp" &&
	is "$(($(held numtcpsock) + $(held numothersock)))" "$used"
}

locks() {
	local init
	init=$(jq .init "/run/ctbc/$id.json")
	same numflock "nsenter -t $init -p -m cat /proc/locks | grep -v -- '-> '"
}

# From below: what is open; a file that is open in two processes counts once.  From
# above: as if none were, and with what is only mapped or on its way.
files() {
	local least most
	least=$(in_ct 'ls -l /proc/[0-9]*/fd | grep -Eo "(socket|pipe):.*" | sort -u | wc -l')
	most=$(find "$cgroup" -name cgroup.procs -exec cat {} + | while read -r pid; do
		find "/proc/$pid/fd" "/proc/$pid/map_files" -mindepth 1 2>/dev/null
	done | wc -l)
	is "$least to $most holds $(held numfile)" "$least to $most holds $(held numfile)"
	[ "$(held numfile)" -ge "$least" ] && [ "$(held numfile)" -le "$most" ]
}

refused_nothing() {
	is "$(awk 'NR > 2 && $NF > 0' "/proc/ctbc/$id/counters")" ""
}

nothing_held() {
	is "$(awk 'NR > 2 { n = NF - 4; if ($n > 0) print $(n - 1), $n }' \
		"/proc/ctbc/$id/counters")" ""
}

# All is killed at once, under load.
killed() {
	in_ct 'ab -q -t 60 -n 1000000 -c 50 http://127.0.0.1/' >/dev/null 2>&1 &
	in_ct 'runuser -u postgres -- pgbench -n -C -c 8 -T 60 bench' >/dev/null 2>&1 &
	sleep 4
	[ "$(held numtcpsock)" -gt 50 ] && echo 1 >"$cgroup/cgroup.kill" &&
	within 10 nothing_held && ctctl stop "$id" --fast && ctctl destroy "$id"
}

check "a container with both" begin
check "nginx serves, all of it" web
check "PostgreSQL, with a connection each time" database
check "processes and threads are what its cgroup has" processes
check "sockets are what its network has" within 10 sockets
check "file locks are what it sees" within 10 locks
check "files are within what its processes have" within 10 files
check "nothing was refused" refused_nothing
check "killed under load, nothing is left" killed
finish
