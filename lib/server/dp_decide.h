/* SPDX-License-Identifier: MIT */
/* dp_decide.h - what the files that decide about requests share. */
#ifndef DP_DECIDE_H
#define DP_DECIDE_H

#include "server/dp_server.h"

/* What the caller's own function said about an address. */
typedef enum dp_verdict {
    DP_VERDICT_GO_ON,
    DP_VERDICT_NAK,
    DP_VERDICT_SILENCE
} dp_verdict;

/* decide.c */
/* The caller's function, which there is. */
dp_verdict dp_decide_call(dhcpperf_server *s, dp_request *r, uint32_t *inout_ip,
                          uint32_t *inout_lease_s);
static inline dp_verdict dp_decide_ask(dhcpperf_server *s, dp_request *r, uint32_t *inout_ip,
                                       uint32_t *inout_lease_s)
{
    return s->decide == NULL ? DP_VERDICT_GO_ON : dp_decide_call(s, r, inout_ip, inout_lease_s);
}
/* Option 54 names somebody else. */
int dp_is_for_another(const dhcpperf_server *s, const dp_request *r);

/* record.c */
/* Judged by the link, which may be several subnets (S-068). */
static inline int dp_is_on_network(const dhcpperf_server *s, const dp_request *r, uint32_t ip)
{
    return dp_store_on_link(&s->store, r->key.subnet, ip);
}
/* dp_settle_subnet() where some links are of several subnets. */
void dp_settle_on_link(dhcpperf_server *s, dp_request *r, uint32_t ip);
/* From here on the request is about this address: on a link of several subnets its lease time and
 * options are those of the address's subnet. */
static inline void dp_settle_subnet(dhcpperf_server *s, dp_request *r, uint32_t ip)
{
    if (s->store.links) {
        dp_settle_on_link(s, r, ip);
    }
}
/* dp_find_client() where there are reservations; `own` is what the identity leads to. */
uint32_t dp_find_reserved(dhcpperf_server *s, dp_request *r, uint32_t own);
/* The client's record, or DP_LEASE_NONE; also in r->lease.  By its own identity; a reservation by
 * hardware address or circuit goes before a record that is not reserved. */
static inline uint32_t dp_find_client(dhcpperf_server *s, dp_request *r)
{
    uint32_t i = dp_store_find_near(&s->store, &r->key, r->guess);

    r->lease = s->store.subnet[r->key.subnet].reserved_kinds == 0 ? i : dp_find_reserved(s, r, i);
    return r->lease;
}
/* The same for callers that are not on the path of every packet. */
uint32_t dp_find_client_it(dhcpperf_server *s, dp_request *r);
/* Seconds that the client gets by its class, its subnet and its wish. */
uint32_t dp_lease_time(const dhcpperf_server *s, const dp_request *r);
/* What an OFFER promises, and the ACK after it gives: with offer.remaining, a bound client that
 * wishes nothing keeps the end that its lease has (RFC 2131 4.3.1). */
uint32_t dp_promised_time(const dhcpperf_server *s, const dp_request *r, uint32_t i,
                          dhcpperf_ts now);
/* Whether the client can have the record, whose own or free it is: clients of other classes have no
 * business in the ranges of one, unless the address is reserved for them. */
static inline int dp_may_have(const dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    return s->store.areas == 0 || dp_store_may_have(&s->store, i, r->key.class_) ||
           (i == r->lease && (s->store.lease[i].mark & DP_LEASE_RESERVED) != 0);
}
/* dp_claim() of a record that is not the client's. */
int dp_claim_other(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now);
/* Makes the record the client's unless it is; what it had before ends.  0, and nothing has changed,
 * when that cannot be. */
static inline int dp_claim(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now)
{
    return i == r->lease || dp_claim_other(s, r, i, now);
}
/* The relay agent's clients have all the leases they may (RFC 3046 4). */
static inline int dp_is_over_limit(const dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    return s->remotes.limit != 0 && dp_view_has(&r->view, DP_V_RELAY_INFO) &&
           dp_remotes_is_full(&s->remotes, r->agent.remote, i);
}
/* The client was heard of. */
void dp_remember(dhcpperf_server *s, const dp_request *r, dhcpperf_ts now);

/* grant.c */
/* A message that was acknowledged comes again (RFC 2131 4.1). */
static inline int dp_is_repeated(const dhcpperf_server *s, const dp_request *r, uint32_t i)
{
    const dp_lease *l = &s->store.lease[i];

    return i == r->lease && l->state == DP_LEASE_BOUND && (l->mark & DP_LEASE_ACKED) != 0 &&
           l->xid == r->xid &&
           (r->exchange == DHCPPERF_X_REQUEST || r->exchange == DHCPPERF_X_DISCOVER);
}
/* The client's own record is leased from now; dp_commit() acknowledges it, too. */
void dp_lease_it(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s, dhcpperf_ts now);
void dp_commit(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s, dhcpperf_ts now);
/* The answer to a repeated message: the same ACK, unless the caller has changed its mind about the
 * lease time. */
void dp_commit_again(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s,
                     dhcpperf_ts now);

/* discover.c: DISCOVER (RFC 2131 4.3.1), and BOOTP. */
void dp_server_discover(dhcpperf_server *s, dp_request *r, dhcpperf_ts now);
void dp_server_bootp(dhcpperf_server *s, dp_request *r, dhcpperf_ts now);
/* request.c: REQUEST (RFC 2131 4.3.2). */
void dp_server_request(dhcpperf_server *s, dp_request *r, dhcpperf_ts now);

#endif
