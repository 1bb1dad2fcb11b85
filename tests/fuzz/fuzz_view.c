/* SPDX-License-Identifier: MIT */
/* fuzz_view.c - the input is a payload; the engines' one-pass view and the full reader must agree
 * on it.  Links the core: the view is not public. */
#include <libdhcpperf/error.h>

#include "fuzz/fuzz.h"
#include "wire/dp_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dhcpperf_msg *msg;
    dhcpperf_parse_error ve = {0, 0, 0}, me = {0, 0, 0};
    dp_view quick, full;
    int rv, rm;
    unsigned i;

    if (msg == NULL) {
        REQUIRE(dhcpperf_msg_new(&msg, NULL) == 0);
    }
    rv = dp_view_parse(&quick, data, size, &ve);
    rm = dhcpperf_msg_parse(msg, data, size, 0, &me);
    if (rv != 0) {
        REQUIRE(rv == rm && ve.offset == me.offset && ve.option == me.option && ve.code == rv);
        return 0;
    }
    REQUIRE(rm == 0 || (quick.flags & DP_VIEW_COMPLEX) != 0);
    if (rm != 0 || (quick.flags & DP_VIEW_COMPLEX) != 0) {
        return 0;
    }
    dp_view_from_msg(&full, msg);
    REQUIRE(quick.seen == full.seen && quick.type == full.type && quick.flags == full.flags);
    REQUIRE(quick.data == full.data && quick.len == full.len);
    for (i = 0; i < DP_V_COUNT; i++) {
        if (dp_view_has(&quick, (dp_view_slot)i)) {
            REQUIRE(quick.val[i] == full.val[i] && quick.vlen[i] == full.vlen[i]);
            REQUIRE(quick.val[i] >= data + 240 && quick.val[i] + quick.vlen[i] <= data + size);
        }
    }
    return 0;
}
