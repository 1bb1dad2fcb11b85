/* SPDX-License-Identifier: MIT */
/* bitmap_test.c - bitmaps against an array of bools. */
#include "base/dp_bitmap.h"

#include <string.h>

#include "base/dp_rng.h"
#include "support/harness.h"

static size_t model_next(const char *model, size_t n, size_t from, char want)
{
    while (from < n && model[from] != want) {
        from++;
    }
    return from < n ? from : n;
}

/* Sizes around word borders, densities from empty to full, every starting point. */
START_TEST(searches_find_what_a_plain_array_finds)
    {
        static const size_t sizes[] = {1, 63, 64, 65, 127, 128, 129, 200, 640, 1000};
        size_t n = sizes[_i % 10], words = dp_bitmap_words(n), i;
        unsigned density = (unsigned)_i / 10;
        uint64_t *bits = calloc(words, sizeof *bits); /* exact, so an overrun is seen */
        char *model = calloc(n, 1);

        if (_i % 2 == 1) { /* bits past the end must not matter */
            memset(bits, 0xff, words * sizeof *bits);
        }
        for (i = 0; i < n; i++) {
            model[i] = dp_below(dp_draw(harness_seed(2), i, 0, (uint64_t)_i), 5) < density;
            if (model[i]) {
                dp_bitmap_set(bits, i);
            } else {
                dp_bitmap_clear(bits, i);
            }
        }
        for (i = 0; i < n; i++) {
            assert_fast(dp_bitmap_get(bits, i) == model[i], "case %d bit %zu", _i, i);
            assert_fast(dp_bitmap_next_set(bits, n, i) == model_next(model, n, i, 1),
                        "case %d set from %zu", _i, i);
            assert_fast(dp_bitmap_next_clear(bits, n, i) == model_next(model, n, i, 0),
                        "case %d clear from %zu", _i, i);
        }
        ck_assert_uint_eq(dp_bitmap_next_set(bits, n, n), n);
        ck_assert_uint_eq(dp_bitmap_next_clear(bits, n, n + 1000), n);
        free(bits);
        free(model);
    }
END_TEST

START_TEST(words_are_enough_and_not_one_too_many)
    {
        ck_assert_uint_eq(dp_bitmap_words(0), 0);
        ck_assert_uint_eq(dp_bitmap_words(1), 1);
        ck_assert_uint_eq(dp_bitmap_words(64), 1);
        ck_assert_uint_eq(dp_bitmap_words(65), 2);
        ck_assert_uint_eq(dp_bitmap_next_clear(NULL, 0, 0), 0);
        ck_assert_uint_eq(dp_bitmap_next_set(NULL, 0, 0), 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, searches_find_what_a_plain_array_finds, 0, 60);
    tcase_add_test(tc, words_are_enough_and_not_one_too_many);
}

HARNESS_MAIN("base/bitmap", tests)
