/* SPDX-License-Identifier: MIT */
/* consumer.c - a program of somebody else's, built out of tree through pkg-config: it carries
 * packets between a client and a server by hand, on a clock of its own, and decodes each one. */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BURST = 16,
    SIZE = 1500
};

static unsigned seen[16];
static dhcpperf_msg *msg;

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "consumer: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(EXIT_FAILURE);
    }
}

/* Carries what `from` has to say to `to`. */
static void carry(dhcpperf_engine *from, dhcpperf_engine *to, dhcpperf_ts now)
{
    static uint8_t data[BURST][SIZE];
    dhcpperf_txdone done[BURST];
    dhcpperf_pkt pkts[BURST];
    char line[512];
    int i, n;

    memset(pkts, 0, sizeof pkts);
    memset(done, 0, sizeof done);
    for (i = 0; i < BURST; i++) {
        pkts[i].data = data[i];
        pkts[i].cap = SIZE;
    }
    n = dhcpperf_engine_pull(from, pkts, BURST, now);
    must("pull", n);
    for (i = 0; i < n; i++) {
        dhcpperf_parse_error why;

        must("parse",
             dhcpperf_msg_parse(msg, pkts[i].data, pkts[i].len, DHCPPERF_PARSE_STRICT, &why));
        seen[dhcpperf_msg_get_type(msg) & 15]++;
        if (seen[dhcpperf_msg_get_type(msg) & 15] == 1) {
            dhcpperf_msg_format(msg, line, sizeof line);
            printf("%8llu us  %s\n", (unsigned long long)(now / DHCPPERF_NS_PER_US), line);
        }
        pkts[i].ts = now;
        done[i].cookie = pkts[i].cookie;
        done[i].ts = now;
    }
    dhcpperf_engine_sent(from, done, (unsigned)n, now);
    must("recv", dhcpperf_engine_recv(to, pkts, (unsigned)n, now));
}

static dhcpperf_server *make_server(void)
{
    dhcpperf_ip4 network = {{192, 0, 2, 0}}, id = {{192, 0, 2, 1}};
    dhcpperf_ip4 first = {{192, 0, 2, 10}}, last = {{192, 0, 2, 109}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must("pool", dhcpperf_pool_new(&pool, network, 24, NULL));
    must("range", dhcpperf_pool_add_range(pool, first, last));
    must("config", dhcpperf_server_config_new(&config, NULL));
    must("identity", dhcpperf_server_config_set_identity(config, id, mac));
    must("pool", dhcpperf_server_config_add_pool(config, pool));
    must("server", dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

int main(void)
{
    dhcpperf_client_config *config;
    dhcpperf_server *server = make_server();
    dhcpperf_client *client;
    dhcpperf_ts now = 0;
    int ok;

    if (strcmp(dhcpperf_version(), DHCPPERF_VERSION) != 0) {
        fprintf(stderr, "consumer: headers %s, library %s\n", DHCPPERF_VERSION, dhcpperf_version());
        return EXIT_FAILURE;
    }
    must("parser", dhcpperf_msg_new(&msg, NULL));
    must("config", dhcpperf_client_config_new(&config, NULL));
    must("stations", dhcpperf_client_config_set_stations(config, 100));
    must("client", dhcpperf_client_new(&client, config, NULL));
    must("begin", dhcpperf_client_begin(client, now));
    while (!dhcpperf_client_is_done(client) && now < DHCPPERF_NS_PER_S) {
        dhcpperf_engine *c = dhcpperf_client_engine(client), *s = dhcpperf_server_engine(server);

        must("advance", dhcpperf_engine_advance(c, now));
        must("advance", dhcpperf_engine_advance(s, now));
        carry(c, s, now);
        carry(s, c, now);
        now += 100 * DHCPPERF_NS_PER_US;
    }
    ok = dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND) == 100 &&
         seen[DHCPPERF_DISCOVER] == 100 && seen[DHCPPERF_ACK] == 100;
    printf("%u of 100 clients bound\n",
           (unsigned)dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND));
    dhcpperf_client_free(client);
    dhcpperf_server_free(server);
    dhcpperf_client_config_free(config);
    dhcpperf_msg_free(msg);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
