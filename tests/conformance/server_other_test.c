/* SPDX-License-Identifier: MIT */
/* server_other_test.c - DECLINE, RELEASE and INFORM: S-080 to S-097 (RFC 2131 sections 4.3.3 to
 * 4.3.5). */
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

static void decline(unsigned client, const char *ip, const char *server)
{
    SEND(&t, .type = DHCPPERF_DECLINE, .client = client, .wish = ip, .server = server);
}

static void release(unsigned client, const char *ip, const char *server)
{
    SEND(&t, .type = DHCPPERF_RELEASE, .client = client, .ciaddr = ip, .server = server);
}

static unsigned count(dhcpperf_lease_state state)
{
    return dhcpperf_server_count(t.server, state);
}

/* ---- DECLINE -------------------------------------------------------------------------------- */

START_TEST(s_080_a_decline_is_not_answered)
    {
        open_default();
        (void)talk_bind(&t, 1);
        decline(1, "10.0.0.10", "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DECLINED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_081_a_declined_address_is_out_of_use_for_everybody)
    {
        unsigned k;

        open_default();
        (void)talk_bind(&t, 1);
        decline(1, "10.0.0.10", "10.0.0.1");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 3, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "NAK");
        for (k = 3; k < 10; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k);
            HEAR(&t, "OFFER");
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 10);
        HEAR(&t, "nothing"); /* not even when it is the last one */
        talk_close(&t);
    }
END_TEST

START_TEST(s_082_a_decline_for_another_server_is_ignored)
    {
        open_default();
        (void)talk_bind(&t, 1);
        decline(1, "10.0.0.10", "192.0.2.1");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SERVER), 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK");
        talk_close(&t);
    }
END_TEST

START_TEST(s_083_a_decline_of_a_stranger_is_ignored)
    {
        open_default();
        (void)talk_bind(&t, 1);
        decline(2, "10.0.0.10", "10.0.0.1");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_OWNER), 1);
        ck_assert_uint_eq(count(DHCPPERF_LEASE_BOUND), 1);
        decline(2, "10.0.0.15", "10.0.0.1"); /* nor one of an address that nobody has */
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_OWNER), 2);
        ck_assert_uint_eq(count(DHCPPERF_LEASE_DECLINED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(s_084_the_quarantine_ends)
    {
        unsigned k;

        open_with("decline.quarantine", "2s");
        for (k = 0; k < 10; k++) { /* a flood: the whole pool */
            const char *ip = talk_bind(&t, k);

            decline(k, ip, "10.0.0.1");
        }
        ck_assert_uint_eq(count(DHCPPERF_LEASE_DECLINED), 10);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DECLINED), 10);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 20);
        HEAR(&t, "nothing");
        talk_wait(&t, 2 * SECOND);
        ck_assert_uint_eq(count(DHCPPERF_LEASE_DECLINED), 0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 20);
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

/* ---- RELEASE -------------------------------------------------------------------------------- */

START_TEST(s_085_a_release_is_not_answered)
    {
        open_default();
        (void)talk_bind(&t, 1);
        release(1, "10.0.0.10", "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELEASED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_086_a_released_address_can_be_leased_again)
    {
        open_default();
        (void)talk_bind(&t, 1);
        release(1, "10.0.0.10", "10.0.0.1");
        if (_i == 0) { /* its client gets it back */
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
            HEAR(&t, "OFFER yiaddr=10.0.0.10");
        } else { /* whoever asks for it can have it */
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
            HEAR(&t, "OFFER yiaddr=10.0.0.10");
        }
        talk_close(&t);
    }
END_TEST

START_TEST(s_087_a_release_of_a_stranger_is_ignored)
    {
        open_default();
        (void)talk_bind(&t, 1);
        if (_i == 0) {
            release(2, "10.0.0.10", "10.0.0.1");
        } else { /* the same card under another name */
            SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .id = "0061", .ciaddr = "10.0.0.10",
                 .server = "10.0.0.1");
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_OWNER), 1);
        ck_assert_uint_eq(count(DHCPPERF_LEASE_BOUND), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_088_a_release_for_another_server_is_ignored)
    {
        open_default();
        (void)talk_bind(&t, 1);
        release(1, "10.0.0.10", "192.0.2.1");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SERVER), 1);
        ck_assert_uint_eq(count(DHCPPERF_LEASE_BOUND), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_089_a_late_release_does_not_hit_the_new_owner)
    {
        open_default();
        (void)talk_bind(&t, 1);
        release(1, "10.0.0.10", "10.0.0.1");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        release(1, "10.0.0.10", "10.0.0.1");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_OWNER), 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK");
        talk_close(&t);
    }
END_TEST

/* ---- INFORM --------------------------------------------------------------------------------- */

START_TEST(s_090_an_inform_gets_an_ack_without_a_binding)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77");
        HEAR(&t, "ACK ciaddr=10.0.0.77");
        (void)talk_bind(&t, 2);
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.10");
        HEAR(&t, "ACK"); /* whoever has the address */
        talk_close(&t);
    }
END_TEST

START_TEST(s_091_it_has_no_lease_time)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77", .list = "51,58,59,1");
        HEAR(&t, "ACK +1 !51 !58 !59");
        talk_close(&t);
    }
END_TEST

START_TEST(s_092_it_has_no_yiaddr)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77");
        HEAR(&t, "ACK yiaddr=0.0.0.0");
        talk_close(&t);
    }
END_TEST

START_TEST(s_093_it_goes_to_ciaddr_whatever_the_flag_says)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77", .from = "10.0.0.77",
             .flags = _i == 0 ? 0 : 0x8000);
        HEAR(&t, "ACK dst=10.0.0.77:68");
        ck_assert_uint_eq(t.reply.flags & DHCPPERF_PKT_BCAST, 0);
        talk_close(&t);
    }
END_TEST

START_TEST(s_094_it_has_the_parameters_and_names_the_server)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77", .list = "15,3,1");
        HEAR(&t, "ACK 54=10.0.0.1 order=53,54,15,1,3");
        talk_close(&t);
        talk_prepare(&t); /* but for those that INFORM must not give */
        ck_assert_int_eq(dhcpperf_server_config_add_inform_option(t.config, 6), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_inform_option(t.config, 1), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77", .list = "15,3,1,6");
        HEAR(&t, "ACK order=53,54,1,6");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77");
        HEAR(&t, "ACK order=53,54,1,6");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "15,3,1,6");
        HEAR(&t, "OFFER +15 +3 +1 +6");
        talk_close(&t);
    }
END_TEST

START_TEST(s_095_a_foreign_ciaddr_gets_silence)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "203.0.113.7");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SUBNET), 1);
        talk_close(&t);
        talk_prepare(&t); /* what is foreign can be said */
        ck_assert_int_eq(
            dhcpperf_server_config_add_inform_subnet(t.config, talk_ip("203.0.113.0"), 24), 0);
        ck_assert_int_eq(
            dhcpperf_server_config_add_inform_subnet(t.config, talk_ip("203.0.113.1"), 24),
            DHCPPERF_E_RANGE);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "203.0.113.7", .list = "6");
        HEAR(&t, "ACK dst=203.0.113.7:68 +6");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_POLICY), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_096_without_ciaddr_the_source_counts)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .from = "10.0.0.77");
        HEAR(&t, "ACK dst=10.0.0.77:68");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1);
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

START_TEST(s_097_informs_use_up_nothing)
    {
        unsigned k;

        open_default();
        for (k = 0; k < 500; k++) {
            SEND(&t, .type = DHCPPERF_INFORM, .client = 1000 + k, .ciaddr = "10.0.0.77");
            HEAR(&t, "ACK");
        }
        ck_assert_uint_eq(count(DHCPPERF_LEASE_OFFERED) + count(DHCPPERF_LEASE_BOUND), 0);
        for (k = 0; k < 10; k++) {
            (void)talk_bind(&t, k);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(informs_can_be_limited_to_cards_and_to_a_rate_or_forbidden)
    {
        dhcpperf_mac macs[] = {{{2, 0, 0, 0, 0, 9}}, {{2, 0, 0, 0, 0, 3}}, {{2, 0, 0, 0, 0, 5}}};
        unsigned k, answered = 0;

        talk_prepare(&t);
        for (k = 0; k < 3; k++) {
            ck_assert_int_eq(dhcpperf_server_config_add_inform_mac(t.config, macs[k]), 0);
        }
        talk_open(&t);
        for (k = 0; k < 12; k++) {
            SEND(&t, .type = DHCPPERF_INFORM, .client = k, .ciaddr = "10.0.0.77");
            HEAR(&t, k == 9 || k == 3 || k == 5 ? "ACK" : "nothing");
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_POLICY), 9);
        talk_close(&t);

        open_with("inform.rate", "10");
        for (k = 0; k < 400; k++) { /* ten seconds, forty of them in each */
            SEND(&t, .type = DHCPPERF_INFORM, .client = k, .ciaddr = "10.0.0.77");
            answered += (unsigned)talk_hear(&t);
            talk_wait(&t, SECOND / 40);
        }
        ck_assert_uint_ge(answered, 100);
        ck_assert_uint_le(answered, 110); /* and the first second's at once */
        talk_close(&t);

        open_with("inform.enabled", "false");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_POLICY), 1);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, s_080_a_decline_is_not_answered);
    tcase_add_test(tc, s_081_a_declined_address_is_out_of_use_for_everybody);
    tcase_add_test(tc, s_082_a_decline_for_another_server_is_ignored);
    tcase_add_test(tc, s_083_a_decline_of_a_stranger_is_ignored);
    tcase_add_test(tc, s_084_the_quarantine_ends);
    tcase_add_test(tc, s_085_a_release_is_not_answered);
    tcase_add_loop_test(tc, s_086_a_released_address_can_be_leased_again, 0, 2);
    tcase_add_loop_test(tc, s_087_a_release_of_a_stranger_is_ignored, 0, 2);
    tcase_add_test(tc, s_088_a_release_for_another_server_is_ignored);
    tcase_add_test(tc, s_089_a_late_release_does_not_hit_the_new_owner);
    tcase_add_test(tc, s_090_an_inform_gets_an_ack_without_a_binding);
    tcase_add_test(tc, s_091_it_has_no_lease_time);
    tcase_add_test(tc, s_092_it_has_no_yiaddr);
    tcase_add_loop_test(tc, s_093_it_goes_to_ciaddr_whatever_the_flag_says, 0, 2);
    tcase_add_test(tc, s_094_it_has_the_parameters_and_names_the_server);
    tcase_add_test(tc, s_095_a_foreign_ciaddr_gets_silence);
    tcase_add_test(tc, s_096_without_ciaddr_the_source_counts);
    tcase_add_test(tc, s_097_informs_use_up_nothing);
    tcase_add_test(tc, informs_can_be_limited_to_cards_and_to_a_rate_or_forbidden);
}

HARNESS_MAIN("conformance/server_other", tests)
