/* SPDX-License-Identifier: MIT */
/* clients.h - the client engine that a plan asks for. */
#ifndef TESTER_CLIENTS_H
#define TESTER_CLIENTS_H

#include "dhcp-tester/plan.h"
#include "dhcp-tester/trace.h"

/* What only a mode knows. */
typedef struct clients_place {
    int has_server; /* the clients, or their relay agents, unicast to this address */
    dhcpperf_ip4 server;
    uint16_t port;            /* the clients' own, or their relay agents' */
    int want_broadcast;       /* answers must not be unicast to an address being leased */
    dhcpperf_ip4 first_relay; /* looked at when the plan has relay agents */
    int has_pool;             /* what a simulation knows of its server: who it is, */
    dhcpperf_ip4 server_id, pool_first, pool_last; /* which addresses it gives */
    trace_log *log;         /* origin of the step log; read while the engine lives */
    uint32_t shard, shards; /* shards 0 or 1: the engine plays all clients */
} clients_place;

/* Judges all that does not depend on where the clients are, so that it is refused before a name is
 * looked up or a socket opened.  0, or an exit status with p->error filled. */
int clients_judge(plan *p, const options *o);
/* Needs p->concurrency settled.  0, or an exit status with p->error filled. */
int clients_new(dhcpperf_client **ret, plan *p, const options *o, const clients_place *place);

#endif
