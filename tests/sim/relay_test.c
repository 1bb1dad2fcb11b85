/* SPDX-License-Identifier: MIT */
/* relay_test.c - clients behind relay agents: the network's own, and fleets that the client engine
 * plays with option 82. */
#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

START_TEST(clients_behind_a_relay_are_bound)
    {
        world *w = world_new((uint64_t)_i);

        world_clients(w, 1000);
        world_server(w, "10.0.0.10", "10.0.9.255");
        world_relay(w, "10.99.0.1");
        world_link(w, 2 * MS, 0);
        if (_i > 0) {
            world_impair(w, 0.05, 0.02, 0.05);
        }
        world_start(w);
        world_until_done(w, 3600 * S);
        ck_assert_msg(world_in(w, DHCPPERF_ST_BOUND) == 1000, "seed %d: %u bound", _i,
                      world_in(w, DHCPPERF_ST_BOUND));
        ck_assert_uint_ge(world_server_counter(w, DHCPPERF_C_RELAYED), 2000);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RELAYED), 0);
        world_check(w);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

/* -- a relay engine between two segments -- */

typedef struct chain {
    dhcpperf_vnet *net;
    dhcpperf_client *client;
    dhcpperf_server *server;
    dhcpperf_relay *relay;
    unsigned with_82, without_82;
    dhcpperf_port to_server, to_clients;
    dhcpperf_msg *msg;
} chain;

static dhcpperf_ip4 address(const char *text)
{
    dhcpperf_ip4 ret;

    ck_assert_int_eq(dhcpperf_ip4_parse(&ret, text), 0);
    return ret;
}

static void make_ends(chain *x, uint32_t clients)
{
    dhcpperf_client_config *cc;
    dhcpperf_server_config *sc;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_client_config_new(&cc, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(cc, clients), 0);
    ck_assert_int_eq(dhcpperf_client_new(&x->client, cc, NULL), 0);
    dhcpperf_client_config_free(cc);
    ck_assert_int_eq(dhcpperf_pool_new(&pool, address("10.1.0.0"), 16, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, address("10.1.1.0"), address("10.1.9.255")), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&sc, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(sc, "server-id", "192.0.2.53"), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(sc, pool), 0);
    ck_assert_int_eq(dhcpperf_server_new(&x->server, sc, NULL), 0);
    dhcpperf_server_config_free(sc);
    dhcpperf_pool_free(pool);
}

static void make_relay(chain *x)
{
    dhcpperf_relay_config *c;

    ck_assert_int_eq(dhcpperf_relay_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_relay_config_set_giaddr(c, address("10.1.0.1")), 0);
    ck_assert_int_eq(dhcpperf_relay_config_add_server(c, address("192.0.2.53")), 0);
    ck_assert_int_eq(dhcpperf_relay_config_set_suboption(c, 1, "port of {mac}"), 0);
    ck_assert_int_eq(dhcpperf_relay_new(&x->relay, c, NULL), 0);
    dhcpperf_relay_config_free(c);
}

/* Option 82 is there on the servers' segment and nowhere on the clients'. */
static void look_at_sides(void *user, dhcpperf_port from, dhcpperf_port to, const dhcpperf_pkt *pkt)
{
    chain *x = user;
    dhcpperf_bytes info;

    ck_assert_int_eq(dhcpperf_msg_parse(x->msg, pkt->data, pkt->len, 0, NULL), 0);
    if (dhcpperf_msg_get_option(x->msg, DHCPPERF_OPT_RELAY_INFO, &info) != 0) {
        x->without_82++;
        assert_fast(to != x->to_server, "a request without option 82 from port %u", from);
    } else {
        x->with_82++;
        assert_fast(to != x->to_clients, "a reply with option 82 from port %u", from);
    }
}

START_TEST(r_019_a_relay_engine_adds_option_82_and_takes_it_out)
    {
        enum {
            CLIENTS = 2000
        };
        dhcpperf_segment lan, core;
        dhcpperf_port a, b;
        chain x;

        memset(&x, 0, sizeof x);
        make_ends(&x, CLIENTS);
        make_relay(&x);
        ck_assert_int_eq(dhcpperf_msg_new(&x.msg, NULL), 0);
        ck_assert_int_eq(dhcpperf_vnet_new(&x.net, 7, NULL), 0);
        ck_assert_int_eq(dhcpperf_vnet_add_segment(x.net, &lan), 0);
        ck_assert_int_eq(dhcpperf_vnet_add_segment(x.net, &core), 0);
        ck_assert_int_eq(
            dhcpperf_vnet_attach(x.net, lan, dhcpperf_client_engine(x.client), &x.to_clients), 0);
        ck_assert_int_eq(dhcpperf_vnet_attach(x.net, lan, dhcpperf_relay_client_side(x.relay), &a),
                         0);
        ck_assert_int_eq(dhcpperf_vnet_attach(x.net, core, dhcpperf_relay_server_side(x.relay), &b),
                         0);
        ck_assert_int_eq(
            dhcpperf_vnet_attach(x.net, core, dhcpperf_server_engine(x.server), &x.to_server), 0);
        ck_assert_int_eq(dhcpperf_vnet_add_address(x.net, b, address("10.1.0.1"), 32), 0);
        ck_assert_int_eq(dhcpperf_vnet_add_address(x.net, x.to_server, address("192.0.2.53"), 32),
                         0);
        ck_assert_int_eq(dhcpperf_vnet_set_delay(x.net, a, MS, 0), 0);
        ck_assert_int_eq(dhcpperf_vnet_set_loss(x.net, b, 0.02, 0.02, 0.02), 0);
        ck_assert_int_eq(dhcpperf_vnet_tap(x.net, look_at_sides, &x), 0);
        ck_assert_int_eq(dhcpperf_client_begin(x.client, 0), 0);
        ck_assert_int_ge(dhcpperf_vnet_run_until(x.net, 600 * S), 0);
        ck_assert_uint_eq(dhcpperf_client_count_in(x.client, DHCPPERF_ST_BOUND), CLIENTS);
        ck_assert_uint_ge(x.with_82, 4 * CLIENTS);
        ck_assert_uint_ge(x.without_82, 4 * CLIENTS);
        dhcpperf_vnet_free(x.net);
        dhcpperf_relay_free(x.relay);
        dhcpperf_client_free(x.client);
        dhcpperf_server_free(x.server);
        dhcpperf_msg_free(x.msg);
    }
END_TEST

/* -- fleets -- */

typedef struct fleet {
    unsigned requests, replies, wrong;
} fleet;

/* S-102, K-025: option 82 of each request comes back in its reply as it was, and each station keeps
 * to its relay. */
static void look_at_82(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt,
                       dhcpperf_port from, dhcpperf_port to)
{
    fleet *f = user;
    dhcpperf_bytes info, chaddr = dhcpperf_msg_get_chaddr(msg);
    dhcpperf_ip4 giaddr = dhcpperf_msg_get_giaddr(msg);
    unsigned station = (unsigned)chaddr.data[4] << 8 | chaddr.data[5];
    char want[64];
    int n;

    (void)pkt;
    (void)from;
    (void)to;
    if (dhcpperf_msg_get_op(msg) == 1) {
        f->requests++;
    } else {
        f->replies++;
    }
    n = snprintf(want, sizeof want, "%c%cport-%u", 1,
                 5 + (station > 999  ? 4
                      : station > 99 ? 3
                      : station > 9  ? 2
                                     : 1),
                 station);
    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_RELAY_INFO, &info) != 0 ||
        info.len != (size_t)n + 2 + 4 || memcmp(info.data, want, (size_t)n) != 0 ||
        memcmp(info.data + n, "\x02\x04", 2) != 0 || giaddr.b[0] != 10 || giaddr.b[1] != 50 ||
        giaddr.b[3] != 1 + station / 64 % 8) {
        f->wrong++;
    }
}

START_TEST(a_fleet_of_relays_gets_its_option_82_back)
    {
        world *w = world_new(1);
        dhcpperf_ip4 first = {{10, 50, 0, 1}};
        fleet f = {0, 0, 0};

        world_clients(w, 1500);
        world_server(w, "10.0.0.10", "10.0.9.255");
        ck_assert_int_eq(dhcpperf_client_config_set_server(w->client_config, w->server_ip), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(w->client_config, first, 8, 64,
                                                           "port-{station}", "{hex:deadbeef}"),
                         0);
        w->watch = look_at_82;
        w->watch_user = &f;
        world_link(w, 1 * MS, 0);
        world_start(w);
        world_until_done(w, 60 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 1500);
        ck_assert_uint_eq(f.requests, 3000);
        ck_assert_uint_eq(f.replies, 3000);
        ck_assert_uint_eq(f.wrong, 0);
        world_check_leases(w);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, clients_behind_a_relay_are_bound, 0, 4);
    tcase_add_test(tc, r_019_a_relay_engine_adds_option_82_and_takes_it_out);
    tcase_add_test(tc, a_fleet_of_relays_gets_its_option_82_back);
}

HARNESS_MAIN("sim/relay", tests)
