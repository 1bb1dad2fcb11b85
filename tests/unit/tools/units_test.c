/* SPDX-License-Identifier: MIT */
/* units_test.c - the text forms of option values. */
#include "common/units.h"

#include <string.h>

#include "support/harness.h"

START_TEST(a_count_takes_digits_and_one_suffix)
    {
        static const struct {
            const char *text;
            uint64_t want; /* 0 = refused */
        } v[] = {
            {"1", 1},
            {"007", 7},
            {"10k", 10000},
            {"10K", 10000},
            {"2M", 2000000},
            {"1G", 1000000000},
            {"", 0},
            {" 1", 0},
            {"1 ", 0},
            {"-1", 0},
            {"+1", 0},
            {"0x10", 0},
            {"1.5k", 0},
            {"1kk", 0},
            {"1m", 0},
            {"k", 0},
            {"1e3", 0},
            {"1,000", 0},
            {"99999999999999999999", 0},
            {"18446744073709551615k", 0},
        };
        uint64_t n = 0;
        int rc = units_parse_count(v[_i].text, "1..10G", &n);

        ck_assert_msg(v[_i].want != 0 ? rc == 0 && n == v[_i].want : rc != 0,
                      "vector %d '%s': rc %d, %llu", _i, v[_i].text, rc, (unsigned long long)n);
    }
END_TEST

START_TEST(a_count_outside_its_range_is_refused)
    {
        uint64_t n = 42;

        ck_assert_int_ne(units_parse_count("0", "1..65535", &n), 0);
        ck_assert_int_ne(units_parse_count("65536", "1..65535", &n), 0);
        ck_assert_int_ne(units_parse_count("66k", "1..65535", &n), 0);
        ck_assert_uint_eq(n, 42);
        ck_assert_int_eq(units_parse_count("65535", "1..65535", &n), 0);
        ck_assert_uint_eq(n, 65535);
        ck_assert_int_eq(units_parse_count("18446744073709551615", "0..18446744073709551615", &n),
                         0);
        ck_assert_uint_eq(n, UINT64_MAX);
    }
END_TEST

START_TEST(a_number_takes_a_fraction_and_nothing_clever)
    {
        static const struct {
            const char *text;
            double want; /* < 0 = refused */
        } v[] = {
            {"1", 1},     {"1.5", 1.5},     {".5", 0.5},   {"5.", 5},   {"2.5k", 2500},
            {"50k", 5e4}, {"0.001", 0.001}, {"inf", -1},   {"nan", -1}, {"1e3", -1},
            {"0x1", -1},  {"", -1},         {".", -1},     {"k", -1},   {"1,5", -1},
            {"-1", -1},   {"1000.1k", -1},  {"1.2.3", -1}, {"1 k", -1}, {"1/s", -1},
        };
        double n = -7;
        int rc = units_parse_number(v[_i].text, "0..1M", &n);

        ck_assert_msg(v[_i].want >= 0 ? rc == 0 && n > v[_i].want - 1e-9 && n < v[_i].want + 1e-9
                                      : rc != 0,
                      "vector %d '%s': rc %d, %f", _i, v[_i].text, rc, n);
    }
END_TEST

START_TEST(a_duration_needs_its_unit_and_its_range)
    {
        dhcpperf_dur d = 0;

        ck_assert_int_eq(units_parse_duration("1h30m", "1ms..24h", &d), 0);
        ck_assert_uint_eq(d, 5400 * DHCPPERF_NS_PER_S);
        ck_assert_int_eq(units_parse_duration("0ms", "0..24h", &d), 0);
        ck_assert_uint_eq(d, 0);
        ck_assert_int_ne(units_parse_duration("30", "1ms..24h", &d), 0);
        ck_assert_int_ne(units_parse_duration("-1s", "1ms..24h", &d), 0);
        ck_assert_int_ne(units_parse_duration("1us", "1ms..24h", &d), 0);
        ck_assert_int_ne(units_parse_duration("25h", "1ms..24h", &d), 0);
        ck_assert_int_ne(units_parse_duration("infinite", "1ms..24h", &d), 0);
        ck_assert_int_eq(units_parse_duration("infinite", "1s..infinite", &d), 0);
        ck_assert_uint_eq(d, DHCPPERF_NEVER);
    }
END_TEST

START_TEST(a_netmask_is_ones_then_zeros)
    {
        static const struct {
            const char *text;
            unsigned want; /* 0 = refused */
        } v[] = {
            {"255.255.255.0", 24},
            {"255.255.255.255", 32},
            {"128.0.0.0", 1},
            {"24", 24},
            {"/24", 24},
            {"32", 32},
            {"0.0.0.0", 0},
            {"255.0.255.0", 0},
            {"0", 0},
            {"33", 0},
            {"", 0},
            {"/", 0},
            {"024", 0},
            {"255.255.255", 0},
            {"0.0.0.255", 0},
            {"-8", 0},
        };
        unsigned prefix = 99;
        int rc = units_parse_netmask(v[_i].text, &prefix);

        ck_assert_msg(v[_i].want != 0 ? rc == 0 && prefix == v[_i].want : rc != 0,
                      "vector %d '%s': rc %d, /%u", _i, v[_i].text, rc, prefix);
    }
END_TEST

START_TEST(an_address_may_carry_its_prefix)
    {
        dhcpperf_ip4 ip;
        unsigned prefix = 99;

        ck_assert_int_eq(units_parse_prefixed("192.0.2.1", &ip, &prefix), 0);
        ck_assert_uint_eq(prefix, 0);
        ck_assert_int_eq(units_parse_prefixed("192.0.2.1/20", &ip, &prefix), 0);
        ck_assert_uint_eq(prefix, 20);
        assert_ip4_eq(ip, "192.0.2.1");
        ck_assert_int_ne(units_parse_prefixed("192.0.2.1/", &ip, &prefix), 0);
        ck_assert_int_ne(units_parse_prefixed("192.0.2.1/0", &ip, &prefix), 0);
        ck_assert_int_ne(units_parse_prefixed("192.0.2.1/33", &ip, &prefix), 0);
        ck_assert_int_ne(units_parse_prefixed("/24", &ip, &prefix), 0);
        ck_assert_int_ne(
            units_parse_prefixed("192.0.2.1111111111111111111111111111111/24", &ip, &prefix), 0);
    }
END_TEST

START_TEST(words_are_found_whole_and_listed_in_a_sentence)
    {
        char text[64];

        ck_assert_int_eq(units_find_word("auto|on|off", "off"), 2);
        ck_assert_int_eq(units_find_word("auto|on|off", "o"), -1);
        ck_assert_int_eq(units_find_word("auto|on|off", ""), -1);
        ck_assert_int_eq(units_find_word("auto|on|off", "on|off"), -1);
        units_list_words("auto|on|off", text, sizeof text);
        ck_assert_str_eq(text, "auto, on or off");
        units_list_words("one", text, sizeof text);
        ck_assert_str_eq(text, "one");
    }
END_TEST

START_TEST(a_line_splits_at_blanks_outside_quotes)
    {
        static const struct {
            const char *line;
            int n; /* -1 = refused */
            const char *joined;
        } v[] = {
            {"", 0, ""},
            {"  ", 0, ""},
            {"a", 1, "a|"},
            {" a  b ", 2, "a|b|"},
            {"--option 'hostname=a b' -v", 3, "--option|hostname=a b|-v|"},
            {"x\"y z\"w", 1, "xy zw|"},
            {"'' \"\"", 2, "||"},
            {"\"it's\"", 1, "it's|"},
            {"'open", -1, ""},
            {"a \"b", -1, ""},
        };
        char room[64], joined[64] = "", *argv[34];
        int n = units_split_words(v[_i].line, room, argv), i;

        for (i = 0; i < n; i++) {
            strcat(joined, argv[i]);
            strcat(joined, "|");
        }
        ck_assert_msg(n == v[_i].n && (n < 0 || strcmp(joined, v[_i].joined) == 0),
                      "vector %d: %d words '%s'", _i, n, joined);
    }
END_TEST

START_TEST(a_switch_knows_four_pairs_of_words)
    {
        static const char *const yes[] = {"true", "yes", "on", "1"};
        static const char *const no[] = {"false", "no", "off", "0"};
        int on = -1;

        ck_assert_msg(units_parse_switch(yes[_i], &on) == 0 && on == 1, "word %d", _i);
        ck_assert_msg(units_parse_switch(no[_i], &on) == 0 && on == 0, "word %d", _i);
        ck_assert_int_ne(units_parse_switch("TRUE ", &on), 0);
        ck_assert_int_ne(units_parse_switch("", &on), 0);
        ck_assert_int_ne(units_parse_switch("2", &on), 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_count_takes_digits_and_one_suffix, 0, 20);
    tcase_add_test(tc, a_count_outside_its_range_is_refused);
    tcase_add_loop_test(tc, a_number_takes_a_fraction_and_nothing_clever, 0, 20);
    tcase_add_test(tc, a_duration_needs_its_unit_and_its_range);
    tcase_add_loop_test(tc, a_netmask_is_ones_then_zeros, 0, 16);
    tcase_add_test(tc, an_address_may_carry_its_prefix);
    tcase_add_test(tc, words_are_found_whole_and_listed_in_a_sentence);
    tcase_add_loop_test(tc, a_line_splits_at_blanks_outside_quotes, 0, 10);
    tcase_add_loop_test(tc, a_switch_knows_four_pairs_of_words, 0, 4);
}

HARNESS_MAIN("tools/units", tests)
