/* SPDX-License-Identifier: MIT */
/* server_corner_test.c - where features of a server meet: reservations and unicast, classes and
 * wishes, limits and moves, long identifiers and leasequeries. */
#include <stdio.h>
#include <string.h>

#include "support/talk.h"

#define CIRCUIT "010465746830" /* circuit id "eth0" */
#define ACME    "3c0461636d65" /* option 60: acme */

static talk t;

static void add_vendor(const char *vendor)
{
    dhcpperf_bytes value = {(const uint8_t *)vendor, strlen(vendor)};
    dhcpperf_class *c = NULL;

    ck_assert_int_eq(dhcpperf_class_new(&c, vendor, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_class_match(c, 60, -1, DHCPPERF_MATCH_EXACT, value), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_class(t.config, c), 0);
    dhcpperf_class_free(c);
}

static void reserve_circuit(const char *ip)
{
    static const uint8_t circuit[] = {'e', 't', 'h', '0'};

    ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CIRCUIT,
                                           (dhcpperf_bytes){circuit, sizeof circuit}, talk_ip(ip)),
                     0);
}

/* ---- reservations by circuit ---------------------------------------------------------------- */

static void bind_behind_circuit(const char *id)
{
    SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = id, .giaddr = "10.0.0.1",
         .info = CIRCUIT);
    HEAR(&t, "OFFER yiaddr=10.0.0.200");
    SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = id, .giaddr = "10.0.0.1", .info = CIRCUIT,
         .wish = "10.0.0.200", .server = "10.0.0.1");
    HEAR(&t, "ACK yiaddr=10.0.0.200");
}

/* RFC 2131 4.4.5: renewals are unicast, past the relay that would add option 82. */
START_TEST(s_070_who_has_the_address_of_a_circuit_renews_it_without_the_relay)
    {
        static const char *const ids[] = {NULL, "006162"};

        talk_prepare(&t);
        reserve_circuit("10.0.0.200");
        talk_open(&t);
        bind_behind_circuit(ids[_i]);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = ids[_i], .ciaddr = "10.0.0.200",
             .from = "10.0.0.200", .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.200 dst=10.0.0.200:68");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .ciaddr = "10.0.0.200",
             .from = "10.0.0.200", .to = "10.0.0.1");
        HEAR(&t, "NAK"); /* a stranger */
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 2, .ciaddr = "10.0.0.200", .to = "10.0.0.1");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .id = ids[_i], .ciaddr = "10.0.0.200",
             .to = "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        talk_close(&t);
    }
END_TEST

/* Shards: whatever a client says goes to the one where its address is. */
START_TEST(the_owner_of_a_renewal_is_where_the_lease_is)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;
        unsigned client;
        int owner;

        talk_prepare(&t);
        reserve_circuit("10.0.0.200");
        ck_assert_int_eq(dhcpperf_server_config_set_shard(t.config, 0, 4), 0);
        talk_open(&t);
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .giaddr = "10.0.0.1", .info = CIRCUIT},
                     buf, &pkt);
        owner = dhcpperf_engine_owner(t.engine, &pkt);
        for (client = 0; client < 16 * 64; client += 64) { /* of all shards */
            talk_compose(&t,
                         &(ask){.type = DHCPPERF_REQUEST,
                                .client = client,
                                .ciaddr = "10.0.0.200",
                                .to = "10.0.0.1"},
                         buf, &pkt);
            ck_assert_int_eq(dhcpperf_engine_owner(t.engine, &pkt), owner);
        }
        talk_close(&t);
    }
END_TEST

/* ---- ranges of classes ---------------------------------------------------------------------- */

START_TEST(a_wish_never_leads_into_the_range_of_another_class)
    {
        talk_prepare(&t);
        talk_set(&t, "offer.hold", "1s");
        ck_assert_int_eq(dhcpperf_pool_add_class_range(t.pool, talk_ip("10.0.0.50"),
                                                       talk_ip("10.0.0.59"), "acme"),
                         0);
        add_vendor("acme");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_wait(&t, 2 * SECOND); /* the offer lapses, its record stays */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.55");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_wait(&t, 2 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.15");
        talk_close(&t);
    }
END_TEST

/* ---- leases per remote id ------------------------------------------------------------------- */

START_TEST(s_116_a_client_that_moves_counts_once)
    {
        static const char info[] = "0202aabb";

        talk_prepare(&t);
        talk_set(&t, "remote-id.max-leases", "1");
        ck_assert_int_eq(dhcpperf_pool_add_class_range(t.pool, talk_ip("10.0.0.50"),
                                                       talk_ip("10.0.0.59"), "acme"),
                         0);
        add_vendor("acme");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = info,
             .more = ACME);
        HEAR(&t, "OFFER yiaddr=10.0.0.50");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .info = info,
             .more = ACME, .wish = "10.0.0.50", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        /* it leaves the class, and with it the range */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = info);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .info = info,
             .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.0.1", .info = info);
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

/* ---- room for replies ----------------------------------------------------------------------- */

/* hex of n octets 0x61 */
static const char *octets(size_t n)
{
    static char text[2 * 600 + 1];

    ck_assert_uint_le(n, 600);
    memset(text, '6', 2 * n);
    for (size_t i = 0; i < n; i++) {
        text[2 * i + 1] = '1';
    }
    text[2 * n] = '\0';
    return text;
}

/* A request that cannot be answered changes nothing: here two long echoes have taken the memory,
 * and those who come then have parts that only the full parser reads. */
START_TEST(a_request_without_room_for_its_reply_changes_nothing)
    {
        unsigned i, bound = 0;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(t.config, 4), 0);
        talk_set(&t, "rapid-commit", "true");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = octets(255));
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.0.1", .info = octets(136));
        for (i = 3; i < 7; i++) { /* option 12 in two pieces */
            uint64_t dropped = talk_counter(&t, DHCPPERF_C_DROP_HELD);

            SEND(&t, .type = DHCPPERF_DISCOVER, .client = i, .more = "0c01610c0162");
            bound += talk_counter(&t, DHCPPERF_C_DROP_HELD) == dropped;
            ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 2 + bound);
        }
        for (i = 0; i < 2 + bound; i++) {
            HEAR(&t, "OFFER");
        }
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

/* ---- leasequery ----------------------------------------------------------------------------- */

/* RFC 4388 with an identifier that no client can have: in pieces of 255 octets, far longer than
 * what a reply returns. */
START_TEST(s_119_a_leasequery_with_an_endless_identifier_does_no_harm)
    {
        static uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;
        size_t at = 243;
        unsigned i;

        talk_prepare(&t);
        talk_set(&t, "leasequery.enabled", "true");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        talk_compose(&t,
                     &(ask){.type = DHCPPERF_LEASEQUERY,
                            .ciaddr = "10.0.0.10",
                            .giaddr = "10.0.0.1",
                            .client = 1,
                            .from = "10.0.0.1",
                            .to = "10.0.0.1",
                            .from_port = 67},
                     buf, &pkt);
        for (i = 0; i < 14; i++) {
            buf[at] = 61;
            buf[at + 1] = 255;
            memset(buf + at + 2, 0x61, 255);
            at += 257;
        }
        buf[at++] = 255;
        pkt.len = (uint16_t)at;
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), 1);
        HEAR(&t, "LEASEUNASSIGNED ciaddr=10.0.0.10 !61");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

/* ---- quarantine ----------------------------------------------------------------------------- */

/* A burst gives the same history however it is cut, also when nothing is quarantined. */
START_TEST(s_084_without_a_quarantine_an_address_is_free_at_once)
    {
        static uint8_t buf[2][TALK_CAP];
        dhcpperf_pkt pkt[2];

        talk_prepare(&t);
        talk_set(&t, "decline.quarantine", "0");
        ck_assert_int_eq(dhcpperf_pool_exclude(t.pool, talk_ip("10.0.0.11"), talk_ip("10.0.0.19")),
                         0);
        talk_open(&t);
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        talk_compose(
            &t,
            &(ask){
                .type = DHCPPERF_DECLINE, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1"},
            buf[0], &pkt[0]);
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 2}, buf[1], &pkt[1]);
        if (_i == 0) {
            ck_assert_int_eq(dhcpperf_engine_recv(t.engine, pkt, 2, t.now), 2);
        } else {
            ck_assert_int_eq(dhcpperf_engine_recv(t.engine, pkt, 1, t.now), 1);
            ck_assert_int_eq(dhcpperf_engine_recv(t.engine, pkt + 1, 1, t.now), 1);
        }
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

/* ---- open offers ---------------------------------------------------------------------------- */

/* What is committed at once is no session: neither rapid commit nor BOOTP. */
START_TEST(a_limit_of_offers_does_not_concern_who_needs_none)
    {
        talk_prepare(&t);
        talk_set(&t, "sessions.max", "1");
        talk_set(&t, "rapid-commit", "true");
        talk_set(&t, "bootp.enabled", "true");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "nothing");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .more = "5000");
        HEAR(&t, "ACK +80");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4, .cut = "ff");
        ck_assert_int_eq(talk_hear(&t), 1);
        talk_close(&t);
    }
END_TEST

/* ---- what is kept --------------------------------------------------------------------------- */

static dhcpperf_ts told_end;
static unsigned told;

static int listen_to_leases(void *user, uint64_t seq, const dhcpperf_lease *l)
{
    (void)user;
    (void)seq;
    told++;
    told_end = l->ends;
    return 0;
}

/* The client of a repeated ACK counts from it (S-065, S-141): so must what is kept (S-144). */
START_TEST(s_144_what_is_kept_lasts_as_long_as_a_repeated_ack_says)
    {
        dhcpperf_lease l;

        told = 0;
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, listen_to_leases, NULL, 0),
                         0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 7, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 51=3600");
        talk_wait(&t, 50 * SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 7, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 51=3600");
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.10"), &l, sizeof l),
                         0);
        ck_assert_uint_eq(l.ends, t.now + 3600 * SECOND);
        ck_assert_uint_eq(told_end, l.ends);
        talk_close(&t);
    }
END_TEST

START_TEST(s_144_the_quarantine_of_a_reserved_address_survives_a_restart)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 1};
        dhcpperf_lease l = {.size = sizeof l, .state = DHCPPERF_LEASE_DECLINED};

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_HARDWARE,
                                               (dhcpperf_bytes){mac, sizeof mac},
                                               talk_ip("10.0.0.200")),
                         0);
        talk_open(&t);
        l.ip = talk_ip("10.0.0.200");
        l.ends = t.now + 60 * SECOND;
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), 0);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_CONFLICT);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "nothing");
        talk_wait(&t, 60 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.200");
        talk_close(&t);
    }
END_TEST

/* ---- option 82 in pieces -------------------------------------------------------------------- */

static void check_times(void)
{
    static const struct {
        uint8_t code;
        uint8_t value[4];
    } times[] = {{51, {0, 0, 0x0e, 0x10}}, {58, {0, 0, 7, 8}}, {59, {0, 0, 0x0c, 0x4e}}};
    dhcpperf_bytes got;
    size_t i;

    for (i = 0; i < sizeof times / sizeof times[0]; i++) {
        ck_assert_int_eq(dhcpperf_msg_get_option(t.msg, times[i].code, &got), 0);
        ck_assert_uint_eq(got.len, 4);
        ck_assert_mem_eq(got.data, times[i].value, 4);
    }
}

/* RFC 3396 and RFC 3046 2.2: more than 255 octets, behind a reply that must be overloaded. */
START_TEST(s_100_a_long_option_82_comes_back_whole)
    {
        char more[2 * 304 + 1], domain[251];
        uint8_t raw[280];
        dhcpperf_bytes got;
        size_t i;

        memset(domain, 'x', 250);
        domain[250] = '\0';
        memset(raw, 0x61, sizeof raw);
        (void)snprintf(more, sizeof more, "52ff%.510s5219%.50s", octets(280), octets(280));
        talk_prepare(&t);
        for (i = 0; i < (_i == 0 ? 0u : 2u); i++) {
            ck_assert_int_eq(dhcpperf_pool_add_option(t.pool, (uint8_t)(i == 0 ? 40 : 64), domain),
                             0);
        }
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .more = more,
             .max_size = _i == 2 ? 1400 : 0);
        ck_assert_int_eq(talk_hear(&t), 1);
        if (dhcpperf_msg_get_option(t.msg, 82, &got) == 0) {
            ck_assert_uint_eq(got.len, sizeof raw);
            ck_assert_mem_eq(got.data, raw, sizeof raw);
        } else {
            ck_assert_int_eq(_i, 1); /* no room */
            ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELAY_INFO_LOST), 1);
        }
        ck_assert_uint_le(t.reply.len, _i == 2 ? 1372 : 548);
        check_times(); /* wherever they had to go */
        talk_close(&t);
    }
END_TEST

/* RFC 2131 table 3: no options in file and sname of a NAK.  What it says goes first, then what the
 * relay agent said. */
START_TEST(s_024_a_nak_has_nothing_in_file_and_sname)
    {
        static const unsigned lengths[] = {200, 280, 300};
        char more[2 * 310 + 1];
        unsigned len = lengths[_i];
        dhcpperf_bytes got;

        if (len > 255) {
            (void)snprintf(more, sizeof more, "52ff%.510s52%02x%.*s", octets(300), len - 255,
                           (int)(2 * (len - 255)), octets(300));
        } else {
            (void)snprintf(more, sizeof more, "52%02x%.*s", len, (int)(2 * len), octets(300));
        }
        talk_prepare(&t);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .wish = "192.0.2.9",
             .more = more);
        ck_assert_int_eq(talk_hear(&t), 1);
        ck_assert_int_eq(dhcpperf_msg_get_type(t.msg), DHCPPERF_NAK);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(t.msg), 0);
        ck_assert_uint_le(t.reply.len, 548);
        ck_assert_msg((dhcpperf_msg_get_option(t.msg, DHCPPERF_OPT_MESSAGE, &got) == 0) == (_i < 1),
                      "%u octets of option 82", len);
        ck_assert_msg((dhcpperf_msg_get_option(t.msg, DHCPPERF_OPT_RELAY_INFO, &got) == 0) ==
                          (_i < 2),
                      "%u octets of option 82", len);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, s_070_who_has_the_address_of_a_circuit_renews_it_without_the_relay, 0,
                        2);
    tcase_add_test(tc, the_owner_of_a_renewal_is_where_the_lease_is);
    tcase_add_test(tc, a_wish_never_leads_into_the_range_of_another_class);
    tcase_add_test(tc, s_116_a_client_that_moves_counts_once);
    tcase_add_test(tc, a_request_without_room_for_its_reply_changes_nothing);
    tcase_add_test(tc, s_119_a_leasequery_with_an_endless_identifier_does_no_harm);
    tcase_add_loop_test(tc, s_084_without_a_quarantine_an_address_is_free_at_once, 0, 2);
    tcase_add_test(tc, a_limit_of_offers_does_not_concern_who_needs_none);
    tcase_add_test(tc, s_144_what_is_kept_lasts_as_long_as_a_repeated_ack_says);
    tcase_add_test(tc, s_144_the_quarantine_of_a_reserved_address_survives_a_restart);
    tcase_add_loop_test(tc, s_100_a_long_option_82_comes_back_whole, 0, 3);
    tcase_add_loop_test(tc, s_024_a_nak_has_nothing_in_file_and_sname, 0, 3);
}

HARNESS_MAIN("conformance/server-corner", tests)
