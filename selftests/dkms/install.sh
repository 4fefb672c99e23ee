#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: none
#
# make install-tool, into a folder, as a packager does it.
#
# Runs on this machine, in the tree with the compiler: the sources are copied, for
# they are read-only there.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
to=$work/to
version=$(sed -n 's/^VERSION := //p' /ctbc/Makefile)

plan 6

install_it() {
	mkdir "$work/src" &&
	( cd /ctbc && cp -rp Makefile Kbuild COPYING uapi user "$work/src/" ) &&
	make -C "$work/src" install DESTDIR="$to"
}

# Files that are built for all of Debian have one place each.
only_known_places() {
	local known='etc/ctbc|usr/(sbin|lib/ctbc|lib/systemd/system)'
	known+='|usr/share/(man|bash-completion|doc|ctbc)'
	! find "$to" ! -type d | sed "s,^$to,," | grep -vE "^/($known)/"
}

knows_no_folder_of_the_build() {
	! grep -rIl "$work" "$to"
}

helps() {
	"$to/usr/sbin/ctctl" --help | tee /dev/stderr | grep -q create &&
	"$to/usr/sbin/ctctl" --version | tee /dev/stderr | grep -qF "$version"
}

as_vzctl() { "$to/usr/lib/ctbc/bin/vzctl" --help | grep -q create; }

twice() { make -C "$work/src" install DESTDIR="$to"; }

check "make install DESTDIR= succeeds" install_it
check "files are where they belong" only_known_places
check "no text names the folder of the build" knows_no_folder_of_the_build
check "ctctl --help and --version" helps
check "vzctl is the same tool" as_vzctl
check "a second time as well" twice
finish
