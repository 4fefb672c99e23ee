#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# needs: image dkms
# kernels: 6.12
#
# The kernel's own netlink client speaks the family by uapi/ctbc.yaml alone.

here=$(dirname "$(readlink -f "$0")")
# shellcheck source-path=SCRIPTDIR source=../lib/ctbc.sh
. "$here/../lib/ctbc.sh"

ynl() {
	python3 -B "$here/ynl/cli.py" --spec /ctbc/uapi/ctbc.yaml --no-schema \
		--output-json "$@" | tee /dev/stderr
}

# shows FILTER: what the client printed makes this jq filter true.
shows() { jq -e "$1" >/dev/null; }

cgroup=/sys/fs/cgroup/ynl
mkdir "$cgroup"
exec 9<"$cgroup"

attach() {
	python3 -B "$here/ynl/cli.py" --spec /ctbc/uapi/ctbc.yaml --no-schema \
		--do container-attach --json '{"id": 101, "cgroup-fd": 9}'
}
features() { ynl --dump feature-get | shows 'map(select(.name == "numproc" and .state == "enforced")) | length == 1'; }
dump() { ynl --dump container-get | shows 'length == 1 and .[0].id == 101 and .[0].cgroup == "/ynl" and .[0].state == "stopped"'; }
one() { ynl --do container-get --json '{"id": 101}' | shows '.param | map(select(.id == "numproc")) | length == 1'; }
setting() {
	ynl --do param-set --json '{"setting": [{"container": 101, "param": "numproc", "barrier": 7, "limit": 8}]}' &&
	ynl --do container-get --json '{"id": 101}' |
		shows '.param[] | select(.id == "numproc") | .barrier == 7 and .limit == 8'
}
refusal() {
	local out
	out=$(set -o pipefail; ynl --do container-get --json '{"id": 102}' 2>&1) && return 1
	grep -q 'container 102 does not exist' <<<"$out"
}
detach() { ynl --do container-detach --json '{"id": 101}' && ynl --dump container-get | shows 'length == 0'; }

plan 7
check "features" features
check "attach a cgroup" attach
check "dump of containers" dump
check "one container with its parameters" one
check "set a parameter" setting
check "a refusal comes with its text" refusal
check "detach" detach
finish
