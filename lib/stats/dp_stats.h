/* SPDX-License-Identifier: MIT */
/* dp_stats.h - the counting side of stats.h: inline, single writer, no branch that can fail. */
#ifndef DP_STATS_H
#define DP_STATS_H

#include <libdhcpperf/stats.h>

#include "stats/dp_hist.h"

enum {
    DP_N_COUNTERS = DHCPPERF_C_DROP_PAUSED + 1,
    DP_N_SERIES = DHCPPERF_S_START_LAG + 1,
    DP_N_EXCHANGES = DHCPPERF_X_QUERY + 1,
    DP_N_OUTCOMES = DHCPPERF_OUT_IN_FLIGHT + 1
};

struct dhcpperf_stats {
    dhcpperf_mem mem;
    uint64_t counters[DP_N_COUNTERS];
    uint64_t exchanges[DP_N_EXCHANGES][DP_N_OUTCOMES];
    dhcpperf_hist *hists[DP_N_SERIES][2]; /* by DHCPPERF_FROM_*; NULL = series not kept; of series
                                             with one histogram both point to it */
};

/* 1 for a series that has no two starting points: a lag, a service time. */
static inline int dp_series_is_single(dhcpperf_series series)
{
    return series == DHCPPERF_S_SEND_LAG || series == DHCPPERF_S_SERVICE ||
           series == DHCPPERF_S_START_LAG;
}

/* Prepares a set inside an engine; `series` is a bit mask of 1 << dhcpperf_series to keep, each
 * with both FROM_INTENDED and FROM_ACTUAL, at 3 significant digits.  All memory is taken here;
 * NOMEM leaves nothing behind.  mem may be NULL. */
int dp_stats_init(dhcpperf_stats *s, uint32_t series, const dhcpperf_mem *mem);
/* Gives the histograms back; harmless on a zeroed or finished set. */
void dp_stats_fini(dhcpperf_stats *s);

static inline void dp_stats_add(dhcpperf_stats *s, dhcpperf_counter c, uint64_t n)
{
    s->counters[c] += n;
}

static inline void dp_stats_exchange(dhcpperf_stats *s, dhcpperf_exchange x, dhcpperf_outcome o,
                                     uint64_t n)
{
    s->exchanges[x][o] += n;
}

/* An exchange that was in flight ends with this fate. */
static inline void dp_stats_settle(dhcpperf_stats *s, dhcpperf_exchange x, dhcpperf_outcome fate)
{
    s->exchanges[x][DHCPPERF_OUT_IN_FLIGHT]--;
    s->exchanges[x][fate]++;
}

/* An exchange that was given up is answered after all: it keeps one fate, a better one. */
static inline void dp_stats_answer_late(dhcpperf_stats *s, dhcpperf_exchange x)
{
    s->exchanges[x][DHCPPERF_OUT_UNANSWERED]--;
    s->exchanges[x][DHCPPERF_OUT_LATE]++;
}

/* Records a latency in ns; nothing happens when the series is not kept. */
static inline void dp_stats_record(dhcpperf_stats *s, dhcpperf_series series, int from, uint64_t ns)
{
    dhcpperf_hist *h = s->hists[series][from];

    if (h != NULL) {
        dp_hist_record_at(h, DHCPPERF_HIST_3_DIGITS, ns); /* as dp_stats_init() makes them */
    }
}

#endif
