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

/* The wait after a first transmission where nothing but a uniform number of ns decides it, the
 * usual case: no fraction, no halving, no function. */
typedef struct dp_retry_first {
    dhcpperf_dur least; /* 0 = something else decides: dhcpperf_retry_delay() tells */
    uint64_t span;      /* 0 .. span - 1 ns more; 1 = never more, and chance counts for nothing */
    dhcpperf_dur cap;
} dp_retry_first;

/* Of a policy that does not change any more. */
dp_retry_first dp_retry_first_of(const dhcpperf_retry *r, dhcpperf_phase p);

/* What dhcpperf_retry_delay() says, where least is not 0. */
static inline dhcpperf_dur dp_retry_first_delay(const dp_retry_first *first, dhcpperf_dur remaining,
                                                uint64_t random)
{
    dhcpperf_dur delay = first->least + dp_below(random, first->span);

    delay = delay < first->cap ? delay : first->cap;
    return remaining == 0 ? DHCPPERF_NEVER : delay < remaining ? delay : remaining;
}

/* A preset without an allocation, for configs that hold a policy by value; 0 or NOKEY. */
int dp_retry_init(dhcpperf_retry *r, const char *preset, const dhcpperf_mem *mem);

#endif
