/* SPDX-License-Identifier: MIT */
/* determinism_test.c - equal seeds give equal histories: whatever the burst, the compiler or the
 * byte order; other seeds give others. */
#include <inttypes.h>
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

typedef struct history {
    uint64_t digest, packets, retransmits;
    dhcpperf_ts ended;
} history;

static history run(uint64_t seed, unsigned burst, uint32_t clients, const char *load)
{
    world *w = world_new(seed);
    history h;

    world_clients(w, clients);
    world_server(w, "10.0.0.10", "10.0.60.255");
    world_link(w, 2 * MS, 1 * MS);
    world_impair(w, 0.05, 0.03, 0.05);
    world_load(w, load);
    world_burst(w, burst);
    world_start(w);
    world_until_done(w, 3600 * S);
    ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), clients);
    h.digest = dhcpperf_vnet_digest(w->net);
    h.packets = w->packets;
    h.retransmits = world_client_counter(w, DHCPPERF_C_RETRANSMITS);
    h.ended = dhcpperf_vnet_now(w->net);
    world_free(w);
    return h;
}

static void assert_same(history a, history b, const char *what, int i)
{
    ck_assert_msg(a.digest == b.digest && a.packets == b.packets &&
                      a.retransmits == b.retransmits && a.ended == b.ended,
                  "seed %d: %s changes the history", i, what);
}

START_TEST(equal_seed_equal_digest_other_seed_other_digest)
    {
        history a = run((uint64_t)_i + 1, 256, 2000, "closed 500");
        history b = run((uint64_t)_i + 1, 256, 2000, "closed 500");
        history c = run((uint64_t)_i + 101, 256, 2000, "closed 500");

        assert_same(a, b, "running it again", _i);
        ck_assert_msg(a.digest != c.digest, "seed %d: another seed has the same digest", _i);
    }
END_TEST

START_TEST(the_history_does_not_depend_on_the_burst)
    {
        static const char *const loads[] = {"closed 500", "burst 2000", "rate 5000/s"};
        const char *load = loads[_i % 3];
        history one = run((uint64_t)_i + 1, 1, 2000, load);

        assert_same(one, run((uint64_t)_i + 1, 64, 2000, load), "a burst of 64", _i);
        assert_same(one, run((uint64_t)_i + 1, 2048, 2000, load), "a burst of 2,048", _i);
    }
END_TEST

/* Equal with gcc and clang, on machines of either byte order.  A deliberate change of what the
 * engines send changes the number, in a commit that says so. */
START_TEST(the_digest_of_a_known_world_is_known)
    {
        history h = run(2131, 64, 300, "closed 50");

        ck_assert_msg(h.digest == UINT64_C(5744648861208380873), "digest is UINT64_C(%" PRIu64 ")",
                      h.digest);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, equal_seed_equal_digest_other_seed_other_digest, 0, 3);
    tcase_add_loop_test(tc, the_history_does_not_depend_on_the_burst, 0, 6);
    tcase_add_test(tc, the_digest_of_a_known_world_is_known);
}

HARNESS_MAIN("sim/determinism", tests)
