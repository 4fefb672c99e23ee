#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tour.sh - the guided tour that demo.sh takes in a virtual machine.
#
# Each step has a heading and one or two sentences; each command is printed
# before its output.  A line "=> ..." says what was to be seen; the script
# checks it, and says so where it is not.  Exit status: 0 if every claim held.

# Commands are text here: they are printed, then run by eval.
# shellcheck disable=SC2016

. "$(dirname "$(readlink -f "$0")")/lib.sh"

small=80 large=160
slice=/sys/fs/cgroup/ctbc.slice
bomb=$slice/101/init/.ctctl
spaces=(cgroup ipc mnt net pid uts)

# field ID NAME: one field of ctctl's list.
field() { ctctl list -a -H -o "$2" "$1" | tr -d ' '; }

# init_of ID: the host's number of the container's pid 1.
init_of() { jq .init "/run/ctbc/$1.json"; }

# Commands a second that a container starts and ends, within 4 seconds.
rate='for ((n = 0, end = SECONDS + 4; SECONDS < end; n++)); do /bin/true; done; echo $((n / 4)) commands a second'

within() {
	local end=$((SECONDS + $1)); shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

held_above() { [ "$(field 101 numproc)" -gt "$1" ]; }
held_below() { [ "$(field 101 numproc)" -lt "$1" ]; }

the_module() {
	say "The module is loaded into a stock Debian kernel: no patch, no reboot." \
		"It tells what it can do on this kernel; what is not there yet is listed too, as absent."
	show "grep PRETTY /etc/os-release; uname -r"
	show "grep ^ctbc /proc/modules"
	claim "the module is loaded" grep -q '^ctbc ' <<<"$out"
	show "grep -v absent /proc/ctbc/features"
	claim "numproc is enforced on this kernel" \
		grep -q '^numproc *enforced' <<<"$out"
	show "ctctl version"
}

two_containers() {
	mkdir -p /vz/template
	ln -sfn /template /vz/template/cache
	say "A container is a plain directory, unpacked from a template." \
		"Two are made side by side."
	show "ctctl template list"
	show "ctctl create 101 --ostemplate debian-12 --hostname web --numproc $small & \\
  ctctl create 102 --ostemplate debian-12 --hostname db --numproc $small & wait"
	claim "both exist, and do not run" \
		[ "$(field 101 status) $(field 102 status)" = "stopped stopped" ]
	show "ls -C -w 79 /vz/private/101; cat /etc/ctbc/conf/101.conf"
	claim "the limit is in the configuration" \
		grep -q "^NUMPROC=\"$small:$small\"" <<<"$out"
}

start_them() {
	say "Each boots its own systemd. --wait returns when the default target is reached."
	show "ctctl start 101 --wait & ctctl start 102 --wait & wait"
	show "ctctl status 101"
	claim "101 runs" is "$out" "CTID 101 exist mounted running"
	show "ctctl exec 102 'systemctl is-system-running; systemctl list-units --failed --no-legend; ps -e -o pid,comm'"
	claim "systemd in 102 is content" grep -q '^running$' <<<"$out"
	claim "its systemd is process 1" grep -qE '^ *1 systemd$' <<<"$out"
	show "ctctl exec 101 'systemctl is-system-running'"
	claim "systemd in 101 is content" is "$out" running
}

apart() {
	local id space links=()
	say "Each container has namespaces of its own: processes, names, network, mounts." \
		"The host has a third set."
	show "for CT in 101 102; do ctctl exec \$CT 'hostname; readlink /proc/1/exe; ip -brief address'; done"
	claim "two hostnames" [ "$(grep -cE '^(web|db)$' <<<"$out")" = 2 ]
	claim "only a loopback device in each" \
		[ "$(grep -c '^lo ' <<<"$out")" = 2 ]
	show "for CT in 101 102; do
    PID=\$(jq .init /run/ctbc/\$CT.json); echo \"\$CT: process 1 is the host's \$PID\"
    readlink /proc/\$PID/ns/{mnt,pid,net,uts,ipc,cgroup} | xargs
  done; echo host; readlink /proc/self/ns/{mnt,pid,net,uts,ipc,cgroup} | xargs"
	for space in "${spaces[@]}"; do
		links+=("$(readlink "/proc/self/ns/$space")")
		for id in 101 102; do
			links+=("$(readlink "/proc/$(init_of "$id")/ns/$space")")
		done
	done
	claim "${#links[@]} namespaces, no two the same" \
		[ "$(printf '%s\n' "${links[@]}" | sort -u | wc -l)" = ${#links[@]} ]
	show "ctctl exec 101 'echo from 101 >/root/note; mount -t tmpfs none /mnt; ip address add 192.0.2.1 dev lo'"
	show "cat /vz/root/101/root/note; ctctl exec 102 'cat /root/note; mountpoint /mnt; ip -brief address'"
	claim "102 sees neither file, mount nor address of 101" eval \
		'grep -q "No such file" <<<"$out" && grep -q "not a mountpoint" <<<"$out" && ! grep -q 192.0.2.1 <<<"$out"'
	show "ctctl exec 102 'kill -9 $(init_of 101)'"
	claim "102 cannot reach a process of 101 by its number" \
		grep -q "No such process" <<<"$out"
	show "ctctl status 101"
	claim "101 runs on" is "$out" "CTID 101 exist mounted running"
}

fork_bomb() {
	local before during
	say "A fork bomb goes off in 101, whose limit is $small processes." \
		"First, how fast 102 works in peace."
	show "ctctl exec 102 '$rate'"
	before=${out%% *}
	show "(ctctl monitor >/tmp/events &) ; sleep 1"
	show "ctctl exec 101 ':(){ :|:& };:' 2>/tmp/bomb"
	within 30 held_above $((small - 2))
	within 20 grep -q . /tmp/bomb
	show "sort /tmp/bomb | uniq -c | head -n 2"
	claim "the bomb's forks were refused with EAGAIN" \
		grep -q 'Resource temporarily unavailable' /tmp/bomb
	show "ctctl list -o ctid,numproc,numproc.m,numproc.l,numproc.f,status"
	show "until ! ctctl exec 101 true; do :; done"
	claim "ctctl says which limit, and what to do" \
		grep -qE "numproc.*$small.*ctctl set 101" <<<"$out"
	show "ctctl exec 102 '$rate'"
	during=${out%% *}
	claim "102 works on, at no less than a quarter of its speed" \
		[ $((during * 4)) -ge "$((before))" ]
	claim "101 never had more than $small processes" \
		[ "$(field 101 numproc.m)" -le "$small" ]
	claim "101 was refused at least once, 102 never" eval \
		'[ "$(field 101 numproc.f)" -gt 0 ] && [ "$(field 102 numproc.f)" = 0 ]'
}

raise() {
	say "The limit changes while the container runs; the bomb takes what it is given." \
		"Then the host ends what came in by exec, which has a cgroup of its own."
	show "ctctl set 101 --numproc $large"
	within 60 held_above $((small + 10))
	show "ctctl list -o ctid,numproc,numproc.m,numproc.l,numproc.f,status"
	claim "101 has more than $small processes now" \
		[ "$(field 101 numproc.m)" -gt "$small" ]
	claim "and no more than $large" [ "$(field 101 numproc.m)" -le "$large" ]
	show "echo 1 >$bomb/cgroup.kill; until rmdir $bomb; do sleep 0.2; done 2>/dev/null"
	within 30 held_below 30
	show "ctctl exec 101 'systemctl is-system-running; ps -e -o pid,comm'"
	claim "the bomb is gone, the container is whole" \
		grep -q '^running$' <<<"$out"
	show "ctctl set 101 --numproc $small --save"
}

counters() {
	say "The counters have the format of OpenVZ's /proc/user_beancounters, so its tools read them." \
		"The host sees all containers; a container sees itself."
	show "head -n 8 /proc/ctbc/101/counters"
	claim "version 2.5 of the format" grep -q '^Version: 2.5$' <<<"$out"
	show "grep -E 'uid|numproc|:' /proc/ctbc/counters"
	claim "the host sees 101 and 102" \
		[ "$(grep -cE '^ +10[12]: ' <<<"$out")" = 2 ]
	show "ctctl exec 102 'grep -E \"uid|numproc|:\" /proc/user_beancounters'"
	claim "102 sees 102 alone" \
		[ "$(grep -E '^ +[0-9]+:' <<<"$out" | awk '{print $1}')" = "102:" ]
	say "For people: sizes with units, how near the barrier, what is new since the last look;" \
		"and which limit it was, who met it, and what to set."
	show "ctctl ubc 101"
	claim "files and sockets are counted as well" \
		[ "$(awk '$2 == "numfile" || $2 == "numothersock" { if ($3 > 0) n++ } END { print n }' <<<"$out")" = 2 ]
	show "ctctl why 101"
	claim "numproc was it" grep -q '^numproc (processes and threads): refused ' <<<"$out"
}

events() {
	say "ctctl monitor has listened since before the bomb." \
		"Refusals come a few a second; left-out counts the others."
	show "grep refused /tmp/events | head -n 3"
	claim "an event names container, parameter, limit and process" \
		grep -qE " 101 refused numproc held=[0-9]+ limit=$small pid=[0-9]+ comm=bash" <<<"$out"
}

lists() {
	say "The same listing for people, for scripts and for programs."
	show "ctctl list"
	claim "the table has both" [ "$(grep -cE ' running +(web|db)$' <<<"$out")" = 2 ]
	show "ctctl list -H -o ctid,hostname,numproc.l -s -ctid"
	claim "the chosen order" \
		[ "$(awk '{print $1}' <<<"$out" | xargs)" = "102 101" ]
	show "ctctl list -j | jq -c '.[] | [.ctid, .hostname, .status, .numproc]'"
	claim "JSON has the limit as a number" \
		grep -q "\"limit\":$small," <<<"$out"
}

mass() {
	say "Many containers are managed by a loop of the shell."
	show "for CT in \$(ctctl list -H -o ctid); do ctctl set \$CT --userpasswd jack:secret; done"
	show "for CT in 101 102; do ctctl exec \$CT 'hostname; su - jack -c id'; done"
	claim "jack is a user of both" [ "$(grep -c '(jack)' <<<"$out")" = 2 ]
	say "As nobody, su asks for the password: the right one logs in, another does not."
	show "for CT in 101 102; do ctctl exec \$CT 'for PASSWORD in secret wrong; do echo \$PASSWORD | su -s /bin/sh nobody -c \"su jack -c whoami\"; done'; done"
	claim "the password holds in both" [ "$(grep -cw '^Password: jack$\|^jack$' <<<"$out")" = 2 ]
	claim "another does not" [ "$(grep -c 'Authentication failure' <<<"$out")" = 2 ]
}

foreign() {
	say "Any cgroup can be a container: of Docker, Podman or a systemd unit, or one made by hand." \
		"This one gets a limit of 3 while its first process runs."
	show "mkdir /sys/fs/cgroup/backup; sleep 300 & echo \$! >/sys/fs/cgroup/backup/cgroup.procs"
	show "ctctl attach 201 --cgroup /backup && ctctl set 201 --numproc 3"
	show "sh -c 'echo \$\$ >/sys/fs/cgroup/backup/cgroup.procs; sleep 300 & sleep 300 & echo never said'"
	claim "the fourth process is refused" \
		grep -qi 'cannot fork\|temporarily' <<<"$out"
	show "ctctl list -o ctid,numproc,numproc.l,numproc.f,cgroup"
	claim "it is listed with its counters" grep -qE '^ *201 .*/backup' <<<"$out"
	show "ctctl detach 201; cat /sys/fs/cgroup/backup/cgroup.procs | wc -l"
	claim "detached, its processes live on" [ "$(tail -n 1 <<<"$out")" -gt 0 ]
	show "echo 1 >/sys/fs/cgroup/backup/cgroup.kill; sleep 1; rmdir /sys/fs/cgroup/backup"
}

the_end() {
	say "Stopped by their own shutdown, destroyed, and the module unloaded: the host is as it was."
	show "ctctl stop 101 & ctctl stop 102 & wait"
	show "ctctl status 101; ctctl status 102"
	claim "both are down" [ "$(grep -c 'exist unmounted down' <<<"$out")" = 2 ]
	show "grep -E ' (stopped|destroyed)' /tmp/events"
	show "ctctl destroy 101 & ctctl destroy 102 & wait"
	show "ls -A /vz/private /vz/root $slice/10* /etc/ctbc/conf; ctctl list -a -H"
	claim "nothing of them is left" \
		[ "$(grep -cE '^[0-9]+' <<<"$out")" = 0 ]
	pkill -x ctctl
	show "rmmod ctbc; ls -d /proc/ctbc /proc/user_beancounters"
	claim "the module has gone, with all its files" eval \
		'! grep -q "^ctbc " /proc/modules && ! [ -e /proc/ctbc ]'
	show "dmesg --level emerg,alert,crit,err"
	claim "no error in the kernel log" [ -z "$out" ]
}

# Read to its end before anything runs: the file may change meanwhile.
main() {
	begin "$(uname -r)"
	step "The module" the_module
	step "Two containers" two_containers
	step "They boot" start_them
	step "They are apart" apart
	step "A fork bomb" fork_bomb
	step "More, while it runs" raise
	step "Counters" counters
	step "Events" events
	step "Listings" lists
	step "All at once" mass
	step "A foreign cgroup" foreign
	step "The end" the_end
	finish
}

main
