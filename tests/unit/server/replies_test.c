/* SPDX-License-Identifier: MIT */
/* replies_test.c - what replies look like and where they go: S-001 to S-027, S-048 to S-051, S-100
 * to S-114. */
#include "support/talk.h"

#include <stdio.h>
#include <string.h>

static talk t;

static void open_default(void)
{
    talk_prepare(&t);
    talk_open(&t);
}

/* ---- header --------------------------------------------------------------------------------- */

START_TEST(a_reply_copies_what_table_3_says_and_zeroes_the_rest)
    {
        /* S-001 to S-011 */
        static const uint8_t chaddr[16] = {2, 0, 0, 0, 0, 1, 0xde, 0xad, 0, 0, 0, 0, 0, 0, 0, 9};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .xid = 0xfffffffe, .secs = 77, .hops = 3,
             .flags = 0xffff, .giaddr = "10.0.0.2", .siaddr = "10.0.0.3",
             .chaddr = "020000000001dead0000000000000009");
        HEAR(&t, "OFFER op=2 hops=0 secs=0 xid=4294967294 flags=ffff giaddr=10.0.0.2 "
                 "siaddr=0.0.0.0 ciaddr=0.0.0.0 yiaddr=10.0.0.10");
        assert_mem_eq(t.bytes + 28, chaddr, 16);
        ck_assert_uint_eq(t.bytes[1], 1);
        ck_assert_uint_eq(t.bytes[2], 6);
        {
            static const uint8_t zeros[192], cookie[4] = {99, 130, 83, 99};

            assert_mem_eq(t.bytes + 44, zeros, sizeof zeros); /* S-024 */
            assert_mem_eq(t.bytes + 236, cookie, sizeof cookie);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(an_unused_hardware_address_tail_leaves_no_trace_of_earlier_replies)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .chaddr = "020000000001dead0000000000000009",
             .hlen = 16, .htype = 32, .info = "0101aa", .id = "ff00112233445566");
        HEAR(&t, "OFFER 82=0101aa 61=ff00112233445566");
        ck_assert_uint_eq(t.bytes[28 + 15], 9);
        ck_assert_uint_eq(t.bytes[1], 32);
        ck_assert_uint_eq(t.bytes[2], 16);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER !82 !61");
        ck_assert_uint_eq(t.bytes[28 + 15], 0);
        ck_assert_uint_eq(t.bytes[2], 6);
        talk_close(&t);
    }
END_TEST

START_TEST(the_next_server_is_told_in_offers_and_acks_only)
    {
        /* S-010 */
        talk_prepare(&t);
        talk_set(&t, "next-server", "192.0.2.9");
        talk_set(&t, "boot-file", "menu.cfg");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER siaddr=192.0.2.9 file=menu.cfg");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7",
             .server = "10.0.0.1");
        HEAR(&t, "NAK siaddr=0.0.0.0 file=");
        talk_close(&t);
    }
END_TEST

START_TEST(every_reply_has_at_least_300_octets_end_and_zeros)
    {
        /* S-018, S-019 */
        size_t i, end = 0;

        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7");
        HEAR(&t, "NAK len=300");
        for (i = 240; i < 300 && t.bytes[i] != 255; i += 2u + t.bytes[i + 1]) {
        }
        for (end = i++; i < 300; i++) {
            ck_assert_uint_eq(t.bytes[i], 0);
        }
        ck_assert_uint_lt(end, 300);
        talk_close(&t);
    }
END_TEST

START_TEST(a_server_identified_by_where_it_was_reached)
    {
        /* S-012 */
        talk_prepare(&t);
        talk_set(&t, "server-id", "0.0.0.0");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.2", .to = "192.0.2.33");
        HEAR(&t, "OFFER 54=192.0.2.33 src=192.0.2.33:67");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.2", .to = "192.0.2.33",
             .wish = "10.0.0.10", .server = "192.0.2.33");
        HEAR(&t, "ACK 54=192.0.2.33");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

/* ---- options -------------------------------------------------------------------------------- */

START_TEST(the_request_list_decides_content_and_order)
    {
        /* S-016, S-017, S-021, S-048 to S-051, S-103; the mask comes before the router */
        static const struct {
            const char *list, *want;
        } cases[] = {{"15,6,1,3", "OFFER order=53,54,51,58,59,15,6,1,3"},
                     {"3,1", "OFFER order=53,54,51,58,59,1,3"},
                     {"6,3,15,1", "OFFER order=53,54,51,58,59,6,1,3,15"},
                     {"3", "OFFER order=53,54,51,58,59,3"},
                     {"1", "OFFER order=53,54,51,58,59,1 1=255.255.255.0"},
                     {"6,6,6,1,6,1", "OFFER order=53,54,51,58,59,6,1"},
                     {"0,255,50,55,57,82,61,53,54,51,224,44,6", "OFFER order=53,54,51,58,59,6"},
                     {"44,42", "OFFER order=53,54,51,58,59"},
                     {NULL, "OFFER order=53,54,51,58,59,1,3,6,15"}};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = cases[_i].list);
        HEAR(&t, cases[_i].want);
        talk_close(&t);
    }
END_TEST

START_TEST(thousands_of_request_lists_are_all_answered_rightly)
    {
        /* more than are remembered: 1, then one of 250 codes, then 3 more by turns */
        unsigned k;

        open_default();
        for (k = 0; k < 4000; k++) {
            char list[64], want[128];

            snprintf(list, sizeof list, "%u,%u,%s", 100 + k % 150, 100 + k / 150 % 150,
                     k % 2 != 0 ? "6,15" : "15,6");
            snprintf(want, sizeof want, "OFFER order=53,54,51,58,59,%s",
                     k % 2 != 0 ? "6,15" : "15,6");
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = list);
            HEAR(&t, want);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(infinite_and_very_short_leases_have_no_t1_and_t2)
    {
        /* S-015 */
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_set_lease(t.pool, 60, 1, UINT32_MAX), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .lease = "infinite");
        HEAR(&t, "OFFER 51=infinite !58 !59");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .lease = "2s");
        HEAR(&t, "OFFER 51=2 !58 !59");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .lease = "100s");
        HEAR(&t, "OFFER 51=100 58=50 59=87");
        talk_close(&t);
    }
END_TEST

START_TEST(the_client_identifier_comes_back_in_every_reply)
    {
        /* S-022, S-023 */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "01020000000001");
        HEAR(&t, "OFFER 61=01020000000001");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = "01020000000001", .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 61=01020000000001");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = "01020000000001",
             .wish = "10.0.0.11");
        HEAR(&t, "NAK 61=01020000000001 order=53,54,56,61");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER !61");
        talk_close(&t);
    }
END_TEST

START_TEST(the_echo_of_the_client_identifier_can_be_switched_off)
    {
        /* */
        talk_prepare(&t);
        talk_set(&t, "echo-client-id", "false");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "01020000000001", .info = "0101aa");
        HEAR(&t, "OFFER !61 82=0101aa");
        talk_close(&t);
    }
END_TEST

/* ---- option 82 ------------------------------------------------------------------------------ */

START_TEST(relay_agent_information_comes_back_octet_for_octet_and_last)
    {
        /* S-100, S-101, S-102, S-104, S-105, S-108 */
        static const char *const infos[] = {"010465746830",
                                            "0104657468300206020000000001",
                                            "0200010063", /* empty and unknown ones */
                                            "ff0100",     /* code 255 is a code */
                                            "0009aabb",   /* overruns: opaque */
                                            "01",         /* too short to be anything */
                                            "9701005201ff00"};
        char want[256];

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.2", .id = "00aa01",
             .info = infos[_i], .list = "1,3,82,6");
        snprintf(want, sizeof want, "OFFER 82=%s order=53,54,51,58,59,1,3,6,61,82", infos[_i]);
        HEAR(&t, want);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.2", .id = "00aa01",
             .info = infos[_i], .wish = "10.0.0.10", .server = "10.0.0.1");
        snprintf(want, sizeof want, "ACK 82=%s", infos[_i]);
        HEAR(&t, want);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.2", .id = "00aa01",
             .info = infos[_i], .wish = "198.51.100.1", .server = "10.0.0.1");
        snprintf(want, sizeof want, "NAK 82=%s order=53,54,56,61,82", infos[_i]);
        HEAR(&t, want);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = "00aa01", .info = infos[_i],
             .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        snprintf(want, sizeof want, "ACK 82=%s", infos[_i]);
        HEAR(&t, want);
        talk_close(&t);
    }
END_TEST

START_TEST(relay_agent_information_is_never_invented)
    {
        /* S-103 */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "82,1", .giaddr = "10.0.0.2");
        HEAR(&t, "OFFER !82");
        talk_close(&t);
    }
END_TEST

/* A pool with more parameters than a datagram holds. */
static void open_big(void)
{
    char text[121];
    uint8_t code;

    talk_prepare(&t);
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    for (code = 224; code < 230; code++) {
        char value[140];

        snprintf(value, sizeof value, "text:%s", text);
        ck_assert_int_eq(dhcpperf_pool_add_option(t.pool, code, value), 0);
    }
    talk_open(&t);
}

START_TEST(a_reply_respects_what_the_client_can_take)
    {
        /* S-020, S-137 */
        static const struct {
            unsigned max_size, most;
        } cases[] = {{0, 548}, {576, 548}, {256, 548}, {600, 572}, {900, 872}, {65535, 65507}};

        open_big();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "224,225,226,227,228,229,1,3",
             .max_size = cases[_i].max_size);
        HEAR(&t, "OFFER +224 51=3600");
        ck_assert_msg(t.reply.len <= cases[_i].most, "case %d: %u octets", _i, t.reply.len);
        if (cases[_i].max_size == 65535) {
            HEAR(&t, "nothing");
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "224,225,226,227,228,229,1,3",
                 .max_size = 65535);
            HEAR(&t, "OFFER +224 +225 +226 +227 +228 +229 +1 +3 !52");
        }
        talk_close(&t);
    }
END_TEST

START_TEST(a_full_reply_keeps_the_relay_agent_information_whole_and_in_the_options_field)
    {
        /* S-106, S-107 */
        char info[2 * 200 + 1], want[512];
        size_t i;

        memset(info, 'a', sizeof info);
        info[sizeof info - 1] = '\0';
        open_big();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1,3,224,225,226,227,228,229",
             .info = info, .giaddr = "10.0.0.2");
        snprintf(want, sizeof want, "OFFER 82=%s +1 +3", info);
        HEAR(&t, want);
        ck_assert_uint_le(t.reply.len, 548);
        for (i = 240; t.bytes[i] != 82; i += 2u + t.bytes[i + 1]) {
            ck_assert_uint_ne(t.bytes[i], 255);
        }
        ck_assert_uint_eq(t.bytes[i + 2u + t.bytes[i + 1]], 255);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELAY_INFO_LOST), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(relay_agent_information_without_room_is_left_out_whole_and_counted)
    {
        /* S-107: 350 octets in two pieces (RFC 3396) and an identifier of 200 */
        char more[2 * (2 + 200 + 2 + 150) + 1], id[2 * 200 + 1];
        char *p = more;

        memset(id, '1', sizeof id - 1);
        id[sizeof id - 1] = '\0';
        p += sprintf(p, "52c8");
        memset(p, 'b', 400);
        p += 400;
        p += sprintf(p, "5296");
        memset(p, 'c', 300);
        p[300] = '\0';
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = id, .more = more,
             .giaddr = "10.0.0.2");
        HEAR(&t, "OFFER !82 51=3600 +61");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELAY_INFO_LOST), 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = id, .more = more,
             .giaddr = "10.0.0.2", .max_size = 1500);
        HEAR(&t, "OFFER +82 +61 +1 +3");
        {
            dhcpperf_bytes value;

            ck_assert_int_eq(dhcpperf_msg_get_option(t.msg, 82, &value), 0);
            ck_assert_uint_eq(value.len, 350);
            ck_assert_uint_eq(value.data[199], 0xbb);
            ck_assert_uint_eq(value.data[200], 0xcc);
        }
        talk_close(&t);
    }
END_TEST

/* ---- lengths -------------------------------------------------------------------------------- */

START_TEST(replies_share_one_length_that_only_grows)
    {
        open_default();
        ck_assert_uint_eq(dhcpperf_engine_msg_len(t.engine), 300);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER len=303");
        ck_assert_uint_eq(dhcpperf_engine_msg_len(t.engine), 303);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .list = "1");
        HEAR(&t, "OFFER len=303");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7");
        HEAR(&t, "NAK len=303");
        talk_close(&t);
    }
END_TEST

START_TEST(a_longer_reply_takes_the_promise_back_until_it_is_gone)
    {
        open_big();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "224,225,226,227,228,229",
             .max_size = 1500);
        ck_assert_uint_eq(dhcpperf_engine_msg_len(t.engine), 0);
        HEAR(&t, "OFFER +229");
        ck_assert_uint_eq(dhcpperf_engine_msg_len(t.engine), 300);
        talk_close(&t);
    }
END_TEST

START_TEST(a_buffer_too_small_costs_the_reply_and_is_counted)
    {
        uint8_t small[300];
        dhcpperf_pkt pkt = {.data = small, .cap = 299};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1");
        ck_assert_int_eq(dhcpperf_engine_pull(t.engine, &pkt, 1, t.now), 0);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_TX_ERRORS), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT), 0);
        talk_close(&t);
    }
END_TEST

/* ---- destinations --------------------------------------------------------------------------- */

static const struct {
    const char *mode, *port;
    ask a;
    const char *want;
} routes[] = {
    /* S-110, S-114 */
    {"rfc", "67", {.giaddr = "10.0.0.2", .from = "10.0.0.9", .from_port = 5000}, "dst=10.0.0.2:67"},
    {"rfc",
     "6767",
     {.giaddr = "10.0.0.2", .from = "10.0.0.9", .from_port = 5000},
     "dst=10.0.0.2:67"},
    {"rfc", "67", {.giaddr = "10.0.0.2", .flags = 0x8000}, "dst=10.0.0.2:67"},
    /* S-112, S-113 */
    {"rfc", "67", {.flags = 0x8000}, "dst=255.255.255.255:68"},
    {"rfc", "67", {.flags = 0x7fff}, "dst=10.0.0.10:68"},
    {"rfc", "67", {.from = "127.0.0.1", .from_port = 5000}, "dst=10.0.0.10:68"},
    /* without an address of its own, but sending from one: no real client */
    {"auto", "67", {.from = "127.0.0.1", .from_port = 5000}, "dst=127.0.0.1:5000"},
    {"auto", "67", {.from = "127.0.0.1", .from_port = 5000, .flags = 0x8000}, "dst=127.0.0.1:5000"},
    {"auto", "67", {.flags = 0x8000}, "dst=255.255.255.255:68"},
    {"auto", "67", {.from = "224.0.0.1"}, "dst=10.0.0.10:68"},
    /* a test relay on a test port */
    {"auto",
     "67",
     {.giaddr = "10.0.0.2", .from = "10.0.0.9", .from_port = 5000},
     "dst=10.0.0.2:67"},
    {"auto",
     "6767",
     {.giaddr = "10.0.0.2", .from = "10.0.0.9", .from_port = 5000},
     "dst=10.0.0.2:5000"},
    {"source",
     "67",
     {.giaddr = "10.0.0.2", .from = "10.0.0.9", .from_port = 5000},
     "dst=10.0.0.9:5000"},
    {"source",
     "67",
     {.from = "127.0.0.1", .from_port = 5000, .flags = 0x8000},
     "dst=127.0.0.1:5000"},
};

START_TEST(offers_go_where_the_rules_say)
    {
        ask a = routes[_i].a;

        talk_prepare(&t);
        talk_set(&t, "reply-to", routes[_i].mode);
        talk_set(&t, "port", routes[_i].port);
        talk_open(&t);
        a.type = DHCPPERF_DISCOVER;
        a.client = 1;
        talk_send(&t, &a);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        {
            char got[64];
            dhcpperf_ip4 ip = t.reply.dst.ip;

            snprintf(got, sizeof got, "dst=%u.%u.%u.%u:%u", ip.b[0], ip.b[1], ip.b[2], ip.b[3],
                     t.reply.dst.port);
            ck_assert_msg(strcmp(got, routes[_i].want) == 0, "case %d: %s, expected %s", _i, got,
                          routes[_i].want);
            ck_assert_msg(((t.reply.flags & DHCPPERF_PKT_BCAST) != 0) == (ip.b[0] == 255),
                          "case %d: link-level broadcast", _i);
            ck_assert_uint_eq(t.reply.src.port, (unsigned)atoi(routes[_i].port));
        }
        talk_close(&t);
    }
END_TEST

START_TEST(refusals_are_broadcast_or_go_through_the_relay_with_the_flag_set)
    {
        /* S-074, S-075 */
        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7", .giaddr = "10.0.0.2",
             .from = "10.0.0.2", .from_port = 67, .to = "10.0.0.1");
        HEAR(&t, "NAK dst=10.0.0.2:67 flags=8000 giaddr=10.0.0.2");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7");
        HEAR(&t, "NAK dst=255.255.255.255:68 flags=0000");
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "NAK dst=255.255.255.255:68 ciaddr=0.0.0.0");
        ck_assert_uint_ne(t.reply.flags & DHCPPERF_PKT_BCAST, 0);
        talk_close(&t);
    }
END_TEST

START_TEST(an_inform_through_a_relay_goes_back_through_it)
    {
        /* */
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77", .giaddr = "10.0.0.2",
             .to = "10.0.0.1");
        HEAR(&t, "ACK dst=10.0.0.2:67");
        talk_close(&t);
    }
END_TEST

START_TEST(link_addresses_follow_the_path_of_the_reply)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;
        static const uint8_t relay[6] = {2, 0, 0, 0, 0xee, 1}, client[6] = {2, 0, 0, 0, 0, 1},
                             everybody[6] = {255, 255, 255, 255, 255, 255},
                             server[6] = {2, 0, 0, 0, 0xff, 1};
        static const struct {
            const char *giaddr;
            unsigned flags;
            const uint8_t *mac;
        } cases[] = {{"10.0.0.2", 0, relay}, {NULL, 0, client}, {NULL, 0x8000, everybody}};

        open_default();
        talk_compose(&t,
                     &(ask){.type = DHCPPERF_DISCOVER,
                            .client = 1,
                            .giaddr = cases[_i].giaddr,
                            .flags = cases[_i].flags},
                     buf, &pkt);
        memcpy(pkt.src.mac.b, relay, 6);
        pkt.ifindex = 70000;
        pkt.vlan[0] = 0x2005;
        pkt.vlan[1] = 7;
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), 1);
        HEAR(&t, "OFFER");
        assert_mem_eq(t.reply.dst.mac.b, cases[_i].mac, 6);
        assert_mem_eq(t.reply.src.mac.b, server, 6);
        ck_assert_uint_eq(t.reply.ifindex, 70000);
        ck_assert_uint_eq(t.reply.vlan[0], 0x2005);
        ck_assert_uint_eq(t.reply.vlan[1], 7);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_reply_copies_what_table_3_says_and_zeroes_the_rest);
    tcase_add_test(tc, an_unused_hardware_address_tail_leaves_no_trace_of_earlier_replies);
    tcase_add_test(tc, the_next_server_is_told_in_offers_and_acks_only);
    tcase_add_test(tc, every_reply_has_at_least_300_octets_end_and_zeros);
    tcase_add_test(tc, a_server_identified_by_where_it_was_reached);
    tcase_add_loop_test(tc, the_request_list_decides_content_and_order, 0, 9);
    tcase_add_test(tc, thousands_of_request_lists_are_all_answered_rightly);
    tcase_add_test(tc, infinite_and_very_short_leases_have_no_t1_and_t2);
    tcase_add_test(tc, the_client_identifier_comes_back_in_every_reply);
    tcase_add_test(tc, the_echo_of_the_client_identifier_can_be_switched_off);
    tcase_add_loop_test(tc, relay_agent_information_comes_back_octet_for_octet_and_last, 0, 7);
    tcase_add_test(tc, relay_agent_information_is_never_invented);
    tcase_add_loop_test(tc, a_reply_respects_what_the_client_can_take, 0, 6);
    tcase_add_test(tc,
                   a_full_reply_keeps_the_relay_agent_information_whole_and_in_the_options_field);
    tcase_add_test(tc, relay_agent_information_without_room_is_left_out_whole_and_counted);
    tcase_add_test(tc, replies_share_one_length_that_only_grows);
    tcase_add_test(tc, a_longer_reply_takes_the_promise_back_until_it_is_gone);
    tcase_add_test(tc, a_buffer_too_small_costs_the_reply_and_is_counted);
    tcase_add_loop_test(tc, offers_go_where_the_rules_say, 0,
                        (int)(sizeof routes / sizeof routes[0]));
    tcase_add_test(tc, refusals_are_broadcast_or_go_through_the_relay_with_the_flag_set);
    tcase_add_test(tc, an_inform_through_a_relay_goes_back_through_it);
    tcase_add_loop_test(tc, link_addresses_follow_the_path_of_the_reply, 0, 3);
}

HARNESS_MAIN("server/replies", tests)
