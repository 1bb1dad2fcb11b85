/* SPDX-License-Identifier: MIT */
/* world.h - simulated clients and a server on a virtual network, built step by step through the
 * public API, with rules that are checked on every packet.
 *
 *     world *w = world_new(seed);
 *     world_clients(w, 10000);
 *     world_server(w, "10.0.0.10", "10.0.99.255");
 *     world_link(w, 500 * DHCPPERF_NS_PER_US, 0);
 *     world_impair(w, 0.05, 0.01, 0.02);
 *     world_start(w);
 *     world_until_done(w, 600 * DHCPPERF_NS_PER_S);
 *     ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 10000);
 *     world_free(w);
 *
 * What has no function here is set on the configurations before world_start().  Failures end the
 * test with the seed in the message. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <libdhcpperf/dhcpperf.h>

#include "support/freeze.h"

typedef struct world_table world_table;

typedef struct world {
    uint64_t seed;
    dhcpperf_client_config *client_config;
    dhcpperf_server_config *server_config;
    dhcpperf_pool *pool;
    dhcpperf_ip4 server_ip; /* 10.0.0.1 */
    /* after world_start() */
    dhcpperf_vnet *net;
    dhcpperf_client *client;
    dhcpperf_server *server;
    dhcpperf_port client_port, server_port;
    dhcpperf_port relay_clients, relay_servers; /* with world_relay() */
    freeze *frozen_clients, *frozen_server;     /* NULL: they are never */
    /* what the tap found */
    uint64_t packets;
    uint64_t by_type[16]; /* deliveries by message type */
    unsigned violations;
    char first_violation[200];
    /* its own */
    uint32_t n_clients;
    unsigned burst;
    dhcpperf_ts freeze_clients[2], freeze_server[2]; /* from, to; 0, 0 = never */
    dhcpperf_dur delay, jitter;
    double loss, duplicate, reorder;
    int relayed;
    int mischief; /* of clients */
    dhcpperf_ip4 giaddr;
    dhcpperf_msg *msg;
    world_table *exchanges, *leases;
    void (*watch)(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt, dhcpperf_port from,
                  dhcpperf_port to); /* a test's own look at each delivery */
    void *watch_user;
} world;

/* Defaults: one client that broadcasts, a pool of 10.0.0.10 to 10.0.0.250 in 10.0.0.0/8 served by
 * 10.0.0.1, leases of an hour, a link without delay or loss. */
world *world_new(uint64_t seed);
/* Checks what world_check() checks, then frees everything. */
void world_free(world *w);

void world_clients(world *w, uint32_t n);
/* The range to serve from. */
void world_server(world *w, const char *first, const char *last);
/* How the stations start: text of dhcpperf_load_parse(). */
void world_load(world *w, const char *text);
/* Retransmission preset: "rfc2131" (default), "fast", "none". */
void world_retry(world *w, const char *preset);
/* Clients misbehave: text of dhcpperf-fault(5).  Their messages need not be right any more; every
 * reply still has to be, and what it answers was sent by somebody. */
void world_faults(world *w, const char *text);
/* Both links. */
void world_link(world *w, dhcpperf_dur delay, dhcpperf_dur jitter);
void world_impair(world *w, double loss, double duplicate, double reorder);
/* Puts a relay agent with this address between clients and server. */
void world_relay(world *w, const char *giaddr);
void world_burst(world *w, unsigned packets);
/* One side stands still for a while, see freeze.h. */
void world_freeze_clients(world *w, dhcpperf_ts from, dhcpperf_ts to);
void world_freeze_server(world *w, dhcpperf_ts from, dhcpperf_ts to);

/* Makes the engines, attaches them and begins at instant 0. */
void world_start(world *w);
void world_until(world *w, dhcpperf_ts when);
/* Until the client engine is done; fails when `limit` comes first. */
void world_until_done(world *w, dhcpperf_ts limit);

/* Stations in a state. */
uint32_t world_in(const world *w, dhcpperf_state state);
dhcpperf_station world_station(const world *w, uint32_t i);
uint64_t world_client_counter(const world *w, dhcpperf_counter c);
uint64_t world_server_counter(const world *w, dhcpperf_counter c);
uint32_t world_leases(const world *w, dhcpperf_lease_state state);

/* No rule was broken, neither ours nor the referee's; every exchange, packet and lease is accounted
 * for. */
void world_check(const world *w);
/* Leases bound in the server are exactly those of stations that hold one: once all is quiet.  Among
 * clients that misbehave there may be strangers who have some, too. */
void world_check_leases(const world *w);

#endif
