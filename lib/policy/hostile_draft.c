/* SPDX-License-Identifier: MIT */
/* hostile_draft.c - good client messages, written octet by octet: the library's writer would refuse
 * most of what is made of them afterwards. */
#include "policy/dp_hostile.h"

#include <string.h>

#include "base/dp_rng.h"

enum {
    PURPOSE_HOSTILE = 0x686f73,
    OP_REQUEST = 1,
    HTYPE_ETHERNET = 1,
    HLEN_ETHERNET = 6,
    MIN_MESSAGE = 300, /* RFC 1542 section 2.1 */
    MAX_SIZE = 1500
};

static const uint8_t cookie[4] = {0x63, 0x82, 0x53, 0x63};

/* What is in which message, beside the hardware address (RFC 2131 table 5, RFC 4388). */
static const struct {
    uint8_t type; /* 0 = BOOTP */
    bool ciaddr, requested_ip, server_id, client_id, parameters;
} bases[DP_N_DRAFTS] = {
    [DP_DRAFT_DISCOVER] = {.type = DHCPPERF_DISCOVER, .client_id = true, .parameters = true},
    [DP_DRAFT_SELECT] = {.type = DHCPPERF_REQUEST,
                         .requested_ip = true,
                         .server_id = true,
                         .client_id = true,
                         .parameters = true},
    [DP_DRAFT_REBOOT] = {.type = DHCPPERF_REQUEST,
                         .requested_ip = true,
                         .client_id = true,
                         .parameters = true},
    [DP_DRAFT_RENEW] = {.type = DHCPPERF_REQUEST,
                        .ciaddr = true,
                        .client_id = true,
                        .parameters = true},
    [DP_DRAFT_INFORM] = {.type = DHCPPERF_INFORM,
                         .ciaddr = true,
                         .client_id = true,
                         .parameters = true},
    [DP_DRAFT_RELEASE] = {.type = DHCPPERF_RELEASE,
                          .ciaddr = true,
                          .server_id = true,
                          .client_id = true},
    [DP_DRAFT_DECLINE] = {.type = DHCPPERF_DECLINE,
                          .requested_ip = true,
                          .server_id = true,
                          .client_id = true},
    [DP_DRAFT_QUERY] = {.type = DHCPPERF_LEASEQUERY, .ciaddr = true},
    [DP_DRAFT_BOOTP] = {.type = 0},
};

/* -- chance ------------------------------------------------------------------------------------ */

uint64_t dp_draft_draw(dp_draft *d)
{
    return dp_draw(d->seed, d->number, PURPOSE_HOSTILE, d->draws++);
}

uint32_t dp_draft_below(dp_draft *d, uint32_t bound)
{
    return (uint32_t)dp_below(dp_draft_draw(d), bound);
}

uint32_t dp_draft_foreign_ip(dp_draft *d)
{
    uint32_t first = dp_ip4_num(d->facts.first), last = dp_ip4_num(d->facts.last);

    return first + (uint32_t)dp_below(dp_draft_draw(d), (uint64_t)(last - first) + 1);
}

uint32_t dp_draft_bad_ip(dp_draft *d, uint32_t k)
{
    static const uint32_t fixed[DP_N_BAD_IPS] = {
        0x00000000, /* nobody */
        0xffffffff, /* everybody */
        0x7f000001, /* 127.0.0.1 */
        0x00000001, /* 0.0.0.1 */
        0x7fffffff, /* 127.255.255.255 */
        0xe0000001, /* 224.0.0.1 */
        0xefffffff, /* 239.255.255.255 */
        0xf0000000, /* 240.0.0.0 */
        0xfffffffe, /* 255.255.255.254 */
        0xa9fe0001, /* 169.254.0.1 */
    };
    uint32_t server = dp_ip4_num(d->facts.server);

    switch (k) {
    case 10:
        return server;
    case 11:
        return server & 0xffffff00u; /* a network, as far as can be known */
    case 12:
        return server | 0xffu;
    case 13:
        return dp_ip4_num(d->facts.first) - 1;
    case 14:
        return dp_ip4_num(d->facts.last) + 1;
    case 15:
        return dp_ip4_num(d->facts.giaddr);
    default:
        return k < DP_N_BAD_IPS ? fixed[k] : 0;
    }
}

static void put_mac(uint8_t ret[6], dhcpperf_mac base, uint32_t plus)
{
    unsigned i;

    for (i = 6; i-- > 0; plus >>= 8) {
        plus += base.b[i];
        ret[i] = (uint8_t)plus;
    }
}

static void sender(dp_draft *d, uint8_t ret[6])
{
    put_mac(ret, d->facts.mac, dp_draft_below(d, d->facts.macs));
}

void dp_draft_victim(dp_draft *d, uint8_t ret[6])
{
    if (d->facts.victims == 0) {
        sender(d, ret);
    } else {
        put_mac(ret, d->facts.victim, dp_draft_below(d, d->facts.victims));
    }
}

/* -- octets ------------------------------------------------------------------------------------ */

static size_t room(const dp_draft *d, size_t n)
{
    return n < sizeof d->at - d->len ? n : sizeof d->at - d->len;
}

void dp_draft_octets(dp_draft *d, const void *data, size_t n)
{
    n = room(d, n);
    if (n > 0) {
        memcpy(d->at + d->len, data, n);
        d->len += n;
    }
}

void dp_draft_fill(dp_draft *d, uint8_t octet, size_t n)
{
    n = room(d, n);
    memset(d->at + d->len, octet, n);
    d->len += n;
}

void dp_draft_random(dp_draft *d, size_t n)
{
    uint64_t bits = 0;
    unsigned left = 0;

    for (n = room(d, n); n > 0; n--) {
        if (left == 0) {
            bits = dp_draft_draw(d);
            left = sizeof bits;
        }
        d->at[d->len++] = (uint8_t)bits;
        bits >>= 8;
        left--;
    }
}

void dp_draft_option(dp_draft *d, uint8_t code, const void *data, size_t len)
{
    uint8_t head[2] = {code, (uint8_t)len};

    dp_draft_octets(d, head, sizeof head);
    dp_draft_octets(d, data, len & UINT8_MAX);
}

void dp_draft_option_of(dp_draft *d, uint8_t code, size_t len, uint8_t octet)
{
    uint8_t value[UINT8_MAX];

    memset(value, octet, sizeof value);
    dp_draft_option(d, code, value, len);
}

void dp_draft_option_ip(dp_draft *d, uint8_t code, uint32_t ip)
{
    uint8_t value[4];

    dp_put32(value, ip);
    dp_draft_option(d, code, value, sizeof value);
}

void dp_draft_close(dp_draft *d)
{
    dp_draft_fill(d, DHCPPERF_OPT_END, 1);
    if (d->len < MIN_MESSAGE) {
        d->len = MIN_MESSAGE;
    }
    d->is_closed = true;
}

/* -- messages ---------------------------------------------------------------------------------- */

void dp_draft_header(dp_draft *d)
{
    d->at[DP_OFF_OP] = OP_REQUEST;
    d->at[DP_OFF_HTYPE] = HTYPE_ETHERNET;
    d->at[DP_OFF_HLEN] = HLEN_ETHERNET;
    dp_put32(d->at + DP_OFF_XID, (uint32_t)dp_draft_draw(d));
    dp_put32(d->at + DP_OFF_GIADDR, dp_ip4_num(d->facts.giaddr));
    d->at[DP_OFF_HOPS] = dp_ip4_num(d->facts.giaddr) != 0;
    sender(d, d->at + DP_OFF_CHADDR);
    d->len = DP_OFF_COOKIE;
    dp_draft_octets(d, cookie, sizeof cookie);
}

static void add_client_id(dp_draft *d)
{
    uint8_t id[1 + HLEN_ETHERNET] = {HTYPE_ETHERNET};

    memcpy(id + 1, d->at + DP_OFF_CHADDR, HLEN_ETHERNET);
    dp_draft_option(d, DHCPPERF_OPT_CLIENT_ID, id, sizeof id);
}

static void add_parameters(dp_draft *d, uint8_t without)
{
    static const uint8_t list[] = {1, 3, 6, 15, 28, 51, 58, 59};
    static const uint8_t max_size[] = {MAX_SIZE >> 8, MAX_SIZE & UINT8_MAX};

    if (without != DHCPPERF_OPT_PARAM_LIST) {
        dp_draft_option(d, DHCPPERF_OPT_PARAM_LIST, list, sizeof list);
    }
    if (without != DHCPPERF_OPT_MAX_SIZE) {
        dp_draft_option(d, DHCPPERF_OPT_MAX_SIZE, max_size, sizeof max_size);
    }
}

static void add_relay_info(dp_draft *d)
{
    static const uint8_t circuit[] = {1, 4, 'p', 'o', 'r', 't'};

    dp_draft_option(d, DHCPPERF_OPT_RELAY_INFO, circuit, sizeof circuit);
}

void dp_draft_begin(dp_draft *d, dp_draft_base base, uint8_t without)
{
    dp_draft_header(d);
    if (bases[base].ciaddr) {
        dp_put32(d->at + DP_OFF_CIADDR, dp_draft_foreign_ip(d));
    }
    if (bases[base].type != 0 && without != DHCPPERF_OPT_MSG_TYPE) {
        dp_draft_option(d, DHCPPERF_OPT_MSG_TYPE, &bases[base].type, 1);
    }
    if (bases[base].client_id && without != DHCPPERF_OPT_CLIENT_ID) {
        add_client_id(d);
    }
    if (bases[base].requested_ip && without != DHCPPERF_OPT_REQUESTED_IP) {
        dp_draft_option_ip(d, DHCPPERF_OPT_REQUESTED_IP, dp_draft_foreign_ip(d));
    }
    if (bases[base].server_id && without != DHCPPERF_OPT_SERVER_ID) {
        dp_draft_option_ip(d, DHCPPERF_OPT_SERVER_ID, dp_ip4_num(d->facts.server));
    }
    if (bases[base].parameters) {
        add_parameters(d, without);
    }
    if (dp_ip4_num(d->facts.giaddr) != 0 && without != DHCPPERF_OPT_RELAY_INFO) {
        add_relay_info(d);
    }
}
