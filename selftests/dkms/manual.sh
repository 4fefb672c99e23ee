#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: image dkms
# kernels: 6.12
#
# The manual pages, as man(1) shows them where they are installed.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

mapfile -t pages < <(find /usr/share/man -name 'ctctl*' | sort)

# renders NAME.SECTION: a page that says who it is, without a complaint.
renders() {
	local out
	out=$(MANWIDTH=80 man --warnings=w -P cat "${1##*.}" "${1%.*}" 2>"$log.err")
	cat "$log.err"
	[ ! -s "$log.err" ] && grep -q '^NAME$' <<<"$out" &&
	grep -q "^ *${1%.*} " <<<"$out" && grep -q '^DESCRIPTION$' <<<"$out"
}

# names PAGE WORD...: each word stands in it.
names() {
	local page=$1 word out
	shift
	out=$(MANWIDTH=80 man -P cat "${page##*.}" "${page%.*}" 2>/dev/null)
	for word; do
		grep -qw -e "$word" <<<"$out" || { echo "$page: no $word"; return 1; }
	done
}

plan $((${#pages[@]} + 2))
for page in "${pages[@]}"; do
	page=${page##*/}
	check "$page renders" renders "${page%.gz}"
done
mapfile -t parameters < <(awk '$1 != "view" && $1 != "bc" { print $1 }' /proc/ctbc/features)
check "ctctl.8 names each parameter" names ctctl.8 "${parameters[@]}"
check "ctctl.conf.5 is there" names ctctl.conf.5 ctbc.conf
finish
