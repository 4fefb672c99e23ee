// SPDX-License-Identifier: GPL-2.0
/*
 * Events: what administrators are told while it happens
 *
 * A refusal, or a barrier passed, may come from any context and thousands of times
 * a second. So it is only noted down; a work item sends it, at most one event for a
 * container and parameter in CTBC_EVENT_INTERVAL. Nothing is lost in that: an event
 * says how many it stands for beside its own, and the last ones are sent when the
 * interval is over even if no further one comes.
 *
 * Who carries events to userspace (netlink) registers as the sink.
 */
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "kernel/core/event.h"

/* Changes of state that are told one by one when they came all at once. */
#define MAX_CHANGES	8

/* Protects the sink against removal while an event is on its way. */
static DEFINE_MUTEX(sink_lock);
static ctbc_event_sink_t event_sink;

/**
 * ctbc_event_sink_set() - who carries events to userspace
 * @sink: called in process context, may sleep; NULL for nobody. The previous
 *	sink is not running any more when this returns
 *
 * Context: process, may sleep.
 */
void ctbc_event_sink_set(ctbc_event_sink_t sink)
{
	mutex_lock(&sink_lock);
	event_sink = sink;
	mutex_unlock(&sink_lock);
}

static void event_emit(const struct ctbc_event *event)
{
	mutex_lock(&sink_lock);
	if (event_sink)
		event_sink(event);
	mutex_unlock(&sink_lock);
}

/**
 * ctbc_event_send() - tell of a container's life
 * @id: the container's id
 * @type: any but CTBC_EVENT_REFUSED and CTBC_EVENT_PASSED
 *
 * Context: process, may sleep.
 */
void ctbc_event_send(u32 id, enum ctbc_event_type type)
{
	struct ctbc_event event = {
		.type = type,
		.container = id,
		.time = ktime_get_boottime_ns(),
	};

	event_emit(&event);
}

/* Takes out what has gathered, once its interval is over. */
static bool notes_take(struct ctbc_event_source *src, struct ctbc_notes *r,
		       struct ctbc_event *event, bool *waiting)
{
	bool due = false;

	raw_spin_lock_irq(&src->lock);
	if (r->count && time_before(jiffies, r->sent + CTBC_EVENT_INTERVAL)) {
		*waiting = true;
	} else if (r->count) {
		*event = r->last;
		event->left_out = r->count - 1;
		r->count = 0;
		r->sent = jiffies;
		due = true;
	}
	raw_spin_unlock_irq(&src->lock);
	return due;
}

/* Sends changes of state until @told meets @until. */
static void tell_changes(struct ctbc_event_source *src, u32 until)
{
	/* Of many that nobody saw, the last ones do. */
	if (until - src->told > MAX_CHANGES)
		src->told = until - MAX_CHANGES + ((until - src->told) & 1);
	while (src->told != until)
		ctbc_event_send(src->id, ++src->told & 1 ? CTBC_EVENT_STARTED :
							    CTBC_EVENT_STOPPED);
}

static void event_work(struct work_struct *work)
{
	struct ctbc_event_source *src =
		container_of(work, struct ctbc_event_source, work.work);
	u32 changes = READ_ONCE(src->changes);
	struct ctbc_event event;
	bool waiting = false;
	unsigned int param;

	/* What was refused was running: after its start, before its end. */
	if (changes != src->told)
		tell_changes(src, changes & 1 ? changes : changes - 1);
	for (param = 0; param < CTBC_NR_PARAMS; param++) {
		if (notes_take(src, &src->passed[param], &event, &waiting))
			event_emit(&event);
		if (notes_take(src, &src->refused[param], &event, &waiting))
			event_emit(&event);
	}
	tell_changes(src, changes);
	if (waiting)
		schedule_delayed_work(&src->work, CTBC_EVENT_INTERVAL);
}

/* What comes next is told at once. */
static void notes_expire(struct ctbc_event_source *src)
{
	unsigned int param;

	for (param = 0; param < CTBC_NR_PARAMS; param++) {
		src->refused[param].sent = jiffies - CTBC_EVENT_INTERVAL;
		src->passed[param].sent = jiffies - CTBC_EVENT_INTERVAL;
	}
}

/**
 * ctbc_event_source_init() - prepare a container's part
 * @src: zeroed
 * @id: the container's id
 */
void ctbc_event_source_init(struct ctbc_event_source *src, u32 id)
{
	raw_spin_lock_init(&src->lock);
	src->id = id;
	INIT_DELAYED_WORK(&src->work, event_work);
	notes_expire(src);
}

/**
 * ctbc_event_source_exit() - send what has gathered, and stop
 * @src: the container's part; what still happens to it is not told any more
 *
 * Context: process, may sleep.
 */
void ctbc_event_source_exit(struct ctbc_event_source *src)
{
	raw_spin_lock_irq(&src->lock);
	src->closed = true;
	raw_spin_unlock_irq(&src->lock);
	cancel_delayed_work_sync(&src->work);
	notes_expire(src);
	if (src->changes & 1)
		src->changes++;
	event_work(&src->work.work);
}

/**
 * ctbc_event_state() - note that a container began or ceased to run
 * @src: the container's part
 * @running: which of the two
 *
 * Context: any.
 */
void ctbc_event_state(struct ctbc_event_source *src, bool running)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&src->lock, flags);
	if (!src->closed) {
		if ((src->changes & 1) != running)
			WRITE_ONCE(src->changes, src->changes + 1);
		schedule_delayed_work(&src->work, 0);
	}
	raw_spin_unlock_irqrestore(&src->lock, flags);
}

/**
 * ctbc_event_note() - note what befell a parameter at the hands of the running task
 * @src: the container's part
 * @type: CTBC_EVENT_REFUSED or CTBC_EVENT_PASSED
 * @param: the parameter
 * @held: in use
 * @limit: the barrier or limit that was met
 *
 * Context: any.
 */
void ctbc_event_note(struct ctbc_event_source *src, enum ctbc_event_type type,
		     enum ctbc_param param, u64 held, u64 limit)
{
	struct ctbc_notes *notes = type == CTBC_EVENT_PASSED ? &src->passed[param] :
							       &src->refused[param];
	unsigned long flags;

	raw_spin_lock_irqsave(&src->lock, flags);
	if (src->closed)
		goto out;
	notes->count++;
	notes->last = (struct ctbc_event) {
		.type = type,
		.container = src->id,
		.time = ktime_get_boottime_ns(),
		.param = param,
		.held = held,
		.limit = limit,
		.pid = task_pid_nr(current),
	};
	memcpy(notes->last.comm, current->comm, CTBC_COMM_LEN);
	notes->last.comm[CTBC_COMM_LEN - 1] = '\0';
	schedule_delayed_work(&src->work, 0);
out:
	raw_spin_unlock_irqrestore(&src->lock, flags);
}

/**
 * ctbc_event_last_refusal() - when was a parameter last refused, and to whom?
 * @src: the container's part
 * @param: the parameter
 * @event: the answer
 *
 * Context: process.
 * Return: false where that has never been.
 */
bool ctbc_event_last_refusal(struct ctbc_event_source *src, enum ctbc_param param,
			     struct ctbc_event *event)
{
	raw_spin_lock_irq(&src->lock);
	*event = src->refused[param].last;
	raw_spin_unlock_irq(&src->lock);
	return event->time;
}
