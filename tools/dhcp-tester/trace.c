/* SPDX-License-Identifier: MIT */
/* trace.c - events as lines of key=value; whatever came from the network is escaped by the library.
 */
#include "dhcp-tester/trace.h"

#include <stdio.h>
#include <string.h>

enum {
    RUN = 64 /* stations are dealt to shards in runs */
};

void trace_event(void *user, const dhcpperf_event *ev)
{
    const trace_log *log = user;
    dhcpperf_event shown;
    char line[1024];
    int n;

    memset(&shown, 0, sizeof shown);
    memcpy(&shown, ev, ev->size < sizeof shown ? ev->size : sizeof shown);
    shown.now = ev->now >= log->began ? ev->now - log->began : 0;
    if (log->shards > 1 && ev->station != UINT32_MAX) {
        shown.station = (ev->station / RUN * log->shards + log->shard) * RUN + ev->station % RUN;
    }
    n = dhcpperf_event_format(&shown, line, sizeof line);
    if (n > 0) {
        fprintf(stderr, "%s\n", line);
    }
}
