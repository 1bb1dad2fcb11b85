/* SPDX-License-Identifier: MIT */
/* dp_rng.h - chance without state: every draw is a function of (seed, who, what for, how often), so
 * adding a station or a trace line never shifts anyone else's luck. */
#ifndef DP_RNG_H
#define DP_RNG_H

#include <stdint.h>

#include "base/dp_wide.h"

/* The SplitMix64 finaliser (Steele, Lea, Flood 2014): a bijection of 64-bit words. */
static inline uint64_t dp_mix64(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Draw number `counter` of purpose `purpose` for `who` under `seed`: 64 uniform bits. */
static inline uint64_t dp_draw(uint64_t seed, uint64_t who, uint32_t purpose, uint64_t counter)
{
    uint64_t x = dp_mix64(seed + UINT64_C(0x9e3779b97f4a7c15) * (who + 1));

    x = dp_mix64(x ^ (counter + ((uint64_t)purpose << 40)));
    return dp_mix64(x + UINT64_C(0x9e3779b97f4a7c15));
}

/* One draw for each message has to be cheap: of a seed for one purpose, number `counter` of `who`.
 */
static inline uint64_t dp_draw_once(uint64_t seed, uint64_t who, uint64_t counter)
{
    return dp_mix64(seed + who * UINT64_C(0x9e3779b97f4a7c15) +
                    counter * UINT64_C(0xd1b54a32d192ed03));
}

/* A uniform value in 0 .. bound-1 from 64 random bits; bound > 0. */
static inline uint64_t dp_below(uint64_t bits, uint64_t bound)
{
    return dp_mul_high(bits, bound);
}

/* 1 with the probability that dp_threshold() turned into `threshold`. */
static inline int dp_chance(uint64_t bits, uint64_t threshold)
{
    return threshold == UINT64_MAX || bits < threshold;
}

/* Fixed-point form of a probability 0..1 for dp_chance(). */
uint64_t dp_threshold(double probability);

/* -ln(u) in 1/2^32 units for an exponential inter-arrival with integer arithmetic only: the mean of
 * the result over uniform bits is 2^32.  Equal on every machine. */
uint64_t dp_exponential(uint64_t bits);

/* A keyed bijection of 32-bit words: steps that each can be undone, of which two multiply by odd
 * constants that were found by search to spread bits well (hash-prospector, 16-15-15).  Short,
 * since every packet of a client waits for one of these. */
typedef struct dp_permutation {
    uint32_t addend, mask;
} dp_permutation;

static inline dp_permutation dp_permutation_of(uint64_t key)
{
    uint64_t bits = dp_draw(key, 0, 0, 0);

    return (dp_permutation){.addend = (uint32_t)bits, .mask = (uint32_t)(bits >> 32)};
}

static inline uint32_t dp_permute32(const dp_permutation *p, uint32_t x)
{
    x += p->addend;
    x = (x ^ x >> 16) * UINT32_C(0x21f0aaad);
    x = (x ^ x >> 15) * UINT32_C(0xd35a2d97);
    return x ^ x >> 15 ^ p->mask;
}

/* Its inverse, with the inverse constants modulo 2^32. */
static inline uint32_t dp_unpermute32(const dp_permutation *p, uint32_t y)
{
    y ^= p->mask;
    y = (y ^ y >> 15 ^ y >> 30) * UINT32_C(0x37132227);
    y = (y ^ y >> 15 ^ y >> 30) * UINT32_C(0x333c4925);
    return (y ^ y >> 16) - p->addend;
}

#endif
