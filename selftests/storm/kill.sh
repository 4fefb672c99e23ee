#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template busybox
# kernels: 6.12
# vm: --timeout 900 --mem 2G --append slab_nomerge --append slub_debug=F
#
# ctctl is killed at random moments of random verbs: the same command again makes
# good what was begun, and nothing leaks.
#
# KILLS=N sets how often, SEED=N repeats the choices of a run (its moments are the
# clock's, and come close).  faults.sh of ctctl kills each verb at even steps.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=../ctctl/ct.sh
. "$here/ct.sh"
# shellcheck source=leaks.sh
. "$here/leaks.sh"

kills=${KILLS:-40}
seed=${SEED:-$(($(od -An -N 2 -t u2 /dev/urandom)))}
ids=(601 602 603)

# Where it is known to stand after each command: absent, stopped or running; and
# how many processes it was last allowed.
declare -A state limit
declare -A takes
died=0

plan 5

# A pause without a process, which would take longer to start than a verb's first
# steps: wait for what never comes.
exec 9<> <(:)
pause() {
	local seconds

	printf -v seconds '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000))
	read -rt "$seconds" -u 9
}

# words VERB ID: the command's words, in the array "words".
words() {
	words=("$1" "$2")
	case $1 in
	create) words+=(--ostemplate /template/busybox.tar --numproc 40); limit[$2]=40;;
	set)
		limit[$2]=$((40 + RANDOM % 100))
		words+=(--numproc "${limit[$2]}" --description "$RANDOM" --save);;
	exec) words+=('sleep 0.05; true');;
	esac
}

# choose: one of them and a verb that makes sense for it, in "id" and "verb".
choose() {
	local of

	id=${ids[RANDOM % ${#ids[@]}]}
	case ${state[$id]} in
	absent) of=(create);;
	stopped) of=(start start start set destroy);;
	running) of=(stop stop set exec restart);;
	esac
	verb=${of[RANDOM % ${#of[@]}]}
}

# after VERB ID: note where it stands when the verb is done.
after() {
	case $1 in
	create|stop) state[$2]=stopped;;
	start|restart) state[$2]=running;;
	destroy) state[$2]=absent;;
	esac
}

# as_known ID: it is as we know it, and what is allowed is what was set.
as_known() {
	case ${state[$1]} in
	absent) nothing_of "$1" && status_is "$1" "deleted unmounted down";;
	stopped)
		no_traces "$1" && status_is "$1" "exist unmounted down" &&
		grep -qx "NUMPROC=\"${limit[$1]}:${limit[$1]}\"" "$conf/$1.conf";;
	running)
		status_is "$1" "exist mounted running" && ctctl exec2 "$1" true &&
		counts "$1" numproc limit "${limit[$1]}" &&
		is "$(grep -c " /vz/root/$1 " /proc/mounts)" 1;;
	esac
}

# done_already VERB STATUS: the killed command had come to its end, or nearly so,
# and the next one says that there is nothing to do.
done_already() {
	case $1:$2 in create:44|start:32|stop:31|destroy:14) ;; *) return 1;; esac
}

# again VERB ID: the next command of the user, who sees that the last one died.
# Of a create that left its files, but no container, the tool says what to do.
again() {
	local status

	ctctl status "$2" || return
	status=$(status_of ctctl "${words[@]}")
	if [ "$1:$status" = create:44 ] && [ ! -e "$conf/$2.conf" ]; then
		ctctl destroy "$2" && ctctl "${words[@]}"
	else
		[ "$status" = 0 ] || done_already "$1" "$status"
	fi
}

# strike VERB ID: start it, kill it after a part of the time that it takes. How long
# that is, each teaches for the next: one command in seven or so is to end alive.
strike() {
	local pid microseconds=$((takes[$1] * (RANDOM % 1100) / 1000)) status=0

	ctctl "${words[@]}" >/dev/null 2>&1 &
	pid=$!
	pause "$microseconds"
	kill -KILL "$pid"
	wait "$pid" || status=$?
	if [ "$status" = 137 ]; then
		died=$((died + 1)) takes[$1]=$((takes[$1] * 21 / 20))
	else
		takes[$1]=$((takes[$1] * 3 / 4))
	fi
	echo "kill $count: ctctl ${words[*]} after $microseconds us: status $status"
} 2>/dev/null

# strike_all NUMBER
strike_all() {
	local count id verb

	# A subshell, as a check is, has a generator of its own.
	RANDOM=$seed
	for ((count = 1; count <= $1; count++)); do
		choose
		words "$verb" "$id"
		strike "$verb" "$id"
		again "$verb" "$id" || { echo "not made good"; return 1; }
		after "$verb" "$id"
		as_known "$id" || return
	done
	echo "$died $1" >"$log.died"
}

# A whole life of one, undisturbed: how long each verb takes, in microseconds.
measure() {
	local verb since

	for verb in create start exec set restart stop start stop destroy; do
		words "$verb" "${ids[0]}"
		since=$(date +%s%N)
		ctctl "${words[@]}" || return
		takes[$verb]=$((($(date +%s%N) - since) / 1000))
		echo "$verb takes ${takes[$verb]} us"
	done
}

warm_up() { is "$measured" 0 && leaks_begin; }

# Few are done before they are killed, or the kills test nothing.
in_time() {
	local hit all

	read -r hit all <"$log.died"
	echo "$hit of $all were killed"
	[ $((hit * 2)) -ge "$all" ]
}

end_all() {
	local id

	for id in "${ids[@]}"; do
		ctctl stop "$id" --fast
		ctctl destroy "$id"
		nothing_of "$id" || return
	done
	is "$(find /vz/private /vz/root -mindepth 1)" ""
}

for id in "${ids[@]}"; do
	state[$id]=absent
done
measure >"$log.takes" 2>&1
measured=$?
sed 's/^/# /' "$log.takes"
echo "# seed $seed"
check "one life to warm up" warm_up
check "ctctl is killed $kills times, and made good by the next command" strike_all "$kills"
check "most of them before they had ended" in_time
check "all can be stopped and destroyed" end_all
check "nothing leaks" leaks_none
finish
