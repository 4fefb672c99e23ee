# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# apt.sh - Debian's archive as this machine reaches it, for any suite, without
# touching the machine's own sources or its package state.
#
# Usage: . apt.sh (after lib.sh); then
#   sources SUITE [backports]         print one-line sources of that suite
#   private SUITE [backports]         set up $apt, an apt-get of its own
#
# The archive's address is the first in the machine's apt configuration whose
# label is Debian; security updates come along where the machine has a security
# address.  Everything is checked against Debian's archive keyring.

keyring=
for keyring in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
	[ -r "$keyring" ] && break
done

# address LABEL: the first address in the machine's configuration with it.
address() {
	local uri label
	# shellcheck disable=SC2016
	while IFS='|' read -r uri label; do
		[ "$label" = "$1" ] || continue
		case $uri in
		mirror+file:*)
			uri=${uri#mirror+file:}
			uri=$(sed -n '/^[a-z]/{s/[[:space:]].*//;p;q}' "${uri%/}");;
		esac
		echo "${uri%/}"
		return
	done < <(apt-get indextargets --format '$(REPO_URI)|$(LABEL)')
}

sources() {
	local archive security by="[signed-by=$keyring]"
	archive=$(address Debian)
	[ "$archive" ] || die "apt-get knows no Debian archive; run apt-get update"
	security=$(address Debian-Security)
	echo "deb $by $archive $1 main"
	[ "$security" ] && echo "deb $by $security $1-security main"
	[ "${2-}" = backports ] && echo "deb $by $archive $1-backports main"
	return 0
}

private() {
	local state=$cache/apt/$1${2:+-$2}
	mkdir -p "$state/lists/partial" "$state/archives/partial"
	sources "$@" >"$state/sources.list"
	: >"$state/status"
	apt=(apt-get -qq -o Dir::State="$state" -o Dir::State::Lists="$state/lists"
		-o Dir::State::status="$state/status" -o Dir::Cache="$state"
		-o Dir::Etc::sourcelist="$state/sources.list"
		-o Dir::Etc::sourceparts=/dev/null
		-o Dir::Etc::preferences=/dev/null
		-o Dir::Etc::preferencesparts=/dev/null
		-o APT::Sandbox::User=root -o APT::Architecture=amd64
		-o APT::Install-Recommends=false)
	[ "${2-}" ] && apt+=(-t "$1-$2")
	"${apt[@]}" update
}
