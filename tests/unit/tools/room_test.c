/* SPDX-License-Identifier: MIT */
/* room_test.c - a second's answers have room. */
#include "dhcp-tester/room.h"

#include "common/network.h"
#include "support/harness.h"

#define MIB (UINT64_C(1) << 20)

START_TEST(a_second_holds_two_answers_of_each_client)
    {
        ck_assert_uint_eq(room_needed(0), 0);
        ck_assert_uint_eq(room_needed(1), 2 * NETWORK_BYTES_PER_ANSWER);
        ck_assert_uint_eq(room_needed(10000), 20000 * NETWORK_BYTES_PER_ANSWER);
    }
END_TEST

/* The kernel grants twice what it is asked for; carriers ask for 128 MiB by themselves. */
START_TEST(more_is_asked_for_where_a_second_needs_more)
    {
        static const struct {
            double rate;
            uint64_t ask;
        } v[] = {{0, 0},
                 {10000, 0},
                 {78673, 0},
                 {79673, UINT64_C(79673) * NETWORK_BYTES_PER_ANSWER},
                 {1e7, 1024 * MIB}};
        unsigned i;

        for (i = 0; i < sizeof v / sizeof v[0]; i++) {
            ck_assert_msg(room_to_ask(v[i].rate) == v[i].ask, "%g: %u", v[i].rate,
                          (unsigned)room_to_ask(v[i].rate));
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_second_holds_two_answers_of_each_client);
    tcase_add_test(tc, more_is_asked_for_where_a_second_needs_more);
}

HARNESS_MAIN("tools/room", tests)
