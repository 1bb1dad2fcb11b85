/* SPDX-License-Identifier: MIT */
/* wide.c - 128-bit multiplication and division from 64-bit words, for compilers that have no wider
 * type.  Plain school arithmetic: it is for correctness, not for speed. */
#include "base/dp_wide.h"

dp_u128 dp_wide_mul_portable(uint64_t a, uint64_t b)
{
    uint64_t a_lo = a & UINT32_MAX, a_hi = a >> 32;
    uint64_t b_lo = b & UINT32_MAX, b_hi = b >> 32;
    uint64_t low = a_lo * b_lo;
    uint64_t mid = a_hi * b_lo + (low >> 32); /* cannot overflow: (2^32-1)^2 + 2^32-1 */
    uint64_t mid2 = a_lo * b_hi + (mid & UINT32_MAX);
    dp_u128 w;

    w.hi = a_hi * b_hi + (mid >> 32) + (mid2 >> 32);
    w.lo = (mid2 << 32) | (low & UINT32_MAX);
    return w;
}

dp_u128 dp_wide_div_portable(dp_u128 a, uint64_t d, uint64_t *ret_rest)
{
    dp_u128 w = {0, 0};
    uint64_t rest = 0;
    unsigned i;

    for (i = 128; i-- > 0;) {
        uint64_t bit = ((i >= 64 ? a.hi >> (i - 64) : a.lo >> i) & 1);
        int carry = (rest >> 63) != 0; /* the remainder needs a 65th bit: it exceeds any d */

        rest = (rest << 1) | bit;
        w.hi = (w.hi << 1) | (w.lo >> 63);
        w.lo <<= 1;
        if (carry || rest >= d) {
            rest -= d;
            w.lo |= 1;
        }
    }
    *ret_rest = rest;
    return w;
}
