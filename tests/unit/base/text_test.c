/* SPDX-License-Identifier: MIT */
/* text_test.c - every parser and writer: what is understood, what is not, and round trips. */
#include "base/dp_text.h"

#include <math.h>
#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_rng.h"
#include "support/harness.h"

#define SYNTAX DHCPPERF_E_SYNTAX
#define RANGE  DHCPPERF_E_RANGE

/* ---- writing ---- */

/* Everything a writer can write, into every capacity: never past it, always ended, and the same
 * beginning. */
START_TEST(short_buffers_hold_the_beginning_and_the_need_is_known)
    {
        static const uint8_t raw[] = {0x00, 'a', '"', '\\', 0x7f, 0xff, ' '};
        const char *want = "x18446744073709551615 -9223372036854775808 0aff 00:61:22 10.1.2.3 "
                           "02:00:5e:00:01:ff 12.034 \\x00a\\\"\\\\\\x7f\\xff ";
        char buf[256];
        size_t cap;
        dp_text t;

        for (cap = 0; cap <= strlen(want) + 1; cap++) {
            memset(buf, 'z', sizeof buf);
            dp_text_begin(&t, buf, cap);
            dp_text_char(&t, 'x');
            dp_text_u64(&t, UINT64_MAX);
            dp_text_char(&t, ' ');
            dp_text_i64(&t, INT64_MIN);
            dp_text_char(&t, ' ');
            dp_text_hex(&t, 0x12340aff, 4);
            dp_text_char(&t, ' ');
            dp_text_bytes(&t, raw, 3, ':');
            dp_text_char(&t, ' ');
            dp_text_ip4(&t, dp_ip4_of(0x0a010203));
            dp_text_char(&t, ' ');
            dp_text_mac(&t, (dhcpperf_mac){{2, 0, 0x5e, 0, 1, 0xff}});
            dp_text_char(&t, ' ');
            dp_text_fixed(&t, 12034, 3);
            dp_text_char(&t, ' ');
            dp_text_escaped(&t, raw, sizeof raw);
            ck_assert_uint_eq(t.len, strlen(want));
            ck_assert_int_eq(buf[cap], 'z');
            if (cap > 0) {
                ck_assert_uint_eq(strlen(buf), cap - 1);
                ck_assert_int_eq(strncmp(buf, want, cap - 1), 0);
            }
            ck_assert_int_eq(dp_text_end(&t),
                             cap > strlen(want) ? (int)strlen(want) : DHCPPERF_E_NOBUFS);
        }
    }
END_TEST

START_TEST(fixed_point_numbers_keep_their_zeros)
    {
        static const struct {
            uint64_t v;
            unsigned decimals;
            const char *want;
        } cases[] = {
            {0, 0, "0"},
            {7, 0, "7"},
            {0, 3, "0.000"},
            {5, 3, "0.005"},
            {50, 3, "0.050"},
            {1000, 3, "1.000"},
            {12345, 1, "1234.5"},
            {UINT64_MAX, 9, "18446744073.709551615"},
            {UINT64_MAX, 19, "1.8446744073709551615"},
        };
        char buf[64];
        dp_text t;

        dp_text_begin(&t, buf, sizeof buf);
        dp_text_fixed(&t, cases[_i].v, cases[_i].decimals);
        ck_assert_str_eq(buf, cases[_i].want);
    }
END_TEST

START_TEST(escaped_text_is_printable_whatever_the_octets)
    {
        char buf[1200];
        uint8_t all[256];
        dp_text t;
        unsigned i;

        for (i = 0; i < 256; i++) {
            all[i] = (uint8_t)i;
        }
        dp_text_begin(&t, buf, sizeof buf);
        dp_text_escaped(&t, all, sizeof all);
        ck_assert_int_gt(dp_text_end(&t), 0);
        for (i = 0; buf[i] != '\0'; i++) {
            ck_assert_msg(buf[i] >= 0x20 && buf[i] < 0x7f, "octet %u", i);
            ck_assert_msg(buf[i] != '"' || (i > 0 && buf[i - 1] == '\\'), "quote at %u", i);
        }
    }
END_TEST

/* ---- numbers ---- */

static const struct {
    const char *text;
    uint64_t lo, hi;
    int rc;
    uint64_t want;
} numbers[] = {
    {"0", 0, UINT64_MAX, 0, 0},
    {"18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX},
    {"18446744073709551616", 0, UINT64_MAX, RANGE, 0},
    {"184467440737095516150", 0, UINT64_MAX, RANGE, 0},
    {"00000000000000000000000000007", 0, 10, 0, 7},
    {"0xff", 0, 255, 0, 255},
    {"0XFf", 0, 255, 0, 255},
    {"0xffffffffffffffff", 0, UINT64_MAX, 0, UINT64_MAX},
    {"0x10000000000000000", 0, UINT64_MAX, RANGE, 0},
    {"4", 5, 9, RANGE, 0},
    {"10", 5, 9, RANGE, 0},
    {"5", 5, 9, 0, 5},
    {"9", 5, 9, 0, 9},
    {"", 0, 9, SYNTAX, 0},
    {"0x", 0, 9, SYNTAX, 0},
    {"x5", 0, 9, SYNTAX, 0},
    {"5x", 0, 9, SYNTAX, 0},
    {" 5", 0, 9, SYNTAX, 0},
    {"5 ", 0, 9, SYNTAX, 0},
    {"+5", 0, 9, SYNTAX, 0},
    {"-5", 0, 9, SYNTAX, 0},
    {"a", 0, 99, SYNTAX, 0},
    {"1e3", 0, 9999, SYNTAX, 0},
    {"\xd9\xa3", 0, 9, SYNTAX, 0}, /* a digit of another script */
};

START_TEST(numbers_are_whole_bounded_and_decimal_or_hexadecimal)
    {
        uint64_t v = 4711;
        int rc = dp_parse_u64(numbers[_i].text, numbers[_i].lo, numbers[_i].hi, &v);

        ck_assert_msg(rc == numbers[_i].rc, "\"%s\": %d", numbers[_i].text, rc);
        ck_assert_msg(v == (rc == 0 ? numbers[_i].want : 4711), "\"%s\"", numbers[_i].text);
    }
END_TEST

static const struct {
    const char *text;
    uint64_t hi;
    int rc;
    uint64_t want;
} counts[] = {
    {"0", 5, 0, 0},
    {"50k", UINT64_MAX, 0, 50000},
    {"50K", UINT64_MAX, 0, 50000},
    {"3M", UINT64_MAX, 0, 3000000},
    {"4G", UINT64_MAX, 0, UINT64_C(4000000000)},
    {"18446744073709551615", UINT64_MAX, 0, UINT64_MAX},
    {"18446744073G", UINT64_MAX, 0, UINT64_C(18446744073000000000)},
    {"18446744074G", UINT64_MAX, RANGE, 0},
    {"1k", 999, RANGE, 0},
    {"1k", 1000, 0, 1000},
    {"1kk", UINT64_MAX, SYNTAX, 0},
    {"k", UINT64_MAX, SYNTAX, 0},
    {"1.5k", UINT64_MAX, SYNTAX, 0},
    {"1T", UINT64_MAX, SYNTAX, 0},
    {"", UINT64_MAX, SYNTAX, 0},
};

START_TEST(counts_know_k_m_and_g_and_never_overflow)
    {
        uint64_t v = 4711;
        int rc = dp_parse_count(counts[_i].text, counts[_i].hi, &v);

        ck_assert_msg(rc == counts[_i].rc, "\"%s\": %d", counts[_i].text, rc);
        ck_assert_msg(v == (rc == 0 ? counts[_i].want : 4711), "\"%s\"", counts[_i].text);
    }
END_TEST

/* Against strtod: to the last bit for usual numbers, and to 1e-13 anywhere. */
static const char *const doubles[] = {
    "0",
    "1",
    "0.05",
    "0.1",
    "0.3",
    "0.999999999",
    "123.456",
    "1e3",
    "1E-3",
    "1e+3",
    ".5",
    "5.",
    "-2.5",
    "+2.5",
    "1e22",
    "5000.25",
    "2.2250738585072014e-308",
    "1.7976931348623157e308",
    "3.141592653589793238462643383279502884197",
    "100000000000000000000000000000000000000000",
    "0.00000000000000000000000000000000000000001",
    "4.9e-324",
    "1e-400",
    "0e999999",
    "1.00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
};

START_TEST(decimals_are_read_as_strtod_reads_them)
    {
        double want = strtod(doubles[_i], NULL), got = -77;

        ck_assert_msg(dp_parse_double(doubles[_i], -(double)INFINITY, (double)INFINITY, &got) == 0,
                      "\"%s\"", doubles[_i]);
        ck_assert_msg(fabs(got - want) <= fabs(want) * 1e-13 + 1e-307, "\"%s\": %.17g, not %.17g",
                      doubles[_i], got, want);
        if (_i < 16) {
            ck_assert_msg(memcmp(&got, &want, sizeof got) == 0, "\"%s\": %.17g, not %.17g",
                          doubles[_i], got, want);
        }
    }
END_TEST

static const char *const no_doubles[] = {"",      ".",   "-",   "e5",  "1e",  "1e+",
                                         "1.2.3", "1,5", "0x1", "nan", "inf", "infinity",
                                         " 1",    "1 ",  "1f",  "--1"};

START_TEST(what_is_not_a_decimal_is_refused)
    {
        double v = -77;

        ck_assert_msg(dp_parse_double(no_doubles[_i], -1e300, 1e300, &v) == SYNTAX, "\"%s\"",
                      no_doubles[_i]);
        ck_assert_double_eq(v, -77);
    }
END_TEST

START_TEST(decimals_keep_their_bounds)
    {
        double v = -77;

        ck_assert_int_eq(dp_parse_double("1.0000001", 0, 1, &v), RANGE);
        ck_assert_int_eq(dp_parse_double("-0.0000001", 0, 1, &v), RANGE);
        ck_assert_int_eq(dp_parse_double("1e309", 0, 1e300, &v), RANGE);
        ck_assert_int_eq(dp_parse_double("1e999999999999", 0, 1e300, &v), RANGE);
        ck_assert_double_eq(v, -77);
        ck_assert_int_eq(dp_parse_double("1", 0, 1, &v), 0);
        ck_assert_int_eq(dp_parse_double("1e-999999999999", 0, 1, &v), 0);
        ck_assert_double_eq(v, 0);
    }
END_TEST

START_TEST(switches_have_four_spellings_each)
    {
        static const char *const yes[] = {"true", "yes", "on", "1", "TRUE", "Yes", "oN"};
        static const char *const no[] = {"false", "no", "off", "0", "False", "NO"};
        static const char *const neither[] = {"", "t", "truee", "tru", "2", "01", "yes ", "\xff"};
        unsigned i;
        int v;

        for (i = 0; i < sizeof yes / sizeof yes[0]; i++) {
            v = -1;
            ck_assert_int_eq(dp_parse_bool(yes[i], &v), 0);
            ck_assert_int_eq(v, 1);
        }
        for (i = 0; i < sizeof no / sizeof no[0]; i++) {
            v = -1;
            ck_assert_int_eq(dp_parse_bool(no[i], &v), 0);
            ck_assert_int_eq(v, 0);
        }
        for (i = 0; i < sizeof neither / sizeof neither[0]; i++) {
            v = -1;
            ck_assert_msg(dp_parse_bool(neither[i], &v) == SYNTAX && v == -1, "\"%s\"", neither[i]);
        }
    }
END_TEST

/* ---- octets and addresses ---- */

static const struct {
    const char *text;
    int rc;
    uint8_t want[6];
    size_t len;
} octets[] = {
    {"", 0, {0}, 0},
    {"00", 0, {0}, 1},
    {"0aFF", 0, {0x0a, 0xff}, 2},
    {"0a:ff", 0, {0x0a, 0xff}, 2},
    {"0a-ff", 0, {0x0a, 0xff}, 2},
    {"0a ff", 0, {0x0a, 0xff}, 2},
    {"2:0:1", 0, {2, 0, 1}, 3},
    {"2:10:1", 0, {2, 0x10, 1}, 3},
    {"10:2", 0, {0x10, 2}, 2},
    {"010203040506", 0, {1, 2, 3, 4, 5, 6}, 6},
    {"01020304050607", DHCPPERF_E_NOBUFS, {0}, 0},
    {"1", SYNTAX, {0}, 0},
    {"abc", SYNTAX, {0}, 0},
    {"abc:de", SYNTAX, {0}, 0},
    {"a:bcd", SYNTAX, {0}, 0},
    {"ab:", SYNTAX, {0}, 0},
    {"a:", SYNTAX, {0}, 0},
    {":ab", SYNTAX, {0}, 0},
    {"ab::cd", SYNTAX, {0}, 0},
    {"ag", SYNTAX, {0}, 0},
    {"ga", SYNTAX, {0}, 0},
    {"0x0a", SYNTAX, {0}, 0},
};

START_TEST(octets_are_pairs_of_digits_or_separated)
    {
        size_t n = strlen(octets[_i].text), len = 99;
        char *exact = malloc(n + (n == 0)); /* no NUL: the length counts */
        uint8_t buf[6] = {0};
        int rc;

        memcpy(exact, octets[_i].text, n);
        rc = dp_parse_hex(exact, n, buf, sizeof buf, &len);
        ck_assert_msg(rc == octets[_i].rc, "\"%s\": %d", octets[_i].text, rc);
        if (rc == 0) {
            ck_assert_msg(len == octets[_i].len, "\"%s\": %zu octets", octets[_i].text, len);
            assert_mem_eq(buf, octets[_i].want, len);
        } else {
            ck_assert_uint_eq(len, 99);
        }
        free(exact);
    }
END_TEST

START_TEST(addresses_are_four_numbers_with_dots)
    {
        static const char *const bad[] = {"",           "1",          "1.2.3",
                                          "1.2.3.",     "1.2.3.4.",   "1.2.3.4.5",
                                          "256.1.1.1",  "1.2.3.1000", "1..2.3",
                                          ".1.2.3",     "1.2.3.4 ",   " 1.2.3.4",
                                          "1.2.3.0x4",  "1.2.3.a",    "1.2.3.-4",
                                          "0001.2.3.4", "1,2,3,4",    "99999999999999999999.1.1.1"};
        dhcpperf_ip4 ip = {{9, 9, 9, 9}};
        char buf[16];
        unsigned i;

        for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            ck_assert_msg(dhcpperf_ip4_parse(&ip, bad[i]) == SYNTAX, "\"%s\"", bad[i]);
            assert_ip4_eq(ip, "9.9.9.9");
        }
        for (i = 0; i < 2000; i++) {
            dhcpperf_ip4 back, a = dp_ip4_of((uint32_t)dp_draw(1, i, 0, 0));

            ck_assert_int_gt(dhcpperf_ip4_format(a, buf, sizeof buf), 6);
            assert_fast(dhcpperf_ip4_parse(&back, buf) == 0 && dp_ip4_num(back) == dp_ip4_num(a),
                        "%s", buf);
        }
        ck_assert_int_eq(dhcpperf_ip4_format(dp_ip4_of(UINT32_MAX), buf, 16), 15);
        ck_assert_int_eq(dhcpperf_ip4_format(dp_ip4_of(UINT32_MAX), buf, 15), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_ip4_format(ip, NULL, 5), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_ip4_parse(NULL, "1.2.3.4"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_ip4_parse(&ip, NULL), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(hardware_addresses_are_six_octets)
    {
        static const char *const bad[] = {"",
                                          "02:00:00:00:00",
                                          "02:00:00:00:00:00:00",
                                          "02:00:00:00:00:0g",
                                          "02:00:00:00:00:000",
                                          "0200000000",
                                          "02000000000000"};
        dhcpperf_mac mac, back;
        char buf[18];
        unsigned i;

        for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
            ck_assert_msg(dhcpperf_mac_parse(&mac, bad[i]) == SYNTAX, "\"%s\"", bad[i]);
        }
        for (i = 0; i < 2000; i++) {
            uint64_t r = dp_draw(2, i, 0, 0);

            memcpy(mac.b, &r, sizeof mac.b);
            ck_assert_int_eq(dhcpperf_mac_format(mac, buf, sizeof buf), 17);
            assert_fast(dhcpperf_mac_parse(&back, buf) == 0 && memcmp(&back, &mac, sizeof mac) == 0,
                        "%s", buf);
        }
        ck_assert_int_eq(dhcpperf_mac_format(mac, buf, 17), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_mac_format(mac, NULL, 17), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_mac_parse(NULL, "2:0:0:0:0:1"), DHCPPERF_E_INVALID);
    }
END_TEST

/* ---- durations ---- */

static const struct {
    const char *text;
    int rc;
    dhcpperf_dur want;
    const char *canonical;
} durations[] = {
    {"0", 0, 0, "0s"},
    {"0s", 0, 0, "0s"},
    {"1ns", 0, 1, "1ns"},
    {"250us", 0, 250000, "250us"},
    {"4s", 0, UINT64_C(4000000000), "4s"},
    {"1h30m", 0, UINT64_C(5400000000000), "1h30m"},
    {"1d", 0, UINT64_C(86400000000000), "24h"},
    {"1.5s", 0, 1500000000, "1s500ms"},
    {"0.000000001s", 0, 1, "1ns"},
    {"0.0000000019s", 0, 1, "1ns"}, /* finer than a ns: cut */
    {"0.5ns", 0, 0, "0s"},
    {"0.123456789h", 0, UINT64_C(444444440400), "7m24s444ms440us400ns"},
    {"1s1s", 0, UINT64_C(2000000000), "2s"},
    {"1m1ms1us1ns", 0, UINT64_C(60001001001), "1m1ms1us1ns"},
    {"infinite", 0, DHCPPERF_NEVER, "infinite"},
    {"18446744073709551614ns", 0, UINT64_MAX - 1, "5124095h34m33s709ms551us614ns"},
    {"18446744073709551615ns", RANGE, 0, NULL},
    {"18446744073709551614.9ns", 0, UINT64_MAX - 1, "5124095h34m33s709ms551us614ns"},
    {"18446744073.709551614s", 0, UINT64_MAX - 1, "5124095h34m33s709ms551us614ns"},
    {"18446744073.709551615s", RANGE, 0, NULL},
    {"18446744073.9s", RANGE, 0, NULL},
    {"18446744073s800ms", RANGE, 0, NULL},
    {"5124095.99h", RANGE, 0, NULL},
    {"213504d", RANGE, 0, NULL},
    {"99999999999999999999s", RANGE, 0, NULL},
    {"", SYNTAX, 0, NULL},
    {"5", SYNTAX, 0, NULL},
    {"s", SYNTAX, 0, NULL},
    {"5 s", SYNTAX, 0, NULL},
    {"5s ", SYNTAX, 0, NULL},
    {" 5s", SYNTAX, 0, NULL},
    {"-5s", SYNTAX, 0, NULL},
    {"5.s", SYNTAX, 0, NULL},
    {".5s", SYNTAX, 0, NULL},
    {"5S", SYNTAX, 0, NULL},
    {"5sec", SYNTAX, 0, NULL},
    {"5min", SYNTAX, 0, NULL},
    {"5s5", SYNTAX, 0, NULL},
    {"00", SYNTAX, 0, NULL},
    {"infinite1s", SYNTAX, 0, NULL},
    {"Infinite", SYNTAX, 0, NULL},
};

START_TEST(durations_are_read_exactly_or_refused)
    {
        dhcpperf_dur d = 4711;
        char buf[48];
        int rc = dhcpperf_dur_parse(&d, durations[_i].text);

        ck_assert_msg(rc == durations[_i].rc, "\"%s\": %d", durations[_i].text, rc);
        ck_assert_msg(d == (rc == 0 ? durations[_i].want : 4711), "\"%s\": %llu",
                      durations[_i].text, (unsigned long long)d);
        if (rc == 0) {
            ck_assert_int_eq(dhcpperf_dur_format(d, buf, sizeof buf),
                             (int)strlen(durations[_i].canonical));
            ck_assert_str_eq(buf, durations[_i].canonical);
        }
    }
END_TEST

START_TEST(any_duration_survives_as_text)
    {
        dhcpperf_dur back;
        char buf[48];
        unsigned i;

        for (i = 0; i < 50000; i++) {
            dhcpperf_dur d = dp_draw(harness_seed(3), i, 0, 0) >> (i % 64);

            if (i % 3 == 0) {
                d = d / DHCPPERF_NS_PER_S * DHCPPERF_NS_PER_S;
            }
            assert_fast(dhcpperf_dur_format(d, buf, sizeof buf) > 0, "%llu", (unsigned long long)d);
            assert_fast(dhcpperf_dur_parse(&back, buf) == 0 && back == d, "%s", buf);
        }
        ck_assert_int_eq(dhcpperf_dur_format(5, NULL, 3), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_dur_format(5, buf, 3), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_dur_parse(NULL, "5s"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_dur_parse(&back, NULL), DHCPPERF_E_INVALID);
    }
END_TEST

/* Random text out of the parsers' own characters, in exact-size copies: nobody reads past the end,
 * and what one parser takes it takes for the whole text. */
START_TEST(hostile_text_is_refused_without_harm)
    {
        static const char alphabet[] = "0123456789999.:- xXaAfFgkMGeE+-smhdunit\x80\xff\n";
        unsigned i, k;

        for (i = 0; i < 30000; i++) {
            size_t n = dp_below(dp_draw(4, i, 0, 0), 24), len;
            char *text = malloc(n + 1);
            uint8_t buf[8];
            dhcpperf_ip4 ip;
            dhcpperf_mac mac;
            dhcpperf_dur d;
            uint64_t v;
            double x;
            int b;

            for (k = 0; k < n; k++) {
                text[k] = alphabet[dp_below(dp_draw(4, i, 1, k), sizeof alphabet - 1)];
            }
            text[n] = '\0';
            (void)dp_parse_u64(text, 0, UINT64_MAX, &v);
            (void)dp_parse_count(text, UINT64_MAX, &v);
            (void)dp_parse_bool(text, &b);
            (void)dp_parse_hex(text, n, buf, sizeof buf, &len);
            (void)dhcpperf_ip4_parse(&ip, text);
            (void)dhcpperf_mac_parse(&mac, text);
            (void)dhcpperf_dur_parse(&d, text);
            if (dp_parse_double(text, -1e308, 1e308, &x) == 0) {
                char *end = NULL;
                double want = strtod(text, &end);

                assert_fast(*end == '\0' && fabs(x - want) <= fabs(want) * 1e-13 + 1e-307,
                            "\"%s\": %.17g, not %.17g", text, x, want);
            }
            free(text);
        }
    }
END_TEST

START_TEST(names_are_compared_without_regard_to_case)
    {
        ck_assert(dp_text_equal_nocase("", ""));
        ck_assert(dp_text_equal_nocase("DISCOVER", "discover"));
        ck_assert(!dp_text_equal_nocase("discove", "discover"));
        ck_assert(!dp_text_equal_nocase("discover", "discove"));
        ck_assert(!dp_text_equal_nocase("[", "{")); /* one bit apart, no letters */
        ck_assert(!dp_text_equal_nocase("@", "`"));
        ck_assert_int_eq(dp_hex_digit('g'), -1);
        ck_assert_int_eq(dp_hex_digit('F'), 15);
        ck_assert_int_eq(dp_hex_digit('\0'), -1);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, short_buffers_hold_the_beginning_and_the_need_is_known);
    tcase_add_loop_test(tc, fixed_point_numbers_keep_their_zeros, 0, 9);
    tcase_add_test(tc, escaped_text_is_printable_whatever_the_octets);
    tcase_add_loop_test(tc, numbers_are_whole_bounded_and_decimal_or_hexadecimal, 0,
                        sizeof numbers / sizeof numbers[0]);
    tcase_add_loop_test(tc, counts_know_k_m_and_g_and_never_overflow, 0,
                        sizeof counts / sizeof counts[0]);
    tcase_add_loop_test(tc, decimals_are_read_as_strtod_reads_them, 0,
                        sizeof doubles / sizeof doubles[0]);
    tcase_add_loop_test(tc, what_is_not_a_decimal_is_refused, 0,
                        sizeof no_doubles / sizeof no_doubles[0]);
    tcase_add_test(tc, decimals_keep_their_bounds);
    tcase_add_test(tc, switches_have_four_spellings_each);
    tcase_add_loop_test(tc, octets_are_pairs_of_digits_or_separated, 0,
                        sizeof octets / sizeof octets[0]);
    tcase_add_test(tc, addresses_are_four_numbers_with_dots);
    tcase_add_test(tc, hardware_addresses_are_six_octets);
    tcase_add_loop_test(tc, durations_are_read_exactly_or_refused, 0,
                        sizeof durations / sizeof durations[0]);
    tcase_add_test(tc, any_duration_survives_as_text);
    tcase_add_test(tc, hostile_text_is_refused_without_harm);
    tcase_add_test(tc, names_are_compared_without_regard_to_case);
}

HARNESS_MAIN("base/text", tests)
