/* SPDX-License-Identifier: MIT */
/* search.h - the highest rate at which a server meets conditions: what to try next, and when it is
 * found. */
#ifndef DHCPPERF_SEARCH_H
#define DHCPPERF_SEARCH_H

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/stats.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Opaque.  Has no clock and sends nothing: it names a rate, is told what was measured at that rate,
 * and names the next one, until it has an answer or has used up its trials.  Rates are clients
 * started per second, kept in 1/1000. */
typedef struct dhcpperf_search dhcpperf_search;

/* Conditions are separated by ','; all of them must hold:
 *     loss[(offer|ack|dora)] < P    nak < P    success > P    rate > P
 *     p50|p90|p95|p99|p999|max|mean[(offer|ack|dora)] < D
 * P is a share in per cent with its sign, "0.1%"; D a duration as in dhcpperf_dur_parse().  <= and
 * >= are understood too; without a name in brackets the whole exchange, dora, is meant.
 * dhcpperf_search(3) defines each value.
 * INVALID, SYNTAX, RANGE (of a value, or more than 16 conditions), NOMEM; SYNTAX and RANGE write
 * the offset of the offending text to *reterr_offset (may be NULL). */
DHCPPERF_API int dhcpperf_search_new(dhcpperf_search **ret, const char *conditions,
                                     size_t *reterr_offset, const dhcpperf_mem *mem);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_search_free(dhcpperf_search *s);

/* -- settings, before the first dhcpperf_search_next(): STATE afterwards -- */
/* The first rate tried, and those that are never passed (default 1000, 1, 10^8).  RANGE unless
 * 0.001 <= lowest <= start <= highest <= 10^9; INVALID. */
DHCPPERF_API int dhcpperf_search_set_rates(dhcpperf_search *s, double start_per_s,
                                           double lowest_per_s, double highest_per_s);
/* Of every trial: what goes before the measuring, and the measuring (default 1 s and 5 s); handed
 * on with each trial.  RANGE: length 0, either over 2^62 ns; INVALID. */
DHCPPERF_API int dhcpperf_search_set_lengths(dhcpperf_search *s, dhcpperf_dur warm_up,
                                             dhcpperf_dur length);
/* The search ends when the lowest rate that failed is at most this share above the highest one that
 * held (default 0.02).  RANGE: not in 0.0001..1; INVALID. */
DHCPPERF_API int dhcpperf_search_set_resolution(dhcpperf_search *s, double share);
/* Further trials at the rate found, of which all must hold, from three on all but one (default 3).
 * RANGE: not in 1..100; INVALID. */
DHCPPERF_API int dhcpperf_search_set_confirmations(dhcpperf_search *s, unsigned runs);
/* Trials in all, whatever happens (default 64).  RANGE: not in 1..10000; INVALID. */
DHCPPERF_API int dhcpperf_search_set_most_trials(dhcpperf_search *s, unsigned n);

/* -- the trials -- */
/* What a trial is for. */
typedef enum dhcpperf_search_step {
    DHCPPERF_SEARCH_CLIMB,   /* to twice the rate that held */
    DHCPPERF_SEARCH_DESCEND, /* to half of the rate that failed, while none has held */
    DHCPPERF_SEARCH_NARROW,  /* between one that held and one that failed */
    DHCPPERF_SEARCH_CONFIRM, /* the highest rate that held */
    DHCPPERF_SEARCH_RECHECK, /* the lowest rate that failed, which may have been a mischance */
    DHCPPERF_SEARCH_STEP__FORCE_INT = 0x7fffffff
} dhcpperf_search_step;
/* How a trial ended. */
typedef enum dhcpperf_search_verdict {
    DHCPPERF_SEARCH_PENDING, /* not reported yet */
    DHCPPERF_SEARCH_HELD,    /* all conditions */
    DHCPPERF_SEARCH_MISSED,  /* a condition: the server's failure */
    DHCPPERF_SEARCH_INVALID, /* the generator's failure: says nothing about the server */
    DHCPPERF_SEARCH_VERDICT__FORCE_INT = 0x7fffffff
} dhcpperf_search_verdict;
/* One trial, planned or done.  GROWING. */
typedef struct dhcpperf_search_trial {
    size_t size;
    unsigned number; /* from 1 */
    dhcpperf_search_step step;
    double rate_per_s;
    dhcpperf_dur warm_up, length;
    /* zero until it is reported */
    dhcpperf_search_verdict verdict;
    int failed;            /* the first condition that did not hold; -1 = none */
    uint64_t offered;      /* as reported */
    double achieved_per_s; /* leases per second of the length */
    double loss;           /* of the whole exchange; < 0 = nothing ended */
    const char *reason;    /* of an invalid generator, else ""; borrowed until free */
} dhcpperf_search_trial;
/* The trial to do now: 1, the same one until it is reported; 0 when the search is over.  INVALID,
 * NOMEM (the first time only). */
DHCPPERF_API int dhcpperf_search_next(dhcpperf_search *s, dhcpperf_search_trial *ret,
                                      size_t ret_size);
/* What was measured.  The caller sets size to sizeof of this.  GROWING. */
typedef struct dhcpperf_search_measured {
    size_t size;
    const dhcpperf_stats *stats; /* of the clients, from the end of the warm-up until every exchange
                                  * had ended or was given up waiting for; looked at, not kept */
    uint64_t offered;            /* clients whose start was due within the length */
    uint64_t leases;             /* obtained within the length */
    const char *invalid;         /* why the generator is no witness, copied in part; NULL = it is */
} dhcpperf_search_measured;
/* Judges the pending trial and decides what comes next.  STATE when none is pending; INVALID, also
 * when nobody was offered. */
DHCPPERF_API int dhcpperf_search_report(dhcpperf_search *s, const dhcpperf_search_measured *m);

/* -- what came out; at any time -- */
/* Why there is no further trial. */
typedef enum dhcpperf_search_end {
    DHCPPERF_SEARCH_GOES_ON,
    DHCPPERF_SEARCH_SERVER,    /* at failed_per_s the server misses a condition: the capacity */
    DHCPPERF_SEARCH_GENERATOR, /* at failed_per_s the generator fails: the server may do more */
    DHCPPERF_SEARCH_HIGHEST,   /* the highest rate allowed holds: the server may do more */
    DHCPPERF_SEARCH_NONE,      /* not even the lowest rate allowed holds */
    DHCPPERF_SEARCH_TRIALS,    /* the trials were used up before this was certain */
    DHCPPERF_SEARCH_END__FORCE_INT = 0x7fffffff
} dhcpperf_search_end;
/* GROWING. */
typedef struct dhcpperf_search_answer {
    size_t size;
    dhcpperf_search_end end;
    double rate_per_s;     /* the highest that held; 0 = none */
    int confirmed;         /* by the further trials */
    unsigned runs, held;   /* further trials at that rate, and those of them that held */
    double failed_per_s;   /* the lowest above it that failed; 0 = none */
    int failed;            /* condition missed there; -1 = none, or not the server's failure */
    unsigned trials;       /* reported */
    double achieved_per_s; /* leases per second at that rate: median of the further trials, or of
                            * the trials there are */
} dhcpperf_search_answer;
/* The answer so far.  INVALID. */
DHCPPERF_API int dhcpperf_search_get_answer(const dhcpperf_search *s, dhcpperf_search_answer *ret,
                                            size_t ret_size);
/* Walks the reported trials from index 0: 1 and the trial, 0 past the end; INVALID. */
DHCPPERF_API int dhcpperf_search_get_trial(const dhcpperf_search *s, unsigned index,
                                           dhcpperf_search_trial *ret, size_t ret_size);
/* What a condition's quantity was in a reported trial, or with this index the median over the
 * trials that the answer rests on. */
#define DHCPPERF_SEARCH_MEDIAN UINT32_MAX
/* 1 and a share of 1 or a latency in ns, < 0 when it has no value: no exchange ended, or so many
 * were lost that no answer has that rank.  0 past the end; INVALID. */
DHCPPERF_API int dhcpperf_search_get_value(const dhcpperf_search *s, unsigned index,
                                           unsigned condition, double *ret);
/* One condition.  GROWING. */
typedef struct dhcpperf_search_condition {
    size_t size;
    const char *text;     /* reads as the same: "p99(dora)<20ms"; borrowed until free */
    const char *quantity; /* "p99(dora)"; static */
    int is_latency;       /* its values are ns, else shares of 1 */
    int is_least;         /* the limit is the least allowed, else the most */
    double limit;
} dhcpperf_search_condition;
/* Walks the conditions from index 0: 1 and the condition, 0 past the end; INVALID. */
DHCPPERF_API int dhcpperf_search_get_condition(const dhcpperf_search *s, unsigned index,
                                               dhcpperf_search_condition *ret, size_t ret_size);

/* "climb"; NULL for values this build lacks. */
DHCPPERF_API const char *dhcpperf_search_step_name(dhcpperf_search_step step);
/* "held"; NULL for values this build lacks. */
DHCPPERF_API const char *dhcpperf_search_verdict_name(dhcpperf_search_verdict verdict);
/* "server"; NULL for values this build lacks. */
DHCPPERF_API const char *dhcpperf_search_end_name(dhcpperf_search_end end);

DHCPPERF_END_DECLS

#endif
