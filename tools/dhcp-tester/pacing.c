/* SPDX-License-Identifier: MIT */
/* pacing.c - the rhythm of a run, from the greatest rate it will see. */
#include "dhcp-tester/pacing.h"

#include <stdio.h>
#include <string.h>

#include "dhcp-tester/tester_options.h"

enum {
    TRAIN = 64 /* messages a tick is worth waiting for */
};

const char *pacing_name(dhcpperf_pacing pacing)
{
    return pacing == DHCPPERF_PACE_PRECISE ? "precise"
           : pacing == DHCPPERF_PACE_BATCH ? "batch"
                                           : "auto";
}

/* All below a millisecond, and all divide 100 ms, so that windows of that length hold equal numbers
 * of ticks: the longest in which no more than a train comes due. */
static dhcpperf_dur tick_for(double rate)
{
    static const unsigned ticks_us[] = {800, 500, 400, 250, 200};
    unsigned i;

    for (i = 0; i < sizeof ticks_us / sizeof ticks_us[0]; i++) {
        if (rate * ticks_us[i] <= TRAIN * 1e6) {
            return ticks_us[i] * DHCPPERF_NS_PER_US;
        }
    }
    return 100 * DHCPPERF_NS_PER_US;
}

int pacing_judge(plan *p, const options *o)
{
    const option_value *given = &o->values[TESTER_PACING];
    int precise = strcmp(given->text, "precise") == 0, batch = strcmp(given->text, "batch") == 0;
    double rate = p->rate;

    p->pacing = DHCPPERF_PACE_EARLIEST;
    p->tick = 0;
    if (rate <= 0 && p->plain) {
        if (given->source == OPTION_FROM_COMMAND_LINE) {
            snprintf(p->error, sizeof p->error,
                     "--pacing needs --rate: with --concurrency a client starts when another has "
                     "finished, and nothing is due at any time");
            return -1;
        }
        return 0;
    }
    if (precise && rate > PACING_PRECISE_MAX) {
        snprintf(p->error, sizeof p->error,
                 "--pacing precise sends every message alone and starts up to %d clients a "
                 "second, not %.10g: --pacing batch starts more",
                 PACING_PRECISE_MAX, rate);
        return -1;
    }
    if (precise) {
        p->pacing = DHCPPERF_PACE_PRECISE;
    } else if (batch || rate > PACING_PRECISE_MAX) {
        p->pacing = DHCPPERF_PACE_BATCH;
        p->tick = tick_for(rate);
    }
    return 0;
}
