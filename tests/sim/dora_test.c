/* SPDX-License-Identifier: MIT */
/* dora_test.c - discover, offer, request, acknowledge: one client by the clock, ten thousand
 * through loss, duplication and reordering. */
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

typedef struct script {
    unsigned n;
    int type[16];
    dhcpperf_ts at[16];
} script;

static void note(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt, dhcpperf_port from,
                 dhcpperf_port to)
{
    script *s = user;

    (void)from;
    (void)to;
    if (s->n < 16) {
        s->type[s->n] = dhcpperf_msg_get_type(msg);
        s->at[s->n] = pkt->ts;
        s->n++;
    }
}

START_TEST(one_client_is_bound_after_two_round_trips)
    {
        world *w = world_new(1);
        dhcpperf_station st;
        script s = {0};

        w->watch = note;
        w->watch_user = &s;
        world_link(w, 3 * MS, 0);
        world_start(w);
        world_until_done(w, 1 * S);
        ck_assert_uint_eq(dhcpperf_vnet_now(w->net), 12 * MS);
        ck_assert_uint_eq(s.n, 4);
        ck_assert_int_eq(s.type[0], DHCPPERF_DISCOVER);
        ck_assert_int_eq(s.type[1], DHCPPERF_OFFER);
        ck_assert_int_eq(s.type[2], DHCPPERF_REQUEST);
        ck_assert_int_eq(s.type[3], DHCPPERF_ACK);
        ck_assert_uint_eq(s.at[0], 3 * MS);
        ck_assert_uint_eq(s.at[3], 12 * MS);
        st = world_station(w, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(st.lease_s, 3600);
        assert_ip4_eq(st.server_id, "10.0.0.1");
        world_check_leases(w);
        /* K-026: silence in BOUND before T1. */
        world_until(w, 1799 * S);
        ck_assert_uint_eq(s.n, 4);
        world_free(w);
    }
END_TEST

START_TEST(latency_is_the_way_there_and_back)
    {
        world *w = world_new(1);
        const dhcpperf_hist *h;
        unsigned from;

        world_clients(w, 200);
        world_link(w, 5 * MS, 0);
        world_start(w);
        world_until_done(w, 1 * S);
        for (from = DHCPPERF_FROM_INTENDED; from <= DHCPPERF_FROM_ACTUAL; from++) {
            h = dhcpperf_stats_hist(dhcpperf_client_stats(w->client), DHCPPERF_S_DISCOVER_OFFER,
                                    (int)from);
            ck_assert_uint_eq(dhcpperf_hist_count(h), 200);
            ck_assert_uint_eq(dhcpperf_hist_min(h), 10 * MS);
            ck_assert_uint_eq(dhcpperf_hist_max(h), 10 * MS);
            h = dhcpperf_stats_hist(dhcpperf_client_stats(w->client), DHCPPERF_S_FULL_BIND,
                                    (int)from);
            ck_assert_uint_eq(dhcpperf_hist_min(h), 20 * MS);
            ck_assert_uint_eq(dhcpperf_hist_max(h), 20 * MS);
        }
        world_free(w);
    }
END_TEST

/* The whole point: whatever the network does, every client ends bound, every exchange has one fate,
 * nobody shares an address. */
START_TEST(ten_thousand_clients_survive_loss_duplication_and_reordering)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1);
        world *w = world_new(seed);
        dhcpperf_vnet_counts c;

        world_clients(w, 10000);
        world_server(w, "10.0.0.10", "10.0.60.255");
        world_link(w, 2 * MS, 1 * MS);
        world_impair(w, 0.05, 0.03, 0.05);
        world_load(w, "closed 1000");
        world_start(w);
        world_until_done(w, 3600 * S);
        ck_assert_msg(world_in(w, DHCPPERF_ST_BOUND) == 10000, "seed %d: %u bound", _i,
                      world_in(w, DHCPPERF_ST_BOUND));
        dhcpperf_vnet_get_counts(w->net, DHCPPERF_PORT_NONE, &c, sizeof c);
        ck_assert_uint_gt(c.lost, 1500);
        ck_assert_uint_gt(c.duplicated, 800);
        ck_assert_uint_gt(world_client_counter(w, DHCPPERF_C_RETRANSMITS), 500);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_BOUND), 10000);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_VIOLATIONS), 0);
        world_check(w);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

START_TEST(addresses_are_distinct_over_two_octets)
    {
        static uint8_t seen[65536];
        world *w = world_new(1);
        uint32_t i;

        memset(seen, 0, sizeof seen);
        world_clients(w, 5000);
        world_server(w, "10.0.255.0", "10.1.19.255"); /* ranges across /24 and /16 borders */
        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until_done(w, 60 * S);
        for (i = 0; i < 5000; i++) {
            dhcpperf_ip4 ip = world_station(w, i).ip;
            unsigned low = (unsigned)ip.b[2] << 8 | ip.b[3];

            ck_assert_msg(!seen[low], "station %u shares an address", i);
            seen[low] = 1;
        }
        world_check_leases(w);
        world_free(w);
    }
END_TEST

START_TEST(released_leases_come_back_and_are_given_again)
    {
        world *w = world_new(1);
        uint32_t i;

        world_clients(w, 100);
        world_server(w, "10.0.0.10", "10.0.0.109"); /* exactly as many as clients */
        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until_done(w, 60 * S);
        for (i = 0; i < 100; i += 2) {
            ck_assert_int_eq(dhcpperf_client_do(w->client, i, DHCPPERF_DO_RELEASE), 0);
        }
        world_until(w, dhcpperf_vnet_now(w->net) + 1 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), 50);
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_BOUND), 50);
        world_check_leases(w);
        for (i = 0; i < 100; i += 2) {
            ck_assert_int_eq(dhcpperf_client_do(w->client, i, DHCPPERF_DO_START), 0);
        }
        world_until_done(w, dhcpperf_vnet_now(w->net) + 60 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 100);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, one_client_is_bound_after_two_round_trips);
    tcase_add_test(tc, latency_is_the_way_there_and_back);
    tcase_add_loop_test(tc, ten_thousand_clients_survive_loss_duplication_and_reordering, 0, 3);
    tcase_add_test(tc, addresses_are_distinct_over_two_octets);
    tcase_add_test(tc, released_leases_come_back_and_are_given_again);
}

HARNESS_MAIN("sim/dora", tests)
