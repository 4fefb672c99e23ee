# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What leaks: the machine's objects counted before and after a storm.
#
# A test sources this after lib/ctbc.sh, does all it is about to do once, so that
# what the kernel makes at the first use is there, says `leaks_begin`, does it many
# times, and checks `leaks_none`, which says of each kind how many there are too
# many. Boot with slab_nomerge, so that a cache holds what its name says, and with
# slub_debug=F, without which all objects of a slab that a processor keeps for itself
# count as used.
#
# Counted, and tolerated:
#   mounts       of this mount namespace: none more
#   cgroups      none more
#   dying        cgroups removed but held: at most 2. A page or a slab object that
#                was charged to one keeps it until memory is wanted; dropping the
#                caches lets go of all but what a processor has set aside.
#   processes    that are no kernel thread and none of the test's own: none more
#   netns        network namespaces, those that nobody can see included: none more
#   module       references to ctbc: none more
#   containers   that ctbc knows: none more
#   held         the sum of what they hold of each beancounter: none more
#   hooks        functions that ftrace redirects: none more
#   code         areas of modules and trampolines: none more
#   files        of containers, below /run/ctbc, /vz and /etc/ctbc: none more
#   slab CACHE   objects in use, after the caches were dropped; see slack()
# All is counted again until it is right, or for half a minute: what has ended is
# freed by and by.

leaks_state=/tmp/leaks
mkdir -p "$leaks_state"

# Objects in use in each cache, but for those that the kernel keeps in stock: of
# unmapped areas until there are many, of requests to disks for each processor; and
# those of its monitor of memory, which comes and goes.
leaks_slabs() {
	local file

	sync
	echo 3 >/proc/sys/vm/drop_caches
	for file in /sys/kernel/slab/*/shrink; do
		[ -L "${file%/shrink}" ] || echo 1 >"$file"
	done 2>/dev/null
	awk 'NR > 2 && $1 !~ /^(vmap_area|bio-|damon_)/ { print "slab", $1, $2 }' /proc/slabinfo
}

# Those of the test's session are its shells, and what it starts and waits for.
leaks_processes() {
	local session

	session=$(ps -o sid= -p $$)
	ps -e -o pid=,ppid=,sid= | awk -v session="$session" '
		$1 == 2 || $2 == 2 || $3 == session + 0 { next }
		{ n++ }
		END { print n + 0 }'
}

leaks_containers() {
	[ -e /proc/ctbc/counters ] || return 0
	awk 'NR > 2 && NF == 7 { n++ }
	     NR > 2 && $(NF - 5) != "dummy" { held[$(NF - 5)] += $(NF - 4) }
	     END {
		print "containers -", n + 0
		for (name in held) print "held", name, held[name]
	     }' /proc/ctbc/counters
}

# lines COMMAND...: how many it prints.
lines() { "$@" 2>/dev/null | wc -l; }

leaks_files() {
	find /run/ctbc /vz/private /vz/root /etc/ctbc/conf -mindepth 1 -maxdepth 1 \
		! -name lock
}

# leaks_count: one line for each, KIND NAME NUMBER.
leaks_count() {
	local stat=/sys/fs/cgroup/cgroup.stat

	# Newer kernels free a network namespace when the next one goes.
	unshare -n true
	leaks_slabs
	echo "mounts - $(lines cat /proc/self/mountinfo)"
	awk '$1 == "nr_descendants" { print "cgroups -", $2 }
	     $1 == "nr_dying_descendants" { print "dying -", $2 }' $stat
	echo "processes - $(leaks_processes)"
	awk '$1 == "net_namespace" { print "netns -", $2 }' /proc/slabinfo
	awk '$1 == "ctbc" { print "module -", $3 }' /proc/modules
	leaks_containers
	echo "hooks - $(lines cat /sys/kernel/tracing/enabled_functions)"
	echo "code - $(lines grep -E 'module|execmem|trampoline' /proc/vmallocinfo)"
	echo "files - $(lines leaks_files)"
}

# leaks_compare: what there is too much of, a line each. Only more is a leak: the
# machine may well have used what it has no more need of.
leaks_compare() {
	awk '
	# Memory without a name is used by all, and a daemon of the kernel may just
	# be at work.
	function slack(kind, name) {
		if (kind == "dying") return 2
		if (kind != "slab") return 0
		return name ~ /^(kmalloc|maple_node|vm_area|anon_vma|pid$|filp|dentry|.*inode_cache|radix_tree|buffer|kernfs|ext4)/ ? 40 : 8
	}
	FNR == NR { before[$1 " " $2] = $3; next }
	{
		more = $3 - before[$1 " " $2]
		if (more <= slack($1, $2)) next
		name = $1 ($2 == "-" ? "" : " " $2)
		print name ": " before[$1 " " $2] + 0 ", now " $3
		bad = 1
	}
	END { exit bad }' "$leaks_state/before" "$leaks_state/after"
}

leaks_now() { leaks_count >"$leaks_state/after"; leaks_compare >"$leaks_state/found"; }

# What has just ended is freed by workers, by RCU and by kernel threads that wait
# for a while first. Of several counts the most: what the counting itself needs, and
# what the kernel sets free and makes again, is no leak.
leaks_begin() {
	sleep 3
	for _ in 1 2 3; do
		leaks_count
	done | awk '
		{ key = $1 " " $2; if (!(key in most) || $3 > most[key]) most[key] = $3 }
		END { for (key in most) print key, most[key] }' >"$leaks_state/before"
	[ -s "$leaks_state/before" ]
}

leaks_none() {
	within "${1:-30}" leaks_now && return
	cat "$leaks_state/found"
	return 1
}
