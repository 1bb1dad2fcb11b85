/* SPDX-License-Identifier: MIT */
/* search_test.c - the search against models of a server and of a generator. */
#include "policy/dp_search.h"

#include <string.h>

#include "base/dp_rng.h"
#include "stats/dp_stats.h"
#include "support/harness.h"

/* A server that does so much and a generator that does so much, each failing at random too. */
typedef struct model {
    double server, generator;
    uint64_t seed;
    double mischance; /* that a trial says the opposite of what it should */
} model;

static dhcpperf_search *make(double start, double lowest, double highest)
{
    dhcpperf_search *s = NULL;

    ck_assert_int_eq(dhcpperf_search_new(&s, "loss<1%", NULL, NULL), 0);
    ck_assert_int_eq(dhcpperf_search_set_rates(s, start, lowest, highest), 0);
    return s;
}

static void report(dhcpperf_search *s, dhcpperf_search_verdict verdict)
{
    static dhcpperf_stats stats;
    dhcpperf_search_measured m = {.size = sizeof m, .stats = &stats, .offered = 500, .leases = 500};

    memset(&stats, 0, sizeof stats);
    stats.counters[verdict == DHCPPERF_SEARCH_MISSED ? DHCPPERF_C_GAVE_UP : DHCPPERF_C_BOUND] = 500;
    m.invalid = verdict == DHCPPERF_SEARCH_INVALID ? "the core is saturated" : NULL;
    ck_assert_int_eq(dhcpperf_search_report(s, &m), 0);
}

static dhcpperf_search_verdict answer_of(const model *m, const dhcpperf_search_trial *t)
{
    int holds = t->rate_per_s <= m->server;

    if (t->rate_per_s > m->generator) {
        return DHCPPERF_SEARCH_INVALID;
    }
    if (m->mischance > 0 &&
        dp_chance(dp_draw(m->seed, t->number, 1, 0), dp_threshold(m->mischance))) {
        holds = !holds;
    }
    return holds ? DHCPPERF_SEARCH_HELD : DHCPPERF_SEARCH_MISSED;
}

static dhcpperf_search_answer run(dhcpperf_search *s, const model *m)
{
    dhcpperf_search_answer a;
    dhcpperf_search_trial t;

    while (dhcpperf_search_next(s, &t, sizeof t) == 1) {
        assert_fast(t.rate_per_s * 1000 >= (double)s->lowest &&
                        t.rate_per_s * 1000 <= (double)s->highest,
                    "trial %u at %g", t.number, t.rate_per_s);
        report(s, answer_of(m, &t));
        assert_fast(s->n <= s->most_trials, "more trials than allowed");
    }
    ck_assert_int_eq(dhcpperf_search_get_answer(s, &a, sizeof a), 0);
    return a;
}

/* -- one step after the other -- */

static void expect(dhcpperf_search *s, dhcpperf_search_step step, double rate,
                   dhcpperf_search_verdict verdict)
{
    dhcpperf_search_trial t, same;

    ck_assert_int_eq(dhcpperf_search_next(s, &t, sizeof t), 1);
    ck_assert_int_eq(dhcpperf_search_next(s, &same, sizeof same), 1);
    ck_assert_uint_eq(t.number, same.number);
    ck_assert_str_eq(dhcpperf_search_step_name(t.step), dhcpperf_search_step_name(step));
    ck_assert_double_eq_tol(t.rate_per_s, rate, rate / 1000);
    ck_assert_int_eq(t.verdict, DHCPPERF_SEARCH_PENDING);
    report(s, verdict);
}

#define HELD    DHCPPERF_SEARCH_HELD
#define MISSED  DHCPPERF_SEARCH_MISSED
#define INVALID DHCPPERF_SEARCH_INVALID

START_TEST(it_doubles_then_narrows_then_confirms_then_rechecks)
    {
        dhcpperf_search *s = make(1000, 1, 1e6);
        dhcpperf_search_answer a;
        dhcpperf_search_trial t;

        ck_assert_int_eq(dhcpperf_search_set_resolution(s, 0.2), 0);
        expect(s, DHCPPERF_SEARCH_CLIMB, 1000, HELD);
        expect(s, DHCPPERF_SEARCH_CLIMB, 2000, HELD);
        expect(s, DHCPPERF_SEARCH_CLIMB, 4000, MISSED);
        expect(s, DHCPPERF_SEARCH_NARROW, 2828, HELD); /* the geometric middle */
        expect(s, DHCPPERF_SEARCH_NARROW, 3363, MISSED);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 2828, HELD);
        ck_assert_int_eq(dhcpperf_search_get_answer(s, &a, sizeof a), 0);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_GOES_ON);
        ck_assert_int_eq(a.confirmed, 0);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 2828, MISSED); /* one of three may */
        expect(s, DHCPPERF_SEARCH_CONFIRM, 2828, HELD);
        expect(s, DHCPPERF_SEARCH_RECHECK, 3363, MISSED);
        ck_assert_int_eq(dhcpperf_search_next(s, &t, sizeof t), 0);
        ck_assert_int_eq(dhcpperf_search_get_answer(s, &a, sizeof a), 0);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_SERVER);
        ck_assert_double_eq(a.rate_per_s, 2828);
        ck_assert_int_eq(a.confirmed, 1);
        ck_assert_uint_eq(a.runs, 3);
        ck_assert_uint_eq(a.held, 2);
        ck_assert_double_eq_tol(a.failed_per_s, 3363, 1);
        ck_assert_int_eq(a.failed, 0);
        ck_assert_uint_eq(a.trials, 9);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(a_rate_that_does_not_stand_up_gives_way_to_lower_ones)
    {
        dhcpperf_search *s = make(1000, 1, 1e6);
        dhcpperf_search_answer a;
        dhcpperf_search_trial t;

        ck_assert_int_eq(dhcpperf_search_set_resolution(s, 1), 0);
        ck_assert_int_eq(dhcpperf_search_set_confirmations(s, 2), 0);
        expect(s, DHCPPERF_SEARCH_CLIMB, 1000, HELD);
        expect(s, DHCPPERF_SEARCH_CLIMB, 2000, HELD);
        expect(s, DHCPPERF_SEARCH_CLIMB, 4000, MISSED);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 2000, HELD);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 2000, MISSED); /* of two none may */
        expect(s, DHCPPERF_SEARCH_CONFIRM, 1000, MISSED);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 333.333, HELD); /* twice as far down */
        expect(s, DHCPPERF_SEARCH_CONFIRM, 333.333, HELD);
        expect(s, DHCPPERF_SEARCH_NARROW, 577, MISSED); /* the gap is too wide to stop */
        expect(s, DHCPPERF_SEARCH_RECHECK, 577, MISSED);
        ck_assert_int_eq(dhcpperf_search_next(s, &t, sizeof t), 0);
        ck_assert_int_eq(dhcpperf_search_get_answer(s, &a, sizeof a), 0);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_SERVER);
        ck_assert_double_eq_tol(a.rate_per_s, 333.333, 0.001);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(a_failure_that_was_a_mischance_does_not_stop_the_search)
    {
        dhcpperf_search *s = make(1000, 1, 1e6);
        dhcpperf_search_answer a;

        ck_assert_int_eq(dhcpperf_search_set_resolution(s, 1), 0);
        ck_assert_int_eq(dhcpperf_search_set_confirmations(s, 1), 0);
        expect(s, DHCPPERF_SEARCH_CLIMB, 1000, HELD);
        expect(s, DHCPPERF_SEARCH_CLIMB, 2000, MISSED);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 1000, HELD);
        expect(s, DHCPPERF_SEARCH_RECHECK, 2000, HELD);
        expect(s, DHCPPERF_SEARCH_CLIMB, 4000, MISSED);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 2000, HELD);
        expect(s, DHCPPERF_SEARCH_RECHECK, 4000, MISSED);
        ck_assert_int_eq(dhcpperf_search_get_answer(s, &a, sizeof a), 0);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_SERVER);
        ck_assert_double_eq(a.rate_per_s, 2000);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(a_generator_that_fails_is_tried_again_and_never_the_servers_limit)
    {
        dhcpperf_search *s = make(1000, 1, 1e6);
        dhcpperf_search_answer a;
        dhcpperf_search_trial t;

        ck_assert_int_eq(dhcpperf_search_set_resolution(s, 1), 0);
        ck_assert_int_eq(dhcpperf_search_set_confirmations(s, 1), 0);
        expect(s, DHCPPERF_SEARCH_CLIMB, 1000, INVALID);
        expect(s, DHCPPERF_SEARCH_CLIMB, 1000, HELD);
        expect(s, DHCPPERF_SEARCH_CLIMB, 2000, INVALID);
        expect(s, DHCPPERF_SEARCH_CLIMB, 2000, INVALID);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 1000, INVALID);
        expect(s, DHCPPERF_SEARCH_CONFIRM, 1000, HELD);
        ck_assert_int_eq(dhcpperf_search_next(s, &t, sizeof t), 0);
        ck_assert_int_eq(dhcpperf_search_get_answer(s, &a, sizeof a), 0);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_GENERATOR);
        ck_assert_double_eq(a.rate_per_s, 1000);
        ck_assert_int_eq(a.confirmed, 1);
        ck_assert_double_eq(a.failed_per_s, 2000);
        ck_assert_int_eq(a.failed, -1);
        ck_assert_int_eq(dhcpperf_search_get_trial(s, 0, &t, sizeof t), 1);
        ck_assert_int_eq(t.verdict, DHCPPERF_SEARCH_INVALID);
        ck_assert_str_eq(t.reason, "the core is saturated");
        dhcpperf_search_free(s);
    }
END_TEST

/* -- models -- */

static const double capacities[] = {1.5, 7, 99.5, 640, 1000, 1001, 1999, 2000, 54321, 999999.5};

START_TEST(a_capacity_is_found_within_the_resolution)
    {
        double c = capacities[_i];
        model m = {.server = c, .generator = 1e9};
        dhcpperf_search *s = make(1000, 0.1, 1e8);
        dhcpperf_search_answer a = run(s, &m);

        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_SERVER);
        ck_assert_int_eq(a.confirmed, 1);
        ck_assert_msg(a.rate_per_s <= c && a.rate_per_s >= c / 1.02 - 0.001, "%g: found %g", c,
                      a.rate_per_s);
        ck_assert_msg(a.trials <= 32, "%g: %u trials", c, a.trials);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(the_generators_limit_below_the_servers_is_named_as_such)
    {
        model m = {.server = 50000, .generator = capacities[_i]};
        dhcpperf_search *s = make(1000, 0.1, 1e8);
        dhcpperf_search_answer a = run(s, &m);
        int below = capacities[_i] < 50000;

        ck_assert_int_eq(a.end, below ? DHCPPERF_SEARCH_GENERATOR : DHCPPERF_SEARCH_SERVER);
        ck_assert_double_le(a.rate_per_s, below ? capacities[_i] : 50000);
        ck_assert_double_ge(a.rate_per_s, (below ? capacities[_i] : 50000) / 1.02 - 0.001);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(bounds_of_the_rate_are_kept_and_told)
    {
        model able = {.server = 1e9, .generator = 1e9}, dead = {.server = 0, .generator = 1e9};
        model mute = {.server = 0, .generator = 0};
        dhcpperf_search *s = make(1000, 10, 5000);
        dhcpperf_search_answer a = run(s, &able);

        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_HIGHEST);
        ck_assert_double_eq(a.rate_per_s, 5000);
        ck_assert_int_eq(a.confirmed, 1);
        ck_assert_double_eq(a.failed_per_s, 0);
        dhcpperf_search_free(s);
        s = make(1000, 10, 5000);
        a = run(s, &dead);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_NONE);
        ck_assert_double_eq(a.rate_per_s, 0);
        ck_assert_double_eq(a.failed_per_s, 10);
        ck_assert_int_eq(a.failed, 0);
        dhcpperf_search_free(s);
        s = make(1000, 10, 5000);
        a = run(s, &mute);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_GENERATOR);
        ck_assert_double_eq(a.rate_per_s, 0);
        dhcpperf_search_free(s);
    }
END_TEST

/* One trial in twenty says the opposite.  What comes out is near all the same: both ends were
 * tried again. */
START_TEST(mischance_hardly_shifts_the_answer)
    {
        model m = {.server = 54321, .generator = 1e9, .mischance = 0.05};
        unsigned near = 0, i;

        for (i = 0; i < 1000; i++) {
            dhcpperf_search *s = make(1000, 1, 1e8);
            dhcpperf_search_answer a;

            m.seed = harness_seed(i);
            a = run(s, &m);
            near += a.rate_per_s > 54321 / 1.05 && a.rate_per_s < 54321 * 1.05;
            dhcpperf_search_free(s);
        }
        ck_assert_msg(near > 950, "%u of 1000", near);
    }
END_TEST

/* Whatever the trials say, their number is bounded, and the answer is one that held. */
START_TEST(no_noise_makes_it_go_on_for_ever)
    {
        static const double mischances[] = {0.1, 0.3, 0.5, 0.7, 0.9, 1};
        unsigned i, k;

        for (i = 0; i < 2000; i++) {
            uint64_t seed = harness_seed(i);
            model m = {.server = 5000,
                       .generator = i % 3 == 0 ? 7000 : 1e9,
                       .seed = seed,
                       .mischance = mischances[_i]};
            dhcpperf_search *s = make(1000, 1, i % 2 == 0 ? 1e8 : 6000);
            dhcpperf_search_answer a;
            dhcpperf_search_trial t;
            int held = 0;

            ck_assert_int_eq(dhcpperf_search_set_most_trials(s, 1 + i % 80), 0);
            a = run(s, &m);
            assert_fast(a.end != DHCPPERF_SEARCH_GOES_ON, "seed %u: no end", i);
            assert_fast(a.trials <= 1 + i % 80, "seed %u: %u trials", i, a.trials);
            assert_fast(a.end != DHCPPERF_SEARCH_TRIALS || a.trials == 1 + i % 80,
                        "seed %u: gave up after %u trials", i, a.trials);
            for (k = 0; dhcpperf_search_get_trial(s, k, &t, sizeof t) == 1; k++) {
                held |= t.verdict == DHCPPERF_SEARCH_HELD &&
                        (int64_t)(t.rate_per_s * 1000) == (int64_t)(a.rate_per_s * 1000);
            }
            assert_fast(a.rate_per_s <= 0 || held, "seed %u: %g never held", i, a.rate_per_s);
            assert_fast(a.failed_per_s <= 0 || a.rate_per_s < a.failed_per_s,
                        "seed %u: %g held, %g failed", i, a.rate_per_s, a.failed_per_s);
            assert_fast(!a.confirmed || a.held + 1 >= a.runs, "seed %u: %u of %u held", i, a.held,
                        a.runs);
            dhcpperf_search_free(s);
        }
    }
END_TEST

/* -- the interface -- */

START_TEST(settings_are_checked_and_come_before_the_first_trial)
    {
        dhcpperf_search *s = make(1000, 1, 1e6);
        dhcpperf_search_trial t;

        ck_assert_int_eq(dhcpperf_search_set_rates(s, 10, 20, 30), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_rates(s, 10, 5, 9), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_rates(s, 10, 0, 10), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_rates(s, 10, 5, 1.1e9), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_lengths(s, 0, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_lengths(s, DHCPPERF_NEVER, 1), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_lengths(s, 7, 9), 0);
        ck_assert_int_eq(dhcpperf_search_set_resolution(s, 0.00009), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_resolution(s, 1.1), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_confirmations(s, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_confirmations(s, 101), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_most_trials(s, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_set_most_trials(s, 10001), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_search_next(s, &t, sizeof t), 1);
        ck_assert_uint_eq(t.warm_up, 7);
        ck_assert_uint_eq(t.length, 9);
        ck_assert_int_eq(dhcpperf_search_set_rates(s, 10, 5, 20), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_search_set_lengths(s, 1, 1), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_search_set_resolution(s, 0.1), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_search_set_confirmations(s, 3), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_search_set_most_trials(s, 3), DHCPPERF_E_STATE);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(misuse_is_refused)
    {
        dhcpperf_search *s = make(1000, 1, 1000);
        dhcpperf_stats stats;
        dhcpperf_search_measured m = {.size = sizeof m, .stats = &stats, .offered = 5};
        dhcpperf_search_trial t;
        dhcpperf_search_answer a;
        dhcpperf_search_condition c;
        double v;

        memset(&stats, 0, sizeof stats);
        ck_assert_int_eq(dhcpperf_search_report(s, &m), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_search_next(s, &t, 3), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_next(NULL, &t, sizeof t), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_next(s, &t, sizeof t), 1);
        m.offered = 0;
        ck_assert_int_eq(dhcpperf_search_report(s, &m), DHCPPERF_E_INVALID);
        m.offered = 5;
        m.size = sizeof m - 1;
        ck_assert_int_eq(dhcpperf_search_report(s, &m), DHCPPERF_E_INVALID);
        m.size = sizeof m;
        m.stats = NULL;
        ck_assert_int_eq(dhcpperf_search_report(s, &m), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_get_trial(s, 0, &t, sizeof t), 0);
        ck_assert_int_eq(dhcpperf_search_get_value(s, 0, 0, &v), 0);
        ck_assert_int_eq(dhcpperf_search_get_value(s, DHCPPERF_SEARCH_MEDIAN, 1, &v), 0);
        ck_assert_int_eq(dhcpperf_search_get_value(s, DHCPPERF_SEARCH_MEDIAN, 0, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_get_value(s, DHCPPERF_SEARCH_MEDIAN, 0, &v), 1);
        ck_assert_double_lt(v, 0); /* of no trial */
        ck_assert_int_eq(dhcpperf_search_get_condition(s, 1, &c, sizeof c), 0);
        ck_assert_int_eq(dhcpperf_search_get_condition(s, 0, &c, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_get_answer(s, NULL, sizeof a), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_new(NULL, "loss<1%", NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_new(&s, NULL, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_search_set_rates(NULL, 1, 1, 1), DHCPPERF_E_INVALID);
        dhcpperf_search_free(s);
        dhcpperf_search_free(NULL);
    }
END_TEST

/* Confirmations with different numbers of leases: the answer tells the one in the middle. */
START_TEST(the_answer_tells_the_median_of_what_was_measured)
    {
        static const uint64_t leases[] = {10, 40, 20, 30}, lost[] = {0, 1, 3, 2};
        dhcpperf_search *s = make(1000, 1, 1000);
        dhcpperf_stats stats;
        dhcpperf_search_measured m = {.size = sizeof m, .stats = &stats, .offered = 100};
        dhcpperf_search_answer a;
        dhcpperf_search_condition c;
        dhcpperf_search_trial t;
        double v;
        unsigned i;

        memset(&stats, 0, sizeof stats);
        for (i = 0; dhcpperf_search_next(s, &t, sizeof t) == 1; i++) {
            ck_assert_uint_lt(i, 4);
            m.leases = leases[i];
            stats.counters[DHCPPERF_C_BOUND] = 1000 - lost[i];
            stats.counters[DHCPPERF_C_GAVE_UP] = lost[i];
            ck_assert_int_eq(dhcpperf_search_report(s, &m), 0);
        }
        ck_assert_int_eq(dhcpperf_search_get_answer(s, &a, sizeof a), 0);
        ck_assert_int_eq(a.end, DHCPPERF_SEARCH_HIGHEST);
        ck_assert_double_eq_tol(a.achieved_per_s, 6, 1e-9); /* 30 in 5 s */
        ck_assert_int_eq(dhcpperf_search_get_value(s, DHCPPERF_SEARCH_MEDIAN, 0, &v), 1);
        ck_assert_double_eq_tol(v, 0.002, 1e-12);
        ck_assert_int_eq(dhcpperf_search_get_value(s, 1, 0, &v), 1);
        ck_assert_double_eq_tol(v, 0.001, 1e-12);
        ck_assert_int_eq(dhcpperf_search_get_trial(s, 1, &t, sizeof t), 1);
        ck_assert_double_eq_tol(t.loss, 0.001, 1e-12);
        ck_assert_double_eq_tol(t.achieved_per_s, 8, 1e-9);
        ck_assert_uint_eq(t.offered, 100);
        ck_assert_int_eq(dhcpperf_search_get_condition(s, 0, &c, sizeof c), 1);
        ck_assert_str_eq(c.text, "loss(dora)<1%");
        ck_assert_str_eq(c.quantity, "loss(dora)");
        ck_assert_int_eq(c.is_latency, 0);
        ck_assert_int_eq(c.is_least, 0);
        ck_assert_double_eq_tol(c.limit, 0.01, 1e-12);
        dhcpperf_search_free(s);
    }
END_TEST

START_TEST(every_value_has_a_name_and_others_have_none)
    {
        unsigned i;

        for (i = 0; i <= DHCPPERF_SEARCH_RECHECK; i++) {
            ck_assert_ptr_nonnull(dhcpperf_search_step_name((dhcpperf_search_step)i));
        }
        for (i = 0; i <= DHCPPERF_SEARCH_INVALID; i++) {
            ck_assert_ptr_nonnull(dhcpperf_search_verdict_name((dhcpperf_search_verdict)i));
        }
        for (i = 0; i <= DHCPPERF_SEARCH_TRIALS; i++) {
            ck_assert_ptr_nonnull(dhcpperf_search_end_name((dhcpperf_search_end)i));
        }
        ck_assert_ptr_null(dhcpperf_search_step_name((dhcpperf_search_step)99));
        ck_assert_ptr_null(dhcpperf_search_verdict_name((dhcpperf_search_verdict)99));
        ck_assert_ptr_null(dhcpperf_search_end_name((dhcpperf_search_end)99));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, it_doubles_then_narrows_then_confirms_then_rechecks);
    tcase_add_test(tc, a_rate_that_does_not_stand_up_gives_way_to_lower_ones);
    tcase_add_test(tc, a_failure_that_was_a_mischance_does_not_stop_the_search);
    tcase_add_test(tc, a_generator_that_fails_is_tried_again_and_never_the_servers_limit);
    tcase_add_loop_test(tc, a_capacity_is_found_within_the_resolution, 0,
                        sizeof capacities / sizeof capacities[0]);
    tcase_add_loop_test(tc, the_generators_limit_below_the_servers_is_named_as_such, 0,
                        sizeof capacities / sizeof capacities[0]);
    tcase_add_test(tc, bounds_of_the_rate_are_kept_and_told);
    tcase_add_test(tc, mischance_hardly_shifts_the_answer);
    tcase_add_loop_test(tc, no_noise_makes_it_go_on_for_ever, 0, 6);
    tcase_add_test(tc, settings_are_checked_and_come_before_the_first_trial);
    tcase_add_test(tc, misuse_is_refused);
    tcase_add_test(tc, the_answer_tells_the_median_of_what_was_measured);
    tcase_add_test(tc, every_value_has_a_name_and_others_have_none);
}

HARNESS_MAIN("policy/search", tests)
