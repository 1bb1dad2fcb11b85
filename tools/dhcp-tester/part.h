/* SPDX-License-Identifier: MIT */
/* part.h - one worker's clients on their way through a run: its stages, when the figures begin to
 * count, how it ends.  The same in memory and over the network. */
#ifndef TESTER_PART_H
#define TESTER_PART_H

#include <libdhcpperf/client.h>

#include "dhcp-tester/ending.h"
#include "dhcp-tester/gate.h"
#include "dhcp-tester/trace.h"

/* A lease held at the end, for comparison with those of other parts. */
typedef struct part_lease {
    uint32_t ip, station;
} part_lease;

typedef struct part {
    dhcpperf_client *client;
    gate *gate; /* to the other parts; NULL = there are none */
    dhcpperf_ts began;
    trace_log log;
    dhcpperf_ts mark_at;  /* when the figures begin to count; NEVER = they do */
    dhcpperf_stats *mark; /* how they stood then; NULL = from 0 */
    unsigned stage;       /* that it is through with while others are not; PART_NONE */
    int is_done;          /* as the gate was told */
    ending ending;
    part_lease *leases; /* where there are other parts */
    size_t n_leases;
    dhcpperf_dur cpu; /* processor time of the thread that drove it, while it did */
} part;

#define PART_NONE UINT32_MAX

/* The clients may start from the instant `began` on.  0, or the error of the engine. */
int part_begin(part *x, const plan *p, dhcpperf_ts began, int release);
/* What there is to do between two steps: 1 when all is over.  *inout_wake becomes earlier when it
 * wants to be called again by then. */
int part_turn(part *x, dhcpperf_ts now, dhcpperf_ts *inout_wake);
/* Takes the figures of the end if nobody has: a run that was cut off. */
void part_cut(part *x, dhcpperf_ts now);
/* Frees the engine and what goes with it. */
void part_free(part *x);

#endif
