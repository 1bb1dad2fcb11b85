/* SPDX-License-Identifier: MIT */
/* dp_octets.h - octets in memory, in few instructions: numbers that stand in network order, and
 * hardware addresses. */
#ifndef DP_OCTETS_H
#define DP_OCTETS_H

#include <stdint.h>
#include <string.h>

static inline uint32_t dp_network32(uint32_t n)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return n;
#else
    return __builtin_bswap32(n);
#endif
}

static inline uint64_t dp_network64(uint64_t n)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return n;
#else
    return __builtin_bswap64(n);
#endif
}

/* Whether six octets are the same: in line, which memcmp() of as many is not. */
static inline int dp_equal6(const void *a, const void *b)
{
    uint32_t a4, b4;
    uint16_t a2, b2;

    memcpy(&a4, a, 4);
    memcpy(&b4, b, 4);
    memcpy(&a2, (const uint8_t *)a + 4, 2);
    memcpy(&b2, (const uint8_t *)b + 4, 2);
    return ((a4 ^ b4) | (uint32_t)(a2 ^ b2)) == 0;
}

#endif
