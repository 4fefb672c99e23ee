#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: newest
#
# ctctl list: columns, choice, order and JSON, with odd names and many
# containers.  None needs to run for that.

# The shells inside expand what is quoted here.
# shellcheck disable=SC2016

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

plan 16

odd='an "odd" \one, <b>, Größe, $HOME `id`'

# An empty tree is template enough for a container that never runs.
setup() {
	tar -c -T /dev/null -f /tmp/empty.tar
	ctctl create 103 --ostemplate /tmp/empty.tar --hostname c.example.org --name third &&
	ctctl create 101 --ostemplate /tmp/empty.tar --hostname a.example.org \
		--description "$odd" --onboot yes &&
	ctctl create 102 --ostemplate /tmp/empty.tar --name Größe &&
	ctctl mount 102 && mkdir -p /sys/fs/cgroup/one && ctctl attach 50 --cgroup /one || return
	sleep 1000 >/dev/null 2>&1 &
	echo $! >/sys/fs/cgroup/one/cgroup.procs
}

# rows OPTION...: the listing, blanks squeezed, lines joined.
rows() { ctctl list "$@" | tr -s ' ' | sed 's/^ //; s/ $//' | paste -s -d , -; }

status() {
	is "$(rows -a -H -o ctid,status)" "50 running,101 stopped,102 mounted,103 stopped" &&
	is "$(rows -H -o ctid)" 50 &&
	is "$(rows -S -H -o ctid)" 101,102,103 &&
	is "$(rows -a -1)" 50,101,102,103
}

header() {
	is "$(rows -a | cut -d , -f 1)" "CTID NUMPROC STATUS HOSTNAME" &&
	is "$(rows -a -n | cut -d , -f 1)" "CTID NUMPROC STATUS NAME" &&
	is "$(rows -a -o name,ctid | cut -d , -f 1)" "NAME CTID" &&
	is "$(ctctl list -a | awk '{ print (length($0) > 79) }' | sort -u)" 0
}

order() {
	is "$(rows -a -H -o ctid -s -ctid)" 103,102,101,50 &&
	is "$(rows -a -H -o ctid -s hostname 101 103)" 101,103 &&
	is "$(rows -a -H -o ctid -s -hostname 101 103)" 103,101
}

choice() {
	is "$(rows -H -o ctid 103 101)" 101,103 && is "$(rows -H -o ctid third)" 103 &&
	is "$(rows -a -H -o ctid -h '*.example.org')" 101,103 &&
	is "$(rows -a -H -o ctid -N 'th*')" 103 && is "$(rows -a -H -o ctid -d '*odd*')" 101 &&
	refused 14 "container 999" ctctl list 999
}

# A cgroup without a process is attached all the same, and does not run.
empty() {
	mkdir /sys/fs/cgroup/empty && ctctl attach 51 --cgroup /empty &&
	is "$(rows -a -H -o ctid,status 51)" "51 stopped" && ctctl detach 51
}

fields() {
	local all

	all=$(ctctl list -L | awk '{ print $1 }' | paste -s -d , -)
	ctctl list -L | grep '^numproc.f  *NUMPROC.F' &&
	is "$(ctctl list -a -o "$all" | head -n 1 | wc -w)" "$(tr , '\n' <<<"$all" | wc -l)" &&
	refused 21 "nosuch" ctctl list -o ctid,nosuch && refused 21 "nosuch" ctctl list -s nosuch
}

no_value() { is "$(rows -H -o ctid,numproc,name,hostname 101)" "101 - - a.example.org"; }

numbers() {
	ctctl set 50 --numproc 7:9 &&
	is "$(rows -H -o numproc,numproc.m,numproc.b,numproc.l,numproc.f 50)" "1 1 7 9 0"
}

json() {
	ctctl list -a -j >/tmp/json && jq . /tmp/json >/dev/null || return
	is "$(jq -r '.[] | select(.ctid == 101) | .description' /tmp/json)" "$odd" &&
	is "$(jq -r '.[] | select(.ctid == 102) | .name' /tmp/json)" Größe &&
	is "$(jq -c '.[] | select(.ctid == 50) | .numproc' /tmp/json)" \
		'{"held":1,"maxheld":1,"barrier":7,"limit":9,"failcnt":0}' &&
	is "$(jq -c '[.[] | .onboot]' /tmp/json)" '[null,true,null,null]' &&
	is "$(ctctl list -j -o ctid,status 50 | jq -c .)" '[{"ctid":50,"status":"running"}]' &&
	is "$(ctctl list -S -j -N nosuch | jq -c .)" '[]'
}

bad_names() {
	refused 131 "name" ctctl set 101 --name 'two words' --save &&
	refused 131 "slash" ctctl set 101 --name a/b --save &&
	refused 131 "letter" ctctl set 101 --name 5 --save &&
	refused 131 "belongs to container 103" ctctl set 101 --name third --save &&
	refused 131 "control character" ctctl set 101 --name $'a\nb' --save
}

bad_text() {
	refused 21 "line feed" ctctl set 101 --description $'a\nNUMPROC="1"' --save &&
	! grep -q NUMPROC "$conf"/101.conf &&
	refused 21 "hostname" ctctl set 101 --hostname 'a b' --save
}

# Two ways to the same numbers, one of them that of old tools.
old_format() {
	"$here/beancounters.py" /proc/user_beancounters >/tmp/old.json &&
	is "$(jq -c 'to_entries | map(.key | tonumber) | sort' /tmp/old.json)" \
		"$(ctctl list -a -j | jq -c '[.[] | select(.numproc) | .ctid] | sort')" &&
	is "$(jq -cS 'map_values(.numproc)' /tmp/old.json)" \
		"$(ctctl list -a -j | jq -cS '[.[] | select(.numproc) |
			{ key: (.ctid | tostring), value: .numproc }] | from_entries')"
}

many() {
	local since

	"$here/crowd" 1001 1200 || return
	since=$(date +%s%N)
	is "$(ctctl list -a -H -o ctid,numproc.l | wc -l)" 204 || return
	since=$((($(date +%s%N) - since) / 1000000))
	echo "$since ms"
	[ "$since" -lt 3000 ]
}

many_json() { is "$(ctctl list -a -j | jq length)" 204; }

# Far more than a pipe holds, to a reader that goes away.
early_end() {
	ctctl list -a -j | head -c 10 >/dev/null
	is "${PIPESTATUS[0]}" 0 || is "${PIPESTATUS[0]}" 141
	ctctl list -H -o ctid | head -n 1
}

full_disk() {
	! ctctl list >/dev/full 2>/tmp/err && ! ctctl list -j >/dev/full && cat /tmp/err &&
	grep -q "No space left" /tmp/err
}

setup >/dev/null || { echo "Bail out! no containers"; exit 1; }
check "status, -a, -S, -1" status
check "header, -n, -o" header
check "-s" order
check "containers, -h, -N, -d" choice
check "an attached cgroup without a process" empty
check "-L, and each field" fields
check "what is not there is a dash" no_value
check "the five numbers of a parameter" numbers
check "JSON" json
check "the format of old" old_format
check "names that cannot be" bad_names
check "texts that cannot be" bad_text
check "204 containers within 3 seconds" many
check "204 containers in JSON" many_json
check "a reader that goes away" early_end
check "a full standard output" full_disk
echo 1 >/sys/fs/cgroup/one/cgroup.kill
finish
