/* SPDX-License-Identifier: MIT */
/* fault_time_test.c - delays of every distribution, and the buckets that replies queue at. */
#include <string.h>

#include "base/dp_rng.h"
#include "policy/dp_fault.h"
#include "support/harness.h"

#define MS  DHCPPERF_NS_PER_MS
#define SEC DHCPPERF_NS_PER_S

enum {
    DRAWS = 200000
};

static dp_faults faults;

static dp_fault_action *action(const char *text)
{
    dhcpperf_fault_plan *p = NULL;

    dp_faults_fini(&faults);
    ck_assert_int_eq(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, NULL, NULL, NULL),
                     0);
    ck_assert_int_eq(dp_faults_init(&faults, p, 7, NULL), 0);
    dhcpperf_fault_plan_free(p);
    return &faults.plan->actions[0];
}

static void teardown(void)
{
    dp_faults_fini(&faults);
}

/* ---- delays -----------------------------------------------------------------------------------
 */

typedef struct shape {
    double mean, deviation;
    dhcpperf_dur least, most;
} shape;

static shape measure(const dp_fault_action *a)
{
    shape s = {0, 0, UINT64_MAX, 0};
    double square = 0;
    unsigned i;

    for (i = 0; i < DRAWS; i++) {
        dhcpperf_dur d = dp_faults_delay(&faults, 0, a);

        s.mean += (double)d / DRAWS;
        square += (double)d * (double)d / DRAWS;
        s.least = d < s.least ? d : s.least;
        s.most = d > s.most ? d : s.most;
    }
    s.deviation = square - s.mean * s.mean; /* squared: that is all the tests need */
    return s;
}

static void assert_near(double got, double want, double off)
{
    ck_assert_msg(got > want - off && got < want + off, "%f, not %f", got, want);
}

START_TEST(a_fixed_delay_is_what_it_says)
    {
        shape s = measure(action("delay 80ms"));

        ck_assert_uint_eq(s.least, 80 * MS);
        ck_assert_uint_eq(s.most, 80 * MS);
    }
END_TEST

START_TEST(a_uniform_delay_fills_its_span)
    {
        shape s = measure(action("delay uniform 10ms..20ms"));

        ck_assert_uint_ge(s.least, 10 * MS);
        ck_assert_uint_le(s.most, 20 * MS);
        ck_assert_uint_lt(s.least, 10 * MS + MS / 100);
        ck_assert_uint_gt(s.most, 20 * MS - MS / 100);
        assert_near(s.mean / MS, 15, 0.05);
        assert_near(s.deviation / MS / MS, 100.0 / 12, 0.1);
        s = measure(action("delay uniform 3ns..5ns")); /* both ends belong to it */
        ck_assert_uint_eq(s.least, 3);
        ck_assert_uint_eq(s.most, 5);
        assert_near(s.mean, 4, 0.01);
    }
END_TEST

START_TEST(a_normal_delay_has_its_mean_and_deviation)
    {
        shape s = measure(action("delay normal 80ms 20ms"));

        assert_near(s.mean / MS, 80, 0.3);
        assert_near(s.deviation / MS / MS, 400, 6);
        ck_assert_uint_lt(s.least, 10 * MS); /* over three and a half deviations away */
        ck_assert_uint_gt(s.most, 150 * MS);
    }
END_TEST

/* Shares within one, two and three deviations: 68.3, 95.4 and 99.7 per cent. */
START_TEST(a_normal_delay_is_spread_like_the_normal_distribution)
    {
        static const double want[] = {0.6827, 0.9545, 0.9973};
        const dp_fault_action *a = action("delay normal 10s 1s");
        unsigned within[3] = {0, 0, 0}, i, k;

        for (i = 0; i < DRAWS; i++) {
            dhcpperf_dur d = dp_faults_delay(&faults, 0, a);

            for (k = 0; k < 3; k++) {
                within[k] += d > (9 - k) * SEC && d < (11 + k) * SEC;
            }
        }
        for (k = 0; k < 3; k++) {
            assert_near((double)within[k] / DRAWS, want[k], 0.006);
        }
    }
END_TEST

START_TEST(a_normal_delay_is_never_below_0)
    {
        shape s = measure(action("delay normal 1ms 20ms"));

        ck_assert_uint_eq(s.least, 0);
        ck_assert_uint_lt(s.most, 200 * MS);
        s = measure(action("delay normal 5ms 0s"));
        ck_assert_uint_eq(s.least, 5 * MS);
        ck_assert_uint_eq(s.most, 5 * MS);
    }
END_TEST

START_TEST(an_exponential_delay_has_its_mean_and_long_tail)
    {
        shape s = measure(action("delay exponential 10ms"));

        assert_near(s.mean / MS, 10, 0.15);
        assert_near(s.deviation / MS / MS, 100, 4);
        ck_assert_uint_lt(s.least, MS / 100);
        ck_assert_uint_gt(s.most, 80 * MS);
    }
END_TEST

START_TEST(the_longest_delays_do_not_overflow)
    {
        shape s = measure(action("delay exponential 8760h"));

        assert_near(s.mean / SEC / 3600, 8760, 150);
        s = measure(action("delay normal 8760h 8760h"));
        ck_assert_uint_lt(s.most, UINT64_C(8760) * 7 * 3600 * SEC);
        s = measure(action("delay uniform 0s..8760h"));
        assert_near(s.mean / SEC / 3600, 4380, 30);
    }
END_TEST

START_TEST(samples_are_drawn_alike)
    {
        const dp_fault_action *a = action("delay samples 1ns 2ns 3ns 100ns");
        unsigned seen[101] = {0}, i;

        for (i = 0; i < DRAWS; i++) {
            dhcpperf_dur d = dp_faults_delay(&faults, 0, a);

            ck_assert_uint_le(d, 100);
            seen[d]++;
        }
        ck_assert_uint_eq(seen[1] + seen[2] + seen[3] + seen[100], DRAWS);
        for (i = 1; i <= 3; i++) {
            assert_near((double)seen[i] / DRAWS, 0.25, 0.006);
        }
    }
END_TEST

/* Integers only: the same on every machine. */
START_TEST(a_seed_means_the_same_delays_everywhere)
    {
        static const dhcpperf_dur normal[] = {105561425, 62760256, 84176994};
        static const dhcpperf_dur exponential[] = {12370330, 18702052, 40235309};
        const dp_fault_action *a = action("delay normal 80ms 20ms");
        unsigned i;

        for (i = 0; i < 3; i++) {
            ck_assert_uint_eq(dp_faults_delay(&faults, 0, a), normal[i]);
        }
        a = action("delay exponential 80ms");
        for (i = 0; i < 3; i++) {
            ck_assert_uint_eq(dp_faults_delay(&faults, 0, a), exponential[i]);
        }
    }
END_TEST

/* ---- buckets ----------------------------------------------------------------------------------
 */

/* A link of 1 Mbit/s: 97 octets and 28 of headers are 1 ms. */
START_TEST(a_link_sends_one_reply_after_the_other)
    {
        dp_fault_action *a = action("bandwidth 1M");
        dhcpperf_ts due = 0;
        unsigned i;

        for (i = 1; i <= 5; i++) {
            ck_assert(dp_fault_pass(a, 97, 10 * SEC, &due));
            ck_assert_uint_eq(due, 10 * SEC + i * MS);
        }
        ck_assert(dp_fault_pass(a, 97, 11 * SEC, &due)); /* idle in between */
        ck_assert_uint_eq(due, 11 * SEC + MS);
    }
END_TEST

START_TEST(a_link_loses_what_its_queue_cannot_hold)
    {
        dp_fault_action *a = action("bandwidth 1M queue 625"); /* five of them */
        dhcpperf_ts due = 0;
        unsigned i;

        for (i = 1; i <= 5; i++) {
            ck_assert(dp_fault_pass(a, 97, SEC, &due));
        }
        ck_assert(!dp_fault_pass(a, 97, SEC, &due));
        ck_assert(dp_fault_pass(a, 97, SEC + MS, &due)); /* one has left */
        ck_assert_uint_eq(due, SEC + 6 * MS);
        ck_assert(!dp_fault_pass(a, 97, SEC + MS, &due));
        ck_assert(dp_fault_pass(a, 1400, 2 * SEC, &due)); /* alone, anything goes */
        ck_assert_uint_eq(due, 2 * SEC + (1400 + 28) * 8 * (MS / 1000));
    }
END_TEST

/* 1.25 Mbit/s is carried however the replies come: after a while there is no more and no less. */
START_TEST(a_link_carries_its_bandwidth)
    {
        dp_fault_action *a = action("bandwidth 1250k queue 10k");
        dhcpperf_ts due = 0, last = 0;
        uint64_t passed = 0, i;

        for (i = 0; i < 10000; i++) {
            if (dp_fault_pass(a, 272, i * MS / 10, &due)) { /* ten times what it carries */
                passed++;
                ck_assert_uint_ge(due, last);
                last = due;
            }
        }
        ck_assert_uint_ge(passed, 520); /* 300 octets in 1.92 ms: 521 in 1 s, 33 more queue */
        ck_assert_uint_le(passed, 555);
    }
END_TEST

START_TEST(a_limit_lets_so_many_pass_a_second)
    {
        dp_fault_action *a = action("limit 100/s");
        dhcpperf_ts due = 0;

        ck_assert(dp_fault_pass(a, 300, SEC, &due));
        ck_assert_uint_eq(due, SEC);
        ck_assert(!dp_fault_pass(a, 300, SEC, &due));
        ck_assert(!dp_fault_pass(a, 300, SEC + 10 * MS - 1, &due));
        ck_assert(dp_fault_pass(a, 300, SEC + 10 * MS, &due));
        ck_assert_uint_eq(due, SEC + 10 * MS);
        ck_assert(!dp_fault_pass(a, 300, SEC + 15 * MS, &due));
    }
END_TEST

START_TEST(a_limit_has_a_burst_and_a_queue)
    {
        dp_fault_action *a = action("limit 100/s burst 3 queue 2");
        dhcpperf_ts due = 0;
        unsigned i;

        for (i = 0; i < 3; i++) {
            ck_assert(dp_fault_pass(a, 300, SEC, &due));
            ck_assert_uint_eq(due, SEC);
        }
        ck_assert(dp_fault_pass(a, 300, SEC, &due));
        ck_assert_uint_eq(due, SEC + 10 * MS);
        ck_assert(dp_fault_pass(a, 300, SEC, &due));
        ck_assert_uint_eq(due, SEC + 20 * MS);
        ck_assert(!dp_fault_pass(a, 300, SEC, &due));
        ck_assert(!dp_fault_pass(a, 300, SEC + 9 * MS, &due));
        ck_assert(dp_fault_pass(a, 300, SEC + 10 * MS, &due)); /* one place in the queue */
        ck_assert_uint_eq(due, SEC + 30 * MS);
        for (i = 0; i < 3; i++) { /* a full bucket again, and no more than that */
            ck_assert(dp_fault_pass(a, 300, 60 * SEC, &due));
            ck_assert_uint_eq(due, 60 * SEC);
        }
        ck_assert(dp_fault_pass(a, 300, 60 * SEC, &due));
        ck_assert_uint_eq(due, 60 * SEC + 10 * MS);
    }
END_TEST

/* Four engines have a quarter each: of the rate, the burst and the queue. */
START_TEST(engines_divide_a_bucket)
    {
        dp_fault_action *a = action("bandwidth 4M queue 2500");
        dhcpperf_ts due = 0;
        unsigned i;

        dp_faults_share(&faults, 4);
        for (i = 1; i <= 5; i++) {
            ck_assert(dp_fault_pass(a, 97, SEC, &due));
            ck_assert_uint_eq(due, SEC + i * MS);
        }
        ck_assert(!dp_fault_pass(a, 97, SEC, &due));
        a = action("limit 100/s burst 8 queue 4");
        dp_faults_share(&faults, 4);
        for (i = 0; i < 2; i++) {
            ck_assert(dp_fault_pass(a, 97, SEC, &due));
            ck_assert_uint_eq(due, SEC);
        }
        ck_assert(dp_fault_pass(a, 97, SEC, &due));
        ck_assert_uint_eq(due, SEC + 40 * MS);
        ck_assert(!dp_fault_pass(a, 97, SEC, &due));
        a = action("limit 0.002/s");
        dp_faults_share(&faults, 64); /* never less than there is */
        ck_assert(dp_fault_pass(a, 97, SEC, &due));
        ck_assert(!dp_fault_pass(a, 97, 1000 * SEC, &due));
        ck_assert(dp_fault_pass(a, 97, 1001 * SEC, &due));
    }
END_TEST

START_TEST(a_limit_may_be_less_than_one_a_second)
    {
        dp_fault_action *a = action("limit 0.001/s burst 1000000");
        dhcpperf_ts due = 0;
        unsigned i;

        for (i = 0; i < 1000000; i++) {
            assert_fast(dp_fault_pass(a, 300, SEC, &due) && due == SEC, "%u", i);
        }
        ck_assert(!dp_fault_pass(a, 300, SEC, &due));
        ck_assert(dp_fault_pass(a, 300, 1001 * SEC, &due));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_test(tc, a_fixed_delay_is_what_it_says);
    tcase_add_test(tc, a_uniform_delay_fills_its_span);
    tcase_add_test(tc, a_normal_delay_has_its_mean_and_deviation);
    tcase_add_test(tc, a_normal_delay_is_spread_like_the_normal_distribution);
    tcase_add_test(tc, a_normal_delay_is_never_below_0);
    tcase_add_test(tc, an_exponential_delay_has_its_mean_and_long_tail);
    tcase_add_test(tc, the_longest_delays_do_not_overflow);
    tcase_add_test(tc, samples_are_drawn_alike);
    tcase_add_test(tc, a_seed_means_the_same_delays_everywhere);
    tcase_add_test(tc, a_link_sends_one_reply_after_the_other);
    tcase_add_test(tc, a_link_loses_what_its_queue_cannot_hold);
    tcase_add_test(tc, a_link_carries_its_bandwidth);
    tcase_add_test(tc, a_limit_lets_so_many_pass_a_second);
    tcase_add_test(tc, a_limit_has_a_burst_and_a_queue);
    tcase_add_test(tc, engines_divide_a_bucket);
    tcase_add_test(tc, a_limit_may_be_less_than_one_a_second);
}
HARNESS_MAIN("policy/fault_time", tests)
