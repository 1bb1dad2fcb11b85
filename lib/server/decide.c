/* SPDX-License-Identifier: MIT */
/* decide.c - what a server does about a request: RFC 2131 section 4.3.
 *
 * Invariants: nothing changes for a request whose reply could not be held; an address is given only
 * to the client of its record; the record is changed before the reply is held. */
#include "server/dp_decide.h"

#include "base/dp_text.h"

dp_verdict dp_decide_call(dhcpperf_server *s, dp_request *r, uint32_t *inout_ip,
                          uint32_t *inout_lease_s)
{
    dhcpperf_ip4 ip = dp_ip4_of(*inout_ip);
    int rc;

    if (dp_server_parse_fully(s, r) != 0) {
        return DP_VERDICT_SILENCE;
    }
    rc = s->decide(s->decide_user, s->msg, &ip, inout_lease_s);
    *inout_ip = dp_ip4_num(ip);
    if (rc < 0) {
        s->failed = 1;
        return DP_VERDICT_SILENCE;
    }
    return rc == 0 ? DP_VERDICT_GO_ON : rc == 1 ? DP_VERDICT_NAK : DP_VERDICT_SILENCE;
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

int dp_is_for_another(const dhcpperf_server *s, const dp_request *r)
{
    uint32_t server;

    return dp_view_u32(&r->view, DP_V_SERVER_ID, &server) && !is_own_address(s, r, server);
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
    uint32_t i = dp_find_client(s, r);

    if (dp_is_for_another(s, r)) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_SERVER, now);
        return;
    }
    if (i == DP_LEASE_NONE || s->store.lease[i].ip != r->ciaddr ||
        s->store.lease[i].state != DP_LEASE_BOUND) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_OWNER, now);
        return;
    }
    dp_remember(s, r, now);
    dp_store_release(&s->store, i, now);
    dp_server_lease_event(s, i, r, DHCPPERF_EV_LEASE_ENDED, DP_LEASE_BOUND, now);
    done(s, r, DHCPPERF_C_RELEASED);
}

static void decline(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    uint32_t i = dp_find_client(s, r);
    int from;

    if (dp_is_for_another(s, r)) {
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
    dp_remember(s, r, now);
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
    } else if (dp_decide_ask(s, r, &ip, &lease_s) != DP_VERDICT_GO_ON) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_DECIDED, now);
    } else {
        dp_settle_subnet(s, r, ip);
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
        dp_server_discover(s, r, now);
        break;
    case DHCPPERF_X_REQUEST:
    case DHCPPERF_X_RENEW:
    case DHCPPERF_X_REBIND:
    case DHCPPERF_X_REBOOT:
        dp_server_request(s, r, now);
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
