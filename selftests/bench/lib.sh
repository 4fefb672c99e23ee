# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What figures share.  They run as root in a virtual machine that runs nothing
# else; any error is fatal to them.

set -euo pipefail
figure=${0##*/}
bin=/share
module=$bin/ctbc.ko
cgroups=/sys/fs/cgroup
plain=plain/1
tree=/vz/bench/tree
bundle=/vz/bench/bundle
round=1

# row MEASURE X CASE VALUE: a result.  X is a number, or - for none; VALUE is one, or
# what "ops" prints.
row() {
	[ "$4" ]
	printf '@row\t%s\t%s\t%s\t%s\t%s\t%s\n' \
		"$figure" "$1" "$2" "$3" "$round" "$4"
}

rounds() { seq "${BENCH_ROUNDS:?}"; }
loaded() { [ -e /proc/ctbc/version ]; }
load() { loaded || insmod "$module"; }
unload() { ! loaded || rmmod ctbc; }

# crowd FIRST LAST: containers with nothing in them, of these ids, in the
# cgroups /crowd/ID.
crowd() { load; "$bin/crowd" "$1" "$2"; }

# empty_crowd: no container is left, nor a cgroup of one.
empty_crowd() {
	unload
	[ ! -d "$cgroups/crowd" ] ||
		find "$cgroups/crowd" -depth -type d -exec rmdir {} +
}

# enforced: the parameters that this kernel enforces: of what the features name,
# what has a limit that can be listed.
enforced() {
	awk 'FNR == NR { if ($2 == "enforced") on[$1] = 1; next }
		sub(/\.l$/, "", $1) && $1 in on { print $1 }
	' /proc/ctbc/features <(ctctl list --list)
}

# all_limits ID: every counter that there is has a limit, far away.
all_limits() {
	local name options=()
	for name in $(enforced); do
		options+=("--$name" 1000000)
	done
	[ ${#options[@]} -gt 0 ]
	ctctl set "$1" "${options[@]}" >/dev/null
}

# in_cgroup PATH COMMAND...: the path below the root cgroup.
in_cgroup() {
	(
		mkdir -p "$cgroups/$1"
		echo "$BASHPID" >"$cgroups/$1/cgroup.procs"
		shift
		exec "$@"
	)
}

# ops CGROUP OPERATION [EXTRA]: minimum, median and mean of its cost, for a task in that
# cgroup.
ops() {
	in_cgroup "$1" "$bin/ops" -c "${BENCH_CHUNKS:?}" -x "${3-0}" "$2"
}

# state CASE: bring it about.
#   absent    the module is not loaded
#   idle      it is, and there is no container
#   outside   there are a hundred, and the task is in none of them
#   inside    it is in one, with a limit on every counter
# Outside of a container too, the task is in a cgroup of the second level, so
# that only the module makes a difference.
state() {
	case $1 in
	absent) unload;;
	idle) load;;
	outside) crowd 1 100;;
	inside) crowd 1 100; all_limits 1;;
	esac
	settle
}

# place CASE: the cgroup of the task that is measured.
place() { if [ "$1" = inside ]; then echo crowd/1; else echo "$plain"; fi; }

# settle: what a change left for later is done before the measuring.
settle() { sleep 2; }

# operation OPERATION...: what each costs in each of the states, one state after
# the other in each round, so that no drift of the machine's comes in; and then,
# unless it is to be short, in a container of each tool, for which namespaces,
# system call filter and the kernel's own controllers come on top.
operation() {
	local case op extra

	for round in $(rounds); do
		for case in absent idle outside inside; do
			empty_crowd
			state "$case"
			extra=0
			[ "$case" = absent ] || extra=${BENCH_EXTRA:?}
			for op; do
				row "$op" - "$case" "$(ops "$(place "$case")" "$op" "$extra")"
			done
		done
	done
	empty_crowd
	round=1
	[ "$BENCH_SHORT" ] || in_containers "$@"
}

in_containers() {
	local tool op

	container_tree
	for tool in crun nspawn ctctl; do
		[ "$tool" != ctctl ] || container_up
		for op; do
			row "$op" - "$tool" "$("in_$tool" /ops -c "$BENCH_CHUNKS" "$op")"
		done
	done
	ctctl stop 101 --fast >/dev/null
}

container_up() {
	load
	configure 101
	ctctl start 101 >/dev/null
	settle
}

# container_tree: a busybox tree for all of crun, nspawn, ctctl and the floor.
container_tree() {
	[ ! -d "$tree" ] || return 0
	mkdir -p "$tree" "$bundle"
	tar -x -C "$tree" -f /template/busybox.tar
	rm -f "$tree/sbin/init"
	cp "$bin/started" "$tree/sbin/init"
	cp "$bin/ops" "$tree/ops"
}

# crun_config FILE WORD...: crun's own example of a configuration, for a command
# in our tree.
crun_config() {
	local file=$1

	shift
	rm -f "$bundle/config.json"
	crun spec --bundle "$bundle" 2>/dev/null ||
		( cd "$bundle" && crun spec )
	jq --arg tree "$tree" --arg words "$*" '.process.terminal = false |
		.process.args = ($words | split(" ")) | .root.path = $tree |
		.root.readonly = false' <"$bundle/config.json" >"$bundle/tmp"
	mv "$bundle/tmp" "$file"
}

crun_do() { crun --cgroup-manager=cgroupfs "$@"; }

# There is no systemd to ask for a scope, or to register with: it stays in the
# cgroup that it finds itself in.  The tree is everybody's, so it must not lock it.
export SYSTEMD_NSPAWN_LOCK=0
nspawn=(systemd-nspawn --quiet --register=no --keep-unit --private-network
	--console=pipe --resolv-conf=off --timezone=off --link-journal=no)

# in_TOOL COMMAND...: in a container of that tool's.
in_crun() {
	crun_config "$bundle/config.json" "$@"
	crun_do run --bundle "$bundle" once
}

in_nspawn() {
	in_cgroup nspawn-once "${nspawn[@]}" --directory="$tree" "$@" </dev/null |
		tr -d '\r'
}

in_ctctl() { ctctl exec2 101 "$@"; }

# containers: the tools that make containers, and what they are measured by.
containers() { echo floor crun nspawn ctctl; }

# start TOOL ID: start its container and print the nanoseconds until init runs and
# the command has ended, and the command's process id.
start() {
	local until=(-u "$tree/started")

	case $1 in
	floor) "$bin/stopwatch" "${until[@]}" "$bin/floor" start "$2" "$tree";;
	crun)
		[ -e "$bundle/init/config.json" ] || {
			mkdir -p "$bundle/init"
			crun_config "$bundle/init/config.json" /sbin/init
		}
		"$bin/stopwatch" "${until[@]}" crun --cgroup-manager=cgroupfs run \
			--detach --bundle "$bundle/init" "ct$2";;
	nspawn)
		in_cgroup "nspawn-$2" "$bin/stopwatch" "${until[@]}" -l "${nspawn[@]}" \
			--machine="ct$2" --directory="$tree" /sbin/init;;
	ctctl) "$bin/stopwatch" "${until[@]}" ctctl start "$2";;
	esac
}

# stop TOOL ID PID: the like, until nothing of it is left; PID is what start said.
# None of them asks the container's init.
stop() {
	case $1 in
	floor) "$bin/stopwatch" "$bin/floor" stop "$2";;
	crun) "$bin/stopwatch" crun --cgroup-manager=cgroupfs delete --force "ct$2";;
	nspawn) "$bin/stopwatch" -p "$3" kill "$3";;
	ctctl) "$bin/stopwatch" ctctl stop "$2" --fast;;
	esac
}

# configure ID: a container of ctctl's, with a limit on every counter, in the
# tree that the others use.
configure() {
	{
		printf 'VE_PRIVATE="%s"\n' "$tree"
		enforced | while read -r name; do
			printf '%s="1000000:1000000"\n' "${name^^}"
		done
	} >"/etc/ctbc/conf/$1.conf"
}

# tidy: as before the figure.
tidy() {
	empty_crowd
	find "$cgroups" -mindepth 1 -depth -type d -path "$cgroups/nspawn-*" \
		-exec rmdir {} +
	rm -rf /vz/bench
	find /etc/ctbc/conf -name '[1-9]*.conf' -delete
}
