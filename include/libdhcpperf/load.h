/* SPDX-License-Identifier: MIT */
/* load.h - when simulated clients start. */
#ifndef DHCPPERF_LOAD_H
#define DHCPPERF_LOAD_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Opaque.  A list of stages in order, each open-loop (stations start by a schedule, whatever
 * becomes of those before) or closed-loop (a new one starts when one is through).  Rates are kept
 * in 1/1000 per second, due times are exact to the ns and equal on every machine. */
typedef struct dhcpperf_load dhcpperf_load;

/* An empty profile: nobody starts.  INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_load_new(dhcpperf_load **ret, const dhcpperf_mem *mem);

/* Stages as text, separated by ';':
 *     rate R [D]              R stations per second, evenly spaced
 *     ramp R..R D             rate changes linearly
 *     poisson R[..R] [D]      the same with exponential gaps
 *     hold [D]                goes on as the last rate or closed stage ended
 *     pause D                 nobody starts
 *     burst N                 N stations at one instant, takes no time
 *     at D,D,...              one station at each of these times after the stage began
 *     closed N [D]            N stations in flight
 * R is "5000", "5k/s", "0.25/s"; N is "10000", "10k"; D is a duration as in dhcpperf_dur_parse().
 * A stage without D never ends and must be the last.
 * INVALID, SYNTAX, RANGE, STATE (a stage after an endless one), NOMEM; the first three of the
 * latter write the offset of the offending text to *reterr_offset (may be NULL). */
DHCPPERF_API int dhcpperf_load_parse(dhcpperf_load **ret, const char *text, size_t *reterr_offset,
                                     const dhcpperf_mem *mem);
/* The profile as text that parses to an equal one; bytes written without NUL, NOBUFS. */
DHCPPERF_API int dhcpperf_load_format(const dhcpperf_load *l, char *buf, size_t cap);
/* An independent copy with the same allocator; NOMEM. */
DHCPPERF_API int dhcpperf_load_clone(dhcpperf_load **ret, const dhcpperf_load *l);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_load_free(dhcpperf_load *l);

/* Appends an open-loop stage; both rates 0 = a pause.  length NEVER = without end (equal rates
 * only).  RANGE: a rate not 0 and not in 0.0005..10^9, length 0 or over 2^62 ns, or a stage that
 * never starts anybody and never ends; STATE after an endless stage; NOMEM. */
DHCPPERF_API int dhcpperf_load_add_rate(dhcpperf_load *l, double from_per_s, double to_per_s,
                                        dhcpperf_dur length, int poisson);
/* Appends a burst.  RANGE: 0 stations; STATE, NOMEM. */
DHCPPERF_API int dhcpperf_load_add_burst(dhcpperf_load *l, uint32_t stations);
/* Appends a list of n arrivals, which is copied: one station at each instant at[i] after the stage
 * began, in order; the stage ends with the last.  INVALID; RANGE: n 0, an instant before the one
 * in front of it or over 2^62 ns; STATE, NOMEM. */
DHCPPERF_API int dhcpperf_load_add_arrivals(dhcpperf_load *l, const dhcpperf_dur *at, uint32_t n);
/* Appends a closed-loop stage.  RANGE: nobody in flight, length 0 or over 2^62 ns and not NEVER;
 * STATE, NOMEM. */
DHCPPERF_API int dhcpperf_load_add_closed(dhcpperf_load *l, uint32_t in_flight,
                                          dhcpperf_dur length);

/* Stations the profile starts (of Poisson stages the mean, rounded up); UINT64_MAX when a stage is
 * endless or closed-loop: then the number of stations is the only bound. */
DHCPPERF_API uint64_t dhcpperf_load_count(const dhcpperf_load *l);
/* The greatest rate of a stage, per second; of listed arrivals the most in any tenth of a second.
 * Bursts and closed-loop stages have none; 0 when no stage has one.  O(arrivals). */
DHCPPERF_API double dhcpperf_load_peak(const dhcpperf_load *l);
/* 1 when a stage is Poisson: then how many stations it starts differs with the seed. */
DHCPPERF_API int dhcpperf_load_is_random(const dhcpperf_load *l);
/* From the first stage's start to the last one's end; NEVER when endless. */
DHCPPERF_API dhcpperf_dur dhcpperf_load_length(const dhcpperf_load *l);

DHCPPERF_END_DECLS

#endif
