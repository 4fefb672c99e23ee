#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# build.sh - the module for one kernel, with all warnings and under sparse, and
# the tool with the libraries that go with it: not a word from either.
#
# Usage: build.sh KERNEL
#
# KBUILD_CHECKSRC is what C= sets; set by itself it also works with headers that
# come without the kernel's test for a recent sparse.  Two words that Debian's
# sparse does not know yet are put in its own terms.

. "$(dirname "$(readlink -f "$0")")/../vm/lib.sh"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
"$vm/build" "$1" -- W=1 KBUILD_CHECKSRC=2 \
	"CF=-D__typeof_unqual__=__typeof__ '-D__builtin_strlen(s)=(sizeof(s) - 1)'" \
	>/dev/null 2>"$log" || status=$?
[ $status = 0 ] || { tail -n 40 "$log"; exit 1; }
if grep -v -e 'checker-valid\.sh' -e 'KBUILD_CHECKSRC\|C=.* specified' "$log" |
		grep -B 3 -A 8 -iE '\<(warning|error)\>'; then
	exit 1
fi
exit 0
