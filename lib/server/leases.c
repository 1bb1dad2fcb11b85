/* SPDX-License-Identifier: MIT */
/* leases.c - leases as the outside sees them: events in order, look-ups, and changes by the caller.
 */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_text.h"

/* ---- a record in public form ---------------------------------------------------------------- */

dhcpperf_bytes dp_server_chaddr(const dhcpperf_server *s, uint32_t lease)
{
    const dp_lease *l = &s->store.lease[lease];
    dhcpperf_bytes b;

    if ((l->mark & DP_LEASE_KIND) == DHCPPERF_KEY_HARDWARE) {
        b.data = l->key;
        b.len = l->key_len;
    } else {
        b.data = s->store.more[lease].chaddr;
        b.len = s->store.more[lease].hlen;
    }
    return b;
}

static dhcpperf_ts end_of(const dp_lease *l)
{
    return l->timer.due;
}

uint64_t dp_server_holder(dhcpperf_server *s, uint32_t ip, dhcpperf_ts now)
{
    uint32_t i = dp_store_find_ip(&s->store, ip);
    const dp_lease *l;
    uint64_t kind;
    size_t len;

    if (i == DP_LEASE_NONE) {
        return 0;
    }
    l = &s->store.lease[i];
    if (l->state != DP_LEASE_BOUND || l->timer.due <= now) {
        return 0;
    }
    kind = l->mark & DP_LEASE_KIND;
    len = dp_store_get_key(&s->store, i, s->key_buf);
    return dp_hash_bytes(kind << 8 | (kind == DHCPPERF_KEY_HARDWARE ? l->htype : 0), s->key_buf,
                         len) |
           1;
}

/* key_buf holds the key with its hardware type in front. */
static void describe(dhcpperf_server *s, uint32_t i, dhcpperf_lease *ret)
{
    const dp_lease *l = &s->store.lease[i];
    size_t skip = (l->mark & DP_LEASE_KIND) == DHCPPERF_KEY_HARDWARE ? 1 : 0;

    memset(ret, 0, sizeof *ret);
    ret->size = sizeof *ret;
    ret->state = (dhcpperf_lease_state)l->state;
    ret->ip = dp_ip4_of(l->ip);
    ret->giaddr = dp_ip4_of(l->giaddr);
    ret->key.kind = l->mark & DP_LEASE_KIND;
    ret->key.subnet = dp_store_find_subnet(&s->store, l->ip);
    s->key_buf[0] = l->htype;
    ret->key.bytes.data = s->key_buf;
    ret->key.bytes.len = skip + dp_store_get_key(&s->store, i, s->key_buf + skip);
    ret->htype = l->htype;
    ret->chaddr = dp_server_chaddr(s, i);
    ret->starts = l->starts;
    ret->ends = end_of(l);
    ret->last_seen = l->starts + l->seen_ms * DHCPPERF_NS_PER_MS;
    ret->renewals = s->store.more[i].renewals;
    ret->xid = l->xid;
}

static int is_told(const dp_lease *l)
{
    return l->state >= DP_LEASE_OFFERED && l->state <= DP_LEASE_DECLINED;
}

static int copy_out(dhcpperf_server *s, uint32_t i, dhcpperf_lease *ret, size_t ret_size)
{
    dhcpperf_lease l;

    describe(s, i, &l);
    l.size = ret_size < sizeof l ? ret_size : sizeof l;
    memset(ret, 0, ret_size);
    memcpy(ret, &l, l.size);
    return 0;
}

/* ---- events --------------------------------------------------------------------------------- */

static void tell_sink(dhcpperf_server *s, uint32_t lease, const dp_request *r)
{
    dhcpperf_lease l;

    describe(s, lease, &l);
    if (r != NULL && dp_view_has(&r->view, DP_V_RELAY_INFO)) {
        l.relay_info.data = dp_view_val(&r->view, DP_V_RELAY_INFO);
        l.relay_info.len = dp_view_len(&r->view, DP_V_RELAY_INFO);
    }
    if (r != NULL && dp_view_has(&r->view, DP_V_HOSTNAME)) {
        l.hostname.data = dp_view_val(&r->view, DP_V_HOSTNAME);
        l.hostname.len = dp_view_len(&r->view, DP_V_HOSTNAME);
    }
    if (s->sink(s->sink_user, s->seq, &l) != 0) {
        s->failed = 1;
    }
}

static void count_for_remote(dhcpperf_server *s, uint32_t lease, const dp_request *r,
                             dhcpperf_event_kind kind)
{
    if (kind != DHCPPERF_EV_LEASE_GRANTED) {
        dp_remotes_drop(&s->remotes, lease);
    } else if (r != NULL && dp_view_has(&r->view, DP_V_RELAY_INFO)) {
        dp_remotes_add(&s->remotes, lease, r->agent.remote);
    } /* a renewal past the relay leaves it where it is */
}

void dp_server_lease_event(dhcpperf_server *s, uint32_t lease, const dp_request *r,
                           dhcpperf_event_kind kind, int from_state, dhcpperf_ts now)
{
    const dp_lease *l = &s->store.lease[lease];

    s->seq++;
    if (s->remotes.limit != 0) {
        count_for_remote(s, lease, r, kind);
    }
    if (s->sink != NULL) {
        tell_sink(s, lease, r);
    }
    if (dp_trace_wants(&s->trace, kind)) {
        dhcpperf_event ev = {.now = now,
                             .kind = kind,
                             .station = lease,
                             .xid = l->xid,
                             .msg_type = r != NULL ? r->view.type : 0,
                             .from_state = from_state,
                             .to_state = l->state,
                             .ip = dp_ip4_of(l->ip),
                             .pkt = r != NULL ? r->pkt : NULL};

        dp_trace_emit(&s->trace, &ev);
    }
}

void dp_server_lease_moved(dhcpperf_server *s, uint32_t lease, const dp_request *r)
{
    s->seq++;
    tell_sink(s, lease, r);
}

unsigned dp_server_expire(dhcpperf_server *s, dhcpperf_ts now)
{
    dp_lease_state was;
    unsigned n = 0;
    uint32_t i;

    while ((i = dp_store_pop(&s->store, now, &was)) != DP_LEASE_NONE) {
        n++;
        if (was == DP_LEASE_BOUND) {
            dp_stats_add(&s->stats, DHCPPERF_C_EXPIRED, 1);
            dp_server_lease_event(s, i, NULL, DHCPPERF_EV_LEASE_ENDED, DP_LEASE_BOUND,
                                  s->store.lease[i].timer.due);
        } else if (was == DP_LEASE_OFFERED) {
            dp_stats_add(&s->stats, DHCPPERF_C_OFFERS_EXPIRED, 1);
        }
    }
    return n;
}

/* ---- looking -------------------------------------------------------------------------------- */

int dhcpperf_server_find_lease(const dhcpperf_server *s, dhcpperf_ip4 ip, dhcpperf_lease *ret,
                               size_t ret_size)
{
    uint32_t i;

    if (s == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    i = dp_store_find_ip(s->store_of_const, dp_ip4_num(ip));
    if (i == DP_LEASE_NONE || !is_told(&s->store.lease[i])) {
        return DHCPPERF_E_NOTFOUND;
    }
    return copy_out(s->self_of_const, i, ret, ret_size);
}

/* 0 when the key is of impossible form. */
static int key_of(const dhcpperf_server *s, const dhcpperf_key *in, dp_key *ret)
{
    memset(ret, 0, sizeof *ret);
    if (in->bytes.data == NULL || in->subnet >= s->store.subnets || in->bytes.len < 1 ||
        in->bytes.len > UINT8_MAX) {
        return 0;
    }
    ret->kind = (uint8_t)in->kind;
    ret->subnet = s->store.subnet[in->subnet].link;
    ret->data = in->bytes.data;
    ret->len = (uint8_t)in->bytes.len;
    switch (in->kind) {
    case DHCPPERF_KEY_HARDWARE:
        ret->htype = *ret->data++;
        ret->len--;
        return ret->len >= 1 && ret->len <= 16;
    case DHCPPERF_KEY_CLIENT_ID:
        return ret->len >= 2;
    default:
        return in->kind == DHCPPERF_KEY_CIRCUIT;
    }
}

int dhcpperf_server_find_client(const dhcpperf_server *s, const dhcpperf_key *key,
                                dhcpperf_lease *ret, size_t ret_size)
{
    dp_key k;
    uint32_t i;

    if (s == NULL || key == NULL || ret == NULL || ret_size < sizeof ret->size ||
        !key_of(s, key, &k)) {
        return DHCPPERF_E_INVALID;
    }
    dp_store_key(&s->store, &k);
    i = dp_store_find(&s->store, &k);
    if (i == DP_LEASE_NONE || !is_told(&s->store.lease[i])) {
        return DHCPPERF_E_NOTFOUND;
    }
    return copy_out(s->self_of_const, i, ret, ret_size);
}

int dhcpperf_server_next_lease(const dhcpperf_server *s, uint64_t *cursor, dhcpperf_lease *ret,
                               size_t ret_size)
{
    uint32_t i;

    if (s == NULL || cursor == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    for (;;) {
        i = dp_store_next(&s->store, *cursor);
        if (i == DP_LEASE_NONE) {
            return 0;
        }
        *cursor = (uint64_t)s->store.lease[i].ip + 1;
        if (is_told(&s->store.lease[i])) {
            (void)copy_out(s->self_of_const, i, ret, ret_size);
            return 1;
        }
    }
}

int dhcpperf_server_get_range(const dhcpperf_server *s, uint32_t index, dhcpperf_ip4 *ret_first,
                              dhcpperf_ip4 *ret_last)
{
    const dp_span *span;

    if (s == NULL || ret_first == NULL || ret_last == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (index >= s->store.spans) {
        return 0;
    }
    span = &s->store.span[index];
    *ret_first = dp_ip4_of(span->first);
    *ret_last = dp_ip4_of(span->first + (span->n - 1));
    return 1;
}

uint32_t dhcpperf_server_count(const dhcpperf_server *s, dhcpperf_lease_state state)
{
    if (s == NULL || (int)state < DHCPPERF_LEASE_OFFERED || state > DHCPPERF_LEASE_DECLINED) {
        return 0;
    }
    return s->store.count[state];
}

/* ---- changing ------------------------------------------------------------------------------- */

int dp_server_end(dhcpperf_server *s, uint32_t i, dhcpperf_lease_state why, dhcpperf_ts now)
{
    int from = s->store.lease[i].state;

    if (from != DP_LEASE_BOUND && from != DP_LEASE_OFFERED) {
        return DHCPPERF_E_STATE;
    }
    if (why == DHCPPERF_LEASE_DECLINED) {
        dp_store_decline(&s->store, i, now, s->set.quarantine);
        dp_stats_add(&s->stats, DHCPPERF_C_DECLINED, 1);
    } else if (why == DHCPPERF_LEASE_EXPIRED) {
        dp_store_expire(&s->store, i, now);
        dp_stats_add(&s->stats, DHCPPERF_C_EXPIRED, from == DP_LEASE_BOUND);
    } else {
        dp_store_release(&s->store, i, now);
        dp_stats_add(&s->stats, DHCPPERF_C_RELEASED, from == DP_LEASE_BOUND);
    }
    if (from == DP_LEASE_BOUND || why == DHCPPERF_LEASE_DECLINED) {
        dp_server_lease_event(s, i, NULL, DHCPPERF_EV_LEASE_ENDED, from, now);
    }
    return 0;
}

int dhcpperf_server_end_lease(dhcpperf_server *s, dhcpperf_ip4 ip, dhcpperf_lease_state why,
                              dhcpperf_ts now)
{
    uint32_t i;
    int rc;

    if (s == NULL || (why != DHCPPERF_LEASE_RELEASED && why != DHCPPERF_LEASE_EXPIRED &&
                      why != DHCPPERF_LEASE_DECLINED)) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(&s->engine, &now);
    if (rc != 0) {
        return rc;
    }
    s->failed = 0;
    i = dp_store_find_ip(&s->store, dp_ip4_num(ip));
    rc = i == DP_LEASE_NONE || !is_told(&s->store.lease[i]) ? DHCPPERF_E_NOTFOUND
                                                            : dp_server_end(s, i, why, now);
    dp_engine_leave(&s->engine);
    return rc == 0 && s->failed ? DHCPPERF_E_CALLBACK : rc;
}

/* The address is not in use, neither by the client that it may be reserved for. */
static int is_idle(const dp_lease *l)
{
    return l->state != DP_LEASE_OFFERED && l->state != DP_LEASE_BOUND &&
           l->state != DP_LEASE_DECLINED;
}

/* The record for an import: nobody else's, and the client has none that lives elsewhere. */
static int import_place(dhcpperf_server *s, const dp_key *key, uint32_t i)
{
    const dp_store *st = &s->store;
    uint32_t had = dp_store_find(st, key);

    if (had == i) {
        return is_idle(&st->lease[i]) ? 0 : DHCPPERF_E_CONFLICT;
    }
    if (!dp_store_is_free(st, i)) {
        return DHCPPERF_E_CONFLICT;
    }
    if (had != DP_LEASE_NONE &&
        (st->lease[had].state == DP_LEASE_BOUND || st->lease[had].state == DP_LEASE_OFFERED ||
         (st->lease[had].mark & DP_LEASE_RESERVED) != 0)) {
        return DHCPPERF_E_CONFLICT;
    }
    return 0;
}

static void import_times(dhcpperf_server *s, uint32_t i, const dhcpperf_lease *l, dhcpperf_ts now)
{
    dhcpperf_ts ends = l->ends;
    uint32_t lease_s = UINT32_MAX;

    if (ends != DHCPPERF_NEVER) {
        dhcpperf_dur length = ends > l->starts ? (ends - l->starts) / DHCPPERF_NS_PER_S : 0;

        lease_s = length < UINT32_MAX ? (uint32_t)length : UINT32_MAX - 1;
    }
    dp_store_bind(&s->store, i,
                  lease_s == UINT32_MAX ? l->starts : ends - lease_s * DHCPPERF_NS_PER_S, lease_s);
    s->store.more[i].renewals = l->renewals;
    if (l->state == DHCPPERF_LEASE_RELEASED) {
        dp_store_release(&s->store, i, ends < now ? ends : now);
    } else if (l->state == DHCPPERF_LEASE_EXPIRED || ends <= now) {
        dp_store_expire(&s->store, i, ends < now ? ends : now);
    }
}

static void import_remote(dhcpperf_server *s, uint32_t i, const dhcpperf_lease *l)
{
    dp_view v = {.base = l->relay_info.data, .seen = UINT32_C(1) << DP_V_RELAY_INFO};
    dp_agent agent;

    if (s->remotes.limit != 0 && l->relay_info.data != NULL && l->relay_info.len <= UINT16_MAX &&
        s->store.lease[i].state == DP_LEASE_BOUND) {
        v.at[DP_V_RELAY_INFO] = dp_view_place(0, l->relay_info.len);
        dp_agent_read(&v, &agent);
        dp_remotes_add(&s->remotes, i, agent.remote);
    }
}

static int import_lease(dhcpperf_server *s, const dhcpperf_lease *l, dhcpperf_ts now)
{
    uint32_t i = dp_store_find_ip(&s->store, dp_ip4_num(l->ip));
    dhcpperf_key name = l->key;
    dp_key key;
    int rc;

    if (i == DP_LEASE_NONE) {
        return DHCPPERF_E_NOTFOUND;
    }
    if (l->state == DHCPPERF_LEASE_DECLINED) {
        if (!is_idle(&s->store.lease[i])) {
            return DHCPPERF_E_CONFLICT;
        }
        if (l->ends > now) {
            dp_store_decline(&s->store, i, now, l->ends - now);
        }
        return 0;
    }
    name.subnet = dp_store_find_subnet(&s->store, dp_ip4_num(l->ip));
    if (!key_of(s, &name, &key)) {
        return DHCPPERF_E_INVALID;
    }
    dp_store_key(&s->store, &key);
    rc = import_place(s, &key, i);
    if (rc == 0 && !dp_store_claim(&s->store, i, &key)) {
        rc = DHCPPERF_E_FULL;
    }
    if (rc == 0) {
        import_times(s, i, l, now);
        import_remote(s, i, l);
        if (key.kind != DHCPPERF_KEY_HARDWARE && l->chaddr.data != NULL) {
            dp_store_set_chaddr(&s->store, i, l->htype, l->chaddr.data, l->chaddr.len);
        }
        dp_store_seen(&s->store, i, l->last_seen, l->xid, dp_ip4_num(l->giaddr));
        if (s->query.on) {
            dp_query_forget(s, i);
            dp_query_remember(s, i, l->relay_info);
        }
    }
    return rc;
}

int dhcpperf_server_import_lease(dhcpperf_server *s, const dhcpperf_lease *lease, dhcpperf_ts now)
{
    dhcpperf_lease l;
    int rc;

    if (s == NULL || lease == NULL || lease->size < sizeof lease->size) {
        return DHCPPERF_E_INVALID;
    }
    memset(&l, 0, sizeof l);
    memcpy(&l, lease, lease->size < sizeof l ? lease->size : sizeof l);
    if (l.state < DHCPPERF_LEASE_BOUND || l.state > DHCPPERF_LEASE_DECLINED) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(&s->engine, &now);
    if (rc == 0) {
        rc = import_lease(s, &l, now);
        dp_engine_leave(&s->engine);
    }
    return rc;
}
