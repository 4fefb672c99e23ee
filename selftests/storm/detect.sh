#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.1
# vm: --timeout 300 --append slab_nomerge --append slub_debug=F
#
# Does the accounting of leaks find what it is for? One leak of each kind is planted,
# and each has to be told; none is told before, and none when they are undone.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=leaks.sh
. "$here/leaks.sh"

cg=/sys/fs/cgroup
tracing=/sys/kernel/tracing
kinds=(mounts cgroups dying processes netns module containers held hooks code files
	'slab shmem_inode_cache' 'slab kmalloc-')

plan $((${#kinds[@]} + 3))

# So that all of it was done once.
mkdir -p /etc/ctbc/conf /run/ctbc
echo +memory >"$cg/cgroup.subtree_control"

plant_mount() { mount -t tmpfs planted /mnt; }
undo_mount() { umount /mnt; }

plant_cgroup() { mkdir "$cg/planted"; }
undo_cgroup() { rmdir "$cg/planted"; }

# A page of a file in memory outlives the cgroup that it was charged to.
plant_dying() {
	local i

	for i in 1 2 3; do
		mkdir "$cg/dying"
		bash -c "echo \$\$ >$cg/dying/cgroup.procs; echo page >/dev/shm/planted$i"
		rmdir "$cg/dying"
	done
}
undo_dying() { rm /dev/shm/planted*; }

plant_process() { setsid sleep 3600 & process=$!; disown; }
undo_process() { kill "$process"; }

# A network that no process is in, and no mount shows.
plant_netns() {
	local pid

	unshare -n sleep 3600 & pid=$!
	sleep 0.5
	exec 8<"/proc/$pid/ns/net"
	kill "$pid"
	wait "$pid"
}
undo_netns() { exec 8<&-; }

# An unfinished dump.
plant_module() { "$here/../container/dumphold" & dump=$!; sleep 1; }
undo_module() { kill "$dump"; wait "$dump"; }

# A container with a process in it.
plant_container() {
	mkdir "$cg/container"
	ctctl attach 900 --cgroup /container
	sleep 3600 & held=$!
	echo "$held" >"$cg/container/cgroup.procs"
}
undo_container() {
	kill "$held"
	wait "$held"
	ctctl detach 900
	rmdir "$cg/container"
}

plant_hook() { echo do_nanosleep >"$tracing/set_ftrace_filter"; echo function >"$tracing/current_tracer"; }
undo_hook() { echo nop >"$tracing/current_tracer"; echo >"$tracing/set_ftrace_filter"; }

plant_code() { modprobe dummy; }
undo_code() { rmmod dummy; }

plant_file() { touch /etc/ctbc/conf/999.conf; }
undo_file() { rm /etc/ctbc/conf/999.conf; }

plant_memory() { perl -e 'for (1..300) { defined shmget(0, 4096, 01600) or die $! }'; }
undo_memory() { ipcrm --all=shm; }

plant_queues() { perl -e 'for (1..300) { defined msgget(0, 01600) or die $! }'; }
undo_queues() { ipcrm --all=msg; }

plants=(mount cgroup dying process netns module container hook code file memory queues)
each() { for plant in "${plants[@]}"; do "$1_$plant"; done; }

found() { cat "$leaks_state/found"; grep "^$1" "$leaks_state/found"; }

each plant >"$log" 2>&1
each undo >>"$log" 2>&1
sed 's/^/# /' "$log"
check "count" leaks_begin
check "nothing leaks yet" leaks_none
each plant >/dev/null 2>&1
leaks_now
for kind in "${kinds[@]}"; do
	check "a leak is told: ${kind//-/}" found "$kind"
done
each undo >/dev/null 2>&1
check "nothing leaks when they are undone" leaks_none
finish
