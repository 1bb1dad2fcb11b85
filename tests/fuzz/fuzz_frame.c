/* SPDX-License-Identifier: MIT */
/* fuzz_frame.c - the first octet chooses flags, the rest is a frame.  What unwraps wraps to a frame
 * that unwraps to the same; what does not is left alone. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "fuzz/fuzz.h"

enum {
    CAP = 65535
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t buf[CAP], other[CAP];
    dhcpperf_pkt p, before, q;
    unsigned flags;

    if (size < 1 || size > 60000) {
        return 0;
    }
    flags = data[0] & (DHCPPERF_FRAME_TRUST_CSUM | DHCPPERF_FRAME_ANY_PORT);
    memcpy(buf, data + 1, size - 1);
    memset(&p, 0, sizeof p);
    p.data = buf;
    p.len = p.cap = (uint16_t)(size - 1);
    p.flags = DHCPPERF_PKT_FRAME;
    before = p;
    if (dhcpperf_frame_unwrap(&p, flags) != 0) {
        REQUIRE(memcmp(&p, &before, sizeof p) == 0);
        REQUIRE(size == 1 || memcmp(buf, data + 1, size - 1) == 0);
        return 0;
    }
    REQUIRE(p.data >= buf + 42 && p.data + p.len <= buf + size - 1);
    REQUIRE((p.flags & DHCPPERF_PKT_FRAME) == 0);
    memcpy(other, p.data, p.len);
    q = p;
    q.data = other;
    q.cap = CAP;
    if (dhcpperf_frame_wrap(&q, data[0] & DHCPPERF_FRAME_NO_CSUM) != 0) {
        REQUIRE(q.len + 50u > CAP);
        return 0;
    }
    REQUIRE(q.len == p.len + dhcpperf_frame_headroom(&p));
    REQUIRE(dhcpperf_frame_unwrap(&q, DHCPPERF_FRAME_ANY_PORT) == 0);
    REQUIRE(q.len == p.len && memcmp(q.data, p.data, p.len) == 0);
    REQUIRE(memcmp(&q.src, &p.src, sizeof q.src) == 0 && memcmp(&q.dst, &p.dst, sizeof q.dst) == 0);
    REQUIRE(q.flags == p.flags);
    return 0;
}
