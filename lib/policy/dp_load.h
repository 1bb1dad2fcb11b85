/* SPDX-License-Identifier: MIT */
/* dp_load.h - walking an arrival profile: when does the next station start, or how many may be in
 * flight.  Integer arithmetic only; a position depends on (profile, seed, number of arrivals). */
#ifndef DP_LOAD_H
#define DP_LOAD_H

#include <libdhcpperf/load.h>

#include "base/dp_text.h"
#include "base/dp_wide.h"

/* Greatest rate, in 1/1000 per second, and greatest length of a stage that ends: with them every
 * intermediate value fits 128 bits. */
#define DP_LOAD_MAX_MPS    UINT64_C(1000000000000)
#define DP_LOAD_MAX_LENGTH (UINT64_C(1) << 62)

typedef enum dp_load_kind {
    DP_LOAD_RATE,
    DP_LOAD_BURST,
    DP_LOAD_CLOSED,
    DP_LOAD_ARRIVALS
} dp_load_kind;

typedef struct dp_load_stage {
    dp_load_kind kind;
    int poisson;
    uint64_t from_mps, to_mps; /* rate at both ends, in 1/1000 per second */
    dhcpperf_dur length;       /* NEVER = open end */
    uint32_t stations;         /* of a burst or of a list, or the window of a closed stage */
    dhcpperf_dur *at;          /* ARRIVALS: instants from the stage's start on, owned; else NULL */
} dp_load_stage;

struct dhcpperf_load {
    dhcpperf_mem mem;
    unsigned n, cap;
    dp_load_stage *stages;
};

/* Like dhcpperf_load_clone(), with an allocator of the copy's own. */
int dp_load_copy(dhcpperf_load **ret, const dhcpperf_load *l, const dhcpperf_mem *mem);

/* Appends a checked stage, which then owns its list of arrivals: 0, RANGE, STATE, NOMEM. */
int dp_load_add(dhcpperf_load *l, const dp_load_stage *stage);

/* Frees what a stage owns. */
void dp_load_stage_free(dp_load_stage *s, const dhcpperf_mem *mem);

/* Appends the profile as text. */
void dp_load_write(dp_text *t, const dhcpperf_load *l);

/* Expected arrivals of a rate stage between its start and `t`, in units of 10^-12 (rate in 10^-3
 * per second times ns): rounded down, never falling in t. */
dp_u128 dp_load_integral(const dp_load_stage *s, dhcpperf_dur t);

/* The first t at which that integral reaches `target`; NEVER when it does not within the stage. */
dhcpperf_dur dp_load_inverse(const dp_load_stage *s, dp_u128 target, dhcpperf_dur hint);

/* Which arrivals of a profile are one engine's, where several play it together: arrival k belongs
 * to the owner of member k modulo `members`, and members are dealt to engines in runs, as stations
 * are.  So the union of what all engines take is the profile, every instant of it once. */
typedef struct dp_load_share {
    uint32_t index, of; /* of = 1: all arrivals */
    uint32_t members, run;
} dp_load_share;

/* Engines that own a member; these divide closed-loop windows among them. */
uint32_t dp_load_sharers(const dp_load_share *share);
/* The narrowest closed-loop window of a profile; UINT32_MAX when it has none. */
uint32_t dp_load_narrowest(const dhcpperf_load *l);

/* A position in a profile.  Plain data, no allocation. */
typedef struct dp_load_iter {
    const dhcpperf_load *load;
    uint64_t seed;
    dp_load_share share;
    uint32_t member;         /* whose turn the next arrival is, when shared */
    unsigned stage;          /* load->n = over */
    dhcpperf_ts origin;      /* begin() instant */
    dhcpperf_ts stage_start; /* of the stage in force */
    uint64_t in_stage;       /* arrivals in this stage so far, whoever took them */
    dhcpperf_ts next;        /* due time of the next open-loop arrival; NEVER = none ahead */
    dhcpperf_ts last;        /* due time of the latest */
    dp_u128 target;          /* integral of this stage at which the next arrival is due */
    dp_u128 limit;           /* greatest target that is due within this stage; when shared */
    int carried;             /* target is left from: 0 nothing, 1 even spacing, 2 Poisson */
} dp_load_iter;

/* share may be NULL: all of it.  Seed and origin are equal for all who share. */
void dp_load_begin(dp_load_iter *it, const dhcpperf_load *load, uint64_t seed, dhcpperf_ts origin,
                   const dp_load_share *share);

/* Brings the position up to `now`: leaves stages that have ended.  Closed stages end after their
 * length, rate stages after their length when their last due arrival was taken, bursts at once
 * when taken. */
void dp_load_advance(dp_load_iter *it, dhcpperf_ts now);

/* Due time of the next open-loop arrival (may be before now: take it, it is late); NEVER when the
 * stage in force is closed, when only a closed stage follows, or when the profile is over. */
static inline dhcpperf_ts dp_load_due(const dp_load_iter *it)
{
    return it->next;
}

/* Takes that arrival and computes the one after it. */
void dp_load_take(dp_load_iter *it);

/* Stations that may be in flight: the window of a closed stage or this engine's part of it,
 * UINT32_MAX in an open-loop stage, 0 when the profile is over. */
uint32_t dp_load_window(const dp_load_iter *it);

/* When the stage in force ends by time; NEVER if it does not.  An engine wakes at the earlier of
 * this and dp_load_due(). */
dhcpperf_ts dp_load_stage_end(const dp_load_iter *it);

/* 1 when nobody will start any more. */
int dp_load_is_over(const dp_load_iter *it);

#endif
