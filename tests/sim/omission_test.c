/* SPDX-License-Identifier: MIT */
/* omission_test.c - coordinated omission: whoever stands still for a second, the figures know of
 * each client that had to wait, and for how long.
 *
 * 10,000 clients a second for 5 s, 500 us each way; one side stands still from 2 s to 3 s.  So
 * 40,000 clients get their OFFER after 1 ms and 10,000 after 1.1, 1.2, 1.3 ... 1001 ms: the latency
 * of rank r is known. */
#include "support/harness.h"
#include "support/world.h"

#define US DHCPPERF_NS_PER_US
#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

enum {
    ALL = 50000,
    STALLED = 10000
};

static world *begin(void)
{
    world *w = world_new(1);

    world_clients(w, ALL);
    world_server(w, "10.0.0.10", "10.0.255.255");
    world_link(w, 500 * US, 0);
    world_load(w, "rate 10000 5s");
    return w;
}

static const dhcpperf_hist *series(const world *w, dhcpperf_series s, int from)
{
    return dhcpperf_stats_hist(dhcpperf_client_stats(w->client), s, from);
}

/* The latency of that rank in ns, counted from 1. */
static uint64_t latency_of(unsigned rank)
{
    unsigned fast = ALL - STALLED;

    return rank <= fast ? 1 * MS : 1 * MS + (rank - fast) * 100 * US;
}

/* Exact to the bucket, which is never below and at most 1/1024 above. */
static void assert_quantile(const dhcpperf_hist *h, unsigned rank, uint64_t want)
{
    uint64_t got = dhcpperf_hist_quantile(h, (double)rank / ALL);

    ck_assert_msg(got >= want && got <= want + want / 1024, "rank %u: %llu ns instead of %llu",
                  rank, (unsigned long long)got, (unsigned long long)want);
}

static void assert_stalled(const dhcpperf_hist *h)
{
    static const unsigned ranks[] = {1, 25000, 40000, 40001, 45000, 47500, 49500, 49950, 50000};
    unsigned i;

    ck_assert_uint_eq(dhcpperf_hist_count(h), ALL);
    for (i = 0; i < sizeof ranks / sizeof ranks[0]; i++) {
        assert_quantile(h, ranks[i], latency_of(ranks[i]));
    }
    ck_assert_uint_eq(dhcpperf_hist_max(h), 1001 * MS);
    ck_assert_uint_eq((uint64_t)(dhcpperf_hist_mean(h) + 0.5), 101010 * US);
}

static void assert_all_bound(const world *w)
{
    ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), ALL);
    ck_assert_uint_eq(dhcpperf_stats_exchange(dhcpperf_client_stats(w->client), DHCPPERF_X_DISCOVER,
                                              DHCPPERF_OUT_ANSWERED),
                      ALL);
}

START_TEST(a_server_that_stood_still_is_seen_as_it_was)
    {
        world *w = begin();

        world_freeze_server(w, 2 * S, 3 * S);
        world_start(w);
        world_until_done(w, 10 * S);
        assert_all_bound(w);
        ck_assert_uint_eq(freeze_waited(w->frozen_server), STALLED + 10); /* with 10 REQUESTs */
        assert_stalled(series(w, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_INTENDED));
        assert_stalled(series(w, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_ACTUAL));
        /* The generator did nothing wrong. */
        ck_assert_uint_eq(dhcpperf_hist_max(series(w, DHCPPERF_S_START_LAG, 0)), 0);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_LATE_SENDS), 0);
        world_free(w);
    }
END_TEST

/* From when they left, all took 1 ms: a generator that knew only this would not show its own
 * absence. */
START_TEST(a_generator_that_stood_still_is_seen_where_it_matters)
    {
        const dhcpperf_hist *h;
        world *w = begin();

        world_freeze_clients(w, 2 * S, 3 * S);
        world_start(w);
        world_until_done(w, 10 * S);
        assert_all_bound(w);
        assert_stalled(series(w, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_INTENDED));
        h = series(w, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_ACTUAL);
        ck_assert_uint_eq(dhcpperf_hist_min(h), 1 * MS);
        ck_assert_uint_eq(dhcpperf_hist_max(h), 1 * MS);
        /* Lags of 0.1, 0.2 ... 1000 ms. */
        h = series(w, DHCPPERF_S_START_LAG, 0);
        ck_assert_uint_eq(dhcpperf_hist_count(h), ALL);
        assert_quantile(h, 40000, 0);
        assert_quantile(h, 49500, 950 * MS);
        ck_assert_uint_eq(dhcpperf_hist_max(h), 1000 * MS);
        /* Of the clients, those with more than 1 ms; and 10 REQUESTs whose OFFERs waited here. */
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_LATE_SENDS), STALLED - 10 + 10);
        ck_assert_uint_eq(dhcpperf_hist_max(series(w, DHCPPERF_S_SEND_LAG, 0)), 1000 * MS);
        world_free(w);
    }
END_TEST

/* Who waits no longer than 300 ms has given up when the server comes back, and hears of it. */
START_TEST(answers_after_the_wait_are_late_and_not_lost)
    {
        world *w = begin();
        const dhcpperf_stats *st;
        dhcpperf_retry *retry;

        ck_assert_int_eq(dhcpperf_retry_new(&retry, "none", NULL), 0);
        ck_assert_int_eq(
            dhcpperf_retry_set_backoff(retry, DHCPPERF_PHASE_SELECTING, 300 * MS, 1, 300 * MS), 0);
        ck_assert_int_eq(
            dhcpperf_retry_set_backoff(retry, DHCPPERF_PHASE_REQUESTING, 300 * MS, 1, 300 * MS), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_retry(w->client_config, retry), 0);
        dhcpperf_retry_free(retry);
        world_freeze_server(w, 2 * S, 3 * S);
        world_start(w);
        world_until(w, 10 * S);
        st = dhcpperf_client_stats(w->client);
        ck_assert_uint_eq(dhcpperf_stats_exchange(st, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED),
                          ALL);
        ck_assert_uint_eq(dhcpperf_stats_exchange(st, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_LATE),
                          7010); /* 1001 ms, 1000.9 ms ... 300.1 ms */
        ck_assert_uint_eq(dhcpperf_stats_exchange(st, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED),
                          ALL - 7010);
        ck_assert_uint_eq(dhcpperf_stats_exchange(st, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED),
                          0);
        ck_assert_uint_eq(dhcpperf_stats_exchange(st, DHCPPERF_X_REQUEST, DHCPPERF_OUT_LATE), 10);
        ck_assert_uint_eq(dhcpperf_stats_exchange(st, DHCPPERF_X_REQUEST, DHCPPERF_OUT_UNANSWERED),
                          0);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), ALL - 7010 - 10);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_server_that_stood_still_is_seen_as_it_was);
    tcase_add_test(tc, a_generator_that_stood_still_is_seen_where_it_matters);
    tcase_add_test(tc, answers_after_the_wait_are_late_and_not_lost);
}

HARNESS_MAIN("sim/omission", tests)
