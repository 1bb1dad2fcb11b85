/* SPDX-License-Identifier: MIT */
/* retry.h - retransmission policy, a pure function: how long to wait for an answer before the next
 * copy of a message, and when to give up. */
#ifndef DHCPPERF_RETRY_H
#define DHCPPERF_RETRY_H

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Opaque.  One schedule per phase of a client's life; engines copy it. */
typedef struct dhcpperf_retry dhcpperf_retry;

/* What the message in flight is for: DISCOVER, REQUEST in SELECTING, and so on (RFC 2131 4.4). */
typedef enum dhcpperf_phase {
    DHCPPERF_PHASE_SELECTING,
    DHCPPERF_PHASE_REQUESTING,
    DHCPPERF_PHASE_RENEWING,
    DHCPPERF_PHASE_REBINDING,
    DHCPPERF_PHASE_REBOOTING,
    DHCPPERF_PHASE_INFORMING,
    DHCPPERF_PHASE__FORCE_INT = 0x7fffffff
} dhcpperf_phase;

/* What follows the last unanswered transmission.  In RENEWING and REBINDING giving up ends the
 * retransmissions only: T2 and expiry go their way. */
typedef enum dhcpperf_give_up {
    DHCPPERF_GIVE_UP_RESTART, /* back to INIT (RFC 2131 3.1, 5) */
    DHCPPERF_GIVE_UP_STOP,    /* the client has failed */
    DHCPPERF_GIVE_UP__FORCE_INT = 0x7fffffff
} dhcpperf_give_up;

/* Presets:
 * - "rfc2131": 4, 8, 16, 32, 64 s, each +-1 s uniform, 64 s at most (RFC 2131 4.1), five
 *   transmissions, then INIT; RENEWING and REBINDING wait half the remaining time, at least 60 s
 *   (4.4.5), without a limit.
 * - "fast": 100, 200, 400, 800, 1600 ms, each +-10 %, 1.6 s at most, five transmissions in every
 *   phase.
 * - "none": one transmission and 5 s of waiting, then the client has failed; one transmission in
 *   RENEWING and in REBINDING.
 * The jitter of "rfc2131" follows the first wait (a quarter of it, at most 1 s) until
 * dhcpperf_retry_set_jitter() is called for that phase.  INVALID, NOKEY, NOMEM. */
DHCPPERF_API int dhcpperf_retry_new(dhcpperf_retry **ret, const char *preset,
                                    const dhcpperf_mem *mem);
/* An independent copy; a custom function and its `user` are shared.  NOMEM. */
DHCPPERF_API int dhcpperf_retry_clone(dhcpperf_retry **ret, const dhcpperf_retry *r);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_retry_free(dhcpperf_retry *r);

/* Waits initial, initial*factor, initial*factor^2 ... up to cap; also ends halving for this phase.
 * INVALID; RANGE: initial 0 or NEVER, factor not in 1..1000, cap below initial. */
DHCPPERF_API int dhcpperf_retry_set_backoff(dhcpperf_retry *r, dhcpperf_phase p,
                                            dhcpperf_dur initial, double factor, dhcpperf_dur cap);
/* Waits half of the time that remains in the phase, at least `at_least` (RFC 2131 4.4.5).
 * INVALID; RANGE: at_least 0 or NEVER. */
DHCPPERF_API int dhcpperf_retry_set_halving(dhcpperf_retry *r, dhcpperf_phase p,
                                            dhcpperf_dur at_least);
/* Each wait varies uniformly by +-(absolute + fraction * wait), applied after the cap and never
 * below 1 ns.  INVALID; RANGE: absolute NEVER, fraction not in 0..1. */
DHCPPERF_API int dhcpperf_retry_set_jitter(dhcpperf_retry *r, dhcpperf_phase p,
                                           dhcpperf_dur absolute, double fraction);
/* Transmissions in all, the first included; 0 = without limit.  INVALID, RANGE (over 255). */
DHCPPERF_API int dhcpperf_retry_set_attempts(dhcpperf_retry *r, dhcpperf_phase p, unsigned max,
                                             dhcpperf_give_up then);
/* Either pointer may be NULL.  INVALID. */
DHCPPERF_API int dhcpperf_retry_get_attempts(const dhcpperf_retry *r, dhcpperf_phase p,
                                             unsigned *ret_max, dhcpperf_give_up *ret_then);

/* A policy of one's own; same arguments and answer as dhcpperf_retry_delay().  Must be a function
 * of its arguments if runs are to repeat, and may not call the engine that asks.  An engine counts
 * to 255: `attempt` is 256 from then on. */
typedef dhcpperf_dur (*dhcpperf_retry_fn)(void *user, dhcpperf_phase p, unsigned attempt,
                                          dhcpperf_dur remaining, uint64_t random);
/* Replaces the arithmetic of all phases; NULL brings it back.  What follows giving up stays as
 * dhcpperf_retry_set_attempts() said.  INVALID. */
DHCPPERF_API int dhcpperf_retry_set_function(dhcpperf_retry *r, dhcpperf_retry_fn fn, void *user);

/* How long to wait for an answer to transmission number `attempt` (1 = the first) of a phase, or
 * NEVER when that transmission is one too many: give up instead of sending it.
 * `remaining` is what is left of the phase (to T2 in RENEWING, to expiry in REBINDING, to the end
 * of the exchange if it is bounded), NEVER if nothing bounds it; the answer never exceeds it, and
 * with 0 left it is NEVER.  `random` holds 64 uniform bits.  Pure: same input, same answer. */
DHCPPERF_API dhcpperf_dur dhcpperf_retry_delay(const dhcpperf_retry *r, dhcpperf_phase p,
                                               unsigned attempt, dhcpperf_dur remaining,
                                               uint64_t random);

DHCPPERF_END_DECLS

#endif
