/* SPDX-License-Identifier: MIT */
/* trace.c - events as lines of key=value; whatever came from the network is escaped by the library.
 */
#include "dhcp-tester/trace.h"

#include <stdio.h>
#include <string.h>

void trace_event(void *user, const dhcpperf_event *ev)
{
    const dhcpperf_ts *began = user;
    dhcpperf_event shown;
    char line[1024];
    int n;

    memset(&shown, 0, sizeof shown);
    memcpy(&shown, ev, ev->size < sizeof shown ? ev->size : sizeof shown);
    shown.now = ev->now >= *began ? ev->now - *began : 0;
    n = dhcpperf_event_format(&shown, line, sizeof line);
    if (n > 0) {
        fprintf(stderr, "%s\n", line);
    }
}
