#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# planted.sh - does a sanitizer kernel report each kind of defect?
#
# Usage: planted.sh KERNEL          6.12 or newest
#
# Boots a machine for each defect of planted.c, and one for none.  Prints KTAP and
# as the last line
#   N passed, N failed, N skipped

. "$(dirname "$(readlink -f "$0")")/../vm/lib.sh"

# A defect, and what the machine must say of it.
defects='use-after-free BUG: KASAN: .*use-after-free
leak kmemleak: [0-9]+ new suspected memory leak
lock-inversion WARNING: possible circular locking dependency
sleep-in-atomic BUG: sleeping function called from invalid context
rcu-misuse WARNING: suspicious RCU usage
free-of-active ODEBUG: free active
uncharge-too-many WARNING: .*counter'

[ $# = 1 ] || usage
[ "$(id -u)" = 0 ] || root "$@"
kernel=$1-debug
work=$(mktemp -d "${TMPDIR:-/tmp}/ctbc-planted.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/module" "$work/share"

# The module is built like any other against the kernel's headers.
cp -a "$repo"/{kernel,uapi} "$work/module/"
cp "$repo/selftests/debug/planted.c" "$work/module/"
# shellcheck disable=SC2016
printf '%s\n' 'obj-m := planted.o' \
	'LINUXINCLUDE := -I$(src)/kernel/compat $(LINUXINCLUDE) -I$(src)/uapi -I$(src)' \
	>"$work/module/Kbuild"
# shellcheck disable=SC2016
"$vm/inside" "$kernel" "$work/module" \
	bash -c 'make -s -C "$KDIR" M=/build modules' >"$work/log" 2>&1 ||
	{ cat "$work/log" >&2; die "planted.ko does not build"; }
cp "$work/module/planted.ko" "$work/share/"

# machine NAME STATUS TEXT COMMAND...: it ends with that status, and says so.  The
# verdict goes to the files NAME.ok or NAME.bad.
machine() {
	local name=$1 want=$2 text=$3 status=0; shift 3
	"$vm/run" --kernel "$kernel" --share "$work/share" -- "$@" \
		>"$work/$name.out" 2>&1 </dev/null || status=$?
	if [ $status = "$want" ] && grep -qE "$text" "$work/$name.out"; then
		: >"$work/$name.ok"
	else
		{ cat "$work/$name.out"
		echo "exit status $status, wanted $want; \"$text\" was to be said"
		} >"$work/$name.bad"
	fi
}

# As many at a time as there are processors.
machine none 0 well echo well &
while read -r name text; do
	[ "$(jobs -pr | wc -l)" -lt "$(nproc)" ] || wait -n
	machine "$name" 125 "kernel log: .*$text" \
		insmod /share/planted.ko "defect=$name" &
done <<<"$defects"
wait

passed=0 failed=0
echo "KTAP version 1"
echo "1..$(($(wc -l <<<"$defects") + 1))"
for name in none $(cut -d ' ' -f 1 <<<"$defects"); do
	if [ -e "$work/$name.ok" ]; then
		passed=$((passed + 1))
		echo "ok $((passed + failed)) planted: $name"
	else
		failed=$((failed + 1))
		sed 's/^/# /' "$work/$name.bad"
		echo "not ok $((passed + failed)) planted: $name"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
