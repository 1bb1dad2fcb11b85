/* SPDX-License-Identifier: MIT */
/* dp_trace.h - how engines raise events: one test when nobody listens. */
#ifndef DP_TRACE_H
#define DP_TRACE_H

#include <libdhcpperf/trace.h>

typedef struct dp_trace {
    dhcpperf_trace_fn fn; /* NULL = nobody listens, and kinds is 0 */
    void *user;
    uint64_t kinds; /* bit mask of 1 << dhcpperf_event_kind */
} dp_trace;

static inline int dp_trace_wants(const dp_trace *t, dhcpperf_event_kind kind)
{
    return ((t->kinds >> kind) & 1) != 0;
}

/* Calls the listener; fills ev->size.  Call only after dp_trace_wants() said yes. */
void dp_trace_emit(const dp_trace *t, dhcpperf_event *ev);

#endif
