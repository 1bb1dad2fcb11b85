/* SPDX-License-Identifier: MIT */
/* template.c - compiles and renders per-station option values.  A template never renders more than
 * max_len octets, which dp_template_limit() proves to be at most 255, so rendering cannot fail. */
#include "wire/dp_template.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_text.h"
#include "wire/dp_view.h"

enum {
    MAC_TEXT_LEN = 17,
    IP_TEXT_LEN = 15
};

bool dp_template_is_one(const char *text)
{
    return strchr(text, '{') != NULL || strchr(text, '}') != NULL;
}

/* A piece after the others; neighbouring literals are one piece. */
static int add_piece(dp_template *t, dp_piece_kind kind)
{
    if (t->n == DP_TEMPLATE_PIECES) {
        return DHCPPERF_E_NOBUFS;
    }
    t->pieces[t->n++] = (dp_piece){.kind = (uint8_t)kind, .off = t->literals};
    return 0;
}

static int add_octet(dp_template *t, uint8_t octet)
{
    int rc = 0;

    if (t->literals == DP_TEMPLATE_MAX) {
        return DHCPPERF_E_NOBUFS;
    }
    if (t->n == 0 || t->pieces[t->n - 1].kind != DP_PIECE_LITERAL) {
        rc = add_piece(t, DP_PIECE_LITERAL);
    }
    if (rc == 0) {
        t->text[t->literals++] = octet;
        t->pieces[t->n - 1].len++;
    }
    return rc;
}

/* Octets may be anything, so a template with them is no text. */
static int add_hex(dp_template *t, const char *digits, size_t n)
{
    uint8_t octets[DP_TEMPLATE_MAX];
    size_t len, i;
    int rc = dp_parse_hex(digits, n, octets, sizeof octets, &len);

    for (i = 0; rc == 0 && i < len; i++) {
        rc = add_octet(t, octets[i]);
    }
    t->has_hex = true;
    return rc;
}

static bool is_word(const char *text, size_t n, const char *word)
{
    return n == strlen(word) && memcmp(text, word, n) == 0;
}

static bool begins(const char *text, size_t n, const char *word)
{
    return n >= strlen(word) && memcmp(text, word, strlen(word)) == 0;
}

/* Decimal digits up to hi. */
static int parse_number(const char *text, size_t n, uint64_t hi, uint64_t *ret)
{
    uint64_t v = 0;
    size_t i;

    for (i = 0; i < n && text[i] >= '0' && text[i] <= '9' && v <= hi; i++) {
        v = v * 10 + (uint64_t)(text[i] - '0');
    }
    *ret = v;
    return n == 0 || i < n || v > hi ? DHCPPERF_E_SYNTAX : 0;
}

/* "giaddr" or "giaddr/24": the length of the prefix. */
static int parse_giaddr(const char *name, size_t n, uint8_t *ret_prefix)
{
    uint64_t prefix = 32;

    if (n > 6 && (name[6] != '/' || parse_number(name + 7, n - 7, 32, &prefix) != 0)) {
        return DHCPPERF_E_SYNTAX;
    }
    *ret_prefix = (uint8_t)prefix;
    return 0;
}

/* "192.0.2.0" or "192.0.2.0+256". */
static int parse_ip(dp_template *t, const char *text, size_t n)
{
    const char *plus = memchr(text, '+', n);
    size_t len = plus != NULL ? (size_t)(plus - text) : n;
    uint64_t step = 1;
    dhcpperf_ip4 ip;
    char copy[16];

    if (len >= sizeof copy) {
        return DHCPPERF_E_SYNTAX;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (dhcpperf_ip4_parse(&ip, copy) != 0 ||
        (plus != NULL && parse_number(plus + 1, n - len - 1, UINT32_MAX, &step) != 0)) {
        return DHCPPERF_E_SYNTAX;
    }
    t->ip = dp_ip4_num(ip);
    t->ip_step = (uint32_t)step;
    return 0;
}

static bool has_piece(const dp_template *t, dp_piece_kind kind)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        if (t->pieces[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* The n characters between two braces. */
static int add_name(dp_template *t, const char *name, size_t n)
{
    bool raw = begins(name, n, "raw:");
    dp_piece_kind kind;
    uint8_t prefix = 0;
    int rc = 0;

    if (begins(name, n, "hex:")) {
        return add_hex(t, name + 4, n - 4);
    }
    name += raw ? 4 : 0;
    n -= raw ? 4 : 0;
    if (is_word(name, n, "station")) {
        kind = DP_PIECE_STATION;
    } else if (is_word(name, n, "relay")) {
        kind = DP_PIECE_RELAY;
    } else if (is_word(name, n, "mac")) {
        kind = DP_PIECE_MAC;
    } else if (begins(name, n, "giaddr")) {
        kind = DP_PIECE_GIADDR;
        rc = parse_giaddr(name, n, &prefix);
    } else if (begins(name, n, "ip:")) {
        kind = DP_PIECE_IP;
        rc = has_piece(t, kind) ? DHCPPERF_E_NOBUFS : parse_ip(t, name + 3, n - 3);
    } else {
        return DHCPPERF_E_SYNTAX;
    }
    rc = rc != 0 ? rc : add_piece(t, kind);
    if (rc == 0) {
        t->pieces[t->n - 1].raw = raw;
        t->pieces[t->n - 1].len = prefix;
    }
    return rc;
}

/* One step of the way: a field between braces, or literal text before the next one. */
static int parse_next(dp_template *t, const char **inout_text, bool hex)
{
    const char *text = *inout_text, *end;
    size_t n;

    if (*text == '{' && text[1] != '{') {
        end = strchr(text, '}');
        *inout_text = end != NULL ? end + 1 : text;
        return end != NULL ? add_name(t, text + 1, (size_t)(end - text - 1)) : DHCPPERF_E_SYNTAX;
    }
    if (hex) {
        n = strcspn(text, "{}");
        *inout_text = text + n;
        return n > 0 ? add_hex(t, text, n) : DHCPPERF_E_SYNTAX;
    }
    n = *text == '{' || *text == '}' ? 2 : 1;
    *inout_text = text + n;
    return n == 2 && text[1] != text[0] ? DHCPPERF_E_SYNTAX : add_octet(t, (uint8_t)*text);
}

static int parse(dp_template *ret, const char *text, bool hex)
{
    dp_template t;
    int rc = 0;

    memset(&t, 0, sizeof t);
    while (rc == 0 && *text != '\0') {
        rc = parse_next(&t, &text, hex);
    }
    if (rc == 0) {
        *ret = t;
    }
    return rc;
}

int dp_template_parse(dp_template *ret, const char *text)
{
    return parse(ret, text, false);
}

int dp_template_parse_hex(dp_template *ret, const char *text)
{
    return parse(ret, text, true);
}

int dp_template_literal(dp_template *ret, const uint8_t *data, size_t len)
{
    if (len > DP_TEMPLATE_MAX) {
        return DHCPPERF_E_NOBUFS;
    }
    memset(ret, 0, sizeof *ret);
    if (len > 0) {
        memcpy(ret->text, data, len);
        ret->pieces[0].len = ret->literals = ret->max_len = (uint8_t)len;
        ret->n = 1;
    }
    return 0;
}

static size_t count_digits(uint32_t v)
{
    size_t n = 1;

    while (v >= 10) {
        v /= 10;
        n++;
    }
    return n;
}

static size_t longest(const dp_piece *p, uint32_t stations, uint32_t relays)
{
    switch ((dp_piece_kind)p->kind) {
    case DP_PIECE_LITERAL:
        break; /* counted as a whole */
    case DP_PIECE_STATION:
        return p->raw ? 4 : count_digits(stations > 0 ? stations - 1 : 0);
    case DP_PIECE_RELAY:
        return p->raw ? 4 : count_digits(relays > 0 ? relays - 1 : 0);
    case DP_PIECE_MAC:
        return p->raw ? 6 : MAC_TEXT_LEN;
    case DP_PIECE_GIADDR:
    case DP_PIECE_IP:
        return p->raw ? 4 : IP_TEXT_LEN;
    }
    return 0;
}

int dp_template_limit(dp_template *t, uint32_t stations, uint32_t relays)
{
    size_t len = t->literals;
    unsigned i;

    for (i = 0; i < t->n; i++) {
        len += longest(&t->pieces[i], stations, relays);
    }
    if (len > DP_TEMPLATE_MAX) {
        return DHCPPERF_E_NOBUFS;
    }
    if (has_piece(t, DP_PIECE_IP) && relays > 0 && relays < UINT32_MAX &&
        (uint64_t)t->ip_step * (relays - 1) > UINT32_MAX - t->ip) {
        return DHCPPERF_E_RANGE;
    }
    t->max_len = (uint8_t)len;
    return 0;
}

bool dp_template_is_fixed(const dp_template *t)
{
    return t->n == 0 || (t->n == 1 && t->pieces[0].kind == DP_PIECE_LITERAL);
}

bool dp_template_is_text(const dp_template *t)
{
    unsigned i;

    for (i = 0; i < t->n && !t->pieces[i].raw; i++) {
    }
    return i == t->n && !t->has_hex;
}

static uint8_t *put_number(uint8_t *p, uint32_t v)
{
    uint8_t *end = p + count_digits(v), *at = end;

    do {
        *--at = (uint8_t)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    return end;
}

static uint8_t *put_mac(uint8_t *p, dhcpperf_mac mac)
{
    static const char digits[] = "0123456789abcdef";
    unsigned i;

    for (i = 0; i < 6; i++) {
        if (i > 0) {
            *p++ = ':';
        }
        *p++ = (uint8_t)digits[mac.b[i] >> 4];
        *p++ = (uint8_t)digits[mac.b[i] & 15];
    }
    return p;
}

static uint8_t *put_ip(uint8_t *p, uint32_t ip)
{
    unsigned i;

    for (i = 0; i < 4; i++) {
        if (i > 0) {
            *p++ = '.';
        }
        p = put_number(p, ip >> (24 - 8 * i) & 255);
    }
    return p;
}

static uint32_t mask_of(unsigned prefix)
{
    return prefix > 0 ? UINT32_MAX << (32 - prefix) : 0;
}

/* What a field stands for when it is a number. */
static uint32_t number_of(const dp_template *t, const dp_piece *piece, const dp_template_values *v)
{
    switch ((dp_piece_kind)piece->kind) {
    case DP_PIECE_STATION:
        return v->station;
    case DP_PIECE_RELAY:
        return v->relay;
    case DP_PIECE_GIADDR:
        return v->giaddr & mask_of(piece->len);
    case DP_PIECE_IP:
        return t->ip + t->ip_step * v->relay;
    case DP_PIECE_LITERAL:
    case DP_PIECE_MAC:
        break;
    }
    return 0;
}

static uint8_t *put_raw(uint8_t *p, const dp_template *t, const dp_piece *piece,
                        const dp_template_values *v)
{
    if (piece->kind == DP_PIECE_MAC) {
        memcpy(p, v->mac.b, sizeof v->mac.b);
        return p + sizeof v->mac.b;
    }
    dp_put32(p, number_of(t, piece, v));
    return p + 4;
}

static uint8_t *put_text(uint8_t *p, const dp_template *t, const dp_piece *piece,
                         const dp_template_values *v)
{
    switch ((dp_piece_kind)piece->kind) {
    case DP_PIECE_LITERAL:
        memcpy(p, t->text + piece->off, piece->len);
        return p + piece->len;
    case DP_PIECE_MAC:
        return put_mac(p, v->mac);
    case DP_PIECE_GIADDR:
    case DP_PIECE_IP:
        return put_ip(p, number_of(t, piece, v));
    case DP_PIECE_STATION:
    case DP_PIECE_RELAY:
        break;
    }
    return put_number(p, number_of(t, piece, v));
}

size_t dp_template_render(const dp_template *t, const dp_template_values *v, uint8_t *buf)
{
    uint8_t *p = buf;
    unsigned i;

    for (i = 0; i < t->n; i++) {
        const dp_piece *piece = &t->pieces[i];

        p = piece->raw ? put_raw(p, t, piece, v) : put_text(p, t, piece, v);
    }
    return (size_t)(p - buf);
}
