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
    tcase_add_test(tc, a_fleet_of_relays_gets_its_option_82_back);
}

HARNESS_MAIN("sim/relay", tests)
