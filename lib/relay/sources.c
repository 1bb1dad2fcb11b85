/* SPDX-License-Identifier: MIT */
/* sources.c - which client is where, by xid and hardware address, for networks in which a
 * reply cannot be addressed by its own fields.
 *
 * A flat table in which a request may sit in any of a few places behind its home; the oldest of
 * them gives way.  So the agent forgets those who asked long ago, and memory never grows. */
#include "relay/dp_relay.h"

#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"

enum {
    PLACES = 8
};

int dp_relay_sources_init(dp_relay_sources *s, uint32_t clients, const dhcpperf_mem *mem)
{
    uint32_t slots = PLACES;

    while (slots < 2 * clients) {
        slots *= 2;
    }
    s->at = DP_ARRAY(mem, slots, dp_relay_source);
    s->mask = slots - 1;
    return s->at != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_relay_sources_fini(dp_relay_sources *s, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, s->at, s->mask + 1);
    s->at = NULL;
}

/* Never 0. */
static uint64_t who_sent(const uint8_t *msg)
{
    uint64_t xid = dp_get32(msg + DP_OFF_XID);
    uint64_t h = dp_hash_bytes(xid << 8 | msg[DP_OFF_HLEN], msg + DP_OFF_CHADDR, 16);

    return h | 1;
}

static dp_relay_source *place(const dp_relay_sources *s, uint64_t who, unsigned i)
{
    return &s->at[((uint32_t)(who >> 32) + i) & s->mask];
}

void dp_relay_sources_put(dp_relay_sources *s, const uint8_t *msg, const dhcpperf_pkt *pkt)
{
    uint64_t who = who_sent(msg);
    dp_relay_source *best = place(s, who, 0);
    unsigned i;

    for (i = 0; i < PLACES; i++) {
        dp_relay_source *p = place(s, who, i);

        if (p->who == who) {
            best = p;
            break;
        }
        if (best->who != 0 && (p->who == 0 || s->stamp - p->stamp > s->stamp - best->stamp)) {
            best = p;
        }
    }
    best->who = who;
    best->stamp = ++s->stamp;
    best->ip = pkt->src.ip;
    best->port = pkt->src.port;
    best->ifindex = pkt->ifindex;
    memcpy(best->vlan, pkt->vlan, sizeof best->vlan);
}

const dp_relay_source *dp_relay_sources_find(const dp_relay_sources *s, const uint8_t *msg)
{
    uint64_t who = who_sent(msg);
    unsigned i;

    for (i = 0; i < PLACES; i++) {
        if (place(s, who, i)->who == who) {
            return place(s, who, i);
        }
    }
    return NULL;
}
