/* SPDX-License-Identifier: MIT */
/* ending.h - how a run ends: clients are stopped when their time is up, what they hold is counted,
 * and the leases are given back. */
#ifndef TESTER_ENDING_H
#define TESTER_ENDING_H

#include "dhcp-tester/plan.h"

typedef enum ending_phase {
    ENDING_RUNNING,
    ENDING_DRAINING, /* nobody starts anything; exchanges under way may end */
    ENDING_RELEASING,
    ENDING_OVER
} ending_phase;

typedef struct ending {
    ending_phase phase;
    dhcpperf_ts stop_at;            /* NEVER = when everything is done */
    dhcpperf_dur drain;             /* for exchanges under way */
    int release;                    /* leases are given back */
    dhcpperf_ts counted_at;         /* when the figures below were taken */
    uint64_t holding, failed, busy; /* clients with a lease, given up, in the middle of something */
    dhcpperf_ts load_end;           /* of a trial; NEVER = there is none, or it was noted */
    uint64_t bound_then;            /* leases obtained by then */
    uint64_t bound_after;           /* and from then on */
} ending;

void ending_begin(ending *e, const plan *p, dhcpperf_ts began, int release);
/* Ends the running phase now, whoever wants it. */
void ending_stop(ending *e, dhcpperf_client *client);
/* Takes note of the end of a trial's load. */
void ending_note(ending *e, const dhcpperf_client *client, dhcpperf_ts now);
/* Stops the clients when their time is up; 1 when they have nothing to do any more. */
int ending_is_near(ending *e, dhcpperf_client *client, dhcpperf_ts now);
/* Goes on to the next phase, once the figures were taken; 1 when all are over. */
int ending_go_on(ending *e, dhcpperf_client *client);
/* Takes the figures if nobody has: a run that was cut off. */
void ending_count(ending *e, const dhcpperf_client *client, dhcpperf_ts now);

#endif
