/* SPDX-License-Identifier: MIT */
/* scenario_values.c - the settings of a scenario as text, one value at a time. */
#include <string.h>

#include "base/dp_mem.h"
#include "policy/dp_scenario.h"

#define BILLION UINT32_C(1000000000)

static const char *const deed_names[DP_N_DEEDS] = {
    [DP_DEED_START] = "start",       [DP_DEED_RENEW] = "renew",     [DP_DEED_REBIND] = "rebind",
    [DP_DEED_REBOOT] = "reboot",     [DP_DEED_RELEASE] = "release", [DP_DEED_INFORM] = "inform",
    [DP_DEED_DISCOVER] = "discover", [DP_DEED_QUERY] = "query",     [DP_DEED_DECLINE] = "decline",
    [DP_DEED_VANISH] = "vanish",     [DP_DEED_WAIT] = "wait",
};

/* How a station may leave by itself. */
#define LEAVING                                                                                    \
    (1u << DP_DEED_RELEASE | 1u << DP_DEED_VANISH | 1u << DP_DEED_REBOOT | 1u << DP_DEED_DECLINE)
#define ANY_DEED ((1u << DP_N_DEEDS) - 1)

static const char *const life_keys[] = {"name",    "hold", "then",    "pause",
                                        "decline", "keep", "persist", NULL};
static const char *const stage_keys[] = {"stage", "do", "load", "rounds", "until", NULL};

const char *dp_scenario_key(unsigned index)
{
    return life_keys[index];
}

const char *dp_stage_key(unsigned index)
{
    return stage_keys[index];
}

bool dp_deeds_any(const dp_deeds *d)
{
    unsigned i;

    for (i = 0; i < DP_N_DEEDS && d->weight[i] == 0; i++) {
    }
    return i < DP_N_DEEDS;
}

/* -- reading ----------------------------------------------------------------------------------- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

static int read_word(const char *value, char ret[DP_SCENARIO_WORD])
{
    size_t n = 0;

    while (is_word_char(value[n])) {
        n++;
    }
    if (n == 0 || value[n] != '\0') {
        return DHCPPERF_E_SYNTAX;
    }
    if (n >= DP_SCENARIO_WORD) {
        return DHCPPERF_E_RANGE;
    }
    memcpy(ret, value, n + 1);
    return 0;
}

static int read_span(const char *value, dp_span *ret)
{
    static const char random[] = "exponential";
    dp_span span = {0, false};
    int rc;

    if (strcmp(value, "never") == 0) {
        span.mean = DHCPPERF_NEVER;
        *ret = span;
        return 0;
    }
    if (strncmp(value, random, sizeof random - 1) == 0 && is_space(value[sizeof random - 1])) {
        span.exponential = true;
        for (value += sizeof random; is_space(*value); value++) {
        }
    }
    rc = dhcpperf_dur_parse(&span.mean, value);
    if (rc == 0 && (span.mean > DP_LOAD_MAX_LENGTH || (span.exponential && span.mean == 0))) {
        rc = DHCPPERF_E_RANGE;
    }
    if (rc == 0) {
        *ret = span;
    }
    return rc;
}

/* The deed whose name has n octets at p, or DP_N_DEEDS. */
static unsigned find_deed(const char *p, size_t n)
{
    unsigned i;

    for (i = 0; i < DP_N_DEEDS; i++) {
        if (strlen(deed_names[i]) == n && memcmp(deed_names[i], p, n) == 0) {
            break;
        }
    }
    return i;
}

/* "NAME" or "NAME WEIGHT" at *p, which moves behind it, or onto what is wrong. */
static int read_deed(const char **p, unsigned allowed, dp_deeds *d)
{
    const char *start = *p;
    unsigned deed, weight = 0;
    size_t n = 0;

    while (is_word_char(start[n])) {
        n++;
    }
    deed = find_deed(start, n);
    if (deed == DP_N_DEEDS || (allowed & 1u << deed) == 0 || d->weight[deed] != 0) {
        return DHCPPERF_E_SYNTAX;
    }
    for (*p += n; is_space(**p); ++*p) {
    }
    if (**p < '0' || **p > '9') {
        d->weight[deed] = 1;
        return 0;
    }
    for (start = *p; **p >= '0' && **p <= '9' && weight <= DP_SCENARIO_MAX_WEIGHT; ++*p) {
        weight = weight * 10 + (unsigned)(**p - '0');
    }
    if (weight == 0 || weight > DP_SCENARIO_MAX_WEIGHT) {
        *p = start;
        return DHCPPERF_E_RANGE;
    }
    d->weight[deed] = (uint16_t)weight;
    for (; is_space(**p); ++*p) {
    }
    return 0;
}

static int read_deeds(const char *value, unsigned allowed, dp_deeds *ret, size_t *reterr_at)
{
    const char *p = value;
    dp_deeds d = {{0}};
    int rc;

    for (;;) {
        rc = read_deed(&p, allowed, &d);
        if (rc != 0 || *p != ',') {
            break;
        }
        for (p++; is_space(*p); p++) {
        }
    }
    if (rc == 0 && *p != '\0') {
        rc = DHCPPERF_E_SYNTAX;
    }
    if (rc == 0) {
        *ret = d;
    } else {
        *reterr_at = (size_t)(p - value);
    }
    return rc;
}

static int read_share(const char *value, uint32_t *ret_ppb)
{
    double share;
    int rc = dp_parse_double(value, 0.0, 1.0, &share);

    if (rc == 0) {
        *ret_ppb = (uint32_t)(share * BILLION + 0.5);
    }
    return rc;
}

int dp_scenario_read(dhcpperf_scenario *s, const char *key, const char *value, size_t *reterr_at)
{
    size_t ignored;

    reterr_at = reterr_at != NULL ? reterr_at : &ignored;
    *reterr_at = 0;
    if (strcmp(key, "name") == 0) {
        return read_word(value, s->name);
    }
    if (strcmp(key, "hold") == 0) {
        return read_span(value, &s->hold);
    }
    if (strcmp(key, "then") == 0) {
        return read_deeds(value, LEAVING, &s->then, reterr_at);
    }
    if (strcmp(key, "pause") == 0) {
        return read_span(value, &s->pause);
    }
    if (strcmp(key, "decline") == 0) {
        return read_share(value, &s->decline);
    }
    if (strcmp(key, "keep") == 0) {
        return dp_parse_bool(value, &s->keep);
    }
    if (strcmp(key, "persist") == 0) {
        return dp_parse_bool(value, &s->persist);
    }
    return DHCPPERF_E_NOKEY;
}

static int read_load(const dhcpperf_scenario *s, dp_stage *stage, const char *value,
                     size_t *reterr_at)
{
    bool all = strcmp(value, "all") == 0;
    dhcpperf_load *l = NULL;
    int rc = all || strcmp(value, "default") == 0
                 ? 0
                 : dhcpperf_load_parse(&l, value, reterr_at, &s->mem);

    if (rc == 0) {
        dhcpperf_load_free(stage->load);
        stage->load = l;
        stage->all = all;
    }
    return rc;
}

static int read_rounds(const char *value, uint32_t *ret)
{
    uint64_t n;
    int rc;

    if (strcmp(value, "endless") == 0) {
        *ret = 0;
        return 0;
    }
    rc = dp_parse_count(value, DP_SCENARIO_MAX_ROUNDS, &n);
    if (rc == 0 && n == 0) {
        rc = DHCPPERF_E_RANGE;
    }
    if (rc == 0) {
        *ret = (uint32_t)n;
    }
    return rc;
}

static int read_until(const char *value, dp_stage *stage)
{
    static const struct {
        const char *word;
        dp_until until;
    } words[] = {
        {"settled", DP_UNTIL_SETTLED}, {"given", DP_UNTIL_GIVEN}, {"never", DP_UNTIL_NEVER}};
    dhcpperf_dur length;
    unsigned i;
    int rc;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(value, words[i].word) == 0) {
            stage->until = words[i].until;
            stage->length = 0;
            return 0;
        }
    }
    rc = dhcpperf_dur_parse(&length, value);
    if (rc == 0 && (length == 0 || length > DP_LOAD_MAX_LENGTH)) {
        rc = DHCPPERF_E_RANGE;
    }
    if (rc == 0) {
        stage->until = DP_UNTIL_TIME;
        stage->length = length;
    }
    return rc;
}

int dp_stage_read(dhcpperf_scenario *s, dp_stage *stage, const char *key, const char *value,
                  size_t *reterr_at)
{
    dp_deeds none = {{0}};
    size_t ignored;

    reterr_at = reterr_at != NULL ? reterr_at : &ignored;
    *reterr_at = 0;
    if (strcmp(key, "stage") == 0) {
        return read_word(value, stage->name);
    }
    if (strcmp(key, "do") == 0 && strcmp(value, "none") == 0) {
        stage->deeds = none;
        return 0;
    }
    if (strcmp(key, "do") == 0) {
        return read_deeds(value, ANY_DEED, &stage->deeds, reterr_at);
    }
    if (strcmp(key, "load") == 0) {
        return read_load(s, stage, value, reterr_at);
    }
    if (strcmp(key, "rounds") == 0) {
        return read_rounds(value, &stage->rounds);
    }
    if (strcmp(key, "until") == 0) {
        return read_until(value, stage);
    }
    return DHCPPERF_E_NOKEY;
}

/* -- writing ----------------------------------------------------------------------------------- */

static void write_span(dp_text *t, const dp_span *span)
{
    if (span->mean == DHCPPERF_NEVER) {
        dp_text_str(t, "never");
        return;
    }
    if (span->exponential) {
        dp_text_str(t, "exponential ");
    }
    dp_text_dur(t, span->mean);
}

static void write_deeds(dp_text *t, const dp_deeds *d)
{
    unsigned i, n = 0;

    for (i = 0; i < DP_N_DEEDS; i++) {
        if (d->weight[i] == 0) {
            continue;
        }
        dp_text_str(t, n++ > 0 ? ", " : "");
        dp_text_str(t, deed_names[i]);
        if (d->weight[i] > 1) {
            dp_text_char(t, ' ');
            dp_text_u64(t, d->weight[i]);
        }
    }
    if (n == 0) {
        dp_text_str(t, "none");
    }
}

static void write_share(dp_text *t, uint32_t ppb)
{
    unsigned decimals = 9;

    while (decimals > 0 && ppb % 10 == 0) {
        ppb /= 10;
        decimals--;
    }
    dp_text_fixed(t, ppb, decimals);
}

bool dp_scenario_write(const dhcpperf_scenario *s, const char *key, dp_text *t)
{
    if (strcmp(key, "name") == 0) {
        dp_text_str(t, s->name);
    } else if (strcmp(key, "hold") == 0) {
        write_span(t, &s->hold);
    } else if (strcmp(key, "then") == 0) {
        write_deeds(t, &s->then);
    } else if (strcmp(key, "pause") == 0) {
        write_span(t, &s->pause);
    } else if (strcmp(key, "decline") == 0) {
        write_share(t, s->decline);
    } else if (strcmp(key, "keep") == 0) {
        dp_text_str(t, s->keep ? "yes" : "no");
    } else if (strcmp(key, "persist") == 0) {
        dp_text_str(t, s->persist ? "yes" : "no");
    } else {
        return false;
    }
    return true;
}

static void write_load(dp_text *t, const dp_stage *stage)
{
    if (stage->load != NULL) {
        dp_load_write(t, stage->load);
    } else {
        dp_text_str(t, stage->all ? "all" : "default");
    }
}

static void write_until(dp_text *t, const dp_stage *stage)
{
    switch (stage->until) {
    case DP_UNTIL_SETTLED:
        dp_text_str(t, "settled");
        break;
    case DP_UNTIL_GIVEN:
        dp_text_str(t, "given");
        break;
    case DP_UNTIL_TIME:
        dp_text_dur(t, stage->length);
        break;
    case DP_UNTIL_NEVER:
        dp_text_str(t, "never");
        break;
    }
}

bool dp_stage_write(const dp_stage *stage, const char *key, dp_text *t)
{
    if (strcmp(key, "stage") == 0) {
        dp_text_str(t, stage->name);
    } else if (strcmp(key, "do") == 0) {
        write_deeds(t, &stage->deeds);
    } else if (strcmp(key, "load") == 0) {
        write_load(t, stage);
    } else if (strcmp(key, "rounds") == 0 && stage->rounds == 0) {
        dp_text_str(t, "endless");
    } else if (strcmp(key, "rounds") == 0) {
        dp_text_u64(t, stage->rounds);
    } else if (strcmp(key, "until") == 0) {
        write_until(t, stage);
    } else {
        return false;
    }
    return true;
}
