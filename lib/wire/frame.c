/* SPDX-License-Identifier: MIT */
/* frame.c - the headers below DHCP: Ethernet II, 802.1Q and 802.1ad tags, IPv4 (RFC 791), UDP
 * (RFC 768); and ARP (RFC 826).  Both directions work in the packet's own buffer and read nothing
 * outside it; a packet that is refused stays as it was.  Fragments are refused: nothing here
 * reassembles. */
#include "wire/dp_frame.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_arp.h"
#include "wire/dp_view.h"

enum {
    MAC_LEN = 6,
    ETH_LEN = 14,
    TAG_LEN = 4,
    IP_LEN = 20,
    UDP_LEN = 8,
    MAX_TAGS = 2,
    TYPE_IP4 = 0x0800,
    TYPE_ARP = 0x0806,
    TYPE_TAG = 0x8100,         /* 802.1Q */
    TYPE_SERVICE_TAG = 0x88a8, /* 802.1ad */
    TYPE_OLD_TAG = 0x9100,     /* common before 802.1ad */
    PROTO_UDP = 17,
    TTL = 64,
    SERVER_PORT = 67,
    CLIENT_PORT = 68
};

/* ---- checksums (RFC 1071) ---------------------------------------------------------------------
 * The sum of 16-bit words does not care about the order of octets within them as long as it is one
 * order throughout, so words are added as the machine has them, four octets at a time. */

static uint64_t sum_octets(uint64_t sum, const uint8_t *p, size_t n)
{
    uint32_t word;
    uint16_t half = 0;

    for (; n >= 4; n -= 4, p += 4) {
        memcpy(&word, p, 4);
        sum += word;
    }
    if (n >= 2) {
        memcpy(&half, p, 2);
        sum += half;
        n -= 2;
        p += 2;
    }
    if (n > 0) { /* the last octet is the first of a word whose other one is zero */
        half = 0;
        memcpy(&half, p, 1);
        sum += half;
    }
    return sum;
}

/* The checksum as a number, 0 when a received one is right. */
static uint16_t fold(uint64_t sum)
{
    uint8_t octets[2];
    uint16_t folded;

    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    folded = (uint16_t)~sum;
    memcpy(octets, &folded, sizeof octets);
    return dp_get16(octets);
}

/* Over the pseudo header and the datagram. */
static uint16_t udp_checksum(const uint8_t *ip, const uint8_t *udp, size_t len)
{
    uint8_t rest[4] = {0, PROTO_UDP, (uint8_t)(len >> 8), (uint8_t)len};
    uint64_t sum = sum_octets(sum_octets(0, ip + 12, 8), rest, sizeof rest);

    return fold(sum_octets(sum, udp, len));
}

/* ---- wrap ----------------------------------------------------------------------------------- */

static int count_tags(const dhcpperf_pkt *pkt)
{
    return (pkt->vlan[0] != 0 ? 1 : 0) + (pkt->vlan[1] != 0 ? 1 : 0);
}

int dhcpperf_frame_headroom(const dhcpperf_pkt *pkt)
{
    return ETH_LEN + TAG_LEN * count_tags(pkt) + IP_LEN + UDP_LEN;
}

/* Addresses, tags and type; where what it carries goes. */
static uint8_t *put_ethernet(uint8_t *p, const dhcpperf_pkt *pkt, uint16_t type)
{
    int tags = count_tags(pkt), i;

    if ((pkt->flags & DHCPPERF_PKT_BCAST) != 0) {
        memset(p, 0xff, MAC_LEN);
    } else {
        memcpy(p, pkt->dst.mac.b, MAC_LEN);
    }
    memcpy(p + MAC_LEN, pkt->src.mac.b, MAC_LEN);
    p += 2 * MAC_LEN;
    for (i = 0; i < MAX_TAGS; i++) {
        if (pkt->vlan[i] != 0) {
            dp_put16(p, tags == 2 && i == 0 ? TYPE_SERVICE_TAG : TYPE_TAG);
            dp_put16(p + 2, pkt->vlan[i]);
            p += TAG_LEN;
        }
    }
    dp_put16(p, type);
    return p + 2;
}

static void put_ip4(uint8_t *p, const dhcpperf_pkt *pkt, size_t udp_len)
{
    memset(p, 0, IP_LEN);
    p[0] = 0x45;
    dp_put16(p + 2, (uint16_t)(IP_LEN + udp_len));
    p[8] = TTL;
    p[9] = PROTO_UDP;
    memcpy(p + 12, pkt->src.ip.b, 4);
    memcpy(p + 16, pkt->dst.ip.b, 4);
    dp_put16(p + 10, fold(sum_octets(0, p, IP_LEN)));
}

static void put_udp(uint8_t *p, const uint8_t *ip, const dhcpperf_pkt *pkt, size_t udp_len,
                    unsigned flags)
{
    uint16_t checksum = 0;

    dp_put16(p, pkt->src.port);
    dp_put16(p + 2, pkt->dst.port);
    dp_put16(p + 4, (uint16_t)udp_len);
    dp_put16(p + 6, 0);
    if ((flags & DHCPPERF_FRAME_NO_CSUM) == 0) {
        checksum = udp_checksum(ip, p, udp_len);
        checksum = checksum == 0 ? 0xffff : checksum; /* RFC 768: zero means none */
        if ((flags & DHCPPERF_FRAME_BAD_CSUM) != 0) {
            checksum ^= checksum == 0x5555 ? 0xaaaa : 0x5555; /* neither right nor zero */
        }
    }
    dp_put16(p + 6, checksum);
}

size_t dp_frame_put(const dhcpperf_pkt *pkt, unsigned flags)
{
    size_t headroom = (size_t)dhcpperf_frame_headroom(pkt), udp_len = UDP_LEN + (size_t)pkt->len;
    uint8_t *ip = put_ethernet(pkt->data - headroom, pkt, TYPE_IP4);

    put_ip4(ip, pkt, udp_len);
    put_udp(ip + IP_LEN, ip, pkt, udp_len, flags);
    return headroom;
}

int dhcpperf_frame_wrap(dhcpperf_pkt *pkt, unsigned flags)
{
    const unsigned known = DHCPPERF_FRAME_NO_CSUM | DHCPPERF_FRAME_BAD_CSUM;
    size_t headroom = (size_t)dhcpperf_frame_headroom(pkt);
    dhcpperf_pkt moved = *pkt;

    if ((flags & ~known) != 0 || (pkt->flags & DHCPPERF_PKT_FRAME) != 0) {
        return DHCPPERF_E_INVALID;
    }
    if (pkt->len > pkt->cap || (size_t)(pkt->cap - pkt->len) < headroom) {
        return DHCPPERF_E_NOBUFS;
    }
    moved.data += headroom;
    memmove(moved.data, pkt->data, pkt->len);
    (void)dp_frame_put(&moved, flags);
    pkt->len = (uint16_t)(pkt->len + headroom);
    pkt->flags |= DHCPPERF_PKT_FRAME;
    return 0;
}

/* ---- unwrap --------------------------------------------------------------------------------- */

static int is_tag(unsigned type)
{
    return type == TYPE_TAG || type == TYPE_SERVICE_TAG || type == TYPE_OLD_TAG;
}

/* Fills MACs and tags of *to; the offset of what a frame of that type carries, or an error. */
static int read_ethernet(const uint8_t *p, size_t len, unsigned type, dhcpperf_pkt *to)
{
    static const uint8_t broadcast[MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    size_t at = 2 * MAC_LEN;
    int tags = 0;

    if (len < ETH_LEN) {
        return DHCPPERF_E_TRUNCATED;
    }
    memcpy(to->dst.mac.b, p, MAC_LEN);
    memcpy(to->src.mac.b, p + MAC_LEN, MAC_LEN);
    to->flags &= ~(uint32_t)DHCPPERF_PKT_BCAST;
    to->flags |= memcmp(p, broadcast, MAC_LEN) == 0 ? (uint32_t)DHCPPERF_PKT_BCAST : 0;
    to->vlan[0] = to->vlan[1] = 0;
    while (is_tag(dp_get16(p + at))) {
        if (tags == MAX_TAGS) {
            return DHCPPERF_E_NOTFOUND;
        }
        if (len - at < TAG_LEN + 2) {
            return DHCPPERF_E_TRUNCATED;
        }
        to->vlan[tags++] = dp_get16(p + at + 2);
        at += TAG_LEN;
    }
    return dp_get16(p + at) == type ? (int)at + 2 : DHCPPERF_E_NOTFOUND;
}

/* The length of the IP header, or an error; *inout_len becomes that of the IP packet. */
static int read_ip4(const uint8_t *p, size_t *inout_len, dhcpperf_pkt *to, unsigned flags)
{
    size_t header, total;

    if (*inout_len < IP_LEN) {
        return DHCPPERF_E_TRUNCATED;
    }
    header = (size_t)(p[0] & 15) * 4;
    total = dp_get16(p + 2);
    if (p[0] >> 4 != 4 || header < IP_LEN || total < header) {
        return DHCPPERF_E_MALFORMED;
    }
    if (total > *inout_len) {
        return DHCPPERF_E_TRUNCATED;
    }
    if ((flags & DHCPPERF_FRAME_TRUST_CSUM) == 0 && fold(sum_octets(0, p, header)) != 0) {
        return DHCPPERF_E_CHECKSUM;
    }
    if (p[9] != PROTO_UDP) {
        return DHCPPERF_E_NOTFOUND;
    }
    if ((dp_get16(p + 6) & 0x3fff) != 0) { /* more fragments, or not the first */
        return DHCPPERF_E_MALFORMED;
    }
    memcpy(to->src.ip.b, p + 12, 4);
    memcpy(to->dst.ip.b, p + 16, 4);
    *inout_len = total;
    return (int)header;
}

/* The length of the UDP datagram, or an error. */
static int read_udp(const uint8_t *ip, const uint8_t *p, size_t len, dhcpperf_pkt *to,
                    unsigned flags)
{
    size_t udp_len;

    if (len < UDP_LEN) {
        return DHCPPERF_E_TRUNCATED;
    }
    to->src.port = dp_get16(p);
    to->dst.port = dp_get16(p + 2);
    if ((flags & DHCPPERF_FRAME_ANY_PORT) == 0 && to->src.port != SERVER_PORT &&
        to->src.port != CLIENT_PORT && to->dst.port != SERVER_PORT && to->dst.port != CLIENT_PORT) {
        return DHCPPERF_E_NOTFOUND;
    }
    udp_len = dp_get16(p + 4);
    if (udp_len < UDP_LEN) {
        return DHCPPERF_E_MALFORMED;
    }
    if (udp_len > len) {
        return DHCPPERF_E_TRUNCATED;
    }
    if ((flags & DHCPPERF_FRAME_TRUST_CSUM) == 0 && dp_get16(p + 6) != 0 &&
        udp_checksum(ip, p, udp_len) != 0) {
        return DHCPPERF_E_CHECKSUM;
    }
    return (int)udp_len;
}

int dp_frame_read(const uint8_t *frame, size_t len, unsigned flags, dhcpperf_pkt *inout,
                  size_t *ret_len)
{
    size_t ip_at, udp_at;
    int n = read_ethernet(frame, len, TYPE_IP4, inout);

    if (n < 0) {
        return n;
    }
    ip_at = (size_t)n;
    len -= ip_at;
    n = read_ip4(frame + ip_at, &len, inout, flags);
    if (n < 0) {
        return n;
    }
    udp_at = ip_at + (size_t)n;
    n = read_udp(frame + ip_at, frame + udp_at, len - (size_t)n, inout, flags);
    if (n < 0) {
        return n;
    }
    *ret_len = (size_t)n - UDP_LEN;
    return (int)(udp_at + UDP_LEN);
}

int dhcpperf_frame_unwrap(dhcpperf_pkt *pkt, unsigned flags)
{
    const unsigned known = DHCPPERF_FRAME_TRUST_CSUM | DHCPPERF_FRAME_ANY_PORT;
    dhcpperf_pkt to = *pkt;
    size_t len;
    int at;

    if ((flags & ~known) != 0 || (pkt->flags & DHCPPERF_PKT_FRAME) == 0) {
        return DHCPPERF_E_INVALID;
    }
    at = dp_frame_read(pkt->data, pkt->len, flags, &to, &len);
    if (at < 0) {
        return at;
    }
    to.data += at;
    to.len = (uint16_t)len;
    to.cap = (uint16_t)(pkt->cap > at ? pkt->cap - at : 0);
    to.flags &= ~(uint32_t)DHCPPERF_PKT_FRAME;
    *pkt = to;
    return 0;
}

/* ---- ARP ------------------------------------------------------------------------------------ */

/* Ethernet and IPv4, of 6 and 4 octets. */
static const uint8_t arp_types[] = {0, 1, TYPE_IP4 >> 8, TYPE_IP4 & 255, MAC_LEN, 4};

int dp_arp_read(const dhcpperf_pkt *pkt, dp_arp *ret)
{
    dhcpperf_pkt ethernet = *pkt;
    const uint8_t *p;
    int at;

    if ((pkt->flags & DHCPPERF_PKT_FRAME) == 0) {
        return DHCPPERF_E_INVALID;
    }
    at = read_ethernet(pkt->data, pkt->len, TYPE_ARP, &ethernet);
    if (at < 0) {
        return at;
    }
    if ((size_t)pkt->len - (size_t)at < DP_ARP_LEN) {
        return DHCPPERF_E_TRUNCATED;
    }
    p = pkt->data + at;
    if (memcmp(p, arp_types, sizeof arp_types) != 0) {
        return DHCPPERF_E_MALFORMED;
    }
    ret->op = dp_get16(p + 6);
    memcpy(ret->sender_mac.b, p + 8, MAC_LEN);
    memcpy(ret->sender_ip.b, p + 14, 4);
    memcpy(ret->target_mac.b, p + 18, MAC_LEN);
    memcpy(ret->target_ip.b, p + 24, 4);
    return 0;
}

int dp_arp_put(dhcpperf_pkt *pkt, const dp_arp *arp)
{
    size_t header = ETH_LEN + TAG_LEN * (size_t)count_tags(pkt), len = header + DP_ARP_LEN;
    uint8_t *p;

    len = len < DP_FRAME_MIN ? DP_FRAME_MIN : len;
    if (pkt->cap < len) {
        return DHCPPERF_E_NOBUFS;
    }
    memset(pkt->data + header, 0, len - header);
    p = put_ethernet(pkt->data, pkt, TYPE_ARP);
    memcpy(p, arp_types, sizeof arp_types);
    dp_put16(p + 6, arp->op);
    memcpy(p + 8, arp->sender_mac.b, MAC_LEN);
    memcpy(p + 14, arp->sender_ip.b, 4);
    memcpy(p + 18, arp->target_mac.b, MAC_LEN);
    memcpy(p + 24, arp->target_ip.b, 4);
    pkt->len = (uint16_t)len;
    pkt->flags |= DHCPPERF_PKT_FRAME;
    return 0;
}
