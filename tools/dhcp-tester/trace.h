/* SPDX-License-Identifier: MIT */
/* trace.h - the step log of --verbose. */
#ifndef TESTER_TRACE_H
#define TESTER_TRACE_H

#include <libdhcpperf/trace.h>

/* All kinds of events. */
#define TRACE_KINDS (~UINT64_C(0))

/* A dhcpperf_trace_fn: one line on standard error.  `user` is a dhcpperf_ts, the start of the run,
 * which the times are counted from. */
void trace_event(void *user, const dhcpperf_event *ev);

#endif
