/* SPDX-License-Identifier: MIT */
/* template_test.c - per-station option values. */
#include "wire/dp_template.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_rng.h"
#include "support/harness.h"

static const dp_template_values example = {
    .station = 1234, .relay = 7, .giaddr = 0x0a0203c8, .mac = {{0x02, 0, 0xab, 0, 0x0f, 0xff}}};

START_TEST(braces_are_replaced)
    {
        static const struct {
            const char *text, *want;
        } cases[] = {
            {"plain", "plain"},
            {"", ""},
            {"{station}", "1234"},
            {"host-{station}.r{relay}", "host-1234.r7"},
            {"{mac}", "02:00:ab:00:0f:ff"},
            {"{hex:41 42}c{hex:44}", "ABcD"},
            {"a{{b}}c", "a{b}c"},
            {"{relay}{relay}", "77"},
            {"{giaddr}", "10.2.3.200"},
            {"{giaddr/24} {giaddr/32} {giaddr/0}", "10.2.3.0 10.2.3.200 0.0.0.0"},
            {"{ip:192.0.2.0+256}", "192.0.9.0"},
            {"{ip:192.0.2.1}", "192.0.2.8"},
        };
        uint8_t buf[DP_TEMPLATE_MAX];
        dp_template t;
        size_t n;

        ck_assert_msg(dp_template_parse(&t, cases[_i].text) == 0, "case %d", _i);
        ck_assert_int_eq(dp_template_limit(&t, 10000, 8), 0);
        n = dp_template_render(&t, &example, buf);
        ck_assert_msg(n == strlen(cases[_i].want) && memcmp(buf, cases[_i].want, n) == 0,
                      "case %d renders %.*s", _i, (int)n, (char *)buf);
    }
END_TEST

START_TEST(raw_fields_and_digits_are_octets)
    {
        static const struct {
            const char *text;
            int is_hex;
            size_t len;
            const char *want;
        } cases[] = {
            {"{raw:station}", 0, 4, "\0\0\x04\xd2"},
            {"{raw:relay}", 0, 4, "\0\0\0\7"},
            {"{raw:mac}", 0, 6, "\2\0\xab\0\x0f\xff"},
            {"{raw:giaddr/16}x", 0, 5, "\x0a\2\0\0x"},
            {"{raw:ip:10.0.0.0+3}", 0, 4, "\x0a\0\0\x15"},
            {"ff00{raw:relay}01", 1, 7, "\xff\0\0\0\0\7\1"},
            {"0a{relay}", 1, 2, "\x0a\x37"},
            {"", 1, 0, ""},
        };
        uint8_t buf[DP_TEMPLATE_MAX];
        dp_template t;

        ck_assert_msg((cases[_i].is_hex ? dp_template_parse_hex(&t, cases[_i].text)
                                        : dp_template_parse(&t, cases[_i].text)) == 0,
                      "case %d", _i);
        ck_assert_int_eq(dp_template_limit(&t, 10000, 8), 0);
        ck_assert_msg(t.max_len == cases[_i].len, "case %d: at most %u", _i, t.max_len);
        ck_assert_msg(dp_template_render(&t, &example, buf) == cases[_i].len &&
                          memcmp(buf, cases[_i].want, cases[_i].len) == 0,
                      "case %d", _i);
    }
END_TEST

START_TEST(text_is_told_from_octets)
    {
        dp_template t;

        ck_assert_int_eq(dp_template_parse(&t, "a{station}{mac}{giaddr/8}{ip:10.0.0.0}"), 0);
        ck_assert(dp_template_is_text(&t));
        ck_assert_int_eq(dp_template_parse(&t, "a{raw:station}"), 0);
        ck_assert(!dp_template_is_text(&t));
        ck_assert_int_eq(dp_template_parse(&t, "a{hex:41}"), 0);
        ck_assert(!dp_template_is_text(&t));
    }
END_TEST

START_TEST(addresses_that_run_out_are_refused)
    {
        dp_template t;

        ck_assert_int_eq(dp_template_parse(&t, "{ip:255.255.255.0+10}"), 0);
        ck_assert_int_eq(dp_template_limit(&t, 1, 26), 0);
        ck_assert_int_eq(dp_template_limit(&t, 1, 27), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dp_template_limit(&t, 1, UINT32_MAX), 0);
    }
END_TEST

START_TEST(what_cannot_be_a_template_is_refused)
    {
        static const char *const bad[] = {"{",
                                          "}",
                                          "a}b",
                                          "{name}",
                                          "{station",
                                          "{hex:0}z}",
                                          "{hex:xx}",
                                          "{}",
                                          "{Station}",
                                          "{hex:1g}",
                                          "{raw:}",
                                          "{raw:hex:00}",
                                          "{giaddr/33}",
                                          "{giaddr/}",
                                          "{giaddrs}",
                                          "{ip:}",
                                          "{ip:10.0.0}",
                                          "{ip:10.0.0.0+}",
                                          "{ip:10.0.0.0+x}",
                                          "{ip:10.0.0.0+4294967296}"};
        dp_template t;

        ck_assert_msg(dp_template_parse(&t, bad[_i]) == DHCPPERF_E_SYNTAX, "case %d", _i);
    }
END_TEST

START_TEST(a_template_never_outgrows_its_limit)
    {
        static const char *const words[] = {"{station}", "{relay}", "{mac}", "x", "{hex:00ff}"};
        uint64_t seed = harness_seed((uint64_t)_i + 1);
        char text[256] = "";
        uint8_t buf[512];
        dp_template t;
        unsigned k;
        uint32_t stations = (uint32_t)dp_draw(seed, 1, 0, 0) >> (dp_draw(seed, 1, 0, 1) % 31);

        for (k = 0; k < 1 + dp_draw(seed, 0, 0, 0) % 8; k++) {
            strcat(text, words[dp_draw(seed, 0, 1, k) % 5]);
        }
        ck_assert_int_eq(dp_template_parse(&t, text), 0);
        ck_assert_int_eq(dp_template_limit(&t, stations, 3), 0);
        for (k = 0; k < 100; k++) {
            dp_template_values v = example;

            v.station = (uint32_t)dp_below(dp_draw(seed, 2, 0, k), stations + UINT64_C(1));
            v.station = stations > 0 && v.station == stations ? stations - 1 : v.station;
            v.relay = k % 3;
            ck_assert_msg(dp_template_render(&t, &v, buf) <= t.max_len, "seed %d: %s", _i, text);
        }
        /* The bound is reached by the highest numbers. */
        if (stations > 0) {
            dp_template_values v = example;

            v.station = stations - 1;
            v.relay = 2;
            ck_assert_msg(dp_template_render(&t, &v, buf) == t.max_len, "seed %d: %s", _i, text);
        }
    }
END_TEST

START_TEST(too_long_is_no_buffer)
    {
        char text[300];
        dp_template t;

        memset(text, 'x', sizeof text);
        text[255] = '\0';
        ck_assert_int_eq(dp_template_parse(&t, text), 0);
        ck_assert_int_eq(dp_template_limit(&t, 1, 1), 0);
        ck_assert_uint_eq(t.max_len, 255);
        text[255] = 'x';
        text[256] = '\0';
        ck_assert_int_eq(dp_template_parse(&t, text), DHCPPERF_E_NOBUFS);
        memcpy(text + 246, "{station}", sizeof "{station}");
        ck_assert_int_eq(dp_template_parse(&t, text), 0);
        ck_assert_int_eq(dp_template_limit(&t, 1000000000, 1), 0);
        ck_assert_int_eq(dp_template_limit(&t, 1000000001, 1), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dp_template_parse(&t, "{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}{mac}"
                                               "{mac}{mac}{mac}{mac}{mac}{mac}{mac}"),
                         DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dp_template_parse(&t, "{ip:10.0.0.0}{ip:10.1.0.0}"), DHCPPERF_E_NOBUFS);
    }
END_TEST

START_TEST(only_literals_are_fixed)
    {
        dp_template t;

        ck_assert_int_eq(dp_template_parse(&t, "abc{hex:00}"), 0);
        ck_assert(dp_template_is_fixed(&t));
        ck_assert_int_eq(dp_template_parse(&t, ""), 0);
        ck_assert(dp_template_is_fixed(&t));
        ck_assert_int_eq(dp_template_parse(&t, "abc{relay}"), 0);
        ck_assert(!dp_template_is_fixed(&t));
        ck_assert(dp_template_is_one("a{b") && dp_template_is_one("}") && !dp_template_is_one("a"));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, braces_are_replaced, 0, 12);
    tcase_add_loop_test(tc, raw_fields_and_digits_are_octets, 0, 8);
    tcase_add_test(tc, text_is_told_from_octets);
    tcase_add_test(tc, addresses_that_run_out_are_refused);
    tcase_add_loop_test(tc, what_cannot_be_a_template_is_refused, 0, 20);
    tcase_add_loop_test(tc, a_template_never_outgrows_its_limit, 0, 50);
    tcase_add_test(tc, too_long_is_no_buffer);
    tcase_add_test(tc, only_literals_are_fixed);
}

HARNESS_MAIN("wire/template", tests)
