/* SPDX-License-Identifier: MIT */
/* option_encode.c - text to wire value, by shape.  Each encoder takes a slice of text and stops
 * where it no longer understands; whoever called it refuses text that is left over. */
#include <string.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/message.h>

#include "wire/dp_option.h"

/* ---- numbers -------------------------------------------------------------------------------- */

static int encode_number(dp_scan *s, dp_out *o, unsigned octets)
{
    uint64_t hi = octets == 8 ? UINT64_MAX : (UINT64_C(1) << (8 * octets)) - 1, v;
    int rc = dp_scan_number(s, hi, &v);

    if (rc == 0) {
        dp_out_number(o, v, octets);
    }
    return rc;
}

static int encode_i32(dp_scan *s, dp_out *o)
{
    bool negative = dp_scan_char(s, '-');
    uint64_t v;
    int rc;

    if (!negative) {
        (void)dp_scan_char(s, '+');
    }
    rc = dp_scan_number(s, (uint64_t)INT32_MAX + (negative ? 1 : 0), &v);
    if (rc == 0) {
        dp_out_number(o, negative ? UINT64_C(0x100000000) - v : v, 4);
    }
    return rc;
}

/* Seconds, or a duration with units, or "infinite" (RFC 2131 section 3.3: 0xffffffff). */
static int encode_seconds(dp_scan *s, dp_out *o)
{
    char text[32];
    size_t n = (size_t)(s->end - s->at);
    dp_scan number = *s;
    dhcpperf_dur d;
    uint64_t v;
    int rc = dp_scan_number(&number, UINT32_MAX, &v);

    if (rc == DHCPPERF_E_RANGE) {
        return rc;
    }
    if (rc != 0 || !dp_scan_empty(&number)) {
        if (n == 0 || n >= sizeof text) {
            return DHCPPERF_E_SYNTAX;
        }
        memcpy(text, s->at, n);
        text[n] = '\0';
        rc = dhcpperf_dur_parse(&d, text);
        if (rc != 0) {
            return rc;
        }
        v = d == DHCPPERF_NEVER ? UINT32_MAX : d / DHCPPERF_NS_PER_S;
        if (d != DHCPPERF_NEVER && v >= UINT32_MAX) {
            return DHCPPERF_E_RANGE;
        }
    }
    s->at = s->end;
    dp_out_number(o, v, 4);
    return 0;
}

static int encode_bool(dp_scan *s, dp_out *o)
{
    static const char *const no[] = {"false", "no", "off", "0"};
    static const char *const yes[] = {"true", "yes", "on", "1"};
    size_t i;

    for (i = 0; i < sizeof no / sizeof no[0]; i++) {
        if (dp_scan_is(s, no[i]) || dp_scan_is(s, yes[i])) {
            dp_out_octet(o, dp_scan_is(s, yes[i]));
            s->at = s->end;
            return 0;
        }
    }
    return DHCPPERF_E_SYNTAX;
}

/* Present is all a flag can be. */
static int encode_flag(dp_scan *s)
{
    if (!dp_scan_empty(s) && !dp_scan_is(s, "true") && !dp_scan_is(s, "yes") &&
        !dp_scan_is(s, "on") && !dp_scan_is(s, "1")) {
        return DHCPPERF_E_SYNTAX;
    }
    s->at = s->end;
    return 0;
}

static int encode_msg_type(dp_scan *s, dp_out *o)
{
    int type;

    for (type = DHCPPERF_DISCOVER; type <= DHCPPERF_TLS; type++) {
        const char *name = dhcpperf_msg_type_name(type);
        size_t i, n = strlen(name);

        for (i = 0; i < n && s->at + i < s->end && (s->at[i] & ~32) == name[i]; i++) {
        }
        if (i == n && s->at + n == s->end) {
            s->at = s->end;
            dp_out_octet(o, (uint8_t)type);
            return 0;
        }
    }
    return encode_number(s, o, 1);
}

/* ---- addresses ------------------------------------------------------------------------------ */

static int encode_ip4(dp_scan *s, dp_out *o)
{
    dhcpperf_ip4 ip;
    int rc = dp_scan_ip4(s, &ip);

    if (rc == 0) {
        dp_out_octets(o, ip.b, sizeof ip.b);
    }
    return rc;
}

static uint32_t mask_of(unsigned width)
{
    return width == 0 ? 0 : UINT32_MAX << (32 - width);
}

/* "10.0.0.0/255.0.0.0" or "10.0.0.0/8". */
static int encode_ip4_mask(dp_scan *s, dp_out *o)
{
    int rc = encode_ip4(s, o);
    dp_scan mask;
    uint64_t width;

    if (rc != 0 || !dp_scan_char(s, '/')) {
        return DHCPPERF_E_SYNTAX;
    }
    mask = *s;
    if (dp_scan_number(&mask, 32, &width) == 0 && dp_scan_empty(&mask)) {
        s->at = s->end;
        dp_out_number(o, mask_of((unsigned)width), 4);
        return 0;
    }
    return encode_ip4(s, o);
}

/* " via ROUTER" */
static int encode_via(dp_scan *s, dp_out *o)
{
    dp_scan_trim(s);
    if (!dp_scan_word(s, "via ")) {
        return DHCPPERF_E_SYNTAX;
    }
    dp_scan_trim(s);
    return encode_ip4(s, o);
}

static int encode_ip4_via(dp_scan *s, dp_out *o)
{
    int rc = encode_ip4(s, o);

    return rc == 0 ? encode_via(s, o) : rc;
}

/* RFC 3442: width, the significant octets of the destination, the router.  Bits that would be lost
 * are refused. */
static int encode_route(dp_scan *s, dp_out *o)
{
    dhcpperf_ip4 dest = {{0, 0, 0, 0}};
    uint64_t width = 0;
    size_t i, significant;

    if (!dp_scan_word(s, "default")) {
        if (dp_scan_ip4(s, &dest) != 0 || !dp_scan_char(s, '/')) {
            return DHCPPERF_E_SYNTAX;
        }
        if (dp_scan_number(s, 32, &width) != 0) {
            return DHCPPERF_E_SYNTAX;
        }
    }
    significant = ((size_t)width + 7) / 8;
    for (i = significant; i < sizeof dest.b; i++) {
        if (dest.b[i] != 0) {
            return DHCPPERF_E_SYNTAX;
        }
    }
    dp_out_octet(o, (uint8_t)width);
    dp_out_octets(o, dest.b, significant);
    return encode_via(s, o);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static int encode_u8(dp_scan *s, dp_out *o)
{
    return encode_number(s, o, 1);
}

static int encode_u16(dp_scan *s, dp_out *o)
{
    return encode_number(s, o, 2);
}

/* An option by number or name. */
static int encode_code(dp_scan *s, dp_out *o)
{
    char name[48];
    size_t n = (size_t)(s->end - s->at);
    int code;

    if (n == 0 || n >= sizeof name) {
        return DHCPPERF_E_SYNTAX;
    }
    memcpy(name, s->at, n);
    name[n] = '\0';
    code = dhcpperf_opt_code(name);
    if (code < 0) {
        return code;
    }
    dp_out_octet(o, (uint8_t)code);
    s->at = s->end;
    return 0;
}

/* RFC 8572: every URI behind its length in two octets. */
static int encode_uri(dp_scan *s, dp_out *o)
{
    size_t at = o->len, n;
    int rc;

    dp_out_number(o, 0, 2);
    rc = dp_scan_empty(s) ? DHCPPERF_E_SYNTAX : dp_encode_string(s, o);
    n = o->len - at - 2;
    if (rc == 0 && n > UINT16_MAX) {
        rc = DHCPPERF_E_RANGE;
    }
    dp_out_patch(o, at, (uint8_t)(n >> 8));
    dp_out_patch(o, at + 1, (uint8_t)n);
    return rc;
}

/* One or more elements between commas. */
static int encode_list(dp_scan *s, dp_out *o, int (*element)(dp_scan *s, dp_out *o))
{
    dp_scan part;
    int rc = DHCPPERF_E_SYNTAX;

    while (dp_scan_until(s, ',', &part)) {
        rc = element(&part, o);
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

static int encode_ip4_list(dp_scan *s, dp_out *o)
{
    return encode_list(s, o, encode_ip4);
}

/* RFC 7291: lists between semicolons, each behind its length in one octet. */
static int encode_ip4_lists(dp_scan *s, dp_out *o)
{
    dp_scan part;
    size_t at;
    int rc = DHCPPERF_E_SYNTAX;

    while (dp_scan_until(s, ';', &part)) {
        at = o->len;
        dp_out_octet(o, 0);
        rc = encode_ip4_list(&part, o);
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

static int encode_ip4_list0(dp_scan *s, dp_out *o)
{
    if (dp_scan_is(s, "none")) {
        s->at = s->end;
        return 0;
    }
    return encode_ip4_list(s, o);
}

/* ---- shapes of their own -------------------------------------------------------------------- */

/* Option 61: hardware type 1 and a MAC, type 0 and text, or type 255, IAID and DUID (RFC 4361). */
static int encode_client_id(dp_scan *s, dp_out *o)
{
    size_t from = o->len;
    int rc;

    if (dp_scan_word(s, "mac:")) {
        dp_out_octet(o, 1);
        rc = dp_encode_hex(s, o);
        return rc == 0 && o->len - from != 7 ? DHCPPERF_E_SYNTAX : rc;
    }
    if (dp_scan_word(s, "id:")) {
        dp_out_octet(o, 0);
        return dp_scan_empty(s) ? DHCPPERF_E_SYNTAX : dp_encode_string(s, o);
    }
    if (dp_scan_word(s, "duid:")) {
        dp_scan iaid;

        dp_out_octet(o, 255);
        if (!dp_scan_until(s, ':', &iaid) || dp_encode_hex(&iaid, o) != 0 || o->len - from != 5 ||
            dp_scan_empty(s)) {
            return DHCPPERF_E_SYNTAX;
        }
        return dp_encode_hex(s, o);
    }
    return DHCPPERF_E_SYNTAX;
}

/* Octets that nobody described: the user says what they are. */
static int encode_opaque(dp_scan *s, dp_out *o)
{
    if (dp_scan_word(s, "ip:")) {
        return encode_ip4_list(s, o);
    }
    if (dp_scan_word(s, "u8:")) {
        return encode_list(s, o, encode_u8);
    }
    if (dp_scan_word(s, "u16:")) {
        return encode_list(s, o, encode_u16);
    }
    if (dp_scan_word(s, "u32:")) {
        return encode_number(s, o, 4);
    }
    return DHCPPERF_E_SYNTAX;
}

static int encode_rest(char field, dp_scan *s, dp_out *o)
{
    switch (field) {
    case 'I':
        return encode_ip4_list(s, o);
    case 'd':
        return dp_encode_domains(s, o, false);
    case 't':
        return dp_encode_string(s, o);
    default:
        return dp_scan_word(s, "hex:") ? dp_encode_hex(s, o) : DHCPPERF_E_SYNTAX;
    }
}

static int encode_field(char field, dp_scan *s, dp_out *o)
{
    uint8_t ip6[16];
    int rc;

    switch (field) {
    case 'b':
        return encode_number(s, o, 1);
    case 's':
        return encode_number(s, o, 2);
    case 'l':
        return encode_number(s, o, 4);
    case 'q':
        return encode_number(s, o, 8);
    case 'i':
        return encode_ip4(s, o);
    default:
        rc = dp_scan_ip6(s, ip6);
        if (rc == 0) {
            dp_out_octets(o, ip6, sizeof ip6);
        }
        return rc;
    }
}

/* Fields between spaces; the last may take all the rest. */
static int encode_record(const char *fields, dp_scan *s, dp_out *o)
{
    dp_scan part;
    int rc;

    for (; *fields != '\0'; fields++) {
        if (strchr("Idtx", *fields) != NULL) {
            dp_scan_trim(s);
            return *fields == 't' || !dp_scan_empty(s) ? encode_rest(*fields, s, o)
                                                       : DHCPPERF_E_SYNTAX;
        }
        do {
            if (!dp_scan_until(s, ' ', &part)) {
                return DHCPPERF_E_SYNTAX;
            }
        } while (dp_scan_empty(&part));
        rc = encode_field(*fields, &part, o);
        if (rc == 0 && !dp_scan_empty(&part)) {
            rc = DHCPPERF_E_SYNTAX;
        }
        if (rc != 0) {
            s->at = part.at;
            return rc;
        }
    }
    return 0;
}

/* ---- by shape ------------------------------------------------------------------------------- */

static int encode_lists_of(dhcpperf_opt_type type, dp_scan *s, dp_out *o)
{
    switch ((int)type) {
    case DHCPPERF_OPTTYPE_IP4_LIST:
        return encode_ip4_list(s, o);
    case DHCPPERF_OPTTYPE_IP4_LIST0:
        return encode_ip4_list0(s, o);
    case DHCPPERF_OPTTYPE_IP4_LISTS:
        return encode_ip4_lists(s, o);
    case DHCPPERF_OPTTYPE_IP4_MASK_LIST:
        return encode_list(s, o, encode_ip4_mask);
    case DHCPPERF_OPTTYPE_IP4_VIA_LIST:
        return encode_list(s, o, encode_ip4_via);
    case DHCPPERF_OPTTYPE_U8_LIST:
        return encode_list(s, o, encode_u8);
    case DHCPPERF_OPTTYPE_U16_LIST:
        return encode_list(s, o, encode_u16);
    case DHCPPERF_OPTTYPE_CODE_LIST:
        return encode_list(s, o, encode_code);
    case DHCPPERF_OPTTYPE_ROUTE_LIST:
        return encode_list(s, o, encode_route);
    case DHCPPERF_OPTTYPE_URI_LIST:
        return encode_list(s, o, encode_uri);
    case DHCPPERF_OPTTYPE_DOMAIN:
        return dp_encode_domain(s, o, true, false);
    case DHCPPERF_OPTTYPE_DOMAIN_LIST:
        return dp_encode_domains(s, o, false);
    case DHCPPERF_OPTTYPE_SEARCH_LIST:
        return dp_encode_domains(s, o, true);
    default:
        return encode_opaque(s, o);
    }
}

static int encode_nested(dhcpperf_opt_type type, dp_scan *s, dp_out *o)
{
    switch ((int)type) {
    case DHCPPERF_OPTTYPE_CLIENT_ID:
        return encode_client_id(s, o);
    case DHCPPERF_OPTTYPE_FQDN:
        return dp_encode_fqdn(s, o);
    case DHCPPERF_OPTTYPE_USER_CLASS:
        return dp_encode_user_class(s, o);
    case DHCPPERF_OPTTYPE_SIP_SERVERS:
        return dp_encode_sip(s, o);
    case DHCPPERF_OPTTYPE_SUBOPTIONS:
        return dp_encode_subopts(s, o);
    case DHCPPERF_OPTTYPE_RELAY_INFO:
        return dp_encode_relay_info(s, o);
    case DHCPPERF_OPTTYPE_VI_CLASS:
        return dp_encode_vi_class(s, o);
    case DHCPPERF_OPTTYPE_VI_INFO:
        return dp_encode_vi_info(s, o);
    case DHCPPERF_OPTTYPE_VSS:
        return dp_encode_vss(s, o);
    default:
        return encode_lists_of(type, s, o);
    }
}

int dp_encode_type(dhcpperf_opt_type type, const char *fields, dp_scan *s, dp_out *o)
{
    if (dp_scan_word(s, "hex:")) {
        return dp_encode_hex(s, o);
    }
    if (dp_scan_word(s, "text:")) {
        return dp_encode_string(s, o);
    }
    switch ((int)type) {
    case DHCPPERF_OPTTYPE_FLAG:
        return encode_flag(s);
    case DHCPPERF_OPTTYPE_BOOL:
        return encode_bool(s, o);
    case DHCPPERF_OPTTYPE_U8:
        return encode_number(s, o, 1);
    case DHCPPERF_OPTTYPE_U16:
        return encode_number(s, o, 2);
    case DHCPPERF_OPTTYPE_U32:
        return encode_number(s, o, 4);
    case DHCPPERF_OPTTYPE_I32:
        return encode_i32(s, o);
    case DHCPPERF_OPTTYPE_SECONDS:
        return encode_seconds(s, o);
    case DHCPPERF_OPTTYPE_MSG_TYPE:
        return encode_msg_type(s, o);
    case DHCPPERF_OPTTYPE_IP4:
        return encode_ip4(s, o);
    case DHCPPERF_OPTTYPE_STRING:
        return dp_scan_empty(s) ? DHCPPERF_E_SYNTAX : dp_encode_string(s, o);
    case DHCPPERF_OPTTYPE_RECORD:
        return encode_record(fields, s, o);
    default:
        return encode_nested(type, s, o);
    }
}
