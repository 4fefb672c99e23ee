// SPDX-License-Identifier: GPL-2.0
/*
 * tcpsndbuf, tcprcvbuf, othersockbuf, dgramrcvbuf: the buffers of sockets
 *
 * Each follows OpenVZ's two-stage rule. Below the barrier a buffer grows as the
 * kernel lets it. Above the barrier only those grow that have less than their
 * share of the gap between barrier and limit, which is divided among as many
 * sockets as the container may have: so every socket works, if slowly. Nothing
 * grows above the limit.
 *
 * A TCP sender that may not grow waits, a TCP receiver closes its window or drops
 * what the sender has to send again; a datagram is dropped. A sender on another
 * socket waits above the barrier until what it has under way was received, and at
 * the limit it gets ENOBUFS. Nobody is killed.
 *
 * The kernel reserves memory for TCP's buffers and UDP's receive buffers in
 * pages, by __sk_mem_raise_allocated() and __sk_mem_reduce_allocated(); that is
 * what is counted. The send buffers of other sockets are what is under way,
 * sk_wmem_alloc, which is looked at whenever something is put in or has left. How
 * much of a socket is charged stands beside its owner, in pages or in units of
 * UNIT bytes: what the kernel did unseen is put right the next time, or when the
 * socket is freed. The queues of raw, packet and netlink sockets for what they
 * receive are bounded by numothersock and net.core.rmem_max.
 */
#include <linux/skbuff.h>
#include <net/sock.h>
#include <net/tcp.h>

#include "kernel/bc/beancounter.h"
#include "kernel/bc/sock.h"

#define UNIT_SHIFT	8
#define UNIT		(1UL << UNIT_SHIFT)
/* No socket needs less in order to work: one page, and a packet's overhead. */
#define SHARE_MIN	PAGE_SIZE

/**
 * struct pool - what a socket may take from
 * @ct: its owner, NULL for none
 * @id: which counter
 * @socks: the counter of such sockets
 * @note: how much of it is charged
 */
struct pool {
	struct ctbc_container *ct;
	enum ctbc_bc_id id;
	enum ctbc_bc_id socks;
	u16 *note;
};

static __always_inline bool pool_find(struct pool *pool, const struct sock *sk,
				      bool send)
{
	u16 *slots = ctbc_owner_slot(sk);

	/* All places of a socket are in one leaf: slabs are aligned to their size. */
	if (!slots)
		return false;
	if (READ_ONCE(slots[CTBC_SOCK_TCP])) {
		pool->ct = ctbc_container_by_index(slots[CTBC_SOCK_TCP]);
		pool->id = send ? CTBC_BC_TCPSNDBUF : CTBC_BC_TCPRCVBUF;
		pool->socks = CTBC_BC_NUMTCPSOCK;
	} else if (READ_ONCE(slots[CTBC_SOCK_OTHER])) {
		pool->ct = ctbc_container_by_index(slots[CTBC_SOCK_OTHER]);
		pool->id = send ? CTBC_BC_OTHERSOCKBUF : CTBC_BC_DGRAMRCVBUF;
		pool->socks = CTBC_BC_NUMOTHERSOCK;
	} else {
		return false;
	}
	pool->note = ctbc_owner_note(&slots[send ? CTBC_SOCK_TCP : CTBC_SOCK_OTHER]);
	return pool->ct;
}

/* What each socket may have while the buffers are above their barrier. */
static u64 share_of(const struct pool *pool)
{
	const struct ctbc_counter *c = ctbc_bc_counter(pool->ct, pool->id);
	const struct ctbc_counter *socks = ctbc_bc_counter(pool->ct, pool->socks);
	u64 barrier = READ_ONCE(c->barrier), limit = READ_ONCE(c->limit);
	u64 gap = limit > barrier ? limit - barrier : 0;
	u64 nr = READ_ONCE(socks->limit);

	return max_t(u64, nr ? gap / nr : gap, SHARE_MIN);
}

static bool pool_charge(const struct pool *pool, u64 have, unsigned int n)
{
	struct ctbc_counter *c = ctbc_bc_counter(pool->ct, pool->id);

	return likely(ctbc_counter_take(c, n)) ||
	       ctbc_bc_try_charge_as(pool->ct, pool->id, n,
				     have + n <= share_of(pool) ?
				     CTBC_SEVERITY_SOFT : CTBC_SEVERITY_HARD);
}

/* __sk_mem_raise_allocated(sk, size, pages, kind): false where it must not. */
static __used long hook_raise(unsigned long _sk, unsigned long size,
			      unsigned long _pages, unsigned long kind)
{
	struct sock *sk = (void *)_sk;
	int pages = (int)_pages;
	struct pool pool;
	bool charged = true;
	unsigned int have;

	if (pages <= 0)
		return CTBC_HOOK_GO_ON;
	preempt_disable();
	if (!pool_find(&pool, sk, (int)kind == SK_MEM_SEND) ||
	    pool.id == CTBC_BC_OTHERSOCKBUF)
		goto out;
	/* The caller has the socket's lock, or that of its queue. */
	have = *pool.note;
	if (have + pages > U16_MAX)
		goto out;
	charged = pool_charge(&pool, (u64)have << PAGE_SHIFT, pages << PAGE_SHIFT);
	if (charged)
		*pool.note = have + pages;
out:
	preempt_enable();
	return charged ? CTBC_HOOK_GO_ON : false;
}

CTBC_HOT_VERDICT(hook_raise, 4);

static void give_back(struct pool *pool, unsigned int pages)
{
	if (!pages)
		return;
	*pool->note -= pages;
	ctbc_bc_uncharge(pool->ct, pool->id, pages << PAGE_SHIFT);
}

/*
 * __sk_mem_reduce_allocated(sk, pages): the kernel does not tell of which buffer. It
 * is of what the receive buffer does not need any more, and the rest the other's.
 */
static __used void hook_reduce(unsigned long _sk, unsigned long _pages)
{
	struct sock *sk = (void *)_sk;
	unsigned int pages = _pages, need, n;
	struct pool rcv, snd;

	preempt_disable();
	if (!pool_find(&rcv, sk, false))
		goto out;
	if (rcv.id == CTBC_BC_DGRAMRCVBUF) {
		give_back(&rcv, min_t(unsigned int, pages, *rcv.note));
		goto out;
	}
	pool_find(&snd, sk, true);
	need = sk_mem_pages(atomic_read(&sk->sk_rmem_alloc));
	n = *rcv.note > need ? min(pages, *rcv.note - need) : 0;
	give_back(&rcv, n);
	pages -= n;
	n = min_t(unsigned int, pages, *snd.note);
	give_back(&snd, n);
	pages -= n;
	give_back(&rcv, min_t(unsigned int, pages, *rcv.note));
out:
	preempt_enable();
}

CTBC_HOT_NOTE(hook_reduce, 2);

static unsigned int units(u64 bytes)
{
	return min_t(u64, DIV_ROUND_UP_ULL(bytes, UNIT), U16_MAX);
}

/* Charge or give back the difference to what was noted down last. */
static void send_note(const struct pool *pool, unsigned int now, unsigned int charged)
{
	int more = (int)now - xchg(pool->note, now) - (int)charged;

	if (more > 0)
		ctbc_counter_charge(ctbc_bc_counter(pool->ct, pool->id),
				    more << UNIT_SHIFT);
	else if (more < 0)
		ctbc_bc_uncharge(pool->ct, pool->id, -more << UNIT_SHIFT);
}

/* Above the barrier a sender waits for what it has under way. */
static bool send_charge(const struct pool *pool, struct sock *sk, u64 under_way,
			unsigned int more)
{
	u64 have = (u64)READ_ONCE(*pool->note) << UNIT_SHIFT;
	struct ctbc_counter *c = ctbc_bc_counter(pool->ct, pool->id);

	if (likely(ctbc_counter_take(c, more)))
		return true;
	if (READ_ONCE(pool->ct->mode) == CTBC_MODE_ENFORCE &&
	    have + more > share_of(pool) && under_way &&
	    ctbc_counter_held(c) + more > READ_ONCE(c->barrier) &&
	    !(sk->sk_userlocks & SOCK_SNDBUF_LOCK))
		WRITE_ONCE(sk->sk_sndbuf, max_t(u64, under_way / 2, SOCK_MIN_SNDBUF));
	return ctbc_bc_try_charge_as(pool->ct, pool->id, more, CTBC_SEVERITY_SOFT);
}

/* sock_alloc_send_pskb(sk, header_len, data_len, noblock, errcode, order) */
static __used long hook_send(unsigned long _sk, unsigned long header_len,
			     unsigned long data_len, unsigned long noblock,
			     unsigned long errcode, unsigned long order)
{
	struct sock *sk = (void *)_sk;
	unsigned int now, more, old;
	bool charged = true;
	struct pool pool;
	u64 under_way;

	preempt_disable();
	if (!pool_find(&pool, sk, true) || pool.id != CTBC_BC_OTHERSOCKBUF)
		goto out;
	under_way = sk_wmem_alloc_get(sk);
	now = units(under_way + SKB_TRUESIZE(header_len) + data_len);
	old = READ_ONCE(*pool.note);
	more = now > old ? now - old : 0;
	if (more)
		charged = send_charge(&pool, sk, under_way, more << UNIT_SHIFT);
	if (charged)
		send_note(&pool, now, more);
	else
		*(int *)errcode = -ENOBUFS;
out:
	preempt_enable();
	return charged ? CTBC_HOOK_GO_ON : (long)NULL;
}

CTBC_HOT_VERDICT(hook_send, 6);

/* sock_wfree(skb): it leaves the send buffer that it was counted in. */
static __used void hook_sent(unsigned long _skb)
{
	struct sk_buff *skb = (void *)_skb;
	struct sock *sk = skb->sk;
	struct pool pool;
	int left;

	preempt_disable();
	if (pool_find(&pool, sk, true) && pool.id == CTBC_BC_OTHERSOCKBUF) {
		left = sk_wmem_alloc_get(sk) - (int)skb->truesize;
		send_note(&pool, units(max(left, 0)), 0);
	}
	preempt_enable();
}

CTBC_HOT_NOTE(hook_sent, 1);

/**
 * ctbc_sockbuf_release() - give back what is charged of a socket's buffers
 * @sk: the socket, whose owner is still known; nobody else uses it
 *
 * Context: any.
 */
void ctbc_sockbuf_release(const struct sock *sk)
{
	struct pool pool;

	preempt_disable();
	if (pool_find(&pool, sk, true) && *pool.note) {
		if (pool.id == CTBC_BC_OTHERSOCKBUF)
			send_note(&pool, 0, 0);
		else
			give_back(&pool, *pool.note);
	}
	if (pool_find(&pool, sk, false))
		give_back(&pool, *pool.note);
	preempt_enable();
}

static struct ctbc_hook page_hooks[] = {
	{ .symbol = "__sk_mem_reduce_allocated", CTBC_HOT(hook_reduce) },
	{ .symbol = "__sk_mem_raise_allocated", CTBC_HOT(hook_raise), .verdict = true },
};

static struct ctbc_hook send_hooks[] = {
	{ .symbol = "sock_wfree", CTBC_HOT(hook_sent) },
	{ .symbol = "sock_alloc_send_pskb", CTBC_HOT(hook_send), .verdict = true },
};

/* A buffer is charged to its socket's owner. */
static bool pages_work(void)
{
	return ctbc_sock_counts() &&
	       ctbc_hooks_complete(page_hooks, ARRAY_SIZE(page_hooks));
}

static bool sends_work(void)
{
	return ctbc_sock_counts() &&
	       ctbc_hooks_complete(send_hooks, ARRAY_SIZE(send_hooks));
}

const struct ctbc_bc_kind ctbc_bc_tcpsndbuf = {
	.param = CTBC_PARAM_TCPSNDBUF,
	.batch = 32 * 1024,
	.bytes = true,
	CTBC_BC_HOOKS(page_hooks),
	.works = pages_work,
};

const struct ctbc_bc_kind ctbc_bc_tcprcvbuf = {
	.param = CTBC_PARAM_TCPRCVBUF,
	.batch = 32 * 1024,
	.bytes = true,
};

const struct ctbc_bc_kind ctbc_bc_dgramrcvbuf = {
	.param = CTBC_PARAM_DGRAMRCVBUF,
	.batch = 16 * 1024,
	.bytes = true,
};

const struct ctbc_bc_kind ctbc_bc_othersockbuf = {
	.param = CTBC_PARAM_OTHERSOCKBUF,
	.batch = 16 * 1024,
	.bytes = true,
	CTBC_BC_HOOKS(send_hooks),
	.works = sends_work,
};
