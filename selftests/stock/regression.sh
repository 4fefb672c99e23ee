#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernels: 6.12
# vm: --timeout 900 --mem 2G
#
# The kernel's own tests say the same with the module as without it. The programs
# that the file "set" names are run four times:
#
#	before		the module is not loaded
#	loaded		it is, and has a container that they are not in
#	inside		in a container, its limits far away
#	after		the module was unloaded
#
# and what each of them says of each of its subtests is compared with "before". A
# program that says something else is run once more, for an emulated machine is not
# always in time; a subtest that cannot be relied on even so, with no module near,
# is named in the file "flaky", with the reason.
#
# SET=full runs all of the set. ONLY=PATTERN runs those whose names match it.
# NUMPROC=N is the limit inside, for a look at how a difference is told.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

cgroups=/sys/fs/cgroup
work=/tmp/stock
limit=${NUMPROC:-100000}
seconds=120

plan 9

# Tests write where they lie.
mkdir -p "$work"
cp -a "$here/kernel" "$work/"
cd "$work" || exit
awk -v set="${SET:-short}" -v only="${ONLY:-.}" '
	/^[a-z]/ && $1 ~ only && (set == "full" || $2 == "short") {
		key = $1
		for (i = 3; i <= NF; i++) key = key ":" $i
		print key
	}' "$here/set" >wanted
awk -F '\t+' '/^[a-z]/ { print $1 "\t" $2 }' "$here/flaky" >flaky
touch found tried

# What a program has left in the cgroups, those of the other container excepted.
sweep() {
	local dir

	while read -r dir; do
		echo 1 >"$dir/cgroup.kill"
		rmdir "$dir"
	done < <(find "$cgroups" -mindepth 1 -depth -type d ! -path "$cgroups/stock" \
		! -path "$cgroups/other*")
	echo 1 >"$cgroups/stock/cgroup.kill"
	sed -E 's/[a-z]+/-&/g' "$cgroups/stock/cgroup.controllers" \
		>"$cgroups/stock/cgroup.subtree_control"
} 2>/dev/null

# What "nested" means: our cgroup becomes the root of all that can be seen, and we
# go into a child of it, for a root that hands its controllers down must be empty.
# shellcheck disable=SC2016
nest='mount --make-rprivate / && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
	mkdir /sys/fs/cgroup/init && echo $$ >/sys/fs/cgroup/init/cgroup.procs &&
	echo "+memory +pids" >/sys/fs/cgroup/cgroup.subtree_control && exec "$@"'

# run_program PROGRAM[:nested][:ARGUMENT...]: in the cgroup, its output as it is.
run_program() {
	local words as=()

	IFS=: read -ra words <<<"$1"
	if [ "${words[1]-}" = nested ]; then
		as=(unshare -C -m bash -c "$nest" nest)
		unset 'words[1]'
	fi
	(
		echo "$BASHPID" >"$cgroups/stock/cgroup.procs"
		cd "kernel/${1%%/*}" && cd "$(dirname "${words[0]#*/}")" || exit
		words[0]=./${words[0]##*/}
		exec setsid timeout -k 5 "$seconds" "${as[@]}" "${words[@]}"
	) </dev/null
}

# results PROGRAM STATUS: among what it printed, PROGRAM SUBTEST RESULT with tabs
# between; the number of a subtest is no part of its name.
results() {
	tr -d '\r' | awk -v program="$1" -v status="$2" '
	/^(not )?ok [0-9]+/ {
		result = /^not/ ? "not ok" : "ok"
		if (sub(/ *# SKIP */, " ")) result = "skipped"
		sub(/^(not )?ok [0-9]+ *(- *)?/, "")
		print program "\t" $0 "\t" result
	}
	END { print program "\texit status\t" status }'
}

# run_set RUN PROGRAM...: those programs, their results to the file RUN.
run_set() {
	local run=$1 program status; shift

	: >"$run"
	for program; do
		status=0
		run_program "$program" >output 2>&1 || status=$?
		sweep
		results "$program" "$status" <output >>"$run"
		{ echo "--- $run: $program: $status"; cat output; } >>outputs
	done
}

# differences RUN: what RUN says otherwise than "before", a line each: whether that
# is known or new, PROGRAM, SUBTEST, and what was said.
differences() {
	awk -F '\t' -v run="$1" '
	FILENAME == "flaky" { flaky[$1, $2]; next }
	{
		# A name may come more than once.
		nth = ++seen[FILENAME, $1, $2]
		key = $1 FS $2 FS nth
		said[FILENAME, key] = $3
		all[key]
	}
	function of(name, key) {
		return (name, key) in said ? said[name, key] : "absent"
	}
	END {
		for (key in all) {
			was = of("before", key)
			now = of(run, key)
			if (was == now) continue
			split(key, part, FS)
			name = part[1]
			sub(/:.*/, "", name)
			known = (name, part[2]) in flaky || (name, "*") in flaky
			print (known ? "flaky" : "new") FS part[1] FS part[2] FS \
				was " before, " now " " run
		}
	}' flaky before "$1" | sort
}

# new_ones RUN: those differences that nothing excuses; told, and in "different".
new_ones() {
	differences "$1" >found
	grep '^new' found >different
	sed 's/^[a-z]*\t//; s/\t/: /g' different
	[ -s different ]
}

# run RUN: all of the set, and those that say something else once more.
run() {
	local again

	mapfile -t all <wanted
	run_set "$1" "${all[@]}"
	[ "$1" != before ] && new_ones "$1" || return 0
	mapfile -t again < <(cut -f 2 different | sort -u)
	sed -i 's/^new/at first/' different
	cat different >>tried
	run_set again "${again[@]}"
	awk -F '\t' '
		FILENAME == "different" { drop[$2]; next }
		FILENAME == "again" || !($1 in drop)' different "$1" again >merged
	mv merged "$1"
	echo "and once more:"
	! new_ones "$1"
}

# count RUN: a comment for the reader.
count() {
	echo "# $1: $(cut -f 1 "$1" | sort -u | wc -l) programs; $(
		grep -v '	exit status	' "$1" | cut -f 3 | sort | uniq -c |
			awk '{ $1 = $1; print }' | paste -sd ,) of their subtests"
	sed -n 's/^flaky\t/# flaky: /p' found
	sed 's/^/# /' tried
	: >tried
}

all_built() { is "$(cat kernel/unbuilt)" ""; }

# A machine on which little works would prove little.
without() { run before && [ "$(cut -f 3 before | grep -cx ok)" -ge "${ENOUGH:-100}" ]; }

# One that has something to do while the tests run.
other() {
	mkdir "$cgroups/other" && modprobe ctbc && ctctl attach 102 --cgroup /other || return
	(
		echo "$BASHPID" >"$cgroups/other/cgroup.procs"
		while :; do sleep 0.5; done
	) & disown
}

into() { ctctl attach 101 --cgroup /stock && ctctl set 101 --numproc "$limit"; }

# A limit that nothing with a child fits into has to show.
too_low() {
	ctctl set 101 --numproc 2 || return
	run_set low clone3/clone3 pidfd/pidfd_wait
	ctctl set 101 --numproc "$limit" || return
	cp before before.all
	grep -E '^(clone3/clone3|pidfd/pidfd_wait)	' before.all >before
	new_ones low
	mv before.all before
	[ "$(grep -c 'clone3/clone3' different)" -gt 0 ] &&
	[ "$(grep -c 'pidfd/pidfd_wait' different)" -gt 0 ]
}

# They were in it, were refused nothing, and have given all back.
counted() {
	ctctl counters 101
	[ "$(counter 101 numproc maxheld)" -ge 20 ] && counts 101 numproc held 0 &&
	counts 101 numproc failcnt "$1"
}

gone() {
	ctctl detach 101 && ctctl detach 102 && rmmod ctbc
}

# $cgroups/stock stays where it is; what it hands down, each program says.
rmmod ctbc
mkdir "$cgroups/stock"
echo "+cpu +cpuset +memory +pids" >"$cgroups/cgroup.subtree_control"
check "all of the set is built" all_built
check "before: the kernel's tests, without the module" without
count before
check "the module, and a container beside them" other
check "loaded: all say the same" run loaded
count loaded
check "a container around them" into
check "inside: all say the same" run inside
count inside
check "they were counted in it, and nothing was refused" counted 0
check "a limit that is too low is told" too_low
gone >/dev/null 2>&1
check "after: all say the same when the module is gone" run after
count after
if [ "$failures" -gt 0 ] && [ "${VERBOSE-}" ]; then
	sed 's/^/# /' outputs
fi
finish
