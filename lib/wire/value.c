/* SPDX-License-Identifier: MIT */
/* value.c - option values per station.  Whether a text filled in can be encoded is tried with the
 * smallest and the largest fields when the value is made, so that rendering need not fail. */
#include "wire/dp_value.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_option.h"

/* Octets without a shape of their own still have notations for them. */
static bool has_notation(dhcpperf_opt_type type, const char *text)
{
    static const char *const of_ids[] = {"id:", "mac:", "duid:"};
    static const char *const of_opaque[] = {"ip:", "u8:", "u16:", "u32:"};
    const char *const *words = type == DHCPPERF_OPTTYPE_CLIENT_ID ? of_ids : of_opaque;
    size_t n = type == DHCPPERF_OPTTYPE_CLIENT_ID ? 3 : 4, i;

    for (i = 0; i < n && strncmp(text, words[i], strlen(words[i])) != 0; i++) {
    }
    return i < n;
}

/* A template of octets; NOTFOUND when the text must be encoded by its type. */
static int parse_octets(dp_template *ret, dhcpperf_opt_type type, const char *text)
{
    if (strncmp(text, "hex:", 4) == 0) {
        return dp_template_parse_hex(ret, text + 4);
    }
    if (strncmp(text, "text:", 5) == 0) {
        return dp_template_parse(ret, text + 5);
    }
    if (type == DHCPPERF_OPTTYPE_STRING ||
        ((type == DHCPPERF_OPTTYPE_OPAQUE || type == DHCPPERF_OPTTYPE_CLIENT_ID) &&
         !has_notation(type, text))) {
        return dp_template_parse(ret, text);
    }
    return DHCPPERF_E_NOTFOUND;
}

static int encode(const dp_value *v, const uint8_t *text, size_t n, uint8_t *buf, size_t *ret_len)
{
    dp_scan s = {.at = (const char *)text, .end = (const char *)text + n};
    dp_out o = {.buf = buf, .cap = DP_TEMPLATE_MAX};
    int rc;

    dp_scan_trim(&s);
    rc = dp_encode_type(v->type, v->fields, &s, &o);
    if (rc == 0 && !dp_scan_empty(&s)) {
        rc = DHCPPERF_E_SYNTAX;
    }
    if (rc == 0 && o.len > DP_TEMPLATE_MAX) {
        rc = DHCPPERF_E_NOBUFS;
    }
    *ret_len = o.len;
    return rc;
}

/* Text without fields: encoded now. */
static int settle(dp_value *v, const uint8_t *text, size_t n)
{
    uint8_t octets[DP_TEMPLATE_MAX];
    size_t len;
    int rc = encode(v, text, n, octets, &len);

    return rc != 0 ? rc : dp_value_literal(v, octets, len);
}

int dp_value_literal(dp_value *ret, const uint8_t *data, size_t len)
{
    memset(ret, 0, sizeof *ret);
    return dp_template_literal(&ret->form, data, len);
}

int dp_value_parse_octets(dp_value *ret, const char *text)
{
    dp_value v;
    int rc;

    memset(&v, 0, sizeof v);
    rc = parse_octets(&v.form, DHCPPERF_OPTTYPE_STRING, text);
    if (rc == 0) {
        *ret = v;
    }
    return rc;
}

/* Text with fields that is encoded when they are filled in; tried with the smallest numbers now,
 * when the user can still be told. */
static int parse_typed(dp_value *v, const char *text)
{
    static const dp_template_values smallest;
    uint8_t filled[DP_TEMPLATE_MAX], octets[DP_TEMPLATE_MAX];
    size_t n;
    int rc = dp_template_parse(&v->form, text);

    if (rc == 0 && !dp_template_is_text(&v->form)) {
        rc = DHCPPERF_E_SYNTAX; /* octets could mean anything to the type's notation */
    }
    rc = rc == 0 ? dp_template_limit(&v->form, 1, 1) : rc;
    if (rc != 0) {
        return rc;
    }
    n = dp_template_render(&v->form, &smallest, filled);
    v->by_type = true;
    return dp_value_is_fixed(v) ? settle(v, filled, n) : encode(v, filled, n, octets, &n);
}

int dp_value_parse(dp_value *ret, dhcpperf_opt_type type, const char *fields, const char *text)
{
    dp_value v;
    int rc;

    memset(&v, 0, sizeof v);
    v.type = type;
    v.fields = fields;
    if (!dp_template_is_one(text)) {
        rc = settle(&v, (const uint8_t *)text, strlen(text));
    } else {
        rc = parse_octets(&v.form, type, text);
        if (rc == DHCPPERF_E_NOTFOUND) {
            rc = parse_typed(&v, text);
        }
    }
    if (rc == 0) {
        *ret = v;
    }
    return rc;
}

int dp_value_limit(dp_value *v, uint32_t stations, uint32_t relays)
{
    dp_template_values widest = {.station = stations > 0 ? stations - 1 : 0,
                                 .relay = relays > 0 ? relays - 1 : 0,
                                 .giaddr = UINT32_MAX};
    uint8_t filled[DP_TEMPLATE_MAX], octets[DP_TEMPLATE_MAX];
    size_t len = 0;
    int rc = dp_template_limit(&v->form, stations, relays);

    if (rc == 0 && v->by_type) {
        len = dp_template_render(&v->form, &widest, filled);
        rc = encode(v, filled, len, octets, &len);
    } else {
        len = v->form.max_len;
    }
    if (rc == 0) {
        v->max_len = (uint8_t)len;
    }
    return rc;
}

size_t dp_value_render(const dp_value *v, const dp_template_values *of, uint8_t *buf)
{
    uint8_t filled[DP_TEMPLATE_MAX];
    size_t len;

    if (!v->by_type) {
        return dp_template_render(&v->form, of, buf);
    }
    len = dp_template_render(&v->form, of, filled);
    return encode(v, filled, len, buf, &len) == 0 ? len : 0;
}
