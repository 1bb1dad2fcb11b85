/* SPDX-License-Identifier: MIT */
/* bench_vnet.c - what the virtual network costs: two engines that do nothing pass four packets of
 * 300 octets per exchange, as DORA does, with a window of exchanges under way. */
#include <libdhcpperf/vnet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct side {
    uint32_t owed[65536]; /* exchanges to send a packet for */
    uint32_t n;
    uint64_t finished, started, total;
    int is_client;
} side;

static int side_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    side *s = self;
    unsigned i;

    (void)now;
    for (i = 0; i < n; i++) {
        uint32_t id, leg;

        memcpy(&id, pkts[i].data, 4);
        memcpy(&leg, pkts[i].data + 4, 4);
        if (s->is_client && leg == 3) {
            s->finished++;
            if (s->started == s->total) {
                continue;
            }
            s->started++;
            leg = 0;
        } else {
            leg++;
        }
        s->owed[s->n++] = (id << 2) | leg;
    }
    return (int)n;
}

static int side_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    side *s = self;
    unsigned n = 0;

    (void)now;
    for (; n < max && s->n > 0; n++) {
        uint32_t what = s->owed[--s->n], id = what >> 2, leg = what & 3;

        memset(pkts[n].data, 0, 300);
        memcpy(pkts[n].data, &id, 4);
        memcpy(pkts[n].data + 4, &leg, 4);
        pkts[n].len = 300;
        pkts[n].src.ip = (dhcpperf_ip4){{10, 0, 0, (uint8_t)(1 + s->is_client)}};
        pkts[n].dst.ip = (dhcpperf_ip4){{10, 0, 0, (uint8_t)(2 - s->is_client)}};
    }
    return (int)n;
}

static dhcpperf_ts side_deadline(const void *self)
{
    return ((const side *)self)->n > 0 ? 0 : DHCPPERF_NEVER;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int run(const char *name, uint32_t window, dhcpperf_dur jitter)
{
    static const dhcpperf_engine_ops ops = {
        .size = sizeof ops, .recv = side_recv, .pull = side_pull, .deadline = side_deadline};
    static side sides[2];
    dhcpperf_engine *e[2];
    dhcpperf_vnet *net;
    dhcpperf_segment seg;
    dhcpperf_port p;
    double from, took;
    uint32_t i;

    if (dhcpperf_vnet_new(&net, 1, NULL) != 0 || dhcpperf_vnet_add_segment(net, &seg) != 0) {
        return 1;
    }
    for (i = 0; i < 2; i++) {
        memset(&sides[i], 0, sizeof sides[i]);
        sides[i].is_client = i == 0;
        sides[i].total = 1000000;
        if (dhcpperf_engine_new(&e[i], &ops, &sides[i], NULL) != 0 ||
            dhcpperf_vnet_attach(net, seg, e[i], &p) != 0 ||
            dhcpperf_vnet_set_delay(net, p, 500000, jitter) != 0) {
            return 1;
        }
    }
    for (i = 0; i < window; i++) {
        sides[0].owed[sides[0].n++] = i << 2;
        sides[0].started++;
    }
    from = seconds();
    if (dhcpperf_vnet_run_until(net, DHCPPERF_NEVER) < 0 || sides[0].finished != 1000000) {
        return 1;
    }
    took = seconds() - from;
    printf("vnet %-28s %10.0f exchanges/s %6.0f ns/packet\n", name, 1e6 / took, took * 1e9 / 4e6);
    dhcpperf_vnet_free(net);
    dhcpperf_engine_free(e[0]);
    dhcpperf_engine_free(e[1]);
    return 0;
}

int main(void)
{
    return run("window 1000", 1000, 0) || run("window 50000", 50000, 0) ||
                   run("window 1000, jitter", 1000, 100000) ||
                   run("window 50000, jitter", 50000, 100000)
               ? EXIT_FAILURE
               : EXIT_SUCCESS;
}
