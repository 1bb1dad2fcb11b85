/* SPDX-License-Identifier: MIT */
/* info.c - option 82 put into requests and taken out of replies, in the octets as they are: nothing
 * else of a message changes (RFC 1542 4.1.1), and file and sname are never used for it (RFC 3046
 * 2.1).  Messages have been parsed before they come here, so their options field is sound. */
#include "relay/dp_relay.h"

#include <string.h>

#include <libdhcpperf/option.h>

#include "base/dp_text.h"

enum { /* sub-options that the agent fills in itself */
    LINK_SELECTION = 5,
    RELAY_FLAGS = 10,
    OVERRIDE = 11,
    SOURCE_PORT = 19,
    UNICAST = 0x80, /* RFC 5010 */
    ADDRESS_LEN = 6 /* code, length and one address */
};

static size_t put_address(uint8_t *p, uint8_t code, uint32_t ip)
{
    p[0] = code;
    p[1] = 4;
    dp_put32(p + 2, ip);
    return ADDRESS_LEN;
}

static uint32_t link_of(const dhcpperf_relay_config *c)
{
    uint32_t link = dp_ip4_num(c->set.link);

    return link != 0 ? link : c->giaddr;
}

/* with the override the link must be said as well. */
static size_t put_own(const dhcpperf_relay_config *c, int unicast, uint8_t *p)
{
    size_t n = 0;

    if (c->set.override || dp_ip4_num(c->set.link) != 0) {
        n += put_address(p + n, LINK_SELECTION, link_of(c));
    }
    if (c->set.override) {
        n += put_address(p + n, OVERRIDE, c->giaddr);
        p[n] = RELAY_FLAGS;
        p[n + 1] = 1;
        p[n + 2] = unicast ? UNICAST : 0;
        n += 3;
    }
    if (c->set.source_port) {
        p[n] = SOURCE_PORT;
        p[n + 1] = 0;
        n += 2;
    }
    return n;
}

size_t dp_relay_info_render(const dhcpperf_relay_config *c, const dp_view *v, int unicast,
                            uint8_t buf[255])
{
    dp_template_values values = {.relay = c->set.number};
    size_t n = 0;
    unsigned i;

    memcpy(values.mac.b, v->data + DP_OFF_CHADDR, sizeof values.mac.b);
    for (i = 0; i < c->n_sub; i++) {
        size_t len = dp_template_render(&c->sub[i].value, &values, buf + n + 2);

        buf[n] = c->sub[i].code;
        buf[n + 1] = (uint8_t)len;
        n += 2 + len;
    }
    return n + put_own(c, unicast, buf + n);
}

int dp_relay_info_check(const dhcpperf_relay_config *c)
{
    uint8_t own[32];
    size_t n = put_own(c, 0, own);
    unsigned i;

    for (i = 0; i < c->n_sub; i++) {
        n += 2u + c->sub[i].value.max_len;
    }
    return n <= UINT8_MAX ? 0 : DHCPPERF_E_NOBUFS;
}

/* The option at or after `at`, pads passed over: its offset, or len when there is no more. */
static size_t next_option(const uint8_t *msg, size_t len, size_t at)
{
    while (at < len && msg[at] == DHCPPERF_OPT_PAD) {
        at++;
    }
    return at < len && msg[at] == DHCPPERF_OPT_END ? len : at;
}

/* Where End stands, or would stand. */
static size_t end_of_options(const uint8_t *msg, size_t len)
{
    size_t at = DP_OFF_OPTIONS, end = DP_OFF_OPTIONS;

    while ((at = next_option(msg, len, at)) < len) {
        at += 2u + msg[at + 1];
        end = at;
    }
    return end;
}

size_t dp_relay_info_add(uint8_t *msg, size_t len, size_t limit, const uint8_t *info, size_t n)
{
    size_t end = end_of_options(msg, len), need = end + 2 + n + 1;

    if (need > limit) {
        return 0;
    }
    msg[end] = DHCPPERF_OPT_RELAY_INFO;
    msg[end + 1] = (uint8_t)n;
    memcpy(msg + end + 2, info, n);
    msg[need - 1] = DHCPPERF_OPT_END;
    if (need < len) {
        memset(msg + need, 0, len - need);
        return len;
    }
    return need;
}

unsigned dp_relay_info_remove(uint8_t *msg, size_t len)
{
    size_t at = DP_OFF_OPTIONS;
    unsigned removed = 0;

    while ((at = next_option(msg, len, at)) < len) {
        size_t size = 2u + msg[at + 1];

        if (msg[at] != DHCPPERF_OPT_RELAY_INFO) {
            at += size;
            continue;
        }
        memmove(msg + at, msg + at + size, len - at - size);
        memset(msg + len - size, 0, size);
        removed++;
    }
    return removed;
}
