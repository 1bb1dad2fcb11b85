/* SPDX-License-Identifier: MIT */
/* fault_values.c - what surgery puts into fields and options: reading and writing it.
 *
 * A value that is the same for all messages is octets, whatever it was written as: how it is
 * written back depends on them alone. */
#include <string.h>

#include <libdhcpperf/option.h>

#include "policy/dp_fault_text.h"
#include "wire/dp_view.h"

#define BAD_NUMBER                                                                                 \
    "a value of this field is a number that fits it, random, other, +N, -N or hex:0a0b"
#define BAD_ADDRESS                                                                                \
    "a value of this field is an address, random, other, own, server, network, broadcast, +N, -N " \
    "or hex:0a0b"
#define BAD_HARDWARE                                                                               \
    "a value of this field is an address such as 02:00:00:00:00:01, random, other, +N, -N or "     \
    "hex:0a0b"
#define BAD_TEXT    "a value of this field is text in quotes, random, other or hex:0a0b"
#define BAD_LENGTH  "a field takes no more octets than it has"
#define BAD_HEX     "hexadecimal octets have two digits each, as in hex:0a0b"
#define BAD_OPTION  "this is no value of that option; hex:0a0b gives it any octets"
#define LONG_OPTION "an option takes 255 octets at most"

/* ---- octets ---------------------------------------------------------------------------------- */

static int keep(dp_fault_reader *r, dp_fault_action *a, const uint8_t *octets, size_t len)
{
    uint8_t *at = NULL;

    a->how = DP_FX_OCTETS;
    a->at = r->plan->n_octets;
    a->len = (uint32_t)len;
    if (len > 0) {
        at = dp_fault_add_octets(r->plan, len);
        if (at == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        memcpy(at, octets, len);
    }
    return 0;
}

static bool is_hex(dp_fault_reader *r)
{
    return dp_fault_word(r) >= 4 && memcmp(r->p, "hex:", 4) == 0;
}

int dp_fault_read_hex(dp_fault_reader *r, dp_fault_action *a, size_t cap)
{
    uint8_t octets[DP_FAULT_VALUE_MAX];
    size_t n = dp_fault_word(r), len = 0;
    int rc;

    cap = cap < sizeof octets ? cap : sizeof octets;
    rc = is_hex(r) ? dp_parse_hex(r->p + 4, n - 4, octets, cap, &len) : DHCPPERF_E_SYNTAX;
    if (rc == DHCPPERF_E_NOBUFS) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_RANGE,
                             cap < sizeof octets ? BAD_LENGTH : LONG_OPTION);
    }
    if (rc != 0) {
        return dp_fault_fail(r, r->p, rc, BAD_HEX);
    }
    r->p += n;
    return keep(r, a, octets, len);
}

void dp_fault_write_hex(dp_text *t, const uint8_t *octets, size_t len)
{
    dp_text_str(t, "hex:");
    dp_text_bytes(t, octets, len, '\0');
}

/* ---- fields ---------------------------------------------------------------------------------- */

static const char *bad_field(unsigned kind)
{
    switch ((dp_fault_kind)kind) {
    case DP_FK_NUMBER:
    case DP_FK_BITS:
        break;
    case DP_FK_ADDRESS:
        return BAD_ADDRESS;
    case DP_FK_HARDWARE:
        return BAD_HARDWARE;
    case DP_FK_TEXT:
        return BAD_TEXT;
    }
    return BAD_NUMBER;
}

/* "+N" and "-N", which only fields have that are numbers in some way. */
static int read_step(dp_fault_reader *r, dp_fault_action *a, const char *reason)
{
    const char *at = r->p;
    int rc;

    a->how = *at == '+' ? DP_FX_ADD : DP_FX_SUBTRACT;
    r->p++;
    rc = dp_fault_read_u32(r, 1, UINT32_MAX, reason, &a->n);
    if (rc != 0) {
        r->at = at;
    }
    return rc;
}

static int keep_number(dp_fault_reader *r, dp_fault_action *a, uint32_t v, unsigned width)
{
    uint8_t octets[4];

    dp_put32(octets, v);
    return keep(r, a, octets + 4 - width, width);
}

static int read_mac(dp_fault_reader *r, dp_fault_action *a)
{
    uint8_t octets[16];
    size_t n = dp_fault_word(r), len = 0;

    if (n == 0 || dp_parse_hex(r->p, n, octets, sizeof octets, &len) != 0 || len != 6) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_HARDWARE);
    }
    r->p += n;
    return keep(r, a, octets, len);
}

/* Text fills its field with zeros. */
static int read_text(dp_fault_reader *r, dp_fault_action *a, size_t width)
{
    uint8_t octets[128];
    size_t len = 0;
    int rc;

    if (dp_fault_word(r) > 0 || *r->p != '"') {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_TEXT);
    }
    memset(octets, 0, sizeof octets);
    rc = dp_fault_read_text(r, octets, width, BAD_LENGTH, &len);
    return rc != 0 ? rc : keep(r, a, octets, width);
}

static int read_plain(dp_fault_reader *r, dp_fault_action *a, const dp_fault_field_info *f)
{
    uint32_t v = 0;
    int rc;

    switch ((dp_fault_kind)f->kind) {
    case DP_FK_NUMBER:
    case DP_FK_BITS:
        break;
    case DP_FK_ADDRESS:
        rc = dp_fault_read_ip(r, &v);
        if (rc != 0) {
            return dp_fault_fail(r, r->at, rc, BAD_ADDRESS);
        }
        return keep_number(r, a, v, 4);
    case DP_FK_HARDWARE:
        return read_mac(r, a);
    case DP_FK_TEXT:
        return read_text(r, a, f->width);
    }
    rc = dp_fault_read_u32(r, 0, UINT32_MAX >> (32 - 8 * f->width), BAD_NUMBER, &v);
    return rc != 0 ? rc : keep_number(r, a, v, f->width);
}

static int read_field(dp_fault_reader *r, dp_fault_action *a)
{
    const dp_fault_field_info *f = dp_fault_field_of(a->code);
    size_t n = dp_fault_word(r);
    int word = dp_fault_find_value(r->p, n);

    if (n > 0 && (*r->p == '+' || *r->p == '-') && f->kind != DP_FK_TEXT) {
        return read_step(r, a, bad_field(f->kind));
    }
    if (word == DP_FX_RANDOM || word == DP_FX_OTHER || (word >= 0 && f->kind == DP_FK_ADDRESS)) {
        a->how = (uint8_t)word;
        r->p += n;
        return 0;
    }
    return is_hex(r) ? dp_fault_read_hex(r, a, f->width) : read_plain(r, a, f);
}

static bool is_zero(const uint8_t *p, size_t n)
{
    size_t i;

    for (i = 0; i < n && p[i] == 0; i++) {
    }
    return i == n;
}

/* Does text in quotes give these octets of a whole field? */
static bool is_text(const uint8_t *p, size_t n)
{
    size_t i;

    for (i = 0; i < n && p[i] >= 0x20 && p[i] < 0x7f; i++) {
    }
    return is_zero(p + i, n - i);
}

static void write_text(dp_text *t, const uint8_t *p, size_t n)
{
    size_t len = 0;

    while (len < n && p[len] != 0) {
        len++;
    }
    dp_text_char(t, '"');
    dp_text_escaped(t, p, len);
    dp_text_char(t, '"');
}

static void write_field(dp_text *t, const dp_fault_action *a, const uint8_t *octets)
{
    const dp_fault_field_info *f = dp_fault_field_of(a->code);
    bool whole = a->len == f->width;
    uint32_t v = 0, i;

    for (i = 0; i < a->len && i < 4; i++) {
        v = v << 8 | octets[i];
    }
    if (whole && f->kind == DP_FK_NUMBER) {
        dp_text_u64(t, v);
    } else if (whole && f->kind == DP_FK_BITS) {
        dp_text_str(t, "0x");
        dp_text_hex(t, v, 2u * f->width);
    } else if (whole && f->kind == DP_FK_ADDRESS) {
        dp_text_ip4(t, dp_ip4_of(v));
    } else if (f->kind == DP_FK_HARDWARE && a->len == 6) {
        dp_text_bytes(t, octets, 6, ':');
    } else if (whole && f->kind == DP_FK_TEXT && is_text(octets, a->len)) {
        write_text(t, octets, a->len);
    } else {
        dp_fault_write_hex(t, octets, a->len);
    }
}

/* ---- options --------------------------------------------------------------------------------- */

static int read_option(dp_fault_reader *r, dp_fault_action *a)
{
    uint8_t octets[DP_FAULT_VALUE_MAX];
    char raw[DP_FAULT_QUOTED];
    size_t n = dp_fault_word(r), len = 0, off = 0;
    int word = dp_fault_find_value(r->p, n), rc;
    const char *at, *from = r->p;
    bool quoted;

    if (word >= 0 && word != DP_FX_OTHER) {
        a->how = (uint8_t)word;
        r->p += n;
        return 0;
    }
    if (is_hex(r)) {
        return dp_fault_read_hex(r, a, sizeof octets);
    }
    rc = dp_fault_read_raw(r, raw, sizeof raw, BAD_OPTION, &at, &quoted);
    if (rc != 0) {
        return rc;
    }
    rc = dhcpperf_opt_encode_text_at(a->code, raw, octets, sizeof octets, &len, &off);
    if (rc == DHCPPERF_E_NOBUFS) {
        return dp_fault_fail(r, from, DHCPPERF_E_RANGE, LONG_OPTION);
    }
    if (rc != 0) {
        return dp_fault_fail(r, at + off, rc, BAD_OPTION);
    }
    return keep(r, a, octets, len);
}

/* Hides quotes from who looks for the one that ends the text; false when there is no room. */
static bool escape_quotes(const char *text, char *buf, size_t cap)
{
    dp_text t;

    dp_text_begin(&t, buf, cap);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            dp_text_char(&t, '\\');
        }
        dp_text_char(&t, *text);
        if (*text == '\\' && text[1] != '\0') {
            dp_text_char(&t, *++text);
        }
    }
    return t.len < cap;
}

/* Numbers, addresses and times need no quotes. */
static bool is_bare(const char *text)
{
    return text[0] >= '0' && text[0] <= '9' && text[strspn(text, "0123456789abcdefhms.:/")] == '\0';
}

/* The option's own text, when it gives the same octets. */
static bool find_text(uint8_t code, dhcpperf_bytes value, char *buf, size_t cap)
{
    uint8_t again[DP_FAULT_VALUE_MAX];
    char text[DP_FAULT_QUOTED];
    size_t len = 0;

    return dhcpperf_opt_format(code, value, text, sizeof text) > 0 &&
           escape_quotes(text, buf, cap) &&
           dhcpperf_opt_encode_text(code, buf, again, sizeof again, &len) == 0 &&
           len == value.len && memcmp(again, value.data, len) == 0;
}

static void write_option(dp_text *t, const dp_fault_action *a, const uint8_t *octets)
{
    dhcpperf_bytes value = {octets, a->len};
    char text[DP_FAULT_QUOTED];

    if (a->len == 0 || !find_text(a->code, value, text, sizeof text) ||
        strncmp(text, "hex:", 4) == 0) {
        dp_fault_write_hex(t, octets, a->len);
    } else if (is_bare(text)) {
        dp_text_str(t, text);
    } else {
        dp_text_char(t, '"');
        dp_text_str(t, text);
        dp_text_char(t, '"');
    }
}

/* ---- both ------------------------------------------------------------------------------------ */

int dp_fault_read_value(dp_fault_reader *r, dp_fault_action *a)
{
    return a->verb == DP_FV_SET_FIELD ? read_field(r, a) : read_option(r, a);
}

void dp_fault_write_value(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    const uint8_t *octets = a->len > 0 ? p->octets + a->at : NULL;

    if (a->how == DP_FX_ADD || a->how == DP_FX_SUBTRACT) {
        dp_text_char(t, a->how == DP_FX_ADD ? '+' : '-');
        dp_text_u64(t, a->n);
    } else if (a->how != DP_FX_OCTETS) {
        dp_text_str(t, dp_fault_value_word(a->how));
    } else if (a->verb == DP_FV_SET_FIELD) {
        write_field(t, a, octets);
    } else {
        write_option(t, a, octets);
    }
}
