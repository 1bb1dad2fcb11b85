/* SPDX-License-Identifier: MIT */
/* bench_echo_ours.c - the same echo through the public API: two engines, each on a UDP carrier
 * driven by a pump.  Like a real server, the echo server holds descriptors between recv and pull
 * and composes its answers into the buffers that the carrier lends.  The length of a message is a
 * variable, as in an engine, so that the copy is the C library's and not the compiler's. */
#include "bench_echo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/dhcpperf.h>

enum {
    HELD = 1 << 17, /* descriptors, a power of two */
    XID_AT = 4
};

/* -- server -- */

typedef struct held {
    dhcpperf_ip4 to;
    uint16_t port;
    uint8_t xid[4];
} held;

typedef struct server {
    held *ring;
    uint32_t head, tail, len;
    uint8_t image[ECHO_LEN];
} server;

static int server_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    server *s = self;
    unsigned i;

    (void)now;
    for (i = 0; i < n && s->head - s->tail < HELD; i++) {
        held *h = &s->ring[s->head++ & (HELD - 1)];

        h->to = pkts[i].src.ip;
        h->port = pkts[i].src.port;
        memcpy(h->xid, pkts[i].data + XID_AT, sizeof h->xid);
    }
    return (int)n;
}

static int server_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    server *s = self;
    unsigned n;

    (void)now;
    for (n = 0; n < max && s->tail != s->head; n++) {
        const held *h = &s->ring[s->tail++ & (HELD - 1)];

        memcpy(pkts[n].data, s->image, s->len);
        memcpy(pkts[n].data + XID_AT, h->xid, sizeof h->xid);
        pkts[n].len = ECHO_LEN;
        pkts[n].dst.ip = h->to;
        pkts[n].dst.port = h->port;
    }
    return (int)n;
}

static uint32_t echo_len(const void *self)
{
    (void)self;
    return ECHO_LEN;
}

/* -- client -- */

typedef struct client {
    const echo_case *c;
    dhcpperf_ip4 to;
    uint16_t port;
    uint64_t sent, received, lost, failed;
    dhcpperf_ts heard;
    uint32_t xid, len;
    uint32_t relay, left; /* which relay speaks, and how many more messages of its run */
    dhcpperf_ip4 from;
    uint8_t image[ECHO_LEN];
} client;

static void next_relay(client *c)
{
    uint32_t ip = echo_relay(c->relay);

    c->from =
        (dhcpperf_ip4){{(uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip}};
    c->relay = c->relay + 1 < c->c->relays ? c->relay + 1 : 0;
    c->left = c->c->run;
}

static int client_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    client *c = self;
    unsigned i;

    for (i = 0; i < n; i++) {
        c->received += pkts[i].len == ECHO_LEN;
    }
    c->heard = now;
    if (c->received + c->lost > c->sent) { /* not lost, only late */
        c->lost = c->sent - c->received;
    }
    return (int)n;
}

static int client_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    client *c = self;
    uint64_t room = c->c->window - (c->sent - c->received - c->lost);
    unsigned n;

    (void)now;
    for (n = 0; n < max && n < room; n++) {
        if (c->left == 0) {
            next_relay(c);
        }
        c->left--;
        memcpy(pkts[n].data, c->image, c->len);
        c->xid++;
        memcpy(pkts[n].data + XID_AT, &c->xid, sizeof c->xid);
        pkts[n].len = ECHO_LEN;
        pkts[n].cookie = c->xid;
        pkts[n].src.ip = c->from;
        pkts[n].dst.ip = c->to;
        pkts[n].dst.port = c->port;
    }
    c->sent += n;
    return (int)n;
}

static void client_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    client *c = self;
    unsigned i;

    (void)now;
    for (i = 0; i < n; i++) {
        c->failed += done[i].status != 0;
    }
}

static dhcpperf_ts client_deadline(const void *self)
{
    const client *c = self;

    return c->heard + 100 * DHCPPERF_NS_PER_MS;
}

/* Nothing for a while: what was under way is lost. */
static int client_advance(void *self, dhcpperf_ts now)
{
    client *c = self;

    if (c->heard == 0) {
        c->heard = now;
    }
    if (now < c->heard + 100 * DHCPPERF_NS_PER_MS) {
        return 0;
    }
    c->lost = c->sent - c->received;
    c->heard = now;
    return 1;
}

/* -- both -- */

static int open_ours(const echo_case *c, const char *bind, dhcpperf_transport **ret)
{
    dhcpperf_transport_config *cfg;
    char train[12];
    int rc = dhcpperf_transport_config_new(&cfg, NULL), err;

    if (rc != 0) {
        return rc;
    }
    (void)snprintf(train, sizeof train, "%u", c->train > 1 ? c->train : 2);
    if (dhcpperf_transport_config_set(cfg, "bind", bind) != 0 ||
        dhcpperf_transport_config_set(cfg, "gso", c->gso) != 0 ||
        dhcpperf_transport_config_set(cfg, "train", train) != 0 ||
        (c->key != NULL && dhcpperf_transport_config_set(cfg, c->key, c->value) != 0)) {
        rc = DHCPPERF_E_INVALID;
    } else {
        rc = dhcpperf_transport_open(ret, cfg, NULL, &err);
    }
    dhcpperf_transport_config_free(cfg);
    return rc;
}

int our_server(const echo_case *c, volatile int *port)
{
    static const dhcpperf_engine_ops ops = {
        .size = sizeof ops, .recv = server_recv, .pull = server_pull, .msg_len = echo_len};
    static server s;
    dhcpperf_transport *t;
    dhcpperf_engine *e;
    dhcpperf_pump *p;
    dhcpperf_endpoint local;
    int rc;

    s.len = ECHO_LEN;
    s.ring = calloc(HELD, sizeof *s.ring);
    if (s.ring == NULL || open_ours(c, "127.0.0.1", &t) != 0 ||
        dhcpperf_engine_new(&e, &ops, &s, NULL) != 0 ||
        dhcpperf_pump_new(&p, e, t, c->burst, NULL) != 0 ||
        dhcpperf_transport_get_local(t, &local) != 0) {
        return -1;
    }
    *port = local.port;
    rc = dhcpperf_pump_run(&p, 1, DHCPPERF_NEVER, c->stop);
    dhcpperf_pump_free(p);
    dhcpperf_transport_free(t);
    dhcpperf_engine_free(e);
    free(s.ring);
    return rc;
}

int our_client(const echo_case *c, int port, echo_result *ret)
{
    static const dhcpperf_engine_ops ops = {.size = sizeof ops,
                                            .recv = client_recv,
                                            .pull = client_pull,
                                            .sent = client_sent,
                                            .msg_len = echo_len,
                                            .deadline = client_deadline,
                                            .advance = client_advance};
    static client k;
    dhcpperf_carrier_stats stats;
    dhcpperf_transport *t;
    dhcpperf_engine *e;
    dhcpperf_pump *p;
    dhcpperf_ts start;
    uint64_t at;
    int rc;

    memset(&k, 0, sizeof k);
    k.c = c;
    k.len = ECHO_LEN;
    k.to = (dhcpperf_ip4){{127, 0, 0, 1}};
    k.port = (uint16_t)port;
    if (open_ours(c, "0.0.0.0", &t) != 0 || dhcpperf_engine_new(&e, &ops, &k, NULL) != 0 ||
        dhcpperf_pump_new(&p, e, t, c->burst, NULL) != 0) {
        return -1;
    }
    start = dhcpperf_clock_monotonic();
    rc = dhcpperf_pump_run(&p, 1, start + (dhcpperf_dur)(c->seconds / 4 * 1e9), NULL);
    start = dhcpperf_clock_monotonic();
    at = k.received;
    if (rc == 0) {
        rc = dhcpperf_pump_run(&p, 1, start + (dhcpperf_dur)(c->seconds * 1e9), NULL);
    }
    ret->per_s = (double)(k.received - at) / ((double)(dhcpperf_clock_monotonic() - start) / 1e9);
    ret->total = k.received;
    ret->lost = k.lost + k.failed;
    if (dhcpperf_transport_stats(t, &stats, sizeof stats) == 0) {
        ret->tx_messages = stats.tx_messages;
        ret->tx_trains = stats.tx_trains;
    }
    dhcpperf_pump_free(p);
    dhcpperf_transport_free(t);
    dhcpperf_engine_free(e);
    return rc;
}
