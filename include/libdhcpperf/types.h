/* SPDX-License-Identifier: MIT */
/* types.h - time, addresses, and the packet. */
#ifndef DHCPPERF_TYPES_H
#define DHCPPERF_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/export.h>

DHCPPERF_BEGIN_DECLS

/* Instant, ns since an origin the caller chooses. */
typedef uint64_t dhcpperf_ts;
/* Duration, ns. */
typedef uint64_t dhcpperf_dur;
#define DHCPPERF_NEVER     ((dhcpperf_ts)UINT64_MAX)
#define DHCPPERF_NS_PER_US UINT64_C(1000)
#define DHCPPERF_NS_PER_MS UINT64_C(1000000)
#define DHCPPERF_NS_PER_S  UINT64_C(1000000000)
/* Network order bytes: no endianness to get wrong. */
typedef struct dhcpperf_ip4 {
    uint8_t b[4];
} dhcpperf_ip4;
typedef struct dhcpperf_mac {
    uint8_t b[6];
} dhcpperf_mac;
/* Borrowed, never owned. */
typedef struct dhcpperf_bytes {
    const uint8_t *data;
    size_t len;
} dhcpperf_bytes;
/* Port in host order. */
typedef struct dhcpperf_endpoint {
    dhcpperf_ip4 ip;
    uint16_t port;
    dhcpperf_mac mac;
} dhcpperf_endpoint;
enum {
    DHCPPERF_PKT_FRAME = 1u << 0, /* data is an Ethernet frame, else a DHCP payload */
    DHCPPERF_PKT_BCAST = 1u << 1, /* link-level broadcast */
    DHCPPERF_PKT_HWTS = 1u << 2,  /* ts was taken by the NIC */
    DHCPPERF_PKT_TRUNC = 1u << 3
}; /* received longer than cap */
/* One packet and where it goes.  FROZEN: 64 bytes on LP64, one cache line. */
typedef struct dhcpperf_pkt {
    uint8_t *data;
    uint16_t len, cap;
    uint32_t ifindex;
    dhcpperf_ts ts;  /* rx: arrival (never after now); tx: intended send */
    uint64_t cookie; /* engine's tag, handed back in dhcpperf_txdone */
    dhcpperf_endpoint src, dst;
    uint16_t vlan[2]; /* outer, inner TCI; 0 = absent */
    uint32_t flags;
} dhcpperf_pkt;
/* The fate of one pulled packet, reported when it is known (at once for UDP, later for rings and
 * stamps).  FROZEN. */
/* Status 0 or DHCPPERF_E_*. */
typedef struct dhcpperf_txdone {
    uint64_t cookie;
    dhcpperf_ts ts;
    int32_t status;
    uint32_t flags;
} dhcpperf_txdone;
/* "192.0.2.1"; SYNTAX. */
DHCPPERF_API int dhcpperf_ip4_parse(dhcpperf_ip4 *ret, const char *text);
/* "02:00:00:00:00:01"; SYNTAX. */
DHCPPERF_API int dhcpperf_mac_parse(dhcpperf_mac *ret, const char *text);
/* "250us" "4s" "1h30m" "infinite"; SYNTAX, RANGE. */
DHCPPERF_API int dhcpperf_dur_parse(dhcpperf_dur *ret, const char *text);
/* Bytes written without NUL; NOBUFS. */
DHCPPERF_API int dhcpperf_ip4_format(dhcpperf_ip4 ip, char *buf, size_t cap);
DHCPPERF_API int dhcpperf_mac_format(dhcpperf_mac mac, char *buf, size_t cap);
DHCPPERF_API int dhcpperf_dur_format(dhcpperf_dur dur, char *buf, size_t cap);

DHCPPERF_END_DECLS

#endif
