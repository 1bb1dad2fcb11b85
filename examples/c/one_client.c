/* SPDX-License-Identifier: MIT */
/* one_client.c - obtains one lease over UDP and prints it.
 *
 *     one_client SERVER PORT [LOCAL-ADDRESS]
 */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "one_client: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(EXIT_FAILURE);
    }
}

static dhcpperf_client *make_client(const char *server, const char *port)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;
    dhcpperf_retry *retry;

    must("config", dhcpperf_client_config_new(&config, NULL));
    must("server address", dhcpperf_client_config_set(config, "server.address", server));
    must("server port", dhcpperf_client_config_set(config, "server.port", port));
    must("retry", dhcpperf_retry_new(&retry, "fast", NULL));
    must("retry", dhcpperf_client_config_set_retry(config, retry));
    must("client", dhcpperf_client_new(&client, config, NULL));
    dhcpperf_retry_free(retry);
    dhcpperf_client_config_free(config);
    return client;
}

static dhcpperf_transport *make_transport(const char *bind)
{
    dhcpperf_transport_config *config;
    dhcpperf_transport *transport;

    must("config", dhcpperf_transport_config_new(&config, NULL));
    must("bind", dhcpperf_transport_config_set(config, "bind", bind));
    must("port", dhcpperf_transport_config_set(config, "port", "0"));
    must("open", dhcpperf_transport_open(&transport, config, NULL, NULL));
    dhcpperf_transport_config_free(config);
    return transport;
}

static void print_lease(const dhcpperf_client *client)
{
    char ip[16], server[16];
    dhcpperf_station st;

    must("station", dhcpperf_client_get_station(client, 0, &st, sizeof st));
    dhcpperf_ip4_format(st.ip, ip, sizeof ip);
    dhcpperf_ip4_format(st.server_id, server, sizeof server);
    printf("%s from %s for %u s\n", ip, server, (unsigned)st.lease_s);
}

int main(int argc, char **argv)
{
    dhcpperf_transport *transport;
    dhcpperf_client *client;
    dhcpperf_pump *pump;
    dhcpperf_ts start;
    int bound;

    if (argc < 3) {
        fputs("usage: one_client SERVER PORT [LOCAL-ADDRESS]\n", stderr);
        return 2;
    }
    client = make_client(argv[1], argv[2]);
    transport = make_transport(argc > 3 ? argv[3] : "0.0.0.0");
    must("pump", dhcpperf_pump_new(&pump, dhcpperf_client_engine(client), transport, 0, NULL));

    start = dhcpperf_clock_monotonic();
    must("begin", dhcpperf_client_begin(client, start));
    while (!dhcpperf_client_is_done(client)) {
        dhcpperf_ts now = dhcpperf_clock_monotonic();

        must("run", dhcpperf_pump_run(&pump, 1, now + DHCPPERF_NS_PER_MS, NULL));
    }
    bound = dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND) == 1;
    if (bound) {
        print_lease(client);
    } else {
        fputs("one_client: no lease\n", stderr);
    }
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(transport);
    dhcpperf_client_free(client);
    return bound ? EXIT_SUCCESS : EXIT_FAILURE;
}
