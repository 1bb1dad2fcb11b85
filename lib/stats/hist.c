/* SPDX-License-Identifier: MIT */
/* hist.c - the log-linear histogram: recording, merging, and what can be asked of it.
 *
 * Invariants: the counts add up to `total`; while total > 0 the buckets of min and max are the
 * first and last that are not empty, so nothing outside them is ever looked at; sum, min and max
 * are exact.  Nothing but new, clone and free allocates or frees. */
#include "stats/dp_hist.h"

#include <string.h>

#include "base/dp_mem.h"

static size_t hist_size(unsigned n)
{
    return sizeof(dhcpperf_hist) + n * sizeof(uint64_t);
}

dhcpperf_hist *dp_hist_new(unsigned bits, const dhcpperf_mem *mem)
{
    unsigned n = (65 - bits) << bits;
    dhcpperf_hist *h = dp_mem_zalloc(mem, hist_size(n), _Alignof(dhcpperf_hist));

    if (h != NULL) {
        h->mem = *mem;
        h->bits = bits;
        h->n = n;
        h->min = UINT64_MAX;
    }
    return h;
}

int dhcpperf_hist_new(dhcpperf_hist **ret, unsigned precision_bits, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_hist *h;

    if (ret == NULL || precision_bits < 1 || precision_bits > DHCPPERF_HIST_MAX_BITS) {
        return DHCPPERF_E_INVALID;
    }
    h = dp_hist_new(precision_bits, &m);
    if (h == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    *ret = h;
    return 0;
}

void dhcpperf_hist_free(dhcpperf_hist *h)
{
    dhcpperf_mem m;

    if (h != NULL) {
        m = h->mem;
        dp_mem_release(&m, h, hist_size(h->n));
    }
}

/* First and last bucket that may hold anything; total > 0. */
static unsigned first_of(const dhcpperf_hist *h)
{
    return dp_hist_index(h->bits, h->min);
}

static unsigned last_of(const dhcpperf_hist *h)
{
    return dp_hist_index(h->bits, h->max);
}

int dhcpperf_hist_clone(dhcpperf_hist **ret, const dhcpperf_hist *h)
{
    dhcpperf_hist *copy;
    unsigned first;

    if (ret == NULL || h == NULL) {
        return DHCPPERF_E_INVALID;
    }
    copy = dp_hist_new(h->bits, &h->mem);
    if (copy == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    if (h->total > 0) {
        copy->total = h->total;
        copy->min = h->min;
        copy->max = h->max;
        copy->sum = h->sum;
        first = first_of(h);
        memcpy(copy->counts + first, h->counts + first,
               (last_of(h) - first + 1) * sizeof h->counts[0]);
    }
    *ret = copy;
    return 0;
}

void dhcpperf_hist_reset(dhcpperf_hist *h)
{
    unsigned first;

    if (h == NULL || h->total == 0) {
        return;
    }
    first = first_of(h);
    memset(h->counts + first, 0, (last_of(h) - first + 1) * sizeof h->counts[0]);
    h->total = h->max = 0;
    h->min = UINT64_MAX;
    h->sum = dp_wide(0);
}

void dhcpperf_hist_record(dhcpperf_hist *h, uint64_t value)
{
    if (h != NULL) {
        dp_hist_record(h, value);
    }
}

void dhcpperf_hist_record_n(dhcpperf_hist *h, uint64_t value, uint64_t count)
{
    if (h == NULL) {
        return;
    }
    if (count > INT64_MAX - h->total) {
        count = INT64_MAX - h->total;
    }
    if (count == 0) {
        return;
    }
    h->counts[dp_hist_index(h->bits, value)] += count;
    h->total += count;
    h->sum = dp_wide_add(h->sum, dp_wide_mul(value, count));
    h->min = value < h->min ? value : h->min;
    h->max = value > h->max ? value : h->max;
}

/* Adds the buckets of another precision, each at its upper bound.  One sample is known to be min
 * and one to be max, so these two land where they belong. */
static void add_buckets(dhcpperf_hist *into, const dhcpperf_hist *from)
{
    unsigned i, first = first_of(from), last = last_of(from);

    into->counts[dp_hist_index(into->bits, from->min)]++;
    for (i = first; i <= last; i++) {
        uint64_t value = dp_hist_hi(from->bits, i);

        value = value < from->max ? value : from->max;
        into->counts[dp_hist_index(into->bits, value)] += from->counts[i] - (i == first);
    }
}

int dhcpperf_hist_merge(dhcpperf_hist *into, const dhcpperf_hist *from)
{
    unsigned i, last;

    if (into == NULL || from == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (from->total == 0) {
        return 0;
    }
    if (from->total > INT64_MAX - into->total) {
        return DHCPPERF_E_RANGE;
    }
    if (into->bits == from->bits) {
        last = last_of(from);
        for (i = first_of(from); i <= last; i++) {
            into->counts[i] += from->counts[i];
        }
    } else {
        add_buckets(into, from);
    }
    into->total += from->total;
    into->sum = dp_wide_add(into->sum, from->sum);
    into->min = from->min < into->min ? from->min : into->min;
    into->max = from->max > into->max ? from->max : into->max;
    return 0;
}

int dp_hist_is_prefix(const dhcpperf_hist *h, const dhcpperf_hist *earlier)
{
    unsigned i, last;

    if (h->bits != earlier->bits) {
        return 0;
    }
    if (earlier->total == 0) {
        return 1;
    }
    if (earlier->total > h->total || dp_wide_less(h->sum, earlier->sum) || earlier->min < h->min ||
        earlier->max > h->max) {
        return 0;
    }
    last = last_of(earlier);
    for (i = first_of(earlier); i <= last; i++) {
        if (earlier->counts[i] > h->counts[i]) {
            return 0;
        }
    }
    return earlier->total < h->total ||
           (h->sum.hi == earlier->sum.hi && h->sum.lo == earlier->sum.lo);
}

/* After a subtraction: min and max as well as the buckets tell. */
static void find_extremes(dhcpperf_hist *h, unsigned first, unsigned last)
{
    uint64_t v;

    while (h->counts[first] == 0) {
        first++;
    }
    while (h->counts[last] == 0) {
        last--;
    }
    v = dp_hist_lo(h->bits, first);
    h->min = v > h->min ? v : h->min;
    v = dp_hist_hi(h->bits, last);
    h->max = v < h->max ? v : h->max;
}

int dhcpperf_hist_subtract(dhcpperf_hist *from, const dhcpperf_hist *earlier)
{
    unsigned i, first, last;

    if (from == NULL || earlier == NULL || !dp_hist_is_prefix(from, earlier)) {
        return DHCPPERF_E_INVALID;
    }
    if (earlier->total == from->total) {
        dhcpperf_hist_reset(from);
        return 0;
    }
    if (earlier->total == 0) {
        return 0;
    }
    first = first_of(from);
    last = last_of(from);
    for (i = first; i <= last; i++) {
        from->counts[i] -= earlier->counts[i];
    }
    from->total -= earlier->total;
    from->sum = dp_wide_sub(from->sum, earlier->sum);
    find_extremes(from, first, last);
    return 0;
}

uint64_t dhcpperf_hist_count(const dhcpperf_hist *h)
{
    return h != NULL ? h->total : 0;
}

unsigned dhcpperf_hist_precision_bits(const dhcpperf_hist *h)
{
    return h != NULL ? h->bits : 0;
}

uint64_t dhcpperf_hist_min(const dhcpperf_hist *h)
{
    return h != NULL && h->total > 0 ? h->min : 0;
}

uint64_t dhcpperf_hist_max(const dhcpperf_hist *h)
{
    return h != NULL ? h->max : 0;
}

double dhcpperf_hist_mean(const dhcpperf_hist *h)
{
    dp_u128 whole;
    uint64_t rest;

    if (h == NULL || h->total == 0) {
        return 0.0;
    }
    whole = dp_wide_div(h->sum, h->total, &rest);
    return (double)whole.lo + (double)rest / (double)h->total;
}

/* Heron's method on x = m * 4^e with m in 1..4, so that a handful of rounds reaches the last bit;
 * the library does without libm. */
static double square_root(double x)
{
    double scale = 1.0, root;
    int i;

    if (!(x > 0.0)) {
        return 0.0;
    }
    for (; x >= 4.0; x /= 4.0) {
        scale *= 2.0;
    }
    for (; x < 1.0; x *= 4.0) {
        scale /= 2.0;
    }
    root = (1.0 + x) / 2.0;
    for (i = 0; i < 6; i++) {
        root = (root + x / root) / 2.0;
    }
    return root * scale;
}

double dhcpperf_hist_stddev(const dhcpperf_hist *h)
{
    double mean = dhcpperf_hist_mean(h), sum = 0.0, off;
    unsigned i, last;

    if (h == NULL || h->total == 0) {
        return 0.0;
    }
    last = last_of(h);
    for (i = first_of(h); i <= last; i++) {
        uint64_t lo = dp_hist_lo(h->bits, i), hi = dp_hist_hi(h->bits, i);

        if (h->counts[i] != 0) {
            lo = lo > h->min ? lo : h->min;
            hi = hi < h->max ? hi : h->max;
            off = (double)lo + (double)(hi - lo) / 2.0 - mean;
            sum += off * off * (double)h->counts[i];
        }
    }
    return square_root(sum / (double)h->total);
}

/* Nearest rank, 1..total.  The product of a decimal fraction like 0.07 and 100 lands one rounding
 * error above 7: a last bit is taken off before rounding up. */
static uint64_t rank_of(double q, uint64_t total)
{
    double x;
    uint64_t rank;

    if (!(q > 0.0)) {
        return 1;
    }
    if (q >= 1.0) {
        return total;
    }
    x = q * (double)total;
    x -= x * 2.220446049250313e-16;
    rank = (uint64_t)x;
    rank += (double)rank < x;
    rank = rank < 1 ? 1 : rank;
    return rank < total ? rank : total;
}

/* What is said of a sample of that rank in bucket i. */
static uint64_t value_at(const dhcpperf_hist *h, unsigned i, uint64_t rank)
{
    uint64_t hi = dp_hist_hi(h->bits, i);

    if (rank == 1) {
        return h->min;
    }
    return rank < h->total && hi < h->max ? hi : h->max;
}

int dhcpperf_hist_quantiles(const dhcpperf_hist *h, const double *q, uint64_t *ret, size_t n)
{
    uint64_t below = 0, wanted = 1;
    unsigned i;
    size_t k;

    if (h == NULL || ((q == NULL || ret == NULL) && n > 0)) {
        return DHCPPERF_E_INVALID;
    }
    if (h->total == 0) {
        for (k = 0; k < n; k++) {
            ret[k] = 0;
        }
        return 0;
    }
    /* `wanted` is the least rank not answered yet; only buckets that reach it look at the list. */
    for (i = first_of(h); wanted <= h->total; i++) {
        uint64_t upto = below + h->counts[i], next = UINT64_MAX;

        if (upto < wanted) {
            below = upto;
            continue;
        }
        for (k = 0; k < n; k++) {
            uint64_t rank = rank_of(q[k], h->total);

            if (rank > below && rank <= upto) {
                ret[k] = value_at(h, i, rank);
            } else if (rank > upto && rank < next) {
                next = rank;
            }
        }
        below = upto;
        wanted = next;
    }
    return 0;
}

uint64_t dhcpperf_hist_quantile(const dhcpperf_hist *h, double q)
{
    uint64_t v = 0;

    (void)dhcpperf_hist_quantiles(h, &q, &v, 1);
    return v;
}

uint64_t dhcpperf_hist_count_below(const dhcpperf_hist *h, uint64_t value)
{
    uint64_t sum = 0;
    unsigned i, upto;

    if (h == NULL || h->total == 0 || value < h->min) {
        return 0;
    }
    if (value >= h->max) {
        return h->total;
    }
    upto = dp_hist_index(h->bits, value);
    for (i = first_of(h); i <= upto; i++) {
        sum += h->counts[i];
    }
    return sum;
}

int dhcpperf_hist_next(const dhcpperf_hist *h, size_t *cursor, uint64_t *ret_lo, uint64_t *ret_hi,
                       uint64_t *ret_count)
{
    unsigned i, last;

    if (h == NULL || cursor == NULL || h->total == 0) {
        return 0;
    }
    i = first_of(h);
    last = last_of(h);
    i = *cursor > i ? (*cursor > last ? last + 1 : (unsigned)*cursor) : i;
    while (i <= last && h->counts[i] == 0) {
        i++;
    }
    if (i > last) {
        return 0;
    }
    if (ret_lo != NULL) {
        *ret_lo = dp_hist_lo(h->bits, i);
    }
    if (ret_hi != NULL) {
        *ret_hi = dp_hist_hi(h->bits, i);
    }
    if (ret_count != NULL) {
        *ret_count = h->counts[i];
    }
    *cursor = (size_t)i + 1;
    return 1;
}
