/* SPDX-License-Identifier: MIT */
/* template.c - compiles and renders per-station option values.  A template never renders more than
 * max_len octets, which dp_template_limit() proves to be at most 255, so rendering cannot fail. */
#include "wire/dp_template.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_text.h"

enum {
    MAC_TEXT_LEN = 17
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

static int add_hex(dp_template *t, const char *digits, size_t n)
{
    uint8_t octets[DP_TEMPLATE_MAX];
    size_t len, i;
    int rc = dp_parse_hex(digits, n, octets, sizeof octets, &len);

    for (i = 0; rc == 0 && i < len; i++) {
        rc = add_octet(t, octets[i]);
    }
    return rc;
}

/* The n characters between two braces. */
static int add_name(dp_template *t, const char *name, size_t n)
{
    if (n >= 4 && memcmp(name, "hex:", 4) == 0) {
        return add_hex(t, name + 4, n - 4);
    }
    if (n == 7 && memcmp(name, "station", 7) == 0) {
        return add_piece(t, DP_PIECE_STATION);
    }
    if (n == 5 && memcmp(name, "relay", 5) == 0) {
        return add_piece(t, DP_PIECE_RELAY);
    }
    if (n == 3 && memcmp(name, "mac", 3) == 0) {
        return add_piece(t, DP_PIECE_MAC);
    }
    return DHCPPERF_E_SYNTAX;
}

int dp_template_parse(dp_template *ret, const char *text)
{
    dp_template t;
    const char *end;
    int rc = 0;

    memset(&t, 0, sizeof t);
    while (rc == 0 && *text != '\0') {
        if ((text[0] == '{' || text[0] == '}') && text[1] == text[0]) {
            rc = add_octet(&t, (uint8_t)*text);
            text += 2;
        } else if (*text == '{') {
            end = strchr(text, '}');
            if (end == NULL) {
                return DHCPPERF_E_SYNTAX;
            }
            rc = add_name(&t, text + 1, (size_t)(end - text - 1));
            text = end + 1;
        } else if (*text == '}') {
            rc = DHCPPERF_E_SYNTAX;
        } else {
            rc = add_octet(&t, (uint8_t)*text++);
        }
    }
    if (rc == 0) {
        *ret = t;
    }
    return rc;
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

int dp_template_limit(dp_template *t, uint32_t stations, uint32_t relays)
{
    size_t len = t->literals;
    unsigned i;

    for (i = 0; i < t->n; i++) {
        switch ((dp_piece_kind)t->pieces[i].kind) {
        case DP_PIECE_LITERAL:
            break; /* counted as a whole */
        case DP_PIECE_STATION:
            len += count_digits(stations > 0 ? stations - 1 : 0);
            break;
        case DP_PIECE_RELAY:
            len += count_digits(relays > 0 ? relays - 1 : 0);
            break;
        case DP_PIECE_MAC:
            len += MAC_TEXT_LEN;
            break;
        }
    }
    if (len > DP_TEMPLATE_MAX) {
        return DHCPPERF_E_NOBUFS;
    }
    t->max_len = (uint8_t)len;
    return 0;
}

bool dp_template_is_fixed(const dp_template *t)
{
    return t->n == 0 || (t->n == 1 && t->pieces[0].kind == DP_PIECE_LITERAL);
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

size_t dp_template_render(const dp_template *t, const dp_template_values *v, uint8_t *buf)
{
    uint8_t *p = buf;
    unsigned i;

    for (i = 0; i < t->n; i++) {
        const dp_piece *piece = &t->pieces[i];

        switch ((dp_piece_kind)piece->kind) {
        case DP_PIECE_LITERAL:
            memcpy(p, t->text + piece->off, piece->len);
            p += piece->len;
            break;
        case DP_PIECE_STATION:
            p = put_number(p, v->station);
            break;
        case DP_PIECE_RELAY:
            p = put_number(p, v->relay);
            break;
        case DP_PIECE_MAC:
            p = put_mac(p, v->mac);
            break;
        }
    }
    return (size_t)(p - buf);
}
