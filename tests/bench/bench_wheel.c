/* SPDX-License-Identifier: MIT */
/* bench_wheel.c - what a timer costs when 10^4 to 10^7 of them are set: setting, moving (an answer
 * came, the next wait begins), cancelling, and firing in order. */
#include "base/dp_wheel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/dp_rng.h"

/* A station's hot record: a timer among other things. */
typedef struct record {
    uint64_t other[6];
    dp_timer timer;
} record;

static int json;

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void say(uint32_t n, const char *what, double took, double times)
{
    printf("wheel %8u timers %-24s %8.1f ns\n", n, what, took * 1e9 / times);
    if (json) {
        printf("{\"bench\":\"wheel\",\"timers\":%u,\"what\":\"%s\",\"ns\":%.3f}\n", n, what,
               took * 1e9 / times);
    }
}

/* Half retransmissions of 3 to 65 s, half leases of up to a day. */
static dhcpperf_dur duration(uint32_t i, uint32_t round)
{
    uint64_t r = dp_draw(1, i, 1, round);

    return (r & 1) != 0 ? 3 * DHCPPERF_NS_PER_S + dp_below(r, 62 * DHCPPERF_NS_PER_S)
                        : dp_below(r, 86400 * DHCPPERF_NS_PER_S);
}

static int bench(uint32_t n)
{
    static dp_wheel w;
    record *records = calloc(n, sizeof *records);
    dhcpperf_dur *drawn = calloc(n, 2 * sizeof *drawn); /* draws are not the wheel's */
    uint32_t i, fired = 0;
    dhcpperf_ts now = 0;
    double from;

    if (records == NULL || drawn == NULL) {
        return 1;
    }
    for (i = 0; i < n; i++) {
        drawn[(size_t)2 * i] = duration(i, 0);
        drawn[(size_t)2 * i + 1] = duration(i, 1);
    }
    memset(records, 0, n * sizeof *records); /* nor are page faults */
    dp_wheel_init(&w, &records[0].timer, sizeof records[0], n, now);
    from = seconds();
    for (i = 0; i < n; i++) {
        dp_wheel_set(&w, i, drawn[(size_t)2 * i]);
    }
    say(n, "set", seconds() - from, n);
    from = seconds();
    for (i = 0; i < n; i++) {
        dp_wheel_set(&w, i, drawn[(size_t)2 * i + 1]);
    }
    say(n, "move", seconds() - from, n);
    from = seconds();
    for (i = 0; i < n; i += 4) {
        dp_wheel_cancel(&w, i);
    }
    say(n, "cancel", seconds() - from, (n + 3) / 4);
    from = seconds();
    while ((now = dp_wheel_deadline(&w)) != DHCPPERF_NEVER) {
        while (dp_wheel_pop(&w, now) != DP_WHEEL_NONE) {
            fired++;
        }
    }
    say(n, "fire in order", seconds() - from, fired);
    free(drawn);
    free(records);
    return fired != n - (n + 3) / 4;
}

int main(int argc, char **argv)
{
    json = argc > 1 && strcmp(argv[1], "--json") == 0;
    return bench(10000) || bench(100000) || bench(1000000) || bench(10000000) ? EXIT_FAILURE
                                                                              : EXIT_SUCCESS;
}
