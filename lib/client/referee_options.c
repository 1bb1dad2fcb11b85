/* SPDX-License-Identifier: MIT */
/* referee_options.c - which options an answer may have and in which order: what follows from their
 * codes and lengths alone, so that the verdict holds for every answer of the same shape. */
#include "client/dp_hearing.h"

#include <string.h>

enum {
    LONGEST_PIECE = 255 /* longer values are split (RFC 3396) */
};

static bool has(const dp_hearing *h, unsigned code)
{
    return dp_msg_has(h->msg, code);
}

/* Is it in the request's option 55? */
static bool is_listed(const dp_hearing *h, unsigned code)
{
    return dp_view_has(h->sent, DP_V_PARAM_LIST) &&
           memchr(dp_view_val(h->sent, DP_V_PARAM_LIST), (int)code,
                  dp_view_len(h->sent, DP_V_PARAM_LIST)) != NULL;
}

static void note_option(const dp_hearing *h, dp_rule rule, unsigned code)
{
    dp_hearing_note_number(h, rule, "option ", code);
}

/* -- single options ---------------------------------------------------------------------------- */

static bool may_be_in_nak(const dp_hearing *h, unsigned code)
{
    switch (code) {
    case DHCPPERF_OPT_MSG_TYPE:
    case DHCPPERF_OPT_SERVER_ID:
    case DHCPPERF_OPT_MESSAGE:
    case DHCPPERF_OPT_VENDOR_CLASS:
    case DHCPPERF_OPT_CLIENT_ID:
    case DHCPPERF_OPT_RELAY_INFO:
    case DHCPPERF_OPT_AUTH:
        return true;
    case DHCPPERF_OPT_SUBNET_SELECTION:
        return h->sent == NULL || dp_view_has(h->sent, DP_V_SUBNET_SELECTION);
    default:
        return false;
    }
}

/* Options a server sends of its own accord, or that have rules of their own. */
static bool needs_no_asking(const dp_hearing *h, unsigned code)
{
    switch (code) {
    case DHCPPERF_OPT_SUBNET_MASK: /* it goes with the router */
    case DHCPPERF_OPT_REQUESTED_IP:
    case DHCPPERF_OPT_LEASE_TIME:
    case DHCPPERF_OPT_OVERLOAD:
    case DHCPPERF_OPT_PARAM_LIST:
    case DHCPPERF_OPT_MAX_SIZE:
    case DHCPPERF_OPT_T1:
    case DHCPPERF_OPT_T2:
    case DHCPPERF_OPT_RAPID_COMMIT:
    case DHCPPERF_OPT_IPV6_ONLY:
        return true;
    case DHCPPERF_OPT_VENDOR_INFO:
        return dp_view_has(h->sent, DP_V_VENDOR_CLASS);
    default:
        return may_be_in_nak(h, code);
    }
}

/* RFC 4039: option 80 is for the ACK that answers a DISCOVER which has it. */
static void check_rapid_commit(const dp_hearing *h)
{
    bool rapid = h->v->type == DHCPPERF_ACK && h->asked == DP_ASKED_DISCOVER;
    bool asked = h->sent == NULL || dp_view_has(h->sent, DP_V_RAPID_COMMIT);
    bool there = has(h, DHCPPERF_OPT_RAPID_COMMIT);

    if (rapid ? !asked || !there : there) {
        dp_hearing_note(h, DP_RULE_RAPID_COMMIT, NULL);
    }
}

static void check_present(const dp_hearing *h)
{
    static const uint8_t of_lease[] = {DHCPPERF_OPT_LEASE_TIME, DHCPPERF_OPT_T1, DHCPPERF_OPT_T2};
    size_t k;

    check_rapid_commit(h);
    for (k = 0; h->asked == DP_ASKED_INFORM && k < sizeof of_lease; k++) {
        if (has(h, of_lease[k])) {
            note_option(h, DP_RULE_INFORM_LEASE, of_lease[k]);
            break;
        }
    }
    if (h->sent == NULL) {
        return;
    }
    if (has(h, DHCPPERF_OPT_IPV6_ONLY) && !is_listed(h, DHCPPERF_OPT_IPV6_ONLY)) {
        dp_hearing_note(h, DP_RULE_IPV6_ONLY, NULL);
    }
    if (dp_view_has(h->sent, DP_V_SUBNET_SELECTION) && !has(h, DHCPPERF_OPT_SUBNET_SELECTION)) {
        dp_hearing_note(h, DP_RULE_SUBNET_SELECTION, NULL);
    }
}

/* -- all of them in order ---------------------------------------------------------------------- */

static void check_repeated(const dp_hearing *h)
{
    unsigned code;

    if (!h->msg->repeated || h->msg->overload != 0) {
        return; /* a value may go on in another field */
    }
    for (code = 1; code < DHCPPERF_OPT_END; code++) {
        if (has(h, code) && h->msg->opt[code].pieces > 1 &&
            (code == DHCPPERF_OPT_RELAY_INFO || h->msg->opt[code].len <= LONGEST_PIECE)) {
            note_option(
                h, code == DHCPPERF_OPT_RELAY_INFO ? DP_RULE_RELAY_INFO_TWICE : DP_RULE_REPEATED,
                code);
        }
    }
}

/* The place of an option in the request's list, or -1 where another rule decides its place. */
static int rank_of(const dp_hearing *h, unsigned code)
{
    const uint8_t *list, *p;

    if (code == DHCPPERF_OPT_SUBNET_MASK || code == DHCPPERF_OPT_LEASE_TIME ||
        code == DHCPPERF_OPT_T1 || code == DHCPPERF_OPT_T2 || code == DHCPPERF_OPT_RELAY_INFO ||
        !is_listed(h, code)) {
        return -1;
    }
    list = dp_view_val(h->sent, DP_V_PARAM_LIST);
    p = (const uint8_t *)memchr(list, (int)code, dp_view_len(h->sent, DP_V_PARAM_LIST));
    return (int)(p - list);
}

/* What the walk over the options has met so far. */
typedef struct walk {
    unsigned highest; /* the option of the highest rank */
    int rank;
    bool router, misplaced, client, nak, unasked;
} walk;

static void check_order(const dp_hearing *h, walk *w, unsigned code)
{
    int rank = h->cli->referee.has_list && h->msg->overload == 0 ? rank_of(h, code) : -1;
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    if (rank >= 0 && rank < w->rank && !w->misplaced) {
        w->misplaced = true;
        dp_text_begin(&t, buf, sizeof buf);
        dp_text_str(&t, "option ");
        dp_text_u64(&t, code);
        dp_text_str(&t, " behind option ");
        dp_text_u64(&t, w->highest);
        dp_hearing_note(h, DP_RULE_LIST_ORDER, &t);
    }
    if (rank > w->rank) {
        w->rank = rank;
        w->highest = code;
    }
}

/* Once for each rule, with the first option that breaks it. */
static void note_once(const dp_hearing *h, bool *noted, dp_rule rule, unsigned code)
{
    if (!*noted) {
        *noted = true;
        note_option(h, rule, code);
    }
}

static void check_code(const dp_hearing *h, walk *w, unsigned code)
{
    bool is_nak = h->v->type == DHCPPERF_NAK;
    bool of_client = code == DHCPPERF_OPT_REQUESTED_IP || code == DHCPPERF_OPT_PARAM_LIST ||
                     code == DHCPPERF_OPT_MAX_SIZE;

    if (of_client) {
        note_once(h, &w->client, DP_RULE_CLIENT_OPTION, code);
    } else if (is_nak && code != DHCPPERF_OPT_OVERLOAD && !may_be_in_nak(h, code)) {
        note_once(h, &w->nak, DP_RULE_NAK_OPTION, code);
    }
    if (code == DHCPPERF_OPT_SUBNET_MASK && w->router) {
        dp_hearing_note(h, DP_RULE_MASK_ORDER, NULL);
    }
    w->router = w->router || code == DHCPPERF_OPT_ROUTER;
    if (h->sent != NULL && !is_nak) {
        check_order(h, w, code);
        if (h->cli->referee.has_list && !needs_no_asking(h, code) && !is_listed(h, code)) {
            note_once(h, &w->unasked, DP_RULE_UNASKED, code);
        }
    }
}

/* Option 82 is last in the field of options, and never outside it. */
static void check_place_of_relay_info(const dp_hearing *h, unsigned last, bool outside)
{
    if (outside) {
        dp_hearing_note(h, DP_RULE_RELAY_INFO_FIELD, NULL);
    } else if (has(h, DHCPPERF_OPT_RELAY_INFO) && last != DHCPPERF_OPT_RELAY_INFO) {
        dp_hearing_note_number(h, DP_RULE_RELAY_INFO_ORDER, "last is option ", last);
    }
}

void dp_hearing_check_options(const dp_hearing *h)
{
    walk w = {.rank = -1};
    dhcpperf_bytes value;
    size_t cursor = 0;
    unsigned last = 0;
    bool outside = false;
    uint8_t code;

    while (dhcpperf_msg_next_option(h->msg, &cursor, &code, &value) == 1) {
        if (value.data >= h->v->data + DP_OFF_OPTIONS) {
            last = code;
        } else {
            outside = outside || code == DHCPPERF_OPT_RELAY_INFO;
        }
        check_code(h, &w, code);
    }
    check_repeated(h);
    check_place_of_relay_info(h, last, outside);
    if (h->v->type == DHCPPERF_NAK) {
        if (!has(h, DHCPPERF_OPT_MESSAGE)) {
            dp_hearing_note(h, DP_RULE_NAK_MESSAGE, NULL);
        }
        if (h->asked == DP_ASKED_DISCOVER) {
            dp_hearing_note(h, DP_RULE_NAK_TO_DISCOVER, NULL);
        }
    } else {
        check_present(h);
    }
    if (h->v->len < DP_MIN_LEN) {
        dp_hearing_note_number(h, DP_RULE_SHORT, "octets of payload: ", h->v->len);
    }
}
