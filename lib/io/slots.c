/* SPDX-License-Identifier: MIT */
/* slots.c - memory of receive buffers, and taking them back. */
#include "io/dp_slots.h"

#include <libdhcpperf/error.h>

#include "base/dp_mem.h"

int dp_slots_init(dp_slots *s, uint32_t n, const dhcpperf_mem *mem)
{
    uint32_t i;

    s->n = n;
    s->mem = dp_mem_sparse(mem, n, DP_SLOT_APART, 16);
    s->free = DP_ARRAY(mem, n, uint16_t);
    s->held = DP_ARRAY(mem, n, uint16_t);
    s->bound = DP_ARRAY(mem, n, uint16_t);
    if (s->mem == NULL || s->free == NULL || s->held == NULL || s->bound == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < n; i++) {
        s->free[i] = (uint16_t)(n - 1 - i);
        s->bound[i] = DP_SLOT_NONE;
    }
    s->n_free = n;
    return 0;
}

void dp_slots_fini(dp_slots *s, const dhcpperf_mem *mem)
{
    dp_mem_release(mem, s->mem, (size_t)s->n * DP_SLOT_APART);
    DP_FREE_ARRAY(mem, s->free, s->n);
    DP_FREE_ARRAY(mem, s->held, s->n);
    DP_FREE_ARRAY(mem, s->bound, s->n);
}

void dp_slots_done(dp_slots *s, const dhcpperf_pkt *pkts, unsigned n)
{
    unsigned i = 0, first;
    size_t slot;

    while (i < n) {
        slot = (size_t)(pkts[i].data - s->mem) / DP_SLOT_APART;
        first = i++;
        while (i < n && (size_t)(pkts[i].data - s->mem) / DP_SLOT_APART == slot) {
            i++;
        }
        s->held[slot] = (uint16_t)(s->held[slot] - (i - first));
        if (s->held[slot] == 0) {
            s->free[s->n_free++] = (uint16_t)slot;
        }
    }
}
