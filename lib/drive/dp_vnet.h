/* SPDX-License-Identifier: MIT */
/* dp_vnet.h - the virtual network inside: packets under way, ports, and who sits where. */
#ifndef DP_VNET_H
#define DP_VNET_H

#include <libdhcpperf/vnet.h>

/* -- packets under way (vnet_queue.c) -- */
enum {
    DP_VNET_CLASSES = 4,     /* payload sizes a slot comes in */
    DP_VNET_MAX_LEN = 2048,  /* longest packet; what an engine may fill when it is pulled */
    DP_VNET_ROUNDS = 10000,  /* at one instant: more is a livelock */
    DP_VNET_PULL_CAP = 4096, /* packets of one engine per round, so that rounds always end */
    DP_VNET_RELAY_HOPS = 16, /* */
    DP_VNET_HEADERS = 42     /* Ethernet + IPv4 + UDP around a payload, for rates */
};

/* One packet on its way to one port. */
typedef struct dp_vnet_slot {
    struct dp_vnet_slot *next; /* free list, run of its sender, or inbox of its receiver */
    dhcpperf_ts when;          /* arrival */
    uint64_t seq;              /* order of ties */
    uint32_t from, to;
    uint8_t size_class;
    uint8_t in_run;  /* part of its sender's run */
    uint8_t offered; /* the receiver has seen it and did not take it */
    dhcpperf_pkt pkt;
} dp_vnet_slot;

typedef struct dp_vnet_chunk dp_vnet_chunk;

typedef struct dp_vnet_entry {
    dhcpperf_ts when;
    uint64_t seq;
    dp_vnet_slot *slot;
} dp_vnet_entry;

/* Arrivals in (instant, sequence) order.  What a sender sends in order of arrival forms its run, of
 * which only the first waits in the heap: links without jitter cost O(1). */
typedef struct dp_vnet_queue {
    dp_vnet_entry *heap; /* 4-ary */
    size_t n, cap;
    uint64_t seq;
    uint32_t live; /* slots taken */
    dp_vnet_slot *free_slots[DP_VNET_CLASSES];
    dp_vnet_chunk *chunks;
} dp_vnet_queue;

typedef struct dp_vnet_act {
    dhcpperf_ts when;
    uint64_t seq;
    dhcpperf_vnet_act_fn fn;
    void *user;
} dp_vnet_act;

/* -- who sits where (vnet_switch.c) -- */
typedef struct dp_vnet_owned {
    uint32_t segment, port, net, mask;
} dp_vnet_owned;

typedef struct dp_vnet_learned {
    uint32_t segment, ip; /* ip 0 = free */
    uint32_t port;
} dp_vnet_learned;

typedef struct dp_vnet_relay {
    dhcpperf_ip4 giaddr, server;
} dp_vnet_relay;

typedef struct dp_vnet_port {
    dhcpperf_engine *engine; /* NULL: one side of a relay */
    uint32_t id, segment;
    /* relay only */
    uint32_t peer; /* the port on the other side */
    int to_servers;
    dp_vnet_relay relay;
    /* link, for what the port sends */
    dhcpperf_dur base, jitter;
    uint64_t lose, duplicate, reorder; /* fixed-point chances */
    uint64_t bits_per_s;
    dhcpperf_ts link_free;   /* the rate-limited link is busy until then */
    dhcpperf_ts *departures; /* ring of the packets the link holds */
    uint32_t ring_cap, ring_head, ring_n;
    int up;
    uint64_t packets; /* counter of the link's draws */
    /* arrivals of this instant */
    dp_vnet_slot *inbox, *inbox_tail;
    dp_vnet_slot *run_tail; /* last of the run in the queue, NULL when it is empty */
    uint32_t last_learned;  /* address last seen from here, 0 = none */
    int refused;   /* the engine took nothing of what it was offered, and was not busy since */
    int active;    /* received or due in this round */
    uint64_t busy; /* work at this instant: names the culprit of a livelock */
    dhcpperf_vnet_counts counts;
} dp_vnet_port;

struct dhcpperf_vnet {
    dhcpperf_mem mem;
    uint64_t seed;
    dhcpperf_ts now;
    uint64_t digest;
    int running; /* inside step: callbacks must not run it again */
    uint32_t culprit;
    uint32_t max_packets;
    uint32_t segments;
    dp_vnet_port **ports; /* in attach order; a port never moves */
    size_t n_ports, cap_ports;
    dp_vnet_queue queue;
    dp_vnet_act *acts; /* binary heap by (when, seq) */
    size_t n_acts, cap_acts;
    uint64_t act_seq;
    dp_vnet_owned *owned;
    size_t n_owned, cap_owned;
    dp_vnet_learned *learned; /* open addressing, power of two */
    size_t n_learned, cap_learned;
    dhcpperf_vnet_tap_fn tap;
    void *tap_user;
    /* one burst */
    unsigned burst;
    dhcpperf_pkt *rx;
    dhcpperf_pkt *tx;
    dhcpperf_txdone *done;
    uint8_t *stage;
};

/* Room for one more element of a growing array: 0 or NOMEM. */
int dp_vnet_grow(const dhcpperf_mem *mem, void **inout, size_t *inout_cap, size_t n, size_t size,
                 size_t align);

/* Makes buffer i of the burst ready to be filled by a pull. */
void dp_vnet_lend(dhcpperf_vnet *net, unsigned i);

/* A slot for len bytes, data and cap set; NULL when out of memory. */
dp_vnet_slot *dp_vnet_slot_take(dhcpperf_vnet *net, size_t len);
void dp_vnet_slot_give(dhcpperf_vnet *net, dp_vnet_slot *slot);
/* Files a slot whose when, from and to are set; NOMEM leaves it with the caller. */
int dp_vnet_queue_push(dhcpperf_vnet *net, dp_vnet_slot *slot);
/* The first arrival at or before `now`, or NULL. */
dp_vnet_slot *dp_vnet_queue_pop(dhcpperf_vnet *net, dhcpperf_ts now);
dhcpperf_ts dp_vnet_queue_first(const dhcpperf_vnet *net);
void dp_vnet_queue_free(dhcpperf_vnet *net);

/* Notes that `ip` was seen from a port: 0 or NOMEM. */
int dp_vnet_learn(dhcpperf_vnet *net, dp_vnet_port *port, dhcpperf_ip4 ip);
/* The port of a segment that answers for `ip`, or DHCPPERF_PORT_NONE. */
uint32_t dp_vnet_whose(const dhcpperf_vnet *net, uint32_t segment, dhcpperf_ip4 ip);

/* -- links (vnet_link.c) -- */
/* Sends a packet from a port: link, switch, and into the queue.  NOMEM, FULL. */
int dp_vnet_transmit(dhcpperf_vnet *net, dp_vnet_port *port, const dhcpperf_pkt *pkt);

/* -- relay (vnet_relay.c) -- */
/* A packet has reached a relay's port. */
int dp_vnet_relay_recv(dhcpperf_vnet *net, dp_vnet_port *port, dhcpperf_pkt *pkt);

#endif
