/* SPDX-License-Identifier: MIT */
/* dp_slots.h - receive buffers that are lent to the caller piece by piece.  Invariant: a slot is on
 * the free stack, bound to a position of the receive array, or held by arrivals - one of the three.
 */
#ifndef DP_SLOTS_H
#define DP_SLOTS_H

#include <stdint.h>

#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

enum {
    DP_SLOT_LEN = 65536 + 64,    /* the longest train fits, as a frame, too */
    DP_SLOT_APART = 65536 + 320, /* from slot to slot: were it a power of two, all single messages
                                  * would compete for the same few lines of every cache */
};

#define DP_SLOT_NONE UINT16_MAX

typedef struct dp_slots {
    uint8_t *mem; /* n of DP_SLOT_LEN, each DP_SLOT_APART from the one before */
    uint32_t n, n_free;
    uint16_t *free;  /* stack: the slot given back last is used first, it is still in the cache */
    uint16_t *held;  /* per slot: messages not yet given back */
    uint16_t *bound; /* per position of the receive array: its slot, or DP_SLOT_NONE */
} dp_slots;

int dp_slots_init(dp_slots *s, uint32_t n, const dhcpperf_mem *mem);
void dp_slots_fini(dp_slots *s, const dhcpperf_mem *mem);
/* Takes packets back that point into slots. */
void dp_slots_done(dp_slots *s, const dhcpperf_pkt *pkts, unsigned n);

/* Gives a position a slot if it has none: 1 when it just got one, 0 when it had one, -1 when none
 * is free. */
static inline int dp_slots_bind(dp_slots *s, uint32_t pos)
{
    if (s->bound[pos] != DP_SLOT_NONE) {
        return 0;
    }
    if (s->n_free == 0) {
        return -1;
    }
    s->bound[pos] = s->free[--s->n_free];
    return 1;
}

/* Where the slot of a position begins. */
static inline uint8_t *dp_slots_at(const dp_slots *s, uint32_t pos)
{
    return s->mem + (size_t)s->bound[pos] * DP_SLOT_APART;
}

/* The position's slot is held by n packets now; n of 0 frees it. */
static inline void dp_slots_hold(dp_slots *s, uint32_t pos, uint32_t n)
{
    uint16_t slot = s->bound[pos];

    s->bound[pos] = DP_SLOT_NONE;
    s->held[slot] = (uint16_t)n;
    if (n == 0) {
        s->free[s->n_free++] = slot;
    }
}

#endif
