/* SPDX-License-Identifier: MIT */
/* dp_hash.h - keyed hash of short byte strings, for the flat slot tables.  The key is the engine's
 * seed, so a peer that does not know it cannot aim at one bucket. */
#ifndef DP_HASH_H
#define DP_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/dp_rng.h"

/* Little-endian on every machine: a seed means the same history everywhere. */
static inline uint64_t dp_hash_load(const uint8_t *p, unsigned len)
{
    uint32_t half;
    uint64_t word;

    if (len == 8) {
        memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        return word;
    }
    memcpy(&half, p, 4);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    half = __builtin_bswap32(half);
#endif
    return half;
}

/* The last 1 to 7 bytes without a copy through memory, which would stall the load behind it. */
static inline uint64_t dp_hash_tail(const uint8_t *p, size_t len)
{
    if (len >= 4) {
        return dp_hash_load(p, 4) | (dp_hash_load(p + len - 4, 4) >> (8 * (8 - len)) << 32);
    }
    return p[0] | (uint64_t)p[len / 2] << (8 * (len / 2)) | (uint64_t)p[len - 1] << (8 * (len - 1));
}

/* 64 hash bits of len bytes under a key. */
static inline uint64_t dp_hash_bytes(uint64_t key, const uint8_t *data, size_t len)
{
    uint64_t h = dp_mix64(key ^ (len * UINT64_C(0x9e3779b97f4a7c15)));

    while (len >= 8) {
        h = dp_mix64(h ^ dp_hash_load(data, 8)) + key;
        data += 8;
        len -= 8;
    }
    if (len > 0) {
        h = dp_mix64(h ^ dp_hash_tail(data, len));
    }
    return h;
}

#endif
