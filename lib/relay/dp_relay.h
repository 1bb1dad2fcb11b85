/* SPDX-License-Identifier: MIT */
/* dp_relay.h - the inside of a relay agent, shared by its files:
 *
 *   config.c    what the caller asked for       forward.c   requests on their way to servers
 *   info.c      option 82 in and out            deliver.c   replies on their way to clients
 *   held.c      messages waiting for a side     relay.c     life, the verbs of both sides
 *   sources.c   where requests came from
 */
#ifndef DP_RELAY_H
#define DP_RELAY_H

#include <libdhcpperf/relay.h>

#include "base/dp_settings.h"
#include "engine/dp_engine.h"
#include "trace/dp_trace.h"
#include "wire/dp_template.h"
#include "wire/dp_view.h"

enum {
    DP_RELAY_SERVERS = 16,
    DP_RELAY_ADDRESSES = 16,
    DP_RELAY_SUBOPTIONS = 16,
    DP_RELAY_SLOT = 2048 /* octets of a message held, at most */
};

typedef enum dp_relay_existing {
    DP_EXISTING_RFC,
    DP_EXISTING_FORWARD,
    DP_EXISTING_REPLACE,
    DP_EXISTING_APPEND,
    DP_EXISTING_DISCARD
} dp_relay_existing;

typedef enum dp_relay_deliver {
    DP_DELIVER_RFC,
    DP_DELIVER_SOURCE
} dp_relay_deliver;

extern const char *const dp_relay_existing_names[], *const dp_relay_deliver_names[];

/* The fields of settings.def. */
typedef struct dp_relay_settings {
    uint32_t max_hops, min_secs, port, server_port, client_port, max_held, max_clients, number,
        max_size;
    int deliver, info, trusted, existing, override, source_port;
    dhcpperf_ip4 link;
} dp_relay_settings;

typedef struct dp_relay_suboption {
    uint8_t code;
    dp_template value;
} dp_relay_suboption;

struct dhcpperf_relay_config {
    dp_relay_settings set; /* first: the settings table's object */
    dhcpperf_mem mem;
    uint32_t giaddr;
    uint32_t own[DP_RELAY_ADDRESSES], server[DP_RELAY_SERVERS];
    unsigned n_own, n_server, n_sub;
    dp_relay_suboption sub[DP_RELAY_SUBOPTIONS];
    dp_trace trace;
};

/* A message that waits: `copies` of it are still to be sent. */
typedef struct dp_relay_held {
    dhcpperf_endpoint dst;
    uint32_t flags, ifindex;
    uint16_t len, copies, vlan[2];
    uint8_t data[DP_RELAY_SLOT];
} dp_relay_held;

/* First in, first out. */
typedef struct dp_relay_queue {
    dp_relay_held *at;
    uint32_t cap, head, n;
} dp_relay_queue;

/* Where a request came from. */
typedef struct dp_relay_source {
    uint64_t who; /* hash of xid and hardware address; 0 = empty */
    dhcpperf_ip4 ip;
    uint32_t ifindex, stamp; /* requests remembered when it came */
    uint16_t port, vlan[2];
} dp_relay_source;

typedef struct dp_relay_sources {
    dp_relay_source *at;
    uint32_t mask, stamp;
} dp_relay_sources;

struct dhcpperf_relay {
    struct dhcpperf_engine clients, servers;
    dhcpperf_mem mem;
    dhcpperf_relay_config cfg;             /* own copy */
    dp_relay_queue to_clients, to_servers; /* pulled by the side of that name */
    dp_relay_sources sources;
    dhcpperf_relay_counts counts;
};

/* -- config.c -- */
int dp_relay_is_own(const dhcpperf_relay_config *c, uint32_t ip);

/* -- info.c -- */
/* The value of option 82 for a client; its octets, at most 255, which dp_relay_info_check() has
 * proved. */
size_t dp_relay_info_render(const dhcpperf_relay_config *c, const dp_view *v, int unicast,
                            uint8_t buf[255]);
/* 0, or NOBUFS when some rendering would be longer than 255 octets. */
int dp_relay_info_check(const dhcpperf_relay_config *c);
/* Puts option 82 behind all other options, in front of End (RFC 3046 2.1).  The new length, or 0
 * when that would be over `limit`: nothing has changed then. */
size_t dp_relay_info_add(uint8_t *msg, size_t len, size_t limit, const uint8_t *info, size_t n);
/* Takes every option 82 out of the options field, which is padded to its old length; how many. */
unsigned dp_relay_info_remove(uint8_t *msg, size_t len);

/* -- held.c -- */
int dp_relay_queue_init(dp_relay_queue *q, uint32_t cap, const dhcpperf_mem *mem);
void dp_relay_queue_fini(dp_relay_queue *q, const dhcpperf_mem *mem);
/* A slot that holds the packet's payload and way back, not yet queued; NULL when full or the
 * payload is too long. */
dp_relay_held *dp_relay_queue_begin(dp_relay_queue *q, const dhcpperf_pkt *pkt);
/* Queues the slot begun last, to be sent `copies` times. */
void dp_relay_queue_end(dp_relay_queue *q, unsigned copies);

/* -- sources.c -- */
int dp_relay_sources_init(dp_relay_sources *s, uint32_t clients, const dhcpperf_mem *mem);
void dp_relay_sources_fini(dp_relay_sources *s, const dhcpperf_mem *mem);
void dp_relay_sources_put(dp_relay_sources *s, const uint8_t *msg, const dhcpperf_pkt *pkt);
/* NULL when nobody asked, or too long ago. */
const dp_relay_source *dp_relay_sources_find(const dp_relay_sources *s, const uint8_t *msg);

/* -- forward.c, deliver.c: one arrival; what became of it is counted -- */
void dp_relay_forward(dhcpperf_relay *r, dhcpperf_pkt *pkt, dhcpperf_ts now);
void dp_relay_deliver_reply(dhcpperf_relay *r, dhcpperf_pkt *pkt, dhcpperf_ts now);
/* Counts and tells an arrival that goes nowhere. */
void dp_relay_ignore(dhcpperf_relay *r, uint64_t *counter, const dhcpperf_pkt *pkt, const char *why,
                     dhcpperf_ts now);
void dp_relay_told(dhcpperf_relay *r, dhcpperf_event_kind kind, const dhcpperf_pkt *pkt,
                   dhcpperf_ts now);

#endif
