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

/* Option code -> slot + 1; 0 = an option no engine looks at. */
static const uint8_t slot_of[256] = {
#define SLOT(name, code) [code] = DP_V_##name + 1,
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
    return slot_of[code] - 1;
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

/* The option at `p` ends past the message. */
static int truncated(const uint8_t *data, const uint8_t *p, dhcpperf_parse_error *reterr)
{
    return dp_parse_failed(reterr, (size_t)(p - data), *p, DHCPPERF_E_TRUNCATED);
}

static bool has_no_length(unsigned code)
{
    return code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_END;
}

int dp_view_parse(dp_view *v, const uint8_t *data, size_t len, dhcpperf_parse_error *reterr)
{
    const uint8_t *p, *last;
    uint32_t seen = 0; /* bit per slot + 1 */
    uint64_t sum = 0;  /* of those bits: more than `seen` when an option comes again */
    unsigned flags = DP_VIEW_NO_END;
    int plain_bootp;
    int rc = check_fixed_part(data, len, &plain_bootp, reterr);

    if (rc != 0) {
        return rc;
    }
    p = data + DP_OFF_OPTIONS;
    last = data + len - 1;
    if (plain_bootp) {
        flags = DP_VIEW_NO_COOKIE;
        p = last + 1;
    }
    while (p <= last) {
        unsigned code = *p, slot, n;

        if (has_no_length(code)) {
            if (code == DHCPPERF_OPT_END) {
                flags &= ~(unsigned)DP_VIEW_NO_END;
                break;
            }
            p++;
            continue;
        }
        if (p == last) {
            return truncated(data, p, reterr);
        }
        n = p[1];
        if ((size_t)(last - p) <= n) {
            return truncated(data, p, reterr);
        }
        slot = slot_of[code];
        if (slot != 0) {
            uint32_t bit = UINT32_C(1) << slot;

            seen |= bit;
            sum += bit;
            v->val[slot - 1] = p + 2;
            v->vlen[slot - 1] = (uint16_t)n;
        } else if (code == DHCPPERF_OPT_OVERLOAD) {
            flags |= DP_VIEW_COMPLEX;
        }
        p += 2 + n;
    }
    if (sum != seen) {
        flags |= DP_VIEW_COMPLEX;
    }
    v->data = data;
    v->len = (uint16_t)len;
    v->seen = seen >> 1;
    v->flags = (uint8_t)flags;
    v->type = 0;
    if ((v->seen >> DP_V_MSG_TYPE & 1) != 0 && v->vlen[DP_V_MSG_TYPE] == 1) {
        v->type = *v->val[DP_V_MSG_TYPE];
    }
    return 0;
}

_Static_assert(DP_V_COUNT < 32, "slots + 1 fit a word");

void dp_view_from_msg(dp_view *v, const dhcpperf_msg *msg)
{
    dhcpperf_bytes value;
    unsigned slot;

    v->data = msg->data;
    v->len = (uint16_t)msg->len;
    v->type = (uint8_t)dhcpperf_msg_get_type(msg);
    v->flags =
        (uint8_t)((msg->has_cookie ? 0 : DP_VIEW_NO_COOKIE) | (msg->no_end ? DP_VIEW_NO_END : 0));
    v->seen = 0;
    for (slot = 0; slot < DP_V_COUNT; slot++) {
        if (dhcpperf_msg_get_option(msg, code_of[slot], &value) == 0) {
            v->seen |= UINT32_C(1) << slot;
            v->val[slot] = value.data;
            v->vlen[slot] = (uint16_t)value.len;
        }
    }
}
