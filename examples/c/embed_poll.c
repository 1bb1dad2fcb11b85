/* SPDX-License-Identifier: MIT */
/* embed_poll.c - clients inside a program that has a poll loop already: one descriptor to watch,
 * one deadline to keep.
 *
 *     embed_poll SERVER PORT CLIENTS
 */
#include <libdhcpperf/dhcpperf.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "embed_poll: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(EXIT_FAILURE);
    }
}

/* Milliseconds until the deadline for poll(), rounded up; -1 = none. */
static int timeout_ms(dhcpperf_ts deadline, dhcpperf_ts now)
{
    if (deadline == DHCPPERF_NEVER) {
        return -1;
    }
    if (deadline <= now) {
        return 0;
    }
    return deadline - now > 60000 * DHCPPERF_NS_PER_MS
               ? 60000
               : (int)((deadline - now + DHCPPERF_NS_PER_MS - 1) / DHCPPERF_NS_PER_MS);
}

static void loop(dhcpperf_client *client, dhcpperf_pump *pump)
{
    while (!dhcpperf_client_is_done(client)) {
        dhcpperf_ts now = dhcpperf_clock_monotonic();
        struct pollfd fd = {.fd = dhcpperf_pump_fd(pump), .events = POLLIN};
        int moved = dhcpperf_pump_step(pump, now);

        must("step", moved);
        if (moved > 0) {
            continue; /* there may be more */
        }
        if (dhcpperf_pump_wants_write(pump)) {
            fd.events = POLLIN | POLLOUT;
        }
        /* The program's own descriptors would stand beside this one. */
        (void)poll(&fd, 1, timeout_ms(dhcpperf_pump_deadline(pump), now));
    }
}

int main(int argc, char **argv)
{
    dhcpperf_transport_config *carrier_config;
    dhcpperf_client_config *config;
    dhcpperf_transport *transport;
    dhcpperf_client *client;
    dhcpperf_pump *pump;
    dhcpperf_load *load;
    uint32_t bound, all;

    if (argc != 4) {
        fputs("usage: embed_poll SERVER PORT CLIENTS\n", stderr);
        return 2;
    }
    must("config", dhcpperf_client_config_new(&config, NULL));
    must("server address", dhcpperf_client_config_set(config, "server.address", argv[1]));
    must("server port", dhcpperf_client_config_set(config, "server.port", argv[2]));
    must("clients", dhcpperf_client_config_set(config, "stations", argv[3]));
    must("load", dhcpperf_load_parse(&load, "closed 50", NULL, NULL)); /* 50 at a time */
    must("load", dhcpperf_client_config_set_load(config, load));
    must("client", dhcpperf_client_new(&client, config, NULL));
    must("config", dhcpperf_transport_config_new(&carrier_config, NULL));
    must("port", dhcpperf_transport_config_set(carrier_config, "port", "0"));
    must("open", dhcpperf_transport_open(&transport, carrier_config, NULL, NULL));
    must("pump", dhcpperf_pump_new(&pump, dhcpperf_client_engine(client), transport, 0, NULL));
    must("begin", dhcpperf_client_begin(client, dhcpperf_clock_monotonic()));

    loop(client, pump);

    all = dhcpperf_client_count(client);
    bound = dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND);
    printf("%u of %u clients bound\n", (unsigned)bound, (unsigned)all);
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(transport);
    dhcpperf_client_free(client);
    dhcpperf_transport_config_free(carrier_config);
    dhcpperf_client_config_free(config);
    dhcpperf_load_free(load);
    return bound == all ? EXIT_SUCCESS : EXIT_FAILURE;
}
