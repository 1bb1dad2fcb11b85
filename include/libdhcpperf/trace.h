/* SPDX-License-Identifier: MIT */
/* trace.h - events instead of log lines. */
#ifndef DHCPPERF_TRACE_H
#define DHCPPERF_TRACE_H

#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

typedef enum dhcpperf_event_kind {
    DHCPPERF_EV_STATE = 1,
    DHCPPERF_EV_TX,
    DHCPPERF_EV_RX,
    DHCPPERF_EV_IGNORED,
    DHCPPERF_EV_TIMEOUT,
    DHCPPERF_EV_LEASE_GRANTED,
    DHCPPERF_EV_LEASE_ENDED,
    DHCPPERF_EV_FAULT,
    DHCPPERF_EV_VIOLATION,
    DHCPPERF_EV__FORCE_INT = 0x7fffffff
} dhcpperf_event_kind;
typedef struct dhcpperf_event { /* read-only, valid during the callback; grows at the end: test
                                   `size` */
    size_t size;
    dhcpperf_ts now;
    dhcpperf_event_kind kind;
    uint32_t station, xid;
    int msg_type, from_state, to_state, reason;
    dhcpperf_ip4 ip;
    const dhcpperf_pkt *pkt;
    const char *detail;
} dhcpperf_event;
/* May call getters and submit calls, never verbs or free. */
typedef void (*dhcpperf_trace_fn)(void *user, const dhcpperf_event *ev);
/* One logfmt line; like snprintf. */
DHCPPERF_API int dhcpperf_event_format(const dhcpperf_event *ev, char *buf, size_t cap);
DHCPPERF_API const char *dhcpperf_event_kind_name(dhcpperf_event_kind kind);

DHCPPERF_END_DECLS

#endif
