/* SPDX-License-Identifier: MIT */
/* dp_retry.h - the inside of a retry policy: engines keep it by value. */
#ifndef DP_RETRY_H
#define DP_RETRY_H

#include <libdhcpperf/retry.h>

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
} dp_retry_phase;

struct dhcpperf_retry {
    dhcpperf_mem mem;
    dp_retry_phase phases[DP_N_PHASES];
    dhcpperf_retry_fn fn; /* replaces the arithmetic when not NULL */
    void *user;
};

#endif
