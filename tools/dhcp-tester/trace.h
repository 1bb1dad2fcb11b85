/* SPDX-License-Identifier: MIT */
/* trace.h - the step log of --verbose. */
#ifndef TESTER_TRACE_H
#define TESTER_TRACE_H

#include <libdhcpperf/trace.h>

/* All kinds of events. */
#define TRACE_KINDS (~UINT64_C(0))

/* What an engine's events are told from. */
typedef struct trace_log {
    dhcpperf_ts began;      /* of the run */
    uint32_t shard, shards; /* 0 or 1 shards: its stations are all */
} trace_log;

/* A dhcpperf_trace_fn: one line on standard error, with the station's number among all.  `user` is
 * a trace_log. */
void trace_event(void *user, const dhcpperf_event *ev);

#endif
