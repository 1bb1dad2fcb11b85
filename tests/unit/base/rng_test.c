/* SPDX-License-Identifier: MIT */
/* rng_test.c - counter-based chance: bijections, uniformity, and integers that behave like logs. */
#include "base/dp_rng.h"

#include <math.h>
#include <string.h>

#include "support/harness.h"

START_TEST(permute32_and_its_inverse_undo_each_other)
    {
        dp_permutation p = dp_permutation_of(dp_draw(harness_seed(1), (uint64_t)_i, 0, 0));
        uint32_t x = 0, step = 12289;

        do { /* 350,000 values all over the range, the ends among them */
            assert_fast(dp_unpermute32(&p, dp_permute32(&p, x)) == x, "key %d, %u", _i, x);
            assert_fast(dp_permute32(&p, dp_unpermute32(&p, x)) == x, "key %d, %u", _i, x);
            x += step;
        } while (x >= step);
        assert_fast(dp_unpermute32(&p, dp_permute32(&p, UINT32_MAX)) == UINT32_MAX, "key %d", _i);
    }
END_TEST

static int by_value(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* A prefix of 2^18 numbers has 2^18 different images: with the inverse above, a bijection seen. */
START_TEST(permute32_never_maps_two_to_one)
    {
        const uint32_t n = UINT32_C(1) << 18;
        const dp_permutation p = dp_permutation_of(4711);
        uint32_t *images = calloc(n, sizeof *images), x;

        ck_assert_ptr_nonnull(images);
        for (x = 0; x < n; x++) {
            images[x] = dp_permute32(&p, x);
        }
        qsort(images, n, sizeof *images, by_value);
        for (x = 1; x < n; x++) {
            assert_fast(images[x - 1] != images[x], "%u is met twice", images[x]);
        }
        free(images);
    }
END_TEST

/* Images of numbers in a row look like draws, whether the low bits count up or the high ones: each
 * of 32 bits is set half the time, and neighbours differ in 16 bits on average. */
START_TEST(permute32_scatters_numbers_in_a_row)
    {
        const unsigned shift = _i % 2 == 0 ? 0 : 20, n = _i % 2 == 0 ? 100000 : 4096;
        const dp_permutation p = dp_permutation_of((uint64_t)_i);
        unsigned ones[32] = {0}, flips = 0, b;
        uint32_t x;

        for (x = 0; x < n; x++) {
            uint32_t y = dp_permute32(&p, x << shift), z = dp_permute32(&p, (x + 1) << shift) ^ y;

            for (b = 0; b < 32; b++) {
                ones[b] += (y >> b) & 1;
                flips += (z >> b) & 1;
            }
        }
        for (b = 0; b < 32; b++) {
            ck_assert_msg(fabs(ones[b] - n / 2.0) < 5 * sqrt(n / 4.0), "key %d bit %u: %u", _i, b,
                          ones[b]);
        }
        ck_assert_double_lt(fabs((double)flips / n - 16.0), 0.2);
    }
END_TEST

START_TEST(different_keys_permute_differently)
    {
        const dp_permutation p = dp_permutation_of(1), q = dp_permutation_of(2);
        unsigned equal = 0;
        uint32_t x;

        for (x = 0; x < 100000; x++) {
            equal += dp_permute32(&p, x) == dp_permute32(&q, x);
        }
        ck_assert_uint_lt(equal, 5);
    }
END_TEST

static uint64_t draw_along(int axis, uint64_t i)
{
    switch (axis) {
    case 0:
        return dp_draw(i, 1, 2, 3);
    case 1:
        return dp_draw(7, i, 2, 3);
    case 2:
        return dp_draw(7, 1, (uint32_t)i, 3);
    case 3:
        return dp_draw(7, 1, 2, i);
    case 4:
        return dp_draw_once(i, 1, 2);
    case 5:
        return dp_draw_once(7, i, 2);
    default:
        return dp_draw_once(7, 1, i << 16);
    }
}

/* Along each of its four arguments: 256 cells by the top byte, 256 by the bottom byte (chi-square,
 * 255 degrees of freedom: mean 255, deviation 22.6), and no two equal among 100,000. */
START_TEST(draws_are_uniform_along_every_argument)
    {
        enum {
            N = 256000
        };
        unsigned top[256] = {0}, bottom[256] = {0}, i;
        double a = 0, b = 0;

        for (i = 0; i < N; i++) {
            uint64_t d = draw_along(_i, i);

            top[d >> 56]++;
            bottom[d & 255]++;
        }
        for (i = 0; i < 256; i++) {
            a += (top[i] - 1000.0) * (top[i] - 1000.0) / 1000.0;
            b += (bottom[i] - 1000.0) * (bottom[i] - 1000.0) / 1000.0;
        }
        ck_assert_msg(a > 150 && a < 370, "axis %d, top byte: %f", _i, a);
        ck_assert_msg(b > 150 && b < 370, "axis %d, bottom byte: %f", _i, b);
    }
END_TEST

/* Draws of neighbours are not correlated: the sum of products of centred values is near 0. */
START_TEST(draws_of_neighbours_are_independent)
    {
        enum {
            N = 200000
        };
        double sum = 0;
        unsigned i;

        for (i = 0; i < N; i++) {
            double x = (double)(draw_along(_i, i) >> 11) / 9007199254740992.0 - 0.5;
            double y = (double)(draw_along(_i, i + 1) >> 11) / 9007199254740992.0 - 0.5;

            sum += 12.0 * x * y; /* variance 1 per term */
        }
        ck_assert_msg(fabs(sum) < 5 * sqrt(N), "axis %d: %f", _i, sum);
    }
END_TEST

START_TEST(below_stays_below_and_reaches_both_ends)
    {
        static const uint64_t bounds[] = {1, 2, 3, 10, 1000003, UINT64_C(1) << 32, UINT64_MAX};
        uint64_t bound = bounds[_i], i;

        ck_assert_uint_eq(dp_below(0, bound), 0);
        ck_assert_uint_eq(dp_below(UINT64_MAX, bound), bound - 1);
        for (i = 0; i < 10000; i++) {
            assert_fast(dp_below(dp_draw(3, i, 0, 0), bound) < bound, "bound %d", _i);
        }
    }
END_TEST

START_TEST(chance_has_its_probability)
    {
        static const double ps[] = {0.0, 1e-4, 0.05, 0.5, 0.999, 1.0};
        enum {
            N = 200000
        };
        uint64_t threshold = dp_threshold(ps[_i]);
        double hits = 0, sigma = sqrt(N * ps[_i] * (1 - ps[_i]));
        unsigned i;

        for (i = 0; i < N; i++) {
            hits += dp_chance(dp_draw(11, i, 0, 0), threshold);
        }
        ck_assert_msg(fabs(hits - N * ps[_i]) <= 5 * sigma, "p %d: %f hits", _i, hits);
        ck_assert_int_eq(dp_chance(UINT64_MAX, dp_threshold(1.0)), 1);
        ck_assert_int_eq(dp_chance(0, dp_threshold(0.0)), 0);
    }
END_TEST

START_TEST(thresholds_of_strange_probabilities_are_clamped)
    {
        ck_assert_uint_eq(dp_threshold(-1.0), 0);
        ck_assert_uint_eq(dp_threshold((double)NAN), 0);
        ck_assert_uint_eq(dp_threshold(2.0), UINT64_MAX);
        ck_assert_uint_eq(dp_threshold(0.5), UINT64_C(1) << 63);
        ck_assert_uint_lt(dp_threshold(nextafter(1.0, 0.0)), UINT64_MAX);
    }
END_TEST

/* Against the mathematics: within 2^-28 of -ln(u), for u of every magnitude. */
START_TEST(exponential_is_minus_the_natural_logarithm)
    {
        unsigned i, shift;

        for (shift = 0; shift < 64; shift++) {
            for (i = 0; i < 500; i++) {
                uint64_t bits = dp_draw(5, shift, 1, i) >> shift;
                double got = (double)dp_exponential(bits) / 4294967296.0;
                double want = -(log((double)(bits | 1)) - 64 * log(2.0));

                assert_fast(fabs(got - want) < ldexp(1, -28), "%llx: %.12f, not %.12f",
                            (unsigned long long)bits, got, want);
            }
        }
    }
END_TEST

START_TEST(exponential_is_finite_falls_and_has_mean_one)
    {
        uint64_t last = UINT64_MAX, v;
        double sum = 0;
        unsigned i;

        ck_assert_uint_lt(dp_exponential(0), UINT64_C(45) << 32); /* 64 ln 2 = 44.4 */
        ck_assert_uint_le(dp_exponential(UINT64_MAX), 8);
        for (i = 0; i < 100000; i++) {
            v = dp_exponential(UINT64_MAX / 100000 * i);
            assert_fast(v <= last, "rises at %u", i);
            last = v;
            sum += (double)v / 4294967296.0;
        }
        ck_assert_double_lt(fabs(sum / 100000 - 1.0), 1e-3);
    }
END_TEST

/* What seeds of other machines must find too. */
START_TEST(golden_values_are_the_same_everywhere)
    {
        const dp_permutation p = dp_permutation_of(42);

        ck_assert_uint_eq(dp_mix64(1), UINT64_C(0x5692161d100b05e5));
        ck_assert_uint_eq(dp_draw(1, 2, 3, 4), UINT64_C(0xe463e0a20fec7272));
        ck_assert_uint_eq(dp_draw_once(1, 2, 3), UINT64_C(0xb346a278ef57ab8d));
        ck_assert_uint_eq(dp_permute32(&p, 1), UINT32_C(0x1e32514f));
        ck_assert_uint_eq(dp_exponential(UINT64_C(0x123456789abcdef0)), UINT64_C(0x2a4bd2e76));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, permute32_and_its_inverse_undo_each_other, 0, 5);
    tcase_add_test(tc, permute32_never_maps_two_to_one);
    tcase_add_loop_test(tc, permute32_scatters_numbers_in_a_row, 0, 200);
    tcase_add_test(tc, different_keys_permute_differently);
    tcase_add_loop_test(tc, draws_are_uniform_along_every_argument, 0, 7);
    tcase_add_loop_test(tc, draws_of_neighbours_are_independent, 0, 7);
    tcase_add_loop_test(tc, below_stays_below_and_reaches_both_ends, 0, 7);
    tcase_add_loop_test(tc, chance_has_its_probability, 0, 6);
    tcase_add_test(tc, thresholds_of_strange_probabilities_are_clamped);
    tcase_add_test(tc, exponential_is_minus_the_natural_logarithm);
    tcase_add_test(tc, exponential_is_finite_falls_and_has_mean_one);
    tcase_add_test(tc, golden_values_are_the_same_everywhere);
}

HARNESS_MAIN("base/rng", tests)
