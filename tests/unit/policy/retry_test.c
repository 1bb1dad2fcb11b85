/* SPDX-License-Identifier: MIT */
/* retry_test.c - when a message is sent again: K-060 to K-069, K-073. */
#include "policy/dp_retry.h"

#include <math.h>
#include <string.h>

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

#define S  DHCPPERF_NS_PER_S
#define MS DHCPPERF_NS_PER_MS

static dhcpperf_retry *preset(const char *name)
{
    dhcpperf_retry *r = NULL;

    ck_assert_int_eq(dhcpperf_retry_new(&r, name, NULL), 0);
    return r;
}

static dhcpperf_dur delay(const dhcpperf_retry *r, dhcpperf_phase p, unsigned attempt,
                          uint64_t random)
{
    return dhcpperf_retry_delay(r, p, attempt, DHCPPERF_NEVER, random);
}

static const dhcpperf_phase backing_off[] = {DHCPPERF_PHASE_SELECTING, DHCPPERF_PHASE_REQUESTING,
                                             DHCPPERF_PHASE_REBOOTING, DHCPPERF_PHASE_INFORMING};
static const dhcpperf_phase renewing[] = {DHCPPERF_PHASE_RENEWING, DHCPPERF_PHASE_REBINDING};

/* K-060, K-061, K-065 */
START_TEST(rfc2131_waits_4_8_16_32_64_s_each_within_one_second_and_64_at_most)
    {
        static const dhcpperf_dur want[] = {4 * S, 8 * S, 16 * S, 32 * S, 64 * S};
        dhcpperf_retry *r = preset("rfc2131");
        uint64_t seed = harness_seed(1), n;
        unsigned a;

        for (a = 0; a < 5; a++) {
            dhcpperf_dur least = DHCPPERF_NEVER, most = 0, top = a < 4 ? want[a] + S : 64 * S;

            for (n = 0; n < 10000; n++) {
                dhcpperf_dur d = delay(r, backing_off[_i], a + 1, dp_draw(seed, n, 1, a));

                least = d < least ? d : least;
                most = d > most ? d : most;
            }
            ck_assert_msg(least >= want[a] - S && least < want[a] - S + 2 * MS,
                          "phase %d attempt %u: least %llu", _i, a, (unsigned long long)least);
            ck_assert_msg(most <= top && most > top - 2 * MS, "phase %d attempt %u: most %llu", _i,
                          a, (unsigned long long)most);
            ck_assert_uint_eq(delay(r, backing_off[_i], a + 1, 0), want[a] - S);
            ck_assert_uint_eq(delay(r, backing_off[_i], a + 1, UINT64_MAX), top);
        }
        ck_assert_uint_eq(delay(r, backing_off[_i], 6, 0), DHCPPERF_NEVER);
        dhcpperf_retry_free(r);
    }
END_TEST

/* K-060: "64, 64": the jitter stays +-1 s and the cap comes after it. */
START_TEST(without_a_limit_the_wait_stays_between_63_and_64_s)
    {
        dhcpperf_retry *r = preset("rfc2131");
        unsigned a;

        ck_assert_int_eq(
            dhcpperf_retry_set_attempts(r, DHCPPERF_PHASE_SELECTING, 0, DHCPPERF_GIVE_UP_RESTART),
            0);
        for (a = 5; a < 300; a++) {
            ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, a, 0), 63 * S);
            ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, a, UINT64_MAX), 64 * S);
        }
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, UINT32_MAX, UINT64_MAX), 64 * S);
        dhcpperf_retry_free(r);
    }
END_TEST

/* K-062: ten bins of the second DISCOVER's instant are equally full (chi-square, 9 degrees). */
START_TEST(jitter_is_uniform)
    {
        dhcpperf_retry *r = preset("rfc2131");
        unsigned bins[10] = {0};
        double chi = 0;
        uint64_t n;
        int i;

        for (n = 0; n < 10000; n++) {
            dhcpperf_dur d = delay(r, DHCPPERF_PHASE_SELECTING, 1, dp_draw(5, n, 7, 0)) - 3 * S;

            bins[d == 2 * S ? 9 : d / (200 * MS)]++;
        }
        for (i = 0; i < 10; i++) {
            chi += (bins[i] - 1000.0) * (bins[i] - 1000.0) / 1000.0;
        }
        ck_assert_double_lt(chi, 27.9); /* p = 0.001 */
        dhcpperf_retry_free(r);
    }
END_TEST

/* K-073 */
START_TEST(renewals_wait_half_of_what_remains_but_a_minute_at_least)
    {
        static const dhcpperf_dur remaining[] = {86400 * S, 1000 * S, 121 * S, 120 * S, 119 * S,
                                                 61 * S,    60 * S,   59 * S,  1 * S,   1};
        static const dhcpperf_dur want[] = {43200 * S, 500 * S, 60500 * MS, 60 * S, 60 * S,
                                            60 * S,    60 * S,  59 * S,     1 * S,  1};
        dhcpperf_retry *r = preset("rfc2131");
        unsigned k;

        for (k = 0; k < sizeof want / sizeof want[0]; k++) {
            ck_assert_msg(dhcpperf_retry_delay(r, renewing[_i], 1 + k * 1000, remaining[k],
                                               UINT64_MAX) == want[k],
                          "phase %d, case %u", _i, k);
        }
        ck_assert_uint_eq(dhcpperf_retry_delay(r, renewing[_i], 1, 0, 0), DHCPPERF_NEVER);
        ck_assert_uint_eq(dhcpperf_retry_delay(r, renewing[_i], 1, DHCPPERF_NEVER, 0),
                          DHCPPERF_NEVER);
        dhcpperf_retry_free(r);
    }
END_TEST

/* K-069 */
START_TEST(a_scaled_base_scales_the_jitter_and_has_no_floor)
    {
        static const struct {
            dhcpperf_dur base, jitter;
        } cases[] = {{100 * MS, 25 * MS}, {1 * S, 250 * MS}, {4 * S, S}, {10 * S, S}, {3, 0}};
        dhcpperf_retry *r = preset("rfc2131");
        dhcpperf_dur base = cases[_i].base, jitter = cases[_i].jitter;
        unsigned a;

        ck_assert_int_eq(
            dhcpperf_retry_set_backoff(r, DHCPPERF_PHASE_SELECTING, base, 2.0, 32 * base), 0);
        for (a = 0; a < 5; a++) { /* the cap is out of the way */
            ck_assert_msg(delay(r, DHCPPERF_PHASE_SELECTING, a + 1, 0) == (base << a) - jitter,
                          "case %d attempt %u", _i, a);
            ck_assert_msg(delay(r, DHCPPERF_PHASE_SELECTING, a + 1, UINT64_MAX) ==
                              (base << a) + jitter,
                          "case %d attempt %u", _i, a);
        }
        dhcpperf_retry_free(r);
    }
END_TEST

START_TEST(a_chosen_jitter_stays_when_the_base_changes)
    {
        dhcpperf_retry *r = preset("rfc2131");

        ck_assert_int_eq(dhcpperf_retry_set_jitter(r, DHCPPERF_PHASE_SELECTING, 7, 0.5), 0);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, DHCPPERF_PHASE_SELECTING, 1000, 2.0, 4000),
                         0);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 1, 0), 1000 - 507);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 3, UINT64_MAX), 4000);
        dhcpperf_retry_free(r);
    }
END_TEST

START_TEST(jitter_wider_than_the_wait_never_makes_it_zero_or_wrap)
    {
        dhcpperf_retry *r = preset("none");

        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, DHCPPERF_PHASE_SELECTING, 1000, 1.0, 5000),
                         0);
        ck_assert_int_eq(
            dhcpperf_retry_set_jitter(r, DHCPPERF_PHASE_SELECTING, DHCPPERF_NEVER - 1, 1.0), 0);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 1, 0), 1);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 1, UINT64_MAX), 1999);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, DHCPPERF_PHASE_SELECTING, 1, 1.0, 1), 0);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 1, UINT64_MAX), 1);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, DHCPPERF_PHASE_SELECTING, DHCPPERF_NEVER - 1,
                                                    1.0, DHCPPERF_NEVER - 1),
                         0);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 1, UINT64_MAX), DHCPPERF_NEVER - 1);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 1, 0), DHCPPERF_NEVER - 1);
        dhcpperf_retry_free(r);
    }
END_TEST

START_TEST(fast_waits_100_ms_to_1600_ms_within_ten_percent)
    {
        dhcpperf_retry *r = preset("fast");
        dhcpperf_dur base = 100 * MS;
        unsigned a, p;

        for (p = 0; p < DP_N_PHASES; p++) {
            for (a = 1; a <= 5; a++) {
                dhcpperf_dur least = delay(r, (dhcpperf_phase)p, a, 0);
                dhcpperf_dur most = delay(r, (dhcpperf_phase)p, a, UINT64_MAX);

                ck_assert_uint_le((base << (a - 1)) * 9 / 10, least);
                ck_assert_uint_lt(least, (base << (a - 1)) * 9 / 10 + 2);
                ck_assert_uint_le(most, (base << (a - 1)) * (a < 5 ? 11 : 10) / 10);
                ck_assert_uint_gt(most + 2, (base << (a - 1)) * (a < 5 ? 11 : 10) / 10);
            }
            ck_assert_uint_eq(delay(r, (dhcpperf_phase)p, 6, 0), DHCPPERF_NEVER);
        }
        dhcpperf_retry_free(r);
    }
END_TEST

START_TEST(none_sends_once_and_then_the_client_has_failed)
    {
        dhcpperf_retry *r = preset("none");
        dhcpperf_give_up then = DHCPPERF_GIVE_UP_RESTART;
        unsigned max = 0;

        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 1, 12345), 5 * S);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_SELECTING, 2, 12345), DHCPPERF_NEVER);
        ck_assert_uint_eq(dhcpperf_retry_delay(r, DHCPPERF_PHASE_RENEWING, 1, 1000 * S, 1),
                          500 * S);
        ck_assert_uint_eq(dhcpperf_retry_delay(r, DHCPPERF_PHASE_RENEWING, 2, 500 * S, 1),
                          DHCPPERF_NEVER);
        ck_assert_int_eq(dhcpperf_retry_get_attempts(r, DHCPPERF_PHASE_REQUESTING, &max, &then), 0);
        ck_assert_uint_eq(max, 1);
        ck_assert_int_eq(then, DHCPPERF_GIVE_UP_STOP);
        dhcpperf_retry_free(r);
    }
END_TEST

/* K-067 */
START_TEST(after_the_last_request_rfc2131_goes_back_to_init)
    {
        dhcpperf_retry *r = preset("rfc2131");
        dhcpperf_give_up then = DHCPPERF_GIVE_UP_STOP;

        ck_assert_int_eq(dhcpperf_retry_get_attempts(r, DHCPPERF_PHASE_REQUESTING, NULL, &then), 0);
        ck_assert_int_eq(then, DHCPPERF_GIVE_UP_RESTART);
        dhcpperf_retry_free(r);
    }
END_TEST

START_TEST(the_wait_never_exceeds_what_remains)
    {
        dhcpperf_retry *r = preset("rfc2131");
        dhcpperf_phase p = DHCPPERF_PHASE_SELECTING;

        ck_assert_uint_eq(dhcpperf_retry_delay(r, p, 3, 2 * S, 0), 2 * S);
        ck_assert_uint_eq(dhcpperf_retry_delay(r, p, 1, 0, 0), DHCPPERF_NEVER);
        ck_assert_uint_eq(dhcpperf_retry_delay(r, p, 0, S, 0), DHCPPERF_NEVER);
        dhcpperf_retry_free(r);
    }
END_TEST

/* The powers by squaring against repeated multiplication in floating point. */
START_TEST(any_factor_grows_like_its_powers)
    {
        static const double factors[] = {1.0, 1.1, 1.5, 2.0, 2.7182818, 3.0, 10.0, 999.5};
        dhcpperf_retry *r = preset("none");
        unsigned a;

        ck_assert_int_eq(
            dhcpperf_retry_set_attempts(r, DHCPPERF_PHASE_SELECTING, 0, DHCPPERF_GIVE_UP_STOP), 0);
        ck_assert_int_eq(
            dhcpperf_retry_set_backoff(r, DHCPPERF_PHASE_SELECTING, 10 * MS, factors[_i], 3600 * S),
            0);
        for (a = 1; a < 100; a++) {
            double want = fmin(1e7 * pow(factors[_i], a - 1), 3600e9);
            double got = (double)delay(r, DHCPPERF_PHASE_SELECTING, a, 0);

            ck_assert_msg(fabs(got - want) <= 1.0 + want * 1e-7, "factor %d attempt %u: %f, not %f",
                          _i, a, got, want);
        }
        dhcpperf_retry_free(r);
    }
END_TEST

static dhcpperf_dur echo(void *user, dhcpperf_phase p, unsigned attempt, dhcpperf_dur remaining,
                         uint64_t random)
{
    return *(const uint64_t *)user + (unsigned)p * 1000 + attempt * 100 + remaining * 10 + random;
}

START_TEST(a_function_of_ones_own_replaces_the_arithmetic_and_can_be_taken_back)
    {
        dhcpperf_retry *r = preset("rfc2131"), *copy = NULL;
        uint64_t base = 5;

        ck_assert_int_eq(dhcpperf_retry_set_function(r, echo, &base), 0);
        ck_assert_int_eq(dhcpperf_retry_clone(&copy, r), 0);
        ck_assert_int_eq(dhcpperf_retry_set_function(r, NULL, NULL), 0);
        ck_assert_uint_eq(dhcpperf_retry_delay(copy, DHCPPERF_PHASE_REQUESTING, 2, 3, 4),
                          5 + 1000 + 200 + 30 + 4);
        ck_assert_uint_eq(delay(r, DHCPPERF_PHASE_REQUESTING, 1, 0), 3 * S);
        dhcpperf_retry_free(copy);
        dhcpperf_retry_free(r);
    }
END_TEST

START_TEST(wrong_arguments_are_refused_and_change_nothing)
    {
        dhcpperf_retry *r = preset("rfc2131"), *none = NULL;
        dhcpperf_retry before = *r;
        dhcpperf_phase p = DHCPPERF_PHASE_SELECTING, bad = (dhcpperf_phase)DP_N_PHASES;

        ck_assert_int_eq(dhcpperf_retry_new(&none, "RFC2131", NULL), DHCPPERF_E_NOKEY);
        ck_assert_int_eq(dhcpperf_retry_new(&none, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_ptr_null(none);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, p, S, 0.999, 2 * S), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, p, S, (double)NAN, 2 * S), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, p, S, 1000.1, 2 * S), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, p, 0, 2.0, 2 * S), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, p, 2 * S, 2.0, S), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, p, S, 2.0, DHCPPERF_NEVER),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, bad, S, 2.0, S), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_retry_set_halving(r, p, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_halving(r, bad, S), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_retry_set_jitter(r, p, 0, 1.01), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_jitter(r, p, 0, -0.01), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_jitter(r, p, DHCPPERF_NEVER, 0.0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_attempts(r, p, 256, DHCPPERF_GIVE_UP_STOP),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_retry_set_attempts(r, p, 1, (dhcpperf_give_up)2),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_retry_get_attempts(r, bad, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_retry_set_function(NULL, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(dhcpperf_retry_delay(r, bad, 1, S, 0), DHCPPERF_NEVER);
        assert_mem_eq(r, &before, sizeof before);
        dhcpperf_retry_free(r);
        dhcpperf_retry_free(NULL);
    }
END_TEST

/* The short way for first transmissions says what the long one says, for every preset and for waits
 * and jitters drawn over the whole range, and is gone where it could not. */
START_TEST(the_short_way_is_the_long_way)
    {
        static const char *const names[] = {"rfc2131", "fast", "none"};
        uint64_t seed = harness_seed(1), plain = 0, i;
        dhcpperf_retry *r = preset(names[_i]);

        for (i = 0; i < 100000; i++) {
            uint64_t bits = dp_draw(seed, i, 1, 0);
            dhcpperf_phase p = (dhcpperf_phase)(bits % DP_N_PHASES);
            dhcpperf_dur left = dp_draw(seed, i, 2, 0) >> (bits >> 8) % 64;
            dhcpperf_dur initial = (dp_draw(seed, i, 3, 0) >> (bits >> 16) % 64 >> 1) + 1;
            dhcpperf_dur jitter = dp_draw(seed, i, 4, 0) >> (bits >> 24) % 64 >> 1;
            dp_retry_first first;

            if (i % 2 != 0 && (bits >> 48) % 4 != 0) {
                ck_assert_int_eq(dhcpperf_retry_set_backoff(r, p, initial, 2, initial), 0);
                ck_assert_int_eq(dhcpperf_retry_set_jitter(r, p, jitter, 0), 0);
            }
            left = (bits >> 52) % 16 == 0 ? 0 : left;
            first = dp_retry_first_of(r, p);
            if (first.least != 0) {
                plain++;
                assert_fast(dp_retry_first_delay(&first, left, bits) ==
                                dhcpperf_retry_delay(r, p, 1, left, bits),
                            "phase %d, %llu", p, (unsigned long long)i);
                assert_fast(first.span != 1 || dp_retry_first_delay(&first, left, ~bits) ==
                                                   dp_retry_first_delay(&first, left, bits),
                            "phase %d, %llu: chance counts", p, (unsigned long long)i);
            }
        }
        ck_assert_uint_gt(plain, 10000);
        dhcpperf_retry_free(r);
    }
END_TEST

START_TEST(out_of_memory_leaves_nothing_behind)
    {
        allocfail af;
        dhcpperf_retry *r = NULL, *copy = NULL;

        allocfail_init(&af, 1);
        ck_assert_int_eq(dhcpperf_retry_new(&r, "fast", &af.mem), DHCPPERF_E_NOMEM);
        ck_assert_ptr_null(r);
        allocfail_init(&af, 0);
        ck_assert_int_eq(dhcpperf_retry_new(&r, "slow", &af.mem), DHCPPERF_E_NOKEY);
        ck_assert_int_eq(dhcpperf_retry_new(&r, "fast", &af.mem), 0);
        af.fail_at = af.calls + 1;
        ck_assert_int_eq(dhcpperf_retry_clone(&copy, r), DHCPPERF_E_NOMEM);
        ck_assert_int_eq(dhcpperf_retry_clone(&copy, r), 0);
        dhcpperf_retry_free(copy);
        dhcpperf_retry_free(r);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, rfc2131_waits_4_8_16_32_64_s_each_within_one_second_and_64_at_most, 0,
                        4);
    tcase_add_test(tc, without_a_limit_the_wait_stays_between_63_and_64_s);
    tcase_add_test(tc, jitter_is_uniform);
    tcase_add_loop_test(tc, renewals_wait_half_of_what_remains_but_a_minute_at_least, 0, 2);
    tcase_add_loop_test(tc, a_scaled_base_scales_the_jitter_and_has_no_floor, 0, 5);
    tcase_add_test(tc, a_chosen_jitter_stays_when_the_base_changes);
    tcase_add_test(tc, jitter_wider_than_the_wait_never_makes_it_zero_or_wrap);
    tcase_add_test(tc, fast_waits_100_ms_to_1600_ms_within_ten_percent);
    tcase_add_test(tc, none_sends_once_and_then_the_client_has_failed);
    tcase_add_test(tc, after_the_last_request_rfc2131_goes_back_to_init);
    tcase_add_test(tc, the_wait_never_exceeds_what_remains);
    tcase_add_loop_test(tc, any_factor_grows_like_its_powers, 0, 8);
    tcase_add_test(tc, a_function_of_ones_own_replaces_the_arithmetic_and_can_be_taken_back);
    tcase_add_test(tc, wrong_arguments_are_refused_and_change_nothing);
    tcase_add_loop_test(tc, the_short_way_is_the_long_way, 0, 3);
    tcase_add_test(tc, out_of_memory_leaves_nothing_behind);
}

HARNESS_MAIN("policy/retry", tests)
