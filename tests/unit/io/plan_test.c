/* SPDX-License-Identifier: MIT */
/* plan_test.c - bursts sorted by destination. */
#include "io/dp_plan.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "support/harness.h"

enum {
    N = 600,
    LEN = 100
};

static dp_plan plan;
static dhcpperf_pkt pkts[N];
static uint8_t arena[N * LEN];

static void fresh(void)
{
    unsigned i;

    memset(pkts, 0, sizeof pkts);
    for (i = 0; i < N; i++) {
        pkts[i].data = arena + (size_t)i * LEN;
        pkts[i].len = LEN;
        pkts[i].dst.port = 67;
        pkts[i].dst.ip = dp_ip4_of(0x7f000001);
    }
    ck_assert_int_eq(dp_plan_init(&plan, N, &dp_mem_libc), 0);
}

static void end(void)
{
    dp_plan_fini(&plan, &dp_mem_libc);
}

START_TEST(one_destination_is_one_run)
    {
        fresh();
        dp_plan_build(&plan, pkts, N);
        ck_assert_uint_eq(plan.n_groups, 1);
        ck_assert_uint_eq(plan.n_runs, 1);
        ck_assert_uint_eq(plan.groups[0].total, N);
        end();
    }
END_TEST

START_TEST(interleaved_destinations_come_together)
    {
        unsigned i;

        fresh();
        for (i = 0; i < N; i++) {
            pkts[i].dst.ip = dp_ip4_of(0x7f000001 + i % 100);
        }
        dp_plan_build(&plan, pkts, N);
        ck_assert_uint_eq(plan.n_groups, 100);
        for (i = 0; i < 100; i++) {
            ck_assert_uint_eq(plan.groups[i].total, N / 100);
            ck_assert_uint_eq(dp_ip4_num(plan.groups[i].dst), 0x7f000001 + i);
        }
        end();
    }
END_TEST

START_TEST(what_differs_is_another_group)
    {
        fresh();
        switch (_i) {
        case 0:
            pkts[1].dst.port = 68;
            break;
        case 1:
            pkts[1].src.ip = dp_ip4_of(0x7f010101);
            break;
        case 2:
            pkts[1].len = LEN - 1;
            break;
        case 3:
            pkts[1].ifindex = 3;
            break;
        case 4:
            pkts[1].dst.ip.b[3]++;
            break;
        }
        dp_plan_build(&plan, pkts, 3);
        ck_assert_msg(plan.n_groups == 2, "case %d: %u groups", _i, plan.n_groups);
        ck_assert_msg(plan.groups[0].total == 2, "case %d", _i);
        end();
    }
END_TEST

START_TEST(buffers_apart_are_runs_of_one_group)
    {
        fresh();
        pkts[1].data += 1;
        dp_plan_build(&plan, pkts, 3);
        ck_assert_uint_eq(plan.n_groups, 1);
        ck_assert_uint_eq(plan.n_runs, 3);
        end();
    }
END_TEST

START_TEST(short_messages_in_long_buffers_are_not_adjacent)
    {
        fresh();
        pkts[0].len = pkts[1].len = LEN - 10;
        dp_plan_build(&plan, pkts, 2);
        ck_assert_uint_eq(plan.n_groups, 1);
        ck_assert_uint_eq(plan.n_runs, 2);
        end();
    }
END_TEST

/* Any burst: each packet once, in order within its group, groups all different. */
START_TEST(every_packet_is_planned_once)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1);
        uint8_t seen[N];
        uint32_t i, g, r, k, n, total = 0;

        fresh();
        n = (uint32_t)dp_below(dp_draw(seed, 0, 0, 0), N) + 1;
        for (i = 0; i < n; i++) {
            uint64_t d = dp_draw(seed, i, 1, 0);

            pkts[i].dst.ip = dp_ip4_of(0x7f000001 + (uint32_t)(d % (1 + seed % 7)));
            pkts[i].src.ip = dp_ip4_of((uint32_t)(d >> 20) % 2);
            pkts[i].len = (uint16_t)(LEN - (d >> 40) % 2);
        }
        for (k = 0; k < 2; k++) { /* the second build must not see the first */
            dp_plan_build(&plan, pkts, n);
        }
        memset(seen, 0, sizeof seen);
        for (g = 0; g < plan.n_groups; g++) {
            int64_t last = -1;

            k = 0;
            for (r = plan.groups[g].first_run; r != DP_PLAN_NONE; r = plan.runs[r].next) {
                for (i = plan.runs[r].first; i < plan.runs[r].first + plan.runs[r].n; i++) {
                    ck_assert_msg(seen[i]++ == 0, "seed %d: packet %u twice", _i, i);
                    ck_assert_msg((int64_t)i > last, "seed %d: packet %u out of order", _i, i);
                    ck_assert_msg(memcmp(&pkts[i].dst.ip, &plan.groups[g].dst, 4) == 0 &&
                                      memcmp(&pkts[i].src.ip, &plan.groups[g].src, 4) == 0 &&
                                      pkts[i].len == plan.groups[g].len,
                                  "seed %d: packet %u in a foreign group", _i, i);
                    ck_assert_msg(i == plan.runs[r].first ||
                                      pkts[i].data == pkts[i - 1].data + pkts[i].len,
                                  "seed %d: a gap before packet %u", _i, i);
                    last = i;
                    k++;
                }
            }
            ck_assert_msg(k == plan.groups[g].total, "seed %d: total of group %u", _i, g);
            total += k;
        }
        ck_assert_msg(total == n, "seed %d: %u of %u planned", _i, total, n);
        ck_assert_msg(plan.n_groups <= (1 + seed % 7) * 4, "seed %d: %u groups", _i, plan.n_groups);
        end();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, one_destination_is_one_run);
    tcase_add_test(tc, interleaved_destinations_come_together);
    tcase_add_loop_test(tc, what_differs_is_another_group, 0, 5);
    tcase_add_test(tc, buffers_apart_are_runs_of_one_group);
    tcase_add_test(tc, short_messages_in_long_buffers_are_not_adjacent);
    tcase_add_loop_test(tc, every_packet_is_planned_once, 0, 50);
}

HARNESS_MAIN("io/plan", tests)
