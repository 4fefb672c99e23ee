#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: template debian-12
# needs: template debian-13
# vm: --mem 2G --timeout 400
#
# Debian with systemd as pid 1: both releases reach their default target without
# a failed unit, stop by themselves, and a container that halts is cleaned up.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"
# shellcheck source=ct.sh
. "$here/ct.sh"

plan 11

created() { ctctl create "$1" --ostemplate "/template/$2.tar" --hostname "$2"; }

booted() {
	ctctl start "$1" --wait && in_ct "$1" 'systemctl --failed --no-legend' &&
	is "$(in_ct "$1" 'systemctl is-system-running')" running &&
	is "$(in_ct "$1" 'cat /proc/1/comm')" systemd
}

detected() {
	in_ct 112 'systemd-detect-virt --container' &&
	in_ct 112 'grep VERSION_ID=.12. /etc/os-release' &&
	in_ct 113 'grep VERSION_ID=.13. /etc/os-release' &&
	is "$(in_ct 112 'cat /proc/sys/kernel/random/boot_id')" \
	   "$(cat /proc/sys/kernel/random/boot_id)"
}

service() {
	in_ct 112 'systemd-run --wait --pipe echo hello' | grep hello &&
	in_ct 112 'journalctl -n 1 --no-pager' && in_ct 112 'ip link show lo' | grep UP
}

# By its own shutdown: a container that had to be killed is told as a warning.
stopped() {
	is "$(ctctl stop "$1" 2>&1)" "Container $1 is stopped" && no_traces "$1"
}

halted() {
	in_ct 113 poweroff
	within 60 status_is 113 "exist mounted down" &&
	ctctl start 113 && status_is 113 "exist mounted running"
}

# reboot(2) ends a pid namespace, and nobody starts it anew by itself.
rebooted() {
	ctctl start 112 --wait && in_ct 112 reboot
	within 60 status_is 112 "exist mounted down" &&
	is "$(ctctl list -a -H -o status 112 | xargs)" mounted
}

check "create a Debian 12" created 112 debian-12
check "create a Debian 13" created 113 debian-13
check "Debian 12 boots to its default target" booted 112
check "Debian 13 boots to its default target" booted 113
check "both know what they are" detected
check "a service, the journal, loopback" service
check "Debian 12 stops" stopped 112
check "a Debian 13 that powers off can be started again" halted
check "Debian 13 stops" stopped 113
check "a Debian 12 that reboots is noticed" rebooted
check "and stop cleans up after it" ctctl stop 112
finish
