/* SPDX-License-Identifier: MIT */
/* clock.c - the one place where drivers read the time. */
#include <libdhcpperf/pump.h>

#include <time.h>

dhcpperf_ts dhcpperf_clock_monotonic(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (dhcpperf_ts)t.tv_sec * DHCPPERF_NS_PER_S + (dhcpperf_ts)t.tv_nsec;
}
