/* SPDX-License-Identifier: MIT */
/* progress.h - one line on standard error that tells how far a run is. */
#ifndef TESTER_PROGRESS_H
#define TESTER_PROGRESS_H

#include <libdhcpperf/client.h>

/* What it tells, of one engine or the sum of several. */
typedef struct progress_figures {
    uint64_t bound, failed, started;
} progress_figures;

/* Adds an engine's. */
void progress_count(const dhcpperf_client *client, progress_figures *inout_sum);

typedef struct progress {
    int on, is_terminal;
    int width;             /* of the line that stands there now */
    dhcpperf_dur interval; /* between lines, on the wall */
    dhcpperf_ts next;      /* monotonic instant of the next line; NEVER when off */
    uint64_t clients;
} progress;

void progress_begin(progress *p, int on, uint64_t clients, dhcpperf_ts now);
/* Whether the interval has passed. */
int progress_is_due(const progress *p, dhcpperf_ts now);
/* Prints a line now.  `seconds` of the run have passed, in its own time; `now` is on the wall. */
void progress_print(progress *p, const progress_figures *f, double seconds, dhcpperf_ts now);
/* The last line, and the end of it. */
void progress_end(progress *p, const progress_figures *f, double seconds);

#endif
