/* SPDX-License-Identifier: MIT */
/* fuzz_relay.c - the first octets choose settings and the side, the rest is a message.  Whatever
 * comes, it is accounted for once; what is sent on is a message of the same head that still parses
 * if the first did. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "fuzz/fuzz.h"

enum {
    CAP = 2048,
    HEAD = 2
};

static dhcpperf_relay *make(uint8_t a, uint8_t b)
{
    static const char *const policies[] = {"rfc", "forward", "replace", "append", "discard"};
    dhcpperf_relay_config *c;
    dhcpperf_relay *r;
    dhcpperf_ip4 giaddr = {{10, 1, 0, 1}}, server = {{192, 0, 2, 53}};

    REQUIRE(dhcpperf_relay_config_new(&c, NULL) == 0);
    REQUIRE(dhcpperf_relay_config_set_giaddr(c, giaddr) == 0);
    REQUIRE(dhcpperf_relay_config_add_server(c, server) == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "held.max", "4") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "clients.max", "4") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "hops.max", "16") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "deliver", (a & 2) != 0 ? "source" : "rfc") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "override", (a & 4) != 0 ? "true" : "false") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "source-port", (a & 8) != 0 ? "true" : "false") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "info.trusted", (a & 16) != 0 ? "true" : "false") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "size.max", (a & 32) != 0 ? "2048" : "548") == 0);
    REQUIRE(dhcpperf_relay_config_set(c, "info.existing", policies[b % 5]) == 0);
    if ((a & 64) != 0) {
        REQUIRE(dhcpperf_relay_config_set_suboption(c, 1, "{mac}/{relay}") == 0);
    }
    REQUIRE(dhcpperf_relay_new(&r, c, NULL) == 0);
    dhcpperf_relay_config_free(c);
    return r;
}

/* The sender reads every octet of the message, a sanitizer sees those that were never written. */
static void look(dhcpperf_msg *msg, const uint8_t *in, size_t len, const dhcpperf_pkt *out)
{
    int parsed = dhcpperf_msg_parse(msg, in, len, DHCPPERF_PARSE_LENIENT, NULL);

    REQUIRE(out->len >= 240 && out->len <= CAP);
    REQUIRE(memcmp(out->data, in, 3) == 0 && memcmp(out->data + 4, in + 4, 20) == 0);
    REQUIRE(memcmp(out->data + 28, in + 28, 212) == 0);
    if (parsed == 0) {
        REQUIRE(dhcpperf_msg_parse(msg, out->data, out->len, DHCPPERF_PARSE_LENIENT, NULL) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t in[65536], buf[CAP];
    dhcpperf_engine *from, *to;
    dhcpperf_relay_counts n;
    dhcpperf_relay *r;
    dhcpperf_msg *msg;
    dhcpperf_pkt p;
    int pulled;

    if (size < HEAD || size - HEAD > UINT16_MAX) {
        return 0;
    }
    r = make(data[0], data[1]);
    REQUIRE(dhcpperf_msg_new(&msg, NULL) == 0);
    from = (data[0] & 1) != 0 ? dhcpperf_relay_server_side(r) : dhcpperf_relay_client_side(r);
    to = (data[0] & 1) != 0 ? dhcpperf_relay_client_side(r) : dhcpperf_relay_server_side(r);
    memcpy(in, data + HEAD, size - HEAD);
    memset(&p, 0, sizeof p);
    p.data = in;
    p.len = p.cap = (uint16_t)(size - HEAD);
    p.flags = (data[0] & 128) != 0 ? DHCPPERF_PKT_BCAST : 0;
    p.dst.ip = (dhcpperf_ip4){{10, 1, 0, 1}};
    p.src.port = 1068;
    REQUIRE(dhcpperf_engine_recv(from, &p, 1, 1) == 1);
    REQUIRE(dhcpperf_relay_get_counts(r, &n, sizeof n) == 0);
    REQUIRE(n.requests + n.replies == 1);
    REQUIRE(n.requests == n.forwarded + n.requests_malformed + n.requests_hops + n.requests_forged +
                              n.requests_untrusted + n.requests_early + n.requests_full);
    REQUIRE(n.replies == n.delivered + n.replies_malformed + n.replies_foreign + n.replies_unknown +
                             n.replies_full);
    memset(&p, 0, sizeof p);
    p.data = buf;
    p.cap = CAP;
    pulled = dhcpperf_engine_pull(to, &p, 1, 1);
    REQUIRE(pulled == (int)(n.forwarded + n.delivered));
    if (pulled == 1) {
        look(msg, data + HEAD, size - HEAD, &p);
    }
    dhcpperf_msg_free(msg);
    dhcpperf_relay_free(r);
    return 0;
}
