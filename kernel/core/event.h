/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _CTBC_CORE_EVENT_H
#define _CTBC_CORE_EVENT_H

#include <linux/ctbc.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

/* At most one event a parameter and container in this time, the rest counted. */
#define CTBC_EVENT_INTERVAL	(HZ / 5)

/**
 * struct ctbc_event - something to tell
 * @type: what
 * @container: the container's id
 * @time: CLOCK_BOOTTIME, nanoseconds
 * @param: this and the rest with CTBC_EVENT_REFUSED and CTBC_EVENT_PASSED only
 * @held: in use at that moment
 * @limit: the barrier or limit that was met
 * @pid: the running task, as the host numbers it
 * @comm: its name
 * @left_out: how often the same came since the event before without one of its own
 */
struct ctbc_event {
	enum ctbc_event_type type;
	u32 container;
	u64 time;
	enum ctbc_param param;
	u64 held;
	u64 limit;
	u32 pid;
	char comm[CTBC_COMM_LEN];
	u64 left_out;
};

/**
 * struct ctbc_notes - what of one kind befell one parameter
 * @count: how often it was not told yet
 * @sent: jiffies when the last event went out
 * @last: the newest of all, told or not; its time is 0 where there was none
 */
struct ctbc_notes {
	u64 count;
	unsigned long sent;
	struct ctbc_event last;
};

/**
 * struct ctbc_event_source - a container's part in the event stream
 * @lock: protects @closed, @changes, @refused and @passed, and @work against being
 *	queued after the end; taken with interrupts off
 * @id: the container's id
 * @closed: the container is detached, though it may still be refused something
 *	by whoever found it before
 * @changes: how often it began or ceased to run; odd while it runs
 * @told: how many of @changes were sent
 * @work: sends what has gathered, in the order in which it happened
 * @refused: by parameter
 * @passed: by parameter
 */
struct ctbc_event_source {
	raw_spinlock_t lock;
	u32 id;
	bool closed;
	u32 changes;
	u32 told;
	struct delayed_work work;
	struct ctbc_notes refused[CTBC_NR_PARAMS];
	struct ctbc_notes passed[CTBC_NR_PARAMS];
};

typedef void (*ctbc_event_sink_t)(const struct ctbc_event *event);

void ctbc_event_sink_set(ctbc_event_sink_t sink);
void ctbc_event_source_init(struct ctbc_event_source *src, u32 id);
void ctbc_event_source_exit(struct ctbc_event_source *src);
void ctbc_event_state(struct ctbc_event_source *src, bool running);
void ctbc_event_note(struct ctbc_event_source *src, enum ctbc_event_type type,
		     enum ctbc_param param, u64 held, u64 limit);
bool ctbc_event_last_refusal(struct ctbc_event_source *src, enum ctbc_param param,
			     struct ctbc_event *event);
void ctbc_event_send(u32 id, enum ctbc_event_type type);

#endif
