/* SPDX-License-Identifier: MIT */
/* message_test.c - the reader, requirement by requirement, on octets composed here and not by the
 * writer.  Every message is parsed from an exact-size heap copy, so that a sanitizer sees any octet
 * read outside it. */
#include <libdhcpperf/message.h>

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/error.h>

#include "support/allocfail.h"
#include "support/harness.h"
#include "support/vectors.h"

enum {
    HLEN = 2,
    FLAGS = 10,
    CIADDR = 12,
    YIADDR = 16,
    SNAME = 44,
    FILE_ = 108,
    COOKIE = 236,
    OPTIONS = 240,
    CAP = 65536
};

static dhcpperf_msg *msg;
static uint8_t *buf;  /* where a test composes */
static uint8_t *copy; /* what is parsed */
static dhcpperf_parse_error err;

static void setup(void)
{
    ck_assert_int_eq(dhcpperf_msg_new(&msg, NULL), 0);
    buf = calloc(1, CAP);
    copy = NULL;
    buf[0] = 1;
    buf[1] = 1;
    buf[HLEN] = 6;
    memcpy(buf + COOKIE, "\x63\x82\x53\x63", 4);
}

static void teardown(void)
{
    dhcpperf_msg_free(msg);
    free(buf);
    free(copy);
}

static int parse_flags(size_t len, unsigned flags)
{
    free(copy);
    copy = malloc(len > 0 ? len : 1);
    memcpy(copy, buf, len);
    err.offset = 9999;
    err.option = 9999;
    err.code = 9999;
    return dhcpperf_msg_parse(msg, copy, len, flags, &err);
}

/* Options in hex, parsed leniently. */
static int parse(const char *options)
{
    long n = vectors_hex(options, buf + OPTIONS, CAP - OPTIONS);

    ck_assert_int_ge(n, 0);
    return parse_flags(OPTIONS + (size_t)n, 0);
}

static void field(size_t at, const char *hex)
{
    ck_assert_int_ge(vectors_hex(hex, buf + at, CAP - at), 0);
}

#define assert_option(code, hex) check_option((code), (hex), __LINE__)
static void check_option(uint8_t code, const char *hex, int line)
{
    uint8_t want[2048];
    long n = vectors_hex(hex, want, sizeof want);
    dhcpperf_bytes got;

    ck_assert_msg(dhcpperf_msg_get_option(msg, code, &got) == 0, "line %d: option %d absent", line,
                  code);
    ck_assert_msg(got.len == (size_t)n, "line %d: option %d has %zu octets", line, code, got.len);
    ck_assert_msg(n == 0 || memcmp(got.data, want, (size_t)n) == 0, "line %d: option %d", line,
                  code);
}

#define assert_absent(code)                                                                        \
    do {                                                                                           \
        dhcpperf_bytes absent_;                                                                    \
        ck_assert_int_eq(dhcpperf_msg_get_option(msg, (code), &absent_), DHCPPERF_E_NOTFOUND);     \
    } while (0)

START_TEST(c_001_every_field_of_the_fixed_part_is_where_rfc_2131_says) /* C-001 */
    {
        dhcpperf_bytes v;
        size_t i;

        for (i = 4; i < COOKIE; i++) {
            buf[i] = (uint8_t)(i < SNAME ? i : i < FILE_ ? 's' : 'f');
        }
        buf[0] = 2;
        buf[1] = 6;
        buf[HLEN] = 16;
        buf[3] = 3;
        ck_assert_int_eq(parse("3501 02 ff"), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_op(msg), 2);
        ck_assert_uint_eq(dhcpperf_msg_get_htype(msg), 6);
        ck_assert_uint_eq(dhcpperf_msg_get_hlen(msg), 16);
        ck_assert_uint_eq(dhcpperf_msg_get_hops(msg), 3);
        ck_assert_uint_eq(dhcpperf_msg_get_xid(msg), 0x04050607);
        ck_assert_uint_eq(dhcpperf_msg_get_secs(msg), 0x0809);
        ck_assert_uint_eq(dhcpperf_msg_get_flags(msg), 0x0a0b);
        assert_ip4_eq(dhcpperf_msg_get_ciaddr(msg), "12.13.14.15");
        assert_ip4_eq(dhcpperf_msg_get_yiaddr(msg), "16.17.18.19");
        assert_ip4_eq(dhcpperf_msg_get_siaddr(msg), "20.21.22.23");
        assert_ip4_eq(dhcpperf_msg_get_giaddr(msg), "24.25.26.27");
        v = dhcpperf_msg_get_chaddr(msg);
        ck_assert_uint_eq(v.len, 16);
        ck_assert_uint_eq(v.data[0], 28);
        ck_assert_uint_eq(v.data[15], 43);
        v = dhcpperf_msg_get_sname(msg); /* C-021: no NUL, so all of it */
        ck_assert_uint_eq(v.len, 64);
        v = dhcpperf_msg_get_file(msg);
        ck_assert_uint_eq(v.len, 128);
        ck_assert_uint_eq(v.data[127], 'f');
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), DHCPPERF_OFFER);
        v = dhcpperf_msg_get_payload(msg);
        ck_assert_ptr_eq(v.data, copy);
        ck_assert_uint_eq(v.len, OPTIONS + 4);
    }
END_TEST

START_TEST(c_002_any_changed_cookie_octet_has_its_own_error) /* C-002 */
    {
        buf[COOKIE + _i] ^= 0x01;
        ck_assert_int_eq(parse("ff"), DHCPPERF_E_COOKIE);
        ck_assert_uint_eq(err.offset, COOKIE);
        ck_assert_int_eq(err.option, -1);
        ck_assert_int_eq(err.code, DHCPPERF_E_COOKIE);
    }
END_TEST

START_TEST(c_003_lengths_under_240_are_truncated) /* C-003 */
    {
        int len;

        for (len = 0; len < OPTIONS; len++) {
            ck_assert_int_eq(parse_flags((size_t)len, 0), DHCPPERF_E_TRUNCATED);
            ck_assert_uint_eq(err.offset, (size_t)len);
        }
    }
END_TEST

START_TEST(c_005_every_size_up_to_the_udp_limit_is_taken) /* C-005 */
    {
        static const size_t sizes[] = {240, 241, 300, 548, 576, 1472, 9000, 65507, 65535};
        size_t i;

        for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            ck_assert_int_eq(parse_flags(sizes[i], 0), 0);
        }
        ck_assert_int_eq(parse_flags(65536, 0), DHCPPERF_E_MALFORMED);
    }
END_TEST

START_TEST(c_006_pads_may_sit_anywhere) /* C-006 */
    {
        ck_assert_int_eq(parse("00 0000 350101 00 0c0161 0000 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), DHCPPERF_DISCOVER);
        assert_option(12, "61");
        ck_assert_uint_eq(dhcpperf_msg_get_warnings(msg), DHCPPERF_WARN_SHORT);
    }
END_TEST

START_TEST(c_007_nothing_behind_end_is_interpreted) /* C-007 */
    {
        ck_assert_int_eq(parse("350101 ff 0c0161 3601"), 0);
        assert_absent(12);
        ck_assert_uint_eq(dhcpperf_msg_get_warnings(msg),
                          DHCPPERF_WARN_TRAILING | DHCPPERF_WARN_SHORT);
        ck_assert_int_eq(parse("350101 ff 00*80"), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_warnings(msg), 0);
    }
END_TEST

START_TEST(c_009_a_missing_end_is_a_warning) /* C-009 */
    {
        ck_assert_int_eq(parse("350101 0c0161"), 0);
        assert_option(12, "61");
        ck_assert_uint_eq(dhcpperf_msg_get_warnings(msg),
                          DHCPPERF_WARN_NO_END | DHCPPERF_WARN_SHORT);
        ck_assert_int_eq(parse_flags(OPTIONS + 6, DHCPPERF_PARSE_STRICT), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(err.option, 255);
    }
END_TEST

START_TEST(c_010_a_length_past_the_field_exposes_nothing) /* C-010 */
    {
        char text[32];

        snprintf(text, sizeof text, "350101 0c%02x 6162", (unsigned)_i);
        ck_assert_msg(parse(text) == DHCPPERF_E_TRUNCATED, "length %d", _i);
        ck_assert_msg(err.offset == OPTIONS + 3 && err.option == 12, "length %d", _i);
        assert_absent(12);
        assert_absent(53);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_payload(msg).len, 0);
        ck_assert_uint_eq(dhcpperf_msg_get_warnings(msg), 0);
    }
END_TEST

START_TEST(c_011_a_code_without_a_length_is_truncation) /* C-011 */
    {
        ck_assert_int_eq(parse("350101 0c"), DHCPPERF_E_TRUNCATED);
        ck_assert_uint_eq(err.offset, OPTIONS + 3);
        ck_assert_int_eq(err.option, 12);
    }
END_TEST

START_TEST(c_012_an_empty_option_is_present) /* C-012 */
    {
        ck_assert_int_eq(parse("350101 5000 ff"), 0);
        assert_option(80, "");
        assert_absent(81);
    }
END_TEST

START_TEST(c_013_accessors_judge_the_length_not_the_packet) /* C-013 */
    {
        uint32_t u32 = 7;
        uint16_t u16 = 7;
        uint8_t u8 = 7;
        dhcpperf_ip4 ip;
        dhcpperf_dur d;

        ck_assert_int_eq(parse("3502 0101 3303 000001 3205 0102030405 3901 02 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_u8(msg, 53, &u8), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_u32(msg, 51, &u32), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_dur(msg, 51, &d), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4(msg, 50, &ip), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_u16(msg, 57, &u16), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_max_size(msg, &u16), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_u32(msg, 58, &u32), DHCPPERF_E_NOTFOUND);
        ck_assert_uint_eq(u8 + u16 + u32, 21); /* untouched */
        ck_assert_int_eq(parse("3501 03 3304 00000e10 3204 01020304 3902 1234 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_u8(msg, 53, &u8), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_u16(msg, 57, &u16), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_u32(msg, 51, &u32), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4(msg, 50, &ip), 0);
        ck_assert_uint_eq(u8, 3);
        ck_assert_uint_eq(u16, 0x1234);
        ck_assert_uint_eq(u32, 3600);
        assert_ip4_eq(ip, "1.2.3.4");
        ck_assert_int_eq(parse("3502 0101 ff"), 0);
        ck_assert((dhcpperf_msg_get_warnings(msg) & DHCPPERF_WARN_BAD_VALUE) != 0);
    }
END_TEST

START_TEST(c_014_address_lists_are_multiples_of_four) /* C-014 */
    {
        dhcpperf_ip4 ips[2];

        ck_assert_int_eq(parse("0308 0a000001 0a000002 0600 2a03 010203 2c05 0102030405 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4s(msg, 3, ips, 2), 2);
        assert_ip4_eq(ips[1], "10.0.0.2");
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4s(msg, 3, ips, 0), 2);
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4s(msg, 6, ips, 2), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4s(msg, 42, ips, 2), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4s(msg, 44, ips, 2), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4s(msg, 1, ips, 2), DHCPPERF_E_NOTFOUND);
    }
END_TEST

START_TEST(c_015_a_client_identifier_has_at_least_two_octets) /* C-015, C-040 */
    {
        dhcpperf_bytes id;

        ck_assert_int_eq(parse("3d00 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_client_id(msg, &id), DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(parse("3d01 01 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_client_id(msg, &id), DHCPPERF_E_NOTFOUND);
        assert_option(61, "01");
        ck_assert_int_eq(parse("3d0a ff 00000001 0003000102 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_client_id(msg, &id), 0);
        ck_assert_uint_eq(id.len, 10); /* opaque, type octet included */
    }
END_TEST

START_TEST(c_016_a_maximum_size_is_at_least_576) /* C-016 */
    {
        static const unsigned sizes[][2] = {{0, 576},   {300, 576},   {575, 576},
                                            {576, 576}, {1500, 1500}, {65535, 65535}};
        char text[32];
        uint16_t size = 0;

        snprintf(text, sizeof text, "3902 %04x ff", sizes[_i][0]);
        ck_assert_int_eq(parse(text), 0);
        ck_assert_int_eq(dhcpperf_msg_get_max_size(msg, &size), 0);
        ck_assert_uint_eq(size, sizes[_i][1]);
    }
END_TEST

START_TEST(c_017_overload_reads_options_then_file_then_sname) /* C-017, C-022 */
    {
        static const char *const joined[] = {"", "6f66", "6f73", "6f6673"};
        char text[64];

        field(FILE_, "0c0166 ff");
        field(SNAME, "0c0173 ff");
        snprintf(text, sizeof text, "3501 01 3401 %02x 0c016f ff", (unsigned)_i);
        ck_assert_int_eq(parse(text), 0);
        assert_option(12, joined[_i]);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), (unsigned)_i);
        ck_assert_uint_eq(dhcpperf_msg_get_file(msg).len, _i & 1 ? 0 : 4); /* C-021 */
        ck_assert_uint_eq(dhcpperf_msg_get_sname(msg).len, _i & 2 ? 0 : 4);
    }
END_TEST

START_TEST(c_018_an_overloaded_field_may_use_its_last_octet) /* C-018 */
    {
        dhcpperf_bytes v;

        buf[FILE_] = 12;
        buf[FILE_ + 1] = 126;
        memset(buf + FILE_ + 2, 'x', 126);
        ck_assert_int_eq(parse("350101 340101 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option(msg, 12, &v), 0);
        ck_assert_uint_eq(v.len, 126);
        ck_assert((dhcpperf_msg_get_warnings(msg) & DHCPPERF_WARN_NO_END) != 0);
        buf[FILE_ + 1] = 127;
        ck_assert_int_eq(parse("350101 340101 ff"), DHCPPERF_E_TRUNCATED); /* C-020 */
        ck_assert_uint_eq(err.offset, FILE_);
        ck_assert_int_eq(err.option, 12);
        field(FILE_, "ff");
        field(SNAME, "00*61 0c 02 61"); /* one octet short */
        ck_assert_int_eq(parse("350101 340102 ff"), DHCPPERF_E_TRUNCATED);
        ck_assert_uint_eq(err.offset, SNAME + 61);
    }
END_TEST

START_TEST(c_019_overload_does_not_recurse_and_nonsense_is_ignored) /* C-019 */
    {
        static const char *const nonsense[] = {"3401 00",   "3401 04", "3401 ff",
                                               "3402 0101", "3400",    "3401 01 3401 01"};
        char text[64];
        int i;

        field(FILE_, "340102 0c0166 ff");
        field(SNAME, "0c0173 ff");
        ck_assert_int_eq(parse("350101 340101 ff"), 0);
        assert_option(12, "66");
        assert_option(52, "01");
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 1);
        for (i = 0; i < 6; i++) {
            snprintf(text, sizeof text, "350101 %s ff", nonsense[i]);
            ck_assert_int_eq(parse(text), 0);
            assert_absent(12);
            ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 0);
            ck_assert_msg((dhcpperf_msg_get_warnings(msg) & DHCPPERF_WARN_BAD_OVERLOAD) != 0,
                          "case %d", i);
            ck_assert_int_eq(parse_flags(OPTIONS + 12, DHCPPERF_PARSE_STRICT),
                             DHCPPERF_E_MALFORMED);
        }
    }
END_TEST

START_TEST(c_021_header_strings_end_at_nul_or_the_field) /* C-021, C-052 */
    {
        dhcpperf_bytes v;

        memset(buf + FILE_, 'f', 127);
        memcpy(buf + SNAME, "boot", 5);
        ck_assert_int_eq(parse("350101 ff"), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_file(msg).len, 127);
        ck_assert_uint_eq(dhcpperf_msg_get_sname(msg).len, 4);
        ck_assert_int_eq(dhcpperf_msg_get_boot_file(msg, &v), 0);
        ck_assert_uint_eq(v.len, 127);
        ck_assert_int_eq(dhcpperf_msg_get_boot_server(msg, &v), 0);
        ck_assert_uint_eq(v.len, 4);
        buf[FILE_ + 127] = 'f';
        ck_assert_int_eq(parse("350101 4301 61 4202 6263 ff"), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_file(msg).len, 128);
        ck_assert_int_eq(dhcpperf_msg_get_boot_file(msg, &v), 0);
        ck_assert_uint_eq(v.len, 1);
        ck_assert_int_eq(dhcpperf_msg_get_boot_server(msg, &v), 0);
        ck_assert_uint_eq(v.len, 2);
        memset(buf + SNAME, 0, 64 + 128);
        ck_assert_int_eq(parse("350101 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_boot_file(msg, &v), DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(dhcpperf_msg_get_boot_server(msg, &v), DHCPPERF_E_NOTFOUND);
        field(FILE_, "4301 7a ff"); /* overloaded: the name comes as option 67 */
        ck_assert_int_eq(parse("350101 340101 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_boot_file(msg, &v), 0);
        ck_assert_uint_eq(v.len, 1);
    }
END_TEST

START_TEST(c_022_pieces_are_joined_in_order) /* C-022 */
    {
        ck_assert_int_eq(parse("3d01 01 0c0161 3d03 020304 3d00 0c0162 3d01 05 ff"), 0);
        assert_option(61, "0102030405");
        assert_option(12, "6162");
    }
END_TEST

START_TEST(c_023_long_values_come_back_whole) /* C-023, C-051 */
    {
        dhcpperf_bytes v;
        size_t i, at = OPTIONS;

        for (i = 0; i < 254; i++, at += 257) { /* fills the longest message with one option */
            buf[at] = 43;
            buf[at + 1] = 255;
            memset(buf + at + 2, (int)i, 255);
        }
        ck_assert_int_eq(parse_flags(65535, 0), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option(msg, 43, &v), 0);
        ck_assert_uint_eq(v.len, 254 * 255);
        for (i = 0; i < v.len; i++) {
            ck_assert_uint_eq(v.data[i], i / 255);
        }
    }
END_TEST

START_TEST(c_024_two_of_a_fixed_option_are_one_of_the_wrong_length) /* C-024 */
    {
        dhcpperf_ip4 ip;

        ck_assert_int_eq(parse("3204 0a000001 3204 0a000002 ff"), 0);
        assert_option(50, "0a0000010a000002");
        ck_assert_int_eq(dhcpperf_msg_get_option_ip4(msg, 50, &ip), DHCPPERF_E_MALFORMED);
    }
END_TEST

START_TEST(c_025_options_are_walked_as_they_came) /* C-025, C-022 */
    {
        static const uint8_t order[] = {53, 224, 52, 12, 224, 254, 66, 52, 12};
        dhcpperf_bytes v;
        size_t cursor = 0, i;
        uint8_t code;

        field(FILE_, "4201 61 3400 ff");
        field(SNAME, "0c01 62");
        ck_assert_int_eq(parse("350101 e001 01 00 340103 0c00 e001 02 fe00 ff 3701 01"), 0);
        for (i = 0; i < sizeof order; i++) {
            ck_assert_int_eq(dhcpperf_msg_next_option(msg, &cursor, &code, &v), 1);
            ck_assert_msg(code == order[i], "place %zu: %d", i, code);
        }
        ck_assert_int_eq(dhcpperf_msg_next_option(msg, &cursor, &code, &v), 0);
        ck_assert_int_eq(dhcpperf_msg_next_option(msg, &cursor, &code, &v), 0);
        assert_option(224, "0102");
        assert_option(254, "");
    }
END_TEST

START_TEST(c_026_other_ops_are_decoded_and_marked) /* C-026 */
    {
        static const uint8_t ops[] = {0, 3, 255};

        buf[0] = ops[_i];
        ck_assert_int_eq(parse("350101 ff"), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_op(msg), ops[_i]);
        ck_assert((dhcpperf_msg_get_warnings(msg) & DHCPPERF_WARN_BAD_OP) != 0);
        ck_assert_int_eq(parse_flags(OPTIONS + 4, DHCPPERF_PARSE_STRICT), DHCPPERF_E_MALFORMED);
    }
END_TEST

START_TEST(c_028_hardware_lengths_up_to_16) /* C-027, C-028, C-029 */
    {
        int hlen, htype;

        for (hlen = 0; hlen < 256; hlen++) {
            buf[HLEN] = (uint8_t)hlen;
            ck_assert_msg(parse("350101 ff") == (hlen <= 16 ? 0 : DHCPPERF_E_MALFORMED), "hlen %d",
                          hlen);
            ck_assert_uint_eq(dhcpperf_msg_get_chaddr(msg).len, hlen <= 16 ? (size_t)hlen : 0);
        }
        buf[HLEN] = 0;
        for (htype = 0; htype < 256; htype++) {
            buf[1] = (uint8_t)htype;
            ck_assert_int_eq(parse("350101 ff"), 0);
            ck_assert_uint_eq(dhcpperf_msg_get_htype(msg), (unsigned)htype);
        }
    }
END_TEST

START_TEST(c_030_flags_come_as_they_are) /* C-030 */
    {
        static const char *const flags[] = {"7fff", "8000", "ffff"};
        static const unsigned values[] = {0x7fff, 0x8000, 0xffff};

        field(FLAGS, flags[_i]);
        ck_assert_int_eq(parse("350101 ff"), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_flags(msg), values[_i]);
    }
END_TEST

START_TEST(c_031_infinity_is_no_number_of_seconds) /* C-031 */
    {
        dhcpperf_dur d;

        ck_assert_int_eq(parse("3304 ffffffff 3a04 fffffffe 3b04 00000000 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_dur(msg, 51, &d), 0);
        ck_assert_uint_eq(d, DHCPPERF_NEVER);
        ck_assert_int_eq(dhcpperf_msg_get_option_dur(msg, 58, &d), 0);
        ck_assert_uint_eq(d, UINT64_C(4294967294) * DHCPPERF_NS_PER_S);
        ck_assert_int_eq(dhcpperf_msg_get_option_dur(msg, 59, &d), 0);
        ck_assert_uint_eq(d, 0);
        ck_assert_int_eq(dhcpperf_msg_get_option_dur(msg, 60, &d), DHCPPERF_E_NOTFOUND);
    }
END_TEST

START_TEST(c_032_message_types_have_names) /* C-032 */
    {
        static const char *const names[] = {"BOOTP",
                                            "DISCOVER",
                                            "OFFER",
                                            "REQUEST",
                                            "DECLINE",
                                            "ACK",
                                            "NAK",
                                            "RELEASE",
                                            "INFORM",
                                            "FORCERENEW",
                                            "LEASEQUERY",
                                            "LEASEUNASSIGNED",
                                            "LEASEUNKNOWN",
                                            "LEASEACTIVE",
                                            "BULKLEASEQUERY",
                                            "LEASEQUERYDONE",
                                            "ACTIVELEASEQUERY",
                                            "LEASEQUERYSTATUS",
                                            "TLS"};
        int type;

        for (type = 0; type <= 18; type++) {
            ck_assert_str_eq(dhcpperf_msg_type_name(type), names[type]);
        }
        ck_assert_ptr_null(dhcpperf_msg_type_name(19));
        ck_assert_ptr_null(dhcpperf_msg_type_name(-1));
        ck_assert_int_eq(parse("3501 12 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), DHCPPERF_TLS);
        ck_assert_int_eq(parse("3501 c8 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), 200);
    }
END_TEST

/* Options and the routes that follow from them: dest/width>router. */
static const struct {
    const char *options, *routes;
    int last;
} routes[] = {
    {"7908 080a c0000201 00 0a ff", "", DHCPPERF_E_MALFORMED}, /* second one cut short */
    {"790b 080a c0000201 00 c0000202 ff", "10.0.0.0/8>192.0.2.1 0.0.0.0/0>192.0.2.2 ", 0},
    {"7906 080a c0000201 0304 c0000209 2108 0a000000 c0000208 ff", "10.0.0.0/8>192.0.2.1 ", 0},
    {"0308 c0000209 c000020a 2108 0a000000 c0000208 ff",
     "10.0.0.0/8>192.0.2.8 0.0.0.0/0>192.0.2.9 0.0.0.0/0>192.0.2.10 ", 0},
    {"2110 ac100000 c0000208 c0000201 c0000207 ff",
     "172.16.0.0/16>192.0.2.8 192.0.2.1/32>192.0.2.7 ", 0},
    {"7906 04ff c0000201 ff", "240.0.0.0/4>192.0.2.1 ", 0}, /* bits behind the mask are cleared */
    {"7905 21 00000000 ff", "", DHCPPERF_E_MALFORMED},
    {"2107 ac100000 c00002 ff", "", DHCPPERF_E_MALFORMED},
    {"0c0161 ff", "", 0},
};

START_TEST(c_034_classless_routes_shut_out_the_others) /* C-033, C-034 */
    {
        char text[256] = "", dest[16], router[16];
        size_t cursor = 0, n = 0;
        dhcpperf_route r;
        int rc;

        ck_assert_int_eq(parse(routes[_i].options), 0);
        while ((rc = dhcpperf_msg_next_route(msg, &cursor, &r)) == 1) {
            dhcpperf_ip4_format(r.dest, dest, sizeof dest);
            dhcpperf_ip4_format(r.router, router, sizeof router);
            n += (size_t)snprintf(text + n, sizeof text - n, "%s/%d>%s ", dest, r.width, router);
        }
        ck_assert_msg(rc == routes[_i].last, "case %d: %d", _i, rc);
        ck_assert_msg(rc != 0 || strcmp(text, routes[_i].routes) == 0, "case %d: %s", _i, text);
    }
END_TEST

START_TEST(c_036_a_broken_relay_option_is_kept_as_octets) /* C-036 */
    {
        ck_assert_int_eq(parse("350101 5204 0105 6162 ff"), 0);
        assert_option(82, "01056162");
        ck_assert((dhcpperf_msg_get_warnings(msg) & DHCPPERF_WARN_BAD_VALUE) != 0);
    }
END_TEST

START_TEST(c_047_a_parameter_list_keeps_order_and_duplicates) /* C-047 */
    {
        ck_assert_int_eq(parse("3705 0103010303 ff"), 0);
        assert_option(55, "0103010303");
        ck_assert_int_eq(parse("3700 ff"), 0);
        assert_option(55, "");
        ck_assert_int_eq(parse("37ff 01*255 ff"), 0);
        assert_option(55, "01*255");
    }
END_TEST

START_TEST(c_054_bootp_is_recognised_as_such) /* C-054 */
    {
        ck_assert_int_eq(parse("ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), 0);
        ck_assert_int_eq(dhcpperf_msg_has_cookie(msg), 1);
        ck_assert_int_eq(parse_flags(OPTIONS + 1, DHCPPERF_PARSE_STRICT), 0);
        memset(buf + COOKIE, 0, 64);
        ck_assert_int_eq(parse_flags(300, 0), 0);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), 0);
        ck_assert_int_eq(dhcpperf_msg_has_cookie(msg), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_warnings(msg), 0);
        buf[299] = 1;
        ck_assert_int_eq(parse_flags(300, 0), DHCPPERF_E_COOKIE);
    }
END_TEST

START_TEST(c_055_every_xid_is_ordinary) /* C-055 */
    {
        memset(buf + 4, _i == 0 ? 0 : 255, 4);
        ck_assert_int_eq(parse("350101 ff"), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_xid(msg), _i == 0 ? 0 : UINT32_MAX);
    }
END_TEST

/* RFC 2131 tables 3 and 5: op, ciaddr and yiaddr set or not, options; the option that offends or 0
 * when the message is right (-1: a field of the header). */
static const struct {
    uint8_t op, ciaddr, yiaddr;
    const char *options;
    int option;
} strict[] = {
    {1, 0, 0, "350101 3204 0a000001 3701 01 ff", 0},
    {2, 0, 0, "350101 ff", -1},
    {1, 1, 0, "350101 ff", -1},
    {1, 0, 1, "350101 ff", -1},
    {1, 0, 0, "350101 3604 0a000001 ff", 54},
    {2, 0, 1, "350102 3604 0a000001 3304 00000e10 ff", 0},
    {2, 0, 1, "350102 3604 0a000001 3304 00000e10 3d02 0101 5204 01020102 ff", 0},
    {2, 0, 1, "350102 3304 00000e10 ff", 54},
    {2, 0, 1, "350102 3604 0a000001 ff", 51},
    {2, 0, 0, "350102 3604 0a000001 3304 00000e10 ff", -1},
    {2, 0, 0, "350102 3604 0a000001 3304 00000e10 6c04 0000012c ff", 0}, /* RFC 8925 */
    {2, 0, 1, "350102 3604 0a000001 3304 00000e10 3701 01 ff", 55},
    {1, 0, 0, "350103 3204 0a000001 3604 0a000002 ff", 0},
    {1, 0, 0, "350103 3204 0a000001 ff", 0},
    {1, 0, 0, "350103 3604 0a000002 ff", 50},
    {1, 1, 0, "350103 ff", 0},
    {1, 1, 0, "350103 3204 0a000001 ff", 50},
    {1, 1, 0, "350103 3604 0a000001 ff", 54},
    {1, 0, 0, "350104 3204 0a000001 3604 0a000002 ff", 0},
    {1, 0, 0, "350104 3604 0a000002 ff", 50},
    {1, 0, 0, "350104 3204 0a000001 3604 0a000002 3701 01 ff", 55},
    {2, 0, 1, "350105 3604 0a000001 3304 00000e10 ff", 0},
    {2, 1, 0, "350105 3604 0a000001 ff", 0},
    {2, 0, 1, "350105 3604 0a000001 ff", 51},
    {2, 0, 0, "350105 3604 0a000001 3304 00000e10 ff", 51},
    {2, 0, 0, "350106 3604 0a000001 3801 61 ff", 0},
    {2, 0, 0, "350106 ff", 54},
    {2, 0, 1, "350106 3604 0a000001 ff", -1},
    {2, 0, 0, "350106 3604 0a000001 3304 00000e10 ff", 51},
    {1, 1, 0, "350107 3604 0a000001 ff", 0},
    {1, 0, 0, "350107 3604 0a000001 ff", -1},
    {1, 1, 0, "350107 ff", 54},
    {1, 1, 0, "350107 3604 0a000001 0c0161 ff", 12},
    {1, 1, 0, "350108 3701 01 ff", 0},
    {1, 1, 0, "350108 3304 00000e10 ff", 51},
    {1, 0, 0, "350108 ff", -1},
    {1, 0, 0, "350101 3302 0e10 ff", 51}, /* a length that no 51 has */
    {2, 0, 0, "35010d ff", 0},            /* a type these tables do not know */
};

START_TEST(strict_parsing_follows_the_tables)
    {
        size_t len = OPTIONS + (size_t)vectors_hex(strict[_i].options, buf + OPTIONS, 100);
        int rc;

        buf[0] = strict[_i].op;
        buf[CIADDR] = strict[_i].ciaddr;
        buf[YIADDR] = strict[_i].yiaddr;
        ck_assert_msg(parse_flags(len, DHCPPERF_PARSE_LENIENT) == 0, "case %d", _i);
        rc = parse_flags(len, DHCPPERF_PARSE_STRICT);
        ck_assert_msg(rc == (strict[_i].option == 0 ? 0 : DHCPPERF_E_MALFORMED), "case %d", _i);
        ck_assert_msg(rc == 0 || err.option == strict[_i].option, "case %d: option %d", _i,
                      err.option);
    }
END_TEST

START_TEST(one_line_says_what_came)
    {
        char text[512];
        const char *want =
            "REQUEST xid=0x01020304 chaddr=02:00:00:00:00:09 secs=5 hops=2 broadcast "
            "ciaddr=10.0.0.9 {lease-time=3600; hostname=a\\x1bb; "
            "option-84=hex:0102; max-message-size=hex:01}";

        field(3, "02 01020304 0005");
        field(FLAGS, "8000 0a000009");
        field(28, "020000000009");
        ck_assert_int_eq(parse("350103 3304 00000e10 0c03 611b62 5401 01 5401 02 3901 01 ff"), 0);
        ck_assert_int_eq(dhcpperf_msg_format(msg, text, sizeof text), (int)strlen(want));
        ck_assert_str_eq(text, want);
        ck_assert_int_eq(dhcpperf_msg_format(msg, text, 8), (int)strlen(want));
        ck_assert_str_eq(text, "REQUEST");
        ck_assert_int_eq(dhcpperf_msg_format(msg, NULL, 0), (int)strlen(want));
    }
END_TEST

START_TEST(a_dump_names_every_field_option_and_warning)
    {
        static const char *const want[] = {"DISCOVER, 255 octets\n",
                                           "\n  op      1 (request)",
                                           "\n  chaddr  00:00:00:00:00:00",
                                           "\n  sname   \"boot\\x07\"",
                                           "\n  option  53 message-type: DISCOVER",
                                           "\n  option  61 client-id: mac:02:00:00:00:00:01",
                                           "\n  warning options are not closed by End",
                                           "\n  warning shorter than 300 octets"};
        char text[4096];
        size_t i;
        int n;

        memcpy(buf + SNAME, "boot\a", 5);
        ck_assert_int_eq(parse("350101 00*3 3d07 01020000000001"), 0);
        n = dhcpperf_msg_dump(msg, text, sizeof text);
        ck_assert_int_eq(n, (int)strlen(text));
        ck_assert_int_eq(text[n - 1], '\n');
        for (i = 0; i < sizeof want / sizeof want[0]; i++) {
            ck_assert_msg(strstr(text, want[i]) != NULL, "no \"%s\" in\n%s", want[i], text);
        }
    }
END_TEST

START_TEST(any_octets_can_be_annotated)
    {
        static const char *const want[] = {
            "0000  01 01 06 00  ",
            "op 1 (request), htype 1, hlen 6, hops 0\n",
            "\n0008  00 00 80 00  ",
            "secs 0, flags 0x8000 (broadcast)\n",
            "\n000c  0a 00 00 07  ",
            "ciaddr 10.0.0.7\n",
            "sname, empty\n",
            "\n00ec  63 82 53 63  ",
            "\n00f0  35 01 01  ",
            "option 53 message-type: DISCOVER\n",
            "option 61 client-id: mac:02:00:00:00:00:01\n",
            "  End\n",
            "  pad\n",
        };
        dhcpperf_bytes payload = {buf, 0};
        char text[4096], cut[16];
        size_t i, len;
        int n;

        field(FLAGS, "8000 0a000007");
        ck_assert_int_eq(parse("350101 3d07 01020000000001 ff 00*20"), 0);
        payload = dhcpperf_msg_get_payload(msg);
        n = dhcpperf_msg_annotate(payload, text, sizeof text);
        ck_assert_int_eq(n, (int)strlen(text));
        for (i = 0; i < sizeof want / sizeof want[0]; i++) {
            ck_assert_msg(strstr(text, want[i]) != NULL, "no \"%s\" in\n%s", want[i], text);
        }
        ck_assert_int_eq(dhcpperf_msg_annotate(payload, cut, sizeof cut), n);
        ck_assert_str_eq(cut, "0000  01 01 06 ");
        for (len = 0; len <= payload.len; len++) { /* however it is cut off, in exact memory */
            dhcpperf_bytes part = {malloc(len + 1), len};

            memcpy((uint8_t *)(uintptr_t)part.data, payload.data, len);
            n = dhcpperf_msg_annotate(part, text, sizeof text);
            ck_assert_int_eq(n, (int)strlen(text));
            ck_assert((len == 0) == (n == 0));
            free((void *)(uintptr_t)part.data);
        }
        ck_assert_int_eq(parse("0c05 1b5b306d07"), 0);
        dhcpperf_msg_annotate(dhcpperf_msg_get_payload(msg), text, sizeof text);
        for (i = 0; text[i] != '\0'; i++) { /* nothing raw reaches a terminal */
            ck_assert(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
        }
    }
END_TEST

START_TEST(an_empty_handle_is_a_message_of_zeros)
    {
        size_t cursor = 0;
        dhcpperf_bytes v;
        uint8_t code;
        char text[256];

        ck_assert_int_eq(dhcpperf_msg_get_type(msg), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_xid(msg), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_chaddr(msg).len, 0);
        ck_assert_int_eq(dhcpperf_msg_next_option(msg, &cursor, &code, &v), 0);
        ck_assert_int_gt(dhcpperf_msg_format(msg, text, sizeof text), 0);
        ck_assert_int_gt(dhcpperf_msg_dump(msg, text, sizeof text), 0);
    }
END_TEST

START_TEST(a_handle_forgets_the_message_before)
    {
        ck_assert_int_eq(parse("350101 0c0161 3d01 01 3d01 02 ff"), 0);
        ck_assert_int_eq(parse("350102 ff"), 0);
        assert_absent(12);
        assert_absent(61);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), DHCPPERF_OFFER);
    }
END_TEST

START_TEST(wrong_arguments_are_invalid)
    {
        ck_assert_int_eq(dhcpperf_msg_new(NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_msg_parse(NULL, buf, 240, 0, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_msg_parse(msg, NULL, 240, 0, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_msg_parse(msg, buf, 240, 1u << 20, &err), DHCPPERF_E_INVALID);
        ck_assert_int_eq(err.code, DHCPPERF_E_INVALID);
        dhcpperf_msg_free(NULL);
    }
END_TEST

START_TEST(running_out_of_memory_leaks_nothing_and_parsing_never_asks)
    {
        dhcpperf_msg *m = NULL;
        uint64_t fail_at = 0;
        allocfail af;
        int rc;

        do {
            allocfail_init(&af, ++fail_at);
            rc = dhcpperf_msg_new(&m, &af.mem);
            ck_assert(rc == 0 || (rc == DHCPPERF_E_NOMEM && allocfail_is_clean(&af)));
        } while (rc != 0);
        ck_assert_uint_gt(fail_at, 1);
        af.fail_at = 0;
        fail_at = af.calls;
        memset(buf + OPTIONS, 53, 1000);
        (void)dhcpperf_msg_parse(m, buf, OPTIONS + 1000, 0, NULL);
        ck_assert_uint_eq(af.calls, fail_at);
        dhcpperf_msg_free(m);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

#define N_OF(array) ((int)(sizeof(array) / sizeof(array)[0]))

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, c_001_every_field_of_the_fixed_part_is_where_rfc_2131_says);
    tcase_add_loop_test(tc, c_002_any_changed_cookie_octet_has_its_own_error, 0, 4);
    tcase_add_test(tc, c_003_lengths_under_240_are_truncated);
    tcase_add_test(tc, c_005_every_size_up_to_the_udp_limit_is_taken);
    tcase_add_test(tc, c_006_pads_may_sit_anywhere);
    tcase_add_test(tc, c_007_nothing_behind_end_is_interpreted);
    tcase_add_test(tc, c_009_a_missing_end_is_a_warning);
    tcase_add_loop_test(tc, c_010_a_length_past_the_field_exposes_nothing, 3, 256);
    tcase_add_test(tc, c_011_a_code_without_a_length_is_truncation);
    tcase_add_test(tc, c_012_an_empty_option_is_present);
    tcase_add_test(tc, c_013_accessors_judge_the_length_not_the_packet);
    tcase_add_test(tc, c_014_address_lists_are_multiples_of_four);
    tcase_add_test(tc, c_015_a_client_identifier_has_at_least_two_octets);
    tcase_add_loop_test(tc, c_016_a_maximum_size_is_at_least_576, 0, 6);
    tcase_add_loop_test(tc, c_017_overload_reads_options_then_file_then_sname, 1, 4);
    tcase_add_test(tc, c_018_an_overloaded_field_may_use_its_last_octet);
    tcase_add_test(tc, c_019_overload_does_not_recurse_and_nonsense_is_ignored);
    tcase_add_test(tc, c_021_header_strings_end_at_nul_or_the_field);
    tcase_add_test(tc, c_022_pieces_are_joined_in_order);
    tcase_add_test(tc, c_023_long_values_come_back_whole);
    tcase_add_test(tc, c_024_two_of_a_fixed_option_are_one_of_the_wrong_length);
    tcase_add_test(tc, c_025_options_are_walked_as_they_came);
    tcase_add_loop_test(tc, c_026_other_ops_are_decoded_and_marked, 0, 3);
    tcase_add_test(tc, c_028_hardware_lengths_up_to_16);
    tcase_add_loop_test(tc, c_030_flags_come_as_they_are, 0, 3);
    tcase_add_test(tc, c_031_infinity_is_no_number_of_seconds);
    tcase_add_test(tc, c_032_message_types_have_names);
    tcase_add_loop_test(tc, c_034_classless_routes_shut_out_the_others, 0, N_OF(routes));
    tcase_add_test(tc, c_036_a_broken_relay_option_is_kept_as_octets);
    tcase_add_test(tc, c_047_a_parameter_list_keeps_order_and_duplicates);
    tcase_add_test(tc, c_054_bootp_is_recognised_as_such);
    tcase_add_loop_test(tc, c_055_every_xid_is_ordinary, 0, 2);
    tcase_add_loop_test(tc, strict_parsing_follows_the_tables, 0, N_OF(strict));
    tcase_add_test(tc, one_line_says_what_came);
    tcase_add_test(tc, a_dump_names_every_field_option_and_warning);
    tcase_add_test(tc, any_octets_can_be_annotated);
    tcase_add_test(tc, an_empty_handle_is_a_message_of_zeros);
    tcase_add_test(tc, a_handle_forgets_the_message_before);
    tcase_add_test(tc, wrong_arguments_are_invalid);
    tcase_add_test(tc, running_out_of_memory_leaks_nothing_and_parsing_never_asks);
}

HARNESS_MAIN("wire/message", tests)
