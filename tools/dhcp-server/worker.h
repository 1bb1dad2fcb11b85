/* SPDX-License-Identifier: MIT */
/* worker.h - one of the threads that answer clients: a socket, a server engine, a part of the
 * clients and of the addresses. */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include <libdhcpperf/pump.h>
#include <libdhcpperf/server.h>

#include "common/mailbox.h"

struct team;

/* Wishes to a worker, posted into its box: team->boxes[index]. */
enum {
    WORKER_STOP = 1 << 0,
    WORKER_JOB = 1 << 1,  /* the first of team->jobs is to be done */
    WORKER_DRAIN = 1 << 2 /* serve nobody else, and end when all that was decided has left */
};

/* Touched by its thread only, from the start of the team to its end; before and after, by the main
 * thread only. */
typedef struct worker {
    _Alignas(MAILBOX_LINE) struct team *team;
    unsigned index;
    dhcpperf_server *server;
    dhcpperf_transport *transport;
    dhcpperf_pump *pump;
    int failure, code; /* of the pump, and the system's word on it */
    int has_job;       /* and is not through with it */
    int drains;
} worker;

/* Serves until it is told to stop, in the thread that calls, and tells the main thread of its end.
 * An exit status; a failure is left in w->failure. */
int worker_serve(worker *w);
/* Replies that were decided and have not left; for the thread that has the worker. */
uint64_t worker_held(const worker *w);

#endif
