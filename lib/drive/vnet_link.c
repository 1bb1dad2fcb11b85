/* SPDX-License-Identifier: MIT */
/* vnet_link.c - what happens to a packet between its sender and its arrival: queue, rate, loss,
 * duplication, delay, and the switch that copies it to its receivers.
 *
 * All arithmetic is on integers.  Every chance is drawn from (seed, port, purpose, packets sent by
 * the port), so one port's luck never shifts another's. */
#include "drive/dp_vnet.h"

#include <string.h>

#include "base/dp_rng.h"

enum {
    DRAW_LOSS = 1,
    DRAW_DUPLICATE,
    DRAW_REORDER,
    DRAW_HOLD,
    DRAW_JITTER
};

static uint64_t draw(const dhcpperf_vnet *net, const dp_vnet_port *port, uint32_t purpose,
                     unsigned copy)
{
    return dp_draw(net->seed, port->id, purpose + 8 * copy, port->packets);
}

/* The delay of one copy: base +- jitter, more when it is held back. */
static dhcpperf_dur flight(const dhcpperf_vnet *net, const dp_vnet_port *port, unsigned copy)
{
    dhcpperf_dur d = port->base;

    if (port->jitter > 0) {
        d = d - port->jitter + dp_below(draw(net, port, DRAW_JITTER, copy), 2 * port->jitter + 1);
    }
    if (port->reorder > 0 && dp_chance(draw(net, port, DRAW_REORDER, copy), port->reorder)) {
        dhcpperf_dur most = port->base > DHCPPERF_NS_PER_MS ? port->base : DHCPPERF_NS_PER_MS;

        d += 1 + dp_below(draw(net, port, DRAW_HOLD, copy), most);
    }
    return d;
}

/* Puts a packet on a rate-limited link: 1 and when its last bit has left, 0 when the queue is
 * full. */
static int serialise(dp_vnet_port *port, const dhcpperf_pkt *pkt, dhcpperf_ts now,
                     dhcpperf_ts *ret_left)
{
    uint64_t octets = pkt->len + ((pkt->flags & DHCPPERF_PKT_FRAME) != 0 ? 0u : DP_VNET_HEADERS);
    dhcpperf_ts start = port->link_free > now ? port->link_free : now;

    while (port->ring_n > 0 && port->departures[port->ring_head] <= now) {
        port->ring_head = (port->ring_head + 1) % port->ring_cap;
        port->ring_n--;
    }
    if (port->ring_cap > 0 && port->ring_n == port->ring_cap) {
        return 0;
    }
    *ret_left = start + (octets * 8 * DHCPPERF_NS_PER_S + port->bits_per_s - 1) / port->bits_per_s;
    port->link_free = *ret_left;
    if (port->ring_cap > 0) {
        port->departures[(uint32_t)(((uint64_t)port->ring_head + port->ring_n++) %
                                    port->ring_cap)] = *ret_left;
    }
    return 1;
}

static int file_copy(dhcpperf_vnet *net, dp_vnet_port *port, uint32_t to, const dhcpperf_pkt *pkt,
                     dhcpperf_ts when, uint32_t flags)
{
    dp_vnet_slot *slot;
    uint8_t *data;
    uint16_t cap;

    if (net->queue.live >= net->max_packets) {
        return DHCPPERF_E_FULL;
    }
    slot = dp_vnet_slot_take(net, pkt->len);
    if (slot == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    data = slot->pkt.data;
    cap = slot->pkt.cap;
    memcpy(data, pkt->data, pkt->len);
    slot->pkt = *pkt;
    slot->pkt.data = data;
    slot->pkt.cap = cap;
    slot->pkt.ts = when;
    slot->pkt.cookie = 0;
    slot->pkt.ifindex = to + 1;
    slot->pkt.flags = flags;
    slot->when = when;
    slot->from = port->id;
    slot->to = to;
    if (dp_vnet_queue_push(net, slot) != 0) {
        dp_vnet_slot_give(net, slot);
        return DHCPPERF_E_NOMEM;
    }
    port->counts.in_flight++;
    return 0;
}

static int is_broadcast(const dhcpperf_pkt *pkt)
{
    static const uint8_t all[4] = {255, 255, 255, 255};

    return (pkt->flags & DHCPPERF_PKT_BCAST) != 0 || memcmp(pkt->dst.ip.b, all, 4) == 0;
}

/* One copy of the packet through the switch; *inout_copies counts what is under way. */
static int spread(dhcpperf_vnet *net, dp_vnet_port *port, const dhcpperf_pkt *pkt, dhcpperf_ts when,
                  unsigned *ret_copies)
{
    int everybody = is_broadcast(pkt) || (pkt->flags & DHCPPERF_PKT_FRAME) != 0;
    uint32_t flags = pkt->flags & DHCPPERF_PKT_FRAME, to = DHCPPERF_PORT_NONE;
    size_t i;
    int rc;

    *ret_copies = 0;
    if (is_broadcast(pkt)) {
        flags |= DHCPPERF_PKT_BCAST;
    }
    if (!everybody) {
        to = dp_vnet_whose(net, port->segment, pkt->dst.ip);
    }
    if (to != DHCPPERF_PORT_NONE) {
        rc = to == port->id ? 0 : file_copy(net, port, to, pkt, when, flags);
        *ret_copies = to != port->id && rc == 0;
        return rc;
    }
    for (i = 0; i < net->n_ports; i++) {
        if (i == port->id || net->ports[i]->segment != port->segment) {
            continue;
        }
        rc = file_copy(net, port, (uint32_t)i, pkt, when, flags);
        if (rc != 0) {
            return rc;
        }
        ++*ret_copies;
    }
    return 0;
}

static int send_copy(dhcpperf_vnet *net, dp_vnet_port *port, const dhcpperf_pkt *pkt,
                     dhcpperf_ts left, unsigned copy)
{
    unsigned copies;
    int rc = spread(net, port, pkt, left + flight(net, port, copy), &copies);

    if (copies > 0) {
        port->counts.flooded += copies - 1;
    } else {
        port->counts.unreachable++; /* also what memory did not suffice for: the run fails then */
    }
    return rc;
}

int dp_vnet_transmit(dhcpperf_vnet *net, dp_vnet_port *port, const dhcpperf_pkt *pkt)
{
    dhcpperf_ts left = net->now;
    int rc, again;

    port->counts.sent++;
    port->packets++;
    if (!port->up) {
        port->counts.unplugged++;
        return 0;
    }
    rc = (pkt->flags & DHCPPERF_PKT_FRAME) != 0 ? 0 : dp_vnet_learn(net, port, pkt->src.ip);
    if (rc != 0) {
        port->counts.unreachable++;
        return rc;
    }
    if (port->bits_per_s > 0 && !serialise(port, pkt, net->now, &left)) {
        port->counts.overflowed++;
        return 0;
    }
    if (port->lose > 0 && dp_chance(draw(net, port, DRAW_LOSS, 0), port->lose)) {
        port->counts.lost++;
        return 0;
    }
    again = port->duplicate > 0 && dp_chance(draw(net, port, DRAW_DUPLICATE, 0), port->duplicate);
    rc = send_copy(net, port, pkt, left, 0);
    if (rc == 0 && again) {
        port->counts.duplicated++;
        rc = send_copy(net, port, pkt, left, 1);
    }
    return rc;
}
