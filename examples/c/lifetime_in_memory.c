/* SPDX-License-Identifier: MIT */
/* lifetime_in_memory.c - a thousand clients and their server, no socket, no waiting: the program
 * owns the clock and lets two hours pass between two packets. */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "lifetime_in_memory: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(EXIT_FAILURE);
    }
}

static dhcpperf_server *make_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 7, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must("pool", dhcpperf_pool_new(&pool, network, 16, NULL));
    must("range", dhcpperf_pool_add_range(pool, first, last));
    must("lease", dhcpperf_pool_set_lease(pool, 3600, 60, 86400));
    must("router", dhcpperf_pool_add_option(pool, DHCPPERF_OPT_ROUTER, "10.0.0.1"));
    must("config", dhcpperf_server_config_new(&config, NULL));
    must("identity", dhcpperf_server_config_set_identity(config, id, mac));
    must("pool", dhcpperf_server_config_add_pool(config, pool));
    must("server", dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *make_clients(uint32_t n)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;

    must("config", dhcpperf_client_config_new(&config, NULL));
    must("stations", dhcpperf_client_config_set_stations(config, n));
    must("seed", dhcpperf_client_config_set_seed(config, 42));
    must("clients", dhcpperf_client_new(&client, config, NULL));
    dhcpperf_client_config_free(config);
    return client;
}

int main(void)
{
    dhcpperf_server *server = make_server();
    dhcpperf_client *client = make_clients(1000);
    dhcpperf_port ports[2];
    dhcpperf_segment lan;
    dhcpperf_vnet *net;
    int i, ok;

    must("network", dhcpperf_vnet_new(&net, 42, NULL));
    must("segment", dhcpperf_vnet_add_segment(net, &lan));
    must("attach", dhcpperf_vnet_attach(net, lan, dhcpperf_client_engine(client), &ports[0]));
    must("attach", dhcpperf_vnet_attach(net, lan, dhcpperf_server_engine(server), &ports[1]));
    for (i = 0; i < 2; i++) {
        must("delay", dhcpperf_vnet_set_delay(net, ports[i], 500 * DHCPPERF_NS_PER_US, 0));
        must("loss", dhcpperf_vnet_set_loss(net, ports[i], 0.02, 0.01, 0));
    }
    must("begin", dhcpperf_client_begin(client, 0));
    while (!dhcpperf_client_is_done(client)) {
        must("step", dhcpperf_vnet_step(net));
    }
    printf("after %7.3f s: %u clients bound, %u leases\n", (double)dhcpperf_vnet_now(net) / 1e9,
           dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND),
           dhcpperf_server_count(server, DHCPPERF_LEASE_BOUND));
    ok = dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND) == 1000 &&
         dhcpperf_server_count(server, DHCPPERF_LEASE_BOUND) == 1000;

    /* The cable goes: nobody renews, and the server forgets them an hour later. */
    must("cable", dhcpperf_vnet_set_up(net, ports[0], 0));
    must("two hours", dhcpperf_vnet_run_until(net, 7200 * DHCPPERF_NS_PER_S));
    printf("after %7.0f s: %u leases\n", (double)dhcpperf_vnet_now(net) / 1e9,
           dhcpperf_server_count(server, DHCPPERF_LEASE_BOUND));
    ok = ok && dhcpperf_server_count(server, DHCPPERF_LEASE_BOUND) == 0;

    dhcpperf_vnet_free(net);
    dhcpperf_client_free(client);
    dhcpperf_server_free(server);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
