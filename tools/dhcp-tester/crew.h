/* SPDX-License-Identifier: MIT */
/* crew.h - the workers of a run over the network.  One is driven in the thread that calls; of
 * several each has a thread, which opens its socket and makes its clients, too, so that what it
 * works with is its own down to the cache line. */
#ifndef TESTER_CREW_H
#define TESTER_CREW_H

#include "common/workers.h"
#include "dhcp-tester/lane.h"

typedef struct crew {
    unsigned n;
    lane *lanes;
    const plan *plan;
    const options *options;
    workers *team; /* NULL: one lane and no thread */
    mailbox box;   /* of the thread that leads */
    gate gate;
    atomic_uint orders_done;
    atomic_int status; /* the first that is not 0 */
    dhcpperf_ts began;
    int release, is_stopped;
} crew;

/* Looks after the run from time to time.  Nonzero: everybody is to stop at once. */
typedef int (*crew_look_fn)(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake);

/* Starts the threads, opens the sockets.  0, or an exit status after saying why; in any case
 * crew_close() ends it.  The target is borrowed. */
int crew_open(crew *c, const plan *p, const options *o, const target *t);
/* Makes the clients; needs the plan's concurrency settled.  0, or an exit status after saying. */
int crew_fill(crew *c);
/* Lets them play from now until they are done.  0, or an exit status after saying why. */
int crew_play(crew *c, int release, crew_look_fn look, void *user);
void crew_close(crew *c);

/* Nobody starts anything any more. */
void crew_stop(crew *c);
/* Whether crew_stop() would change something. */
int crew_goes_on(const crew *c);

/* How far all are together; `received` and `unreachable` of their sockets (may be NULL). */
void crew_figures(crew *c, progress_figures *ret, uint64_t *ret_received,
                  uint64_t *ret_unreachable);
/* What their sockets counted; not while they play. */
void crew_carrier(const crew *c, dhcpperf_carrier_stats *ret);

#endif
