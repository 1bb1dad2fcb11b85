/* SPDX-License-Identifier: MIT */
/* event.c - handing events to a listener, and writing one as a line of text.  It knows names, not
 * protocol: whatever it has no name for is written as a number. */
#include "trace/dp_trace.h"

#include <libdhcpperf/message.h>

#include "base/dp_text.h"

static const char *const kind_names[] = {
    [DHCPPERF_EV_STATE] = "state",
    [DHCPPERF_EV_TX] = "tx",
    [DHCPPERF_EV_RX] = "rx",
    [DHCPPERF_EV_IGNORED] = "ignored",
    [DHCPPERF_EV_TIMEOUT] = "timeout",
    [DHCPPERF_EV_LEASE_GRANTED] = "lease_granted",
    [DHCPPERF_EV_LEASE_ENDED] = "lease_ended",
    [DHCPPERF_EV_FAULT] = "fault",
    [DHCPPERF_EV_VIOLATION] = "violation",
};

/* dhcpperf_state; a unit test compares them with the client's. */
static const char *const state_names[] = {
    "IDLE",      "INIT",        "SELECTING", "REQUESTING", "BOUND",    "RENEWING",
    "REBINDING", "INIT_REBOOT", "REBOOTING", "INFORMING",  "QUERYING", "FAILED",
};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* 1 when the event is long enough to have that member. */
#define HAS(ev, member) ((ev)->size >= offsetof(dhcpperf_event, member) + sizeof((ev)->member))

const char *dhcpperf_event_kind_name(dhcpperf_event_kind kind)
{
    return (unsigned)kind < COUNT_OF(kind_names) ? kind_names[kind] : NULL;
}

void dp_trace_emit(const dp_trace *t, dhcpperf_event *ev)
{
    ev->size = sizeof *ev;
    t->fn(t->user, ev);
}

/* " key=NAME", or the number when it has no name. */
static void put_named(dp_text *t, const char *key, int value, const char *const *names, size_t n)
{
    dp_text_str(t, key);
    if (value >= 0 && (size_t)value < n && names[value] != NULL) {
        dp_text_str(t, names[value]);
    } else {
        dp_text_i64(t, value);
    }
}

static void put_type(dp_text *t, int type)
{
    const char *name = dhcpperf_msg_type_name(type);

    dp_text_str(t, " type=");
    if (name != NULL) {
        dp_text_str(t, name);
    } else {
        dp_text_i64(t, type);
    }
}

static void put_reason(dp_text *t, int reason)
{
    const char *name = dhcpperf_errname(reason);

    dp_text_str(t, " reason=");
    if (name != NULL) {
        dp_text_str(t, name + sizeof "DHCPPERF_E_" - 1);
    } else {
        dp_text_i64(t, reason);
    }
}

static int is_zero(dhcpperf_ip4 ip)
{
    return dp_ip4_num(ip) == 0;
}

static void put_endpoint(dp_text *t, const char *key, const dhcpperf_endpoint *e)
{
    if (!is_zero(e->ip) || e->port != 0) {
        dp_text_str(t, key);
        dp_text_ip4(t, e->ip);
        dp_text_char(t, ':');
        dp_text_u64(t, e->port);
    }
}

static void put_packet(dp_text *t, const dhcpperf_pkt *pkt)
{
    put_endpoint(t, " src=", &pkt->src);
    put_endpoint(t, " dst=", &pkt->dst);
    dp_text_str(t, " len=");
    dp_text_u64(t, pkt->len);
}

static size_t length_of(const char *s)
{
    size_t n = 0;

    while (s[n] != '\0') {
        n++;
    }
    return n;
}

int dhcpperf_event_format(const dhcpperf_event *ev, char *buf, size_t cap)
{
    dp_text t;

    if (ev == NULL || !HAS(ev, kind) || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    dp_text_str(&t, "t=");
    dp_text_fixed(&t, ev->now, 9);
    put_named(&t, " ev=", (int)ev->kind, kind_names, COUNT_OF(kind_names));
    if (HAS(ev, station) && ev->station != UINT32_MAX) {
        dp_text_str(&t, " station=");
        dp_text_u64(&t, ev->station);
    }
    if (HAS(ev, xid) && ev->xid != 0) {
        dp_text_str(&t, " xid=0x");
        dp_text_hex(&t, ev->xid, 8);
    }
    if (HAS(ev, msg_type) && ev->msg_type != 0) {
        put_type(&t, ev->msg_type);
    }
    if (HAS(ev, to_state) && ev->kind == DHCPPERF_EV_STATE) {
        put_named(&t, " from=", ev->from_state, state_names, COUNT_OF(state_names));
        put_named(&t, " to=", ev->to_state, state_names, COUNT_OF(state_names));
    }
    if (HAS(ev, ip) && !is_zero(ev->ip)) {
        dp_text_str(&t, " ip=");
        dp_text_ip4(&t, ev->ip);
    }
    if (HAS(ev, reason) && ev->reason != 0) {
        put_reason(&t, ev->reason);
    }
    if (HAS(ev, pkt) && ev->pkt != NULL) {
        put_packet(&t, ev->pkt);
    }
    if (HAS(ev, detail) && ev->detail != NULL) {
        dp_text_str(&t, " detail=\"");
        dp_text_escaped(&t, (const uint8_t *)ev->detail, length_of(ev->detail));
        dp_text_char(&t, '"');
    }
    return dp_text_end(&t);
}
