/* SPDX-License-Identifier: MIT */
/* faults.c - the fault plan in force: how it is taken, changed and asked, and when there is
 * something to do because of it. */
#include "server/dp_faulty.h"

#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"

enum {
    PURPOSE_SHARD = 0x7368, /* of a random draw */
    CANONICAL_MAX = 4 * DHCPPERF_FAULT_TEXT_MAX,
    PIECES = DP_FRAME_ROOM + DP_FAULTY_DATAGRAM
};

/* ---- memory --------------------------------------------------------------------------------- */

static int has_verb(const dhcpperf_fault_plan *p, unsigned verb)
{
    uint32_t i;

    for (i = 0; i < p->n_actions; i++) {
        if (p->actions[i].verb == verb) {
            return 1;
        }
    }
    return 0;
}

/* Shards of one server have chance of their own each. */
static uint64_t seed_of(const dp_faulty_owner *o)
{
    return o->share.of == 1 ? o->seed
                            : dp_draw(o->seed, o->share.index, PURPOSE_SHARD, o->share.of);
}

static int hash_text(const dhcpperf_fault_plan *p, const dhcpperf_mem *mem, uint64_t *ret)
{
    char *text = DP_ARRAY(mem, CANONICAL_MAX, char);
    int len;

    if (text == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    len = dhcpperf_fault_plan_format(p, text, CANONICAL_MAX);
    *ret = len > 0 ? dp_hash_bytes(0, (const uint8_t *)text, (size_t)len) | 1 : 0;
    DP_FREE_ARRAY(mem, text, CANONICAL_MAX);
    return 0;
}

static int take_memory(struct dp_faulty *f, const dhcpperf_fault_plan *p, const dp_faulty_owner *o)
{
    int rc = dp_faults_init(&f->run, p, seed_of(o), &f->mem);

    rc = rc != 0 ? rc : hash_text(p, &f->mem, &f->text);
    if (rc == 0) {
        dp_faults_share(&f->run, o->share.of);
    }
    f->cap = o->max_held;
    f->of = DP_ARRAY(&f->mem, f->cap, dp_faulty_reply);
    if (has_verb(p, DP_FV_FRAGMENT)) {
        f->pieces.octets = DP_ARRAY(&f->mem, PIECES, uint8_t);
        rc = f->pieces.octets != NULL ? rc : DHCPPERF_E_NOMEM;
    }
    return f->of != NULL ? rc : DHCPPERF_E_NOMEM;
}

int dp_faulty_new(struct dp_faulty **ret, const dhcpperf_fault_plan *p,
                  const dp_faulty_owner *owner, const dhcpperf_mem *mem)
{
    struct dp_faulty *f = DP_NEW(mem, struct dp_faulty);
    int rc;

    if (f == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    f->mem = *mem;
    rc = take_memory(f, p, owner);
    if (rc != 0) {
        dp_faulty_free(f);
        return rc;
    }
    *ret = f;
    return 0;
}

void dp_faulty_free(struct dp_faulty *f)
{
    dhcpperf_mem m;

    if (f == NULL) {
        return;
    }
    m = f->mem;
    dp_faults_fini(&f->run);
    DP_FREE_ARRAY(&m, f->of, f->cap);
    DP_FREE_ARRAY(&m, f->pieces.octets, PIECES);
    DP_FREE(&m, f);
}

/* Replies that are held leave when the old plan said, but as they are: its rules are gone. */
void dp_faulty_exchange(dhcpperf_server *s, struct dp_faulty **inout, dhcpperf_ts now)
{
    struct dp_faulty *f = *inout;

    if (f != NULL && s->faulty != NULL && f->text != 0 && f->text == s->faulty->text) {
        return;
    }
    *inout = s->faulty;
    s->faulty = f;
    if (f != NULL) {
        dp_faults_begin(&f->run, now);
    }
}

/* ---- asking and telling --------------------------------------------------------------------- */

dp_fault_facts dp_faulty_facts(const dhcpperf_server *s, const dp_request *r, unsigned type,
                               uint32_t ip, dhcpperf_ts now)
{
    const uint8_t *data = r->view.data;
    dp_fault_facts x = {.now = now,
                        .leases = s->stats.counters[DHCPPERF_C_BOUND],
                        .chaddr = data + DP_OFF_CHADDR,
                        .giaddr = r->giaddr,
                        .ip = ip != 0          ? ip
                              : r->ciaddr != 0 ? r->ciaddr
                                               : r->wish,
                        .hlen = data[DP_OFF_HLEN],
                        .type = (uint8_t)type};

    if (r->key.class_ != 0) {
        x.class_ = s->classes.at[r->key.class_ - 1]->name;
    }
    if (dp_view_has(&r->view, DP_V_RELAY_INFO)) {
        x.circuit = r->agent.circuit;
    }
    return x;
}

void dp_faulty_tell(dhcpperf_server *s, unsigned rule, const dp_request *r, const dp_reply *d,
                    dhcpperf_ts now)
{
    dp_stats_add(&s->stats, DHCPPERF_C_FAULTS, 1);
    if (dp_trace_wants(&s->trace, DHCPPERF_EV_FAULT)) {
        dhcpperf_event ev = {.now = now,
                             .kind = DHCPPERF_EV_FAULT,
                             .station = r != NULL ? r->lease : DP_LEASE_NONE,
                             .xid = r != NULL   ? r->xid
                                    : d != NULL ? dp_reply_ip(d, DP_OFF_XID)
                                                : 0,
                             .msg_type = d != NULL   ? d->type
                                         : r != NULL ? r->view.type
                                                     : 0,
                             .ip = dp_ip4_of(d != NULL   ? dp_reply_ip(d, DP_OFF_YIADDR)
                                             : r != NULL ? (r->ciaddr != 0 ? r->ciaddr : r->wish)
                                                         : 0),
                             .pkt = r != NULL ? r->pkt : NULL,
                             .detail = dhcpperf_fault_plan_name(s->faulty->run.plan, rule)};

        dp_trace_emit(&s->trace, &ev);
    }
}

/* ---- time ----------------------------------------------------------------------------------- */

static dhcpperf_ts earlier(dhcpperf_ts a, dhcpperf_ts b)
{
    return a < b ? a : b;
}

dhcpperf_ts dp_faulty_deadline(const dhcpperf_server *s, dhcpperf_ts replies, dhcpperf_ts leases)
{
    const struct dp_faulty *f = s->faulty;
    dhcpperf_ts other = dp_faulty_sweep_deadline(f);

    if (dp_faulty_has_frames(f)) {
        replies = 0;
    }
    if (dp_faulty_is_still(f, s->engine.now)) {
        replies = f->still_until; /* also for what waits to be taken */
    }
    return earlier(earlier(replies, leases), other);
}

unsigned dp_faulty_advance(dhcpperf_server *s, dhcpperf_ts now)
{
    return s->faulty->sweep.is_on ? dp_faulty_sweep_go_on(s, now) : 0;
}

/* ---- the public functions ------------------------------------------------------------------- */

static int prepare(struct dp_faulty **ret, dhcpperf_server *s, const dhcpperf_fault_plan *p,
                   dhcpperf_ts now)
{
    const dp_faulty_owner owner = {s->set.seed, s->share, s->held.cap};
    int rc = dp_held_add_timers(&s->held, now, &s->mem);

    rc = rc != 0 ? rc : dp_faulty_new(ret, p, &owner, &s->mem);
    if (rc == 0) {
        (*ret)->text = 0; /* whoever sets a plan wants it from the beginning */
    }
    return rc;
}

int dhcpperf_server_set_faults(dhcpperf_server *s, const dhcpperf_fault_plan *p, dhcpperf_ts now)
{
    struct dp_faulty *f = NULL;
    int rc;

    if (s == NULL || (p != NULL && p->side != DHCPPERF_FAULT_SERVER)) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(&s->engine, &now);
    if (rc != 0) {
        return rc;
    }
    if (p != NULL) {
        rc = prepare(&f, s, p, now);
    }
    if (rc == 0) {
        dp_faulty_exchange(s, &f, now);
    }
    dp_faulty_free(f);
    dp_engine_leave(&s->engine);
    return rc;
}

const dhcpperf_fault_plan *dhcpperf_server_faults(const dhcpperf_server *s)
{
    return s != NULL && s->faulty != NULL ? s->faulty->run.plan : NULL;
}

int dhcpperf_server_arm_fault(dhcpperf_server *s, unsigned rule, int on)
{
    dhcpperf_ts now;
    int rc;

    if (s == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (s->faulty == NULL || rule >= dhcpperf_fault_plan_count(s->faulty->run.plan)) {
        return DHCPPERF_E_RANGE;
    }
    now = s->engine.now;
    rc = dp_engine_enter(&s->engine, &now);
    if (rc == 0) {
        dp_faults_arm(&s->faulty->run, rule, on != 0);
        dp_engine_leave(&s->engine);
    }
    return rc;
}
