/* SPDX-License-Identifier: MIT */
/* hist_test.c - the histogram against a sorted array of the same samples. */
#include "stats/dp_hist.h"

#include <math.h>
#include <string.h>

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

enum {
    N = 5000
};

static uint64_t samples[N];

/* Samples of several shapes: uniform bits of any magnitude, a narrow peak, small numbers, powers of
 * two and their neighbours. */
static uint64_t sample(uint64_t seed, int shape, uint64_t i)
{
    uint64_t r = dp_draw(seed, (uint64_t)shape, 1, i), s = dp_draw(seed, (uint64_t)shape, 2, i);

    switch (shape % 5) {
    case 0:
        return r >> (s % 64);
    case 1:
        return 1000000 + r % 5000;
    case 2:
        return r % 300;
    case 3:
        return (UINT64_C(1) << (r % 64)) + s % 3 - 1;
    default:
        return r;
    }
}

static int by_value(const void *a, const void *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static dhcpperf_hist *hist(unsigned bits)
{
    dhcpperf_hist *h = NULL;

    ck_assert_int_eq(dhcpperf_hist_new(&h, bits, NULL), 0);
    return h;
}

/* Fills `samples`, sorted, and a histogram with n of them. */
static dhcpperf_hist *filled(unsigned bits, int shape, unsigned n)
{
    dhcpperf_hist *h = hist(bits);
    uint64_t seed = harness_seed(17);
    unsigned i;

    for (i = 0; i < n; i++) {
        samples[i] = sample(seed, shape, i);
        dhcpperf_hist_record(h, samples[i]);
    }
    qsort(samples, n, sizeof samples[0], by_value);
    return h;
}

static void assert_same(const dhcpperf_hist *a, const dhcpperf_hist *b, int i)
{
    assert_fast(a->bits == b->bits && a->total == b->total && a->min == b->min &&
                    a->max == b->max && a->sum.hi == b->sum.hi && a->sum.lo == b->sum.lo,
                "case %d: heads differ", i);
    assert_fast(memcmp(a->counts, b->counts, a->n * sizeof a->counts[0]) == 0,
                "case %d: buckets differ", i);
}

/* HdrHistogram's published arithmetic, written down independently: countsArrayIndex(value). */
static uint64_t hdr_index(int digits, uint64_t value)
{
    uint64_t largest = 2, sub_buckets = 1, mask;
    int half_magnitude, bucket = 0, i;

    for (i = 0; i < digits; i++) {
        largest *= 10;
    }
    for (half_magnitude = -1; sub_buckets < largest; half_magnitude++) {
        sub_buckets *= 2;
    }
    for (mask = sub_buckets - 1; value > mask; mask = mask * 2 + 1) {
        bucket++;
    }
    return ((uint64_t)(bucket + 1) << half_magnitude) + ((value >> bucket) - sub_buckets / 2);
}

START_TEST(buckets_are_those_of_hdrhistogram_for_1_to_5_digits)
    {
        static const unsigned bits[] = {0, 4, 7, 10, 14, 17};
        uint64_t k;
        int digits = _i + 1;

        for (k = 0; k < 100000; k++) {
            uint64_t v = sample(1, (int)(k % 5), k) >> 1; /* theirs is a signed number */

            assert_fast(dp_hist_index(bits[digits], v) == hdr_index(digits, v), "%d digits: %llu",
                        digits, (unsigned long long)v);
        }
        for (k = 0; k < 3 * (UINT64_C(2) << bits[digits]); k++) {
            assert_fast(dp_hist_index(bits[digits], k) == hdr_index(digits, k), "%d digits: %llu",
                        digits, (unsigned long long)k);
        }
    }
END_TEST

START_TEST(array_sizes_are_those_of_hdrhistogram_up_to_256_s)
    {
        ck_assert_uint_eq(dp_hist_index(DHCPPERF_HIST_3_DIGITS, UINT64_C(256000000000)) / 1024 + 1,
                          29); /* 29,696 counters, 232 KiB */
        ck_assert_uint_eq(dp_hist_index(DHCPPERF_HIST_2_DIGITS, UINT64_C(256000000000)) / 128 + 1,
                          32); /* 4,096 counters, 32 KiB */
    }
END_TEST

START_TEST(buckets_tile_all_of_uint64_without_gap_or_overlap)
    {
        unsigned bits = (unsigned)_i, n = (65 - bits) << bits, i;
        uint64_t expect = 0;

        for (i = 0; i < n; i++) {
            uint64_t lo = dp_hist_lo(bits, i), hi = dp_hist_hi(bits, i);

            assert_fast(lo == expect && hi >= lo, "%u bits, bucket %u", bits, i);
            assert_fast(dp_hist_index(bits, lo) == i && dp_hist_index(bits, hi) == i,
                        "%u bits, bucket %u", bits, i);
            /* the promise: values of a bucket differ by less than 2^-bits of the least */
            assert_fast(hi == lo || hi - lo < lo >> bits, "%u bits, bucket %u too wide", bits, i);
            expect = hi + 1;
        }
        assert_fast(expect == 0, "%u bits do not reach the end", bits);
    }
END_TEST

START_TEST(min_max_count_and_mean_are_exact)
    {
        dhcpperf_hist *h = filled(DHCPPERF_HIST_2_DIGITS, _i, N);
        long double sum = 0;
        unsigned i;

        for (i = 0; i < N; i++) {
            sum += (long double)samples[i];
        }
        assert_fast(dhcpperf_hist_count(h) == N && dhcpperf_hist_min(h) == samples[0] &&
                        dhcpperf_hist_max(h) == samples[N - 1],
                    "shape %d", _i);
        assert_fast(fabs(dhcpperf_hist_mean(h) / (double)(sum / N) - 1.0) < 1e-15, "shape %d", _i);
        dhcpperf_hist_free(h);
    }
END_TEST

/* Nearest rank in integers: ceil(per_mille * n / 1000). */
START_TEST(quantiles_are_within_the_stated_error_of_a_sorted_array)
    {
        static const unsigned counts[] = {1, 2, 3, 10, 100, 999, N};
        unsigned bits = 1 + (unsigned)_i / 5 * 3, c, q;

        for (c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            unsigned n = counts[c];
            dhcpperf_hist *h = filled(bits, _i, n);

            for (q = 0; q <= 1000; q += bits > 7 ? 40 : 1) {
                unsigned rank = (q * n + 999) / 1000;
                uint64_t want = samples[rank > 0 ? rank - 1 : 0];
                uint64_t got = dhcpperf_hist_quantile(h, (double)q / 1000);

                assert_fast(got >= want && got - want <= want >> bits,
                            "case %d, %u samples, %u per mille: %llu for %llu", _i, n, q,
                            (unsigned long long)got, (unsigned long long)want);
                assert_fast(got <= samples[n - 1], "case %d: above max", _i);
            }
            assert_fast(dhcpperf_hist_quantile(h, 0) == samples[0] &&
                            dhcpperf_hist_quantile(h, 1) == samples[n - 1],
                        "case %d: ends are not exact", _i);
            dhcpperf_hist_free(h);
        }
    }
END_TEST

START_TEST(strange_quantiles_are_clamped)
    {
        dhcpperf_hist *h = filled(7, 1, 100);

        ck_assert_uint_eq(dhcpperf_hist_quantile(h, -5), samples[0]);
        ck_assert_uint_eq(dhcpperf_hist_quantile(h, (double)NAN), samples[0]);
        ck_assert_uint_eq(dhcpperf_hist_quantile(h, 1e300), samples[99]);
        ck_assert_uint_eq(dhcpperf_hist_quantile(h, (double)INFINITY), samples[99]);
        ck_assert_uint_eq(dhcpperf_hist_quantile(h, 5e-324), samples[0]);
        dhcpperf_hist_free(h);
    }
END_TEST

/* 0.07 * 100 is a little more than 7 in binary; the seventh sample is meant all the same. */
START_TEST(decimal_fractions_do_not_slip_a_rank)
    {
        dhcpperf_hist *h = hist(10);
        unsigned i;

        for (i = 1; i <= 100; i++) {
            dhcpperf_hist_record(h, i);
        }
        for (i = 1; i <= 100; i++) {
            assert_fast(dhcpperf_hist_quantile(h, i / 100.0) == i, "%u per cent", i);
        }
        ck_assert_uint_eq(dhcpperf_hist_quantile(h, 0.9900001), 100);
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(many_quantiles_in_one_pass_equal_single_ones_in_any_order)
    {
        enum {
            Q = 57
        };
        dhcpperf_hist *h = filled(6, _i, 777);
        double q[Q];
        uint64_t got[Q];
        int k;

        for (k = 0; k < Q; k++) {
            q[k] = (double)dp_below(dp_draw(2, (uint64_t)_i, 3, (uint64_t)k), 1200) / 1000 - 0.1;
        }
        q[5] = q[6];
        ck_assert_int_eq(dhcpperf_hist_quantiles(h, q, got, Q), 0);
        for (k = 0; k < Q; k++) {
            assert_fast(got[k] == dhcpperf_hist_quantile(h, q[k]), "shape %d, q %f", _i, q[k]);
        }
        ck_assert_int_eq(dhcpperf_hist_quantiles(h, NULL, NULL, 0), 0);
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(count_below_counts_a_bucket_at_most_too_many)
    {
        dhcpperf_hist *h = filled(7, _i, N);
        unsigned k, below = 0, upto = 0;

        for (k = 0; k < N; k += 7) {
            uint64_t v = samples[k], hi = dp_hist_hi(7, dp_hist_index(7, v));
            uint64_t got = dhcpperf_hist_count_below(h, v);

            while (below < N && samples[below] <= v) {
                below++;
            }
            while (upto < N && samples[upto] <= hi) {
                upto++;
            }
            assert_fast(got >= below && got <= upto, "shape %d, %llu", _i, (unsigned long long)v);
            assert_fast(dhcpperf_hist_count_below(h, hi) == upto, "shape %d: bound", _i);
        }
        assert_fast(dhcpperf_hist_count_below(h, UINT64_MAX) == N, "shape %d", _i);
        assert_fast(samples[0] == 0 || dhcpperf_hist_count_below(h, samples[0] - 1) == 0,
                    "shape %d", _i);
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(walking_the_buckets_meets_every_sample_once_and_upwards)
    {
        dhcpperf_hist *h = filled(5, _i, N);
        uint64_t lo, hi, count, total = 0, last = 0;
        size_t cursor = 0;
        unsigned at = 0;

        while (dhcpperf_hist_next(h, &cursor, &lo, &hi, &count)) {
            assert_fast(total == 0 || lo > last, "shape %d: order", _i);
            assert_fast(count > 0, "shape %d: empty bucket", _i);
            last = hi;
            total += count;
            for (; count > 0; count--, at++) {
                assert_fast(samples[at] >= lo && samples[at] <= hi, "shape %d", _i);
            }
        }
        ck_assert_uint_eq(total, N);
        ck_assert_int_eq(dhcpperf_hist_next(h, &cursor, NULL, NULL, NULL), 0);
        cursor = SIZE_MAX;
        ck_assert_int_eq(dhcpperf_hist_next(h, &cursor, NULL, NULL, NULL), 0);
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(deviation_is_that_of_the_samples_within_the_error)
    {
        dhcpperf_hist *h = hist(DHCPPERF_HIST_3_DIGITS);
        double mean = 0, sum = 0;
        unsigned i;

        for (i = 0; i < N; i++) {
            samples[i] = 50000 + dp_exponential(dp_draw(9, i, 1, 0)) / 4096;
            mean += (double)samples[i] / N;
            dhcpperf_hist_record(h, samples[i]);
        }
        for (i = 0; i < N; i++) {
            sum += ((double)samples[i] - mean) * ((double)samples[i] - mean);
        }
        ck_assert_double_lt(fabs(dhcpperf_hist_stddev(h) / sqrt(sum / N) - 1.0), 1e-3);
        dhcpperf_hist_reset(h);
        dhcpperf_hist_record_n(h, 123456789, 1000);
        ck_assert_double_eq(dhcpperf_hist_stddev(h), 0.0);
        dhcpperf_hist_record_n(h, UINT64_MAX, 1000);
        ck_assert_double_lt(fabs(dhcpperf_hist_stddev(h) / (18446744073586094826.0 / 2) - 1.0),
                            ldexp(1, -10));
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(record_n_equals_n_records)
    {
        dhcpperf_hist *a = hist(6), *b = hist(6);
        unsigned i, k;

        for (i = 0; i < 200; i++) {
            uint64_t v = sample(4, (int)(i % 5), i), n = i % 7;

            dhcpperf_hist_record_n(a, v, n);
            for (k = 0; k < n; k++) {
                dhcpperf_hist_record(b, v);
            }
        }
        assert_same(a, b, 0);
        dhcpperf_hist_free(a);
        dhcpperf_hist_free(b);
    }
END_TEST

START_TEST(a_full_histogram_stays_full_and_right)
    {
        dhcpperf_hist *h = hist(3), *more = hist(3);

        dhcpperf_hist_record_n(h, UINT64_MAX, UINT64_MAX);
        ck_assert_uint_eq(dhcpperf_hist_count(h), INT64_MAX);
        dhcpperf_hist_record(h, 1);
        dhcpperf_hist_record_n(h, 1, 5);
        ck_assert_uint_eq(dhcpperf_hist_count(h), INT64_MAX);
        ck_assert_uint_eq(dhcpperf_hist_min(h), UINT64_MAX);
        ck_assert_double_eq(dhcpperf_hist_mean(h), 18446744073709551615.0);
        ck_assert_uint_eq(dhcpperf_hist_quantile(h, 0.5), UINT64_MAX);
        dhcpperf_hist_record(more, 2);
        ck_assert_int_eq(dhcpperf_hist_merge(h, more), DHCPPERF_E_RANGE);
        ck_assert_uint_eq(dhcpperf_hist_min(h), UINT64_MAX);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(more);
    }
END_TEST

START_TEST(merging_parts_in_any_grouping_equals_recording_all)
    {
        dhcpperf_hist *part[3] = {hist(7), hist(7), hist(7)}, *all = hist(7);
        dhcpperf_hist *left = NULL, *right = NULL;
        unsigned i;

        for (i = 0; i < N; i++) {
            uint64_t v = sample(21, _i, i);

            dhcpperf_hist_record(all, v);
            dhcpperf_hist_record(part[v % 3], v);
        }
        /* (0 + 1) + 2 and 0 + (2 + 1) */
        ck_assert_int_eq(dhcpperf_hist_clone(&left, part[0]), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(left, part[1]), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(left, part[2]), 0);
        ck_assert_int_eq(dhcpperf_hist_clone(&right, part[2]), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(right, part[1]), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(part[0], right), 0);
        assert_same(left, all, _i);
        assert_same(part[0], all, _i);
        for (i = 0; i < 3; i++) {
            dhcpperf_hist_free(part[i]);
        }
        dhcpperf_hist_free(all);
        dhcpperf_hist_free(left);
        dhcpperf_hist_free(right);
    }
END_TEST

START_TEST(merging_other_precisions_keeps_totals_exact_and_quantiles_bounded)
    {
        static const unsigned pairs[][2] = {{3, 10}, {10, 3}, {7, 10}, {1, 12}, {12, 1}};
        unsigned to = pairs[_i % 5][0], from = pairs[_i % 5][1], n = _i < 10 ? 3 : N, q;
        unsigned coarse = to < from ? to : from;
        dhcpperf_hist *a = filled(from, _i, n), *b = hist(to);

        ck_assert_int_eq(dhcpperf_hist_merge(b, a), 0);
        assert_fast(b->total == n && b->min == samples[0] && b->max == samples[n - 1] &&
                        b->sum.hi == a->sum.hi && b->sum.lo == a->sum.lo,
                    "case %d", _i);
        for (q = 0; q <= 1000; q += 20) {
            unsigned rank = (q * n + 999) / 1000;
            uint64_t want = samples[rank > 0 ? rank - 1 : 0];
            uint64_t got = dhcpperf_hist_quantile(b, (double)q / 1000);

            /* once through each precision */
            assert_fast(got >= want &&
                            (double)got <= (double)want * pow(1 + ldexp(1, -(int)coarse), 2),
                        "case %d, %u per mille: %llu for %llu", _i, q, (unsigned long long)got,
                        (unsigned long long)want);
        }
        assert_fast(b->counts[dp_hist_index(to, b->min)] > 0 &&
                        b->counts[dp_hist_index(to, b->max)] > 0,
                    "case %d: ends are empty", _i);
        dhcpperf_hist_free(a);
        dhcpperf_hist_free(b);
    }
END_TEST

START_TEST(merging_with_itself_doubles)
    {
        dhcpperf_hist *h = filled(7, _i, 100), *twice = hist(7);
        unsigned i;

        for (i = 0; i < 100; i++) {
            dhcpperf_hist_record_n(twice, samples[i], 2);
        }
        ck_assert_int_eq(dhcpperf_hist_merge(h, h), 0);
        assert_same(h, twice, _i);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(twice);
    }
END_TEST

START_TEST(an_interval_is_what_came_after_the_snapshot)
    {
        dhcpperf_hist *h = hist(7), *then = NULL, *later = hist(7);
        unsigned i;

        for (i = 0; i < N; i++) {
            uint64_t v = sample(5, _i, i);

            dhcpperf_hist_record(h, v);
            if (i == N / 3) {
                ck_assert_int_eq(dhcpperf_hist_clone(&then, h), 0);
            }
            if (i > N / 3) {
                dhcpperf_hist_record(later, v);
            }
        }
        ck_assert_int_eq(dhcpperf_hist_subtract(h, then), 0);
        assert_fast(h->min <= later->min &&
                        dp_hist_index(7, h->min) == dp_hist_index(7, later->min),
                    "shape %d: min", _i);
        assert_fast(h->max >= later->max &&
                        dp_hist_index(7, h->max) == dp_hist_index(7, later->max),
                    "shape %d: max", _i);
        h->min = later->min;
        h->max = later->max;
        assert_same(h, later, _i);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(then);
        dhcpperf_hist_free(later);
    }
END_TEST

START_TEST(subtract_undoes_merge_and_all_minus_all_is_empty)
    {
        dhcpperf_hist *a = filled(7, _i, 300), *b = filled(7, _i + 1, 200), *sum = NULL;
        dhcpperf_hist *nothing = hist(7);

        ck_assert_int_eq(dhcpperf_hist_clone(&sum, a), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(sum, b), 0);
        ck_assert_int_eq(dhcpperf_hist_subtract(sum, b), 0);
        assert_fast(memcmp(sum->counts, a->counts, a->n * sizeof a->counts[0]) == 0, "shape %d",
                    _i);
        assert_fast(sum->total == a->total && sum->sum.lo == a->sum.lo, "shape %d", _i);
        ck_assert_int_eq(dhcpperf_hist_subtract(a, nothing), 0);
        ck_assert_uint_eq(a->total, 300);
        ck_assert_int_eq(dhcpperf_hist_subtract(a, a), 0);
        assert_same(a, nothing, _i);
        dhcpperf_hist_free(a);
        dhcpperf_hist_free(b);
        dhcpperf_hist_free(sum);
        dhcpperf_hist_free(nothing);
    }
END_TEST

START_TEST(what_is_not_a_prefix_cannot_be_subtracted)
    {
        dhcpperf_hist *h = hist(7), *other = hist(7), *fine = hist(8), *copy = NULL;

        dhcpperf_hist_record_n(h, 1000, 5);
        ck_assert_int_eq(dhcpperf_hist_clone(&copy, h), 0);
        dhcpperf_hist_record_n(other, 1000, 6); /* more */
        ck_assert_int_eq(dhcpperf_hist_subtract(h, other), DHCPPERF_E_INVALID);
        dhcpperf_hist_reset(other);
        dhcpperf_hist_record(other, 5000); /* elsewhere */
        ck_assert_int_eq(dhcpperf_hist_subtract(h, other), DHCPPERF_E_INVALID);
        dhcpperf_hist_reset(other);
        dhcpperf_hist_record_n(other, 1001, 5); /* same buckets, another sum */
        ck_assert_int_eq(dhcpperf_hist_subtract(h, other), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_subtract(h, fine), DHCPPERF_E_INVALID);
        assert_same(h, copy, 0);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(other);
        dhcpperf_hist_free(fine);
        dhcpperf_hist_free(copy);
    }
END_TEST

START_TEST(reset_leaves_nothing)
    {
        dhcpperf_hist *h = filled(7, _i, 500), *empty = hist(7);

        dhcpperf_hist_reset(h);
        assert_same(h, empty, _i);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(empty);
    }
END_TEST

START_TEST(an_empty_histogram_answers_zero)
    {
        dhcpperf_hist *h = hist(7);
        uint64_t v[2] = {7, 7};
        double q[2] = {0.5, 1.0};
        size_t cursor = 0;

        ck_assert_uint_eq(dhcpperf_hist_min(h), 0);
        ck_assert_uint_eq(dhcpperf_hist_max(h), 0);
        ck_assert_double_eq(dhcpperf_hist_mean(h), 0.0);
        ck_assert_double_eq(dhcpperf_hist_stddev(h), 0.0);
        ck_assert_uint_eq(dhcpperf_hist_quantile(h, 0.5), 0);
        ck_assert_int_eq(dhcpperf_hist_quantiles(h, q, v, 2), 0);
        ck_assert_uint_eq(v[0] + v[1], 0);
        ck_assert_uint_eq(dhcpperf_hist_count_below(h, UINT64_MAX), 0);
        ck_assert_int_eq(dhcpperf_hist_next(h, &cursor, NULL, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(h, h), 0);
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(null_handles_are_harmless)
    {
        dhcpperf_hist *h = NULL;
        uint64_t v;
        double q = 0.5;
        size_t n = 0;

        dhcpperf_hist_free(NULL);
        dhcpperf_hist_record(NULL, 1);
        dhcpperf_hist_record_n(NULL, 1, 1);
        dhcpperf_hist_reset(NULL);
        ck_assert_uint_eq(dhcpperf_hist_count(NULL), 0);
        ck_assert_uint_eq(dhcpperf_hist_precision_bits(NULL), 0);
        ck_assert_uint_eq(dhcpperf_hist_min(NULL), 0);
        ck_assert_uint_eq(dhcpperf_hist_max(NULL), 0);
        ck_assert_double_eq(dhcpperf_hist_mean(NULL), 0.0);
        ck_assert_double_eq(dhcpperf_hist_stddev(NULL), 0.0);
        ck_assert_uint_eq(dhcpperf_hist_quantile(NULL, 0.5), 0);
        ck_assert_uint_eq(dhcpperf_hist_count_below(NULL, 5), 0);
        ck_assert_int_eq(dhcpperf_hist_quantiles(NULL, &q, &v, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_next(NULL, &n, NULL, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_subtract(NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_clone(&h, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_new(NULL, 7, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_new(&h, 0, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_new(&h, 18, NULL), DHCPPERF_E_INVALID);
        ck_assert_ptr_null(h);
    }
END_TEST

START_TEST(recording_allocates_nothing_and_out_of_memory_leaves_nothing_behind)
    {
        dhcpperf_hist *h = NULL, *copy = NULL;
        allocfail af;
        unsigned i;

        allocfail_init(&af, 1);
        ck_assert_int_eq(dhcpperf_hist_new(&h, 10, &af.mem), DHCPPERF_E_NOMEM);
        ck_assert_ptr_null(h);
        allocfail_init(&af, 0);
        ck_assert_int_eq(dhcpperf_hist_new(&h, 10, &af.mem), 0);
        for (i = 0; i < N; i++) {
            dhcpperf_hist_record(h, sample(1, (int)i % 5, i));
        }
        ck_assert_uint_eq(af.calls, 1);
        af.fail_at = 2;
        ck_assert_int_eq(dhcpperf_hist_clone(&copy, h), DHCPPERF_E_NOMEM);
        ck_assert_int_eq(dhcpperf_hist_clone(&copy, h), 0);
        assert_same(copy, h, 0);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(copy);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, buckets_are_those_of_hdrhistogram_for_1_to_5_digits, 0, 5);
    tcase_add_test(tc, array_sizes_are_those_of_hdrhistogram_up_to_256_s);
    tcase_add_loop_test(tc, buckets_tile_all_of_uint64_without_gap_or_overlap, 1, 18);
    tcase_add_loop_test(tc, min_max_count_and_mean_are_exact, 0, 5);
    tcase_add_loop_test(tc, quantiles_are_within_the_stated_error_of_a_sorted_array, 0, 25);
    tcase_add_test(tc, strange_quantiles_are_clamped);
    tcase_add_test(tc, decimal_fractions_do_not_slip_a_rank);
    tcase_add_loop_test(tc, many_quantiles_in_one_pass_equal_single_ones_in_any_order, 0, 5);
    tcase_add_loop_test(tc, count_below_counts_a_bucket_at_most_too_many, 0, 5);
    tcase_add_loop_test(tc, walking_the_buckets_meets_every_sample_once_and_upwards, 0, 5);
    tcase_add_test(tc, deviation_is_that_of_the_samples_within_the_error);
    tcase_add_test(tc, record_n_equals_n_records);
    tcase_add_test(tc, a_full_histogram_stays_full_and_right);
    tcase_add_loop_test(tc, merging_parts_in_any_grouping_equals_recording_all, 0, 5);
    tcase_add_loop_test(tc, merging_other_precisions_keeps_totals_exact_and_quantiles_bounded, 0,
                        25);
    tcase_add_loop_test(tc, merging_with_itself_doubles, 0, 5);
    tcase_add_loop_test(tc, an_interval_is_what_came_after_the_snapshot, 0, 5);
    tcase_add_loop_test(tc, subtract_undoes_merge_and_all_minus_all_is_empty, 0, 4);
    tcase_add_test(tc, what_is_not_a_prefix_cannot_be_subtracted);
    tcase_add_loop_test(tc, reset_leaves_nothing, 0, 5);
    tcase_add_test(tc, an_empty_histogram_answers_zero);
    tcase_add_test(tc, null_handles_are_harmless);
    tcase_add_test(tc, recording_allocates_nothing_and_out_of_memory_leaves_nothing_behind);
}

HARNESS_MAIN("stats/hist", tests)
