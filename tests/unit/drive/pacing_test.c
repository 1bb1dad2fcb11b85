/* SPDX-License-Identifier: MIT */
/* pacing_test.c - when a pump wants to be stepped, by instants alone. */
#include "drive/dp_pacing.h"

#include "base/dp_rng.h"
#include "support/harness.h"

#define US DHCPPERF_NS_PER_US
#define S  DHCPPERF_NS_PER_S

static dp_pacing of_mode(dhcpperf_pacing mode, dhcpperf_dur tick)
{
    dp_pacing p;

    ck_assert_int_eq(dp_pacing_set(&p, mode, tick), 0);
    return p;
}

START_TEST(a_mode_takes_what_belongs_to_it)
    {
        dp_pacing p = of_mode(DHCPPERF_PACE_BATCH, 10 * US);

        ck_assert_int_eq(dp_pacing_set(&p, DHCPPERF_PACE_BATCH, 10 * US - 1), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dp_pacing_set(&p, DHCPPERF_PACE_BATCH, S + 1), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dp_pacing_set(&p, DHCPPERF_PACE_EARLIEST, 10 * US), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dp_pacing_set(&p, DHCPPERF_PACE_PRECISE, 10 * US), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dp_pacing_set(&p, (dhcpperf_pacing)3, 0), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(p.tick, 10 * US); /* a refusal changes nothing */
        ck_assert_int_eq(dp_pacing_set(&p, DHCPPERF_PACE_BATCH, 0), 0);
        ck_assert_uint_lt(p.tick, 1000 * US);
        ck_assert_uint_eq(100000 * US % p.tick, 0); /* windows of 100 ms hold whole ticks */
    }
END_TEST

START_TEST(earliest_follows_the_engine)
    {
        dp_pacing p = of_mode(DHCPPERF_PACE_EARLIEST, 0);

        ck_assert_uint_eq(dp_pacing_wake(&p, 17), 17);
        dp_pacing_note(&p, 1000, true, false);
        ck_assert_uint_eq(dp_pacing_wake(&p, 1001), 1001);
        ck_assert_uint_eq(dp_pacing_wake(&p, DHCPPERF_NEVER), DHCPPERF_NEVER);
        ck_assert(dp_pacing_reads(&p));
        ck_assert_uint_eq(dp_pacing_loan(&p, 64), 64);
    }
END_TEST

/* Steps end late by anything up to several ticks; still every wish lies on the grid of the first
 * step, after the latest step, and no tick on which something is due is left out. */
START_TEST(ticks_stay_on_their_grid_however_late_steps_are)
    {
        const dhcpperf_dur tick = 800 * US;
        uint64_t seed = harness_seed(7), k;
        dp_pacing p = of_mode(DHCPPERF_PACE_BATCH, tick);
        dhcpperf_ts now = 1000 * S + 123, anchor = now;

        dp_pacing_note(&p, now, true, false);
        for (k = 0; k < 100000; k++) {
            dhcpperf_ts due = now + dp_below(dp_draw(seed, (uint64_t)_i, 1, k), 5 * tick) - tick;
            dhcpperf_ts wake = dp_pacing_wake(&p, due);

            assert_fast((wake - anchor) % tick == 0, "seed %llu block %d step %llu",
                        (unsigned long long)seed, _i, (unsigned long long)k);
            assert_fast(wake > now, "block %d step %llu: not after", _i, (unsigned long long)k);
            assert_fast(wake <= now + tick || wake < due + tick, "block %d step %llu: left out", _i,
                        (unsigned long long)k);
            now = wake + dp_below(dp_draw(seed, (uint64_t)_i, 2, k), 3 * tick);
            dp_pacing_note(&p, now, dp_below(dp_draw(seed, (uint64_t)_i, 3, k), 2) != 0, false);
        }
    }
END_TEST

START_TEST(batch_reads_arrivals_once_a_tick_while_packets_move)
    {
        dp_pacing p = of_mode(DHCPPERF_PACE_BATCH, 100 * US);

        ck_assert(dp_pacing_reads(&p)); /* nothing has moved yet */
        dp_pacing_note(&p, S, true, false);
        ck_assert(!dp_pacing_reads(&p));
        ck_assert_uint_eq(dp_pacing_wake(&p, DHCPPERF_NEVER), S + 100 * US);
        dp_pacing_note(&p, S + 100 * US, false, false);
        ck_assert(dp_pacing_reads(&p)); /* all is quiet: an arrival may wake it, and nothing else */
        ck_assert_uint_eq(dp_pacing_wake(&p, DHCPPERF_NEVER), DHCPPERF_NEVER);
        ck_assert_uint_eq(dp_pacing_wake(&p, S + 950 * US), S + 1000 * US);
        ck_assert_uint_eq(dp_pacing_wake(&p, S + 900 * US), S + 900 * US);
        ck_assert_uint_eq(dp_pacing_wake(&p, DHCPPERF_NEVER - 1), DHCPPERF_NEVER);
    }
END_TEST

/* Below one message a tick, a wake a message is enough. */
START_TEST(batch_leaves_out_one_tick_without_messages)
    {
        dp_pacing p = of_mode(DHCPPERF_PACE_BATCH, 100 * US);

        dp_pacing_note(&p, S, true, false);
        ck_assert_uint_eq(dp_pacing_wake(&p, S + 50 * US), S + 100 * US);
        ck_assert_uint_eq(dp_pacing_wake(&p, S + 150 * US), S + 200 * US);
        ck_assert_uint_eq(dp_pacing_wake(&p, S + 200 * US), S + 200 * US);
        ck_assert_uint_eq(dp_pacing_wake(&p, S + 201 * US), S + 100 * US); /* two are too many */
    }
END_TEST

START_TEST(batch_goes_on_at_once_with_what_a_step_left_undone)
    {
        dp_pacing p = of_mode(DHCPPERF_PACE_BATCH, 100 * US);

        dp_pacing_note(&p, S, true, true);
        ck_assert_uint_le(dp_pacing_wake(&p, S - 1), S);
        dp_pacing_note(&p, S + 1, true, false);
        ck_assert_uint_eq(dp_pacing_wake(&p, S - 1), S + 100 * US);
    }
END_TEST

START_TEST(batch_waits_for_no_tick_before_its_first_step)
    {
        dp_pacing p = of_mode(DHCPPERF_PACE_BATCH, 0);

        ck_assert_uint_eq(dp_pacing_wake(&p, 5 * S), 5 * S);
        ck_assert_uint_eq(dp_pacing_wake(&p, DHCPPERF_NEVER), DHCPPERF_NEVER);
    }
END_TEST

START_TEST(precise_is_awake_before_what_is_due_and_after_what_moved)
    {
        dp_pacing p = of_mode(DHCPPERF_PACE_PRECISE, 0);

        ck_assert_uint_eq(dp_pacing_wake(&p, S), S - 50 * US);
        ck_assert_uint_eq(dp_pacing_wake(&p, 3), 3);
        ck_assert_uint_eq(dp_pacing_wake(&p, DHCPPERF_NEVER), DHCPPERF_NEVER);
        ck_assert_uint_eq(dp_pacing_loan(&p, 64), 1); /* every message alone */
        dp_pacing_note(&p, S, true, false);
        ck_assert_uint_le(dp_pacing_wake(&p, 2 * S), S);
        dp_pacing_note(&p, S + 49 * US, false, false);
        ck_assert_uint_le(dp_pacing_wake(&p, 2 * S), S + 49 * US);
        dp_pacing_note(&p, S + 50 * US, false, false);
        ck_assert_uint_eq(dp_pacing_wake(&p, 2 * S), 2 * S - 50 * US);
        ck_assert(dp_pacing_reads(&p));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_mode_takes_what_belongs_to_it);
    tcase_add_test(tc, earliest_follows_the_engine);
    tcase_add_loop_test(tc, ticks_stay_on_their_grid_however_late_steps_are, 0, 4);
    tcase_add_test(tc, batch_reads_arrivals_once_a_tick_while_packets_move);
    tcase_add_test(tc, batch_leaves_out_one_tick_without_messages);
    tcase_add_test(tc, batch_goes_on_at_once_with_what_a_step_left_undone);
    tcase_add_test(tc, batch_waits_for_no_tick_before_its_first_step);
    tcase_add_test(tc, precise_is_awake_before_what_is_due_and_after_what_moved);
}

HARNESS_MAIN("drive/pacing", tests)
