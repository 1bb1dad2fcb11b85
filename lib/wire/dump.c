/* SPDX-License-Identifier: MIT */
/* dump.c - messages as text for people: one line for logs, many for inspection.  Every octet that
 * came from the network passes the option formatter or an escaper, so nothing a peer sends reaches
 * a terminal raw. */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_text.h"
#include "wire/dp_message.h"
#include "wire/dp_option.h"

const char *dhcpperf_msg_type_name(int type)
{
    static const char *const names[] = {
        [0] = "BOOTP",
        [DHCPPERF_DISCOVER] = "DISCOVER",
        [DHCPPERF_OFFER] = "OFFER",
        [DHCPPERF_REQUEST] = "REQUEST",
        [DHCPPERF_DECLINE] = "DECLINE",
        [DHCPPERF_ACK] = "ACK",
        [DHCPPERF_NAK] = "NAK",
        [DHCPPERF_RELEASE] = "RELEASE",
        [DHCPPERF_INFORM] = "INFORM",
        [DHCPPERF_FORCERENEW] = "FORCERENEW",
        [DHCPPERF_LEASEQUERY] = "LEASEQUERY",
        [DHCPPERF_LEASEUNASSIGNED] = "LEASEUNASSIGNED",
        [DHCPPERF_LEASEUNKNOWN] = "LEASEUNKNOWN",
        [DHCPPERF_LEASEACTIVE] = "LEASEACTIVE",
        [DHCPPERF_BULKLEASEQUERY] = "BULKLEASEQUERY",
        [DHCPPERF_LEASEQUERYDONE] = "LEASEQUERYDONE",
        [DHCPPERF_ACTIVELEASEQUERY] = "ACTIVELEASEQUERY",
        [DHCPPERF_LEASEQUERYSTATUS] = "LEASEQUERYSTATUS",
        [DHCPPERF_TLS] = "TLS",
    };

    return type >= 0 && (size_t)type < sizeof names / sizeof names[0] ? names[type] : NULL;
}

static void put_type(dp_text *t, const dhcpperf_msg *msg)
{
    int type = dhcpperf_msg_get_type(msg);
    const char *name = dhcpperf_msg_type_name(type);

    if (name != NULL) {
        dp_text_str(t, name);
    } else {
        dp_text_str(t, "TYPE-");
        dp_text_u64(t, (uint64_t)type);
    }
}

void dp_put_option_value(dp_text *t, uint8_t code, dhcpperf_bytes value)
{
    dhcpperf_opt_type type = dhcpperf_opt_datatype(code);
    dp_text before = *t;

    if (!dp_type_length_fits(type, value.len) ||
        dp_format_type(type, dhcpperf_opt_fields(code), t, value) != 0) {
        *t = before; /* what was written so far is written over */
        dp_text_str(t, "hex:");
        dp_text_bytes(t, value.data, value.len, '\0');
    }
}

void dp_put_option_name(dp_text *t, uint8_t code)
{
    const char *name = dhcpperf_opt_name(code);

    if (name != NULL) {
        dp_text_str(t, name);
    } else {
        dp_text_str(t, "option-");
        dp_text_u64(t, code);
    }
}

/* The next option that was not shown yet, joined, in order of first appearance. */
static int next_joined(const dhcpperf_msg *msg, size_t *cursor, uint64_t shown[4],
                       uint8_t *ret_code, dhcpperf_bytes *ret)
{
    while (dhcpperf_msg_next_option(msg, cursor, ret_code, ret) == 1) {
        uint64_t bit = UINT64_C(1) << (*ret_code & 63);

        if ((shown[*ret_code >> 6] & bit) == 0) {
            shown[*ret_code >> 6] |= bit;
            (void)dhcpperf_msg_get_option(msg, *ret_code, ret);
            return 1;
        }
    }
    return 0;
}

static int text_length(const dp_text *t)
{
    return t->len > INT32_MAX ? INT32_MAX : (int)t->len;
}

/* ---- one line ------------------------------------------------------------------------------- */

static void put_ip4_if_set(dp_text *t, const char *name, dhcpperf_ip4 ip)
{
    if (dp_ip4_num(ip) != 0) {
        dp_text_char(t, ' ');
        dp_text_str(t, name);
        dp_text_char(t, '=');
        dp_text_ip4(t, ip);
    }
}

static void put_number_if_set(dp_text *t, const char *name, unsigned v)
{
    if (v != 0) {
        dp_text_char(t, ' ');
        dp_text_str(t, name);
        dp_text_char(t, '=');
        dp_text_u64(t, v);
    }
}

int dhcpperf_msg_format(const dhcpperf_msg *msg, char *buf, size_t cap)
{
    dhcpperf_bytes chaddr = dhcpperf_msg_get_chaddr(msg), value;
    uint64_t shown[4] = {0};
    const char *before = " {";
    size_t cursor = 0;
    uint8_t code;
    dp_text t;

    dp_text_begin(&t, buf, cap);
    put_type(&t, msg);
    dp_text_str(&t, " xid=0x");
    dp_text_hex(&t, dhcpperf_msg_get_xid(msg), 8);
    dp_text_str(&t, " chaddr=");
    dp_text_bytes(&t, chaddr.data, chaddr.len, ':');
    put_number_if_set(&t, "secs", dhcpperf_msg_get_secs(msg));
    put_number_if_set(&t, "hops", dhcpperf_msg_get_hops(msg));
    if ((dhcpperf_msg_get_flags(msg) & DHCPPERF_FLAG_BROADCAST) != 0) {
        dp_text_str(&t, " broadcast");
    }
    put_ip4_if_set(&t, "ciaddr", dhcpperf_msg_get_ciaddr(msg));
    put_ip4_if_set(&t, "yiaddr", dhcpperf_msg_get_yiaddr(msg));
    put_ip4_if_set(&t, "siaddr", dhcpperf_msg_get_siaddr(msg));
    put_ip4_if_set(&t, "giaddr", dhcpperf_msg_get_giaddr(msg));
    while (next_joined(msg, &cursor, shown, &code, &value) == 1) {
        if (code != DHCPPERF_OPT_MSG_TYPE && code != DHCPPERF_OPT_OVERLOAD) {
            dp_text_str(&t, before);
            dp_put_option_name(&t, code);
            dp_text_char(&t, '=');
            dp_put_option_value(&t, code, value);
            before = "; ";
        }
    }
    dp_text_str(&t, before[0] == ';' ? "}" : "");
    return text_length(&t);
}

/* ---- many lines ----------------------------------------------------------------------------- */

static void put_line(dp_text *t, const char *name)
{
    size_t i;

    dp_text_str(t, "\n  ");
    dp_text_str(t, name);
    for (i = strlen(name); i < 8; i++) {
        dp_text_char(t, ' ');
    }
}

static void put_ip4_line(dp_text *t, const char *name, dhcpperf_ip4 ip)
{
    put_line(t, name);
    dp_text_ip4(t, ip);
}

static void put_number_line(dp_text *t, const char *name, unsigned v)
{
    put_line(t, name);
    dp_text_u64(t, v);
}

static void put_text_line(dp_text *t, const char *name, dhcpperf_bytes text)
{
    if (text.len > 0) {
        put_line(t, name);
        dp_text_char(t, '"');
        dp_text_escaped(t, text.data, text.len);
        dp_text_char(t, '"');
    }
}

static void put_header_lines(dp_text *t, const dhcpperf_msg *msg)
{
    dhcpperf_bytes chaddr = dhcpperf_msg_get_chaddr(msg);
    uint8_t op = dhcpperf_msg_get_op(msg);
    uint16_t flags = dhcpperf_msg_get_flags(msg);

    put_number_line(t, "op", op);
    dp_text_str(t, op == 1 ? " (request)" : op == 2 ? " (reply)" : " (invalid)");
    put_number_line(t, "htype", dhcpperf_msg_get_htype(msg));
    put_number_line(t, "hlen", dhcpperf_msg_get_hlen(msg));
    put_number_line(t, "hops", dhcpperf_msg_get_hops(msg));
    put_line(t, "xid");
    dp_text_str(t, "0x");
    dp_text_hex(t, dhcpperf_msg_get_xid(msg), 8);
    put_number_line(t, "secs", dhcpperf_msg_get_secs(msg));
    put_line(t, "flags");
    dp_text_str(t, "0x");
    dp_text_hex(t, flags, 4);
    dp_text_str(t, (flags & DHCPPERF_FLAG_BROADCAST) != 0 ? " (broadcast)" : "");
    put_ip4_line(t, "ciaddr", dhcpperf_msg_get_ciaddr(msg));
    put_ip4_line(t, "yiaddr", dhcpperf_msg_get_yiaddr(msg));
    put_ip4_line(t, "siaddr", dhcpperf_msg_get_siaddr(msg));
    put_ip4_line(t, "giaddr", dhcpperf_msg_get_giaddr(msg));
    put_line(t, "chaddr");
    dp_text_bytes(t, chaddr.data, chaddr.len, ':');
    put_text_line(t, "sname", dhcpperf_msg_get_sname(msg));
    put_text_line(t, "file", dhcpperf_msg_get_file(msg));
}

static void put_warning_lines(dp_text *t, const dhcpperf_msg *msg)
{
    static const char *const sentences[] = {
        "options are not closed by End",    "an option's value does not fit its type",
        "op is neither request nor reply",  "option 52 is not 1, 2 or 3",
        "octets other than pad behind End", "shorter than 300 octets",
    };
    unsigned warnings = dhcpperf_msg_get_warnings(msg), i;

    for (i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
        if ((warnings >> i & 1) != 0) {
            put_line(t, "warning");
            dp_text_str(t, sentences[i]);
        }
    }
}

int dhcpperf_msg_dump(const dhcpperf_msg *msg, char *buf, size_t cap)
{
    uint64_t shown[4] = {0};
    dhcpperf_bytes value;
    size_t cursor = 0;
    uint8_t code;
    dp_text t;

    dp_text_begin(&t, buf, cap);
    put_type(&t, msg);
    dp_text_str(&t, ", ");
    dp_text_u64(&t, msg->len);
    dp_text_str(&t, " octets");
    put_header_lines(&t, msg);
    while (next_joined(msg, &cursor, shown, &code, &value) == 1) {
        dp_text_str(&t, "\n  option ");
        dp_text_str(&t, code < 10 ? "  " : code < 100 ? " " : "");
        dp_text_u64(&t, code);
        dp_text_char(&t, ' ');
        dp_put_option_name(&t, code);
        dp_text_str(&t, ": ");
        dp_put_option_value(&t, code, value);
    }
    put_warning_lines(&t, msg);
    dp_text_char(&t, '\n');
    return text_length(&t);
}
