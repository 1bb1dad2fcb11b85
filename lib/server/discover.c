/* SPDX-License-Identifier: MIT */
/* discover.c - DISCOVER: the address that a client may have (RFC 2131 4.3.1); and BOOTP, which asks
 * for it and has it at once (RFC 1534). */
#include "server/dp_decide.h"

/* The client was offered this address once but never had it: a free one that it asks for goes
 * first. */
static uint32_t prefer_wish(dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    const dp_lease *l = &s->store.lease[i];
    uint32_t at;

    if (l->state != DP_LEASE_FREE || (l->mark & DP_LEASE_RESERVED) != 0 || !r->has_wish ||
        !dp_is_on_network(s, r, r->wish)) {
        return i;
    }
    at = dp_store_find_ip(&s->store, r->wish);
    return at != DP_LEASE_NONE && dp_store_is_free(&s->store, at) && dp_may_have(s, r, at) ? at : i;
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
    uint32_t i = dp_find_client(s, r);

    if (i != DP_LEASE_NONE && !dp_may_have(s, r, i)) {
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
    if (dp_is_over_limit(s, r, r->lease)) { /* also when it moves: what it had ends */
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
    uint32_t i = dp_is_on_network(s, r, ip) ? dp_store_find_ip(&s->store, ip) : DP_LEASE_NONE;

    if (i != DP_LEASE_NONE && dp_may_have(s, r, i) &&
        (i == r->lease || dp_store_is_free(&s->store, i))) {
        return i;
    }
    return DP_LEASE_NONE;
}

/* What the client may have is offered, or leased at once (RFC 4039). */
static void offer(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s, dhcpperf_ts now)
{
    dp_lease *l = &s->store.lease[i];

    if (commits_at_once(s, r)) {
        r->extras |= DP_EXTRA_RAPID_COMMIT;
        if (dp_is_repeated(s, r, i)) {
            dp_commit_again(s, r, i, lease_s, now);
        } else {
            dp_commit(s, r, i, lease_s, now);
        }
        return;
    }
    if (l->state != DP_LEASE_BOUND) {
        dp_store_offer(&s->store, i, now, s->set.offer_hold, lease_s);
    } else {
        dp_store_touch(&s->store, i);
    }
    l->mark &= (uint8_t)~DP_LEASE_ACKED; /* the REQUEST to come has the same xid */
    dp_remember(s, r, now);
    dp_server_reply(s, r, DHCPPERF_OFFER, l->ip, lease_s, now);
}

/* RFC 8925 3.3: an OFFER that uses up no address. */
static void offer_none(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t lease_s = dp_lease_time(s, r), ip = 0;

    if (dp_decide_ask(s, r, &ip, &lease_s) != DP_VERDICT_GO_ON || ip != 0) {
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
    dp_settle_subnet(s, r, ip);
    if (r->exchange == DHCPPERF_X_DISCOVER) {
        *inout_lease_s = dp_promised_time(s, r, i, now);
    }
    if (dp_decide_ask(s, r, &ip, inout_lease_s) != DP_VERDICT_GO_ON) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_DECIDED, now);
        return DP_LEASE_NONE;
    }
    i = ip == chosen ? i : choose_decided(s, r, ip);
    if (i == DP_LEASE_NONE || !dp_claim(s, r, i, now)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_EXHAUSTED, now);
        return DP_LEASE_NONE;
    }
    dp_settle_subnet(s, r, ip);
    return i;
}

/* RFC 1534: an address for ever; a client that knows its own only wants to boot (RFC 951). */
void dp_server_bootp(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
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
        dp_lease_it(s, r, i, UINT32_MAX, now);
    }
    dp_server_reply(s, r, (dhcpperf_msg_type)0, l->ip, UINT32_MAX, now);
}

void dp_server_discover(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
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
