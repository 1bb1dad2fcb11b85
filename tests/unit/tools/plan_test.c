/* SPDX-License-Identifier: MIT */
/* plan_test.c - what the flags of dhcp-tester mean together. */
#include "dhcp-tester/plan.h"

#include <string.h>

#include "dhcp-tester/tester_options.h"
#include "support/harness.h"

static options o;
static plan p;

static void setup(void)
{
    ck_assert_int_eq(options_init(&o, "dhcp-tester", tester_option_specs, tester_option_count), 0);
}

static void teardown(void)
{
    plan_free(&p);
    options_free(&o);
}

static void build(const char *line)
{
    ck_assert_msg(options_read_line(&o, line) == 0, "%s: %s", line, o.error);
    ck_assert_msg(plan_build(&p, &o) == 0, "%s: %s", line, p.error);
}

static void refuse(const char *line, const char *part)
{
    ck_assert_msg(options_read_line(&o, line) == 0, "%s: %s", line, o.error);
    ck_assert_msg(plan_build(&p, &o) != 0, "%s was accepted", line);
    ck_assert_msg(strstr(p.error, part) != NULL, "%s: \"%s\" lacks \"%s\"", line, p.error, part);
}

static void set_variable(const char *variable)
{
    char text[64];
    char *env[] = {text, NULL};

    snprintf(text, sizeof text, "%s", variable);
    ck_assert_msg(options_read_environment(&o, env) == 0, "%s: %s", variable, o.error);
}

START_TEST(without_flags_ten_thousand_clients_are_simulated)
    {
        build("");
        ck_assert_int_eq(p.mode, PLAN_SIMULATION);
        ck_assert_uint_eq(p.clients, 10000);
        ck_assert_uint_eq(p.concurrency, 10);
        ck_assert_int_eq(p.retry, 0);
        ck_assert_uint_eq(p.timeout, 5 * DHCPPERF_NS_PER_S);
        ck_assert_uint_eq(p.whole_timeout, DHCPPERF_NEVER);
        ck_assert_uint_eq(p.duration, DHCPPERF_NEVER);
        ck_assert(p.rate <= 0);
    }
END_TEST

START_TEST(hardware_addresses_bound_the_clients)
    {
        build("--mac-range 02:00:00:00:00:fe-02:00:00:00:01:01");
        ck_assert_uint_eq(p.clients, 4);
        ck_assert_uint_eq(p.identity.room, 4);
        ck_assert_uint_eq(p.identity.first.b[5], 0xfe);
    }
END_TEST

START_TEST(a_range_on_the_command_line_beats_a_base_in_the_environment)
    {
        set_variable("DHCP_MAC_BASE=06:00:00:00:00:00");
        build("--mac-range 02-00-00-00-00-00-02-00-00-00-ff-ff --clients 5");
        ck_assert_uint_eq(p.identity.room, 65536);
        ck_assert_uint_eq(p.identity.first.b[0], 2);
    }
END_TEST

START_TEST(more_clients_than_addresses_are_refused)
    {
        refuse("--mac-range 02:00:00:00:00:00-02:00:00:00:00:01 --clients 3",
               "holds 2 addresses, too few for 3 clients");
    }
END_TEST

START_TEST(a_server_makes_the_run_realistic_and_small)
    {
        build("--server 192.0.2.1");
        ck_assert_int_eq(p.mode, PLAN_REALISTIC);
        ck_assert_uint_eq(p.clients, 10);
        ck_assert_uint_eq(p.server_port, 67);
        ck_assert_int_eq(p.client_port, -1);
    }
END_TEST

START_TEST(a_typed_mode_beats_a_server_from_the_environment)
    {
        set_variable("DHCP_SERVER=192.0.2.1");
        build("");
        ck_assert_int_eq(p.mode, PLAN_REALISTIC);
        plan_free(&p);
        build("--mode simulation");
        ck_assert_int_eq(p.mode, PLAN_SIMULATION);
        ck_assert_ptr_null(p.server);
    }
END_TEST

START_TEST(a_typed_rate_beats_a_concurrency_from_the_environment_and_the_reverse)
    {
        set_variable("DHCP_CONCURRENCY=7");
        build("--rate 100 --clients 5");
        ck_assert(p.rate > 99);
        ck_assert_uint_eq(p.concurrency, 0);
        teardown();
        setup();
        set_variable("DHCP_RATE=100");
        build("--concurrency 7");
        ck_assert(p.rate <= 0);
        ck_assert_uint_eq(p.concurrency, 7);
    }
END_TEST

START_TEST(clients_follow_from_rate_and_duration)
    {
        static const struct {
            const char *line;
            uint32_t lo, hi;
        } v[] = {
            {"--rate 50000 --duration 10s", 500000, 500000},
            {"--rate 50k --duration 10s --ramp 10s", 250000, 250000},
            {"--rate 1000 --duration 4s --ramp 2s", 3000, 3000},
            {"--rate 0.5 --duration 1s", 1, 1},
            {"--rate 3 --duration 500ms", 2, 2},
            {"--rate 100 --duration 1s --clients 7", 7, 7},
            {"--rate 100", 10000, 10000},
            {"--rate 100 --duration 100s --poisson", 10500, 11500},
        };

        build(v[_i].line);
        ck_assert_msg(p.clients >= v[_i].lo && p.clients <= v[_i].hi, "line %d: %u clients", _i,
                      (unsigned)p.clients);
    }
END_TEST

START_TEST(the_load_is_what_the_flags_say)
    {
        static const struct {
            const char *line, *want;
        } v[] = {
            {"", "closed 10"},
            {"--concurrency 500 --duration 30s", "closed 500 30s"},
            {"--rate 1000 --clients 9", "rate 1000/s"},
            {"--rate 1000 --duration 10s", "rate 1000/s 10s"},
            {"--rate 1000 --duration 10s --ramp 4s", "ramp 0/s..1000/s 4s; rate 1000/s 6s"},
            {"--rate 1000 --duration 4s --ramp 4s", "ramp 0/s..1000/s 4s"},
            {"--rate 2.5 --poisson --clients 9", "poisson 2.5/s"},
        };
        dhcpperf_load *got = NULL, *want = NULL;
        char got_text[128], want_text[128];

        build(v[_i].line);
        ck_assert_int_eq(plan_make_load(&p, &got), 0);
        ck_assert_int_eq(dhcpperf_load_parse(&want, v[_i].want, NULL, NULL), 0);
        ck_assert_int_ge(dhcpperf_load_format(got, got_text, sizeof got_text), 0);
        ck_assert_int_ge(dhcpperf_load_format(want, want_text, sizeof want_text), 0);
        ck_assert_msg(strcmp(got_text, want_text) == 0, "line %d: %s instead of %s", _i, got_text,
                      want_text);
        dhcpperf_load_free(got);
        dhcpperf_load_free(want);
    }
END_TEST

START_TEST(any_retransmission_flag_switches_it_on)
    {
        static const char *const lines[] = {"--retry",
                                            "--retry-policy fast",
                                            "--retry-policy rfc2131",
                                            "--max-discover-retries 3",
                                            "--max-request-retries 0",
                                            "--initial-timeout 1s",
                                            "--max-timeout 8s",
                                            "--backoff-multiplier 1.5",
                                            "--jitter=false"};

        build(lines[_i]);
        ck_assert_msg(p.retry == 1, "line %d", _i);
    }
END_TEST

START_TEST(the_timeout_bounds_an_answer_or_the_whole_exchange)
    {
        build("--retry");
        ck_assert_uint_eq(p.whole_timeout, DHCPPERF_NEVER);
        plan_free(&p);
        build("--retry --timeout 30s");
        ck_assert_uint_eq(p.whole_timeout, 30 * DHCPPERF_NS_PER_S);
        plan_free(&p);
        build("--retry=false --timeout 30s");
        ck_assert_uint_eq(p.whole_timeout, DHCPPERF_NEVER);
        ck_assert_uint_eq(p.timeout, 30 * DHCPPERF_NS_PER_S);
        plan_free(&p);
        build("--retry-policy none --retry=false");
        ck_assert_int_eq(p.retry, 0);
    }
END_TEST

START_TEST(the_engine_gets_what_was_planned)
    {
        dhcpperf_client_config *c = NULL;
        char text[64];

        build("--clients 77 --seed 5 --mac-base 02:aa:00:00:00:01 --retry --timeout 90s --relay "
              "--relay-hops 3 --option hostname=h");
        ck_assert_msg(plan_configure(&p, &o, &c) == 0, "%s", p.error);
        dhcpperf_client_config_get(c, "stations", text, sizeof text);
        ck_assert_str_eq(text, "77");
        dhcpperf_client_config_get(c, "seed", text, sizeof text);
        ck_assert_str_eq(text, "5");
        dhcpperf_client_config_get(c, "mac.base", text, sizeof text);
        ck_assert_str_eq(text, "02:aa:00:00:00:01");
        dhcpperf_client_config_get(c, "exchange.timeout", text, sizeof text);
        ck_assert_str_eq(text, "1m30s");
        dhcpperf_client_config_get(c, "relay.hops", text, sizeof text);
        ck_assert_str_eq(text, "3");
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(waits_out_of_order_are_refused)
    {
        dhcpperf_client_config *c = NULL;

        build("--initial-timeout 10s --max-timeout 5s");
        ck_assert_int_ne(plan_configure(&p, &o, &c), 0);
        ck_assert_ptr_nonnull(strstr(p.error, "--initial-timeout must not be longer"));
        plan_free(&p);
        /* One of them alone never contradicts the other's default. */
        teardown();
        setup();
        build("--initial-timeout 10m");
        ck_assert_msg(plan_configure(&p, &o, &c) == 0, "%s", p.error);
        dhcpperf_client_config_free(c);
        teardown();
        setup();
        build("--max-timeout 1s");
        ck_assert_msg(plan_configure(&p, &o, &c) == 0, "%s", p.error);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(contradictions_are_named)
    {
        static const struct {
            const char *line, *part;
        } v[] = {
            {"--mode realistic", "needs --server"},
            {"--mode broadcast", "not in this build"},
            {"--rate 5 --concurrency 5", "exclude each other"},
            {"--ramp 1s", "--ramp needs --rate"},
            {"--poisson --clients 4", "--poisson needs --rate"},
            {"--remote-id x", "--remote-id needs --relay"},
            {"--relay=false --circuit-id x", "--circuit-id needs --relay"},
            {"--relay --relay-hops 3 --relay-max-hops 3", "which is 3, not 3"},
            {"--mac-base 03:00:00:00:00:00", "group address"},
            {"--mac-base 02:ff:ff:ff:ff:fe --clients 3", "no room for 3"},
            {"--bind 127.0.0.1", "--bind has no meaning"},
            {"--output tap=x", "not in this build"},
        };

        refuse(v[_i].line, v[_i].part);
    }
END_TEST

static dhcpperf_search_trial first_trial(void)
{
    dhcpperf_search_trial t;

    ck_assert_ptr_nonnull(p.search);
    ck_assert_int_eq(dhcpperf_search_next(p.search, &t, sizeof t), 1);
    return t;
}

START_TEST(a_search_takes_its_trials_from_the_flags_of_the_load)
    {
        dhcpperf_search_trial t;

        build("");
        ck_assert_ptr_null(p.search);
        plan_free(&p);
        build("--find-capacity loss<0.1%,p99<20ms");
        t = first_trial();
        ck_assert_double_eq(t.rate_per_s, 1000);
        ck_assert_uint_eq(t.warm_up, DHCPPERF_NS_PER_S);
        ck_assert_uint_eq(t.length, 5 * DHCPPERF_NS_PER_S);
        plan_free(&p);
        build("--find-capacity loss<0.1% --rate 50 --duration 2s --warm-up 0");
        t = first_trial();
        ck_assert_double_eq(t.rate_per_s, 50);
        ck_assert_uint_eq(t.warm_up, 0);
        ck_assert_uint_eq(t.length, 2 * DHCPPERF_NS_PER_S);
    }
END_TEST

START_TEST(a_typed_search_beats_clients_from_the_environment)
    {
        set_variable("DHCP_CLIENTS=500");
        build("--find-capacity loss<0.1%");
        ck_assert_ptr_nonnull(p.search);
    }
END_TEST

START_TEST(what_a_search_cannot_do_is_refused)
    {
        static const struct {
            const char *line, *part;
        } v[] = {
            {"--find-capacity loss<0.1", "not understood at '0.1'"},
            {"--find-capacity loss", "not understood where it ends"},
            {"--find-capacity p99>20ms", "at '>20ms'"},
            {"--find-capacity loss<0%", "nothing can keep the limit '0%': a share is from 0% to"},
            {"--find-capacity loss<1%,success>100%,p99<1s", "the limit '100%,p99<1s'"},
            {"--find-capacity p99<0ms", "the limit '0ms'"},
            {"--find-capacity nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,"
             "nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,nak<1%,loss<1%",
             "has more than 16 conditions"},
            {"--find-capacity p99.9<20ms", "'.9<20ms': conditions are"},
            {"--find-capacity p99.9<20ms", "such as p99<20ms, p999<50ms or"},
            {"--find-capacity loss<1% --profile 'rate 5 10s'",
             "takes no --profile: the search makes the load of each trial"},
            {"--find-capacity loss<1% --rate 100k --duration 1h",
             "--rate 100000 for --duration 1h starts 360000000 clients"},
            {"--find-capacity loss<1% --clients 5", "takes no --clients"},
            {"--find-capacity loss<1% --concurrency 5", "takes no --concurrency"},
            {"--find-capacity loss<1% --rate 9 --ramp 1s", "takes no --ramp"},
            {"--find-capacity loss<1% --scenario storm", "not for storm"},
            {"--find-capacity loss<1% --highest-rate 999", "is above --highest-rate 999"},
            {"--find-capacity loss<1% --highest-rate 3M", "--highest-rate 3000000 is more than"},
            {"--find-capacity loss<1% --rate 3M", "--rate 3000000 is more than the 2796202.666"},
            {"--find-capacity loss<1% --rate 0.1 --duration 1s", "starts nobody"},
            {"--find-capacity loss<1% --mac-range 02:00:00:00:00:00-02:00:00:00:00:ff",
             "there are 256 clients at most"},
            {"--server 127.0.0.1 --find-capacity loss<1% --pacing precise --highest-rate 60k",
             "--pacing precise starts 50000"},
            {"--warm-up 1s", "needs --find-capacity"},
            {"--rate 5 --most-trials 7", "--most-trials needs --find-capacity"},
        };

        refuse(v[_i].line, v[_i].part);
    }
END_TEST

START_TEST(seeds_differ_unless_given)
    {
        uint64_t first;

        build("");
        first = p.seed;
        ck_assert_uint_lt(first, UINT64_C(1) << 53);
        plan_free(&p);
        build("");
        ck_assert_uint_ne(p.seed, first);
        plan_free(&p);
        build("--seed 0");
        ck_assert_uint_eq(p.seed, 0);
    }
END_TEST

START_TEST(the_pacing_follows_the_rate)
    {
        static const struct {
            const char *line;
            dhcpperf_pacing pacing;
            unsigned tick_us;
        } cases[] = {
            {"", DHCPPERF_PACE_EARLIEST, 0},
            {"--rate 50000", DHCPPERF_PACE_EARLIEST, 0},
            {"--rate 50001", DHCPPERF_PACE_BATCH, 800},
            {"--rate 100k", DHCPPERF_PACE_BATCH, 500},
            {"--rate 200k", DHCPPERF_PACE_BATCH, 250},
            {"--rate 10M", DHCPPERF_PACE_BATCH, 100},
            {"--rate 1 --pacing batch", DHCPPERF_PACE_BATCH, 5000},
            {"--rate 1600 --pacing batch", DHCPPERF_PACE_BATCH, 5000},
            {"--rate 1601 --pacing batch", DHCPPERF_PACE_BATCH, 4000},
            {"--rate 4k --pacing batch", DHCPPERF_PACE_BATCH, 2000},
            {"--rate 8k --pacing batch", DHCPPERF_PACE_BATCH, 1000},
            {"--rate 8001 --pacing batch", DHCPPERF_PACE_BATCH, 800},
            {"--rate 80k --pacing batch", DHCPPERF_PACE_BATCH, 800},
            {"--rate 50k --pacing precise", DHCPPERF_PACE_PRECISE, 0},
            {"--scenario churn --pacing batch", DHCPPERF_PACE_BATCH, 800},
            {"--profile 'ramp 0..60k 1s'", DHCPPERF_PACE_BATCH, 800},
            {"--profile 'burst 60k'", DHCPPERF_PACE_EARLIEST, 0},
        };
        char line[128];

        snprintf(line, sizeof line, "--server 192.0.2.1 %s", cases[_i].line);
        build(line);
        ck_assert_msg(p.pacing == cases[_i].pacing, "%s", line);
        ck_assert_msg(p.tick == cases[_i].tick_us * DHCPPERF_NS_PER_US, "%s: %llu ns", line,
                      (unsigned long long)p.tick);
    }
END_TEST

START_TEST(a_pacing_that_cannot_be_is_refused)
    {
        static const struct {
            const char *line, *part;
        } cases[] = {
            {"--server 192.0.2.1 --rate 50001 --pacing precise",
             "up to 50000 clients a second, not"},
            {"--server 192.0.2.1 --pacing batch", "--pacing needs --rate, --profile or --arrivals"},
            {"--pacing batch --rate 5", "--pacing has no meaning in a simulation"},
        };

        refuse(cases[_i].line, cases[_i].part);
    }
END_TEST

START_TEST(what_makes_a_run_valid_is_chosen)
    {
        build("--server 192.0.2.1 --rate 50");
        ck_assert_int_eq(p.user_stamps, 0);
        ck_assert_uint_eq(p.max_lag, 0);
        ck_assert_int_eq(p.require_valid, 0);
        teardown();
        setup();
        build("--server 192.0.2.1 --rate 50 --timestamps user --max-lag 3ms --require-valid");
        ck_assert_int_eq(p.user_stamps, 1);
        ck_assert_uint_eq(p.max_lag, 3 * DHCPPERF_NS_PER_MS);
        ck_assert_int_eq(p.require_valid, 1);
    }
END_TEST

START_TEST(a_lag_without_a_schedule_is_refused)
    {
        static const struct {
            const char *line, *part;
        } cases[] = {
            {"--server 192.0.2.1 --max-lag 5ms", "--max-lag needs --rate, --profile or"},
            {"--rate 5 --max-lag 5ms", "--max-lag has no meaning in a simulation"},
            {"--timestamps user", "--timestamps has no meaning in a simulation"},
        };

        refuse(cases[_i].line, cases[_i].part);
    }
END_TEST

START_TEST(a_default_concurrency_leaves_each_worker_a_client)
    {
        static const struct {
            const char *line;
            unsigned workers, concurrency;
        } v[] = {
            {"--clients 10000", 1, 10},
            {"--clients 10000 --workers 4", 4, 10},
            {"--clients 10000 --workers 64", 64, 64},
            {"--clients 640 --workers 64", 10, 10},
            {"--clients 10000 --workers 64 --concurrency 100", 64, 100},
            {"--clients 10000 --workers 64 --rate 5", 64, 0},
        };

        build(v[_i].line);
        ck_assert_msg(p.workers == v[_i].workers && p.concurrency == v[_i].concurrency,
                      "%s: %u workers, concurrency %u", v[_i].line, p.workers,
                      (unsigned)p.concurrency);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, without_flags_ten_thousand_clients_are_simulated);
    tcase_add_test(tc, hardware_addresses_bound_the_clients);
    tcase_add_test(tc, a_range_on_the_command_line_beats_a_base_in_the_environment);
    tcase_add_test(tc, more_clients_than_addresses_are_refused);
    tcase_add_test(tc, a_server_makes_the_run_realistic_and_small);
    tcase_add_test(tc, a_typed_mode_beats_a_server_from_the_environment);
    tcase_add_test(tc, a_typed_rate_beats_a_concurrency_from_the_environment_and_the_reverse);
    tcase_add_loop_test(tc, clients_follow_from_rate_and_duration, 0, 8);
    tcase_add_loop_test(tc, the_load_is_what_the_flags_say, 0, 7);
    tcase_add_loop_test(tc, any_retransmission_flag_switches_it_on, 0, 9);
    tcase_add_test(tc, the_timeout_bounds_an_answer_or_the_whole_exchange);
    tcase_add_test(tc, the_engine_gets_what_was_planned);
    tcase_add_test(tc, waits_out_of_order_are_refused);
    tcase_add_loop_test(tc, contradictions_are_named, 0, 12);
    tcase_add_test(tc, a_search_takes_its_trials_from_the_flags_of_the_load);
    tcase_add_test(tc, a_typed_search_beats_clients_from_the_environment);
    tcase_add_loop_test(tc, what_a_search_cannot_do_is_refused, 0, 23);
    tcase_add_loop_test(tc, a_default_concurrency_leaves_each_worker_a_client, 0, 6);
    tcase_add_test(tc, seeds_differ_unless_given);
    tcase_add_loop_test(tc, the_pacing_follows_the_rate, 0, 11);
    tcase_add_loop_test(tc, a_pacing_that_cannot_be_is_refused, 0, 3);
    tcase_add_test(tc, what_makes_a_run_valid_is_chosen);
    tcase_add_loop_test(tc, a_lag_without_a_schedule_is_refused, 0, 3);
}

HARNESS_MAIN("tools/plan", tests)
