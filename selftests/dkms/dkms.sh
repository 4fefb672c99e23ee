#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --no-module --timeout 900 --mem 3G
# needs: image dkms
# kernels: 6.1
#
# The module through DKMS, on a Debian as its users have it: installed and built
# for the running kernel, loaded, built again when a newer kernel comes, removed.
#
# The newer kernel comes as its packages bring it: headers in place, then the
# script that they call, which DKMS has put there.  This machine never boots it.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

running=$(uname -r)
other=$(find /lib/modules/ -mindepth 1 -maxdepth 1 ! -name "$running" -printf '%f\n')
version=$(sed -n 's/^VERSION := //p' /ctbc/Makefile)

plan 9

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

enforced() {
	modprobe ctbc && cat /proc/ctbc/features &&
	grep -qE '^numproc +enforced ' /proc/ctbc/features &&
	[ "$(cat /sys/module/ctbc/version)" = "$version" ]
}

upgrade() {
	run-parts --verbose --exit-on-error --arg="$other" \
		/etc/kernel/header_postinst.d &&
	installed "$other" && status_is "$other" installed
}

# A rebuild for a kernel that has the module already does nothing.
again() { dkms autoinstall -k "$other" && installed "$other"; }

old_kernel_goes() {
	dkms remove "ctbc/$version" -k "$other" && absent "$other" &&
	installed "$running"
}

nothing_left() {
	modprobe -r ctbc && make -C /ctbc dkms-remove && [ ! "$(dkms status ctbc)" ] &&
	find /lib/modules /usr/lib/modules /usr/src /var/lib/dkms -name '*ctbc*' |
		tee /dev/stderr | wc -l | grep -qx 0
}

check "make dkms-install builds and installs for $running" by_make
check "DKMS has what the module needs and no more" nothing_else
check "the module loads, numproc is enforced" enforced
check "the other kernel has no module yet" absent "$other"
check "its arrival builds one for $other" upgrade
check "the loaded module was not touched" enforced
check "a second rebuild changes nothing" again
check "one kernel's module goes alone" old_kernel_goes
check "make dkms-remove leaves nothing" nothing_left
finish
