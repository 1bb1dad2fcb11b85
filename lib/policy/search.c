/* SPDX-License-Identifier: MIT */
/* search.c - which rate to try next, and when the answer is known.
 *
 * The answer lies between a rate that held and one that failed.  Both ends are doubted before the
 * search is over: the lower one is tried again several times, the upper one once, for a single
 * trial may have been a mischance either way.  Every report uses up one trial and their number is
 * bounded, so no noise makes it go on for ever; what is uncertain then is said to be.
 *
 * Integer arithmetic only: equal reports, equal trials, on every machine. */
#include "policy/dp_search.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_wide.h"

#define MILLION    UINT64_C(1000000)
#define MAX_RATE   UINT64_C(1000000000000) /* 10^9 per second */
#define MAX_LENGTH (UINT64_C(1) << 62)

enum {
    WHOLE = 1000,        /* 1 per second */
    WHOLE_FROM = 100000, /* rates from 100 per second on are whole numbers */
    MOST_TRIALS = 10000,
    MOST_CONFIRMATIONS = 100,
    FORGIVING_FROM = 3,  /* so many further trials may have one that fails */
    MOST_DOUBLINGS = 20, /* of the step down: beyond the lowest rate from anywhere */
    /* what the structure had when it was first published */
    MEASURED_SIZE = offsetof(dhcpperf_search_measured, invalid) + sizeof(const char *)
};

/* -- making and setting ------------------------------------------------------------------------ */

int dhcpperf_search_new(dhcpperf_search **ret, const char *conditions, size_t *reterr_offset,
                        const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_search *s;
    size_t offset;
    int rc;

    if (ret == NULL || conditions == NULL) {
        return DHCPPERF_E_INVALID;
    }
    s = DP_NEW(&m, dhcpperf_search);
    if (s == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rc = dp_conditions_parse(&s->conditions, conditions, &offset);
    if (rc != 0) {
        if (reterr_offset != NULL) {
            *reterr_offset = offset;
        }
        DP_FREE(&m, s);
        return rc;
    }
    s->mem = m;
    s->start = 1000 * WHOLE;
    s->lowest = WHOLE;
    s->highest = 100000000 * (uint64_t)WHOLE;
    s->warm_up = DHCPPERF_NS_PER_S;
    s->length = 5 * DHCPPERF_NS_PER_S;
    s->resolution = 20000;
    s->confirmations = 3;
    s->most_trials = 64;
    *ret = s;
    return 0;
}

void dhcpperf_search_free(dhcpperf_search *s)
{
    dhcpperf_mem m;

    if (s != NULL) {
        m = s->mem;
        DP_FREE_ARRAY(&m, s->trials, s->most_trials);
        DP_FREE(&m, s);
    }
}

/* 0 when settings may still be made. */
static int check_settable(const dhcpperf_search *s)
{
    if (s == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return s->trials != NULL ? DHCPPERF_E_STATE : 0;
}

int dhcpperf_search_set_rates(dhcpperf_search *s, double start_per_s, double lowest_per_s,
                              double highest_per_s)
{
    int rc = check_settable(s);

    if (rc != 0) {
        return rc;
    }
    if (!(lowest_per_s >= 0.001 && lowest_per_s <= start_per_s && start_per_s <= highest_per_s &&
          highest_per_s <= 1e9)) {
        return DHCPPERF_E_RANGE;
    }
    s->start = (uint64_t)(start_per_s * WHOLE + 0.5);
    s->lowest = (uint64_t)(lowest_per_s * WHOLE + 0.5);
    s->highest = (uint64_t)(highest_per_s * WHOLE + 0.5);
    return 0;
}

int dhcpperf_search_set_lengths(dhcpperf_search *s, dhcpperf_dur warm_up, dhcpperf_dur length)
{
    int rc = check_settable(s);

    if (rc != 0) {
        return rc;
    }
    if (length == 0 || length > MAX_LENGTH || warm_up > MAX_LENGTH) {
        return DHCPPERF_E_RANGE;
    }
    s->warm_up = warm_up;
    s->length = length;
    return 0;
}

int dhcpperf_search_set_resolution(dhcpperf_search *s, double share)
{
    int rc = check_settable(s);

    if (rc != 0) {
        return rc;
    }
    if (!(share >= 0.0001 && share <= 1)) {
        return DHCPPERF_E_RANGE;
    }
    s->resolution = (uint32_t)(share * 1e6 + 0.5);
    return 0;
}

int dhcpperf_search_set_confirmations(dhcpperf_search *s, unsigned runs)
{
    int rc = check_settable(s);

    if (rc != 0) {
        return rc;
    }
    if (runs < 1 || runs > MOST_CONFIRMATIONS) {
        return DHCPPERF_E_RANGE;
    }
    s->confirmations = runs;
    return 0;
}

int dhcpperf_search_set_most_trials(dhcpperf_search *s, unsigned n)
{
    int rc = check_settable(s);

    if (rc != 0) {
        return rc;
    }
    if (n < 1 || n > MOST_TRIALS) {
        return DHCPPERF_E_RANGE;
    }
    s->most_trials = n;
    return 0;
}

/* -- the next rate ----------------------------------------------------------------------------- */

static void try_rate(dhcpperf_search *s, dhcpperf_search_step step, uint64_t rate)
{
    s->step = step;
    s->rate = rate;
}

static void finish(dhcpperf_search *s, dhcpperf_search_end end)
{
    s->end = end;
}

/* The geometric middle of two rates, so that the search takes equal steps in proportion; `lo` when
 * there is none between them. */
static uint64_t middle(uint64_t lo, uint64_t hi)
{
    dp_u128 product = dp_wide_mul(lo, hi);
    uint64_t low = lo, high = hi;

    while (high - low > 1) { /* low * low <= product < high * high */
        uint64_t mid = low + (high - low) / 2;

        if (dp_wide_less(product, dp_wide_mul(mid, mid))) {
            high = mid;
        } else {
            low = mid;
        }
    }
    if (lo >= WHOLE_FROM && low - low % WHOLE > lo) {
        low -= low % WHOLE;
    }
    return low;
}

static bool is_narrow(const dhcpperf_search *s, uint64_t lo, uint64_t hi)
{
    return hi * MILLION <= lo * (MILLION + s->resolution) || middle(lo, hi) == lo;
}

static void begin_confirmation(dhcpperf_search *s, uint64_t rate)
{
    s->runs_held = s->runs_missed = 0;
    s->runs_from = s->n;
    try_rate(s, DHCPPERF_SEARCH_CONFIRM, rate);
}

/* Both ends are as near to each other as they are to be, or there is no upper one. */
static void conclude(dhcpperf_search *s)
{
    if (s->held > 0 && s->confirmed != s->held) {
        begin_confirmation(s, s->held);
    } else if (s->failed == 0) {
        finish(s, DHCPPERF_SEARCH_HIGHEST);
    } else if (!s->failed_for_sure) {
        try_rate(s, DHCPPERF_SEARCH_RECHECK, s->failed);
    } else if (s->failed_by_generator) {
        finish(s, DHCPPERF_SEARCH_GENERATOR);
    } else {
        finish(s, s->held > 0 ? DHCPPERF_SEARCH_SERVER : DHCPPERF_SEARCH_NONE);
    }
}

static void aim(dhcpperf_search *s)
{
    if (s->held == 0 && s->failed == 0) {
        try_rate(s, DHCPPERF_SEARCH_CLIMB, s->start);
    } else if (s->held == 0 && s->failed > s->lowest) {
        try_rate(s, DHCPPERF_SEARCH_DESCEND, s->failed / 2 > s->lowest ? s->failed / 2 : s->lowest);
    } else if (s->held == 0) {
        conclude(s);
    } else if (s->failed == 0 && s->held < s->highest) {
        try_rate(s, DHCPPERF_SEARCH_CLIMB, s->held * 2 < s->highest ? s->held * 2 : s->highest);
    } else if (s->failed == 0 || is_narrow(s, s->held, s->failed)) {
        conclude(s);
    } else {
        try_rate(s, DHCPPERF_SEARCH_NARROW, middle(s->held, s->failed));
    }
}

/* -- what a verdict means ---------------------------------------------------------------------- */

/* An invalid generator has failed twice in a row by now. */
static void fail_at(dhcpperf_search *s, dhcpperf_search_verdict verdict)
{
    s->failed = s->rate;
    s->failed_by_generator = verdict == DHCPPERF_SEARCH_INVALID;
    s->failed_for_sure = s->failed_by_generator;
}

/* The rate does not stand up to further trials: the next one to be tried is below it, by steps that
 * double, as the true one may be far off. */
static void step_down(dhcpperf_search *s, dhcpperf_search_verdict verdict)
{
    uint64_t by = (uint64_t)s->resolution << s->steps_down, next;

    fail_at(s, verdict);
    s->failed_for_sure = true;
    s->steps_down += s->steps_down < MOST_DOUBLINGS;
    next = s->rate * MILLION / (MILLION + by);
    next = next >= s->rate ? s->rate - 1 : next;
    if (next <= s->confirmed) {
        s->held = s->confirmed;
        aim(s);
    } else if (s->rate <= s->lowest) {
        s->held = 0;
        conclude(s);
    } else {
        s->held = next > s->lowest ? next : s->lowest;
        begin_confirmation(s, s->held);
    }
}

static void judge_confirmation(dhcpperf_search *s, dhcpperf_search_verdict verdict)
{
    unsigned may_miss = s->confirmations >= FORGIVING_FROM ? 1 : 0;

    if (verdict == DHCPPERF_SEARCH_INVALID) {
        step_down(s, verdict);
        return;
    }
    s->runs_held += verdict == DHCPPERF_SEARCH_HELD;
    s->runs_missed += verdict == DHCPPERF_SEARCH_MISSED;
    if (s->runs_missed > may_miss) {
        step_down(s, verdict);
    } else if (s->runs_held + s->runs_missed == s->confirmations) {
        s->confirmed = s->held;
        s->confirmed_from = s->runs_from;
        s->steps_down = 0;
        aim(s);
    }
}

/* The lowest rate above `rate` at which a trial failed, for another look; 0 = none. */
static uint64_t next_failed(const dhcpperf_search *s, uint64_t rate, bool *ret_by_generator)
{
    uint64_t lowest = 0;
    unsigned i;

    for (i = 0; i < s->n; i++) {
        const dp_trial *t = &s->trials[i];

        if (t->verdict != DHCPPERF_SEARCH_HELD && t->rate > rate &&
            (lowest == 0 || t->rate < lowest)) {
            lowest = t->rate;
            *ret_by_generator = t->verdict == DHCPPERF_SEARCH_INVALID;
        }
    }
    return lowest;
}

/* What failed once holds now: so the answer is at least there. */
static void go_above(dhcpperf_search *s)
{
    s->held = s->failed;
    s->failed_for_sure = false;
    s->failed_by_generator = false;
    s->failed = next_failed(s, s->held, &s->failed_by_generator);
    aim(s);
}

static void judge(dhcpperf_search *s, dhcpperf_search_verdict verdict)
{
    if (verdict == DHCPPERF_SEARCH_INVALID && !s->again) {
        s->again = true; /* something else on the machine, perhaps */
        return;
    }
    s->again = false;
    switch (s->step) {
    case DHCPPERF_SEARCH_CLIMB:
    case DHCPPERF_SEARCH_DESCEND:
    case DHCPPERF_SEARCH_NARROW:
        if (verdict == DHCPPERF_SEARCH_HELD) {
            s->held = s->rate;
        } else {
            fail_at(s, verdict);
        }
        aim(s);
        break;
    case DHCPPERF_SEARCH_CONFIRM:
        judge_confirmation(s, verdict);
        break;
    case DHCPPERF_SEARCH_RECHECK:
        if (verdict == DHCPPERF_SEARCH_HELD) {
            go_above(s);
        } else {
            s->failed_by_generator = s->failed_by_generator && verdict == DHCPPERF_SEARCH_INVALID;
            s->failed_for_sure = true;
            conclude(s);
        }
        break;
    case DHCPPERF_SEARCH_STEP__FORCE_INT:
        break;
    }
}

/* -- trials ------------------------------------------------------------------------------------ */

static double per_s(uint64_t rate)
{
    return (double)rate / WHOLE;
}

/* A structure for a caller who knows `room` octets of it. */
static int hand_out(void *ret, size_t room, const void *from, size_t size)
{
    size_t carried = size < room ? size : room;

    memset(ret, 0, room);
    memcpy(ret, from, carried);
    memcpy(ret, &carried, sizeof carried);
    return 1;
}

static double achieved(const dhcpperf_search *s, const dp_trial *t)
{
    return (double)t->leases * (double)DHCPPERF_NS_PER_S / (double)s->length;
}

int dhcpperf_search_next(dhcpperf_search *s, dhcpperf_search_trial *ret, size_t ret_size)
{
    dhcpperf_search_trial t;

    if (s == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    if (s->trials == NULL) {
        s->trials = DP_ARRAY(&s->mem, s->most_trials, dp_trial);
        if (s->trials == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        aim(s);
    }
    if (s->end != DHCPPERF_SEARCH_GOES_ON) {
        return 0;
    }
    memset(&t, 0, sizeof t);
    t.failed = -1;
    t.reason = "";
    t.number = s->n + 1;
    t.step = s->step;
    t.rate_per_s = per_s(s->rate);
    t.warm_up = s->warm_up;
    t.length = s->length;
    return hand_out(ret, ret_size, &t, sizeof t);
}

static void keep_reason(dp_trial *t, const char *reason)
{
    size_t len = strlen(reason);

    len = len < sizeof t->reason ? len : sizeof t->reason - 1;
    memcpy(t->reason, reason, len);
    t->reason[len] = '\0';
}

static void fill_trial(const dhcpperf_search *s, dp_trial *t, const dhcpperf_search_measured *m)
{
    unsigned i;

    t->rate = s->rate;
    t->step = s->step;
    t->offered = m->offered;
    t->leases = m->leases;
    t->loss = dp_search_loss(m->stats);
    t->failed = -1;
    t->verdict = DHCPPERF_SEARCH_HELD;
    for (i = 0; i < s->conditions.n; i++) {
        t->values[i] = dp_condition_measure(&s->conditions.at[i], m);
        if (t->failed < 0 && !dp_condition_holds(&s->conditions.at[i], t->values[i])) {
            t->failed = (int)i;
            t->verdict = DHCPPERF_SEARCH_MISSED;
        }
    }
    if (m->invalid != NULL) {
        t->verdict = DHCPPERF_SEARCH_INVALID;
        keep_reason(t, m->invalid);
    }
}

int dhcpperf_search_report(dhcpperf_search *s, const dhcpperf_search_measured *m)
{
    if (s == NULL || m == NULL || m->size < MEASURED_SIZE || m->stats == NULL || m->offered == 0) {
        return DHCPPERF_E_INVALID;
    }
    if (s->trials == NULL || s->end != DHCPPERF_SEARCH_GOES_ON) {
        return DHCPPERF_E_STATE;
    }
    fill_trial(s, &s->trials[s->n++], m);
    judge(s, s->trials[s->n - 1].verdict);
    if (s->end == DHCPPERF_SEARCH_GOES_ON && s->n == s->most_trials) {
        finish(s, DHCPPERF_SEARCH_TRIALS);
    }
    return 0;
}

int dhcpperf_search_get_trial(const dhcpperf_search *s, unsigned index, dhcpperf_search_trial *ret,
                              size_t ret_size)
{
    dhcpperf_search_trial out;
    const dp_trial *t;

    if (s == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    if (index >= s->n) {
        return 0;
    }
    t = &s->trials[index];
    memset(&out, 0, sizeof out);
    out.number = index + 1;
    out.step = t->step;
    out.rate_per_s = per_s(t->rate);
    out.warm_up = s->warm_up;
    out.length = s->length;
    out.verdict = t->verdict;
    out.failed = t->failed;
    out.offered = t->offered;
    out.achieved_per_s = achieved(s, t);
    out.loss = t->loss;
    out.reason = t->reason;
    return hand_out(ret, ret_size, &out, sizeof out);
}

/* -- the answer -------------------------------------------------------------------------------- */

/* The highest rate that may be called an answer: confirmed, or held by a trial and not refuted. */
static uint64_t best(const dhcpperf_search *s)
{
    uint64_t rate = 0;
    unsigned i;

    if (s->confirmed > 0) {
        return s->confirmed;
    }
    for (i = 0; i < s->n; i++) {
        const dp_trial *t = &s->trials[i];

        if (t->verdict == DHCPPERF_SEARCH_HELD && t->rate > rate &&
            (s->failed == 0 || t->rate < s->failed)) {
            rate = t->rate;
        }
    }
    return rate;
}

/* Whether the answer rests on this trial: on the further trials that confirmed it, without those on
 * any trial at its rate; never on one with an invalid generator. */
static bool is_witness(const dhcpperf_search *s, unsigned index, uint64_t rate)
{
    const dp_trial *t = &s->trials[index];

    return t->rate == rate && t->verdict != DHCPPERF_SEARCH_INVALID &&
           (s->confirmed == 0 ||
            (t->step == DHCPPERF_SEARCH_CONFIRM && index >= s->confirmed_from));
}

/* The median of a condition's quantity over those trials, of the leases per second with -1; -1
 * without any. */
static double median_of(const dhcpperf_search *s, int condition)
{
    double values[MOST_CONFIRMATIONS];
    uint64_t rate = best(s);
    unsigned i, n = 0;

    for (i = 0; i < s->n && n < MOST_CONFIRMATIONS; i++) {
        const dp_trial *t = &s->trials[i];

        if (is_witness(s, i, rate)) {
            values[n++] = condition < 0 ? achieved(s, t) : t->values[condition];
        }
    }
    if (n == 0) {
        return -1;
    }
    return dp_search_median(values, n,
                            condition < 0 || dp_condition_is_least(&s->conditions.at[condition]));
}

/* The condition missed at a rate: by the latest trial there that missed one. */
static int missed_at(const dhcpperf_search *s, uint64_t rate)
{
    unsigned i;

    for (i = s->n; i-- > 0;) {
        if (s->trials[i].rate == rate && s->trials[i].verdict == DHCPPERF_SEARCH_MISSED) {
            return s->trials[i].failed;
        }
    }
    return -1;
}

int dhcpperf_search_get_answer(const dhcpperf_search *s, dhcpperf_search_answer *ret,
                               size_t ret_size)
{
    dhcpperf_search_answer a;
    uint64_t rate;
    unsigned i;

    if (s == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    rate = best(s);
    memset(&a, 0, sizeof a);
    a.failed = -1;
    a.end = s->end;
    a.rate_per_s = per_s(rate);
    a.confirmed = rate > 0 && rate == s->confirmed;
    a.trials = s->n;
    a.failed_per_s = per_s(s->failed);
    if (s->failed > 0 && !s->failed_by_generator) {
        a.failed = missed_at(s, s->failed);
    }
    for (i = 0; i < s->n; i++) {
        const dp_trial *t = &s->trials[i];

        if (t->step == DHCPPERF_SEARCH_CONFIRM && is_witness(s, i, rate)) {
            a.runs++;
            a.held += t->verdict == DHCPPERF_SEARCH_HELD;
        }
    }
    a.achieved_per_s = rate > 0 ? median_of(s, -1) : 0;
    hand_out(ret, ret_size, &a, sizeof a);
    return 0;
}

int dhcpperf_search_get_value(const dhcpperf_search *s, unsigned index, unsigned condition,
                              double *ret)
{
    if (s == NULL || ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (condition >= s->conditions.n || (index >= s->n && index != DHCPPERF_SEARCH_MEDIAN)) {
        return 0;
    }
    *ret = index == DHCPPERF_SEARCH_MEDIAN ? median_of(s, (int)condition)
                                           : s->trials[index].values[condition];
    return 1;
}

int dhcpperf_search_get_condition(const dhcpperf_search *s, unsigned index,
                                  dhcpperf_search_condition *ret, size_t ret_size)
{
    dhcpperf_search_condition out;
    const dp_condition *c;

    if (s == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    if (index >= s->conditions.n) {
        return 0;
    }
    c = &s->conditions.at[index];
    memset(&out, 0, sizeof out);
    out.text = c->text;
    out.quantity = dp_condition_quantity(c);
    out.is_latency = dp_condition_is_latency(c);
    out.is_least = dp_condition_is_least(c);
    out.limit = dp_condition_limit(c);
    return hand_out(ret, ret_size, &out, sizeof out);
}

/* -- names ------------------------------------------------------------------------------------- */

const char *dhcpperf_search_step_name(dhcpperf_search_step step)
{
    switch (step) {
    case DHCPPERF_SEARCH_CLIMB:
        return "climb";
    case DHCPPERF_SEARCH_DESCEND:
        return "descend";
    case DHCPPERF_SEARCH_NARROW:
        return "narrow";
    case DHCPPERF_SEARCH_CONFIRM:
        return "confirm";
    case DHCPPERF_SEARCH_RECHECK:
        return "recheck";
    case DHCPPERF_SEARCH_STEP__FORCE_INT:
        break;
    }
    return NULL;
}

const char *dhcpperf_search_verdict_name(dhcpperf_search_verdict verdict)
{
    switch (verdict) {
    case DHCPPERF_SEARCH_PENDING:
        return "pending";
    case DHCPPERF_SEARCH_HELD:
        return "held";
    case DHCPPERF_SEARCH_MISSED:
        return "missed";
    case DHCPPERF_SEARCH_INVALID:
        return "invalid";
    case DHCPPERF_SEARCH_VERDICT__FORCE_INT:
        break;
    }
    return NULL;
}

const char *dhcpperf_search_end_name(dhcpperf_search_end end)
{
    switch (end) {
    case DHCPPERF_SEARCH_GOES_ON:
        return "goes-on";
    case DHCPPERF_SEARCH_SERVER:
        return "server";
    case DHCPPERF_SEARCH_GENERATOR:
        return "generator";
    case DHCPPERF_SEARCH_HIGHEST:
        return "highest";
    case DHCPPERF_SEARCH_NONE:
        return "none";
    case DHCPPERF_SEARCH_TRIALS:
        return "trials";
    case DHCPPERF_SEARCH_END__FORCE_INT:
        break;
    }
    return NULL;
}
