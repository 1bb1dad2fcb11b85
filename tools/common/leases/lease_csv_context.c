/* SPDX-License-Identifier: MIT */
/* lease_csv_context.c - user contexts.
 *
 * Relay agent information stands where Kea itself puts it: "ISC", "relay-agent-info", as a string
 * or (since Kea 2.3.2) as an object with "sub-options".  What only we know is in "dhcpperf".  A
 * comma would end the column: it stands as &#x2c there. */
#include "common/leases/lease_csv_context.h"

#include <string.h>

#include "common/leases/lease_text.h"

#define COMMA "&#x2c"

/* ---- writing -------------------------------------------------------------------------------- */

static char *begin_member(char *to, int *inout_members)
{
    return (*inout_members)++ > 0 ? LEASE_PUT(to, COMMA) : to;
}

static char *put_relay_info(char *to, const lease_record *r)
{
    to = LEASE_PUT(to, "\"ISC\":{\"relay-agent-info\":\"0x");
    to = lease_put_hex(to, r->relay_info, 0);
    return LEASE_PUT(to, "\"}");
}

static int has_relay(const lease_record *r)
{
    return (r->giaddr.b[0] | r->giaddr.b[1] | r->giaddr.b[2] | r->giaddr.b[3]) != 0;
}

static int has_hardware_type(const lease_record *r)
{
    return r->htype != 1 && r->chaddr.len > 0;
}

static char *put_ours(char *to, const lease_record *r, const lease_context *more)
{
    int members = 0;

    to = LEASE_PUT(to, "\"dhcpperf\":{");
    if (r->key_kind == DHCPPERF_KEY_CIRCUIT) {
        to = LEASE_PUT(begin_member(to, &members), "\"circuit\":\"");
        to = lease_put_hex(to, r->key, 0);
        *to++ = '"';
    }
    if (has_relay(r)) {
        to = LEASE_PUT(begin_member(to, &members), "\"giaddr\":\"");
        to = lease_put_ip(to, r->giaddr);
        *to++ = '"';
    }
    if (has_hardware_type(r)) {
        to = LEASE_PUT(begin_member(to, &members), "\"htype\":");
        to = lease_put_number(to, r->htype);
    }
    if (more->is_released) {
        to = LEASE_PUT(begin_member(to, &members), "\"released\":true");
    }
    if (more->seen >= 0) {
        to = LEASE_PUT(begin_member(to, &members), "\"seen\":");
        to = lease_put_number(to, (uint64_t)more->seen);
    }
    *to++ = '}';
    return to;
}

char *lease_context_write(char *to, const lease_record *r, const lease_context *more)
{
    int ours = r->key_kind == DHCPPERF_KEY_CIRCUIT || has_relay(r) || has_hardware_type(r) ||
               more->is_released || more->seen >= 0;
    int members = 0;

    if (!ours && r->relay_info.len == 0) {
        return to;
    }
    *to++ = '{';
    if (r->relay_info.len > 0) {
        to = put_relay_info(begin_member(to, &members), r);
    }
    if (ours) {
        to = put_ours(begin_member(to, &members), r, more);
    }
    *to++ = '}';
    return to;
}

/* ---- reading -------------------------------------------------------------------------------- */

enum {
    DEEPEST = 32,
    NAME_MAX_ = 24,                     /* of a member that means something */
    VALUE_MAX = 2 * LEASE_TEXT_MAX + 2, /* "0x" and two digits an octet */
    ENDED = -1
};

typedef struct reader {
    const char *at, *end;
    int depth;
    char path[2][NAME_MAX_ + 1]; /* names of the two outer members that we are in */
    char value[VALUE_MAX + 1];   /* of the latest string or number */
    size_t value_len;            /* more than VALUE_MAX: it did not fit */
    lease_draft *draft;
    lease_context *context;
} reader;

static int escaped(const reader *x)
{
    return x->end - x->at >= 5 && memcmp(x->at, "&#x", 3) == 0 && lease_hex_digit(x->at[3]) >= 0 &&
           lease_hex_digit(x->at[4]) >= 0;
}

static int peek(const reader *x)
{
    if (x->at == x->end) {
        return ENDED;
    }
    return escaped(x) ? lease_hex_digit(x->at[3]) * 16 + lease_hex_digit(x->at[4])
                      : (unsigned char)*x->at;
}

static int take(reader *x)
{
    int c = peek(x);

    if (c != ENDED) {
        x->at += escaped(x) ? 5 : 1;
    }
    return c;
}

static int is_space(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int next_token(reader *x)
{
    while (is_space(peek(x))) {
        (void)take(x);
    }
    return peek(x);
}

static void keep(reader *x, int c)
{
    if (x->value_len < VALUE_MAX) {
        x->value[x->value_len] = (char)c;
    }
    if (x->value_len <= VALUE_MAX) {
        x->value_len++;
    }
}

/* What an escape stands for; beyond ASCII some character that is none of ours. */
static int take_escape(reader *x)
{
    int c = take(x), i, digit, v = 0;

    switch (c) {
    case '"':
    case '\\':
    case '/':
        return c;
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return ' ';
    case 'u':
        for (i = 0; i < 4; i++) {
            digit = take(x);
            digit = digit == ENDED ? -1 : lease_hex_digit((char)digit);
            if (digit < 0) {
                return ENDED;
            }
            v = v * 16 + digit;
        }
        return v < 128 ? v : '?';
    default:
        return ENDED;
    }
}

static int read_string(reader *x)
{
    int c;

    x->value_len = 0;
    if (take(x) != '"') {
        return 0;
    }
    while ((c = take(x)) != '"') {
        if (c == '\\') {
            c = take_escape(x);
        }
        if (c == ENDED) {
            return 0;
        }
        keep(x, c);
    }
    return 1;
}

static int is_word(int c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.';
}

/* A number, true, false or null. */
static int read_word(reader *x)
{
    x->value_len = 0;
    while (is_word(peek(x))) {
        keep(x, take(x));
    }
    return x->value_len > 0;
}

static int value_is(const reader *x, const char *text)
{
    return x->value_len == strlen(text) && memcmp(x->value, text, x->value_len) == 0;
}

static int fail(reader *x, const char *what, const char *right)
{
    char shown[40];

    lease_show(shown, sizeof shown, x->value, x->value_len < VALUE_MAX ? x->value_len : VALUE_MAX);
    (void)lease_draft_fail(x->draft, "%s '%s' in the user context is not %s", what, shown, right);
    return 0;
}

static int use_octets(reader *x, size_t skip, uint8_t *to, size_t cap, dhcpperf_bytes *ret,
                      const char *what)
{
    if (x->value_len > VALUE_MAX || x->value_len < skip ||
        !lease_get_hex(x->value + skip, x->value_len - skip, 0, to, cap, &ret->len)) {
        return fail(x, what, "of at most 255 octets in hexadecimal");
    }
    return 1;
}

static int use_ours(reader *x, const char *name)
{
    lease_draft *d = x->draft;
    uint64_t n;

    if (strcmp(name, "circuit") == 0) {
        d->key_is_circuit = 1;
        return use_octets(x, 0, d->key, LEASE_KEY_MAX, &d->r.key, "circuit");
    }
    if (strcmp(name, "giaddr") == 0) {
        return x->value_len <= VALUE_MAX && lease_get_ip(x->value, x->value_len, &d->r.giaddr)
                   ? 1
                   : fail(x, "giaddr", "an IPv4 address");
    }
    if (strcmp(name, "htype") == 0) {
        if (x->value_len > VALUE_MAX || !lease_get_number(x->value, x->value_len, 255, &n)) {
            return fail(x, "htype", "a number from 0 to 255");
        }
        d->r.htype = (uint8_t)n;
    } else if (strcmp(name, "released") == 0) {
        x->context->is_released = value_is(x, "true");
    } else if (strcmp(name, "seen") == 0) {
        if (x->value_len > VALUE_MAX ||
            !lease_get_number(x->value, x->value_len, INT64_MAX / 1000, &n)) {
            return fail(x, "seen", "a number of seconds since 1970");
        }
        x->context->seen = (int64_t)n;
    }
    return 1;
}

/* A string or a word, at the end of x->path and then `name`. */
static int use_value(reader *x, const char *name)
{
    lease_draft *d = x->draft;

    if (x->depth == 2 && strcmp(x->path[0], "dhcpperf") == 0) {
        return use_ours(x, name);
    }
    if (strcmp(x->path[0], "ISC") == 0 &&
        ((x->depth == 2 && strcmp(name, "relay-agent-info") == 0) ||
         (x->depth == 3 && strcmp(x->path[1], "relay-agent-info") == 0 &&
          strcmp(name, "sub-options") == 0))) {
        return use_octets(x, 2, d->relay_info, LEASE_TEXT_MAX, &d->r.relay_info,
                          "relay-agent-info");
    }
    return 1;
}

static int read_value(reader *x, const char *name);

static int read_member(reader *x)
{
    char name[NAME_MAX_ + 1];

    if (next_token(x) != '"' || !read_string(x)) {
        return 0;
    }
    if (x->value_len > NAME_MAX_) {
        x->value_len = 0; /* none of ours */
    }
    memcpy(name, x->value, x->value_len);
    name[x->value_len] = '\0';
    if (next_token(x) != ':') {
        return 0;
    }
    (void)take(x);
    if (x->depth <= 2) {
        memcpy(x->path[x->depth - 1], name, sizeof name);
    }
    return read_value(x, name);
}

/* An object or an array, behind its first bracket. */
static int read_group(reader *x, int close)
{
    int ok;

    if (++x->depth > DEEPEST) {
        return 0;
    }
    if (next_token(x) == close) {
        (void)take(x);
        x->depth--;
        return 1;
    }
    for (;;) {
        ok = close == '}' ? read_member(x) : read_value(x, "");
        if (!ok || (next_token(x) != close && next_token(x) != ',')) {
            return 0;
        }
        if (take(x) == close) {
            x->depth--;
            return 1;
        }
    }
}

static int read_value(reader *x, const char *name)
{
    switch (next_token(x)) {
    case '{':
        (void)take(x);
        return read_group(x, '}');
    case '[':
        (void)take(x);
        return read_group(x, ']');
    case '"':
        return read_string(x) && use_value(x, name);
    default:
        return read_word(x) && use_value(x, name);
    }
}

int lease_context_read(const char *text, size_t n, lease_draft *d, lease_context *ret)
{
    reader x = {.at = text, .draft = d, .context = ret};

    ret->seen = -1;
    ret->is_released = 0;
    d->why[0] = '\0';
    if (n == 0) {
        return 1;
    }
    x.end = text + n;
    if (next_token(&x) != '{' || !read_value(&x, "") || next_token(&x) != ENDED) {
        if (d->why[0] == '\0') {
            (void)lease_draft_fail(d, "the user context is not a JSON object");
        }
        return 0;
    }
    return 1;
}
