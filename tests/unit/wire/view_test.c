/* SPDX-License-Identifier: MIT */
/* view_test.c - the one-pass view: what it finds, what it hands to the full parser, its bounds. */
#include "wire/dp_view.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_rng.h"
#include "support/harness.h"

/* A fixed part with distinct octets, the cookie, then the options. */
static size_t compose(uint8_t *buf, const uint8_t *options, size_t n)
{
    size_t i;

    for (i = 0; i < DP_OFF_COOKIE; i++) {
        buf[i] = (uint8_t)(i + 1);
    }
    buf[DP_OFF_HLEN] = 6;
    dp_put32(buf + DP_OFF_COOKIE, 0x63825363);
    if (n > 0) {
        memcpy(buf + DP_OFF_OPTIONS, options, n);
    }
    return DP_OFF_OPTIONS + n;
}

/* Parses an exact-size heap copy, so that a sanitizer sees any octet read outside it. */
static int parse(dp_view *v, const uint8_t *data, size_t len, dhcpperf_parse_error *e)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    size_t i;
    int rc;

    ck_assert_ptr_nonnull(copy);
    if (len > 0) {
        memcpy(copy, data, len);
    }
    rc = dp_view_parse(v, copy, len, e);
    for (i = DP_V_OTHER + 1; rc == 0 && i < DP_V_COUNT; i++) {
        if (dp_view_has(v, (dp_view_slot)i)) {
            ck_assert_uint_ge((size_t)(dp_view_val(v, (dp_view_slot)i) - copy), DP_OFF_OPTIONS);
            ck_assert_uint_le((size_t)(dp_view_val(v, (dp_view_slot)i) - copy) +
                                  dp_view_len(v, (dp_view_slot)i),
                              len);
        }
    }
    v->data = v->base = data;
    free(copy);
    return rc;
}

START_TEST(a_plain_message_is_described_completely)
    {
        static const uint8_t options[] = {53, 1, 3,  50, 4, 10, 0,  0, 7,   54, 4, 192, 0,
                                          2,  1, 61, 3,  1, 2,  3,  0, 0,   12, 2, 'h', 'i',
                                          82, 4, 1,  2,  9, 9,  80, 0, 255, 12, 9};
        uint8_t buf[400];
        size_t len = compose(buf, options, sizeof options);
        dhcpperf_ip4 ip;
        dp_view v;

        ck_assert_int_eq(parse(&v, buf, len, NULL), 0);
        ck_assert_uint_eq(v.type, 3);
        ck_assert_uint_eq(v.flags, 0);
        ck_assert_uint_eq(v.len, len);
        ck_assert_int_eq(dp_view_ip4(&v, DP_V_REQUESTED_IP, &ip), 1);
        assert_ip4_eq(ip, "10.0.0.7");
        ck_assert_uint_eq(dp_view_len(&v, DP_V_CLIENT_ID), 3);
        assert_mem_eq(dp_view_val(&v, DP_V_CLIENT_ID), "\1\2\3", 3);
        ck_assert_uint_eq(dp_view_len(&v, DP_V_HOSTNAME), 2);
        ck_assert_int_eq(dp_view_has(&v, DP_V_RAPID_COMMIT), 1); /* C-012 */
        ck_assert_uint_eq(dp_view_len(&v, DP_V_RAPID_COMMIT), 0);
        ck_assert_int_eq(dp_view_has(&v, DP_V_LEASE_TIME), 0);
    }
END_TEST

START_TEST(every_slot_is_found_under_its_own_code)
    {
#define CODE(name, code) code,
        static const uint8_t codes[] = {DP_VIEW_MAP(CODE)};
#undef CODE
        uint8_t options[] = {codes[_i], 2, 0xaa, 0xbb, 255};
        uint8_t buf[300];
        dp_view v;

        ck_assert_int_eq(parse(&v, buf, compose(buf, options, sizeof options), NULL), 0);
        ck_assert_msg(v.seen == UINT32_C(1) << (_i + 1), "slot %d: seen is %08x", _i, v.seen);
        assert_mem_eq(dp_view_val(&v, (dp_view_slot)(_i + 1)), "\xaa\xbb", 2);
    }
END_TEST

START_TEST(c_003_every_length_under_240_is_truncated) /* C-003 */
    {
        uint8_t buf[240];
        dhcpperf_parse_error e = {0, 0, 0};
        dp_view v;

        compose(buf, NULL, 0);
        ck_assert_msg(parse(&v, buf, (size_t)_i, &e) == DHCPPERF_E_TRUNCATED, "length %d", _i);
        ck_assert_msg(e.offset == (size_t)_i && e.option == -1 && e.code == DHCPPERF_E_TRUNCATED,
                      "length %d", _i);
    }
END_TEST

START_TEST(c_002_any_changed_cookie_octet_is_not_dhcp) /* C-002 */
    {
        uint8_t buf[240];
        dhcpperf_parse_error e;
        dp_view v;

        compose(buf, NULL, 0);
        buf[DP_OFF_COOKIE + _i] ^= 0x10;
        ck_assert_msg(parse(&v, buf, sizeof buf, &e) == DHCPPERF_E_COOKIE, "octet %d", _i);
        ck_assert_msg(e.offset == DP_OFF_COOKIE, "octet %d", _i);
    }
END_TEST

START_TEST(c_054_an_all_zero_vendor_area_is_bootp) /* C-054 */
    {
        uint8_t buf[300] = {1, 1, 6};
        dp_view v;

        ck_assert_int_eq(parse(&v, buf, sizeof buf, NULL), 0);
        ck_assert_uint_eq(v.type, 0);
        ck_assert_uint_eq(v.seen, 0);
        ck_assert_uint_eq(v.flags, DP_VIEW_NO_COOKIE);
        buf[299] = 1;
        ck_assert_int_eq(parse(&v, buf, sizeof buf, NULL), DHCPPERF_E_COOKIE);
    }
END_TEST

START_TEST(c_027_hlen_over_16_is_refused_and_up_to_16_taken) /* C-027 */
    {
        uint8_t buf[240];
        dhcpperf_parse_error e;
        dp_view v;

        compose(buf, NULL, 0);
        buf[DP_OFF_HLEN] = (uint8_t)_i;
        ck_assert_msg(parse(&v, buf, sizeof buf, &e) == (_i <= 16 ? 0 : DHCPPERF_E_MALFORMED),
                      "hlen %d", _i);
        ck_assert_msg(_i <= 16 || e.offset == DP_OFF_HLEN, "hlen %d", _i);
    }
END_TEST

START_TEST(c_009_a_missing_end_is_flagged_not_refused) /* C-009 */
    {
        static const uint8_t options[] = {53, 1, 1};
        uint8_t buf[300];
        dp_view v;

        ck_assert_int_eq(parse(&v, buf, compose(buf, options, sizeof options), NULL), 0);
        ck_assert_uint_eq(v.type, 1);
        ck_assert_uint_eq(v.flags, DP_VIEW_NO_END);
    }
END_TEST

START_TEST(c_010_a_length_past_the_end_is_truncation_at_that_option) /* C-010 */
    {
        uint8_t options[] = {53, 1, 1, 12, (uint8_t)_i, 'a', 'b'};
        dhcpperf_parse_error e = {0, 0, 0};
        uint8_t buf[300];
        dp_view v;
        int rc = parse(&v, buf, compose(buf, options, sizeof options), &e);

        ck_assert_msg(rc == (_i == 2 ? 0 : DHCPPERF_E_TRUNCATED), "length %d", _i);
        if (_i > 2) {
            ck_assert_msg(e.offset == 243 && e.option == 12, "length %d", _i);
        }
    }
END_TEST

START_TEST(c_011_a_code_as_the_last_octet_is_truncation) /* C-011 */
    {
        static const uint8_t options[] = {53, 1, 1, 0x0c};
        dhcpperf_parse_error e = {0, 0, 0};
        uint8_t buf[300];
        dp_view v;

        ck_assert_int_eq(parse(&v, buf, compose(buf, options, sizeof options), &e),
                         DHCPPERF_E_TRUNCATED);
        ck_assert_uint_eq(e.offset, 243);
        ck_assert_int_eq(e.option, 12);
    }
END_TEST

START_TEST(repeated_options_and_overload_are_complex)
    {
        static const struct {
            uint8_t options[16];
            size_t n;
            int complex;
        } cases[] = {
            {{53, 1, 1, 61, 2, 1, 2, 61, 1, 3, 255}, 11, 1},
            {{53, 1, 1, 52, 1, 1, 255}, 7, 1},
            {{53, 1, 1, 53, 1, 1, 255}, 7, 1},
            {{53, 1, 1, 43, 1, 1, 43, 1, 1, 255}, 10, 0}, /* no engine looks at 43 */
            {{53, 1, 1, 255, 53, 1, 1}, 7, 0},            /* behind End nothing counts */
        };
        uint8_t buf[300];
        dp_view v;

        ck_assert_int_eq(parse(&v, buf, compose(buf, cases[_i].options, cases[_i].n), NULL), 0);
        ck_assert_msg((v.flags & DP_VIEW_COMPLEX) == (unsigned)cases[_i].complex, "case %d", _i);
    }
END_TEST

START_TEST(c_013_a_type_of_other_than_one_octet_is_no_type) /* C-013 */
    {
        static const uint8_t options[] = {53, 2, 1, 1, 255};
        uint8_t buf[300];
        dp_view v;

        ck_assert_int_eq(parse(&v, buf, compose(buf, options, sizeof options), NULL), 0);
        ck_assert_uint_eq(v.type, 0);
        ck_assert_int_eq(dp_view_has(&v, DP_V_MSG_TYPE), 1);
    }
END_TEST

/* Options built from few octet values, so that pads, ends, overruns and repeats are all common. */
static size_t random_message(uint8_t *buf, uint64_t seed)
{
    static const uint8_t likely[] = {0, 1, 2, 3, 4, 50, 52, 53, 54, 55, 61, 80, 82, 255};
    uint8_t options[120];
    size_t i, n = dp_below(dp_draw(seed, 1, 1, 0), sizeof options);

    for (i = 0; i < n; i++) {
        options[i] = likely[dp_below(dp_draw(seed, 2, 2, i), sizeof likely)];
    }
    return compose(buf, options, n);
}

START_TEST(view_and_full_parser_agree_on_random_messages)
    {
        uint64_t seed = harness_seed((uint64_t)_i);
        dhcpperf_parse_error ve = {0, 0, 0}, me = {0, 0, 0};
        uint8_t buf[400];
        dhcpperf_msg *msg;
        unsigned round, s;

        ck_assert_int_eq(dhcpperf_msg_new(&msg, NULL), 0);
        for (round = 0; round < 2000; round++) {
            size_t len = random_message(buf, seed * 10000 + round);
            dp_view quick, full;
            int rc = parse(&quick, buf, len, &ve);
            int rm = dhcpperf_msg_parse(msg, buf, len, 0, &me);

            if (rc != 0) {
                ck_assert_msg(rm == rc && ve.offset == me.offset && ve.option == me.option,
                              "seed %d round %u", _i, round);
            }
            if (rc != 0 || (quick.flags & DP_VIEW_COMPLEX) != 0) {
                continue;
            }
            ck_assert_msg(rm == 0, "seed %d round %u", _i, round);
            dp_view_from_msg(&full, msg);
            ck_assert_msg(quick.seen == full.seen && quick.flags == full.flags &&
                              quick.type == full.type && quick.len == full.len,
                          "seed %d round %u", _i, round);
            for (s = 0; s < DP_V_COUNT; s++) {
                ck_assert_msg(!dp_view_has(&quick, (dp_view_slot)s) ||
                                  (dp_view_len(&quick, (dp_view_slot)s) ==
                                       dp_view_len(&full, (dp_view_slot)s) &&
                                   dp_view_val(&quick, (dp_view_slot)s) ==
                                       dp_view_val(&full, (dp_view_slot)s)),
                              "seed %d round %u slot %u", _i, round, s);
            }
        }
        dhcpperf_msg_free(msg);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_plain_message_is_described_completely);
    tcase_add_loop_test(tc, every_slot_is_found_under_its_own_code, 0, DP_V_COUNT - 1);
    tcase_add_loop_test(tc, c_003_every_length_under_240_is_truncated, 0, 240);
    tcase_add_loop_test(tc, c_002_any_changed_cookie_octet_is_not_dhcp, 0, 4);
    tcase_add_test(tc, c_054_an_all_zero_vendor_area_is_bootp);
    tcase_add_loop_test(tc, c_027_hlen_over_16_is_refused_and_up_to_16_taken, 0, 256);
    tcase_add_test(tc, c_009_a_missing_end_is_flagged_not_refused);
    tcase_add_loop_test(tc, c_010_a_length_past_the_end_is_truncation_at_that_option, 2, 256);
    tcase_add_test(tc, c_011_a_code_as_the_last_octet_is_truncation);
    tcase_add_loop_test(tc, repeated_options_and_overload_are_complex, 0, 5);
    tcase_add_test(tc, c_013_a_type_of_other_than_one_octet_is_no_type);
    tcase_add_loop_test(tc, view_and_full_parser_agree_on_random_messages, 0, 5);
}

HARNESS_MAIN("wire/view", tests)
