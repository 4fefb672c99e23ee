#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# demo.sh - a guided tour: two Debian containers on a stock Debian kernel, in a
# virtual machine.
#
# Usage: demo.sh [KERNEL]       6.1, 6.12 (default) or newest; also KERNEL=
#
# Installs and fetches what it needs, says what takes long, and keeps it for
# the next time.  Then boots the machine, loads the module there and goes
# through tour.sh, which prints each command before its output and checks what
# it claims.
#
# Exit status: 0 if everything was shown, 1 if some claim did not hold, 125
# where the machine itself failed or could not be made.

. "$(dirname "$(readlink -f "$0")")/../vm/lib.sh"

kernel=${1:-${KERNEL:-6.12}}
suite=$(kernel_suite "$kernel")
[ "$(id -u)" = 0 ] || root "$kernel"

log=$(mktemp "${TMPDIR:-/tmp}/ctbc-demo.XXXXXX")
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# wait_for PID WHAT: until it ends, tell how long it has taken: on a terminal
# in place, elsewhere a line a minute.
wait_for() {
	local since=$SECONDS took
	while kill -0 "$1" 2>/dev/null; do
		sleep 0.2
		took=$((SECONDS - since))
		[ "$took" -ge 2 ] || continue
		if [ -t 1 ]; then
			printf '\r  %-44s %4d s' "$2" "$took"
		elif [ $((took % 60)) = 0 ] && [ "$took" != "${told-}" ]; then
			told=$took
			printf '  %-44s %4d s so far\n' "$2" "$took"
		fi
	done
	wait "$1"
}

# stage WHAT COMMAND...: one piece of the set-up.
stage() {
	local what=$1 since=$SECONDS status=0; shift
	"$@" >"$log" 2>&1 &
	wait_for $! "$what" || status=$?
	[ -t 1 ] && printf '\r'
	if [ $status != 0 ]; then
		printf '  %-44s failed:\n' "$what"
		tail -n 20 "$log" >&2
		exit 125
	fi
	if [ $((SECONDS - since)) -lt 2 ]; then
		printf '  %-44s ready \n' "$what"
	else
		printf '  %-44s made in %d s\n' "$what" $((SECONDS - since))
	fi
}

cat <<END
This tour boots a virtual machine with Debian's own kernel $kernel, loads the
module ctbc there, and runs Debian containers in it.  Nothing is loaded into or
started on this machine itself.

Set-up.  The first time takes 3 to 10 minutes, most of it for fetching and
unpacking packages; everything is kept in ${cache#"$PWD"/} for the next time.

END
stage "packages of this machine" "$vm/setup"
stage "kernel $kernel" "$vm/kernels" "$kernel"
stage "first file system of the machine" "$vm/initramfs" "$kernel"
stage "Debian tree to boot the machine with" "$vm/roots" guest "$suite"
stage "QEMU" "$vm/roots" qemu trixie
stage "Debian tree with a compiler" "$vm/roots" toolchain "$suite"
stage "template of a Debian 12 container" "$vm/roots" template debian-12
stage "module and ctctl, built for that kernel" "$vm/build" "$kernel"

cat <<'END'

The machine boots.  Its processors are emulated, so all of it is some ten times
slower than on a real machine: the tour takes one to five minutes.

END
status=0
"$vm/run" --kernel "$kernel" --mem 1536M --timeout 1200 \
	-- /ctbc/selftests/demo/tour.sh || status=$?
printf '\nThe whole demo took %d:%02d minutes.\n' $((SECONDS / 60)) $((SECONDS % 60))
[ $status != 0 ] || cat <<END
Next: "make check" runs the tests; "make demo KERNEL=newest" shows the same on
another kernel; "selftests/vm/run -- bash" opens a shell in such a machine.
END
exit $status
