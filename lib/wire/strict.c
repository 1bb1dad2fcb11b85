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

/* Lengths that RFC 2132 and its successors fix: at least min, at most max, a multiple of unit. */
typedef struct length {
    uint8_t min, max, unit;
} length;

static const length lengths[256] = {
    [1] = {4, 4, 1},    [2] = {4, 4, 1},    [3] = {4, 255, 4},  [4] = {4, 255, 4},
    [5] = {4, 255, 4},  [6] = {4, 255, 4},  [42] = {4, 255, 4}, [44] = {4, 255, 4},
    [21] = {8, 255, 8}, [33] = {8, 255, 8}, [28] = {4, 4, 1},   [50] = {4, 4, 1},
    [51] = {4, 4, 1},   [52] = {1, 1, 1},   [53] = {1, 1, 1},   [54] = {4, 4, 1},
    [55] = {1, 255, 1}, [57] = {2, 2, 1},   [58] = {4, 4, 1},   [59] = {4, 4, 1},
    [61] = {2, 255, 1}, [80] = {0, 0, 1},   [82] = {2, 255, 1}, [90] = {11, 255, 1},
    [108] = {4, 4, 1},  [116] = {1, 1, 1},  [118] = {4, 4, 1},
};

int dp_msg_bad_length(const dhcpperf_msg *msg)
{
    unsigned i;

    for (i = 1; i < DHCPPERF_OPT_END; i++) {
        const length *l = &lengths[i];
        size_t n = msg->opt[i].len;

        if (l->unit != 0 && dp_msg_has(msg, i) &&
            (n < l->min || (l->max != 255 && n > l->max) || n % l->unit != 0)) {
            return (int)i;
        }
    }
    return -1;
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
    if ((yiaddr && r->zero_yiaddr) || (!yiaddr && r->need_yiaddr)) {
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
    option = dp_msg_bad_length(msg);
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
