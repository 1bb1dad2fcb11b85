/* SPDX-License-Identifier: MIT */
/* lifetime_test.c - the life of a lease by a clock of the program's own: hours take microseconds.
 */
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

START_TEST(t1_t2_and_the_end_follow_from_the_lease)
    {
        world *w = world_new(1);
        dhcpperf_station st;

        world_link(w, 10 * MS, 0);
        world_start(w);
        world_until_done(w, 10 * S);
        st = world_station(w, 0);
        ck_assert_uint_eq(st.bound_at, 40 * MS);
        /* RFC 2131 4.4.1: counted from the instant the REQUEST left. */
        ck_assert_uint_eq(st.expires_at, 20 * MS + 3600 * S);
        ck_assert_uint_eq(st.t1_at, 20 * MS + 1800 * S);
        ck_assert_uint_eq(st.t2_at, 20 * MS + 3150 * S);
        world_free(w);
    }
END_TEST

/* A client that vanishes never says so: the lease ends by itself, exactly when it was said to, and
 * the address is free for the next. */
START_TEST(the_lease_of_a_client_that_vanished_expires_in_the_server)
    {
        world *w = world_new(1);
        dhcpperf_lease lease;
        dhcpperf_ip4 ip;

        world_clients(w, 2);
        world_server(w, "10.0.0.10", "10.0.0.10"); /* one address */
        world_load(w, "burst 1");
        world_link(w, 10 * MS, 0);
        world_start(w);
        world_until(w, 1 * S);
        ip = world_station(w, 0).ip;
        ck_assert_int_eq(dhcpperf_server_find_lease(w->server, ip, &lease, sizeof lease), 0);
        ck_assert_uint_eq(lease.ends - lease.starts, 3600 * S);
        ck_assert_uint_eq(lease.starts, 30 * MS);
        ck_assert_int_eq(dhcpperf_client_do(w->client, 0, DHCPPERF_DO_VANISH), 0);
        world_until(w, 3600 * S); /* 30 ms before the end */
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_BOUND), 1);
        world_until(w, 3601 * S);
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_BOUND), 0);
        ck_assert_uint_eq(world_server_counter(w, DHCPPERF_C_EXPIRED), 1);
        ck_assert_int_eq(dhcpperf_client_do(w->client, 1, DHCPPERF_DO_START), 0);
        world_until(w, 3610 * S);
        ck_assert_int_eq(world_station(w, 1).state, DHCPPERF_ST_BOUND);
        assert_ip4_eq(world_station(w, 1).ip, "10.0.0.10");
        world_free(w);
    }
END_TEST

START_TEST(an_offer_that_nobody_requests_is_taken_back)
    {
        world *w = world_new(1);

        world_clients(w, 2);
        world_server(w, "10.0.0.10", "10.0.0.10");
        world_load(w, "burst 1");
        world_link(w, 10 * MS, 0);
        world_start(w);
        world_until(w, 15 * MS); /* the OFFER is under way */
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_OFFERED), 1);
        ck_assert_int_eq(dhcpperf_client_do(w->client, 0, DHCPPERF_DO_VANISH), 0);
        world_until(w, 29 * S);
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_OFFERED), 1);
        world_until(w, 31 * S); /* S-026: held for 30 s by default */
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_OFFERED), 0);
        ck_assert_uint_eq(world_server_counter(w, DHCPPERF_C_OFFERS_EXPIRED), 1);
        ck_assert_int_eq(dhcpperf_client_do(w->client, 1, DHCPPERF_DO_START), 0);
        world_until(w, 40 * S);
        ck_assert_int_eq(world_station(w, 1).state, DHCPPERF_ST_BOUND);
        world_free(w);
    }
END_TEST

START_TEST(an_infinite_lease_never_ends)
    {
        world *w = world_new(1);
        dhcpperf_station st;

        ck_assert_int_eq(dhcpperf_pool_set_lease(w->pool, UINT32_MAX, UINT32_MAX, UINT32_MAX), 0);
        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until_done(w, 10 * S);
        st = world_station(w, 0);
        ck_assert_uint_eq(st.lease_s, UINT32_MAX);
        ck_assert_uint_eq(st.expires_at, DHCPPERF_NEVER);
        ck_assert_uint_eq(st.t1_at, DHCPPERF_NEVER);
        world_until(w, UINT64_C(10) * 365 * 86400 * S);
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(w->packets, 4);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, t1_t2_and_the_end_follow_from_the_lease);
    tcase_add_test(tc, the_lease_of_a_client_that_vanished_expires_in_the_server);
    tcase_add_test(tc, an_offer_that_nobody_requests_is_taken_back);
    tcase_add_test(tc, an_infinite_lease_never_ends);
}

HARNESS_MAIN("sim/lifetime", tests)
