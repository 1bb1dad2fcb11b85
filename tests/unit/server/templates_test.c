/* SPDX-License-Identifier: MIT */
/* templates_test.c - request lists and their numbers; what is laid out is seen in replies_test. */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

static allocfail af;
static dp_templates templates;

static void open_templates(void)
{
    memset(&templates, 0, sizeof templates);
    allocfail_init(&af, 0);
    ck_assert_int_eq(dp_templates_init(&templates, 1, &af.mem), 0);
}

static void close_templates(void)
{
    dp_templates_fini(&templates, &af.mem);
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

START_TEST(a_list_keeps_its_number_and_order_matters)
    {
        static const uint8_t a[] = {1, 3, 6}, b[] = {3, 1, 6}, c[] = {1, 3};
        int na, nb, nc, none;

        open_templates();
        na = dp_profile_find(&templates, 7, 0, a, sizeof a);
        nb = dp_profile_find(&templates, 7, 0, b, sizeof b);
        nc = dp_profile_find(&templates, 7, 0, c, sizeof c);
        none = dp_profile_find(&templates, 7, 0, a, 0);
        ck_assert(na != nb && nb != nc && na != nc && none != na);
        ck_assert_int_eq(dp_profile_find(&templates, 7, 0, a, sizeof a), na);
        ck_assert_int_eq(dp_profile_find(&templates, 7, 0, c, sizeof c), nc);
        ck_assert_int_eq(dp_profile_find(&templates, 7, 0, b, sizeof b), nb);
        ck_assert_int_eq(dp_profile_find(&templates, 7, 0, c, 0), none);
        close_templates();
    }
END_TEST

START_TEST(a_list_in_use_is_never_replaced)
    {
        uint8_t kept[8] = {1, 3, 6, 15, 28, 42, 51, 58}, other[8];
        uint32_t generation;
        unsigned k;
        int i;

        open_templates();
        i = dp_profile_find(&templates, 7, 0, kept, sizeof kept);
        templates.profiles[i].refs = 1;
        generation = templates.profiles[i].generation;
        for (k = 0; k < 20000; k++) {
            uint64_t r = dp_draw(1, k, 0, 0);

            memcpy(other, &r, sizeof other);
            ck_assert_int_ge(dp_profile_find(&templates, 7, 0, other, sizeof other), 0);
        }
        ck_assert_uint_eq(templates.profiles[i].generation, generation);
        ck_assert_int_eq(dp_profile_find(&templates, 7, 0, kept, sizeof kept), i);
        close_templates();
    }
END_TEST

START_TEST(when_all_places_are_in_use_there_is_no_number)
    {
        unsigned k, refused = 0;

        open_templates();
        for (k = 0; k < 4 * DP_PROFILE_SETS * DP_WAYS; k++) {
            uint8_t list[4] = {(uint8_t)k, (uint8_t)(k >> 8), 1, 2};
            int i = dp_profile_find(&templates, 7, 0, list, sizeof list);

            if (i < 0) {
                refused++;
            } else {
                templates.profiles[i].refs++;
            }
        }
        ck_assert_uint_ge(refused, 3 * DP_PROFILE_SETS * DP_WAYS);
        close_templates();
    }
END_TEST

START_TEST(a_list_longer_than_any_is_cut)
    {
        uint8_t list[400];

        memset(list, 6, sizeof list);
        open_templates();
        ck_assert_int_ge(dp_profile_find(&templates, 7, 0, list, sizeof list), 0);
        ck_assert_int_eq(dp_profile_find(&templates, 7, 0, list, 255),
                         dp_profile_find(&templates, 7, 0, list, sizeof list));
        close_templates();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_list_keeps_its_number_and_order_matters);
    tcase_add_test(tc, a_list_in_use_is_never_replaced);
    tcase_add_test(tc, when_all_places_are_in_use_there_is_no_number);
    tcase_add_test(tc, a_list_longer_than_any_is_cut);
}

HARNESS_MAIN("server/templates", tests)
