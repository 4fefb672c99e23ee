#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel without one of the symbols that the module wants: the module loads
# all the same, the features table says what is missing and why, setting what
# cannot work is refused, and everything else works on.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

plan 10
mkdir -p /sys/fs/cgroup/degrade

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
	reload "$1" && is "$(feature numproc)" absent && is "$(feature bc)" absent &&
	reason numproc | grep "$2" && use &&
	ctctl attach 601 --cgroup /degrade &&
	refused "$3" "numproc" ctctl set 601 --numproc 5 &&
	ctctl detach 601
}

enforced_without() {
	reload "$1" && is "$(feature numproc)" enforced &&
	reason numproc | grep "$2" && use
}

missing="missing in this kernel"
check "no pids_can_fork" absent_without pids_can_fork "$missing" 1
check "no pids_release" absent_without pids_release "$missing" 1
check "no security_task_free" absent_without security_task_free "$missing" 1
check "no max_possible_pfn" absent_without max_possible_pfn "memory" 1
check "no cgroup_move_task" enforced_without cgroup_move_task "not recounted"
check "no cgroup_attach_task" enforced_without cgroup_attach_task "not refused"
check "no cgroup_migrate_finish" enforced_without cgroup_migrate_finish "not refused"
check "two missing" absent_without pids_release,cgroup_move_task "$missing" 1
check "a name that is part of another hides nothing" \
	enforced_without pids,security_task,xpids_can_fork "-"
check "all there again" enforced_without "" "-"
finish
