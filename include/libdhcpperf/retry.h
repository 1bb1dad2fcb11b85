/* SPDX-License-Identifier: MIT */
/* retry.h - retransmission policy, a pure function. */
#ifndef DHCPPERF_RETRY_H
#define DHCPPERF_RETRY_H

#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

typedef struct dhcpperf_retry dhcpperf_retry;
typedef enum dhcpperf_phase {
    DHCPPERF_PHASE_SELECTING,
    DHCPPERF_PHASE_REQUESTING,
    DHCPPERF_PHASE_RENEWING,
    DHCPPERF_PHASE_REBINDING,
    DHCPPERF_PHASE_REBOOTING,
    DHCPPERF_PHASE_INFORMING,
    DHCPPERF_PHASE__FORCE_INT = 0x7fffffff
} dhcpperf_phase;
typedef enum dhcpperf_give_up {
    DHCPPERF_GIVE_UP_RESTART,
    DHCPPERF_GIVE_UP_STOP,
    DHCPPERF_GIVE_UP__FORCE_INT = 0x7fffffff
} dhcpperf_give_up;
/* "rfc2131" (4,8,16,32,64 s, +-1 s), "fast", "none"; NOKEY. */
DHCPPERF_API int dhcpperf_retry_new(dhcpperf_retry **ret, const char *preset,
                                    const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_retry_free(dhcpperf_retry *r);
/* Factor >= 1; RANGE. */
DHCPPERF_API int dhcpperf_retry_set_backoff(dhcpperf_retry *r, dhcpperf_phase p,
                                            dhcpperf_dur initial, double factor, dhcpperf_dur cap);
/* Uniform +-(absolute + fraction*delay). */
DHCPPERF_API int dhcpperf_retry_set_jitter(dhcpperf_retry *r, dhcpperf_phase p,
                                           dhcpperf_dur absolute, double fraction);
/* 0 = without limit. */
DHCPPERF_API int dhcpperf_retry_set_attempts(dhcpperf_retry *r, dhcpperf_phase p, unsigned max,
                                             dhcpperf_give_up then);
/* NEVER = give up. */
typedef dhcpperf_dur (*dhcpperf_retry_fn)(void *user, dhcpperf_phase p, unsigned attempt,
                                          dhcpperf_dur remaining, uint64_t random);
/* Replaces the arithmetic. */
DHCPPERF_API int dhcpperf_retry_set_function(dhcpperf_retry *r, dhcpperf_retry_fn fn, void *user);
/* Pure: same input, same answer. */
DHCPPERF_API dhcpperf_dur dhcpperf_retry_delay(const dhcpperf_retry *r, dhcpperf_phase p,
                                               unsigned attempt, dhcpperf_dur remaining,
                                               uint64_t random);

DHCPPERF_END_DECLS

#endif
