/* SPDX-License-Identifier: MIT */
/* trace.h - events instead of log lines. */
#ifndef DHCPPERF_TRACE_H
#define DHCPPERF_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* What happened.  Append only; callers must tolerate kinds they do not know. */
typedef enum dhcpperf_event_kind {
    DHCPPERF_EV_STATE = 1,     /* a station went from from_state to to_state */
    DHCPPERF_EV_TX,            /* a message was handed to the carrier */
    DHCPPERF_EV_RX,            /* a message arrived and was used */
    DHCPPERF_EV_IGNORED,       /* an arrival was not used: `reason`, `detail` */
    DHCPPERF_EV_TIMEOUT,       /* the wait for an answer ended */
    DHCPPERF_EV_LEASE_GRANTED, /* a lease began or was extended */
    DHCPPERF_EV_LEASE_ENDED,   /* a lease was given back, refused or ran out */
    DHCPPERF_EV_FAULT,         /* a fault rule acted */
    DHCPPERF_EV_VIOLATION,     /* an answer broke a rule: `detail` names it */
    DHCPPERF_EV__FORCE_INT = 0x7fffffff
} dhcpperf_event_kind;

/* One event.  Read-only and valid during the callback only; grows at the end: look at no member
 * beyond `size`.  What does not apply is 0 or NULL. */
typedef struct dhcpperf_event {
    size_t size; /* bytes that carry meaning */
    dhcpperf_ts now;
    dhcpperf_event_kind kind;
    uint32_t station; /* number of a client's station or a server's lease, UINT32_MAX = none */
    uint32_t xid;
    int msg_type;             /* option 53, 0 = none */
    int from_state, to_state; /* dhcpperf_state of a client's station */
    int reason;               /* a DHCPPERF_E_ code, or a number of the engine's own */
    dhcpperf_ip4 ip;
    const dhcpperf_pkt *pkt;
    const char *detail; /* a few words of UTF-8 text */
} dhcpperf_event;

/* May call getters and submit calls, never verbs or free. */
typedef void (*dhcpperf_trace_fn)(void *user, const dhcpperf_event *ev);

/* One logfmt line without a newline, such as
 *     t=4.000102000 ev=rx station=7 xid=0x1b2c3d4e type=OFFER ip=10.0.0.7 len=300
 * with members that are 0 or NULL, and a station that is none, left out; detail is quoted, its
 * control bytes escaped.  Bytes written without NUL; INVALID, NOBUFS (buf then holds what fits,
 * NUL-terminated). */
DHCPPERF_API int dhcpperf_event_format(const dhcpperf_event *ev, char *buf, size_t cap);

/* "lease_granted"; NULL for unknown kinds. */
DHCPPERF_API const char *dhcpperf_event_kind_name(dhcpperf_event_kind kind);

DHCPPERF_END_DECLS

#endif
