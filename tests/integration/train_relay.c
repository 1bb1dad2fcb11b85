/* SPDX-License-Identifier: MIT */
/* train_relay.c - a relay agent of the public API that hands a server N DISCOVERs at once and
 * counts the OFFERs; what raw_peers.test holds against servers on raw sockets.
 *
 *     train_relay SERVER RELAY-ADDRESS auto|on|off N WAIT-MS
 *
 * Prints one line of key=value figures; exit 0 when every DISCOVER was answered.  With N = 1 it
 * asks again and again until it is answered, which tells when a server is up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/dhcpperf.h>

enum {
    N_MAX = 1024,
    LEN = 300,
    XID = 4,
    GIADDR = 24,
    CHADDR = 28,
    COOKIE = 236,
    RETRY_MS = 100
};

typedef struct relay {
    dhcpperf_ip4 server, self;
    unsigned n, next, answered;
    uint32_t run; /* makes the transactions of two runs differ */
    dhcpperf_ts until, retry;
    int again; /* keep asking */
    uint8_t seen[N_MAX];
    int stop;
} relay;

static void compose(const relay *r, uint8_t *m, unsigned i)
{
    static const uint8_t options[] = {99, 130, 83, 99, 53, 1, 1, 255};

    memset(m, 0, LEN);
    m[0] = 1; /* BOOTREQUEST over Ethernet, one hop */
    m[1] = 1;
    m[2] = 6;
    m[3] = 1;
    m[XID] = (uint8_t)(r->run >> 8);
    m[XID + 1] = (uint8_t)r->run;
    m[XID + 2] = (uint8_t)(i >> 8);
    m[XID + 3] = (uint8_t)i;
    memcpy(m + GIADDR, r->self.b, sizeof r->self.b);
    m[CHADDR] = 2;
    memcpy(m + CHADDR + 2, m + XID, 4);
    memcpy(m + COOKIE, options, sizeof options);
}

static int relay_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    relay *r = self;
    unsigned n;

    if (r->again && now >= r->retry) {
        r->next = 0;
        r->retry = now + RETRY_MS * DHCPPERF_NS_PER_MS;
    }
    for (n = 0; n < max && r->next < r->n; n++) {
        compose(r, pkts[n].data, r->next);
        pkts[n].len = LEN;
        pkts[n].src.ip = r->self;
        pkts[n].dst.ip = r->server;
        pkts[n].dst.port = 67;
        pkts[n].cookie = r->next++;
    }
    return (int)n;
}

static int relay_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    relay *r = self;
    unsigned i, k;

    (void)now;
    for (i = 0; i < n; i++) {
        const uint8_t *m = pkts[i].data;

        if (pkts[i].len < COOKIE || m[0] != 2 || m[XID] != (uint8_t)(r->run >> 8) ||
            m[XID + 1] != (uint8_t)r->run) {
            continue;
        }
        k = (unsigned)m[XID + 2] << 8 | m[XID + 3];
        if (k < r->n && !r->seen[k]) {
            r->seen[k] = 1;
            r->answered++;
        }
    }
    r->stop = r->answered == r->n;
    return (int)n;
}

static uint32_t relay_len(const void *self)
{
    (void)self;
    return LEN;
}

static dhcpperf_ts relay_deadline(const void *self)
{
    const relay *r = self;

    return r->again && r->retry < r->until ? r->retry : r->until;
}

static int relay_run(relay *r, const char *gso, dhcpperf_carrier_stats *ret)
{
    static const dhcpperf_engine_ops ops = {.size = sizeof ops,
                                            .recv = relay_recv,
                                            .pull = relay_pull,
                                            .msg_len = relay_len,
                                            .deadline = relay_deadline};
    dhcpperf_transport_config *c;
    dhcpperf_transport *t;
    dhcpperf_engine *e;
    dhcpperf_pump *p;
    int rc, err = 0;

    rc = dhcpperf_transport_config_new(&c, NULL);
    if (rc == 0) {
        rc = dhcpperf_transport_config_set(c, "gso", gso);
    }
    if (rc == 0) {
        rc = dhcpperf_transport_config_set(c, "port", "67");
    }
    if (rc == 0) {
        rc = dhcpperf_transport_open(&t, c, NULL, &err);
    }
    if (rc != 0) {
        fprintf(stderr, "train_relay: %s: %s\n", dhcpperf_strerror(rc), strerror(err));
        return rc;
    }
    dhcpperf_transport_config_free(c);
    if (dhcpperf_engine_new(&e, &ops, r, NULL) != 0 || dhcpperf_pump_new(&p, e, t, 0, NULL) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    rc = dhcpperf_pump_run(&p, 1, r->until, &r->stop);
    (void)dhcpperf_transport_stats(t, ret, sizeof *ret);
    dhcpperf_pump_free(p);
    dhcpperf_transport_free(t);
    dhcpperf_engine_free(e);
    return rc;
}

int main(int argc, char **argv)
{
    static relay r;
    dhcpperf_carrier_stats s;
    dhcpperf_ts now = dhcpperf_clock_monotonic();

    if (argc != 6 || dhcpperf_ip4_parse(&r.server, argv[1]) != 0 ||
        dhcpperf_ip4_parse(&r.self, argv[2]) != 0 || atoi(argv[4]) < 1 || atoi(argv[4]) > N_MAX) {
        fprintf(stderr, "usage: train_relay SERVER RELAY-ADDRESS auto|on|off N WAIT-MS\n");
        return 2;
    }
    r.n = (unsigned)atoi(argv[4]);
    r.again = r.n == 1;
    r.run = (uint32_t)(now >> 20) | 1;
    r.retry = now;
    r.until = now + (dhcpperf_dur)atoi(argv[5]) * DHCPPERF_NS_PER_MS;
    memset(&s, 0, sizeof s);
    if (relay_run(&r, argv[3], &s) != 0) {
        return 1;
    }
    printf("asked=%u answered=%u probes=%llu resent=%llu earned=%llu refused=%llu trains=%llu "
           "ms=%llu\n",
           r.n, r.answered, (unsigned long long)s.probes, (unsigned long long)s.probe_resent,
           (unsigned long long)s.peers_earned, (unsigned long long)s.peers_refused,
           (unsigned long long)s.tx_trains,
           (unsigned long long)((dhcpperf_clock_monotonic() - now) / DHCPPERF_NS_PER_MS));
    return r.answered == r.n ? 0 : 3;
}
