/* SPDX-License-Identifier: MIT */
/* find_capacity.c - searches for the capacity of a server: a simulated one, whose link carries a
 * given number of packets per second.  Each client sends two, so half of that should come out.
 *
 *     find_capacity CONDITIONS PACKETS_PER_SECOND
 *     find_capacity 'loss<0.1%,p99<20ms' 5000
 */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>

#define HEADERS 42 /* octets that the network adds to a payload */

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "find_capacity: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(1);
    }
}

static dhcpperf_server *make_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 1, 0, 0}}, last = {{10, 16, 255, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must("pool", dhcpperf_pool_new(&pool, network, 8, NULL));
    must("range", dhcpperf_pool_add_range(pool, first, last));
    must("config", dhcpperf_server_config_new(&config, NULL));
    must("identity", dhcpperf_server_config_set_identity(config, id, mac));
    must("pool", dhcpperf_server_config_add_pool(config, pool));
    must("server", dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

/* Clients that start at the rate of the trial, and wait for each answer once. */
static dhcpperf_client *make_clients(const dhcpperf_search_trial *trial)
{
    dhcpperf_dur time = trial->warm_up + trial->length;
    dhcpperf_client_config *config;
    dhcpperf_client *clients;
    dhcpperf_retry *retry;
    dhcpperf_load *load;

    must("load", dhcpperf_load_new(&load, NULL));
    must("rate", dhcpperf_load_add_rate(load, trial->rate_per_s, trial->rate_per_s, time, 0));
    must("retry", dhcpperf_retry_new(&retry, "none", NULL));
    must("config", dhcpperf_client_config_new(&config, NULL));
    must("stations", dhcpperf_client_config_set_stations(
                         config, (uint32_t)(trial->rate_per_s * (double)time / 1e9) + 1));
    must("load", dhcpperf_client_config_set_load(config, load));
    must("retry", dhcpperf_client_config_set_retry(config, retry));
    must("clients", dhcpperf_client_new(&clients, config, NULL));
    dhcpperf_client_config_free(config);
    dhcpperf_retry_free(retry);
    dhcpperf_load_free(load);
    return clients;
}

/* Half a millisecond each way; the way to the server carries so many packets per second. */
static dhcpperf_vnet *connect(dhcpperf_client *clients, dhcpperf_server *server, unsigned long pps)
{
    dhcpperf_engine *engine = dhcpperf_client_engine(clients);
    uint64_t bits = (uint64_t)pps * (dhcpperf_engine_msg_len(engine) + HEADERS) * 8;
    dhcpperf_port there, back;
    dhcpperf_segment lan;
    dhcpperf_vnet *net;

    must("network", dhcpperf_vnet_new(&net, 1, NULL));
    must("segment", dhcpperf_vnet_add_segment(net, &lan));
    must("attach", dhcpperf_vnet_attach(net, lan, engine, &there));
    must("attach", dhcpperf_vnet_attach(net, lan, dhcpperf_server_engine(server), &back));
    must("delay", dhcpperf_vnet_set_delay(net, there, 500 * DHCPPERF_NS_PER_US, 0));
    must("delay", dhcpperf_vnet_set_delay(net, back, 500 * DHCPPERF_NS_PER_US, 0));
    must("rate", dhcpperf_vnet_set_rate(net, there, bits, 1000));
    return net;
}

static int under_way(void *user)
{
    return !dhcpperf_client_is_done(user);
}

static uint64_t counted(const dhcpperf_client *clients, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_client_stats(clients), c);
}

/* One trial: warm-up, measuring, then whoever is under way may end.  The numbers are those from the
 * end of the warm-up on. */
static void play(dhcpperf_search *search, const dhcpperf_search_trial *trial, unsigned long pps)
{
    dhcpperf_search_measured measured = {.size = sizeof measured};
    dhcpperf_client *clients = make_clients(trial);
    dhcpperf_server *server = make_server();
    dhcpperf_vnet *net = connect(clients, server, pps);
    dhcpperf_stats *before, *interval;
    uint64_t started, bound;

    must("begin", dhcpperf_client_begin(clients, 0));
    must("warm-up", dhcpperf_vnet_run_until(net, trial->warm_up));
    must("snapshot", dhcpperf_stats_clone(&before, dhcpperf_client_stats(clients)));
    started = counted(clients, DHCPPERF_C_STARTED);
    bound = counted(clients, DHCPPERF_C_BOUND);
    must("measuring", dhcpperf_vnet_run_until(net, trial->warm_up + trial->length));
    measured.offered = counted(clients, DHCPPERF_C_STARTED) - started;
    measured.leases = counted(clients, DHCPPERF_C_BOUND) - bound;
    must("the rest", dhcpperf_vnet_run_while(net, under_way, clients, DHCPPERF_NEVER));
    must("interval", dhcpperf_stats_interval(&interval, dhcpperf_client_stats(clients), before));
    measured.stats = interval;
    must("report", dhcpperf_search_report(search, &measured));
    dhcpperf_stats_free(before);
    dhcpperf_stats_free(interval);
    dhcpperf_vnet_free(net);
    dhcpperf_client_free(clients);
    dhcpperf_server_free(server);
}

int main(int argc, char **argv)
{
    dhcpperf_search_answer answer;
    dhcpperf_search_trial trial;
    dhcpperf_search *search;
    unsigned long pps = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    size_t at = 0;
    unsigned i;

    if (argc != 3 || pps < 10 || pps > 200000) {
        fputs("usage: find_capacity CONDITIONS PACKETS_PER_SECOND, for example: find_capacity "
              "'loss<0.1%,p99<20ms' 5000\n",
              stderr);
        return 2;
    }
    if (dhcpperf_search_new(&search, argv[1], &at, NULL) != 0) {
        fprintf(stderr, "find_capacity: conditions are not understood at '%s'\n", argv[1] + at);
        return 2;
    }
    must("rates", dhcpperf_search_set_rates(search, 100, 1, 200000));
    while (dhcpperf_search_next(search, &trial, sizeof trial) == 1) {
        play(search, &trial, pps);
    }
    for (i = 0; dhcpperf_search_get_trial(search, i, &trial, sizeof trial) == 1; i++) {
        printf("%2u  %-8s %8.0f clients/s  %s\n", trial.number,
               dhcpperf_search_step_name(trial.step), trial.rate_per_s,
               dhcpperf_search_verdict_name(trial.verdict));
    }
    must("answer", dhcpperf_search_get_answer(search, &answer, sizeof answer));
    printf("capacity: %.0f clients/s, limited by: %s%s\n", answer.rate_per_s,
           dhcpperf_search_end_name(answer.end), answer.confirmed ? "" : ", not confirmed");
    dhcpperf_search_free(search);
    return answer.confirmed ? EXIT_SUCCESS : EXIT_FAILURE;
}
