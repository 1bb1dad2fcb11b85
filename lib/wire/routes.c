/* SPDX-License-Identifier: MIT */
/* routes.c - the routes a message asks a client to install: option 121 alone when it is there,
 * otherwise 33 and then 3 (RFC 3442: "the client MUST ignore the Router option"). */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_message.h"

/* One descriptor of option 121: width, significant octets, router. */
static int classless_route(dhcpperf_bytes v, size_t *cursor, dhcpperf_route *ret)
{
    size_t at = *cursor, significant;

    if (at >= v.len) {
        return 0;
    }
    significant = (v.data[at] + 7u) / 8;
    if (v.data[at] > 32 || v.len - at - 1 < significant + 4) {
        return DHCPPERF_E_MALFORMED;
    }
    memset(ret, 0, sizeof *ret);
    ret->width = v.data[at];
    memcpy(ret->dest.b, v.data + at + 1, significant);
    if (ret->width % 8 != 0) { /* RFC 3442: bits behind the mask are to be cleared */
        ret->dest.b[significant - 1] &= (uint8_t)(0xff00u >> (ret->width % 8));
    }
    memcpy(ret->router.b, v.data + at + 1 + significant, 4);
    *cursor = at + 1 + significant + 4;
    return 1;
}

/* Option 33 has no masks: a network of the old classes, or a host (RFC 2132 section 5.8). */
static uint8_t class_width(dhcpperf_ip4 dest)
{
    unsigned width = dest.b[0] < 128 ? 8 : dest.b[0] < 192 ? 16 : 24;
    unsigned i;

    for (i = width / 8; i < 4; i++) {
        if (dest.b[i] != 0) {
            return 32;
        }
    }
    return (uint8_t)width;
}

/* An option of addresses as a value; empty when absent, MALFORMED when its length is not n * unit.
 */
static int addresses(const dhcpperf_msg *msg, uint8_t code, size_t unit, dhcpperf_bytes *ret)
{
    ret->data = NULL;
    ret->len = 0;
    (void)dhcpperf_msg_get_option(msg, code, ret);
    return ret->len % unit == 0 ? 0 : DHCPPERF_E_MALFORMED;
}

int dhcpperf_msg_next_route(const dhcpperf_msg *msg, size_t *cursor, dhcpperf_route *ret)
{
    dhcpperf_bytes value, routers;
    size_t at = *cursor;

    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_ROUTES, &value) == 0) {
        return classless_route(value, cursor, ret);
    }
    if (addresses(msg, DHCPPERF_OPT_STATIC_ROUTES, 8, &value) != 0 ||
        addresses(msg, DHCPPERF_OPT_ROUTER, 4, &routers) != 0) {
        return DHCPPERF_E_MALFORMED;
    }
    if (at < value.len) {
        memcpy(ret->dest.b, value.data + at, 4);
        memcpy(ret->router.b, value.data + at + 4, 4);
        ret->width = class_width(ret->dest);
        *cursor = at + 8;
        return 1;
    }
    if (at - value.len < routers.len) {
        memset(ret, 0, sizeof *ret);
        memcpy(ret->router.b, routers.data + (at - value.len), 4);
        *cursor = at + 4;
        return 1;
    }
    return 0;
}
