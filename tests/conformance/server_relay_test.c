/* SPDX-License-Identifier: MIT */
/* server_relay_test.c - what a server makes of relay agents, and where its replies go: S-100 to
 * S-118. */
#include <stdio.h>
#include <string.h>

#include "support/talk.h"

#define CIRCUIT "010465746830" /* circuit id "eth0" */

static talk t;

static void open_default(void)
{
    talk_prepare(&t);
    talk_open(&t);
}

static void open_with(const char *key, const char *value)
{
    talk_prepare(&t);
    talk_set(&t, key, value);
    talk_open(&t);
}

/* A second subnet besides 10.0.0.0/24. */
static dhcpperf_pool *new_subnet(const char *network, const char *first, const char *last)
{
    dhcpperf_pool *p;

    ck_assert_int_eq(dhcpperf_pool_new(&p, talk_ip(network), 24, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(p, talk_ip(first), talk_ip(last)), 0);
    return p;
}

static void add_subnet(dhcpperf_pool *p)
{
    ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, p), 0);
    dhcpperf_pool_free(p);
}

/* ---- the echo ------------------------------------------------------------------------------- */

START_TEST(s_100_option_82_comes_back_octet_for_octet_in_offer_and_ack)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = CIRCUIT);
        HEAR(&t, "OFFER giaddr=10.0.0.1 82=" CIRCUIT);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .info = CIRCUIT,
             .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK giaddr=10.0.0.1 82=" CIRCUIT);
        talk_close(&t);
    }
END_TEST

START_TEST(s_101_option_82_comes_back_in_a_nak)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .info = CIRCUIT,
             .wish = "203.0.113.77", .server = "10.0.0.1");
        HEAR(&t, "NAK 82=" CIRCUIT);
        talk_close(&t);
    }
END_TEST

START_TEST(s_102_option_82_is_the_last_one)
    {
        /* the relay put it first */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .id = "0061",
             .list = "1,3",
             .cut = "5206" CIRCUIT "350101"
                    "3d020061"
                    "370103"
                    "ff");
        HEAR(&t, "OFFER order=53,54,51,58,59,3,61,82");
        talk_close(&t);
    }
END_TEST

START_TEST(s_103_option_82_is_never_invented)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1,82,3");
        HEAR(&t, "OFFER +1 +3 !82");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = CIRCUIT);
        HEAR(&t, "OFFER +82");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.0.1");
        HEAR(&t, "OFFER !82");
        talk_close(&t);
    }
END_TEST

START_TEST(s_104_unknown_and_empty_suboptions_are_kept_in_order)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1",
             .info = "fe00c802aabb0100000102ff0101");
        HEAR(&t, "OFFER 82=fe00c802aabb0100000102ff0101");
        talk_close(&t);
    }
END_TEST

START_TEST(s_105_a_broken_suboption_makes_the_option_opaque)
    {
        /* link selection and a reserved circuit come before the one that overruns */
        static const uint8_t circuit[] = {'e', 't', 'h', '0'};

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CIRCUIT,
                                               (dhcpperf_bytes){circuit, sizeof circuit},
                                               talk_ip("10.0.0.200")),
                         0);
        add_subnet(new_subnet("10.0.1.0", "10.0.1.50", "10.0.1.59"));
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1",
             .info = CIRCUIT "05040a000100"
                             "02ff61");
        HEAR(&t, "OFFER yiaddr=10.0.0.10 82=" CIRCUIT "05040a00010002ff61");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = CIRCUIT);
        HEAR(&t, "OFFER yiaddr=10.0.0.200"); /* whole, it does mean something */
        talk_close(&t);
    }
END_TEST

/* 200 octets of option 82 and a long option 15. */
static const char *long_info(void)
{
    static char info[2 * 202 + 1];
    size_t i;

    (void)snprintf(info, sizeof info, "01c8");
    for (i = 4; i + 2 < sizeof info; i += 2) {
        memcpy(info + i, "61", 2);
    }
    info[sizeof info - 1] = '\0';
    return info;
}

static void open_full(void)
{
    static char text[241];

    memset(text, 'x', sizeof text - 1);
    talk_prepare(&t);
    ck_assert_int_eq(dhcpperf_pool_add_option(t.pool, 14, text), 0);
    talk_open(&t);
}

START_TEST(s_106_option_82_is_never_in_file_or_sname)
    {
        char words[600];

        open_full();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = long_info(),
             .list = "14,15");
        (void)snprintf(words, sizeof words, "OFFER +52 82=%s", long_info());
        HEAR(&t, words);
        /* in the options field: before octet 240 there is no 82 with its length */
        {
            size_t i;

            for (i = 44; i + 1 < 236; i++) {
                ck_assert_msg(t.bytes[i] != 82 || t.bytes[i + 1] != 202, "at %zu", i);
            }
        }
        talk_close(&t);
    }
END_TEST

START_TEST(s_107_option_82_without_room_is_left_out_whole_and_counted)
    {
        char info[2 * 255 + 1] = "01fd";
        size_t i;

        for (i = 4; i < sizeof info - 1; i += 2) {
            memcpy(info + i, "61", 2);
        }
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = info,
             .id = "0061626364", .list = "1", .max_size = _i == 0 ? 576 : 0);
        HEAR(&t, "OFFER +82"); /* 548 octets hold it */
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELAY_INFO_LOST), 0);
        {
            /* 82 and 61 of 255 octets each, the latter at its longest: not both */
            char id[2 * 255 + 1];

            for (i = 0; i < sizeof id - 1; i += 2) {
                memcpy(id + i, "62", 2);
            }
            id[sizeof id - 1] = '\0';
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = info,
                 .id = id, .list = "1");
        }
        HEAR(&t, "OFFER +61 !82");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELAY_INFO_LOST), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_108_option_82_in_a_direct_renewal_is_handled_and_echoed)
    {
        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
             .to = "10.0.0.1", .info = CIRCUIT);
        HEAR(&t, "ACK yiaddr=10.0.0.10 giaddr=0.0.0.0 dst=10.0.0.10:68 82=" CIRCUIT);
        talk_close(&t);
    }
END_TEST

START_TEST(s_109_the_server_is_named_as_the_relay_asks)
    {
        open_with("override", _i == 0 ? "true" : "false");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1",
             .info = CIRCUIT "0b040a000001", .to = "10.0.0.1");
        HEAR(&t, "OFFER 54=10.0.0.1");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1",
             .info = CIRCUIT "0b04c0000207", .to = "10.0.0.1");
        HEAR(&t, _i == 0 ? "OFFER 54=192.0.2.7 src=10.0.0.1:67" : "OFFER 54=10.0.0.1");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1",
             .info = CIRCUIT "0b04c0000207", .wish = "10.0.0.10", .server = "192.0.2.7");
        HEAR(&t, _i == 0 ? "ACK 54=192.0.2.7" : "nothing");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .info = CIRCUIT,
             .wish = "10.0.0.10", .server = "192.0.2.7");
        HEAR(&t, "nothing"); /* no relay asks for that name now */
        talk_close(&t);
    }
END_TEST

START_TEST(s_115_circuits_are_told_apart_by_octets_and_by_where_they_are)
    {
        static const uint8_t circuit[] = {'e', 't', 'h', '0'};
        static const uint8_t longer[] = {'e', 't', 'h', '0', 0};
        dhcpperf_pool *p;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CIRCUIT,
                                               (dhcpperf_bytes){circuit, sizeof circuit},
                                               talk_ip("10.0.0.200")),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CIRCUIT,
                                               (dhcpperf_bytes){longer, sizeof longer},
                                               talk_ip("10.0.0.201")),
                         0);
        p = new_subnet("10.0.1.0", "10.0.1.50", "10.0.1.59");
        ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_CIRCUIT,
                                               (dhcpperf_bytes){circuit, sizeof circuit},
                                               talk_ip("10.0.1.200")),
                         0);
        add_subnet(p);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = CIRCUIT);
        HEAR(&t, "OFFER yiaddr=10.0.0.200");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.1.1", .info = CIRCUIT);
        HEAR(&t, "OFFER yiaddr=10.0.1.200");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .giaddr = "10.0.0.1",
             .info = "01056574683000");
        HEAR(&t, "OFFER yiaddr=10.0.0.201");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4, .giaddr = "10.0.0.1",
             .info = "010445746830");
        HEAR(&t, "OFFER yiaddr=10.0.0.10"); /* another case, another circuit */
        talk_close(&t);
    }
END_TEST

START_TEST(s_116_leases_per_remote_id_can_be_limited)
    {
        unsigned k;

        open_with("remote-id.max-leases", "2");
        for (k = 0; k < 2; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k, .giaddr = "10.0.0.1",
                 .info = "02027231");
            HEAR(&t, "OFFER");
            SEND(&t, .type = DHCPPERF_REQUEST, .client = k, .giaddr = "10.0.0.1",
                 .info = "02027231", .server = "10.0.0.1",
                 .wish = k == 0 ? "10.0.0.10" : "10.0.0.11");
            HEAR(&t, "ACK");
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.0.1", .info = "02027231");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_POLICY), 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .giaddr = "10.0.0.1", .info = "02027231",
             .server = "10.0.0.1", .wish = "10.0.0.12");
        HEAR(&t, "NAK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .info = "02027231",
             .ciaddr = "10.0.0.11");
        HEAR(&t, "ACK"); /* whoever has a lease keeps it */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.0.1", .info = "02027232");
        HEAR(&t, "OFFER"); /* another remote id */
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 0, .giaddr = "10.0.0.1", .info = "02027231",
             .ciaddr = "10.0.0.10", .server = "10.0.0.1");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .giaddr = "10.0.0.1", .info = "02027231");
        HEAR(&t, "OFFER"); /* one is free again */
        talk_close(&t);
    }
END_TEST

START_TEST(s_117_a_vpn_is_not_understood_and_the_relay_can_tell)
    {
        /* RFC 6607 4: a server that has one address space leaves sub-option 152 where it is; one
         * that took notice of 151 would have taken it out */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1",
             .info = "9704007670619800", .more = "dd0400767061");
        HEAR(&t, "OFFER yiaddr=10.0.0.10 82=9704007670619800 !221");
        talk_close(&t);
    }
END_TEST

START_TEST(s_118_a_relay_on_another_port_is_answered_there)
    {
        open_with("reply-to", _i == 0 ? "auto" : "rfc");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .from = "10.0.0.1",
             .from_port = 1067, .info = CIRCUIT "1300");
        HEAR(&t, "OFFER dst=10.0.0.1:1067 82=" CIRCUIT "1300");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .from = "10.0.0.1",
             .from_port = 1067, .info = CIRCUIT);
        HEAR(&t, "OFFER dst=10.0.0.1:67");
        talk_close(&t);
    }
END_TEST

/* ---- where replies go ----------------------------------------------------------------------- */

START_TEST(s_110_relayed_replies_go_to_giaddr_at_port_67)
    {
        open_with("reply-to", _i == 0 ? "auto" : "rfc");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .from = "192.0.2.44",
             .from_port = 40000, .to = "10.0.0.1");
        HEAR(&t, "OFFER dst=10.0.0.1:67 src=10.0.0.1:67");
        talk_close(&t);
    }
END_TEST

START_TEST(s_111_a_renewal_is_answered_at_ciaddr)
    {
        static const struct {
            const char *port, *from, *dst;
        } cases[] = {
            {"67", "10.0.0.10", "ACK dst=10.0.0.10:68"},
            {"6767", "10.0.0.10", "ACK dst=10.0.0.10:40000"}, /* a test client's own port */
            {"6767", "10.0.0.77", "ACK dst=10.0.0.10:68"},
        };

        open_with("port", cases[_i].port);
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10",
             .from = cases[_i].from, .from_port = 40000, .to = "10.0.0.1");
        HEAR(&t, cases[_i].dst);
        talk_close(&t);
    }
END_TEST

START_TEST(s_112_with_the_broadcast_flag_replies_are_broadcast)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .flags = 0x8000);
        HEAR(&t, "OFFER dst=255.255.255.255:68 flags=8000");
        ck_assert_uint_eq(t.reply.flags & DHCPPERF_PKT_BCAST, DHCPPERF_PKT_BCAST);
        ck_assert_uint_eq(t.reply.dst.mac.b[0], 0xff);
        talk_close(&t);
    }
END_TEST

START_TEST(s_113_without_it_they_go_to_yiaddr_and_chaddr)
    {
        static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER dst=10.0.0.10:68");
        ck_assert_uint_eq(t.reply.flags & DHCPPERF_PKT_BCAST, 0);
        assert_mem_eq(t.reply.dst.mac.b, mac, sizeof mac);
        talk_close(&t);
    }
END_TEST

START_TEST(s_114_replies_go_from_port_67_to_port_68)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .to = "10.0.0.1");
        HEAR(&t, "OFFER src=10.0.0.1:67 dst=10.0.0.10:68");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7");
        HEAR(&t, "NAK src=10.0.0.1:67 dst=255.255.255.255:68");
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, s_100_option_82_comes_back_octet_for_octet_in_offer_and_ack);
    tcase_add_test(tc, s_101_option_82_comes_back_in_a_nak);
    tcase_add_test(tc, s_102_option_82_is_the_last_one);
    tcase_add_test(tc, s_103_option_82_is_never_invented);
    tcase_add_test(tc, s_104_unknown_and_empty_suboptions_are_kept_in_order);
    tcase_add_test(tc, s_105_a_broken_suboption_makes_the_option_opaque);
    tcase_add_test(tc, s_106_option_82_is_never_in_file_or_sname);
    tcase_add_loop_test(tc, s_107_option_82_without_room_is_left_out_whole_and_counted, 0, 2);
    tcase_add_test(tc, s_108_option_82_in_a_direct_renewal_is_handled_and_echoed);
    tcase_add_loop_test(tc, s_109_the_server_is_named_as_the_relay_asks, 0, 2);
    tcase_add_loop_test(tc, s_110_relayed_replies_go_to_giaddr_at_port_67, 0, 2);
    tcase_add_loop_test(tc, s_111_a_renewal_is_answered_at_ciaddr, 0, 3);
    tcase_add_test(tc, s_112_with_the_broadcast_flag_replies_are_broadcast);
    tcase_add_test(tc, s_113_without_it_they_go_to_yiaddr_and_chaddr);
    tcase_add_test(tc, s_114_replies_go_from_port_67_to_port_68);
    tcase_add_test(tc, s_115_circuits_are_told_apart_by_octets_and_by_where_they_are);
    tcase_add_test(tc, s_116_leases_per_remote_id_can_be_limited);
    tcase_add_test(tc, s_117_a_vpn_is_not_understood_and_the_relay_can_tell);
    tcase_add_loop_test(tc, s_118_a_relay_on_another_port_is_answered_there, 0, 2);
}

HARNESS_MAIN("conformance/server_relay", tests)
