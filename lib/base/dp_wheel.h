/* SPDX-License-Identifier: MIT */
/* dp_wheel.h - a hierarchical timing wheel over timers that live inside the caller's records.
 *
 * Nine levels of 64 slots over ticks of 1.024 us; lists are intrusive and made of 32-bit indexes,
 * so a timer costs 16 bytes inside its record and nothing is ever allocated.  Set, cancel and pop
 * are O(1) amortised whatever the durations are.  Timers fire at their exact instant, in the order
 * of their due times, equal due times in the order they were set. */
#ifndef DP_WHEEL_H
#define DP_WHEEL_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

enum {
    DP_WHEEL_SHIFT = 10,
    DP_WHEEL_BITS = 6,
    DP_WHEEL_LEVELS = 9,
    DP_WHEEL_SLOTS = 64
};

#define DP_WHEEL_NONE UINT32_MAX

/* One timer; all zero = not set.  Only the wheel writes it. */
typedef struct dp_timer {
    uint32_t next, prev; /* 1 + index, or beyond the records: a list head; 0 = not set */
    dhcpperf_ts due;
} dp_timer;

typedef struct dp_wheel {
    uint8_t *base;  /* the dp_timer of record 0 */
    size_t stride;  /* bytes from one record to the next */
    uint32_t n;     /* records */
    uint32_t armed; /* timers set */
    uint64_t tick;  /* all timers of this tick or before are in the current list */
    uint64_t occupied[DP_WHEEL_LEVELS];                   /* slots that may hold a timer */
    dp_timer heads[DP_WHEEL_LEVELS * DP_WHEEL_SLOTS + 1]; /* the last one: current, sorted */
} dp_wheel;

/* Starts an empty wheel over n zeroed timers, the first at `first`, `stride` bytes apart. */
void dp_wheel_init(dp_wheel *w, dp_timer *first, size_t stride, uint32_t n, dhcpperf_ts now);

/* Sets timer i to fire at `due` (replacing what was set).  A due time in the past fires next. */
void dp_wheel_set(dp_wheel *w, uint32_t i, dhcpperf_ts due);

/* Forgets timer i; harmless when it is not set. */
void dp_wheel_cancel(dp_wheel *w, uint32_t i);

/* The next timer due at or before `now`, now no longer set; DP_WHEEL_NONE when there is none. */
uint32_t dp_wheel_pop(dp_wheel *w, dhcpperf_ts now);

/* An instant at or before the earliest timer (early, never late); NEVER when none is set.  Popping
 * at that instant always makes progress towards the exact one. */
dhcpperf_ts dp_wheel_deadline(dp_wheel *w);

static inline int dp_timer_is_set(const dp_timer *t)
{
    return t->next != 0;
}

#endif
