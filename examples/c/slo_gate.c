/* SPDX-License-Identifier: MIT */
/* slo_gate.c - fails when a service level is missed: 99.9 % of clients bound within a limit,
 * against a server that needs a given time for each answer.
 *
 *     slo_gate LIMIT SERVICE_TIME        for example: slo_gate 50ms 2ms
 */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "slo_gate: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(2);
    }
}

static dhcpperf_server *make_server(dhcpperf_dur service_time)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 99, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must("pool", dhcpperf_pool_new(&pool, network, 16, NULL));
    must("range", dhcpperf_pool_add_range(pool, first, last));
    must("config", dhcpperf_server_config_new(&config, NULL));
    must("identity", dhcpperf_server_config_set_identity(config, id, mac));
    must("service time",
         dhcpperf_server_config_set_service_time(config, service_time, service_time / 2));
    must("pool", dhcpperf_server_config_add_pool(config, pool));
    must("server", dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

/* Five thousand clients a second for two seconds, as independent people come: Poisson. */
static dhcpperf_client *make_clients(void)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;
    dhcpperf_load *load;

    must("load", dhcpperf_load_new(&load, NULL));
    must("rate", dhcpperf_load_add_rate(load, 5000, 5000, 2 * DHCPPERF_NS_PER_S, 1));
    must("config", dhcpperf_client_config_new(&config, NULL));
    must("stations", dhcpperf_client_config_set_stations(config, 10000));
    must("load", dhcpperf_client_config_set_load(config, load));
    must("clients", dhcpperf_client_new(&client, config, NULL));
    dhcpperf_client_config_free(config);
    dhcpperf_load_free(load);
    return client;
}

int main(int argc, char **argv)
{
    dhcpperf_dur limit, service_time;
    dhcpperf_segment lan;
    dhcpperf_port port;
    dhcpperf_server *server;
    dhcpperf_client *client;
    dhcpperf_vnet *net;
    const dhcpperf_hist *dora;
    uint64_t p999, n;
    char text[32];

    if (argc != 3 || dhcpperf_dur_parse(&limit, argv[1]) != 0 ||
        dhcpperf_dur_parse(&service_time, argv[2]) != 0) {
        fputs("usage: slo_gate LIMIT SERVICE_TIME, for example: slo_gate 50ms 2ms\n", stderr);
        return 2;
    }
    server = make_server(service_time);
    client = make_clients();
    must("network", dhcpperf_vnet_new(&net, 1, NULL));
    must("segment", dhcpperf_vnet_add_segment(net, &lan));
    must("attach", dhcpperf_vnet_attach(net, lan, dhcpperf_client_engine(client), &port));
    must("attach", dhcpperf_vnet_attach(net, lan, dhcpperf_server_engine(server), &port));
    must("begin", dhcpperf_client_begin(client, 0));
    while (!dhcpperf_client_is_done(client)) {
        must("step", dhcpperf_vnet_step(net));
    }
    /* From the intended start, so a backlog cannot hide (coordinated omission). */
    dora = dhcpperf_stats_hist(dhcpperf_client_stats(client), DHCPPERF_S_FULL_BIND,
                               DHCPPERF_FROM_INTENDED);
    n = dhcpperf_hist_count(dora);
    p999 = dhcpperf_hist_quantile(dora, 0.999);
    dhcpperf_dur_format(p999, text, sizeof text);
    printf("%llu bound, p99.9 %s: %s\n", (unsigned long long)n, text,
           n > 0 && p999 <= limit ? "pass" : "FAIL");
    dhcpperf_vnet_free(net);
    dhcpperf_client_free(client);
    dhcpperf_server_free(server);
    return n > 0 && p999 <= limit ? EXIT_SUCCESS : EXIT_FAILURE;
}
