/* SPDX-License-Identifier: MIT */
/* oom_test.c - every public function, with the n-th allocation failing.
 *
 * A scenario runs through some calls under an allocator that fails once.  The call that meets the
 * failure must say NOMEM and, made again, must succeed: its objects are as they were.  At the end
 * everything has been given back with the sizes it was taken with.  n grows until no call fails.
 * Functions that nobody called are counted, and there must be none. */
#include <stdio.h>
#include <string.h>

#include "oom/oom.h"

unsigned char oom_called[OOM_FUNCTIONS];
allocfail oom_af;
const dhcpperf_mem *oom_mem;
unsigned oom_failures;

static const struct {
    const char *name;
    void (*run)(void);
    unsigned at_least; /* allocations it is known to make */
} scenarios[] = {
    {"texts", oom_texts, 0},         {"options", oom_options, 0},
    {"reading", oom_reading, 2},     {"writing", oom_writing, 2},
    {"frames", oom_frames, 0},       {"statistics", oom_statistics, 6},
    {"searches", oom_searches, 2},   {"policies", oom_policies, 5},
    {"scenarios", oom_scenarios, 3}, {"faults", oom_faults, 2},
    {"hostile", oom_hostile, 0},     {"servers", oom_servers, 15},
    {"leases", oom_leases, 15},      {"clients", oom_clients, 15},
    {"relays", oom_relays, 4},       {"network", oom_network, 10},
    {"carriers", oom_carriers, 15},  {"quiet run", oom_quiet_run, 15},
};

enum {
    SCENARIOS = sizeof scenarios / sizeof *scenarios
};

static void run(unsigned i, uint64_t fail_at)
{
    allocfail_init(&oom_af, fail_at);
    oom_mem = &oom_af.mem;
    oom_failures = 0;
    scenarios[i].run();
    ck_assert_msg(allocfail_is_clean(&oom_af),
                  "%s, allocation %u failed: %u blocks of %zu octets left, %u wrong releases",
                  scenarios[i].name, (unsigned)fail_at, (unsigned)oom_af.live, oom_af.live_bytes,
                  (unsigned)oom_af.mismatches);
}

START_TEST(every_allocation_may_fail)
    {
        uint64_t n;

        for (n = 1;; n++) {
            run((unsigned)_i, n);
            if (oom_af.calls < n) {
                break;
            }
            ck_assert_msg(oom_failures == 1, "%s: nobody reported the failure of allocation %u",
                          scenarios[_i].name, (unsigned)n);
        }
        ck_assert_msg(n > scenarios[_i].at_least, "%s made %u allocations only", scenarios[_i].name,
                      (unsigned)n - 1);
    }
END_TEST

START_TEST(every_public_function_is_among_them)
    {
        static const char *const names[] = {OOM_NAMES};
        unsigned i, missing = 0;
        char first[80] = "";

        for (i = 0; i < SCENARIOS; i++) {
            run(i, 0);
        }
        for (i = 0; i < OOM_FUNCTIONS; i++) {
            if (!oom_called[i]) {
                printf("# never called: %s\n", names[i]);
                missing++;
                strncpy(first, names[i], sizeof first - 1);
            }
        }
        printf("# %u of %u public functions called\n", OOM_FUNCTIONS - missing,
               (unsigned)OOM_FUNCTIONS);
        fflush(stdout);
        ck_assert_msg(missing == 0, "%u functions were never called, such as %s", missing, first);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_allocation_may_fail, 0, SCENARIOS);
    tcase_add_test(tc, every_public_function_is_among_them);
}

HARNESS_MAIN("oom/oom", tests)
