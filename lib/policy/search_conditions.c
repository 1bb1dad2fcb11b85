/* SPDX-License-Identifier: MIT */
/* search_conditions.c - conditions as text: "loss<0.1%,p99<20ms".
 *
 * Only bounds that a growing load can break are understood: the most of what grows with it, the
 * least of what shrinks.  A condition the other way round would hold everywhere or nowhere. */
#include "policy/dp_search.h"

#include <string.h>

enum {
    WORD_MAX = 48 /* longest name or value with room */
};

/* Names of each quantity by part; NULL = there is none of that part. */
static const struct {
    const char *name;
    const char *with_part[3]; /* by dp_part */
    bool latency, least;
} measures[DP_N_MEASURES] = {
    [DP_MEASURE_LOSS] = {"loss", {"loss(offer)", "loss(ack)", "loss(dora)"}, false, false},
    [DP_MEASURE_NAK] = {"nak", {NULL, NULL, "nak"}, false, false},
    [DP_MEASURE_SUCCESS] = {"success", {NULL, NULL, "success"}, false, true},
    [DP_MEASURE_RATE] = {"rate", {NULL, NULL, "rate"}, false, true},
    [DP_MEASURE_P50] = {"p50", {"p50(offer)", "p50(ack)", "p50(dora)"}, true, false},
    [DP_MEASURE_P90] = {"p90", {"p90(offer)", "p90(ack)", "p90(dora)"}, true, false},
    [DP_MEASURE_P95] = {"p95", {"p95(offer)", "p95(ack)", "p95(dora)"}, true, false},
    [DP_MEASURE_P99] = {"p99", {"p99(offer)", "p99(ack)", "p99(dora)"}, true, false},
    [DP_MEASURE_P999] = {"p999", {"p999(offer)", "p999(ack)", "p999(dora)"}, true, false},
    [DP_MEASURE_MAX] = {"max", {"max(offer)", "max(ack)", "max(dora)"}, true, false},
    [DP_MEASURE_MEAN] = {"mean", {"mean(offer)", "mean(ack)", "mean(dora)"}, true, false},
};
static const char *const parts[] = {"offer", "ack", "dora"};

const char *dp_condition_quantity(const dp_condition *c)
{
    return measures[c->measure].with_part[c->part];
}

bool dp_condition_is_latency(const dp_condition *c)
{
    return measures[c->measure].latency;
}

bool dp_condition_is_least(const dp_condition *c)
{
    return measures[c->measure].least;
}

double dp_condition_limit(const dp_condition *c)
{
    return dp_condition_is_latency(c) ? (double)c->limit : (double)c->limit / (double)DP_SEARCH_ONE;
}

bool dp_condition_holds(const dp_condition *c, double value)
{
    double limit = dp_condition_limit(c);

    if (value < 0) {
        return false;
    }
    if (dp_condition_is_least(c)) {
        return c->strict ? value > limit : value >= limit;
    }
    return c->strict ? value < limit : value <= limit;
}

/* -- reading ----------------------------------------------------------------------------------- */

static void skip_space(const char **p)
{
    while (**p == ' ' || **p == '\t' || **p == '\n') {
        ++*p;
    }
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The name at *p, which stays there when the list does not hold it. */
static int read_name(const char **p, const char *const *names, unsigned n)
{
    size_t len = 0;
    unsigned i;

    while (is_name((*p)[len])) {
        len++;
    }
    for (i = 0; i < n; i++) {
        if (strlen(names[i]) == len && strncmp(*p, names[i], len) == 0) {
            *p += len;
            return (int)i;
        }
    }
    return DHCPPERF_E_SYNTAX;
}

static int read_quantity(const char **p, dp_condition *c)
{
    const char *names[DP_N_MEASURES], *at;
    int found;
    unsigned i;

    for (i = 0; i < DP_N_MEASURES; i++) {
        names[i] = measures[i].name;
    }
    found = read_name(p, names, DP_N_MEASURES);
    if (found < 0) {
        return found;
    }
    c->measure = (dp_measure)found;
    c->part = DP_PART_DORA;
    skip_space(p);
    if (**p != '(' || measures[found].with_part[DP_PART_OFFER] == NULL) {
        return 0;
    }
    ++*p;
    skip_space(p);
    at = *p;
    found = read_name(p, parts, 3);
    if (found < 0) {
        return found;
    }
    c->part = (dp_part)found;
    skip_space(p);
    if (**p != ')') {
        *p = **p == '\0' ? *p : at;
        return DHCPPERF_E_SYNTAX;
    }
    ++*p;
    return 0;
}

static int read_sign(const char **p, dp_condition *c)
{
    skip_space(p);
    if (**p != (dp_condition_is_least(c) ? '>' : '<')) {
        return DHCPPERF_E_SYNTAX;
    }
    ++*p;
    c->strict = **p != '=';
    *p += !c->strict;
    skip_space(p);
    return 0;
}

/* "0.1%" in 10^-9. */
static int read_share(const char *word, size_t len, uint64_t *ret)
{
    char number[WORD_MAX];
    double per_cent;
    int rc;

    if (len < 2 || word[len - 1] != '%' || word[0] == '-' || word[0] == '+') {
        return DHCPPERF_E_SYNTAX;
    }
    memcpy(number, word, len - 1);
    number[len - 1] = '\0';
    rc = dp_parse_double(number, 0, 100, &per_cent);
    if (rc == 0) {
        *ret = (uint64_t)(per_cent * 1e7 + 0.5);
    }
    return rc;
}

/* A bound that nothing can keep is no condition. */
static int check_limit(const dp_condition *c)
{
    if (dp_condition_is_least(c)) {
        return c->strict && c->limit >= DP_SEARCH_ONE ? DHCPPERF_E_RANGE : 0;
    }
    if (dp_condition_is_latency(c)) {
        return c->limit == 0 || c->limit == DHCPPERF_NEVER ? DHCPPERF_E_RANGE : 0;
    }
    return c->strict && c->limit == 0 ? DHCPPERF_E_RANGE : 0;
}

static int read_limit(const char **p, dp_condition *c)
{
    char word[WORD_MAX];
    size_t len = strcspn(*p, ", \t\n");
    int rc;

    if (len == 0 || len >= sizeof word) {
        return DHCPPERF_E_SYNTAX;
    }
    memcpy(word, *p, len);
    word[len] = '\0';
    rc = dp_condition_is_latency(c) ? dhcpperf_dur_parse(&c->limit, word)
                                    : read_share(word, len, &c->limit);
    rc = rc != 0 ? rc : check_limit(c);
    *p += rc == 0 ? len : 0;
    return rc;
}

/* A share of 10^-9 in per cent, without zeros at its end. */
static void write_share(dp_text *t, uint64_t share)
{
    unsigned decimals = 7;

    for (; decimals > 0 && share % 10 == 0; decimals--) {
        share /= 10;
    }
    dp_text_fixed(t, share, decimals);
    dp_text_char(t, '%');
}

static void write_condition(dp_condition *c)
{
    dp_text t;

    dp_text_begin(&t, c->text, sizeof c->text);
    dp_text_str(&t, dp_condition_quantity(c));
    dp_text_char(&t, dp_condition_is_least(c) ? '>' : '<');
    if (!c->strict) {
        dp_text_char(&t, '=');
    }
    if (dp_condition_is_latency(c)) {
        dp_text_dur(&t, c->limit);
    } else {
        write_share(&t, c->limit);
    }
}

static int read_condition(const char **p, dp_conditions *all)
{
    dp_condition *c;
    int rc;

    skip_space(p);
    if (all->n == DP_SEARCH_CONDITIONS) {
        return DHCPPERF_E_RANGE;
    }
    c = &all->at[all->n];
    rc = read_quantity(p, c);
    rc = rc != 0 ? rc : read_sign(p, c);
    rc = rc != 0 ? rc : read_limit(p, c);
    if (rc == 0) {
        write_condition(c);
        all->n++;
        skip_space(p);
    }
    return rc;
}

int dp_conditions_parse(dp_conditions *ret, const char *text, size_t *ret_offset)
{
    const char *p = text;
    int rc;

    ret->n = 0;
    for (;;) {
        rc = read_condition(&p, ret);
        if (rc != 0 || *p == '\0') {
            break;
        }
        if (*p != ',') {
            rc = DHCPPERF_E_SYNTAX;
            break;
        }
        p++;
    }
    *ret_offset = (size_t)(p - text);
    return rc;
}
