/* SPDX-License-Identifier: MIT */
/* fault_tlv.c - options in a message under surgery: where they are, and room for others. */
#include <string.h>

#include "base/dp_rng.h"
#include "policy/dp_fault_edit.h"
#include "wire/dp_message.h"

enum {
    PAD = 0,
    END = 255
};

uint64_t dp_edit_random(dp_edit *e)
{
    e->bits += UINT64_C(0x9e3779b97f4a7c15);
    return dp_mix64(e->bits);
}

/* ---- finding --------------------------------------------------------------------------------- */

size_t dp_edit_from(dp_edit_region region)
{
    switch (region) {
    case DP_EDIT_FILE:
        return DP_OFF_FILE;
    case DP_EDIT_SNAME:
        return DP_OFF_SNAME;
    case DP_EDIT_OPTIONS:
    case DP_EDIT_REGIONS:
        break;
    }
    return DP_OFF_OPTIONS;
}

static size_t limit_of(const dp_edit *e, dp_edit_region region)
{
    switch (region) {
    case DP_EDIT_FILE:
        return DP_OFF_FILE + DP_FILE_LEN;
    case DP_EDIT_SNAME:
        return DP_OFF_SNAME + DP_SNAME_LEN;
    case DP_EDIT_OPTIONS:
    case DP_EDIT_REGIONS:
        break;
    }
    return e->len;
}

bool dp_edit_next(const dp_edit *e, dp_edit_region region, size_t *inout_at, dp_edit_tlv *ret)
{
    size_t at = *inout_at, limit = limit_of(e, region);

    while (at < limit && e->at[at] == PAD) {
        at++;
    }
    if (at + 2 > limit || e->at[at] == END || at + 2 + e->at[at + 1] > limit) {
        return false;
    }
    ret->region = region;
    ret->code = e->at[at];
    ret->at = at;
    ret->len = e->at[at + 1];
    *inout_at = at + 2 + ret->len;
    return true;
}

size_t dp_edit_end(const dp_edit *e, dp_edit_region region)
{
    size_t at = dp_edit_from(region), limit = limit_of(e, region), end;
    dp_edit_tlv tlv;

    while (dp_edit_next(e, region, &at, &tlv)) {
    }
    for (end = at; end < limit && e->at[end] == PAD; end++) {
    }
    return end < limit && e->at[end] == END ? end : at;
}

/* DP_OVERLOAD_* of option 52. */
static unsigned overload_of(const dp_edit *e)
{
    size_t at = DP_OFF_OPTIONS;
    dp_edit_tlv tlv;

    while (dp_edit_next(e, DP_EDIT_OPTIONS, &at, &tlv)) {
        if (tlv.code == DHCPPERF_OPT_OVERLOAD && tlv.len == 1) {
            return e->at[tlv.at + 2];
        }
    }
    return 0;
}

static bool holds_options(dp_edit_region region, unsigned overload)
{
    return region == DP_EDIT_OPTIONS ||
           (region == DP_EDIT_FILE && (overload & DP_OVERLOAD_FILE) != 0) ||
           (region == DP_EDIT_SNAME && (overload & DP_OVERLOAD_SNAME) != 0);
}

bool dp_edit_find(const dp_edit *e, uint8_t code, unsigned nth, dp_edit_tlv *ret)
{
    unsigned region, overload = overload_of(e);

    for (region = 0; region < DP_EDIT_REGIONS; region++) {
        size_t at = dp_edit_from((dp_edit_region)region);

        while (holds_options((dp_edit_region)region, overload) &&
               dp_edit_next(e, (dp_edit_region)region, &at, ret)) {
            if (ret->code == code && nth-- == 0) {
                return true;
            }
        }
    }
    return false;
}

unsigned dp_edit_count(const dp_edit *e, uint8_t code)
{
    dp_edit_tlv tlv;
    unsigned n = 0;

    while (dp_edit_find(e, code, n, &tlv)) {
        n++;
    }
    return n;
}

/* ---- room ------------------------------------------------------------------------------------ */

/* Octets behind what a field of options holds. */
static size_t slack_of(const dp_edit *e, dp_edit_region region)
{
    size_t end = dp_edit_end(e, region), limit = limit_of(e, region);

    end += end < limit && e->at[end] == END ? 1 : 0;
    return limit - end;
}

bool dp_edit_splice(dp_edit *e, dp_edit_region region, size_t at, size_t old, size_t now)
{
    size_t limit = limit_of(e, region), moved = limit - at - old;

    if (region == DP_EDIT_OPTIONS) {
        if (e->len - old + now > e->cap) {
            return false;
        }
        e->len = e->len - old + now;
    } else if (now > old) {
        if (now - old > slack_of(e, region)) {
            return false;
        }
        moved -= now - old;
    }
    memmove(e->at + at + now, e->at + at + old, moved);
    if (region != DP_EDIT_OPTIONS && now < old) {
        memset(e->at + limit - (old - now), PAD, old - now);
    }
    return true;
}

bool dp_edit_insert(dp_edit *e, size_t at, uint8_t code, const uint8_t *value, size_t len)
{
    if (!dp_edit_splice(e, DP_EDIT_OPTIONS, at, 0, 2 + len)) {
        return false;
    }
    e->at[at] = code;
    e->at[at + 1] = (uint8_t)len;
    if (len > 0) {
        memcpy(e->at + at + 2, value, len);
    }
    return true;
}

void dp_edit_remove(dp_edit *e, const dp_edit_tlv *tlv)
{
    (void)dp_edit_splice(e, tlv->region, tlv->at, 2 + tlv->len, 0);
}

/* ---- bits ------------------------------------------------------------------------------------ */

static bool is_among(const uint64_t *bits, unsigned n, uint64_t bit)
{
    unsigned i;

    for (i = 0; i < n && bits[i] != bit; i++) {
    }
    return i < n;
}

bool dp_edit_flip(dp_edit *e, uint8_t *octets, size_t len, unsigned n)
{
    uint64_t flipped[DP_FAULT_FLIPS];
    unsigned i;

    n = n < len * 8 ? n : (unsigned)(len * 8);
    for (i = 0; i < n; i++) {
        uint64_t bit = dp_below(dp_edit_random(e), len * 8);

        while (is_among(flipped, i, bit)) { /* never twice, or it would be as before */
            bit = (bit + 1) % (len * 8);
        }
        flipped[i] = bit;
        octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    return n > 0;
}
