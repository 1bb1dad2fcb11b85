/* SPDX-License-Identifier: MIT */
/* shares.c - which of several stores a client and an address belong to.  Both follow from the
 * configuration alone, so that every share knows it of every other.
 *
 * Invariant: dp_store_share_of_ip() names the one share whose store dp_store_init() gives the
 * address to. */
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

uint64_t dp_store_dynamic(const dhcpperf_pool *p)
{
    uint64_t cursor = 0, n = 0;
    dp_range r;

    while (dp_pool_next_span(p, &cursor, &r)) {
        n += r.class_ == 0 ? (uint64_t)(r.last - r.first) + 1 : 0;
    }
    return n;
}

/* Share i begins at floor(total * i / of): the one that `at` lies in. */
static int part_of(uint64_t at, uint64_t total, uint32_t of)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): `at` is one of them */
    return (int)(((at + 1) * of - 1) / total);
}

int dp_store_share_of_ip(dp_store *st, uint32_t ip, uint32_t of)
{
    uint32_t subnet = dp_store_find_subnet(st, ip);
    uint64_t cursor = 0, at = 0;
    const dhcpperf_pool *p;
    dhcpperf_bytes key;
    dp_range r;
    int kind;

    if (subnet == DP_LEASE_NONE) {
        return -1;
    }
    p = st->subnet[subnet].pool;
    kind = dp_pool_reservation(p, ip, &key);
    if (kind >= 0) {
        int htype = kind == DHCPPERF_KEY_HARDWARE; /* in front of the address */

        return (int)dp_store_share_of(kind, key.data + htype, key.len - (size_t)htype, of);
    }
    while (dp_pool_next_span(p, &cursor, &r) && r.first <= ip) {
        uint64_t len = (uint64_t)(r.last - r.first) + 1;

        if (ip <= r.last) {
            return r.class_ != 0 ? part_of(ip - r.first, len, of)
                                 : part_of(at + (ip - r.first), dp_store_dynamic(p), of);
        }
        at += r.class_ == 0 ? len : 0;
    }
    return -1;
}
