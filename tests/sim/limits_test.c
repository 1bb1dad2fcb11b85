/* SPDX-License-Identifier: MIT */
/* limits_test.c - a storm of clients against a server with limits: what it answers each second, and
 * that back-off brings everybody through. */
#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

enum {
    SECONDS = 4000
};

/* Answers of the server by second. */
static unsigned answers[SECONDS];
static world *current;

static void count(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt, dhcpperf_port from,
                  dhcpperf_port to)
{
    (void)user;
    (void)msg;
    (void)to;
    if (from == current->server_port && pkt->ts / S < SECONDS) {
        answers[pkt->ts / S]++;
    }
}

START_TEST(a_limit_for_all_is_kept_every_second_and_everybody_is_bound)
    {
        const unsigned limit = 200;
        world *w = world_new(harness_seed((uint64_t)_i + 1));
        dhcpperf_stats *stats;
        unsigned s, most = 0;

        current = w;
        world_clients(w, 2000);
        world_server(w, "10.0.0.10", "10.1.255.255");
        world_link(w, 1 * MS, 0);
        ck_assert_int_eq(dhcpperf_server_config_set(w->server_config, "rate.max", "200"), 0);
        w->watch = count;
        world_start(w);
        world_until_done(w, SECONDS * S);
        ck_assert_msg(world_in(w, DHCPPERF_ST_BOUND) == 2000, "seed %d: %u bound", _i,
                      world_in(w, DHCPPERF_ST_BOUND));
        ck_assert_int_eq(dhcpperf_stats_clone(&stats, dhcpperf_server_stats(w->server)), 0);
        ck_assert_uint_gt(dhcpperf_stats_counter(stats, DHCPPERF_C_DROP_RATE), 1000);
        for (s = 0; s < SECONDS; s++) {
            most = answers[s] > most ? answers[s] : most;
        }
        /* A second's worth at once, and a second's worth in the second that follows. */
        ck_assert_msg(most >= limit && most <= 2 * limit, "seed %d: %u answers in a second", _i,
                      most);
        dhcpperf_stats_free(stats);
        world_check(w);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

/* A DISCOVER and a REQUEST within a second are two: with a limit of one the REQUEST waits. */
START_TEST(a_limit_for_each_source_delays_every_client_alike)
    {
        world *w = world_new(1);
        const dhcpperf_stats *stats;

        world_clients(w, 500);
        world_server(w, "10.0.0.10", "10.1.255.255");
        world_link(w, 1 * MS, 0);
        ck_assert_int_eq(dhcpperf_server_config_set(w->server_config, "source-rate.max", "1"), 0);
        world_start(w);
        world_until(w, 2 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 0);
        world_until_done(w, 100 * S);
        stats = dhcpperf_server_stats(w->server);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 500);
        ck_assert_uint_eq(dhcpperf_stats_counter(stats, DHCPPERF_C_DROP_SOURCE_RATE), 500);
        ck_assert_uint_eq(dhcpperf_stats_counter(stats, DHCPPERF_C_DROP_RATE), 0);
        world_check(w);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_limit_for_all_is_kept_every_second_and_everybody_is_bound, 0, 3);
    tcase_add_test(tc, a_limit_for_each_source_delays_every_client_alike);
}

HARNESS_MAIN("sim/limits", tests)
