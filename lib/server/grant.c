/* SPDX-License-Identifier: MIT */
/* grant.c - leases that begin, go on, or are acknowledged once more. */
#include "server/dp_decide.h"

static dhcpperf_counter grant_counter(const dp_request *r)
{
    return r->exchange == DHCPPERF_X_RENEW    ? DHCPPERF_C_RENEWED
           : r->exchange == DHCPPERF_X_REBIND ? DHCPPERF_C_REBOUND
                                              : DHCPPERF_C_BOUND;
}

/* The same ACK again.  Nothing happens but that the client counts from now: only who keeps leases
 * must know that. */
static void repeat_ack(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now)
{
    int moved = s->store.lease[i].starts != now;

    dp_store_restart(&s->store, i, now);
    dp_remember(s, r, now);
    if (moved && s->sink != NULL) {
        dp_server_lease_moved(s, i, r);
    }
    dp_server_reply(s, r, DHCPPERF_ACK, s->store.lease[i].ip, s->store.lease[i].lease_s, now);
}

static inline void bind(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s,
                        dhcpperf_ts now)
{
    dp_lease *l = &s->store.lease[i];
    int from = l->state;

    dp_store_bind(&s->store, i, now, lease_s);
    dp_remember(s, r, now);
    l->mark &= (uint8_t)~DP_LEASE_ACKED;
    if (r->exchange == DHCPPERF_X_REQUEST || r->exchange == DHCPPERF_X_DISCOVER) {
        l->mark |= DP_LEASE_ACKED;
    }
    dp_server_lease_event(s, i, r, DHCPPERF_EV_LEASE_GRANTED, from, now);
}

void dp_lease_it(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s, dhcpperf_ts now)
{
    dp_stats_add(&s->stats, grant_counter(r), 1);
    bind(s, r, i, lease_s, now);
}

void dp_commit(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s, dhcpperf_ts now)
{
    dp_lease_it(s, r, i, lease_s, now);
    dp_server_reply(s, r, DHCPPERF_ACK, s->store.lease[i].ip, lease_s, now);
}

void dp_commit_again(dhcpperf_server *s, dp_request *r, uint32_t i, uint32_t lease_s,
                     dhcpperf_ts now)
{
    if (lease_s == s->store.lease[i].lease_s) {
        repeat_ack(s, r, i, now);
    } else {
        bind(s, r, i, lease_s, now); /* otherwise, but no new binding */
        dp_server_reply(s, r, DHCPPERF_ACK, s->store.lease[i].ip, lease_s, now);
    }
}
