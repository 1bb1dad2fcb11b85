/* SPDX-License-Identifier: MIT */
/* held_test.c - the queue of held replies against plain arrays. */
#include "server/dp_server.h"

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

enum {
    CAP = 50
};

static allocfail af;
static dp_held held;

static void open_held(int delays, int commits)
{
    allocfail_init(&af, 0);
    ck_assert_int_eq(dp_held_init(&held, CAP, delays, commits, &af.mem), 0);
}

static void close_held(void)
{
    dp_held_fini(&held, &af.mem);
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

static uint32_t take(uint32_t name)
{
    uint32_t i = dp_held_take(&held);

    ck_assert_uint_ne(i, DP_LEASE_NONE);
    held.reply[i].echo = 0;
    held.reply[i].name = name;
    return i;
}

START_TEST(replies_leave_in_the_order_of_their_instants_and_their_arrival)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1);
        dhcpperf_ts due[CAP], now = 1000, last = 0;
        uint32_t k, i, out = 0, last_k = 0;

        open_held(1, 0);
        for (k = 0; k < CAP; k++) {
            due[k] = now + 1 + dp_draw(seed, k, 0, 0) % 30;
            dp_held_queue(&held, take(k), due[k], now);
        }
        ck_assert(dp_held_is_full(&held));
        ck_assert_uint_eq(dp_held_take(&held), DP_LEASE_NONE);
        while (out < CAP) {
            dhcpperf_ts next = dp_held_deadline(&held);

            ck_assert_msg(next != DHCPPERF_NEVER, "seed %d: %u are lost", _i, CAP - out);
            now = next > now ? next : now + 1;
            (void)dp_held_advance(&held, now);
            while ((i = dp_held_next(&held)) != DP_LEASE_NONE) {
                k = held.reply[i].name;
                ck_assert_msg(due[k] <= now, "seed %d: early", _i);
                ck_assert_msg(out == 0 || due[k] > last || (due[k] == last && k > last_k),
                              "seed %d: out of order", _i);
                last = due[k];
                last_k = k;
                dp_held_drop(&held, i);
                out++;
            }
        }
        ck_assert_uint_eq(held.used, 0);
        close_held();
    }
END_TEST

START_TEST(slots_are_used_again_for_ever)
    {
        uint32_t k, i;

        open_held(0, 0);
        for (k = 0; k < 10 * CAP; k++) {
            dp_held_queue(&held, take(k), 0, 0);
            if (k % 3 != 0 || held.used > CAP / 2) {
                i = dp_held_next(&held);
                dp_held_drop(&held, i);
            }
        }
        ck_assert_uint_le(held.fresh, CAP);
        close_held();
    }
END_TEST

START_TEST(commits_free_a_prefix)
    {
        uint32_t k, i, freed = 0;
        uint64_t committed;

        open_held(0, 1);
        for (k = 0; k < 20; k++) {
            dp_held_wait(&held, take(k), (dp_wait){1 + k / 2, 0}); /* two of a kind */
        }
        for (committed = 0; committed <= 10; committed += 3) {
            while ((i = dp_held_commit(&held, committed)) != DP_LEASE_NONE) {
                ck_assert_uint_eq(held.reply[i].name, freed);
                freed++;
            }
            ck_assert_uint_eq(freed, 2 * committed);
        }
        ck_assert_uint_eq(dp_held_deadline(&held), DHCPPERF_NEVER);
        close_held();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, replies_leave_in_the_order_of_their_instants_and_their_arrival, 0, 20);
    tcase_add_test(tc, slots_are_used_again_for_ever);
    tcase_add_test(tc, commits_free_a_prefix);
}

HARNESS_MAIN("server/held", tests)
