/* SPDX-License-Identifier: MIT */
/* scenario_test.c - what stations do when a scenario says so: who has a turn when, what ends a
 * stage, how stations leave and come back. */
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

/* A world of n clients that play the scenario; 10 ms each way. */
static world *play(uint32_t n, const char *text)
{
    world *w = world_new(3);
    dhcpperf_scenario *s = NULL;
    size_t at = 0;

    world_clients(w, n);
    world_server(w, "10.0.0.10", "10.0.9.255");
    world_link(w, 10 * MS, 0);
    ck_assert_msg(dhcpperf_scenario_parse(&s, text, &at, NULL) == 0, "%s", text + at);
    ck_assert_int_eq(dhcpperf_client_config_set_scenario(w->client_config, s), 0);
    dhcpperf_scenario_free(s);
    world_start(w);
    return w;
}

static dhcpperf_stage stage(const world *w, unsigned i)
{
    dhcpperf_stage st;

    ck_assert_int_eq(dhcpperf_client_get_stage(w->client, i, &st, sizeof st), 1);
    ck_assert_uint_eq(st.size, sizeof st);
    return st;
}

static uint64_t exchanges(const world *w, dhcpperf_exchange x)
{
    return dhcpperf_stats_exchange(dhcpperf_client_stats(w->client), x, DHCPPERF_OUT_STARTED);
}

START_TEST(without_a_scenario_everybody_starts_once)
    {
        world *w = world_new(1);
        dhcpperf_stage st;

        world_clients(w, 5);
        world_start(w);
        world_until_done(w, 60 * S);
        st = stage(w, 0);
        ck_assert_str_eq(st.name, "start");
        ck_assert_uint_eq(st.given, 5);
        ck_assert_uint_eq(st.lost, 0);
        ck_assert_int_eq(dhcpperf_client_get_stage(w->client, 1, &st, sizeof st), 0);
        ck_assert_int_eq(dhcpperf_client_get_stage(NULL, 0, &st, sizeof st), DHCPPERF_E_INVALID);
        world_free(w);
    }
END_TEST

START_TEST(stages_follow_when_all_is_settled)
    {
        world *w = play(10, "stage a\ndo start\nload all\nstage b\ndo release\nload rate 10/s\n");

        world_until_done(w, 60 * S);
        ck_assert_uint_eq(stage(w, 0).began_at, 0);
        ck_assert_uint_eq(stage(w, 0).ended_at, 40 * MS); /* the last ACK */
        ck_assert_uint_eq(stage(w, 1).began_at, 40 * MS);
        ck_assert_uint_eq(stage(w, 1).ended_at, 940 * MS); /* ten, a tenth of a second apart */
        ck_assert_uint_eq(stage(w, 1).given, 10);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RELEASED), 10);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), 10);
        world_free(w);
    }
END_TEST

START_TEST(given_does_not_wait_and_a_duration_cuts)
    {
        world *w = play(10, "stage a\ndo start\nload rate 100/s\nuntil given\n"
                            "stage b\nuntil 5s\nstage c\ndo renew\nload rate 1/s\nuntil 3s\n");

        world_until_done(w, 60 * S);
        ck_assert_uint_eq(stage(w, 0).ended_at, 90 * MS);
        ck_assert_uint_eq(stage(w, 1).ended_at, 5090 * MS);
        ck_assert_uint_eq(stage(w, 1).given, 0);
        ck_assert_uint_eq(stage(w, 2).ended_at, 8090 * MS);
        ck_assert_uint_eq(stage(w, 2).given, 3);
        ck_assert_uint_eq(exchanges(w, DHCPPERF_X_RENEW), 3);
        world_free(w);
    }
END_TEST

START_TEST(turns_go_round_and_are_due_by_the_clock)
    {
        world *w = play(4, "stage a\ndo start\nload all\nstage b\ndo renew\nload rate 2/s\n"
                           "rounds 3\nstage c\ndo renew\nload closed 2\nrounds 5\n");
        const dhcpperf_hist *h;

        world_until_done(w, 60 * S);
        ck_assert_uint_eq(stage(w, 1).given, 12);
        ck_assert_uint_eq(stage(w, 1).ended_at - stage(w, 1).began_at, 5520 * MS);
        ck_assert_uint_eq(stage(w, 2).given, 20); /* two at a time, 20 ms each */
        ck_assert_uint_eq(stage(w, 2).ended_at - stage(w, 2).began_at, 200 * MS);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RENEWED), 32);
        h = dhcpperf_stats_hist(dhcpperf_client_stats(w->client), DHCPPERF_S_RENEW_ACK,
                                DHCPPERF_FROM_INTENDED);
        ck_assert_uint_eq(dhcpperf_hist_count(h), 32);
        ck_assert_uint_eq(dhcpperf_hist_max(h), dhcpperf_hist_min(h));
        world_free(w);
    }
END_TEST

START_TEST(who_cannot_is_passed_over_and_turns_for_nobody_are_lost)
    {
        world *w = play(4, "stage a\ndo start\nload burst 2\nstage b\ndo release\nload rate 1/s\n"
                           "stage c\ndo release\nload rate 1/s\nrounds endless\nuntil 10s\n");

        world_until_done(w, 60 * S);
        ck_assert_uint_eq(stage(w, 0).given, 2);
        ck_assert_uint_eq(stage(w, 1).given, 2);
        ck_assert_uint_eq(stage(w, 2).given, 0);
        ck_assert_uint_eq(stage(w, 2).lost, 10);
        world_free(w);
    }
END_TEST

START_TEST(deeds_are_drawn_by_weight_among_those_the_state_allows)
    {
        world *w =
            play(1000, "stage a\ndo start\nload all\nstage b\ndo renew 3, release 1, wait 4\n"
                       "load rate 1000/s\n");
        uint64_t renewed, released;

        world_until_done(w, 60 * S);
        renewed = world_client_counter(w, DHCPPERF_C_RENEWED);
        released = world_client_counter(w, DHCPPERF_C_RELEASED);
        ck_assert_uint_eq(stage(w, 1).given, 1000);
        ck_assert_uint_gt(renewed, 325); /* 375 expected, deviation 15 */
        ck_assert_uint_lt(renewed, 425);
        ck_assert_uint_gt(released, 85); /* 125, 10 */
        ck_assert_uint_lt(released, 165);
        world_free(w);
    }
END_TEST

START_TEST(stations_hold_leave_and_come_back)
    {
        world *w = play(10, "hold 5s\npause 3s\nstage a\ndo start\nload all\n");
        unsigned i;

        for (i = 0; i < 5; i++) {
            dhcpperf_ts cycle =
                i * 8040 * MS; /* DORA 40 ms, 5 s, 3 s: the RELEASE leaves at once */

            world_until(w, cycle + 39 * MS);
            ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 0);
            world_until(w, cycle + 5039 * MS);
            ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 10);
            world_until(w, cycle + 5040 * MS);
            ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), 10);
            ck_assert_int_eq(dhcpperf_client_is_done(w->client), 0);
        }
        ck_assert_int_eq(dhcpperf_client_stop(w->client, 0, 0), 0);
        ck_assert_int_eq(dhcpperf_client_is_done(w->client), 1);
        world_until(w, 100 * S);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RELEASED), 50);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), 10);
        world_free(w);
    }
END_TEST

START_TEST(some_vanish_some_reboot_and_holds_are_random)
    {
        world *w = play(1000, "keep yes\nhold exponential 100s\nthen release, vanish, reboot 2\n"
                              "stage a\ndo start\nload all\n");
        uint32_t at_100;

        world_until(w, 100 * S);
        at_100 = world_in(w, DHCPPERF_ST_BOUND);
        /* Half of those who leave come back at once: what is left is exp(-1/2), 607. */
        ck_assert_uint_gt(at_100, 540);
        ck_assert_uint_lt(at_100, 670);
        ck_assert_uint_gt(exchanges(w, DHCPPERF_X_REBOOT), 300);
        world_until_done(w, 86400 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), 1000);
        ck_assert_uint_gt(exchanges(w, DHCPPERF_X_RELEASE), 400);
        ck_assert_uint_lt(exchanges(w, DHCPPERF_X_RELEASE), 600);
        world_free(w);
    }
END_TEST

START_TEST(who_persists_never_fails)
    {
        world *w = world_new(3);
        dhcpperf_scenario *s = NULL;

        world_clients(w, 20);
        world_retry(w, "none"); /* which gives up after one try */
        ck_assert_int_eq(dhcpperf_scenario_new(&s, "storm", NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_scenario(w->client_config, s), 0);
        dhcpperf_scenario_free(s);
        world_start(w);
        dhcpperf_vnet_set_up(w->net, w->server_port, 0);
        world_until(w, 60 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_FAILED), 0);
        dhcpperf_vnet_set_up(w->net, w->server_port, 1);
        world_until_done(w, 120 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 20);
        world_free(w);
    }
END_TEST

/* Those who are told to begin and to fall silent at the same instant do not keep the engine there.
 */
START_TEST(turns_that_come_to_nothing_do_not_stop_the_clock)
    {
        world *w =
            play(3, "stage a\ndo start, vanish\nload closed 10\nrounds endless\nuntil 10s\n");

        world_until(w, 20 * S);
        ck_assert_uint_eq(stage(w, 0).ended_at, 10 * S);
        ck_assert_uint_gt(stage(w, 0).given, 0);
        world_free(w);
    }
END_TEST

START_TEST(a_window_of_releases_empties_the_queue_first)
    {
        world *w = play(1000, "stage a\ndo start\nload all\nstage b\ndo release\nload closed 7\n");

        world_until_done(w, 20 * S);
        world_until(w, 21 * S);
        ck_assert_uint_eq(stage(w, 1).given, 1000);
        ck_assert_uint_eq(world_server_counter(w, DHCPPERF_C_RELEASED), 1000);
        world_free(w);
    }
END_TEST

/* The same history whatever the steps: what the engine does depends on instants alone. */
START_TEST(every_preset_repeats_itself)
    {
        const char *name, *help;
        unsigned i, k;

        for (i = 0; dhcpperf_scenario_describe(i, &name, &help) == 1; i++) {
            uint64_t digests[2];

            for (k = 0; k < 2; k++) {
                world *w = world_new(9);
                dhcpperf_scenario *s = NULL;

                world_clients(w, 50);
                world_server(w, "10.0.0.10", "10.0.0.250");
                world_link(w, 10 * MS, 0);
                world_impair(w, 0.05, 0, 0);
                world_load(w, "rate 20/s");
                world_burst(w, k == 0 ? 1 : 256);
                ck_assert_int_eq(dhcpperf_scenario_new(&s, name, NULL), 0);
                ck_assert_int_eq(dhcpperf_client_config_set_scenario(w->client_config, s), 0);
                ck_assert_int_eq(
                    dhcpperf_client_config_set(w->client_config, "inform.first", "10.0.1.0"), 0);
                dhcpperf_scenario_free(s);
                world_start(w);
                world_until(w, 300 * S);
                digests[k] = dhcpperf_vnet_digest(w->net);
                ck_assert_int_eq(dhcpperf_client_stop(w->client, 0, 1), 0);
                world_until_done(w, 400 * S);
                world_free(w);
            }
            ck_assert_msg(digests[0] == digests[1], "%s", name);
        }
    }
END_TEST

/* A command that is refused, or one that brings a station back to where it was, does not keep it
 * from coming back when its pause is over. */
START_TEST(what_is_done_meanwhile_does_not_keep_a_station_away)
    {
        static const dhcpperf_command meanwhile[] = {DHCPPERF_DO_RELEASE, DHCPPERF_DO_INFORM,
                                                     DHCPPERF_DO_DISCOVER};
        world *w = play(1, "hold 1s\npause 10s\nstage start\ndo start\n");
        int rc;

        world_until(w, 5 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_IDLE), 1);
        rc = dhcpperf_client_do(w->client, 0, meanwhile[_i]);
        ck_assert_int_eq(rc, _i == 2 ? 0 : DHCPPERF_E_STATE);
        world_until(w, 30 * S);
        ck_assert_msg(world_client_counter(w, DHCPPERF_C_BOUND) > 1, "command %d", _i);
        world_free(w);
    }
END_TEST

/* A window limits exchanges; who vanishes or waits has none, so that all have their turn at once,
 * and time passes between two rounds of it. */
START_TEST(deeds_without_an_exchange_do_not_stop_or_spin)
    {
        static const struct {
            const char *text;
            uint64_t given, bound;
        } deeds[] = {
            {"stage a\ndo start\nload closed 4\nstage b\ndo vanish\n", 40, 40},
            {"stage a\ndo wait\nstage b\ndo start\n", 40, 40},
            {"stage a\ndo start\nload all\nstage b\ndo wait, release\nrounds endless\n"
             "until 30s\n",
             40, 40},
            {"stage a\ndo wait\nload all\nstage b\ndo vanish, start\nload closed 100\n"
             "rounds endless\nuntil 30s\n",
             100, 0},
        };
        world *w = world_new(3);
        dhcpperf_scenario *s;

        world_clients(w, 40);
        world_server(w, "10.0.0.10", "10.0.9.255");
        world_link(w, 10 * MS, 0);
        world_load(w, "closed 4");
        ck_assert_int_eq(dhcpperf_scenario_parse(&s, deeds[_i].text, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_scenario(w->client_config, s), 0);
        dhcpperf_scenario_free(s);
        world_start(w);
        world_until(w, 60 * S);
        ck_assert_msg(stage(w, 1).ended_at != DHCPPERF_NEVER, "deeds %d", _i);
        ck_assert_msg(stage(w, 1).given >= deeds[_i].given && stage(w, 1).given < 100000,
                      "deeds %d: %llu", _i, (unsigned long long)stage(w, 1).given);
        ck_assert_uint_ge(world_client_counter(w, DHCPPERF_C_BOUND), deeds[_i].bound);
        world_free(w);
    }
END_TEST

/* Nor does coming back at once from where no lease was held. */
START_TEST(a_pause_of_nothing_lets_time_pass)
    {
        world *w = play(40, "hold 10s\npause 0s\nstage a\ndo start\nload all\n"
                            "stage b\ndo vanish\nload closed 100\nrounds endless\nuntil 30s\n");

        world_until(w, 60 * S);
        ck_assert_uint_eq(stage(w, 1).ended_at - stage(w, 1).began_at, 30 * S);
        ck_assert_uint_lt(stage(w, 1).given, 1000000);
        ck_assert_uint_gt(stage(w, 1).given, 40);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, without_a_scenario_everybody_starts_once);
    tcase_add_test(tc, stages_follow_when_all_is_settled);
    tcase_add_test(tc, given_does_not_wait_and_a_duration_cuts);
    tcase_add_test(tc, turns_go_round_and_are_due_by_the_clock);
    tcase_add_test(tc, who_cannot_is_passed_over_and_turns_for_nobody_are_lost);
    tcase_add_test(tc, deeds_are_drawn_by_weight_among_those_the_state_allows);
    tcase_add_test(tc, stations_hold_leave_and_come_back);
    tcase_add_test(tc, some_vanish_some_reboot_and_holds_are_random);
    tcase_add_test(tc, who_persists_never_fails);
    tcase_add_test(tc, turns_that_come_to_nothing_do_not_stop_the_clock);
    tcase_add_test(tc, a_window_of_releases_empties_the_queue_first);
    tcase_add_test(tc, every_preset_repeats_itself);
    tcase_add_loop_test(tc, what_is_done_meanwhile_does_not_keep_a_station_away, 0, 3);
    tcase_add_loop_test(tc, deeds_without_an_exchange_do_not_stop_or_spin, 0, 4);
    tcase_add_test(tc, a_pause_of_nothing_lets_time_pass);
}

HARNESS_MAIN("sim/scenario", tests)
