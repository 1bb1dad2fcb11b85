/* SPDX-License-Identifier: MIT */
/* search_test.c - the capacity of a server that is known, because the way to it carries so many
 * packets per second and no more, is found by searching: fresh clients and a fresh server in each
 * trial. */
#include <math.h>
#include <string.h>

#include <libdhcpperf/dhcpperf.h>

#include "support/harness.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

enum {
    HEADERS = 42, /* what the network adds to a payload */
    DELAY_US = 500
};

/* The server, and what else is wrong with the world. */
typedef struct model {
    double capacity; /* clients per second: each sends two packets */
    uint32_t queue;  /* packets that wait in front of it; 0 = any number */
    double loss;     /* by chance, on the way there */
    double refused;  /* from this rate on the generator is no witness */
    dhcpperf_dur length;
    uint64_t seed;
} model;

static void must(int rc)
{
    ck_assert_msg(rc >= 0, "%s", dhcpperf_strerror(rc));
}

static dhcpperf_server *make_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 1, 0, 0}}, last = {{10, 9, 255, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must(dhcpperf_pool_new(&pool, network, 8, NULL));
    must(dhcpperf_pool_add_range(pool, first, last));
    must(dhcpperf_server_config_new(&config, NULL));
    must(dhcpperf_server_config_set_identity(config, id, mac));
    must(dhcpperf_server_config_add_pool(config, pool));
    must(dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *make_clients(double rate, dhcpperf_dur time)
{
    dhcpperf_client_config *config;
    dhcpperf_client *clients;
    dhcpperf_retry *retry;
    dhcpperf_load *load;

    must(dhcpperf_load_new(&load, NULL));
    must(dhcpperf_load_add_rate(load, rate, rate, time, 0));
    must(dhcpperf_retry_new(&retry, "none", NULL));
    must(dhcpperf_client_config_new(&config, NULL));
    must(dhcpperf_client_config_set_stations(config,
                                             (uint32_t)ceil(rate * (double)time / 1e9 - 1e-6)));
    must(dhcpperf_client_config_set_load(config, load));
    must(dhcpperf_client_config_set_retry(config, retry));
    must(dhcpperf_client_new(&clients, config, NULL));
    dhcpperf_client_config_free(config);
    dhcpperf_retry_free(retry);
    dhcpperf_load_free(load);
    return clients;
}

static dhcpperf_vnet *connect(const model *m, dhcpperf_client *clients, dhcpperf_server *server)
{
    dhcpperf_engine *engine = dhcpperf_client_engine(clients);
    dhcpperf_segment lan;
    dhcpperf_port a, b;
    dhcpperf_vnet *net;
    double bits = 2 * m->capacity * (dhcpperf_engine_msg_len(engine) + HEADERS) * 8;

    must(dhcpperf_vnet_new(&net, m->seed, NULL));
    must(dhcpperf_vnet_add_segment(net, &lan));
    must(dhcpperf_vnet_attach(net, lan, engine, &a));
    must(dhcpperf_vnet_attach(net, lan, dhcpperf_server_engine(server), &b));
    must(dhcpperf_vnet_set_delay(net, a, DELAY_US * DHCPPERF_NS_PER_US, 0));
    must(dhcpperf_vnet_set_delay(net, b, DELAY_US * DHCPPERF_NS_PER_US, 0));
    must(dhcpperf_vnet_set_loss(net, a, m->loss, 0, 0));
    must(dhcpperf_vnet_set_rate(net, a, (uint64_t)bits, m->queue));
    return net;
}

static uint64_t counted(const dhcpperf_client *clients, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_client_stats(clients), c);
}

static int goes_on(void *user)
{
    return !dhcpperf_client_is_done(user);
}

/* Plays one trial and reports it. */
static void play(dhcpperf_search *search, const dhcpperf_search_trial *t, const model *m)
{
    dhcpperf_dur all = t->warm_up + t->length;
    dhcpperf_client *clients = make_clients(t->rate_per_s, all);
    dhcpperf_server *server = make_server();
    dhcpperf_vnet *net = connect(m, clients, server);
    dhcpperf_search_measured measured = {.size = sizeof measured};
    dhcpperf_stats *before, *stats;
    uint64_t started, bound;

    must(dhcpperf_client_begin(clients, 0));
    must(dhcpperf_vnet_run_until(net, t->warm_up));
    must(dhcpperf_stats_clone(&before, dhcpperf_client_stats(clients)));
    started = counted(clients, DHCPPERF_C_STARTED);
    bound = counted(clients, DHCPPERF_C_BOUND);
    must(dhcpperf_vnet_run_until(net, all));
    measured.offered = counted(clients, DHCPPERF_C_STARTED) - started;
    measured.leases = counted(clients, DHCPPERF_C_BOUND) - bound;
    must(dhcpperf_vnet_run_while(net, goes_on, clients, DHCPPERF_NEVER));
    must(dhcpperf_stats_interval(&stats, dhcpperf_client_stats(clients), before));
    measured.stats = stats;
    measured.invalid = m->refused > 0 && t->rate_per_s >= m->refused ? "out of breath" : NULL;
    must(dhcpperf_search_report(search, &measured));
    dhcpperf_stats_free(before);
    dhcpperf_stats_free(stats);
    dhcpperf_vnet_free(net);
    dhcpperf_client_free(clients);
    dhcpperf_server_free(server);
}

static dhcpperf_search_answer find(dhcpperf_search **ret, const char *conditions, const model *m)
{
    dhcpperf_search_answer a;
    dhcpperf_search_trial t;

    must(dhcpperf_search_new(ret, conditions, NULL, NULL));
    must(dhcpperf_search_set_rates(*ret, 500, 1, 100000));
    must(dhcpperf_search_set_lengths(*ret, m->length / 10, m->length));
    while (dhcpperf_search_next(*ret, &t, sizeof t) == 1) {
        play(*ret, &t, m);
    }
    must(dhcpperf_search_get_answer(*ret, &a, sizeof a));
    return a;
}

static const struct {
    const char *conditions;
    double capacity;
    uint32_t queue;
    dhcpperf_dur length;
    int failed; /* the condition that is the first to break */
} cases[] = {
    {"loss<0.1%", 130, 8, 20 * S, 0},
    {"loss<0.1%", 1000, 16, 5 * S, 0},
    {"loss<0.1%", 7777, 32, S, 0},
    {"loss<0.1%,p99<1s", 3000, 16, 2 * S, 0},
    {"success>=99.9%", 2000, 16, 3 * S, 0},
    {"p99<20ms", 333, 0, 10 * S, 0},
    {"loss<0.1%,p99<20ms", 4000, 0, 2 * S, 1},
    {"loss<0.1%,p95(ack)<10ms", 9000, 0, S, 1},
    {"rate>99.5%", 2500, 0, 3 * S, 0},
    {"loss<0.1%,mean<5ms", 600, 0, 5 * S, 1},
};

START_TEST(a_known_capacity_is_found_within_two_per_cent)
    {
        double c = cases[_i].capacity;
        model m = {.capacity = c,
                   .queue = cases[_i].queue,
                   .length = cases[_i].length,
                   .seed = (uint64_t)_i + 1};
        dhcpperf_search *s = NULL;
        dhcpperf_search_answer a = find(&s, cases[_i].conditions, &m);

        ck_assert_msg(a.end == DHCPPERF_SEARCH_SERVER, "%s at %g: end %s", cases[_i].conditions, c,
                      dhcpperf_search_end_name(a.end));
        ck_assert_msg(a.confirmed && a.rate_per_s >= 0.98 * c && a.rate_per_s <= 1.02 * c,
                      "%s at %g: found %g", cases[_i].conditions, c, a.rate_per_s);
        ck_assert_msg(a.failed == cases[_i].failed, "%s at %g: limited by condition %d",
                      cases[_i].conditions, c, a.failed);
        ck_assert_msg(a.achieved_per_s > 0.97 * c && a.achieved_per_s < 1.01 * c,
                      "%s at %g: %g leases per second", cases[_i].conditions, c, a.achieved_per_s);
        dhcpperf_search_free(s);
    }
END_TEST

/* The condition leaves room for what the link loses by chance. */
START_TEST(a_lossy_link_does_not_hide_the_capacity)
    {
        model m = {.capacity = 2000,
                   .queue = 16,
                   .loss = 0.002,
                   .length = 3 * S,
                   .seed = harness_seed((uint64_t)_i + 1)};
        dhcpperf_search *s = NULL;
        dhcpperf_search_answer a = find(&s, "loss<1%", &m);

        ck_assert_msg(a.confirmed && a.rate_per_s >= 0.98 * 2000 && a.rate_per_s <= 1.02 * 2000,
                      "seed %d: found %g", _i, a.rate_per_s);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(a_generator_that_fails_first_is_not_called_the_servers_capacity)
    {
        model m = {.capacity = 5000, .queue = 16, .refused = 3000, .length = 2 * S, .seed = 1};
        dhcpperf_search *s = NULL;
        dhcpperf_search_answer a = find(&s, "loss<0.1%", &m);

        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_GENERATOR);
        ck_assert_double_lt(a.rate_per_s, 3000);
        ck_assert_double_ge(a.rate_per_s, 3000 / 1.021);
        ck_assert_int_eq(a.failed, -1);
        dhcpperf_search_free(s);
        m.refused = 20000; /* not in the way */
        a = find(&s, "loss<0.1%", &m);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_SERVER);
        ck_assert_double_eq_tol(a.rate_per_s, 5000, 100);
        dhcpperf_search_free(s);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_known_capacity_is_found_within_two_per_cent, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_loop_test(tc, a_lossy_link_does_not_hide_the_capacity, 0, 3);
    tcase_add_test(tc, a_generator_that_fails_first_is_not_called_the_servers_capacity);
}

HARNESS_MAIN("sim/search", tests)
