/* SPDX-License-Identifier: MIT */
/* faults_reply.c - faults of delivery, settled when a reply is held: whether it leaves, when, how
 * often, and where to.  What is done to its octets waits until there are some. */
#include "server/dp_faulty.h"

#include <string.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"

#define OVERTAKEN (1 * DHCPPERF_NS_PER_S) /* longest wait for others to overtake */

/* What rules want of a reply. */
typedef struct fate {
    dhcpperf_ts due;
    int is_lost;
    unsigned copies;
    dhcpperf_dur apart;
    uint32_t behind;
    int is_renewed, is_broadcast; /* a FORCERENEW follows */
    dhcpperf_dur renew_after;
} fate;

static unsigned ack_type(const dp_reply *d)
{
    switch ((dhcpperf_exchange)d->exchange) {
    case DHCPPERF_X_DISCOVER:
        return DP_FT_RAPID_ACK;
    case DHCPPERF_X_REBOOT:
        return DP_FT_REBOOT_ACK;
    case DHCPPERF_X_RENEW:
        return DP_FT_RENEW_ACK;
    case DHCPPERF_X_REBIND:
        return DP_FT_REBIND_ACK;
    case DHCPPERF_X_INFORM:
        return DP_FT_INFORM_ACK;
    case DHCPPERF_X_REQUEST:
    case DHCPPERF_X_RELEASE:
    case DHCPPERF_X_DECLINE:
    case DHCPPERF_X_QUERY:
    case DHCPPERF_X__FORCE_INT:
        break;
    }
    return DP_FT_SELECT_ACK;
}

static unsigned type_of(const dp_reply *d)
{
    return d->shape == DP_SHAPE_QUERY   ? DP_FT_QUERY_REPLY
           : d->shape == DP_SHAPE_BOOTP ? DP_FT_BOOTP_REPLY
           : d->type == DHCPPERF_OFFER  ? DP_FT_OFFER
           : d->type == DHCPPERF_NAK    ? DP_FT_NAK
                                        : ack_type(d);
}

/* ---- where to ------------------------------------------------------------------------------- */

static void to_everybody(dp_reply *d)
{
    d->dst_ip = UINT32_MAX;
    d->mark |= DP_HELD_BCAST;
    memset(d->mac, 0xff, sizeof d->mac);
}

static void to_address(dp_reply *d, uint32_t ip)
{
    d->dst_ip = ip;
    d->mark &= (uint8_t)~DP_HELD_BCAST;
}

/* To the client alone, at the address that the reply is about. */
static int to_client(const dp_request *r, dp_reply *d)
{
    uint32_t yiaddr = dp_reply_ip(d, DP_OFF_YIADDR);
    uint32_t ip = yiaddr != 0 ? yiaddr : r->ciaddr != 0 ? r->ciaddr : r->wish;

    if (ip == 0) {
        return 0;
    }
    to_address(d, ip);
    memcpy(d->mac, d->head + DP_OFF_CHADDR, sizeof d->mac);
    return 1;
}

/* ---- actions: 1 when something was done ----------------------------------------------------- */

static dp_faulty_reply *known(dhcpperf_server *s, dp_reply *d)
{
    return &s->faulty->of[d - s->held.reply];
}

/* Its octets will be its own: it does not share a train. */
static void set_apart(dhcpperf_server *s, dp_reply *d)
{
    if ((d->mark & DP_HELD_LONG) == 0) {
        d->mark |= DP_HELD_LONG;
        s->held.longs++;
    }
}

static int frame(dhcpperf_server *s, dp_reply *d)
{
    known(s, d)->is_framed = 1;
    set_apart(s, d);
    return 1;
}

static int hold_back(dp_fault_action *a, const dp_reply *d, fate *x)
{
    dhcpperf_ts due;

    if (!dp_fault_pass(a, d->len, x->due, &due)) {
        x->is_lost = 1;
        return 1;
    }
    x->due = due;
    return 1;
}

static dhcpperf_ts later(dhcpperf_ts t, dhcpperf_dur d)
{
    return d < DHCPPERF_NEVER - 1 - t ? t + d : DHCPPERF_NEVER - 1;
}

static int do_action(dhcpperf_server *s, const dp_request *r, dp_reply *d, unsigned rule,
                     dp_fault_action *a, fate *x)
{
    switch (a->verb) {
    case DP_FV_DROP:
        x->is_lost = 1;
        return 1;
    case DP_FV_DELAY:
        x->due = later(x->due, dp_faults_delay(&s->faulty->run, rule, a));
        return 1;
    case DP_FV_BANDWIDTH:
    case DP_FV_LIMIT:
        return hold_back(a, d, x);
    case DP_FV_DUPLICATE:
        x->copies = a->n < DP_FAULTY_COPIES ? a->n : DP_FAULTY_COPIES;
        x->apart = a->d;
        return 1;
    case DP_FV_REORDER:
        x->behind = a->n;
        return 1;
    case DP_FV_FORCERENEW:
        x->is_renewed = 1;
        x->is_broadcast = (a->flags & DP_FAULT_FLAG) != 0;
        x->renew_after = a->d;
        return 1;
    case DP_FV_CONFLICT:
        dp_faulty_conflict(s->faulty, dp_reply_ip(d, DP_OFF_YIADDR));
        return 1;
    case DP_FV_TO_PORT:
        d->dst_port = (uint16_t)a->n;
        return 1;
    case DP_FV_TO_BROADCAST:
        to_everybody(d);
        return 1;
    case DP_FV_TO_UNICAST:
        return to_client(r, d);
    case DP_FV_TO_ADDRESS:
        to_address(d, a->ip[0]);
        return 1;
    case DP_FV_FROM_PORT:
        known(s, d)->from_port = (uint16_t)a->n;
        return frame(s, d);
    case DP_FV_FROM_ADDRESS:
        known(s, d)->from_ip = a->ip[0];
        return frame(s, d);
    case DP_FV_FRAGMENT:
        known(s, d)->fragment = (uint16_t)a->n;
        return frame(s, d);
    default:
        return 0; /* of requests, or surgery */
    }
}

static void do_rule(dhcpperf_server *s, const dp_request *r, dp_reply *d, unsigned rule, fate *x,
                    dhcpperf_ts now)
{
    const dhcpperf_fault_plan *p = s->faulty->run.plan;
    const dp_fault_rule *fr = &p->rules[rule];
    dp_fault_action *a = dp_fault_actions(p, fr);
    int done = fr->has_edits && !fr->only_edits;
    unsigned k;

    for (k = 0; k < fr->n && !x->is_lost; k++) {
        done |= do_action(s, r, d, rule, &a[k], x);
    }
    if (fr->has_edits) {
        known(s, d)->edits |= UINT64_C(1) << rule;
        set_apart(s, d);
    }
    if (done) {
        dp_faulty_tell(s, rule, r, d, now);
    } else if (!fr->only_edits) {
        dp_faults_take_back(&s->faulty->run, rule);
    }
}

/* ---- overtaken replies ---------------------------------------------------------------------- */

static void forget_behind(struct dp_faulty *f, unsigned k)
{
    f->behind[k] = f->behind[--f->n_behind];
}

/* Others may go first, but not for ever; 0 when there are too many of its kind. */
static int put_behind(struct dp_faulty *f, uint32_t held, uint32_t others)
{
    if (f->n_behind == DP_FAULTY_BEHIND) {
        return 0;
    }
    f->behind[f->n_behind].held = held;
    f->behind[f->n_behind++].turn = f->left + others;
    return 1;
}

/* A place for a reply is taken anew: nothing is known of what it is. */
static void clear(struct dp_faulty *f, uint32_t held)
{
    unsigned k;

    memset(&f->of[held], 0, sizeof f->of[held]);
    for (k = 0; k < f->n_behind; k++) {
        if (f->behind[k].held == held) {
            forget_behind(f, k--);
        }
    }
}

void dp_faulty_left(dhcpperf_server *s, uint32_t held)
{
    struct dp_faulty *f = s->faulty;
    unsigned k;

    f->left++;
    for (k = 0; k < f->n_behind;) {
        uint32_t other = f->behind[k].held;

        if (other == held) {
            forget_behind(f, k); /* nobody has overtaken it in time */
        } else if (f->behind[k].turn <= f->left && dp_timer_is_set(&s->held.timer[other])) {
            dp_wheel_cancel(&s->held.wheel, other);
            dp_ring_push(&s->held.ready, other);
            forget_behind(f, k);
        } else {
            k++;
        }
    }
}

/* ---- the queue ------------------------------------------------------------------------------ */

/* The reply once more, as it is, at another place; NULL when there is no room. */
static dp_reply *copy(dhcpperf_server *s, const dp_reply *d)
{
    uint32_t i = dp_held_take(&s->held);
    dp_reply *c;

    if (i == DP_LEASE_NONE) {
        return NULL;
    }
    c = &s->held.reply[i];
    *c = *d;
    if (d->echo != 0) {
        dp_cells_get(&s->held.cells, d->echo, s->echo_buf, d->echo_len);
        c->echo = dp_cells_put(&s->held.cells, s->echo_buf, d->echo_len, NULL, 0);
        if (c->echo == 0) {
            dp_held_drop(&s->held, i);
            return NULL;
        }
    }
    if (c->shape != DP_SHAPE_NAK) {
        s->templates.profiles[c->profile].refs++;
    }
    s->held.longs += (c->mark & DP_HELD_LONG) != 0;
    c->mark |= DP_HELD_EXTRA;
    clear(s->faulty, i);
    s->faulty->of[i] = s->faulty->of[d - s->held.reply];
    return c;
}

static void queue(dhcpperf_server *s, dp_reply *d, dhcpperf_ts due, dhcpperf_ts now)
{
    dhcpperf_ts usual;

    d->mark &= (uint8_t)~DP_HELD_FAULT;
    usual = dp_server_due(s, d, now);
    known(s, d)->delay = due > usual ? due - usual : 0;
    d->mark |= DP_HELD_FAULT;
    dp_server_queue(s, d, due, now);
}

static void queue_copies(dhcpperf_server *s, const dp_reply *d, const fate *x, dhcpperf_ts now)
{
    dhcpperf_ts due = x->due;
    unsigned k;

    for (k = 0; k < x->copies; k++) {
        dp_reply *c = copy(s, d);

        if (c == NULL) {
            return;
        }
        due = later(due, x->apart);
        queue(s, c, due, now);
    }
}

/* RFC 3203: to the client's address, at which the ACK may have reached it already. */
static void queue_forcerenew(dhcpperf_server *s, const dp_request *r, const dp_reply *ack,
                             const fate *x, dhcpperf_ts now)
{
    dp_reply *d = dp_server_begin_extra(s, r, DHCPPERF_FORCERENEW, DP_SHAPE_FORCERENEW, 0);

    if (d == NULL) {
        return;
    }
    clear(s->faulty, (uint32_t)(d - s->held.reply));
    memcpy(d->head + DP_OFF_CIADDR, ack->head + DP_OFF_YIADDR, 4);
    if (x->is_broadcast) {
        to_everybody(d);
    } else if ((ack->mark & DP_HELD_BCAST) != 0) {
        to_address(d, dp_reply_ip(ack, DP_OFF_YIADDR));
        memcpy(d->mac, ack->head + DP_OFF_CHADDR, sizeof d->mac);
    } else {
        to_address(d, ack->dst_ip);
        memcpy(d->mac, ack->mac, sizeof d->mac);
    }
    queue(s, d, later(x->due, x->renew_after), now);
}

void dp_faulty_hold(dhcpperf_server *s, const dp_request *r, dp_reply *d, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    uint32_t held = (uint32_t)(d - s->held.reply);
    unsigned type = type_of(d), cursor = 0;
    fate x = {.due = later(dp_server_due(s, d, now), f->order.later)};
    dp_fault_facts facts;
    int rule;

    clear(f, held);
    if (f->order.is_unicast && d->type == DHCPPERF_NAK) {
        (void)to_client(r, d);
    }
    if (dp_faults_want(&f->run, type)) {
        facts = dp_faulty_facts(s, r, type, dp_reply_ip(d, DP_OFF_YIADDR), now);
        while (!x.is_lost && (rule = dp_faults_strike(&f->run, &facts, &cursor)) >= 0) {
            do_rule(s, r, d, (unsigned)rule, &x, now);
        }
    }
    if (x.is_lost) {
        dp_server_lose(s, held);
        return;
    }
    if (x.behind > 0 && put_behind(f, held, x.behind)) {
        queue(s, d, later(x.due, OVERTAKEN), now);
    } else {
        queue(s, d, x.due, now);
    }
    if (x.copies > 0) {
        queue_copies(s, d, &x, now);
    }
    if (x.is_renewed) {
        queue_forcerenew(s, r, d, &x, now);
    }
}
