/* SPDX-License-Identifier: MIT */
/* deliver.c - replies on their way to clients: RFC 1542 section 4.1.2, RFC 2131 section 4.1. */
#include "relay/dp_relay.h"

#include <string.h>

#include <libdhcpperf/frame.h>
#include <libdhcpperf/message.h>

enum {
    OP_REPLY = 2,
    HTYPE_ETHERNET = 1,
    HLEN_ETHERNET = 6
};

/* by the BROADCAST bit, else to the address the reply is about. */
static int to_client(const dhcpperf_relay *r, dp_relay_held *h)
{
    uint32_t yiaddr = dp_get32(h->data + DP_OFF_YIADDR), ciaddr = dp_get32(h->data + DP_OFF_CIADDR);
    uint32_t ip = yiaddr != 0 ? yiaddr : ciaddr; /* the ACK of an INFORM has no yiaddr */

    h->dst.port = (uint16_t)r->cfg.set.client_port;
    if ((dp_get16(h->data + DP_OFF_FLAGS) & DHCPPERF_FLAG_BROADCAST) != 0 || ip == 0) {
        memset(h->dst.ip.b, 0xff, sizeof h->dst.ip.b);
        memset(h->dst.mac.b, 0xff, sizeof h->dst.mac.b);
        h->flags = DHCPPERF_PKT_BCAST;
        return 1;
    }
    if (!dp_is_unicast(ip)) {
        return 0;
    }
    dp_put32(h->dst.ip.b, ip);
    if (h->data[DP_OFF_HTYPE] == HTYPE_ETHERNET && h->data[DP_OFF_HLEN] == HLEN_ETHERNET) {
        memcpy(h->dst.mac.b, h->data + DP_OFF_CHADDR, sizeof h->dst.mac.b);
    }
    return 1;
}

static int to_source(const dhcpperf_relay *r, dp_relay_held *h)
{
    const dp_relay_source *s = dp_relay_sources_find(&r->sources, h->data);

    if (s == NULL) {
        return 0;
    }
    h->dst.ip = s->ip;
    h->dst.port = s->port;
    h->ifindex = s->ifindex;
    memcpy(h->vlan, s->vlan, sizeof h->vlan);
    return 1;
}

void dp_relay_deliver_reply(dhcpperf_relay *r, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    dp_relay_held *h;
    dp_view v;
    int ok;

    r->counts.replies++;
    if (((pkt->flags & DHCPPERF_PKT_FRAME) != 0 && dhcpperf_frame_unwrap(pkt, 0) != 0) ||
        (pkt->flags & DHCPPERF_PKT_TRUNC) != 0 ||
        dp_view_parse(&v, pkt->data, pkt->len, NULL) != 0 || v.data[DP_OFF_OP] != OP_REPLY) {
        dp_relay_ignore(r, &r->counts.replies_malformed, pkt, "malformed", now);
        return;
    }
    if (!dp_relay_is_own(&r->cfg, dp_get32(v.data + DP_OFF_GIADDR))) { /* */
        dp_relay_ignore(r, &r->counts.replies_foreign, pkt, "giaddr is not the agent's", now);
        return;
    }
    h = dp_relay_queue_begin(&r->to_clients, pkt);
    if (h == NULL) {
        dp_relay_ignore(r, &r->counts.replies_full, pkt, "no room to hold it", now);
        return;
    }
    ok = r->cfg.set.deliver == DP_DELIVER_SOURCE ? to_source(r, h) : to_client(r, h);
    if (!ok) {
        dp_relay_ignore(r, &r->counts.replies_unknown, pkt, "no client to deliver it to", now);
        return;
    }
    if (r->cfg.set.info && dp_view_has(&v, DP_V_RELAY_INFO)) { /* */
        r->counts.info_removed += dp_relay_info_remove(h->data, h->len) > 0;
    }
    dp_relay_queue_end(&r->to_clients, 1);
    r->counts.delivered++;
    dp_relay_told(r, DHCPPERF_EV_RX, pkt, now);
}
