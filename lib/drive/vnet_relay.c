/* SPDX-License-Identifier: MIT */
/* vnet_relay.c - the relay agent of RFC 1542 section 4 and RFC 2131 4.1, and the router it sits in.
 *
 * It has no state: a request is sent on to the server with giaddr set, an answer goes to the client
 * that its fields name.  It looks at eight fields of the fixed header and changes two of them;
 * option 82 is the business of engines that simulate relays. */
#include "drive/dp_vnet.h"

#include <string.h>

enum { /* RFC 2131 figure 1 */
    OP = 0,
    HTYPE = 1,
    HLEN = 2,
    HOPS = 3,
    FLAGS = 10,
    YIADDR = 16,
    GIADDR = 24,
    CHADDR = 28,
    FIXED = 236,
    SERVER_PORT = 67,
    CLIENT_PORT = 68,
    REQUEST = 1,
    REPLY = 2
};

static int same(const uint8_t *field, dhcpperf_ip4 ip)
{
    return memcmp(field, ip.b, 4) == 0;
}

static int relay_request(dhcpperf_vnet *net, dp_vnet_port *port, dhcpperf_pkt *pkt)
{
    static const dhcpperf_ip4 none;

    if (pkt->data[HOPS] > DP_VNET_RELAY_HOPS) {
        return 0; /* */
    }
    if (same(&pkt->data[GIADDR], port->relay.giaddr)) {
        return 0; /* it came round, or somebody pretends to be us: RFC 3046 2.1.1 */
    }
    if (same(&pkt->data[GIADDR], none)) {
        memcpy(&pkt->data[GIADDR], port->relay.giaddr.b, 4); /* R-001; R-002 otherwise */
    }
    pkt->data[HOPS]++; /* */
    pkt->src = (dhcpperf_endpoint){.ip = port->relay.giaddr, .port = SERVER_PORT};
    pkt->dst = (dhcpperf_endpoint){.ip = port->relay.server, .port = SERVER_PORT}; /* */
    pkt->flags &= ~(uint32_t)DHCPPERF_PKT_BCAST;
    return dp_vnet_transmit(net, net->ports[port->peer], pkt);
}

static int relay_reply(dhcpperf_vnet *net, dp_vnet_port *port, dhcpperf_pkt *pkt)
{
    if (!same(&pkt->data[GIADDR], port->relay.giaddr)) {
        return 0; /* */
    }
    pkt->src = (dhcpperf_endpoint){.ip = port->relay.giaddr, .port = SERVER_PORT};
    pkt->dst = (dhcpperf_endpoint){.port = CLIENT_PORT};
    if ((pkt->data[FLAGS] & 0x80) != 0) { /* */
        memset(pkt->dst.ip.b, 255, 4);
        memset(pkt->dst.mac.b, 255, 6);
        pkt->flags |= DHCPPERF_PKT_BCAST;
    } else {
        memcpy(pkt->dst.ip.b, &pkt->data[YIADDR], 4);
        if (pkt->data[HTYPE] == 1 && pkt->data[HLEN] == 6) {
            memcpy(pkt->dst.mac.b, &pkt->data[CHADDR], 6);
        }
        pkt->flags &= ~(uint32_t)DHCPPERF_PKT_BCAST;
    }
    return dp_vnet_transmit(net, net->ports[port->peer], pkt);
}

int dp_vnet_relay_recv(dhcpperf_vnet *net, dp_vnet_port *port, dhcpperf_pkt *pkt)
{
    int to_us = same(port->relay.giaddr.b, pkt->dst.ip), dhcp;

    if ((pkt->flags & DHCPPERF_PKT_FRAME) != 0) {
        return 0;
    }
    if ((pkt->flags & DHCPPERF_PKT_BCAST) == 0 && !to_us) { /* a router: R-021 */
        uint32_t there = dp_vnet_whose(net, net->ports[port->peer]->segment, pkt->dst.ip);
        int known = (there != DHCPPERF_PORT_NONE && there != port->peer) ||
                    (port->to_servers && same(port->relay.server.b, pkt->dst.ip));

        return known ? dp_vnet_transmit(net, net->ports[port->peer], pkt) : 0;
    }
    dhcp = pkt->len >= FIXED && pkt->dst.port == SERVER_PORT;
    if (dhcp && port->to_servers && pkt->data[OP] == REQUEST) {
        return relay_request(net, port, pkt);
    }
    if (dhcp && !port->to_servers && pkt->data[OP] == REPLY && to_us) {
        return relay_reply(net, port, pkt);
    }
    return 0; /* nothing is sent back where it came from, or broadcast on */
}
