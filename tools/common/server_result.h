/* SPDX-License-Identifier: MIT */
/* server_result.h - what a server did, and the forms it is told in. */
#ifndef TOOLS_SERVER_RESULT_H
#define TOOLS_SERVER_RESULT_H

#include <stdio.h>

#include <libdhcpperf/server.h>
#include <libdhcpperf/transport.h>

#include "common/leases/lease_result.h"
#include "common/run.h"
#include "common/server_faults.h"
#include "common/server_setup.h"

enum {
    SERVER_STATES = DHCPPERF_LEASE_DECLINED + 1
};

/* One of several workers.  Its messages are those of its socket; leases and the rest are of the
 * clients that belong to it. */
typedef struct server_worker {
    int cpu; /* -1: not kept to one */
    uint64_t received, handed_over, taken_over, dropped;
    uint64_t exhausted; /* requests that its part of the pool had no address for */
    uint64_t socket_drops;
    uint32_t leases[SERVER_STATES];
} server_worker;

typedef struct server_result {
    const server_setup *setup;
    const run_facts *run;
    const dhcpperf_stats *stats;
    uint32_t leases[SERVER_STATES]; /* by dhcpperf_lease_state */
    uint16_t port;                  /* in use */
    double elapsed_s;               /* on the wall */
    double simulated_s;             /* < 0: real time */
    int is_snapshot;                /* the server goes on */
    dhcpperf_carrier_stats carrier; /* size 0: no socket was used */
    const server_faults *faults;
    const server_worker *workers; /* NULL when there is one only */
    unsigned n_workers;
    const lease_result *store;         /* NULL: leases are in memory only */
    uint64_t reloads, reloads_refused; /* of the configuration file */
} server_result;

/* Leases of a server by state. */
void server_result_count(const dhcpperf_server *server, uint32_t leases[SERVER_STATES]);

/* The summary for people. */
void server_result_print(const server_result *r, FILE *out);

#ifdef HAVE_JANSSON
#include <jansson.h>

/* The document "dhcpperf.server/1"; NULL when there is no memory. */
json_t *server_result_document(const server_result *r);
#endif

/* Writes it.  0, or -1 with a sentence in error. */
int server_result_write_json(const server_result *r, const char *path, char *error, size_t cap);

#endif
