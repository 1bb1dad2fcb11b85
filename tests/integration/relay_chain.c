/* SPDX-License-Identifier: MIT */
/* relay_chain.c - clients and a relay agent in one process, each on sockets of its own, before a
 * real server: clients (127.0.0.2) - agent (127.0.0.3) - server.
 *
 *     relay_chain SERVER SERVER-PORT CLIENTS [SECONDS]
 *
 * Prints one line of figures and one for each rule that the answers broke; status 0 when everybody
 * is bound. */
#include <libdhcpperf/dhcpperf.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(call)                                                                                \
    do {                                                                                           \
        int rc_ = (call);                                                                          \
        if (rc_ < 0) {                                                                             \
            fprintf(stderr, "relay_chain: %s: %s\n", #call, dhcpperf_strerror(rc_));               \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

typedef struct chain {
    dhcpperf_client *client;
    dhcpperf_relay *relay;
    dhcpperf_transport *carrier[3];
    dhcpperf_pump *pump[3];
    volatile int done;
} chain;

static dhcpperf_ip4 address(const char *text)
{
    dhcpperf_ip4 ip;

    CHECK(dhcpperf_ip4_parse(&ip, text));
    return ip;
}

static void make_client(chain *x, const char *clients)
{
    dhcpperf_client_config *c;
    dhcpperf_load *load;

    CHECK(dhcpperf_client_config_new(&c, NULL));
    CHECK(dhcpperf_client_config_set(c, "stations", clients));
    CHECK(dhcpperf_client_config_set_server(c, address("127.0.0.3")));
    CHECK(dhcpperf_client_config_set_ports(c, 6768, 6769));
    CHECK(dhcpperf_load_new(&load, NULL));
    CHECK(dhcpperf_load_add_closed(load, 20, DHCPPERF_NEVER));
    CHECK(dhcpperf_client_config_set_load(c, load));
    CHECK(dhcpperf_client_new(&x->client, c, NULL));
    dhcpperf_load_free(load);
    dhcpperf_client_config_free(c);
}

static void make_relay(chain *x, const char *server, const char *port)
{
    dhcpperf_relay_config *c;

    CHECK(dhcpperf_relay_config_new(&c, NULL));
    CHECK(dhcpperf_relay_config_set_giaddr(c, address("127.0.0.3")));
    CHECK(dhcpperf_relay_config_add_server(c, address(server)));
    CHECK(dhcpperf_relay_config_set(c, "port", port));
    CHECK(dhcpperf_relay_config_set(c, "server.port", port));
    CHECK(dhcpperf_relay_config_set(c, "deliver", "source"));
    CHECK(dhcpperf_relay_config_set_suboption(c, 1, "port of {mac}"));
    CHECK(dhcpperf_relay_config_set_suboption(c, 2, "{hex:beef}"));
    CHECK(dhcpperf_relay_new(&x->relay, c, NULL));
    dhcpperf_relay_config_free(c);
}

static void plug(chain *x, unsigned i, dhcpperf_engine *engine, const char *bind, const char *port)
{
    dhcpperf_transport_config *c;

    CHECK(dhcpperf_transport_config_new(&c, NULL));
    CHECK(dhcpperf_transport_config_set(c, "bind", bind));
    CHECK(dhcpperf_transport_config_set(c, "port", port));
    CHECK(dhcpperf_transport_config_set(c, "gso", "off"));
    CHECK(dhcpperf_transport_config_set(c, "reuse", "addr")); /* dnsmasq is on every address */
    CHECK(dhcpperf_transport_open(&x->carrier[i], c, NULL, NULL));
    CHECK(dhcpperf_pump_new(&x->pump[i], engine, x->carrier[i], 0, NULL));
    dhcpperf_transport_config_free(c);
}

static int finished(const chain *x)
{
    return dhcpperf_client_is_done(x->client);
}

static int report(chain *x, uint32_t clients)
{
    uint32_t bound = dhcpperf_client_count_in(x->client, DHCPPERF_ST_BOUND);
    uint64_t broken =
        dhcpperf_stats_counter(dhcpperf_client_stats(x->client), DHCPPERF_C_VIOLATIONS);
    dhcpperf_relay_counts n;
    dhcpperf_violation v;
    unsigned i;

    CHECK(dhcpperf_relay_get_counts(x->relay, &n, sizeof n));
    printf("bound=%" PRIu32 " violations=%" PRIu64 " forwarded=%" PRIu64 " delivered=%" PRIu64
           " added=%" PRIu64 " removed=%" PRIu64 "\n",
           bound, broken, n.forwarded, n.delivered, n.info_added, n.info_removed);
    for (i = 0; dhcpperf_client_get_violation(x->client, i, &v, sizeof v) == 1; i++) {
        if (v.count > 0) {
            printf("%s %s %s\n", v.id, v.rule, dhcpperf_level_name(v.level));
        }
    }
    return bound == clients ? 0 : 1;
}

int main(int argc, char **argv)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic(), end;
    chain x;
    int i, status;

    if (argc < 4) {
        fputs("usage: relay_chain SERVER SERVER-PORT CLIENTS [SECONDS]\n", stderr);
        return 2;
    }
    memset(&x, 0, sizeof x);
    make_client(&x, argv[3]);
    make_relay(&x, argv[1], argv[2]);
    plug(&x, 0, dhcpperf_client_engine(x.client), "127.0.0.2", "6769");
    plug(&x, 1, dhcpperf_relay_client_side(x.relay), "127.0.0.3", "6768");
    plug(&x, 2, dhcpperf_relay_server_side(x.relay), "127.0.0.3", argv[2]);
    CHECK(dhcpperf_client_begin(x.client, now));
    end = now + (argc > 4 ? (dhcpperf_dur)atoi(argv[4]) : 60) * DHCPPERF_NS_PER_S;
    while (!finished(&x) && dhcpperf_clock_monotonic() < end) {
        CHECK(dhcpperf_pump_run(x.pump, 3, dhcpperf_clock_monotonic() + 10 * DHCPPERF_NS_PER_MS,
                                &x.done));
    }
    status = report(&x, (uint32_t)atoi(argv[3]));
    for (i = 0; i < 3; i++) {
        dhcpperf_pump_free(x.pump[i]);
        dhcpperf_transport_free(x.carrier[i]);
    }
    dhcpperf_client_free(x.client);
    dhcpperf_relay_free(x.relay);
    return status;
}
