/* SPDX-License-Identifier: MIT */
/* progress.h - one line on standard error that tells how far a run is. */
#ifndef TESTER_PROGRESS_H
#define TESTER_PROGRESS_H

#include <libdhcpperf/client.h>

typedef struct progress {
    int on, is_terminal;
    int width;             /* of the line that stands there now */
    dhcpperf_dur interval; /* between lines, on the wall */
    dhcpperf_ts next;      /* monotonic instant of the next line; NEVER when off */
    uint64_t clients;
} progress;

void progress_begin(progress *p, int on, uint64_t clients, dhcpperf_ts now);
/* Prints a line now.  `seconds` of the run have passed, in its own time. */
void progress_print(progress *p, const dhcpperf_client *client, double seconds);
/* Prints when the interval has passed. */
void progress_tick(progress *p, const dhcpperf_client *client, double seconds, dhcpperf_ts now);
/* The last line, and the end of it. */
void progress_end(progress *p, const dhcpperf_client *client, double seconds);

#endif
