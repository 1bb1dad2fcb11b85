/* SPDX-License-Identifier: MIT */
/* determinism_test.c - equal seeds give equal histories: whatever the burst, the compiler or the
 * byte order; other seeds give others. */
#include <inttypes.h>
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

typedef struct history {
    uint64_t digest, packets, retransmits;
    dhcpperf_ts ended;
} history;

static history run(uint64_t seed, unsigned burst, uint32_t clients, const char *load)
{
    world *w = world_new(seed);
    history h;

    world_clients(w, clients);
    world_server(w, "10.0.0.10", "10.0.60.255");
    world_link(w, 2 * MS, 1 * MS);
    world_impair(w, 0.05, 0.03, 0.05);
    world_load(w, load);
    world_burst(w, burst);
    world_start(w);
    world_until_done(w, 3600 * S);
    ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), clients);
    h.digest = dhcpperf_vnet_digest(w->net);
    h.packets = w->packets;
    h.retransmits = world_client_counter(w, DHCPPERF_C_RETRANSMITS);
    h.ended = dhcpperf_vnet_now(w->net);
    world_free(w);
    return h;
}

static void assert_same(history a, history b, const char *what, int i)
{
    ck_assert_msg(a.digest == b.digest && a.packets == b.packets &&
                      a.retransmits == b.retransmits && a.ended == b.ended,
                  "seed %d: %s changes the history", i, what);
}

START_TEST(equal_seed_equal_digest_other_seed_other_digest)
    {
        history a = run((uint64_t)_i + 1, 256, 2000, "closed 500");
        history b = run((uint64_t)_i + 1, 256, 2000, "closed 500");
        history c = run((uint64_t)_i + 101, 256, 2000, "closed 500");

        assert_same(a, b, "running it again", _i);
        ck_assert_msg(a.digest != c.digest, "seed %d: another seed has the same digest", _i);
    }
END_TEST

START_TEST(the_history_does_not_depend_on_the_burst)
    {
        static const char *const loads[] = {"closed 500", "burst 2000", "rate 5000/s"};
        const char *load = loads[_i % 3];
        history one = run((uint64_t)_i + 1, 1, 2000, load);

        assert_same(one, run((uint64_t)_i + 1, 64, 2000, load), "a burst of 64", _i);
        assert_same(one, run((uint64_t)_i + 1, 2048, 2000, load), "a burst of 2,048", _i);
    }
END_TEST

/* -- shards -- */

enum {
    SHARED = 1000,
    SHARDS = 4
};

static dhcpperf_server *plain_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 9, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, network, 16, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, first, last), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(config, id, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(config, pool), 0);
    ck_assert_int_eq(dhcpperf_server_new(&server, config, NULL), 0);
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *shard(uint64_t seed, uint32_t index, uint32_t of)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;

    ck_assert_int_eq(dhcpperf_client_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(config, SHARED), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_seed(config, seed), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_shard(config, index, of), 0);
    ck_assert_int_eq(dhcpperf_client_new(&client, config, NULL), 0);
    dhcpperf_client_config_free(config);
    return client;
}

/* The stations' lives when `of` engines share them.  The server is silent for the first minute, so
 * that back-off and its jitter are part of them. */
static void live(uint64_t seed, uint32_t of, dhcpperf_station *ret)
{
    dhcpperf_client *clients[SHARDS];
    dhcpperf_server *server = plain_server();
    dhcpperf_segment lan;
    dhcpperf_vnet *net;
    dhcpperf_port p, s;
    uint32_t i, k;

    ck_assert_int_eq(dhcpperf_vnet_new(&net, 1, NULL), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(net, &lan), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(net, lan, dhcpperf_server_engine(server), &s), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_delay(net, s, 1 * MS, 0), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_up(net, s, 0), 0);
    for (k = 0; k < of; k++) {
        clients[k] = shard(seed, k, of);
        ck_assert_int_eq(dhcpperf_vnet_attach(net, lan, dhcpperf_client_engine(clients[k]), &p), 0);
        ck_assert_int_eq(dhcpperf_vnet_set_delay(net, p, 1 * MS, 0), 0);
        ck_assert_int_eq(dhcpperf_client_begin(clients[k], 0), 0);
    }
    ck_assert_int_ge(dhcpperf_vnet_run_until(net, 25 * S), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_up(net, s, 1), 0);
    ck_assert_int_ge(dhcpperf_vnet_run_until(net, 300 * S), 0);
    for (k = 0; k < of; k++) {
        for (i = 0; i < dhcpperf_client_count(clients[k]); i++) {
            dhcpperf_station st;

            ck_assert_int_eq(dhcpperf_client_get_station(clients[k], i, &st, sizeof st), 0);
            ck_assert_uint_lt(st.index, SHARED);
            ret[st.index] = st;
        }
    }
    dhcpperf_vnet_free(net);
    for (k = 0; k < of; k++) {
        dhcpperf_client_free(clients[k]);
    }
    dhcpperf_server_free(server);
}

/* The address is the server's choice, by the order in which they come; all else is a station's own.
 */
START_TEST(a_station_lives_the_same_life_in_any_shard)
    {
        static dhcpperf_station one[SHARED], four[SHARED];
        uint32_t i;

        memset(one, 0, sizeof one);
        memset(four, 0, sizeof four);
        live((uint64_t)_i + 1, 1, one);
        live((uint64_t)_i + 1, SHARDS, four);
        for (i = 0; i < SHARED; i++) {
            ck_assert_msg(
                one[i].state == DHCPPERF_ST_BOUND && four[i].state == one[i].state &&
                    four[i].xid == one[i].xid && four[i].bound_at == one[i].bound_at &&
                    memcmp(four[i].mac.b, one[i].mac.b, 6) == 0,
                "seed %d: station %u: xid %08x bound at %u ms, in its shard %08x at %u ms", _i,
                (unsigned)i, (unsigned)one[i].xid, (unsigned)(one[i].bound_at / MS),
                (unsigned)four[i].xid, (unsigned)(four[i].bound_at / MS));
        }
    }
END_TEST

/* Equal with gcc and clang, on machines of either byte order.  A deliberate change of what the
 * engines send changes the number, in a commit that says so. */
START_TEST(the_digest_of_a_known_world_is_known)
    {
        history h = run(2131, 64, 300, "closed 50");

        ck_assert_msg(h.digest == UINT64_C(15427710326694587723), "digest is UINT64_C(%" PRIu64 ")",
                      h.digest);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, equal_seed_equal_digest_other_seed_other_digest, 0, 3);
    tcase_add_loop_test(tc, the_history_does_not_depend_on_the_burst, 0, 6);
    tcase_add_loop_test(tc, a_station_lives_the_same_life_in_any_shard, 0, 3);
    tcase_add_test(tc, the_digest_of_a_known_world_is_known);
}

HARNESS_MAIN("sim/determinism", tests)
