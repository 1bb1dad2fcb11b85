/* SPDX-License-Identifier: MIT */
/* dp_pacing.h - when a pump wants to be stepped.  Pure: instants in, instants out; nothing here
 * sends, sleeps or reads a clock. */
#ifndef DP_PACING_H
#define DP_PACING_H

#include <stdbool.h>

#include <libdhcpperf/pump.h>

/* What a pump knows of its own rhythm.  Written by dp_pacing_set and, once a step, by
 * dp_pacing_note. */
typedef struct dp_pacing {
    dhcpperf_pacing mode;
    dhcpperf_dur tick;       /* BATCH: from one step to the next */
    dhcpperf_ts anchor;      /* BATCH: ticks lie at anchor + k * tick; the end of the first step */
    dhcpperf_ts stepped;     /* end of the latest step */
    dhcpperf_ts awake_until; /* PRECISE: answers are expected, so it is not worth to sleep */
    bool anchored;
    bool moved;  /* the latest step moved packets */
    bool undone; /* and it ended at its bound: there is more to do at once */
} dp_pacing;

/* INVALID, RANGE. */
int dp_pacing_set(dp_pacing *p, dhcpperf_pacing mode, dhcpperf_dur tick);

/* A step ended at `now`. */
void dp_pacing_note(dp_pacing *p, dhcpperf_ts now, bool moved, bool undone);

/* When to step next, given when the engine is due.  Not after `due`, except in BATCH. */
dhcpperf_ts dp_pacing_wake(const dp_pacing *p, dhcpperf_ts due);

/* Whether arrivals are a reason to step before that. */
static inline bool dp_pacing_reads(const dp_pacing *p)
{
    return p->mode != DHCPPERF_PACE_BATCH || !p->moved;
}

/* Most messages that may be pulled at once. */
static inline unsigned dp_pacing_loan(const dp_pacing *p, unsigned loan)
{
    return p->mode == DHCPPERF_PACE_PRECISE ? 1 : loan;
}

#endif
