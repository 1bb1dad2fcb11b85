/* SPDX-License-Identifier: MIT */
/* hostile_test.c - hostile messages among those of good clients, against our own server: nobody
 * loses a lease, every answer is right, and the server's accounts balance. */
#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define S DHCPPERF_NS_PER_S

enum {
    CLIENTS = 200,
    LEASE_S = 600
};

/* Servers that do everything they can: what is off by default has bugs of its own. */
static const char *const servers[][8] = {
    {NULL},
    {"authoritative", "true", NULL},
    {"rapid-commit", "true", NULL},
    {"bootp.enabled", "true", NULL},
    {"leasequery.enabled", "true", "remote-id.max-leases", "3", NULL},
    {"reply-to", "rfc", "offer.remaining", "true", NULL},
    {"reply-to", "source", "override", "false", NULL},
    {"sessions.max", "50", "inform.rate", "3", "ipv6-only.wait", "300", NULL},
};

static world *attack(const char *text, const char *const *settings)
{
    world *w = world_new(harness_seed(11));

    world_clients(w, CLIENTS);
    world_server(w, "10.0.0.10", "10.0.7.250");
    ck_assert_int_eq(dhcpperf_pool_set_lease(w->pool, LEASE_S, LEASE_S, LEASE_S), 0);
    for (; settings != NULL && *settings != NULL; settings += 2) {
        ck_assert_msg(dhcpperf_server_config_set(w->server_config, settings[0], settings[1]) == 0,
                      "%s", settings[0]);
    }
    ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "hostile.server", "10.0.0.1"), 0);
    ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "hostile.first", "10.0.0.10"), 0);
    ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "hostile.last", "10.0.7.250"), 0);
    world_load(w, "rate 100/s");
    world_link(w, 1 * DHCPPERF_NS_PER_MS, 0);
    world_faults(w, text);
    world_start(w);
    return w;
}

/* Whatever comes, those who renew in time keep what they have. */
static void check_good_clients(const world *w, const char *how)
{
    ck_assert_msg(world_in(w, DHCPPERF_ST_BOUND) == CLIENTS, "%s: %u bound", how,
                  (unsigned)world_in(w, DHCPPERF_ST_BOUND));
    ck_assert_msg(world_client_counter(w, DHCPPERF_C_BOUND) == CLIENTS, "%s: %u leases obtained",
                  how, (unsigned)world_client_counter(w, DHCPPERF_C_BOUND));
    ck_assert_msg(world_client_counter(w, DHCPPERF_C_NAKED) == 0, "%s: refused", how);
    ck_assert_msg(world_client_counter(w, DHCPPERF_C_EXPIRED) == 0, "%s: expired", how);
    ck_assert_msg(world_client_counter(w, DHCPPERF_C_RENEWED) >= 3 * CLIENTS, "%s: %u renewed", how,
                  (unsigned)world_client_counter(w, DHCPPERF_C_RENEWED));
    world_check_leases(w);
}

/* All that are made by hand, and as many mutations, while everybody renews four times. */
START_TEST(good_clients_keep_their_leases)
    {
        world *w = attack("hostile 0..21999 on renew count=1", servers[_i]);

        world_until(w, 4 * LEASE_S / 2 * S + 60 * S);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_TX_HOSTILE), 22000);
        ck_assert_uint_gt(world_client_counter(w, DHCPPERF_C_RX_HOSTILE), 100);
        check_good_clients(w, servers[_i][0] != NULL ? servers[_i][0] : "default");
        world_free(w);
    }
END_TEST

/* The same through a relay agent, which has to survive, too. */
START_TEST(relay_agents_stand_it_too)
    {
        world *w = world_new(harness_seed(12));

        world_clients(w, CLIENTS);
        world_server(w, "10.0.0.10", "10.0.7.250");
        ck_assert_int_eq(dhcpperf_pool_set_lease(w->pool, LEASE_S, LEASE_S, LEASE_S), 0);
        world_relay(w, "10.0.0.2");
        world_load(w, "rate 100/s");
        world_link(w, 1 * DHCPPERF_NS_PER_MS, 0);
        world_faults(w, "hostile 0..21999 on renew, rebind count=1");
        world_start(w);
        world_until(w, 4 * LEASE_S / 2 * S + 60 * S);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_TX_HOSTILE), 22000);
        check_good_clients(w, "relayed");
        world_free(w);
    }
END_TEST

/* Strangers who want every address there is cannot have those of others. */
START_TEST(a_starved_pool_starves_nobody_who_has_a_lease)
    {
        world *w = world_new(harness_seed(13));
        const char *kind;
        uint64_t first, count;
        char text[80];
        unsigned i;

        for (i = 0; dhcpperf_hostile_describe(i, &kind, NULL, &first, &count) == 1; i++) {
            if (strcmp(kind, "starve") == 0) {
                break;
            }
        }
        world_clients(w, CLIENTS);
        world_server(w, "10.0.0.10", "10.0.0.254"); /* 245 addresses */
        ck_assert_int_eq(dhcpperf_pool_set_lease(w->pool, LEASE_S, LEASE_S, LEASE_S), 0);
        ck_assert_int_eq(dhcpperf_server_config_set(w->server_config, "rapid-commit", "true"), 0);
        world_load(w, "rate 100/s");
        world_link(w, 1 * DHCPPERF_NS_PER_MS, 0);
        snprintf(text, sizeof text, "hostile %u..%u on renew every=50", (unsigned)first,
                 (unsigned)(first + count - 1));
        world_faults(w, text);
        world_start(w);
        world_until(w, 4 * LEASE_S / 2 * S + 60 * S);
        ck_assert_uint_gt(world_server_counter(w, DHCPPERF_C_DROP_EXHAUSTED), 0);
        check_good_clients(w, "starved");
        world_free(w);
    }
END_TEST

/* Clients that spoil their own messages: those in order are served as ever, and in the end all are.
 */
START_TEST(spoiled_requests_do_no_lasting_harm)
    {
        world *w = attack("flip bits 3 p=0.1; truncate random p=0.05; drop p=0.05;"
                          "duplicate after 3ms p=0.1; set option 61 = hex:0102 p=0.02",
                          NULL);

        world_until(w, 6 * 3600 * S);
        ck_assert_uint_gt(world_client_counter(w, DHCPPERF_C_FAULTS), 100);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_VIOLATIONS), 0);
        ck_assert_uint_ge(world_in(w, DHCPPERF_ST_BOUND) + world_in(w, DHCPPERF_ST_RENEWING) +
                              world_in(w, DHCPPERF_ST_REBINDING),
                          CLIENTS * 9 / 10);
        world_free(w);
    }
END_TEST

START_TEST(equal_seeds_make_equal_attacks)
    {
        uint64_t digests[2];
        unsigned i;

        for (i = 0; i < 2; i++) {
            world *w =
                attack("hostile next 20 on any-request; flip bits 1 p=0.1; drop p=0.1", NULL);

            world_until(w, 3600 * S);
            digests[i] = dhcpperf_vnet_digest(w->net);
            world_free(w);
        }
        ck_assert_uint_eq(digests[0], digests[1]);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, good_clients_keep_their_leases, 0, sizeof servers / sizeof servers[0]);
    tcase_add_test(tc, relay_agents_stand_it_too);
    tcase_add_test(tc, a_starved_pool_starves_nobody_who_has_a_lease);
    tcase_add_test(tc, spoiled_requests_do_no_lasting_harm);
    tcase_add_test(tc, equal_seeds_make_equal_attacks);
}

HARNESS_MAIN("sim/hostile", tests)
