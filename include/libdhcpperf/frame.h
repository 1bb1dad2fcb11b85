/* SPDX-License-Identifier: MIT */
/* frame.h - Ethernet, up to two VLAN tags, IPv4 and UDP around a payload. */
#ifndef DHCPPERF_FRAME_H
#define DHCPPERF_FRAME_H

#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

enum {
    DHCPPERF_FRAME_NO_CSUM = 1u << 0,    /* wrap: UDP checksum 0, "none computed" (RFC 768) */
    DHCPPERF_FRAME_BAD_CSUM = 1u << 1,   /* wrap: a UDP checksum that is wrong, on purpose */
    DHCPPERF_FRAME_TRUST_CSUM = 1u << 2, /* unwrap: do not verify (hardware did, or will) */
    DHCPPERF_FRAME_ANY_PORT = 1u << 3    /* unwrap: not only from or to port 67 or 68 */
};
/* Octets that wrap puts before the payload: 42, 46 or 50 by the number of VLAN tags. */
DHCPPERF_API int dhcpperf_frame_headroom(const dhcpperf_pkt *pkt);
/* Payload -> frame.  The payload moves up in its buffer, so cap - len must be at least the headroom
 * (NOBUFS); everything in front of it comes from src, dst and vlan of *pkt (the destination MAC
 * from DHCPPERF_PKT_BCAST, if set).  Sets DHCPPERF_PKT_FRAME; INVALID when it is a frame already.
 */
DHCPPERF_API int dhcpperf_frame_wrap(dhcpperf_pkt *pkt, unsigned flags);
/* Frame -> payload: data and cap move behind the headers, len becomes the payload's, src, dst, vlan
 * and BCAST are filled in, FRAME is cleared.  TRUNCATED, MALFORMED (headers, fragments), CHECKSUM,
 * NOTFOUND (not IPv4 and UDP, or not a DHCP port); on failure *pkt is as before.  Ethernet padding
 * and IP options are skipped; a TCI of 0 (priority tag) is not kept. */
DHCPPERF_API int dhcpperf_frame_unwrap(dhcpperf_pkt *pkt, unsigned flags);

DHCPPERF_END_DECLS

#endif
