/* SPDX-License-Identifier: MIT */
/* dp_hash.h - keyed hash of short byte strings, for the flat slot tables.  The key is the engine's
 * seed, so a peer that does not know it cannot aim at one bucket. */
#ifndef DP_HASH_H
#define DP_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/dp_rng.h"

/* 64 hash bits of len bytes under a key. */
static inline uint64_t dp_hash_bytes(uint64_t key, const uint8_t *data, size_t len)
{
    uint64_t h = dp_mix64(key ^ (len * UINT64_C(0x9e3779b97f4a7c15)));
    uint64_t word;

    while (len >= 8) {
        memcpy(&word, data, 8);
        h = dp_mix64(h ^ word) + key;
        data += 8;
        len -= 8;
    }
    if (len > 0) {
        word = 0;
        memcpy(&word, data, len);
        h = dp_mix64(h ^ word);
    }
    return h;
}

#endif
