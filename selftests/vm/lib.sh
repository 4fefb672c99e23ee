# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# lib.sh - what the scripts of this folder share: where things lie, how they
# complain, how a piece of the cache is made once and seen whole.
#
# Usage: . "$(dirname "$(readlink -f "$0")")/lib.sh"
#
# The cache is $CTBC_CACHE, or build/cache in the repository.  Every piece is
# built under a name that ends in .tmp and renamed when complete; a lock file
# beside it keeps a second builder waiting.  A piece that is there is complete.

set -euo pipefail
umask 022

me=$(basename "$0")
vm=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
repo=$(readlink -f "$vm/../..")
cache=${CTBC_CACHE:-$repo/build/cache}
export LC_ALL=C.UTF-8

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$*"; exit 125; }

# usage: show the head of the calling script, as far as it tells how to use it.
usage() {
	sed -n '/^# Usage/,/^$/{s/^# \{0,1\}//p}' "$0" >&2
	exit 125
}

# root ARG...: run the calling script again under sudo where we are not root.
root() {
	[ "$(id -u)" = 0 ] && return
	exec sudo env CTBC_CACHE="$cache" TERM="${TERM:-dumb}" \
		"$(readlink -f "$0")" "$@"
}

# once PATH FUNCTION ARG...: make PATH with "FUNCTION PATH.tmp ARG...", unless
# it is there.  The function gets a name that does not exist yet and must leave
# a file or a folder of that name.
once() {
	local path=$1 make=$2; shift 2
	[ -e "$path" ] && return
	mkdir -p "$(dirname "$path")"
	(
		flock 9
		[ -e "$path" ] && exit
		rm -rf --one-file-system "$path.tmp"
		"$make" "$path.tmp" "$@"
		mv -T "$path.tmp" "$path"
	) 9>"$path.lock"
	[ -e "$path" ] || die "could not make $path"
}

# locked PATH COMMAND...: run COMMAND while holding PATH.lock.  Not for use in a
# condition: bash would then go on after an error in COMMAND.
locked() {
	local path=$1; shift
	mkdir -p "$(dirname "$path")"
	( flock 9; "$@" 9>&- ) 9>"$path.lock"
}

# kernel_suite KERNEL: the Debian suite whose libraries and compiler go with it.
kernel_suite() {
	case ${1%-debug} in
	6.1|6.12) echo bookworm;;
	newest) echo trixie;;
	*) die "no such kernel: $1 (there are 6.1, 6.12 and newest)";;
	esac
}
