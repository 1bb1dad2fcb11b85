/* SPDX-License-Identifier: MIT */
/* dp_wide.h - products of 64-bit words and what is left after dividing them: 128-bit integers that
 * give the same digits on compilers with and without a wide type. */
#ifndef DP_WIDE_H
#define DP_WIDE_H

#include <stdint.h>

typedef struct dp_u128 {
    uint64_t hi, lo;
} dp_u128;

static inline dp_u128 dp_wide(uint64_t v)
{
    dp_u128 w = {0, v};

    return w;
}

/* Sums and differences wrap at 2^128. */
static inline dp_u128 dp_wide_add(dp_u128 a, dp_u128 b)
{
    dp_u128 w = {a.hi + b.hi, a.lo + b.lo};

    w.hi += w.lo < a.lo;
    return w;
}

static inline dp_u128 dp_wide_sub(dp_u128 a, dp_u128 b)
{
    dp_u128 w = {a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};

    return w;
}

/* a < b */
static inline int dp_wide_less(dp_u128 a, dp_u128 b)
{
    return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

/* The forms for compilers without a 128-bit type; always built, so that tests can compare. */
dp_u128 dp_wide_mul_portable(uint64_t a, uint64_t b);
dp_u128 dp_wide_div_portable(dp_u128 a, uint64_t d, uint64_t *ret_rest);

/* a * b, exact. */
static inline dp_u128 dp_wide_mul(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide p = (wide)a * b;
    dp_u128 w = {(uint64_t)(p >> 64), (uint64_t)p};

    return w;
#else
    return dp_wide_mul_portable(a, b);
#endif
}

/* a / d rounded down, and the remainder; d > 0. */
static inline dp_u128 dp_wide_div(dp_u128 a, uint64_t d, uint64_t *ret_rest)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide n = ((wide)a.hi << 64) | a.lo;
    dp_u128 w;

    if (a.hi == 0) {
        *ret_rest = a.lo % d;
        return dp_wide(a.lo / d);
    }
    w.hi = (uint64_t)((n / d) >> 64);
    w.lo = (uint64_t)(n / d);
    *ret_rest = (uint64_t)(n % d);
    return w;
#else
    return dp_wide_div_portable(a, d, ret_rest);
#endif
}

/* a * b / 2^64 rounded down. */
static inline uint64_t dp_mul_high(uint64_t a, uint64_t b)
{
    return dp_wide_mul(a, b).hi;
}

#endif
