/* SPDX-License-Identifier: MIT */
/* forms_test.c - views by form: always what the one-pass view says, whatever was seen before. */
#include "wire/dp_forms.h"

#include <string.h>

#include "base/dp_rng.h"
#include "support/harness.h"

enum {
    ROOM = 500,
    LEN = 300,
    LONG = 380 /* too long for one step */
};

static dp_forms forms;

static void set_up(void)
{
    memset(&forms, 0, sizeof forms);
}

/* A REQUEST of `len` octets; the longer kind has options behind the first step. */
static void compose(uint8_t *buf, size_t len)
{
    static const uint8_t options[] = {53, 1,  3,   61,  7,   1,  2, 0,  0, 0,  0, 9, 50,
                                      4,  10, 0,   0,   7,   0,  0, 54, 4, 10, 0, 0, 1,
                                      12, 3,  'a', 'b', 'c', 55, 4, 1,  3, 6,  15};
    size_t at = DP_OFF_OPTIONS + sizeof options;
    size_t i;

    memset(buf, 0, len);
    for (i = 0; i < DP_OFF_COOKIE; i++) {
        buf[i] = (uint8_t)(i + 1);
    }
    buf[DP_OFF_HLEN] = 6;
    dp_put32(buf + DP_OFF_CIADDR, 0);
    dp_put32(buf + DP_OFF_COOKIE, 0x63825363);
    memcpy(buf + DP_OFF_OPTIONS, options, sizeof options);
    if (len > LEN) {
        buf[at] = 82;
        buf[at + 1] = 40;
        at += 42;
    }
    buf[at] = 255;
}

static dp_form *form_of(unsigned type)
{
    return &forms.of[type];
}

/* Both ways on exact-size heap copies, so that a sanitizer sees any octet read outside. */
static void assert_same(const uint8_t *data, size_t len, const char *what, unsigned which)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    dp_view by_form, by_walk;
    unsigned s;
    int rc, walked;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, data, len);
    memset(&by_form, 0xee, sizeof by_form);
    memset(&by_walk, 0xee, sizeof by_walk);
    rc = dp_forms_parse(&forms, &by_form, copy, len);
    walked = dp_view_parse(&by_walk, copy, len, NULL);
    ck_assert_msg(rc == walked, "%s %u: %d, not %d", what, which, rc, walked);
    if (rc == 0) {
        ck_assert_msg(by_form.seen == by_walk.seen && by_form.flags == by_walk.flags &&
                          by_form.type == by_walk.type && by_form.len == by_walk.len &&
                          by_form.data == copy && by_form.base == copy,
                      "%s %u", what, which);
        for (s = 0; s < DP_V_COUNT; s++) {
            ck_assert_msg(!dp_view_has(&by_walk, (dp_view_slot)s) || by_form.at[s] == by_walk.at[s],
                          "%s %u: slot %u", what, which, s);
        }
    }
    free(copy);
}

START_TEST(the_first_message_is_a_form_for_those_after_it)
    {
        uint8_t buf[ROOM];
        dp_view v;

        compose(buf, LEN);
        ck_assert_int_eq(dp_forms_parse(&forms, &v, buf, LEN), 0);
        ck_assert_uint_eq(form_of(3)->need, LEN);
        form_of(3)->view.seen |= UINT32_C(1) << DP_V_T2; /* seen only where the form is used */
        ck_assert_int_eq(dp_forms_parse(&forms, &v, buf, LEN), 0);
        ck_assert_int_eq(dp_view_has(&v, DP_V_T2), 1);
        ck_assert_uint_eq(form_of(3)->misses, 0);
    }
END_TEST

START_TEST(values_are_those_of_the_message_itself)
    {
        uint8_t first[ROOM], second[ROOM];
        dhcpperf_ip4 ip;
        dp_view v;

        compose(first, LEN);
        memcpy(second, first, LEN);
        second[DP_OFF_OPTIONS + 17] = 99; /* option 50 */
        ck_assert_int_eq(dp_forms_parse(&forms, &v, first, LEN), 0);
        ck_assert_int_eq(dp_forms_parse(&forms, &v, second, LEN), 0);
        ck_assert_uint_eq(form_of(3)->misses, 0);
        ck_assert_int_eq(dp_view_ip4(&v, DP_V_REQUESTED_IP, &ip), 1);
        assert_ip4_eq(ip, "10.0.0.99");
    }
END_TEST

START_TEST(a_message_with_any_octet_changed_is_seen_as_it_is)
    {
        size_t len = _i == 0 ? LEN : LONG;
        uint8_t buf[ROOM];
        size_t at;
        unsigned v;

        for (at = 0; at < len; at++) {
            for (v = 0; v < 256; v += 5) { /* 0 and 255, too */
                compose(buf, len);
                set_up();
                assert_same(buf, len, "first", 0);
                ck_assert_uint_ne(form_of(3)->need, 0);
                buf[at] = (uint8_t)v;
                assert_same(buf, len, "octet", (unsigned)at);
            }
        }
    }
END_TEST

START_TEST(a_message_of_any_other_length_is_seen_as_it_is)
    {
        size_t len = _i == 0 ? LEN : LONG;
        uint8_t buf[ROOM] = {0};
        size_t n;

        compose(buf, len);
        assert_same(buf, len, "first", 0);
        for (n = 0; n <= ROOM; n++) {
            assert_same(buf, n, "length", (unsigned)n);
        }
        ck_assert_uint_gt(form_of(3)->need, 0);
    }
END_TEST

START_TEST(another_form_is_learnt_once_it_is_seen_often)
    {
        uint8_t buf[ROOM], other[ROOM];
        unsigned i;

        compose(buf, LEN);
        compose(other, LONG);
        assert_same(buf, LEN, "first", 0);
        for (i = 0; i < 16; i++) {
            assert_same(other, LONG, "other", i);
            ck_assert_uint_eq(form_of(3)->need, LEN);
        }
        assert_same(other, LONG, "other", i);
        ck_assert_uint_gt(form_of(3)->need, LEN);
        ck_assert_uint_eq(form_of(3)->misses, 0);
        assert_same(other, LONG, "other", i);
        ck_assert_uint_eq(form_of(3)->misses, 0);
    }
END_TEST

START_TEST(forms_of_renewals_have_a_place_of_their_own)
    {
        uint8_t buf[ROOM];

        compose(buf, LEN);
        assert_same(buf, LEN, "request", 0);
        buf[DP_OFF_CIADDR] = 10;
        assert_same(buf, LEN, "renewal", 0);
        ck_assert_uint_eq(form_of(3)->need, LEN);
        ck_assert_uint_eq(form_of(3)->misses, 0);
        ck_assert_uint_eq(form_of(3 + DP_FORMS / 2)->need, LEN);
    }
END_TEST

START_TEST(what_is_not_plain_is_no_form)
    {
        uint8_t buf[ROOM];

        compose(buf, LEN);
        buf[DP_OFF_OPTIONS + 12] = 61; /* the second one */
        assert_same(buf, LEN, "repeated", 0);
        ck_assert_uint_eq(form_of(3)->need, 0);
        compose(buf, LEN);
        memset(buf + DP_OFF_OPTIONS + 31, 0, LEN - DP_OFF_OPTIONS - 31);
        assert_same(buf, LEN, "without End", 0);
        ck_assert_uint_eq(form_of(3)->need, 0);
    }
END_TEST

START_TEST(a_look_finds_what_was_learnt_and_learns_nothing)
    {
        uint8_t buf[ROOM];
        dp_view v;

        compose(buf, LEN);
        ck_assert_int_eq(dp_forms_look(&forms, &v, buf, LEN), 0);
        ck_assert_uint_eq(form_of(3)->need, 0);
        ck_assert_uint_eq(v.type, 3);
        ck_assert_int_eq(dp_forms_parse(&forms, &v, buf, LEN), 0);
        form_of(3)->view.seen |= UINT32_C(1) << DP_V_T2;
        ck_assert_int_eq(dp_forms_look(&forms, &v, buf, LEN), 0);
        ck_assert_int_eq(dp_view_has(&v, DP_V_T2), 1);
        buf[DP_OFF_OPTIONS + 4] = 254; /* past the end */
        ck_assert_int_lt(dp_forms_look(&forms, &v, buf, LEN), 0);
        ck_assert_uint_eq(form_of(3)->misses, 0);
    }
END_TEST

/* Messages of few forms with values from few octets, so that forms are hit, missed and replaced. */
START_TEST(random_messages_are_seen_as_they_are)
    {
        static const uint8_t likely[] = {0, 1, 2, 3, 4, 50, 52, 53, 54, 55, 61, 82, 255};
        uint64_t seed = harness_seed((uint64_t)_i);
        uint8_t buf[ROOM];
        unsigned round, k;

        for (round = 0; round < 5000; round++) {
            size_t len = dp_below(dp_draw(seed, round, 1, 0), 4) == 0 ? LONG : LEN;
            unsigned n = (unsigned)dp_below(dp_draw(seed, round, 2, 0), 3);

            compose(buf, len);
            for (k = 0; k < n; k++) {
                size_t at = DP_OFF_OPTIONS + dp_below(dp_draw(seed, round, 3, k), 60);

                buf[at] = likely[dp_below(dp_draw(seed, round, 4, k), sizeof likely)];
            }
            assert_same(buf, len, "round", round);
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, the_first_message_is_a_form_for_those_after_it);
    tcase_add_test(tc, values_are_those_of_the_message_itself);
    tcase_add_loop_test(tc, a_message_with_any_octet_changed_is_seen_as_it_is, 0, 2);
    tcase_add_loop_test(tc, a_message_of_any_other_length_is_seen_as_it_is, 0, 2);
    tcase_add_test(tc, another_form_is_learnt_once_it_is_seen_often);
    tcase_add_test(tc, forms_of_renewals_have_a_place_of_their_own);
    tcase_add_test(tc, what_is_not_plain_is_no_form);
    tcase_add_test(tc, a_look_finds_what_was_learnt_and_learns_nothing);
    tcase_add_loop_test(tc, random_messages_are_seen_as_they_are, 0, 5);
}

HARNESS_MAIN("wire/forms", tests)
