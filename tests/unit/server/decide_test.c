/* SPDX-License-Identifier: MIT */
/* decide_test.c - what the server does about requests: RFC 2131 section 4.3, S-030 to S-097. */
#include <stdio.h>
#include <string.h>

#include "support/talk.h"

static talk t;

static void open_default(void)
{
    talk_prepare(&t);
    talk_open(&t);
}

/* ---- DISCOVER ------------------------------------------------------------------------------- */

START_TEST(a_discover_gets_an_offer_with_a_pool_address)
    {
        /* S-030, S-014 */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 51=3600 54=10.0.0.1 58=1800 59=3150");
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

START_TEST(a_repeated_discover_gets_the_same_address)
    {
        /* S-031, S-143: a new xid is not a new client */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 8);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 xid=8");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .xid = 8);
        HEAR(&t, "OFFER yiaddr=10.0.0.11 xid=8");
        talk_close(&t);
    }
END_TEST

START_TEST(a_bound_client_is_offered_its_binding)
    {
        /* S-032 */
        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(a_client_that_comes_back_gets_its_previous_address)
    {
        /* S-033, S-086 */
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10",
             .server = "10.0.0.1");
        ck_assert_str_eq(talk_bind(&t, 2), "10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(a_wish_is_met_when_it_is_free_and_a_hint_otherwise)
    {
        /* S-034, S-035, S-036, S-037, S-039 */
        static const struct {
            const char *wish, *want;
        } cases[] = {
            {"10.0.0.15", "OFFER yiaddr=10.0.0.15"},   {"10.0.0.10", "OFFER yiaddr=10.0.0.11"},
            {"203.0.113.9", "OFFER yiaddr=10.0.0.11"}, {"10.0.0.20", "OFFER yiaddr=10.0.0.11"},
            {"10.0.0.0", "OFFER yiaddr=10.0.0.11"},    {"10.0.0.255", "OFFER yiaddr=10.0.0.11"},
            {"10.0.0.1", "OFFER yiaddr=10.0.0.11"},    {"0.0.0.0", "OFFER yiaddr=10.0.0.11"}};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1); /* .10 is held back, not even bound */
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = cases[_i].wish);
        HEAR(&t, cases[_i].want);
        talk_close(&t);
    }
END_TEST

START_TEST(no_address_is_given_twice)
    {
        /* S-038 */
        uint32_t seen = 0;
        unsigned k;

        open_default();
        for (k = 1; k <= 10; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k, .wish = "10.0.0.14");
        }
        for (k = 1; k <= 10; k++) {
            dhcpperf_ip4 ip;

            HEAR(&t, "OFFER");
            ip = dhcpperf_msg_get_yiaddr(t.msg);
            ck_assert_uint_eq(seen >> ip.b[3] & 1, 0);
            seen |= UINT32_C(1) << ip.b[3];
        }
        ck_assert_uint_eq(seen, UINT32_C(0xffc00));
        talk_close(&t);
    }
END_TEST

START_TEST(identity_is_option_61_before_the_hardware_address)
    {
        /* S-040, S-041 */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "00aa01");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "00aa02");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .id = "00aa01");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1,
             .id = "77"); /* C-015: too short to count */
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        talk_close(&t);
    }
END_TEST

static void add_subnet(const char *network, const char *first, const char *last, int catch_all)
{
    dhcpperf_pool *p;

    ck_assert_int_eq(dhcpperf_pool_new(&p, talk_ip(network), 24, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(p, talk_ip(first), talk_ip(last)), 0);
    ck_assert_int_eq(dhcpperf_pool_set_catch_all(p, catch_all), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, p), 0);
    dhcpperf_pool_free(p);
}

START_TEST(the_relay_chooses_the_subnet)
    {
        /* S-042 */
        talk_prepare(&t);
        add_subnet("10.0.1.0", "10.0.1.10", "10.0.1.19", 0);
        add_subnet("10.0.2.0", "10.0.2.10", "10.0.2.19", 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.1.1");
        HEAR(&t, "OFFER yiaddr=10.0.1.10 giaddr=10.0.1.1");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.2.1");
        HEAR(&t, "OFFER yiaddr=10.0.2.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1); /* the server's own link */
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.3.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SUBNET), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(a_catch_all_serves_what_no_subnet_claims)
    {
        talk_prepare(&t);
        add_subnet("10.0.1.0", "10.0.1.10", "10.0.1.19", 0);
        add_subnet("10.0.2.0", "10.0.2.10", "10.0.2.19", 1);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "127.0.0.5");
        HEAR(&t, "OFFER yiaddr=10.0.2.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "127.0.0.5", .wish = "10.0.2.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.2.10 giaddr=127.0.0.5");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.1.1");
        HEAR(&t, "OFFER yiaddr=10.0.1.10");
        talk_close(&t);
    }
END_TEST

START_TEST(a_discover_that_names_a_server_is_ignored_and_counted)
    {
        /* S-045 */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .server = "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SERVER), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(a_wish_for_a_lease_time_is_brought_into_the_limits)
    {
        /* S-046 */
        static const struct {
            const char *lease, *want;
        } cases[] = {{"30s", "OFFER 51=60"},
                     {"0", "OFFER 51=60"},
                     {"infinite", "OFFER 51=86400"},
                     {"2h", "OFFER 51=7200 58=3600 59=6300"}};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .lease = cases[_i].lease);
        HEAR(&t, cases[_i].want);
        talk_close(&t);
    }
END_TEST

START_TEST(an_exhausted_pool_is_silent_until_an_offer_lapses)
    {
        /* S-056, S-142 */
        unsigned k;

        open_default();
        for (k = 1; k <= 10; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k);
            HEAR(&t, "OFFER");
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 11);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_EXHAUSTED), 1);
        talk_wait(&t, 30 * SECOND);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_OFFERS_EXPIRED), 10);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 11);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(half_open_transactions_are_bounded)
    {
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_max_sessions(t.config, 2), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SESSIONS), 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2); /* not a new one */
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1); /* bound: no half-open one either */
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

/* ---- REQUEST in SELECTING ------------------------------------------------------------------- */

START_TEST(a_request_for_the_offer_is_acknowledged)
    {
        /* S-060, S-065, S-027 */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .lease = "2h");
        HEAR(&t, "OFFER yiaddr=10.0.0.10 51=7200");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1",
             .xid = 5);
        HEAR(&t, "ACK yiaddr=10.0.0.10 51=7200 58=3600 59=6300 54=10.0.0.1 ciaddr=0.0.0.0");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1",
             .lease = "2h", .xid = 5);
        HEAR(&t, "ACK yiaddr=10.0.0.10 51=7200 xid=5");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(a_request_for_another_server_frees_the_offer)
    {
        /* S-061 */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "192.0.2.7", .server = "192.0.2.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SERVER), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(a_request_for_another_server_leaves_a_binding_alone)
    {
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "192.0.2.7", .server = "192.0.2.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(a_second_own_address_names_this_server_too)
    {
        /* S-013 */
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_add_address(t.config, talk_ip("10.0.0.12")), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.12"); /* S-039 */
        HEAR(&t, "OFFER yiaddr=10.0.0.10 54=10.0.0.1");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.12");
        HEAR(&t, "ACK yiaddr=10.0.0.10 54=10.0.0.1");
        talk_close(&t);
    }
END_TEST

START_TEST(what_cannot_be_had_is_refused)
    {
        /* S-062, S-063, S-025, S-026, S-078 */
        static const struct {
            const char *wish, *ciaddr, *want;
        } cases[] = {{"203.0.113.77", NULL, "NAK yiaddr=0.0.0.0 54=10.0.0.1 +56 !51 !1 !3 !58"},
                     {"10.0.0.10", NULL, "NAK"},                       /* another client's */
                     {"10.0.0.15", NULL, "NAK"},                       /* not what was offered */
                     {"10.0.0.99", NULL, "NAK"},                       /* not in the pool */
                     {"10.0.0.1", NULL, "NAK"},                        /* the server itself */
                     {"10.0.0.10", "10.0.0.11", "NAK ciaddr=0.0.0.0"}, /* 54 wins: 50 counts */
                     {"10.0.0.11", "10.0.0.10", "ACK yiaddr=10.0.0.11"},
                     {NULL, NULL, "NAK"}};

        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = cases[_i].wish,
             .ciaddr = cases[_i].ciaddr, .server = "10.0.0.1", .to = "10.0.0.1");
        HEAR(&t, cases[_i].want);
        talk_close(&t);
    }
END_TEST

START_TEST(an_offer_that_lapsed_is_still_good_while_nobody_has_the_address)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_wait(&t, 31 * SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.13");
        HEAR(&t, "OFFER yiaddr=10.0.0.13");
        talk_wait(&t, 31 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .wish = "10.0.0.13");
        HEAR(&t, "OFFER yiaddr=10.0.0.13");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.13", .server = "10.0.0.1");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

/* ---- INIT-REBOOT ---------------------------------------------------------------------------- */

START_TEST(a_reboot_is_confirmed_refused_or_not_our_business)
    {
        /* S-066, S-067, S-068, S-069 */
        static const struct {
            unsigned client;
            const char *wish, *want;
        } cases[] = {{1, "10.0.0.10", "ACK yiaddr=10.0.0.10 51=3600"},
                     {1, "10.0.0.11", "NAK"},
                     {1, "198.51.100.23", "NAK"},
                     {9, "198.51.100.23", "NAK"},
                     {9, "10.0.0.15", "nothing"},
                     {9, "10.0.0.10", "nothing"}};

        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = cases[_i].client, .wish = cases[_i].wish);
        HEAR(&t, cases[_i].want);
        talk_close(&t);
    }
END_TEST

START_TEST(an_authoritative_server_refuses_unknown_clients)
    {
        /* S-069, S-072, D-16 */
        talk_prepare(&t);
        talk_set(&t, "authoritative", "true");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 9, .wish = "10.0.0.15");
        HEAR(&t, "NAK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 9, .ciaddr = "10.0.0.15", .from = "10.0.0.15",
             .to = "10.0.0.1");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

START_TEST(an_offer_is_no_record_for_a_reboot)
    {
        /* S-069: nothing was ever leased to it */
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_UNKNOWN), 1);
        talk_close(&t);
    }
END_TEST

/* ---- RENEWING and REBINDING ----------------------------------------------------------------- */

START_TEST(a_renewal_is_acknowledged_and_extends_the_lease)
    {
        /* S-070, S-076, S-077 */
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10 ciaddr=10.0.0.10 dst=10.0.0.10:68 51=3600");
        talk_wait(&t, 3599 * SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_wait(&t, 3599 * SECOND);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_wait(&t, 1 * SECOND);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RENEWED), 2);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_EXPIRED), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_RENEW, DHCPPERF_OUT_ANSWERED), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(a_rebinding_is_told_by_its_broadcast_or_its_relay)
    {
        /* S-071 */
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .giaddr = "10.0.0.2",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10 dst=10.0.0.2:67");
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_REBIND, DHCPPERF_OUT_ANSWERED), 2);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_REBOUND), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(a_renewal_of_what_is_not_the_clients_is_never_acknowledged)
    {
        /* S-072, S-073 */
        static const struct {
            unsigned client;
            const char *ciaddr, *want;
        } cases[] = {{9, "10.0.0.15", "nothing"},
                     {9, "10.0.0.10", "NAK dst=255.255.255.255:68"},
                     {2, "10.0.0.10", "NAK"},
                     {9, "203.0.113.5", "nothing"}};

        open_default();
        (void)talk_bind(&t, 1);
        (void)talk_bind(&t, 2);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = cases[_i].client, .ciaddr = cases[_i].ciaddr,
             .from = cases[_i].ciaddr, .to = "10.0.0.1");
        HEAR(&t, cases[_i].want);
        talk_close(&t);
    }
END_TEST

START_TEST(an_expired_binding_is_renewed_while_the_address_is_free)
    {
        /* S-079, D-17 */
        open_default();
        (void)talk_bind(&t, 1);
        talk_wait(&t, 4000 * SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_wait(&t, 4000 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

START_TEST(a_request_that_asks_for_nothing_is_dropped)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1);
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

/* ---- DECLINE and RELEASE -------------------------------------------------------------------- */

START_TEST(a_declined_address_rests_for_the_quarantine)
    {
        /* S-080, S-081, S-084 */
        talk_prepare(&t);
        talk_set(&t, "decline.quarantine", "2m");
        talk_open(&t);
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_DECLINE, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_DECLINED), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DECLINED), 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        talk_wait(&t, 120 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(an_offer_can_be_declined)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DECLINE, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_DECLINED), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(only_the_owner_can_decline_or_release_and_only_here)
    {
        /* S-082, S-083, S-087, S-088 */
        static const struct {
            int type;
            unsigned client;
            const char *ip, *server;
            dhcpperf_counter cause;
        } cases[] = {
            {DHCPPERF_DECLINE, 1, "10.0.0.10", "192.0.2.1", DHCPPERF_C_DROP_SERVER},
            {DHCPPERF_DECLINE, 9, "10.0.0.10", "10.0.0.1", DHCPPERF_C_DROP_OWNER},
            {DHCPPERF_DECLINE, 2, "10.0.0.10", "10.0.0.1", DHCPPERF_C_DROP_OWNER},
            {DHCPPERF_DECLINE, 1, NULL, "10.0.0.1", DHCPPERF_C_DROP_OWNER},
            {DHCPPERF_RELEASE, 1, "10.0.0.10", "192.0.2.1", DHCPPERF_C_DROP_SERVER},
            {DHCPPERF_RELEASE, 9, "10.0.0.10", "10.0.0.1", DHCPPERF_C_DROP_OWNER},
            {DHCPPERF_RELEASE, 2, "10.0.0.10", "10.0.0.1", DHCPPERF_C_DROP_OWNER},
            {DHCPPERF_RELEASE, 1, NULL, "10.0.0.1", DHCPPERF_C_DROP_OWNER},
        };

        open_default();
        (void)talk_bind(&t, 1);
        (void)talk_bind(&t, 2);
        SEND(&t, .type = cases[_i].type, .client = cases[_i].client,
             .wish = cases[_i].type == DHCPPERF_DECLINE ? cases[_i].ip : NULL,
             .ciaddr = cases[_i].type == DHCPPERF_RELEASE ? cases[_i].ip : NULL,
             .server = cases[_i].server);
        HEAR(&t, "nothing");
        ck_assert_msg(talk_counter(&t, cases[_i].cause) == 1, "case %d", _i);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(a_released_address_can_be_leased_again_and_a_late_release_does_not_hit_its_new_owner)
    {
        /* S-085, S-086, S-089 */
        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELEASED), 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10",
             .server = "10.0.0.1");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_OWNER), 1);
        talk_close(&t);
    }
END_TEST

/* ---- INFORM --------------------------------------------------------------------------------- */

START_TEST(an_inform_gets_parameters_and_no_lease)
    {
        /* S-090, S-091, S-092, S-093, S-094 */
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.77", .from = "10.0.0.77",
             .list = "1,3,51,58,59,6", .flags = 0x8000);
        HEAR(&t, "ACK yiaddr=0.0.0.0 ciaddr=10.0.0.77 dst=10.0.0.77:68 54=10.0.0.1 !51 !58 !59 "
                 "1=255.255.255.0 3=10.0.0.1 6=192.0.2.1,192.0.2.2");
        talk_close(&t);
    }
END_TEST

START_TEST(an_inform_from_a_foreign_network_gets_silence)
    {
        /* S-095 */
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "203.0.113.7");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_SUBNET), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(an_inform_without_ciaddr_is_answered_to_its_source)
    {
        /* S-096 */
        open_default();
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .from = "10.0.0.77");
        HEAR(&t, "ACK ciaddr=0.0.0.0 dst=10.0.0.77:68");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1);
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

START_TEST(informs_use_no_addresses)
    {
        /* S-097 */
        unsigned k;

        open_default();
        for (k = 0; k < 500; k++) {
            SEND(&t, .type = DHCPPERF_INFORM, .client = k, .ciaddr = "10.0.0.77");
            HEAR(&t, "ACK");
        }
        for (k = 0; k < 10; k++) {
            (void)talk_bind(&t, 1000 + k);
        }
        talk_close(&t);
    }
END_TEST

/* ---- reservations --------------------------------------------------------------------------- */

START_TEST(a_reservation_is_met_by_hardware_address_identifier_or_circuit)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 7}, id[] = {0, 0xaa, 0xbb},
                             circuit[] = {'e', '1'};
        static const struct {
            ask a;
            const char *want;
        } cases[] = {
            {{.type = DHCPPERF_DISCOVER, .client = 7}, "OFFER yiaddr=10.0.0.100"},
            {{.type = DHCPPERF_DISCOVER, .client = 7, .id = "0102"}, "OFFER yiaddr=10.0.0.100"},
            {{.type = DHCPPERF_DISCOVER, .client = 8, .id = "00aabb"}, "OFFER yiaddr=10.0.0.101"},
            {{.type = DHCPPERF_DISCOVER, .client = 8, .info = "01026531"},
             "OFFER yiaddr=10.0.0.102"},
            {{.type = DHCPPERF_DISCOVER, .client = 8, .info = "02026531"},
             "OFFER yiaddr=10.0.0.10"},
            {{.type = DHCPPERF_DISCOVER, .client = 8, .wish = "10.0.0.100"},
             "OFFER yiaddr=10.0.0.10"}};

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_HARDWARE,
                                               (dhcpperf_bytes){mac, sizeof mac},
                                               talk_ip("10.0.0.100")),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CLIENT_ID,
                                               (dhcpperf_bytes){id, sizeof id},
                                               talk_ip("10.0.0.101")),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CIRCUIT,
                                               (dhcpperf_bytes){circuit, sizeof circuit},
                                               talk_ip("10.0.0.102")),
                         0);
        talk_open(&t);
        talk_send(&t, &cases[_i].a);
        HEAR(&t, cases[_i].want);
        talk_close(&t);
    }
END_TEST

START_TEST(a_reserved_client_lives_a_whole_life)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 7};

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_HARDWARE,
                                               (dhcpperf_bytes){mac, sizeof mac},
                                               talk_ip("10.0.0.100")),
                         0);
        talk_open(&t);
        ck_assert_str_eq(talk_bind(&t, 7), "10.0.0.100");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 7, .ciaddr = "10.0.0.100",
             .from = "10.0.0.100", .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.100");
        SEND(&t, .type = DHCPPERF_DECLINE, .client = 7, .wish = "10.0.0.100", .server = "10.0.0.1");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 7);
        HEAR(&t, "nothing");
        talk_wait(&t, 600 * SECOND);
        ck_assert_str_eq(talk_bind(&t, 7), "10.0.0.100");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 7, .ciaddr = "10.0.0.100",
             .server = "10.0.0.1");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_RELEASED), 1);
        talk_close(&t);
    }
END_TEST

/* ---- the caller's word ---------------------------------------------------------------------- */

static struct {
    int say;
    const char *ip;
    uint32_t lease_s;
    unsigned calls;
    int type;
} word;

static int decide(void *user, const dhcpperf_msg *request, dhcpperf_ip4 *inout_ip,
                  uint32_t *inout_lease_s)
{
    ck_assert_ptr_eq(user, &word);
    word.calls++;
    word.type = dhcpperf_msg_get_type(request);
    if (word.ip != NULL) {
        *inout_ip = talk_ip(word.ip);
    }
    if (word.lease_s != 0) {
        *inout_lease_s = word.lease_s;
    }
    return word.say;
}

static void open_deciding(void)
{
    talk_prepare(&t);
    ck_assert_int_eq(dhcpperf_server_config_set_decide(t.config, decide, &word), 0);
    talk_open(&t);
}

START_TEST(the_caller_can_choose_address_and_lease_time)
    {
        open_deciding();
        word.ip = "10.0.0.17";
        word.lease_s = 77;
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.17 51=77");
        ck_assert_int_eq(word.type, DHCPPERF_DISCOVER);
        word.ip = NULL;
        word.lease_s = 0;
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.17", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.17 51=77");
        ck_assert_uint_eq(word.calls, 2);
        word.ip = "10.0.0.17"; /* somebody else's now */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "nothing");
        word.ip = "10.0.0.12"; /* a bound client is moved */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        talk_close(&t);
    }
END_TEST

static unsigned ended;

static int count_ends(void *user, uint64_t seq, const dhcpperf_lease *lease)
{
    (void)user;
    (void)seq;
    ended += lease->state != DHCPPERF_LEASE_BOUND;
    return 0;
}

/* Asked again about the same message the caller gives another time: the lease is as the last ACK
 * says, and still one. */
START_TEST(a_retransmission_is_one_binding_whatever_the_caller_says)
    {
        static const uint32_t times[] = {100, 200, 200, 50};
        unsigned k;

        memset(&word, 0, sizeof word);
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_decide(t.config, decide, &word), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        for (k = 0; k < sizeof times / sizeof times[0]; k++) {
            dhcpperf_lease l;

            word.lease_s = times[k];
            SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 7, .wish = "10.0.0.10",
                 .server = "10.0.0.1");
            ck_assert_int_eq(talk_hear(&t), 1);
            ck_assert_int_eq(dhcpperf_msg_get_type(t.msg), DHCPPERF_ACK);
            ck_assert_int_eq(
                dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.10"), &l, sizeof l), 0);
            ck_assert_uint_eq(l.ends - l.starts, times[k] * SECOND);
            ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_BOUND), 1);
        }
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 8, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_BOUND), 2); /* another transaction */
        talk_close(&t);
    }
END_TEST

/* Its name finds no room at the new address: then it stays, and nobody is told otherwise. */
START_TEST(a_client_that_cannot_move_keeps_its_lease)
    {
        static char id[2 * 255 + 1];
        unsigned k;

        ended = 0;
        memset(&word, 0, sizeof word);
        memset(id, '1', sizeof id - 1);
        talk_prepare(&t);
        dhcpperf_pool_free(t.pool);
        ck_assert_int_eq(dhcpperf_pool_new(&t.pool, talk_ip("10.0.0.0"), 16, &t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(t.pool, talk_ip("10.0.0.10"), talk_ip("10.0.7.255")), 0);
        ck_assert_int_eq(dhcpperf_server_config_set_decide(t.config, decide, &word), 0);
        ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, count_ends, NULL, 0), 0);
        talk_open(&t);
        for (k = 0; k < 2000; k++) {
            (void)snprintf(id, 5, "%04x", k);
            id[4] = '1';
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k, .id = id);
            if (!talk_hear(&t)) {
                break;
            }
            if (k == 0) {
                SEND(&t, .type = DHCPPERF_REQUEST, .client = 0, .id = id, .wish = "10.0.0.10",
                     .server = "10.0.0.1");
                HEAR(&t, "ACK");
            }
        }
        ck_assert_uint_lt(k, 2000); /* full */
        word.ip = "10.0.7.77";
        memcpy(id, "0000", 4);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 0, .id = id);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(ended, 0);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        word.ip = NULL;
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 0, .id = id, .ciaddr = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(a_server_without_identifier_never_gives_the_address_it_is_reached_at)
    {
        talk_prepare(&t);
        talk_set(&t, "server-id", "0.0.0.0");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.10", .to = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11 54=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.12", .to = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .to = "10.0.0.12"); /* offered before */
        HEAR(&t, "OFFER yiaddr=10.0.0.13 54=10.0.0.12");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .wish = "10.0.0.10", .to = "10.0.0.12");
        HEAR(&t, "OFFER yiaddr=10.0.0.14"); /* still not */
        talk_close(&t);
    }
END_TEST

START_TEST(the_caller_can_refuse_or_be_silent)
    {
        open_deciding();
        word.say = 1;
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "nothing"); /* a DISCOVER cannot be refused */
        word.say = 0;
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        word.say = 2;
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "nothing");
        word.say = 1;
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "NAK");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_DECIDED), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(a_caller_that_fails_is_reported_and_the_server_goes_on)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_deciding();
        word.say = -1;
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 1}, buf, &pkt);
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), DHCPPERF_E_CALLBACK);
        HEAR(&t, "nothing");
        word.say = 0;
        (void)talk_bind(&t, 1);
        talk_close(&t);
    }
END_TEST

static void discover_tests(TCase *tc)
{
    tcase_add_test(tc, a_discover_gets_an_offer_with_a_pool_address);
    tcase_add_test(tc, a_repeated_discover_gets_the_same_address);
    tcase_add_test(tc, a_bound_client_is_offered_its_binding);
    tcase_add_test(tc, a_client_that_comes_back_gets_its_previous_address);
    tcase_add_loop_test(tc, a_wish_is_met_when_it_is_free_and_a_hint_otherwise, 0, 8);
    tcase_add_test(tc, no_address_is_given_twice);
    tcase_add_test(tc, identity_is_option_61_before_the_hardware_address);
    tcase_add_test(tc, the_relay_chooses_the_subnet);
    tcase_add_test(tc, a_catch_all_serves_what_no_subnet_claims);
    tcase_add_test(tc, a_discover_that_names_a_server_is_ignored_and_counted);
    tcase_add_loop_test(tc, a_wish_for_a_lease_time_is_brought_into_the_limits, 0, 4);
    tcase_add_test(tc, an_exhausted_pool_is_silent_until_an_offer_lapses);
    tcase_add_test(tc, half_open_transactions_are_bounded);
}

static void request_tests(TCase *tc)
{
    tcase_add_test(tc, a_request_for_the_offer_is_acknowledged);
    tcase_add_test(tc, a_request_for_another_server_frees_the_offer);
    tcase_add_test(tc, a_request_for_another_server_leaves_a_binding_alone);
    tcase_add_test(tc, a_second_own_address_names_this_server_too);
    tcase_add_loop_test(tc, what_cannot_be_had_is_refused, 0, 8);
    tcase_add_test(tc, an_offer_that_lapsed_is_still_good_while_nobody_has_the_address);
    tcase_add_loop_test(tc, a_reboot_is_confirmed_refused_or_not_our_business, 0, 6);
    tcase_add_test(tc, an_authoritative_server_refuses_unknown_clients);
    tcase_add_test(tc, an_offer_is_no_record_for_a_reboot);
    tcase_add_test(tc, a_renewal_is_acknowledged_and_extends_the_lease);
    tcase_add_test(tc, a_rebinding_is_told_by_its_broadcast_or_its_relay);
    tcase_add_loop_test(tc, a_renewal_of_what_is_not_the_clients_is_never_acknowledged, 0, 4);
    tcase_add_test(tc, an_expired_binding_is_renewed_while_the_address_is_free);
    tcase_add_test(tc, a_request_that_asks_for_nothing_is_dropped);
}

/* Room runs out by the octets to be echoed, or by request lists, long before the slots do. */
START_TEST(nothing_changes_for_a_request_whose_reply_finds_no_room)
    {
        char info[2 * 200 + 1], list[16];
        unsigned i, n = _i == 0 ? 8 : 2000;

        memset(info, 0, sizeof info);
        for (i = 0; i < 200; i++) {
            memcpy(info + (size_t)2 * i, i == 0 ? "01" : i == 1 ? "c6" : "61", 2);
        }
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(t.config, n), 0);
        talk_open(&t);
        for (i = 0; i < n && talk_counter(&t, DHCPPERF_C_DROP_HELD) == 0; i++) {
            (void)snprintf(list, sizeof list, "%u,%u", 1 + i % 250, 1 + i / 250);
            SEND(&t, .type = DHCPPERF_INFORM, .client = 9, .ciaddr = "10.0.0.5",
                 .info = _i == 0 ? info : NULL, .list = _i == 0 ? NULL : list);
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HELD), 1);
        ck_assert_uint_gt(i, 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .info = _i == 0 ? info : NULL,
             .list = _i == 0 ? NULL : list);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HELD), 2);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 0);
        while (talk_hear(&t)) {
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .info = _i == 0 ? info : NULL,
             .list = _i == 0 ? NULL : list);
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, nothing_changes_for_a_request_whose_reply_finds_no_room, 0, 2);
    discover_tests(tc);
    request_tests(tc);
    tcase_add_test(tc, a_declined_address_rests_for_the_quarantine);
    tcase_add_test(tc, an_offer_can_be_declined);
    tcase_add_loop_test(tc, only_the_owner_can_decline_or_release_and_only_here, 0, 8);
    tcase_add_test(
        tc, a_released_address_can_be_leased_again_and_a_late_release_does_not_hit_its_new_owner);
    tcase_add_test(tc, an_inform_gets_parameters_and_no_lease);
    tcase_add_test(tc, an_inform_from_a_foreign_network_gets_silence);
    tcase_add_test(tc, an_inform_without_ciaddr_is_answered_to_its_source);
    tcase_add_test(tc, informs_use_no_addresses);
    tcase_add_loop_test(tc, a_reservation_is_met_by_hardware_address_identifier_or_circuit, 0, 6);
    tcase_add_test(tc, a_reserved_client_lives_a_whole_life);
    tcase_add_test(tc, the_caller_can_choose_address_and_lease_time);
    tcase_add_test(tc, a_retransmission_is_one_binding_whatever_the_caller_says);
    tcase_add_test(tc, a_client_that_cannot_move_keeps_its_lease);
    tcase_add_test(tc, a_server_without_identifier_never_gives_the_address_it_is_reached_at);
    tcase_add_test(tc, the_caller_can_refuse_or_be_silent);
    tcase_add_test(tc, a_caller_that_fails_is_reported_and_the_server_goes_on);
}

HARNESS_MAIN("server/decide", tests)
