/* SPDX-License-Identifier: MIT */
/* forward.c - requests on their way to the servers: RFC 1542 section 4.1.1, RFC 3046 section 2.1.
 */
#include "relay/dp_relay.h"

#include <string.h>

#include <libdhcpperf/frame.h>

enum {
    OP_REQUEST = 1
};

/* Is option 82 to be added (1), taken out and added (2), or is the request to go as it is (0) or
 * not at all (-1)? */
static int judge_info(const dhcpperf_relay_config *c, const dp_view *v, uint32_t giaddr)
{
    int has = dp_view_has(v, DP_V_RELAY_INFO);

    if (has && giaddr == 0 && !c->set.trusted && c->set.existing == DP_EXISTING_RFC) {
        return -1; /* whoever added it is not a relay agent that says so */
    }
    if (has && c->set.existing == DP_EXISTING_DISCARD) {
        return -1;
    }
    if (!c->set.info || (v->flags & DP_VIEW_NO_COOKIE) != 0) {
        return 0;
    }
    if (!has) {
        return giaddr == 0; /* never for another agent's clients */
    }
    switch ((dp_relay_existing)c->set.existing) {
    case DP_EXISTING_REPLACE: /* these two go beyond RFC 3046 */
        return 2;
    case DP_EXISTING_APPEND:
        return 1;
    case DP_EXISTING_RFC:
    case DP_EXISTING_FORWARD:
    case DP_EXISTING_DISCARD:
        break;
    }
    return 0;
}

/* Adds the agent's option 82 to a message in its slot. */
static void add_info(dhcpperf_relay *r, dp_relay_held *h, const dp_view *v, int replace,
                     int unicast)
{
    const dp_relay_settings *set = &r->cfg.set;
    size_t limit = set->max_size < DP_RELAY_SLOT ? set->max_size : DP_RELAY_SLOT, len, n;
    uint8_t info[UINT8_MAX];

    n = dp_relay_info_render(&r->cfg, v, unicast, info);
    if (n == 0) {
        return; /* an empty option 82 is none (RFC 3046 section 2.0) */
    }
    if (replace) {
        (void)dp_relay_info_remove(h->data, h->len);
    }
    len = dp_relay_info_add(h->data, h->len, limit, info, n);
    if (len == 0) {
        r->counts.info_omitted++; /* */
    } else {
        h->len = (uint16_t)len;
        r->counts.info_added++;
    }
}

/* Why a request goes nowhere: the counter and the words, or NULL. */
static const char *refuse(dhcpperf_relay *r, const dhcpperf_pkt *pkt, const dp_view *v,
                          uint64_t **ret_counter)
{
    const dhcpperf_relay_config *c = &r->cfg;
    uint32_t giaddr = dp_get32(v->data + DP_OFF_GIADDR);
    int for_us = (pkt->flags & DHCPPERF_PKT_BCAST) != 0 || dp_get32(pkt->dst.ip.b) == UINT32_MAX ||
                 dp_relay_is_own(c, dp_get32(pkt->dst.ip.b));

    *ret_counter = &r->counts.requests_malformed;
    if (v->data[DP_OFF_OP] != OP_REQUEST) {
        return "op is not 1";
    }
    if (!for_us) {
        return "unicast to somebody else"; /* */
    }
    if (v->data[DP_OFF_HOPS] > c->set.max_hops) { /* */
        *ret_counter = &r->counts.requests_hops;
        return "relayed too often";
    }
    if (dp_relay_is_own(c, giaddr)) { /* */
        *ret_counter = &r->counts.requests_forged;
        return "giaddr is the agent's own";
    }
    if (dp_get16(v->data + DP_OFF_SECS) < c->set.min_secs) { /* */
        *ret_counter = &r->counts.requests_early;
        return "secs is below the minimum";
    }
    return NULL;
}

static void forward(dhcpperf_relay *r, const dhcpperf_pkt *pkt, const dp_view *v, dhcpperf_ts now)
{
    uint32_t giaddr = dp_get32(v->data + DP_OFF_GIADDR);
    int info = judge_info(&r->cfg, v, giaddr);
    dp_relay_held *h;

    if (info < 0) {
        dp_relay_ignore(r, &r->counts.requests_untrusted, pkt, "brings option 82", now);
        return;
    }
    h = dp_relay_queue_begin(&r->to_servers, pkt);
    if (h == NULL) {
        dp_relay_ignore(r, &r->counts.requests_full, pkt, "no room to hold it", now);
        return;
    }
    if (r->cfg.set.deliver == DP_DELIVER_SOURCE) {
        dp_relay_sources_put(&r->sources, v->data, pkt);
    }
    h->data[DP_OFF_HOPS]++; /* */
    if (giaddr == 0) {
        dp_put32(h->data + DP_OFF_GIADDR, r->cfg.giaddr); /* R-001; otherwise R-002 */
    }
    if (info > 0) {
        add_info(r, h, v, info == 2, dp_is_unicast(dp_get32(pkt->dst.ip.b)));
    }
    h->dst.port = (uint16_t)r->cfg.set.server_port; /* R-008; the address differs per copy */
    dp_relay_queue_end(&r->to_servers, r->cfg.n_server);
    r->counts.forwarded++;
    dp_relay_told(r, DHCPPERF_EV_RX, pkt, now);
}

void dp_relay_forward(dhcpperf_relay *r, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    uint64_t *counter;
    const char *why;
    dp_view v;

    r->counts.requests++;
    if (((pkt->flags & DHCPPERF_PKT_FRAME) != 0 && dhcpperf_frame_unwrap(pkt, 0) != 0) ||
        (pkt->flags & DHCPPERF_PKT_TRUNC) != 0 ||
        dp_view_parse(&v, pkt->data, pkt->len, NULL) != 0) {
        dp_relay_ignore(r, &r->counts.requests_malformed, pkt, "malformed", now);
        return;
    }
    why = refuse(r, pkt, &v, &counter);
    if (why != NULL) {
        dp_relay_ignore(r, counter, pkt, why, now);
        return;
    }
    forward(r, pkt, &v, now);
}
