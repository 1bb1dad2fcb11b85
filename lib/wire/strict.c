/* SPDX-License-Identifier: MIT */
/* strict.c - what RFC 2131 tables 3 (server) and 5 (client) ask of a message of each type, as a
 * table of options that must and must not be there, plus the few rules that depend on a header
 * field.
 *
 * Later RFCs are followed where they changed the tables: any server message may carry option 61
 * (RFC 6842), a relay may add option 82 to everything (RFC 3046), 90 and 145 protect any message
 * (RFC 3118, RFC 6704). */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_message.h"

enum {
    LIST_MAX = 9
};

/* Rules of one message type; lists end with 0. */
typedef struct rule {
    uint8_t op;
    uint8_t must[LIST_MAX];
    uint8_t must_not[LIST_MAX];
    uint8_t only[LIST_MAX]; /* when not empty: nothing but these and 53 */
    bool zero_ciaddr, zero_yiaddr, need_ciaddr, need_yiaddr;
} rule;

static const rule rules[DHCPPERF_INFORM + 1] = {
    [DHCPPERF_DISCOVER] = {.op = 1, .must_not = {54}, .zero_ciaddr = true, .zero_yiaddr = true},
    [DHCPPERF_OFFER] = {.op = 2,
                        .must = {51, 54},
                        .must_not = {50, 55, 57},
                        .zero_ciaddr = true,
                        .need_yiaddr = true},
    [DHCPPERF_REQUEST] = {.op = 1, .zero_yiaddr = true},
    [DHCPPERF_DECLINE] = {.op = 1,
                          .must = {50, 54},
                          .only = {50, 52, 54, 56, 61, 82, 90, 118},
                          .zero_ciaddr = true,
                          .zero_yiaddr = true},
    [DHCPPERF_ACK] = {.op = 2, .must = {54}, .must_not = {50, 55, 57}},
    [DHCPPERF_NAK] = {.op = 2,
                      .must = {54},
                      .only = {54, 56, 60, 61, 82, 90, 118, 145},
                      .zero_ciaddr = true,
                      .zero_yiaddr = true},
    [DHCPPERF_RELEASE] = {.op = 1,
                          .must = {54},
                          .only = {52, 54, 56, 61, 82, 90, 118},
                          .need_ciaddr = true,
                          .zero_yiaddr = true},
    [DHCPPERF_INFORM] = {.op = 1,
                         .must_not = {50, 51, 54},
                         .need_ciaddr = true,
                         .zero_yiaddr = true},
};

int dp_msg_bad_value(const dhcpperf_msg *msg)
{
    dhcpperf_bytes value;
    unsigned i;

    for (i = 1; i < DHCPPERF_OPT_END; i++) {
        if (dhcpperf_msg_get_option(msg, (uint8_t)i, &value) == 0 &&
            dhcpperf_opt_check((uint8_t)i, value) != 0) {
            return (int)i;
        }
    }
    return -1;
}

unsigned dhcpperf_msg_get_warnings(const dhcpperf_msg *msg)
{
    unsigned warnings = 0;
    size_t i;

    if (msg->len == 0) {
        return 0;
    }
    for (i = msg->end; i < msg->len && msg->data[i] == DHCPPERF_OPT_PAD; i++) {
    }
    warnings |= msg->no_end ? DHCPPERF_WARN_NO_END : 0;
    warnings |= dp_msg_bad_value(msg) >= 0 ? DHCPPERF_WARN_BAD_VALUE : 0;
    warnings |= msg->data[DP_OFF_OP] != 1 && msg->data[DP_OFF_OP] != 2 ? DHCPPERF_WARN_BAD_OP : 0;
    warnings |= msg->bad_overload ? DHCPPERF_WARN_BAD_OVERLOAD : 0;
    warnings |= i < msg->len ? DHCPPERF_WARN_TRAILING : 0;
    warnings |= msg->len < DP_MIN_LEN ? DHCPPERF_WARN_SHORT : 0;
    return warnings;
}

static bool ip4_is_zero(const dhcpperf_msg *msg, size_t offset)
{
    return dp_get32(msg->data + offset) == 0;
}

static bool listed(const uint8_t *list, unsigned code)
{
    return memchr(list, (int)code, LIST_MAX) != NULL;
}

/* The offending option, or -1. */
static int bad_option(const dhcpperf_msg *msg, const rule *r)
{
    unsigned i;

    for (i = 0; i < LIST_MAX && r->must[i] != 0; i++) {
        if (!dp_msg_has(msg, r->must[i])) {
            return r->must[i];
        }
    }
    for (i = 1; i < DHCPPERF_OPT_END; i++) {
        if (dp_msg_has(msg, i) &&
            (listed(r->must_not, i) ||
             (r->only[0] != 0 && i != DHCPPERF_OPT_MSG_TYPE && !listed(r->only, i)))) {
            return (int)i;
        }
    }
    return -1;
}

/* Options of REQUEST and ACK that depend on ciaddr and yiaddr (tables 4 and 3). */
static int bad_by_header(const dhcpperf_msg *msg, int type)
{
    if (type == DHCPPERF_REQUEST) {
        if (ip4_is_zero(msg, DP_OFF_CIADDR)) {
            return dp_msg_has(msg, DHCPPERF_OPT_REQUESTED_IP) ? -1 : DHCPPERF_OPT_REQUESTED_IP;
        }
        return dp_msg_has(msg, DHCPPERF_OPT_REQUESTED_IP) ? DHCPPERF_OPT_REQUESTED_IP
               : dp_msg_has(msg, DHCPPERF_OPT_SERVER_ID)  ? DHCPPERF_OPT_SERVER_ID
                                                          : -1;
    }
    /* An ACK without an address answers an INFORM and grants no time. */
    if (type == DHCPPERF_ACK &&
        ip4_is_zero(msg, DP_OFF_YIADDR) == dp_msg_has(msg, DHCPPERF_OPT_LEASE_TIME)) {
        return DHCPPERF_OPT_LEASE_TIME;
    }
    return -1;
}

/* Offset of an address that must or must not be zero and is not so, or 0. */
static size_t bad_address(const dhcpperf_msg *msg, const rule *r)
{
    bool ciaddr = !ip4_is_zero(msg, DP_OFF_CIADDR), yiaddr = !ip4_is_zero(msg, DP_OFF_YIADDR);

    if ((ciaddr && r->zero_ciaddr) || (!ciaddr && r->need_ciaddr)) {
        return DP_OFF_CIADDR;
    }
    /* RFC 8925 section 3.3: who may do without IPv4 need not be offered an address. */
    if ((yiaddr && r->zero_yiaddr) ||
        (!yiaddr && r->need_yiaddr && !dp_msg_has(msg, DHCPPERF_OPT_IPV6_ONLY))) {
        return DP_OFF_YIADDR;
    }
    return 0;
}

/* Where an option's value lies in the payload; where options start when it is absent or joined. */
static size_t option_offset(const dhcpperf_msg *msg, unsigned code)
{
    const dp_msg_entry *e = &msg->opt[code];

    return dp_msg_has(msg, code) && e->pieces == 1 ? (size_t)(e->data - msg->data) - 2
                                                   : DP_OFF_OPTIONS;
}

int dp_msg_check_strict(const dhcpperf_msg *msg, dhcpperf_parse_error *reterr)
{
    int type = dhcpperf_msg_get_type(msg), option;
    uint8_t op = dhcpperf_msg_get_op(msg);
    const rule *r;
    size_t offset;

    if (op != 1 && op != 2) {
        return dp_parse_failed(reterr, DP_OFF_OP, -1, DHCPPERF_E_MALFORMED);
    }
    if (msg->no_end) {
        return dp_parse_failed(reterr, msg->end, DHCPPERF_OPT_END, DHCPPERF_E_MALFORMED);
    }
    option = dp_msg_bad_value(msg);
    if (option < 0 && msg->bad_overload) {
        option = DHCPPERF_OPT_OVERLOAD;
    }
    if (option >= 0) {
        return dp_parse_failed(reterr, option_offset(msg, (unsigned)option), option,
                               DHCPPERF_E_MALFORMED);
    }
    if (type < DHCPPERF_DISCOVER || type > DHCPPERF_INFORM) {
        return 0; /* BOOTP, or a type these tables do not know */
    }
    r = &rules[type];
    if (op != r->op) {
        return dp_parse_failed(reterr, DP_OFF_OP, -1, DHCPPERF_E_MALFORMED);
    }
    offset = bad_address(msg, r);
    if (offset != 0) {
        return dp_parse_failed(reterr, offset, -1, DHCPPERF_E_MALFORMED);
    }
    option = bad_option(msg, r);
    if (option < 0) {
        option = bad_by_header(msg, type);
    }
    if (option >= 0) {
        return dp_parse_failed(reterr, option_offset(msg, (unsigned)option), option,
                               DHCPPERF_E_MALFORMED);
    }
    return 0;
}
