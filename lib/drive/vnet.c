/* SPDX-License-Identifier: MIT */
/* vnet.c - the virtual network: its objects and their settings.  How it advances is in vnet_run.c.
 *
 * It allocates as it grows (topology, packets under way, addresses seen) and gives all of it back
 * when it is freed.  Ports are never moved or removed, so a callback may extend the topology. */
#include "drive/dp_vnet.h"

#include <assert.h>
#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "engine/dp_engine.h"

enum {
    DEFAULT_BURST = 256,
    MAX_BURST = 65536,
    DEFAULT_MAX_PACKETS = 4194304,
    STAGE_STRIDE = DP_VNET_MAX_LEN + 64 /* an odd number of cache lines: no two share a set */
};

int dp_vnet_grow(const dhcpperf_mem *mem, void **inout, size_t *inout_cap, size_t n, size_t size,
                 size_t align)
{
    size_t cap = *inout_cap == 0 ? 16 : 2 * *inout_cap;
    void *wider;

    if (n < *inout_cap) {
        return 0;
    }
    if (cap < n || cap > SIZE_MAX / size) {
        return DHCPPERF_E_NOMEM;
    }
    wider = mem->alloc(mem->user, cap * size, align);
    if (wider == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    if (n > 0) {
        memcpy(wider, *inout, n * size);
    }
    dp_mem_release(mem, *inout, *inout_cap * size);
    *inout = wider;
    *inout_cap = cap;
    return 0;
}

static void free_burst(dhcpperf_vnet *net)
{
    DP_FREE_ARRAY(&net->mem, net->rx, net->burst);
    DP_FREE_ARRAY(&net->mem, net->tx, net->burst);
    DP_FREE_ARRAY(&net->mem, net->done, net->burst);
    dp_mem_release(&net->mem, net->stage, (size_t)net->burst * STAGE_STRIDE);
}

void dp_vnet_lend(dhcpperf_vnet *net, unsigned i)
{
    memset(&net->tx[i], 0, sizeof net->tx[i]);
    net->tx[i].data = net->stage + (size_t)i * STAGE_STRIDE;
    net->tx[i].cap = DP_VNET_MAX_LEN;
}

int dhcpperf_vnet_set_burst(dhcpperf_vnet *net, unsigned burst)
{
    dhcpperf_vnet next;
    unsigned i;

    if (net == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (net->running) {
        return DHCPPERF_E_REENTRANT;
    }
    if (burst < 1 || burst > MAX_BURST) {
        return DHCPPERF_E_RANGE;
    }
    next = *net;
    next.burst = burst;
    next.rx = DP_ARRAY(&net->mem, burst, dhcpperf_pkt);
    next.tx = DP_ARRAY(&net->mem, burst, dhcpperf_pkt);
    next.done = DP_ARRAY(&net->mem, burst, dhcpperf_txdone);
    next.stage = dp_mem_zarray(&net->mem, burst, STAGE_STRIDE, 64);
    if (next.rx == NULL || next.tx == NULL || next.done == NULL || next.stage == NULL) {
        free_burst(&next);
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < burst; i++) {
        dp_vnet_lend(&next, i);
    }
    free_burst(net);
    *net = next;
    return 0;
}

int dhcpperf_vnet_new(dhcpperf_vnet **ret, uint64_t seed, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_vnet *net;
    int rc;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    net = DP_NEW(&m, dhcpperf_vnet);
    if (net == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    net->mem = m;
    net->seed = seed;
    net->culprit = DHCPPERF_PORT_NONE;
    net->max_packets = DEFAULT_MAX_PACKETS;
    rc = dhcpperf_vnet_set_burst(net, DEFAULT_BURST);
    if (rc != 0) {
        DP_FREE(&m, net);
        return rc;
    }
    *ret = net;
    return 0;
}

void dhcpperf_vnet_free(dhcpperf_vnet *net)
{
    dhcpperf_mem m;
    size_t i;

    if (net == NULL) {
        return;
    }
    assert(!net->running);
    m = net->mem;
    for (i = 0; i < net->n_ports; i++) {
        dp_vnet_port *port = net->ports[i];

        if (port->engine != NULL) {
            dp_engine_give_back(port->engine);
        }
        DP_FREE_ARRAY(&m, port->departures, port->ring_cap);
        DP_FREE(&m, port);
    }
    DP_FREE_ARRAY(&m, net->ports, net->cap_ports);
    DP_FREE_ARRAY(&m, net->acts, net->cap_acts);
    DP_FREE_ARRAY(&m, net->owned, net->cap_owned);
    DP_FREE_ARRAY(&m, net->learned, net->cap_learned);
    dp_vnet_queue_free(net);
    free_burst(net);
    DP_FREE(&m, net);
}

int dhcpperf_vnet_add_segment(dhcpperf_vnet *net, dhcpperf_segment *ret)
{
    if (net == NULL || ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (net->segments == UINT32_MAX) {
        return DHCPPERF_E_FULL;
    }
    *ret = net->segments++;
    return 0;
}

static int add_port(dhcpperf_vnet *net, dhcpperf_segment seg, dp_vnet_port **ret)
{
    dp_vnet_port *port;

    if (dp_vnet_grow(&net->mem, (void **)&net->ports, &net->cap_ports, net->n_ports,
                     sizeof *net->ports, _Alignof(dp_vnet_port *)) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    port = DP_NEW(&net->mem, dp_vnet_port);
    if (port == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    port->id = (uint32_t)net->n_ports;
    port->segment = seg;
    port->up = 1;
    net->ports[net->n_ports++] = port;
    *ret = port;
    return 0;
}

int dhcpperf_vnet_attach(dhcpperf_vnet *net, dhcpperf_segment seg, dhcpperf_engine *e,
                         dhcpperf_port *ret)
{
    dp_vnet_port *port;
    int rc;

    if (net == NULL || e == NULL || ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (seg >= net->segments) {
        return DHCPPERF_E_RANGE;
    }
    rc = add_port(net, seg, &port);
    if (rc != 0) {
        return rc;
    }
    port->engine = e;
    dp_engine_borrow(e);
    *ret = port->id;
    return 0;
}

/* Takes back the newest port. */
static void drop_port(dhcpperf_vnet *net)
{
    net->n_ports--;
    DP_FREE(&net->mem, net->ports[net->n_ports]);
}

int dhcpperf_vnet_add_relay(dhcpperf_vnet *net, dhcpperf_segment clients, dhcpperf_segment servers,
                            dhcpperf_ip4 giaddr, dhcpperf_ip4 server, dhcpperf_port *ret_clients,
                            dhcpperf_port *ret_servers)
{
    static const dhcpperf_ip4 none;
    dp_vnet_port *a, *b;
    size_t owned;

    if (net == NULL || clients == servers || memcmp(&giaddr, &none, sizeof none) == 0) {
        return DHCPPERF_E_INVALID;
    }
    if (clients >= net->segments || servers >= net->segments) {
        return DHCPPERF_E_RANGE;
    }
    owned = net->n_owned;
    if (add_port(net, clients, &a) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    if (add_port(net, servers, &b) != 0) {
        drop_port(net);
        return DHCPPERF_E_NOMEM;
    }
    if (dhcpperf_vnet_add_address(net, a->id, giaddr, 32) != 0 ||
        dhcpperf_vnet_add_address(net, b->id, giaddr, 32) != 0) {
        net->n_owned = owned;
        drop_port(net);
        drop_port(net);
        return DHCPPERF_E_NOMEM;
    }
    a->relay = b->relay = (dp_vnet_relay){.giaddr = giaddr, .server = server};
    a->peer = b->id;
    b->peer = a->id;
    a->to_servers = 1;
    if (ret_clients != NULL) {
        *ret_clients = a->id;
    }
    if (ret_servers != NULL) {
        *ret_servers = b->id;
    }
    return 0;
}

static dp_vnet_port *port_of(dhcpperf_vnet *net, dhcpperf_port p)
{
    return net != NULL && p < net->n_ports ? net->ports[p] : NULL;
}

int dhcpperf_vnet_set_delay(dhcpperf_vnet *net, dhcpperf_port p, dhcpperf_dur base,
                            dhcpperf_dur jitter)
{
    dp_vnet_port *port = port_of(net, p);

    if (port == NULL || jitter > base || base > DHCPPERF_NEVER / 4) {
        return DHCPPERF_E_RANGE;
    }
    port->base = base;
    port->jitter = jitter;
    return 0;
}

static int is_chance(double p)
{
    return p >= 0 && p <= 1;
}

int dhcpperf_vnet_set_loss(dhcpperf_vnet *net, dhcpperf_port p, double loss, double duplicate,
                           double reorder)
{
    dp_vnet_port *port = port_of(net, p);

    if (port == NULL || !is_chance(loss) || !is_chance(duplicate) || !is_chance(reorder)) {
        return DHCPPERF_E_RANGE;
    }
    port->lose = dp_threshold(loss);
    port->duplicate = dp_threshold(duplicate);
    port->reorder = dp_threshold(reorder);
    return 0;
}

int dhcpperf_vnet_set_rate(dhcpperf_vnet *net, dhcpperf_port p, uint64_t bits_per_s,
                           uint32_t queue_packets)
{
    dp_vnet_port *port = port_of(net, p);
    dhcpperf_ts *ring = NULL;

    if (port == NULL) {
        return DHCPPERF_E_RANGE;
    }
    if (bits_per_s > 0 && queue_packets > 0) {
        ring = DP_ARRAY(&net->mem, queue_packets, dhcpperf_ts);
        if (ring == NULL) {
            return DHCPPERF_E_NOMEM;
        }
    }
    DP_FREE_ARRAY(&net->mem, port->departures, port->ring_cap);
    port->departures = ring;
    port->ring_cap = ring != NULL ? queue_packets : 0;
    port->ring_head = 0;
    port->ring_n = 0;
    port->bits_per_s = bits_per_s;
    port->link_free = net->now;
    return 0;
}

int dhcpperf_vnet_set_up(dhcpperf_vnet *net, dhcpperf_port p, int up)
{
    dp_vnet_port *port = port_of(net, p);

    if (port == NULL) {
        return DHCPPERF_E_RANGE;
    }
    port->up = up != 0;
    return 0;
}

int dhcpperf_vnet_set_max_packets(dhcpperf_vnet *net, uint32_t n)
{
    if (net == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (n == 0) {
        return DHCPPERF_E_RANGE;
    }
    net->max_packets = n;
    return 0;
}

dhcpperf_ts dhcpperf_vnet_now(const dhcpperf_vnet *net)
{
    return net != NULL ? net->now : 0;
}

int dhcpperf_vnet_tap(dhcpperf_vnet *net, dhcpperf_vnet_tap_fn fn, void *user)
{
    if (net == NULL) {
        return DHCPPERF_E_INVALID;
    }
    net->tap = fn;
    net->tap_user = user;
    return 0;
}

dhcpperf_port dhcpperf_vnet_culprit(const dhcpperf_vnet *net)
{
    return net != NULL ? net->culprit : DHCPPERF_PORT_NONE;
}

uint64_t dhcpperf_vnet_digest(const dhcpperf_vnet *net)
{
    return net != NULL ? dp_mix64(net->digest) : 0;
}

static void add_counts(dhcpperf_vnet_counts *sum, const dhcpperf_vnet_counts *c)
{
    sum->sent += c->sent;
    sum->duplicated += c->duplicated;
    sum->flooded += c->flooded;
    sum->delivered += c->delivered;
    sum->lost += c->lost;
    sum->overflowed += c->overflowed;
    sum->unplugged += c->unplugged;
    sum->unreachable += c->unreachable;
    sum->in_flight += c->in_flight;
}

int dhcpperf_vnet_get_counts(const dhcpperf_vnet *net, dhcpperf_port p, dhcpperf_vnet_counts *ret,
                             size_t ret_size)
{
    dhcpperf_vnet_counts sum;
    size_t i, n = ret_size < sizeof sum ? ret_size : sizeof sum;

    if (net == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    if (p != DHCPPERF_PORT_NONE && p >= net->n_ports) {
        return DHCPPERF_E_RANGE;
    }
    memset(&sum, 0, sizeof sum);
    for (i = 0; i < net->n_ports; i++) {
        if (p == DHCPPERF_PORT_NONE || p == i) {
            add_counts(&sum, &net->ports[i]->counts);
        }
    }
    sum.size = n;
    memset(ret, 0, ret_size);
    memcpy(ret, &sum, n);
    return 0;
}
