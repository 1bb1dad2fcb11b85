/* SPDX-License-Identifier: MIT */
/* rng.c - the draws that need more than a line.  Integer arithmetic only, so that a seed means the
 * same history on every machine. */
#include "base/dp_rng.h"

uint64_t dp_threshold(double probability)
{
    if (!(probability > 0.0)) {
        return 0;
    }
    if (probability >= 1.0) {
        return UINT64_MAX;
    }
    return (uint64_t)(probability * 18446744073709551616.0);
}

/* log2(1 + i/256) in 2^-32 units, built once by the compiler would need libm; instead the
 * logarithm is found bit by bit: squaring the mantissa yields one binary digit of log2 a step. */
uint64_t dp_exponential(uint64_t bits)
{
    uint64_t u = bits | 1; /* never zero: at most 64 * ln 2 */
    uint64_t mantissa, log2_frac = 0, log2_u, minus_log2;
    unsigned lead = 0, i;

    while ((u >> 63) == 0) {
        u <<= 1;
        lead++;
    }
    mantissa = u >> 32; /* 1.0 <= mantissa / 2^31 < 2.0 */
    for (i = 0; i < 32; i++) {
        uint64_t square = mantissa * mantissa; /* below 2^64: mantissa < 2^32 */

        log2_frac <<= 1;
        if ((square >> 63) != 0) {
            log2_frac |= 1;
            mantissa = square >> 32;
        } else {
            mantissa = square >> 31;
        }
    }
    log2_u = ((uint64_t)(63 - lead) << 32) | log2_frac;
    minus_log2 = ((uint64_t)64 << 32) - log2_u;
    /* times ln 2 = 0xb17217f8 / 2^32 */
    return ((minus_log2 >> 32) * UINT64_C(0xb17217f8)) +
           (((minus_log2 & UINT32_MAX) * UINT64_C(0xb17217f8)) >> 32);
}
