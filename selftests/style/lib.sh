# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib.sh - what the checks share: which files there are.
#
# Usage: . "$(dirname "$0")/../lib.sh", with the root of the tree as the current
# folder.  Files that are built are none of the tree's.

set -euo pipefail
export LC_ALL=C.UTF-8

# files TEST...: all files of the tree that pass these tests of find(1).
files() {
	find . \( -path ./.git -o -path ./build -o -name '.*.swp' \) -prune -o \
		-type f ! -name '*.o' ! -name '*.ko' ! -name '*.mod' \
		! -name '*.mod.c' ! -name '*.cmd' ! -name '*.pyc' \
		! -name modules.order ! -name Module.symvers \
		\( "$@" \) -print | sed 's,^\./,,' | sort
}

c_files() { files -name '*.[ch]'; }

# scripts: every shell script, by its name or its first line.
scripts() {
	local file
	files ! -name '*.c' ! -name '*.h' | while read -r file; do
		case $file in *.sh|.ci/run) echo "$file"; continue;; esac
		case $(head -n 1 "$file" | tr -d '\0') in
		'#!'*sh|'#!'*'sh '*) echo "$file";;
		esac
	done
}

# skip WHY: there is nothing to check.
skip() { echo "SKIP $*"; exit 4; }
