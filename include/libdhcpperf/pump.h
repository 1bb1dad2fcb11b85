/* SPDX-License-Identifier: MIT */
/* pump.h - one engine on one carrier, inside any event loop. */
#ifndef DHCPPERF_PUMP_H
#define DHCPPERF_PUMP_H

#include <libdhcpperf/engine.h>
#include <libdhcpperf/transport.h>

DHCPPERF_BEGIN_DECLS

/* The system's monotonic clock, ns; for drivers - no engine ever reads a clock. */
DHCPPERF_API dhcpperf_ts dhcpperf_clock_monotonic(void);

/* -- pump: one engine on one transport, stepped by somebody else's loop -- */
typedef struct dhcpperf_pump dhcpperf_pump;
/* Borrows both until _free.  burst = most packets handed over at once, 0 = a good default.
 * INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_pump_new(dhcpperf_pump **ret, dhcpperf_engine *e, dhcpperf_transport *t,
                                   unsigned burst, const dhcpperf_mem *mem);
/* Before the engine and the transport are freed.  NULL is a no-op. */
DHCPPERF_API void dhcpperf_pump_free(dhcpperf_pump *p);
/* How messages meet their due instants. */
typedef enum dhcpperf_pacing {
    DHCPPERF_PACE_EARLIEST, /* stepped when a message is due or something arrives; messages due
                             * together share trains */
    DHCPPERF_PACE_BATCH,    /* stepped once a tick while packets move; what came due in it shares
                             * trains, what arrived in it is read then */
    DHCPPERF_PACE_PRECISE,  /* stepped all the time from 50 us before a message is due, and for
                             * 50 us after packets moved; every message is sent alone */
    DHCPPERF_PACE__FORCE_INT = 0x7fffffff
} dhcpperf_pacing;
/* EARLIEST unless told otherwise; may change between steps.  tick is for BATCH: 10 us to 1 s, 0 =
 * 800 us; ticks count from the first step and a late one moves none of the others.  INVALID (no
 * such mode, a tick without BATCH), RANGE. */
DHCPPERF_API int dhcpperf_pump_set_pacing(dhcpperf_pump *p, dhcpperf_pacing mode,
                                          dhcpperf_dur tick);
/* Watch for reading while wants_read, and for writing while wants_write; -1 when the carrier has no
 * descriptor. */
DHCPPERF_API int dhcpperf_pump_fd(const dhcpperf_pump *p);
/* 0 between the ticks of BATCH: arrivals wait for the deadline.  1 in the other modes. */
DHCPPERF_API int dhcpperf_pump_wants_read(const dhcpperf_pump *p);
DHCPPERF_API int dhcpperf_pump_wants_write(const dhcpperf_pump *p);
/* Call step no later than this; an instant already past means "at once". */
DHCPPERF_API dhcpperf_ts dhcpperf_pump_deadline(const dhcpperf_pump *p);
/* Drains arrivals, advances, sends what is due, reports fates.  Bounded work; returns packets
 * moved, 0 = wait for fd or deadline.  `now` may be on any clock that ticks like the monotonic one;
 * time that passes inside the step is added to it.  Errors of the engine or of the carrier as a
 * whole; trouble with single messages goes to the engine as their fate. */
DHCPPERF_API int dhcpperf_pump_step(dhcpperf_pump *p, dhcpperf_ts now);

/* -- for programs without a loop of their own -- */
/* Steps all pumps on dhcpperf_clock_monotonic() and sleeps in between, until the instant `until`,
 * until *stop != 0 (looked at once a step and every 100 ms; NULL = never), or an error, which is
 * returned.  0. */
DHCPPERF_API int dhcpperf_pump_run(dhcpperf_pump *const *pumps, unsigned n, dhcpperf_ts until,
                                   volatile int *stop);

DHCPPERF_END_DECLS

#endif
