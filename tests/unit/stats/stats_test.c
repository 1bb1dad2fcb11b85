/* SPDX-License-Identifier: MIT */
/* stats_test.c - counter sets: names, shards into totals, totals into intervals. */
#include "stats/dp_stats.h"

#include <ctype.h>
#include <string.h>

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

#define ALL_SERIES ((UINT32_C(1) << DP_N_SERIES) - 1)

static dhcpperf_stats *set(uint32_t series)
{
    dhcpperf_stats *s = NULL, init;
    unsigned i;

    ck_assert_int_eq(dhcpperf_stats_new(&s, NULL), 0);
    ck_assert_int_eq(dp_stats_init(&init, series, NULL), 0);
    for (i = 0; i < DP_N_SERIES; i++) {
        s->hists[i][0] = init.hists[i][0];
        s->hists[i][1] = init.hists[i][1];
    }
    return s;
}

/* n random acts of an engine. */
static void act(dhcpperf_stats *s, uint64_t seed, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        uint64_t r = dp_draw(seed, 1, 1, i), v = dp_draw(seed, 1, 2, i) >> 30;
        dhcpperf_exchange x = (dhcpperf_exchange)(r % DP_N_EXCHANGES);

        dp_stats_add(s, (dhcpperf_counter)((r >> 8) % DP_N_COUNTERS), 1 + (r >> 60));
        dp_stats_exchange(s, x, DHCPPERF_OUT_STARTED, 1);
        dp_stats_exchange(s, x, DHCPPERF_OUT_IN_FLIGHT, 1);
        if ((r >> 16) % 4 != 0) {
            dp_stats_settle(s, x, (dhcpperf_outcome)(DHCPPERF_OUT_ANSWERED + (r >> 20) % 2 * 2));
        }
        dp_stats_record(s, (dhcpperf_series)((r >> 24) % DP_N_SERIES), (int)(r >> 32) & 1, v);
    }
}

static int equal(const dhcpperf_stats *a, const dhcpperf_stats *b)
{
    unsigned i, f;

    if (memcmp(a->counters, b->counters, sizeof a->counters) != 0 ||
        memcmp(a->exchanges, b->exchanges, sizeof a->exchanges) != 0) {
        return 0;
    }
    for (i = 0; i < DP_N_SERIES; i++) {
        for (f = 0; f < 2; f++) {
            const dhcpperf_hist *x = a->hists[i][f], *y = b->hists[i][f];

            if ((x == NULL) != (y == NULL) ||
                (x != NULL && (x->total != y->total || x->sum.lo != y->sum.lo || x->min != y->min ||
                               x->max != y->max ||
                               memcmp(x->counts, y->counts, x->n * sizeof x->counts[0]) != 0))) {
                return 0;
            }
        }
    }
    return 1;
}

/* The text of every counter is its enumerator in small letters: one list, no drift. */
START_TEST(counter_names_are_the_enumerators_in_small_letters)
    {
        static const struct {
            const char *id, *name;
        } list[] = {
#define COUNTER(id, name) {#id, name},
#include "stats/counters.def"
#undef COUNTER
        };
        static const dhcpperf_counter numbers[] = {
#define COUNTER(id, name) DHCPPERF_C_##id,
#include "stats/counters.def"
#undef COUNTER
        };
        unsigned i, k;

        ck_assert_uint_eq(sizeof list / sizeof list[0], DP_N_COUNTERS);
        for (i = 0; i < DP_N_COUNTERS; i++) {
            const char *name = dhcpperf_counter_name((dhcpperf_counter)i);

            ck_assert_msg(name != NULL, "counter %u has no name", i);
            ck_assert_msg(numbers[i] == (dhcpperf_counter)i, "%s is out of order", name);
            ck_assert_str_eq(name, list[i].name);
            ck_assert_uint_eq(strlen(name), strlen(list[i].id));
            for (k = 0; name[k] != '\0'; k++) {
                ck_assert_int_eq(name[k], tolower((unsigned char)list[i].id[k]));
            }
        }
        ck_assert_ptr_null(dhcpperf_counter_name((dhcpperf_counter)DP_N_COUNTERS));
        ck_assert_ptr_null(dhcpperf_counter_name((dhcpperf_counter)-1));
    }
END_TEST

/* The keys of the result document. */
START_TEST(series_exchanges_and_outcomes_have_their_documented_names)
    {
        static const char *const series[] = {"discover_offer", "request_ack", "dora",
                                             "renew_ack",      "send_lag",    "service",
                                             "start_lag"};
        static const char *const exchanges[] = {"discover", "request", "renew",  "rebind", "reboot",
                                                "release",  "decline", "inform", "query"};
        static const char *const outcomes[] = {"exchanges", "packets", "retransmits", "answered",
                                               "late",      "refused", "unanswered",  "in_flight"};
        unsigned i;

        for (i = 0; i < DP_N_SERIES; i++) {
            ck_assert_str_eq(dhcpperf_series_name((dhcpperf_series)i), series[i]);
        }
        for (i = 0; i < DP_N_EXCHANGES; i++) {
            ck_assert_str_eq(dhcpperf_exchange_name((dhcpperf_exchange)i), exchanges[i]);
        }
        for (i = 0; i < DP_N_OUTCOMES; i++) {
            ck_assert_str_eq(dhcpperf_outcome_name((dhcpperf_outcome)i), outcomes[i]);
        }
        ck_assert_ptr_null(dhcpperf_series_name((dhcpperf_series)DP_N_SERIES));
        ck_assert_ptr_null(dhcpperf_exchange_name((dhcpperf_exchange)DP_N_EXCHANGES));
        ck_assert_ptr_null(dhcpperf_outcome_name((dhcpperf_outcome)DP_N_OUTCOMES));
    }
END_TEST

START_TEST(unknown_numbers_read_as_nothing)
    {
        dhcpperf_stats *s = set(ALL_SERIES);

        ck_assert_uint_eq(dhcpperf_stats_counter(s, (dhcpperf_counter)DP_N_COUNTERS), 0);
        ck_assert_uint_eq(dhcpperf_stats_counter(s, (dhcpperf_counter)-1), 0);
        ck_assert_uint_eq(
            dhcpperf_stats_exchange(s, (dhcpperf_exchange)DP_N_EXCHANGES, DHCPPERF_OUT_LATE), 0);
        ck_assert_uint_eq(
            dhcpperf_stats_exchange(s, DHCPPERF_X_RENEW, (dhcpperf_outcome)DP_N_OUTCOMES), 0);
        ck_assert_ptr_null(dhcpperf_stats_hist(s, (dhcpperf_series)DP_N_SERIES, 0));
        ck_assert_ptr_null(dhcpperf_stats_hist(s, DHCPPERF_S_SERVICE, 2));
        ck_assert_ptr_null(dhcpperf_stats_hist(s, DHCPPERF_S_SERVICE, -1));
        ck_assert_ptr_null(dhcpperf_stats_hist(NULL, DHCPPERF_S_SERVICE, 0));
        ck_assert_uint_eq(dhcpperf_stats_counter(NULL, DHCPPERF_C_BOUND), 0);
        dhcpperf_stats_free(s);
        dhcpperf_stats_free(NULL);
    }
END_TEST

START_TEST(only_the_wanted_series_are_kept_and_others_cost_nothing)
    {
        dhcpperf_stats s;
        allocfail af;

        allocfail_init(&af, 0);
        ck_assert_int_eq(
            dp_stats_init(&s, 1u << DHCPPERF_S_FULL_BIND | 1u << DHCPPERF_S_SEND_LAG, &af.mem), 0);
        ck_assert_uint_eq(af.calls, 3); /* bind twice, the lag once */
        dp_stats_record(&s, DHCPPERF_S_SERVICE, DHCPPERF_FROM_ACTUAL, 5);
        ck_assert_ptr_null(dhcpperf_stats_hist(&s, DHCPPERF_S_SERVICE, DHCPPERF_FROM_ACTUAL));
        dp_stats_record(&s, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_ACTUAL, 5);
        dp_stats_record(&s, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED, 6);
        ck_assert_ptr_eq(dhcpperf_stats_hist(&s, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_ACTUAL),
                         dhcpperf_stats_hist(&s, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED));
        ck_assert_uint_eq(dhcpperf_hist_count(dhcpperf_stats_hist(&s, DHCPPERF_S_SEND_LAG, 0)), 2);
        dp_stats_record(&s, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED, 9);
        ck_assert_uint_eq(dhcpperf_hist_count(dhcpperf_stats_hist(&s, DHCPPERF_S_FULL_BIND, 1)), 0);
        dp_stats_fini(&s);
        dp_stats_fini(&s);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

START_TEST(an_exchange_always_has_one_fate)
    {
        dhcpperf_stats *s = set(0);
        const dhcpperf_exchange x = DHCPPERF_X_REQUEST;
        const uint64_t *o = s->exchanges[x];

        dp_stats_exchange(s, x, DHCPPERF_OUT_STARTED, 3);
        dp_stats_exchange(s, x, DHCPPERF_OUT_IN_FLIGHT, 3);
        dp_stats_settle(s, x, DHCPPERF_OUT_REFUSED);
        dp_stats_settle(s, x, DHCPPERF_OUT_UNANSWERED);
        dp_stats_answer_late(s, x);
        ck_assert_uint_eq(o[DHCPPERF_OUT_LATE], 1);
        ck_assert_uint_eq(o[DHCPPERF_OUT_UNANSWERED], 0);
        ck_assert_uint_eq(o[DHCPPERF_OUT_IN_FLIGHT], 1);
        ck_assert_uint_eq(o[DHCPPERF_OUT_STARTED], o[DHCPPERF_OUT_ANSWERED] + o[DHCPPERF_OUT_LATE] +
                                                       o[DHCPPERF_OUT_REFUSED] +
                                                       o[DHCPPERF_OUT_UNANSWERED] +
                                                       o[DHCPPERF_OUT_IN_FLIGHT]);
        dhcpperf_stats_free(s);
    }
END_TEST

START_TEST(shards_add_up_to_what_one_engine_would_have_counted)
    {
        dhcpperf_stats *a = set(ALL_SERIES), *b = set(ALL_SERIES), *one = set(ALL_SERIES);
        dhcpperf_stats *total = NULL;

        act(a, 1, 1000);
        act(b, 2, 700);
        act(one, 1, 1000);
        act(one, 2, 700);
        ck_assert_int_eq(dhcpperf_stats_new(&total, NULL), 0);
        ck_assert_int_eq(dhcpperf_stats_merge(total, a), 0);
        ck_assert(equal(total, a));
        ck_assert_int_eq(dhcpperf_stats_merge(total, b), 0);
        ck_assert(equal(total, one));
        ck_assert_ptr_eq(total->hists[DHCPPERF_S_SERVICE][0], total->hists[DHCPPERF_S_SERVICE][1]);
        dhcpperf_stats_free(a);
        dhcpperf_stats_free(b);
        dhcpperf_stats_free(one);
        dhcpperf_stats_free(total);
    }
END_TEST

START_TEST(a_client_and_a_server_set_merge_into_all_their_series)
    {
        dhcpperf_stats *client = set(1u << DHCPPERF_S_FULL_BIND);
        dhcpperf_stats *server = set(1u << DHCPPERF_S_SERVICE);

        dp_stats_record(client, DHCPPERF_S_FULL_BIND, 0, 1);
        dp_stats_record(server, DHCPPERF_S_SERVICE, 0, 2);
        ck_assert_int_eq(dhcpperf_stats_merge(client, server), 0);
        ck_assert_uint_eq(dhcpperf_hist_max(dhcpperf_stats_hist(client, DHCPPERF_S_SERVICE, 1)), 2);
        ck_assert_uint_eq(dhcpperf_hist_max(dhcpperf_stats_hist(client, DHCPPERF_S_FULL_BIND, 0)),
                          1);
        dhcpperf_stats_free(client);
        dhcpperf_stats_free(server);
    }
END_TEST

START_TEST(an_interval_is_what_was_counted_since_the_snapshot)
    {
        dhcpperf_stats *s = set(ALL_SERIES), *then = NULL, *interval = NULL, *later;
        unsigned x;

        later = set(ALL_SERIES);
        act(s, 5, 900);
        ck_assert_int_eq(dhcpperf_stats_clone(&then, s), 0);
        ck_assert(equal(then, s));
        act(s, 6, 400);
        act(later, 6, 400);
        ck_assert_int_eq(dhcpperf_stats_interval(&interval, s, then), 0);
        ck_assert_mem_eq(interval->counters, later->counters, sizeof later->counters);
        for (x = 0; x < DP_N_EXCHANGES; x++) { /* in flight is a level, not a sum */
            ck_assert_uint_eq(interval->exchanges[x][DHCPPERF_OUT_IN_FLIGHT],
                              s->exchanges[x][DHCPPERF_OUT_IN_FLIGHT]);
            ck_assert_mem_eq(interval->exchanges[x], later->exchanges[x],
                             DHCPPERF_OUT_IN_FLIGHT * sizeof(uint64_t));
        }
        for (x = 0; x < DP_N_SERIES; x++) {
            const dhcpperf_hist *a = dhcpperf_stats_hist(interval, (dhcpperf_series)x, 0);
            const dhcpperf_hist *b = dhcpperf_stats_hist(later, (dhcpperf_series)x, 0);

            ck_assert_uint_eq(dhcpperf_hist_count(a), dhcpperf_hist_count(b));
            ck_assert_mem_eq(a->counts, b->counts, a->n * sizeof a->counts[0]);
        }
        dhcpperf_stats_free(s);
        dhcpperf_stats_free(then);
        dhcpperf_stats_free(interval);
        dhcpperf_stats_free(later);
    }
END_TEST

START_TEST(a_late_answer_after_the_snapshot_makes_nothing_negative)
    {
        dhcpperf_stats *s = set(0), *then = NULL;

        dp_stats_exchange(s, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED, 1);
        dp_stats_exchange(s, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED, 1);
        ck_assert_int_eq(dhcpperf_stats_clone(&then, s), 0);
        dp_stats_answer_late(s, DHCPPERF_X_DISCOVER);
        ck_assert_int_eq(dhcpperf_stats_subtract(s, then), 0);
        ck_assert_uint_eq(dhcpperf_stats_exchange(s, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED),
                          0);
        ck_assert_uint_eq(dhcpperf_stats_exchange(s, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_LATE), 1);
        ck_assert_uint_eq(dhcpperf_stats_exchange(s, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED), 0);
        dhcpperf_stats_free(s);
        dhcpperf_stats_free(then);
    }
END_TEST

START_TEST(what_is_not_an_earlier_snapshot_cannot_be_subtracted)
    {
        dhcpperf_stats *s = set(ALL_SERIES), *other = NULL, *copy = NULL;

        act(s, 5, 200);
        ck_assert_int_eq(dhcpperf_stats_clone(&copy, s), 0);
        ck_assert_int_eq(dhcpperf_stats_clone(&other, s), 0);
        dp_stats_add(other, DHCPPERF_C_BOUND, 1);
        ck_assert_int_eq(dhcpperf_stats_subtract(s, other), DHCPPERF_E_INVALID);
        other->counters[DHCPPERF_C_BOUND]--;
        dp_stats_exchange(other, DHCPPERF_X_RENEW, DHCPPERF_OUT_ANSWERED, 1);
        ck_assert_int_eq(dhcpperf_stats_subtract(s, other), DHCPPERF_E_INVALID);
        other->exchanges[DHCPPERF_X_RENEW][DHCPPERF_OUT_ANSWERED]--;
        dp_stats_record(other, DHCPPERF_S_SERVICE, 0, 5); /* the last thing that is looked at */
        ck_assert_int_eq(dhcpperf_stats_subtract(s, other), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_stats_subtract(s, NULL), DHCPPERF_E_INVALID);
        ck_assert(equal(s, copy));
        dhcpperf_stats_free(s);
        dhcpperf_stats_free(other);
        dhcpperf_stats_free(copy);
    }
END_TEST

/* The n-th allocation of each call fails: NOMEM, everything as before, nothing lost. */
START_TEST(out_of_memory_changes_nothing)
    {
        dhcpperf_stats *s = NULL, *full = set(ALL_SERIES), *copy = NULL, *empty = NULL;
        dhcpperf_stats init;
        allocfail af;
        uint64_t n;
        int rc;

        act(full, 3, 500);
        ck_assert_int_eq(dhcpperf_stats_new(&empty, NULL), 0);
        for (n = 1, rc = DHCPPERF_E_NOMEM; rc != 0; n++) {
            allocfail_init(&af, n);
            rc = dp_stats_init(&init, ALL_SERIES, &af.mem);
            ck_assert(rc == 0 || rc == DHCPPERF_E_NOMEM);
            if (rc == 0) {
                dp_stats_fini(&init);
            }
            ck_assert(allocfail_is_clean(&af));
        }
        ck_assert_uint_eq(n - 1, 12); /* eleven histograms */
        for (n = 1, rc = DHCPPERF_E_NOMEM; rc != 0; n++) {
            allocfail_init(&af, 0);
            ck_assert_int_eq(dhcpperf_stats_new(&s, &af.mem), 0);
            af.fail_at = af.calls + n;
            rc = dhcpperf_stats_merge(s, full);
            if (rc != 0) {
                ck_assert_int_eq(rc, DHCPPERF_E_NOMEM);
                ck_assert(equal(s, empty));
                ck_assert_uint_eq(af.live, 1);
            } else {
                ck_assert(equal(s, full));
            }
            dhcpperf_stats_free(s);
            ck_assert(allocfail_is_clean(&af));
        }
        ck_assert_uint_eq(n - 1, 12);
        allocfail_init(&af, 0);
        ck_assert_int_eq(dhcpperf_stats_new(&s, &af.mem), 0);
        ck_assert_int_eq(dhcpperf_stats_merge(s, full), 0);
        for (n = 1, rc = DHCPPERF_E_NOMEM; rc != 0; n++) {
            af.fail_at = af.calls + n;
            rc = n % 2 ? dhcpperf_stats_clone(&copy, s) : dhcpperf_stats_interval(&copy, s, empty);
            ck_assert_msg((rc == 0) == (copy != NULL), "allocation %llu", (unsigned long long)n);
        }
        ck_assert(equal(copy, s));
        dhcpperf_stats_free(copy);
        dhcpperf_stats_free(s);
        ck_assert(allocfail_is_clean(&af));
        dhcpperf_stats_free(full);
        dhcpperf_stats_free(empty);
    }
END_TEST

START_TEST(a_total_that_would_overflow_is_left_alone)
    {
        dhcpperf_stats *a = set(ALL_SERIES), *b = set(ALL_SERIES), *copy = NULL;

        dp_stats_add(b, DHCPPERF_C_BOUND, 1);
        dhcpperf_hist_record_n(a->hists[DHCPPERF_S_SERVICE][0], 1, INT64_MAX);
        dp_stats_record(b, DHCPPERF_S_SERVICE, 0, 1);
        ck_assert_int_eq(dhcpperf_stats_clone(&copy, a), 0);
        ck_assert_int_eq(dhcpperf_stats_merge(a, b), DHCPPERF_E_RANGE);
        ck_assert(equal(a, copy));
        dhcpperf_stats_free(a);
        dhcpperf_stats_free(b);
        dhcpperf_stats_free(copy);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, counter_names_are_the_enumerators_in_small_letters);
    tcase_add_test(tc, series_exchanges_and_outcomes_have_their_documented_names);
    tcase_add_test(tc, unknown_numbers_read_as_nothing);
    tcase_add_test(tc, only_the_wanted_series_are_kept_and_others_cost_nothing);
    tcase_add_test(tc, an_exchange_always_has_one_fate);
    tcase_add_test(tc, shards_add_up_to_what_one_engine_would_have_counted);
    tcase_add_test(tc, a_client_and_a_server_set_merge_into_all_their_series);
    tcase_add_test(tc, an_interval_is_what_was_counted_since_the_snapshot);
    tcase_add_test(tc, a_late_answer_after_the_snapshot_makes_nothing_negative);
    tcase_add_test(tc, what_is_not_an_earlier_snapshot_cannot_be_subtracted);
    tcase_add_test(tc, out_of_memory_changes_nothing);
    tcase_add_test(tc, a_total_that_would_overflow_is_left_alone);
}

HARNESS_MAIN("stats/stats", tests)
