/* SPDX-License-Identifier: MIT */
/* fault_options.c - surgery on one option of a message: put in, taken out, moved, cut. */
#include <string.h>

#include "policy/dp_fault_edit.h"
#include "wire/dp_message.h"

static bool append(dp_edit *e, uint8_t code, const uint8_t *value, size_t len)
{
    return dp_edit_insert(e, dp_edit_end(e, DP_EDIT_OPTIONS), code, value, len);
}

static bool drop(dp_edit *e, uint8_t code, unsigned keep)
{
    dp_edit_tlv tlv;
    bool done = false;

    while (dp_edit_find(e, code, keep, &tlv)) {
        dp_edit_remove(e, &tlv);
        done = true;
    }
    return done;
}

/* The first one gets the value and further pieces go; one that is not there is added. */
static bool set(dp_edit *e, uint8_t code, const uint8_t *value, size_t len)
{
    dp_edit_tlv tlv;
    bool done;

    if (!dp_edit_find(e, code, 0, &tlv)) {
        return append(e, code, value, len);
    }
    done = drop(e, code, 1);
    if (tlv.len == len && memcmp(e->at + tlv.at + 2, value, len) == 0) {
        return done;
    }
    if (!dp_edit_splice(e, tlv.region, tlv.at + 2, tlv.len, len)) {
        if (tlv.region == DP_EDIT_OPTIONS || e->len + 2 + len > e->cap) {
            return done;
        }
        dp_edit_remove(e, &tlv); /* the field it was in is full */
        return append(e, code, value, len);
    }
    e->at[tlv.at + 1] = (uint8_t)len;
    memcpy(e->at + tlv.at + 2, value, len);
    return true;
}

/* As long as it is, else four octets. */
static bool set_random(dp_edit *e, const dp_fault_action *a)
{
    uint8_t value[UINT8_MAX];
    dp_edit_tlv tlv;
    size_t len = dp_edit_find(e, a->code, 0, &tlv) ? tlv.len : 4, i;

    for (i = 0; i < len; i++) {
        value[i] = (uint8_t)dp_edit_random(e);
    }
    return a->verb == DP_FV_SET_OPTION ? set(e, a->code, value, len)
                                       : append(e, a->code, value, len);
}

/* An option out of the message: octets behind its length are its value. */
static size_t take(dp_edit *e, const dp_edit_tlv *tlv, uint8_t value[UINT8_MAX])
{
    memcpy(value, e->at + tlv->at + 2, tlv->len);
    return tlv->len;
}

static bool copy(dp_edit *e, uint8_t code)
{
    uint8_t value[UINT8_MAX];
    dp_edit_tlv tlv;

    return dp_edit_find(e, code, 0, &tlv) && append(e, code, value, take(e, &tlv, value));
}

static bool is_in_place(const dp_edit *e, const dp_edit_tlv *tlv, dp_fault_place place)
{
    return tlv->region == DP_EDIT_OPTIONS &&
           (place == DP_FP_FIRST ? tlv->at == DP_OFF_OPTIONS
                                 : tlv->at + 2 + tlv->len == dp_edit_end(e, DP_EDIT_OPTIONS));
}

/* All pieces, which stay in their order. */
static bool move(dp_edit *e, const dp_fault_action *a)
{
    unsigned n = dp_edit_count(e, a->code), i;
    uint8_t value[UINT8_MAX];
    dp_edit_tlv tlv;
    size_t len;

    for (i = 0; i < n; i++) {
        if (!dp_edit_find(e, a->code, a->how == DP_FP_LAST ? 0 : n - 1, &tlv) ||
            (n == 1 && is_in_place(e, &tlv, (dp_fault_place)a->how))) {
            return i > 0;
        }
        if (tlv.region != DP_EDIT_OPTIONS && e->len + 2 + tlv.len > e->cap) {
            return i > 0;
        }
        len = take(e, &tlv, value);
        dp_edit_remove(e, &tlv);
        (void)dp_edit_insert(
            e, a->how == DP_FP_LAST ? dp_edit_end(e, DP_EDIT_OPTIONS) : DP_OFF_OPTIONS, a->code,
            value, len);
    }
    return n > 0;
}

static bool truncate(dp_edit *e, const dp_fault_action *a)
{
    dp_edit_tlv tlv;

    if (!dp_edit_find(e, a->code, 0, &tlv) || tlv.len <= a->n) {
        return false;
    }
    (void)dp_edit_splice(e, tlv.region, tlv.at + 2 + a->n, tlv.len - a->n, 0);
    e->at[tlv.at + 1] = (uint8_t)a->n;
    return true;
}

static bool flip(dp_edit *e, const dp_fault_action *a)
{
    dp_edit_tlv tlv;

    return dp_edit_find(e, a->code, 0, &tlv) && dp_edit_flip(e, e->at + tlv.at + 2, tlv.len, a->n);
}

/* ---- option 82 ------------------------------------------------------------------------------- */

/* Is the value sub-options to its last octet? */
static bool is_nested(const uint8_t *value, size_t len)
{
    size_t at = 0;

    while (at + 2 <= len) {
        at += 2u + value[at + 1];
    }
    return at == len;
}

/* Sub-options of one code, in the order they have, from `value` to `sorted`; octets written. */
static size_t gather(const uint8_t *value, size_t len, unsigned code, uint8_t *sorted)
{
    size_t at, n = 0, size;

    for (at = 0; at < len; at += size) {
        size = 2u + value[at + 1];
        if (value[at] == code) {
            memcpy(sorted + n, value + at, size);
            n += size;
        }
    }
    return n;
}

static bool sort(dp_edit *e, uint8_t code)
{
    uint8_t sorted[UINT8_MAX], *value;
    dp_edit_tlv tlv;
    unsigned sub;
    size_t n = 0;

    if (!dp_edit_find(e, code, 0, &tlv)) {
        return false;
    }
    value = e->at + tlv.at + 2;
    if (!is_nested(value, tlv.len)) {
        return false;
    }
    for (sub = 0; sub <= UINT8_MAX && n < tlv.len; sub++) {
        n += gather(value, tlv.len, sub, sorted + n);
    }
    if (memcmp(value, sorted, tlv.len) == 0) {
        return false;
    }
    memcpy(value, sorted, tlv.len);
    return true;
}

/* ---- parts (RFC 3396) ------------------------------------------------------------------------ */

static bool split(dp_edit *e, const dp_fault_action *a)
{
    uint8_t parts[3 * UINT8_MAX];
    size_t from, part, n = 0;
    dp_edit_tlv tlv;

    if (!dp_edit_find(e, a->code, 0, &tlv) || tlv.len <= a->n) {
        return false;
    }
    for (from = 0; from < tlv.len; from += part) {
        part = tlv.len - from < a->n ? tlv.len - from : a->n;
        parts[n] = a->code;
        parts[n + 1] = (uint8_t)part;
        memcpy(parts + n + 2, e->at + tlv.at + 2 + from, part);
        n += 2 + part;
    }
    if (!dp_edit_splice(e, tlv.region, tlv.at, 2 + tlv.len, n)) {
        return false;
    }
    memcpy(e->at + tlv.at, parts, n);
    return true;
}

/* ---- all ------------------------------------------------------------------------------------- */

bool dp_edit_option(dp_edit *e, const dp_fault_action *a, const uint8_t *value, size_t len)
{
    switch ((dp_fault_verb)a->verb) {
    case DP_FV_SET_OPTION:
    case DP_FV_APPEND_OPTION:
        if (a->how == DP_FX_RANDOM) {
            return set_random(e, a);
        }
        if (value == NULL) {
            return false;
        }
        return a->verb == DP_FV_SET_OPTION ? set(e, a->code, value, len)
                                           : append(e, a->code, value, len);
    case DP_FV_DROP_OPTION:
        return drop(e, a->code, 0);
    case DP_FV_COPY_OPTION:
        return copy(e, a->code);
    case DP_FV_MOVE_OPTION:
        return move(e, a);
    case DP_FV_TRUNCATE_OPTION:
        return truncate(e, a);
    case DP_FV_FLIP_OPTION:
        return flip(e, a);
    case DP_FV_SORT_OPTION:
        return sort(e, a->code);
    case DP_FV_SPLIT_OPTION:
        return split(e, a);
    default: /* not about one option */
        return false;
    }
}
