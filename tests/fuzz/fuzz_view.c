/* SPDX-License-Identifier: MIT */
/* fuzz_view.c - the input is a payload; the engines' one-pass view and the full reader must agree
 * on it: on the error and its place, on every value, and on which payloads only the full reader can
 * tell.  So must a view by form, whatever was seen before.  Links the core: the view is not public.
 */
#include <string.h>

#include <libdhcpperf/error.h>

#include "fuzz/fuzz.h"
#include "wire/dp_forms.h"

#define CODE(name, code) [DP_V_##name] = code,
static const uint8_t codes[DP_V_COUNT] = {DP_VIEW_MAP(CODE)};
#undef CODE

/* Overload, or an option that engines look at more than once in the options field. */
static int is_complex(const dhcpperf_msg *msg, const uint8_t *data)
{
    unsigned times[256] = {0}, i;
    dhcpperf_bytes value;
    size_t cursor = 0;
    uint8_t code;

    while (dhcpperf_msg_next_option(msg, &cursor, &code, &value) == 1) {
        times[code] += value.data >= data + 240;
    }
    for (i = DP_V_OTHER + 1; i < DP_V_COUNT; i++) {
        if (times[codes[i]] > 1) {
            return 1;
        }
    }
    return times[DHCPPERF_OPT_OVERLOAD] > 0;
}

/* What a view says of every option is what the reader says. */
static void check_values(const dp_view *v, const dhcpperf_msg *msg)
{
    dhcpperf_bytes value;
    unsigned i;

    REQUIRE(!dp_view_has(v, DP_V_OTHER));
    for (i = DP_V_OTHER + 1; i < DP_V_COUNT; i++) {
        dp_view_slot slot = (dp_view_slot)i;
        int there = dhcpperf_msg_get_option(msg, codes[i], &value) == 0;

        REQUIRE(dp_view_slot_of(codes[i]) == (int)i);
        REQUIRE(dp_view_has(v, slot) == there);
        REQUIRE(!there || (dp_view_len(v, slot) == value.len &&
                           memcmp(dp_view_val(v, slot), value.data, value.len) == 0));
    }
}

/* All of a plain view points into the payload. */
static void check_places(const dp_view *v, const uint8_t *data, size_t size)
{
    unsigned i;

    for (i = DP_V_OTHER + 1; i < DP_V_COUNT; i++) {
        dp_view_slot slot = (dp_view_slot)i;

        if (dp_view_has(v, slot)) {
            REQUIRE(dp_view_val(v, slot) >= data + 240);
            REQUIRE(dp_view_val(v, slot) + dp_view_len(v, slot) <= data + size);
        }
    }
}

static void check_equal(const dp_view *a, const dp_view *b)
{
    unsigned i;

    REQUIRE(a->seen == b->seen && a->flags == b->flags && a->type == b->type && a->len == b->len);
    REQUIRE(a->data == b->data && a->base == b->base);
    for (i = 0; i < DP_V_COUNT; i++) {
        REQUIRE(!dp_view_has(a, (dp_view_slot)i) || a->at[i] == b->at[i]);
    }
}

/* Whatever message of nearly the same form was seen before, the view is that of the message. */
static void check_forms(const uint8_t *data, size_t size, const dp_view *walked, int rc)
{
    static dp_forms forms;
    uint32_t lot = (uint32_t)size;
    uint8_t *like = malloc(size > 0 ? size : 1);
    unsigned k;
    dp_view v;

    REQUIRE(like != NULL);
    for (k = 0; k < 8; k++) {
        memset(&forms, 0, sizeof forms);
        memcpy(like, data, size);
        if (k > 0 && size > 240) {
            lot = lot * UINT32_C(1664525) + data[k] + UINT32_C(1013904223);
            like[240 + (lot >> 8) % (size - 240)] = data[(lot >> 4) % size];
        }
        (void)dp_forms_parse(&forms, &v, like, size);
        REQUIRE(dp_forms_parse(&forms, &v, data, size) == rc);
        if (rc == 0) {
            check_equal(&v, walked);
        }
    }
    free(like);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dhcpperf_msg *msg;
    dhcpperf_parse_error ve = {0, 0, 0}, me = {0, 0, 0};
    dp_view quick, full;
    int rv, rm;

    if (msg == NULL) {
        REQUIRE(dhcpperf_msg_new(&msg, NULL) == 0);
    }
    rv = dp_view_parse(&quick, data, size, &ve);
    check_forms(data, size, &quick, rv);
    rm = dhcpperf_msg_parse(msg, data, size, 0, &me);
    if (rv != 0) {
        REQUIRE(rv == rm && ve.offset == me.offset && ve.option == me.option && ve.code == rv);
        return 0;
    }
    check_places(&quick, data, size);
    if (rm != 0) { /* only in overloaded fields is there anything else to be found wrong */
        REQUIRE((quick.flags & DP_VIEW_COMPLEX) != 0 && dp_view_has(&quick, DP_V_OVERLOAD));
        return 0;
    }
    dp_view_from_msg(&full, msg);
    check_values(&full, msg);
    REQUIRE(full.data == data && full.len == size);
    REQUIRE(((quick.flags & DP_VIEW_COMPLEX) != 0) == is_complex(msg, data));
    if ((quick.flags & DP_VIEW_COMPLEX) == 0) {
        check_values(&quick, msg);
        REQUIRE(quick.seen == full.seen && quick.type == full.type && quick.flags == full.flags);
        REQUIRE(quick.data == data && quick.len == size);
    }
    return 0;
}
