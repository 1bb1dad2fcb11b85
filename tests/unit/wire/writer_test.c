/* SPDX-License-Identifier: MIT */
/* writer_test.c - the writer: octets where they belong, splitting, option 82 last, overload,
 * limits, errors that stick.  Output goes to exact-size heap buffers. */
#include <libdhcpperf/message.h>

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/error.h>

#include "support/allocfail.h"
#include "support/harness.h"
#include "support/vectors.h"

enum {
    CAP = 65535,
    OPTIONS = 240,
    SNAME = 44,
    FILE_ = 108
};

static dhcpperf_writer *w;
static dhcpperf_msg *msg;
static uint8_t *out;
static size_t out_len;

static void setup(void)
{
    ck_assert_int_eq(dhcpperf_writer_new(&w, NULL), 0);
    ck_assert_int_eq(dhcpperf_msg_new(&msg, NULL), 0);
    out = malloc(CAP);
    memset(out, 0xee, CAP);
}

static void teardown(void)
{
    dhcpperf_writer_free(w);
    dhcpperf_msg_free(msg);
    free(out);
}

static void begin(dhcpperf_msg_type type)
{
    dhcpperf_writer_begin(w, out, CAP, type, 0x01020304);
}

static void add(uint8_t code, size_t len)
{
    static uint8_t value[CAP];
    dhcpperf_bytes v = {value, len};
    size_t i;

    for (i = 0; i < len; i++) {
        value[i] = (uint8_t)(i * 7 + code);
    }
    dhcpperf_writer_add_option(w, code, v);
}

/* Finishes and reads what was written. */
static void finish(size_t min_len)
{
    dhcpperf_parse_error e = {0, 0, 0};
    int rc = dhcpperf_writer_finish(w, min_len, &out_len);

    ck_assert_msg(rc == 0, "finish: %s", dhcpperf_strerror(rc));
    rc = dhcpperf_msg_parse(msg, out, out_len, 0, &e);
    ck_assert_msg(rc == 0, "parse: %s at %zu, option %d", dhcpperf_strerror(rc), e.offset,
                  e.option);
}

/* The option is there with the value that add() gave it. */
static void check_added(uint8_t code, size_t len)
{
    dhcpperf_bytes v;
    size_t i;

    ck_assert_msg(dhcpperf_msg_get_option(msg, code, &v) == 0, "option %d", code);
    ck_assert_msg(v.len == len, "option %d has %zu octets, not %zu", code, v.len, len);
    for (i = 0; i < len; i++) {
        ck_assert_msg(v.data[i] == (uint8_t)(i * 7 + code), "option %d octet %zu", code, i);
    }
}

#define assert_octets(at, hex) check_octets((at), (hex), __LINE__)
static void check_octets(size_t at, const char *hex, int line)
{
    uint8_t want[1024];
    long n = vectors_hex(hex, want, sizeof want);

    ck_assert_msg(n >= 0 && memcmp(out + at, want, (size_t)n) == 0, "line %d: octets at %zu", line,
                  at);
}

static dhcpperf_ip4 ip(uint8_t last)
{
    dhcpperf_ip4 v = {{10, 0, 0, last}};

    return v;
}

START_TEST(c_001_every_field_lands_where_rfc_2131_says) /* C-001 */
    {
        static const uint8_t mac[] = {2, 0, 0, 0, 0, 9};
        dhcpperf_bytes addr = {mac, sizeof mac};
        dhcpperf_bytes sname = {(const uint8_t *)"srv", 3}, file = {(const uint8_t *)"img", 3};

        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_set_hops(w, 4);
        dhcpperf_writer_set_secs(w, 0x1122);
        dhcpperf_writer_set_flags(w, DHCPPERF_FLAG_BROADCAST);
        dhcpperf_writer_set_ciaddr(w, ip(1));
        dhcpperf_writer_set_yiaddr(w, ip(2));
        dhcpperf_writer_set_siaddr(w, ip(3));
        dhcpperf_writer_set_giaddr(w, ip(4));
        dhcpperf_writer_set_chaddr(w, 6, addr);
        dhcpperf_writer_set_sname(w, sname);
        dhcpperf_writer_set_file(w, file);
        finish(300);
        ck_assert_uint_eq(out_len, 300); /* C-004 */
        assert_octets(0, "01 06 06 04 01020304 1122 8000 0a000001 0a000002 0a000003 0a000004"
                         "020000000009 00*10 737276 00*61 696d67 00*125 63825363 350101 ff 00*56");
        ck_assert_uint_eq(out[300], 0xee);
    }
END_TEST

START_TEST(op_follows_from_the_type)
    {
        static const uint8_t ops[] = {1, 1, 2, 1, 1, 2, 2, 1, 1, 2, 1, 2, 2, 2, 1, 2, 1, 2, 1};

        begin((dhcpperf_msg_type)_i);
        finish(0);
        ck_assert_msg(out[0] == ops[_i], "type %d", _i);
        ck_assert_int_eq(dhcpperf_msg_get_type(msg), _i);
        ck_assert_uint_eq(out_len, _i == 0 ? 241 : 244);
    }
END_TEST

START_TEST(c_008_end_is_the_last_option) /* C-008 */
    {
        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_add_str(w, 12, "a");
        finish(0);
        ck_assert_uint_eq(out_len, 247);
        assert_octets(OPTIONS, "350101 0c0161 ff");
        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_set_quirks(w, DHCPPERF_WRITE_NO_END);
        finish(0);
        ck_assert_uint_eq(out_len, 243);
    }
END_TEST

START_TEST(values_of_every_kind)
    {
        dhcpperf_ip4 ips[2] = {ip(1), ip(2)};
        dhcpperf_bytes none = {NULL, 0};

        begin(DHCPPERF_OFFER);
        dhcpperf_writer_add_u8(w, 23, 64);
        dhcpperf_writer_add_u16(w, 57, 0x1234);
        dhcpperf_writer_add_u32(w, 2, 0x89abcdef);
        dhcpperf_writer_add_dur(w, 51, 90 * DHCPPERF_NS_PER_S + 1);
        dhcpperf_writer_add_dur(w, 58, DHCPPERF_NEVER);
        dhcpperf_writer_add_dur(w, 59, DHCPPERF_NEVER - 1); /* C-031: long is not for ever */
        dhcpperf_writer_add_ip4(w, 3, ips, 2);
        dhcpperf_writer_add_ip4(w, 6, NULL, 0);
        dhcpperf_writer_add_option(w, 80, none); /* C-012 */
        dhcpperf_writer_add_text(w, 61, "mac:02:00:00:00:00:01");
        finish(0);
        assert_octets(OPTIONS, "350102 170140 39021234 020489abcdef 33040000005a 3a04ffffffff "
                               "3b04fffffffe 03080a0000010a000002 0600 5000 3d0701020000000001 ff");
    }
END_TEST

START_TEST(c_023_long_values_are_split_as_late_as_possible) /* C-023 */
    {
        static const size_t lens[] = {255, 256, 510, 511, 1000};
        size_t left = lens[_i], at = OPTIONS + 3;

        begin(DHCPPERF_ACK);
        add(43, lens[_i]);
        finish(0);
        check_added(43, lens[_i]);
        for (; left > 255; left -= 255, at += 257) {
            ck_assert_uint_eq(out[at], 43);
            ck_assert_uint_eq(out[at + 1], 255);
        }
        ck_assert_uint_eq(out[at], 43);
        ck_assert_uint_eq(out[at + 1], left);
        ck_assert_uint_eq(out[at + 2 + left], 255);
    }
END_TEST

START_TEST(c_037_relay_information_is_last_whenever_it_was_added) /* C-037, C-038 */
    {
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_add_str(w, 82, "\x01\x01x");
        dhcpperf_writer_add_str(w, 12, "host");
        dhcpperf_writer_add_u32(w, 51, 60);
        finish(300);
        assert_octets(OPTIONS, "350102 0c04686f7374 33040000003c 5203010178 ff 00");
        begin(DHCPPERF_OFFER);
        add(82, 304); /* circuit id 200 and remote id 100 */
        dhcpperf_writer_add_str(w, 12, "host");
        finish(0);
        check_added(82, 304);
        assert_octets(OPTIONS + 3, "0c04686f7374 52ff");
        ck_assert_uint_eq(out[OPTIONS + 3 + 6 + 257], 82);
        ck_assert_uint_eq(out[OPTIONS + 3 + 6 + 258], 304 - 255);
        ck_assert_uint_eq(out[out_len - 1], 255);
    }
END_TEST

START_TEST(a_message_is_padded_to_any_length)
    {
        static const size_t lens[] = {0, 244, 245, 300, 548, 1472, 65535};
        size_t i;

        begin(DHCPPERF_DISCOVER);
        finish(lens[_i]);
        ck_assert_uint_eq(out_len, lens[_i] < 244 ? 244 : lens[_i]);
        for (i = 244; i < out_len; i++) {
            ck_assert_uint_eq(out[i], 0);
        }
    }
END_TEST

START_TEST(c_049_a_short_buffer_is_told_the_length_and_not_written) /* C-049 */
    {
        size_t cap, len = 0;
        uint8_t *small;

        for (cap = 0; cap <= 300; cap++) {
            small = malloc(cap > 0 ? cap : 1);
            memset(small, 0xee, cap);
            dhcpperf_writer_begin(w, small, cap, DHCPPERF_DISCOVER, 1);
            add(43, 30);
            ck_assert_int_eq(dhcpperf_writer_finish(w, cap > 276 ? 300 : 0, &len),
                             cap == 276 || cap == 300 ? 0 : DHCPPERF_E_NOBUFS);
            ck_assert_msg(len == (cap > 276 ? 300 : 276), "capacity %zu", cap);
            ck_assert_msg(cap == 276 || cap == 300 || cap == 0 || small[cap - 1] == 0xee,
                          "capacity %zu", cap);
            free(small);
        }
        dhcpperf_writer_begin(w, NULL, 0, DHCPPERF_DISCOVER, 1);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(len, 244);
    }
END_TEST

START_TEST(more_than_a_datagram_is_refused)
    {
        size_t len = 0;

        begin(DHCPPERF_DISCOVER);
        add(43, 65000);
        add(44, 65000);
        ck_assert_int_eq(dhcpperf_writer_get_error(w), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(len, SIZE_MAX);
        begin(DHCPPERF_DISCOVER);
        finish(0);
    }
END_TEST

START_TEST(c_020_options_fill_the_field_then_go_to_file_then_sname) /* C-018, C-020 */
    {
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        add(12, 54); /* 240 + 3 + 56 + 1: to the last octet */
        finish(0);
        ck_assert_uint_eq(out_len, 300);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 0);
        check_added(12, 54);

        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        add(12, 55);
        finish(0);
        ck_assert_uint_le(out_len, 300);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 1);
        ck_assert_uint_eq(out[FILE_], 12); /* from octet 0, End, pads */
        ck_assert_uint_eq(out[FILE_ + 57], 255);
        ck_assert_uint_eq(out[FILE_ + 58] | out[FILE_ + 127], 0);
        check_added(12, 55);

        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        add(12, 51);  /* with option 52 to the last octet */
        add(15, 125); /* file to the last octet */
        add(14, 61);  /* sname to the last octet */
        finish(0);
        ck_assert_uint_eq(out_len, 300);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 3);
        ck_assert_uint_eq(out[299], 255);
        ck_assert_uint_eq(out[FILE_ + 127], 255);
        ck_assert_uint_eq(out[SNAME + 63], 255);
        check_added(12, 51);
        check_added(15, 125);
        check_added(14, 61);
        ck_assert_uint_eq(dhcpperf_msg_get_warnings(msg) & DHCPPERF_WARN_NO_END, 0);
    }
END_TEST

START_TEST(c_022_a_value_that_fits_nowhere_whole_is_cut_in_order) /* C-022, C-023 */
    {
        size_t len;

        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        add(43, 51 + 125 + 61);
        finish(0);
        ck_assert_uint_eq(out_len, 300);
        check_added(43, 51 + 125 + 61);
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        add(43, 51 + 125 + 61 + 1);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(len, OPTIONS + 3 + 2 + 238 + 1);
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        dhcpperf_writer_set_quirks(w, DHCPPERF_WRITE_NO_OVERLOAD);
        add(43, 60);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_NOBUFS);
    }
END_TEST

START_TEST(c_022_pieces_of_one_code_stay_in_order_over_the_fields) /* C-022 */
    {
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        add(12, 100);                           /* goes to file */
        dhcpperf_writer_add_str(w, 12, "tail"); /* would fit the options field, but must follow */
        finish(0);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 1);
        ck_assert_uint_eq(out[FILE_ + 102], 12);
    }
END_TEST

START_TEST(c_052_text_in_a_field_keeps_it_from_being_overloaded) /* C-052 */
    {
        dhcpperf_bytes name = {(const uint8_t *)"boot", 4};
        size_t len;

        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        dhcpperf_writer_set_file(w, name);
        add(12, 55);
        finish(0);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 2);
        assert_octets(FILE_, "626f6f74 00*124");
        check_added(12, 55);
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        dhcpperf_writer_set_file(w, name);
        dhcpperf_writer_set_sname(w, name);
        add(12, 55);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_NOBUFS);
    }
END_TEST

START_TEST(relay_information_stays_in_the_options_field)
    {
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_limit(w, 300);
        add(82, 40);
        add(12, 30);
        finish(0);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 1);
        ck_assert_uint_eq(out[out_len - 43], 82);
        check_added(82, 40);
        check_added(12, 30);
    }
END_TEST

/* Octets of one option of len octets with the heads of its pieces. */
static size_t on_the_wire(size_t len)
{
    return len + 2 * ((len + 254) / 255);
}

START_TEST(c_053_a_maximum_size_leaves_28_octets_for_ip_and_udp) /* C-053, C-016 */
    {
        static const unsigned sizes[][2] = {{0, 548}, {576, 548}, {577, 549}, {1500, 1472}};
        size_t len = sizes[_i][1] - OPTIONS;

        while (OPTIONS + 3 + on_the_wire(len) + 1 > sizes[_i][1]) {
            len--;
        }
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_max_size(w, (uint16_t)sizes[_i][0]);
        add(43, len);
        finish(0);
        ck_assert_uint_eq(out_len, sizes[_i][1]);
        ck_assert_uint_eq(dhcpperf_msg_get_overload(msg), 0);
        begin(DHCPPERF_OFFER);
        dhcpperf_writer_set_max_size(w, (uint16_t)sizes[_i][0]);
        add(43, len + 1);
        finish(0);
        ck_assert_uint_le(out_len, sizes[_i][1]);
        ck_assert_uint_ne(dhcpperf_msg_get_overload(msg), 0);
    }
END_TEST

/* A request with everything a reply may copy. */
static void parse_request(unsigned flags, uint8_t giaddr, const char *options)
{
    static uint8_t request[600];
    long n = vectors_hex(options, request + OPTIONS, sizeof request - OPTIONS);

    memset(request, 0, OPTIONS);
    request[0] = 1;
    request[1] = 32;
    request[2] = 8;
    request[3] = 5; /* hops */
    memcpy(request + 4, "\xde\xad\xbe\xef", 4);
    request[8] = 7; /* secs */
    request[10] = (uint8_t)(flags >> 8);
    request[11] = (uint8_t)flags;
    request[12] = 10; /* ciaddr */
    request[16] = 11;
    request[20] = 12;
    request[24] = giaddr;
    memset(request + 28, 0x77, 16);
    memcpy(request + 236, "\x63\x82\x53\x63", 4);
    ck_assert_int_eq(dhcpperf_msg_parse(msg, request, OPTIONS + (size_t)n, 0, NULL), 0);
}

START_TEST(a_reply_copies_what_rfc_2131_says)
    {
        parse_request(0x80ff, 13, "350103 3d020101 52020100 ff");
        dhcpperf_writer_reply_to(w, out, CAP, DHCPPERF_OFFER, msg);
        finish(0);
        /* all flag bits (C-030), hops and secs zero, all of chaddr, ciaddr not in an OFFER */
        assert_octets(0, "02 20 08 00 deadbeef 0000 80ff 00000000 00000000 00000000 0d000000 77*16 "
                         "00*192 63825363 350102 52020100 ff");
        parse_request(0, 13, "350103 52020100 ff");
        dhcpperf_writer_reply_to(w, out, CAP, DHCPPERF_ACK, msg);
        finish(0);
        assert_octets(10, "0000 0a000000");
        parse_request(0, 13, "350103 ff");
        dhcpperf_writer_reply_to(w, out, CAP, DHCPPERF_NAK, msg);
        finish(0);
        assert_octets(10, "8000 00000000"); /* RFC 2131 4.3.2: NAK through a relay */
        parse_request(0, 0, "350103 ff");
        dhcpperf_writer_reply_to(w, out, CAP, DHCPPERF_NAK, msg);
        finish(0);
        assert_octets(10, "0000 00000000");
    }
END_TEST

START_TEST(c_036_a_broken_relay_option_is_echoed) /* C-036 */
    {
        parse_request(0, 13, "350103 5204 01056162 ff");
        dhcpperf_writer_reply_to(w, out, CAP, DHCPPERF_ACK, msg);
        finish(0);
        assert_octets(OPTIONS, "350105 5204 01056162 ff");
        parse_request(0, 13, "350103 5200 ff");
        dhcpperf_writer_reply_to(w, out, CAP, DHCPPERF_ACK, msg);
        finish(0);
        assert_octets(OPTIONS, "350105 5200 ff");
    }
END_TEST

START_TEST(c_053_a_reply_keeps_to_the_size_the_client_takes) /* C-053 */
    {
        parse_request(0, 0, _i == 0 ? "350103 ff" : "350103 3902 05dc ff");
        dhcpperf_writer_reply_to(w, out, CAP, DHCPPERF_ACK, msg);
        add(43, 400);
        finish(0);
        ck_assert_msg(out_len <= (_i == 0 ? 548 : 1472), "case %d", _i);
        ck_assert_msg((dhcpperf_msg_get_overload(msg) != 0) == (_i == 0), "case %d", _i);
        check_added(43, 400);
    }
END_TEST

START_TEST(c_050_a_copy_can_be_changed) /* C-025, C-050 */
    {
        parse_request(0xffff, 13, "350103 e00101 0c0161 5202 0100 e00102 3904 01020304 ff");
        dhcpperf_writer_copy_of(w, out, CAP, msg);
        dhcpperf_writer_remove_option(w, 12);
        dhcpperf_writer_set_xid(w, 1);
        finish(0);
        assert_octets(0, "01 20 08 05 00000001 0700 ffff 0a000000 0b000000 0c000000 0d000000");
        assert_octets(OPTIONS, "350103 e00101 e00102 390401020304 52020100 ff");
        parse_request(0, 13, "350103 e00101 0c0161 5202 0100 e00102 3904 01020304 ff");
        dhcpperf_writer_copy_of(w, out, CAP, msg);
        dhcpperf_writer_remove_option(w, 82);
        dhcpperf_writer_remove_option(w, 224);
        dhcpperf_writer_remove_option(w, 99);
        finish(0);
        assert_octets(OPTIONS, "350103 0c0161 390401020304 ff");
    }
END_TEST

START_TEST(deliberate_nonsense_is_written_as_asked)
    {
        dhcpperf_bytes two = {(const uint8_t *)"ab", 2}, pad = {(const uint8_t *)"\0\xff", 2};
        size_t len;

        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_add_raw(w, 12, 200, two);
        dhcpperf_writer_add_octets(w, pad);
        dhcpperf_writer_add_raw(w, 52, 1, two);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), 0);
        assert_octets(OPTIONS, "350101 0cc86162 00ff 34016162 ff");
        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_set_limit(w, 250);
        dhcpperf_writer_add_raw(w, 12, 200, two);
        add(43, 10);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_NOBUFS);
        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_add_raw(w, 12, 200, two);
        dhcpperf_writer_remove_option(w, 53);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_STATE);
        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_set_raw(w, 236, two);
        dhcpperf_writer_set_hlen(w, 99);
        dhcpperf_writer_set_op(w, 7);
        dhcpperf_writer_set_htype(w, 8);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), 0);
        assert_octets(0, "07 08 63");
        assert_octets(236, "6162 5363");
    }
END_TEST

/* One misuse each. */
static void misuse(int i)
{
    static const uint8_t octets[256] = {1};
    dhcpperf_bytes v17 = {octets, 17}, v64 = {octets, 64}, v1 = {octets, 1};
    dhcpperf_bytes nul = {(const uint8_t *)"a\0b", 3};

    switch (i) {
    case 0:
        dhcpperf_writer_set_chaddr(w, 1, v17);
        break;
    case 1:
        dhcpperf_writer_set_sname(w, v64);
        break;
    case 2:
        dhcpperf_writer_set_file(w, nul);
        break;
    case 3:
        dhcpperf_writer_add_option(w, 0, v1);
        break;
    case 4:
        dhcpperf_writer_add_option(w, 255, v1);
        break;
    case 5:
        dhcpperf_writer_add_u8(w, 52, 1);
        break;
    case 6:
        dhcpperf_writer_set_raw(w, 240, v1);
        break;
    case 7:
        dhcpperf_writer_set_quirks(w, 1u << 20);
        break;
    default:
        dhcpperf_writer_add_text(w, 1, "not an address");
        break;
    }
}

START_TEST(the_first_error_sticks_until_the_next_begin)
    {
        int want = _i == 8 ? DHCPPERF_E_SYNTAX : DHCPPERF_E_INVALID;
        size_t len = 0;

        begin(DHCPPERF_DISCOVER);
        misuse(_i);
        ck_assert_msg(dhcpperf_writer_get_error(w) == want, "case %d", _i);
        add(43, 65000);
        add(43, 65000);
        dhcpperf_writer_set_secs(w, 1);
        ck_assert_msg(dhcpperf_writer_finish(w, 0, &len) == want, "case %d", _i);
        ck_assert_uint_eq(out[0], 0xee);
        begin(DHCPPERF_DISCOVER);
        ck_assert_int_eq(dhcpperf_writer_get_error(w), 0);
        finish(0);
    }
END_TEST

START_TEST(a_writer_works_only_between_begin_and_finish)
    {
        size_t len = 0;

        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_STATE);
        begin(DHCPPERF_DISCOVER);
        finish(0);
        dhcpperf_writer_set_secs(w, 9);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_STATE);
        begin((dhcpperf_msg_type)256);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(c_030_flags_other_than_broadcast_are_written_as_zero) /* C-030 */
    {
        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_set_flags(w, 0x7fff);
        finish(0);
        assert_octets(10, "0000");
        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_set_flags(w, 0xffff);
        finish(0);
        assert_octets(10, "8000");
    }
END_TEST

START_TEST(a_new_hardware_address_leaves_nothing_of_the_old)
    {
        dhcpperf_bytes six = {(const uint8_t *)"abcdef", 6}, none = {NULL, 0};

        begin(DHCPPERF_DISCOVER);
        dhcpperf_writer_set_chaddr(w, 1, six);
        dhcpperf_writer_set_chaddr(w, 32, none); /* C-028 */
        finish(0);
        assert_octets(1, "20 00");
        assert_octets(28, "00*16");
    }
END_TEST

START_TEST(running_out_of_memory_leaks_nothing_and_writing_never_asks)
    {
        dhcpperf_writer *one = NULL;
        allocfail af;
        size_t len;

        ck_assert_int_eq(dhcpperf_writer_new(NULL, NULL), DHCPPERF_E_INVALID);
        dhcpperf_writer_free(NULL);
        allocfail_init(&af, 1);
        ck_assert_int_eq(dhcpperf_writer_new(&one, &af.mem), DHCPPERF_E_NOMEM);
        ck_assert(allocfail_is_clean(&af));
        allocfail_init(&af, 0);
        ck_assert_int_eq(dhcpperf_writer_new(&one, &af.mem), 0);
        ck_assert_uint_eq(af.calls, 1);
        dhcpperf_writer_begin(one, out, CAP, DHCPPERF_OFFER, 1);
        dhcpperf_writer_set_limit(one, 300);
        dhcpperf_writer_add_text(one, 12,
                                 "a-name-that-is-long-enough-to-need-the-file-field-of-it");
        ck_assert_int_eq(dhcpperf_writer_finish(one, 0, &len), 0);
        ck_assert_uint_eq(af.calls, 1);
        dhcpperf_writer_free(one);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, c_001_every_field_lands_where_rfc_2131_says);
    tcase_add_loop_test(tc, op_follows_from_the_type, 0, 19);
    tcase_add_test(tc, c_008_end_is_the_last_option);
    tcase_add_test(tc, values_of_every_kind);
    tcase_add_loop_test(tc, c_023_long_values_are_split_as_late_as_possible, 0, 5);
    tcase_add_test(tc, c_037_relay_information_is_last_whenever_it_was_added);
    tcase_add_loop_test(tc, a_message_is_padded_to_any_length, 0, 7);
    tcase_add_test(tc, c_049_a_short_buffer_is_told_the_length_and_not_written);
    tcase_add_test(tc, more_than_a_datagram_is_refused);
    tcase_add_test(tc, c_020_options_fill_the_field_then_go_to_file_then_sname);
    tcase_add_test(tc, c_022_a_value_that_fits_nowhere_whole_is_cut_in_order);
    tcase_add_test(tc, c_022_pieces_of_one_code_stay_in_order_over_the_fields);
    tcase_add_test(tc, c_052_text_in_a_field_keeps_it_from_being_overloaded);
    tcase_add_test(tc, relay_information_stays_in_the_options_field);
    tcase_add_loop_test(tc, c_053_a_maximum_size_leaves_28_octets_for_ip_and_udp, 0, 4);
    tcase_add_test(tc, a_reply_copies_what_rfc_2131_says);
    tcase_add_test(tc, c_036_a_broken_relay_option_is_echoed);
    tcase_add_loop_test(tc, c_053_a_reply_keeps_to_the_size_the_client_takes, 0, 2);
    tcase_add_test(tc, c_050_a_copy_can_be_changed);
    tcase_add_test(tc, deliberate_nonsense_is_written_as_asked);
    tcase_add_loop_test(tc, the_first_error_sticks_until_the_next_begin, 0, 9);
    tcase_add_test(tc, a_writer_works_only_between_begin_and_finish);
    tcase_add_test(tc, c_030_flags_other_than_broadcast_are_written_as_zero);
    tcase_add_test(tc, a_new_hardware_address_leaves_nothing_of_the_old);
    tcase_add_test(tc, running_out_of_memory_leaks_nothing_and_writing_never_asks);
}

HARNESS_MAIN("wire/writer", tests)
