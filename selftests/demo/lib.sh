# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib.sh - how the tour talks: headings, commands with their output, claims.
#
# Usage: . "$(dirname "$(readlink -f "$0")")/lib.sh"

width=79
steps=() failed=0 claims=0 number=0
out=

# say TEXT...: sentences, one paragraph.
say() { echo "$*" | fold -s -w $width | sed 's/ $//'; echo; }

# show COMMAND: print a command, run it, print its output (both streams), and
# keep that in $out.
show() {
	local file=/tmp/tour.out
	printf '%s\n' "$1" | sed '1s/^/$ /'
	eval "$1" >$file 2>&1 </dev/null
	out=$(cat $file)
	[ -z "$out" ] || printf '%s\n' "$out"
}

# is VALUE WANTED
is() { [ "$1" = "$2" ]; }

# claim TEXT COMMAND...: what has just been shown, if the command agrees.
claim() {
	local text=$1; shift
	claims=$((claims + 1)) here=$((here + 1))
	if "$@"; then
		echo "=> $text"
	else
		echo "=> NOT SHOWN: $text"
		failed=$((failed + 1)) broken=$((broken + 1))
	fi
}

# begin KERNEL
begin() {
	began=$(date +%s)
	kernel=$1
}

# step TITLE FUNCTION
step() {
	here=0 broken=0
	number=$((number + 1))
	printf '\n== %d. %s %s\n\n' $number "$1" \
		"$(printf '%*s' $((width - ${#number} - ${#1} - 6)) '' | tr ' ' =)"
	"$2"
	if [ $broken = 0 ]; then
		steps+=("$(printf '%-22s all %d held' "$1" $here)")
	else
		steps+=("$(printf '%-22s %d of %d DID NOT HOLD' "$1" $broken $here)")
	fi
}

# finish: the summary; exits.
finish() {
	local i
	printf '\n== What was shown on kernel %s\n\n' "$kernel"
	for i in "${!steps[@]}"; do
		printf '%3d. %s\n' $((i + 1)) "${steps[i]}"
	done
	printf '\n%d of %d claims held, in %d s.\n' $((claims - failed)) $claims \
		$(($(date +%s) - began))
	[ $failed = 0 ]
	exit
}
