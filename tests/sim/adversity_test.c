/* SPDX-License-Identifier: MIT */
/* adversity_test.c - what goes wrong between a client and a server that are both right. */
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

static void lose_replies(void *user, dhcpperf_ts now)
{
    world *w = user;

    (void)now;
    ck_assert_int_eq(dhcpperf_vnet_set_loss(w->net, w->server_port, 1, 0, 0), 0);
}

static void let_replies_through(void *user, dhcpperf_ts now)
{
    world *w = user;

    (void)now;
    ck_assert_int_eq(dhcpperf_vnet_set_loss(w->net, w->server_port, 0, 0, 0), 0);
}

static void pull_the_cable(void *user, dhcpperf_ts now)
{
    world *w = user;

    (void)now;
    ck_assert_int_eq(dhcpperf_vnet_set_up(w->net, w->client_port, 0), 0);
}

static void put_it_back(void *user, dhcpperf_ts now)
{
    world *w = user;

    (void)now;
    ck_assert_int_eq(dhcpperf_vnet_set_up(w->net, w->client_port, 1), 0);
}

/* With a link of 10 ms: OFFER leaves at 10, REQUEST at 20, ACK at 30. */
START_TEST(a_lost_ack_is_asked_for_again)
    {
        world *w = world_new((uint64_t)_i);
        dhcpperf_station st;

        world_link(w, 10 * MS, 0);
        world_start(w);
        dhcpperf_vnet_at(w->net, 25 * MS, lose_replies, w);
        dhcpperf_vnet_at(w->net, 1 * S, let_replies_through, w);
        world_until(w, 1 * S);
        /* The server believes that it is bound, the client does not. */
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_int_eq(world_station(w, 0).state, DHCPPERF_ST_REQUESTING);
        world_until_done(w, 10 * S);
        st = world_station(w, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        /* RFC 2131 4.1: 4 s, randomised by up to one. */
        ck_assert_msg(dhcpperf_vnet_now(w->net) >= 3 * S + 40 * MS &&
                          dhcpperf_vnet_now(w->net) <= 5 * S + 40 * MS,
                      "seed %d: bound at %u ms", _i, (unsigned)(dhcpperf_vnet_now(w->net) / MS));
        ck_assert_uint_eq(w->by_type[DHCPPERF_DISCOVER], 1);
        ck_assert_uint_eq(w->by_type[DHCPPERF_REQUEST], 2);
        ck_assert_uint_eq(dhcpperf_stats_exchange(dhcpperf_client_stats(w->client),
                                                  DHCPPERF_X_REQUEST, DHCPPERF_OUT_STARTED),
                          1);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

START_TEST(a_cable_pulled_between_offer_and_request_delays_by_one_retry)
    {
        world *w = world_new((uint64_t)_i);

        world_link(w, 10 * MS, 0);
        world_start(w);
        dhcpperf_vnet_at(w->net, 15 * MS, pull_the_cable, w); /* the OFFER is under way */
        dhcpperf_vnet_at(w->net, 2 * S, put_it_back, w);
        world_until_done(w, 20 * S);
        ck_assert_int_eq(world_station(w, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_msg(dhcpperf_vnet_now(w->net) >= 3 * S + 40 * MS &&
                          dhcpperf_vnet_now(w->net) <= 5 * S + 40 * MS,
                      "seed %d: bound at %u ms", _i, (unsigned)(dhcpperf_vnet_now(w->net) / MS));
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RETRANSMITS), 1);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

START_TEST(without_retries_a_silent_network_fails_every_client_once)
    {
        world *w = world_new(1);
        const dhcpperf_stats *s;

        world_clients(w, 500);
        world_retry(w, "none");
        world_link(w, 1 * MS, 0);
        world_impair(w, 1, 0, 0);
        world_start(w);
        world_until_done(w, 3600 * S);
        s = dhcpperf_client_stats(w->client);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_FAILED), 500);
        ck_assert_uint_eq(dhcpperf_stats_exchange(s, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED),
                          500);
        ck_assert_uint_eq(dhcpperf_stats_exchange(s, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_PACKETS),
                          500);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_GAVE_UP), 500);
        ck_assert_uint_eq(w->packets, 0);
        world_free(w);
    }
END_TEST

START_TEST(back_off_doubles_within_its_jitter)
    {
        static const unsigned waits[] = {4, 8, 16, 32, 64, 64};
        world *w = world_new((uint64_t)_i);
        dhcpperf_ts sent = 0;
        unsigned k;

        world_link(w, 0, 0);
        world_start(w);
        ck_assert_int_eq(dhcpperf_vnet_set_up(w->net, w->server_port, 0), 0);
        dhcpperf_vnet_run_until(w->net, 0);
        for (k = 0; k < sizeof waits / sizeof *waits; k++) {
            uint64_t before = world_client_counter(w, DHCPPERF_C_TX_PACKETS);
            dhcpperf_ts gap;

            while (world_client_counter(w, DHCPPERF_C_TX_PACKETS) == before) {
                if (dhcpperf_vnet_step(w->net) != 1) {
                    break;
                }
            }
            if (world_client_counter(w, DHCPPERF_C_TX_PACKETS) == before) {
                break; /* the policy ends before the list does */
            }
            gap = dhcpperf_vnet_now(w->net) - sent;
            sent = dhcpperf_vnet_now(w->net);
            if (world_station(w, 0).attempts == 1) {
                break; /* it started over */
            }
            ck_assert_msg(gap >= (waits[k] - 1) * S && gap <= (waits[k] + 1) * S,
                          "seed %d: wait %u was %u ms", _i, k, (unsigned)(gap / MS));
        }
        ck_assert_uint_ge(k, 3);
        world_free(w);
    }
END_TEST

START_TEST(an_exhausted_pool_serves_whom_it_can_and_the_next_when_one_leaves)
    {
        world *w = world_new(1);
        uint32_t i, given = 0;

        world_clients(w, 100);
        world_server(w, "10.0.0.10", "10.0.0.59");
        world_retry(w, "fast");
        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until(w, 60 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 50);
        ck_assert_uint_gt(world_server_counter(w, DHCPPERF_C_DROP_EXHAUSTED), 0);
        world_check_leases(w);
        for (i = 0; i < 100 && given < 20; i++) {
            if (world_station(w, i).state == DHCPPERF_ST_BOUND) {
                ck_assert_int_eq(dhcpperf_client_do(w->client, i, DHCPPERF_DO_RELEASE), 0);
                given++;
            }
        }
        world_until(w, 61 * S);
        for (i = 0; i < 100; i++) {
            if (world_station(w, i).state == DHCPPERF_ST_FAILED) {
                ck_assert_int_eq(dhcpperf_client_do(w->client, i, DHCPPERF_DO_START), 0);
            }
        }
        world_until(w, 180 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 50);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), 20);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

START_TEST(a_declined_address_is_not_given_to_the_next)
    {
        world *w = world_new(1);
        dhcpperf_ip4 bad;
        char text[16];

        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until_done(w, 10 * S);
        bad = world_station(w, 0).ip;
        ck_assert_int_eq(dhcpperf_client_do(w->client, 0, DHCPPERF_DO_DECLINE), 0);
        world_until(w, dhcpperf_vnet_now(w->net) + 30 * S); /* 10 s of penance, then again */
        ck_assert_int_eq(world_station(w, 0).state, DHCPPERF_ST_BOUND);
        dhcpperf_ip4_format(bad, text, sizeof text);
        ck_assert_msg(memcmp(world_station(w, 0).ip.b, bad.b, 4) != 0, "%s was given again", text);
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_DECLINED), 1);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_lost_ack_is_asked_for_again, 0, 20);
    tcase_add_loop_test(tc, a_cable_pulled_between_offer_and_request_delays_by_one_retry, 0, 20);
    tcase_add_test(tc, without_retries_a_silent_network_fails_every_client_once);
    tcase_add_loop_test(tc, back_off_doubles_within_its_jitter, 0, 200);
    tcase_add_test(tc, an_exhausted_pool_serves_whom_it_can_and_the_next_when_one_leaves);
    tcase_add_test(tc, a_declined_address_is_not_given_to_the_next);
}

HARNESS_MAIN("sim/adversity", tests)
