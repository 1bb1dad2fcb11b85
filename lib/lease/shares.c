/* SPDX-License-Identifier: MIT */
/* shares.c - which of several stores a client belongs to; parts.c says it of addresses. */
#include "lease/dp_store.h"

#include "base/dp_hash.h"

uint32_t dp_store_share_of(int kind, const uint8_t *data, size_t len, uint32_t of)
{
    uint64_t num = 0;
    size_t i;

    if (of <= 1) {
        return 0;
    }
    if (kind == DHCPPERF_KEY_CLIENT_ID && len == 7 && data[0] == 1) { /* RFC 2132 9.14: a MAC */
        kind = DHCPPERF_KEY_HARDWARE;
        data++;
        len--;
    }
    if (kind != DHCPPERF_KEY_HARDWARE) {
        return (uint32_t)(dp_hash_bytes((unsigned)kind, data, len) % of);
    }
    for (i = len > 8 ? len - 8 : 0; i < len; i++) {
        num = (num << 8) | data[i];
    }
    return (uint32_t)((num >> 6) % of);
}
