/* SPDX-License-Identifier: MIT */
/* dp_hist.h - the inside of a histogram, for recording inline.
 *
 * A value v of magnitude k = max(0, floor(log2 v) - bits) lives in bucket (k << bits) + (v >> k):
 * HdrHistogram's index with a unit magnitude of 0 and 2^(bits+1) sub-buckets. */
#ifndef DP_HIST_H
#define DP_HIST_H

#include <libdhcpperf/stats.h>

#include "base/dp_wide.h"

struct dhcpperf_hist {
    dhcpperf_mem mem;
    unsigned bits;
    unsigned n;        /* buckets: (65 - bits) << bits */
    uint64_t total;    /* samples, at most INT64_MAX */
    uint64_t min, max; /* UINT64_MAX and 0 while empty */
    dp_u128 sum;       /* cannot overflow: total < 2^63 values < 2^64 */
    uint64_t counts[];
};

static inline unsigned dp_hist_index(unsigned bits, uint64_t value)
{
    unsigned top = 63 ^ (unsigned)__builtin_clzll(value | ((UINT64_C(2) << bits) - 1));
    unsigned k = top - bits;

    return (k << bits) + (unsigned)(value >> k);
}

/* Least and greatest value of a bucket. */
static inline uint64_t dp_hist_lo(unsigned bits, unsigned index)
{
    unsigned k = index >> bits;

    k -= k > 0;
    return (uint64_t)(index - (k << bits)) << k;
}

static inline uint64_t dp_hist_hi(unsigned bits, unsigned index)
{
    unsigned k = index >> bits;

    k -= k > 0;
    return dp_hist_lo(bits, index) + ((UINT64_C(1) << k) - 1);
}

/* Where the precision, which is that of the histogram, is known to the compiler. */
static inline void dp_hist_record_at(dhcpperf_hist *h, unsigned bits, uint64_t value)
{
    if (h->total >= INT64_MAX) {
        return;
    }
    h->counts[dp_hist_index(bits, value)]++;
    h->total++;
    h->sum = dp_wide_add(h->sum, dp_wide(value));
    h->min = value < h->min ? value : h->min;
    h->max = value > h->max ? value : h->max;
}

static inline void dp_hist_record(dhcpperf_hist *h, uint64_t value)
{
    dp_hist_record_at(h, h->bits, value);
}

/* An empty histogram of a known precision from a picked allocator; NULL when out of memory. */
dhcpperf_hist *dp_hist_new(unsigned bits, const dhcpperf_mem *mem);

/* 1 when `earlier` can be subtracted: every number of it is at most that of `h`. */
int dp_hist_is_prefix(const dhcpperf_hist *h, const dhcpperf_hist *earlier);

#endif
