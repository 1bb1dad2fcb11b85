/* SPDX-License-Identifier: MIT */
/* option.c - the registry of options as tables made from options.def, and the walkers of nested
 * values.  All look-ups by code are one array access. */
#include <libdhcpperf/option.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_option.h"
#include "wire/dp_view.h"

typedef struct opt_entry {
    const char *name;
    const char *fields;
    dhcpperf_opt_type type;
} opt_entry;

static const opt_entry options[256] = {
#define OPT(code, name, type)      [code] = {name, NULL, DHCPPERF_OPTTYPE_##type},
#define OPTREC(code, name, fields) [code] = {name, fields, DHCPPERF_OPTTYPE_RECORD},
#include "wire/options.def"
};

static const opt_entry relay_subopts[256] = {
#define RELAY(code, name, type) [code] = {name, NULL, DHCPPERF_OPTTYPE_##type},
#include "wire/options.def"
};

static const struct {
    const char *name;
    uint8_t code;
} aliases[] = {
#define ALIAS(code, name) {name, code},
#include "wire/options.def"
};

enum {
    PRIVATE_FIRST = 224, /* RFC 3942 */
    PRIVATE_LAST = 254
};

const char *dhcpperf_opt_name(uint8_t code)
{
    return options[code].name;
}

static int find_name(const opt_entry *table, const char *name)
{
    int i;

    for (i = 0; i < 256; i++) {
        if (table[i].name != NULL && dp_text_equal_nocase(name, table[i].name)) {
            return i;
        }
    }
    return -1;
}

/* A code as a number, or SYNTAX. */
static int number_code(const char *text)
{
    uint64_t v;

    return dp_parse_u64(text, 0, UINT8_MAX, &v) == 0 ? (int)v : DHCPPERF_E_SYNTAX;
}

int dhcpperf_opt_code(const char *name)
{
    size_t i;
    int code;

    if (name == NULL) {
        return DHCPPERF_E_INVALID;
    }
    code = find_name(options, name);
    if (code >= 0) {
        return code;
    }
    for (i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (dp_text_equal_nocase(name, aliases[i].name)) {
            return aliases[i].code;
        }
    }
    return number_code(name);
}

dhcpperf_opt_status dhcpperf_opt_get_status(uint8_t code)
{
    if (code >= PRIVATE_FIRST && code <= PRIVATE_LAST) {
        return DHCPPERF_OPT_PRIVATE;
    }
    return options[code].name != NULL ? DHCPPERF_OPT_ASSIGNED : DHCPPERF_OPT_UNASSIGNED;
}

dhcpperf_opt_type dhcpperf_opt_datatype(uint8_t code)
{
    return options[code].type;
}

const char *dhcpperf_opt_fields(uint8_t code)
{
    return options[code].fields;
}

const char *dhcpperf_relay_subopt_name(uint8_t code)
{
    return relay_subopts[code].name;
}

int dhcpperf_relay_subopt_code(const char *name)
{
    int code;

    if (name == NULL) {
        return DHCPPERF_E_INVALID;
    }
    code = find_name(relay_subopts, name);
    return code >= 0 ? code : number_code(name);
}

dhcpperf_opt_type dp_relay_subopt_type(uint8_t code)
{
    return relay_subopts[code].type;
}

const char *dhcpperf_opt_type_name(dhcpperf_opt_type type)
{
    static const char *const names[] = {
        [DHCPPERF_OPTTYPE_OPAQUE] = "opaque",
        [DHCPPERF_OPTTYPE_FLAG] = "flag",
        [DHCPPERF_OPTTYPE_BOOL] = "bool",
        [DHCPPERF_OPTTYPE_U8] = "u8",
        [DHCPPERF_OPTTYPE_U16] = "u16",
        [DHCPPERF_OPTTYPE_U32] = "u32",
        [DHCPPERF_OPTTYPE_I32] = "i32",
        [DHCPPERF_OPTTYPE_SECONDS] = "seconds",
        [DHCPPERF_OPTTYPE_IP4] = "ip4",
        [DHCPPERF_OPTTYPE_IP4_LIST] = "ip4-list",
        [DHCPPERF_OPTTYPE_IP4_LIST0] = "ip4-list-or-none",
        [DHCPPERF_OPTTYPE_IP4_LISTS] = "ip4-lists",
        [DHCPPERF_OPTTYPE_IP4_MASK_LIST] = "ip4-mask-list",
        [DHCPPERF_OPTTYPE_IP4_VIA_LIST] = "ip4-via-list",
        [DHCPPERF_OPTTYPE_STRING] = "string",
        [DHCPPERF_OPTTYPE_U8_LIST] = "u8-list",
        [DHCPPERF_OPTTYPE_U16_LIST] = "u16-list",
        [DHCPPERF_OPTTYPE_CODE_LIST] = "code-list",
        [DHCPPERF_OPTTYPE_MSG_TYPE] = "message-type",
        [DHCPPERF_OPTTYPE_DOMAIN] = "domain",
        [DHCPPERF_OPTTYPE_DOMAIN_LIST] = "domain-list",
        [DHCPPERF_OPTTYPE_SEARCH_LIST] = "search-list",
        [DHCPPERF_OPTTYPE_ROUTE_LIST] = "route-list",
        [DHCPPERF_OPTTYPE_CLIENT_ID] = "client-id",
        [DHCPPERF_OPTTYPE_FQDN] = "fqdn",
        [DHCPPERF_OPTTYPE_USER_CLASS] = "user-class",
        [DHCPPERF_OPTTYPE_SIP_SERVERS] = "sip-servers",
        [DHCPPERF_OPTTYPE_SUBOPTIONS] = "suboptions",
        [DHCPPERF_OPTTYPE_RELAY_INFO] = "relay-info",
        [DHCPPERF_OPTTYPE_VI_CLASS] = "vi-class",
        [DHCPPERF_OPTTYPE_VI_INFO] = "vi-info",
        [DHCPPERF_OPTTYPE_VSS] = "vss",
        [DHCPPERF_OPTTYPE_URI_LIST] = "uri-list",
        [DHCPPERF_OPTTYPE_RECORD] = "record",
    };
    unsigned i = (unsigned)type;

    return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

/* ---- nested values -------------------------------------------------------------------------- */

int dhcpperf_subopt_next(dhcpperf_bytes value, size_t *cursor, uint8_t *ret_code,
                         dhcpperf_bytes *ret_value)
{
    size_t p = *cursor;

    if (p >= value.len) {
        return 0;
    }
    if (value.len - p < 2 || value.len - p - 2 < value.data[p + 1]) {
        return DHCPPERF_E_MALFORMED;
    }
    *ret_code = value.data[p];
    ret_value->data = value.data + p + 2;
    ret_value->len = value.data[p + 1];
    *cursor = p + 2 + ret_value->len;
    return 1;
}

int dhcpperf_subopt_find(dhcpperf_bytes value, uint8_t code, dhcpperf_bytes *ret)
{
    dhcpperf_bytes sub;
    size_t cursor = 0;
    uint8_t c;
    int rc;

    while ((rc = dhcpperf_subopt_next(value, &cursor, &c, &sub)) == 1) {
        if (c == code) {
            *ret = sub;
            return 0;
        }
    }
    return rc == 0 ? DHCPPERF_E_NOTFOUND : rc;
}

int dhcpperf_relay_get_ip4(dhcpperf_bytes relay_info, uint8_t code, dhcpperf_ip4 *ret)
{
    dhcpperf_bytes sub;
    int rc = dhcpperf_subopt_find(relay_info, code, &sub);

    if (rc == 0 && sub.len != sizeof ret->b) {
        return DHCPPERF_E_NOTFOUND;
    }
    if (rc == 0) {
        memcpy(ret->b, sub.data, sizeof ret->b);
    }
    return rc;
}

int dhcpperf_enterprise_next(dhcpperf_bytes value, size_t *cursor, uint32_t *ret_enterprise,
                             dhcpperf_bytes *ret_data)
{
    size_t p = *cursor;

    if (p >= value.len) {
        return 0;
    }
    if (value.len - p < 5 || value.len - p - 5 < value.data[p + 4]) {
        return DHCPPERF_E_MALFORMED;
    }
    *ret_enterprise = dp_get32(value.data + p);
    ret_data->data = value.data + p + 5;
    ret_data->len = value.data[p + 4];
    *cursor = p + 5 + ret_data->len;
    return 1;
}

/* ---- text ----------------------------------------------------------------------------------- */

int dhcpperf_opt_encode_text_at(uint8_t code, const char *text, uint8_t *buf, size_t cap,
                                size_t *ret_len, size_t *reterr_offset)
{
    dp_out o = {buf, buf == NULL ? 0 : cap, 0};
    dp_scan s;
    int rc;

    if (text == NULL || ret_len == NULL) {
        return DHCPPERF_E_INVALID;
    }
    s.at = text;
    s.end = text + strlen(text);
    s.dangling = false;
    dp_scan_trim(&s);
    rc = dp_encode_type(options[code].type, options[code].fields, &s, &o);
    if (rc == 0 && !dp_scan_empty(&s)) {
        rc = DHCPPERF_E_SYNTAX;
    }
    if (rc != 0) {
        if (reterr_offset != NULL) {
            *reterr_offset = (size_t)(s.at - text);
        }
        return rc;
    }
    *ret_len = o.len;
    return o.len > o.cap ? DHCPPERF_E_NOBUFS : 0;
}

int dhcpperf_opt_encode_text(uint8_t code, const char *text, uint8_t *buf, size_t cap,
                             size_t *ret_len)
{
    return dhcpperf_opt_encode_text_at(code, text, buf, cap, ret_len, NULL);
}

int dhcpperf_opt_parse_assignment(const char *text, uint8_t *ret_code, uint8_t *buf, size_t cap,
                                  size_t *ret_len, size_t *reterr_offset)
{
    const char *equals;
    char name[48];
    size_t n, from;
    int code, rc;

    if (text == NULL || ret_code == NULL) {
        return DHCPPERF_E_INVALID;
    }
    equals = strchr(text, '=');
    n = equals != NULL ? (size_t)(equals - text) : strlen(text);
    from = equals != NULL ? n + 1 : n;
    if (reterr_offset != NULL) {
        *reterr_offset = 0;
    }
    if (n == 0 || n >= sizeof name) {
        return DHCPPERF_E_SYNTAX;
    }
    memcpy(name, text, n);
    name[n] = '\0';
    code = dhcpperf_opt_code(name);
    if (code < 0) {
        return code;
    }
    rc = dhcpperf_opt_encode_text_at((uint8_t)code, text + from, buf, cap, ret_len, reterr_offset);
    if (rc == 0) {
        *ret_code = (uint8_t)code;
    } else if (reterr_offset != NULL) {
        *reterr_offset += from;
    }
    return rc;
}

int dhcpperf_opt_check(uint8_t code, dhcpperf_bytes value)
{
    dp_text t;

    dp_text_begin(&t, NULL, 0);
    if (!dp_type_length_fits(options[code].type, value.len)) {
        return DHCPPERF_E_MALFORMED;
    }
    return dp_format_type(options[code].type, options[code].fields, &t, value);
}

int dhcpperf_opt_format(uint8_t code, dhcpperf_bytes value, char *buf, size_t cap)
{
    dp_text t;
    int rc;

    if ((value.data == NULL && value.len > 0) || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    if (!dp_type_length_fits(options[code].type, value.len)) {
        return DHCPPERF_E_MALFORMED;
    }
    rc = dp_format_type(options[code].type, options[code].fields, &t, value);
    if (rc != 0) {
        dp_text_begin(&t, buf, cap);
        return rc;
    }
    return dp_text_end(&t);
}
