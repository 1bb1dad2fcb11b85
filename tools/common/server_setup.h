/* SPDX-License-Identifier: MIT */
/* server_setup.h - dhcp-server's flags, judged together and turned into a server engine; the
 * embedded server of simulations is set up by the same code. */
#ifndef TOOLS_SERVER_SETUP_H
#define TOOLS_SERVER_SETUP_H

#include <stdint.h>

#include <libdhcpperf/server.h>

#include "common/network.h"
#include "common/options.h"
#include "common/workers.h"

typedef struct server_setup {
    dhcpperf_ip4 listen;
    const char *interface; /* whose link is served by frames; NULL = UDP */
    network_link link;     /* what it is; a prefix of 0 is no help */
    int has_frames;        /* its carrier sends any frame: an interface, or a simulated network */
    uint16_t port;
    int has_pool;             /* of the command line; 0: only subnets of their own */
    dhcpperf_ip4 first, last; /* of the pool */
    dhcpperf_ip4 network;
    unsigned prefix;
    uint32_t pool_size;                     /* addresses to give in all, once configured */
    uint32_t subnets;                       /* besides the pool, once configured */
    uint32_t lease_s, lease_min, lease_max; /* 0xffffffff = infinite */
    const char *reply_to;
    int is_embedded; /* on a network in memory, which carries frames */
    int max_hops;    /* -1 = no limit */
    int relay;
    uint64_t seed;
    unsigned workers; /* once server_setup_workers() has judged them */
    workers_cpus cpus;
    uint32_t max_sessions, inform_rate, rate; /* of all workers together; 0 = no limit */
    char error[640];                          /* one sentence after a failure */
} server_setup;

/* Where the embedded server differs: its own address, and a pool for that many clients when none is
 * given and there is no subnet either. */
typedef struct server_embedding {
    dhcpperf_ip4 listen, first;
    uint32_t clients;
    uint64_t seed;
} server_embedding;

/* All functions returning int: 0, or -1 with s->error filled. */
/* Judges the flags; touches no file, and asks the system no more than the address of --interface.
 * embedding is NULL for dhcp-server. */
int server_setup_build(server_setup *s, const options *o, const server_embedding *embedding);
/* The engine's configuration. */
int server_setup_configure(server_setup *s, const options *o, dhcpperf_server_config **ret);

/* --workers and --cpus, judged by what was configured; what is allowed but unwise is said as a
 * warning. */
int server_setup_workers(server_setup *s, const options *o, const dhcpperf_server_config *c);
/* The same for a configuration that is to take the place of that of a running server, whose workers
 * are as they are. */
int server_setup_keep_workers(server_setup *s, const options *o, const dhcpperf_server_config *c,
                              const server_setup *running);
/* Turns the configuration into that of one of s->workers: its shard, its part of the limits. */
int server_setup_share(server_setup *s, dhcpperf_server_config *c, unsigned index);

#endif
