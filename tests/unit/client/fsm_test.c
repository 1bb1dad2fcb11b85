/* SPDX-License-Identifier: MIT */
/* fsm_test.c - every cell of the state machine, and the instants its timers fire at. */
#include "client/dp_client.h"

#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

static const struct {
    int state, event, action, next;
} cells[] = {
#define X(state, event, act, to)                                                                   \
    {DHCPPERF_ST_##state, DP_CE_##event, DP_CA_##act, DHCPPERF_ST_##to},
#include "client/fsm.def"
#undef X
};

enum {
    N_CELLS = sizeof cells / sizeof cells[0],
    N_COMMANDS = 10
};

START_TEST(the_table_has_one_line_for_every_cell)
    {
        unsigned seen[DP_N_STATES][DP_N_CLIENT_EVENTS] = {{0}};
        unsigned i;

        ck_assert_uint_eq(N_CELLS, DP_N_STATES * DP_N_CLIENT_EVENTS);
        for (i = 0; i < N_CELLS; i++) {
            ck_assert_uint_eq(seen[cells[i].state][cells[i].event]++, 0);
            if (cells[i].action == DP_CA_IGNORE) {
                ck_assert_int_eq(cells[i].next, cells[i].state);
            }
        }
    }
END_TEST

/* A server that keeps silent, that only offers, and one that is well-behaved. */
static void silent(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    (void)f;
    (void)pkt;
    (void)msg;
}

static void offer_only(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    if (dhcpperf_msg_get_type(msg) == DHCPPERF_DISCOVER) {
        fake_serve(f, pkt, msg);
    }
}

/* For machines all of whose commands are possible: a relay, and a lease from before. */
static const char *const all_commands[] = {"inform.first=10.2.0.0", NULL};

/* One station that starts only when told to. */
static void lone_station(fake *f, const char *const *settings, const char *preset)
{
    dhcpperf_client_config *c = fake_config(settings);
    dhcpperf_retry *retry;
    dhcpperf_load *load;

    if (settings == all_commands) {
        ck_assert_int_eq(
            dhcpperf_client_config_add_relays(c, fake_ip(0x0a00fffe), 1, 0, NULL, NULL), 0);
    }
    ck_assert_int_eq(dhcpperf_load_parse(&load, "pause 1000h", NULL, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
    ck_assert_int_eq(dhcpperf_retry_new(&retry, preset, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
    fake_init(f, c);
    fake_begin(f, FAKE_MS);
    dhcpperf_retry_free(retry);
    dhcpperf_load_free(load);
    dhcpperf_client_config_free(c);
}

static void start(fake *f, void (*serve)(fake *, const dhcpperf_pkt *, const dhcpperf_msg *),
                  dhcpperf_dur run)
{
    f->serve = serve;
    ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, DHCPPERF_DO_START), 0);
    fake_run(f, f->now + run);
}

/* A command that nobody answers. */
static void command(fake *f, dhcpperf_command what)
{
    f->serve = silent;
    ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, what), 0);
    fake_run(f, f->now + FAKE_MS);
}

static void remember_lease(fake *f)
{
    f->cli->stations[0].kept = 1;
    f->cli->keep[0].last_ip = 0x0a010000;
    f->cli->keep[0].last_server = 0x0a000001;
    f->cli->keep[0].lease_from = f->now;
    f->cli->keep[0].lease_s = 3600;
}

static void reach(fake *f, int state)
{
    switch ((dhcpperf_state)state) {
    case DHCPPERF_ST_IDLE:
        break;
    case DHCPPERF_ST_INIT:
        start(f, fake_serve, FAKE_S);
        ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, DHCPPERF_DO_DECLINE), 0);
        fake_run(f, f->now + FAKE_S);
        break;
    case DHCPPERF_ST_SELECTING:
        start(f, silent, FAKE_S);
        break;
    case DHCPPERF_ST_REQUESTING:
        start(f, offer_only, FAKE_S);
        break;
    case DHCPPERF_ST_BOUND:
        start(f, fake_serve, FAKE_S);
        break;
    case DHCPPERF_ST_RENEWING:
        start(f, fake_serve, FAKE_S);
        command(f, DHCPPERF_DO_RENEW);
        break;
    case DHCPPERF_ST_REBINDING:
        start(f, fake_serve, FAKE_S);
        command(f, DHCPPERF_DO_REBIND);
        break;
    case DHCPPERF_ST_INIT_REBOOT:
        ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, DHCPPERF_DO_REBOOT), 0);
        break;
    case DHCPPERF_ST_REBOOTING:
        command(f, DHCPPERF_DO_REBOOT);
        break;
    case DHCPPERF_ST_INFORMING:
        command(f, DHCPPERF_DO_INFORM);
        break;
    case DHCPPERF_ST_QUERYING:
        command(f, DHCPPERF_DO_QUERY);
        break;
    case DHCPPERF_ST_FAILED:
        start(f, silent, 3600 * FAKE_S);
        break;
    case DHCPPERF_ST__FORCE_INT:
        break;
    }
    ck_assert_int_eq(fake_station(f, 0).state, state);
}

START_TEST(every_cell_does_what_the_table_says)
    {
        static const dp_answer answer = {
            .ip = 0x0a000005, .server_id = 0x0a000001, .lease_s = 60, .t1_s = 30, .t2_s = 52};
        dp_client_event event = (dp_client_event)cells[_i].event;
        dp_station before;
        dhcpperf_station st;
        fake f;
        bool acted;
        int k;

        lone_station(&f, all_commands, "none");
        remember_lease(&f);
        reach(&f, cells[_i].state);
        before = f.cli->stations[0];
        acted = dp_fsm_run(f.cli, 0, event, f.now, &answer);
        st = fake_station(&f, 0);
        ck_assert_msg((int)st.state == cells[_i].next, "cell %d: state %d", _i, (int)st.state);
        ck_assert_msg(acted == (cells[_i].action != DP_CA_IGNORE), "cell %d", _i);
        ck_assert_msg(acted || memcmp(&before, &f.cli->stations[0], sizeof before) == 0,
                      "cell %d: IGNORE changed the station", _i);
        for (k = 0; k < DP_N_STATES; k++) {
            ck_assert_msg(dhcpperf_client_count_in(f.cli, (dhcpperf_state)k) ==
                              (k == cells[_i].next),
                          "cell %d: stations in state %d", _i, k);
        }
        fake_check_exchanges(&f, "cell", _i);
        f.serve = silent;
        fake_run(&f, f.now + 3 * 3600 * FAKE_S); /* longer than any lease */
        fake_check_exchanges(&f, "cell, later", _i);
        k = (int)fake_station(&f, 0).state;
        ck_assert_msg(k == DHCPPERF_ST_IDLE || k == DHCPPERF_ST_FAILED, "cell %d is stuck", _i);
        fake_fini(&f);
    }
END_TEST

START_TEST(a_command_is_refused_where_the_table_ignores_it)
    {
        static const struct {
            dhcpperf_command command;
            dp_client_event event;
        } commands[] = {{DHCPPERF_DO_START, DP_CE_START},     {DHCPPERF_DO_RELEASE, DP_CE_RELEASE},
                        {DHCPPERF_DO_DECLINE, DP_CE_DECLINE}, {DHCPPERF_DO_VANISH, DP_CE_VANISH},
                        {DHCPPERF_DO_RENEW, DP_CE_RENEW},     {DHCPPERF_DO_REBIND, DP_CE_REBIND},
                        {DHCPPERF_DO_REBOOT, DP_CE_REBOOT},   {DHCPPERF_DO_INFORM, DP_CE_INFORM},
                        {DHCPPERF_DO_DISCOVER, DP_CE_PROBE},  {DHCPPERF_DO_QUERY, DP_CE_QUERY}};
        int state = _i / N_COMMANDS, which = _i % N_COMMANDS;
        fake f;
        int ignored;

        ck_assert_uint_eq(sizeof commands / sizeof commands[0], N_COMMANDS);
        lone_station(&f, all_commands, "none");
        remember_lease(&f);
        reach(&f, state);
        ignored = dp_client_fsm[state][commands[which].event].action == DP_CA_IGNORE;
        ck_assert_msg(dhcpperf_client_do(f.cli, 0, commands[which].command) ==
                          (ignored ? DHCPPERF_E_STATE : 0),
                      "state %d, command %d", state, which);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 1, commands[which].command), DHCPPERF_E_RANGE);
        fake_fini(&f);
    }
END_TEST

/* -- instants ---------------------------------------------------------------------------------- */

typedef struct sends {
    dhcpperf_ts at[4000];
    uint32_t xid[4000];
    unsigned n, only; /* messages of this type */
} sends;

static void note(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    sends *l = f->user;

    if (dhcpperf_msg_get_type(msg) == (int)l->only) {
        ck_assert_uint_lt(l->n, 4000);
        l->at[l->n] = f->now;
        l->xid[l->n++] = dhcpperf_msg_get_xid(msg);
    }
    if (l->only == DHCPPERF_REQUEST) {
        offer_only(f, pkt, msg);
    }
}

/* Forgets what came after the policy started over. */
static void first_exchange(sends *l)
{
    unsigned k = 1;

    while (k < l->n && l->xid[k] == l->xid[0]) {
        k++;
    }
    l->n = k;
}

/* K-060 to K-062, K-065, K-066: 4, 8, 16, 32, 64 s, each within a second, one xid. */
static void check_schedule(const sends *l, const char *what, int seed)
{
    static const unsigned base[] = {4, 8, 16, 32, 64};
    unsigned i;

    ck_assert_msg(l->n >= 5, "%s, seed %d: %u packets", what, seed, l->n);
    for (i = 0; i + 1 < l->n; i++) {
        dhcpperf_dur gap = l->at[i + 1] - l->at[i], want = base[i < 4 ? i : 4] * FAKE_S;

        ck_assert_msg(gap >= want - FAKE_S && gap <= want + FAKE_S,
                      "%s, seed %d: wait %u is %llu ns", what, seed, i, (unsigned long long)gap);
        ck_assert_msg(l->xid[i] == l->xid[0], "%s, seed %d: xid of try %u", what, seed, i);
    }
}

START_TEST(retransmissions_follow_rfc_2131)
    {
        static sends l;
        unsigned phase, seed, early[2] = {0}, late[2] = {0};
        char text[32];
        const char *settings[] = {text, "client.id=none", NULL};
        fake f;

        for (seed = 0; seed < 300; seed++) {
            for (phase = 0; phase < 2; phase++) {
                dhcpperf_dur gap;

                memset(&l, 0, sizeof l);
                l.only = phase == 0 ? DHCPPERF_DISCOVER : DHCPPERF_REQUEST;
                snprintf(text, sizeof text, "seed=%u", seed);
                lone_station(&f, settings, "rfc2131");
                f.user = &l;
                start(&f, note, 3600 * FAKE_S);
                first_exchange(&l);
                check_schedule(&l, phase == 0 ? "DISCOVER" : "REQUEST", (int)seed);
                gap = l.at[1] - l.at[0];
                early[phase] += gap < 3200 * FAKE_MS;
                late[phase] += gap > 4800 * FAKE_MS;
                fake_check_balance(&f, "seed", (int)seed);
                fake_fini(&f);
            }
        }
        for (phase = 0; phase < 2; phase++) { /* a tenth each is expected: uniform over 2 s */
            ck_assert_uint_ge(early[phase], 10);
            ck_assert_uint_ge(late[phase], 10);
            ck_assert_uint_le(early[phase] + late[phase], 120);
        }
    }
END_TEST

START_TEST(stations_of_one_engine_do_not_retransmit_together)
    {
        const char *const settings[] = {"stations=1000", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        static sends l;
        unsigned buckets[20] = {0}, i;
        fake f;

        memset(&l, 0, sizeof l);
        l.only = DHCPPERF_DISCOVER;
        fake_init(&f, c);
        dhcpperf_client_config_free(c);
        f.user = &l;
        f.serve = note;
        fake_begin(&f, 6 * FAKE_S);
        ck_assert_uint_eq(l.n, 2000);
        for (i = 1000; i < 2000; i++) {
            buckets[(l.at[i] - 3 * FAKE_S) / (100 * FAKE_MS) % 20]++;
        }
        for (i = 0; i < 20; i++) { /* 50 each; 20 is more than four sigma away */
            ck_assert_msg(buckets[i] > 20 && buckets[i] < 90, "bucket %u: %u", i, buckets[i]);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(giving_up_ends_the_station_or_starts_over)
    {
        static sends l;
        dhcpperf_retry *retry;
        dhcpperf_client_config *c = fake_config(NULL);
        fake f;

        memset(&l, 0, sizeof l);
        l.only = DHCPPERF_DISCOVER;
        ck_assert_int_eq(dhcpperf_retry_new(&retry, "none", NULL), 0);
        ck_assert_int_eq(
            dhcpperf_retry_set_backoff(retry, DHCPPERF_PHASE_SELECTING, FAKE_S, 1.0, FAKE_S), 0);
        ck_assert_int_eq(dhcpperf_retry_set_jitter(retry, DHCPPERF_PHASE_SELECTING, 0, 0), 0);
        ck_assert_int_eq(
            dhcpperf_retry_set_attempts(retry, DHCPPERF_PHASE_SELECTING, 3,
                                        _i == 0 ? DHCPPERF_GIVE_UP_STOP : DHCPPERF_GIVE_UP_RESTART),
            0);
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
        fake_init(&f, c);
        f.user = &l;
        f.serve = note;
        fake_begin(&f, 5500 * FAKE_MS);
        if (_i == 0) {
            ck_assert_uint_eq(l.n, 3);
            ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
            ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_GAVE_UP), 1);
            ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        } else { /* at 0, 1, 2 and with another xid at 3, 4, 5 s (K-052, K-067) */
            ck_assert_uint_eq(l.n, 6);
            ck_assert_uint_eq(l.at[3], 3 * FAKE_S);
            ck_assert_uint_eq(l.xid[0], l.xid[2]);
            ck_assert_uint_ne(l.xid[0], l.xid[3]);
            ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_GAVE_UP), 0);
            ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_STARTED), 1);
        }
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 1);
        fake_check_balance(&f, "give up", _i);
        fake_fini(&f);
        dhcpperf_retry_free(retry);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* The greatest bound there is: a bound that the count of a station cannot reach would be none. */
START_TEST(every_bound_on_tries_is_met)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_retry *retry;
        unsigned max = 300;
        fake f;

        ck_assert_int_eq(dhcpperf_retry_new(&retry, "none", NULL), 0);
        ck_assert_int_eq(
            dhcpperf_retry_set_backoff(retry, DHCPPERF_PHASE_SELECTING, FAKE_S, 1.0, FAKE_S), 0);
        while (dhcpperf_retry_set_attempts(retry, DHCPPERF_PHASE_SELECTING, max,
                                           DHCPPERF_GIVE_UP_STOP) != 0) {
            max--;
        }
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
        fake_init(&f, c);
        f.serve = silent;
        fake_begin(&f, 3600 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], max);
        fake_check_balance(&f, "most tries", 0);
        fake_fini(&f);
        dhcpperf_retry_free(retry);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(the_bound_on_an_exchange_covers_all_of_it)
    {
        const char *const settings[] = {"exchange.timeout=10s", NULL};
        fake f;

        lone_station(&f, settings, "rfc2131");
        /* The OFFER comes after 7 s and the ACK never: the REQUEST has 3 s left. */
        f.latency = 7 * FAKE_S;
        start(&f, offer_only, 9990 * FAKE_MS);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_REQUESTING);
        fake_run(&f, f.now + 20 * FAKE_MS);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
        fake_check_balance(&f, "bound", 0);
        fake_fini(&f);
    }
END_TEST

static void refuse(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        if (r.type == DHCPPERF_ACK) {
            r.type = DHCPPERF_NAK;
            r.yiaddr = r.lease_s = 0;
        }
        fake_answer(f, &r, f->now + f->latency);
    }
    note(f, pkt, msg);
}

/* K-050 to K-053. */
START_TEST(naks_in_a_row_are_answered_slower_and_slower)
    {
        static sends l;
        unsigned i;
        fake f;

        memset(&l, 0, sizeof l);
        l.only = DHCPPERF_DISCOVER;
        lone_station(&f, NULL, "rfc2131");
        f.user = &l;
        start(&f, refuse, 1000 * FAKE_S);
        ck_assert_uint_ge(l.n, 12);
        ck_assert_uint_eq(l.at[1] - l.at[0], 2 * f.latency);
        for (i = 1; i + 1 < l.n; i++) {
            dhcpperf_dur want = i < 7 ? (FAKE_S << (i - 1)) : 64 * FAKE_S;

            ck_assert_msg(l.at[i + 1] - l.at[i] == want + 2 * f.latency, "NAK %u", i + 1);
            ck_assert_msg(l.xid[i] != l.xid[i + 1], "NAK %u: same xid", i + 1);
        }
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_REQUEST, DHCPPERF_OUT_REFUSED),
                          fake_count(&f, DHCPPERF_C_NAKED));
        fake_check_balance(&f, "naks", 0);
        /* Forgiven by an ACK: the next NAK counts as the first. */
        f.serve = fake_serve;
        fake_run(&f, f.now + 100 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(f.cli->stations[0].nakked, 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(a_limit_on_naks_fails_the_station)
    {
        const char *const settings[] = {"nak.max=3", NULL};
        static sends l;
        fake f;

        memset(&l, 0, sizeof l);
        l.only = DHCPPERF_DISCOVER;
        lone_station(&f, settings, "rfc2131");
        f.user = &l;
        start(&f, refuse, 1000 * FAKE_S);
        ck_assert_uint_eq(l.n, 3);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_GAVE_UP), 1);
        fake_check_balance(&f, "naks", 3);
        fake_fini(&f);
    }
END_TEST

/* K-057. */
START_TEST(ten_seconds_pass_after_a_decline)
    {
        static sends l;
        dhcpperf_ts declined;
        fake f;

        memset(&l, 0, sizeof l);
        l.only = DHCPPERF_DISCOVER;
        lone_station(&f, NULL, "rfc2131");
        start(&f, fake_serve, FAKE_S);
        declined = f.now;
        f.user = &l;
        f.serve = note;
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_DECLINE), 0);
        fake_run(&f, f.now + 11 * FAKE_S);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DECLINE], 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_DECLINED), 1);
        ck_assert_uint_eq(l.n, 1);
        ck_assert_uint_eq(l.at[0], declined + 10 * FAKE_S);
        /* Each lease was begun once: never more bound than started. */
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_STARTED), 2);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 1); /* `note` answers no DISCOVER */
        fake_check_balance(&f, "decline", 0);
        fake_fini(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, the_table_has_one_line_for_every_cell);
    tcase_add_loop_test(tc, every_cell_does_what_the_table_says, 0, N_CELLS);
    tcase_add_loop_test(tc, a_command_is_refused_where_the_table_ignores_it, 0,
                        N_COMMANDS * DP_N_STATES);
    tcase_add_test(tc, retransmissions_follow_rfc_2131);
    tcase_add_test(tc, stations_of_one_engine_do_not_retransmit_together);
    tcase_add_loop_test(tc, giving_up_ends_the_station_or_starts_over, 0, 2);
    tcase_add_test(tc, every_bound_on_tries_is_met);
    tcase_add_test(tc, the_bound_on_an_exchange_covers_all_of_it);
    tcase_add_test(tc, naks_in_a_row_are_answered_slower_and_slower);
    tcase_add_test(tc, a_limit_on_naks_fails_the_station);
    tcase_add_test(tc, ten_seconds_pass_after_a_decline);
}

HARNESS_MAIN("client/fsm", tests)
