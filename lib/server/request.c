/* SPDX-License-Identifier: MIT */
/* request.c - REQUEST in its four meanings: RFC 2131 section 4.3.2. */
#include "server/dp_decide.h"

/* The client's record, or a free one that it may have: leased, and acknowledged. */
static void grant(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now)
{
    const dp_lease *l = &s->store.lease[i];
    int repeated = dp_is_repeated(s, r, i);
    uint32_t asked = dp_store_ip(&s->store, i), ip = asked, lease_s;
    dp_verdict v;

    dp_settle_subnet(s, r, ip);
    lease_s = repeated ? l->lease_s : dp_promised_time(s, r, i, now);
    v = dp_decide_ask(s, r, &ip, &lease_s);
    if (v == DP_VERDICT_SILENCE) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_DECIDED, now);
    } else if (v == DP_VERDICT_NAK || ip != asked) {
        dp_server_nak(s, r, DP_NAK_DECIDED, now);
    } else if (dp_is_over_limit(s, r, i)) {
        dp_server_nak(s, r, DP_NAK_LIMIT, now);
    } else if (!dp_claim(s, r, i, now)) {
        dp_server_nak(s, r, DP_NAK_IN_USE, now);
    } else if (repeated) {
        dp_commit_again(s, r, i, lease_s, now);
    } else {
        dp_commit(s, r, i, lease_s, now);
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
    uint32_t i = dp_find_client(s, r), ip = r->has_wish ? r->wish : r->ciaddr, at;

    if (dp_is_for_another(s, r)) {
        if (i != DP_LEASE_NONE && s->store.lease[i].state == DP_LEASE_OFFERED) {
            dp_store_release(&s->store, i, now);
        }
        dp_server_drop(s, r, DHCPPERF_C_DROP_SERVER, now);
        return;
    }
    if (!dp_is_on_network(s, r, ip)) {
        dp_server_nak(s, r, DP_NAK_NETWORK, now);
        return;
    }
    at = dp_store_find_ip(&s->store, ip);
    if (i != DP_LEASE_NONE) {
        if (i == at && s->store.lease[i].state != DP_LEASE_DECLINED && dp_may_have(s, r, i)) {
            grant(s, r, i, now);
        } else {
            dp_server_nak(s, r, DP_NAK_ADDRESS, now);
        }
    } else if (at != DP_LEASE_NONE && dp_store_is_free(&s->store, at) && dp_may_have(s, r, at)) {
        grant(s, r, at, now); /* the offer lapsed, but nobody has the address */
    } else {
        dp_server_nak(s, r, DP_NAK_IN_USE, now);
    }
}

/* INIT-REBOOT, RENEWING and REBINDING: the client says that it has `ip`. */
static void confirm(dhcpperf_server *s, dp_request *r, uint32_t ip, dhcpperf_ts now)
{
    uint32_t i = dp_find_client(s, r), at;
    const dp_lease *l = i != DP_LEASE_NONE ? &s->store.lease[i] : NULL;

    if (!dp_is_on_network(s, r, ip)) {
        dp_server_nak(s, r, DP_NAK_NETWORK, now);
    } else if (l != NULL && (l->mark & DP_LEASE_HELD) != 0 && l->state != DP_LEASE_DECLINED) {
        if (l->ip == ip && dp_may_have(s, r, i)) {
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

void dp_server_request(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    if (r->view.type == 0) {
        dp_server_bootp(s, r, now);
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
