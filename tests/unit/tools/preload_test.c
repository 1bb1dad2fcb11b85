/* SPDX-License-Identifier: MIT */
/* preload_test.c - leases of clients that never asked. */
#include "dhcp-server/preload.h"

#include <string.h>

#include "lease_engine.h"
#include "support/harness.h"

enum {
    ADDRESSES = 300
};

static const dhcpperf_ts NOW = 100 * DHCPPERF_NS_PER_S;

static dhcpperf_server *server;

static void set_up(void)
{
    server = lease_engine_new(ADDRESSES, NULL, NULL);
}

static void tear_down(void)
{
    dhcpperf_server_free(server);
}

static uint64_t preload(uint64_t n)
{
    return preload_leases(&server, 1, n, 600, NOW);
}

static uint32_t bound(void)
{
    return dhcpperf_server_count(server, DHCPPERF_LEASE_BOUND);
}

START_TEST(clients_are_those_of_the_tester_on_the_lowest_addresses)
    {
        static const uint8_t id[] = {1, 2, 0, 0, 0, 0, 9};
        dhcpperf_lease l;

        ck_assert_uint_eq(preload(10), 10);
        ck_assert_uint_eq(bound(), 10);
        ck_assert_int_eq(dhcpperf_server_find_lease(server, lease_engine_ip(10), &l, sizeof l), 0);
        ck_assert_int_eq(l.state, DHCPPERF_LEASE_BOUND);
        ck_assert_uint_eq(l.key.kind, DHCPPERF_KEY_CLIENT_ID);
        ck_assert_uint_eq(l.key.bytes.len, sizeof id);
        assert_mem_eq(l.key.bytes.data, id, sizeof id);
        ck_assert(l.starts == NOW && l.ends == NOW + 600 * DHCPPERF_NS_PER_S);
    }
END_TEST

START_TEST(who_has_a_lease_keeps_it)
    {
        ck_assert_uint_eq(preload(10), 10);
        ck_assert_uint_eq(preload(20), 20);
        ck_assert_uint_eq(bound(), 20);
    }
END_TEST

START_TEST(addresses_of_others_are_left_to_them)
    {
        dhcpperf_lease l;

        lease_engine_bind(server, 3, NOW);
        ck_assert_uint_eq(preload(10), 10);
        ck_assert_uint_eq(bound(), 11);
        ck_assert_int_eq(dhcpperf_server_find_lease(server, lease_engine_ip(3), &l, sizeof l), 0);
        ck_assert_uint_eq(l.key.kind, DHCPPERF_KEY_HARDWARE);
    }
END_TEST

START_TEST(when_no_address_is_left_that_is_told)
    {
        lease_engine_bind(server, 100, NOW);
        ck_assert_uint_eq(preload(ADDRESSES + 50), ADDRESSES - 1);
        ck_assert_uint_eq(bound(), ADDRESSES);
    }
END_TEST

START_TEST(what_others_gave_back_is_used_when_nothing_else_is_left)
    {
        lease_engine_bind(server, 1, NOW);
        lease_engine_release(server, 1, NOW);
        ck_assert_uint_eq(preload(ADDRESSES), ADDRESSES);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, clients_are_those_of_the_tester_on_the_lowest_addresses);
    tcase_add_test(tc, who_has_a_lease_keeps_it);
    tcase_add_test(tc, addresses_of_others_are_left_to_them);
    tcase_add_test(tc, when_no_address_is_left_that_is_told);
    tcase_add_test(tc, what_others_gave_back_is_used_when_nothing_else_is_left);
}

HARNESS_MAIN("tools/preload", tests)
