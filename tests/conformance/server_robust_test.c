/* SPDX-License-Identifier: MIT */
/* server_robust_test.c - what no client should send, and what holds for ever: S-120 to S-144. */
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

/* ---- what is dropped ------------------------------------------------------------------------ */

START_TEST(s_120_short_datagrams_are_dropped)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;
        unsigned len;

        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 1}, buf, &pkt);
        for (len = 0; len < 240; len++) {
            talk_raw(&t, buf, len);
            HEAR(&t, "nothing");
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 240);
        talk_close(&t);
    }
END_TEST

START_TEST(s_121_a_wrong_cookie_is_dropped)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 1}, buf, &pkt);
        buf[236 + _i] ^= 1;
        talk_raw(&t, buf, pkt.len);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 1);
        talk_close(&t);
    }
END_TEST

/* The reply just heard is BOOTP's: no option but those that are configured. */
static void hear_bootp(const char *yiaddr, const char *order)
{
    char words[128];

    (void)snprintf(words, sizeof words, "op=2 len=300 yiaddr=%s order=%s", yiaddr, order);
    HEAR(&t, words);
    ck_assert_int_eq(dhcpperf_msg_get_type(t.msg), 0);
}

START_TEST(s_122_bootp_is_dropped_unless_it_is_enabled)
    {
        dhcpperf_lease l;
        uint8_t plain[300] = {1, 1, 6};
        unsigned k;

        plain[33] = 7; /* a client whose vendor area is all zero: no cookie */
        open_default();
        SEND(&t, .client = 1, .cut = "ff");
        HEAR(&t, "nothing");
        talk_raw(&t, plain, sizeof plain);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_TYPE), 2);
        talk_close(&t);

        talk_prepare(&t);
        talk_set(&t, "bootp.enabled", "true");
        talk_set(&t, "next-server", "192.0.2.9");
        talk_set(&t, "boot-file", "menu.cfg");
        talk_open(&t);
        for (k = 0; k < 2; k++) { /* and again */
            SEND(&t, .client = 1, .cut = "ff");
            hear_bootp("10.0.0.10", "1,3,6,15");
            ck_assert_str_eq((const char *)t.bytes + 108, "menu.cfg");
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_BOUND), 1);
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.10"), &l, sizeof l),
                         0);
        ck_assert_int_eq(l.state, DHCPPERF_LEASE_BOUND);
        ck_assert_uint_eq(l.ends, DHCPPERF_NEVER);
        talk_raw(&t, plain, sizeof plain);
        hear_bootp("10.0.0.11", "1,3,6,15");
        SEND(&t, .client = 2, .ciaddr = "10.0.0.77", .cut = "ff");
        hear_bootp("0.0.0.0", "1,3,6,15"); /* it knows its address and wants to boot */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3);
        HEAR(&t, "OFFER yiaddr=10.0.0.12 51=3600");
        SEND(&t, .client = 4, .cut = "35020101ff");
        HEAR(&t, "nothing"); /* a broken message type is not BOOTP */
        talk_close(&t);
    }
END_TEST

START_TEST(s_123_an_op_that_is_not_1_is_dropped)
    {
        static const unsigned ops[] = {99, 2, 3, 255}; /* 99: 0 */

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .op = ops[_i]);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_OP), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_124_what_servers_send_is_dropped)
    {
        static const int types[] = {DHCPPERF_OFFER, DHCPPERF_ACK, DHCPPERF_NAK};

        open_default();
        SEND(&t, .type = types[_i], .client = 1);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_TYPE), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_125_an_option_that_overruns_drops_the_message)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .cut = "3501013dc80061");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_126_a_missing_end_is_tolerated)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .cut = "350101");
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

START_TEST(s_127_options_of_wrong_length_are_unusable)
    {
        static const struct {
            const char *options, *words;
            dhcpperf_counter cause;
        } cases[] = {
            {"3500ff", "nothing", DHCPPERF_C_DROP_TYPE},
            {"35020101ff", "nothing", DHCPPERF_C_DROP_TYPE},
            {"35010132030a0000ff", "OFFER yiaddr=10.0.0.10", DHCPPERF_C_RX_PACKETS},
            {"35010132050a00000f00ff", "OFFER yiaddr=10.0.0.10", DHCPPERF_C_RX_PACKETS},
            {"3501013303000078ff", "OFFER 51=3600", DHCPPERF_C_RX_PACKETS},
            /* without a usable 54 a REQUEST with 50 is a reboot of somebody unknown */
            {"35010332040a00000f36030a0000ff", "nothing", DHCPPERF_C_DROP_UNKNOWN},
        };

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .cut = cases[_i].options);
        HEAR(&t, cases[_i].words);
        ck_assert_uint_eq(talk_counter(&t, cases[_i].cause), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_128_clients_without_identity_are_dropped)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .hlen = 99);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_IDENTITY), 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .hlen = 17);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 1);
        talk_close(&t);
    }
END_TEST

/* ---- what is served ------------------------------------------------------------------------- */

START_TEST(s_129_no_or_a_long_hardware_address_is_served)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .htype = 32, .hlen = 99, .id = "ff00000001",
             .flags = 0x8000);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 61=ff00000001");
        SEND(&t, .type = DHCPPERF_DISCOVER, .hlen = 16,
             .chaddr = "0102030405060708090a0b0c0d0e0f10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .hlen = 16,
             .chaddr = "0102030405060708090a0b0c0d0e0f11");
        HEAR(&t, "OFFER yiaddr=10.0.0.12"); /* the last octet counts */
        talk_close(&t);
    }
END_TEST

START_TEST(s_130_any_number_of_hops_is_served)
    {
        static const unsigned hops[] = {0, 16, 17, 255};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.7", .hops = hops[_i]);
        HEAR(&t, "OFFER");
        talk_close(&t);
        open_with("relay.max-hops", "16");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.7", .hops = hops[_i]);
        HEAR(&t, hops[_i] <= 16 ? "OFFER" : "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HOPS), hops[_i] > 16);
        talk_close(&t);
    }
END_TEST

START_TEST(s_131_malformed_input_does_no_harm)
    {
        uint8_t buf[TALK_CAP], copy[TALK_CAP];
        dhcpperf_pkt pkt;
        uint64_t x = harness_seed(1);
        unsigned k, c;

        open_default();
        talk_compose(&t,
                     &(ask){.type = DHCPPERF_DISCOVER,
                            .client = 1,
                            .id = "00616263",
                            .list = "1,3,6,15",
                            .info = "010465746830020461626364"},
                     buf, &pkt);
        for (k = 0; k < 20000; k++) {
            memcpy(copy, buf, pkt.len);
            for (c = 0; c < 4; c++) {
                x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                copy[(x >> 33) % pkt.len] = (uint8_t)(x >> 25);
            }
            talk_raw(&t, copy, pkt.len);
            while (talk_hear(&t)) {
            }
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_PACKETS), 20000);
        ck_assert_uint_gt(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 0);
        talk_wait(&t, 7200 * SECOND); /* offers and whatever was bound or declined is over */
        for (k = 0; k < 10; k++) {
            (void)talk_bind(&t, 1000 + k); /* the pool is whole */
        }
        talk_close(&t);
    }
END_TEST

START_TEST(s_132_pads_may_be_anywhere)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1,
             .cut = "0000350101"
                    "000000"
                    "32040a00000f"
                    "00"
                    "370103"
                    "00ff0000");
        HEAR(&t, "OFFER yiaddr=10.0.0.15 +3");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(s_133_overloaded_fields_are_read)
    {
        static const uint8_t id[] = {61, 3, 0, 'a', 'b', 255};
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_default();
        talk_compose(&t,
                     &(ask){.type = DHCPPERF_DISCOVER,
                            .client = 1,
                            .cut = _i == 0 ? "350101340101ff" : "350101340102ff"},
                     buf, &pkt);
        memcpy(buf + (_i == 0 ? 108 : 44), id, sizeof id);
        talk_raw(&t, buf, pkt.len);
        HEAR(&t, "OFFER 61=006162 !52");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .id = "006162");
        HEAR(&t, "OFFER yiaddr=10.0.0.10"); /* the same client */
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(s_134_options_in_pieces_are_joined)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1,
             .cut = "350101"
                    "3d020061"
                    "32020a00"
                    "3d0162"
                    "3202000f"
                    "ff");
        HEAR(&t, "OFFER yiaddr=10.0.0.15 61=006162");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .id = "006162");
        HEAR(&t, "OFFER yiaddr=10.0.0.15");
        /* two whole ones are one of 8 octets, which is none (C-024) */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .cut = "35010132040a00000c32040a00000dff");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(s_135_reserved_flags_mean_nothing)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .flags = 0x7fff);
        HEAR(&t, "OFFER dst=10.0.0.10:68");
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_136_secs_matter_only_when_told_so)
    {
        static const unsigned secs[] = {0, 5, 65535};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .secs = secs[_i]);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
        open_with("min-secs", "5");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .secs = secs[_i]);
        HEAR(&t, secs[_i] >= 5 ? "OFFER" : "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_POLICY), secs[_i] < 5);
        talk_close(&t);
    }
END_TEST

START_TEST(s_137_a_maximum_size_under_576_means_576)
    {
        char text[206] = "text:";

        memset(text + 5, 'x', sizeof text - 6);
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_add_option(t.pool, 224, text), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "224,1", .max_size = 256);
        HEAR(&t, "OFFER +224 +1 !52");
        ck_assert_uint_gt(t.reply.len, 256);
        ck_assert_uint_le(t.reply.len, 548);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_138_unknown_message_types_are_dropped)
    {
        static const char *const options[] = {"350100ff", "350164ff", "3501ffff", "350109ff"};

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .cut = options[_i]);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_TYPE), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_139_the_longest_datagram_is_handled)
    {
        enum {
            LONGEST = 65507
        };
        static uint8_t huge[LONGEST];
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;
        size_t at;

        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 1, .cut = "350101"}, buf,
                     &pkt);
        memcpy(huge, buf, pkt.len);
        for (at = pkt.len; LONGEST - at >= 257; at += 257) { /* unknown options to the brim */
            huge[at] = 224;
            huge[at + 1] = 255;
        }
        talk_raw(&t, huge, LONGEST);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_BYTES), LONGEST);
        talk_close(&t);
    }
END_TEST

/* ---- what holds for ever -------------------------------------------------------------------- */

START_TEST(s_140_never_used_addresses_go_first_then_the_longest_free)
    {
        unsigned k;
        char words[40];

        open_default();
        for (k = 0; k < 8; k++) {
            (void)talk_bind(&t, k);
        }
        for (k = 0; k < 3; k++) { /* .12, .10 and .14, a second apart */
            static const char *const ips[] = {"10.0.0.12", "10.0.0.10", "10.0.0.14"};
            static const unsigned clients[] = {2, 0, 4};

            SEND(&t, .type = DHCPPERF_RELEASE, .client = clients[k], .ciaddr = ips[k],
                 .server = "10.0.0.1");
            talk_wait(&t, SECOND);
        }
        for (k = 0; k < 5; k++) {
            static const unsigned order[] = {18, 19, 12, 10, 14};

            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 100 + k);
            (void)snprintf(words, sizeof words, "OFFER yiaddr=10.0.0.%u", order[k]);
            HEAR(&t, words);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(s_141_a_binding_lasts_as_long_as_the_client_was_told)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .lease = "100s");
        HEAR(&t, "OFFER 51=100");
        talk_wait(&t, 20 * SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK 51=100");
        talk_wait(&t, 100 * SECOND - 1); /* from the ACK, not from the OFFER */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        talk_wait(&t, 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_142_an_expired_lease_becomes_available)
    {
        unsigned k;

        talk_prepare(&t);
        talk_set(&t, "lease.min", "2s");
        talk_set(&t, "lease.time", "2s");
        talk_open(&t);
        for (k = 0; k < 10; k++) {
            (void)talk_bind(&t, k);
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 20);
        HEAR(&t, "nothing");
        talk_wait(&t, 2 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 20);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_EXPIRED), 10);
        talk_close(&t);
    }
END_TEST

START_TEST(s_143_clients_are_known_by_identity_and_subnet_not_by_transaction)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 7);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 xid=7");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .xid = 7);
        HEAR(&t, "OFFER yiaddr=10.0.0.11 xid=7");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 99, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10 xid=99");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .xid = 99, .wish = "10.0.0.11",
             .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.11 xid=99");
        talk_close(&t);
    }
END_TEST

/* What a lease file would hold. */
static struct {
    unsigned n;
    dhcpperf_lease lease[4];
    uint8_t keys[4][255];
} saved;

static int save(void *user, uint64_t seq, const dhcpperf_lease *lease)
{
    dhcpperf_lease *l = &saved.lease[saved.n];

    (void)user;
    (void)seq;
    *l = *lease;
    memcpy(saved.keys[saved.n], lease->key.bytes.data, lease->key.bytes.len);
    l->key.bytes.data = saved.keys[saved.n++];
    memset(&l->chaddr, 0, sizeof l->chaddr);
    memset(&l->relay_info, 0, sizeof l->relay_info);
    memset(&l->hostname, 0, sizeof l->hostname);
    return 0;
}

START_TEST(s_144_bindings_survive_a_restart_when_they_are_kept)
    {
        static const char id[] = "00303132333435363738396162636465666768696a";
        dhcpperf_ts now;
        unsigned k;

        memset(&saved, 0, sizeof saved);
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, save, NULL, 0), 0);
        talk_open(&t);
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .id = id);
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .id = id, .wish = "10.0.0.11",
             .server = "10.0.0.1");
        HEAR(&t, "ACK");
        ck_assert_uint_eq(saved.n, 2);
        now = t.now;
        talk_close(&t);

        open_default();
        t.now = now + 100 * SECOND;
        for (k = 0; k < saved.n; k++) {
            ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &saved.lease[k], t.now), 0);
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .id = id, .wish = "10.0.0.11");
        HEAR(&t, "ACK yiaddr=10.0.0.11");
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, s_120_short_datagrams_are_dropped);
    tcase_add_loop_test(tc, s_121_a_wrong_cookie_is_dropped, 0, 4);
    tcase_add_test(tc, s_122_bootp_is_dropped_unless_it_is_enabled);
    tcase_add_loop_test(tc, s_123_an_op_that_is_not_1_is_dropped, 0, 4);
    tcase_add_loop_test(tc, s_124_what_servers_send_is_dropped, 0, 3);
    tcase_add_test(tc, s_125_an_option_that_overruns_drops_the_message);
    tcase_add_test(tc, s_126_a_missing_end_is_tolerated);
    tcase_add_loop_test(tc, s_127_options_of_wrong_length_are_unusable, 0, 6);
    tcase_add_test(tc, s_128_clients_without_identity_are_dropped);
    tcase_add_test(tc, s_129_no_or_a_long_hardware_address_is_served);
    tcase_add_loop_test(tc, s_130_any_number_of_hops_is_served, 0, 4);
    tcase_add_test(tc, s_131_malformed_input_does_no_harm);
    tcase_add_test(tc, s_132_pads_may_be_anywhere);
    tcase_add_loop_test(tc, s_133_overloaded_fields_are_read, 0, 2);
    tcase_add_test(tc, s_134_options_in_pieces_are_joined);
    tcase_add_test(tc, s_135_reserved_flags_mean_nothing);
    tcase_add_loop_test(tc, s_136_secs_matter_only_when_told_so, 0, 3);
    tcase_add_test(tc, s_137_a_maximum_size_under_576_means_576);
    tcase_add_loop_test(tc, s_138_unknown_message_types_are_dropped, 0, 4);
    tcase_add_test(tc, s_139_the_longest_datagram_is_handled);
    tcase_add_test(tc, s_140_never_used_addresses_go_first_then_the_longest_free);
    tcase_add_test(tc, s_141_a_binding_lasts_as_long_as_the_client_was_told);
    tcase_add_test(tc, s_142_an_expired_lease_becomes_available);
    tcase_add_test(tc, s_143_clients_are_known_by_identity_and_subnet_not_by_transaction);
    tcase_add_test(tc, s_144_bindings_survive_a_restart_when_they_are_kept);
}

HARNESS_MAIN("conformance/server_robust", tests)
