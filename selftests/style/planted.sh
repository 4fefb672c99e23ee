#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# planted.sh - does each check of the source find what it is for?
#
# Usage: planted.sh [CHECK...]      default: all but the slow ones
#        planted.sh --all           those that build and boot kernels as well
#
# Plants one defect at a time in a copy of the tree, and wants the check to fail
# and to name the place.  Prints KTAP and, as the last line,
#   N passed, N failed, N skipped
# Words that another check would find in this file are written in two parts.

. "$(dirname "$(readlink -f "$0")")/../vm/lib.sh"

given=("$@")
[ "$(id -u)" = 0 ] || root "${given[@]}"
work=$(mktemp -d "${TMPDIR:-/tmp}/ctbc-planted.XXXXXX")
trap 'rm -rf "$work"' EXIT
export CTBC_CACHE=$cache

slow=' build-6.1 build-6.12 build-newest features '
passed=0 failed=0 number=0

wanted() {
	case ${given[0]-} in
	'') [[ $slow != *" $1 "* ]];;
	--all) true;;
	*) [[ " ${given[*]} " == *" $1 "* ]];;
	esac
}

# plant CHECK PLACE COMMAND...: after COMMAND in a copy of the tree, CHECK fails
# with a line that matches PLACE, which it does not say of the tree as it is.
plant() {
	local check=$1 place=$2; shift 2
	wanted "$check" || return 0
	number=$((number + 1))
	rm -rf "$work/tree"
	mkdir "$work/tree"
	tar -C "$repo" --exclude=./build --exclude=./.git -c . | tar -C "$work/tree" -x
	( cd "$work/tree" && "$@" )
	if ! "$work/tree/selftests/style/run" "$check" >"$work/out" 2>&1 &&
			grep -qE "^# .*$place" "$work/out"; then
		passed=$((passed + 1))
		echo "ok $number $check finds $place"
	else
		failed=$((failed + 1))
		tail -n 20 "$work/out" | sed 's/^/# /'
		echo "not ok $number $check finds $place"
	fi
}

# add FILE LINE...: append these lines to it.
add() { printf '%s\n' "${@:2}" >>"$1"; }

# script FILE LINE...: a new script.
script() { add "$1" '#!/bin/sh' '# SPDX-License-Identifier: GPL-2.0' "${@:2}"; }

# source FILE LINE...: a new C file.
source() { add "$1" '// SPDX-License-Identifier: GPL-2.0' "${@:2}"; }

# lines N LINE: N times LINE.
lines() { yes "$2" | head -n "$1" || :; }

long_file() { lines 601 '' >>kernel/bc/owner.c; }
long_function() {
	{ echo 'static void planted(void)'; echo '{'; lines 78 '	;'; echo '}'; } \
		>>user/util.c
}
long_script() {
	script user/planted.sh 'planted() {'
	{ lines 80 ':'; echo '}'; } >>user/planted.sh
}

echo "KTAP version 1"
plant layers 'bc/task.c:.*nl is not below bc' \
	add kernel/bc/task.c '#include "kernel/nl/family.h"'
plant layers 'view/proc.c:.*only by struct' \
	add kernel/view/proc.c '#include "kernel/bc/counter.h"'
plant layers 'user/util.c:.*nothing of the module' \
	add user/util.c '#include "../kernel/core/param.h"'
plant versions 'bc/task.c:[0-9]+:' add kernel/bc/task.c '#if LINUX_VERSION_CODE'
plant version 'Makefile says 9' sed -i 's/^VERSION := .*/VERSION := 9.9/' Makefile
plant spdx 'kernel/main.c' sed -i 1d kernel/main.c
plant places 'ho''me/somebody' add user/util.c '/* /ho''me/somebody/x */'
plant places 'deb''ian.org' add user/util.c '/* deb.deb''ian.org */'
plant sizes 'owner.c: [0-9]+ lines' long_file
plant sizes 'util.c:[0-9]+: static void planted.*: 81 lines' long_function
plant sizes 'planted.sh:[0-9]+: planted.*: 82 lines' long_script
plant documented 'counter.c:[0-9]+: ctbc_planted' \
	add kernel/bc/counter.c '' 'void ctbc_planted(void)' '{' '}'
plant documented 'counter.c:[0-9]+: ctbc_split' \
	add kernel/bc/counter.c '' 'unsigned long' 'ctbc_split(void)' '{' '}'
plant documented 'counter.h:[0-9]+: struct planted' \
	add kernel/bc/counter.h '' 'struct planted {' '	int a;' '};'
plant kernel-doc "counter.c:[0-9]+: warning:.*'b'" \
	add kernel/bc/counter.c '' '/**' ' * ctbc_planted() - a' ' * @a: b' ' */' \
	'void ctbc_planted(int a, int b)' '{' '}'
plant parameters 'bc/task.c:[0-9]+: numproc' \
	add kernel/bc/task.c 'static const char *planted = "numproc";'
plant spec 'param: numproc: header .5' \
	sed -i '/name: numproc$/{n;s/5/55/}' uapi/ctbc.yaml
plant spec 'container-attr: state: header .*u32' \
	sed -i '/name: state$/{n;s/u32/u64/}' uapi/ctbc.yaml
plant spec 'Additional properties' sed -i 's/^protocol:/planted: 1\n&/' uapi/ctbc.yaml
plant checkpatch 'main.c:[0-9]+: ERROR' \
	add kernel/main.c 'static int planted = 0;'
plant cppcheck 'planted.c:5:.*uninitvar' source user/planted.c \
	'static int planted(void);' 'static int planted(void)' '{' \
	'	int *p, q = *p;' '	return q;' '}'
plant analyzer 'planted.c:[0-9]+:.*leak' source user/planted.c \
	'#include <stdio.h>' 'int planted(void);' 'int planted(void)' \
	'{' '	FILE *f = fopen("/a", "r");' '	return f ? fgetc(f) : 0;' '}'
plant mutants 'failcnt-not-counted: changes nothing' \
	sed -i 's/atomic64_inc(&c->failcnt)/atomic64_add(1, \&c->failcnt)/' kernel/bc/counter.c
# shellcheck disable=SC2016
plant shell 'planted.sh:3:.*SC2086' script user/planted.sh 'ls $1'
plant spelling 'te''h ==>' add user/util.c '/* te''h */'
plant manual 'planted.8:' add user/man/planted.8 '.\" SPDX' '.SH NAME' '.Xy' 'a'
plant build-6.1 'main.c:[0-9]+:.*missing-prototypes|planted.*no previous prototype' \
	add kernel/main.c 'void planted(void)' '{' '}'
for kernel in 6.1 6.12 newest; do
	plant "build-$kernel" "main.c:[0-9]+:.*'?planted'? was not declared" \
		add kernel/main.c 'int planted;'
done
plant build-6.12 'util.c:[0-9]+:.*unused' \
	add user/util.c 'static int planted(void)' '{' '	return 0;' '}'
plant features '-\| planted' \
	add README.md '<!-- features -->' '| planted |' '<!-- /features -->'
echo "1..$number"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
