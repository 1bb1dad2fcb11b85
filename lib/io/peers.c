/* SPDX-License-Identifier: MIT */
/* peers.c - the table of peers: set-associative, so a look-up touches two cache lines, the size is
 * fixed at open, and a flood of strangers can only push out the least recently used. */
#include "io/dp_peers.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"

int dp_peers_init(dp_peers *t, uint32_t n, uint64_t key, const dhcpperf_mem *mem)
{
    uint32_t buckets = 1;

    memset(t, 0, sizeof *t);
    while (buckets * DP_PEERS_WAYS < n) {
        buckets *= 2;
    }
    t->slots = DP_ARRAY(mem, (size_t)buckets * DP_PEERS_WAYS, dp_peer);
    if (t->slots == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    t->n_buckets = buckets;
    t->key = key;
    return 0;
}

void dp_peers_fini(dp_peers *t, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, t->slots, (size_t)t->n_buckets * DP_PEERS_WAYS);
    t->slots = NULL;
}

static dp_peer *bucket_of(const dp_peers *t, dhcpperf_ip4 ip, uint16_t port)
{
    uint64_t h = dp_mix64(t->key ^ (((uint64_t)dp_ip4_num(ip) << 16) | port));

    return &t->slots[(size_t)(h & (t->n_buckets - 1)) * DP_PEERS_WAYS];
}

dp_peer *dp_peers_find(dp_peers *t, dhcpperf_ip4 ip, uint16_t port)
{
    dp_peer *b = bucket_of(t, ip, port);
    unsigned i;

    for (i = 0; i < DP_PEERS_WAYS; i++) {
        if (dp_peer_is(&b[i], ip, port)) {
            b[i].used = ++t->clock;
            return &b[i];
        }
    }
    return NULL;
}

/* A free way, else the one longest unused that no probe depends on. */
static dp_peer *victim_of(dp_peers *t, dp_peer *b)
{
    dp_peer *oldest = NULL;
    unsigned i;

    for (i = 0; i < DP_PEERS_WAYS; i++) {
        if ((b[i].flags & DP_PEER_LIVE) == 0) {
            t->count++;
            return &b[i];
        }
        if (b[i].standing != DP_PEER_PROBING &&
            (oldest == NULL || t->clock - b[i].used > t->clock - oldest->used)) {
            oldest = &b[i];
        }
    }
    t->evicted += oldest != NULL;
    return oldest;
}

dp_peer *dp_peers_get(dp_peers *t, dhcpperf_ip4 ip, uint16_t port, uint8_t flags_if_new)
{
    dp_peer *p = dp_peers_find(t, ip, port);

    if (p == NULL) {
        p = victim_of(t, bucket_of(t, ip, port));
        if (p != NULL) {
            p->ip = ip;
            p->port = port;
            p->standing = DP_PEER_UNKNOWN;
            p->flags = (uint8_t)(DP_PEER_LIVE | flags_if_new);
            p->used = ++t->clock;
        }
    }
    return p;
}
