// SPDX-License-Identifier: GPL-2.0
/*
 * numsiginfo: queued signals
 *
 * A signal that carries information takes an entry in the queue of the task or
 * process that it is for, and is charged to that one's container, so that nobody
 * outside can be made to pay. Refused, sigqueue(2) of a real-time signal fails with
 * EAGAIN; another signal comes without its information, as above the kernel's own
 * limit, RLIMIT_SIGPENDING. What the kernel itself sends is charged but never
 * refused.
 *
 * Not counted are signals that an instruction leads to, like SIGSEGV, of which there
 * is one of a kind in a queue, and the entries of POSIX timers, which these keep.
 *
 * The entry is not known yet where it can be refused, but it is made and queued under
 * one lock, with interrupts off: the unit waits on that CPU, until a tracepoint tells
 * that the signal was sent and the entry is the last in its queue.
 *
 * Kernels before 6.18 free an entry in places that can not be called from. There
 * the functions around are, which know the queue and the signal.
 */
#include <linux/cgroup.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <trace/events/signal.h>

#include "kernel/bc/beancounter.h"
#include "kernel/core/probe.h"

#define FAULTS	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) |	\
		 sigmask(SIGTRAP) | sigmask(SIGFPE) | sigmask(SIGSYS))

static bool is_fault(int sig)
{
	return sig < SIGRTMIN && sigmask(sig) & FAULTS;
}

/* To whom the signal that is being sent on this CPU is charged; 0 for nobody. */
static DEFINE_PER_CPU(u16, sending);

static void sending_return(u16 *index)
{
	struct ctbc_container *ct = ctbc_container_by_index(*index);

	*index = 0;
	if (ct)
		ctbc_bc_uncharge(ct, CTBC_BC_NUMSIGINFO, 1);
}

static bool charge(int sig, struct task_struct *t, bool forced)
{
	struct ctbc_container *ct;
	bool charged = true;
	u16 *index;

	if (sig < 1 || is_fault(sig) || !irqs_disabled())
		return true;
	rcu_read_lock();
	index = this_cpu_ptr(&sending);
	/* One that was charged and then not queued, for lack of memory. */
	if (*index)
		sending_return(index);
	ct = ctbc_container_of_cgroup(task_dfl_cgroup(t));
	if (ct && forced)
		ctbc_counter_charge(ctbc_bc_counter(ct, CTBC_BC_NUMSIGINFO), 1);
	else if (ct)
		charged = ctbc_bc_try_charge(ct, CTBC_BC_NUMSIGINFO, 1);
	if (ct && charged)
		*index = ct->index;
	rcu_read_unlock();
	return charged;
}

/* __sigqueue_alloc(sig, task, gfp, override, flags) */
static __used notrace __noendbr long
hook_alloc(unsigned long sig, unsigned long task, unsigned long gfp,
	   unsigned long override, unsigned long flags)
{
	return charge(sig, (void *)task, (int)override) ? CTBC_HOOK_GO_ON : (long)NULL;
}

CTBC_HOT_VERDICT(hook_alloc, 5);

/* sig_get_ucounts(task, sig, override): the same, from 6.18 on. */
static __used notrace __noendbr long
hook_get(unsigned long task, unsigned long sig, unsigned long override)
{
	return charge(sig, (void *)task, (int)override) ? CTBC_HOOK_GO_ON : (long)NULL;
}

CTBC_HOT_VERDICT(hook_get, 3);

/* Under the lock of the queue, with interrupts off. */
static void probe_generate(void *data, int sig, struct kernel_siginfo *info,
			   struct task_struct *task, int group, int result)
{
	struct sigpending *queue = group ? &task->signal->shared_pending : &task->pending;
	u16 *index = this_cpu_ptr(&sending), *slot;
	struct sigqueue *q;

	if (!*index)
		return;
	rcu_read_lock();
	if (result == TRACE_SIGNAL_DELIVERED && !list_empty(&queue->list)) {
		q = list_last_entry(&queue->list, struct sigqueue, list);
		slot = ctbc_owner_make_slot(q, GFP_ATOMIC);
		/* Another's is a leftover: its end was missed. */
		if (slot)
			*index = xchg(slot, *index);
	}
	if (*index)
		sending_return(index);
	rcu_read_unlock();
}

static __always_inline void uncharge(const struct sigqueue *q)
{
	if (!(q->flags & SIGQUEUE_PREALLOC))
		ctbc_bc_uncharge_object(CTBC_BC_NUMSIGINFO, q);
}

/* __sigqueue_free(q), from 6.18 on. */
static __used notrace __noendbr void
hook_free(unsigned long q)
{
	uncharge((void *)q);
}

CTBC_HOT_NOTE(hook_free, 1);

/* collect_signal(sig, queue, info, timer): takes the first of that number. */
static __used notrace __noendbr void
hook_collect(unsigned long sig, unsigned long queue, unsigned long info,
	     unsigned long timer)
{
	struct sigpending *pending = (void *)queue;
	struct sigqueue *q;

	list_for_each_entry(q, &pending->list, list) {
		if (q->info.si_signo != (int)sig)
			continue;
		uncharge(q);
		return;
	}
}

CTBC_HOT_NOTE(hook_collect, 4);

/* flush_sigqueue(queue) */
static __used notrace __noendbr void
hook_flush(unsigned long queue)
{
	struct sigpending *pending = (void *)queue;
	struct sigqueue *q;

	list_for_each_entry(q, &pending->list, list)
		uncharge(q);
}

CTBC_HOT_NOTE(hook_flush, 1);

/* flush_sigqueue_mask(mask, queue) */
static __used notrace __noendbr void
hook_flush_mask(unsigned long mask, unsigned long queue)
{
	struct sigpending *pending = (void *)queue;
	struct sigqueue *q;

	list_for_each_entry(q, &pending->list, list)
		if (sigismember((sigset_t *)mask, q->info.si_signo))
			uncharge(q);
}

CTBC_HOT_NOTE(hook_flush_mask, 2);

enum { FREE, COLLECT, FLUSH, FLUSH_MASK, ALLOC, GET };

static struct ctbc_hook hooks[] = {
	[FREE] = { .symbol = "__sigqueue_free", CTBC_HOT(hook_free), .optional = true },
	[COLLECT] = { .symbol = "collect_signal", CTBC_HOT(hook_collect) },
	[FLUSH] = { .symbol = "flush_sigqueue", CTBC_HOT(hook_flush) },
	[FLUSH_MASK] = { .symbol = "flush_sigqueue_mask", CTBC_HOT(hook_flush_mask) },
	[ALLOC] = { .symbol = "__sigqueue_alloc", CTBC_HOT(hook_alloc),
		    .optional = true, .verdict = true },
	[GET] = { .symbol = "sig_get_ucounts", CTBC_HOT(hook_get), .optional = true,
		  .verdict = true },
};

static struct ctbc_probe generated = {
	.name = "signal_generate", .func = probe_generate,
};

static bool siginfo_works(void)
{
	return (!hooks[ALLOC].err || !hooks[GET].err) &&
	       (!hooks[FREE].err || ctbc_hooks_complete(&hooks[COLLECT], 3));
}

/* One place that frees all is better than three around it. */
static void siginfo_settle(void)
{
	if (!hooks[FREE].err)
		ctbc_hooks_remove(&hooks[COLLECT], 3);
}

static int siginfo_start(void)
{
	if (!ctbc_probe_install(&generated))
		ctbc_hooks_remove(hooks, ARRAY_SIZE(hooks));
	return 0;
}

static void siginfo_exit(void)
{
	int cpu;

	ctbc_probe_remove(&generated);
	for_each_possible_cpu(cpu) {
		rcu_read_lock();
		sending_return(per_cpu_ptr(&sending, cpu));
		rcu_read_unlock();
	}
}

static const void *scan_queue(struct ctbc_container *ct,
			      const struct sigpending *pending)
{
	const void *unmarkable = NULL;
	struct sigqueue *q;

	list_for_each_entry(q, &pending->list, list)
		if (!unmarkable && !(q->flags & SIGQUEUE_PREALLOC) && !is_fault(q->info.si_signo))
			unmarkable = ctbc_bc_find_object(ct, CTBC_BC_NUMSIGINFO, q, true);
	return unmarkable;
}

static const void *scan_task(struct ctbc_container *ct, struct task_struct *t)
{
	struct sighand_struct *sighand = rcu_dereference(t->sighand);
	const void *unmarkable = NULL;
	unsigned long flags;

	if (!sighand)
		return NULL;
	spin_lock_irqsave(&sighand->siglock, flags);
	/* It has not ended meanwhile, nor begun another program. */
	if (sighand == rcu_access_pointer(t->sighand)) {
		unmarkable = scan_queue(ct, &t->pending);
		if (!unmarkable && thread_group_leader(t))
			unmarkable = scan_queue(ct, &t->signal->shared_pending);
	}
	spin_unlock_irqrestore(&sighand->siglock, flags);
	return unmarkable;
}

const struct ctbc_bc_kind ctbc_bc_siginfo = {
	.param = CTBC_PARAM_NUMSIGINFO,
	.batch = 4,
	CTBC_BC_HOOKS(hooks),
	.settle = siginfo_settle,
	.works = siginfo_works,
	.start = siginfo_start,
	.exit = siginfo_exit,
	.scan_task = scan_task,
};
