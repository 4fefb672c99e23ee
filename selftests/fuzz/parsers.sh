#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: none --timeout 900
# needs: image fuzz
#
# The tool's parsers with sanitizers: each input of the corpora, and among them
# each that once found something.  "make fuzz" looks for more.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

fuzz=/ctbc/selftests/fuzz
mapfile -t targets < <(cd $fuzz/targets && printf '%s\n' *.c)

plan $((${#targets[@]} + 1))

# inputs TARGET: every one of them, in one process.
inputs() {
	local files=("$fuzz/corpus/$1"/*)

	"$here/parsers/$1" -timeout=60 -rss_limit_mb=2048 \
		-artifact_prefix=/tmp/ "${files[@]}" 2>&1 | tail -n 40
	[ "${PIPESTATUS[0]}" = 0 ]
}

check "the targets build" $fuzz/build "$here/parsers"
for target in "${targets[@]%.c}"; do
	check "$target" inputs "$target"
done
finish
