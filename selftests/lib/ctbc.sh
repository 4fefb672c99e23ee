# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What shell tests share: KTAP output, one line a check.
#
# A test sources this file, says `plan N`, calls `check NAME COMMAND...` N times,
# and ends with `finish`. A check passes if its command succeeds; what the command
# prints shows, as KTAP comments, only when it fails. `skip NAME REASON` stands
# for a check that cannot be made here.

checks=0 failures=0 skips=0
log=$(mktemp)

plan() { echo "TAP version 13"; echo "1..$1"; planned=$1; }

check() {
	local name=$1

	shift
	checks=$((checks + 1))
	if ( "$@" ) >"$log" 2>&1; then
		echo "ok $checks $name"
	else
		failures=$((failures + 1))
		sed 's/^/# /' "$log"
		echo "not ok $checks $name"
	fi
}

skip() {
	checks=$((checks + 1)) skips=$((skips + 1))
	echo "ok $checks $1 # SKIP $2"
}

finish() {
	rm -f "$log"
	echo "# Totals: pass:$((checks - failures - skips)) fail:$failures skip:$skips"
	[ "$failures" = 0 ] && [ "$checks" = "$planned" ]
	exit
}

# refused STATUS TEXT COMMAND...: fails with that status, and says so.
refused() {
	local want=$1 text=$2 out status=0

	shift 2
	out=$("$@" 2>&1) || status=$?
	echo "$* -> $status: $out"
	[ "$status" = "$want" ] && [[ $out == *"$text"* ]]
}

# counter ID NAME COLUMN: held, maxheld, barrier, limit or failcnt.
counter() {
	awk -v name="$2" -v column="$3" '
		$1 == "uid" { for (i = 3; i <= NF; i++) if ($i == column) n = NF - i }
		NF > 5 && $1 != "uid" && $(NF - 5) == name { print $(NF - n) }
	' "/proc/ctbc/$1/counters"
}

# is VALUE WANTED: says both.
is() { echo "$1, wanted $2"; [ "$1" = "$2" ]; }

# counts ID NAME COLUMN WANTED
counts() { is "$(counter "$1" "$2" "$3")" "$4"; }

# within SECONDS COMMAND...: succeeds once the command does.
within() {
	local end=$(($(date +%s) + $1))

	shift
	until "$@"; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.1
	done
}
