#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --no-module --timeout 300
# needs: image dkms
# kernels: 6.12
#
# What DKMS has built and installed (by build.sh) works on the kernel that it is
# for, and goes without a trace.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

running=$(uname -r)
version=$(sed -n 's/^VERSION := //p' /ctbc/Makefile)

plan 4

unpack() { tar -x -f "$here/state.tar" -C / --keep-directory-symlink && depmod; }

by_dkms() {
	[ "$(modinfo -n ctbc)" = "/lib/modules/$running/updates/dkms/ctbc.ko" ] &&
	dkms status ctbc | tee /dev/stderr |
		grep -q "^ctbc/$version, $running, .*: installed"
}

enforced() {
	modprobe ctbc && cat /proc/ctbc/features &&
	grep -qE '^numproc +enforced ' /proc/ctbc/features &&
	[ "$(cat /sys/module/ctbc/version)" = "$version" ]
}

nothing_left() {
	modprobe -r ctbc && make -C /ctbc dkms-remove && [ ! "$(dkms status ctbc)" ] &&
	find /lib/modules /usr/lib/modules /usr/src /var/lib/dkms -name '*ctbc*' |
		tee /dev/stderr | wc -l | grep -qx 0
}

if [ ! -e "$here/state.tar" ]; then
	for name in unpack by_dkms enforced nothing_left; do
		skip "$name" "dkms/build.sh has left nothing"
	done
	finish
fi
check "what was built for two kernels is here" unpack
check "the module is the one of DKMS" by_dkms
check "it loads, numproc is enforced" enforced
check "make dkms-remove leaves nothing" nothing_left
finish
