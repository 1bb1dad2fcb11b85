/* SPDX-License-Identifier: MIT */
/* receive.c - arrivals in two passes over chunks of a burst: first look at all of them (parse,
 * classify, hash, prefetch), then act on one after the other.
 *
 * Invariant: the first pass changes nothing that a decision reads, so a burst gives the same
 * history however it is cut. */
#include "server/dp_faulty.h"

#include <string.h>

#include <libdhcpperf/frame.h>

#include "base/dp_text.h"

enum {
    FETCH_AHEAD = 4 /* packets: far enough for memory, near enough for the cache */
};

void dp_server_drop(dhcpperf_server *s, const dp_request *r, dhcpperf_counter cause,
                    dhcpperf_ts now)
{
    dp_stats_add(&s->stats, cause, 1);
    if (r->is_exchange) {
        dp_stats_exchange(&s->stats, r->exchange, DHCPPERF_OUT_STARTED, 1);
        dp_stats_exchange(&s->stats, r->exchange, DHCPPERF_OUT_UNANSWERED, 1);
    }
    if (dp_trace_wants(&s->trace, DHCPPERF_EV_IGNORED)) {
        dhcpperf_event ev = {.now = now,
                             .kind = DHCPPERF_EV_IGNORED,
                             .station = r->lease,
                             .xid = r->xid,
                             .msg_type = r->view.type,
                             .reason = (int)cause,
                             .ip = dp_ip4_of(r->has_wish ? r->wish : r->ciaddr),
                             .pkt = r->pkt,
                             .detail = dhcpperf_counter_name(cause)};

        dp_trace_emit(&s->trace, &ev);
    }
}

/* ---- first pass ----------------------------------------------------------------------------- */

/* What the client is after; 0 when it is not for a server. */
static inline int classify(const dhcpperf_server *s, dp_request *r)
{
    const dhcpperf_pkt *pkt = r->pkt;
    uint32_t server;

    switch (r->view.type) {
    case DHCPPERF_DISCOVER:
        r->exchange = DHCPPERF_X_DISCOVER;
        break;
    case DHCPPERF_REQUEST: /* RFC 2131 4.3.2: option 54 decides, then 50, then ciaddr */
        if (dp_view_u32(&r->view, DP_V_SERVER_ID, &server)) {
            r->exchange = DHCPPERF_X_REQUEST;
        } else if (r->has_wish && r->ciaddr == 0) {
            r->exchange = DHCPPERF_X_REBOOT;
        } else if (r->giaddr != 0 || (pkt->flags & DHCPPERF_PKT_BCAST) != 0 ||
                   dp_ip4_num(pkt->dst.ip) == UINT32_MAX) {
            r->exchange = DHCPPERF_X_REBIND;
        } else {
            r->exchange = DHCPPERF_X_RENEW;
        }
        break;
    case DHCPPERF_RELEASE:
        r->exchange = DHCPPERF_X_RELEASE;
        break;
    case DHCPPERF_DECLINE:
        r->exchange = DHCPPERF_X_DECLINE;
        break;
    case DHCPPERF_INFORM:
        r->exchange = DHCPPERF_X_INFORM;
        break;
    case DHCPPERF_LEASEQUERY:
        r->exchange = DHCPPERF_X_QUERY;
        break;
    default:
        if (!s->set.bootp || dp_view_has(&r->view, DP_V_MSG_TYPE)) {
            return 0;
        }
        r->exchange = DHCPPERF_X_REQUEST; /* BOOTP: it asks and has it, all in one */
        break;
    }
    r->is_exchange = 1;
    return 1;
}

static int has_agent(const dp_request *r)
{
    return dp_view_has(&r->view, DP_V_RELAY_INFO);
}

/* The address by which a request without a relay tells its subnet. */
static uint32_t own_word(const dp_request *r)
{
    switch (r->exchange) {
    case DHCPPERF_X_RENEW:
    case DHCPPERF_X_REBIND:
    case DHCPPERF_X_RELEASE:
        return r->ciaddr;
    case DHCPPERF_X_DECLINE:
        return r->wish;
    case DHCPPERF_X_INFORM:
        return r->ciaddr != 0 ? r->ciaddr : dp_ip4_num(r->pkt->src.ip);
    case DHCPPERF_X_DISCOVER:
    case DHCPPERF_X_REQUEST:
    case DHCPPERF_X_REBOOT:
    case DHCPPERF_X_QUERY:
    case DHCPPERF_X__FORCE_INT:
        break;
    }
    return 0;
}

/* Sub-option 5 goes before option 118, and that before giaddr (RFC 3527 3, RFC 3011); without a
 * relay the subnet is that of the address at hand, else the server's own.  Who names a subnet in
 * option 118 gets no other one. */
static inline uint32_t select_subnet(dhcpperf_server *s, const dp_request *r)
{
    int relayed = r->giaddr != 0, linked = relayed && has_agent(r) && r->agent.link != 0;
    uint32_t word = linked ? r->agent.link : relayed ? r->giaddr : own_word(r), subnet;

    if (!linked && dp_view_u32(&r->view, DP_V_SUBNET_SELECTION, &word)) {
        return dp_store_find_subnet(&s->store, word);
    }
    if (word == 0) {
        return s->home;
    }
    subnet = dp_store_find_subnet(&s->store, word);
    if (subnet == DP_LEASE_NONE) {
        subnet = s->catch_all;
    }
    if (subnet == DP_LEASE_NONE && r->giaddr == 0 && r->exchange == DHCPPERF_X_REBIND) {
        subnet = s->home; /* on our link with a foreign address: it is to be told */
    }
    if (subnet == DP_LEASE_NONE && r->exchange == DHCPPERF_X_INFORM && s->inform.subnets.n > 0) {
        subnet = s->home; /* served by permission, whoever gives addresses there */
    }
    return subnet;
}

/* RFC 2131 4.2: option 61 when there is a usable one, else the hardware address. */
static inline int identify(const dp_view *v, dp_key *ret)
{
    uint8_t hlen = v->data[DP_OFF_HLEN];

    memset(ret, 0, sizeof *ret);
    if (dp_view_has(v, DP_V_CLIENT_ID) && dp_view_len(v, DP_V_CLIENT_ID) >= 2) {
        if (dp_view_len(v, DP_V_CLIENT_ID) > UINT8_MAX) {
            return 0;
        }
        ret->kind = DHCPPERF_KEY_CLIENT_ID;
        ret->data = dp_view_val(v, DP_V_CLIENT_ID);
        ret->len = (uint8_t)dp_view_len(v, DP_V_CLIENT_ID);
        return 1;
    }
    ret->kind = DHCPPERF_KEY_HARDWARE;
    ret->data = v->data + DP_OFF_CHADDR;
    ret->len = hlen;
    ret->htype = v->data[DP_OFF_HTYPE];
    return hlen > 0;
}

/* Everything that can be said without the leases; the cause of a drop, or none. */
static dhcpperf_counter examine(dhcpperf_server *s, dp_request *r)
{
    const uint8_t *data = r->view.data;
    uint32_t dst = dp_ip4_num(r->pkt->dst.ip);

    if (data[DP_OFF_OP] != 1) {
        return DHCPPERF_C_DROP_OP;
    }
    r->ciaddr = dp_get32(data + DP_OFF_CIADDR);
    r->giaddr = dp_get32(data + DP_OFF_GIADDR);
    r->has_wish = (uint8_t)dp_view_u32(&r->view, DP_V_REQUESTED_IP, &r->wish);
    if (!classify(s, r)) {
        return DHCPPERF_C_DROP_TYPE;
    }
    if ((r->giaddr != 0 && !s->set.relay) ||
        (s->set.max_hops < UINT8_MAX && data[DP_OFF_HOPS] > s->set.max_hops)) {
        return DHCPPERF_C_DROP_HOPS;
    }
    if (!identify(&r->view, &r->key) && r->exchange != DHCPPERF_X_QUERY) {
        return DHCPPERF_C_DROP_IDENTITY;
    }
    r->local = dp_ip4_num(s->set.server_id);
    if (r->local == 0) {
        r->local = dst;
        if (!dp_is_unicast(dst)) {
            return DHCPPERF_C_DROP_SERVER; /* which of our addresses would reach it? */
        }
    }
    r->name = r->local;
    if (has_agent(r)) {
        dp_agent_read(&r->view, &r->agent);
        r->name = s->set.override && dp_is_unicast(r->agent.server) ? r->agent.server : r->local;
    }
    if (r->exchange == DHCPPERF_X_QUERY) { /* about any subnet */
        return dp_query_is_served(s, r) ? DP_CAUSE_NONE : DHCPPERF_C_DROP_QUERY;
    }
    r->subnet = select_subnet(s, r);
    if (r->subnet == DP_LEASE_NONE) {
        return DHCPPERF_C_DROP_SUBNET;
    }
    r->key.subnet = s->store.subnet[r->subnet].link;
    dp_store_key(&s->store, &r->key);
    return DP_CAUSE_NONE;
}

/* A frame becomes its payload; the cause of a drop, or none. */
static dhcpperf_counter unwrap(const dhcpperf_server *s, dhcpperf_pkt *pkt)
{
    int rc;

    if ((pkt->flags & DHCPPERF_PKT_FRAME) == 0) {
        return DP_CAUSE_NONE;
    }
    rc = dhcpperf_frame_unwrap(pkt, DHCPPERF_FRAME_ANY_PORT);
    if (rc == DHCPPERF_E_NOTFOUND || (rc == 0 && pkt->dst.port != s->set.port)) {
        return DHCPPERF_C_RX_UNMATCHED; /* the wire carries more than DHCP */
    }
    return rc == 0 ? DP_CAUSE_NONE : DHCPPERF_C_RX_MALFORMED;
}

static void look(dhcpperf_server *s, dp_request *r, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    r->pkt = pkt;
    r->arrival = pkt->ts != 0 && pkt->ts < now ? pkt->ts : now;
    r->xid = r->ciaddr = r->giaddr = r->wish = 0;
    r->has_wish = r->is_exchange = r->parsed = r->extras = 0;
    r->lease = r->guess = r->subnet = DP_LEASE_NONE;
    r->view.type = 0;
    r->cause = unwrap(s, pkt);
    if (r->cause != DP_CAUSE_NONE) {
        return;
    }
    if ((pkt->flags & DHCPPERF_PKT_TRUNC) != 0 ||
        dp_forms_parse(&s->forms, &r->view, pkt->data, pkt->len) != 0) {
        r->cause = DHCPPERF_C_RX_MALFORMED;
        return;
    }
    r->xid = dp_get32(r->view.data + DP_OFF_XID);
    if ((r->view.flags & DP_VIEW_COMPLEX) == 0) {
        r->cause = examine(s, r);
        if (r->cause == DP_CAUSE_NONE) {
            dp_store_prefetch_slot(&s->store, &r->key);
        }
    }
}

/* ---- second pass ---------------------------------------------------------------------------- */

int dp_server_parse_fully(dhcpperf_server *s, dp_request *r)
{
    int rc = 0;

    if (!r->parsed) {
        rc = dhcpperf_msg_parse(s->msg, r->pkt->data, r->pkt->len, DHCPPERF_PARSE_LENIENT, NULL);
        r->parsed = rc == 0;
    }
    return rc;
}

static inline void act(dhcpperf_server *s, dp_request *r, struct dp_faulty *f, dhcpperf_ts now)
{
    dp_stats_add(&s->stats, DHCPPERF_C_RX_PACKETS, 1);
    dp_stats_add(&s->stats, DHCPPERF_C_RX_BYTES, r->pkt->len);
    if (s->limits.on && r->cause == DP_CAUSE_NONE) {
        r->cause = dp_limits_judge(&s->limits, r, now);
    }
    if (r->cause == DP_CAUSE_NONE && (r->view.flags & DP_VIEW_COMPLEX) != 0) {
        if (dp_server_parse_fully(s, r) != 0) {
            r->cause = DHCPPERF_C_RX_MALFORMED;
        } else {
            dp_view_from_msg(&r->view, s->msg);
            r->view.flags |= DP_VIEW_COMPLEX;
            r->cause = examine(s, r);
        }
    }
    if (dp_trace_wants(&s->trace, DHCPPERF_EV_RX)) {
        dhcpperf_event ev = {.now = now,
                             .kind = DHCPPERF_EV_RX,
                             .station = DP_LEASE_NONE,
                             .xid = r->xid,
                             .msg_type = r->view.type,
                             .ip = dp_ip4_of(r->has_wish ? r->wish : r->ciaddr),
                             .pkt = r->pkt};

        dp_trace_emit(&s->trace, &ev);
    }
    if (r->giaddr != 0) {
        dp_stats_add(&s->stats, DHCPPERF_C_RELAYED, 1);
    }
    if (f != NULL && dp_faulty_act(s, r, now)) {
        return;
    }
    if (r->cause != DP_CAUSE_NONE) {
        dp_server_drop(s, r, r->cause, now);
    } else {
        dp_server_act(s, r, now);
    }
    if (f != NULL) {
        dp_faulty_acted(s, r, now);
    }
}

/* How many were taken: all, but for faults. */
static unsigned chunk(dhcpperf_server *s, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    unsigned i;

    for (i = 0; i < n; i++) {
        if (i + FETCH_AHEAD < n) {
            __builtin_prefetch(pkts[i + FETCH_AHEAD].data);
            __builtin_prefetch(pkts[i + FETCH_AHEAD].data + DP_OFF_COOKIE);
        }
        look(s, &s->chunk[i], &pkts[i], now);
    }
    for (i = 0; i < n; i++) {
        dp_request *r = &s->chunk[i];

        if (r->cause == DP_CAUSE_NONE && (r->view.flags & DP_VIEW_COMPLEX) == 0) {
            r->guess = dp_store_prefetch_lease(&s->store, &r->key);
        }
    }
    for (i = 0; i < n; i++) {
        const dp_request *r = &s->chunk[i];

        if (r->guess != DP_LEASE_NONE && r->exchange != DHCPPERF_X_DISCOVER &&
            r->exchange != DHCPPERF_X_INFORM) {
            dp_store_prefetch_rest(&s->store, r->guess);
        }
    }
    for (i = 0; i < n && !(f != NULL && dp_faulty_is_still(f, now)); i++) {
        act(s, &s->chunk[i], f, now);
    }
    return i;
}

int dp_server_recv(dhcpperf_server *s, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    unsigned i, step, taken;

    s->failed = 0;
    (void)dp_server_expire(s, now);
    for (i = 0; i < n; i += taken) {
        step = n - i < DP_CHUNK ? n - i : DP_CHUNK;
        taken = chunk(s, pkts + i, step, now);
        if (taken < step) {
            i += taken;
            break;
        }
    }
    s->stats.counters[DHCPPERF_C_TIME_CLAMPED] = s->engine.clamped;
    return s->failed ? DHCPPERF_E_CALLBACK : (int)i;
}

/* ---- shards --------------------------------------------------------------------------------- */

static int share_of(const dhcpperf_server *s, int kind, dhcpperf_bytes key)
{
    return (int)dp_store_share_of(kind, key.data, key.len, s->share.of);
}

/* On any subnet of the link. */
static int is_reserved(const dhcpperf_server *s, uint32_t link, int kind, dhcpperf_bytes key)
{
    uint32_t subnet;

    for (subnet = link; subnet != DP_LEASE_NONE; subnet = s->store.subnet[subnet].next) {
        if (dp_pool_is_reserved(s->store.subnet[subnet].pool, kind, key)) {
            return 1;
        }
    }
    return 0;
}

/* Past the relay agent there is no circuit id (RFC 2131 4.4.5): whoever has been given the address
 * of a circuit, or another one because of it, is known where the address is.  -1 when that is not
 * the question. */
static int owner_past_relay(dhcpperf_server *s, const dp_request *r, uint32_t link)
{
    if ((s->store.subnet[link].reserved_kinds >> DHCPPERF_KEY_CIRCUIT & 1) == 0 ||
        r->agent.circuit.len > 0 || r->ciaddr == 0) {
        return -1;
    }
    return dp_store_share_of_ip(&s->store, r->ciaddr, s->share.of);
}

/* In the order in which the client's record is looked for: a reservation of its identity, of its
 * hardware address, of its circuit, else the identity. */
static int owner_by_reservation(dhcpperf_server *s, const dp_view *v, const dhcpperf_pkt *pkt,
                                const dp_key *key)
{
    const uint8_t *data = v->data;
    dhcpperf_bytes id = {key->data, key->len}, hardware = {data + DP_OFF_CHADDR, 0}, named;
    uint8_t with_type[1 + 16];
    dp_request request, *r = &request;
    uint32_t link;
    int past;

    memset(r, 0, sizeof *r);
    r->view = *v;
    r->pkt = pkt;
    if (examine(s, r) != DP_CAUSE_NONE) {
        return share_of(s, key->kind, id); /* to be dropped there */
    }
    link = s->store.subnet[r->subnet].link;
    hardware.len = data[DP_OFF_HLEN];
    with_type[0] = data[DP_OFF_HTYPE];
    memcpy(with_type + 1, hardware.data, hardware.len);
    named = (dhcpperf_bytes){with_type, 1 + hardware.len};
    if (r->key.kind != DHCPPERF_KEY_HARDWARE && is_reserved(s, link, r->key.kind, id)) {
        return share_of(s, r->key.kind, id);
    }
    if (is_reserved(s, link, DHCPPERF_KEY_HARDWARE, named)) {
        return share_of(s, DHCPPERF_KEY_HARDWARE, hardware);
    }
    if (is_reserved(s, link, DHCPPERF_KEY_CIRCUIT, r->agent.circuit)) {
        return share_of(s, DHCPPERF_KEY_CIRCUIT, r->agent.circuit);
    }
    past = owner_past_relay(s, r, link);
    return past >= 0 ? past : share_of(s, r->key.kind, id);
}

/* Who has the address in question; else who would have the client.  Of a hardware address that is
 * that of clients without an identifier of their own: others may be anywhere. */
static int owner_of_query(dhcpperf_server *s, const dp_view *v)
{
    uint32_t ip = dp_get32(v->data + DP_OFF_CIADDR);
    dhcpperf_bytes key;
    int kind, owner;

    if (ip != 0) {
        owner = dp_store_share_of_ip(&s->store, ip, s->share.of);
        return owner >= 0 ? owner : (int)s->share.index; /* nobody knows it */
    }
    kind = dp_view_has(v, DP_V_CLIENT_ID) ? DHCPPERF_KEY_CLIENT_ID : DHCPPERF_KEY_HARDWARE;
    key.data =
        kind == DHCPPERF_KEY_CLIENT_ID ? dp_view_val(v, DP_V_CLIENT_ID) : v->data + DP_OFF_CHADDR;
    key.len =
        kind == DHCPPERF_KEY_CLIENT_ID ? dp_view_len(v, DP_V_CLIENT_ID) : v->data[DP_OFF_HLEN];
    return key.len > 0 ? share_of(s, kind, key) : (int)s->share.index;
}

/* Whoever has what cannot be read can drop it. */
int dp_server_owner(const dhcpperf_server *cs, const dhcpperf_pkt *pkt)
{
    dhcpperf_server *s = cs->self_of_const;
    dhcpperf_pkt bare;
    dp_view v;
    dp_key key;

    if (s->share.of == 1) {
        return 0;
    }
    if ((pkt->flags & DHCPPERF_PKT_FRAME) != 0) {
        bare = *pkt;
        pkt = &bare;
        if (unwrap(s, &bare) != DP_CAUSE_NONE) {
            return (int)s->share.index;
        }
    }
    if (dp_forms_look(&s->forms, &v, pkt->data, pkt->len) != 0) {
        return (int)s->share.index;
    }
    if ((v.flags & DP_VIEW_COMPLEX) != 0) {
        if (dhcpperf_msg_parse(s->msg, pkt->data, pkt->len, DHCPPERF_PARSE_LENIENT, NULL) != 0) {
            return (int)s->share.index;
        }
        dp_view_from_msg(&v, s->msg);
    }
    if (v.type == DHCPPERF_LEASEQUERY) {
        return owner_of_query(s, &v);
    }
    if (!identify(&v, &key)) {
        return (int)s->share.index;
    }
    return s->reservations ? owner_by_reservation(s, &v, pkt, &key)
                           : (int)dp_store_share_of(key.kind, key.data, key.len, s->share.of);
}
