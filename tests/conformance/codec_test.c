/* SPDX-License-Identifier: MIT */
/* codec_test.c - requirements of the codec that no single function of it stands for (C-004 to
 * C-046); the others are tested beside the code, in tests/unit/wire. */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "support/harness.h"
#include "support/vectors.h"

static dhcpperf_msg *msg;
static dhcpperf_writer *writer;
static uint8_t buf[2048];
static size_t len;

static void setup(void)
{
    ck_assert_int_eq(dhcpperf_msg_new(&msg, NULL), 0);
    ck_assert_int_eq(dhcpperf_writer_new(&writer, NULL), 0);
    memset(buf, 0xee, sizeof buf);
}

static void teardown(void)
{
    dhcpperf_msg_free(msg);
    dhcpperf_writer_free(writer);
}

static dhcpperf_bytes octets(const char *hex)
{
    static uint8_t value[600];
    long n = vectors_hex(hex, value, sizeof value);

    ck_assert_int_ge(n, 0);
    return (dhcpperf_bytes){value, (size_t)n};
}

static int check(uint8_t code, const char *hex)
{
    return dhcpperf_opt_check(code, octets(hex));
}

START_TEST(c_004_the_shortest_message_is_padded_to_300_octets)
    {
        size_t at;

        dhcpperf_writer_begin(writer, buf, sizeof buf, DHCPPERF_DISCOVER, 1);
        ck_assert_int_eq(dhcpperf_writer_finish(writer, 300, &len), 0);
        ck_assert_uint_eq(len, 300);
        ck_assert_uint_eq(buf[243], DHCPPERF_OPT_END);
        for (at = 244; at < len; at++) {
            assert_fast(buf[at] == 0, "octet %zu is %u", at, buf[at]);
        }
        ck_assert_uint_eq(buf[300], 0xee);
    }
END_TEST

START_TEST(c_029_unknown_hardware_types_are_kept)
    {
        static const uint8_t types[] = {0, 6, 27, 255};
        dhcpperf_bytes mac = {(const uint8_t *)"\2\0\0\0\0\1", 6};

        dhcpperf_writer_begin(writer, buf, sizeof buf, DHCPPERF_DISCOVER, 1);
        dhcpperf_writer_set_chaddr(writer, types[_i], mac);
        ck_assert_int_eq(dhcpperf_writer_finish(writer, 300, &len), 0);
        ck_assert_int_eq(dhcpperf_msg_parse(msg, buf, len, DHCPPERF_PARSE_LENIENT, NULL), 0);
        ck_assert_msg(dhcpperf_msg_get_htype(msg) == types[_i], "htype %u", types[_i]);
        ck_assert_uint_eq(dhcpperf_msg_get_hlen(msg), 6);
    }
END_TEST

/* A DUID-based identifier is one opaque string: type, IAID and DUID all belong to it. */
START_TEST(c_040_an_identifier_of_type_255_is_whole_with_its_type)
    {
        static const char text[] = "ff 00000007 0003 0001 020000000001";
        dhcpperf_bytes got, want = octets(text);
        char shown[128];

        dhcpperf_writer_begin(writer, buf, sizeof buf, DHCPPERF_DISCOVER, 1);
        dhcpperf_writer_add_option(writer, DHCPPERF_OPT_CLIENT_ID, want);
        ck_assert_int_eq(dhcpperf_writer_finish(writer, 300, &len), 0);
        ck_assert_int_eq(dhcpperf_msg_parse(msg, buf, len, DHCPPERF_PARSE_LENIENT, NULL), 0);
        ck_assert_int_eq(dhcpperf_msg_get_client_id(msg, &got), 0);
        ck_assert_uint_eq(got.len, want.len);
        assert_mem_eq(got.data, want.data, want.len);
        ck_assert_int_gt(dhcpperf_opt_format(DHCPPERF_OPT_CLIENT_ID, got, shown, sizeof shown), 0);
        ck_assert_str_eq(shown, "duid:00000007:00:03:00:01:02:00:00:00:00:01");
    }
END_TEST

/* Protocol, algorithm, RDM, 8 octets against replay: 11 before any information. */
START_TEST(c_041_an_authentication_option_has_at_least_11_octets)
    {
        ck_assert_int_eq(check(DHCPPERF_OPT_AUTH, "01 01 00 00*7"), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(check(DHCPPERF_OPT_AUTH, "01 01 00 00*8"), 0);
        ck_assert_int_eq(check(DHCPPERF_OPT_AUTH, "01 01 00 00*8 00000001 aa*16"), 0);
    }
END_TEST

START_TEST(c_043_an_fqdn_option_has_flags_two_codes_and_maybe_a_name)
    {
        static const char long_label[] = "04 00 00 3f 61*63";

        ck_assert_int_eq(check(DHCPPERF_OPT_CLIENT_FQDN, "04 00"), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(check(DHCPPERF_OPT_CLIENT_FQDN, "04 00 00"), 0);
        ck_assert_int_eq(check(DHCPPERF_OPT_CLIENT_FQDN, "00 00 00 686f7374"), 0);
        ck_assert_int_eq(check(DHCPPERF_OPT_CLIENT_FQDN, "04 00 00 04 686f7374 00"), 0);
        ck_assert_int_eq(check(DHCPPERF_OPT_CLIENT_FQDN, long_label), 0);
        ck_assert_int_eq(check(DHCPPERF_OPT_CLIENT_FQDN, "04 00 00 40 61*64"),
                         DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(check(DHCPPERF_OPT_CLIENT_FQDN, "04 00 00 05 686f7374"),
                         DHCPPERF_E_MALFORMED);
    }
END_TEST

/* Type 0 is a name, 1 an RFC 2685 identifier, 255 the global space. */
START_TEST(c_044_a_vss_option_has_a_type_and_what_belongs_to_it)
    {
        enum {
            VSS = 221
        };
        char shown[64];

        ck_assert_int_eq(check(VSS, "00 726564"), 0);
        ck_assert_int_eq(check(VSS, "01 000001 00000002"), 0);
        ck_assert_int_eq(check(VSS, "ff"), 0);
        ck_assert_int_eq(check(VSS, "01 000001 000002"), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(check(VSS, "ff 00"), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(check(VSS, ""), DHCPPERF_E_MALFORMED);
        ck_assert_int_gt(dhcpperf_opt_format(VSS, octets("00 726564"), shown, sizeof shown), 0);
        ck_assert_str_eq(shown, "vpn:red");
        ck_assert_int_gt(
            dhcpperf_opt_format(DHCPPERF_OPT_RELAY_INFO, octets("97 04 00726564 98 00"), shown, 64),
            0);
        ck_assert_str_eq(shown, "vss:vpn:red, vss-control:true");
    }
END_TEST

START_TEST(c_045_relay_flags_are_one_octet_whose_high_bit_means_unicast)
    {
        static const struct {
            const char *hex;
            uint8_t flags;
        } cases[] = {{"0a 01 00", 0x00}, {"0a 01 80", 0x80}};
        dhcpperf_bytes flags;

        ck_assert_int_eq(dhcpperf_subopt_find(octets(cases[_i].hex), 10, &flags), 0);
        ck_assert_uint_eq(flags.len, 1);
        ck_assert_msg(flags.data[0] == cases[_i].flags, "flags %u", cases[_i].flags);
        ck_assert_int_eq(dhcpperf_relay_subopt_code("flags"), 10);
    }
END_TEST

START_TEST(c_046_relay_addresses_of_another_length_are_absent)
    {
        dhcpperf_ip4 ip;

        ck_assert_int_eq(dhcpperf_relay_get_ip4(octets("05 04 c0000200"), 5, &ip), 0);
        assert_ip4_eq(ip, "192.0.2.0");
        ck_assert_int_eq(dhcpperf_relay_get_ip4(octets("0b 04 c0000201"), 11, &ip), 0);
        assert_ip4_eq(ip, "192.0.2.1");
        ck_assert_int_eq(dhcpperf_relay_get_ip4(octets("05 03 c00002"), 5, &ip),
                         DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(dhcpperf_relay_get_ip4(octets("0b 05 c000020100"), 11, &ip),
                         DHCPPERF_E_NOTFOUND);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, c_004_the_shortest_message_is_padded_to_300_octets);
    tcase_add_loop_test(tc, c_029_unknown_hardware_types_are_kept, 0, 4);
    tcase_add_test(tc, c_040_an_identifier_of_type_255_is_whole_with_its_type);
    tcase_add_test(tc, c_041_an_authentication_option_has_at_least_11_octets);
    tcase_add_test(tc, c_043_an_fqdn_option_has_flags_two_codes_and_maybe_a_name);
    tcase_add_test(tc, c_044_a_vss_option_has_a_type_and_what_belongs_to_it);
    tcase_add_loop_test(tc, c_045_relay_flags_are_one_octet_whose_high_bit_means_unicast, 0, 2);
    tcase_add_test(tc, c_046_relay_addresses_of_another_length_are_absent);
}

HARNESS_MAIN("conformance/codec", tests)
