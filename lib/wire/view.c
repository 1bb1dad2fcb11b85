/* SPDX-License-Identifier: MIT */
/* view.c - one pass over an arrival, for engines that look at a whole burst before they act.
 *
 * Nothing is copied and nothing is kept: a view points into the payload.  Only plain messages are
 * described; overload (option 52) and repeated options make the view COMPLEX, and then only
 * message.c knows the joined values.  The pass never reads past `len`. */
#include "wire/dp_view.h"

#include <stdbool.h>

#include <libdhcpperf/error.h>

#include "wire/dp_message.h"

static const uint8_t slot_of[256] = {
#define SLOT(name, code) [code] = DP_V_##name,
    DP_VIEW_MAP(SLOT)
#undef SLOT
};

static const uint8_t code_of[DP_V_COUNT] = {
#define CODE(name, code) [DP_V_##name] = code,
    DP_VIEW_MAP(CODE)
#undef CODE
};

int dp_view_slot_of(uint8_t code)
{
    return slot_of[code] != DP_V_OTHER ? slot_of[code] : -1;
}

int dp_parse_failed(dhcpperf_parse_error *reterr, size_t offset, int option, int code)
{
    if (reterr != NULL) {
        reterr->offset = offset;
        reterr->option = option;
        reterr->code = code;
    }
    return code;
}

static inline int check_fixed_part(const uint8_t *data, size_t len, int *ret_plain_bootp,
                                   dhcpperf_parse_error *reterr)
{
    size_t i;

    *ret_plain_bootp = 0;
    if (len < DP_OFF_OPTIONS) {
        return dp_parse_failed(reterr, len, -1, DHCPPERF_E_TRUNCATED);
    }
    if (len > UINT16_MAX) {
        return dp_parse_failed(reterr, UINT16_MAX, -1, DHCPPERF_E_MALFORMED);
    }
    if (data[DP_OFF_HLEN] > DP_CHADDR_LEN) {
        return dp_parse_failed(reterr, DP_OFF_HLEN, -1, DHCPPERF_E_MALFORMED);
    }
    if (dp_get32(data + DP_OFF_COOKIE) == DP_COOKIE) {
        return 0;
    }
    /* RFC 951: a BOOTP client with nothing to say leaves its vendor area zero. */
    for (i = DP_OFF_COOKIE; i < len; i++) {
        if (data[i] != 0) {
            return dp_parse_failed(reterr, DP_OFF_COOKIE, -1, DHCPPERF_E_COOKIE);
        }
    }
    *ret_plain_bootp = 1;
    return 0;
}

int dp_check_fixed_part(const uint8_t *data, size_t len, int *ret_plain_bootp,
                        dhcpperf_parse_error *reterr)
{
    return check_fixed_part(data, len, ret_plain_bootp, reterr);
}

static bool has_no_length(unsigned code)
{
    return code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_END;
}

/* Offset behind the last option, or of one that ends past the message; *ret_again: slots that were
 * met more than once. */
static inline size_t walk(dp_view *v, const uint8_t *data, size_t len, uint32_t *ret_again)
{
    uint32_t seen = 0, again = 0;
    size_t p = DP_OFF_OPTIONS, last = len - 1;

    while (p < last) {
        unsigned code = data[p], slot = slot_of[code];
        size_t n = data[p + 1], next = p + 2 + n;
        uint32_t bit = UINT32_C(1) << slot;

        if (has_no_length(code)) {
            if (code == DHCPPERF_OPT_END) {
                break;
            }
            p++;
            continue;
        }
        if (next > len) {
            break;
        }
        again |= seen & bit;
        seen |= bit;
        v->at[slot] = dp_view_place(p + 2, n);
        p = next;
    }
    v->seen = seen & ~(UINT32_C(1) << DP_V_OTHER);
    *ret_again = again & ~(UINT32_C(1) << DP_V_OTHER);
    return p;
}

int dp_view_parse(dp_view *v, const uint8_t *data, size_t len, dhcpperf_parse_error *reterr)
{
    unsigned flags = 0;
    uint32_t again = 0;
    size_t end = len;
    int plain_bootp;
    int rc = check_fixed_part(data, len, &plain_bootp, reterr);

    if (rc != 0) {
        return rc;
    }
    v->data = v->base = data;
    v->len = (uint16_t)len;
    v->seen = 0;
    if (plain_bootp) {
        flags = DP_VIEW_NO_COOKIE;
    } else {
        end = walk(v, data, len, &again);
    }
    if (end < len && data[end] == DHCPPERF_OPT_PAD) {
        end++; /* the last octet */
    }
    if (end < len && data[end] != DHCPPERF_OPT_END) {
        return dp_parse_failed(reterr, end, data[end], DHCPPERF_E_TRUNCATED);
    }
    if (end == len && !plain_bootp) {
        flags = DP_VIEW_NO_END;
    }
    if ((again | (v->seen & UINT32_C(1) << DP_V_OVERLOAD)) != 0) {
        flags |= DP_VIEW_COMPLEX;
    }
    v->flags = (uint8_t)flags;
    v->type = 0;
    if (dp_view_has(v, DP_V_MSG_TYPE) && dp_view_len(v, DP_V_MSG_TYPE) == 1) {
        v->type = *dp_view_val(v, DP_V_MSG_TYPE);
    }
    return 0;
}

_Static_assert(DP_V_COUNT <= 32, "slots fit a word");

/* Whether some value that a view holds came in pieces. */
static bool has_joined(const dhcpperf_msg *msg)
{
    unsigned slot;

    for (slot = DP_V_OTHER + 1; msg->repeated && slot < DP_V_COUNT; slot++) {
        if (dp_msg_has(msg, code_of[slot]) && msg->opt[code_of[slot]].pieces > 1) {
            return true;
        }
    }
    return false;
}

/* A value that was joined lies in the scratch, so then all of them have to: behind what is there,
 * since all values of the longest message together fit. */
void dp_view_from_msg(dp_view *v, const dhcpperf_msg *msg)
{
    bool joined = has_joined(msg);
    size_t used = msg->joined;
    dhcpperf_bytes value;
    unsigned slot;

    v->data = msg->data;
    v->base = joined ? msg->scratch : msg->data;
    v->len = (uint16_t)msg->len;
    v->type = (uint8_t)dhcpperf_msg_get_type(msg);
    v->flags =
        (uint8_t)((msg->has_cookie ? 0 : DP_VIEW_NO_COOKIE) | (msg->no_end ? DP_VIEW_NO_END : 0));
    v->seen = 0;
    for (slot = DP_V_OTHER + 1; slot < DP_V_COUNT; slot++) {
        if (dhcpperf_msg_get_option(msg, code_of[slot], &value) != 0) {
            continue;
        }
        if (joined && msg->opt[code_of[slot]].pieces == 1) {
            memcpy(msg->scratch + used, value.data, value.len);
            value.data = msg->scratch + used;
            used += value.len;
        }
        v->seen |= UINT32_C(1) << slot;
        v->at[slot] = dp_view_place((size_t)(value.data - v->base), value.len);
    }
}
