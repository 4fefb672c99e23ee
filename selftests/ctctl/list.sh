#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
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

plan 14

odd='an "odd" \one, <b>, Größe, $HOME `id`'

# An empty tree is template enough for a container that never runs.
setup() {
	tar -c -T /dev/null -f /tmp/empty.tar
	ctctl create 103 --ostemplate /tmp/empty.tar --hostname c.example.org --name third &&
	ctctl create 101 --ostemplate /tmp/empty.tar --hostname a.example.org \
		--description "$odd" --onboot yes &&
	ctctl create 102 --ostemplate /tmp/empty.tar --name Größe &&
	ctctl mount 102 && mkdir -p /sys/fs/cgroup/one && ctctl attach 50 --cgroup /one
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
	is "$(ctctl list -a | awk '{ print length($0) > 79 }' | sort -u)" 0
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

fields() {
	local field

	ctctl list -L | grep '^numproc.f  *NUMPROC.F' || return
	for field in $(ctctl list -L | awk '{ print $1 }'); do
		ctctl list -a -o "$field" >/dev/null || return
		ctctl list -a -s "$field" >/dev/null || return
	done
	refused 20 "nosuch" ctctl list -o ctid,nosuch ||
		refused 21 "nosuch" ctctl list -o ctid,nosuch
}

no_value() { is "$(rows -H -o ctid,numproc,name,hostname 101)" "101 - - a.example.org"; }

numbers() {
	ctctl set 50 --numproc 7:9 &&
	is "$(rows -H -o numproc,numproc.m,numproc.b,numproc.l,numproc.f 50)" "0 0 7 9 0"
}

json() {
	ctctl list -a -j >/tmp/json && python3 -c 'import json; json.load(open("/tmp/json"))' 2>/dev/null ||
		jq . /tmp/json >/dev/null || return
	is "$(jq -r '.[] | select(.ctid == 101) | .description' /tmp/json)" "$odd" &&
	is "$(jq -r '.[] | select(.ctid == 102) | .name' /tmp/json)" Größe &&
	is "$(jq -c '.[] | select(.ctid == 50) | .numproc' /tmp/json)" \
		'{"held":0,"maxheld":0,"barrier":7,"limit":9,"failcnt":0}' &&
	is "$(jq -c '[.[] | .onboot]' /tmp/json)" '[null,true,null,null]' &&
	is "$(ctctl list -j -o ctid,status 50 | jq -c .)" '[{"ctid":50,"status":"running"}]' &&
	is "$(ctctl list -S -j -N nosuch | jq -c .)" '[]'
}

bad_names() {
	refused 131 "name" ctctl set 101 --name 'two words' --save &&
	refused 131 "slash" ctctl set 101 --name a/b --save &&
	refused 131 "letter" ctctl set 101 --name 5 --save &&
	refused 131 "belongs to container 103" ctctl set 101 --name third --save &&
	refused 131 "name" ctctl set 101 --name $'a\nb' --save ||
		{ echo "names need exit status 131"; return 1; }
}

bad_text() {
	refused 21 "line feed" ctctl set 101 --description $'a\nNUMPROC="1"' --save &&
	! grep -q NUMPROC "$conf"/101.conf &&
	refused 21 "hostname" ctctl set 101 --hostname 'a b' --save
}

many() {
	local since

	"$here/crowd" 1001 1200 || return
	since=$(date +%s%N)
	is "$(ctctl list -H -o ctid,numproc.l | wc -l)" 201 || return
	since=$((($(date +%s%N) - since) / 1000000))
	echo "$since ms"
	[ "$since" -lt 3000 ]
}

many_json() { is "$(ctctl list -j | jq length)" 201; }

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
check "-L, and each field" fields
check "what is not there is a dash" no_value
check "the five numbers of a parameter" numbers
check "JSON" json
check "names that cannot be" bad_names
check "texts that cannot be" bad_text
check "201 containers within 3 seconds" many
check "201 containers in JSON" many_json
check "a reader that goes away" early_end
check "a full standard output" full_disk
finish
