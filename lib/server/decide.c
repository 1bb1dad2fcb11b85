/* SPDX-License-Identifier: MIT */
/* decide.c - what a server does about a request: RFC 2131 section 4.3.
 *
 * Invariants: nothing changes for a request whose reply could not be held; an address is given only
 * to the client of its record; the record is changed before the reply is held. */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_text.h"

/* What the caller's own function said about an address. */
typedef enum verdict {
    VERDICT_GO_ON,
    VERDICT_NAK,
    VERDICT_SILENCE
} verdict;

static verdict ask(dhcpperf_server *s, dp_request *r, uint32_t *inout_ip, uint32_t *inout_lease_s)
{
    dhcpperf_ip4 ip = dp_ip4_of(*inout_ip);
    int rc;

    if (dp_server_parse_fully(s, r) != 0) {
        return VERDICT_SILENCE;
    }
    rc = s->decide(s->decide_user, s->msg, &ip, inout_lease_s);
    *inout_ip = dp_ip4_num(ip);
    if (rc < 0) {
        s->failed = 1;
        return VERDICT_SILENCE;
    }
    return rc == 0 ? VERDICT_GO_ON : rc == 1 ? VERDICT_NAK : VERDICT_SILENCE;
}

static inline verdict ask_caller(dhcpperf_server *s, dp_request *r, uint32_t *inout_ip,
                                 uint32_t *inout_lease_s)
{
    return s->decide == NULL ? VERDICT_GO_ON : ask(s, r, inout_ip, inout_lease_s);
}

static const dp_subnet *subnet_of(const dhcpperf_server *s, const dp_request *r)
{
    return &s->store.subnet[r->subnet];
}

/* Judged by the link, which may be several subnets (S-068). */
static int is_on_network(const dhcpperf_server *s, const dp_request *r, uint32_t ip)
{
    return dp_store_on_link(&s->store, r->key.subnet, ip);
}

static void settle_on_link(dhcpperf_server *s, dp_request *r, uint32_t ip)
{
    uint32_t subnet = dp_store_find_subnet(&s->store, ip);

    if (subnet != DP_LEASE_NONE && s->store.subnet[subnet].link == r->key.subnet) {
        r->subnet = subnet;
    }
}

/* From here on the request is about this address: on a link of several subnets its lease time and
 * options are those of the address's subnet. */
static inline void settle_subnet(dhcpperf_server *s, dp_request *r, uint32_t ip)
{
    if (s->store.links) {
        settle_on_link(s, r, ip);
    }
}

static int is_own_address(const dhcpperf_server *s, const dp_request *r, uint32_t ip)
{
    unsigned i;

    if (ip == r->local || ip == r->name) {
        return 1;
    }
    for (i = 0; i < s->owns; i++) {
        if (dp_ip4_num(s->own[i]) == ip) {
            return 1;
        }
    }
    return 0;
}

/* Option 54 names somebody else. */
static int is_for_another(const dhcpperf_server *s, const dp_request *r)
{
    uint32_t server;

    return dp_view_u32(&r->view, DP_V_SERVER_ID, &server) && !is_own_address(s, r, server);
}

/* ---- the client's record -------------------------------------------------------------------- */

/* A circuit id means something only together with the relay agent that gave it (RFC 3046 3.1,
 * S-115): behind another agent of the link it is another circuit while the lease lasts. */
static int is_other_circuit(const dp_lease *l, const dp_request *r)
{
    return (l->state == DP_LEASE_BOUND || l->state == DP_LEASE_OFFERED) && l->giaddr != 0 &&
           r->giaddr != 0 && l->giaddr != r->giaddr;
}

/* The record reserved for another of the client's names; the request's key becomes that name. */
static uint32_t find_reserved(dhcpperf_server *s, dp_request *r, unsigned kind)
{
    dp_key key = r->key;
    uint32_t i;

    if ((s->store.subnet[key.subnet].reserved_kinds >> kind & 1) == 0 || key.kind == kind) {
        return DP_LEASE_NONE;
    }
    key.kind = (uint8_t)kind;
    if (kind == DHCPPERF_KEY_HARDWARE) {
        key.data = r->view.data + DP_OFF_CHADDR;
        key.len = r->view.data[DP_OFF_HLEN];
        key.htype = r->view.data[DP_OFF_HTYPE];
    } else {
        key.data = r->agent.circuit.data;
        key.len = (uint8_t)r->agent.circuit.len;
    }
    dp_store_key(&s->store, &key);
    i = dp_store_find(&s->store, &key);
    if (i == DP_LEASE_NONE || (s->store.lease[i].mark & DP_LEASE_RESERVED) == 0 ||
        (kind == DHCPPERF_KEY_CIRCUIT && is_other_circuit(&s->store.lease[i], r))) {
        return DP_LEASE_NONE;
    }
    r->key = key;
    return i;
}

/* Past the relay agent there is no circuit id (RFC 2131 4.4.5): who has the address of a circuit is
 * known by the address and the hardware address that it was leased with. */
static uint32_t find_circuit_by_ip(dhcpperf_server *s, const dp_request *r)
{
    uint32_t i = r->ciaddr != 0 && is_on_network(s, r, r->ciaddr)
                     ? dp_store_find_ip(&s->store, r->ciaddr)
                     : DP_LEASE_NONE;
    const dp_lease *l = i != DP_LEASE_NONE ? &s->store.lease[i] : NULL;
    const uint8_t *data = r->view.data;
    dhcpperf_bytes chaddr;

    if (l == NULL ||
        (l->mark & (DP_LEASE_RESERVED | DP_LEASE_HELD)) != (DP_LEASE_RESERVED | DP_LEASE_HELD) ||
        (l->mark & DP_LEASE_KIND) != DHCPPERF_KEY_CIRCUIT || l->htype != data[DP_OFF_HTYPE]) {
        return DP_LEASE_NONE;
    }
    chaddr = dp_server_chaddr(s, i);
    return chaddr.len > 0 && chaddr.len == data[DP_OFF_HLEN] &&
                   memcmp(chaddr.data, data + DP_OFF_CHADDR, chaddr.len) == 0
               ? i
               : DP_LEASE_NONE;
}

/* The record reserved for the circuit that the client is behind. */
static uint32_t find_circuit(dhcpperf_server *s, dp_request *r)
{
    if ((s->store.subnet[r->key.subnet].reserved_kinds >> DHCPPERF_KEY_CIRCUIT & 1) == 0) {
        return DP_LEASE_NONE;
    }
    return dp_view_has(&r->view, DP_V_RELAY_INFO) && r->agent.circuit.len > 0
               ? find_reserved(s, r, DHCPPERF_KEY_CIRCUIT)
               : find_circuit_by_ip(s, r);
}

/* By its own identity; a reservation by hardware address or circuit goes before a record that is
 * not reserved. */
static uint32_t find_client(dhcpperf_server *s, dp_request *r)
{
    uint32_t i = dp_store_find_near(&s->store, &r->key, r->guess), reserved = DP_LEASE_NONE;

    if (s->store.subnet[r->key.subnet].reserved_kinds != 0 &&
        (i == DP_LEASE_NONE || (s->store.lease[i].mark & DP_LEASE_RESERVED) == 0)) {
        reserved = find_reserved(s, r, DHCPPERF_KEY_HARDWARE);
        if (reserved == DP_LEASE_NONE) {
            reserved = find_circuit(s, r);
        }
    }
    r->lease = reserved != DP_LEASE_NONE ? reserved : i;
    return r->lease;
}

static uint32_t lease_time(const dhcpperf_server *s, const dp_request *r)
{
    const dhcpperf_class *c = r->key.class_ != 0 ? s->classes.at[r->key.class_ - 1] : NULL;
    uint32_t wish = 0;
    int asked = dp_view_u32(&r->view, DP_V_LEASE_TIME, &wish);

    if (c != NULL && c->has_lease) {
        return asked ? dp_lease_within(wish, c->lease_min, c->lease_max) : c->lease_default;
    }
    return dp_pool_lease(subnet_of(s, r)->pool, asked, wish);
}

/* What remains of a lease: at least a second. */
static uint32_t remaining_time(const dp_lease *l, dhcpperf_ts now)
{
    if (l->lease_s == UINT32_MAX) {
        return UINT32_MAX;
    }
    return l->timer.due > now + DHCPPERF_NS_PER_S
               ? (uint32_t)((l->timer.due - now) / DHCPPERF_NS_PER_S)
               : 1;
}

/* What an OFFER promises, and the ACK after it gives: with offer.remaining, a bound client that
 * wishes nothing keeps the end that its lease has (RFC 2131 4.3.1). */
static inline uint32_t promised_time(const dhcpperf_server *s, const dp_request *r, uint32_t i,
                                     dhcpperf_ts now)
{
    const dp_lease *l = &s->store.lease[i];
    uint32_t wish;

    if (i == r->lease && l->state == DP_LEASE_OFFERED && r->exchange != DHCPPERF_X_DISCOVER) {
        return l->lease_s;
    }
    if (s->set.offer_remaining && i == r->lease && l->state == DP_LEASE_BOUND &&
        (r->exchange == DHCPPERF_X_DISCOVER || r->exchange == DHCPPERF_X_REQUEST) &&
        !dp_view_u32(&r->view, DP_V_LEASE_TIME, &wish)) {
        return remaining_time(l, now);
    }
    return lease_time(s, r);
}

/* Whether the client can have the record, whose own or free it is: clients of other classes have no
 * business in the ranges of one, unless the address is reserved for them. */
static inline int may_have(const dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    return s->store.areas == 0 || dp_store_may_have(&s->store, i, r->key.class_) ||
           (i == r->lease && (s->store.lease[i].mark & DP_LEASE_RESERVED) != 0);
}

/* Makes the record the client's unless it is; what it had before ends.  0, and nothing has changed,
 * when that cannot be. */
static int claim(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now)
{
    uint32_t old = r->lease;

    if (i == old) {
        return 1;
    }
    if (!dp_store_can_claim(&s->store, &r->key, old)) {
        return 0;
    }
    if (old != DP_LEASE_NONE && s->store.lease[old].state == DP_LEASE_BOUND) {
        dp_store_release(&s->store, old, now);
        dp_server_lease_event(s, old, r, DHCPPERF_EV_LEASE_ENDED, DP_LEASE_BOUND, now);
    }
    r->lease = i;
    if (s->query.on) {
        dp_query_forget(s, i);
    }
    return dp_store_claim_from(&s->store, i, &r->key, old);
}

/* The relay agent's clients have all the leases they may (RFC 3046 4). */
static int is_over_limit(const dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    return s->remotes.limit != 0 && dp_view_has(&r->view, DP_V_RELAY_INFO) &&
           dp_remotes_is_full(&s->remotes, r->agent.remote, i);
}

static void remember(dhcpperf_server *s, const dp_request *r, dhcpperf_ts now)
{
    const uint8_t *data = r->view.data;

    if (r->key.kind != DHCPPERF_KEY_HARDWARE) {
        dp_store_set_chaddr(&s->store, r->lease, data[DP_OFF_HTYPE], data + DP_OFF_CHADDR,
                            data[DP_OFF_HLEN]);
    }
    /* Who renews past the relay agent is behind it all the same. */
    dp_store_seen(&s->store, r->lease, now, r->xid,
                  r->giaddr == 0 && r->ciaddr != 0 ? s->store.lease[r->lease].giaddr : r->giaddr);
    if (s->query.on) {
        dhcpperf_bytes info = {NULL, 0};

        if (dp_view_has(&r->view, DP_V_RELAY_INFO)) {
            info.data = dp_view_val(&r->view, DP_V_RELAY_INFO);
            info.len = dp_view_len(&r->view, DP_V_RELAY_INFO);
        }
        dp_query_remember(s, r->lease, info);
    }
}

/* ---- DISCOVER (RFC 2131 4.3.1) -------------------------------------------------------------- */

/* The client was offered this address once but never had it: a free one that it asks for goes
 * first. */
static uint32_t prefer_wish(dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    const dp_lease *l = &s->store.lease[i];
    uint32_t at;

    if (l->state != DP_LEASE_FREE || (l->mark & DP_LEASE_RESERVED) != 0 || !r->has_wish ||
        !is_on_network(s, r, r->wish)) {
        return i;
    }
    at = dp_store_find_ip(&s->store, r->wish);
    return at != DP_LEASE_NONE && dp_store_is_free(&s->store, at) && may_have(s, r, at) ? at : i;
}

/* RFC 4039: there will be no REQUEST. */
static int commits_at_once(const dhcpperf_server *s, const dp_request *r)
{
    return s->set.rapid_commit && dp_view_has(&r->view, DP_V_RAPID_COMMIT);
}

/* One more offer will be open; BOOTP knows none. */
static int is_new_session(const dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    const dp_lease *l = i != DP_LEASE_NONE ? &s->store.lease[i] : NULL;

    return (l == NULL || (l->state != DP_LEASE_BOUND && l->state != DP_LEASE_OFFERED)) &&
           r->view.type != 0 && !commits_at_once(s, r);
}

/* The address to offer (RFC 2131 4.3.1): the client's current one, its previous one, the one it
 * asks for, a new one; DP_LEASE_NONE and the cause. */
static uint32_t choose(dhcpperf_server *s, dp_request *r, dhcpperf_counter *ret_cause)
{
    const dp_store *st = &s->store;
    uint32_t i = find_client(s, r);

    if (i != DP_LEASE_NONE && !may_have(s, r, i)) {
        i = DP_LEASE_NONE; /* it has left the class whose range that is in */
    }
    if (i != DP_LEASE_NONE && st->lease[i].state == DP_LEASE_DECLINED) {
        *ret_cause = DHCPPERF_C_DROP_EXHAUSTED; /* reserved, but in quarantine */
        return DP_LEASE_NONE;
    }
    if (s->set.max_sessions != 0 && is_new_session(s, r, i) &&
        st->count[DP_LEASE_OFFERED] >= s->set.max_sessions) {
        *ret_cause = DHCPPERF_C_DROP_SESSIONS;
        return DP_LEASE_NONE;
    }
    if (is_over_limit(s, r, r->lease)) { /* also when it moves: what it had ends */
        *ret_cause = DHCPPERF_C_DROP_POLICY;
        return DP_LEASE_NONE;
    }
    if (i == DP_LEASE_NONE) {
        i = dp_store_pick(&s->store, &r->key, r->has_wish ? r->wish : 0);
        *ret_cause = DHCPPERF_C_DROP_EXHAUSTED;
        return i;
    }
    return prefer_wish(s, r, i);
}

/* The record of an address that the caller decided on, if the client can have it. */
static uint32_t choose_decided(dhcpperf_server *s, const dp_request *r, uint32_t ip)
{
    uint32_t i = is_on_network(s, r, ip) ? dp_store_find_ip(&s->store, ip) : DP_LEASE_NONE;

    if (i != DP_LEASE_NONE && may_have(s, r, i) &&
        (i == r->lease || dp_store_is_free(&s->store, i))) {
        return i;
    }
    return DP_LEASE_NONE;
}

static dhcpperf_counter grant_counter(const dp_request *r)
{
    return r->exchange == DHCPPERF_X_RENEW    ? DHCPPERF_C_RENEWED
           : r->exchange == DHCPPERF_X_REBIND ? DHCPPERF_C_REBOUND
                                              : DHCPPERF_C_BOUND;
}

/* A message that was acknowledged comes again (RFC 2131 4.1). */
static int is_repeated(const dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    const dp_lease *l = &s->store.lease[i];

    return i == r->lease && l->state == DP_LEASE_BOUND && (l->mark & DP_LEASE_ACKED) != 0 &&
           l->xid == r->xid &&
           (r->exchange == DHCPPERF_X_REQUEST || r->exchange == DHCPPERF_X_DISCOVER);
}

/* The same ACK again.  Nothing happens but that the client counts from now: only who keeps leases
 * must know that. */
static void repeat_ack(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now)
{
    int moved = s->store.lease[i].starts != now;

    dp_store_restart(&s->store, i, now);
    remember(s, r, now);
    if (moved && s->sink != NULL) {
        dp_server_lease_moved(s, i, r);
    }
    dp_server_reply(s, r, DHCPPERF_ACK, s->store.lease[i].ip, s->store.lease[i].lease_s, now);
}

/* The client's own record is leased from now. */
static inline void lease_it(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s,
                            dhcpperf_ts now)
{
    dp_lease *l = &s->store.lease[i];
    int from = l->state;

    dp_store_bind(&s->store, i, now, lease_s);
    remember(s, r, now);
    l->mark &= (uint8_t)~DP_LEASE_ACKED;
    if (r->exchange == DHCPPERF_X_REQUEST || r->exchange == DHCPPERF_X_DISCOVER) {
        l->mark |= DP_LEASE_ACKED;
    }
    dp_stats_add(&s->stats, grant_counter(r), 1);
    dp_server_lease_event(s, i, r, DHCPPERF_EV_LEASE_GRANTED, from, now);
}

static void commit(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s, dhcpperf_ts now)
{
    lease_it(s, r, i, lease_s, now);
    dp_server_reply(s, r, DHCPPERF_ACK, s->store.lease[i].ip, lease_s, now);
}

/* What the client may have is offered, or leased at once (RFC 4039). */
static void offer(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s, dhcpperf_ts now)
{
    dp_lease *l = &s->store.lease[i];

    if (commits_at_once(s, r)) {
        r->extras |= DP_EXTRA_RAPID_COMMIT;
        if (is_repeated(s, r, i) && lease_s == l->lease_s) {
            repeat_ack(s, r, i, now);
        } else {
            commit(s, r, i, lease_s, now);
        }
        return;
    }
    if (l->state != DP_LEASE_BOUND) {
        dp_store_offer(&s->store, i, now, s->set.offer_hold, lease_s);
    }
    l->mark &= (uint8_t)~DP_LEASE_ACKED; /* the REQUEST to come has the same xid */
    remember(s, r, now);
    dp_server_reply(s, r, DHCPPERF_OFFER, l->ip, lease_s, now);
}

/* RFC 8925 3.3: an OFFER that uses up no address. */
static void offer_none(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t lease_s = lease_time(s, r), ip = 0;

    if (ask_caller(s, r, &ip, &lease_s) != VERDICT_GO_ON || ip != 0) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_DECIDED, now);
    } else {
        dp_server_reply(s, r, DHCPPERF_OFFER, 0, lease_s, now);
    }
}

/* The record of the address that the client is to have, already its own; DP_LEASE_NONE when the
 * request has been dropped. */
static uint32_t find_address(dhcpperf_server *s, dp_request *r, uint32_t *inout_lease_s,
                             dhcpperf_ts now)
{
    dhcpperf_counter cause = DHCPPERF_C_DROP_EXHAUSTED;
    uint32_t i = choose(s, r, &cause), ip, chosen;

    if (i == DP_LEASE_NONE) {
        dp_server_drop(s, r, cause, now);
        return DP_LEASE_NONE;
    }
    ip = chosen = dp_store_ip(&s->store, i);
    settle_subnet(s, r, ip);
    if (r->exchange == DHCPPERF_X_DISCOVER) {
        *inout_lease_s = promised_time(s, r, i, now);
    }
    if (ask_caller(s, r, &ip, inout_lease_s) != VERDICT_GO_ON) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_DECIDED, now);
        return DP_LEASE_NONE;
    }
    i = ip == chosen ? i : choose_decided(s, r, ip);
    if (i == DP_LEASE_NONE || !claim(s, r, i, now)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_EXHAUSTED, now);
        return DP_LEASE_NONE;
    }
    settle_subnet(s, r, ip);
    return i;
}

/* RFC 1534: an address for ever; a client that knows its own only wants to boot (RFC 951). */
static void bootp(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t lease_s = UINT32_MAX, i;
    const dp_lease *l;

    if (r->ciaddr != 0) {
        dp_server_reply(s, r, (dhcpperf_msg_type)0, 0, UINT32_MAX, now);
        return;
    }
    i = find_address(s, r, &lease_s, now);
    if (i == DP_LEASE_NONE) {
        return;
    }
    l = &s->store.lease[i];
    if (l->state != DP_LEASE_BOUND || l->lease_s != UINT32_MAX) {
        lease_it(s, r, i, UINT32_MAX, now);
    }
    dp_server_reply(s, r, (dhcpperf_msg_type)0, l->ip, UINT32_MAX, now);
}

static void discover(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t lease_s = 0, i;

    if (dp_view_has(&r->view, DP_V_SERVER_ID)) { /* RFC 2131 table 5: must not */
        dp_server_drop(s, r, DHCPPERF_C_DROP_SERVER, now);
    } else if (dp_get16(r->view.data + DP_OFF_SECS) < s->set.min_secs) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_POLICY, now);
    } else if (dp_server_is_ipv6_only(s, r)) {
        offer_none(s, r, now);
    } else if ((i = find_address(s, r, &lease_s, now)) != DP_LEASE_NONE) {
        offer(s, r, i, lease_s, now);
    }
}

/* ---- REQUEST (RFC 2131 4.3.2) --------------------------------------------------------------- */

/* The client's record, or a free one that it may have: leased, and acknowledged. */
static void grant(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now)
{
    const dp_lease *l = &s->store.lease[i];
    int repeated = is_repeated(s, r, i);
    uint32_t asked = dp_store_ip(&s->store, i), ip = asked, lease_s;
    verdict v;

    settle_subnet(s, r, ip);
    lease_s = repeated ? l->lease_s : promised_time(s, r, i, now);
    v = ask_caller(s, r, &ip, &lease_s);
    if (v == VERDICT_SILENCE) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_DECIDED, now);
    } else if (v == VERDICT_NAK || ip != asked) {
        dp_server_nak(s, r, DP_NAK_DECIDED, now);
    } else if (is_over_limit(s, r, i)) {
        dp_server_nak(s, r, DP_NAK_LIMIT, now);
    } else if (!claim(s, r, i, now)) {
        dp_server_nak(s, r, DP_NAK_IN_USE, now);
    } else if (repeated && lease_s == l->lease_s) {
        repeat_ack(s, r, i, now);
    } else {
        commit(s, r, i, lease_s, now);
    }
}

static void refuse_unknown(dhcpperf_server *s, const dp_request *r, dhcpperf_ts now)
{
    if (s->set.authoritative) {
        dp_server_nak(s, r, DP_NAK_UNKNOWN, now);
    } else {
        dp_server_drop(s, r, DHCPPERF_C_DROP_UNKNOWN, now);
    }
}

/* An answer to an OFFER. */
static void selecting(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = find_client(s, r), ip = r->has_wish ? r->wish : r->ciaddr, at;

    if (is_for_another(s, r)) {
        if (i != DP_LEASE_NONE && s->store.lease[i].state == DP_LEASE_OFFERED) {
            dp_store_release(&s->store, i, now);
        }
        dp_server_drop(s, r, DHCPPERF_C_DROP_SERVER, now);
        return;
    }
    if (!is_on_network(s, r, ip)) {
        dp_server_nak(s, r, DP_NAK_NETWORK, now);
        return;
    }
    at = dp_store_find_ip(&s->store, ip);
    if (i != DP_LEASE_NONE) {
        if (i == at && s->store.lease[i].state != DP_LEASE_DECLINED && may_have(s, r, i)) {
            grant(s, r, i, now);
        } else {
            dp_server_nak(s, r, DP_NAK_ADDRESS, now);
        }
    } else if (at != DP_LEASE_NONE && dp_store_is_free(&s->store, at) && may_have(s, r, at)) {
        grant(s, r, at, now); /* the offer lapsed, but nobody has the address */
    } else {
        dp_server_nak(s, r, DP_NAK_IN_USE, now);
    }
}

/* INIT-REBOOT, RENEWING and REBINDING: the client says that it has `ip`. */
static void confirm(dhcpperf_server *s, dp_request *r, uint32_t ip, dhcpperf_ts now)
{
    uint32_t i = find_client(s, r), at;
    const dp_lease *l = i != DP_LEASE_NONE ? &s->store.lease[i] : NULL;

    if (!is_on_network(s, r, ip)) {
        dp_server_nak(s, r, DP_NAK_NETWORK, now);
    } else if (l != NULL && (l->mark & DP_LEASE_HELD) != 0 && l->state != DP_LEASE_DECLINED) {
        if (l->ip == ip && may_have(s, r, i)) {
            grant(s, r, i, now); /* also when it ended and nobody has it since: S-079 */
        } else {
            dp_server_nak(s, r, DP_NAK_ADDRESS, now);
        }
    } else if (r->exchange != DHCPPERF_X_REBOOT &&
               (at = dp_store_find_ip(&s->store, ip)) != DP_LEASE_NONE && at != i &&
               s->store.lease[at].state == DP_LEASE_BOUND) {
        dp_server_nak(s, r, DP_NAK_IN_USE, now); /* given away: S-079 */
    } else {
        refuse_unknown(s, r, now);
    }
}

static void request(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    if (r->view.type == 0) {
        bootp(s, r, now);
    } else if (r->exchange == DHCPPERF_X_REQUEST) {
        selecting(s, r, now);
    } else if (r->exchange == DHCPPERF_X_REBOOT) {
        confirm(s, r, r->wish, now);
    } else if (r->ciaddr != 0) {
        confirm(s, r, r->ciaddr, now);
    } else {
        dp_server_drop(s, r, DHCPPERF_C_DROP_UNKNOWN, now); /* it asks for nothing */
    }
}

/* ---- RELEASE, DECLINE, INFORM --------------------------------------------------------------- */

/* Acted upon; there is no answer. */
static void done(dhcpperf_server *s, const dp_request *r, dhcpperf_counter what)
{
    dp_stats_add(&s->stats, what, 1);
    dp_stats_exchange(&s->stats, r->exchange, DHCPPERF_OUT_STARTED, 1);
    dp_stats_exchange(&s->stats, r->exchange, DHCPPERF_OUT_ANSWERED, 1);
}

static void release(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = find_client(s, r);

    if (is_for_another(s, r)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_SERVER, now);
        return;
    }
    if (i == DP_LEASE_NONE || s->store.lease[i].ip != r->ciaddr ||
        s->store.lease[i].state != DP_LEASE_BOUND) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_OWNER, now);
        return;
    }
    remember(s, r, now);
    dp_store_release(&s->store, i, now);
    dp_server_lease_event(s, i, r, DHCPPERF_EV_LEASE_ENDED, DP_LEASE_BOUND, now);
    done(s, r, DHCPPERF_C_RELEASED);
}

static void decline(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = find_client(s, r);
    int from;

    if (is_for_another(s, r)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_SERVER, now);
        return;
    }
    if (i == DP_LEASE_NONE || !r->has_wish || s->store.lease[i].ip != r->wish ||
        (s->store.lease[i].state != DP_LEASE_BOUND &&
         s->store.lease[i].state != DP_LEASE_OFFERED)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_OWNER, now);
        return;
    }
    from = s->store.lease[i].state;
    remember(s, r, now);
    dp_store_decline(&s->store, i, now, s->set.quarantine);
    dp_server_lease_event(s, i, r, DHCPPERF_EV_LEASE_ENDED, from, now);
    if (s->set.quarantine == 0) {
        (void)dp_server_expire(s, now); /* for what follows in the same burst */
    }
    done(s, r, DHCPPERF_C_DECLINED);
}

/* RFC 2131 4.3.5: parameters only; no lease is looked at or changed. */
static void inform(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t ip = r->ciaddr != 0 ? r->ciaddr : dp_ip4_num(r->pkt->src.ip), lease_s = 0;

    if (!dp_is_unicast(ip)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_SUBNET, now);
    } else if (!dp_inform_allows(s, r, ip, now)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_POLICY, now);
    } else if (ask_caller(s, r, &ip, &lease_s) != VERDICT_GO_ON) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_DECIDED, now);
    } else {
        settle_subnet(s, r, ip);
        dp_server_reply(s, r, DHCPPERF_ACK, 0, 0, now);
    }
}

/* Without a server identifier our addresses are those that requests come to: never given away,
 * either (S-039). */
static void keep_own(dhcpperf_server *s, uint32_t ip, dhcpperf_ts now)
{
    uint32_t i = dp_store_find_ip(&s->store, ip);

    if (i == DP_LEASE_NONE || dp_store_withdraw(&s->store, i, now)) {
        s->kept = ip;
    }
}

void dp_server_act(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    if (s->learns && r->local != s->kept) {
        keep_own(s, r->local, now);
    }
    if (s->classes.n > 0 && r->exchange != DHCPPERF_X_QUERY) {
        r->key.class_ = dp_server_class(s, r);
    }
    if (r->exchange != DHCPPERF_X_RELEASE && r->exchange != DHCPPERF_X_DECLINE &&
        !dp_server_can_hold(s, r)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_HELD, now);
        return;
    }
    switch (r->exchange) {
    case DHCPPERF_X_DISCOVER:
        discover(s, r, now);
        break;
    case DHCPPERF_X_REQUEST:
    case DHCPPERF_X_RENEW:
    case DHCPPERF_X_REBIND:
    case DHCPPERF_X_REBOOT:
        request(s, r, now);
        break;
    case DHCPPERF_X_RELEASE:
        release(s, r, now);
        break;
    case DHCPPERF_X_DECLINE:
        decline(s, r, now);
        break;
    case DHCPPERF_X_INFORM:
        inform(s, r, now);
        break;
    case DHCPPERF_X_QUERY:
        dp_server_query(s, r, now);
        break;
    case DHCPPERF_X__FORCE_INT:
        break;
    }
}
