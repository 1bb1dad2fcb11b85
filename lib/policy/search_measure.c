/* SPDX-License-Identifier: MIT */
/* search_measure.c - the value of a quantity in what was measured.
 *
 * What ended without an answer in time counts in every quantity that it concerns: it is lost, and
 * it is slower than any answer.  So a server that drops what it cannot do does not look fast. */
#include "policy/dp_search.h"

#include "stats/dp_stats.h"

#define NO_VALUE (-1.0)

/* How exchanges of a part ended. */
typedef struct fates {
    uint64_t ended, lost;
} fates;

static fates fates_of(const dhcpperf_stats *s, dp_part part)
{
    dhcpperf_exchange x = part == DP_PART_OFFER ? DHCPPERF_X_DISCOVER : DHCPPERF_X_REQUEST;
    fates f;

    if (part == DP_PART_DORA) {
        f.lost = s->counters[DHCPPERF_C_GAVE_UP] +
                 s->exchanges[DHCPPERF_X_DISCOVER][DHCPPERF_OUT_IN_FLIGHT] +
                 s->exchanges[DHCPPERF_X_REQUEST][DHCPPERF_OUT_IN_FLIGHT];
        f.ended = s->counters[DHCPPERF_C_BOUND] + f.lost;
        return f;
    }
    f.lost = s->exchanges[x][DHCPPERF_OUT_LATE] + s->exchanges[x][DHCPPERF_OUT_UNANSWERED] +
             s->exchanges[x][DHCPPERF_OUT_IN_FLIGHT];
    f.ended =
        s->exchanges[x][DHCPPERF_OUT_ANSWERED] + s->exchanges[x][DHCPPERF_OUT_REFUSED] + f.lost;
    return f;
}

static double share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? NO_VALUE : (double)part / (double)whole;
}

double dp_search_loss(const dhcpperf_stats *stats)
{
    fates f = fates_of(stats, DP_PART_DORA);

    return share(f.lost, f.ended);
}

static const dhcpperf_hist *latencies(const dhcpperf_stats *s, dp_part part)
{
    static const dhcpperf_series series[] = {[DP_PART_OFFER] = DHCPPERF_S_DISCOVER_OFFER,
                                             [DP_PART_ACK] = DHCPPERF_S_REQUEST_ACK,
                                             [DP_PART_DORA] = DHCPPERF_S_FULL_BIND};

    return s->hists[series[part]][DHCPPERF_FROM_INTENDED];
}

/* The quantile over answers and losses together. */
static double quantile(const dhcpperf_stats *s, dp_part part, double q)
{
    const dhcpperf_hist *h = latencies(s, part);
    uint64_t answered = h != NULL ? dhcpperf_hist_count(h) : 0;
    double rank = q * (double)(answered + fates_of(s, part).lost);

    if (answered == 0 || rank > (double)answered) {
        return NO_VALUE;
    }
    return (double)dhcpperf_hist_quantile(h, rank / (double)answered);
}

static double mean(const dhcpperf_stats *s, dp_part part)
{
    const dhcpperf_hist *h = latencies(s, part);

    return h != NULL && dhcpperf_hist_count(h) > 0 ? dhcpperf_hist_mean(h) : NO_VALUE;
}

double dp_condition_measure(const dp_condition *c, const dhcpperf_search_measured *m)
{
    const dhcpperf_stats *s = m->stats;
    fates f = fates_of(s, c->part);

    switch (c->measure) {
    case DP_MEASURE_LOSS:
        return share(f.lost, f.ended);
    case DP_MEASURE_NAK:
        f = fates_of(s, DP_PART_ACK);
        return share(s->exchanges[DHCPPERF_X_REQUEST][DHCPPERF_OUT_REFUSED], f.ended);
    case DP_MEASURE_SUCCESS:
        return share(f.ended - f.lost, f.ended);
    case DP_MEASURE_RATE:
        return share(m->leases, m->offered);
    case DP_MEASURE_P50:
        return quantile(s, c->part, 0.50);
    case DP_MEASURE_P90:
        return quantile(s, c->part, 0.90);
    case DP_MEASURE_P95:
        return quantile(s, c->part, 0.95);
    case DP_MEASURE_P99:
        return quantile(s, c->part, 0.99);
    case DP_MEASURE_P999:
        return quantile(s, c->part, 0.999);
    case DP_MEASURE_MAX:
        return quantile(s, c->part, 1);
    case DP_MEASURE_MEAN:
        return mean(s, c->part);
    case DP_N_MEASURES:
        break;
    }
    return NO_VALUE;
}

double dp_search_median(double *values, unsigned n, bool more_is_better)
{
    unsigned i, k;

    /* From the worst on: so that of two in the middle the first is the worse. */
    for (i = 1; i < n; i++) {
        double v = values[i];
        bool none = v < 0;

        for (k = i; k > 0; k--) {
            double w = values[k - 1];
            bool worse = none ? w >= 0 : w >= 0 && (more_is_better ? v < w : v > w);

            if (!worse) {
                break;
            }
            values[k] = w;
        }
        values[k] = v;
    }
    return values[(n - 1) / 2];
}
