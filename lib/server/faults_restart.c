/* SPDX-License-Identifier: MIT */
/* faults_restart.c - a server that dies and comes back: with its leases as if from a file, or with
 * nothing. */
#include "server/dp_faulty.h"

#include <string.h>

/* Replies that wait, wherever: they will never be sent. */
static void lose_replies(dhcpperf_server *s)
{
    dp_held *h = &s->held;
    uint32_t i;

    while ((i = dp_held_next(h)) != DP_LEASE_NONE) {
        dp_server_lose(s, i);
    }
    while ((i = dp_held_commit(h, UINT64_MAX)) != DP_LEASE_NONE) {
        dp_server_lose(s, i);
    }
    for (i = 0; i < h->fresh && h->used > 0; i++) {
        if (dp_timer_is_set(&h->timer[i])) {
            dp_wheel_cancel(&h->wheel, i);
            dp_server_lose(s, i);
        }
    }
}

/* No server writes offers down. */
static void lose_offers(dhcpperf_server *s, dhcpperf_ts now)
{
    uint32_t i;

    for (i = 0; i < s->store.n && s->store.count[DP_LEASE_OFFERED] > 0; i++) {
        if (s->store.lease[i].state == DP_LEASE_OFFERED) {
            dp_store_release(&s->store, i, now);
        }
    }
}

static void lose_what_hangs_on(dhcpperf_server *s, uint32_t i)
{
    if (s->remotes.limit != 0) {
        dp_remotes_drop(&s->remotes, i);
    }
    if (s->query.on) {
        dp_query_forget(s, i);
        dp_index_drop(&s->query.by_chaddr, i);
        dp_index_drop(&s->query.by_id, i);
    }
}

/* Nobody is told: what keeps leases elsewhere still has them, as the clients have.  While leases
 * are being moved to another configuration, each is lost by itself, so that it is not found there.
 */
static void lose_leases(dhcpperf_server *s, dhcpperf_ts now)
{
    int one_by_one = s->store.move != NULL;
    uint32_t i;

    for (i = 0; i < s->store.n && (one_by_one || s->remotes.limit != 0 || s->query.on); i++) {
        lose_what_hangs_on(s, i);
        if (one_by_one && s->store.lease[i].state != DP_LEASE_NEVER) {
            dp_store_forget(&s->store, i, now);
        }
    }
    if (!one_by_one) {
        dp_store_clear(&s->store, s->share);
        s->kept = 0; /* addresses of our own are learned again */
    }
}

void dp_faulty_restart(dhcpperf_server *s, int keep, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;

    lose_replies(s);
    f->n_behind = 0;
    f->n_conflicts = 0;
    f->still_until = 0;
    f->arp_head = f->arp_tail = 0;
    f->pieces.at = f->pieces.len = 0;
    memset(&f->sweep, 0, sizeof f->sweep);
    if (keep) {
        lose_offers(s, now);
    } else {
        lose_leases(s, now);
    }
}
