/* SPDX-License-Identifier: MIT */
/* dp_peers.h - what is known of each peer's ability to take trains.  A bounded table. */
#ifndef DP_PEERS_H
#define DP_PEERS_H

#include <stdbool.h>
#include <stdint.h>

#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

typedef enum dp_standing {
    DP_PEER_UNKNOWN,
    DP_PEER_PROBING, /* a train of two is on its way; never evicted */
    DP_PEER_EARNED,
    DP_PEER_REFUSED
} dp_standing;

typedef struct dp_peer {
    dhcpperf_ip4 ip;
    uint16_t port; /* host order */
    uint8_t standing;
    uint8_t flags;
    uint32_t used; /* table clock at the last look-up */
} dp_peer;

enum {
    DP_PEER_LIVE = 1u << 0,
    DP_PEER_SPOKE_FIRST = 1u << 1, /* it sent to us before we sent to it */
    DP_PEER_TRY = 1u << 4,         /* unit of the count of probes that met silence ... */
    DP_PEER_TRIES = 3u << 4        /* ... and its mask */
};

typedef struct dp_peers {
    dp_peer *slots; /* buckets of DP_PEERS_WAYS */
    uint32_t n_buckets;
    uint32_t clock;
    uint32_t count;
    uint64_t evicted;
    uint64_t key;
} dp_peers;

enum {
    DP_PEERS_WAYS = 8
};

/* Room for at least n peers.  0, NOMEM. */
int dp_peers_init(dp_peers *t, uint32_t n, uint64_t key, const dhcpperf_mem *mem);
void dp_peers_fini(dp_peers *t, const dhcpperf_mem *mem);

/* The peer, or NULL.  Pointers stay valid memory, but may come to mean another peer at the next
 * dp_peers_get. */
dp_peer *dp_peers_find(dp_peers *t, dhcpperf_ip4 ip, uint16_t port);

/* The peer, added as UNKNOWN when new, in place of the one longest unused when its bucket is full.
 * NULL when everything there is being probed. */
dp_peer *dp_peers_get(dp_peers *t, dhcpperf_ip4 ip, uint16_t port, uint8_t flags_if_new);

static inline bool dp_peer_is(const dp_peer *p, dhcpperf_ip4 ip, uint16_t port)
{
    return p->port == port && p->ip.b[0] == ip.b[0] && p->ip.b[1] == ip.b[1] &&
           p->ip.b[2] == ip.b[2] && p->ip.b[3] == ip.b[3] && (p->flags & DP_PEER_LIVE) != 0;
}

#endif
