#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: none --timeout 300
# needs: image dkms
#
# The module through DKMS on a Debian with two kernels: installed and built for
# one, built again when the other comes, removed.
#
# The tree is not booted, for a compiler takes its time in an emulated machine:
# uname is told to say which kernel runs.  The other kernel comes as its packages
# bring it: headers in place, then the script that they call, which DKMS has put
# there.  dkms.sh goes on in a virtual machine with what is built here.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

mapfile -t releases < <(find /lib/modules/ -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V)
running=${releases[0]} other=${releases[1]}
version=$(sed -n 's/^VERSION := //p' /ctbc/Makefile)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s\n' '#!/bin/sh' "[ \"\$*\" = -r ] && echo $running || /usr/bin/uname \"\$@\"" \
	>"$work/uname"
chmod +x "$work/uname"
PATH=$work:$PATH
rm -f "$here/state.tar"

plan 8

installed() { [ "$(modinfo -k "$1" -F vermagic ctbc | cut -d ' ' -f 1)" = "$1" ]; }
absent() { ! installed "$1"; }
status_is() { dkms status ctbc | tee /dev/stderr | grep -q "^ctbc/$version, $1, .*: $2"; }

# by_make FOLDER: from sources that nobody can write to.
by_make() {
	make -C /ctbc dkms-install && installed "$running" &&
	status_is "$running" installed
}

nothing_else() {
	( cd "/usr/src/ctbc-$version" && echo -- * ) | tee /dev/stderr |
		grep -qx -- '-- COPYING Kbuild Makefile dkms.conf kernel uapi'
}

upgrade() {
	run-parts --verbose --exit-on-error --arg="$other" \
		/etc/kernel/header_postinst.d &&
	installed "$other" && status_is "$other" installed
}

# A rebuild for a kernel that has the module already does nothing.
again() { dkms autoinstall -k "$other" && installed "$other"; }

hand_over() {
	tar -cf "$here/state.tar" -C / "usr/src/ctbc-$version" var/lib/dkms \
		"lib/modules/$running/updates" "lib/modules/$other/updates"
}

old_kernel_goes() {
	dkms remove "ctbc/$version" -k "$other" && absent "$other" &&
	installed "$running"
}

nothing_left() {
	make -C /ctbc dkms-remove && [ ! "$(dkms status ctbc)" ] &&
	find /lib/modules /usr/lib/modules /usr/src /var/lib/dkms -name '*ctbc*' |
		tee /dev/stderr | wc -l | grep -qx 0
}

check "make dkms-install builds and installs for $running" by_make
check "DKMS has what the module needs and no more" nothing_else
check "the other kernel has no module yet" absent "$other"
check "its arrival builds one for $other" upgrade
check "a second rebuild changes nothing" again
check "what was built can be taken along" hand_over
check "one kernel's module goes alone" old_kernel_goes
check "make dkms-remove leaves nothing" nothing_left
finish
