// SPDX-License-Identifier: GPL-2.0
/*
 * numtcpsock, numothersock: sockets
 *
 * A socket is charged to the container of the task that makes it; what a listening
 * one is connected by, TCP's or UNIX's, to that one's owner. Refused, socket(2) fails
 * with ENOBUFS, connect(2) to a UNIX socket with EAGAIN, as at a full backlog, and a
 * TCP connection that comes in is dropped, as there.
 *
 * Sockets that the kernel makes for its own use do not count, and neither do those
 * that come into being with a file of another kind, like that of a tun device: of
 * these there are as many as files.
 *
 * A TCP connection is made by a softirq, which stays on its CPU. The unit is charged
 * when that begins, and kept there until the new socket is known; or, where a task
 * has to do it, with the task.
 *
 * A socket has two places in the map of owners, one for each of the parameters. It
 * stays with the container that it was charged to even if that has been detached and
 * its cgroup is another one's now: its buffers may be filling at any moment, and are
 * charged to the same.
 */
#include <linux/cgroup.h>
#include <linux/net.h>
#include <linux/sched/task.h>
#include <linux/unaligned.h>
#include <net/sock.h>

#include "kernel/bc/beancounter.h"
#include "kernel/bc/sock.h"

static __always_inline bool is_tcp(const struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP || sk->sk_protocol == IPPROTO_MPTCP;
}

static __always_inline enum ctbc_bc_id id_of(const struct sock *sk)
{
	return is_tcp(sk) ? CTBC_BC_NUMTCPSOCK : CTBC_BC_NUMOTHERSOCK;
}

static __always_inline const void *place_of(const struct sock *sk)
{
	return ctbc_sock_place(sk, is_tcp(sk) ? CTBC_SOCK_TCP : CTBC_SOCK_OTHER);
}

static bool try_charge(struct ctbc_container *ct, const struct sock *sk)
{
	return ctbc_bc_try_charge_object(ct, id_of(sk), place_of(sk));
}

/* Two branches of constants take less than one of variables. */
static __always_inline bool create_fast(unsigned long index, const struct sock *sk)
{
	return is_tcp(sk) ?
	       ctbc_bc_charge_fast(index, CTBC_BC_NUMTCPSOCK,
				   ctbc_sock_place(sk, CTBC_SOCK_TCP), true) :
	       ctbc_bc_charge_fast(index, CTBC_BC_NUMOTHERSOCK,
				   ctbc_sock_place(sk, CTBC_SOCK_OTHER), true);
}

/* Called with preemption off, and turns it on; with all of the hook's arguments, which
 * are where they have to be.
 */
static noinline long create_slow(unsigned long socket, unsigned long family,
				 unsigned long type, unsigned long protocol,
				 unsigned long kern)
{
	const struct sock *sk = ((struct socket *)socket)->sk;
	struct ctbc_container *ct;
	bool charged = true;

	ct = ctbc_container_of_cgroup(task_dfl_cgroup(current));
	if (ct && sk && !(int)kern)
		charged = try_charge(ct, sk);
	preempt_enable();
	return charged ? CTBC_HOOK_GO_ON : -ENOBUFS;
}

/* security_socket_post_create(socket, family, type, protocol, kern) */
static __used notrace __noendbr long
hook_create(unsigned long socket, unsigned long family, unsigned long type,
	    unsigned long protocol, unsigned long kern)
{
	const struct sock *sk = ((struct socket *)socket)->sk;
	u64 index;

	preempt_disable();
	index = ctbc_container_cached(task_dfl_cgroup(current));
	if (index && (unlikely(index > CTBC_CONTAINER_INDEX_MAX) ||
		      unlikely((int)kern) || unlikely(!sk) || !create_fast(index, sk)))
		return create_slow(socket, family, type, protocol, kern);
	preempt_enable();
	return CTBC_HOOK_GO_ON;
}

CTBC_HOT_VERDICT(hook_create, 5);

/* security_unix_stream_connect(sk, listener, newsk) */
static __used notrace __noendbr long
hook_unix(unsigned long sk, unsigned long listener, unsigned long newsk)
{
	struct ctbc_container *ct;
	bool charged = true;

	preempt_disable();
	ct = ctbc_container_by_index(ctbc_owner_get(
		ctbc_sock_place((void *)listener, CTBC_SOCK_OTHER)));
	if (ct)
		charged = try_charge(ct, (void *)newsk);
	preempt_enable();
	return charged ? CTBC_HOOK_GO_ON : -EAGAIN;
}

CTBC_HOT_VERDICT(hook_unix, 3);

/**
 * struct clone - a connection that is being made on this CPU
 * @parent: the socket that listens
 * @index: to whom a unit was charged; 0 for nobody
 */
struct clone {
	const void *parent;
	u16 index;
};

static DEFINE_PER_CPU(struct clone, clones);

static void clone_return(struct clone *clone)
{
	u16 index = clone->index;

	clone->index = 0;
	if (index)
		ctbc_bc_uncharge(ctbc_container_by_index(index), CTBC_BC_NUMTCPSOCK, 1);
}

/* sk_clone_lock(sk, priority), sk_clone(sk, priority, lock) */
static __used notrace __noendbr long
hook_sk_clone(unsigned long sk, unsigned long gfp, unsigned long lock)
{
	struct ctbc_container *ct;
	struct clone *clone;
	bool charged = true;
	u16 index;

	index = ctbc_owner_get(ctbc_sock_place((void *)sk, CTBC_SOCK_TCP));
	if (!index)
		return CTBC_HOOK_GO_ON;
	preempt_disable();
	/* Gone where the socket that listens is being freed at this moment. */
	ct = ctbc_container_by_index(index);
	if (ct && in_task()) {
		charged = ctbc_bc_reserve(ct, CTBC_BC_NUMTCPSOCK);
	} else if (ct) {
		clone = this_cpu_ptr(&clones);
		/* One that was charged and then not made, for lack of memory. */
		clone_return(clone);
		charged = ctbc_bc_try_charge(ct, CTBC_BC_NUMTCPSOCK, 1);
		if (charged)
			*clone = (struct clone) { (void *)sk, index };
	}
	preempt_enable();
	return charged ? CTBC_HOOK_GO_ON : (long)NULL;
}

CTBC_HOT_VERDICT(hook_sk_clone, 3);

/* security_sk_clone(sk, newsk): in the middle of that. */
static __used notrace __noendbr void
hook_sk_cloned(unsigned long sk, unsigned long newsk)
{
	const void *place = ctbc_sock_place((void *)newsk, CTBC_SOCK_TCP);
	struct clone *clone;
	u16 *slot;

	if (in_task()) {
		ctbc_bc_give_reserve(CTBC_BC_NUMTCPSOCK, place);
		return;
	}
	preempt_disable();
	clone = this_cpu_ptr(&clones);
	if (clone->index && clone->parent == (void *)sk) {
		slot = ctbc_owner_make_slot(place, GFP_ATOMIC);
		if (slot)
			clone->index = xchg(slot, clone->index);
		/* What is left is a former owner's, or has no place. */
		clone_return(clone);
	}
	preempt_enable();
}

CTBC_HOT_NOTE(hook_sk_cloned, 2);

static __always_inline void uncharge(u16 *slots, u32 owners)
{
	if ((u16)owners)
		ctbc_bc_uncharge_freed(CTBC_BC_NUMTCPSOCK, &slots[CTBC_SOCK_TCP],
				       (u16)owners);
	else
		ctbc_bc_uncharge_freed(CTBC_BC_NUMOTHERSOCK, &slots[CTBC_SOCK_OTHER],
				       owners >> 16);
}

static noinline void free_slow(struct sock *sk, u16 *slots, u32 owners)
{
	ctbc_sockbuf_release(sk);
	uncharge(slots, owners);
}

/* security_sk_free(sk) */
static __used notrace __noendbr void
hook_sk_free(unsigned long sk)
{
	u16 *slots = ctbc_owner_leaf((void *)sk);
	u32 owners;

	slots += ctbc_owner_slot_nr((void *)sk);
	/* Both places at once: one of them is empty. */
	owners = get_unaligned((u32 *)slots);
	if (!owners)
		return;
	if (unlikely(get_unaligned((u32 *)ctbc_owner_note(slots))))
		free_slow((void *)sk, slots, owners);
	else
		uncharge(slots, owners);
}

CTBC_HOT_NOTE(hook_sk_free, 1);

enum { FREE, UNIX, CLONED, CLONE, CREATE };

static struct ctbc_hook hooks[] = {
	[FREE] = { .symbol = "security_sk_free", CTBC_HOT(hook_sk_free) },
	[UNIX] = { .symbol = "security_unix_stream_connect", CTBC_HOT(hook_unix),
		   .verdict = true },
	[CLONED] = { .symbol = "security_sk_clone", CTBC_HOT(hook_sk_cloned) },
	[CLONE] = { .symbol = "sk_clone_lock", .other = "sk_clone",
		    CTBC_HOT(hook_sk_clone), .verdict = true },
	[CREATE] = { .symbol = "security_socket_post_create", CTBC_HOT(hook_create),
		     .verdict = true },
};

/**
 * ctbc_sock_counts() - have sockets an owner on this kernel?
 *
 * Return: true if those have that a container's tasks make.
 */
bool ctbc_sock_counts(void)
{
	return !hooks[FREE].err && !hooks[CREATE].err;
}

static bool takes_connections(void)
{
	return ctbc_sock_counts() && !hooks[CLONE].err && !hooks[CLONED].err;
}

/* Half of what takes connections is worse than none. */
static void sock_settle(void)
{
	if (!takes_connections())
		ctbc_hooks_remove(&hooks[CLONED], 2);
}

static void sock_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		rcu_read_lock();
		clone_return(per_cpu_ptr(&clones, cpu));
		rcu_read_unlock();
	}
}

static int scan_file(const void *data, struct file *file, unsigned int fd)
{
	struct ctbc_bc_file_scan *scan = *(struct ctbc_bc_file_scan *const *)data;
	struct socket *sock = sock_from_file(file);
	struct sock *sk = sock ? sock->sk : NULL;

	if (!sk || sk->sk_kern_sock)
		return 0;
	scan->unmarkable = ctbc_bc_find_object(scan->ct, id_of(sk), place_of(sk), false);
	return scan->unmarkable ? 1 : 0;
}

static void othersock_refine(struct ctbc_feature *feature)
{
	if (hooks[UNIX].err)
		feature->reason = "the accepting ends of UNIX sockets are not counted";
}

static void tcpsock_refine(struct ctbc_feature *feature)
{
	if (!takes_connections())
		feature->reason = "connections that come in are not counted";
}

const struct ctbc_bc_kind ctbc_bc_tcpsock = {
	.param = CTBC_PARAM_NUMTCPSOCK,
	.batch = 4,
	CTBC_BC_HOOKS(hooks),
	.settle = sock_settle,
	.works = ctbc_sock_counts,
	.exit = sock_exit,
	.scan_file = scan_file,
	.refine = tcpsock_refine,
};

const struct ctbc_bc_kind ctbc_bc_othersock = {
	.param = CTBC_PARAM_NUMOTHERSOCK,
	.batch = 4,
	.refine = othersock_refine,
};
