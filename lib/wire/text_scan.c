/* SPDX-License-Identifier: MIT */
/* text_scan.c - the tokens of option texts: slices, numbers, addresses, strings and hex, and the
 * strings on their way out.  What dp_format_token() writes, dp_encode_token() reads back to the
 * same octets: a printable value stands for itself with \xNN for what would be misread, any other
 * is written as hex: and digits. */
#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_option.h"

/* ---- text in -------------------------------------------------------------------------------- */

void dp_scan_trim(dp_scan *s)
{
    while (s->at < s->end && *s->at == ' ') {
        s->at++;
    }
    while (s->end > s->at && s->end[-1] == ' ') {
        s->end--;
    }
}

bool dp_scan_empty(const dp_scan *s)
{
    return s->at == s->end;
}

bool dp_scan_char(dp_scan *s, char c)
{
    const char *p = s->at;

    while (p < s->end && *p == ' ') {
        p++;
    }
    if (p == s->end || *p != c) {
        return false;
    }
    s->at = p + 1;
    return true;
}

bool dp_scan_word(dp_scan *s, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0) {
        return false;
    }
    s->at += n;
    return true;
}

bool dp_scan_is(const dp_scan *s, const char *word)
{
    size_t i, n = strlen(word);

    if ((size_t)(s->end - s->at) != n) {
        return false;
    }
    for (i = 0; i < n; i++) {
        char c = s->at[i];

        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != word[i]) {
            return false;
        }
    }
    return true;
}

int dp_scan_number(dp_scan *s, uint64_t hi, uint64_t *ret)
{
    unsigned base = 10;
    const char *p = s->at, *digits;
    uint64_t v = 0;

    if (s->end - p > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        base = 16;
        p += 2;
    }
    for (digits = p; p < s->end; p++) {
        int d = dp_hex_digit(*p);

        if (d < 0 || (unsigned)d >= base) {
            break;
        }
        if ((unsigned)d > hi || v > (hi - (unsigned)d) / base) {
            return DHCPPERF_E_RANGE;
        }
        v = v * base + (unsigned)d;
    }
    if (p == digits) {
        return DHCPPERF_E_SYNTAX;
    }
    s->at = p;
    *ret = v;
    return 0;
}

int dp_scan_ip4(dp_scan *s, dhcpperf_ip4 *ret)
{
    dhcpperf_ip4 ip;
    uint64_t v;
    unsigned i;

    for (i = 0; i < 4; i++) {
        const char *from = s->at;

        if (i > 0 && (s->at == s->end || *s->at++ != '.')) {
            s->at = from;
            return DHCPPERF_E_SYNTAX;
        }
        from = s->at;
        if (s->at == s->end || *s->at < '0' || *s->at > '9' ||
            (s->end - s->at > 1 && s->at[1] == 'x') || dp_scan_number(s, 255, &v) != 0 ||
            s->at - from > 3) {
            s->at = from;
            return DHCPPERF_E_SYNTAX;
        }
        ip.b[i] = (uint8_t)v;
    }
    *ret = ip;
    return 0;
}

/* One group of an IPv6 address, or -1. */
static int scan_group(dp_scan *s)
{
    int v = 0, n, d;

    for (n = 0; n < 4 && s->at < s->end && (d = dp_hex_digit(*s->at)) >= 0; n++, s->at++) {
        v = v << 4 | d;
    }
    return n > 0 ? v : -1;
}

int dp_scan_ip6(dp_scan *s, uint8_t ret[16])
{
    uint8_t groups[16] = {0};
    int n = 0, gap = -1, v;

    if (s->end - s->at >= 2 && s->at[0] == ':' && s->at[1] == ':') {
        gap = 0;
        s->at += 2;
    }
    while (n < 8) {
        const char *from = s->at;

        v = scan_group(s);
        if (v < 0) {
            s->at = from;
            break;
        }
        groups[2 * n] = (uint8_t)(v >> 8);
        groups[2 * n + 1] = (uint8_t)v;
        n++;
        if (s->end - s->at >= 2 && s->at[0] == ':' && s->at[1] == ':' && gap < 0) {
            gap = n;
            s->at += 2;
        } else if (n < 8 && s->end - s->at >= 2 && s->at[0] == ':' && dp_hex_digit(s->at[1]) >= 0) {
            s->at++;
        } else {
            break;
        }
    }
    if ((gap < 0 && n != 8) || (gap >= 0 && n == 8)) {
        return DHCPPERF_E_SYNTAX;
    }
    memset(ret, 0, 16);
    if (gap < 0) {
        gap = 8;
    }
    memcpy(ret, groups, (size_t)gap * 2);
    memcpy(ret + 16 - (n > gap ? n - gap : 0) * 2, groups + (size_t)gap * 2,
           (size_t)(n > gap ? n - gap : 0) * 2);
    return 0;
}

bool dp_scan_until(dp_scan *s, char stop, dp_scan *ret)
{
    const char *p = s->at;

    if (p == s->end && !s->dangling) {
        return false;
    }
    while (p < s->end && *p != stop) {
        p += *p == '\\' && s->end - p > 1 ? 2 : 1;
    }
    ret->at = s->at;
    ret->end = p;
    ret->dangling = false;
    dp_scan_trim(ret);
    s->dangling = s->end - p == 1;
    s->at = p < s->end ? p + 1 : p;
    return true;
}

/* ---- octets out ----------------------------------------------------------------------------- */

void dp_out_octet(dp_out *o, uint8_t b)
{
    if (o->len < o->cap) {
        o->buf[o->len] = b;
    }
    o->len++;
}

void dp_out_octets(dp_out *o, const uint8_t *b, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        dp_out_octet(o, b[i]);
    }
}

void dp_out_number(dp_out *o, uint64_t v, unsigned octets)
{
    while (octets-- > 0) {
        dp_out_octet(o, (uint8_t)(v >> (8 * octets)));
    }
}

void dp_out_patch(dp_out *o, size_t at, uint8_t b)
{
    if (at < o->cap) {
        o->buf[at] = b;
    }
}

/* ---- tokens --------------------------------------------------------------------------------- */

static bool is_separator(char c)
{
    return c == ':' || c == '-' || c == ' ';
}

int dp_encode_hex(dp_scan *s, dp_out *o)
{
    size_t from = o->len;

    while (s->at < s->end) {
        const char *run = s->at;
        size_t n;

        while (s->at < s->end && dp_hex_digit(*s->at) >= 0) {
            s->at++;
        }
        n = (size_t)(s->at - run);
        /* One digit alone is an octet between separators ("2:0:1"), otherwise they come in pairs.
         */
        if (n == 0 || (n > 1 && n % 2 != 0) || (n == 1 && s->at == s->end && o->len == from)) {
            return DHCPPERF_E_SYNTAX;
        }
        if (n == 1) {
            dp_out_octet(o, (uint8_t)dp_hex_digit(*run));
        }
        for (; n > 1; n -= 2, run += 2) {
            dp_out_octet(o, (uint8_t)(dp_hex_digit(run[0]) << 4 | dp_hex_digit(run[1])));
        }
        if (s->at < s->end && is_separator(*s->at) && s->end - s->at > 1) {
            s->at++;
        } else if (s->at < s->end) {
            return DHCPPERF_E_SYNTAX;
        }
    }
    return 0;
}

int dp_encode_string(dp_scan *s, dp_out *o)
{
    while (s->at < s->end) {
        size_t left = (size_t)(s->end - s->at);

        if (*s->at != '\\') {
            dp_out_octet(o, (uint8_t)*s->at++);
        } else if (left >= 4 && s->at[1] == 'x' && dp_hex_digit(s->at[2]) >= 0 &&
                   dp_hex_digit(s->at[3]) >= 0) {
            dp_out_octet(o, (uint8_t)(dp_hex_digit(s->at[2]) << 4 | dp_hex_digit(s->at[3])));
            s->at += 4;
        } else if (left >= 2 && (s->at[1] == '\\' || s->at[1] == '"' || s->at[1] == ',' ||
                                 s->at[1] == ';' || s->at[1] == ' ')) {
            dp_out_octet(o, (uint8_t)s->at[1]);
            s->at += 2;
        } else {
            return DHCPPERF_E_SYNTAX;
        }
    }
    return 0;
}

int dp_encode_token(dp_scan *s, dp_out *o)
{
    if (dp_scan_word(s, "hex:")) {
        return dp_encode_hex(s, o);
    }
    (void)dp_scan_word(s, "text:");
    return dp_encode_string(s, o);
}

static bool starts_with(dhcpperf_bytes v, const char *word)
{
    size_t n = strlen(word);

    return v.len >= n && memcmp(v.data, word, n) == 0;
}

void dp_format_string(dp_text *t, dhcpperf_bytes v, const char *stops)
{
    /* What the reader takes for a prefix is hidden by escaping its first letter. */
    bool hide = starts_with(v, "hex:") || starts_with(v, "text:");
    size_t i;

    for (i = 0; i < v.len; i++) {
        char c = (char)v.data[i];
        bool edge = c == ' ' && (i == 0 || i + 1 == v.len);

        if (c == '\\') {
            dp_text_str(t, "\\\\");
        } else if (v.data[i] < 0x20 || v.data[i] >= 0x7f || strchr(stops, c) != NULL || edge ||
                   (hide && i == 0)) {
            dp_text_str(t, "\\x");
            dp_text_hex(t, v.data[i], 2);
        } else {
            dp_text_char(t, c);
        }
    }
}

void dp_format_token(dp_text *t, dhcpperf_bytes v, const char *stops)
{
    bool printable = v.len > 0;
    size_t i;

    for (i = 0; i < v.len && printable; i++) {
        printable = v.data[i] >= 0x20 && v.data[i] < 0x7f;
    }
    if (printable) {
        dp_format_string(t, v, stops);
    } else {
        dp_text_str(t, "hex:");
        dp_text_bytes(t, v.data, v.len, '\0');
    }
}

void dp_format_ip6(dp_text *t, const uint8_t ip[16])
{
    unsigned best = 8, best_len = 1, i, n;

    /* RFC 5952: the longest run of two or more zero groups, the first of equals, becomes "::". */
    for (i = 0; i < 8; i += n + 1) {
        for (n = 0; i + n < 8 && ip[2 * (i + n)] == 0 && ip[2 * (i + n) + 1] == 0; n++) {
        }
        if (n > best_len) {
            best = i;
            best_len = n;
        }
    }
    for (i = 0; i < 8; i++) {
        unsigned group = (unsigned)ip[2 * i] << 8 | ip[2 * i + 1];

        if (i == best) {
            dp_text_str(t, "::");
            i += best_len - 1;
            continue;
        }
        if (i > 0 && !(best < 8 && i == best + best_len)) {
            dp_text_char(t, ':');
        }
        dp_text_hex(t, group, group > 0xfff ? 4 : group > 0xff ? 3 : group > 0xf ? 2 : 1);
    }
}
