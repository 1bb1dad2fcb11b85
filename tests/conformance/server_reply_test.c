/* SPDX-License-Identifier: MIT */
/* server_reply_test.c - what is in a server's replies: S-001 to S-027 (RFC 2131 table 3). */
#include <stdio.h>
#include <string.h>

#include "support/talk.h"

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

/* DISCOVER, REQUEST and a REQUEST that cannot be met, of a client through a relay or not; each
 * reply is as the words say. */
static void dora_and_nak(const char *giaddr, const char *offer, const char *ack, const char *nak)
{
    SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = giaddr, .xid = 0xabcd);
    HEAR(&t, offer);
    SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = giaddr, .xid = 0xabcd,
         .wish = "10.0.0.10", .server = "10.0.0.1");
    HEAR(&t, ack);
    SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = giaddr, .xid = 0xabcd,
         .wish = "203.0.113.7", .server = "10.0.0.1");
    HEAR(&t, nak);
}

/* ---- the fixed part ------------------------------------------------------------------------- */

START_TEST(s_001_op_is_2)
    {
        open_default();
        dora_and_nak(NULL, "OFFER op=2", "ACK op=2", "NAK op=2");
        talk_close(&t);
    }
END_TEST

START_TEST(s_002_the_hardware_address_is_copied_with_all_its_octets)
    {
        static const uint8_t want[16] = {2, 0, 0, 0, 0, 9, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        static const int types[] = {DHCPPERF_DISCOVER, DHCPPERF_REQUEST};
        static const char *const words[] = {"OFFER", "NAK"};

        open_default();
        SEND(&t, .type = types[_i], .htype = 37, .hlen = 16, .wish = "203.0.113.7",
             .chaddr = "0200000000090708090a0b0c0d0e0f10");
        HEAR(&t, words[_i]);
        ck_assert_uint_eq(t.bytes[1], 37);
        ck_assert_uint_eq(t.bytes[2], 16);
        assert_mem_eq(t.bytes + 28, want, sizeof want);
        talk_close(&t);
    }
END_TEST

START_TEST(s_003_hops_are_0)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .hops = 3);
        HEAR(&t, "OFFER hops=0");
        talk_close(&t);
    }
END_TEST

START_TEST(s_004_xid_is_copied)
    {
        open_default();
        dora_and_nak(NULL, "OFFER xid=43981", "ACK xid=43981", "NAK xid=43981");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = UINT32_MAX);
        HEAR(&t, "OFFER xid=4294967295");
        talk_close(&t);
    }
END_TEST

START_TEST(s_005_secs_are_0)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .secs = 77);
        HEAR(&t, "OFFER secs=0");
        talk_close(&t);
    }
END_TEST

START_TEST(s_006_flags_are_copied_as_received)
    {
        static const unsigned flags[] = {0, 0x8000, 0x7fff, 0xffff};
        char words[32];

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .flags = flags[_i]);
        (void)snprintf(words, sizeof words, "OFFER flags=%04x", flags[_i]);
        HEAR(&t, words);
        talk_close(&t);
    }
END_TEST

START_TEST(s_007_giaddr_is_copied)
    {
        open_default();
        dora_and_nak("10.0.0.7", "OFFER giaddr=10.0.0.7", "ACK giaddr=10.0.0.7",
                     "NAK giaddr=10.0.0.7");
        talk_close(&t);
    }
END_TEST

START_TEST(s_008_ciaddr_is_0_but_for_the_ack_of_a_renewal)
    {
        open_default();
        dora_and_nak(NULL, "OFFER ciaddr=0.0.0.0", "ACK ciaddr=0.0.0.0", "NAK ciaddr=0.0.0.0");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK ciaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.11", .to = "10.0.0.1");
        HEAR(&t, "NAK ciaddr=0.0.0.0");
        talk_close(&t);
    }
END_TEST

START_TEST(s_009_yiaddr_is_the_address_or_0_in_a_nak)
    {
        open_default();
        dora_and_nak(NULL, "OFFER yiaddr=10.0.0.10", "ACK yiaddr=10.0.0.10", "NAK yiaddr=0.0.0.0");
        talk_close(&t);
    }
END_TEST

START_TEST(s_010_siaddr_is_the_next_server_or_0)
    {
        static const char *const words[] = {"OFFER siaddr=0.0.0.0", "OFFER siaddr=192.0.2.9",
                                            "OFFER siaddr=192.0.2.8"};

        talk_prepare(&t);
        if (_i > 0) {
            talk_set(&t, "next-server", "192.0.2.9");
        }
        if (_i == 2) { /* the subnet's own goes first */
            ck_assert_int_eq(dhcpperf_pool_set_boot(t.pool, talk_ip("192.0.2.8"), NULL), 0);
        }
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .siaddr = "192.0.2.1");
        HEAR(&t, words[_i]);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7",
             .server = "10.0.0.1");
        HEAR(&t, "NAK siaddr=0.0.0.0");
        talk_close(&t);
    }
END_TEST

START_TEST(s_011_cookie_and_message_type_are_there)
    {
        static const uint8_t cookie[] = {99, 130, 83, 99};
        static const struct {
            int type;
            const char *wish, *words;
            uint8_t want;
        } cases[] = {{DHCPPERF_DISCOVER, NULL, "OFFER", 2},
                     {DHCPPERF_REQUEST, "10.0.0.10", "ACK", 5},
                     {DHCPPERF_REQUEST, "203.0.113.7", "NAK", 6}};

        open_default();
        SEND(&t, .type = cases[_i].type, .client = 1, .wish = cases[_i].wish,
             .server = cases[_i].wish != NULL ? "10.0.0.1" : NULL);
        HEAR(&t, cases[_i].words);
        assert_mem_eq(t.bytes + 236, cookie, sizeof cookie);
        ck_assert_uint_eq(t.bytes[240], 53);
        ck_assert_uint_eq(t.bytes[241], 1);
        ck_assert_uint_eq(t.bytes[242], cases[_i].want);
        talk_close(&t);
    }
END_TEST

/* ---- options -------------------------------------------------------------------------------- */

START_TEST(s_012_every_reply_names_the_server)
    {
        open_default();
        dora_and_nak(NULL, "OFFER 54=10.0.0.1", "ACK 54=10.0.0.1", "NAK 54=10.0.0.1");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77");
        HEAR(&t, "ACK 54=10.0.0.1");
        talk_close(&t);
    }
END_TEST

START_TEST(s_013_the_name_reaches_the_server_and_other_own_names_are_accepted)
    {
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_add_address(t.config, talk_ip("10.0.0.2")), 0);
        if (_i == 1) {
            talk_set(&t, "server-id", "0.0.0.0"); /* where the request came to */
        }
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .to = "10.0.0.3");
        HEAR(&t, _i == 0 ? "OFFER 54=10.0.0.1" : "OFFER 54=10.0.0.3");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .to = "10.0.0.3",
             .server = _i == 0 ? "10.0.0.1" : "10.0.0.3");
        HEAR(&t, _i == 0 ? "ACK 54=10.0.0.1" : "ACK 54=10.0.0.3");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .to = "10.0.0.3",
             .server = "10.0.0.2");
        HEAR(&t, "ACK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .to = "10.0.0.3",
             .server = "10.0.0.4");
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

START_TEST(s_014_the_lease_time_is_there_unasked)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1");
        HEAR(&t, "OFFER 51=3600 1=255.255.255.0 !3");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .list = "1", .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 51=3600 !3");
        talk_close(&t);
    }
END_TEST

START_TEST(s_015_t1_and_t2_are_there_and_follow_the_lease_time)
    {
        static const struct {
            const char *wish, *words;
        } cases[] = {{NULL, "OFFER 51=3600 58=1800 59=3150"},
                     {"120s", "OFFER 51=120 58=60 59=105"},
                     {"infinite", "OFFER 51=infinite !58 !59"}};

        open_with("lease.max", "infinite");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .lease = cases[_i].wish);
        HEAR(&t, cases[_i].words);
        talk_close(&t);
    }
END_TEST

START_TEST(s_016_what_belongs_to_requests_is_never_in_replies)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "50,55,57,1", .wish = "10.0.0.12",
             .max_size = 1000);
        HEAR(&t, "OFFER +1 !50 !55 !57");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .list = "50,55,57,1", .wish = "10.0.0.12",
             .max_size = 1000, .server = "10.0.0.1");
        HEAR(&t, "ACK +1 !50 !55 !57");
        talk_close(&t);
    }
END_TEST

START_TEST(s_017_each_parameter_is_there_once)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "6,1,6,3,1,3,51,54,6");
        HEAR(&t, "OFFER order=53,54,51,58,59,6,1,3");
        talk_close(&t);
    }
END_TEST

START_TEST(s_018_end_comes_last_and_zeros_follow)
    {
        static const char *const wishes[] = {NULL, "203.0.113.7"};
        size_t i;

        open_default();
        SEND(&t, .type = _i == 0 ? DHCPPERF_DISCOVER : DHCPPERF_REQUEST, .client = 1, .list = "1",
             .wish = wishes[_i]);
        HEAR(&t, _i == 0 ? "OFFER" : "NAK");
        for (i = 240; i < t.reply.len && t.bytes[i] != 255; i += 2u + t.bytes[i + 1]) {
        }
        ck_assert_uint_lt(i, t.reply.len);
        while (++i < t.reply.len) {
            ck_assert_msg(t.bytes[i] == 0, "octet %zu", i);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(s_019_a_reply_has_at_least_300_octets)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7");
        HEAR(&t, "NAK len=300");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "250");
        HEAR(&t, "OFFER len=300");
        talk_close(&t);
    }
END_TEST

/* Seven options of 200 octets. */
static void open_big(void)
{
    char text[206] = "text:";
    unsigned code;

    memset(text + 5, 'x', sizeof text - 6);
    talk_prepare(&t);
    for (code = 224; code < 231; code++) {
        ck_assert_int_eq(dhcpperf_pool_add_option(t.pool, (uint8_t)code, text), 0);
    }
    talk_open(&t);
}

START_TEST(s_020_a_reply_is_no_longer_than_the_client_can_take)
    {
        static const struct {
            unsigned max_size, most;
        } cases[] = {{0, 548}, {576, 548}, {900, 872}, {1500, 1472}};

        open_big();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .max_size = cases[_i].max_size,
             .list = "224,225,226,227,228,229,230,1,3");
        HEAR(&t, "OFFER +51 +54 +224");
        ck_assert_msg(t.reply.len <= cases[_i].most, "case %d: %u octets", _i, t.reply.len);
        ck_assert_uint_gt(t.reply.len, 300);
        talk_close(&t);
    }
END_TEST

START_TEST(s_021_the_mask_comes_before_routers)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "15,3,6,1");
        HEAR(&t, "OFFER order=53,54,51,58,59,15,1,3,6");
        talk_close(&t);
    }
END_TEST

START_TEST(s_022_the_client_identifier_comes_back)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "00616263");
        HEAR(&t, "OFFER 61=00616263");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = "00616263", .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 61=00616263");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = "00616263", .wish = "203.0.113.7");
        HEAR(&t, "NAK 61=00616263");
        talk_close(&t);
    }
END_TEST

START_TEST(s_023_no_client_identifier_is_invented)
    {
        open_default();
        dora_and_nak(NULL, "OFFER !61", "ACK !61", "NAK !61");
        talk_close(&t);
    }
END_TEST

START_TEST(s_024_file_and_sname_are_text_or_zero)
    {
        static const uint8_t zeros[192];

        talk_prepare(&t);
        if (_i == 1) {
            talk_set(&t, "boot-file", "pxe/menu.cfg");
        } else if (_i == 2) {
            talk_set(&t, "boot-file", "other");
            ck_assert_int_eq(dhcpperf_pool_set_boot(t.pool, talk_ip("192.0.2.8"), "pxe/menu.cfg"),
                             0);
        }
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, _i == 0 ? "OFFER file=" : "OFFER file=pxe/menu.cfg");
        assert_mem_eq(t.bytes + 44, zeros, 64);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7");
        HEAR(&t, "NAK");
        assert_mem_eq(t.bytes + 44, zeros, sizeof zeros);
        talk_close(&t);
    }
END_TEST

START_TEST(s_025_a_nak_carries_no_lease_and_no_configuration)
    {
        open_with("boot-file", "menu.cfg");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7", .id = "0061",
             .list = "1,3,6,15,51,58,59", .giaddr = "10.0.0.7", .info = "010161",
             .more = "76040a000000");
        HEAR(&t, "NAK order=53,54,56,61,82");
        talk_close(&t);
    }
END_TEST

START_TEST(s_026_a_nak_says_why)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7");
        HEAR(&t, "NAK 56=addressisnotonthisnetwork");
        talk_close(&t);
    }
END_TEST

START_TEST(s_027_the_ack_agrees_with_the_offer)
    {
        uint8_t offer[TALK_CAP];

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7, .list = "1,3,6,15",
             .lease = "300s", .id = "0061");
        HEAR(&t, "OFFER 51=300");
        memcpy(offer, t.bytes, sizeof offer);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 7, .list = "1,3,6,15",
             .wish = "10.0.0.10", .server = "10.0.0.1", .id = "0061"); /* without 51 */
        HEAR(&t, "ACK 51=300");
        offer[242] = 5; /* the type is all that differs */
        assert_mem_eq(t.bytes, offer, t.reply.len);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, s_001_op_is_2);
    tcase_add_loop_test(tc, s_002_the_hardware_address_is_copied_with_all_its_octets, 0, 2);
    tcase_add_test(tc, s_003_hops_are_0);
    tcase_add_test(tc, s_004_xid_is_copied);
    tcase_add_test(tc, s_005_secs_are_0);
    tcase_add_loop_test(tc, s_006_flags_are_copied_as_received, 0, 4);
    tcase_add_test(tc, s_007_giaddr_is_copied);
    tcase_add_test(tc, s_008_ciaddr_is_0_but_for_the_ack_of_a_renewal);
    tcase_add_test(tc, s_009_yiaddr_is_the_address_or_0_in_a_nak);
    tcase_add_loop_test(tc, s_010_siaddr_is_the_next_server_or_0, 0, 3);
    tcase_add_loop_test(tc, s_011_cookie_and_message_type_are_there, 0, 3);
    tcase_add_test(tc, s_012_every_reply_names_the_server);
    tcase_add_loop_test(tc, s_013_the_name_reaches_the_server_and_other_own_names_are_accepted, 0,
                        2);
    tcase_add_test(tc, s_014_the_lease_time_is_there_unasked);
    tcase_add_loop_test(tc, s_015_t1_and_t2_are_there_and_follow_the_lease_time, 0, 3);
    tcase_add_test(tc, s_016_what_belongs_to_requests_is_never_in_replies);
    tcase_add_test(tc, s_017_each_parameter_is_there_once);
    tcase_add_loop_test(tc, s_018_end_comes_last_and_zeros_follow, 0, 2);
    tcase_add_test(tc, s_019_a_reply_has_at_least_300_octets);
    tcase_add_loop_test(tc, s_020_a_reply_is_no_longer_than_the_client_can_take, 0, 4);
    tcase_add_test(tc, s_021_the_mask_comes_before_routers);
    tcase_add_test(tc, s_022_the_client_identifier_comes_back);
    tcase_add_test(tc, s_023_no_client_identifier_is_invented);
    tcase_add_loop_test(tc, s_024_file_and_sname_are_text_or_zero, 0, 3);
    tcase_add_test(tc, s_025_a_nak_carries_no_lease_and_no_configuration);
    tcase_add_test(tc, s_026_a_nak_says_why);
    tcase_add_test(tc, s_027_the_ack_agrees_with_the_offer);
}

HARNESS_MAIN("conformance/server_reply", tests)
