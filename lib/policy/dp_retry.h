/* SPDX-License-Identifier: MIT */
/* dp_retry.h - the inside of a retry policy: engines keep it by value. */
#ifndef DP_RETRY_H
#define DP_RETRY_H

#include <libdhcpperf/retry.h>

#include "base/dp_rng.h"

enum {
    DP_N_PHASES = DHCPPERF_PHASE_INFORMING + 1
};

typedef struct dp_retry_phase {
    dhcpperf_dur initial, cap;
    uint64_t factor_q32;   /* growth per try, 32.32 fixed point, at least 1 */
    dhcpperf_dur jitter;   /* +- ns */
    uint64_t jitter_q32;   /* +- fraction of the delay, 0.32 fixed point */
    unsigned max_attempts; /* transmissions in all, the first included; 0 = no limit */
    dhcpperf_give_up then;
    int halving;        /* wait half of what remains, at least `initial`; no back-off */
    int jitter_follows; /* jitter is a quarter of initial, at most 1 s, whenever initial changes */
} dp_retry_phase;

struct dhcpperf_retry {
    dhcpperf_mem mem;
    dp_retry_phase phases[DP_N_PHASES];
    dhcpperf_retry_fn fn; /* replaces the arithmetic when not NULL */
    void *user;
};

/* Nothing but a uniform number of ns decides the wait after this transmission, the usual case: no
 * growth yet, no fraction, no function. */
static inline int dp_retry_is_plain(const dhcpperf_retry *r, dhcpperf_phase p, unsigned attempt)
{
    const dp_retry_phase *phase = &r->phases[p];

    return attempt == 1 && r->fn == NULL && !phase->halving && phase->jitter_q32 == 0 &&
           phase->jitter < phase->initial && phase->initial < DHCPPERF_NEVER / 2;
}

/* Then this is what dhcpperf_retry_delay() says; without jitter `random` counts for nothing. */
static inline dhcpperf_dur dp_retry_plain_delay(const dhcpperf_retry *r, dhcpperf_phase p,
                                                dhcpperf_dur remaining, uint64_t random)
{
    const dp_retry_phase *phase = &r->phases[p];
    dhcpperf_dur delay = phase->initial - phase->jitter + dp_below(random, 2 * phase->jitter + 1);

    delay = delay < phase->cap ? delay : phase->cap;
    return remaining == 0 ? DHCPPERF_NEVER : delay < remaining ? delay : remaining;
}

/* A preset without an allocation, for configs that hold a policy by value; 0 or NOKEY. */
int dp_retry_init(dhcpperf_retry *r, const char *preset, const dhcpperf_mem *mem);

#endif
