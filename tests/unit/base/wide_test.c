/* SPDX-License-Identifier: MIT */
/* wide_test.c - 128-bit arithmetic: the portable forms, the compiler's, and division undone. */
#include "base/dp_wide.h"

#include "base/dp_rng.h"
#include "support/harness.h"

/* Words of all magnitudes, with the corners in between. */
static uint64_t word(uint64_t i, uint32_t which)
{
    uint64_t r = dp_draw(harness_seed(6), i, which, 0);

    switch (r % 8) {
    case 0:
        return UINT64_MAX;
    case 1:
        return UINT64_C(1) << (r >> 58);
    case 2:
        return (UINT64_C(1) << (r >> 58)) - 1;
    default:
        return (r >> 3) >> ((r >> 40) % 61);
    }
}

START_TEST(products_equal_the_portable_ones_and_divide_back)
    {
        uint64_t i, rest;

        for (i = 0; i < 50000; i++) {
            uint64_t a = word(i, 1), b = word(i, 2);
            dp_u128 p = dp_wide_mul(a, b), q = dp_wide_mul_portable(a, b), back;

            assert_fast(p.hi == q.hi && p.lo == q.lo, "%llu: product", (unsigned long long)i);
            assert_fast(dp_mul_high(a, b) == q.hi, "%llu: high half", (unsigned long long)i);
            if (b != 0) {
                back = dp_wide_div(p, b, &rest);
                assert_fast(back.hi == 0 && back.lo == a && rest == 0, "%llu: back",
                            (unsigned long long)i);
            }
        }
    }
END_TEST

/* n = q * d + r with r < d, for any n of 128 bits. */
START_TEST(quotient_and_rest_make_up_the_dividend)
    {
        uint64_t i, rest, rest2;

        for (i = 0; i < 20000; i++) {
            dp_u128 n = {word(i, 3) >> (i % 65 < 64 ? i % 65 : 63), word(i, 4)}, q, q2, sum;
            uint64_t d = word(i, 5);

            d += d == 0;
            q = dp_wide_div(n, d, &rest);
            q2 = dp_wide_div_portable(n, d, &rest2);
            assert_fast(q.hi == q2.hi && q.lo == q2.lo && rest == rest2, "%llu: forms differ",
                        (unsigned long long)i);
            sum = dp_wide_mul(q.lo, d);
            sum.hi += q.hi * d;
            sum = dp_wide_add(sum, dp_wide(rest));
            assert_fast(rest < d && sum.hi == n.hi && sum.lo == n.lo, "%llu: sum",
                        (unsigned long long)i);
        }
    }
END_TEST

START_TEST(sums_carry_differences_borrow_and_order_is_by_the_high_word)
    {
        dp_u128 a = {1, UINT64_MAX}, b = {0, 1}, c = dp_wide_add(a, b), d = dp_wide_sub(c, b);

        ck_assert_uint_eq(c.hi, 2);
        ck_assert_uint_eq(c.lo, 0);
        ck_assert_uint_eq(d.hi, 1);
        ck_assert_uint_eq(d.lo, UINT64_MAX);
        ck_assert_int_eq(dp_wide_less(a, c), 1);
        ck_assert_int_eq(dp_wide_less(c, a), 0);
        ck_assert_int_eq(dp_wide_less(a, a), 0);
        ck_assert_int_eq(dp_wide_less(b, a), 1);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, products_equal_the_portable_ones_and_divide_back);
    tcase_add_test(tc, quotient_and_rest_make_up_the_dividend);
    tcase_add_test(tc, sums_carry_differences_borrow_and_order_is_by_the_high_word);
}

HARNESS_MAIN("base/wide", tests)
