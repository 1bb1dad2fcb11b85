/* SPDX-License-Identifier: MIT */
/* pacing.c - the rhythm in which a pump is stepped.
 *
 * EARLIEST follows the engine.  BATCH lays a grid of ticks over time, anchored at the first step
 * and never moved by a late one, so that lateness does not add up; a tick on which nothing is due
 * is left out when something is due on the next one; while nothing moves, the pump is no busier
 * than without a grid.  PRECISE asks to be stepped from a little before an instant until it has
 * come: whoever drives the pump thereby waits awake, and each step stays short. */
#include "drive/dp_pacing.h"

enum {
    TICK_DEFAULT_US = 800, /* below a millisecond, and it divides 100 ms */
    TICK_MIN_US = 10,
    AWAKE_US = 50 /* about as long as a sleep takes to end */
};

static const dhcpperf_dur awake = AWAKE_US * DHCPPERF_NS_PER_US;

int dp_pacing_set(dp_pacing *p, dhcpperf_pacing mode, dhcpperf_dur tick)
{
    if (mode != DHCPPERF_PACE_EARLIEST && mode != DHCPPERF_PACE_BATCH &&
        mode != DHCPPERF_PACE_PRECISE) {
        return DHCPPERF_E_INVALID;
    }
    if (tick != 0 && mode != DHCPPERF_PACE_BATCH) {
        return DHCPPERF_E_INVALID;
    }
    if (tick != 0 && (tick < TICK_MIN_US * DHCPPERF_NS_PER_US || tick > DHCPPERF_NS_PER_S)) {
        return DHCPPERF_E_RANGE;
    }
    *p = (dp_pacing){.mode = mode, .tick = tick};
    if (tick == 0) {
        p->tick = TICK_DEFAULT_US * DHCPPERF_NS_PER_US;
    }
    return 0;
}

void dp_pacing_note(dp_pacing *p, dhcpperf_ts now, bool moved, bool undone)
{
    if (!p->anchored) {
        p->anchor = now;
        p->anchored = true;
    }
    p->stepped = now;
    p->moved = moved;
    p->undone = undone;
    if (moved) {
        p->awake_until = now + awake;
    }
}

/* The first tick at or after `t`. */
static dhcpperf_ts tick_at(const dp_pacing *p, dhcpperf_ts t)
{
    dhcpperf_dur since, rest;

    if (t <= p->anchor) {
        return p->anchor;
    }
    since = t - p->anchor;
    rest = since % p->tick;
    if (rest == 0) {
        return t;
    }
    return t < DHCPPERF_NEVER - p->tick ? t + (p->tick - rest) : DHCPPERF_NEVER;
}

static dhcpperf_ts wake_batch(const dp_pacing *p, dhcpperf_ts due)
{
    dhcpperf_ts next;

    if (!p->anchored) {
        return due;
    }
    if (p->undone) {
        return p->stepped;
    }
    next = tick_at(p, p->stepped + 1);
    if (due <= next || (p->moved && due - next > p->tick)) {
        return next; /* answers are on their way */
    }
    return tick_at(p, due); /* and are read then, when that is the tick after the next */
}

static dhcpperf_ts wake_precise(const dp_pacing *p, dhcpperf_ts due)
{
    if (p->anchored && p->stepped < p->awake_until) {
        return p->stepped;
    }
    return due == DHCPPERF_NEVER || due < awake ? due : due - awake;
}

dhcpperf_ts dp_pacing_wake(const dp_pacing *p, dhcpperf_ts due)
{
    switch (p->mode) {
    case DHCPPERF_PACE_EARLIEST:
    case DHCPPERF_PACE__FORCE_INT:
        break;
    case DHCPPERF_PACE_BATCH:
        return wake_batch(p, due);
    case DHCPPERF_PACE_PRECISE:
        return wake_precise(p, due);
    }
    return due;
}
