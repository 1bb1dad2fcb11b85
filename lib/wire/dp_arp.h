/* SPDX-License-Identifier: MIT */
/* dp_arp.h - ARP for IPv4 over Ethernet (RFC 826), as frames.  Who asks about an address without
 * having one of its own leaves sender_ip 0: that is a probe (RFC 5227). */
#ifndef DP_ARP_H
#define DP_ARP_H

#include <libdhcpperf/types.h>

enum {
    DP_ARP_REQUEST = 1,
    DP_ARP_REPLY = 2,
    DP_ARP_LEN = 28 /* octets behind the Ethernet header */
};

typedef struct dp_arp {
    uint16_t op; /* DP_ARP_REQUEST, DP_ARP_REPLY, or another */
    dhcpperf_mac sender_mac, target_mac;
    dhcpperf_ip4 sender_ip, target_ip;
} dp_arp;

/* What a frame says.  INVALID (not marked as a frame), TRUNCATED, NOTFOUND (another protocol),
 * MALFORMED (ARP of other address types).  *ret is written on success only. */
int dp_arp_read(const dhcpperf_pkt *pkt, dp_arp *ret);

/* Makes *pkt, whose data and cap are set, a frame that says it: to pkt->dst.mac, or to everybody
 * with DHCPPERF_PKT_BCAST, from pkt->src.mac, with the tags in pkt->vlan; padded to the shortest
 * frame.  Sets len and DHCPPERF_PKT_FRAME.  NOBUFS. */
int dp_arp_put(dhcpperf_pkt *pkt, const dp_arp *arp);

#endif
