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
 * sk_wmem_alloc, which is looked at whenever something is put in, and noted down again
 * when something leaves. How much of a socket is charged stands beside its owner, in
 * pages or in units of UNIT bytes: what the kernel did unseen, or refused after us, is
 * put right the next time that something is put in or that the stocks do not suffice,
 * or when the socket is freed. The queues of raw, packet and netlink sockets for what
 * they receive are bounded by numothersock and net.core.rmem_max.
 */
#include <linux/skbuff.h>
#include <linux/unaligned.h>
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

/*
 * What follows comes in pairs. The hook itself sees to what is usual, and calls no
 * function: a frame, and what would be kept there, took more than all the rest. What
 * it leaves alone is for the other.
 *
 * The container cannot go meanwhile: the socket itself is charged to it, and the hooked
 * function's caller has a hold on the socket. It need not have a lock on it: MPTCP has
 * two, SO_RESERVE_MEM may disregard that of a queue, and a sockmap's worker that of the
 * socket.
 */

/* More pages than a buffer may have, so that no sum of two is more than a note holds. */
#define PAGES_MAX	(U16_MAX / 2)

/* A socket's places in the map of owners: one of them says whose it is. */
static __always_inline u16 *places_of(unsigned long sk)
{
	return ctbc_owner_leaf((void *)sk) + ctbc_owner_slot_nr((void *)sk);
}

static __always_inline bool raise_fast(unsigned long index, enum ctbc_bc_id id,
				       u16 *note, unsigned int pages)
{
	if (unlikely((unsigned long)READ_ONCE(*note) + pages > PAGES_MAX) ||
	    unlikely(!ctbc_counter_take(ctbc_bc_counter(ctbc_container_by_index(index), id),
					pages << PAGE_SHIFT)))
		return false;
	xadd(note, (u16)pages);
	return true;
}

/* What is charged, and up to so many pages; tells how many. */
static unsigned int give_back(struct pool *pool, unsigned int pages)
{
	u16 old = READ_ONCE(*pool->note), n;

	do {
		n = min_t(unsigned int, old, pages);
		if (!n)
			return 0;
	} while (!try_cmpxchg(pool->note, &old, old - n));
	ctbc_bc_uncharge(pool->ct, pool->id, n << PAGE_SHIFT);
	return n;
}

/*
 * The kernel may refuse what was charged, and does not say so. What is charged beyond
 * all that the socket has of either buffer goes back.
 */
static void settle(struct pool *pool, const struct sock *sk)
{
	int has = atomic_read(&sk->sk_rmem_alloc) + READ_ONCE(sk->sk_wmem_queued) +
		  max(READ_ONCE(sk->sk_forward_alloc), 0);
	unsigned int have = READ_ONCE(*pool->note), pages = sk_mem_pages(has);

	if (has >= 0 && have > pages)
		give_back(pool, have - pages);
}

static noinline long raise_slow(unsigned long _sk, unsigned long size,
				unsigned long _pages, unsigned long kind)
{
	int pages = (int)_pages;
	struct pool pool;
	unsigned int have;

	if (!pool_find(&pool, (void *)_sk, (int)kind == SK_MEM_SEND) ||
	    pool.id == CTBC_BC_OTHERSOCKBUF)
		return CTBC_HOOK_GO_ON;
	settle(&pool, (void *)_sk);
	have = READ_ONCE(*pool.note);
	if (pages <= 0 || have + pages > PAGES_MAX)
		return CTBC_HOOK_GO_ON;
	if (!pool_charge(&pool, (u64)have << PAGE_SHIFT, pages << PAGE_SHIFT))
		return false;
	xadd(pool.note, (u16)pages);
	return CTBC_HOOK_GO_ON;
}

/* __sk_mem_raise_allocated(sk, size, pages, kind): false where it must not. */
static __used notrace __noendbr long
hook_raise(unsigned long sk, unsigned long size, unsigned long pages,
	   unsigned long kind)
{
	u16 *places = places_of(sk), *notes = ctbc_owner_note(places);
	bool send = (int)kind == SK_MEM_SEND, done;
	unsigned long tcp, other;

	tcp = READ_ONCE(places[CTBC_SOCK_TCP]);
	other = tcp ? 0 : READ_ONCE(places[CTBC_SOCK_OTHER]);
	if (!(tcp | other))
		return CTBC_HOOK_GO_ON;
	if (!tcp)
		done = !send && raise_fast(other, CTBC_BC_DGRAMRCVBUF,
					   &notes[CTBC_SOCK_OTHER], pages);
	else if (send)
		done = raise_fast(tcp, CTBC_BC_TCPSNDBUF, &notes[CTBC_SOCK_TCP], pages);
	else
		done = raise_fast(tcp, CTBC_BC_TCPRCVBUF, &notes[CTBC_SOCK_OTHER], pages);
	return likely(done) ? CTBC_HOOK_GO_ON : raise_slow(sk, size, pages, kind);
}

CTBC_HOT_VERDICT(hook_raise, 4);

static __always_inline bool give_fast(unsigned long index, enum ctbc_bc_id id, u16 *note,
				      u16 have, unsigned int pages)
{
	if (unlikely(have < pages) || unlikely(!try_cmpxchg(note, &have, have - pages)))
		return false;
	ctbc_bc_uncharge(ctbc_container_by_index(index), id, pages << PAGE_SHIFT);
	return true;
}

/* What TCP's receive buffer needs, in pages. */
static __always_inline unsigned int needed(const struct sock *sk)
{
	return sk_mem_pages(atomic_read(&sk->sk_rmem_alloc));
}

static noinline void reduce_slow(unsigned long _sk, unsigned long _pages)
{
	struct sock *sk = (void *)_sk;
	unsigned int pages = _pages, need, have;
	struct pool rcv, snd;

	if (!pool_find(&rcv, sk, false))
		return;
	if (rcv.id == CTBC_BC_DGRAMRCVBUF) {
		give_back(&rcv, pages);
		return;
	}
	pool_find(&snd, sk, true);
	need = needed(sk);
	have = READ_ONCE(*rcv.note);
	if (have > need)
		pages -= give_back(&rcv, min(pages, have - need));
	pages -= give_back(&snd, pages);
	give_back(&rcv, pages);
}

/*
 * __sk_mem_reduce_allocated(sk, pages): the kernel does not tell of which buffer. It
 * is of what the receive buffer does not need any more, and the rest the other's.
 */
static __used notrace __noendbr void
hook_reduce(unsigned long sk, unsigned long _pages)
{
	u16 *places = places_of(sk), *notes = ctbc_owner_note(places);
	unsigned int pages = _pages, need;
	unsigned long tcp, other;
	bool done;
	u16 rcv;

	/* Both at once. What is forced on a buffer, one packet as a rule, is not charged. */
	if (!get_unaligned((u32 *)notes))
		return;
	tcp = READ_ONCE(places[CTBC_SOCK_TCP]);
	other = tcp ? 0 : READ_ONCE(places[CTBC_SOCK_OTHER]);
	if (!(tcp | other))
		return;
	need = tcp ? needed((void *)sk) : 0;
	rcv = READ_ONCE(notes[CTBC_SOCK_OTHER]);
	if (!tcp)
		done = give_fast(other, CTBC_BC_DGRAMRCVBUF, &notes[CTBC_SOCK_OTHER],
				 rcv, pages);
	else if (rcv <= need)
		done = give_fast(tcp, CTBC_BC_TCPSNDBUF, &notes[CTBC_SOCK_TCP],
				 READ_ONCE(notes[CTBC_SOCK_TCP]), pages);
	else
		done = rcv >= need + pages &&
		       give_fast(tcp, CTBC_BC_TCPRCVBUF, &notes[CTBC_SOCK_OTHER], rcv,
				 pages);
	if (unlikely(!done))
		reduce_slow(sk, _pages);
}

CTBC_HOT_NOTE(hook_reduce, 2);

static __always_inline unsigned long units(unsigned long bytes)
{
	return DIV_ROUND_UP(bytes, UNIT);
}

/* As sk_wmem_alloc_get() has it, and never negative. */
static __always_inline unsigned long wmem_of(const struct sock *sk)
{
	return refcount_read(&sk->sk_wmem_alloc) - 1U;
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

/*
 * What is under way changes on several CPUs. A note is taken before the look, and
 * holds only if no other came between. It rises when that has been charged, and falls
 * before it is given back: so whatever another CPU gives back was charged.
 */
static noinline long send_slow(struct sock *sk, unsigned long size, int *errcode)
{
	unsigned int now, more;
	struct pool pool;
	u16 old;

	if (!pool_find(&pool, sk, true))
		return CTBC_HOOK_GO_ON;
	for (;;) {
		old = READ_ONCE(*pool.note);
		now = min_t(unsigned long, units(wmem_of(sk) + size), U16_MAX);
		more = now > old ? now - old : 0;
		if (more && !send_charge(&pool, sk, sk_wmem_alloc_get(sk), more << UNIT_SHIFT)) {
			*errcode = -ENOBUFS;
			return (long)NULL;
		}
		if (try_cmpxchg(pool.note, &old, (u16)now))
			break;
		if (more)
			ctbc_bc_uncharge(pool.ct, pool.id, more << UNIT_SHIFT);
	}
	if (now < old)
		ctbc_bc_uncharge(pool.ct, pool.id, (old - now) << UNIT_SHIFT);
	return CTBC_HOOK_GO_ON;
}

/* Something left the buffer, or came in, while the hook was at work. */
static noinline long send_again(struct sock *sk, unsigned long size, int *errcode,
				unsigned int more)
{
	struct pool pool;

	if (pool_find(&pool, sk, true))
		ctbc_bc_uncharge(pool.ct, pool.id, more << UNIT_SHIFT);
	return send_slow(sk, size, errcode);
}

/* sock_alloc_send_pskb(sk, header_len, data_len, noblock, errcode, order) */
static __used notrace __noendbr long
hook_send(unsigned long _sk, unsigned long header_len, unsigned long data_len,
	  unsigned long noblock, unsigned long errcode, unsigned long order)
{
	struct sock *sk = (void *)_sk;
	u16 *places = places_of(_sk), *note = ctbc_owner_note(&places[CTBC_SOCK_TCP]);
	unsigned long index = READ_ONCE(places[CTBC_SOCK_OTHER]);
	unsigned long size = SKB_TRUESIZE(header_len) + data_len, now;
	u16 old;

	if (!index)
		return CTBC_HOOK_GO_ON;
	old = READ_ONCE(*note);
	now = units(wmem_of(sk) + size);
	if (unlikely(now > U16_MAX) || unlikely(now <= old) ||
	    unlikely(!ctbc_counter_take(ctbc_bc_counter(ctbc_container_by_index(index),
							CTBC_BC_OTHERSOCKBUF),
					(now - old) << UNIT_SHIFT)))
		return send_slow(sk, size, (int *)errcode);
	if (unlikely(cmpxchg(note, old, (u16)now) != old))
		return send_again(sk, size, (int *)errcode, now - old);
	return CTBC_HOOK_GO_ON;
}

CTBC_HOT_VERDICT(hook_send, 6);

/*
 * What is noted, less a packet that leaves; and no more than what will be under way
 * then. Another that leaves at the same time may be part of that still.
 */
static __always_inline u16 left_of(const struct sock *sk, unsigned int size, u16 noted)
{
	unsigned long left = units(wmem_of(sk) - size);

	size = units(size);
	return noted > size ? min_t(unsigned long, noted - size, left) : 0;
}

static noinline void sent_slow(const struct sock *sk, unsigned int size)
{
	struct pool pool;
	u16 old, now;

	if (!pool_find(&pool, sk, true))
		return;
	old = READ_ONCE(*pool.note);
	do {
		now = left_of(sk, size, old);
	} while (!try_cmpxchg(pool.note, &old, now));
	if (now != old)
		ctbc_bc_uncharge(pool.ct, pool.id, (old - now) << UNIT_SHIFT);
}

/* sock_wfree(skb): it leaves the send buffer that it was counted in. */
static __used notrace __noendbr void
hook_sent(unsigned long _skb)
{
	const struct sk_buff *skb = (void *)_skb;
	struct sock *sk = skb->sk;
	u16 *places = places_of((unsigned long)sk);
	u16 *note = ctbc_owner_note(&places[CTBC_SOCK_TCP]), old, now;
	unsigned long index = READ_ONCE(places[CTBC_SOCK_OTHER]);

	if (!index)
		return;
	old = READ_ONCE(*note);
	if (!old)
		return;
	now = left_of(sk, skb->truesize, old);
	if (likely(cmpxchg(note, old, now) == old))
		ctbc_bc_uncharge(ctbc_container_by_index(index), CTBC_BC_OTHERSOCKBUF,
				 (old - now) << UNIT_SHIFT);
	else
		sent_slow(sk, skb->truesize);
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

	if (pool_find(&pool, sk, true) && *pool.note) {
		if (pool.id == CTBC_BC_OTHERSOCKBUF)
			ctbc_bc_uncharge(pool.ct, pool.id, xchg(pool.note, 0) << UNIT_SHIFT);
		else
			give_back(&pool, U16_MAX);
	}
	if (pool_find(&pool, sk, false))
		give_back(&pool, U16_MAX);
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
