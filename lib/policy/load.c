/* SPDX-License-Identifier: MIT */
/* load.c - arrival profiles as data: building, copying, writing and reading them as text.
 *
 * Invariants: every stage passed dp_load_add(), so rates and lengths are within the bounds of
 * dp_load.h, and only the last stage may be endless. */
#include "policy/dp_load.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"

enum {
    FIRST_CAP = 8,
    WORD_MAX = 48 /* longest word of the grammar with room */
};

int dhcpperf_load_new(dhcpperf_load **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_load *l;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    l = DP_NEW(&m, dhcpperf_load);
    if (l == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    l->mem = m;
    *ret = l;
    return 0;
}

void dhcpperf_load_free(dhcpperf_load *l)
{
    dhcpperf_mem m;

    if (l != NULL) {
        m = l->mem;
        DP_FREE_ARRAY(&m, l->stages, l->cap);
        DP_FREE(&m, l);
    }
}

int dp_load_copy(dhcpperf_load **ret, const dhcpperf_load *l, const dhcpperf_mem *mem)
{
    dhcpperf_load *copy;
    int rc = dhcpperf_load_new(&copy, mem);

    if (rc != 0) {
        return rc;
    }
    if (l->n > 0) {
        copy->stages = DP_ARRAY(&copy->mem, l->n, dp_load_stage);
        if (copy->stages == NULL) {
            dhcpperf_load_free(copy);
            return DHCPPERF_E_NOMEM;
        }
        memcpy(copy->stages, l->stages, l->n * sizeof *l->stages);
    }
    copy->n = copy->cap = l->n;
    *ret = copy;
    return 0;
}

int dhcpperf_load_clone(dhcpperf_load **ret, const dhcpperf_load *l)
{
    return ret != NULL && l != NULL ? dp_load_copy(ret, l, &l->mem) : DHCPPERF_E_INVALID;
}

static int check_stage(const dp_load_stage *s)
{
    int endless = s->length == DHCPPERF_NEVER;

    if (s->kind == DP_LOAD_BURST) {
        return s->stations > 0 ? 0 : DHCPPERF_E_RANGE;
    }
    if (s->length == 0 || (s->length > DP_LOAD_MAX_LENGTH && !endless)) {
        return DHCPPERF_E_RANGE;
    }
    if (s->kind == DP_LOAD_CLOSED) {
        return s->stations > 0 ? 0 : DHCPPERF_E_RANGE;
    }
    if (s->from_mps > DP_LOAD_MAX_MPS || s->to_mps > DP_LOAD_MAX_MPS ||
        (endless && (s->from_mps != s->to_mps || s->from_mps == 0))) {
        return DHCPPERF_E_RANGE;
    }
    return 0;
}

int dp_load_add(dhcpperf_load *l, const dp_load_stage *stage)
{
    dp_load_stage *more;
    unsigned cap;
    int rc = check_stage(stage);

    if (rc != 0) {
        return rc;
    }
    if (l->n > 0 && l->stages[l->n - 1].length == DHCPPERF_NEVER) {
        return DHCPPERF_E_STATE;
    }
    if (l->n == l->cap) {
        cap = l->cap == 0 ? FIRST_CAP : 2 * l->cap;
        more = DP_ARRAY(&l->mem, cap, dp_load_stage);
        if (more == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        if (l->n > 0) {
            memcpy(more, l->stages, l->n * sizeof *more);
        }
        DP_FREE_ARRAY(&l->mem, l->stages, l->cap);
        l->stages = more;
        l->cap = cap;
    }
    l->stages[l->n++] = *stage;
    return 0;
}

int dhcpperf_load_add_rate(dhcpperf_load *l, double from_per_s, double to_per_s,
                           dhcpperf_dur length, int poisson)
{
    dp_load_stage s = {.kind = DP_LOAD_RATE, .poisson = poisson != 0, .length = length};
    double max = (double)(DP_LOAD_MAX_MPS / 1000);

    if (l == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (!(from_per_s >= 0.0 && from_per_s <= max) || !(to_per_s >= 0.0 && to_per_s <= max)) {
        return DHCPPERF_E_RANGE;
    }
    s.from_mps = (uint64_t)(from_per_s * 1000.0 + 0.5);
    s.to_mps = (uint64_t)(to_per_s * 1000.0 + 0.5);
    return dp_load_add(l, &s);
}

int dhcpperf_load_add_burst(dhcpperf_load *l, uint32_t stations)
{
    dp_load_stage s = {.kind = DP_LOAD_BURST, .stations = stations};

    return l != NULL ? dp_load_add(l, &s) : DHCPPERF_E_INVALID;
}

int dhcpperf_load_add_closed(dhcpperf_load *l, uint32_t in_flight, dhcpperf_dur length)
{
    dp_load_stage s = {.kind = DP_LOAD_CLOSED, .stations = in_flight, .length = length};

    return l != NULL ? dp_load_add(l, &s) : DHCPPERF_E_INVALID;
}

uint64_t dhcpperf_load_count(const dhcpperf_load *l)
{
    const uint64_t one = UINT64_C(1000000000000);
    dp_u128 sum = {0, 0};
    uint64_t bursts = 0, rest;
    unsigned i;

    if (l == NULL) {
        return 0;
    }
    for (i = 0; i < l->n; i++) {
        const dp_load_stage *s = &l->stages[i];

        if (s->kind == DP_LOAD_CLOSED || s->length == DHCPPERF_NEVER) {
            return UINT64_MAX;
        }
        if (s->kind == DP_LOAD_BURST) {
            bursts += s->stations;
        } else {
            sum = dp_wide_add(sum, dp_load_integral(s, s->length));
        }
    }
    sum = dp_wide_div(sum, one, &rest);
    sum = dp_wide_add(sum, dp_wide(rest != 0));
    sum = dp_wide_add(sum, dp_wide(bursts));
    return sum.hi != 0 ? UINT64_MAX : sum.lo;
}

dhcpperf_dur dhcpperf_load_length(const dhcpperf_load *l)
{
    dhcpperf_dur sum = 0;
    unsigned i;

    for (i = 0; l != NULL && i < l->n; i++) {
        if (l->stages[i].length >= DHCPPERF_NEVER - sum) {
            return DHCPPERF_NEVER;
        }
        sum += l->stages[i].length;
    }
    return sum;
}

/* ---- text ----------------------------------------------------------------------------------- */

static void put_rate(dp_text *t, uint64_t mps)
{
    unsigned decimals = 3;

    while (decimals > 0 && mps % 10 == 0) {
        mps /= 10;
        decimals--;
    }
    dp_text_fixed(t, mps, decimals);
}

static void put_stage(dp_text *t, const dp_load_stage *s)
{
    if (s->kind == DP_LOAD_BURST || s->kind == DP_LOAD_CLOSED) {
        dp_text_str(t, s->kind == DP_LOAD_BURST ? "burst " : "closed ");
        dp_text_u64(t, s->stations);
    } else if (s->from_mps == 0 && s->to_mps == 0) {
        dp_text_str(t, "pause");
    } else {
        int ramp = s->from_mps != s->to_mps;

        dp_text_str(t, s->poisson ? "poisson " : ramp ? "ramp " : "rate ");
        put_rate(t, s->from_mps);
        if (ramp) {
            dp_text_str(t, "..");
            put_rate(t, s->to_mps);
        }
        dp_text_str(t, "/s");
    }
    if (s->kind != DP_LOAD_BURST && s->length != DHCPPERF_NEVER) {
        dp_text_char(t, ' ');
        dp_text_dur(t, s->length);
    }
}

void dp_load_write(dp_text *t, const dhcpperf_load *l)
{
    unsigned i;

    for (i = 0; i < l->n; i++) {
        if (i > 0) {
            dp_text_str(t, "; ");
        }
        put_stage(t, &l->stages[i]);
    }
}

int dhcpperf_load_format(const dhcpperf_load *l, char *buf, size_t cap)
{
    dp_text t;

    if (l == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    dp_load_write(&t, l);
    return dp_text_end(&t);
}

/* A reading position; `p` stands on the text that an error is about. */
typedef struct cursor {
    const char *p;
} cursor;

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(cursor *c)
{
    while (is_space(*c->p)) {
        c->p++;
    }
}

static int at_end_of_stage(cursor *c)
{
    skip_space(c);
    return *c->p == '\0' || *c->p == ';';
}

/* The word at the cursor, which stays before it; its length, SYNTAX when it is missing or long. */
static int peek_word(cursor *c, char word[WORD_MAX])
{
    int n = 0;

    skip_space(c);
    while (c->p[n] != '\0' && c->p[n] != ';' && !is_space(c->p[n])) {
        if (n == WORD_MAX - 1) {
            return DHCPPERF_E_SYNTAX;
        }
        word[n] = c->p[n];
        n++;
    }
    word[n] = '\0';
    return n > 0 ? n : DHCPPERF_E_SYNTAX;
}

/* Digits behind a point at p, if it is one: "5..6" has none. */
static unsigned count_decimals(const char *p)
{
    unsigned n = 0;

    if (*p == '.') {
        while (p[1 + n] >= '0' && p[1 + n] <= '9') {
            n++;
        }
    }
    return n;
}

/* What one is worth before k, M or G, in 1/1000. */
static uint64_t unit_of(char c)
{
    return c == 'k'   ? UINT64_C(1000000)
           : c == 'M' ? UINT64_C(1000000000)
           : c == 'G' ? UINT64_C(1000000000000)
                      : UINT64_C(1000);
}

/* The 1000-fold of the decimal at the cursor, with its k, M or G and its "/s".  The cursor moves
 * only when it was understood. */
static int read_rate(cursor *c, uint64_t *ret_mps)
{
    const char *p = c->p;
    uint64_t v = 0, unit;
    unsigned decimals;

    for (; *p >= '0' && *p <= '9'; p++) {
        v = v * 10 + (uint64_t)(*p - '0');
        if (v > DP_LOAD_MAX_MPS) {
            return DHCPPERF_E_RANGE;
        }
    }
    if (p == c->p) {
        return DHCPPERF_E_SYNTAX;
    }
    decimals = count_decimals(p);
    unit = unit_of(p[decimals > 0 ? decimals + 1 : 0]); /* it scales what stands before it */
    if (v > DP_LOAD_MAX_MPS / unit) {
        return DHCPPERF_E_RANGE;
    }
    v *= unit;
    for (p += decimals > 0; decimals > 0; decimals--, p++) {
        if (unit == 1 && *p != '0') { /* finer than 1/1000 per second */
            return DHCPPERF_E_RANGE;
        }
        unit = unit > 1 ? unit / 10 : 1;
        v += (uint64_t)(*p - '0') * unit;
    }
    if (v > DP_LOAD_MAX_MPS) {
        return DHCPPERF_E_RANGE;
    }
    p += *p == 'k' || *p == 'M' || *p == 'G';
    p += p[0] == '/' && p[1] == 's' ? 2 : 0;
    c->p = p;
    *ret_mps = v;
    return 0;
}

/* "R" or "R..R". */
static int read_rates(cursor *c, dp_load_stage *s, int may_ramp)
{
    int rc;

    skip_space(c);
    rc = read_rate(c, &s->from_mps);
    s->to_mps = s->from_mps;
    if (rc == 0 && may_ramp && c->p[0] == '.' && c->p[1] == '.') {
        c->p += 2;
        rc = read_rate(c, &s->to_mps);
    }
    if (rc == 0 && !is_space(*c->p) && *c->p != ';' && *c->p != '\0') {
        rc = DHCPPERF_E_SYNTAX;
    }
    return rc;
}

static int read_stations(cursor *c, uint32_t *ret)
{
    char word[WORD_MAX];
    uint64_t v;
    int n = peek_word(c, word), rc;

    if (n < 0) {
        return n;
    }
    rc = dp_parse_count(word, UINT32_MAX, &v);
    if (rc == 0) {
        *ret = (uint32_t)v;
        c->p += n;
    }
    return rc;
}

/* The duration at the end of a stage; NEVER when there is none. */
static int read_length(cursor *c, dhcpperf_dur *ret)
{
    char word[WORD_MAX];
    int n, rc;

    *ret = DHCPPERF_NEVER;
    if (at_end_of_stage(c)) {
        return 0;
    }
    n = peek_word(c, word);
    if (n < 0) {
        return n;
    }
    rc = dhcpperf_dur_parse(ret, word);
    if (rc == 0 && (*ret == 0 || (*ret > DP_LOAD_MAX_LENGTH && *ret != DHCPPERF_NEVER))) {
        rc = DHCPPERF_E_RANGE;
    }
    if (rc == 0) {
        c->p += n;
    }
    return rc;
}

/* What "hold" goes on with: the last rate or window, nobody when there was none. */
static dp_load_stage held(const dhcpperf_load *l)
{
    dp_load_stage s = {.kind = DP_LOAD_RATE};
    unsigned i;

    for (i = l->n; i-- > 0;) {
        if (l->stages[i].kind != DP_LOAD_BURST) {
            s = l->stages[i];
            s.from_mps = s.to_mps;
            break;
        }
    }
    return s;
}

/* Everything of a stage but its length. */
static int read_body(cursor *c, const dhcpperf_load *l, dp_load_stage *s)
{
    char word[WORD_MAX];
    int n = peek_word(c, word), rc = 0;
    const char *start = c->p;

    if (n < 0) {
        return n;
    }
    memset(s, 0, sizeof *s);
    c->p += n;
    if (strcmp(word, "rate") == 0) {
        rc = read_rates(c, s, 0);
    } else if (strcmp(word, "ramp") == 0) {
        rc = read_rates(c, s, 1);
    } else if (strcmp(word, "poisson") == 0) {
        s->poisson = 1;
        rc = read_rates(c, s, 1);
    } else if (strcmp(word, "hold") == 0) {
        *s = held(l);
    } else if (strcmp(word, "burst") == 0) {
        s->kind = DP_LOAD_BURST;
        rc = read_stations(c, &s->stations);
    } else if (strcmp(word, "closed") == 0) {
        s->kind = DP_LOAD_CLOSED;
        rc = read_stations(c, &s->stations);
    } else if (strcmp(word, "pause") != 0) {
        c->p = start;
        rc = DHCPPERF_E_SYNTAX;
    }
    return rc;
}

/* One stage and the ';' after it; *c stands on the offending text after a failure. */
static int read_stage(cursor *c, dhcpperf_load *l)
{
    const char *start;
    dp_load_stage s;
    int rc;

    skip_space(c);
    start = c->p;
    rc = read_body(c, l, &s);
    if (rc == 0 && s.kind != DP_LOAD_BURST) {
        rc = read_length(c, &s.length);
    } else if (rc == 0) {
        s.length = 0;
    }
    if (rc == 0 && !at_end_of_stage(c)) {
        rc = DHCPPERF_E_SYNTAX;
    }
    if (rc != 0) {
        return rc;
    }
    rc = dp_load_add(l, &s);
    if (rc != 0) {
        c->p = start;
        return rc;
    }
    if (*c->p == ';') {
        c->p++;
        skip_space(c);
    }
    return 0;
}

int dhcpperf_load_parse(dhcpperf_load **ret, const char *text, size_t *reterr_offset,
                        const dhcpperf_mem *mem)
{
    cursor c = {.p = text};
    dhcpperf_load *l;
    int rc;

    if (ret == NULL || text == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dhcpperf_load_new(&l, mem);
    if (rc != 0) {
        return rc;
    }
    do {
        rc = read_stage(&c, l);
    } while (rc == 0 && *c.p != '\0');
    if (rc != 0) {
        dhcpperf_load_free(l);
        if (reterr_offset != NULL && rc != DHCPPERF_E_NOMEM) {
            *reterr_offset = (size_t)(c.p - text);
        }
        return rc;
    }
    *ret = l;
    return 0;
}
