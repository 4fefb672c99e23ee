#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: 6.1
#
# ctctl enter, as a user at a terminal sees it: a shell with a terminal of the
# container's, the window's size, the exit status, and the terminal as it was.

# The shells inside expand what is quoted here.
# shellcheck disable=SC2016

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

plan 11

# at SIZE STEP... -- COMMAND...: see terminal.py; its output is kept.
at() { python3 "$here/terminal.py" "$@" >/tmp/screen 2>&1; }

saw() { cat /tmp/screen; grep -q -- "$1" /tmp/screen; }

# The prompt of busybox, in root's home.
prompt='~ # '

terminal() {
	at size=24x80 expect="$prompt" send='tty; id -u; hostname' send='exit 0' -- ctctl enter 101 &&
	saw '^/dev/pts/[0-9]' && saw '^0$' && saw '^ct101$' && saw "modes kept"
}

says_so() { saw "entered container 101" && saw "left container 101"; }

status() {
	at expect="$prompt" send='exit 42' -- ctctl enter 101
	is $? 42 && saw "modes kept"
}

window() {
	at size=40x123 expect="$prompt" send='stty size; echo e1' expect='40 123' \
		size=50x77 send='sleep 1; stty size; echo e2' expect='50 77' \
		send=exit -- ctctl enter 101
	is $? 0
}

# What is to be interrupted is a job by the time it says so.
interrupt() {
	at expect="$prompt" send='sh -c "echo \$((1 + 1))go; exec sleep 1000"' expect=2go type=$'\x03' \
		expect="$prompt" send='echo st=$?' expect=st=130 send='exit 7' \
		-- ctctl enter 101
	is $? 7 || saw nothing
}

end_of_file() { at expect="$prompt" type=$'\x04' -- ctctl enter 101 && saw "modes kept"; }

first_command() {
	at expect=first expect="$prompt" send='echo $((6 * 7))' expect=42 send='exit 3' \
		-- ctctl enter 101 --exec 'echo first'
	is $? 3
}

no_terminal() {
	local out

	out=$(printf 'echo a$((1 + 1))b\nexit 5\n' | ctctl enter 101)
	is $? 5 && [[ $out == *a2b* ]]
}

killed() {
	# An input that stays open and silent.
	sleep 20 | setsid script -qec 'ctctl enter 101' /dev/null >/dev/null 2>&1 & local pid=$!
	within 10 pgrep -x ctctl >/dev/null || return
	pkill -TERM -x ctctl
	wait "$pid"
	within 10 no_shell
}

no_shell() { ! in_ct 101 'ps -o args' | grep -e '-sh$\|sh -l$'; }

at_limit() {
	ctctl set 101 --numproc "$(counter 101 numproc held)" &&
	at -- ctctl enter 101
	is $? 6 && saw "at its numproc limit" && saw "modes kept"
	is $? 0 && ctctl set 101 --numproc 60 && ctctl exec 101 true
}

stopped() {
	ctctl stop 101 && at -- ctctl enter 101
	is $? 31 && saw "not running; ctctl start 101" && saw "modes kept"
}

busybox 101 --numproc 60 >/dev/null && ctctl start 101 >/dev/null ||
	{ echo "Bail out! no container"; exit 1; }
check "a terminal of its own" terminal
check "it says where one is" says_so
check "the shell's status" status
check "the window's size, and a new one" window
check "Ctrl-C goes to the shell" interrupt
check "Ctrl-D ends it" end_of_file
check "--exec" first_command
check "without a terminal" no_terminal
check "killed, it leaves no shell" killed
check "at the limit, it says so" at_limit
check "stopped, it says so" stopped
finish
