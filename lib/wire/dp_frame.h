/* SPDX-License-Identifier: MIT */
/* dp_frame.h - the two halves of wrap and unwrap for carriers, whose buffers have their room in
 * front of the payload and may be longer than a packet can say. */
#ifndef DP_FRAME_H
#define DP_FRAME_H

#include <stddef.h>

#include <libdhcpperf/frame.h>

enum {
    DP_FRAME_ROOM = 50, /* headers with two tags */
    DP_FRAME_MIN = 60   /* shortest Ethernet frame, without its checksum */
};

/* Writes the headers of *pkt so that they end where its payload begins, at pkt->data; how many
 * octets.  flags as in dhcpperf_frame_wrap. */
size_t dp_frame_put(const dhcpperf_pkt *pkt, unsigned flags);

/* Reads the headers of a frame into src, dst, vlan and BCAST of *inout: where its payload begins,
 * or an error as of dhcpperf_frame_unwrap, and then *inout is worth nothing.  *ret_len gets the
 * payload's length. */
int dp_frame_read(const uint8_t *frame, size_t len, unsigned flags, dhcpperf_pkt *inout,
                  size_t *ret_len);

#endif
