/* SPDX-License-Identifier: MIT */
/* lease_isc_read.c - reads dhcpd.leases(5).
 *
 * A file is cut into statements, each with the blanks and comments in front of it apart.  A lease
 * that breaks off (the power failed) ends where the next one begins: "lease" at the beginning of a
 * line is never inside of another. */
#include "common/leases/lease_isc.h"

#include <string.h>

#include "common/leases/lease_text.h"

/* ---- cutting -------------------------------------------------------------------------------- */

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind a comment, at its line feed. */
static size_t skip_line(const char *text, size_t len, size_t at)
{
    const char *end = memchr(text + at, '\n', len - at);

    return end != NULL ? (size_t)(end - text) : len;
}

/* Blanks and comments. */
static size_t skip_nothing(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len && (is_blank(text[at]) || text[at] == '#')) {
        at = text[at] == '#' ? skip_line(text, len, at) : at + 1;
    }
    return at;
}

/* Behind a string, or at the line feed in the middle of one. */
static size_t skip_string(const char *text, size_t len, size_t at)
{
    for (at++; at < len && text[at] != '\n'; at++) {
        if (text[at] == '"') {
            return at + 1;
        }
        if (text[at] == '\\' && at + 1 < len && text[at + 1] != '\n') {
            at++;
        }
    }
    return at;
}

enum {
    LEASE_WORD = 7 /* "lease 1": so much tells that a lease begins */
};

static int begins_lease(const char *text)
{
    return memcmp(text, "lease ", 6) == 0 && text[6] >= '0' && text[6] <= '9';
}

size_t lease_isc_cut(const char *text, size_t len)
{
    unsigned depth = 0;
    size_t at = skip_nothing(text, len);

    if (at > 0) {
        return at < len ? at : 0; /* there may be more of it */
    }
    while (at < len) {
        switch (text[at]) {
        case '"':
            at = skip_string(text, len, at);
            continue;
        case '#':
            at = skip_line(text, len, at);
            continue;
        case '\n':
            if (len - at <= LEASE_WORD) {
                return 0;
            }
            if (begins_lease(text + at + 1)) {
                return at + 1;
            }
            break;
        case '{':
            depth++;
            break;
        case '}':
            if (depth <= 1) {
                return at + 1;
            }
            depth--;
            break;
        case ';':
            if (depth == 0) {
                return at + 1;
            }
            break;
        default:
            break;
        }
        at++;
    }
    return 0;
}

/* ---- words ---------------------------------------------------------------------------------- */

typedef enum token {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_STRING,   /* text is between the quotes */
    TOKEN_MARK,     /* one of ; { } = */
    TOKEN_OPEN_TEXT /* a string without an end */
} token;

typedef struct words {
    const char *text;
    size_t len, at;
    token is; /* the current one */
    const char *word;
    size_t n;
    lease_draft *draft;
} words;

static int is_mark(char c)
{
    return c == ';' || c == '{' || c == '}' || c == '=';
}

static void next(words *w)
{
    const char *text = w->text;
    size_t from;

    w->at += skip_nothing(text + w->at, w->len - w->at);
    from = w->at;
    w->word = text + from;
    w->n = 0;
    if (from == w->len) {
        w->is = TOKEN_END;
    } else if (text[from] == '"') {
        w->at = skip_string(text, w->len, from);
        w->is = w->at - from >= 2 && text[w->at - 1] == '"' ? TOKEN_STRING : TOKEN_OPEN_TEXT;
        w->word++;
        w->n = w->at - from - (w->is == TOKEN_STRING ? 2 : 1);
    } else if (is_mark(text[from])) {
        w->is = TOKEN_MARK;
        w->at++;
        w->n = 1;
    } else {
        w->is = TOKEN_WORD;
        while (w->at < w->len && !is_blank(text[w->at]) && !is_mark(text[w->at]) &&
               text[w->at] != '"') {
            w->at++;
        }
        w->n = w->at - from;
    }
}

static int word_is(const words *w, const char *text)
{
    return w->is == TOKEN_WORD && strlen(text) == w->n && memcmp(w->word, text, w->n) == 0;
}

static int mark_is(const words *w, char c)
{
    return w->is == TOKEN_MARK && *w->word == c;
}

static lease_piece fail_at(words *w, const char *right)
{
    char shown[48];

    lease_show(shown, sizeof shown, w->word, w->n);
    return lease_draft_fail(w->draft, "'%s' where %s was expected", shown, right);
}

/* ---- values --------------------------------------------------------------------------------- */

static int is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* One octet behind a backslash; the characters it took. */
static size_t get_escape(const char *text, size_t n, uint8_t *ret)
{
    static const char letters[] = "tnrb", means[] = "\t\n\r\b";
    const char *letter;
    size_t i;
    unsigned v = 0;

    if (is_octal(text[0])) {
        for (i = 0; i < n && i < 3 && is_octal(text[i]); i++) {
            v = v * 8 + (unsigned)(text[i] - '0');
        }
        *ret = (uint8_t)v;
        return i;
    }
    if (text[0] == 'x') {
        for (i = 1; i < n && i < 3 && lease_hex_digit(text[i]) >= 0; i++) {
            v = v * 16 + (unsigned)lease_hex_digit(text[i]);
        }
        *ret = (uint8_t)v;
        return i;
    }
    letter = memchr(letters, text[0], sizeof letters - 1);
    *ret = (uint8_t)(letter != NULL ? means[letter - letters] : text[0]);
    return 1;
}

static int get_string(const char *text, size_t n, uint8_t *to, size_t cap, size_t *ret_len)
{
    size_t at = 0, len = 0;

    while (at < n) {
        if (len == cap) {
            return 0;
        }
        if (text[at] == '\\' && at + 1 < n) {
            at++;
            at += get_escape(text + at, n - at, &to[len++]);
        } else {
            to[len++] = (uint8_t)text[at++];
        }
    }
    *ret_len = len;
    return 1;
}

/* A string, or octets in hexadecimal. */
static int get_octets(const words *w, uint8_t *to, size_t cap, size_t *ret_len)
{
    return w->is == TOKEN_STRING
               ? get_string(w->word, w->n, to, cap, ret_len)
               : w->is == TOKEN_WORD && lease_get_hex(w->word, w->n, ':', to, cap, ret_len);
}

/* Numbers with the mark between them. */
static int get_three(const words *w, char between, unsigned v[3])
{
    unsigned part = 0;
    size_t i;

    v[0] = v[1] = v[2] = 0;
    for (i = 0; i < w->n; i++) {
        if (w->word[i] == between) {
            if (++part > 2) {
                return 0;
            }
        } else if (w->word[i] >= '0' && w->word[i] <= '9' && v[part] < 100000) {
            v[part] = v[part] * 10 + (unsigned)(w->word[i] - '0');
        } else {
            return 0;
        }
    }
    return part == 2;
}

/* Days since 1970 of a date, by eras of 400 years that begin in March. */
static int64_t days_of(unsigned year, unsigned month, unsigned day)
{
    int64_t y = (int64_t)year - (month <= 2), era = y / 400;
    unsigned in_era = (unsigned)(y - era * 400);
    unsigned in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

/* Weekday, date and time of day. */
static int get_calendar(words *w, int64_t *ret)
{
    unsigned date[3], clock[3];

    next(w);
    if (w->is != TOKEN_WORD || !get_three(w, '/', date) || date[0] < 1970 || date[0] > 9999 ||
        date[1] < 1 || date[1] > 12 || date[2] < 1 || date[2] > 31) {
        return 0;
    }
    next(w);
    if (w->is != TOKEN_WORD || !get_three(w, ':', clock) || clock[0] > 23 || clock[1] > 59 ||
        clock[2] > 60) {
        return 0;
    }
    *ret = days_of(date[0], date[1], date[2]) * 86400 + clock[0] * 3600 + clock[1] * 60 + clock[2];
    return *ret <= LEASE_ISC_LAST;
}

/* An instant in ms: never, seconds since 1970, or a date. */
static lease_piece read_date(words *w, int64_t *ret)
{
    uint64_t epoch;
    int64_t s;

    next(w);
    if (word_is(w, "never")) {
        *ret = LEASE_FOREVER;
    } else if (word_is(w, "epoch")) {
        next(w);
        if (w->is != TOKEN_WORD || !lease_get_number(w->word, w->n, LEASE_ISC_LAST, &epoch)) {
            return fail_at(w, "a number of seconds since 1970, to the year 9999,");
        }
        *ret = (int64_t)epoch * 1000;
    } else if (w->is == TOKEN_WORD && w->n == 1 && get_calendar(w, &s)) {
        *ret = s * 1000;
    } else {
        return fail_at(w, "a date like 4 2026/11/19 08:30:00");
    }
    next(w);
    return LEASE_PIECE_RECORD;
}

/* ---- statements ----------------------------------------------------------------------------- */

typedef struct lease_state {
    int64_t starts, ends, cltt; /* -1 = not said */
    int state;                  /* 0 = not said; -1 = free in a way that remembers nobody */
    int is_free;
} lease_state;

static lease_piece read_binding(words *w, lease_state *x)
{
    static const struct {
        const char *word;
        int state;
    } states[] = {
        {"active", DHCPPERF_LEASE_BOUND},      {"bootp", DHCPPERF_LEASE_BOUND},
        {"expired", DHCPPERF_LEASE_EXPIRED},   {"free", DHCPPERF_LEASE_EXPIRED},
        {"released", DHCPPERF_LEASE_RELEASED}, {"abandoned", DHCPPERF_LEASE_DECLINED},
        {"reset", DHCPPERF_LEASE_EXPIRED},     {"backup", DHCPPERF_LEASE_EXPIRED},
    };
    unsigned i;

    next(w);
    if (!word_is(w, "state")) {
        return fail_at(w, "the word state");
    }
    next(w);
    for (i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (word_is(w, states[i].word)) {
            x->state = states[i].state;
            next(w);
            return LEASE_PIECE_RECORD;
        }
    }
    return fail_at(w, "active, free, expired, released, abandoned, backup, reset or bootp");
}

/* "unknown-7" as 7. */
static int get_unknown(const words *w, const char *prefix, uint64_t *ret)
{
    size_t skip = strlen(prefix);

    return w->n > skip && memcmp(w->word, prefix, skip) == 0 &&
           lease_get_number(w->word + skip, w->n - skip, 255, ret);
}

static lease_piece read_hardware(words *w)
{
    const lease_isc_hardware *h = lease_isc_hardwares;
    lease_draft *d = w->draft;
    uint64_t type;

    next(w);
    while (h->name != NULL && !word_is(w, h->name)) {
        h++;
    }
    if (h->name != NULL) {
        d->r.htype = h->type;
    } else if (w->is == TOKEN_WORD && get_unknown(w, "unknown-", &type)) {
        d->r.htype = (uint8_t)type;
    } else {
        return fail_at(w, "a type of hardware like ethernet");
    }
    next(w);
    if (w->is != TOKEN_WORD ||
        !lease_get_hex(w->word, w->n, ':', d->chaddr, LEASE_CHADDR_MAX, &d->r.chaddr.len)) {
        return fail_at(w, "a hardware address of 1 to 16 octets");
    }
    next(w);
    return LEASE_PIECE_RECORD;
}

static lease_piece read_octets(words *w, uint8_t *to, size_t cap, size_t *ret_len,
                               const char *right)
{
    next(w);
    if (!get_octets(w, to, cap, ret_len)) {
        return fail_at(w, right);
    }
    next(w);
    return LEASE_PIECE_RECORD;
}

static int find_agent(const words *w, uint8_t *ret_code)
{
    static const char space[] = "agent.";
    const size_t skip = sizeof space - 1;
    const lease_isc_agent *a = lease_isc_agents;
    uint64_t code;

    if (w->is != TOKEN_WORD || w->n < skip || memcmp(w->word, space, skip) != 0) {
        return 0;
    }
    for (; a->name != NULL; a++) {
        if (strlen(a->name) == w->n - skip && memcmp(a->name, w->word + skip, w->n - skip) == 0) {
            *ret_code = a->code;
            return 1;
        }
    }
    if (!get_unknown(w, "agent.unknown-", &code)) {
        return 0;
    }
    *ret_code = (uint8_t)code;
    return 1;
}

/* Behind the statement, wherever in it we are. */
static lease_piece skip_statement(words *w)
{
    unsigned depth = 0;

    for (;;) {
        if (w->is == TOKEN_END || w->is == TOKEN_OPEN_TEXT) {
            return lease_draft_fail(w->draft, "it breaks off");
        }
        if (mark_is(w, '{')) {
            depth++;
        } else if (mark_is(w, '}') && (depth == 0 || --depth == 0)) {
            if (depth == 0) {
                next(w);
                return LEASE_PIECE_RECORD;
            }
        } else if (mark_is(w, ';') && depth == 0) {
            next(w);
            return LEASE_PIECE_RECORD;
        }
        next(w);
    }
}

/* One sub-option, added to relay agent information; those that we do not know are left out. */
static lease_piece read_agent_option(words *w)
{
    lease_draft *d = w->draft;
    uint8_t value[LEASE_TEXT_MAX], code;
    size_t len, at = d->r.relay_info.len;
    lease_piece is;

    next(w);
    if (!find_agent(w, &code)) {
        return LEASE_PIECE_RECORD;
    }
    is = read_octets(w, value, sizeof value, &len, "a string or octets in hexadecimal");
    if (is != LEASE_PIECE_RECORD) {
        return is;
    }
    if (len > (size_t)LEASE_TEXT_MAX - 2 || at > LEASE_TEXT_MAX - 2 - len) {
        return lease_draft_fail(d, "relay agent information has at most 255 octets");
    }
    d->relay_info[at] = code;
    d->relay_info[at + 1] = (uint8_t)len;
    memcpy(d->relay_info + at + 2, value, len);
    d->r.relay_info.len += 2 + len;
    return LEASE_PIECE_RECORD;
}

static lease_piece read_variable(words *w)
{
    lease_draft *d = w->draft;
    const char *name;
    size_t n, len;
    uint8_t text[16];
    lease_piece is;

    next(w);
    name = w->word;
    n = w->n;
    next(w);
    if (!mark_is(w, '=')) {
        return fail_at(w, "=");
    }
    if (n == sizeof LEASE_ISC_CIRCUIT - 1 && memcmp(name, LEASE_ISC_CIRCUIT, n) == 0) {
        d->key_is_circuit = 1;
        return read_octets(w, d->key, LEASE_KEY_MAX, &d->r.key.len, "a circuit id");
    }
    if (n == sizeof LEASE_ISC_RELAY - 1 && memcmp(name, LEASE_ISC_RELAY, n) == 0) {
        return read_octets(w, d->relay_info, LEASE_TEXT_MAX, &d->r.relay_info.len,
                           "relay agent information");
    }
    if (n == sizeof LEASE_ISC_GIADDR - 1 && memcmp(name, LEASE_ISC_GIADDR, n) == 0) {
        is = read_octets(w, text, sizeof text, &len, "the address of a relay");
        return is != LEASE_PIECE_RECORD || lease_get_ip((const char *)text, len, &d->r.giaddr)
                   ? is
                   : lease_draft_fail(d, "the variable %s is not an IPv4 address",
                                      LEASE_ISC_GIADDR);
    }
    return LEASE_PIECE_RECORD;
}

/* What may stand in a lease; all else is skipped. */
static lease_piece read_statement(words *w, lease_state *x)
{
    lease_draft *d = w->draft;

    if (word_is(w, "starts")) {
        return read_date(w, &x->starts);
    }
    if (word_is(w, "ends")) {
        return read_date(w, &x->ends);
    }
    if (word_is(w, "cltt")) {
        return read_date(w, &x->cltt);
    }
    if (word_is(w, "binding")) {
        return read_binding(w, x);
    }
    if (word_is(w, "hardware")) {
        return read_hardware(w);
    }
    if (word_is(w, "uid")) {
        return read_octets(w, d->key, LEASE_KEY_MAX, &d->r.key.len,
                           "a client identifier of 2 to 255 octets");
    }
    if (word_is(w, "client-hostname")) {
        return read_octets(w, d->hostname, LEASE_TEXT_MAX, &d->r.hostname.len,
                           "a name of at most 255 octets");
    }
    if (word_is(w, "option")) {
        return read_agent_option(w);
    }
    return word_is(w, "set") ? read_variable(w) : LEASE_PIECE_RECORD;
}

/* ---- a lease -------------------------------------------------------------------------------- */

static lease_piece read_body(words *w, lease_state *x)
{
    lease_piece is;

    next(w);
    while (!mark_is(w, '}')) {
        is = read_statement(w, x);
        is = is == LEASE_PIECE_RECORD ? skip_statement(w) : is;
        if (is != LEASE_PIECE_RECORD) {
            return is;
        }
    }
    return LEASE_PIECE_RECORD;
}

/* What was not said follows from what was. */
static lease_piece settle(lease_draft *d, const lease_state *x)
{
    lease_record *r = &d->r;

    r->state = x->state != 0 ? x->state : DHCPPERF_LEASE_BOUND;
    if (r->state != DHCPPERF_LEASE_DECLINED && r->chaddr.len == 0 && r->key.len == 0) {
        return LEASE_PIECE_END; /* free, and nobody is remembered */
    }
    if (x->ends < 0) {
        return lease_draft_fail(d, "there is no 'ends'");
    }
    r->ends = x->ends;
    r->starts = x->starts >= 0 ? x->starts : x->cltt;
    if (r->starts < 0 || r->starts > r->ends || r->starts == LEASE_FOREVER) {
        r->starts = r->ends == LEASE_FOREVER ? 0 : r->ends;
    }
    r->last_seen = x->cltt >= 0 && x->cltt != LEASE_FOREVER ? x->cltt : r->starts;
    return lease_draft_end(d);
}

static lease_piece read_lease(words *w)
{
    lease_state x = {.starts = -1, .ends = -1, .cltt = -1};
    lease_piece is;

    next(w);
    if (w->is != TOKEN_WORD || !lease_get_ip(w->word, w->n, &w->draft->r.ip)) {
        return fail_at(w, "an IPv4 address");
    }
    next(w);
    if (!mark_is(w, '{')) {
        return fail_at(w, "{");
    }
    is = read_body(w, &x);
    return is == LEASE_PIECE_RECORD ? settle(w->draft, &x) : is;
}

/* What else dhcpd writes into its file. */
static int is_known(const words *w)
{
    static const char *const known[] = {"host",  "group",    "subgroup",    "failover",
                                        "class", "subclass", "server-duid", "authoring-byte-order"};
    unsigned i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (word_is(w, known[i])) {
            return 1;
        }
    }
    return 0;
}

lease_piece lease_isc_parse(const lease_dialect *dialect, const char *piece, size_t len,
                            lease_draft *ret)
{
    words w = {.text = piece, .len = len, .draft = ret};

    (void)dialect;
    lease_draft_begin(ret);
    next(&w);
    if (w.is == TOKEN_END) {
        return LEASE_PIECE_NOTHING;
    }
    if (word_is(&w, "lease")) {
        return read_lease(&w);
    }
    if (is_known(&w)) {
        return skip_statement(&w) == LEASE_PIECE_RECORD ? LEASE_PIECE_OTHER : LEASE_PIECE_DAMAGED;
    }
    return fail_at(&w, "a lease");
}

void lease_isc_begin_empty(lease_dialect *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->is_ours = 1;
}

int lease_isc_begin(lease_dialect *ret, const char *piece, size_t len, int *ret_is_lease)
{
    words w = {.text = piece, .len = len};

    lease_isc_begin_empty(ret);
    *ret_is_lease = 1;
    next(&w);
    return w.is == TOKEN_END || word_is(&w, "lease") || is_known(&w);
}
