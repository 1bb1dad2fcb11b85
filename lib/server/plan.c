/* SPDX-License-Identifier: MIT */
/* plan.c - another configuration for a server that goes on serving.
 *
 * Whatever takes memory or can be wrong is done by dhcpperf_server_prepare(), which knows no
 * server: a thread of its own may do it.  dhcpperf_server_apply() moves the leases into the new
 * store, a few with each call, while the old configuration stays in force; when all are there, both
 * sides change places at once.  Replies that are held then leave as they were decided: what they
 * need of the old configuration stays with the server until the last of them is gone.
 *
 * Invariant: between two calls the server is wholly under one configuration. */
#include "server/dp_faulty.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    LOOKS = 8192,     /* records looked at in one call ... */
    LOOKS_A_MOVE = 8, /* ... of which one that is moved counts as that many */
    SORTS = 1024,     /* free addresses put into their lists in one call */
    PAST_NONE = UINT8_MAX
};

static void swap(void *a, void *b, size_t n)
{
    uint8_t *x = a, *y = b, room[256];

    while (n > 0) {
        size_t step = n < sizeof room ? n : sizeof room;

        memcpy(room, x, step);
        memcpy(x, y, step);
        memcpy(y, room, step);
        x += step;
        y += step;
        n -= step;
    }
}

#define SWAP(a, b) swap(&(a), &(b), sizeof(a))

/* ---- held replies of configurations that are over ------------------------------------------- */

static void swap_past(dhcpperf_server *s, dp_past *p)
{
    SWAP(s->set, p->set);
    SWAP(s->pools, p->pools);
    SWAP(s->n_pools, p->n_pools);
    SWAP(s->classes, p->classes);
    SWAP(s->inform, p->inform);
    SWAP(s->templates, p->templates);
    SWAP(s->store.subnet, p->subnet);
}

int dp_past_compose(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap)
{
    dp_reply *d = &s->held.reply[held];
    dp_past *p = &s->past[d->past];
    int len;

    swap_past(s, p);
    d->mark &= (uint8_t)~DP_HELD_PAST;
    len = dp_reply_compose_it(s, held, buf, cap);
    d->mark |= DP_HELD_PAST;
    swap_past(s, p);
    return len;
}

void dp_past_fini(dp_past *p)
{
    uint32_t i;

    if (p->pools == NULL) {
        return;
    }
    for (i = 0; i < p->n_pools; i++) {
        dhcpperf_pool_free(p->pools[i]);
    }
    DP_FREE_ARRAY(&p->mem, p->subnet, p->n_pools);
    DP_FREE_ARRAY(&p->mem, p->pools, p->n_pools);
    dp_classes_fini(&p->classes, &p->mem);
    dp_inform_fini(&p->inform, &p->mem);
    dp_templates_fini(&p->templates, &p->mem);
    memset(p, 0, sizeof *p);
}

/* What nobody means any more goes to the plan, to be freed with it. */
static void throw_out(dhcpperf_server *s, dhcpperf_server_plan *p)
{
    unsigned i, n = 0;

    for (i = 0; i < DP_PASTS; i++) {
        if (s->past[i].pools != NULL && s->past[i].refs == 0) {
            p->past[n++] = s->past[i];
            memset(&s->past[i], 0, sizeof s->past[i]);
        }
    }
}

/* A place that is free, or NULL. */
static dp_past *find_past(dhcpperf_server *s)
{
    unsigned i;

    for (i = 0; i < DP_PASTS; i++) {
        if (s->past[i].pools == NULL || s->past[i].refs == 0) {
            return &s->past[i];
        }
    }
    return NULL;
}

/* All replies that are held and of the present configuration. */
static uint32_t mark_held(dp_held *h, uint8_t past)
{
    uint32_t i, n = 0;

    for (i = 0; i < h->fresh; i++) {
        h->reply[i].past = (h->reply[i].mark & DP_HELD_PAST) != 0 ? h->reply[i].past : 0;
    }
    for (i = 0; i < h->frees; i++) {
        h->reply[h->free[i]].past = PAST_NONE;
    }
    for (i = 0; i < h->fresh; i++) {
        if (h->reply[i].past != PAST_NONE && (h->reply[i].mark & DP_HELD_PAST) == 0) {
            h->reply[i].mark |= DP_HELD_PAST;
            h->reply[i].past = past;
            n++;
        }
    }
    return n;
}

/* The configuration goes into the past, as far as held replies need it. */
static void keep_past(dhcpperf_server *s)
{
    dp_past *p = find_past(s);
    uint32_t n = mark_held(&s->held, (uint8_t)(p - s->past));

    if (n == 0) {
        return; /* those that are held are of older ones */
    }
    p->mem = s->conf_mem;
    p->set = s->set;
    p->refs = n;
    SWAP(s->pools, p->pools);
    p->n_pools = s->n_pools;
    SWAP(s->classes, p->classes);
    SWAP(s->inform, p->inform);
    SWAP(s->templates, p->templates);
    SWAP(s->store.subnet, p->subnet);
}

/* ---- preparing ------------------------------------------------------------------------------ */

int dhcpperf_server_prepare(dhcpperf_server_plan **ret, const dhcpperf_server_config *c,
                            const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_server_plan *p;
    int rc;

    if (ret == NULL || c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    p = DP_NEW(&m, dhcpperf_server_plan);
    if (p == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    p->mem = m;
    p->next = dp_server_make(&m);
    rc = p->next != NULL ? dp_server_configure(p->next, c) : DHCPPERF_E_NOMEM;
    if (rc == 0 && dp_server_delays(c)) {
        p->timer = DP_ARRAY(&m, c->set.max_held, dp_timer);
        rc = p->timer != NULL ? 0 : DHCPPERF_E_NOMEM;
    }
    if (rc != 0) {
        dhcpperf_server_plan_free(p);
        return rc;
    }
    *ret = p;
    return 0;
}

void dhcpperf_server_plan_free(dhcpperf_server_plan *p)
{
    dhcpperf_mem m;
    unsigned i;

    if (p == NULL) {
        return;
    }
    m = p->mem;
    if (p->server != NULL) {
        dp_move_end(&p->move);
    }
    if (p->next != NULL) {
        DP_FREE_ARRAY(&m, p->timer, p->next->set.max_held);
        dp_server_unconfigure(p->next);
        DP_FREE(&m, p->next);
    }
    for (i = 0; i < DP_PASTS; i++) {
        dp_past_fini(&p->past[i]);
    }
    DP_FREE(&m, p);
}

size_t dhcpperf_server_plan_prefault(dhcpperf_server_plan *p, size_t limit)
{
    return p != NULL ? dp_store_back(&p->next->store, limit) : 0;
}

int dhcpperf_server_plan_get_range(const dhcpperf_server_plan *p, uint32_t index,
                                   dhcpperf_ip4 *ret_first, dhcpperf_ip4 *ret_last)
{
    return dhcpperf_server_get_range(p != NULL ? p->next : NULL, index, ret_first, ret_last);
}

/* ---- moving leases -------------------------------------------------------------------------- */

/* What hangs on the record besides. */
static void move_rest(dhcpperf_server *s, dhcpperf_server *next, uint32_t i, uint32_t k)
{
    uint8_t octets[UINT8_MAX];
    dhcpperf_bytes info = {NULL, 0};

    if (s->remotes.limit != 0 && next->remotes.limit != 0) {
        dp_remotes_copy(&next->remotes, k, &s->remotes, i);
    }
    if (next->query.on) {
        if (s->query.on && s->query.info[i].name != 0) {
            info.data = octets;
            info.len = s->query.info[i].len;
            dp_cells_get(&s->query.cells, s->query.info[i].name, octets, info.len);
        }
        dp_query_remember(next, k, info);
    }
}

static void forget_rest(dhcpperf_server *next, uint32_t k)
{
    dp_remotes_drop(&next->remotes, k);
    if (next->query.on) {
        dp_query_forget(next, k);
    }
}

/* The new configuration has no place for what the client has.  An address that somebody may have
 * for a while yet is not given to anybody else until then. */
static void displace(dhcpperf_server *s, uint32_t i, dp_fate fate, dhcpperf_ts now)
{
    const dp_lease *l = &s->store.lease[i];

    if (l->state == DP_LEASE_OFFERED) {
        dp_store_expire(&s->store, i, now);
        dp_stats_add(&s->stats, DHCPPERF_C_OFFERS_EXPIRED, 1);
        return;
    }
    if (fate == DP_FATE_OUTSIDE) {
        dp_store_expire(&s->store, i, now);
        dp_stats_add(&s->stats, DHCPPERF_C_EXPIRED, 1);
    } else {
        dp_store_decline(&s->store, i, now,
                         l->lease_s == UINT32_MAX ? s->set.quarantine : l->timer.due - now);
        dp_stats_add(&s->stats, DHCPPERF_C_DECLINED, 1);
    }
    dp_stats_add(&s->stats, DHCPPERF_C_DISPLACED, 1);
    dp_server_lease_event(s, i, NULL, DHCPPERF_EV_LEASE_ENDED, DP_LEASE_BOUND, now);
}

static void move(dhcpperf_server *s, dhcpperf_server_plan *p, uint32_t i, dhcpperf_ts now)
{
    uint32_t k;
    dp_fate fate = dp_move_one(&p->move, i, now, &k);
    int state = s->store.lease[i].state;

    if (k != DP_LEASE_NONE) {
        forget_rest(p->next, k);
    }
    if (fate == DP_FATE_MOVED) {
        move_rest(s, p->next, i, k);
    } else if (state == DP_LEASE_BOUND || state == DP_LEASE_OFFERED) {
        displace(s, i, fate, now); /* which is a change, and is moved in its turn */
    }
}

/* 1 when all leases are where they belong. */
static int move_some(dhcpperf_server *s, dhcpperf_server_plan *p, dhcpperf_ts now)
{
    uint32_t looks = LOOKS, i;

    while ((i = dp_move_next(&p->move, &looks)) != DP_LEASE_NONE) {
        move(s, p, i, now);
        looks -= looks < LOOKS_A_MOVE ? looks : LOOKS_A_MOVE;
    }
    return dp_move_is_through(&p->move) && dp_move_sort(&p->move, now, SORTS) < SORTS;
}

/* ---- changing places ------------------------------------------------------------------------ */

/* What a server cannot change while it serves. */
static int fits(const dhcpperf_server *s, const dhcpperf_server_plan *p)
{
    const dhcpperf_server *n = p->next;

    return n->share.index == s->share.index && n->share.of == s->share.of &&
           n->hold_ack == s->hold_ack && n->set.max_held == s->set.max_held &&
           (p->server == NULL ? s->store.move == NULL : p->server == s);
}

static void begin(dhcpperf_server *s, dhcpperf_server_plan *p)
{
    p->server = s;
    if (s->remotes.limit != 0) {
        p->next->remotes.seed = s->remotes.seed; /* names are known by their hashes alone */
    }
    dp_move_begin(&p->move, &s->store, &p->next->store);
}

static void take_timers(dhcpperf_server *s, dhcpperf_server_plan *p)
{
    if (s->held.timer == NULL && p->timer != NULL) {
        s->held.timer = p->timer;
        s->held.timer_mem = p->mem;
        p->timer = NULL;
        dp_wheel_init(&s->held.wheel, s->held.timer, sizeof *s->held.timer, s->held.cap, 0);
    }
}

/* A limit that stays has been used up as far as it has; and who is silent stays so. */
static void take_limits(dhcpperf_server *s, dhcpperf_server *n)
{
    int paused = s->limits.paused;

    n->inform.full_at = s->inform.full_at;
    if (n->limits.rate != s->limits.rate || n->limits.source_rate != s->limits.source_rate) {
        SWAP(s->limits, n->limits);
        dp_limits_pause(&s->limits, paused);
    }
}

static void change_places(dhcpperf_server *s, dhcpperf_server_plan *p, dhcpperf_ts now)
{
    dhcpperf_server *n = p->next;

    dp_move_end(&p->move);
    p->server = NULL;
    p->is_done = 1;
    take_timers(s, p);
    take_limits(s, n);
    throw_out(s, p);
    if (s->held.used > 0) {
        keep_past(s);
    }
    SWAP(s->conf_mem, n->conf_mem);
    SWAP(s->set, n->set);
    SWAP(s->pools, n->pools);
    SWAP(s->n_pools, n->n_pools);
    SWAP(s->classes, n->classes);
    SWAP(s->own, n->own);
    SWAP(s->owns, n->owns);
    SWAP(s->home, n->home);
    SWAP(s->catch_all, n->catch_all);
    SWAP(s->reservations, n->reservations);
    SWAP(s->some_own, n->some_own);
    SWAP(s->learns, n->learns);
    SWAP(s->inform, n->inform);
    SWAP(s->remotes, n->remotes);
    dp_faulty_exchange(s, &n->faulty, now);
    SWAP(s->trace, n->trace);
    SWAP(s->decide, n->decide);
    SWAP(s->decide_user, n->decide_user);
    SWAP(s->sink, n->sink);
    SWAP(s->sink_user, n->sink_user);
    SWAP(s->store, n->store);
    SWAP(s->query, n->query);
    SWAP(s->templates, n->templates);
    s->kept = 0;
}

static int apply(dhcpperf_server *s, dhcpperf_server_plan *p, dhcpperf_ts now)
{
    if (p->server == NULL) {
        begin(s, p);
    }
    (void)dp_server_expire(s, now); /* so that no timer of the past is moved */
    if (!move_some(s, p, now) || (s->held.used > 0 && find_past(s) == NULL)) {
        return 1;
    }
    change_places(s, p, now);
    return 0;
}

int dhcpperf_server_apply(dhcpperf_server *s, dhcpperf_server_plan *p, dhcpperf_ts now)
{
    int rc;

    if (s == NULL || p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (p->is_done) {
        return 0;
    }
    rc = dp_engine_enter(&s->engine, &now);
    if (rc != 0) {
        return rc;
    }
    s->failed = 0;
    rc = fits(s, p) ? apply(s, p, now) : DHCPPERF_E_STATE;
    dp_engine_leave(&s->engine);
    return s->failed ? DHCPPERF_E_CALLBACK : rc;
}
