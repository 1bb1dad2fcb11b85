/* SPDX-License-Identifier: MIT */
/* stats.c - a named set of counters and latency series: names, copies, totals and intervals.
 *
 * Invariants: hists[x][0] and hists[x][1] are both kept or both NULL, and the same histogram for
 * series without two starting points; merge and subtract check and allocate before they change
 * anything. */
#include "stats/dp_stats.h"

#include <string.h>

#include "base/dp_mem.h"

static const char *const counter_names[] = {
#define COUNTER(id, name) [DHCPPERF_C_##id] = name,
#include "stats/counters.def"
#undef COUNTER
};

/* Every number of the public enum is listed, once and in order. */
enum {
#define COUNTER(id, name) ROW_##id,
#include "stats/counters.def"
#undef COUNTER
    N_ROWS
};
#define COUNTER(id, name)                                                                          \
    _Static_assert((int)ROW_##id == (int)DHCPPERF_C_##id, "counters.def: wrong place for " name);
#include "stats/counters.def"
#undef COUNTER
_Static_assert((int)N_ROWS == (int)DP_N_COUNTERS, "counters.def and dhcpperf_counter differ");

static const char *const series_names[DP_N_SERIES] = {
    [DHCPPERF_S_DISCOVER_OFFER] = "discover_offer",
    [DHCPPERF_S_REQUEST_ACK] = "request_ack",
    [DHCPPERF_S_FULL_BIND] = "dora",
    [DHCPPERF_S_RENEW_ACK] = "renew_ack",
    [DHCPPERF_S_SEND_LAG] = "send_lag",
    [DHCPPERF_S_SERVICE] = "service",
    [DHCPPERF_S_START_LAG] = "start_lag",
};

static const char *const exchange_names[DP_N_EXCHANGES] = {
    [DHCPPERF_X_DISCOVER] = "discover", [DHCPPERF_X_REQUEST] = "request",
    [DHCPPERF_X_RENEW] = "renew",       [DHCPPERF_X_REBIND] = "rebind",
    [DHCPPERF_X_REBOOT] = "reboot",     [DHCPPERF_X_RELEASE] = "release",
    [DHCPPERF_X_DECLINE] = "decline",   [DHCPPERF_X_INFORM] = "inform",
    [DHCPPERF_X_QUERY] = "query",
};

static const char *const outcome_names[DP_N_OUTCOMES] = {
    [DHCPPERF_OUT_STARTED] = "exchanges",
    [DHCPPERF_OUT_PACKETS] = "packets",
    [DHCPPERF_OUT_RETRANSMITS] = "retransmits",
    [DHCPPERF_OUT_ANSWERED] = "answered",
    [DHCPPERF_OUT_LATE] = "late",
    [DHCPPERF_OUT_REFUSED] = "refused",
    [DHCPPERF_OUT_UNANSWERED] = "unanswered",
    [DHCPPERF_OUT_IN_FLIGHT] = "in_flight",
};

const char *dhcpperf_counter_name(dhcpperf_counter c)
{
    return (unsigned)c < DP_N_COUNTERS ? counter_names[c] : NULL;
}

const char *dhcpperf_series_name(dhcpperf_series s)
{
    return (unsigned)s < DP_N_SERIES ? series_names[s] : NULL;
}

const char *dhcpperf_exchange_name(dhcpperf_exchange x)
{
    return (unsigned)x < DP_N_EXCHANGES ? exchange_names[x] : NULL;
}

const char *dhcpperf_outcome_name(dhcpperf_outcome o)
{
    return (unsigned)o < DP_N_OUTCOMES ? outcome_names[o] : NULL;
}

/* The i-th place for a histogram that is one of its own; NULL past the end.  Walks hists without
 * meeting the second name of a single one. */
static dhcpperf_hist **place(dhcpperf_stats *s, unsigned i)
{
    unsigned series = i / 2, from = i % 2;

    if (from == 1 && dp_series_is_single((dhcpperf_series)series)) {
        from = 0;
    }
    return &s->hists[series][from];
}

static int is_second_name(unsigned i)
{
    return i % 2 == 1 && dp_series_is_single((dhcpperf_series)(i / 2));
}

enum {
    N_PLACES = 2 * DP_N_SERIES
};

/* Makes the second names follow the first. */
static void alias(dhcpperf_stats *s)
{
    unsigned i;

    for (i = 0; i < N_PLACES; i++) {
        if (is_second_name(i)) {
            s->hists[i / 2][1] = s->hists[i / 2][0];
        }
    }
}

void dp_stats_fini(dhcpperf_stats *s)
{
    unsigned i;

    for (i = 0; i < N_PLACES; i++) {
        if (!is_second_name(i)) {
            dhcpperf_hist_free(*place(s, i));
        }
    }
    memset(s->hists, 0, sizeof s->hists);
}

int dp_stats_init(dhcpperf_stats *s, uint32_t series, const dhcpperf_mem *mem)
{
    unsigned i;

    memset(s, 0, sizeof *s);
    s->mem = dp_mem_pick(mem);
    for (i = 0; i < N_PLACES; i++) {
        if (((series >> (i / 2)) & 1) == 0 || is_second_name(i)) {
            continue;
        }
        *place(s, i) = dp_hist_new(DHCPPERF_HIST_3_DIGITS, &s->mem);
        if (*place(s, i) == NULL) {
            dp_stats_fini(s);
            return DHCPPERF_E_NOMEM;
        }
    }
    alias(s);
    return 0;
}

int dhcpperf_stats_new(dhcpperf_stats **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_stats *s;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    s = DP_NEW(&m, dhcpperf_stats);
    if (s == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    s->mem = m;
    *ret = s;
    return 0;
}

void dhcpperf_stats_free(dhcpperf_stats *s)
{
    dhcpperf_mem m;

    if (s != NULL) {
        m = s->mem;
        dp_stats_fini(s);
        DP_FREE(&m, s);
    }
}

int dhcpperf_stats_clone(dhcpperf_stats **ret, const dhcpperf_stats *s)
{
    dhcpperf_stats *copy;
    unsigned i;
    int rc;

    if (ret == NULL || s == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dhcpperf_stats_new(&copy, &s->mem);
    if (rc != 0) {
        return rc;
    }
    memcpy(copy->counters, s->counters, sizeof copy->counters);
    memcpy(copy->exchanges, s->exchanges, sizeof copy->exchanges);
    for (i = 0; i < N_PLACES && rc == 0; i++) {
        if (!is_second_name(i) && s->hists[i / 2][i % 2] != NULL) {
            rc = dhcpperf_hist_clone(place(copy, i), s->hists[i / 2][i % 2]);
        }
    }
    if (rc != 0) {
        dhcpperf_stats_free(copy);
        return rc;
    }
    alias(copy);
    *ret = copy;
    return 0;
}

uint64_t dhcpperf_stats_counter(const dhcpperf_stats *s, dhcpperf_counter c)
{
    return s != NULL && (unsigned)c < DP_N_COUNTERS ? s->counters[c] : 0;
}

uint64_t dhcpperf_stats_exchange(const dhcpperf_stats *s, dhcpperf_exchange kind,
                                 dhcpperf_outcome outcome)
{
    if (s == NULL || (unsigned)kind >= DP_N_EXCHANGES || (unsigned)outcome >= DP_N_OUTCOMES) {
        return 0;
    }
    return s->exchanges[kind][outcome];
}

const dhcpperf_hist *dhcpperf_stats_hist(const dhcpperf_stats *s, dhcpperf_series series, int from)
{
    if (s == NULL || (unsigned)series >= DP_N_SERIES || (unsigned)from > DHCPPERF_FROM_ACTUAL) {
        return NULL;
    }
    return s->hists[series][from];
}

/* Histograms of series that `into` lacks, empty, into `fresh`; the sum of samples must fit too. */
static int prepare_merge(dhcpperf_stats *into, const dhcpperf_stats *from,
                         dhcpperf_hist *fresh[N_PLACES])
{
    unsigned i;

    for (i = 0; i < N_PLACES; i++) {
        const dhcpperf_hist *src = from->hists[i / 2][i % 2], *dst = *place(into, i);

        if (src == NULL || is_second_name(i)) {
            continue;
        }
        if (dst == NULL) {
            fresh[i] = dp_hist_new(src->bits, &into->mem);
            if (fresh[i] == NULL) {
                return DHCPPERF_E_NOMEM;
            }
        } else if (src->total > INT64_MAX - dst->total) {
            return DHCPPERF_E_RANGE;
        }
    }
    return 0;
}

int dhcpperf_stats_merge(dhcpperf_stats *into, const dhcpperf_stats *from)
{
    dhcpperf_hist *fresh[N_PLACES] = {NULL};
    unsigned i, x;
    int rc;

    if (into == NULL || from == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = prepare_merge(into, from, fresh);
    if (rc != 0) {
        for (i = 0; i < N_PLACES; i++) {
            dhcpperf_hist_free(fresh[i]);
        }
        return rc;
    }
    for (i = 0; i < DP_N_COUNTERS; i++) {
        into->counters[i] += from->counters[i];
    }
    for (x = 0; x < DP_N_EXCHANGES; x++) {
        for (i = 0; i < DP_N_OUTCOMES; i++) {
            into->exchanges[x][i] += from->exchanges[x][i];
        }
    }
    for (i = 0; i < N_PLACES; i++) {
        if (fresh[i] != NULL) {
            *place(into, i) = fresh[i];
        }
        if (from->hists[i / 2][i % 2] != NULL && !is_second_name(i)) {
            (void)dhcpperf_hist_merge(*place(into, i), from->hists[i / 2][i % 2]);
        }
    }
    alias(into);
    return 0;
}

/* Outcomes that may fall: what is in flight, and what was given up before its late answer. */
static int may_fall(unsigned outcome)
{
    return outcome == DHCPPERF_OUT_IN_FLIGHT || outcome == DHCPPERF_OUT_UNANSWERED;
}

static int is_earlier(const dhcpperf_stats *s, const dhcpperf_stats *earlier)
{
    unsigned i, x;

    for (i = 0; i < DP_N_COUNTERS; i++) {
        if (earlier->counters[i] > s->counters[i]) {
            return 0;
        }
    }
    for (x = 0; x < DP_N_EXCHANGES; x++) {
        for (i = 0; i < DP_N_OUTCOMES; i++) {
            if (earlier->exchanges[x][i] > s->exchanges[x][i] && !may_fall(i)) {
                return 0;
            }
        }
    }
    for (i = 0; i < N_PLACES; i++) {
        const dhcpperf_hist *now = s->hists[i / 2][i % 2], *then = earlier->hists[i / 2][i % 2];

        if (then != NULL && (now == NULL ? then->total != 0 : !dp_hist_is_prefix(now, then))) {
            return 0;
        }
    }
    return 1;
}

int dhcpperf_stats_subtract(dhcpperf_stats *from, const dhcpperf_stats *earlier)
{
    unsigned i, x;

    if (from == NULL || earlier == NULL || !is_earlier(from, earlier)) {
        return DHCPPERF_E_INVALID;
    }
    for (i = 0; i < N_PLACES; i++) {
        const dhcpperf_hist *then = earlier->hists[i / 2][i % 2];

        if (then != NULL && *place(from, i) != NULL && !is_second_name(i)) {
            (void)dhcpperf_hist_subtract(*place(from, i), then);
        }
    }
    for (i = 0; i < DP_N_COUNTERS; i++) {
        from->counters[i] -= earlier->counters[i];
    }
    for (x = 0; x < DP_N_EXCHANGES; x++) {
        for (i = 0; i < DHCPPERF_OUT_IN_FLIGHT; i++) {
            uint64_t *now = &from->exchanges[x][i];

            *now -= *now < earlier->exchanges[x][i] ? *now : earlier->exchanges[x][i];
        }
    }
    return 0;
}

int dhcpperf_stats_interval(dhcpperf_stats **ret, const dhcpperf_stats *now,
                            const dhcpperf_stats *earlier)
{
    dhcpperf_stats *s;
    int rc;

    if (ret == NULL || now == NULL || earlier == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dhcpperf_stats_clone(&s, now);
    if (rc != 0) {
        return rc;
    }
    rc = dhcpperf_stats_subtract(s, earlier);
    if (rc != 0) {
        dhcpperf_stats_free(s);
        return rc;
    }
    *ret = s;
    return 0;
}
