/* SPDX-License-Identifier: MIT */
/* faults_test.c - real clients and a server that does everything wrong at once: what it counts adds
 * up, nothing is lost in it, and the same seed does the same. */
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/dhcpperf.h>

#include "support/faulted.h"
#include "support/harness.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

enum {
    CLIENTS = 150,
    PLANS = 12
};

static const char *const plans[PLANS] = {
    "drop on any-request p=0.1; drop on any-reply p=0.2",
    "delay exponential 300ms on any-reply; forget on request p=0.1",
    "match all; duplicate 3 after 40ms p=0.3; reorder 4 p=0.3; delay uniform 0s..2s p=0.5",
    "nak on request p=0.2; nak unicast on request p=0.2; withdraw p=0.5",
    "stall 700ms on any-request p=0.02; restart empty down 1s on any-request p=0.005; "
    "restart keep on any-request p=0.005",
    "rogue 10.9.9.9 10.9.9.100-10.9.9.200 p=0.3; same-address 10.0.0.20 p=0.1; "
    "expire-offer p=0.3; exhaust p=0.2; commit p=0.2",
    "match all; flip bits 5 p=0.3; truncate random p=0.1; set xid = random p=0.1; "
    "set yiaddr = other p=0.1; drop end p=0.1; pad 3 p=0.1; overload both p=0.2; overrun p=0.1",
    "limit 20/s burst 5 queue 30; bandwidth 100k queue 10000 on nak",
    "match all; fragment 300 p=0.2; from port 6767 p=0.1; from address 192.0.2.9 p=0.1; "
    "size 3000 p=0.2; to broadcast p=0.2; to unicast p=0.2; to port 99 p=0.1",
    "conflict p=0.5; reclaim quiet 5s on any-request p=0.05; forcerenew after 1s p=0.3; "
    "forcerenew broadcast p=0.5",
    "bandwidth 64k queue 2000; match all; drop option 54 p=0.2; set option 51 = 3s p=0.5; "
    "append option 82 copy; move option 53 last p=0.2; split option 54 2 p=0.2",
    "match all; stall 200ms on any-request p=0.05; delay 500ms p=0.2; duplicate p=0.2; "
    "reorder p=0.2; restart down 100ms p=0.01; rogue 10.0.0.2 10.0.0.50-10.0.0.90 before 3ms; "
    "set option 51 = 5s; nak on renew p=0.3",
};

typedef struct run {
    allocfail af;
    dhcpperf_server *server;
    dhcpperf_client *client;
    dhcpperf_vnet *net;
} run;

static dhcpperf_server *make_server(run *r, const char *text, uint64_t seed)
{
    dhcpperf_fault_plan *plan = faulted_plan(text, &r->af.mem);
    dhcpperf_server_config *c = NULL;
    dhcpperf_server *server = NULL;
    dhcpperf_pool *pool = NULL;
    dhcpperf_mac mac = {{2, 0, 0, 0, 0xff, 1}};

    ck_assert_int_eq(dhcpperf_pool_new(&pool, talk_ip("10.0.0.0"), 16, &r->af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, talk_ip("10.0.0.10"), talk_ip("10.0.0.250")), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&c, &r->af.mem), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(c, talk_ip("10.0.0.1"), mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(c, "lease.min", "1s"), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(c, "lease.time", "20s"), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_max_held(c, 300), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_seed(c, seed), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_faults(c, plan), 0);
    ck_assert_int_eq(dhcpperf_server_new(&server, c, &r->af.mem), 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(pool);
    dhcpperf_fault_plan_free(plan);
    return server;
}

static dhcpperf_client *make_client(run *r, uint64_t seed)
{
    dhcpperf_client_config *c = NULL;
    dhcpperf_client *client = NULL;
    dhcpperf_load *load = NULL;
    dhcpperf_retry *retry = NULL;
    size_t at;
    int phase;

    ck_assert_int_eq(dhcpperf_client_config_new(&c, &r->af.mem), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(c, CLIENTS), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_seed(c, seed), 0);
    ck_assert_int_eq(dhcpperf_load_parse(&load, "rate 50/s", &at, &r->af.mem), 0);
    ck_assert_int_eq(dhcpperf_retry_new(&retry, "fast", &r->af.mem), 0);
    for (phase = 0; phase <= DHCPPERF_PHASE_REBOOTING; phase++) {
        ck_assert_int_eq(
            dhcpperf_retry_set_attempts(retry, (dhcpperf_phase)phase, 5, DHCPPERF_GIVE_UP_RESTART),
            0);
    }
    ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
    ck_assert_int_eq(dhcpperf_client_new(&client, c, &r->af.mem), 0);
    dhcpperf_client_config_free(c);
    dhcpperf_load_free(load);
    dhcpperf_retry_free(retry);
    return client;
}

static void open_run(run *r, const char *plan, uint64_t seed)
{
    dhcpperf_segment seg;
    dhcpperf_port p;

    memset(r, 0, sizeof *r);
    allocfail_init(&r->af, 0);
    r->server = make_server(r, plan, seed);
    r->client = make_client(r, seed);
    ck_assert_int_eq(dhcpperf_vnet_new(&r->net, seed, &r->af.mem), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(r->net, &seg), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(r->net, seg, dhcpperf_client_engine(r->client), &p), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_delay(r->net, p, MS, 0), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(r->net, seg, dhcpperf_server_engine(r->server), &p), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_address(r->net, p, talk_ip("10.0.0.1"), 32), 0);
    ck_assert_int_eq(dhcpperf_client_begin(r->client, 0), 0);
}

static void close_run(run *r)
{
    dhcpperf_vnet_free(r->net);
    dhcpperf_client_free(r->client);
    dhcpperf_server_free(r->server);
    ck_assert_msg(allocfail_is_clean(&r->af), "memory is left");
}

static void go_on(run *r, dhcpperf_dur d)
{
    int rc = dhcpperf_vnet_run_until(r->net, dhcpperf_vnet_now(r->net) + d);

    ck_assert_msg(rc >= 0, "the network fails: %s", dhcpperf_strerror(rc));
}

/* started = answered + refused + unanswered + in flight, of each kind. */
static void assert_balance(const run *r, const char *plan, int is_over)
{
    const dhcpperf_stats *s = dhcpperf_server_stats(r->server);
    int x;

    for (x = 0; x <= DHCPPERF_X_QUERY; x++) {
        uint64_t in_flight =
            dhcpperf_stats_exchange(s, (dhcpperf_exchange)x, DHCPPERF_OUT_IN_FLIGHT);
        uint64_t ends = dhcpperf_stats_exchange(s, (dhcpperf_exchange)x, DHCPPERF_OUT_ANSWERED) +
                        dhcpperf_stats_exchange(s, (dhcpperf_exchange)x, DHCPPERF_OUT_REFUSED) +
                        dhcpperf_stats_exchange(s, (dhcpperf_exchange)x, DHCPPERF_OUT_UNANSWERED);

        ck_assert_msg(dhcpperf_stats_exchange(s, (dhcpperf_exchange)x, DHCPPERF_OUT_STARTED) ==
                          ends + in_flight,
                      "%s: exchanges %d do not add up", plan, x);
        ck_assert_msg(!is_over || in_flight == 0, "%s: %u exchanges %d in flight for ever", plan,
                      (unsigned)in_flight, x);
    }
}

static uint64_t hits(const run *r)
{
    const dhcpperf_fault_plan *p = dhcpperf_server_faults(r->server);
    uint64_t n = 0;
    unsigned i;

    for (i = 0; i < dhcpperf_fault_plan_count(p); i++) {
        n += dhcpperf_fault_plan_hits(p, i);
    }
    return n;
}

/* The next plan takes over while replies of this one wait. */
START_TEST(whatever_goes_wrong_adds_up)
    {
        const char *plan = plans[_i], *next = plans[(_i + 1) % PLANS];
        uint64_t digest[2], faults = 0;
        unsigned k;
        run r;

        for (k = 0; k < 2; k++) {
            dhcpperf_fault_plan *p;

            open_run(&r, plan, 7);
            go_on(&r, 30 * S);
            assert_balance(&r, plan, 0);
            ck_assert_msg(hits(&r) > 20, "%s: %u faults", plan, (unsigned)hits(&r));
            ck_assert_uint_eq(
                dhcpperf_stats_counter(dhcpperf_server_stats(r.server), DHCPPERF_C_FAULTS),
                hits(&r));
            faults = hits(&r);
            p = faulted_plan(next, &r.af.mem);
            ck_assert_int_eq(dhcpperf_server_set_faults(r.server, p, dhcpperf_vnet_now(r.net)), 0);
            dhcpperf_fault_plan_free(p);
            go_on(&r, 10 * S);
            assert_balance(&r, next, 0);
            ck_assert_uint_eq(
                dhcpperf_stats_counter(dhcpperf_server_stats(r.server), DHCPPERF_C_FAULTS),
                faults + hits(&r));
            ck_assert_int_eq(dhcpperf_server_set_faults(r.server, NULL, dhcpperf_vnet_now(r.net)),
                             0);
            ck_assert_int_eq(dhcpperf_client_stop(r.client, S, 0), 0);
            go_on(&r, 60 * S);
            assert_balance(&r, plan, 1);
            digest[k] = dhcpperf_vnet_digest(r.net);
            close_run(&r);
        }
        ck_assert_msg(digest[0] == digest[1], "%s: not the same again", plan);
    }
END_TEST

/* Nothing that was wrong stays: without the plan all clients have leases again, once those of the
 * rogue server are over.  A lease time with a wrong bit may be that of a lifetime, though. */
START_TEST(the_server_recovers)
    {
        uint32_t least = strstr(plans[_i], "flip bits") != NULL ? CLIENTS * 9 / 10 : CLIENTS;
        run r;

        open_run(&r, plans[_i], 11);
        go_on(&r, 20 * S);
        ck_assert_int_eq(dhcpperf_server_set_faults(r.server, NULL, dhcpperf_vnet_now(r.net)), 0);
        go_on(&r, 7200 * S);
        ck_assert_msg(dhcpperf_server_count(r.server, DHCPPERF_LEASE_BOUND) >= least,
                      "%s: %u of %u clients are bound afterwards", plans[_i],
                      dhcpperf_server_count(r.server, DHCPPERF_LEASE_BOUND), CLIENTS);
        close_run(&r);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, whatever_goes_wrong_adds_up, 0, PLANS);
    tcase_add_loop_test(tc, the_server_recovers, 0, PLANS);
}

HARNESS_MAIN("sim/faults", tests)
