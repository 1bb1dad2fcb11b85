/* SPDX-License-Identifier: MIT */
/* oom_policy.c - statistics, searches, and what engines are told: retries, loads, scenarios. */
#include <string.h>

#include "oom/oom.h"

/* -- statistics -- */

static void fill(dhcpperf_hist *h)
{
    dhcpperf_hist_record(h, 12345);
    dhcpperf_hist_record_n(h, 77, 3);
    dhcpperf_hist_reset(h);
    dhcpperf_hist_record(h, 12345);
}

static void look_at(const dhcpperf_hist *h)
{
    static const double shares[] = {0.5, 0.99};
    uint64_t values[2], lo, hi, count;
    size_t cursor = 0;

    ck_assert_uint_eq(dhcpperf_hist_precision_bits(h), 7);
    ck_assert_uint_gt(dhcpperf_hist_min(h), 0);
    ck_assert_uint_eq(dhcpperf_hist_max(h), 12345);
    ck_assert(dhcpperf_hist_mean(h) > 0 && dhcpperf_hist_stddev(h) >= 0);
    ck_assert_uint_gt(dhcpperf_hist_quantile(h, 0.5), 0);
    FINE(dhcpperf_hist_quantiles(h, shares, values, 2));
    ck_assert_uint_eq(dhcpperf_hist_count_below(h, 1), 0);
    ck_assert_int_eq(dhcpperf_hist_next(h, &cursor, &lo, &hi, &count), 1);
}

void oom_statistics(void)
{
    static uint8_t buf[65536];
    dhcpperf_hist *h = NULL, *copy = NULL, *read = NULL;
    dhcpperf_stats *a = NULL, *b = NULL, *c = NULL;
    size_t len = 0;

    TRY(dhcpperf_hist_new(&h, 7, oom_mem));
    fill(h);
    look_at(h);
    TRY(dhcpperf_hist_clone(&copy, h));
    FINE(dhcpperf_hist_encode(h, buf, sizeof buf, &len));
    TRY(dhcpperf_hist_decode(&read, buf, len, oom_mem));
    ck_assert_uint_eq(dhcpperf_hist_max(read), 12345);
    TRY(dhcpperf_hist_merge(copy, read));
    ck_assert_uint_eq(dhcpperf_hist_count(copy), 2);
    FINE(dhcpperf_hist_subtract(copy, read));
    TRY(dhcpperf_stats_new(&a, oom_mem));
    TRY(dhcpperf_stats_clone(&b, a));
    TRY(dhcpperf_stats_merge(b, a));
    FINE(dhcpperf_stats_subtract(b, a));
    TRY(dhcpperf_stats_interval(&c, b, a));
    ck_assert_uint_eq(dhcpperf_stats_counter(c, DHCPPERF_C_BOUND), 0);
    ck_assert_uint_eq(dhcpperf_stats_exchange(c, DHCPPERF_X_RENEW, DHCPPERF_OUT_LATE), 0);
    (void)dhcpperf_stats_hist(c, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_ACTUAL);
    dhcpperf_hist_free(h);
    dhcpperf_hist_free(copy);
    dhcpperf_hist_free(read);
    dhcpperf_stats_free(a);
    dhcpperf_stats_free(b);
    dhcpperf_stats_free(c);
}

/* -- searches -- */

static void report(dhcpperf_search *s, const dhcpperf_stats *stats)
{
    dhcpperf_search_measured m = {
        .size = sizeof m, .stats = stats, .offered = 100, .leases = 100, .invalid = NULL};

    TRY(dhcpperf_search_report(s, &m));
}

void oom_searches(void)
{
    dhcpperf_search *s = NULL;
    dhcpperf_stats *stats = NULL;
    dhcpperf_search_condition condition;
    dhcpperf_search_answer answer;
    dhcpperf_search_trial t;
    double value;

    TRY(dhcpperf_stats_new(&stats, oom_mem));
    TRY(dhcpperf_search_new(&s, "loss<0.1%,p99<20ms", NULL, oom_mem));
    FINE(dhcpperf_search_set_rates(s, 100, 10, 1000));
    FINE(dhcpperf_search_set_lengths(s, DHCPPERF_NS_PER_S, DHCPPERF_NS_PER_S));
    FINE(dhcpperf_search_set_resolution(s, 0.1));
    FINE(dhcpperf_search_set_confirmations(s, 1));
    FINE(dhcpperf_search_set_most_trials(s, 20));
    TRY(dhcpperf_search_next(s, &t, sizeof t));
    ck_assert_uint_eq(t.number, 1);
    report(s, stats);
    FINE(dhcpperf_search_get_trial(s, 0, &t, sizeof t));
    FINE(dhcpperf_search_get_answer(s, &answer, sizeof answer));
    (void)dhcpperf_search_get_value(s, 0, 0, &value);
    FINE(dhcpperf_search_get_condition(s, 0, &condition, sizeof condition));
    ck_assert_ptr_nonnull(dhcpperf_search_step_name(t.step));
    ck_assert_ptr_nonnull(dhcpperf_search_verdict_name(t.verdict));
    ck_assert_ptr_nonnull(dhcpperf_search_end_name(answer.end));
    dhcpperf_search_free(s);
    dhcpperf_stats_free(stats);
}

/* -- retries and loads -- */

static dhcpperf_dur always(void *user, dhcpperf_phase p, unsigned attempt, dhcpperf_dur remaining,
                           uint64_t random)
{
    (void)user, (void)p, (void)attempt, (void)remaining, (void)random;
    return DHCPPERF_NS_PER_S;
}

static void retries(void)
{
    const dhcpperf_phase p = DHCPPERF_PHASE_SELECTING;
    dhcpperf_retry *r = NULL, *copy = NULL;
    dhcpperf_give_up then;
    unsigned most;

    TRY(dhcpperf_retry_new(&r, "rfc2131", oom_mem));
    FINE(dhcpperf_retry_set_backoff(r, p, DHCPPERF_NS_PER_S, 2, 9 * DHCPPERF_NS_PER_S));
    FINE(dhcpperf_retry_set_halving(r, DHCPPERF_PHASE_RENEWING, DHCPPERF_NS_PER_S));
    FINE(dhcpperf_retry_set_jitter(r, p, DHCPPERF_NS_PER_MS, 0));
    FINE(dhcpperf_retry_set_attempts(r, p, 4, DHCPPERF_GIVE_UP_STOP));
    FINE(dhcpperf_retry_get_attempts(r, p, &most, &then));
    FINE(dhcpperf_retry_set_function(r, always, NULL));
    TRY(dhcpperf_retry_clone(&copy, r));
    ck_assert_uint_eq(dhcpperf_retry_delay(copy, p, 1, 0, 0), DHCPPERF_NS_PER_S);
    dhcpperf_retry_free(r);
    dhcpperf_retry_free(copy);
}

void oom_policies(void)
{
    static const dhcpperf_dur at[] = {0, 5, 5, 1000};
    dhcpperf_load *l = NULL, *copy = NULL, *parsed = NULL, *listed = NULL;
    static char text[8192];
    unsigned i;

    retries();
    TRY(dhcpperf_load_new(&l, oom_mem));
    for (i = 0; i < 40; i++) {
        TRY(dhcpperf_load_add_rate(l, 10, 20, DHCPPERF_NS_PER_S, 0));
        TRY(dhcpperf_load_add_burst(l, 5));
    }
    TRY(dhcpperf_load_add_closed(l, 10, DHCPPERF_NEVER));
    TRY(dhcpperf_load_clone(&copy, l));
    TRY(dhcpperf_load_parse(&parsed, "ramp 0..50 1s; hold 1s; burst 10; closed 5", NULL, oom_mem));
    TRY(dhcpperf_load_new(&listed, oom_mem));
    TRY(dhcpperf_load_add_arrivals(listed, at, 4));
    FINE(dhcpperf_load_format(l, text, sizeof text));
    ck_assert_uint_eq(dhcpperf_load_count(listed), 4);
    ck_assert(dhcpperf_load_peak(l) > 0);
    ck_assert_int_eq(dhcpperf_load_is_random(l), 0);
    ck_assert_uint_gt(dhcpperf_load_length(l), 0);
    dhcpperf_load_free(l);
    dhcpperf_load_free(copy);
    dhcpperf_load_free(parsed);
    dhcpperf_load_free(listed);
}

/* -- scenarios -- */

void oom_scenarios(void)
{
    const char *name, *help;
    dhcpperf_scenario *s = NULL, *preset = NULL;
    char text[1000];

    TRY(dhcpperf_scenario_parse(&s, "stage one\ndo start\nload rate 10/s 1s\nstage two\ndo renew\n",
                                NULL, oom_mem));
    TRY(dhcpperf_scenario_new(&preset, "churn", oom_mem));
    FINE(dhcpperf_scenario_describe(0, &name, &help));
    TRY(dhcpperf_scenario_set(s, "hold", "10s"));
    TRY(dhcpperf_scenario_set_stage(s, 1, "load", "burst 10"));
    FINE(dhcpperf_scenario_get(s, "hold", text, sizeof text));
    FINE(dhcpperf_scenario_get_stage(s, 1, "load", text, sizeof text));
    FINE(dhcpperf_scenario_format(s, text, sizeof text));
    ck_assert_uint_eq(dhcpperf_scenario_count(s), 2);
    ck_assert_int_eq(dhcpperf_scenario_is_endless(preset), 1);
    dhcpperf_scenario_free(s);
    dhcpperf_scenario_free(preset);
}

/* -- faults -- */

void oom_faults(void)
{
    static const char text[] = "slow: delay samples 1ms 2ms 5ms on offer p=10%\n"
                               "set option 6 = \"192.0.2.1, 192.0.2.2\" on ack per=client nth=2\n"
                               "wire: fragment 100 on nak armed=no";
    dhcpperf_fault_plan *p = NULL;
    const char *reason = NULL;
    char line[1000];
    size_t at = 0;

    TRY(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, &at, &reason, oom_mem));
    FINE(dhcpperf_fault_plan_format(p, line, sizeof line));
    FINE(dhcpperf_fault_plan_format_rule(p, 1, line, sizeof line));
    ck_assert_uint_eq(dhcpperf_fault_plan_count(p), 3);
    ck_assert_str_eq(dhcpperf_fault_plan_name(p, 0), "slow");
    ck_assert_int_eq(dhcpperf_fault_plan_find(p, "wire"), 2);
    ck_assert_uint_eq(dhcpperf_fault_plan_hits(p, 0), 0);
    ck_assert_int_eq(dhcpperf_fault_plan_is_armed(p, 2), 0);
    ck_assert_int_eq(dhcpperf_fault_plan_needs_frames(p, 2), 1);
    ck_assert_ptr_null(dhcpperf_fault_plan_class(p, 2));
    dhcpperf_fault_plan_free(p);
}

void oom_hostile(void)
{
    uint8_t buf[DHCPPERF_HOSTILE_MAX];
    const char *kind, *help;

    ck_assert_uint_gt(dhcpperf_hostile_count(), 0);
    FINE(dhcpperf_hostile_message(1, 77, NULL, buf, sizeof buf));
    FINE(dhcpperf_hostile_describe(0, &kind, &help, NULL, NULL));
    ck_assert_str_eq(dhcpperf_hostile_kind(0), kind);
}
