/* SPDX-License-Identifier: MIT */
/* load.h - when simulated clients start. */
#ifndef DHCPPERF_LOAD_H
#define DHCPPERF_LOAD_H

#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* When stations start: a list of stages, each open-loop (rate) or closed-loop (concurrency). */
typedef struct dhcpperf_load dhcpperf_load;
DHCPPERF_API int dhcpperf_load_new(dhcpperf_load **ret, const dhcpperf_mem *mem);
/* "ramp 0..5000/s 30s; hold 60s; burst 10000" ; SYNTAX. */
DHCPPERF_API int dhcpperf_load_parse(dhcpperf_load **ret, const char *text, size_t *reterr_offset,
                                     const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_load_free(dhcpperf_load *l);
DHCPPERF_API int dhcpperf_load_add_rate(dhcpperf_load *l, double from_per_s, double to_per_s,
                                        dhcpperf_dur length, int poisson);
DHCPPERF_API int dhcpperf_load_add_burst(dhcpperf_load *l, uint32_t stations);
DHCPPERF_API int dhcpperf_load_add_closed(dhcpperf_load *l, uint32_t in_flight,
                                          dhcpperf_dur length);

DHCPPERF_END_DECLS

#endif
