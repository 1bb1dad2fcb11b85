/* SPDX-License-Identifier: MIT */
/* held.c - replies between their decision and their pull: descriptors, not packets.
 *
 * Invariant: a slot in use is in exactly one place: the ready ring, the waiting ring, or on the
 * wheel. */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    CELLS_PER_REPLY = 4
};

static int ring_init(dp_ring *r, uint32_t cap, const dhcpperf_mem *mem)
{
    uint32_t n = 1;

    while (n < cap) {
        n *= 2;
    }
    r->at = DP_ARRAY(mem, n, uint32_t);
    r->mask = n - 1;
    return r->at != NULL ? 0 : DHCPPERF_E_NOMEM;
}

static void ring_fini(dp_ring *r, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, r->at, r->mask + 1);
}

int dp_held_init(dp_held *h, uint32_t cap, int delays, int commits, const dhcpperf_mem *mem)
{
    memset(h, 0, sizeof *h);
    h->cap = cap;
    h->timer_mem = *mem;
    h->reply = DP_ARRAY(mem, cap, dp_reply);
    h->free = DP_ARRAY(mem, cap, uint32_t);
    h->wait = commits ? DP_ARRAY(mem, cap, dp_wait) : NULL;
    if (h->reply == NULL || h->free == NULL || (commits && h->wait == NULL) ||
        ring_init(&h->ready, cap, mem) != 0 || (commits && ring_init(&h->waiting, cap, mem) != 0) ||
        dp_cells_init(&h->cells, cap * CELLS_PER_REPLY, mem) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    return delays ? dp_held_add_timers(h, 0, mem) : 0;
}

int dp_held_add_timers(dp_held *h, dhcpperf_ts now, const dhcpperf_mem *mem)
{
    if (h->timer != NULL) {
        return 0;
    }
    h->timer = DP_ARRAY(mem, h->cap, dp_timer);
    if (h->timer == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    h->timer_mem = *mem;
    dp_wheel_init(&h->wheel, h->timer, sizeof *h->timer, h->cap, now);
    return 0;
}

void dp_held_fini(dp_held *h, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, h->reply, h->cap);
    DP_FREE_ARRAY(mem, h->free, h->cap);
    DP_FREE_ARRAY(mem, h->wait, h->cap);
    DP_FREE_ARRAY(&h->timer_mem, h->timer, h->cap);
    ring_fini(&h->ready, mem);
    ring_fini(&h->waiting, mem);
    dp_cells_fini(&h->cells, mem);
}

void dp_held_wait(dp_held *h, uint32_t i, dp_wait until)
{
    h->wait[i] = until;
    dp_ring_push(&h->waiting, i);
}

uint32_t dp_held_commit(dp_held *h, uint64_t committed)
{
    if (dp_ring_is_empty(&h->waiting) ||
        h->wait[h->waiting.at[h->waiting.head & h->waiting.mask]].seq > committed) {
        return DP_LEASE_NONE;
    }
    return dp_ring_pop(&h->waiting);
}

unsigned dp_held_advance(dp_held *h, dhcpperf_ts now)
{
    unsigned n = 0;
    uint32_t i;

    if (h->timer == NULL) {
        return 0;
    }
    while ((i = dp_wheel_pop(&h->wheel, now)) != DP_WHEEL_NONE) {
        dp_ring_push(&h->ready, i);
        n++;
    }
    return n;
}

dhcpperf_ts dp_held_deadline(dp_held *h)
{
    if (!dp_ring_is_empty(&h->ready)) {
        return 0;
    }
    return h->timer != NULL ? dp_wheel_deadline(&h->wheel) : DHCPPERF_NEVER;
}
