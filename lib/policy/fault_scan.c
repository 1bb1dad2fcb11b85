/* SPDX-License-Identifier: MIT */
/* fault_scan.c - the pieces that the text of a fault plan is made of: words, numbers, times,
 * addresses, shares, quoted text.  A piece is read whole or not at all: after a failure the reader
 * stands before it. */
#include <string.h>

#include "policy/dp_fault_text.h"

enum {
    WORD_CAP = 128 /* longest word that could be a number, time or address, with the NUL */
};

#define BAD_DUR   "a time is a number with a unit, as in 80ms or 1h30m, 8760h at most"
#define BAD_WAIT  "a time is a number with a unit, as in 80ms or 1h30m, more than 0, 8760h at most"
#define BAD_SPAN  "a span is two times, the shorter one first, as in 10ms..50ms"
#define BAD_IP    "an address is four numbers, as in 192.0.2.1"
#define BAD_IPS   "a range is two addresses, the lower one first, as in 10.0.0.100-10.0.0.200"
#define BAD_NET   "a network is an address and a length, as in 10.0.0.0/24, with no bits behind it"
#define BAD_SHARE "a probability is 0 to 1 or 0% to 100%, with nine decimals at most"
#define BAD_RATE  "a rate is a number per second, as in 100/s or 0.5/s, at most 1000000000/s"

int dp_fault_fail(dp_fault_reader *r, const char *at, int code, const char *reason)
{
    r->at = at;
    r->reason = reason;
    return code;
}

static void skip_blanks(dp_fault_reader *r)
{
    while (*r->p == ' ' || *r->p == '\t' || *r->p == '\r') {
        r->p++;
    }
}

bool dp_fault_ends(dp_fault_reader *r)
{
    skip_blanks(r);
    return *r->p == '\0' || *r->p == '\n' || *r->p == ';' || *r->p == '#';
}

bool dp_fault_take_char(dp_fault_reader *r, char c)
{
    skip_blanks(r);
    if (*r->p != c) {
        return false;
    }
    r->p++;
    return true;
}

size_t dp_fault_word(dp_fault_reader *r)
{
    skip_blanks(r);
    return strcspn(r->p, " \t\r\n,;#=\"");
}

bool dp_fault_take(dp_fault_reader *r, const char *word)
{
    size_t n = dp_fault_word(r);

    if (n == 0 || strlen(word) != n || memcmp(r->p, word, n) != 0) {
        return false;
    }
    r->p += n;
    return true;
}

/* The word that is next, which is not taken yet; 0 when there is none or it is too long to be
 * anything. */
static size_t peek(dp_fault_reader *r, char buf[WORD_CAP])
{
    size_t n = dp_fault_word(r);

    n = n < WORD_CAP ? n : 0;
    memcpy(buf, r->p, n);
    buf[n] = '\0';
    return n;
}

/* Takes the n characters, or fails with what is wrong with them. */
static int finish(dp_fault_reader *r, size_t n, int rc, const char *reason)
{
    if (n == 0 || rc != 0) {
        return dp_fault_fail(r, r->p, rc != 0 ? rc : DHCPPERF_E_SYNTAX, reason);
    }
    r->p += n;
    return 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

int dp_fault_read_number(dp_fault_reader *r, uint64_t lo, uint64_t hi, const char *reason,
                         uint64_t *ret)
{
    char word[WORD_CAP];
    size_t n = peek(r, word);
    uint64_t v = 0;
    int rc = word[0] == '0' && word[1] != '\0' ? dp_parse_u64(word, 0, UINT64_MAX, &v)
                                               : dp_parse_count(word, UINT64_MAX, &v);

    if (rc == 0 && (v < lo || v > hi)) {
        rc = DHCPPERF_E_RANGE;
    }
    rc = finish(r, n, rc, reason);
    if (rc == 0) {
        *ret = v;
    }
    return rc;
}

int dp_fault_read_u32(dp_fault_reader *r, uint32_t lo, uint32_t hi, const char *reason,
                      uint32_t *ret)
{
    uint64_t v;
    int rc = dp_fault_read_number(r, lo, hi, reason, &v);

    if (rc == 0) {
        *ret = (uint32_t)v;
    }
    return rc;
}

int dp_fault_read_numbers(dp_fault_reader *r, uint32_t hi, const char *reason, uint32_t *ret_from,
                          uint32_t *ret_to)
{
    char word[WORD_CAP];
    size_t n = peek(r, word);
    char *dots = strstr(word, "..");
    uint64_t from = 0, to = 0;
    int rc;

    if (dots != NULL) {
        *dots = '\0';
    }
    rc = dp_parse_count(word, hi, &from);
    if (rc == 0) {
        rc = dp_parse_count(dots != NULL ? dots + 2 : word, hi, &to);
    }
    if (rc == 0 && to < from) {
        rc = DHCPPERF_E_RANGE;
    }
    rc = finish(r, n, rc, reason);
    if (rc == 0) {
        *ret_from = (uint32_t)from;
        *ret_to = (uint32_t)to;
    }
    return rc;
}

/* Digits with at most `decimals` behind a point, times 10^decimals, at most hi; *ret_rest is what
 * follows them. */
static int read_fixed(const char *s, unsigned decimals, uint64_t hi, uint64_t *ret,
                      const char **ret_rest)
{
    const char *from = s;
    bool point = false;
    uint64_t v = 0;

    for (; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
        if (*s == '.') {
            point = true;
            continue;
        }
        if (point && decimals-- == 0) {
            return DHCPPERF_E_RANGE;
        }
        v = v * 10 + (uint64_t)(*s - '0');
        if (v > hi) {
            return DHCPPERF_E_RANGE;
        }
    }
    if (s == from || s[-1] == '.' || *from == '.') {
        return DHCPPERF_E_SYNTAX;
    }
    for (; decimals > 0; decimals--) {
        v *= 10;
        if (v > hi) {
            return DHCPPERF_E_RANGE;
        }
    }
    *ret = v;
    *ret_rest = s;
    return 0;
}

int dp_fault_read_share(dp_fault_reader *r, uint32_t *ret)
{
    char word[WORD_CAP];
    const char *rest = word;
    size_t n = peek(r, word);
    bool percent = n > 0 && word[n - 1] == '%';
    uint64_t v = 0;
    int rc = read_fixed(word, percent ? 7 : 9, DP_FAULT_BILLION, &v, &rest);

    if (rc == 0 && rest != word + n - (percent ? 1 : 0)) {
        rc = DHCPPERF_E_SYNTAX;
    }
    rc = finish(r, n, rc, BAD_SHARE);
    if (rc == 0) {
        *ret = (uint32_t)v;
    }
    return rc;
}

int dp_fault_read_rate(dp_fault_reader *r, uint64_t *ret)
{
    char word[WORD_CAP];
    const char *rest = word;
    size_t n = peek(r, word);
    uint64_t v = 0;
    int rc = read_fixed(word, 3, UINT64_C(1000000000000), &v, &rest);

    if (rc == 0 && (strcmp(rest, "/s") != 0 || v == 0)) {
        rc = v == 0 ? DHCPPERF_E_RANGE : DHCPPERF_E_SYNTAX;
    }
    rc = finish(r, n, rc, BAD_RATE);
    if (rc == 0) {
        *ret = v;
    }
    return rc;
}

/* ---- times ----------------------------------------------------------------------------------- */

static int parse_dur(const char *word, dhcpperf_dur lo, dhcpperf_dur *ret)
{
    dhcpperf_dur d;
    int rc = dhcpperf_dur_parse(&d, word);

    if (rc == 0 && (d < lo || d > DP_FAULT_MAX_DUR)) {
        rc = DHCPPERF_E_RANGE;
    }
    if (rc == 0) {
        *ret = d;
    }
    return rc;
}

int dp_fault_read_dur(dp_fault_reader *r, dhcpperf_dur lo, dhcpperf_dur *ret)
{
    char word[WORD_CAP];
    size_t n = peek(r, word);

    return finish(r, n, parse_dur(word, lo, ret), lo == 0 ? BAD_DUR : BAD_WAIT);
}

int dp_fault_read_durs(dp_fault_reader *r, bool may_be_open, dhcpperf_dur *ret_from,
                       dhcpperf_dur *ret_to)
{
    char word[WORD_CAP];
    dhcpperf_dur from, to = DHCPPERF_NEVER;
    size_t n = peek(r, word);
    char *dots = strstr(word, "..");
    int rc;

    if (n == 0 || dots == NULL) {
        return finish(r, 0, DHCPPERF_E_SYNTAX, BAD_SPAN);
    }
    *dots = '\0';
    rc = parse_dur(word, 0, &from);
    if (rc == 0 && !(may_be_open && dots[2] == '\0')) {
        rc = parse_dur(dots + 2, 0, &to);
    }
    if (rc != 0) {
        return finish(r, n, rc, BAD_DUR);
    }
    if (to < from || (may_be_open && to == from)) {
        return finish(r, n, DHCPPERF_E_RANGE, BAD_SPAN);
    }
    *ret_from = from;
    *ret_to = to;
    return finish(r, n, 0, NULL);
}

/* ---- addresses ------------------------------------------------------------------------------- */

static int parse_ip(const char *word, uint32_t *ret)
{
    dhcpperf_ip4 ip;
    int rc = dhcpperf_ip4_parse(&ip, word);

    if (rc == 0) {
        *ret = dp_ip4_num(ip);
    }
    return rc;
}

int dp_fault_read_ip(dp_fault_reader *r, uint32_t *ret)
{
    char word[WORD_CAP];
    size_t n = peek(r, word);

    return finish(r, n, parse_ip(word, ret), BAD_IP);
}

int dp_fault_read_ips(dp_fault_reader *r, uint32_t *ret_first, uint32_t *ret_last)
{
    char word[WORD_CAP];
    size_t n = peek(r, word);
    char *dash = strchr(word, '-');
    uint32_t first = 0, last = 0;
    int rc = DHCPPERF_E_SYNTAX;

    if (dash != NULL) {
        *dash = '\0';
        rc = parse_ip(word, &first);
        rc = rc != 0 ? rc : parse_ip(dash + 1, &last);
    }
    if (rc == 0 && last < first) {
        rc = DHCPPERF_E_RANGE;
    }
    rc = finish(r, n, rc, BAD_IPS);
    if (rc == 0) {
        *ret_first = first;
        *ret_last = last;
    }
    return rc;
}

int dp_fault_read_prefix(dp_fault_reader *r, dp_fault_prefix *ret)
{
    char word[WORD_CAP];
    size_t n = peek(r, word);
    char *slash = strchr(word, '/');
    uint64_t len = 32;
    uint32_t ip = 0;
    int rc = 0;

    if (slash != NULL) {
        *slash = '\0';
        rc = dp_parse_u64(slash + 1, 0, 32, &len);
    }
    rc = rc != 0 ? rc : parse_ip(word, &ip);
    if (rc == 0 && len < 32 && (ip & UINT32_MAX >> len) != 0) {
        rc = DHCPPERF_E_RANGE;
    }
    rc = finish(r, n, rc, BAD_NET);
    if (rc == 0) {
        ret->network = ip;
        ret->mask = len == 0 ? 0 : UINT32_MAX << (32 - len);
    }
    return rc;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* Length of the quoted text at p, behind its first quote; SYNTAX when it does not end on its line.
 */
static int quoted_length(const char *p, size_t *ret)
{
    size_t n = 0;

    while (p[n] != '"') {
        if (p[n] == '\0' || p[n] == '\n' ||
            (p[n] == '\\' && (p[n + 1] == '\0' || p[n + 1] == '\n'))) {
            return DHCPPERF_E_SYNTAX;
        }
        n += p[n] == '\\' ? 2 : 1;
    }
    *ret = n;
    return 0;
}

int dp_fault_read_raw(dp_fault_reader *r, char *buf, size_t cap, const char *reason,
                      const char **ret_at, bool *ret_quoted)
{
    size_t n = dp_fault_word(r);
    const char *at = r->p;
    bool quoted = n == 0 && *at == '"';

    if (quoted) {
        at++;
        if (quoted_length(at, &n) != 0) {
            return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX,
                                 "text in quotes ends with a quote on the same line");
        }
    }
    if (n == 0 && !quoted) {
        return dp_fault_fail(r, at, DHCPPERF_E_SYNTAX, reason);
    }
    if (n >= cap) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_RANGE, reason);
    }
    memcpy(buf, at, n);
    buf[n] = '\0';
    r->p = at + n + (quoted ? 1 : 0);
    *ret_at = at;
    *ret_quoted = quoted;
    return 0;
}

/* One octet of text at s; how many characters it took, 0 = an escape that is none. */
static size_t unescape(const char *s, uint8_t *ret)
{
    int high, low;

    if (s[0] != '\\') {
        *ret = (uint8_t)s[0];
        return 1;
    }
    if (s[1] == '\\' || s[1] == '"') {
        *ret = (uint8_t)s[1];
        return 2;
    }
    high = s[1] == 'x' ? dp_hex_digit(s[2]) : -1;
    low = high >= 0 ? dp_hex_digit(s[3]) : -1;
    if (low < 0) {
        return 0;
    }
    *ret = (uint8_t)(high << 4 | low);
    return 4;
}

int dp_fault_read_text(dp_fault_reader *r, uint8_t *buf, size_t cap, const char *reason,
                       size_t *ret_len)
{
    char raw[DP_FAULT_QUOTED];
    const char *at, *from;
    size_t len = 0, i, step;
    uint8_t octet;
    bool quoted;
    int rc;

    (void)dp_fault_word(r);
    from = r->p;
    rc = dp_fault_read_raw(r, raw, sizeof raw, reason, &at, &quoted);
    if (rc != 0) {
        return rc;
    }
    for (i = 0; raw[i] != '\0'; i += step) {
        step = unescape(raw + i, &octet);
        if (step == 0) {
            return dp_fault_fail(r, at + i, DHCPPERF_E_SYNTAX,
                                 "an escape is \\xNN, \\\\ or \\\" with two digits for NN");
        }
        if (len == cap) {
            return dp_fault_fail(r, from, DHCPPERF_E_RANGE, reason);
        }
        buf[len++] = octet;
    }
    *ret_len = len;
    return 0;
}
