/* SPDX-License-Identifier: MIT */
/* pump.h - one engine on one carrier, inside any event loop. */
#ifndef DHCPPERF_PUMP_H
#define DHCPPERF_PUMP_H

#include <libdhcpperf/engine.h>
#include <libdhcpperf/transport.h>

DHCPPERF_BEGIN_DECLS

/* For drivers; no engine ever calls it. */
DHCPPERF_API dhcpperf_ts dhcpperf_clock_monotonic(void);
/* -- pump: one engine on one transport, stepped by somebody else's loop -- */
typedef struct dhcpperf_pump dhcpperf_pump;
/* Borrows both. */
DHCPPERF_API int dhcpperf_pump_new(dhcpperf_pump **ret, dhcpperf_engine *e, dhcpperf_transport *t,
                                   unsigned burst, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_pump_free(dhcpperf_pump *p);
/* Watch for reading, and for writing while wants_write. */
DHCPPERF_API int dhcpperf_pump_fd(const dhcpperf_pump *p);
DHCPPERF_API int dhcpperf_pump_wants_write(const dhcpperf_pump *p);
/* Call step no later than this. */
DHCPPERF_API dhcpperf_ts dhcpperf_pump_deadline(const dhcpperf_pump *p);
/* Bounded work; packets moved; 0 = wait; fatal errors only. */
DHCPPERF_API int dhcpperf_pump_step(dhcpperf_pump *p, dhcpperf_ts now);
/* -- for programs without a loop of their own -- */
/* Ppoll over all; until the instant, *stop != 0 or a fatal error. */
DHCPPERF_API int dhcpperf_pump_run(dhcpperf_pump *const *pumps, unsigned n, dhcpperf_ts until,
                                   volatile int *stop);

DHCPPERF_END_DECLS

#endif
