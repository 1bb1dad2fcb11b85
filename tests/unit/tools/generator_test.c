/* SPDX-License-Identifier: MIT */
/* generator_test.c - each limit from both sides, and the sentence that names it. */
#include "dhcp-tester/generator.h"

#include <string.h>

#include "support/harness.h"

#define US DHCPPERF_NS_PER_US
#define MS DHCPPERF_NS_PER_MS

/* 10,000 clients a second, all in time. */
static generator_facts good(void)
{
    generator_facts f;

    memset(&f, 0, sizeof f);
    f.receive_buffer = 4 << 20;
    f.cpu_share = 0.4;
    f.has_schedule = 1;
    f.interval = 100 * US;
    f.due = f.started = 50000;
    return f;
}

static void assert_fault(const generator_facts *f, generator_fault fault, double value,
                         double limit, const char *const *words)
{
    generator_verdict v;
    unsigned i;

    generator_judge(&v, f);
    for (i = 0; i < v.n && v.at[i].fault != fault; i++) {
    }
    ck_assert_msg(i < v.n, "%s is not found", generator_fault_name(fault));
    ck_assert_msg(v.at[i].value > value * 0.999999 && v.at[i].value < value * 1.000001, "%g",
                  v.at[i].value);
    ck_assert_msg(v.at[i].limit >= limit * 0.999999 && v.at[i].limit <= limit * 1.000001, "%g",
                  v.at[i].limit);
    for (; *words != NULL; words++) {
        ck_assert_msg(strstr(v.at[i].text, *words) != NULL, "'%s' lacks '%s'", v.at[i].text,
                      *words);
    }
}

static unsigned faults(const generator_facts *f)
{
    generator_verdict v;

    generator_judge(&v, f);
    return v.n;
}

START_TEST(a_generator_in_time_is_valid)
    {
        generator_facts f = good();

        ck_assert_uint_eq(faults(&f), 0);
        memset(&f, 0, sizeof f);
        ck_assert_uint_eq(faults(&f), 0); /* a run in which nothing happened */
    }
END_TEST

START_TEST(one_drop_is_one_too_many)
    {
        static const char *const words[] = {"4.0 MiB", "overflowed 1 times (limit 0)",
                                            "not by the server", "net.core.rmem_max", NULL};
        generator_facts f = good();

        f.socket_drops = 1;
        assert_fault(&f, GENERATOR_DROPS, 1, 0, words);
        ck_assert_uint_eq(faults(&f), 1);
        f.has_schedule = 0; /* in closed loop, too */
        assert_fault(&f, GENERATOR_DROPS, 1, 0, words);
    }
END_TEST

static const struct {
    int is_precise;
    dhcpperf_dur interval, tick, max_lag, limit;
    const char *whose;
} limits[] = {
    {1, 100 * US, 0, 0, 50 * US, "the least with --pacing precise"},
    {1, 5 * MS, 0, 0, 50 * US, "the least with --pacing precise"},
    {1, 10 * MS, 0, 0, 100 * US, "1 % of the mean interval between starts"},
    {0, 100 * US, 0, 0, 1 * MS, "limit 1.00 ms, to wake up)"},
    {0, 100 * US, 800 * US, 0, 1800 * US, "1 ms to wake up and a tick)"},
    {0, 100 * US, 800 * US, 5 * MS, 5 * MS, "--max-lag"},
    {0, 100 * US, 0, 20 * US, 20 * US, "--max-lag"},
    {1, 100 * US, 0, 30 * US, 30 * US, "--max-lag"},
};

START_TEST(lag_has_the_limit_of_its_pacing)
    {
        const char *const words[] = {limits[_i].whose, "schedule was not kept", NULL};
        generator_facts f = good();

        f.is_precise = limits[_i].is_precise;
        f.interval = limits[_i].interval;
        f.tick = limits[_i].tick;
        f.max_lag = limits[_i].max_lag;
        f.start_lag.p99 = limits[_i].limit;
        ck_assert_msg(faults(&f) == 0, "case %d", _i);
        f.start_lag.p99++;
        assert_fault(&f, GENERATOR_LAG, (double)limits[_i].limit + 1, (double)limits[_i].limit,
                     words);
        ck_assert_msg(faults(&f) == 1, "case %d", _i);
        f.has_schedule = 0;
        ck_assert_msg(faults(&f) == 0, "case %d", _i);
    }
END_TEST

START_TEST(clients_that_never_started_are_missed)
    {
        static const char *const words[] = {"30 of 50000 clients", "(limit 0)", NULL};
        generator_facts f = good();

        f.started = 49970;
        assert_fault(&f, GENERATOR_UNSTARTED, 30, 0, words);
        ck_assert_uint_eq(faults(&f), 1);
        f.started = 50001; /* a client that came back is no fault */
        ck_assert_uint_eq(faults(&f), 0);
    }
END_TEST

/* Using all of a processor is a fault only where something was late for it. */
START_TEST(a_saturated_processor_counts_when_the_schedule_suffered)
    {
        static const char *const words[] = {"used 99 % of one (limit 95 %)", "--workers", NULL};
        generator_facts f = good();

        f.cpu_share = 0.99;
        ck_assert_uint_eq(faults(&f), 0);
        f.start_lag.p99 = 2 * MS;
        assert_fault(&f, GENERATOR_SATURATED, 0.99, 0.95, words);
        ck_assert_uint_eq(faults(&f), 2);
        f.start_lag.p99 = 0;
        f.started--;
        assert_fault(&f, GENERATOR_SATURATED, 0.99, 0.95, words);
        f.cpu_share = 0.95;
        ck_assert_uint_eq(faults(&f), 1);
        f.cpu_share = 0.99;
        f.has_schedule = 0;
        ck_assert_uint_eq(faults(&f), 0);
    }
END_TEST

START_TEST(all_that_is_wrong_is_said)
    {
        generator_facts f = good();

        f.socket_drops = UINT64_MAX;
        f.receive_buffer = UINT64_MAX;
        f.started = 0;
        f.due = UINT64_MAX;
        f.cpu_share = 1e6;
        f.start_lag.p99 = UINT64_MAX;
        ck_assert_uint_eq(faults(&f), GENERATOR_FAULTS);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_generator_in_time_is_valid);
    tcase_add_test(tc, one_drop_is_one_too_many);
    tcase_add_loop_test(tc, lag_has_the_limit_of_its_pacing, 0,
                        (int)(sizeof limits / sizeof limits[0]));
    tcase_add_test(tc, clients_that_never_started_are_missed);
    tcase_add_test(tc, a_saturated_processor_counts_when_the_schedule_suffered);
    tcase_add_test(tc, all_that_is_wrong_is_said);
}

HARNESS_MAIN("tools/generator", tests)
