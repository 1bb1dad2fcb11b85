/* SPDX-License-Identifier: MIT */
/* value_test.c - option values per station, by type. */
#include "wire/dp_value.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "support/harness.h"

static const dp_template_values example = {
    .station = 12, .relay = 3, .giaddr = 0x0a000301, .mac = {{0x02, 0, 0, 0, 0, 0x0c}}};

static int parse(dp_value *v, uint8_t code, const char *text)
{
    return dp_value_parse(v, dhcpperf_opt_datatype(code), dhcpperf_opt_fields(code), text);
}

START_TEST(a_value_is_encoded_by_its_type)
    {
        static const struct {
            uint8_t code;
            const char *text;
            size_t len;
            const char *want;
        } cases[] = {
            {12, "host-{station}", 7, "host-12"},
            {12, "plain", 5, "plain"},
            {60, "hex:0a{station}", 3,
             "\x0a"
             "12"},
            {60, "text:hex:{station}", 6, "hex:12"},
            {61, "{hex:00}c{station}", 4, "\0c12"},
            {77, "gold, r-{relay}", 9, "\4gold\3r-3"},
            {77, "hex:04{raw:station}", 5, "\4\0\0\0\x0c"},
            {81, "flags=e h{station}.example.", 16, "\4\0\0\3h12\7example\0"},
            {124, "4491/m{station}", 9, "\0\0\x11\x8b\4\3m12"},
            {55, "1,{relay}", 2, "\1\3"},
            {57, "{{", 0, NULL}, /* refused */
            {3, "{giaddr}, 10.0.{relay}.2", 8, "\x0a\0\3\1\x0a\0\3\2"},
            {118, "{giaddr/24}", 4, "\x0a\0\3\0"},
            {224, "x{station}", 3, "x12"},
            {224, "u32:{station}", 4, "\0\0\0\x0c"},
            {224, "ip:{giaddr/24}", 4, "\x0a\0\3\0"},
            {61, "id:c{station}", 4, "\0c12"},
            {61, "mac:{mac}", 7, "\1\2\0\0\0\0\x0c"},
        };
        uint8_t buf[DP_TEMPLATE_MAX];
        dp_value v;
        size_t n;

        if (cases[_i].want == NULL) {
            ck_assert_int_eq(parse(&v, cases[_i].code, cases[_i].text), DHCPPERF_E_SYNTAX);
            return;
        }
        ck_assert_msg(parse(&v, cases[_i].code, cases[_i].text) == 0, "case %d", _i);
        ck_assert_msg(dp_value_limit(&v, 100, 10) == 0, "case %d", _i);
        n = dp_value_render(&v, &example, buf);
        ck_assert_msg(n == cases[_i].len && memcmp(buf, cases[_i].want, n) == 0,
                      "case %d: %u octets", _i, (unsigned)n);
        ck_assert_msg(n <= v.max_len, "case %d: more than %u", _i, v.max_len);
    }
END_TEST

START_TEST(octets_without_a_notation_stand_for_themselves)
    {
        uint8_t buf[DP_TEMPLATE_MAX];
        dp_value v;

        ck_assert_int_eq(dp_value_parse_octets(&v, "eth0/{station}"), 0);
        ck_assert_uint_eq(dp_value_render(&v, &example, buf), 7);
        ck_assert_int_eq(memcmp(buf, "eth0/12", 7), 0);
        ck_assert_int_eq(dp_value_parse_octets(&v, "hex:0102"), 0);
        ck_assert(dp_value_is_fixed(&v));
        ck_assert_uint_eq(dp_value_render(&v, &example, buf), 2);
        ck_assert_int_eq(dp_value_parse_octets(&v, "ip:10.0.0.1"), 0);
        ck_assert_uint_eq(dp_value_render(&v, &example, buf), 11);
        ck_assert_int_eq(dp_value_parse_octets(&v, "hex:010"), DHCPPERF_E_SYNTAX);
    }
END_TEST

/* The largest numbers must be values of the type too. */
START_TEST(what_some_station_cannot_say_is_refused)
    {
        static const struct {
            uint8_t code;
            const char *text;
            uint32_t stations;
            int rc;
        } cases[] = {
            {3, "10.0.0.{station}", 256, 0},
            {3, "10.0.0.{station}", 257, DHCPPERF_E_SYNTAX},
            {57, "{station}", 65536, 0},
            {57, "{station}", 65537, DHCPPERF_E_RANGE},
            {12, "{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}", 1,
             0},
        };
        dp_value v;

        ck_assert_msg(parse(&v, cases[_i].code, cases[_i].text) == 0, "case %d", _i);
        ck_assert_msg(dp_value_limit(&v, cases[_i].stations, 1) == cases[_i].rc, "case %d", _i);
    }
END_TEST

START_TEST(octets_have_no_place_in_a_notation)
    {
        dp_value v;

        ck_assert_int_eq(parse(&v, 77, "{raw:mac}"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(parse(&v, 124, "9/{hex:2c}"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(parse(&v, 3, "10.0.{station}"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(parse(&v, 3, "{mac}"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(parse(&v, 12, "{nobody}"), DHCPPERF_E_SYNTAX);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_value_is_encoded_by_its_type, 0, 18);
    tcase_add_test(tc, octets_without_a_notation_stand_for_themselves);
    tcase_add_loop_test(tc, what_some_station_cannot_say_is_refused, 0, 5);
    tcase_add_test(tc, octets_have_no_place_in_a_notation);
}

HARNESS_MAIN("wire/value", tests)
