#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test.sh - does the virtual machine tell the truth?  Each case makes a machine
# end in one way and compares what "run" says of it.
#
# Usage: test.sh [KERNEL]                   (6.12); output is KTAP
#
# Nothing is simulated: a planted module warns, oopses and hangs, the emulator
# that dies is killed.  Runs without the module but in the last cases,
# so that the machinery can be tested while ctbc itself does not build.
#
# shellcheck disable=SC2016

. "$(dirname "$(readlink -f "$0")")/lib.sh"

kernel=${1-6.12}
root "$@"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
count=0 failed=0

# result NAME TRUE-OR-NOT: one line of KTAP.
result() {
	count=$((count + 1))
	if [ "$2" ]; then
		echo "ok $count $1"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $count $1"
	sed 's/^/# /' "$out/stdout" "$out/stderr" | tail -n 40
}

# boot OPTION... -- COMMAND...: status, stdout and stderr of a run.
boot() {
	status=0
	"$vm/run" --kernel "$kernel" "$@" \
		>"$out/stdout" 2>"$out/stderr" </dev/null || status=$?
}

# expect NAME STATUS [STDOUT [STDERR]]: both patterns of grep -E.
expect() {
	local good=1
	[ "$status" = "$2" ] || good=
	[ -z "${3-}" ] || grep -qE "$3" "$out/stdout" || good=
	[ -z "${4-}" ] || grep -qE "$4" "$out/stderr" || good=
	result "$1" "$good"
}

# crash NAME TYPE REASON [SYSCTL]: what the planted module does is found out.
crash() {
	boot --no-module --share "$out/crash" -- sh -c 'sysctl -q -w "$1"
		insmod /share/crash.ko type="$0"' "$2" "${4-kernel.panic=-1}"
	expect "$1" 125 '' "$3"
}

# emulator RUN: the process of the emulator that our process RUN has started.
emulator() {
	local limit found
	for _ in $(seq 100); do
		limit=$(pgrep -P "$1" -x timeout || :)
		found=$([ -z "$limit" ] || pgrep -P "$limit" || :)
		[ -z "$found" ] || break
		sleep 0.1
	done
	echo "$found"
}

echo "TAP version 13"

boot --no-module -- true
expect "true gives 0" 0
[ "$status" = 0 ] || { sed 's/^/# /' "$out/stderr"; echo "Bail out!"; exit 1; }
boot --no-module -- sh -c 'echo to stdout; echo to stderr >&2; exit 7'
expect "exit 7 gives 7, with both streams on stdout" 7 '^to stderr$'
boot --no-module -- sh -c 'kill -9 $$'
expect "a command killed by a signal" 137
boot --no-module -- /no/such/command
expect "a command that is not there" 127

boot --no-module -- printf '%s|' "a b" "c'd" '$HOME' "e
f"
expect "arguments arrive as they are" 0 "^a b\|c'd\|\\\$HOME\|e$"
boot --no-module -- sh -c 'seq 1000000 | md5sum; seq 1000000'
[ "$(tail -n +2 "$out/stdout" | md5sum)" = "$(head -n 1 "$out/stdout")" ] ||
	status=1
expect "seven megabytes of output arrive whole" 0
boot --no-module -- sh -c 'echo again >/dev/stdout; echo more >/dev/stderr'
expect "/dev/stdout and /dev/stderr can be opened" 0 '^more$'
boot --no-module -- sh -c 'sleep 1000 & echo bye; exit 3'
expect "what the command leaves behind does not keep the machine" 3 '^bye$'

boot --no-module -- sh -ec '
	test "$(id -u)" = 0; test "$HOME" = /root; test "$CTBC_KERNEL" = "$0"
	test -e /ctbc/selftests/vm/run; ! touch /ctbc/x 2>/dev/null
	test -d /template; mountpoint -q /vz; stat -f -c %T /vz | grep ext
	echo x >/vz/x; echo x >/etc/x; echo x >/usr/x; echo x >/tmp/x
	grep -q "^cgroup2 /sys/fs/cgroup .*nsdelegate" /proc/mounts
	test -d /sys/kernel/tracing/events; test -c /dev/pts/ptmx
	ip -br addr show lo | grep -q 127.0.0.1; test "$(ls /sys/class/net)" = lo
	test "$(nproc)" = 2; modprobe dummy; ! lsmod | grep ctbc' "$kernel"
expect "the guest is what its description says" 0
mkdir "$out/share"
echo hello >"$out/share/file"
boot --no-module --share "$out/share" --cpus 1 --mem 700M --disk 300M \
	--append "some.word=1" -- sh -ec '
	grep hello /share/file; ! touch /share/x 2>/dev/null; test "$(nproc)" = 1
	grep -w some.word=1 /proc/cmdline; df -m /vz
	test "$(df -m --output=size /vz | tail -n 1)" -lt 300
	test "$(sed -n "s/MemTotal: *//p" /proc/meminfo | cut -d " " -f 1)" -lt 700000'
expect "share, cpus, mem, disk and append" 0
boot --no-module --single -- true
expect "one thread" 0
boot --no-module --icount -- true
expect "one virtual nanosecond an instruction" 0

boot --no-module -- sh -c 'echo "<2>WARNING: a process says so" >/dev/kmsg
	echo "BUG: and this" >/dev/kmsg; dmesg | tail -n 2'
expect "a process cannot fake a warning" 0 'a process says so'
boot --no-module -- sh -c 'echo c >/proc/sysrq-trigger; sleep 100'
expect "a panic" 125 '' 'Kernel panic .* sysrq'
mkdir "$out/crash"
echo 'obj-m := crash.o' >"$out/crash/Kbuild"
cat >"$out/crash/crash.c" <<'EOF'
#include <linux/module.h>
#include <linux/delay.h>

static char *type;
module_param(type, charp, 0);

static int __init crash_init(void)
{
	if (!strcmp(type, "warning"))
		WARN_ON(1);
	if (!strcmp(type, "oops"))
		*(volatile int *)8 = 0;
	if (!strcmp(type, "bug"))
		BUG();
	if (!strcmp(type, "atomic")) {
		preempt_disable();
		msleep(10);
		preempt_enable();
	}
	if (!strcmp(type, "hang")) {
		local_irq_disable();
		for (;;)
			cpu_relax();
	}
	return 0;
}

static void __exit crash_exit(void)
{
}

module_init(crash_init);
module_exit(crash_exit);
MODULE_DESCRIPTION("ends a kernel in many ways");
MODULE_LICENSE("GPL");
EOF
"$vm/inside" "$kernel" "$out/crash" \
	sh -c 'make -s -C "$KDIR" M=/build modules' >"$out/stdout" 2>"$out/stderr"
boot --no-module --share "$out/crash" -- insmod /share/crash.ko type=nothing
expect "a planted module that does nothing" 0
crash "a warning" warning 'kernel log: WARNING: '
crash "a warning that does not stop the kernel" warning \
	'kernel log: WARNING: ' kernel.panic_on_warn=0
crash "an oops" oops 'kernel log: BUG: kernel NULL pointer'
crash "an oops that does not stop the kernel" oops \
	'kernel log: BUG: kernel NULL pointer' kernel.panic_on_oops=0
crash "a BUG" bug 'kernel log: (kernel BUG at|Oops)'
crash "sleeping where one must not" atomic 'kernel log: BUG: scheduling while'
boot --no-module -- busybox reboot -f
expect "a guest that reboots without a report" 125 '' 'without a report'
boot --no-module -- busybox poweroff -f
expect "a guest that powers off without a report" 125 '' 'without a report'
boot --no-module -- sh -c 'for port in /sys/class/virtio-ports/*; do
	grep -qx report "$port/name" && echo "1 exit 0" >"/dev/${port##*/}"
	done; busybox reboot -f'
expect "a report with another number" 125 '' 'not this machine'
boot --no-module --timeout 20 -- sleep 1000
expect "a command that hangs" 125 '' 'command did not end within 20 seconds'
boot --no-module --timeout 20 --cpus 1 --share "$out/crash" -- \
	insmod /share/crash.ko type=hang
expect "a kernel that hangs" 125 '' 'did not end within 20 seconds'
boot --no-module --append rdinit=/none -- true
expect "a kernel that finds no init" 125 '' 'Kernel panic'
expect "it was booted again, as nothing of ours had run" 125 '' 'booting again: Kernel panic'
boot --no-module --mem 40M -- true
expect "a machine without enough memory" 125
boot --no-module --cpus many -- true
expect "an emulator that does not start" 125 '' 'qemu ended'

# Our own emulator, found as the descendant of our own run, is killed.
"$vm/run" --kernel "$kernel" --no-module -- sleep 1000 \
	>"$out/stdout" 2>"$out/stderr" </dev/null &
run=$!
qemu=$(emulator "$run")
sleep 2
kill -9 "$qemu"
status=0
wait "$run" || status=$?
expect "a killed emulator" 125 '' 'qemu ended with status 137'

# A run that is killed takes its emulator along and leaves nothing behind.
"$vm/run" --kernel "$kernel" --no-module -- sleep 1000 \
	>"$out/stdout" 2>"$out/stderr" </dev/null &
run=$!
qemu=$(emulator "$run")
kill -9 "$run"
wait "$run" 2>/dev/null || :
sleep 2
if [ -e "/proc/$qemu" ]; then gone=; else gone=1; fi
result "a killed run takes its emulator along" "$gone"

# With the module, in a copy of the repository: one whose module is missing,
# one whose module does not load, one whose module does not build.
mkdir -p "$out/repo/selftests" "$out/repo/kernel"
cp -a "$vm" "$out/repo/selftests/"
printf '%s\n' 'module:' '	$(MAKE) -C $(KDIR) M=$(CURDIR) modules' \
	'tool install-tool:' >"$out/repo/Makefile"
printf '%s\n' 'obj-m := ctbc.o' 'ctbc-y := kernel/start.o' >"$out/repo/Kbuild"
# planted C-CODE: boot with a module whose init does that.
planted() {
	printf '%s\n' '#include <linux/module.h>' \
		"static int __init start(void) { $1 }" \
		'static void __exit stop(void) { }' 'module_init(start);' \
		'module_exit(stop);' 'MODULE_LICENSE("GPL");' \
		'MODULE_DESCRIPTION("test");' >"$out/repo/kernel/start.c"
	local vm=$out/repo/selftests/vm
	boot "${@:2}" -- sh -c 'lsmod | grep -w ctbc; rmmod ctbc; modprobe ctbc'
}
mkdir "$out/cache"
for part in apt kernel toolchain root qemu; do
	ln -s "$(readlink -f "$cache")/$part" "$out/cache/$part"
done
export CTBC_CACHE=$out/cache
planted 'return 0;'
expect "a module that loads, unloads and loads" 0 '^ctbc '
planted 'return -ENODEV;'
expect "a module that does not load" 125 '' 'does not load.*No such device'
planted 'WARN_ON(1); return 0;'
expect "a module that warns" 125 '' 'kernel log: WARNING: '
again=$(grep -c 'booting again' "$out/stderr" || :)
result "and is not given a second chance" "$([ "$again" = 0 ] && echo 1)"
planted 'return nothing;'
expect "a module that does not build" 125 '' 'does not build'
rm "$out/repo/Makefile"
vm=$out/repo/selftests/vm boot -- true
expect "a module that is missing" 125 '' 'no Makefile'

echo "1..$count"
[ $failed = 0 ]
