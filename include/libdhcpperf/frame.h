/* SPDX-License-Identifier: MIT */
/* frame.h - Ethernet, VLAN, IPv4 and UDP around a payload. */
#ifndef DHCPPERF_FRAME_H
#define DHCPPERF_FRAME_H

#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

enum {
    DHCPPERF_FRAME_NO_CSUM = 1u << 0,
    DHCPPERF_FRAME_BAD_CSUM = 1u << 1,
    DHCPPERF_FRAME_TRUST_CSUM = 1u << 2
};
/* Bytes Ethernet+VLAN+IPv4+UDP will need: 42..50. */
DHCPPERF_API int dhcpperf_frame_headroom(const dhcpperf_pkt *pkt);
/* Payload -> frame in place (headroom required); NOBUFS. */
DHCPPERF_API int dhcpperf_frame_wrap(dhcpperf_pkt *pkt, unsigned flags);
/* Frame -> payload + endpoints; TRUNCATED, MALFORMED, CHECKSUM, NOTFOUND (not DHCP). */
DHCPPERF_API int dhcpperf_frame_unwrap(dhcpperf_pkt *pkt, unsigned flags);

DHCPPERF_END_DECLS

#endif
