/* SPDX-License-Identifier: MIT */
/* faults_request.c - faults of a server that show before it decides: it does not hear, forgets,
 * refuses, stands still, dies, or is not alone. */
#include "server/dp_faulty.h"

#include <string.h>

/* What a request is to a plan. */
static unsigned type_of(const dp_request *r)
{
    switch (r->exchange) {
    case DHCPPERF_X_DISCOVER:
        return DP_FT_DISCOVER;
    case DHCPPERF_X_REQUEST:
        return r->view.type == 0 ? DP_FT_BOOTP : DP_FT_SELECT;
    case DHCPPERF_X_REBOOT:
        return DP_FT_REBOOT;
    case DHCPPERF_X_RENEW:
        return DP_FT_RENEW;
    case DHCPPERF_X_REBIND:
        return DP_FT_REBIND;
    case DHCPPERF_X_RELEASE:
        return DP_FT_RELEASE;
    case DHCPPERF_X_DECLINE:
        return DP_FT_DECLINE;
    case DHCPPERF_X_QUERY:
        return DP_FT_LEASEQUERY;
    case DHCPPERF_X_INFORM:
    case DHCPPERF_X__FORCE_INT:
        break;
    }
    return DP_FT_INFORM;
}

/* ---- actions: 1 when something was done ----------------------------------------------------- */

static int drop(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    s->faulty->order.is_done = 1;
    dp_server_drop(s, r, DHCPPERF_C_DROP_FAULT, now);
    return 1;
}

/* There is room for an answer; else the request is dropped, as without a plan. */
static int can_answer(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    s->faulty->order.is_done = 1;
    if (!dp_server_can_hold_it(s, r)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_HELD, now);
        return 0;
    }
    return 1;
}

static int refuse(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    if (can_answer(s, r, now)) {
        dp_server_nak(s, r, DP_NAK_DECIDED, now);
    }
    return 1;
}

/* Who has an address, or an open offer, does not need a new one. */
static int exhaust(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = dp_find_client_it(s, r);

    if (i != DP_LEASE_NONE && (s->store.lease[i].state == DP_LEASE_BOUND ||
                               s->store.lease[i].state == DP_LEASE_OFFERED)) {
        return 0;
    }
    s->faulty->order.is_done = 1;
    dp_server_drop(s, r, DHCPPERF_C_DROP_EXHAUSTED, now);
    return 1;
}

static int forget(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = dp_find_client_it(s, r);

    if (i == DP_LEASE_NONE) {
        return 0;
    }
    if (s->store.lease[i].state == DP_LEASE_BOUND) {
        (void)dp_server_end(s, i, DHCPPERF_LEASE_EXPIRED, now);
    }
    if (s->query.on) {
        dp_query_forget(s, i);
    }
    dp_store_forget(&s->store, i, now);
    r->lease = r->guess = DP_LEASE_NONE;
    return 1;
}

/* The lease that the request is about. */
static int withdraw(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = dp_find_client_it(s, r), ip = r->ciaddr != 0 ? r->ciaddr : r->wish;

    if (i == DP_LEASE_NONE || s->store.lease[i].state != DP_LEASE_BOUND ||
        s->store.lease[i].ip != ip) {
        return 0;
    }
    if (can_answer(s, r, now)) {
        (void)dp_server_end(s, i, DHCPPERF_LEASE_EXPIRED, now);
        dp_server_nak(s, r, DP_NAK_DECIDED, now);
    }
    return 1;
}

static int expire_offer(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = dp_find_client_it(s, r);

    if (dp_is_for_another(s, r) || i == DP_LEASE_NONE ||
        s->store.lease[i].state != DP_LEASE_OFFERED) {
        return 0;
    }
    if (can_answer(s, r, now)) {
        (void)dp_server_end(s, i, DHCPPERF_LEASE_EXPIRED, now);
        dp_stats_add(&s->stats, DHCPPERF_C_OFFERS_EXPIRED, 1);
        dp_server_nak(s, r, DP_NAK_UNKNOWN, now);
    }
    return 1;
}

static int offer_same(dhcpperf_server *s, dp_request *r, uint32_t ip, dhcpperf_ts now)
{
    if (can_answer(s, r, now)) {
        dp_settle_subnet(s, r, ip);
        dp_server_reply(s, r, DHCPPERF_OFFER, ip, dp_lease_time(s, r), now);
    }
    return 1;
}

/* As if the client had asked for it and the server granted it (RFC 4039): until it has decided. */
static int commit(dhcpperf_server *s, dp_request *r)
{
    dp_faulty_order *o = &s->faulty->order;

    o->commits = 1;
    o->rapid_commit = s->set.rapid_commit;
    s->set.rapid_commit = 1;
    if (!dp_view_has(&r->view, DP_V_RAPID_COMMIT)) {
        r->view.seen |= UINT32_C(1) << DP_V_RAPID_COMMIT;
        r->view.at[DP_V_RAPID_COMMIT] = dp_view_place(0, 0);
    }
    return 1;
}

static int stall(dhcpperf_server *s, dhcpperf_dur d, dhcpperf_ts now)
{
    dhcpperf_ts until = d < DHCPPERF_NEVER - 1 - now ? now + d : DHCPPERF_NEVER - 1;

    s->faulty->still_until = until > s->faulty->still_until ? until : s->faulty->still_until;
    return 1;
}

static int restart(dhcpperf_server *s, dp_request *r, const dp_fault_action *a, dhcpperf_ts now)
{
    dp_faulty_restart(s, (a->flags & DP_FAULT_FLAG) != 0, now);
    s->faulty->down_until = a->d < DHCPPERF_NEVER - 1 - now ? now + a->d : DHCPPERF_NEVER - 1;
    return drop(s, r, now); /* it died of it */
}

/* The rogue server answers when ours has; before that one, ours is late. */
static int note_rogue(dhcpperf_server *s, const dp_request *r, const dp_fault_action *a)
{
    dp_faulty_order *o = &s->faulty->order;

    if (o->n_rogues == DP_FAULTY_ROGUES || !dp_rogue_hears(s, r, a)) {
        return 0;
    }
    if (a->how == DP_FR_BEFORE) {
        o->later = o->later > a->d ? o->later : a->d;
    }
    o->rogues[o->n_rogues++] = a;
    return 1;
}

static int do_action(dhcpperf_server *s, dp_request *r, unsigned rule, const dp_fault_action *a,
                     dhcpperf_ts now)
{
    switch (a->verb) {
    case DP_FV_DROP:
        return drop(s, r, now);
    case DP_FV_NAK:
        s->faulty->order.is_unicast = (a->flags & DP_FAULT_FLAG) != 0;
        return refuse(s, r, now);
    case DP_FV_EXHAUST:
        return exhaust(s, r, now);
    case DP_FV_FORGET:
        return forget(s, r, now);
    case DP_FV_WITHDRAW:
        return withdraw(s, r, now);
    case DP_FV_EXPIRE_OFFER:
        return expire_offer(s, r, now);
    case DP_FV_SAME_ADDRESS:
        return offer_same(s, r, a->ip[0], now);
    case DP_FV_COMMIT:
        return commit(s, r);
    case DP_FV_STALL:
        return stall(s, a->d, now);
    case DP_FV_RESTART:
        return restart(s, r, a, now);
    case DP_FV_ROGUE:
        return note_rogue(s, r, a);
    case DP_FV_RECLAIM:
        dp_faulty_sweep_begin(s, r, rule, a->d);
        return 0; /* it acts when a lease ends */
    default:
        return 0; /* of replies */
    }
}

/* ---- the request ---------------------------------------------------------------------------- */

/* All actions of a rule, as long as there is something left to be decided. */
static void do_rule(dhcpperf_server *s, dp_request *r, unsigned rule, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    const dhcpperf_fault_plan *p = f->run.plan;
    const dp_fault_rule *fr = &p->rules[rule];
    const dp_fault_action *a = dp_fault_actions(p, fr);
    unsigned k;
    int done = 0;

    for (k = 0; k < fr->n; k++) {
        if (!f->order.is_done || a[k].verb == DP_FV_ROGUE || a[k].verb == DP_FV_STALL) {
            done |= do_action(s, r, rule, &a[k], now);
        }
    }
    if (done) {
        dp_faulty_tell(s, rule, r, NULL, now);
    } else {
        dp_faults_take_back(&f->run, rule);
    }
}

/* Whoever was offered an address that everybody gets may have it, and does not become its owner. */
static int is_shared(dhcpperf_server *s, dp_request *r, uint32_t ip)
{
    const dhcpperf_fault_plan *p = s->faulty->run.plan;
    uint32_t i, at;

    for (i = 0; i < p->n_actions; i++) {
        if (p->actions[i].verb == DP_FV_SAME_ADDRESS && p->actions[i].ip[0] == ip) {
            at = dp_store_find_ip(&s->store, ip);
            return at == DP_LEASE_NONE || dp_find_client_it(s, r) != at;
        }
    }
    return 0;
}

static int ack_same(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t ip = r->ciaddr != 0 ? r->ciaddr : r->wish;

    if (r->view.type != DHCPPERF_REQUEST || dp_is_for_another(s, r) || !is_shared(s, r, ip)) {
        return 0;
    }
    if (can_answer(s, r, now)) {
        dp_settle_subnet(s, r, ip);
        dp_server_reply(s, r, DHCPPERF_ACK, ip, dp_lease_time(s, r), now);
    }
    return 1;
}

/* All rules about the request; 1 when it needs no decision any more. */
static int apply(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    unsigned type = type_of(r), cursor = 0;
    dp_fault_facts x;
    int rule;

    if (s->classes.n > 0 && r->exchange != DHCPPERF_X_QUERY) {
        r->key.class_ = dp_server_class(s, r);
    }
    if (dp_faults_want(&f->run, type)) {
        x = dp_faulty_facts(s, r, type, 0, now);
        while ((rule = dp_faults_strike(&f->run, &x, &cursor)) >= 0) {
            do_rule(s, r, (unsigned)rule, now);
        }
    }
    return f->order.is_done || ack_same(s, r, now);
}

int dp_faulty_act(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;

    memset(&f->order, 0, sizeof f->order);
    if (now < f->down_until) {
        return drop(s, r, now);
    }
    if (r->cause == DHCPPERF_C_DROP_SUBNET) {
        f->order.is_done = 1; /* not for us, but rogue servers have subnets of their own */
        (void)apply(s, r, now);
        return 0;
    }
    if (r->cause != DP_CAUSE_NONE) {
        return r->cause == DHCPPERF_C_RX_UNMATCHED && dp_faulty_hear_arp(s, r->pkt, now);
    }
    if (!apply(s, r, now)) {
        return 0;
    }
    dp_faulty_acted(s, r, now);
    return 1;
}

void dp_faulty_acted(dhcpperf_server *s, const dp_request *r, dhcpperf_ts now)
{
    const dp_faulty_order *o = &s->faulty->order;
    unsigned k;

    if (o->commits) {
        s->set.rapid_commit = o->rapid_commit;
    }
    for (k = 0; k < o->n_rogues; k++) {
        dp_rogue_answer(s, r, o->rogues[k], now);
    }
}
