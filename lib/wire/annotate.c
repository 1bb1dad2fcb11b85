/* SPDX-License-Identifier: MIT */
/* annotate.c - a payload as octets with their meaning beside them, for people who want to see what
 * exactly a peer sent.  Nothing is required of the octets: what is cut off or overruns is shown as
 * far as it goes. */
#include <libdhcpperf/message.h>

#include "base/dp_text.h"
#include "wire/dp_message.h"

enum {
    PER_LINE = 16,
    RUN = 8 /* that many zeros and more are written as a count */
};

static bool all_zero(const uint8_t *p, size_t n)
{
    while (n > 0 && *p == 0) {
        p++;
        n--;
    }
    return n == 0;
}

/* "00f0  35 01 02" and spaces up to where the meaning stands. */
static void put_octets(dp_text *t, const uint8_t *data, size_t at, size_t n)
{
    size_t column = t->len, width = 6 + 3 * PER_LINE + 1;

    dp_text_hex(t, at, 4);
    dp_text_str(t, "  ");
    if (n >= RUN && all_zero(data + at, n)) {
        dp_text_str(t, "00 x ");
        dp_text_u64(t, n);
    } else {
        dp_text_bytes(t, data + at, n < PER_LINE ? n : PER_LINE, ' ');
    }
    while (t->len - column < width) {
        dp_text_char(t, ' ');
    }
}

/* The lines after the first of a part, without meaning. */
static void put_rest(dp_text *t, const uint8_t *data, size_t at, size_t n)
{
    dp_text_char(t, '\n');
    if (n >= RUN && all_zero(data + at, n)) {
        return;
    }
    while (n > PER_LINE) {
        at += PER_LINE;
        n -= PER_LINE;
        dp_text_hex(t, at, 4);
        dp_text_str(t, "  ");
        dp_text_bytes(t, data + at, n < PER_LINE ? n : PER_LINE, ' ');
        dp_text_char(t, '\n');
    }
}

/* -- fixed part -------------------------------------------------------------------------------- */

static void put_number(dp_text *t, const char *name, unsigned v)
{
    dp_text_str(t, name);
    dp_text_u64(t, v);
}

static void put_first_word(dp_text *t, const uint8_t *p)
{
    put_number(t, "op ", p[0]);
    dp_text_str(t, p[0] == 1 ? " (request)" : p[0] == 2 ? " (reply)" : " (invalid)");
    put_number(t, ", htype ", p[1]);
    put_number(t, ", hlen ", p[2]);
    put_number(t, ", hops ", p[3]);
}

static void put_secs_and_flags(dp_text *t, const uint8_t *p)
{
    put_number(t, "secs ", dp_get16(p));
    dp_text_str(t, ", flags 0x");
    dp_text_hex(t, dp_get16(p + 2), 4);
    dp_text_str(t, (p[2] & 0x80) != 0 ? " (broadcast)" : "");
}

static void put_meaning(dp_text *t, const uint8_t *p, size_t n, size_t at)
{
    static const char *const addresses[] = {"ciaddr ", "yiaddr ", "siaddr ", "giaddr "};

    switch (at) {
    case DP_OFF_OP:
        put_first_word(t, p);
        break;
    case DP_OFF_XID:
        dp_text_str(t, "xid 0x");
        dp_text_hex(t, dp_get32(p), 8);
        break;
    case DP_OFF_SECS:
        put_secs_and_flags(t, p);
        break;
    case DP_OFF_CHADDR:
        dp_text_str(t, "chaddr");
        break;
    case DP_OFF_SNAME:
    case DP_OFF_FILE:
        dp_text_str(t, at == DP_OFF_SNAME ? "sname" : "file");
        dp_text_str(t, all_zero(p, n) ? ", empty" : "");
        break;
    case DP_OFF_COOKIE:
        dp_text_str(t, dp_get32(p) == DP_COOKIE ? "cookie" : "not the cookie of DHCP");
        break;
    default:
        dp_text_str(t, addresses[(at - DP_OFF_CIADDR) / 4]);
        dp_text_ip4(t, dp_ip4_of(dp_get32(p)));
        break;
    }
}

static size_t put_fixed(dp_text *t, const uint8_t *data, size_t len)
{
    static const uint8_t parts[] = {
        DP_OFF_OP,     DP_OFF_XID,    DP_OFF_SECS,  DP_OFF_CIADDR, DP_OFF_YIADDR, DP_OFF_SIADDR,
        DP_OFF_GIADDR, DP_OFF_CHADDR, DP_OFF_SNAME, DP_OFF_FILE,   DP_OFF_COOKIE, DP_OFF_OPTIONS,
    };
    size_t k, at = 0;

    for (k = 0; k + 1 < sizeof parts && parts[k + 1] <= len; k++) {
        size_t n = (size_t)parts[k + 1] - parts[k];

        put_octets(t, data, at, n);
        put_meaning(t, data + at, n, at);
        put_rest(t, data, at, n);
        at += n;
    }
    return at;
}

/* -- options ----------------------------------------------------------------------------------- */

static void put_option(dp_text *t, const uint8_t *data, size_t at)
{
    dhcpperf_bytes value = {data + at + 2, data[at + 1]};

    put_octets(t, data, at, value.len + 2);
    put_number(t, "option ", data[at]);
    dp_text_char(t, ' ');
    dp_put_option_name(t, data[at]);
    dp_text_str(t, ": ");
    dp_put_option_value(t, data[at], value);
    put_rest(t, data, at, value.len + 2);
}

static size_t zeros_at(const uint8_t *data, size_t at, size_t len)
{
    size_t n = 0;

    while (at + n < len && data[at + n] == DHCPPERF_OPT_PAD) {
        n++;
    }
    return n;
}

/* Octets that are no option, to the end of the payload. */
static void put_remains(dp_text *t, const uint8_t *data, size_t at, size_t len, const char *meaning)
{
    if (at < len) {
        put_octets(t, data, at, len - at);
        dp_text_str(t, meaning);
        put_rest(t, data, at, len - at);
    }
}

static void put_options(dp_text *t, const uint8_t *data, size_t at, size_t len)
{
    while (at < len) {
        size_t pads = zeros_at(data, at, len);

        if (pads > 0) {
            put_octets(t, data, at, pads);
            dp_text_str(t, "pad");
            put_rest(t, data, at, pads);
            at += pads;
        } else if (data[at] == DHCPPERF_OPT_END) {
            put_octets(t, data, at, 1);
            dp_text_str(t, "End");
            put_rest(t, data, at, 1);
            at++;
            put_remains(t, data, at, len,
                        zeros_at(data, at, len) == len - at ? "pad" : "behind End");
            return;
        } else if (len - at < 2 || len - at - 2 < data[at + 1]) {
            put_remains(t, data, at, len, "an option that is cut off");
            return;
        } else {
            put_option(t, data, at);
            at += 2u + data[at + 1];
        }
    }
}

int dhcpperf_msg_annotate(dhcpperf_bytes payload, char *buf, size_t cap)
{
    dp_text t;
    size_t at = 0;

    dp_text_begin(&t, buf, cap);
    if (payload.data != NULL) {
        at = put_fixed(&t, payload.data, payload.len);
        if (at == DP_OFF_OPTIONS && dp_get32(payload.data + DP_OFF_COOKIE) == DP_COOKIE) {
            put_options(&t, payload.data, at, payload.len);
        } else {
            put_remains(&t, payload.data, at, payload.len, "not DHCP");
        }
    }
    return t.len > INT32_MAX ? INT32_MAX : (int)t.len;
}
