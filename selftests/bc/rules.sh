#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# vm: --append slub_debug=FZP
#
# numiptent: rules of nftables and of iptables, counted and refused
#
# The modules that hold them come after ours, go before it, and come again.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

# A small kernel, like a sanitizer's, has neither.
if ! modinfo -n nf_tables >/dev/null 2>&1; then
	echo "TAP version 13"
	echo "1..0 # SKIP this kernel has no packet filter"
	exit 4
fi

plan 17
id=4751
cgroup=/sys/fs/cgroup/rules
work=$(mktemp -d)

# inside COMMAND...: as a process of the container, in a network of its own.
inside() { ( echo "$BASHPID" >"$cgroup/cgroup.procs" && exec ip netns exec rules "$@" ); }

held() { within 5 counts "$id" numiptent held "$1"; }
failed() { counts "$id" numiptent failcnt "$1"; }
filter() { inside nft "$@"; }
ipt() { inside iptables-legacy "$@"; }

# times N COMMAND...
times() {
	local i
	for ((i = 0; i < $1; i++)); do
		"${@:2}" || return
	done
}

start() {
	! lsmod | grep -E '^(nf_tables|x_tables) ' && mkdir -p "$cgroup" &&
	ip netns add rules && ctctl attach "$id" --cgroup /rules && held 0
}

nft_limit() {
	ctctl set "$id" --numiptent 5 &&
	filter add table inet t && filter add chain inet t c && held 0 &&
	times 5 filter add rule inet t c counter && held 5 && failed 0 &&
	refused 1 "Cannot allocate memory" filter add rule inet t c counter &&
	held 5 && failed 1 && counts "$id" numiptent maxheld 5 &&
	ctctl set "$id" --numiptent 7 && filter add rule inet t c counter && held 6
}

handle() { inside nft -a list chain inet t c | sed -n 's/.*# handle \([0-9]*\)$/\1/p' | tail -n 1; }

rules() { is "$(inside nft -a list chain inet t c | grep -c '# handle.*$')" $(($1 + 1)); }

nft_delete() {
	filter delete rule inet t c handle "$(handle)" && held 5 &&
	filter flush chain inet t c && held 0 &&
	times 3 filter add rule inet t c counter && held 3 && filter delete table inet t &&
	held 0
}

# A chain that only one rule jumps to lives and ends with that.
nft_bound() {
	filter add table inet t && filter add chain inet t c &&
	filter add rule inet t c 'jump { counter; counter; }' && held 3 &&
	filter delete rule inet t c handle "$(handle)" && held 0 &&
	filter delete table inet t
}

# All or nothing: what was charged for the first rules goes back.
nft_batch() {
	filter add table inet t && filter add chain inet t c &&
	! printf 'add rule inet t c counter\n%.0s' {1..20} | filter -f - && held 0 &&
	! printf '%s\n' 'add rule inet t c counter' 'add rule inet t c jump none' |
		filter -f - && held 0 &&
	printf 'add rule inet t c counter\n%.0s' {1..7} | filter -f - && held 7 &&
	! { echo 'flush chain inet t c'; printf 'add rule inet t c drop\n%.0s' {1..8}; } |
		filter -f - && held 7 && rules 7 &&
	! filter add rule inet t c drop && held 7 &&
	{ echo 'flush chain inet t c'; printf 'add rule inet t c drop\n%.0s' {1..6}; } |
		filter -f - && held 6 && rules 6 &&
	printf '%s\n' 'add rule inet t c drop' 'flush table inet t' | filter -f - &&
	held 0 && filter delete table inet t
}

nft_replace() {
	filter add table inet t && filter add chain inet t c &&
	filter add rule inet t c counter &&
	filter replace rule inet t c handle "$(handle)" accept && held 1 &&
	filter delete table inet t && held 0
}

# The host may add rules there, and take away those of the container.
nft_host() {
	filter add table inet t && filter add chain inet t c &&
	ip netns exec rules nft add rule inet t c counter && held 0 &&
	filter add rule inet t c counter && held 1 &&
	ip netns exec rules nft flush chain inet t c && held 0 &&
	filter add rule inet t c counter && held 1 && filter delete table inet t && held 0
}

ipt_limit() {
	local failures
	failures=$(counter "$id" numiptent failcnt)
	ctctl set "$id" --numiptent 5 && ipt -L && held 0 &&
	times 5 ipt -A INPUT -j ACCEPT && held 5 && failed "$failures" &&
	refused 1 "Memory allocation problem" ipt -A INPUT -j ACCEPT && held 5 &&
	failed $((failures + 1)) && ipt -D INPUT 1 && held 4 &&
	ipt -t nat -A POSTROUTING -j ACCEPT && held 5
}

ipt_restore() {
	printf '%s\n' '*filter' '-A INPUT -j DROP' '-A INPUT -j DROP' COMMIT |
		inside iptables-legacy-restore && held 3 &&
	! { echo '*filter'; printf -- '-A INPUT -j DROP\n%.0s' {1..30}; echo COMMIT; } |
		inside iptables-legacy-restore && held 3 &&
	ctctl set "$id" --numiptent unlimited &&
	{ echo '*filter'; printf -- '-A INPUT -j DROP\n%.0s' {1..3000}; echo COMMIT; } |
		inside iptables-legacy-restore && held 3001 &&
	ipt -F && held 1 && ipt -t nat -F && held 0
}

ip6_and_arp() {
	inside ip6tables-legacy -A INPUT -j ACCEPT && held 1 &&
	inside ip6tables-legacy -F && held 0
}

# Who ends in full possession leaves nothing.
network_ends() {
	filter add table inet t && filter add chain inet t c &&
	times 4 filter add rule inet t c counter &&
	filter add rule inet t c 'jump { counter; }' &&
	times 3 ipt -A INPUT -j ACCEPT && held 9 &&
	ip netns delete rules && held 0 && ip netns add rules
}

unload() {
	local module
	for module in nft_counter nft_ct nf_tables iptable_nat iptable_filter \
			ip6table_filter arptable_filter ip_tables ip6_tables arp_tables \
			x_tables; do
		rmmod "$module" 2>/dev/null
	done
	! lsmod | grep -E '^(nf_tables|x_tables) '
}

modules_gone() { ip netns delete rules && within 10 unload && ip netns add rules; }

again() {
	filter add table inet t && filter add chain inet t c &&
	filter add rule inet t c accept && held 1 && ipt -A INPUT -j ACCEPT && held 2
}

# A container that is gone, and a module: the rules live on, and go in peace.
afterwards() {
	ctctl detach "$id" && rmmod ctbc && modprobe ctbc &&
	ctctl attach "$id" --cgroup /rules && held 0 &&
	filter add rule inet t c accept && held 1 &&
	ip netns delete rules && held 0 && ctctl detach "$id"
}

missing() {
	ip netns add rules && rmmod ctbc && modprobe ctbc hide_symbols=nf_tables_newrule &&
	ctctl attach "$id" --cgroup /rules && filter add table inet t && filter add chain inet t c &&
	filter add rule inet t c accept && held 0 && ipt -A INPUT -j ACCEPT && held 1 &&
	grep 'numiptent *enforced.*rules of nftables are not counted' /proc/ctbc/features &&
	ip netns delete rules && held 0 && ctctl detach "$id" && rmmod ctbc && modprobe ctbc
}

# What is in a container's network belongs to it, the host's is the host's; and a
# module that comes anew finds it again.
from_before() {
	local pid
	ip netns add rules && nft add table inet t && nft add chain inet t c &&
	nft add rule inet t c accept &&
	{ ( echo "$BASHPID" >"$cgroup/cgroup.procs"
	    sleep 1000 & exec ip netns exec rules sleep 1000 ) & } &&
	pid=$! && within 5 grep -q sleep "/proc/$pid/comm" &&
	ip netns exec rules nft add table inet t &&
	ip netns exec rules nft add chain inet t c &&
	times 3 ip netns exec rules nft add rule inet t c accept &&
	times 2 ip netns exec rules iptables-legacy -A INPUT -j ACCEPT &&
	ctctl attach "$id" --cgroup /rules && held 5 &&
	is "$(ip netns exec rules cat /proc/net/ip_tables_names)" filter &&
	filter delete rule inet t c handle "$(handle)" && held 4 &&
	ipt -A INPUT -j ACCEPT && held 5 &&
	ctctl detach "$id" && ctctl attach "$id" --cgroup /rules && held 5 &&
	ctctl detach "$id" && rmmod ctbc && modprobe ctbc &&
	ctctl attach "$id" --cgroup /rules && held 5 &&
	echo 1 >"$cgroup/cgroup.kill" && ip netns delete rules && held 0 &&
	nft delete table inet t && held 0 && ctctl detach "$id"
}

# Without rules nothing keeps the container, nor must anything lead to it.
emptied() {
	ip netns add rules && ctctl attach "$id" --cgroup /rules &&
	ipt -A INPUT -j ACCEPT && held 1 && ipt -F && held 0 && ctctl detach "$id" &&
	sleep 1 && ip netns exec rules iptables-legacy -A INPUT -j ACCEPT &&
	ip netns delete rules && ip netns add rules && ctctl attach "$id" --cgroup /rules &&
	ipt -A INPUT -j ACCEPT && ipt -F && ctctl detach "$id" && sleep 1 &&
	rmmod ctbc && modprobe ctbc && ip netns delete rules
}

check "a container, before there are any rules" start
check "nft: up to the limit" nft_limit
check "nft: given back" nft_delete
check "nft: a chain bound to a rule" nft_bound
check "nft: all or nothing" nft_batch
check "nft: replaced" nft_replace
check "nft: the host's are not the container's" nft_host
check "iptables: up to the limit" ipt_limit
check "iptables: replaced as a whole" ipt_restore
check "ip6tables" ip6_and_arp
check "the end of a network" network_ends
check "both modules are gone" modules_gone
check "and here again" again
check "rules outlive container and module" afterwards
check "without one of them" missing
check "rules from before the container" from_before
check "a table that was emptied outlives its container" emptied
rm -rf "$work"
finish
