#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --no-module
# needs: image dkms
# kernels: 6.12
#
# The manual pages, as man(1) shows them where they are installed.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

mapfile -t pages < <(cd /ctbc && find . -name '*.[1-9]' -path '*/man/*' | sort)
if [ ${#pages[@]} = 0 ]; then
	plan 1
	skip "manual pages" "there is none"
	finish
fi

# renders FILE: a page that says who it is, its first section, no complaint.
renders() {
	local name=${1##*/} out
	install -D -m 644 "/ctbc/$1" "/usr/share/man/man${name##*.}/$name" &&
	out=$(MANWIDTH=80 man --warnings=w -P cat "${name##*.}" "${name%.*}" 2>"$name.err") &&
	[ ! -s "$name.err" ] && grep -q '^NAME$' <<<"$out" &&
	grep -q "${name%.*}" <<<"$out"
}

plan ${#pages[@]}
cd "$(mktemp -d)" || exit 1
for page in "${pages[@]}"; do
	check "${page##*/} renders" renders "$page"
done
finish
