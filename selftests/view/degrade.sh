#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.1 newest
# vm: --timeout 200 --append slub_debug=FZP
#
# A kernel without one of the symbols that the module wants: the module loads
# all the same, the features table says what is missing and why, setting what
# cannot work is refused, and everything else works on.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

plan 14
mkdir -p /sys/fs/cgroup/degrade
work=$(mktemp -d)

feature() { awk -v name="$1" '$1 == name { print $2; exit }' /proc/ctbc/features; }
reason() { awk -v name="$1" '$1 == name { $1 = $2 = $3 = ""; print }' /proc/ctbc/features; }

# reload SYMBOLS: the module, on a kernel that lacks them.
reload() { rmmod ctbc && modprobe ctbc hide_symbols="$1"; }

# Forks, and moves tasks, in a container on whatever is left of the module.
use() {
	ctctl attach 601 --cgroup /degrade &&
	( echo "$BASHPID" >/sys/fs/cgroup/degrade/cgroup.procs && /bin/true ) &&
	within 5 counts 601 numproc held 0 &&
	ctctl detach 601
}

absent_without() {
	reload "$1" && is "$(feature numproc)" absent && is "$(feature bc)" "${4:-enforced}" &&
	reason numproc | grep "$2" && use &&
	ctctl attach 601 --cgroup /degrade &&
	refused "$3" "numproc" ctctl set 601 --numproc 5 &&
	ctctl detach 601
}

enforced_without() {
	reload "$1" && is "$(feature numproc)" enforced &&
	reason numproc | grep "$2" && use
}

# What each parameter cannot do without.
needs="numfile security_file_alloc
numfile security_file_free
numtcpsock,numothersock,tcpsndbuf,tcprcvbuf,dgramrcvbuf,othersockbuf security_socket_post_create
numtcpsock,numothersock,tcpsndbuf,tcprcvbuf,dgramrcvbuf,othersockbuf security_sk_free
tcpsndbuf,tcprcvbuf,dgramrcvbuf __sk_mem_raise_allocated
othersockbuf sock_wfree
numflock security_file_lock
numflock locks_release_private
numpty devpts_new_index
numsiginfo __sigqueue_alloc,sig_get_ucounts
numinotify inotify_fops
numkeys security_key_free"

enforced() { awk '$2 == "enforced" && $1 ~ /^(num|tcp|dgram|other)/ { print $1 }' /proc/ctbc/features | sort; }

# One missing function costs its own parameters, and each of those.
each_costs_its_own() {
	local params symbol all

	reload "" && all=$(enforced) && is "$(wc -l <<<"$all")" 14 || return
	while read -r params symbol; do
		reload "$symbol" || return
		echo "without $symbol"
		is "$(comm -23 <(echo "$all") <(enforced) | xargs)" \
			"$(tr , '\n' <<<"$params" | sort | xargs)" || return
	done <<<"$needs"
	reload security_file_free,security_sk_free,sock_wfree,locks_release_private && use
}

# By ftrace's callbacks instead of calls of its own, the same.
indirect() {
	rmmod ctbc && modprobe ctbc direct_calls=0 &&
	is "$(awk '$1 == "numfile" { print $2, $3 }' /proc/ctbc/features)" "enforced ftrace" &&
	ctctl attach 601 --cgroup /degrade && ctctl set 601 --numfile 3 &&
	! ( echo "$BASHPID" >/sys/fs/cgroup/degrade/cgroup.procs
	    exec 7</dev/null 8</dev/null 9</dev/null 10</dev/null ) &&
	[ "$(counter 601 numfile failcnt)" -gt 0 ] && counts 601 numfile maxheld 3 &&
	within 5 counts 601 numfile held 0 && ctctl detach 601
}

# The sysctl of function tracing does not lift limits.
not_switched_off() {
	ctctl attach 601 --cgroup /degrade && ctctl set 601 --numproc 1 &&
	! echo 0 >/proc/sys/kernel/ftrace_enabled &&
	is "$(cat /proc/sys/kernel/ftrace_enabled)" 1 && at_limit &&
	ctctl detach 601 && rmmod ctbc && modprobe ctbc
}

# A shell that does not try again.
at_limit() {
	local before
	before=$(counter 601 numproc failcnt)
	! dash -c 'echo $$ >/sys/fs/cgroup/degrade/cgroup.procs; /bin/true; exit' &&
	[ "$(counter 601 numproc failcnt)" -gt "$before" ]
}

# Whoever redirects a function comes first.  Another who would redirect all of ours:
# the module itself, by another name.
second_owner() {
	local owned
	sed 's/ctbc/ctbd/g; s/user_beancounters/user_beancounterz/g' \
		"$(modinfo -n ctbc)" >"$work/ctbd.ko" &&
	sed 's/ctbc/ctbd/g' "$(command -v ctctl)" >"$work/ctctd" &&
	chmod +x "$work/ctctd" && mkdir -p /sys/fs/cgroup/degrade-second &&
	modprobe nf_tables && modprobe x_tables &&
	ctctl attach 601 --cgroup /degrade && ctctl set 601 --numproc 1 &&
	insmod "$work/ctbd.ko" && "$work/ctctd" attach 602 --cgroup /degrade-second &&
	owned=$(awk '$2 == "enforced"' /proc/ctbd/features) && is "$owned" "" &&
	grep "^numfile .* redirected by somebody else" /proc/ctbd/features &&
	grep "^numsiginfo .* redirected by somebody else" /proc/ctbd/features &&
	at_limit && "$work/ctctd" detach 602 && rmmod ctbd && at_limit &&
	insmod "$work/ctbd.ko" && "$work/ctctd" attach 602 --cgroup /degrade-second &&
	ctctl detach 601 && rmmod ctbc && "$work/ctctd" detach 602 && rmmod ctbd &&
	modprobe ctbc
}

missing="missing in this kernel"
check "no pids_can_fork" absent_without pids_can_fork "$missing" 1
check "no pids_release" absent_without pids_release "$missing" 1
check "no security_task_free" absent_without security_task_free "$missing" 1
check "no max_possible_pfn" absent_without max_possible_pfn "memory" 1 absent
check "no cgroup_move_task" enforced_without cgroup_move_task "not recounted"
check "no cgroup_attach_task" enforced_without cgroup_attach_task "not refused"
check "no cgroup_migrate_finish" enforced_without cgroup_migrate_finish "not refused"
check "two missing" absent_without pids_release,cgroup_move_task "$missing" 1
check "a name that is part of another hides nothing" \
	enforced_without pids,security_task,xpids_can_fork "-"
check "one missing costs its own parameters" each_costs_its_own
check "without calls of its own" indirect
check "it is not switched off" not_switched_off
check "a second owner of all functions" second_owner
check "all there again" enforced_without "" "-"
rm -rf "$work"
finish
