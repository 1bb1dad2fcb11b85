/* SPDX-License-Identifier: MIT */
/* server.c - the life of a server engine and its verbs.  Everything it will ever need is allocated
 * by dhcpperf_server_new(). */
#include "server/dp_faulty.h"

#include <assert.h>
#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"

enum {
    PAD_START = 300 /* RFC 1542 2.1: no reply is shorter */
};

/* ---- verbs ---------------------------------------------------------------------------------- */

static int verb_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    return dp_server_recv(self, pkts, n, now);
}

static __attribute__((noinline)) void settle_marked(dhcpperf_server *s, uint32_t held,
                                                    dhcpperf_outcome fate)
{
    const dp_reply *d = &s->held.reply[held];

    if ((d->mark & DP_HELD_EXTRA) == 0) {
        dp_stats_settle(&s->stats, (dhcpperf_exchange)d->exchange, fate);
    }
    if ((d->mark & DP_HELD_LONG) != 0) {
        s->held.longs--;
    }
    if ((d->mark & DP_HELD_PAST) != 0) {
        s->past[d->past].refs--;
    } else if (d->shape != DP_SHAPE_NAK && d->shape < DP_SHAPE_ROGUE) {
        s->templates.profiles[d->profile].refs--;
    }
    dp_held_drop(&s->held, held);
}

/* The fate of an exchange, and of what the reply kept. */
static inline void settle(dhcpperf_server *s, uint32_t held, dhcpperf_outcome fate)
{
    const dp_reply *d = &s->held.reply[held];

    if ((d->mark & (DP_HELD_LONG | DP_HELD_EXTRA | DP_HELD_PAST)) != 0) {
        settle_marked(s, held, fate);
        return;
    }
    dp_stats_settle(&s->stats, (dhcpperf_exchange)d->exchange, fate);
    if (d->shape != DP_SHAPE_NAK) {
        s->templates.profiles[d->profile].refs--;
    }
    dp_held_drop(&s->held, held);
}

static inline void address(const dhcpperf_server *s, uint32_t held, dhcpperf_pkt *pkt)
{
    const dp_reply *d = &s->held.reply[held];

    pkt->flags = (d->mark & DP_HELD_BCAST) != 0 ? DHCPPERF_PKT_BCAST : 0;
    pkt->ifindex = d->ifindex;
    pkt->ts = d->arrival;
    pkt->cookie = d->arrival;
    pkt->src.ip = dp_ip4_of(d->src_ip);
    pkt->src.port = (uint16_t)s->set.port;
    pkt->src.mac = s->set.mac;
    pkt->dst.ip = dp_ip4_of(d->dst_ip);
    pkt->dst.port = d->dst_port;
    memcpy(pkt->dst.mac.b, d->mac, sizeof pkt->dst.mac.b);
    memcpy(pkt->vlan, d->vlan, sizeof pkt->vlan);
}

static void told_tx(const dhcpperf_server *s, const dp_reply *d, const dhcpperf_pkt *pkt,
                    dhcpperf_ts now)
{
    dhcpperf_event ev = {.now = now,
                         .kind = DHCPPERF_EV_TX,
                         .station = DP_LEASE_NONE,
                         .xid = dp_get32(d->head + DP_OFF_XID),
                         .msg_type = d->type,
                         .ip = dp_ip4_of(dp_reply_ip(d, DP_OFF_YIADDR)),
                         .pkt = pkt};

    dp_trace_emit(&s->trace, &ev);
}

/* It has left: counted, told, and its place is free. */
static inline void finish(dhcpperf_server *s, uint32_t held, const dhcpperf_pkt *pkt,
                          dhcpperf_ts now)
{
    const dp_reply *d = &s->held.reply[held];

    dp_stats_add(&s->stats, DHCPPERF_C_TX_PACKETS, 1);
    dp_stats_add(&s->stats, DHCPPERF_C_TX_BYTES, pkt->len);
    dp_stats_record(&s->stats, DHCPPERF_S_SERVICE, DHCPPERF_FROM_INTENDED,
                    now > d->arrival ? now - d->arrival : 0);
    if (d->type == DHCPPERF_NAK) {
        dp_stats_add(&s->stats, DHCPPERF_C_NAKED, 1);
    }
    if (dp_trace_wants(&s->trace, DHCPPERF_EV_TX)) {
        told_tx(s, d, pkt, now);
    }
    settle(s, held, d->type == DHCPPERF_NAK ? DHCPPERF_OUT_REFUSED : DHCPPERF_OUT_ANSWERED);
}

/* One held reply into one buffer; 1 when it is there. */
static inline int hand_over(dhcpperf_server *s, uint32_t held, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    int len = dp_reply_compose(s, held, pkt->data, pkt->cap);

    if (len < 0) {
        dp_server_give_up(s, held);
        return 0;
    }
    pkt->len = (uint16_t)len;
    address(s, held, pkt);
    finish(s, held, pkt, now);
    return 1;
}

void dp_server_give_up(dhcpperf_server *s, uint32_t held)
{
    dp_stats_add(&s->stats, DHCPPERF_C_TX_ERRORS, 1);
    settle(s, held, DHCPPERF_OUT_UNANSWERED);
}

void dp_server_lose(dhcpperf_server *s, uint32_t held)
{
    dp_stats_add(&s->stats, DHCPPERF_C_DROP_FAULT, 1);
    settle(s, held, DHCPPERF_OUT_UNANSWERED);
}

void dp_server_address(const dhcpperf_server *s, uint32_t held, dhcpperf_pkt *pkt)
{
    address(s, held, pkt);
}

void dp_server_finish(dhcpperf_server *s, uint32_t held, const dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    finish(s, held, pkt, now);
}

static int verb_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    dhcpperf_server *s = self;
    unsigned n = 0;
    uint32_t held;

    if (s->faulty != NULL) {
        return dp_faulty_pull(s, pkts, max, now);
    }
    (void)dp_held_advance(&s->held, now);
    while (n < max && (held = dp_held_next(&s->held)) != DP_LEASE_NONE) {
        n += (unsigned)hand_over(s, held, &pkts[n], now);
    }
    return (int)n;
}

static void verb_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    dhcpperf_server *s = self;
    unsigned i;

    (void)now;
    for (i = 0; i < n; i++) {
        if (done[i].status != 0) {
            dp_stats_add(&s->stats, DHCPPERF_C_TX_ERRORS, 1);
        }
    }
}

static uint32_t verb_msg_len(const void *self)
{
    const dhcpperf_server *s = self;

    return s->held.longs == 0 && (s->faulty == NULL || !dp_faulty_has_frames(s->faulty)) ? s->pad
                                                                                         : 0;
}

static int verb_owner(const void *self, const dhcpperf_pkt *pkt)
{
    return dp_server_owner(self, pkt);
}

static dhcpperf_ts verb_deadline(const void *self)
{
    const dhcpperf_server *s = self;
    dhcpperf_ts replies = dp_held_deadline(s->held_of_const);
    dhcpperf_ts leases = dp_store_deadline(s->store_of_const);

    if (s->faulty != NULL) {
        return dp_faulty_deadline(s, replies, leases);
    }
    return replies < leases ? replies : leases;
}

static int verb_advance(void *self, dhcpperf_ts now)
{
    dhcpperf_server *s = self;
    unsigned n;

    s->failed = 0;
    n = dp_server_expire(s, now);
    n += dp_held_advance(&s->held, now);
    if (s->faulty != NULL) {
        n += dp_faulty_advance(s, now);
    }
    return s->failed ? DHCPPERF_E_CALLBACK : n > INT32_MAX ? INT32_MAX : (int)n;
}

static const dhcpperf_engine_ops ops = {
    .size = sizeof ops,
    .recv = verb_recv,
    .pull = verb_pull,
    .sent = verb_sent,
    .msg_len = verb_msg_len,
    .owner = verb_owner,
    .deadline = verb_deadline,
    .advance = verb_advance,
};

/* ---- life ----------------------------------------------------------------------------------- */

static int is_reserved(const dhcpperf_pool *p, uint32_t ip)
{
    uint32_t i;

    for (i = 0; i < p->reservations.n; i++) {
        if (p->reservations.at[i].ip == ip) {
            return 1;
        }
    }
    return 0;
}

/* The server never gives its own addresses away (S-039). */
static int keep_own(dhcpperf_server *s, dhcpperf_pool *p)
{
    uint32_t ip = dp_ip4_num(s->set.server_id);
    unsigned i = 0;
    int rc = 0;

    for (;;) {
        if (ip != 0 && is_reserved(p, ip)) {
            return DHCPPERF_E_CONFLICT;
        }
        rc = ip != 0 ? dp_pool_cut(p, ip) : 0;
        if (rc != 0 || i == s->owns) {
            return rc;
        }
        ip = dp_ip4_num(s->own[i++]);
    }
}

static int copy_pools(dhcpperf_server *s, const dhcpperf_server_config *c)
{
    uint32_t i;
    int rc = 0;

    s->pools = DP_ARRAY(&s->mem, c->pools.n, dhcpperf_pool *);
    if (s->pools == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < c->pools.n && rc == 0; i++) {
        dhcpperf_pool *p = NULL;

        rc = dp_pool_clone(&p, c->pools.at[i], &s->mem);
        if (rc != 0) {
            return rc;
        }
        s->pools[i] = p;
        if (!p->has_lease) {
            rc = dhcpperf_pool_set_lease(p, s->set.lease_default, s->set.lease_min,
                                         s->set.lease_max);
        }
        rc = rc != 0 ? rc : keep_own(s, p);
    }
    return rc;
}

/* Classes with their routers, which are never given out, and the numbers of those that ranges are
 * for. */
static int copy_classes(dhcpperf_server *s, const dhcpperf_server_config *c)
{
    uint32_t i, k;
    int rc = 0;

    for (i = 0; i < c->classes.n && rc == 0; i++) {
        rc = dp_classes_add(&s->classes, c->classes.at[i], &s->mem);
        for (k = 0; k < s->n_pools && rc == 0; k++) {
            rc = dp_pool_cut_routers(s->pools[k], &c->classes.at[i]->options);
        }
    }
    for (k = 0; k < s->n_pools && rc == 0; k++) {
        for (i = 0; i < s->pools[k]->classes.n && rc == 0; i++) {
            dp_class_name *name = &s->pools[k]->classes.at[i];

            name->number = dp_classes_find(&s->classes, name->name);
            rc = name->number != 0 ? 0 : DHCPPERF_E_NOTFOUND;
        }
    }
    return rc;
}

/* The catch-all; and where clients without a relay are: the subnet of the server, else the
 * catch-all, else the only one there is. */
static int choose_home(dhcpperf_server *s)
{
    uint32_t i;

    s->catch_all = DP_LEASE_NONE;
    for (i = 0; i < s->n_pools; i++) {
        if (s->pools[i]->catch_all) {
            if (s->catch_all != DP_LEASE_NONE) {
                return DHCPPERF_E_CONFLICT;
            }
            s->catch_all = i;
        }
        s->some_own |= s->pools[i]->own.n > 0;
        s->reservations |= s->pools[i]->reservations.n > 0;
    }
    s->home = dp_store_find_subnet(&s->store, dp_ip4_num(s->set.server_id));
    if (s->home == DP_LEASE_NONE) {
        s->home = s->catch_all != DP_LEASE_NONE ? s->catch_all
                  : s->n_pools == 1             ? 0
                                                : DP_LEASE_NONE;
    }
    return 0;
}

static void copy_simple(dhcpperf_server *s, const dhcpperf_server_config *c)
{
    s->set = c->set;
    s->n_pools = c->pools.n;
    memcpy(s->own, c->own, sizeof s->own);
    s->owns = c->owns;
    s->share = c->share;
    s->trace = c->trace;
    s->decide = c->decide;
    s->decide_user = c->decide_user;
    s->sink = c->sink;
    s->sink_user = c->sink_user;
    s->hold_ack = c->hold_ack;
    s->learns = dp_ip4_num(s->set.server_id) == 0;
}

int dp_server_configure(dhcpperf_server *s, const dhcpperf_server_config *c)
{
    const dp_faulty_owner owner = {c->set.seed, c->share, c->set.max_held};
    int rc;

    if (c->pools.n == 0) {
        return DHCPPERF_E_INVALID;
    }
    if (c->set.service_jitter > c->set.service_time) {
        return DHCPPERF_E_RANGE;
    }
    copy_simple(s, c);
    if ((rc = copy_pools(s, c)) != 0 || (rc = copy_classes(s, c)) != 0 ||
        (rc = dp_store_init_like(&s->store, (const dhcpperf_pool *const *)s->pools, s->n_pools,
                                 s->share, &c->before, s->set.seed, &s->mem)) != 0 ||
        (rc = choose_home(s)) != 0 || (rc = dp_inform_copy(&s->inform, &c->inform, &s->mem)) != 0 ||
        (rc = dp_limits_init(&s->limits, s->set.rate, s->set.source_rate, s->set.seed, &s->mem)) !=
            0 ||
        (rc = dp_remotes_init(&s->remotes, s->set.remote_id_leases, s->set.seed, s->store.n,
                              &s->mem)) != 0 ||
        (s->set.leasequery && (rc = dp_query_init(&s->query, s->store.n, &s->mem)) != 0) ||
        (c->faults != NULL && (rc = dp_faulty_new(&s->faulty, c->faults, &owner, &s->mem)) != 0)) {
        return rc;
    }
    return dp_templates_init(&s->templates, s->n_pools, &s->mem);
}

void dp_server_unconfigure(dhcpperf_server *s)
{
    const dhcpperf_mem *m = &s->conf_mem;
    uint32_t i;

    dp_templates_fini(&s->templates, m);
    dp_faulty_free(s->faulty);
    dp_query_fini(&s->query, m);
    dp_remotes_fini(&s->remotes, m);
    dp_limits_fini(&s->limits);
    dp_inform_fini(&s->inform, m);
    dp_store_fini(&s->store);
    for (i = 0; s->pools != NULL && i < s->n_pools; i++) {
        dhcpperf_pool_free(s->pools[i]);
    }
    DP_FREE_ARRAY(m, s->pools, s->n_pools);
    dp_classes_fini(&s->classes, m);
}

int dp_server_delays(const dhcpperf_server_config *c)
{
    return c->set.service_time > 0 || c->set.service_jitter > 0 || c->faults != NULL;
}

static int set_up(dhcpperf_server *s, const dhcpperf_server_config *c)
{
    uint32_t series = UINT32_C(1) << DHCPPERF_S_SERVICE;
    int rc;

    if ((rc = dp_server_configure(s, c)) != 0 ||
        (rc = dp_held_init(&s->held, s->set.max_held, dp_server_delays(c), s->hold_ack, &s->mem)) !=
            0 ||
        (rc = dhcpperf_msg_new(&s->msg, &s->mem)) != 0 ||
        (rc = dhcpperf_writer_new(&s->writer, &s->mem)) != 0 ||
        (rc = dp_stats_init(&s->stats, series, &s->mem)) != 0) {
        return rc;
    }
    return dp_engine_init(&s->engine, &ops, s);
}

dhcpperf_server *dp_server_make(const dhcpperf_mem *mem)
{
    dhcpperf_server *s = DP_NEW(mem, dhcpperf_server);

    if (s != NULL) {
        s->mem = s->conf_mem = *mem;
        s->pad = PAD_START;
        s->self_of_const = s;
        s->store_of_const = &s->store;
        s->held_of_const = &s->held;
    }
    return s;
}

int dhcpperf_server_new(dhcpperf_server **ret, const dhcpperf_server_config *c,
                        const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_server *s;
    int rc;

    if (ret == NULL || c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    s = dp_server_make(&m);
    if (s == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rc = set_up(s, c);
    if (rc != 0) {
        dhcpperf_server_free(s);
        return rc;
    }
    *ret = s;
    return 0;
}

void dhcpperf_server_free(dhcpperf_server *s)
{
    dhcpperf_mem m;
    unsigned i;

    if (s == NULL) {
        return;
    }
    assert(s->engine.borrowers == 0);
    m = s->mem;
    dp_stats_fini(&s->stats);
    dhcpperf_writer_free(s->writer);
    dhcpperf_msg_free(s->msg);
    dp_held_fini(&s->held, &m);
    dp_server_unconfigure(s);
    for (i = 0; i < DP_PASTS; i++) {
        dp_past_fini(&s->past[i]);
    }
    DP_FREE(&m, s);
}

dhcpperf_engine *dhcpperf_server_engine(dhcpperf_server *s)
{
    return s != NULL ? &s->engine : NULL;
}

size_t dhcpperf_server_prefault(dhcpperf_server *s, size_t limit)
{
    return s != NULL ? dp_store_back(&s->store, limit) : 0;
}

int dhcpperf_server_set_paused(dhcpperf_server *s, int on)
{
    if (s == NULL) {
        return DHCPPERF_E_INVALID;
    }
    dp_limits_pause(&s->limits, on != 0);
    return 0;
}

const dhcpperf_stats *dhcpperf_server_stats(const dhcpperf_server *s)
{
    return s != NULL ? &s->stats : NULL;
}

/* The lease is the client's as the ACK says: while it waited, it may have been revoked, run out, or
 * been given back and to somebody else.  Some replies to BOOTP grant nothing. */
static int is_still_true(dhcpperf_server *s, uint32_t held, dhcpperf_ts now)
{
    uint32_t ip = dp_reply_ip(&s->held.reply[held], DP_OFF_YIADDR);

    return dp_server_holder(s, ip, now) == s->held.wait[held].who;
}

/* The client asks again, and gets an answer of then. */
static void drop_stale(dhcpperf_server *s, uint32_t held, dhcpperf_ts now)
{
    const dp_reply *d = &s->held.reply[held];

    dp_stats_add(&s->stats, DHCPPERF_C_DROP_STALE, 1);
    if (dp_trace_wants(&s->trace, DHCPPERF_EV_IGNORED)) {
        dhcpperf_event ev = {.now = now,
                             .kind = DHCPPERF_EV_IGNORED,
                             .station = DP_LEASE_NONE,
                             .xid = dp_get32(d->head + DP_OFF_XID),
                             .msg_type = d->type,
                             .reason = (int)DHCPPERF_C_DROP_STALE,
                             .ip = dp_ip4_of(dp_reply_ip(d, DP_OFF_YIADDR)),
                             .detail = dhcpperf_counter_name(DHCPPERF_C_DROP_STALE)};

        dp_trace_emit(&s->trace, &ev);
    }
    settle(s, held, DHCPPERF_OUT_UNANSWERED);
}

static void release_acks(dhcpperf_server *s, dhcpperf_ts now)
{
    uint32_t i;

    while ((i = dp_held_commit(&s->held, s->committed)) != DP_LEASE_NONE) {
        if (is_still_true(s, i, now)) {
            dp_held_queue(&s->held, i, dp_server_due(s, &s->held.reply[i], now), now);
        } else {
            drop_stale(s, i, now);
        }
    }
}

int dhcpperf_server_commit(dhcpperf_server *s, uint64_t seq, dhcpperf_ts now)
{
    int rc;

    if (s == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(&s->engine, &now);
    if (rc != 0) {
        return rc;
    }
    if (seq > s->seq) {
        rc = DHCPPERF_E_RANGE; /* nobody can have saved what did not happen yet */
    } else if (s->hold_ack && seq > s->committed) {
        s->committed = seq;
        release_acks(s, now);
    }
    dp_engine_leave(&s->engine);
    return rc;
}
