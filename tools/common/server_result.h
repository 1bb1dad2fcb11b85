/* SPDX-License-Identifier: MIT */
/* server_result.h - what a server did, and the forms it is told in. */
#ifndef TOOLS_SERVER_RESULT_H
#define TOOLS_SERVER_RESULT_H

#include <stdio.h>

#include <libdhcpperf/server.h>
#include <libdhcpperf/transport.h>

#include "common/run.h"
#include "common/server_setup.h"

typedef struct server_result {
    const server_setup *setup;
    const run_facts *run;
    const dhcpperf_server *server;
    uint16_t port;                  /* in use */
    double elapsed_s;               /* on the wall */
    double simulated_s;             /* < 0: real time */
    int is_snapshot;                /* the server goes on */
    dhcpperf_carrier_stats carrier; /* size 0: no socket was used */
} server_result;

/* The summary for people. */
void server_result_print(const server_result *r, FILE *out);

/* The document "dhcpperf.server/1".  0, or -1 with a sentence in error. */
int server_result_write_json(const server_result *r, const char *path, char *error, size_t cap);

#endif
