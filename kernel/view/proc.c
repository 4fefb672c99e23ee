// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/ctbc, and /proc/user_beancounters for the tools of old
 *
 *	counters	the counters of all containers; inside one, its own
 *	features	what is enforced on this kernel, and why not the rest
 *	version		of the module
 *	ID/counters	the counters of one container
 *
 * The table of counters is that of OpenVZ's /proc/user_beancounters, version
 * 2.5, column by column, with its "dummy" rows. These formats are stable:
 * programs parse them.
 *
 * A reader is what the task is that opened the file.
 */
#include <linux/cgroup.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "kernel/core/container.h"
#include "kernel/core/param.h"
#include "kernel/view/proc.h"

static struct proc_dir_entry *proc_ctbc;
static struct proc_dir_entry *proc_user_beancounters;

/**
 * struct counters_reader - one open table of counters
 * @first: the lowest id to show
 * @last: the highest id to show
 */
struct counters_reader {
	u32 first;
	u32 last;
};

/* OpenVZ's order of rows is that of the ids; ids without a name are dummies. */
static void show_row(struct seq_file *m, const struct ctbc_container *ct,
		     unsigned int param)
{
	struct ctbc_values v = {};
	const char *name = "dummy";
	char uid[12] = "";

	if (ctbc_param_exists(param)) {
		name = ctbc_param_table[param].name;
		ctbc_param_get(ct, param, &v);
	}
	if (!param)
		snprintf(uid, sizeof(uid), "%u", ct->id);
	seq_printf(m, "%10s%c %-12s %20llu %20llu %20llu %20llu %20llu\n",
		   uid, param ? ' ' : ':', name, v.held, v.maxheld, v.barrier,
		   v.limit, v.failcnt);
}

static void show_header(struct seq_file *m)
{
	seq_puts(m, "Version: 2.5\n");
	seq_printf(m, "%10s  %-12s %20s %20s %20s %20s %20s\n", "uid", "resource",
		   "held", "maxheld", "barrier", "limit", "failcnt");
}

static struct ctbc_container *next_container(struct seq_file *m, u32 id)
{
	struct counters_reader *reader = m->private;
	struct ctbc_container *ct;

	if (id < reader->first)
		id = reader->first;
	if (id > reader->last)
		return NULL;
	ct = ctbc_container_get_next(id);
	if (ct && ct->id > reader->last) {
		ctbc_container_put(ct);
		ct = NULL;
	}
	return ct;
}

/* The position is the id at which to go on; containers come and go meanwhile. */
static void *counters_start(struct seq_file *m, loff_t *pos)
{
	if (!*pos)
		return SEQ_START_TOKEN;
	return next_container(m, *pos);
}

static void *counters_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct ctbc_container *ct = v;
	u32 next = CTBC_ID_MIN;

	if (v != SEQ_START_TOKEN) {
		next = ct->id + 1;
		ctbc_container_put(ct);
	}
	*pos = next;
	ct = next_container(m, next);
	if (ct)
		*pos = ct->id;
	return ct;
}

static void counters_stop(struct seq_file *m, void *v)
{
	if (v && v != SEQ_START_TOKEN)
		ctbc_container_put(v);
}

static int counters_show(struct seq_file *m, void *v)
{
	unsigned int param;

	if (v == SEQ_START_TOKEN) {
		show_header(m);
		return 0;
	}
	for (param = 0; param < CTBC_NR_PARAMS; param++)
		show_row(m, v, param);
	return 0;
}

static const struct seq_operations counters_seq_ops = {
	.start = counters_start,
	.next = counters_next,
	.stop = counters_stop,
	.show = counters_show,
};

/* The file of one container carries its id; the common ones carry 0. */
static int counters_open(struct inode *inode, struct file *file)
{
	u32 id = (unsigned long)pde_data(inode);
	struct counters_reader *reader;
	struct ctbc_container *own;
	u32 own_id;

	own = ctbc_container_get_current();
	own_id = own ? own->id : CTBC_ID_HOST;
	if (own)
		ctbc_container_put(own);
	if (id && own_id && own_id != id)
		return -ENOENT;
	reader = __seq_open_private(file, &counters_seq_ops, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	reader->first = id ?: own_id ?: CTBC_ID_MIN;
	reader->last = id ?: own_id ?: CTBC_ID_MAX;
	return 0;
}

static const struct proc_ops counters_proc_ops = {
	.proc_open = counters_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release_private,
};

static void show_feature(struct seq_file *m, const char *name,
			 const struct ctbc_feature *feature)
{
	seq_printf(m, "%-16s %-12s %-12s %s\n", name,
		   ctbc_feature_state_name(feature->state), feature->mechanism,
		   feature->reason ?: "-");
}

static int features_show(struct seq_file *m, void *v)
{
	const struct ctbc_controller *c;
	struct ctbc_feature feature;
	unsigned int i;

	for (i = 0; (c = ctbc_controller_nth(i)); i++) {
		feature = (struct ctbc_feature) {};
		c->feature(&feature);
		show_feature(m, c->name, &feature);
	}
	for (i = 0; i < CTBC_NR_PARAMS; i++) {
		if (!ctbc_param_exists(i))
			continue;
		ctbc_param_feature(i, &feature);
		show_feature(m, ctbc_param_table[i].name, &feature);
	}
	return 0;
}

static int version_show(struct seq_file *m, void *v)
{
	seq_puts(m, CTBC_VERSION "\n");
	return 0;
}

static int view_attach(struct ctbc_container *ct, struct netlink_ext_ack *extack)
{
	struct proc_dir_entry *dir;
	char name[12];

	snprintf(name, sizeof(name), "%u", ct->id);
	dir = proc_mkdir(name, proc_ctbc);
	if (!dir)
		return -ENOMEM;
	if (!proc_create_data("counters", 0444, dir, &counters_proc_ops,
			      (void *)(unsigned long)ct->id)) {
		proc_remove(dir);
		return -ENOMEM;
	}
	ct->priv[CTBC_CONTROLLER_VIEW] = dir;
	return 0;
}

static void view_detach(struct ctbc_container *ct)
{
	proc_remove(ct->priv[CTBC_CONTROLLER_VIEW]);
}

static void view_free(struct ctbc_container *ct)
{
}

static bool view_has(enum ctbc_param param)
{
	return false;
}

static void view_feature(struct ctbc_feature *feature)
{
	*feature = (struct ctbc_feature) {
		.state = CTBC_FEATURE_ACCOUNTED,
		.mechanism = "procfs",
	};
}

static int view_init(void)
{
	proc_ctbc = proc_mkdir("ctbc", NULL);
	if (!proc_ctbc)
		return -ENOMEM;
	if (!proc_create("counters", 0444, proc_ctbc, &counters_proc_ops) ||
	    !proc_create_single("features", 0444, proc_ctbc, features_show) ||
	    !proc_create_single("version", 0444, proc_ctbc, version_show)) {
		proc_remove(proc_ctbc);
		return -ENOMEM;
	}
	/* Some other kernel's beancounters may own the name: theirs then. */
	proc_user_beancounters = proc_create("user_beancounters", 0400, NULL,
					     &counters_proc_ops);
	if (!proc_user_beancounters)
		pr_info("ctbc: /proc/user_beancounters exists already\n");
	return 0;
}

static void view_exit(void)
{
	proc_remove(proc_user_beancounters);
	proc_remove(proc_ctbc);
}

const struct ctbc_controller ctbc_view_controller = {
	.name = "view",
	.id = CTBC_CONTROLLER_VIEW,
	.init = view_init,
	.exit = view_exit,
	.attach = view_attach,
	.detach = view_detach,
	.free = view_free,
	.has = view_has,
	.feature = view_feature,
};
