/* SPDX-License-Identifier: MIT */
/* keep_test.c - leases that are kept: clients that renew for days over a bad network, lose their
 * server and find it again. */
#include <inttypes.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S
#define H  (3600 * DHCPPERF_NS_PER_S)

enum {
    CLIENTS = 1000,
    LEASE_H = 1,  /* leases of an hour */
    PULLED_H = 6, /* the server's cable is out from then */
    BACK_H = 8,   /* until then */
    END_H = 24
};

static uint64_t exchanges(const world *w, dhcpperf_exchange x, dhcpperf_outcome o)
{
    return dhcpperf_stats_exchange(dhcpperf_client_stats(w->client), x, o);
}

static uint32_t holding(const world *w)
{
    return world_in(w, DHCPPERF_ST_BOUND) + world_in(w, DHCPPERF_ST_RENEWING) +
           world_in(w, DHCPPERF_ST_REBINDING);
}

static world *crowd(uint64_t seed, double loss)
{
    world *w = world_new(seed);

    world_clients(w, CLIENTS);
    world_server(w, "10.0.0.10", "10.0.9.250");
    world_load(w, "rate 10/s");
    world_link(w, 2 * MS, 1 * MS);
    world_impair(w, loss, 0, 0);
    return w;
}

static void cable(world *w, int in)
{
    ck_assert_int_eq(dhcpperf_vnet_set_up(w->net, w->server_port, in), 0);
}

/* Returns the digest of the whole history. */
static uint64_t a_day(uint64_t seed)
{
    world *w = crowd(seed, 0.02);
    uint64_t renewed, digest;

    world_start(w);
    world_until(w, PULLED_H * H);
    ck_assert_uint_eq(holding(w), CLIENTS);
    ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_EXPIRED), 0);
    renewed = world_client_counter(w, DHCPPERF_C_RENEWED);
    ck_assert_uint_ge(renewed, CLIENTS * (2 * PULLED_H - 2)); /* at half of the lease */
    cable(w, 0);
    world_until(w, PULLED_H * H + 10 * S);
    ck_assert_uint_ge(holding(w), CLIENTS - CLIENTS / 10); /* nobody notices before T1 */
    world_until(w, (PULLED_H + LEASE_H) * H + 10 * S);
    ck_assert_uint_eq(holding(w), 0);
    ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_EXPIRED), CLIENTS);
    ck_assert_uint_eq(world_in(w, DHCPPERF_ST_FAILED), 0);
    world_until(w, BACK_H * H);
    ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RENEWED), renewed);
    cable(w, 1);
    world_until(w, BACK_H * H + 300 * S);
    ck_assert_uint_eq(holding(w), CLIENTS);
    world_until(w, END_H * H);
    ck_assert_uint_eq(holding(w), CLIENTS);
    ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_EXPIRED), CLIENTS);
    ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_BOUND), 2 * CLIENTS);
    ck_assert_uint_ge(world_client_counter(w, DHCPPERF_C_RENEWED),
                      renewed + CLIENTS * (2 * (END_H - BACK_H) - 2));
    ck_assert_uint_eq(exchanges(w, DHCPPERF_X_RENEW, DHCPPERF_OUT_ANSWERED),
                      world_client_counter(w, DHCPPERF_C_RENEWED));
    ck_assert_uint_eq(exchanges(w, DHCPPERF_X_REBIND, DHCPPERF_OUT_ANSWERED),
                      world_client_counter(w, DHCPPERF_C_REBOUND));
    digest = dhcpperf_vnet_digest(w->net);
    world_free(w); /* checks that everything is accounted for and no address was live twice */
    return digest;
}

START_TEST(a_day_of_renewals_survives_two_hours_without_a_server)
    {
        uint64_t seed = harness_seed(1) + (uint64_t)_i, first = a_day(seed);

        ck_assert_msg(a_day(seed) == first, "seed %" PRIu64 ": two histories", seed);
    }
END_TEST

/* Power returns for everybody at once: each gets its address back, from the server's records. */
START_TEST(after_a_power_cut_everybody_has_the_address_of_before)
    {
        world *w = crowd(harness_seed(7) + (uint64_t)_i, 0.02);
        static dhcpperf_ip4 before[CLIENTS];
        uint32_t i;

        world_start(w);
        world_until(w, 300 * S);
        ck_assert_uint_eq(holding(w), CLIENTS);
        for (i = 0; i < CLIENTS; i++) {
            before[i] = world_station(w, i).ip;
            ck_assert_int_eq(dhcpperf_client_do(w->client, i, DHCPPERF_DO_REBOOT), 0);
        }
        ck_assert_uint_eq(holding(w), 0);
        world_until(w, 600 * S);
        ck_assert_uint_eq(holding(w), CLIENTS);
        for (i = 0; i < CLIENTS; i++) {
            ck_assert_mem_eq(world_station(w, i).ip.b, before[i].b, 4);
        }
        ck_assert_uint_eq(exchanges(w, DHCPPERF_X_REBOOT, DHCPPERF_OUT_ANSWERED), CLIENTS);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

/* A client that is told to stop renewing gives back what it has, whatever it was doing. */
START_TEST(stopping_ends_renewals_and_gives_back_every_lease)
    {
        world *w = crowd(harness_seed(9) + (uint64_t)_i, 0);
        dhcpperf_ts now;

        world_start(w);
        world_until(w, 1850 * S); /* half of them have renewed */
        cable(w, 0);
        world_until(w, 1880 * S);
        ck_assert_uint_gt(world_in(w, DHCPPERF_ST_RENEWING), 100);
        ck_assert_int_eq(dhcpperf_client_is_done(w->client), 0);
        ck_assert_int_eq(dhcpperf_client_stop(w->client, 5 * S, 1), 0);
        cable(w, 1);
        now = dhcpperf_vnet_now(w->net);
        world_until_done(w, now + 6 * S);
        world_until(w, now + 10 * S);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RELEASED), CLIENTS);
        ck_assert_uint_eq(world_leases(w, DHCPPERF_LEASE_BOUND), 0);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), CLIENTS);
        ck_assert_uint_eq(exchanges(w, DHCPPERF_X_RENEW, DHCPPERF_OUT_IN_FLIGHT), 0);
        world_free(w);
    }
END_TEST

/* RFC 4388: what a relay hears about its clients. */
START_TEST(a_leasequery_is_answered_from_the_servers_records)
    {
        world *w = world_new(1);
        dhcpperf_ip4 giaddr = {{10, 0, 200, 1}};

        ck_assert_int_eq(
            dhcpperf_client_config_add_relays(w->client_config, giaddr, 1, 0, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "query.by", "mac"), 0);
        ck_assert_int_eq(dhcpperf_server_config_set(w->server_config, "leasequery.enabled", "true"),
                         0);
        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until_done(w, 10 * S);
        ck_assert_int_eq(dhcpperf_client_do(w->client, 0, DHCPPERF_DO_VANISH), 0);
        ck_assert_int_eq(dhcpperf_client_do(w->client, 0, DHCPPERF_DO_QUERY), 0);
        world_until_done(w, 20 * S);
        ck_assert_uint_eq(w->by_type[DHCPPERF_LEASEQUERY], 1);
        ck_assert_uint_eq(w->by_type[DHCPPERF_LEASEACTIVE], 1);
        ck_assert_uint_eq(exchanges(w, DHCPPERF_X_QUERY, DHCPPERF_OUT_ANSWERED), 1);
        ck_assert_int_eq(world_station(w, 0).state, DHCPPERF_ST_IDLE);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_day_of_renewals_survives_two_hours_without_a_server, 0, 2);
    tcase_add_loop_test(tc, after_a_power_cut_everybody_has_the_address_of_before, 0, 3);
    tcase_add_test(tc, a_leasequery_is_answered_from_the_servers_records);
    tcase_add_loop_test(tc, stopping_ends_renewals_and_gives_back_every_lease, 0, 3);
}

HARNESS_MAIN("sim/keep", tests)
