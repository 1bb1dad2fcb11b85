/* SPDX-License-Identifier: MIT */
/* dp_move.h - leases from one store into another one that is built over other pools, a few at a
 * time, while the first one is in use.
 *
 * What changes in the first store meanwhile is noted, and moved once more.  When nothing is left to
 * be moved, the second one can take its place. */
#ifndef DP_MOVE_H
#define DP_MOVE_H

#include "lease/dp_store.h"

enum {
    DP_MOVE_NOTES = 1 << 16 /* changes between two calls; with more of them all is moved anew */
};

typedef enum dp_fate {
    DP_FATE_MOVED,
    DP_FATE_NONE,    /* there is nothing worth moving */
    DP_FATE_OUTSIDE, /* the other store does not have the address */
    DP_FATE_CLASH    /* it has it, but not for the client, or the client has another one there */
} dp_fate;

typedef struct dp_move {
    dp_store *from, *to;
    uint32_t at;    /* records of `from` before this one have been moved */
    uint32_t notes; /* records that changed since */
    int overflow;   /* some change was not noted */
    uint32_t note[DP_MOVE_NOTES];
} dp_move;

/* `to` is as dp_store_init_like() left it; every change of `from` is noted from now on. */
void dp_move_begin(dp_move *m, dp_store *from, dp_store *to);
/* Nothing is noted any more. */
void dp_move_end(dp_move *m);

/* A record that is to be moved: one that changed, else the next one that anybody ever had among at
 * most *inout_looks records, which are counted down; DP_LEASE_NONE when there is none. */
uint32_t dp_move_next(dp_move *m, uint32_t *inout_looks);
/* Moves it, instead of what was moved from it before; *ret is where.  `now` is not before any
 * change of it. */
dp_fate dp_move_one(dp_move *m, uint32_t i, dhcpperf_ts now, uint32_t *ret);
/* Puts up to `max` of the free addresses moved into their lists, longest free first; their number.
 * All leases that ended up to now have been moved as such. */
unsigned dp_move_sort(dp_move *m, dhcpperf_ts now, unsigned max);
/* Takes back what was moved to a record. */
void dp_move_undo(dp_store *to, uint32_t k);

static inline int dp_move_is_through(const dp_move *m)
{
    return m->at == m->from->n && m->notes == 0 && !m->overflow;
}

#endif
