/* SPDX-License-Identifier: MIT */
/* load_iter_test.c - due times of an arrival profile against the ideal. */
#include "policy/dp_load.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/dp_rng.h"
#include "support/harness.h"

#define S  DHCPPERF_NS_PER_S
#define MS DHCPPERF_NS_PER_MS

static dhcpperf_load *profile(const char *text)
{
    dhcpperf_load *l = NULL;
    size_t at = 0;
    int rc = dhcpperf_load_parse(&l, text, &at, NULL);

    assert_fast(rc == 0, "\"%s\": %s at %zu", text, dhcpperf_strerror(rc), at);
    return l;
}

START_TEST(a_constant_rate_never_drifts)
    {
        static const uint64_t rates[] = {1, 3, 7, 999, 1000, 50000, 333333, 1000000000};
        char text[32] = "rate 000000000000/s";
        dhcpperf_load *l;
        dp_load_iter it;
        uint64_t r = rates[_i], i, origin = 1234567890123;
        int k;

        for (k = 16; k > 4; k--, r /= 10) {
            text[k] = (char)('0' + r % 10);
        }
        l = profile(text);
        dp_load_begin(&it, l, 1, origin, NULL);
        for (i = 0; i < 100000; i++) {
            uint64_t want = (i * S + rates[_i] - 1) / rates[_i]; /* the first ns at or after it */

            assert_fast(dp_load_due(&it) == origin + want, "rate %d, arrival %llu", _i,
                        (unsigned long long)i);
            dp_load_take(&it);
        }
        dhcpperf_load_free(l);
    }
END_TEST

/* An hour of a rate that divides nothing: every one of its arrivals, to the ns. */
START_TEST(a_rate_is_exact_after_hours)
    {
        static const uint64_t mps[] = {999999, 1000000, 1234567};
        const uint64_t last = mps[_i] * 36 / 10;
        char text[32];
        dhcpperf_load *l;
        dp_load_iter it;
        uint64_t i;

        snprintf(text, sizeof text, "rate %u.%03u/s", (unsigned)(mps[_i] / 1000),
                 (unsigned)(mps[_i] % 1000));
        l = profile(text);
        dp_load_begin(&it, l, 1, 0, NULL);
        for (i = 0; i < last; i++) {
            uint64_t whole = i / mps[_i], rest = i % mps[_i]; /* i * 10^12 does not fit */
            uint64_t want = whole * UINT64_C(1000000000000) +
                            (rest * UINT64_C(1000000000000) + mps[_i] - 1) / mps[_i];

            assert_fast(dp_load_due(&it) == want, "rate %d, arrival %llu", _i,
                        (unsigned long long)i);
            dp_load_take(&it);
        }
        ck_assert_uint_ge(dp_load_due(&it), 3600 * S - S / 100);
        dhcpperf_load_free(l);
    }
END_TEST

START_TEST(listed_arrivals_are_due_as_listed)
    {
        static const dhcpperf_ts due[] = {7 * S,
                                          7 * S + 500 * MS,
                                          8 * S,
                                          8 * S + 250 * MS,
                                          8 * S + 250 * MS,
                                          8 * S + 251 * MS,
                                          8 * S + 251 * MS,
                                          8 * S + 351 * MS};
        dhcpperf_load *l = profile("rate 2 1250ms; at 0s,0s,1ms; rate 10 1s; closed 3");
        dp_load_iter it;
        unsigned i;

        dp_load_begin(&it, l, 1, 7 * S, NULL);
        for (i = 0; i < sizeof due / sizeof due[0]; i++) {
            ck_assert_msg(dp_load_due(&it) == due[i], "arrival %u: %llu", i,
                          (unsigned long long)dp_load_due(&it));
            dp_load_take(&it);
        }
        dhcpperf_load_free(l);
        l = profile("at 1s; closed 3 1s; at 0s,2s");
        dp_load_begin(&it, l, 1, 0, NULL);
        ck_assert_uint_eq(dp_load_due(&it), S);
        ck_assert_uint_eq(dp_load_window(&it), UINT32_MAX);
        dp_load_take(&it);
        ck_assert_uint_eq(dp_load_due(&it), DHCPPERF_NEVER);
        ck_assert_uint_eq(dp_load_window(&it), 3);
        ck_assert_uint_eq(dp_load_stage_end(&it), 2 * S);
        dp_load_advance(&it, 2 * S);
        ck_assert_uint_eq(dp_load_due(&it), 2 * S);
        dp_load_take(&it);
        ck_assert_uint_eq(dp_load_due(&it), 4 * S);
        dp_load_take(&it);
        ck_assert_int_eq(dp_load_is_over(&it), 1);
        dhcpperf_load_free(l);
    }
END_TEST

/* Expected arrivals of a whole profile by time t, in floating point. */
static double ideal(const dhcpperf_load *l, double t)
{
    double sum = 0;
    unsigned i;

    for (i = 0; i < l->n && t > 0; i++) {
        const dp_load_stage *s = &l->stages[i];
        double length = s->length == DHCPPERF_NEVER ? 1e30 : (double)s->length / 1e9;
        double u = t < length ? t : length;
        double from = (double)s->from_mps / 1000, to = (double)s->to_mps / 1000;

        if (s->kind == DP_LOAD_BURST) {
            sum += s->stations;
            continue;
        }
        sum += from * u + (length < 1e29 ? (to - from) * u * u / (2 * length) : 0);
        t -= u;
    }
    return sum;
}

/* N(t) arrivals are due by t, give or take one, at every arrival's instant and just before it;
 * so any window is within two of its ideal count and every prefix within one. */
START_TEST(arrivals_stay_within_one_of_the_ideal_across_stages)
    {
        static const char *const texts[] = {
            "ramp 0..5000/s 30s",
            "ramp 5000..0/s 3s",
            "ramp 100..101/s 10s; hold 5s",
            "ramp 0.1..0.9/s 1000s",
            "rate 3.3/s 1700ms; rate 7.7/s 1300ms; rate 0.9/s 11s; ramp 1..100/s 5s",
            "ramp 0..5000/s 3s; hold 2s; ramp 5000..100/s 1s; pause 1s; rate 31.7/s 10s",
            "ramp 0..1000000/s 100ms; hold 50ms",
            "rate 10/s 1s; pause 5s; rate 10/s 1s",
            "ramp 1..2/s 24h",
            "ramp 2k..1k/s 10s",
        };
        dhcpperf_load *l = profile(texts[_i]);
        dhcpperf_ts origin = 77 * S, last = origin;
        dp_load_iter it;
        uint64_t n = 0;
        double want, total;

        dp_load_begin(&it, l, 1, origin, NULL);
        while (!dp_load_is_over(&it)) {
            dhcpperf_ts due = dp_load_due(&it);

            assert_fast(due != DHCPPERF_NEVER && due >= last, "%s: order", texts[_i]);
            want = ideal(l, (double)(due - origin) / 1e9);
            assert_fast(fabs(want - (double)n) < 1.0 + want * 1e-9,
                        "%s: %llu arrivals before %llu, ideal %f", texts[_i], (unsigned long long)n,
                        (unsigned long long)(due - origin), want);
            last = due;
            n++;
            dp_load_take(&it);
            ck_assert_uint_le(n, 3000000);
        }
        total = ideal(l, 1e30);
        assert_fast(fabs(total - (double)n) <= 1.0, "%s: %llu in all, ideal %f", texts[_i],
                    (unsigned long long)n, total);
        dhcpperf_load_free(l);
    }
END_TEST

/* The inverse is the first instant at which the integral reaches its target: exact, for stages of
 * any size. */
START_TEST(the_inverse_is_the_first_instant_that_reaches_the_target)
    {
        uint64_t seed = harness_seed(99), k;
        dp_load_stage s = {.kind = DP_LOAD_RATE};

        for (k = 0; k < 400; k++) {
            uint64_t a = dp_draw(seed, (uint64_t)_i, 1, k), b = dp_draw(seed, (uint64_t)_i, 2, k);
            uint64_t c = dp_draw(seed, (uint64_t)_i, 3, k), d = dp_draw(seed, (uint64_t)_i, 4, k);
            dhcpperf_dur want, got;
            dp_u128 target;

            s.from_mps = (a >> 24) >> (a & 31);
            s.to_mps = (b >> 24) >> (b & 31);
            s.length = 2 + ((c >> 2) >> (c & 31));
            if (s.from_mps > DP_LOAD_MAX_MPS || s.to_mps > DP_LOAD_MAX_MPS ||
                (s.from_mps == 0 && s.to_mps == 0)) {
                continue;
            }
            want = dp_below(d, s.length);
            target = dp_load_integral(&s, want);
            got = dp_load_inverse(&s, target, k % 2 ? want / 2 : 0);
            assert_fast(got <= want, "seed %llu block %d case %llu", (unsigned long long)seed, _i,
                        (unsigned long long)k);
            assert_fast(!dp_wide_less(dp_load_integral(&s, got), target), "block %d case %llu", _i,
                        (unsigned long long)k);
            assert_fast(got == 0 || dp_wide_less(dp_load_integral(&s, got - 1), target),
                        "block %d case %llu: not the first", _i, (unsigned long long)k);
            if (want + 1 < s.length) {
                assert_fast(!dp_wide_less(dp_load_integral(&s, want + 1), target),
                            "block %d case %llu: falling", _i, (unsigned long long)k);
            }
            target = dp_wide_add(dp_load_integral(&s, s.length - 1), dp_wide(1));
            ck_assert_uint_eq(dp_load_inverse(&s, target, 0), DHCPPERF_NEVER);
        }
    }
END_TEST

START_TEST(bursts_are_due_at_once_and_take_no_time)
    {
        dhcpperf_load *l = profile("burst 3; rate 1/s 2s; burst 2; rate 2/s 1s; burst 1");
        static const dhcpperf_ts want[] = {0, 0, 0, 0, S, 2 * S, 2 * S, 2 * S, 2500 * MS, 3 * S};
        dp_load_iter it;
        unsigned i;

        dp_load_begin(&it, l, 1, 10 * S, NULL);
        for (i = 0; i < sizeof want / sizeof want[0]; i++) {
            assert_fast(dp_load_due(&it) == 10 * S + want[i], "arrival %u", i);
            ck_assert_uint_eq(dp_load_window(&it), UINT32_MAX);
            dp_load_take(&it);
        }
        ck_assert(dp_load_is_over(&it));
        ck_assert_uint_eq(dp_load_due(&it), DHCPPERF_NEVER);
        ck_assert_uint_eq(dp_load_window(&it), 0);
        ck_assert_uint_eq(dp_load_stage_end(&it), DHCPPERF_NEVER);
        dhcpperf_load_free(l);
    }
END_TEST

START_TEST(only_time_enters_and_leaves_a_closed_stage)
    {
        dhcpperf_load *l = profile("rate 10/s 1s; closed 50 2s; closed 7 1s; rate 5/s 1s");
        dp_load_iter it;
        int i;

        dp_load_begin(&it, l, 1, 0, NULL);
        for (i = 0; i < 10; i++) {
            ck_assert_uint_eq(dp_load_due(&it), (unsigned)i * 100 * MS);
            dp_load_take(&it);
        }
        ck_assert_uint_eq(dp_load_due(&it), DHCPPERF_NEVER);
        ck_assert_uint_eq(dp_load_window(&it), UINT32_MAX);
        ck_assert_uint_eq(dp_load_stage_end(&it), S);
        dp_load_advance(&it, S - 1);
        ck_assert_uint_eq(dp_load_window(&it), UINT32_MAX);
        dp_load_advance(&it, S);
        ck_assert_uint_eq(dp_load_window(&it), 50);
        ck_assert_uint_eq(dp_load_stage_end(&it), 3 * S);
        dp_load_advance(&it, 3 * S + 5);
        ck_assert_uint_eq(dp_load_window(&it), 7);
        dp_load_advance(&it, 4 * S + 999); /* late: the next stage starts when it was due to */
        ck_assert_uint_eq(dp_load_due(&it), 4 * S);
        for (i = 0; i < 5; i++) {
            ck_assert_int_eq(dp_load_is_over(&it), 0);
            ck_assert_uint_eq(dp_load_due(&it), 4 * S + (unsigned)i * 200 * MS);
            dp_load_take(&it);
        }
        ck_assert(dp_load_is_over(&it));
        dhcpperf_load_free(l);
    }
END_TEST

START_TEST(one_late_advance_crosses_every_stage_that_has_ended)
    {
        dhcpperf_load *l = profile("closed 5 1s; pause 1s; closed 6 1s; closed 7");
        dp_load_iter it;

        dp_load_begin(&it, l, 1, 5, NULL);
        ck_assert_uint_eq(dp_load_window(&it), 5);
        dp_load_advance(&it, 4 * S);
        ck_assert_uint_eq(dp_load_window(&it), 7);
        ck_assert_uint_eq(dp_load_stage_end(&it), DHCPPERF_NEVER);
        dp_load_advance(&it, DHCPPERF_NEVER - 1);
        ck_assert_uint_eq(dp_load_window(&it), 7);
        ck_assert_int_eq(dp_load_is_over(&it), 0);
        dhcpperf_load_free(l);
    }
END_TEST

START_TEST(arrivals_of_an_ended_stage_stay_due_until_taken)
    {
        dhcpperf_load *l = profile("rate 10/s 1s; closed 3");
        dp_load_iter it;

        dp_load_begin(&it, l, 1, 0, NULL);
        dp_load_advance(&it, 100 * S);
        ck_assert_uint_eq(dp_load_due(&it), 0);
        while (dp_load_due(&it) != DHCPPERF_NEVER) {
            dp_load_take(&it);
        }
        ck_assert_uint_eq(it.in_stage, 10);
        dp_load_advance(&it, 100 * S);
        ck_assert_uint_eq(dp_load_window(&it), 3);
        dhcpperf_load_free(l);
    }
END_TEST

START_TEST(an_empty_profile_is_over_at_once)
    {
        dhcpperf_load *l = NULL;
        dp_load_iter it;

        ck_assert_int_eq(dhcpperf_load_new(&l, NULL), 0);
        dp_load_begin(&it, l, 1, 9, NULL);
        ck_assert(dp_load_is_over(&it));
        dp_load_advance(&it, 10);
        ck_assert_uint_eq(dp_load_window(&it), 0);
        dhcpperf_load_free(l);
    }
END_TEST

/* Gaps of a Poisson stage: mean 1/r, variance 1/r^2, and the share above the mean is 1/e. */
START_TEST(poisson_gaps_are_exponential)
    {
        enum {
            N = 200000
        };
        dhcpperf_load *l = profile("poisson 2000/s");
        double sum = 0, squares = 0, mean, variance;
        dhcpperf_ts last = 0;
        dp_load_iter it;
        int above = 0, i;

        dp_load_begin(&it, l, harness_seed(3) + (uint64_t)_i, 0, NULL);
        for (i = 0; i < N; i++) {
            double gap = (double)(dp_load_due(&it) - last) / 500000.0; /* in means */

            last = dp_load_due(&it);
            sum += gap;
            squares += gap * gap;
            above += gap > 1.0;
            dp_load_take(&it);
        }
        mean = sum / N;
        variance = squares / N - mean * mean;
        assert_fast(fabs(mean - 1.0) < 5.0 / sqrt(N), "seed +%d: mean %f", _i, mean);
        assert_fast(fabs(variance - 1.0) < 5.0 * sqrt(8.0 / N), "seed +%d: variance %f", _i,
                    variance);
        assert_fast(fabs((double)above / N - exp(-1)) < 5.0 * 0.4823 / sqrt(N),
                    "seed +%d: %d above the mean", _i, above);
        dhcpperf_load_free(l);
    }
END_TEST

/* The count of a Poisson ramp has mean and variance of its integral. */
START_TEST(a_poisson_ramp_has_as_many_arrivals_as_its_integral)
    {
        enum {
            RUNS = 2000
        };
        dhcpperf_load *l = profile("poisson 0..200/s 1s; poisson 200..100/s 1s");
        double sum = 0, squares = 0, first = 0, mean, variance;
        dp_load_iter it;
        int i;

        for (i = 0; i < RUNS; i++) {
            int n = 0;

            for (dp_load_begin(&it, l, harness_seed(8) + (uint64_t)i, 0, NULL);
                 !dp_load_is_over(&it); dp_load_take(&it)) {
                n++;
                first += dp_load_due(&it) < S / 2; /* 25 expected */
            }
            sum += n;
            squares += (double)n * n;
        }
        mean = sum / RUNS;
        variance = squares / RUNS - mean * mean;
        ck_assert_double_lt(fabs(mean - 250.0), 5 * sqrt(250.0 / RUNS));
        ck_assert_double_lt(fabs(variance - 250.0), 5 * 250.0 * sqrt(2.0 / RUNS));
        ck_assert_double_lt(fabs(first / RUNS - 25.0), 5 * sqrt(25.0 / RUNS));
        dhcpperf_load_free(l);
    }
END_TEST

START_TEST(equal_seeds_give_equal_histories_and_others_do_not)
    {
        dhcpperf_load *l = profile("poisson 10..900/s 2s; burst 3; poisson 50/s 3s");
        dp_load_iter a, b, c;
        int differ = 0;

        dp_load_begin(&a, l, 41, 1000, NULL);
        dp_load_begin(&b, l, 41, 1000, NULL);
        dp_load_begin(&c, l, 42, 1000, NULL);
        while (!dp_load_is_over(&a)) {
            ck_assert_uint_eq(dp_load_due(&a), dp_load_due(&b));
            differ += dp_load_due(&a) != dp_load_due(&c);
            dp_load_take(&a);
            dp_load_take(&b);
            if (!dp_load_is_over(&c)) {
                dp_load_take(&c);
            }
        }
        ck_assert(dp_load_is_over(&b));
        ck_assert_int_gt(differ, 500);
        dhcpperf_load_free(l);
    }
END_TEST

/* A fingerprint of 10,000 due times; another compiler or byte order must find the same one. */
START_TEST(due_times_are_the_same_on_every_machine)
    {
        dhcpperf_load *l = profile("poisson 10..90k/s 100ms; ramp 9.5k..1/s 1s; poisson 333.333/s");
        uint64_t digest = 0;
        dp_load_iter it;
        int i;

        dp_load_begin(&it, l, 7, 0, NULL);
        for (i = 0; i < 10000; i++) {
            digest = dp_mix64(digest ^ dp_load_due(&it));
            dp_load_take(&it);
        }
        ck_assert_uint_eq(digest, UINT64_C(7527119226703926337));
        dhcpperf_load_free(l);
    }
END_TEST

START_TEST(an_origin_near_the_end_of_time_does_not_wrap)
    {
        dhcpperf_load *l = profile("rate 1/s 10s; rate 1/s");
        dp_load_iter it;
        int i;

        dp_load_begin(&it, l, 1, DHCPPERF_NEVER - 3 * S, NULL);
        for (i = 0; i < 3; i++) {
            ck_assert_uint_eq(dp_load_due(&it), DHCPPERF_NEVER - 3 * S + (unsigned)i * S);
            dp_load_take(&it);
        }
        ck_assert_uint_eq(dp_load_due(&it), DHCPPERF_NEVER);
        dhcpperf_load_free(l);
    }
END_TEST

/* -- shared profiles -- */

static const char *const shared_profiles[] = {
    "rate 1000/s",
    "rate 0.5/s 1h; rate 7/s 33s; rate 12345/s 2s",
    "ramp 0..5000/s 3s; hold 1s; ramp 5000..1/s 2s",
    "poisson 9000/s",
    "poisson 10..900/s 9s; rate 100/s 5s; poisson 3..40k/s 100ms; pause 1s; poisson 50/s 9s",
    "burst 10; burst 3000; rate 100/s 3s; burst 1; pause 2s; burst 777; rate 9/s 1h",
    "rate 3/s 200ms; rate 4/s 100ms; rate 900/s 1s; closed 9 5s; rate 100/s 20s; closed 64",
    "closed 5 1s; poisson 100/s 20s; closed 70 1s; ramp 1..900/s 9s",
    "rate 90/s 3s; at 0s,0s,3ms,4ms,4ms,4ms,1s,2s,2s,9s; burst 70; at 5ms,1s; closed 64",
};

/* Each arrival of the whole is due in the part of its owner and in no other part before it was
 * there: so the parts together are the whole. */
static void assert_shared(const char *text, uint32_t of, uint32_t members)
{
    dhcpperf_load *l = profile(text);
    dp_load_iter whole, part[8];
    uint32_t k, i, window;

    dp_load_begin(&whole, l, 5, 1000, NULL);
    for (i = 0; i < of; i++) {
        dp_load_share share = {i, of, members, 64};

        dp_load_begin(&part[i], l, 5, 1000, &share);
    }
    for (k = 0; k < 20000 && !dp_load_is_over(&whole);) {
        dp_load_iter *owner = &part[k % members / 64 % of];

        if (dp_load_due(&whole) == DHCPPERF_NEVER) {
            dhcpperf_ts end = dp_load_stage_end(&whole);

            for (i = window = 0; i < of; i++) {
                dp_load_advance(&part[i], end - 1); /* from an open-loop stage that is spent */
                window += dp_load_window(&part[i]) != UINT32_MAX ? dp_load_window(&part[i]) : 0;
                ck_assert_uint_eq(dp_load_due(&part[i]), DHCPPERF_NEVER);
            }
            ck_assert(dp_load_window(&whole) == UINT32_MAX || window == dp_load_window(&whole));
            if (end == DHCPPERF_NEVER) {
                break;
            }
            dp_load_advance(&whole, end);
            for (i = 0; i < of; i++) {
                dp_load_advance(&part[i], end);
            }
            continue;
        }
        assert_fast(dp_load_due(owner) == dp_load_due(&whole),
                    "%s, %u parts of %u members: arrival %u is due at %llu, for its owner at %llu",
                    text, of, members, k, (unsigned long long)dp_load_due(&whole),
                    (unsigned long long)dp_load_due(owner));
        dp_load_take(&whole);
        dp_load_take(owner);
        k++;
    }
    for (i = 0; i < of && dp_load_is_over(&whole); i++) {
        dp_load_advance(&part[i], DHCPPERF_NEVER - 1);
        ck_assert_msg(dp_load_is_over(&part[i]), "%s: part %u of %u goes on", text, i, of);
    }
    dhcpperf_load_free(l);
}

START_TEST(the_parts_of_a_profile_are_the_profile)
    {
        static const uint32_t parts[] = {1, 2, 3, 4, 7, 8},
                              members[] = {1, 64, 65, 300, 1000, 5000};
        unsigned i, j;

        for (i = 0; i < 6; i++) {
            for (j = 0; j < 6; j++) {
                uint32_t runs = (members[j] + 63) / 64, of = parts[i];

                if (of <= 5 || runs <= 5) { /* the narrowest window has 5 places */
                    assert_shared(shared_profiles[_i], of, members[j]);
                }
            }
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_constant_rate_never_drifts, 0, 8);
    tcase_add_loop_test(tc, a_rate_is_exact_after_hours, 0, 3);
    tcase_add_test(tc, listed_arrivals_are_due_as_listed);
    tcase_add_loop_test(tc, arrivals_stay_within_one_of_the_ideal_across_stages, 0, 10);
    tcase_add_loop_test(tc, the_inverse_is_the_first_instant_that_reaches_the_target, 0, 20);
    tcase_add_test(tc, bursts_are_due_at_once_and_take_no_time);
    tcase_add_test(tc, only_time_enters_and_leaves_a_closed_stage);
    tcase_add_test(tc, one_late_advance_crosses_every_stage_that_has_ended);
    tcase_add_test(tc, arrivals_of_an_ended_stage_stay_due_until_taken);
    tcase_add_test(tc, an_empty_profile_is_over_at_once);
    tcase_add_loop_test(tc, poisson_gaps_are_exponential, 0, 4);
    tcase_add_test(tc, a_poisson_ramp_has_as_many_arrivals_as_its_integral);
    tcase_add_test(tc, equal_seeds_give_equal_histories_and_others_do_not);
    tcase_add_test(tc, due_times_are_the_same_on_every_machine);
    tcase_add_loop_test(tc, the_parts_of_a_profile_are_the_profile, 0,
                        sizeof shared_profiles / sizeof shared_profiles[0]);
    tcase_add_test(tc, an_origin_near_the_end_of_time_does_not_wrap);
}

HARNESS_MAIN("policy/load_iter", tests)
