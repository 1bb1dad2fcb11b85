/* SPDX-License-Identifier: MIT */
/* vnet_switch.c - which port of a segment answers for an address: owned prefixes first, then what
 * was learned from senders.  Nothing here depends on the order of a hash table: it is only ever
 * asked for one key. */
#include "drive/dp_vnet.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"

int dhcpperf_vnet_add_address(dhcpperf_vnet *net, dhcpperf_port p, dhcpperf_ip4 ip,
                              unsigned prefix_len)
{
    dp_vnet_owned *o;

    if (net == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (p >= net->n_ports || prefix_len > 32) {
        return DHCPPERF_E_RANGE;
    }
    if (dp_vnet_grow(&net->mem, (void **)&net->owned, &net->cap_owned, net->n_owned,
                     sizeof *net->owned, _Alignof(dp_vnet_owned)) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    o = &net->owned[net->n_owned++];
    o->segment = net->ports[p]->segment;
    o->port = p;
    o->mask = prefix_len == 0 ? 0 : UINT32_MAX << (32 - prefix_len);
    o->net = dp_ip4_num(ip) & o->mask;
    return 0;
}

/* Where a key is, or the free place for it; the table is never full. */
static size_t place(const dp_vnet_learned *table, size_t cap, uint32_t segment, uint32_t ip)
{
    size_t i = (size_t)dp_mix64(((uint64_t)segment << 32) | ip) & (cap - 1);

    while (table[i].ip != 0 && (table[i].ip != ip || table[i].segment != segment)) {
        i = (i + 1) & (cap - 1);
    }
    return i;
}

static int widen(dhcpperf_vnet *net)
{
    size_t cap = net->cap_learned == 0 ? 64 : 2 * net->cap_learned, i;
    dp_vnet_learned *table = DP_ARRAY(&net->mem, cap, dp_vnet_learned);

    if (table == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < net->cap_learned; i++) {
        const dp_vnet_learned *l = &net->learned[i];

        if (l->ip != 0) {
            table[place(table, cap, l->segment, l->ip)] = *l;
        }
    }
    DP_FREE_ARRAY(&net->mem, net->learned, net->cap_learned);
    net->learned = table;
    net->cap_learned = cap;
    return 0;
}

int dp_vnet_learn(dhcpperf_vnet *net, dp_vnet_port *port, dhcpperf_ip4 ip)
{
    uint32_t num = dp_ip4_num(ip);
    dp_vnet_learned *l;

    if (num == 0 || num == UINT32_MAX || num == port->last_learned) {
        return 0;
    }
    if (2 * (net->n_learned + 1) > net->cap_learned && widen(net) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    l = &net->learned[place(net->learned, net->cap_learned, port->segment, num)];
    if (l->ip == 0) {
        net->n_learned++;
        l->ip = num;
        l->segment = port->segment;
        l->port = port->id;
    } else if (l->port != port->id) {
        net->ports[l->port]->last_learned = 0; /* it has moved: the old place must learn again */
        l->port = port->id;
    }
    port->last_learned = num;
    return 0;
}

uint32_t dp_vnet_whose(const dhcpperf_vnet *net, uint32_t segment, dhcpperf_ip4 ip)
{
    uint32_t num = dp_ip4_num(ip), best_mask = 0, found = DHCPPERF_PORT_NONE;
    size_t i;

    for (i = 0; i < net->n_owned; i++) {
        const dp_vnet_owned *o = &net->owned[i];

        if (o->segment == segment && (num & o->mask) == o->net &&
            (found == DHCPPERF_PORT_NONE || o->mask > best_mask)) {
            best_mask = o->mask;
            found = o->port;
        }
    }
    if (found == DHCPPERF_PORT_NONE && num != 0 && net->cap_learned > 0) {
        i = place(net->learned, net->cap_learned, segment, num);
        if (net->learned[i].ip != 0) {
            found = net->learned[i].port;
        }
    }
    return found;
}
