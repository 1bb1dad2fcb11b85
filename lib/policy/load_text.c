/* SPDX-License-Identifier: MIT */
/* load_text.c - arrival profiles as text: writing and reading them.
 *
 * What is read passes dp_load_add(), so text can build nothing that calls could not.  After a
 * failure the cursor stands on what the error is about. */
#include "policy/dp_load.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"

enum {
    WORD_MAX = 48 /* longest word of the grammar with room */
};

static void put_rate(dp_text *t, uint64_t mps)
{
    unsigned decimals = 3;

    while (decimals > 0 && mps % 10 == 0) {
        mps /= 10;
        decimals--;
    }
    dp_text_fixed(t, mps, decimals);
}

static void put_arrivals(dp_text *t, const dp_load_stage *s)
{
    uint32_t i;

    for (i = 0; i < s->stations; i++) {
        dp_text_str(t, i == 0 ? "at " : ",");
        dp_text_dur(t, s->at[i]);
    }
}

static void put_stage(dp_text *t, const dp_load_stage *s)
{
    if (s->kind == DP_LOAD_ARRIVALS) {
        put_arrivals(t, s);
        return;
    }
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
        if (l->stages[i].kind == DP_LOAD_RATE || l->stages[i].kind == DP_LOAD_CLOSED) {
            s = l->stages[i];
            s.from_mps = s.to_mps;
            break;
        }
    }
    return s;
}

/* One instant of a list. */
static int read_instant(cursor *c, dhcpperf_dur *ret)
{
    char word[WORD_MAX];
    size_t n;
    int rc;

    skip_space(c);
    n = strcspn(c->p, ",; \t\r\n");
    if (n == 0 || n >= sizeof word) {
        return DHCPPERF_E_SYNTAX;
    }
    memcpy(word, c->p, n);
    word[n] = '\0';
    rc = dhcpperf_dur_parse(ret, word);
    if (rc == 0 && *ret > DP_LOAD_MAX_LENGTH) {
        rc = DHCPPERF_E_RANGE;
    }
    c->p += rc == 0 ? n : 0;
    return rc;
}

static int read_list(cursor *c, dhcpperf_dur *at, uint32_t n)
{
    const char *start;
    uint32_t i;
    int rc;

    for (i = 0; i < n; i++) {
        skip_space(c);
        start = c->p;
        rc = read_instant(c, &at[i]);
        if (rc == 0 && i > 0 && at[i] < at[i - 1]) {
            c->p = start;
            rc = DHCPPERF_E_RANGE;
        }
        if (rc != 0) {
            return rc;
        }
        skip_space(c);
        if (i + 1 < n) {
            if (*c->p != ',') {
                return DHCPPERF_E_SYNTAX;
            }
            c->p++;
        }
    }
    return 0;
}

/* "D,D,...": as many as there are commas, and one. */
static int read_arrivals(cursor *c, const dhcpperf_mem *mem, dp_load_stage *s)
{
    const char *p;
    uint32_t n = 1;
    int rc;

    for (p = c->p; *p != '\0' && *p != ';' && n < UINT32_MAX; p++) {
        n += *p == ',';
    }
    s->kind = DP_LOAD_ARRIVALS;
    s->stations = n;
    s->at = DP_ARRAY(mem, n, dhcpperf_dur);
    if (s->at == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rc = read_list(c, s->at, n);
    s->length = s->at[n - 1];
    return rc;
}

/* Everything of a stage but its length.  What it allocated is in *s after a failure too. */
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
    } else if (strcmp(word, "at") == 0) {
        rc = read_arrivals(c, &l->mem, s);
    } else if (strcmp(word, "closed") == 0) {
        s->kind = DP_LOAD_CLOSED;
        rc = read_stations(c, &s->stations);
    } else if (strcmp(word, "pause") != 0) {
        c->p = start;
        rc = DHCPPERF_E_SYNTAX;
    }
    return rc;
}

/* All of a stage. */
static int read_whole(cursor *c, const dhcpperf_load *l, dp_load_stage *s)
{
    int rc = read_body(c, l, s);

    if (rc == 0 && s->kind == DP_LOAD_BURST) {
        s->length = 0;
    } else if (rc == 0 && s->kind != DP_LOAD_ARRIVALS) {
        rc = read_length(c, &s->length);
    }
    return rc == 0 && !at_end_of_stage(c) ? DHCPPERF_E_SYNTAX : rc;
}

/* One stage and the ';' after it; *c stands on the offending text after a failure. */
static int read_stage(cursor *c, dhcpperf_load *l)
{
    const char *start;
    dp_load_stage s = {.at = NULL};
    int rc;

    skip_space(c);
    start = c->p;
    rc = read_whole(c, l, &s);
    if (rc == 0) {
        rc = dp_load_add(l, &s);
        c->p = rc == 0 ? c->p : start;
    }
    if (rc != 0) {
        dp_load_stage_free(&s, &l->mem);
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
