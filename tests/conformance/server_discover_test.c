/* SPDX-License-Identifier: MIT */
/* server_discover_test.c - what a DISCOVER gets: S-030 to S-057 (RFC 2131 section 4.3.1). */
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

/* ---- which address -------------------------------------------------------------------------- */

START_TEST(s_030_a_servable_discover_gets_an_offer_with_a_pool_address)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER op=2 yiaddr=10.0.0.10 51=3600 54=10.0.0.1");
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

START_TEST(s_031_a_repeated_discover_gets_the_same_address)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 xid=7");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        talk_wait(&t, 4 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 8, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.10 xid=8");
        talk_close(&t);
    }
END_TEST

START_TEST(s_032_the_current_binding_comes_first)
    {
        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_033_the_previous_address_comes_second)
    {
        /* _i 0: released, 1: expired; before a free wish, and after others were served */
        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        if (_i == 0) {
            SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10",
                 .server = "10.0.0.1");
        } else {
            talk_wait(&t, 3601 * SECOND);
        }
        ck_assert_str_eq(talk_bind(&t, 2), "10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_034_a_valid_and_free_wish_comes_third)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.15");
        /* an offer that lapsed was no binding: the wish goes before it */
        talk_wait(&t, 31 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.17");
        HEAR(&t, "OFFER yiaddr=10.0.0.17");
        talk_wait(&t, 31 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.17");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.15"); /* nothing keeps what was only offered */
        talk_close(&t);
    }
END_TEST

START_TEST(s_035_a_wish_that_another_has_is_not_met)
    {
        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        talk_close(&t);
    }
END_TEST

START_TEST(s_036_a_wish_outside_is_only_a_hint)
    {
        static const char *const wishes[] = {"203.0.113.9", "10.0.0.200", "10.0.1.10"};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = wishes[_i]);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_037_an_offered_address_is_held_back_for_a_while)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_wait(&t, 29 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        talk_wait(&t, 2 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_038_no_address_is_leased_twice)
    {
        enum {
            CLIENTS = 10000
        };
        static uint8_t taken[65536];
        static dhcpperf_ip4 offered[CLIENTS];
        dhcpperf_server_config *c;
        unsigned i;

        memset(taken, 0, sizeof taken);
        talk_prepare(&t);
        c = t.config;
        dhcpperf_pool_free(t.pool);
        ck_assert_int_eq(dhcpperf_pool_new(&t.pool, talk_ip("10.0.0.0"), 16, &t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(t.pool, talk_ip("10.0.1.0"), talk_ip("10.0.60.255")), 0);
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(c, 256), 0);
        talk_open(&t);
        for (i = 0; i < CLIENTS; i++) { /* all offers first, then all requests: interleaved */
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = i);
            assert_fast(talk_hear(&t), "client %u", i);
            offered[i] = dhcpperf_msg_get_yiaddr(t.msg);
        }
        for (i = CLIENTS; i-- > 0;) {
            char wish[16];
            dhcpperf_ip4 ip;
            unsigned at;

            (void)dhcpperf_ip4_format(offered[i], wish, sizeof wish);
            SEND(&t, .type = DHCPPERF_REQUEST, .client = i, .wish = wish, .server = "10.0.0.1");
            assert_fast(talk_hear(&t) && dhcpperf_msg_get_type(t.msg) == DHCPPERF_ACK, "client %u",
                        i);
            ip = dhcpperf_msg_get_yiaddr(t.msg);
            at = (unsigned)ip.b[2] << 8 | ip.b[3];
            assert_fast(taken[at] == 0, "%s twice", wish);
            taken[at] = 1;
        }
        talk_close(&t);
    }
END_TEST

START_TEST(s_039_no_address_that_means_something_else_is_offered)
    {
        static const char *const wishes[] = {"0.0.0.0",  "10.0.0.0", "10.0.0.255",
                                             "10.0.0.1", "10.0.0.2", "255.255.255.255"};
        char words[64];
        unsigned i;

        talk_prepare(&t);
        dhcpperf_pool_free(t.pool);
        ck_assert_int_eq(dhcpperf_pool_new(&t.pool, talk_ip("10.0.0.0"), 24, &t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(t.pool, talk_ip("10.0.0.0"), talk_ip("10.0.0.255")), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_address(t.config, talk_ip("10.0.0.2")), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1000, .wish = wishes[_i]);
        HEAR(&t, "OFFER yiaddr=10.0.0.3");
        for (i = 4; i < 255; i++) { /* and nobody gets it later */
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = i);
            (void)snprintf(words, sizeof words, "OFFER yiaddr=10.0.0.%u", i);
            HEAR(&t, words);
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1001, .wish = wishes[_i]);
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

START_TEST(s_040_two_identifiers_behind_one_address_are_two_clients)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "0061");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "0062");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        talk_close(&t);
    }
END_TEST

START_TEST(s_041_one_identifier_behind_two_addresses_is_one_client)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "0061");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .id = "0061");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

/* A second subnet besides 10.0.0.0/24. */
static void add_subnet(const char *network, const char *first, const char *last)
{
    dhcpperf_pool *p;

    ck_assert_int_eq(dhcpperf_pool_new(&p, talk_ip(network), 24, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(p, talk_ip(first), talk_ip(last)), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, p), 0);
    dhcpperf_pool_free(p);
}

START_TEST(s_042_the_relay_or_the_interface_chooses_the_subnet)
    {
        talk_prepare(&t);
        add_subnet("10.0.1.0", "10.0.1.50", "10.0.1.59");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.1.1");
        HEAR(&t, "OFFER yiaddr=10.0.1.50");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER yiaddr=10.0.0.11"); /* where the server is */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .giaddr = "10.0.2.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SUBNET), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_043_sub_option_5_chooses_the_subnet_and_giaddr_the_destination)
    {
        talk_prepare(&t);
        add_subnet("10.0.1.0", "10.0.1.50", "10.0.1.59");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1",
             .info = "05040a000100");
        HEAR(&t, "OFFER yiaddr=10.0.1.50 giaddr=10.0.0.1 dst=10.0.0.1:67 82=05040a000100");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1",
             .info = "05040a000100", .wish = "10.0.1.50", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.1.50 dst=10.0.0.1:67");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.0.1",
             .info = "05030a0001"); /* not four octets: not there */
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .giaddr = "10.0.0.1",
             .info = "0504cb007100");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SUBNET), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_044_option_118_chooses_the_subnet_and_is_echoed)
    {
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_set_catch_all(t.pool, 1), 0);
        add_subnet("10.0.1.0", "10.0.1.50", "10.0.1.59");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1",
             .more = "76040a000100", .info = "0100");
        HEAR(&t, "OFFER yiaddr=10.0.1.50 118=10.0.1.0 order=53,54,51,58,59,1,118,82");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = "76040a000100");
        HEAR(&t, "OFFER yiaddr=10.0.1.50 118=10.0.1.0");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .more = "76040a000100", .wish = "10.0.1.50",
             .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.1.50 118=10.0.1.0");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.1.1",
             .more = "76040a000100", .info = "05040a000000");
        HEAR(&t, "OFFER yiaddr=10.0.0.10"); /* sub-option 5 goes first */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .more = "7604cb007100");
        HEAR(&t, "nothing"); /* unknown, and no catch-all makes up for it */
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SUBNET), 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 4, .more = "76040a000100",
             .wish = "203.0.113.7", .server = "10.0.0.1");
        HEAR(&t, "NAK !118");
        talk_close(&t);
    }
END_TEST

START_TEST(s_045_a_discover_that_names_a_server_is_ignored_and_counted)
    {
        static const char *const servers[] = {"10.0.0.1", "10.0.0.77"};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .server = servers[_i]);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SERVER), 1);
        talk_close(&t);
    }
END_TEST

/* ---- for how long --------------------------------------------------------------------------- */

START_TEST(s_046_a_wish_for_a_lease_time_is_honoured_within_the_limits)
    {
        static const struct {
            const char *max, *wish, *words;
        } cases[] = {
            {"24h", "120s", "OFFER 51=120 58=60 59=105"},
            {"24h", "30s", "OFFER 51=60"},
            {"24h", "0s", "OFFER 51=60"},
            {"24h", "7d", "OFFER 51=86400"},
            {"24h", "infinite", "OFFER 51=86400"},
            {"infinite", "infinite", "OFFER 51=infinite !58 !59"},
        };

        open_with("lease.max", cases[_i].max);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .lease = cases[_i].wish);
        HEAR(&t, cases[_i].words);
        talk_close(&t);
    }
END_TEST

START_TEST(s_047_a_bound_client_without_a_wish_gets_the_default_or_what_remains)
    {
        open_with("offer.remaining", _i == 0 ? "false" : "true");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER 51=3600");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK 51=3600");
        talk_wait(&t, 1000 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, _i == 0 ? "OFFER 51=3600" : "OFFER 51=2600");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, _i == 0 ? "ACK 51=3600" : "ACK 51=2600");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .lease = "2h");
        HEAR(&t, "OFFER 51=7200");
        talk_close(&t);
    }
END_TEST

/* ---- with which parameters ------------------------------------------------------------------ */

START_TEST(s_048_what_is_configured_is_returned_when_asked_for)
    {
        static const char *const lists[] = {"1", "3", "6", "15"};
        static const char *const words[] = {
            "OFFER 1=255.255.255.0 !3 !6 !15", "OFFER 3=10.0.0.1 !1 !6 !15",
            "OFFER 6=192.0.2.1,192.0.2.2 !1 !3 !15", "OFFER 15=example.org !1 !3 !6"};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = lists[_i]);
        HEAR(&t, words[_i]);
        talk_close(&t);
    }
END_TEST

START_TEST(s_049_what_is_not_configured_is_absent)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1,3,6,15,42,44,119,121");
        HEAR(&t, "OFFER +1 +3 +6 +15 !42 !44 !119 !121");
        talk_close(&t);
    }
END_TEST

START_TEST(s_050_the_order_of_the_list_is_kept_as_far_as_rules_allow)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "15,6,28,1,3");
        HEAR(&t, "OFFER order=53,54,51,58,59,15,6,1,3");
        talk_close(&t);
    }
END_TEST

START_TEST(s_051_odd_codes_in_the_list_are_harmless)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "0,255,6,6,250,0,3,6,255,53,82");
        HEAR(&t, "OFFER order=53,54,51,58,59,6,3");
        talk_close(&t);
    }
END_TEST

START_TEST(s_052_the_message_type_need_not_come_first)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1,
             .cut = "3204"
                    "0a00000f"
                    "370103"
                    "350101"
                    "ff");
        HEAR(&t, "OFFER yiaddr=10.0.0.15 +3 !1");
        talk_close(&t);
    }
END_TEST

START_TEST(s_053_unknown_options_are_ignored)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = "de03010203fa00");
        HEAR(&t, "OFFER yiaddr=10.0.0.10 !222 !250");
        talk_close(&t);
    }
END_TEST

START_TEST(s_054_rapid_commit_only_when_enabled)
    {
        open_with("rapid-commit", _i == 0 ? "false" : "true");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 9, .more = "5000", .id = "0061");
        if (_i == 0) {
            HEAR(&t, "OFFER yiaddr=10.0.0.10 !80");
            ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        } else {
            HEAR(
                &t,
                "ACK yiaddr=10.0.0.10 51=3600 80=true 61=0061 order=53,54,51,58,59,1,3,6,15,61,80");
            ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 9, .more = "5000",
                 .id = "0061");
            HEAR(&t, "ACK yiaddr=10.0.0.10 51=3600 +80");
            ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_BOUND), 1); /* it was the same one */
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
            HEAR(&t, "OFFER yiaddr=10.0.0.11 !80"); /* who does not ask is not rushed */
        }
        talk_close(&t);
    }
END_TEST

START_TEST(s_055_ipv6_only_clients_use_up_no_address)
    {
        talk_prepare(&t);
        talk_set(&t, "rapid-commit", "true");
        talk_set(&t, "ipv6-only.wait", _i == 0 ? "0" : "1800");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1,108", .more = "5000");
        if (_i == 0) {
            HEAR(&t, "ACK yiaddr=10.0.0.10 !108 +80");
        } else {
            HEAR(&t, "OFFER yiaddr=0.0.0.0 108=1800 1=255.255.255.0 !80 dst=255.255.255.255:68");
            ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 0);
            ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .list = "1,3");
            HEAR(&t, "OFFER yiaddr=10.0.0.10 !108");
            SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .list = "1,108", .server = "10.0.0.1",
                 .wish = "10.0.0.10");
            HEAR(&t, "ACK yiaddr=10.0.0.10 108=1800");
        }
        talk_close(&t);
    }
END_TEST

/* ---- when not at all ------------------------------------------------------------------------ */

START_TEST(s_056_an_exhausted_pool_is_silent)
    {
        unsigned i;

        open_default();
        for (i = 0; i < 10; i++) {
            (void)talk_bind(&t, i);
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 10);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_EXHAUSTED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_057_an_offer_does_not_wait_for_a_probe)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        ck_assert_uint_eq(dhcpperf_engine_deadline(t.engine), 0); /* now */
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, s_030_a_servable_discover_gets_an_offer_with_a_pool_address);
    tcase_add_test(tc, s_031_a_repeated_discover_gets_the_same_address);
    tcase_add_test(tc, s_032_the_current_binding_comes_first);
    tcase_add_loop_test(tc, s_033_the_previous_address_comes_second, 0, 2);
    tcase_add_test(tc, s_034_a_valid_and_free_wish_comes_third);
    tcase_add_test(tc, s_035_a_wish_that_another_has_is_not_met);
    tcase_add_loop_test(tc, s_036_a_wish_outside_is_only_a_hint, 0, 3);
    tcase_add_test(tc, s_037_an_offered_address_is_held_back_for_a_while);
    tcase_add_test(tc, s_038_no_address_is_leased_twice);
    tcase_add_loop_test(tc, s_039_no_address_that_means_something_else_is_offered, 0, 6);
    tcase_add_test(tc, s_040_two_identifiers_behind_one_address_are_two_clients);
    tcase_add_test(tc, s_041_one_identifier_behind_two_addresses_is_one_client);
    tcase_add_test(tc, s_042_the_relay_or_the_interface_chooses_the_subnet);
    tcase_add_test(tc, s_043_sub_option_5_chooses_the_subnet_and_giaddr_the_destination);
    tcase_add_test(tc, s_044_option_118_chooses_the_subnet_and_is_echoed);
    tcase_add_loop_test(tc, s_045_a_discover_that_names_a_server_is_ignored_and_counted, 0, 2);
    tcase_add_loop_test(tc, s_046_a_wish_for_a_lease_time_is_honoured_within_the_limits, 0, 6);
    tcase_add_loop_test(tc, s_047_a_bound_client_without_a_wish_gets_the_default_or_what_remains, 0,
                        2);
    tcase_add_loop_test(tc, s_048_what_is_configured_is_returned_when_asked_for, 0, 4);
    tcase_add_test(tc, s_049_what_is_not_configured_is_absent);
    tcase_add_test(tc, s_050_the_order_of_the_list_is_kept_as_far_as_rules_allow);
    tcase_add_test(tc, s_051_odd_codes_in_the_list_are_harmless);
    tcase_add_test(tc, s_052_the_message_type_need_not_come_first);
    tcase_add_test(tc, s_053_unknown_options_are_ignored);
    tcase_add_loop_test(tc, s_054_rapid_commit_only_when_enabled, 0, 2);
    tcase_add_loop_test(tc, s_055_ipv6_only_clients_use_up_no_address, 0, 2);
    tcase_add_test(tc, s_056_an_exhausted_pool_is_silent);
    tcase_add_test(tc, s_057_an_offer_does_not_wait_for_a_probe);
}

HARNESS_MAIN("conformance/server_discover", tests)
