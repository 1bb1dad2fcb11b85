/* SPDX-License-Identifier: MIT */
/* relay_test.c - what a relay agent must and must not do to messages (R-001 to,
 * R-027), packet by packet on its two sides. */
#include <libdhcpperf/relay.h>

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/message.h>

#include "support/allocfail.h"
#include "support/harness.h"
#include "support/vectors.h"

enum { /* RFC 2131 figure 1 */
    OP = 0,
    HOPS = 3,
    XID = 4,
    SECS = 8,
    FLAGS = 10,
    CIADDR = 12,
    YIADDR = 16,
    GIADDR = 24,
    CHADDR = 28,
    OPTIONS = 240,
    CAP = 2048,
    OUT = 64
};

static dhcpperf_relay_config *config;
static dhcpperf_relay *agent;
static uint8_t in[CAP];
static size_t in_len;
static uint8_t out[OUT][CAP];
static dhcpperf_pkt got[OUT];
static int n_got;

static dhcpperf_ip4 ip(const char *text)
{
    dhcpperf_ip4 ret;

    ck_assert_int_eq(dhcpperf_ip4_parse(&ret, text), 0);
    return ret;
}

static void put(size_t at, const char *text)
{
    dhcpperf_ip4 a = ip(text);

    memcpy(in + at, a.b, 4);
}

static void setup(void)
{
    ck_assert_int_eq(dhcpperf_relay_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_relay_config_set_giaddr(config, ip("10.1.0.1")), 0);
    ck_assert_int_eq(dhcpperf_relay_config_add_server(config, ip("192.0.2.53")), 0);
    agent = NULL;
}

static void teardown(void)
{
    dhcpperf_relay_free(agent);
    dhcpperf_relay_config_free(config);
}

static void set(const char *key, const char *value)
{
    ck_assert_msg(dhcpperf_relay_config_set(config, key, value) == 0, "%s=%s", key, value);
}

static void make(void)
{
    ck_assert_int_eq(dhcpperf_relay_new(&agent, config, NULL), 0);
}

static dhcpperf_relay_counts counts(void)
{
    dhcpperf_relay_counts c;

    ck_assert_int_eq(dhcpperf_relay_get_counts(agent, &c, sizeof c), 0);
    ck_assert_uint_eq(c.requests, c.forwarded + c.requests_malformed + c.requests_hops +
                                      c.requests_forged + c.requests_untrusted + c.requests_early +
                                      c.requests_full);
    ck_assert_uint_eq(c.replies, c.delivered + c.replies_malformed + c.replies_foreign +
                                     c.replies_unknown + c.replies_full);
    return c;
}

/* A message with these options behind option 53, padded to 300 octets. */
static void message(int op, int type, const char *options)
{
    long n;

    memset(in, 0, sizeof in);
    in[OP] = (uint8_t)op;
    in[1] = 1;
    in[2] = 6;
    memcpy(in + XID, "\xde\xad\xbe\xef", 4);
    memcpy(in + CHADDR, "\x02\0\0\0\0\x07", 6);
    memcpy(in + 236, "\x63\x82\x53\x63\x35\x01", 6);
    in[242] = (uint8_t)type;
    n = vectors_hex(options, in + 243, CAP - 244);
    ck_assert_int_ge(n, 0);
    in[243 + n] = DHCPPERF_OPT_END;
    in_len = 244 + (size_t)n > 300 ? 244 + (size_t)n : 300;
}

static void request(const char *options)
{
    message(1, DHCPPERF_DISCOVER, options);
}

static void reply(int type, const char *options)
{
    message(2, type, options);
    put(YIADDR, "10.1.0.77");
    put(GIADDR, "10.1.0.1");
}

static void pull(dhcpperf_engine *from)
{
    unsigned i;

    for (i = 0; i < OUT; i++) {
        memset(&got[i], 0, sizeof got[i]);
        got[i].data = out[i];
        got[i].cap = CAP;
    }
    n_got = dhcpperf_engine_pull(from, got, OUT, 1);
    ck_assert_int_ge(n_got, 0);
    ck_assert_uint_eq(dhcpperf_engine_deadline(from), DHCPPERF_NEVER);
}

static void arrive(dhcpperf_engine *side, const char *src, unsigned sport, const char *dst,
                   unsigned dport)
{
    static uint8_t exact[CAP];
    dhcpperf_pkt p;

    memset(&p, 0, sizeof p);
    memcpy(exact, in, in_len);
    p.data = exact;
    p.len = p.cap = (uint16_t)in_len;
    p.src = (dhcpperf_endpoint){.ip = ip(src), .port = (uint16_t)sport};
    p.dst = (dhcpperf_endpoint){.ip = ip(dst), .port = (uint16_t)dport};
    p.flags = strcmp(dst, "255.255.255.255") == 0 ? DHCPPERF_PKT_BCAST : 0;
    ck_assert_int_eq(dhcpperf_engine_recv(side, &p, 1, 1), 1);
}

/* What the agent sends on when a client broadcasts the message. */
static void forward(void)
{
    arrive(dhcpperf_relay_client_side(agent), "0.0.0.0", 68, "255.255.255.255", 67);
    pull(dhcpperf_relay_client_side(agent));
    ck_assert_int_eq(n_got, 0); /* */
    pull(dhcpperf_relay_server_side(agent));
}

static void deliver(void)
{
    arrive(dhcpperf_relay_server_side(agent), "192.0.2.53", 67, "10.1.0.1", 67);
    pull(dhcpperf_relay_server_side(agent));
    ck_assert_int_eq(n_got, 0);
    pull(dhcpperf_relay_client_side(agent));
}

/* Options of the first message sent, behind option 53, end with these octets and End. */
#define assert_options(hex) check_options((hex), __LINE__)
static void check_options(const char *hex, int line)
{
    uint8_t want[CAP];
    long n = vectors_hex(hex, want, sizeof want);

    ck_assert_int_eq(n_got, 1);
    ck_assert_int_ge(n, 0);
    ck_assert_msg(memcmp(out[0] + 243, want, (size_t)n) == 0 && out[0][243 + n] == DHCPPERF_OPT_END,
                  "line %d: options are not %s", line, hex);
    for (n += 244; n < got[0].len; n++) {
        assert_fast(out[0][n] == 0, "line %d: octet %ld behind End", line, n);
    }
}

START_TEST(r_001_an_empty_giaddr_becomes_the_agents)
    {
        make();
        request("");
        forward();
        ck_assert_int_eq(n_got, 1);
        assert_mem_eq(out[0] + GIADDR, "\x0a\x01\x00\x01", 4);
    }
END_TEST

START_TEST(r_002_a_giaddr_that_is_there_stays)
    {
        make();
        request("");
        put(GIADDR, "10.9.0.1");
        forward();
        ck_assert_int_eq(n_got, 1);
        assert_mem_eq(out[0] + GIADDR, "\x0a\x09\x00\x01", 4);
    }
END_TEST

START_TEST(r_003_hops_counts_up_by_one)
    {
        make();
        request("");
        in[HOPS] = 3;
        forward();
        ck_assert_int_eq(n_got, 1);
        ck_assert_uint_eq(out[0][HOPS], 4);
    }
END_TEST

START_TEST(r_004_what_was_relayed_too_often_is_discarded)
    {
        static const struct {
            const char *limit; /* NULL = the default, 4 */
            uint8_t hops;
            int sent;
        } cases[] = {{NULL, 3, 1},  {NULL, 4, 1},  {NULL, 5, 0},  {"16", 5, 1},
                     {"16", 16, 1}, {"16", 17, 0}, {"16", 255, 0}};

        if (cases[_i].limit != NULL) {
            set("hops.max", cases[_i].limit);
        }
        ck_assert_int_eq(dhcpperf_relay_config_set(config, "hops.max", "17"), DHCPPERF_E_RANGE);
        make();
        request("");
        in[HOPS] = cases[_i].hops;
        forward();
        ck_assert_msg(n_got == cases[_i].sent, "case %d: %d sent", _i, n_got);
        ck_assert_uint_eq(counts().requests_hops, 1u - (unsigned)cases[_i].sent);
    }
END_TEST

START_TEST(r_005_nothing_else_of_a_request_changes)
    {
        unsigned at;

        make();
        request("3d 03 00 61 62  0c 04 686f7374");
        for (at = SECS; at < GIADDR; at++) {
            in[at] = (uint8_t)(at * 7 + 1);
        }
        for (at = CHADDR + 6; at < 236; at++) {
            in[at] = (uint8_t)(at * 5 + 3);
        }
        forward();
        ck_assert_int_eq(n_got, 1);
        ck_assert_uint_eq(got[0].len, in_len);
        in[HOPS] = 1;
        put(GIADDR, "10.1.0.1");
        assert_mem_eq(out[0], in, in_len);
    }
END_TEST

START_TEST(r_006_a_client_waits_for_the_minimum_of_secs)
    {
        set("secs.min", "4");
        make();
        request("");
        in[SECS + 1] = 3;
        forward();
        ck_assert_int_eq(n_got, 0);
        ck_assert_uint_eq(counts().requests_early, 1);
        in[SECS + 1] = 4;
        forward();
        ck_assert_int_eq(n_got, 1);
    }
END_TEST

START_TEST(r_007_nothing_goes_back_where_it_came_from)
    {
        make();
        request("");
        forward(); /* looks at the clients' side, too */
        reply(DHCPPERF_OFFER, "");
        deliver();
        ck_assert_int_eq(n_got, 1);
        /* A reply on the clients' side, a request on the servers': neither is relayed. */
        arrive(dhcpperf_relay_client_side(agent), "10.1.0.9", 67, "255.255.255.255", 68);
        request("");
        arrive(dhcpperf_relay_server_side(agent), "0.0.0.0", 68, "10.1.0.1", 67);
        pull(dhcpperf_relay_client_side(agent));
        ck_assert_int_eq(n_got, 0);
        pull(dhcpperf_relay_server_side(agent));
        ck_assert_int_eq(n_got, 0);
        ck_assert_uint_eq(counts().requests_malformed, 1);
        ck_assert_uint_eq(counts().replies_malformed, 1);
    }
END_TEST

START_TEST(r_008_each_server_gets_it_by_unicast_from_67_to_67)
    {
        ck_assert_int_eq(dhcpperf_relay_config_add_server(config, ip("192.0.2.54")), 0);
        make();
        request("");
        forward();
        ck_assert_int_eq(n_got, 2);
        assert_ip4_eq(got[0].dst.ip, "192.0.2.53");
        assert_ip4_eq(got[1].dst.ip, "192.0.2.54");
        assert_mem_eq(out[0], out[1], in_len);
        assert_ip4_eq(got[1].src.ip, "10.1.0.1");
        ck_assert_uint_eq(got[0].dst.port, 67);
        ck_assert_uint_eq(got[0].src.port, 67);
        ck_assert_uint_eq(got[0].flags & DHCPPERF_PKT_BCAST, 0);
        ck_assert_uint_eq(counts().forwarded, 1);
    }
END_TEST

START_TEST(r_009_replies_for_another_agent_are_discarded)
    {
        ck_assert_int_eq(dhcpperf_relay_config_add_address(config, ip("10.2.0.1")), 0);
        make();
        reply(DHCPPERF_OFFER, "");
        put(GIADDR, "10.3.0.1");
        deliver();
        ck_assert_int_eq(n_got, 0);
        ck_assert_uint_eq(counts().replies_foreign, 1);
        put(GIADDR, "10.2.0.1");
        deliver();
        ck_assert_int_eq(n_got, 1);
    }
END_TEST

START_TEST(r_010_the_broadcast_bit_says_how_a_reply_is_delivered)
    {
        make();
        reply(DHCPPERF_OFFER, "");
        deliver();
        ck_assert_int_eq(n_got, 1);
        assert_ip4_eq(got[0].dst.ip, "10.1.0.77");
        ck_assert_uint_eq(got[0].dst.port, 68);
        assert_mem_eq(got[0].dst.mac.b, "\x02\0\0\0\0\x07", 6);
        ck_assert_uint_eq(got[0].flags & DHCPPERF_PKT_BCAST, 0);
        in[FLAGS] = 0x80;
        deliver();
        ck_assert_int_eq(n_got, 1);
        assert_ip4_eq(got[0].dst.ip, "255.255.255.255");
        ck_assert_uint_eq(got[0].dst.port, 68);
        ck_assert_uint_ne(got[0].flags & DHCPPERF_PKT_BCAST, 0);
    }
END_TEST

START_TEST(r_011_a_nak_is_broadcast)
    {
        make();
        reply(DHCPPERF_NAK, "36 04 c0000235");
        put(YIADDR, "0.0.0.0");
        in[FLAGS] = 0x80; /* the server has set it (S-074) */
        deliver();
        ck_assert_int_eq(n_got, 1);
        assert_ip4_eq(got[0].dst.ip, "255.255.255.255");
        ck_assert_uint_ne(got[0].flags & DHCPPERF_PKT_BCAST, 0);
    }
END_TEST

START_TEST(r_012_nothing_of_a_reply_changes)
    {
        make();
        reply(DHCPPERF_ACK, "36 04 c0000235  33 04 00000e10");
        in[HOPS] = 2;
        deliver();
        ck_assert_int_eq(n_got, 1);
        ck_assert_uint_eq(got[0].len, in_len);
        assert_mem_eq(out[0], in, in_len);
    }
END_TEST

START_TEST(r_013_option_82_is_added_last_and_only_when_asked)
    {
        make();
        request("3d 03 00 61 62");
        forward();
        assert_options("3d 03 00 61 62");
        dhcpperf_relay_free(agent);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "port-{relay}"), 0);
        set("relay.number", "12");
        make();
        forward();
        assert_options("3d 03 00 61 62  52 09 01 07 706f72742d3132");
        dhcpperf_relay_free(agent);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 2, "{hex:beef}"), 0);
        make();
        forward();
        assert_options("3d 03 00 61 62  52 0d 01 07 706f72742d3132 02 02 beef");
        ck_assert_uint_eq(counts().info_added, 1);
    }
END_TEST

START_TEST(r_014_untrusted_option_82_is_discarded_and_trusted_kept)
    {
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "ours"), 0);
        make();
        request("52 04 01 02 aabb");
        forward();
        ck_assert_int_eq(n_got, 0);
        ck_assert_uint_eq(counts().requests_untrusted, 1);
        dhcpperf_relay_free(agent);
        set("info.trusted", "true");
        make();
        forward();
        assert_options("52 04 01 02 aabb");
        assert_mem_eq(out[0] + GIADDR, "\x0a\x01\x00\x01", 4);
    }
END_TEST

START_TEST(r_015_our_own_giaddr_in_a_request_is_forged)
    {
        ck_assert_int_eq(dhcpperf_relay_config_add_address(config, ip("10.2.0.1")), 0);
        make();
        request("");
        put(GIADDR, _i == 0 ? "10.1.0.1" : "10.2.0.1");
        forward();
        ck_assert_int_eq(n_got, 0);
        ck_assert_uint_eq(counts().requests_forged, 1);
    }
END_TEST

START_TEST(r_016_another_agents_clients_get_no_option_82_of_ours)
    {
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "ours"), 0);
        make();
        request(_i == 0 ? "" : "52 04 01 02 aabb");
        put(GIADDR, "10.9.0.1");
        forward();
        assert_options(_i == 0 ? "" : "52 04 01 02 aabb");
    }
END_TEST

START_TEST(r_017_there_is_a_policy_for_option_82_that_is_there)
    {
        static const struct {
            const char *policy, *options; /* NULL = nothing is sent */
        } cases[] = {
            {"forward", "52 04 01 02 aabb"},
            {"replace", "52 06 01 04 6f757273"},
            {"append", "52 04 01 02 aabb  52 06 01 04 6f757273"},
            {"discard", NULL},
        };

        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "ours"), 0);
        set("info.existing", cases[_i].policy);
        make();
        request("52 04 01 02 aabb");
        forward();
        if (cases[_i].options == NULL) {
            ck_assert_int_eq(n_got, 0);
            ck_assert_uint_eq(counts().requests_untrusted, 1);
        } else {
            assert_options(cases[_i].options);
        }
    }
END_TEST

/* 8 octets of option 82 make 1,472 of a message of 1,464. */
START_TEST(r_018_a_message_too_long_for_option_82_goes_without)
    {
        size_t fill = 1464 - 244 + (size_t)_i, n;
        uint8_t *p = in + 243;

        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "ours"), 0);
        make();
        request("");
        for (; fill > 0; fill -= n) {
            n = fill > 200 ? 200 : fill;
            memset(p, 'x', n);
            p[0] = 224;
            p[1] = (uint8_t)(n - 2);
            p += n;
        }
        p[0] = DHCPPERF_OPT_END;
        in_len = (size_t)(p + 1 - in);
        forward();
        ck_assert_int_eq(n_got, 1);
        ck_assert_uint_eq(counts().info_added, 1u - (unsigned)_i);
        ck_assert_uint_eq(counts().info_omitted, (unsigned)_i);
        ck_assert_uint_eq(got[0].len, _i == 0 ? 1472u : in_len);
        assert_mem_eq(out[0] + OPTIONS, in + OPTIONS, in_len - OPTIONS - 1);
    }
END_TEST

START_TEST(r_019_option_82_is_taken_out_of_replies)
    {
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "ours"), 0);
        make();
        reply(DHCPPERF_OFFER, "36 04 c0000235  52 06 01 04 6f757273  33 04 00000e10");
        deliver();
        assert_options("36 04 c0000235  33 04 00000e10");
        ck_assert_uint_eq(got[0].len, in_len);
        ck_assert_uint_eq(counts().info_removed, 1);
        reply(DHCPPERF_OFFER, "36 04 c0000235"); /* its absence is no reason to drop */
        deliver();
        assert_options("36 04 c0000235");
    }
END_TEST

START_TEST(r_020_file_and_sname_are_never_used_for_option_82)
    {
        uint8_t fields[192];

        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "ours"), 0);
        set("size.max", "300");
        make();
        memset(fields, 0, sizeof fields);
        request("e0 2a 00*42"); /* 300 octets leave no room */
        in[299 - 1] = 0;
        forward();
        ck_assert_int_eq(n_got, 1);
        assert_mem_eq(out[0] + 44, fields, sizeof fields);
        /* Overloaded already: what is in them stays. */
        request("34 01 03");
        in[44] = 12;
        in[45] = 1;
        in[46] = 'h';
        in[47] = DHCPPERF_OPT_END;
        in[108] = DHCPPERF_OPT_END;
        forward();
        assert_options("34 01 03 52 06 01 04 6f757273");
        assert_mem_eq(out[0] + 44, in + 44, sizeof fields);
    }
END_TEST

START_TEST(r_021_unicasts_of_clients_are_not_touched)
    {
        make();
        message(1, DHCPPERF_REQUEST, "");
        put(CIADDR, "10.1.0.77");
        arrive(dhcpperf_relay_client_side(agent), "10.1.0.77", 68, "192.0.2.53", 67);
        pull(dhcpperf_relay_server_side(agent));
        ck_assert_int_eq(n_got, 0);
        ck_assert_uint_eq(counts().requests_malformed, 1);
    }
END_TEST

/* RFC 5107: then renewals come to the agent itself, which says so (RFC 5010). */
START_TEST(r_025_the_override_comes_with_link_and_flags)
    {
        set("override", "true");
        set("info", "true");
        set("link-selection", "10.1.0.0");
        make();
        request("");
        forward();
        assert_options("52 0f 05 04 0a010000 0b 04 0a010001 0a 01 00");
        message(1, DHCPPERF_REQUEST, "");
        put(CIADDR, "10.1.0.77");
        arrive(dhcpperf_relay_client_side(agent), "10.1.0.77", 68, "10.1.0.1", 67);
        pull(dhcpperf_relay_server_side(agent));
        assert_options("52 0f 05 04 0a010000 0b 04 0a010001 0a 01 80");
    }
END_TEST

/* Ten thousand clients on one giaddr, answered in another order. */
START_TEST(r_026_replies_find_their_client_by_xid_and_hardware_address)
    {
        enum {
            CLIENTS = 10000
        };
        unsigned i;

        set("deliver", "source");
        make();
        for (i = 0; i < CLIENTS; i++) {
            char src[32];

            request("");
            in[XID] = (uint8_t)(i >> 8); /* xids meet: 256 hardware addresses each */
            in[CHADDR + 4] = (uint8_t)(i >> 8);
            in[CHADDR + 5] = (uint8_t)i;
            snprintf(src, sizeof src, "10.50.%u.%u", i >> 8, i & 255);
            arrive(dhcpperf_relay_client_side(agent), src, 20000 + i, "10.1.0.1", 67);
            pull(dhcpperf_relay_server_side(agent));
            assert_fast(n_got == 1, "client %u: %d sent", i, n_got);
        }
        for (i = CLIENTS; i-- > 0;) {
            reply(DHCPPERF_OFFER, "");
            in[XID] = (uint8_t)(i >> 8);
            in[CHADDR + 4] = (uint8_t)(i >> 8);
            in[CHADDR + 5] = (uint8_t)i;
            deliver();
            assert_fast(n_got == 1 && got[0].dst.port == 20000 + i && got[0].dst.ip.b[1] == 50 &&
                            got[0].dst.ip.b[2] == i >> 8 && got[0].dst.ip.b[3] == (i & 255),
                        "client %u is not the one who asked", i);
        }
        request(""); /* the last one again, from elsewhere: the answer follows it */
        in[XID] = 0;
        in[CHADDR + 4] = in[CHADDR + 5] = 0;
        arrive(dhcpperf_relay_client_side(agent), "10.60.0.1", 999, "10.1.0.1", 67);
        pull(dhcpperf_relay_server_side(agent));
        reply(DHCPPERF_ACK, "");
        in[XID] = 0;
        in[CHADDR + 4] = in[CHADDR + 5] = 0;
        deliver();
        ck_assert_int_eq(n_got, 1);
        ck_assert_uint_eq(got[0].dst.port, 999);
        in[XID + 3] ^= 1; /* nobody asked with that one */
        deliver();
        ck_assert_int_eq(n_got, 0);
        ck_assert_uint_eq(counts().replies_unknown, 1);
    }
END_TEST

START_TEST(r_027_the_server_identifier_passes_unmodified)
    {
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "ours"), 0);
        make();
        message(1, DHCPPERF_REQUEST, "36 04 c0000235");
        forward();
        assert_options("36 04 c0000235  52 06 01 04 6f757273");
        reply(DHCPPERF_ACK, "36 04 c0000235");
        deliver();
        assert_options("36 04 c0000235");
    }
END_TEST

/* ---- beyond the letter ---- */

START_TEST(a_full_agent_drops_and_counts)
    {
        unsigned i;

        set("held.max", "3");
        make();
        request("");
        for (i = 0; i < 5; i++) {
            arrive(dhcpperf_relay_client_side(agent), "0.0.0.0", 68, "255.255.255.255", 67);
        }
        ck_assert_uint_eq(dhcpperf_engine_deadline(dhcpperf_relay_server_side(agent)), 0);
        pull(dhcpperf_relay_server_side(agent));
        ck_assert_int_eq(n_got, 3);
        ck_assert_uint_eq(counts().requests_full, 2);
        forward();
        ck_assert_int_eq(n_got, 1);
    }
END_TEST

START_TEST(wrong_settings_are_refused)
    {
        dhcpperf_relay *none = NULL;
        dhcpperf_relay_config *empty;
        char text[32];

        ck_assert_int_eq(dhcpperf_relay_config_set_giaddr(config, ip("0.0.0.0")),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_relay_config_add_server(config, ip("255.255.255.255")),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "{station}"),
                         DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "{nobody}"),
                         DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 0, "x"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_relay_config_set(config, "nobody", "1"), DHCPPERF_E_NOKEY);
        ck_assert_int_eq(dhcpperf_relay_config_set(config, "deliver", "there"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_relay_config_get(config, "hops.max", text, sizeof text), 1);
        ck_assert_str_eq(text, "4");
        ck_assert_int_eq(dhcpperf_relay_config_new(&empty, NULL), 0);
        ck_assert_int_eq(dhcpperf_relay_new(&none, empty, NULL), DHCPPERF_E_INVALID);
        dhcpperf_relay_config_free(empty);
    }
END_TEST

/* Two sub-options of 200 octets are more than one option holds; nothing has changed then. */
START_TEST(sub_options_that_do_not_fit_are_refused)
    {
        char text[201];

        memset(text, 'x', 200);
        text[200] = '\0';
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, text), 0);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 2, text), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 2, "short"), 0);
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "shorter"), 0);
        make();
    }
END_TEST

START_TEST(nothing_is_allocated_after_new)
    {
        allocfail af;
        unsigned i;

        dhcpperf_relay_free(agent);
        allocfail_init(&af, 0);
        set("deliver", "source");
        ck_assert_int_eq(dhcpperf_relay_config_set_suboption(config, 1, "{mac}"), 0);
        ck_assert_int_eq(dhcpperf_relay_new(&agent, config, &af.mem), 0);
        i = (unsigned)af.calls;
        request("");
        forward();
        reply(DHCPPERF_OFFER, "52 13 01 11 30323a30303a30303a30303a30303a3037");
        deliver();
        ck_assert_int_eq(n_got, 1);
        ck_assert_uint_eq(af.calls, i);
        dhcpperf_relay_free(agent);
        agent = NULL;
        ck_assert_int_eq(allocfail_is_clean(&af), 1);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, r_001_an_empty_giaddr_becomes_the_agents);
    tcase_add_test(tc, r_002_a_giaddr_that_is_there_stays);
    tcase_add_test(tc, r_003_hops_counts_up_by_one);
    tcase_add_loop_test(tc, r_004_what_was_relayed_too_often_is_discarded, 0, 7);
    tcase_add_test(tc, r_005_nothing_else_of_a_request_changes);
    tcase_add_test(tc, r_006_a_client_waits_for_the_minimum_of_secs);
    tcase_add_test(tc, r_007_nothing_goes_back_where_it_came_from);
    tcase_add_test(tc, r_008_each_server_gets_it_by_unicast_from_67_to_67);
    tcase_add_test(tc, r_009_replies_for_another_agent_are_discarded);
    tcase_add_test(tc, r_010_the_broadcast_bit_says_how_a_reply_is_delivered);
    tcase_add_test(tc, r_011_a_nak_is_broadcast);
    tcase_add_test(tc, r_012_nothing_of_a_reply_changes);
    tcase_add_test(tc, r_013_option_82_is_added_last_and_only_when_asked);
    tcase_add_test(tc, r_014_untrusted_option_82_is_discarded_and_trusted_kept);
    tcase_add_loop_test(tc, r_015_our_own_giaddr_in_a_request_is_forged, 0, 2);
    tcase_add_loop_test(tc, r_016_another_agents_clients_get_no_option_82_of_ours, 0, 2);
    tcase_add_loop_test(tc, r_017_there_is_a_policy_for_option_82_that_is_there, 0, 4);
    tcase_add_loop_test(tc, r_018_a_message_too_long_for_option_82_goes_without, 0, 2);
    tcase_add_test(tc, r_019_option_82_is_taken_out_of_replies);
    tcase_add_test(tc, r_020_file_and_sname_are_never_used_for_option_82);
    tcase_add_test(tc, r_021_unicasts_of_clients_are_not_touched);
    tcase_add_test(tc, r_025_the_override_comes_with_link_and_flags);
    tcase_add_test(tc, r_026_replies_find_their_client_by_xid_and_hardware_address);
    tcase_add_test(tc, r_027_the_server_identifier_passes_unmodified);
    tcase_add_test(tc, a_full_agent_drops_and_counts);
    tcase_add_test(tc, wrong_settings_are_refused);
    tcase_add_test(tc, sub_options_that_do_not_fit_are_refused);
    tcase_add_test(tc, nothing_is_allocated_after_new);
}

HARNESS_MAIN("conformance/relay", tests)
