/* SPDX-License-Identifier: MIT */
/* dp_octets.h - numbers whose octets in memory stand in network order, in one instruction where a
 * shift for each octet would be kept in many. */
#ifndef DP_OCTETS_H
#define DP_OCTETS_H

#include <stdint.h>

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

#endif
