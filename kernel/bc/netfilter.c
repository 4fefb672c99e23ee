// SPDX-License-Identifier: GPL-2.0
/*
 * numiptent: packet filter rules
 *
 * Rules of iptables (legacy) and of nftables count alike. They are made in modules of
 * the kernel that come and go: each part here is hooked when its module comes, and
 * let go before that goes.
 *
 * nftables makes rules one by one, in a transaction. A unit is reserved when a rule is
 * asked for, and taken by the rule when that joins the transaction. It is given back
 * when the rule's deletion joins one, to the first container again if that fails; or
 * when the rule is destroyed, alone or with its network. Rules without any content are
 * smaller than a place in the map of owners, and two may count as one.
 *
 * iptables replaces the contents of a table as a whole. They belong to the container
 * of the task that first did so; how many rules of them are charged, up to 65,535,
 * stands beside that.
 *
 * Rules from before the container are its own if one of its tasks is in their network;
 * but those of the host's network are the host's.
 *
 * A refused rule or table fails with ENOMEM, as OpenVZ has it.
 */
#include <linux/cgroup.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netfilter/x_tables.h>
#include <linux/nsproxy.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_tables.h>
#include <net/netns/generic.h>

#include "kernel/bc/beancounter.h"
#include "kernel/core/symbol.h"

/* The number of what nftables keeps for each network. */
static const unsigned int *nft_net_id;

static struct ctbc_container *container_of_current(void)
{
	return ctbc_container_of_cgroup(task_dfl_cgroup(current));
}

/* nf_tables_newrule(skb, info, attributes) */
static void hook_newrule(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct ctbc_container *ct;

	preempt_disable();
	ct = container_of_current();
	if (ct && !ctbc_bc_reserve(ct, CTBC_BC_NUMIPTENT))
		ctbc_hook_refuse(fregs, -ENOMEM);
	preempt_enable();
}

/*
 * nft_trans_commit_list_add_tail(net, step): a rule joins the transaction, or is to go
 * with it, and then leaves room for those that come instead.
 */
static void hook_step(unsigned long ip, unsigned long parent_ip,
		      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct nft_trans *step = (void *)ctbc_hook_arg(fregs, 1);
	u16 *slot, index;

	if (step->msg_type == NFT_MSG_NEWRULE)
		ctbc_bc_give_reserve(CTBC_BC_NUMIPTENT, nft_trans_rule(step));
	if (step->msg_type != NFT_MSG_DELRULE)
		return;
	preempt_disable();
	slot = ctbc_owner_slot(nft_trans_rule(step));
	index = slot ? xchg(slot, 0) : 0;
	if (index) {
		*ctbc_owner_note(slot) = index;
		ctbc_bc_uncharge(ctbc_container_by_index(index), CTBC_BC_NUMIPTENT, 1);
	}
	preempt_enable();
}

static struct nftables_pernet *nft_of(const struct net *net)
{
	return net_generic(net, READ_ONCE(*nft_net_id));
}

/*
 * nf_tables_abort(net, message, action), under the lock of the transaction: what was to
 * go stays, and belongs to whom it did.
 */
static void hook_abort(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct ctbc_container *ct;
	struct nft_trans *step;
	u16 *slot;

	list_for_each_entry(step, &nft_of((void *)ctbc_hook_arg(fregs, 0))->commit_list, list) {
		if (step->msg_type != NFT_MSG_DELRULE)
			continue;
		preempt_disable();
		slot = ctbc_owner_slot(nft_trans_rule(step));
		ct = slot ? ctbc_container_by_index(xchg(ctbc_owner_note(slot), 0)) : NULL;
		if (ct)
			ctbc_bc_charge_object(ct, CTBC_BC_NUMIPTENT, nft_trans_rule(step));
		preempt_enable();
	}
}

static void rule_uncharge(const struct nft_rule *rule)
{
	u16 *slot = ctbc_owner_slot(rule);

	if (!slot)
		return;
	*ctbc_owner_note(slot) = 0;
	ctbc_bc_uncharge_object(CTBC_BC_NUMIPTENT, rule);
}

/* nf_tables_rule_destroy(ctx, rule) */
static void hook_destroy(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	rule_uncharge((void *)ctbc_hook_arg(fregs, 1));
}

/* __nft_release_table(net, table): with all that is in it, as its network ends. */
static void hook_release(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct nft_table *table = (void *)ctbc_hook_arg(fregs, 1);
	struct nft_chain *chain;
	struct nft_rule *rule;

	/* Nobody else sees it any more. */
	list_for_each_entry(chain, &table->chains, list)
		list_for_each_entry(rule, &chain->rules, list)
			rule_uncharge(rule);
}

/* Contents may be outside the direct mapping, but their first page is theirs alone. */
static const void *key_of(const struct xt_table_info *info)
{
	return is_vmalloc_addr(info) ? page_address(vmalloc_to_page(info)) : info;
}

/* Rules beyond those that a table begins with, which its chains cannot do without. */
static unsigned int rules_of(const struct xt_table_info *info, unsigned int initial)
{
	return info->number > initial ? min(info->number - initial, U16_MAX) : 0;
}

/* Without preemption. The units of the old contents go over to the new. */
static bool contents_charge(const struct xt_table_info *old,
			    const struct xt_table_info *new)
{
	u16 *from = ctbc_owner_slot(key_of(old)), *to;
	unsigned int had = 0, nr = rules_of(new, old->initial_entries);
	struct ctbc_container *ct = container_of_current();

	if (from && READ_ONCE(*from)) {
		ct = ctbc_container_by_index(*from);
		had = *ctbc_owner_note(from);
	}
	if (!ct || (!nr && !had))
		return true;
	to = ctbc_owner_make_slot(key_of(new), GFP_ATOMIC);
	if (!to)
		return !ctbc_owner_covers(key_of(new));
	if (nr > had && !ctbc_bc_try_charge(ct, CTBC_BC_NUMIPTENT, nr - had))
		return false;
	*ctbc_owner_note(to) = nr;
	/* No mark without a charge: it would not keep the container. */
	WRITE_ONCE(*to, nr ? ct->index : 0);
	if (had) {
		WRITE_ONCE(*from, 0);
		*ctbc_owner_note(from) = 0;
	}
	if (nr < had)
		ctbc_bc_uncharge(ct, CTBC_BC_NUMIPTENT, had - nr);
	return true;
}

/*
 * xt_replace_table(table, number of the old, new, error), under the lock of tables of
 * that family. It can still fail for lack of memory; then the old rules are counted
 * no more.
 */
static void hook_replace(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	const struct xt_table *table = (void *)ctbc_hook_arg(fregs, 0);
	const struct xt_table_info *old = table->private;

	/* It comes into being, or somebody else was faster, as the kernel will say. */
	if (!old->number || old->number != (unsigned int)ctbc_hook_arg(fregs, 1))
		return;
	preempt_disable();
	if (!contents_charge(old, (void *)ctbc_hook_arg(fregs, 2))) {
		*(int *)ctbc_hook_arg(fregs, 3) = -ENOMEM;
		ctbc_hook_refuse(fregs, (long)NULL);
	}
	preempt_enable();
}

/* xt_free_table_info(contents) */
static void hook_free(unsigned long ip, unsigned long parent_ip,
		      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	u16 *slot = ctbc_owner_slot(key_of((void *)ctbc_hook_arg(fregs, 0))), index;

	preempt_disable();
	index = slot ? xchg(slot, 0) : 0;
	if (index)
		ctbc_bc_uncharge(ctbc_container_by_index(index), CTBC_BC_NUMIPTENT,
				 xchg(ctbc_owner_note(slot), 0));
	preempt_enable();
}

/*
 * Called under RCU. Tells of a rule without a place for its owner. One that is not yet
 * or no longer in force counts as well: its end is seen like any other's.
 */
static const void *find_rules(struct ctbc_container *ct, const struct net *net)
{
	const struct nft_table *table;
	const struct nft_chain *chain;
	const struct nft_rule *rule;
	const void *unmarkable;

	list_for_each_entry_rcu(table, &nft_of(net)->tables, list)
		list_for_each_entry_rcu(chain, &table->chains, list)
			list_for_each_entry_rcu(rule, &chain->rules, list) {
				unmarkable = ctbc_bc_find_object(ct, CTBC_BC_NUMIPTENT, rule, true);
				if (unmarkable)
					return unmarkable;
			}
	return NULL;
}

static int scan_nft(struct ctbc_container *ct, struct net *net)
{
	/* Any symbol of the module keeps it, and what it has of the network, in place. */
	typeof(nft_register_expr) *pin = symbol_get(nft_register_expr);
	const void *unmarkable;

	if (!pin)
		return 0;
	do {
		rcu_read_lock();
		unmarkable = find_rules(ct, net);
		rcu_read_unlock();
		cond_resched();
	} while (unmarkable && ctbc_owner_make_slot(unmarkable, GFP_KERNEL));
	symbol_put(nft_register_expr);
	return unmarkable ? -ENOMEM : 0;
}

/* Called under the lock of tables of that family. */
static int find_contents(struct ctbc_container *ct, const struct xt_table_info *info)
{
	unsigned int nr = rules_of(info, info->initial_entries), had;
	u16 *slot, owner;

	if (!nr)
		return 0;
	slot = ctbc_owner_make_slot(key_of(info), GFP_KERNEL);
	if (!slot)
		return ctbc_owner_covers(key_of(info)) ? -ENOMEM : 0;
	rcu_read_lock();
	owner = READ_ONCE(*slot);
	if (!owner || ctbc_bc_is_free(owner)) {
		had = *ctbc_owner_note(slot);
		ctbc_counter_charge(ctbc_bc_counter(ct, CTBC_BC_NUMIPTENT), nr);
		*ctbc_owner_note(slot) = nr;
		WRITE_ONCE(*slot, ct->index);
		if (owner)
			ctbc_bc_uncharge(ctbc_container_by_index(owner), CTBC_BC_NUMIPTENT,
					 had);
	}
	rcu_read_unlock();
	return 0;
}

static int scan_xt(struct ctbc_container *ct, struct net *net)
{
	static const u8 families[] = { NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_ARP };
	static const char *const names[] = { "filter", "nat", "mangle", "raw", "security" };
	typeof(xt_find_table) *find = (void *)ctbc_symbol_addr("xt_find_table");
	typeof(xt_find_table_lock) *lock = symbol_get(xt_find_table_lock);
	typeof(xt_table_unlock) *unlock = symbol_get(xt_table_unlock);
	unsigned int i, j;
	struct xt_table *table;
	int err = 0;

	for (i = 0; find && lock && unlock && !err && i < ARRAY_SIZE(families); i++)
		for (j = 0; !err && j < ARRAY_SIZE(names); j++) {
			/* To ask with the lock would bring the table into being. */
			if (!find(net, families[i], names[j]))
				continue;
			table = lock(net, families[i], names[j]);
			if (IS_ERR(table))
				continue;
			err = find_contents(ct, table->private);
			module_put(table->me);
			unlock(table);
		}
	if (unlock)
		symbol_put(xt_table_unlock);
	if (lock)
		symbol_put(xt_find_table_lock);
	return err;
}

static struct ctbc_hook nft_hooks[] = {
	{ .symbol = "nf_tables_rule_destroy", .func = hook_destroy },
	{ .symbol = "__nft_release_table", .func = hook_release },
	{ .symbol = "nf_tables_abort", .func = hook_abort },
	{ .symbol = "nft_trans_commit_list_add_tail", .func = hook_step },
	{ .symbol = "nf_tables_newrule", .func = hook_newrule, .verdict = true },
};

static struct ctbc_hook xt_hooks[] = {
	{ .symbol = "xt_free_table_info", .func = hook_free },
	{ .symbol = "xt_replace_table", .func = hook_replace, .verdict = true },
};

/**
 * struct part - the rules of one of the kernel's modules
 * @module: its name
 * @missing: what features says where its hooks cannot be had
 * @hooks: the hooks
 * @nr: how many
 * @scan: charge a container for what there is in a network; may sleep. 0 or -ENOMEM
 * @found: the module is there
 */
struct part {
	const char *module;
	const char *missing;
	struct ctbc_hook *hooks;
	unsigned int nr;
	int (*scan)(struct ctbc_container *ct, struct net *net);
	bool found;
};

static struct part parts[] = {
	{ "nf_tables", "rules of nftables are not counted", nft_hooks,
	  ARRAY_SIZE(nft_hooks), scan_nft },
	{ "x_tables", "rules of iptables are not counted", xt_hooks,
	  ARRAY_SIZE(xt_hooks), scan_xt },
};

/* Protects the parts; the hooks are to be called. */
static DEFINE_MUTEX(parts_lock);
static bool started;

static bool part_works(const struct part *part)
{
	return !part->found || (ctbc_hooks_complete(part->hooks, part->nr) &&
				(part->hooks != nft_hooks || nft_net_id));
}

static int part_start(struct part *part)
{
	int err = 0;

	if (part->found && part_works(part))
		err = ctbc_hooks_install(part->hooks, part->nr);
	if (!err && !part_works(part))
		ctbc_hooks_remove(part->hooks, part->nr);
	return err;
}

static void part_find(struct part *part)
{
	if (!ctbc_symbol_addr(part->hooks[0].symbol) &&
	    !ctbc_symbol_addr(part->hooks[part->nr - 1].symbol))
		return;
	if (part->hooks == nft_hooks)
		nft_net_id = (void *)ctbc_symbol_addr("nf_tables_net_id");
	ctbc_hooks_find(part->hooks, part->nr);
	part->found = true;
	if (!part_works(part))
		ctbc_hooks_remove(part->hooks, part->nr);
}

static void part_leave(struct part *part)
{
	ctbc_hooks_remove(part->hooks, part->nr);
	part->found = false;
}

static int on_module(struct notifier_block *nb, unsigned long state, void *data)
{
	const struct module *module = data;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(module->name, parts[i].module))
			continue;
		mutex_lock(&parts_lock);
		if (state == MODULE_STATE_COMING) {
			part_find(&parts[i]);
			/* Without memory it is tried again with the next container. */
			if (started)
				part_start(&parts[i]);
		} else if (state == MODULE_STATE_GOING && parts[i].found) {
			part_leave(&parts[i]);
		}
		mutex_unlock(&parts_lock);
	}
	return NOTIFY_DONE;
}

/* Before ftrace forgets the module. */
static struct notifier_block notifier = { .notifier_call = on_module, .priority = 1 };

static bool netfilter_prepare(void)
{
	unsigned int i;

	if (register_module_notifier(&notifier))
		return false;
	mutex_lock(&parts_lock);
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (!parts[i].found)
			part_find(&parts[i]);
	mutex_unlock(&parts_lock);
	return true;
}

static int netfilter_start(void)
{
	unsigned int i;
	int err = 0;

	mutex_lock(&parts_lock);
	started = true;
	for (i = 0; i < ARRAY_SIZE(parts) && !err; i++)
		err = part_start(&parts[i]);
	mutex_unlock(&parts_lock);
	return err;
}

/*
 * Called under RCU. The networks that a container's tasks are in, by their number.
 * Returns the number of one that there is no memory for, 0 if all are there.
 */
static unsigned long find_nets(struct ctbc_container *ct, struct xarray *nets)
{
	struct task_struct *p, *t;
	unsigned long missed = 0;
	struct net *net;

	for_each_process_thread(p, t) {
		if (!ctbc_bc_is_in(ct, t))
			continue;
		task_lock(t);
		net = t->nsproxy ? t->nsproxy->net_ns : NULL;
		if (net && net != &init_net && !xa_load(nets, net->ns.inum)) {
			if (xa_is_err(xa_store(nets, net->ns.inum, net, GFP_NOWAIT)))
				missed = net->ns.inum;
			else
				get_net(net);
		}
		task_unlock(t);
		if (missed)
			break;
	}
	return missed;
}

static int nets_get(struct ctbc_container *ct, struct xarray *nets)
{
	unsigned long missed;

	do {
		rcu_read_lock();
		missed = find_nets(ct, nets);
		rcu_read_unlock();
	} while (missed && !xa_reserve(nets, missed, GFP_KERNEL));
	return missed ? -ENOMEM : 0;
}

/*
 * Without a lock of ours, as a task of any container can keep the one of tables for
 * as long as it likes.
 */
static int part_scan(struct part *part, struct ctbc_container *ct, struct net *net)
{
	bool works;
	int err;

	mutex_lock(&parts_lock);
	err = part_start(part);
	works = part->found && part_works(part);
	mutex_unlock(&parts_lock);
	return err || !works ? err : part->scan(ct, net);
}

static int netfilter_scan(struct ctbc_container *ct)
{
	unsigned long index;
	struct xarray nets;
	struct net *net;
	unsigned int i;
	int err;

	xa_init(&nets);
	err = nets_get(ct, &nets);
	xa_for_each(&nets, index, net) {
		for (i = 0; !err && i < ARRAY_SIZE(parts); i++)
			err = part_scan(&parts[i], ct, net);
		put_net(net);
	}
	xa_destroy(&nets);
	return err;
}

static void netfilter_exit(void)
{
	unregister_module_notifier(&notifier);
}

static bool netfilter_works(void)
{
	return part_works(&parts[0]) || part_works(&parts[1]);
}

static void netfilter_refine(struct ctbc_feature *feature)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (!part_works(&parts[i]))
			feature->reason = parts[i].missing;
}

const struct ctbc_bc_kind ctbc_bc_netfilter = {
	.param = CTBC_PARAM_NUMIPTENT,
	.bytes = true,
	.works = netfilter_works,
	.prepare = netfilter_prepare,
	.start = netfilter_start,
	.scan = netfilter_scan,
	.exit = netfilter_exit,
	.refine = netfilter_refine,
};
