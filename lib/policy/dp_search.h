/* SPDX-License-Identifier: MIT */
/* dp_search.h - a search for a capacity, inside: its conditions, its trials, where it stands. */
#ifndef DP_SEARCH_H
#define DP_SEARCH_H

#include <stdbool.h>

#include <libdhcpperf/search.h>

#include "base/dp_text.h"

enum {
    DP_SEARCH_CONDITIONS = 16,
    DP_SEARCH_TEXT = 64,   /* one condition as text, with the NUL */
    DP_SEARCH_REASON = 160 /* kept of an invalid generator's reason, with the NUL */
};

/* Shares are kept in 10^-9, latencies in ns. */
#define DP_SEARCH_ONE UINT64_C(1000000000)

typedef enum dp_measure {
    DP_MEASURE_LOSS,
    DP_MEASURE_NAK,
    DP_MEASURE_SUCCESS,
    DP_MEASURE_RATE,
    DP_MEASURE_P50,
    DP_MEASURE_P90,
    DP_MEASURE_P95,
    DP_MEASURE_P99,
    DP_MEASURE_P999,
    DP_MEASURE_MAX,
    DP_MEASURE_MEAN,
    DP_N_MEASURES
} dp_measure;

typedef enum dp_part {
    DP_PART_OFFER, /* DISCOVER to OFFER */
    DP_PART_ACK,   /* REQUEST to ACK */
    DP_PART_DORA   /* a client, from its first DISCOVER to its lease */
} dp_part;

typedef struct dp_condition {
    dp_measure measure;
    dp_part part;
    bool strict; /* the limit itself does not hold */
    uint64_t limit;
    char text[DP_SEARCH_TEXT]; /* canonical */
} dp_condition;

typedef struct dp_conditions {
    unsigned n;
    dp_condition at[DP_SEARCH_CONDITIONS];
} dp_conditions;

/* Reads the conditions and writes the canonical text of each: 0, SYNTAX, RANGE with the offset. */
int dp_conditions_parse(dp_conditions *ret, const char *text, size_t *ret_offset);
/* "p99(dora)"; "nak". */
const char *dp_condition_quantity(const dp_condition *c);
bool dp_condition_is_latency(const dp_condition *c);
/* The limit is the least that holds, not the most. */
bool dp_condition_is_least(const dp_condition *c);
/* The limit as values are told: a share of 1 or ns. */
double dp_condition_limit(const dp_condition *c);
bool dp_condition_holds(const dp_condition *c, double value);

/* The quantity in what was measured, < 0 when it has no value. */
double dp_condition_measure(const dp_condition *c, const dhcpperf_search_measured *m);
/* Share of the clients that ended without a lease, < 0 when none ended. */
double dp_search_loss(const dhcpperf_stats *stats);
/* The middle one of n > 0 values, of two the worse; "no value" is worse than any.  Sorts them. */
double dp_search_median(double *values, unsigned n, bool more_is_better);

/* A reported trial. */
typedef struct dp_trial {
    uint64_t rate; /* in 1/1000 per second, as all rates inside */
    dhcpperf_search_step step;
    dhcpperf_search_verdict verdict;
    int failed;
    uint64_t offered, leases;
    double loss;
    double values[DP_SEARCH_CONDITIONS];
    char reason[DP_SEARCH_REASON];
} dp_trial;

struct dhcpperf_search {
    dhcpperf_mem mem;
    dp_conditions conditions;
    /* settings */
    uint64_t start, lowest, highest;
    dhcpperf_dur warm_up, length;
    uint32_t resolution; /* in 10^-6 */
    unsigned confirmations, most_trials;
    /* trials[0 .. n-1] are reported; NULL before the first dhcpperf_search_next() */
    dp_trial *trials;
    unsigned n;
    /* the trial that is planned, or was the last */
    dhcpperf_search_end end;
    dhcpperf_search_step step;
    uint64_t rate;
    bool again; /* it repeats one with an invalid generator */
    /* what is known: the answer lies in [held, failed) */
    uint64_t held;   /* the highest rate that held; 0 = none */
    uint64_t failed; /* the lowest rate above it that failed; 0 = none */
    bool failed_for_sure;
    bool failed_by_generator;
    uint64_t confirmed;              /* the highest rate that was confirmed; 0 = none */
    unsigned confirmed_from;         /* index of the first trial that did */
    unsigned runs_from;              /* of the confirmation under way */
    unsigned runs_held, runs_missed; /* of the confirmation under way */
    unsigned steps_down;             /* confirmations in a row that failed */
};

#endif
