/* SPDX-License-Identifier: MIT */
/* option_format.c - wire value to text, by shape: the inverse of option_encode.c.  A value that no
 * text of its shape encodes to is MALFORMED; dumps then show it as hex:. */
#include <string.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/message.h>

#include "wire/dp_option.h"
#include "wire/dp_view.h"

/* What a shape allows; unit 0 = anything (structure is judged by its formatter). */
static const struct {
    uint8_t min, max, unit; /* max 0 = no limit */
    bool empty;             /* nothing but length 0 */
} lengths[] = {
    [DHCPPERF_OPTTYPE_FLAG] = {0, 0, 1, true},
    [DHCPPERF_OPTTYPE_BOOL] = {1, 1, 1, false},
    [DHCPPERF_OPTTYPE_U8] = {1, 1, 1, false},
    [DHCPPERF_OPTTYPE_U16] = {2, 2, 1, false},
    [DHCPPERF_OPTTYPE_U32] = {4, 4, 1, false},
    [DHCPPERF_OPTTYPE_I32] = {4, 4, 1, false},
    [DHCPPERF_OPTTYPE_SECONDS] = {4, 4, 1, false},
    [DHCPPERF_OPTTYPE_IP4] = {4, 4, 1, false},
    [DHCPPERF_OPTTYPE_IP4_LIST] = {4, 0, 4, false},
    [DHCPPERF_OPTTYPE_IP4_LIST0] = {0, 0, 4, false},
    [DHCPPERF_OPTTYPE_IP4_LISTS] = {5, 0, 1, false},
    [DHCPPERF_OPTTYPE_IP4_MASK_LIST] = {8, 0, 8, false},
    [DHCPPERF_OPTTYPE_IP4_VIA_LIST] = {8, 0, 8, false},
    [DHCPPERF_OPTTYPE_STRING] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_U8_LIST] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_U16_LIST] = {2, 0, 2, false},
    [DHCPPERF_OPTTYPE_CODE_LIST] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_MSG_TYPE] = {1, 1, 1, false},
    [DHCPPERF_OPTTYPE_DOMAIN] = {1, 255, 1, false},
    [DHCPPERF_OPTTYPE_DOMAIN_LIST] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_SEARCH_LIST] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_ROUTE_LIST] = {5, 0, 1, false},
    [DHCPPERF_OPTTYPE_CLIENT_ID] = {2, 0, 1, false},
    [DHCPPERF_OPTTYPE_FQDN] = {3, 0, 1, false},
    [DHCPPERF_OPTTYPE_USER_CLASS] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_SIP_SERVERS] = {2, 0, 1, false},
    [DHCPPERF_OPTTYPE_SUBOPTIONS] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_RELAY_INFO] = {2, 0, 1, false},
    [DHCPPERF_OPTTYPE_VI_CLASS] = {5, 0, 1, false},
    [DHCPPERF_OPTTYPE_VI_INFO] = {5, 0, 1, false},
    [DHCPPERF_OPTTYPE_VSS] = {1, 0, 1, false},
    [DHCPPERF_OPTTYPE_URI_LIST] = {3, 0, 1, false},
    [DHCPPERF_OPTTYPE_RECORD] = {1, 0, 1, false},
};

bool dp_type_length_fits(dhcpperf_opt_type type, size_t len)
{
    unsigned i = (unsigned)type;

    if (i >= sizeof lengths / sizeof lengths[0] || lengths[i].unit == 0) {
        return true;
    }
    return len >= lengths[i].min && (len <= lengths[i].max || lengths[i].max == 0) &&
           len % lengths[i].unit == 0 && (len == 0 || !lengths[i].empty);
}

/* ---- elements ------------------------------------------------------------------------------- */

static uint64_t number(const uint8_t *p, unsigned octets)
{
    uint64_t v = 0;

    while (octets-- > 0) {
        v = v << 8 | *p++;
    }
    return v;
}

static void put_ip4(dp_text *t, const uint8_t *p)
{
    dhcpperf_ip4 ip;

    memcpy(ip.b, p, sizeof ip.b);
    dp_text_ip4(t, ip);
}

static void put_pair(dp_text *t, const uint8_t *p, const char *between)
{
    put_ip4(t, p);
    dp_text_str(t, between);
    put_ip4(t, p + 4);
}

static void put_comma(dp_text *t, size_t i)
{
    if (i > 0) {
        dp_text_str(t, ", ");
    }
}

/* Elements of one size; the shape's length was checked. */
static void format_list(dp_text *t, dhcpperf_opt_type type, dhcpperf_bytes v, size_t size)
{
    size_t i;

    for (i = 0; i + size <= v.len; i += size) {
        put_comma(t, i);
        switch ((int)type) {
        case DHCPPERF_OPTTYPE_IP4_MASK_LIST:
            put_pair(t, v.data + i, "/");
            break;
        case DHCPPERF_OPTTYPE_IP4_VIA_LIST:
            put_pair(t, v.data + i, " via ");
            break;
        case DHCPPERF_OPTTYPE_IP4_LIST:
            put_ip4(t, v.data + i);
            break;
        default:
            dp_text_u64(t, number(v.data + i, (unsigned)size));
            break;
        }
    }
}

static int format_seconds(dp_text *t, const uint8_t *p)
{
    uint32_t seconds = dp_get32(p);

    if (seconds == UINT32_MAX) {
        dp_text_str(t, "infinite");
    } else {
        dp_text_u64(t, seconds);
    }
    return 0;
}

static int format_bool(dp_text *t, uint8_t b)
{
    if (b > 1) {
        return DHCPPERF_E_MALFORMED;
    }
    dp_text_str(t, b != 0 ? "true" : "false");
    return 0;
}

static int format_msg_type(dp_text *t, uint8_t type)
{
    const char *name = dhcpperf_msg_type_name(type);

    if (type != 0 && name != NULL) {
        dp_text_str(t, name);
    } else {
        dp_text_u64(t, type);
    }
    return 0;
}

static int format_routes(dp_text *t, dhcpperf_bytes v)
{
    size_t at = 0, significant;

    while (at < v.len) {
        uint8_t width = v.data[at], dest[4] = {0};

        significant = (width + 7u) / 8;
        if (width > 32 || v.len - at - 1 < significant + 4) {
            return DHCPPERF_E_MALFORMED;
        }
        put_comma(t, at);
        memcpy(dest, v.data + at + 1, significant);
        put_ip4(t, dest);
        dp_text_char(t, '/');
        dp_text_u64(t, width);
        dp_text_str(t, " via ");
        put_ip4(t, v.data + at + 1 + significant);
        at += 1 + significant + 4;
    }
    return 0;
}

static int format_ip4_lists(dp_text *t, dhcpperf_bytes v)
{
    size_t at = 0;

    while (at < v.len) {
        dhcpperf_bytes list = {v.data + at + 1, v.data[at]};

        if (list.len == 0 || list.len % 4 != 0 || list.len > v.len - at - 1) {
            return DHCPPERF_E_MALFORMED;
        }
        dp_text_str(t, at > 0 ? "; " : "");
        format_list(t, DHCPPERF_OPTTYPE_IP4_LIST, list, 4);
        at += 1 + list.len;
    }
    return 0;
}

static int format_uris(dp_text *t, dhcpperf_bytes v)
{
    size_t at = 0;

    while (at < v.len) {
        dhcpperf_bytes uri;

        if (v.len - at < 3) {
            return DHCPPERF_E_MALFORMED;
        }
        uri.data = v.data + at + 2;
        uri.len = dp_get16(v.data + at);
        if (uri.len == 0 || uri.len > v.len - at - 2) {
            return DHCPPERF_E_MALFORMED;
        }
        put_comma(t, at);
        dp_format_string(t, uri, ",");
        at += 2 + uri.len;
    }
    return 0;
}

static int format_client_id(dp_text *t, dhcpperf_bytes v)
{
    dhcpperf_bytes rest = {v.data + 1, v.len - 1};
    size_t i;

    if (v.data[0] == 1 && v.len == 7) {
        dp_text_str(t, "mac:");
        dp_text_bytes(t, rest.data, rest.len, ':');
        return 0;
    }
    if (v.data[0] == 255 && v.len >= 8) { /* an IAID, then a DUID of at least its type and a bit */
        dp_text_str(t, "duid:");
        dp_text_bytes(t, v.data + 1, 4, '\0');
        dp_text_char(t, ':');
        dp_text_bytes(t, v.data + 5, v.len - 5, ':');
        return 0;
    }
    for (i = 0; i < rest.len && rest.data[i] >= 0x20 && rest.data[i] < 0x7f; i++) {
    }
    if (v.data[0] == 0 && i == rest.len) {
        dp_text_str(t, "id:");
        dp_format_string(t, rest, "");
        return 0;
    }
    dp_text_str(t, "hex:");
    dp_text_bytes(t, v.data, v.len, '\0');
    return 0;
}

/* ---- records -------------------------------------------------------------------------------- */

static int format_rest(dp_text *t, char field, dhcpperf_bytes v)
{
    switch (field) {
    case 'I':
        if (v.len == 0 || v.len % 4 != 0) {
            return DHCPPERF_E_MALFORMED;
        }
        format_list(t, DHCPPERF_OPTTYPE_IP4_LIST, v, 4);
        return 0;
    case 'd':
        return v.len > 0 ? dp_format_domains(t, v) : DHCPPERF_E_MALFORMED;
    case 't':
        dp_format_string(t, v, "");
        return 0;
    default:
        dp_text_str(t, "hex:");
        dp_text_bytes(t, v.data, v.len, '\0');
        return 0;
    }
}

static unsigned field_size(char field)
{
    return field == 'b' ? 1 : field == 's' ? 2 : field == 'q' ? 8 : field == '6' ? 16 : 4;
}

static int format_record(dp_text *t, const char *fields, dhcpperf_bytes v)
{
    size_t at = 0, n;

    for (; *fields != '\0'; fields++) {
        if (*fields == 't' && at == v.len) {
            return 0;
        }
        if (at > 0) {
            dp_text_char(t, ' ');
        }
        if (strchr("Idtx", *fields) != NULL) {
            dhcpperf_bytes rest = {v.data + at, v.len - at};

            return format_rest(t, *fields, rest);
        }
        n = field_size(*fields);
        if (v.len - at < n) {
            return DHCPPERF_E_MALFORMED;
        }
        if (*fields == 'i') {
            put_ip4(t, v.data + at);
        } else if (*fields == '6') {
            dp_format_ip6(t, v.data + at);
        } else {
            dp_text_u64(t, number(v.data + at, (unsigned)n));
        }
        at += n;
    }
    return at == v.len ? 0 : DHCPPERF_E_MALFORMED;
}

/* ---- by shape ------------------------------------------------------------------------------- */

static int format_nested(dhcpperf_opt_type type, dp_text *t, dhcpperf_bytes v)
{
    size_t at = 0;

    switch ((int)type) {
    case DHCPPERF_OPTTYPE_DOMAIN:
        return dp_format_domain(t, v, &at) == 0 && at == v.len ? 0 : DHCPPERF_E_MALFORMED;
    case DHCPPERF_OPTTYPE_DOMAIN_LIST:
    case DHCPPERF_OPTTYPE_SEARCH_LIST:
        return dp_format_domains(t, v);
    case DHCPPERF_OPTTYPE_FQDN:
        return dp_format_fqdn(t, v);
    case DHCPPERF_OPTTYPE_USER_CLASS:
        return dp_format_user_class(t, v);
    case DHCPPERF_OPTTYPE_SIP_SERVERS:
        return dp_format_sip(t, v);
    case DHCPPERF_OPTTYPE_SUBOPTIONS:
        return dp_format_subopts(t, v);
    case DHCPPERF_OPTTYPE_RELAY_INFO:
        return dp_format_relay_info(t, v);
    case DHCPPERF_OPTTYPE_VI_CLASS:
        return dp_format_vi_class(t, v);
    case DHCPPERF_OPTTYPE_VI_INFO:
        return dp_format_vi_info(t, v);
    case DHCPPERF_OPTTYPE_VSS:
        return dp_format_vss(t, v);
    default:
        dp_text_str(t, "hex:");
        dp_text_bytes(t, v.data, v.len, '\0');
        return 0;
    }
}

static int format_listed(dhcpperf_opt_type type, dp_text *t, dhcpperf_bytes v)
{
    switch ((int)type) {
    case DHCPPERF_OPTTYPE_IP4_LIST0:
        if (v.len == 0) {
            dp_text_str(t, "none");
            return 0;
        }
        format_list(t, DHCPPERF_OPTTYPE_IP4_LIST, v, 4);
        return 0;
    case DHCPPERF_OPTTYPE_IP4:
    case DHCPPERF_OPTTYPE_IP4_LIST:
        format_list(t, DHCPPERF_OPTTYPE_IP4_LIST, v, 4);
        return 0;
    case DHCPPERF_OPTTYPE_IP4_MASK_LIST:
    case DHCPPERF_OPTTYPE_IP4_VIA_LIST:
        format_list(t, type, v, 8);
        return 0;
    case DHCPPERF_OPTTYPE_U8_LIST:
    case DHCPPERF_OPTTYPE_CODE_LIST:
        format_list(t, type, v, 1);
        return 0;
    case DHCPPERF_OPTTYPE_U16_LIST:
        format_list(t, type, v, 2);
        return 0;
    case DHCPPERF_OPTTYPE_IP4_LISTS:
        return format_ip4_lists(t, v);
    case DHCPPERF_OPTTYPE_ROUTE_LIST:
        return format_routes(t, v);
    case DHCPPERF_OPTTYPE_URI_LIST:
        return format_uris(t, v);
    default:
        return format_nested(type, t, v);
    }
}

int dp_format_type(dhcpperf_opt_type type, const char *fields, dp_text *t, dhcpperf_bytes v)
{
    switch ((int)type) {
    case DHCPPERF_OPTTYPE_FLAG:
        dp_text_str(t, "true");
        return 0;
    case DHCPPERF_OPTTYPE_BOOL:
        return format_bool(t, v.data[0]);
    case DHCPPERF_OPTTYPE_U8:
    case DHCPPERF_OPTTYPE_U16:
    case DHCPPERF_OPTTYPE_U32:
        dp_text_u64(t, number(v.data, (unsigned)v.len));
        return 0;
    case DHCPPERF_OPTTYPE_I32:
        dp_text_i64(t, (int32_t)dp_get32(v.data));
        return 0;
    case DHCPPERF_OPTTYPE_SECONDS:
        return format_seconds(t, v.data);
    case DHCPPERF_OPTTYPE_MSG_TYPE:
        return format_msg_type(t, v.data[0]);
    case DHCPPERF_OPTTYPE_STRING:
        dp_format_string(t, v, "");
        return 0;
    case DHCPPERF_OPTTYPE_CLIENT_ID:
        return format_client_id(t, v);
    case DHCPPERF_OPTTYPE_RECORD:
        return format_record(t, fields, v);
    default:
        return format_listed(type, t, v);
    }
}
