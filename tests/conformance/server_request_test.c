/* SPDX-License-Identifier: MIT */
/* server_request_test.c - the four meanings of a REQUEST: S-060 to S-079 (RFC 2131 section 4.3.2).
 */
#include <stdio.h>
#include <string.h>

#include "support/talk.h"

static talk t;

static struct {
    unsigned n;
    dhcpperf_lease_state state;
} told;

static int sink(void *user, uint64_t seq, const dhcpperf_lease *lease)
{
    (void)user;
    (void)seq;
    told.n++;
    told.state = lease->state;
    return 0;
}

static void open_default(void)
{
    memset(&told, 0, sizeof told);
    talk_prepare(&t);
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, sink, NULL, 0), 0);
    talk_open(&t);
}

static void open_authoritative(void)
{
    talk_prepare(&t);
    talk_set(&t, "authoritative", "true");
    talk_open(&t);
}

/* ---- SELECTING ------------------------------------------------------------------------------ */

START_TEST(s_060_an_accepted_offer_is_committed_and_acknowledged)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        ck_assert_uint_eq(told.n, 1); /* before the ACK is there to be sent */
        ck_assert_int_eq(told.state, DHCPPERF_LEASE_BOUND);
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_061_a_request_for_another_server_frees_the_offer)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "192.0.2.5", .server = "192.0.2.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SERVER), 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_062_what_cannot_be_had_is_refused)
    {
        static const char *const wishes[] = {"203.0.113.77", "10.0.0.200", "10.0.0.1"};

        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = wishes[_i], .server = "10.0.0.1");
        HEAR(&t, "NAK");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_NAKED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_063_an_address_given_away_meanwhile_is_refused)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_wait(&t, 31 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

START_TEST(s_064_an_ack_does_not_wait_for_a_probe)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        ck_assert_uint_eq(dhcpperf_engine_deadline(t.engine), 0); /* now */
        HEAR(&t, "ACK");
        talk_close(&t);
    }
END_TEST

START_TEST(s_065_a_retransmitted_request_gets_the_same_ack)
    {
        uint8_t first[TALK_CAP];
        uint16_t len;
        unsigned k;

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7, .lease = "100s");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 7, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 51=100");
        memcpy(first, t.bytes, sizeof first);
        len = t.reply.len;
        for (k = 0; k < 3; k++) {
            talk_wait(&t, 4 * SECOND);
            SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 7, .wish = "10.0.0.10",
                 .server = "10.0.0.1");
            HEAR(&t, "ACK");
            ck_assert_uint_eq(t.reply.len, len);
            assert_mem_eq(t.bytes, first, len);
        }
        ck_assert_uint_eq(told.n, 1 + 3); /* of an end that moved */
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_BOUND), 1);
        /* the client counts from the last one (S-141) */
        talk_wait(&t, 99 * SECOND);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_wait(&t, SECOND);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        /* a start over with the same transaction is a new lease */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 7, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 51=3600");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_BOUND), 2);
        talk_close(&t);
    }
END_TEST

/* ---- INIT-REBOOT ---------------------------------------------------------------------------- */

START_TEST(s_066_a_reboot_with_the_right_address_is_confirmed)
    {
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10");
        HEAR(&t, "ACK yiaddr=10.0.0.10 51=3600");
        talk_close(&t);
    }
END_TEST

START_TEST(s_067_a_reboot_with_a_wrong_address_is_refused)
    {
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "NAK dst=255.255.255.255:68");
        talk_close(&t);
    }
END_TEST

START_TEST(s_068_a_reboot_on_the_wrong_network_is_refused_known_or_not)
    {
        open_default();
        if (_i == 1) {
            (void)talk_bind(&t, 1);
        }
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "198.51.100.23");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

START_TEST(s_069_a_reboot_of_an_unknown_client_is_left_alone)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_UNKNOWN), 1);
        talk_close(&t);
        open_authoritative();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

/* ---- RENEWING and REBINDING ----------------------------------------------------------------- */

START_TEST(s_070_a_renewal_is_acknowledged_at_ciaddr)
    {
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10 ciaddr=10.0.0.10 dst=10.0.0.10:68");
        ck_assert_uint_eq(t.reply.flags & DHCPPERF_PKT_BCAST, 0);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RENEWED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_071_a_rebinding_is_checked_and_acknowledged)
    {
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_REBOUND), 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.11", .from = "10.0.0.11");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

START_TEST(s_072_a_renewal_without_a_binding_is_left_alone_or_refused)
    {
        static const char *const to[] = {"10.0.0.1", NULL};

        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.15", .to = to[_i]);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_UNKNOWN), 1);
        talk_close(&t);
        open_authoritative();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.15", .to = to[_i]);
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

START_TEST(s_073_anothers_address_is_never_acknowledged)
    {
        static const char *const words[] = {"NAK", "NAK", "nothing"};

        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .ciaddr = _i < 2 ? "10.0.0.10" : NULL,
             .wish = _i == 2 ? "10.0.0.10" : NULL, .to = _i == 0 ? "10.0.0.1" : NULL);
        HEAR(&t, words[_i]);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK"); /* the owner has it still */
        talk_close(&t);
    }
END_TEST

START_TEST(s_074_a_relayed_nak_goes_to_giaddr_with_the_broadcast_flag)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "203.0.113.7",
             .giaddr = "10.0.0.7");
        HEAR(&t, "NAK dst=10.0.0.7:67 flags=8000");
        talk_close(&t);
    }
END_TEST

START_TEST(s_075_a_direct_nak_is_broadcast)
    {
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.11", .from = "10.0.0.11",
             .to = "10.0.0.1");
        HEAR(&t, "NAK dst=255.255.255.255:68 flags=0000");
        ck_assert_uint_eq(t.reply.flags & DHCPPERF_PKT_BCAST, DHCPPERF_PKT_BCAST);
        talk_close(&t);
    }
END_TEST

START_TEST(s_076_a_renewal_extends_the_lease)
    {
        open_default();
        (void)talk_bind(&t, 1);
        talk_wait(&t, 3000 * SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK 51=3600");
        talk_wait(&t, 3599 * SECOND);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_wait(&t, SECOND);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(s_077_an_early_renewal_is_acknowledged)
    {
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_078_option_54_decides_what_a_contradictory_request_means)
    {
        open_default();
        (void)talk_bind(&t, 1);
        /* as an answer to an OFFER it is judged by option 50, which is not the client's */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .wish = "10.0.0.15",
             .server = "10.0.0.1");
        HEAR(&t, "NAK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.15", .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .wish = "10.0.0.10",
             .server = "192.0.2.1");
        HEAR(&t, "nothing");
        /* without it ciaddr goes before 50 */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .wish = "10.0.0.15",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_079_an_expired_binding_lives_on_while_its_address_is_free)
    {
        /* _i 0: reboot, 1: renewal */
        talk_prepare(&t);
        talk_set(&t, "lease.min", "2s");
        talk_set(&t, "lease.time", "2s");
        talk_open(&t);
        (void)talk_bind(&t, 1);
        talk_wait(&t, 3 * SECOND);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_EXPIRED), 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = _i == 0 ? "10.0.0.10" : NULL,
             .ciaddr = _i == 1 ? "10.0.0.10" : NULL, .to = _i == 1 ? "10.0.0.1" : NULL);
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_wait(&t, 3 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, s_060_an_accepted_offer_is_committed_and_acknowledged);
    tcase_add_test(tc, s_061_a_request_for_another_server_frees_the_offer);
    tcase_add_loop_test(tc, s_062_what_cannot_be_had_is_refused, 0, 3);
    tcase_add_test(tc, s_063_an_address_given_away_meanwhile_is_refused);
    tcase_add_test(tc, s_064_an_ack_does_not_wait_for_a_probe);
    tcase_add_test(tc, s_065_a_retransmitted_request_gets_the_same_ack);
    tcase_add_test(tc, s_066_a_reboot_with_the_right_address_is_confirmed);
    tcase_add_test(tc, s_067_a_reboot_with_a_wrong_address_is_refused);
    tcase_add_loop_test(tc, s_068_a_reboot_on_the_wrong_network_is_refused_known_or_not, 0, 2);
    tcase_add_test(tc, s_069_a_reboot_of_an_unknown_client_is_left_alone);
    tcase_add_test(tc, s_070_a_renewal_is_acknowledged_at_ciaddr);
    tcase_add_test(tc, s_071_a_rebinding_is_checked_and_acknowledged);
    tcase_add_loop_test(tc, s_072_a_renewal_without_a_binding_is_left_alone_or_refused, 0, 2);
    tcase_add_loop_test(tc, s_073_anothers_address_is_never_acknowledged, 0, 3);
    tcase_add_test(tc, s_074_a_relayed_nak_goes_to_giaddr_with_the_broadcast_flag);
    tcase_add_test(tc, s_075_a_direct_nak_is_broadcast);
    tcase_add_test(tc, s_076_a_renewal_extends_the_lease);
    tcase_add_test(tc, s_077_an_early_renewal_is_acknowledged);
    tcase_add_test(tc, s_078_option_54_decides_what_a_contradictory_request_means);
    tcase_add_loop_test(tc, s_079_an_expired_binding_lives_on_while_its_address_is_free, 0, 2);
}

HARNESS_MAIN("conformance/server_request", tests)
