/* SPDX-License-Identifier: MIT */
/* custom_transport.c - a carrier of the program's own: a loop of memory that hands each message to
 * the other side, with a pump on either end.  This is all that a new kind of packet I/O must do. */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLOTS = 64,
    SIZE = 1500
};

/* A box holds messages until the other side fetches them; each side has one to receive from. */
typedef struct box {
    uint8_t data[SLOTS][SIZE];
    dhcpperf_pkt pkt[SLOTS];
    unsigned first, n;
} box;

typedef struct side {
    box *in, *out;
    uint8_t loan[SLOTS][SIZE];
    dhcpperf_txdone fate[SLOTS];
    unsigned n_fates;
} side;

static int rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    side *s = self;
    unsigned n;

    for (n = 0; n < max && n < s->in->n; n++) {
        pkts[n] = s->in->pkt[(s->in->first + n) % SLOTS];
        pkts[n].ts = now;
    }
    return (int)n;
}

static void rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    side *s = self;

    (void)pkts; /* they are given back in the order they came */
    s->in->first = (s->in->first + n) % SLOTS;
    s->in->n -= n;
}

/* No room in the other side's box: nothing is lent.  That is all there is to back-pressure. */
static int tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len)
{
    side *s = self;
    unsigned room = SLOTS - s->out->n, n;

    (void)msg_len;
    if (room > SLOTS - s->n_fates) {
        room = SLOTS - s->n_fates;
    }
    for (n = 0; n < want && n < room; n++) {
        memset(&pkts[n], 0, sizeof pkts[n]);
        pkts[n].data = s->loan[n];
        pkts[n].cap = SIZE;
    }
    return (int)n;
}

static int tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    side *s = self;
    unsigned i;

    (void)n;
    for (i = 0; i < fill; i++) {
        unsigned slot = (s->out->first + s->out->n++) % SLOTS;
        dhcpperf_pkt *p = &s->out->pkt[slot];

        *p = pkts[i];
        p->data = s->out->data[slot];
        memcpy(p->data, pkts[i].data, pkts[i].len);
        s->fate[s->n_fates++] = (dhcpperf_txdone){.cookie = pkts[i].cookie, .ts = now};
    }
    return 0;
}

static int tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    side *s = self;
    unsigned n = s->n_fates < max ? s->n_fates : max;

    (void)now;
    memcpy(done, s->fate, n * sizeof *done);
    memmove(s->fate, s->fate + n, (s->n_fates - n) * sizeof *s->fate);
    s->n_fates -= n;
    return (int)n;
}

static const dhcpperf_transport_ops ops = {
    .size = sizeof ops,
    .rx_burst = rx_burst,
    .rx_done = rx_done,
    .tx_loan = tx_loan,
    .tx_commit = tx_commit,
    .tx_done = tx_done,
};

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "custom_transport: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(EXIT_FAILURE);
    }
}

static dhcpperf_server *make_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 3, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must("pool", dhcpperf_pool_new(&pool, network, 16, NULL));
    must("range", dhcpperf_pool_add_range(pool, first, last));
    must("config", dhcpperf_server_config_new(&config, NULL));
    must("identity", dhcpperf_server_config_set_identity(config, id, mac));
    must("pool", dhcpperf_server_config_add_pool(config, pool));
    must("server", dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *make_clients(void)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;

    must("config", dhcpperf_client_config_new(&config, NULL));
    must("stations", dhcpperf_client_config_set_stations(config, 500));
    must("clients", dhcpperf_client_new(&client, config, NULL));
    dhcpperf_client_config_free(config);
    return client;
}

int main(void)
{
    static box to_client, to_server;
    static side a = {.in = &to_client, .out = &to_server};
    static side b = {.in = &to_server, .out = &to_client};
    dhcpperf_client *client = make_clients();
    dhcpperf_server *server = make_server();
    dhcpperf_transport *ta, *tb;
    dhcpperf_pump *pa, *pb;
    dhcpperf_ts now = 0; /* any clock will do, a count of turns for instance */
    uint32_t bound;

    must("transport", dhcpperf_transport_new(&ta, &ops, &a, NULL));
    must("transport", dhcpperf_transport_new(&tb, &ops, &b, NULL));
    must("pump", dhcpperf_pump_new(&pa, dhcpperf_client_engine(client), ta, 0, NULL));
    must("pump", dhcpperf_pump_new(&pb, dhcpperf_server_engine(server), tb, 0, NULL));
    must("begin", dhcpperf_client_begin(client, now));
    while (!dhcpperf_client_is_done(client)) {
        must("step", dhcpperf_pump_step(pa, now));
        must("step", dhcpperf_pump_step(pb, now));
        now += DHCPPERF_NS_PER_US;
    }
    bound = dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND);
    printf("%u of 500 clients bound through memory\n", (unsigned)bound);
    dhcpperf_pump_free(pa);
    dhcpperf_pump_free(pb);
    dhcpperf_transport_free(ta);
    dhcpperf_transport_free(tb);
    dhcpperf_client_free(client);
    dhcpperf_server_free(server);
    return bound == 500 ? EXIT_SUCCESS : EXIT_FAILURE;
}
