/* SPDX-License-Identifier: MIT */
/* pacing.c - the rhythm of a run, from the greatest rate it will see. */
#include "dhcp-tester/pacing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp-tester/tester_options.h"

enum {
    TRAIN = 64,      /* messages a tick is worth waiting for */
    FEW = 8,         /* up to that many cost little more than the wake-up itself */
    MAX_LOAD = 65536 /* octets of a stage's load */
};

const char *pacing_name(dhcpperf_pacing pacing)
{
    return pacing == DHCPPERF_PACE_PRECISE ? "precise"
           : pacing == DHCPPERF_PACE_BATCH ? "batch"
                                           : "auto";
}

/* All divide 100 ms, so that windows of that length hold equal numbers of ticks.  The longest in
 * which no more than a train comes due; but what takes a millisecond or more, and is felt in the
 * time of whole exchanges, only where so little comes due that waking is nearly all the work; not
 * where no rate is known (0), as windows are refilled once a tick. */
static dhcpperf_dur tick_for(double rate)
{
    static const struct {
        unsigned us, starts;
    } ticks[] = {{5000, FEW},  {4000, FEW},  {2000, FEW},  {1000, FEW}, {800, TRAIN},
                 {500, TRAIN}, {400, TRAIN}, {250, TRAIN}, {200, TRAIN}};
    unsigned i;

    for (i = 0; i < sizeof ticks / sizeof ticks[0]; i++) {
        if (rate * ticks[i].us <= ticks[i].starts * 1e6 && (rate > 0 || ticks[i].us < 1000)) {
            return ticks[i].us * DHCPPERF_NS_PER_US;
        }
    }
    return 100 * DHCPPERF_NS_PER_US;
}

/* The greatest rate among the stages of the scenario that have loads of their own. */
static double peak_of_scenario(const plan *p)
{
    unsigned i, n = dhcpperf_scenario_count(p->scenario);
    char *text = malloc(MAX_LOAD);
    double peak = 0;

    for (i = 0; text != NULL && i < n; i++) {
        dhcpperf_load *l = NULL;

        if (dhcpperf_scenario_get_stage(p->scenario, i, "load", text, MAX_LOAD) > 0 &&
            dhcpperf_load_parse(&l, text, NULL, NULL) == 0) { /* "all" and "default" are none */
            peak = fmax(peak, dhcpperf_load_peak(l));
        }
        dhcpperf_load_free(l);
    }
    free(text);
    return peak;
}

double pacing_peak(const plan *p)
{
    return fmax(fmax(p->rate, dhcpperf_load_peak(p->profile)), peak_of_scenario(p));
}

int pacing_has_schedule(const plan *p)
{
    return p->rate > 0 || !p->plain ||
           (p->profile != NULL &&
            (dhcpperf_load_peak(p->profile) > 0 || dhcpperf_load_count(p->profile) != UINT64_MAX));
}

void pacing_settle(plan *p, const options *o)
{
    const char *given = o->values[TESTER_PACING].text;
    double peak = pacing_peak(p);

    p->pacing = DHCPPERF_PACE_EARLIEST;
    p->tick = 0;
    if (!pacing_has_schedule(p)) {
        return;
    }
    if (strcmp(given, "precise") == 0) {
        p->pacing = DHCPPERF_PACE_PRECISE;
    } else if (strcmp(given, "batch") == 0 || peak > PACING_PRECISE_MAX) {
        p->pacing = DHCPPERF_PACE_BATCH;
        p->tick = tick_for(peak);
    }
}

int pacing_judge(plan *p, const options *o)
{
    const option_value *given = &o->values[TESTER_PACING];
    double peak = pacing_peak(p);

    pacing_settle(p, o);
    if (!pacing_has_schedule(p) && given->source == OPTION_FROM_COMMAND_LINE) {
        snprintf(
            p->error, sizeof p->error,
            "--pacing needs --rate, --profile or --arrivals: without them a client starts when "
            "another has finished, and nothing is due at any time");
        return -1;
    }
    if (p->pacing == DHCPPERF_PACE_PRECISE && peak > PACING_PRECISE_MAX) {
        snprintf(p->error, sizeof p->error,
                 "--pacing precise sends every message alone and starts up to %d clients a "
                 "second, not %.10g: --pacing batch starts more",
                 PACING_PRECISE_MAX, peak);
        return -1;
    }
    return 0;
}
