/* SPDX-License-Identifier: MIT */
/* option_nested.c - values made of values, both directions: user classes (77), TLV sub-options (43,
 * 82), the enterprise forms (124, 125), VSS (221) and SIP servers (120).  A part that does not have
 * its own shape is written as a token of octets, so whatever can be walked can be written. */
#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_option.h"
#include "wire/dp_view.h"

static void put_hex(dp_text *t, dhcpperf_bytes v)
{
    dp_text_str(t, "hex:");
    dp_text_bytes(t, v.data, v.len, '\0');
}

/* A part with its length in one octet before it; `encode` may be NULL for a token. */
static int encode_counted(dp_scan *s, dp_out *o)
{
    size_t at = o->len;
    int rc;

    dp_out_octet(o, 0);
    rc = dp_scan_empty(s) ? DHCPPERF_E_SYNTAX : dp_encode_token(s, o);
    if (rc == 0 && o->len - at - 1 > UINT8_MAX) {
        rc = DHCPPERF_E_RANGE;
    }
    dp_out_patch(o, at, (uint8_t)(o->len - at - 1));
    return rc;
}

/* Parts between commas, each behind its length. */
static int encode_counted_list(dp_scan *s, dp_out *o)
{
    dp_scan part;
    int rc = DHCPPERF_E_SYNTAX;

    while (dp_scan_until(s, ',', &part)) {
        rc = encode_counted(&part, o);
        if (rc != 0) {
            s->at = part.at;
            return rc;
        }
    }
    return rc;
}

/* The next part of a list of lengths and octets; false when it does not fit. */
static bool next_counted(dhcpperf_bytes v, size_t *at, dhcpperf_bytes *ret)
{
    size_t n = v.data[*at];

    if (v.len - *at - 1 < n) {
        return false;
    }
    ret->data = v.data + *at + 1;
    ret->len = n;
    *at += 1 + n;
    return true;
}

static bool is_counted_list(dhcpperf_bytes v)
{
    dhcpperf_bytes part;
    size_t at = 0;

    while (at < v.len && next_counted(v, &at, &part)) {
    }
    return at == v.len && v.len > 0;
}

static void format_counted_list(dp_text *t, dhcpperf_bytes v, const char *stops)
{
    dhcpperf_bytes part;
    size_t at = 0;

    while (at < v.len) {
        dp_text_str(t, at > 0 ? ", " : "");
        if (!next_counted(v, &at, &part)) {
            return; /* not so: is_counted_list() said */
        }
        dp_format_token(t, part, stops);
    }
}

/* ---- option 77: RFC 3004 lists; what common clients send instead is text: ------------------- */

int dp_encode_user_class(dp_scan *s, dp_out *o)
{
    return encode_counted_list(s, o);
}

int dp_format_user_class(dp_text *t, dhcpperf_bytes v)
{
    dhcpperf_bytes first = {v.data + 1, v.data[0]};
    size_t i;

    if (is_counted_list(v) && !(v.len == 1)) {
        /* A first part of hex: would be taken for the prefix of the whole value. */
        if (first.len == 0) {
            put_hex(t, v);
            return 0;
        }
        for (i = 0; i < first.len; i++) {
            if (first.data[i] < 0x20 || first.data[i] >= 0x7f) {
                put_hex(t, v);
                return 0;
            }
        }
        format_counted_list(t, v, ",");
        return 0;
    }
    for (i = 0; i < v.len; i++) {
        if (v.data[i] < 0x20 || v.data[i] >= 0x7f) {
            put_hex(t, v);
            return 0;
        }
    }
    dp_text_str(t, "text:");
    dp_format_string(t, v, "");
    return 0;
}

/* ---- TLV sub-options ------------------------------------------------------------------------ */

/* "CODE:VALUE" with the value in the shape that `types` gives the code. */
static int encode_subopt(dp_scan *s, dp_out *o, int (*code_of)(const char *name),
                         dhcpperf_opt_type (*type_of)(uint8_t code))
{
    size_t at, n;
    char name[32];
    dp_scan key;
    int code, rc;

    if (!dp_scan_until(s, ':', &key) || dp_scan_empty(&key)) {
        return DHCPPERF_E_SYNTAX;
    }
    n = (size_t)(key.end - key.at);
    if (n >= sizeof name) {
        s->at = key.at;
        return DHCPPERF_E_SYNTAX;
    }
    memcpy(name, key.at, n);
    name[n] = '\0';
    code = code_of(name);
    if (code < 0) {
        s->at = key.at;
        return code;
    }
    dp_scan_trim(s);
    dp_out_octet(o, (uint8_t)code);
    at = o->len;
    dp_out_octet(o, 0);
    switch ((int)type_of((uint8_t)code)) {
    case DHCPPERF_OPTTYPE_OPAQUE:
    case DHCPPERF_OPTTYPE_STRING:
        rc = dp_scan_empty(s) ? DHCPPERF_E_SYNTAX : dp_encode_token(s, o);
        break;
    default:
        rc = dp_encode_type(type_of((uint8_t)code), NULL, s, o);
        break;
    }
    n = o->len - at - 1;
    dp_out_patch(o, at, (uint8_t)n);
    return rc == 0 && n > UINT8_MAX ? DHCPPERF_E_RANGE : rc;
}

static int encode_subopt_list(dp_scan *s, dp_out *o, int (*code_of)(const char *name),
                              dhcpperf_opt_type (*type_of)(uint8_t code))
{
    dp_scan part;
    int rc = DHCPPERF_E_SYNTAX;

    while (dp_scan_until(s, ',', &part)) {
        rc = encode_subopt(&part, o, code_of, type_of);
        if (rc == 0 && !dp_scan_empty(&part)) {
            rc = DHCPPERF_E_SYNTAX;
        }
        if (rc != 0) {
            s->at = part.at;
            return rc;
        }
    }
    return rc;
}

static int plain_code(const char *text)
{
    uint64_t v;

    return dp_parse_u64(text, 0, UINT8_MAX, &v) == 0 ? (int)v : DHCPPERF_E_SYNTAX;
}

static dhcpperf_opt_type plain_type(uint8_t code)
{
    (void)code;
    return DHCPPERF_OPTTYPE_OPAQUE;
}

static bool is_subopt_list(dhcpperf_bytes v)
{
    dhcpperf_bytes sub;
    size_t cursor = 0;
    uint8_t code;
    int rc;

    while ((rc = dhcpperf_subopt_next(v, &cursor, &code, &sub)) == 1) {
    }
    return rc == 0 && v.len > 0;
}

static void format_subopt_list(dp_text *t, dhcpperf_bytes v, const char *stops)
{
    dhcpperf_bytes sub;
    size_t cursor = 0;
    uint8_t code;

    while (dhcpperf_subopt_next(v, &cursor, &code, &sub) == 1) {
        dp_text_u64(t, code);
        dp_text_char(t, ':');
        dp_format_token(t, sub, stops);
        dp_text_str(t, cursor < v.len ? ", " : "");
    }
}

int dp_encode_subopts(dp_scan *s, dp_out *o)
{
    return encode_subopt_list(s, o, plain_code, plain_type);
}

/* Vendor options need not be TLVs, and pad and End may sit among them (RFC 2132 section 8.4): then
 * the octets as they are. */
int dp_format_subopts(dp_text *t, dhcpperf_bytes v)
{
    if (!is_subopt_list(v)) {
        put_hex(t, v);
        return 0;
    }
    format_subopt_list(t, v, ",");
    return 0;
}

/* ---- option 82 ------------------------------------------------------------------------------ */

int dp_encode_relay_info(dp_scan *s, dp_out *o)
{
    return encode_subopt_list(s, o, dhcpperf_relay_subopt_code, dp_relay_subopt_type);
}

static void format_relay_value(dp_text *t, uint8_t code, dhcpperf_bytes v)
{
    dhcpperf_opt_type type = dp_relay_subopt_type(code);
    dp_text before = *t;

    switch ((int)type) {
    case DHCPPERF_OPTTYPE_OPAQUE:
    case DHCPPERF_OPTTYPE_STRING:
        dp_format_token(t, v, ",");
        return;
    default:
        if (!dp_type_length_fits(type, v.len) || dp_format_type(type, NULL, t, v) != 0) {
            *t = before; /* whatever was written is written over */
            put_hex(t, v);
        }
        return;
    }
}

int dp_format_relay_info(dp_text *t, dhcpperf_bytes v)
{
    dhcpperf_bytes sub;
    size_t cursor = 0;
    uint8_t code;

    if (!is_subopt_list(v)) {
        return DHCPPERF_E_MALFORMED;
    }
    while (dhcpperf_subopt_next(v, &cursor, &code, &sub) == 1) {
        const char *name = dhcpperf_relay_subopt_name(code);

        if (name != NULL) {
            dp_text_str(t, name);
        } else {
            dp_text_u64(t, code);
        }
        dp_text_char(t, ':');
        format_relay_value(t, code, sub);
        dp_text_str(t, cursor < v.len ? ", " : "");
    }
    return 0;
}

/* ---- options 124 and 125: RFC 3925 ---------------------------------------------------------- */

/* "ENTERPRISE/LIST; ENTERPRISE/LIST" */
static int encode_enterprises(dp_scan *s, dp_out *o, int (*list)(dp_scan *s, dp_out *o))
{
    uint64_t enterprise;
    dp_scan part;
    size_t at;
    int rc = DHCPPERF_E_SYNTAX;

    while (dp_scan_until(s, ';', &part)) {
        rc = dp_scan_number(&part, UINT32_MAX, &enterprise);
        if (rc == 0 && !dp_scan_char(&part, '/')) {
            rc = DHCPPERF_E_SYNTAX;
        }
        if (rc != 0) {
            s->at = part.at;
            return rc;
        }
        dp_out_number(o, enterprise, 4);
        at = o->len;
        dp_out_octet(o, 0);
        dp_scan_trim(&part);
        rc = dp_scan_word(&part, "hex:") ? dp_encode_hex(&part, o) : list(&part, o);
        if (rc == 0 && !dp_scan_empty(&part)) {
            rc = DHCPPERF_E_SYNTAX;
        }
        if (rc == 0 && o->len - at - 1 > UINT8_MAX) {
            rc = DHCPPERF_E_RANGE;
        }
        if (rc != 0) {
            s->at = part.at;
            return rc;
        }
        dp_out_patch(o, at, (uint8_t)(o->len - at - 1));
    }
    return rc;
}

static int format_enterprises(dp_text *t, dhcpperf_bytes v,
                              void (*list)(dp_text *t, dhcpperf_bytes data))
{
    uint32_t enterprise;
    dhcpperf_bytes data;
    size_t cursor = 0;
    int rc;

    while ((rc = dhcpperf_enterprise_next(v, &cursor, &enterprise, &data)) == 1) {
        dp_text_u64(t, enterprise);
        dp_text_char(t, '/');
        list(t, data);
        dp_text_str(t, cursor < v.len ? "; " : "");
    }
    return rc;
}

static void format_class_list(dp_text *t, dhcpperf_bytes data)
{
    /* A first part written as hex: would be taken for the whole: then the whole is. */
    if (is_counted_list(data) && data.data[0] > 0) {
        size_t i, n = data.data[0];

        for (i = 1; i <= n && data.data[i] >= 0x20 && data.data[i] < 0x7f; i++) {
        }
        if (i > n) {
            format_counted_list(t, data, ",;");
            return;
        }
    }
    put_hex(t, data);
}

static void format_info_list(dp_text *t, dhcpperf_bytes data)
{
    if (is_subopt_list(data)) {
        format_subopt_list(t, data, ",;");
    } else {
        put_hex(t, data);
    }
}

int dp_encode_vi_class(dp_scan *s, dp_out *o)
{
    return encode_enterprises(s, o, encode_counted_list);
}

int dp_format_vi_class(dp_text *t, dhcpperf_bytes v)
{
    return format_enterprises(t, v, format_class_list);
}

int dp_encode_vi_info(dp_scan *s, dp_out *o)
{
    return encode_enterprises(s, o, dp_encode_subopts);
}

int dp_format_vi_info(dp_text *t, dhcpperf_bytes v)
{
    return format_enterprises(t, v, format_info_list);
}

/* ---- VSS: RFC 6607 -------------------------------------------------------------------------- */

enum {
    VSS_NAME = 0,
    VSS_VPN_ID = 1, /* RFC 2685: three octets of OUI, four of index */
    VSS_GLOBAL = 255,
    VPN_ID_LEN = 7
};

int dp_encode_vss(dp_scan *s, dp_out *o)
{
    size_t from = o->len;
    dp_scan oui;

    if (dp_scan_is(s, "global")) {
        s->at = s->end;
        dp_out_octet(o, VSS_GLOBAL);
        return 0;
    }
    if (dp_scan_word(s, "vpn-id:")) {
        dp_out_octet(o, VSS_VPN_ID);
        if (!dp_scan_until(s, ':', &oui) || dp_encode_hex(&oui, o) != 0 || o->len - from != 4 ||
            dp_encode_hex(s, o) != 0 || o->len - from != 1 + VPN_ID_LEN) {
            return DHCPPERF_E_SYNTAX;
        }
        return 0;
    }
    if (dp_scan_word(s, "vpn:")) {
        dp_out_octet(o, VSS_NAME);
        return dp_scan_empty(s) ? DHCPPERF_E_SYNTAX : dp_encode_string(s, o);
    }
    return DHCPPERF_E_SYNTAX;
}

int dp_format_vss(dp_text *t, dhcpperf_bytes v)
{
    dhcpperf_bytes rest = {v.data + 1, v.len - 1};

    if (v.data[0] == VSS_GLOBAL && rest.len == 0) {
        dp_text_str(t, "global");
    } else if (v.data[0] == VSS_VPN_ID && rest.len == VPN_ID_LEN) {
        dp_text_str(t, "vpn-id:");
        dp_text_bytes(t, rest.data, 3, '\0');
        dp_text_char(t, ':');
        dp_text_bytes(t, rest.data + 3, 4, '\0');
    } else if (v.data[0] == VSS_NAME && rest.len > 0) {
        dp_text_str(t, "vpn:");
        dp_format_string(t, rest, ",");
    } else {
        return DHCPPERF_E_MALFORMED;
    }
    return 0;
}

/* ---- SIP servers: RFC 3361 ------------------------------------------------------------------ */

enum {
    SIP_NAMES = 0,
    SIP_ADDRESSES = 1
};

static bool reads_as_ip4(dp_scan s)
{
    dhcpperf_ip4 ip;

    return dp_scan_ip4(&s, &ip) == 0 && dp_scan_empty(&s);
}

int dp_encode_sip(dp_scan *s, dp_out *o)
{
    dp_scan all = *s, first;
    bool addresses = dp_scan_until(&all, ',', &first) && reads_as_ip4(first);

    dp_out_octet(o, addresses ? SIP_ADDRESSES : SIP_NAMES);
    return addresses ? dp_encode_type(DHCPPERF_OPTTYPE_IP4_LIST, NULL, s, o)
                     : dp_encode_domains(s, o, false);
}

/* A name that reads as an address would come back as one. */
static bool name_reads_as_ip4(dhcpperf_bytes v)
{
    char text[DP_NAME_MAX + 1];
    size_t at = 0;
    dp_scan s;
    dp_text t;

    dp_text_begin(&t, text, sizeof text);
    if (dp_format_domain(&t, v, &at) != 0 || dp_text_end(&t) < 0) {
        return false;
    }
    s.at = text;
    s.end = text + t.len;
    s.dangling = false;
    return reads_as_ip4(s);
}

int dp_format_sip(dp_text *t, dhcpperf_bytes v)
{
    dhcpperf_bytes rest = {v.data + 1, v.len - 1};

    if (v.data[0] == SIP_ADDRESSES && dp_type_length_fits(DHCPPERF_OPTTYPE_IP4_LIST, rest.len)) {
        return dp_format_type(DHCPPERF_OPTTYPE_IP4_LIST, NULL, t, rest);
    }
    if (v.data[0] == SIP_NAMES && rest.len > 0 && !name_reads_as_ip4(rest)) {
        return dp_format_domains(t, rest);
    }
    return DHCPPERF_E_MALFORMED;
}
