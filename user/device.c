// SPDX-License-Identifier: GPL-2.0
/*
 * Two BPF programs on a container's cgroup.
 *
 * The first lets its processes open or make the few device nodes that every
 * system has, and no others. The host's console (5:1) is not among them: a
 * container's /dev/console is a node of another kind.
 *
 * The second refuses to write any sysctl outside net/. A container may mount
 * a procfs of its own, where the read-only mount over /proc/sys does not
 * help, and most of the others belong to the whole machine.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "err.h"
#include "sandbox.h"

#define ANY_MINOR	(-1)
#define INSNS_MAX	128
#define LOAD_ATTEMPTS	5

/* The kernel's way to write an instruction; its header is not exported. */
#define INSN(c, d, s, o, i)						\
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), \
			    .off = (o), .imm = (i) })
#define LOAD_W(d, s, o)	INSN(BPF_LDX | BPF_MEM | BPF_W, d, s, o, 0)
#define STORE_DW(d, o, i) INSN(BPF_ST | BPF_MEM | BPF_DW, d, 0, o, i)
#define SET(d, i)	INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define COPY(d, s)	INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define ADD(d, i)	INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define AND32(d, i)	INSN(BPF_ALU | BPF_AND | BPF_K, d, 0, 0, i)
#define SKIP_NE(d, i, o) INSN(BPF_JMP32 | BPF_JNE | BPF_K, d, 0, o, i)
#define SKIP_EQ(d, i, o) INSN(BPF_JMP32 | BPF_JEQ | BPF_K, d, 0, o, i)
#define CALL(f)		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT()		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

/**
 * struct device - a character device that containers may use
 * @major: its major number
 * @minor: its minor number, or ANY_MINOR
 */
struct device {
	int major;
	int minor;
};

static const struct device allowed[] = {
	{ 1, 3 },		/* null */
	{ 1, 5 },		/* zero */
	{ 1, 7 },		/* full */
	{ 1, 8 },		/* random */
	{ 1, 9 },		/* urandom */
	{ 5, 0 },		/* tty */
	{ 5, 2 },		/* ptmx */
	{ 10, 229 },		/* fuse */
	{ 136, ANY_MINOR },	/* pts */
};

/* libbpf would make the program larger by a third, for two calls. */
static int bpf(enum bpf_cmd cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static int load(enum bpf_prog_type prog, enum bpf_attach_type type,
		const struct bpf_insn *insn, size_t nr)
{
	union bpf_attr attr = {
		.prog_type = prog,
		.expected_attach_type = type,
		.insns = (uintptr_t)insn,
		.insn_cnt = nr,
		.license = (uintptr_t)"GPL",
		.prog_name = "ctbc",
	};
	int attempts = LOAD_ATTEMPTS, fd;

	/* The check of a program gives way to a signal. */
	do {
		fd = bpf(BPF_PROG_LOAD, &attr);
	} while (fd < 0 && errno == EAGAIN && --attempts);
	return fd;
}

static int attach(int cgroup_fd, enum bpf_prog_type prog,
		  enum bpf_attach_type type, const struct bpf_insn *insn,
		  size_t nr, const char *what)
{
	autoclose int fd = load(prog, type, insn, nr);
	union bpf_attr attr = {
		.target_fd = cgroup_fd,
		.attach_bpf_fd = fd,
		.attach_type = type,
		/* A systemd in the container may attach more, never take this off. */
		.attach_flags = BPF_F_ALLOW_MULTI,
	};

	if (fd < 0)
		return err_sys("cannot load the %s filter", what);
	if (bpf(BPF_PROG_ATTACH, &attr))
		return err_sys("cannot attach the %s filter", what);
	return 0;
}

static int attach_devices(int cgroup_fd)
{
	struct bpf_insn p[INSNS_MAX];
	size_t n = 0, i;

	/* Low half of the first word: the kind of device. */
	p[n++] = LOAD_W(BPF_REG_2, BPF_REG_1, 0);
	p[n++] = AND32(BPF_REG_2, 0xffff);
	p[n++] = LOAD_W(BPF_REG_3, BPF_REG_1, 4);
	p[n++] = LOAD_W(BPF_REG_4, BPF_REG_1, 8);
	p[n++] = SKIP_EQ(BPF_REG_2, BPF_DEVCG_DEV_CHAR, 2);
	p[n++] = SET(BPF_REG_0, 0);
	p[n++] = EXIT();
	for (i = 0; i < ARRAY_SIZE(allowed); i++) {
		bool any = allowed[i].minor == ANY_MINOR;

		p[n++] = SKIP_NE(BPF_REG_3, allowed[i].major, any ? 2 : 3);
		if (!any)
			p[n++] = SKIP_NE(BPF_REG_4, allowed[i].minor, 2);
		p[n++] = SET(BPF_REG_0, 1);
		p[n++] = EXIT();
	}
	p[n++] = SET(BPF_REG_0, 0);
	p[n++] = EXIT();
	return attach(cgroup_fd, BPF_PROG_TYPE_CGROUP_DEVICE,
		      BPF_CGROUP_DEVICE, p, n, "device");
}

/* The first four bytes of "net/" as a number of this machine's. */
static int net_prefix(void)
{
	int word;

	memcpy(&word, "net/", sizeof(word));
	return word;
}

static int attach_sysctl(int cgroup_fd)
{
	const struct bpf_insn p[] = {
		/* Reading is free. */
		LOAD_W(BPF_REG_2, BPF_REG_1, 0),
		SKIP_EQ(BPF_REG_2, 0, 9),
		/* A name that is longer than the buffer is cut: fine. */
		STORE_DW(BPF_REG_10, -8, 0),
		COPY(BPF_REG_2, BPF_REG_10),
		ADD(BPF_REG_2, -8),
		SET(BPF_REG_3, 8),
		SET(BPF_REG_4, 0),
		CALL(BPF_FUNC_sysctl_get_name),
		LOAD_W(BPF_REG_2, BPF_REG_10, -8),
		SET(BPF_REG_0, 0),
		SKIP_NE(BPF_REG_2, net_prefix(), 1),
		SET(BPF_REG_0, 1),
		EXIT(),
	};

	return attach(cgroup_fd, BPF_PROG_TYPE_CGROUP_SYSCTL,
		      BPF_CGROUP_SYSCTL, p, ARRAY_SIZE(p), "sysctl");
}

/**
 * sandbox_cgroup() - attach the filters that go with a cgroup
 * @cgroup_fd: the container's cgroup
 *
 * They live as long as the cgroup.
 *
 * Return: 0 or an exit status with the error recorded.
 */
int sandbox_cgroup(int cgroup_fd)
{
	int rc = attach_devices(cgroup_fd);

	return rc ? rc : attach_sysctl(cgroup_fd);
}
