/* SPDX-License-Identifier: MIT */
/* search_measure_test.c - what the quantities are in numbers that were measured. */
#include "policy/dp_search.h"

#include <string.h>

#include "stats/dp_stats.h"
#include "support/harness.h"

static dhcpperf_stats stats;

static void setup(void)
{
    memset(&stats, 0, sizeof stats);
    ck_assert_int_eq(dp_stats_init(&stats,
                                   1u << DHCPPERF_S_DISCOVER_OFFER | 1u << DHCPPERF_S_REQUEST_ACK |
                                       1u << DHCPPERF_S_FULL_BIND,
                                   NULL),
                     0);
}

static void teardown(void)
{
    dp_stats_fini(&stats);
}

static double value(const char *quantity, uint64_t offered, uint64_t leases)
{
    dhcpperf_search_measured m = {
        .size = sizeof m, .stats = &stats, .offered = offered, .leases = leases};
    dp_conditions c;
    char text[64];
    size_t at;

    strcpy(text, quantity);
    if (strchr("lpm", quantity[0]) != NULL) {
        strcat(text, quantity[0] == 'l' ? "<1%" : "<1s");
    } else {
        strcat(text, quantity[0] == 'n' ? "<1%" : ">1%");
    }
    ck_assert_int_eq(dp_conditions_parse(&c, text, &at), 0);
    return dp_condition_measure(&c.at[0], &m);
}

START_TEST(nothing_has_no_value)
    {
        static const char *const all[] = {"loss",      "loss(offer)", "loss(ack)", "nak",
                                          "success",   "p50",         "p999",      "max",
                                          "mean(ack)", "p99(offer)"};

        ck_assert_msg(value(all[_i], 10, 0) < 0, "%s", all[_i]);
        ck_assert_double_eq(value("rate", 10, 0), 0);
    }
END_TEST

/* 1000 DISCOVERs of which 10 were not answered, 5 too late, 5 not yet; 980 REQUESTs of which 20
 * were refused and 10 not answered. */
static void fill(void)
{
    uint64_t i;

    dp_stats_exchange(&stats, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED, 980);
    dp_stats_exchange(&stats, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED, 10);
    dp_stats_exchange(&stats, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_LATE, 5);
    dp_stats_exchange(&stats, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT, 5);
    dp_stats_exchange(&stats, DHCPPERF_X_REQUEST, DHCPPERF_OUT_ANSWERED, 950);
    dp_stats_exchange(&stats, DHCPPERF_X_REQUEST, DHCPPERF_OUT_REFUSED, 20);
    dp_stats_exchange(&stats, DHCPPERF_X_REQUEST, DHCPPERF_OUT_UNANSWERED, 10);
    dp_stats_add(&stats, DHCPPERF_C_BOUND, 950);
    dp_stats_add(&stats, DHCPPERF_C_GAVE_UP, 45);
    for (i = 1; i <= 950; i++) {
        dp_stats_record(&stats, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED, i);
        dp_stats_record(&stats, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_ACTUAL, 1);
    }
}

START_TEST(loss_is_what_ended_without_an_answer_in_time)
    {
        fill();
        ck_assert_double_eq_tol(value("loss(offer)", 1000, 0), 0.02, 1e-12);
        ck_assert_double_eq_tol(value("loss(ack)", 1000, 0), 10.0 / 980, 1e-12);
        ck_assert_double_eq_tol(value("loss", 1000, 0), 0.05, 1e-12); /* 45 gave up, 5 under way */
        ck_assert_double_eq_tol(value("success", 1000, 0), 0.95, 1e-12);
        ck_assert_double_eq_tol(value("nak", 1000, 0), 20.0 / 980, 1e-12);
        ck_assert_double_eq_tol(value("rate", 1000, 930), 0.93, 1e-12);
    }
END_TEST

START_TEST(what_was_lost_is_slower_than_any_answer)
    {
        fill();
        /* Ranks among 1000, of which 950 have a latency; from the intended start. */
        ck_assert_double_eq(value("p50", 1, 0), 500);
        ck_assert_double_eq(value("p90", 1, 0), 900);
        ck_assert_double_eq(value("p95", 1, 0), 950);
        ck_assert_double_lt(value("p99", 1, 0), 0);
        ck_assert_double_lt(value("max", 1, 0), 0);
        ck_assert_double_eq_tol(value("mean", 1, 0), 475.5, 1e-9);
        stats.counters[DHCPPERF_C_GAVE_UP] = 0;
        stats.exchanges[DHCPPERF_X_DISCOVER][DHCPPERF_OUT_IN_FLIGHT] = 0;
        ck_assert_double_eq(value("max", 1, 0), 950);
    }
END_TEST

START_TEST(the_median_is_the_middle_and_of_two_the_worse)
    {
        double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, least[] = {4, 1, 3, 2};
        double gaps[] = {1, -1, 2}, most[] = {-1, 7, -1}, one[] = {8};

        ck_assert_double_eq(dp_search_median(odd, 3, false), 3);
        ck_assert_double_eq(dp_search_median(even, 4, false), 3);
        ck_assert_double_eq(dp_search_median(least, 4, true), 2);
        ck_assert_double_eq(dp_search_median(gaps, 3, false), 2);
        ck_assert_double_eq(dp_search_median(most, 3, false), -1);
        ck_assert_double_eq(dp_search_median(one, 1, true), 8);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, nothing_has_no_value, 0, 10);
    tcase_add_test(tc, loss_is_what_ended_without_an_answer_in_time);
    tcase_add_test(tc, what_was_lost_is_slower_than_any_answer);
    tcase_add_test(tc, the_median_is_the_middle_and_of_two_the_worse);
}

HARNESS_MAIN("policy/search_measure", tests)
