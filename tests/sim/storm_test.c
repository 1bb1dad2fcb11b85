/* SPDX-License-Identifier: MIT */
/* storm_test.c - the power comes back and a hundred thousand clients start in the same instant. */
#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

START_TEST(a_hundred_thousand_at_once_are_all_bound)
    {
        world *w = world_new(1);

        world_clients(w, 100000);
        world_server(w, "10.0.0.10", "10.1.255.255");
        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until_done(w, 60 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 100000);
        world_check(w);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

/* The server's link takes some 30,000 packets a second and holds 2,000: most of the storm is thrown
 * away and only back-off with jitter gets everybody through. */
START_TEST(back_off_carries_a_storm_through_a_narrow_link)
    {
        world *w = world_new(harness_seed((uint64_t)_i + 1));
        dhcpperf_vnet_counts c;

        world_clients(w, 50000);
        world_server(w, "10.0.0.10", "10.1.255.255");
        world_link(w, 1 * MS, 0);
        world_start(w);
        ck_assert_int_eq(dhcpperf_vnet_set_rate(w->net, w->client_port, 100000000, 2000), 0);
        ck_assert_int_eq(dhcpperf_vnet_set_rate(w->net, w->server_port, 100000000, 2000), 0);
        world_until_done(w, 3600 * S);
        dhcpperf_vnet_get_counts(w->net, w->client_port, &c, sizeof c);
        ck_assert_uint_gt(c.overflowed, 10000);
        ck_assert_msg(world_in(w, DHCPPERF_ST_BOUND) == 50000, "seed %d: %u bound", _i,
                      world_in(w, DHCPPERF_ST_BOUND));
        world_check(w);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_hundred_thousand_at_once_are_all_bound);
    tcase_add_loop_test(tc, back_off_carries_a_storm_through_a_narrow_link, 0, 2);
}

HARNESS_MAIN("sim/storm", tests)
