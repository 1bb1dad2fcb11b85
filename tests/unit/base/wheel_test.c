/* SPDX-License-Identifier: MIT */
/* wheel_test.c - the timing wheel against a plain sorted model. */
#include "base/dp_wheel.h"

#include <string.h>

#include "base/dp_rng.h"
#include "support/harness.h"

enum {
    N = 500
};

typedef struct record {
    uint64_t payload;
    dp_timer timer;
} record;

static record records[N];
static dp_wheel wheel;

/* The model: due time and the order in which it was set; 0 order = not set. */
static struct {
    dhcpperf_ts due;
    uint64_t order;
} model[N];

static void fresh(dhcpperf_ts now)
{
    memset(records, 0, sizeof records);
    memset(model, 0, sizeof model);
    dp_wheel_init(&wheel, &records[0].timer, sizeof records[0], N, now);
}

static uint32_t model_first(void)
{
    uint32_t i, best = DP_WHEEL_NONE;

    for (i = 0; i < N; i++) {
        if (model[i].order != 0 &&
            (best == DP_WHEEL_NONE || model[i].due < model[best].due ||
             (model[i].due == model[best].due && model[i].order < model[best].order))) {
            best = i;
        }
    }
    return best;
}

START_TEST(an_empty_wheel_has_no_deadline)
    {
        fresh(12345);
        ck_assert_uint_eq(dp_wheel_deadline(&wheel), DHCPPERF_NEVER);
        ck_assert_uint_eq(dp_wheel_pop(&wheel, DHCPPERF_NEVER - 1), DP_WHEEL_NONE);
    }
END_TEST

START_TEST(a_timer_fires_at_its_instant_and_not_before)
    {
        static const dhcpperf_dur durations[] = {0,
                                                 1,
                                                 1023,
                                                 1024,
                                                 1025,
                                                 65535,
                                                 4000000000,
                                                 64000000000,
                                                 3600000000000000,
                                                 86400000000000000};
        dhcpperf_ts start = 777, due = start + durations[_i];

        fresh(start);
        dp_wheel_set(&wheel, 3, due);
        if (due > start) {
            ck_assert_msg(dp_wheel_pop(&wheel, due - 1) == DP_WHEEL_NONE, "duration %d early", _i);
        }
        ck_assert_msg(dp_wheel_deadline(&wheel) <= due, "duration %d: deadline is late", _i);
        ck_assert_msg(dp_wheel_pop(&wheel, due) == 3, "duration %d did not fire", _i);
        ck_assert_uint_eq(wheel.armed, 0);
    }
END_TEST

START_TEST(random_histories_equal_a_sorted_model)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1), step, order = 0;
        dhcpperf_ts now = dp_draw(seed, 0, 0, 0) >> 20;

        fresh(now);
        for (step = 1; step < 20000; step++) {
            uint64_t r = dp_draw(seed, 1, 2, step);
            uint32_t i = (uint32_t)(r % N), want, got;

            switch ((r >> 32) % 4) {
            case 0:
            case 1: /* anything from now to two days ahead, short ones more often */
                model[i].due = now + (dp_mix64(r) >> (16 + (r >> 40) % 40));
                model[i].order = ++order;
                dp_wheel_set(&wheel, i, model[i].due);
                break;
            case 2:
                model[i].order = 0;
                dp_wheel_cancel(&wheel, i);
                break;
            default: {
                dhcpperf_ts to = dp_wheel_deadline(&wheel), exact;

                want = model_first();
                exact = want == DP_WHEEL_NONE ? DHCPPERF_NEVER : model[want].due;
                ck_assert_msg(to <= exact, "seed %d step %u: deadline late", _i, (unsigned)step);
                if (want == DP_WHEEL_NONE) {
                    break;
                }
                now = (r & 1) != 0 ? exact : (now > to ? now : to);
                while ((got = dp_wheel_pop(&wheel, now)) != DP_WHEEL_NONE) {
                    want = model_first();
                    ck_assert_msg(got == want, "seed %d step %u: popped %u, expected %u", _i,
                                  (unsigned)step, got, want);
                    ck_assert_msg(model[want].due <= now, "seed %d: fired early", _i);
                    model[want].order = 0;
                }
                want = model_first();
                ck_assert_msg(want == DP_WHEEL_NONE || model[want].due > now,
                              "seed %d step %u: timer %u is overdue", _i, (unsigned)step, want);
                break;
            }
            }
        }
    }
END_TEST

START_TEST(an_early_deadline_leads_to_the_exact_one)
    {
        dhcpperf_ts due = UINT64_C(43200) * DHCPPERF_NS_PER_S + 17, now = 0;
        unsigned rounds = 0;

        fresh(0);
        dp_wheel_set(&wheel, 0, due);
        while (dp_wheel_pop(&wheel, now) == DP_WHEEL_NONE) {
            dhcpperf_ts next = dp_wheel_deadline(&wheel);

            ck_assert_uint_gt(next, now);
            now = next;
            rounds++;
        }
        ck_assert_uint_eq(now, due);
        ck_assert_uint_le(rounds, DP_WHEEL_LEVELS + 1);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, an_empty_wheel_has_no_deadline);
    tcase_add_loop_test(tc, a_timer_fires_at_its_instant_and_not_before, 0, 10);
    tcase_add_loop_test(tc, random_histories_equal_a_sorted_model, 0, 20);
    tcase_add_test(tc, an_early_deadline_leads_to_the_exact_one);
}

HARNESS_MAIN("base/wheel", tests)
