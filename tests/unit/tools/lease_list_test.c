/* SPDX-License-Identifier: MIT */
/* lease_list_test.c - leases of a store into engines: the later one wins, what does not fit is
 * named, and ends are those of the wall clock, wherever that was set meanwhile. */
#include "common/leases/lease_list.h"

#include <stdio.h>
#include <string.h>

#include "lease_engine.h"
#include "lease_samples.h"
#include "support/harness.h"

enum {
    ADDRESSES = 500,
    HOUR_S = 3600
};

static const dhcpperf_ts NOW = 5000 * DHCPPERF_NS_PER_S;
static const int64_t SKEW = INT64_C(1700000000) * (int64_t)DHCPPERF_NS_PER_S;

static dhcpperf_server *servers[2];
static lease_list list;
static lease_list_report report;

static void set_up(void)
{
    servers[0] = lease_engine_new(ADDRESSES, NULL, NULL);
    memset(&list, 0, sizeof list);
}

static void tear_down(void)
{
    lease_list_free(&list);
    dhcpperf_server_free(servers[0]);
}

/* The lease of the address with that number, given to another client, so many seconds ago. */
static void add(unsigned number, unsigned client, int state, int64_t ago_s, int64_t lease_s)
{
    dhcpperf_lease l;
    lease_record r;

    lease_engine_make(&l, client, NOW);
    lease_record_from(&r, &l, SKEW);
    r.ip = lease_engine_ip(number);
    r.state = state;
    r.starts = r.last_seen = r.starts - ago_s * 1000;
    r.ends = r.starts + lease_s * 1000;
    ck_assert_int_eq(lease_list_add(&list, &r), 0);
}

static void place(int64_t skew)
{
    lease_list_place(&list, servers, 1, NOW, skew, &report);
}

static int state_of(unsigned number)
{
    dhcpperf_lease l;

    return dhcpperf_server_find_lease(servers[0], lease_engine_ip(number), &l, sizeof l) == 0
               ? (int)l.state
               : 0;
}

static dhcpperf_ts end_of(unsigned number)
{
    dhcpperf_lease l;

    ck_assert_int_eq(dhcpperf_server_find_lease(servers[0], lease_engine_ip(number), &l, sizeof l),
                     0);
    return l.ends;
}

START_TEST(of_two_leases_of_a_client_the_later_one_wins)
    {
        unsigned first = _i == 0 ? 10 : 20, second = _i == 0 ? 20 : 10;

        add(first, 7, DHCPPERF_LEASE_BOUND, 100, HOUR_S);
        add(second, 7, DHCPPERF_LEASE_BOUND, 50, HOUR_S);
        place(SKEW);
        ck_assert_int_eq(state_of(first), 0);
        ck_assert_int_eq(state_of(second), DHCPPERF_LEASE_BOUND);
        ck_assert_uint_eq(report.placed, 1);
        ck_assert_uint_eq(report.refused, 1);
        ck_assert_uint_eq(report.shown, 1);
        ck_assert_ptr_nonnull(strstr(report.why[0], _i == 0 ? "10.0.0.10 " : "10.0.0.20 "));
        ck_assert_ptr_nonnull(strstr(report.why[0], "its client has a later lease"));
    }
END_TEST

START_TEST(a_free_one_is_nothing_against_one_that_is_held)
    {
        add(10, 7, DHCPPERF_LEASE_RELEASED, 10, 5); /* later, but given back */
        add(20, 7, DHCPPERF_LEASE_BOUND, 100, HOUR_S);
        place(SKEW);
        ck_assert_int_eq(state_of(20), DHCPPERF_LEASE_BOUND);
        ck_assert_uint_eq(report.placed, 1);
        ck_assert_uint_eq(report.outdated, 1);
        ck_assert_uint_eq(report.refused + report.shown, 0); /* nobody misses it */
    }
END_TEST

START_TEST(what_is_in_no_pool_is_counted_and_the_first_ten_are_named)
    {
        unsigned i;

        for (i = 1; i <= 25; i++) {
            add(ADDRESSES + i, i, DHCPPERF_LEASE_BOUND, i, HOUR_S);
        }
        add(1, 100, DHCPPERF_LEASE_BOUND, 1, HOUR_S);
        place(SKEW);
        ck_assert_uint_eq(report.placed, 1);
        ck_assert_uint_eq(report.outside, 25);
        ck_assert_uint_eq(report.shown, LEASE_DAMAGE_SHOWN);
        ck_assert_str_eq(report.why[0], "10.0.1.245 is in no pool");
    }
END_TEST

START_TEST(each_lease_finds_the_engine_that_has_the_address)
    {
        lease_list_report both;

        servers[1] = lease_engine_new(ADDRESSES + 200, NULL, NULL);
        add(5, 5, DHCPPERF_LEASE_BOUND, 1, HOUR_S);
        add(ADDRESSES + 5, 6, DHCPPERF_LEASE_BOUND, 1, HOUR_S);
        lease_list_place(&list, servers, 2, NOW, SKEW, &both);
        ck_assert_uint_eq(both.placed, 2);
        ck_assert_uint_eq(dhcpperf_server_count(servers[0], DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(dhcpperf_server_count(servers[1], DHCPPERF_LEASE_BOUND), 1);
        dhcpperf_server_free(servers[1]);
    }
END_TEST

/* ---- the wall clock ------------------------------------------------------------------------- */

START_TEST(a_lease_ends_when_it_was_said_to)
    {
        add(1, 1, DHCPPERF_LEASE_BOUND, 600, HOUR_S);
        add(2, 2, DHCPPERF_LEASE_BOUND, 600, 599); /* has ended meanwhile */
        add(3, 3, DHCPPERF_LEASE_RELEASED, 600, 5);
        add(4, 4, DHCPPERF_LEASE_DECLINED, 600, HOUR_S);
        place(SKEW);
        ck_assert_uint_eq(report.placed, 4);
        ck_assert_int_eq(state_of(1), DHCPPERF_LEASE_BOUND);
        ck_assert(end_of(1) == NOW + 3000 * DHCPPERF_NS_PER_S);
        ck_assert_int_eq(state_of(2), DHCPPERF_LEASE_EXPIRED);
        ck_assert_int_eq(state_of(3), DHCPPERF_LEASE_RELEASED);
        ck_assert_int_eq(state_of(4), DHCPPERF_LEASE_DECLINED);
    }
END_TEST

/* Stopped, the clock set, started again: the clock is believed. */
START_TEST(a_clock_that_was_set_forward_ends_leases)
    {
        add(1, 1, DHCPPERF_LEASE_BOUND, 60, HOUR_S);
        add(2, 2, DHCPPERF_LEASE_BOUND, 60, 48 * HOUR_S);
        place(SKEW + 24 * HOUR_S * (int64_t)DHCPPERF_NS_PER_S);
        ck_assert_uint_eq(report.placed, 2);
        ck_assert_int_eq(state_of(1), DHCPPERF_LEASE_EXPIRED);
        ck_assert_int_eq(state_of(2), DHCPPERF_LEASE_BOUND);
        ck_assert(end_of(2) == NOW + (24 * HOUR_S - 60) * DHCPPERF_NS_PER_S);
    }
END_TEST

/* No lease is lost or shorter for that, whose beginning is still to come. */
START_TEST(a_clock_that_was_set_back_keeps_leases)
    {
        add(1, 1, DHCPPERF_LEASE_BOUND, 60, HOUR_S);
        add(2, 2, DHCPPERF_LEASE_RELEASED, 60, 30);
        place(SKEW - 24 * HOUR_S * (int64_t)DHCPPERF_NS_PER_S);
        ck_assert_uint_eq(report.placed, 2);
        ck_assert_int_eq(state_of(1), DHCPPERF_LEASE_BOUND);
        ck_assert(end_of(1) == NOW + (25 * HOUR_S - 60) * DHCPPERF_NS_PER_S);
        ck_assert_int_eq(state_of(2), DHCPPERF_LEASE_RELEASED);
    }
END_TEST

/* ---- back again ----------------------------------------------------------------------------- */

static unsigned appended, committed;

static int count_append(lease_store *s, const lease_record *r, size_t n, char *error, size_t cap)
{
    lease_sample want;
    dhcpperf_lease l;

    (void)s;
    (void)error;
    (void)cap;
    ck_assert_uint_eq(n, 1);
    lease_engine_make(&l, lease_engine_number(r->ip), NOW);
    lease_record_from(&want.r, &l, SKEW);
    ck_assert(lease_record_equal(r, &want.r));
    appended++;
    return 0;
}

static int count_commit(lease_store *s, char *error, size_t cap)
{
    (void)s;
    (void)error;
    (void)cap;
    committed++;
    return 0;
}

START_TEST(what_was_placed_is_written_the_same)
    {
        static const lease_store_ops ops = {.append = count_append, .commit = count_commit};
        char error[LEASE_ERROR_MAX];
        lease_store to = {&ops};
        unsigned i;

        for (i = 1; i <= ADDRESSES; i++) {
            add(i, i, DHCPPERF_LEASE_BOUND, 0, HOUR_S);
        }
        place(SKEW);
        ck_assert_uint_eq(report.placed, ADDRESSES);
        ck_assert_int_eq(lease_list_write(&to, (const dhcpperf_server *const *)servers, 1, SKEW,
                                          error, sizeof error),
                         0);
        ck_assert_uint_eq(appended, ADDRESSES);
        ck_assert_uint_eq(committed, 1);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, of_two_leases_of_a_client_the_later_one_wins, 0, 2);
    tcase_add_test(tc, a_free_one_is_nothing_against_one_that_is_held);
    tcase_add_test(tc, what_is_in_no_pool_is_counted_and_the_first_ten_are_named);
    tcase_add_test(tc, each_lease_finds_the_engine_that_has_the_address);
    tcase_add_test(tc, a_lease_ends_when_it_was_said_to);
    tcase_add_test(tc, a_clock_that_was_set_forward_ends_leases);
    tcase_add_test(tc, a_clock_that_was_set_back_keeps_leases);
    tcase_add_test(tc, what_was_placed_is_written_the_same);
}

HARNESS_MAIN("tools/lease_list", tests)
