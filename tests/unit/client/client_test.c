/* SPDX-License-Identifier: MIT */
/* client_test.c - life, verbs and numbers of the engine as a whole. */
#include "client/dp_client.h"

#include <stdio.h>
#include <string.h>

#include "support/allocfail.h"
#include "support/harness.h"
#include "unit/client/fake.h"

static void silent(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    (void)f;
    (void)pkt;
    (void)msg;
}

static dhcpperf_client_config *config(const char *const *settings, const char *load)
{
    dhcpperf_client_config *c = fake_config(settings);
    dhcpperf_load *l;

    if (load != NULL) {
        ck_assert_int_eq(dhcpperf_load_parse(&l, load, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_load(c, l), 0);
        dhcpperf_load_free(l);
    }
    return c;
}

/* -- load -------------------------------------------------------------------------------------- */

static unsigned most_active, refused_every;

/* Answers after a time that differs from station to station, and refuses some. */
static void uneven(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    unsigned active = dhcpperf_client_count_in(f->cli, DHCPPERF_ST_INIT) +
                      dhcpperf_client_count_in(f->cli, DHCPPERF_ST_SELECTING) +
                      dhcpperf_client_count_in(f->cli, DHCPPERF_ST_REQUESTING);
    fake_reply r;

    most_active = active > most_active ? active : most_active;
    if (fake_prepare(f, msg, &r)) {
        unsigned i = r.chaddr[5];

        if (r.type == DHCPPERF_ACK && refused_every > 0 && f->seq % refused_every == 0) {
            r.type = DHCPPERF_NAK;
        }
        fake_answer(f, &r, f->now + (1 + i % 17) * FAKE_MS);
    }
    (void)pkt;
}

START_TEST(a_closed_loop_keeps_its_window_full_and_no_fuller)
    {
        static const unsigned windows[] = {1, 2, 10, 64, 333, 1000};
        const char *const settings[] = {"stations=1000", "nak.backoff=0s", "lease.keep=false",
                                        NULL};
        char load[32];
        dhcpperf_client_config *c;
        fake f;

        snprintf(load, sizeof load, "closed %u", windows[_i]);
        c = config(settings, load);
        fake_init(&f, c);
        f.serve = uneven;
        most_active = 0;
        refused_every = 7;
        fake_begin(&f, 3600 * FAKE_S);
        ck_assert_msg(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND) == 1000, "window %u",
                      windows[_i]);
        ck_assert_msg(most_active == windows[_i], "window %u: %u in flight", windows[_i],
                      most_active);
        ck_assert_msg(dhcpperf_client_is_done(f.cli) == 1, "window %u", windows[_i]);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

static dhcpperf_ts starts[2000];
static unsigned n_starts;

static void note_start(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    if (dhcpperf_msg_get_type(msg) == DHCPPERF_DISCOVER) {
        ck_assert_uint_eq(pkt->ts, f->now); /* never late when the clock is ours */
        starts[n_starts++] = f->now;
    }
    fake_serve(f, pkt, msg);
}

START_TEST(an_open_loop_starts_stations_when_due)
    {
        const char *const settings[] = {"stations=1500", NULL};
        dhcpperf_client_config *c = config(settings, "rate 1000/s 1s; burst 100; rate 200/s 1s");
        unsigned i;
        fake f;

        n_starts = 0;
        fake_init(&f, c);
        f.serve = note_start;
        f.now = 5 * FAKE_S;
        fake_begin(&f, 60 * FAKE_S);
        ck_assert_uint_eq(n_starts, 1300); /* the profile ends before the stations do */
        for (i = 0; i < n_starts; i++) {
            dhcpperf_ts want = i < 1000   ? 5 * FAKE_S + i * FAKE_MS
                               : i < 1100 ? 6 * FAKE_S
                                          : 6 * FAKE_S + (i - 1100) * 5 * FAKE_MS;

            ck_assert_msg(starts[i] == want, "start %u at %llu", i, (unsigned long long)starts[i]);
        }
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_LATE_SENDS), 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(stages_of_both_kinds_follow_each_other)
    {
        const char *const settings[] = {"stations=200", NULL};
        dhcpperf_client_config *c = config(settings, "rate 10/s 1s; closed 5 1s; rate 10/s 1s");
        fake f;

        n_starts = 0;
        fake_init(&f, c);
        f.serve = note_start;
        f.latency = 50 * FAKE_MS; /* 100 ms each: 5 * 10 in the closed stage */
        fake_begin(&f, 999 * FAKE_MS);
        ck_assert_uint_eq(n_starts, 10);
        fake_run(&f, 1999 * FAKE_MS);
        ck_assert_uint_eq(n_starts, 60);
        ck_assert_uint_eq(starts[10], FAKE_S);
        fake_run(&f, 60 * FAKE_S);
        ck_assert_uint_eq(n_starts, 70);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- one history ------------------------------------------------------------------------------- */

/* A server that loses, repeats and refuses by what the message says, not by when it is asked. */
static void moody(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    uint64_t mood =
        dp_mix64(dhcpperf_msg_get_xid(msg) ^ f->now ^ (uint64_t)dhcpperf_msg_get_type(msg) << 40);
    fake_reply r;

    (void)pkt;
    if (!fake_prepare(f, msg, &r) || mood % 10 == 0) {
        return;
    }
    if (r.type == DHCPPERF_ACK && mood % 10 == 1) {
        r.type = DHCPPERF_NAK;
    }
    fake_answer(f, &r, f->now + FAKE_MS + (mood >> 32) % 20 * FAKE_MS);
    if (mood % 10 == 2) {
        fake_answer(f, &r, f->now + FAKE_MS + (mood >> 40) % 30 * FAKE_MS);
    }
}

static uint64_t history(unsigned burst, const char *seed, const char *load)
{
    const char *const settings[] = {"stations=700", seed, NULL};
    dhcpperf_client_config *c = config(settings, load);
    uint64_t digest;
    fake f;

    fake_init(&f, c);
    f.burst = burst;
    f.serve = moody;
    fake_begin(&f, 3600 * FAKE_S);
    ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 700);
    ck_assert_int_eq(dhcpperf_client_stop(f.cli, 0, 1), 0);
    fake_run(&f, 3601 * FAKE_S);
    ck_assert_uint_eq(f.pulled[DHCPPERF_RELEASE], 700);
    fake_check_balance(&f, "history", (int)burst);
    digest = f.digest;
    fake_fini(&f);
    dhcpperf_client_config_free(c);
    return digest;
}

static const char *const loads[] = {NULL, "closed 50", "rate 500/s", "poisson 500/s"};

START_TEST(the_size_of_bursts_changes_nothing)
    {
        uint64_t one = history(1, "seed=5", loads[_i]);

        ck_assert_msg(history(64, "seed=5", loads[_i]) == one, "load %d: 64", _i);
        ck_assert_msg(history(2048, "seed=5", loads[_i]) == one, "load %d: 2048", _i);
    }
END_TEST

START_TEST(equal_seed_equal_history)
    {
        uint64_t one = history(64, "seed=5", loads[_i]);

        ck_assert_msg(history(64, "seed=5", loads[_i]) == one, "load %d: not repeatable", _i);
        ck_assert_msg(history(64, "seed=6", loads[_i]) != one, "load %d: seed has no effect", _i);
    }
END_TEST

START_TEST(time_far_ahead_fires_everything_in_order)
    {
        /* Stepping once over ten seconds starts the same stations, due at the same instants. */
        const char *const settings[] = {"stations=50", NULL};
        dhcpperf_client_config *c = config(settings, "rate 10/s 5s");
        static uint8_t room[200][300];
        dhcpperf_pkt pkts[200];
        unsigned i;
        int n;
        fake f;

        memset(pkts, 0, sizeof pkts);
        for (i = 0; i < 200; i++) {
            pkts[i].data = room[i];
            pkts[i].cap = 300;
        }
        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        ck_assert_int_eq(dhcpperf_engine_advance(f.e, 10 * FAKE_S), 49); /* begin started one */
        n = dhcpperf_engine_pull(f.e, pkts, 200, 10 * FAKE_S);
        ck_assert_int_eq(n, 50);
        for (i = 0; i < 50; i++) {
            ck_assert_uint_eq(pkts[i].ts, i * 100 * FAKE_MS);
        }
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* A place in the window becomes free at 5 s, in the closed stage, whether or not the engine is
 * asked again before that stage is over. */
START_TEST(time_far_ahead_passes_no_stage_by)
    {
        const char *const settings[] = {"stations=50", NULL};
        dhcpperf_client_config *c = config(settings, "closed 1 10s; rate 1/s 5s");
        dhcpperf_retry *retry;
        static uint8_t room[20][300];
        dhcpperf_pkt pkts[20];
        unsigned i;
        fake f;

        memset(pkts, 0, sizeof pkts);
        for (i = 0; i < 20; i++) {
            pkts[i].data = room[i];
            pkts[i].cap = 300;
        }
        ck_assert_int_eq(dhcpperf_retry_new(&retry, "none", NULL), 0); /* failed after 5 s */
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
        dhcpperf_retry_free(retry);
        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 20, 0), 1);
        if (_i == 1) {
            ck_assert_int_ge(dhcpperf_engine_advance(f.e, 6 * FAKE_S), 0);
        }
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 20, 60 * FAKE_S), 6);
        ck_assert_uint_eq(pkts[0].ts, 5 * FAKE_S);
        for (i = 0; i < 5; i++) {
            ck_assert_uint_eq(pkts[1 + i].ts, (10 + i) * FAKE_S);
        }
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- latency and lag --------------------------------------------------------------------------- */

static uint64_t at_quantile(const fake *f, dhcpperf_series s, int from, double q)
{
    const dhcpperf_hist *h = dhcpperf_stats_hist(dhcpperf_client_stats(f->cli), s, from);

    return dhcpperf_hist_quantile(h, q);
}

START_TEST(latency_is_kept_from_due_and_from_sent)
    {
        /* Everything leaves 3 ms after it was due; answers take 10 ms from then. */
        dhcpperf_client_config *c = fake_config(NULL);
        uint8_t buf[300];
        dhcpperf_pkt pkt = {.data = buf, .cap = 300};
        dhcpperf_txdone done;
        fake_reply r;
        unsigned round;
        fake f;

        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        for (round = 0; round < 2; round++) {
            dhcpperf_ts due = f.now;

            f.now += 2 * FAKE_MS;
            ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, f.now), 1);
            ck_assert_uint_eq(pkt.ts, due);
            f.now += FAKE_MS;
            done = (dhcpperf_txdone){.cookie = pkt.cookie, .ts = f.now};
            dhcpperf_engine_sent(f.e, &done, 1, f.now);
            ck_assert_int_eq(dhcpperf_msg_parse(f.msg, buf, 300, 0, NULL), 0);
            ck_assert_int_eq(fake_prepare(&f, f.msg, &r), 1);
            fake_answer(&f, &r, f.now + 10 * FAKE_MS);
            f.now += 10 * FAKE_MS;
            {
                dhcpperf_pkt in = {.data = f.heap[0].data, .len = f.heap[0].len, .ts = f.now};

                f.n = 0;
                ck_assert_int_eq(dhcpperf_engine_recv(f.e, &in, 1, f.now), 1);
            }
        }
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_INTENDED, 1.0),
                          13 * FAKE_MS);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_ACTUAL, 1.0),
                          10 * FAKE_MS);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_REQUEST_ACK, DHCPPERF_FROM_INTENDED, 1.0),
                          13 * FAKE_MS);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_REQUEST_ACK, DHCPPERF_FROM_ACTUAL, 1.0),
                          10 * FAKE_MS);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED, 1.0),
                          26 * FAKE_MS);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_ACTUAL, 1.0),
                          23 * FAKE_MS);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED, 1.0),
                          3 * FAKE_MS);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_LATE_SENDS), 2);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_START_LAG, DHCPPERF_FROM_INTENDED, 1.0),
                          3 * FAKE_MS);
        ck_assert_uint_eq(dhcpperf_hist_count(dhcpperf_stats_hist(dhcpperf_client_stats(f.cli),
                                                                  DHCPPERF_S_START_LAG, 0)),
                          1); /* the DISCOVER's: no clock starts a REQUEST */
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_STAMPS_CLAMPED), 0);
        /* The lease counts from when the REQUEST left (K-059). */
        ck_assert_uint_eq(fake_station(&f, 0).expires_at, 16 * FAKE_MS + 3600 * FAKE_S);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* The kernel stamps arrivals, this process its sends: an answer may seem to be there first. */
START_TEST(an_answer_before_its_question_took_no_time_and_is_counted)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        uint8_t buf[300];
        dhcpperf_pkt pkt = {.data = buf, .cap = 300}, in;
        dhcpperf_txdone done;
        fake_reply r;
        fake f;

        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        f.now = 5 * FAKE_MS;
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, f.now), 1);
        done = (dhcpperf_txdone){.cookie = pkt.cookie, .ts = f.now};
        dhcpperf_engine_sent(f.e, &done, 1, f.now);
        ck_assert_int_eq(dhcpperf_msg_parse(f.msg, buf, 300, 0, NULL), 0);
        ck_assert_int_eq(fake_prepare(&f, f.msg, &r), 1);
        fake_answer(&f, &r, f.now);
        in = (dhcpperf_pkt){.data = f.heap[0].data, .len = f.heap[0].len, .ts = f.now - 1};
        f.n = 0;
        ck_assert_int_eq(dhcpperf_engine_recv(f.e, &in, 1, f.now), 1);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_ACTUAL, 1.0), 0);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_INTENDED, 1.0),
                          5 * FAKE_MS - 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_STAMPS_CLAMPED), 1);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* Memory is taken and time is spent for it only where a clock starts stations. */
START_TEST(a_lag_of_starts_needs_a_schedule)
    {
        static const struct {
            const char *load;
            int kept;
        } v[] = {{"closed 10", 0}, {"rate 10 1s", 1}, {"closed 10 1s; burst 5", 1}};
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_load *l;
        fake f;

        ck_assert_int_eq(dhcpperf_load_parse(&l, v[_i].load, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_load(c, l), 0);
        fake_init(&f, c);
        ck_assert_msg((dhcpperf_stats_hist(dhcpperf_client_stats(f.cli), DHCPPERF_S_START_LAG, 0) !=
                       NULL) == v[_i].kept,
                      "case %d", _i);
        fake_fini(&f);
        dhcpperf_load_free(l);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(lag_is_seen_over_minutes_and_a_fast_clock_is_none)
    {
        const char *const settings[] = {"stations=3", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint8_t buf[3][300];
        dhcpperf_pkt pkts[3];
        dhcpperf_txdone done[3];
        unsigned i;
        fake f;

        memset(pkts, 0, sizeof pkts);
        for (i = 0; i < 3; i++) {
            pkts[i].data = buf[i];
            pkts[i].cap = 300;
        }
        fake_init(&f, c);
        f.now = UINT64_C(1) << 41; /* past the bits a cookie holds */
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, f.now), 0);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 3, f.now), 3);
        memset(done, 0, sizeof done);
        for (i = 0; i < 3; i++) {
            done[i].cookie = pkts[i].cookie;
        }
        done[0].ts = f.now + 300 * FAKE_S;
        done[1].ts = f.now - 100; /* a hardware clock behind ours */
        done[2].status = DHCPPERF_E_SYSTEM;
        dhcpperf_engine_sent(f.e, done, 3, f.now + 300 * FAKE_S);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED, 1.0),
                          300 * FAKE_S);
        ck_assert_uint_eq(at_quantile(&f, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED, 0.0), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_ERRORS), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_LATE_SENDS), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_STAMPS_CLAMPED), 1);
        /* Cookies that were never ours do no harm. */
        done[0].cookie = UINT64_MAX;
        done[0].status = 0;
        dhcpperf_engine_sent(f.e, done, 1, f.now + 300 * FAKE_S);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- stopping ---------------------------------------------------------------------------------- */

START_TEST(stop_drains_and_gives_leases_back)
    {
        const char *const settings[] = {"stations=100", NULL};
        dhcpperf_client_config *c = config(settings, "rate 10/s");
        fake f;

        fake_init(&f, c);
        f.latency = 300 * FAKE_MS;
        fake_begin(&f, 4950 * FAKE_MS); /* 50 started, some of them not bound yet */
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        ck_assert_uint_lt(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 50);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 10 * FAKE_S, 1), 0);
        fake_run(&f, 60 * FAKE_S);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 50);
        ck_assert_uint_eq(f.pulled[DHCPPERF_RELEASE], 50);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RELEASED), 50);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_IDLE), 100);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_START), DHCPPERF_E_STATE);
        fake_check_balance(&f, "stop", 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(what_does_not_drain_in_time_has_failed)
    {
        const char *const settings[] = {"stations=10", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f;

        fake_init(&f, c);
        f.serve = silent;
        fake_begin(&f, FAKE_S);
        ck_assert_int_eq(dhcpperf_engine_advance(f.e, FAKE_S), 0);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 2 * FAKE_S, 0), 0);
        fake_run(&f, 2999 * FAKE_MS);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        fake_run(&f, 3 * FAKE_S);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 10);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_FAILED), 10);
        ck_assert_uint_eq(dhcpperf_engine_deadline(f.e), DHCPPERF_NEVER);
        fake_check_balance(&f, "stop", 1);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(stopping_at_once_leaves_nothing_to_send)
    {
        const char *const settings[] = {"stations=10", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f;

        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 0, 0), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 0, 0), 0);
        fake_run(&f, FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 0);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_check_balance(&f, "stop", 2);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* Where leases are not kept a bound client has no plans at all. */
START_TEST(a_bound_client_keeps_quiet)
    {
        const char *const settings[] = {"lease.keep=false", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f;

        fake_init(&f, c);
        fake_begin(&f, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(dhcpperf_engine_deadline(f.e), DHCPPERF_NEVER);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 2);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- callbacks --------------------------------------------------------------------------------- */

typedef struct listener {
    fake *f;
    unsigned bound, tx, rx, ignored, timeouts, reentrant;
} listener;

/* Every bound station falls silent at once, and starts again as often as it may. */
static void hear(void *user, const dhcpperf_event *ev)
{
    listener *l = user;
    dhcpperf_pkt pkt = {0};

    switch (ev->kind) {
    case DHCPPERF_EV_STATE:
        if (ev->to_state == DHCPPERF_ST_BOUND) {
            l->bound++;
            ck_assert_int_eq(dhcpperf_client_do(l->f->cli, ev->station, DHCPPERF_DO_VANISH), 0);
            if (l->bound <= 20) {
                ck_assert_int_eq(dhcpperf_client_do(l->f->cli, ev->station, DHCPPERF_DO_START), 0);
            }
        }
        break;
    case DHCPPERF_EV_TX:
        l->tx++;
        ck_assert_ptr_nonnull(ev->pkt);
        l->reentrant += dhcpperf_engine_pull(l->f->e, &pkt, 1, 0) == DHCPPERF_E_REENTRANT;
        l->reentrant += dhcpperf_client_stop(l->f->cli, 0, 0) == DHCPPERF_E_REENTRANT;
        break;
    case DHCPPERF_EV_RX:
        l->rx++;
        ck_assert_ptr_nonnull(ev->pkt);
        break;
    case DHCPPERF_EV_IGNORED:
        l->ignored++;
        ck_assert_ptr_nonnull(ev->detail);
        break;
    case DHCPPERF_EV_TIMEOUT:
        l->timeouts++;
        break;
    default:
        break;
    }
}

START_TEST(a_listener_may_command_but_not_turn_the_crank)
    {
        const char *const settings[] = {"stations=10", NULL};
        dhcpperf_client_config *c = config(settings, "closed 2");
        listener l = {0};
        fake f;

        l.f = &f;
        ck_assert_int_eq(dhcpperf_client_config_set_trace(c, hear, &l, UINT64_MAX), 0);
        fake_init(&f, c);
        f.serve = moody;
        fake_begin(&f, 3600 * FAKE_S);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_uint_eq(l.bound, 30);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_IDLE), 10);
        ck_assert_uint_eq(l.tx, fake_count(&f, DHCPPERF_C_TX_PACKETS));
        ck_assert_uint_eq(l.rx + l.ignored, fake_count(&f, DHCPPERF_C_RX_PACKETS));
        ck_assert_uint_eq(l.reentrant, 2 * l.tx);
        ck_assert_uint_ge(l.timeouts, fake_count(&f, DHCPPERF_C_RETRANSMITS));
        fake_check_balance(&f, "listener", 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- meddlers: callbacks that command stations at the worst moment -- */

typedef struct meddler {
    fake *f;
    unsigned refused, vanished;
} meddler;

/* Commands the station concerned, which must be refused, and its neighbours, which may work. */
static void meddle(meddler *m, uint32_t station)
{
    uint32_t k;

    m->refused += dhcpperf_client_do(m->f->cli, station, DHCPPERF_DO_VANISH) == DHCPPERF_E_STATE &&
                  dhcpperf_client_do(m->f->cli, station, DHCPPERF_DO_START) == DHCPPERF_E_STATE;
    for (k = station & ~3u; k < (station & ~3u) + 4; k++) {
        m->vanished += k != station && dhcpperf_client_do(m->f->cli, k, DHCPPERF_DO_VANISH) == 0;
    }
}

static void meddle_on_violation(void *user, const dhcpperf_event *ev)
{
    meddle(user, ev->station);
}

static int meddle_while_editing(void *user, uint32_t station, dhcpperf_msg_type type,
                                dhcpperf_writer *w)
{
    meddler *m = user;

    (void)type;
    (void)w;
    if (m->vanished < 40) {
        meddle(m, station);
    }
    return 0;
}

/* One address for each four stations. */
static void one_for_four(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.yiaddr = f->pool + r.chaddr[5] / 4u;
        fake_answer(f, &r, f->now + (1 + r.chaddr[5] % 7u) * FAKE_MS);
    }
}

START_TEST(a_callback_cannot_pull_a_station_from_under_the_engine)
    {
        const char *const settings[] = {"stations=64", NULL};
        dhcpperf_client_config *c = config(settings, NULL);
        meddler m = {0};
        uint32_t i, n = 0;
        int k;
        fake f;

        m.f = &f;
        if (_i == 0) {
            ck_assert_int_eq(dhcpperf_client_config_set_trace(c, meddle_on_violation, &m,
                                                              1u << DHCPPERF_EV_VIOLATION),
                             0);
        } else {
            ck_assert_int_eq(dhcpperf_client_config_set_edit(c, meddle_while_editing, &m), 0);
        }
        fake_init(&f, c);
        f.serve = one_for_four;
        fake_begin(&f, 3600 * FAKE_S);
        ck_assert_uint_gt(m.refused, 0);
        ck_assert_uint_gt(m.vanished, 0);
        for (k = 0; k < DP_N_STATES; k++) {
            n += dhcpperf_client_count_in(f.cli, (dhcpperf_state)k);
        }
        ck_assert_uint_eq(n, 64);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_check_balance(&f, "meddler", _i);
        for (i = 0; i < 64; i++) {
            (void)dhcpperf_client_do(f.cli, i, DHCPPERF_DO_VANISH);
        }
        for (i = 0; i < f.cli->holders.n_slots;
             i++) { /* nobody is bound, so nobody has an address */
            ck_assert_msg(f.cli->holders.slots[i] == 0, "%d: slot %u", _i, (unsigned)i);
        }
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- memory, shards, getters ------------------------------------------------------------------- */

START_TEST(nothing_is_allocated_while_load_runs)
    {
        const char *const settings[] = {"stations=2000", NULL};
        dhcpperf_client_config *c = config(settings, "closed 100");
        dhcpperf_client *cli;
        allocfail af;
        uint64_t calls;
        size_t peak;
        fake f;

        allocfail_init(&af, 0);
        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, &af.mem), 0);
        dhcpperf_client_free(f.cli);
        f.cli = cli;
        f.e = dhcpperf_client_engine(cli);
        f.serve = moody;
        calls = af.calls;
        fake_begin(&f, 3600 * FAKE_S);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 0, 1), 0);
        fake_run(&f, 7200 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RELEASED), 2000);
        ck_assert_uint_eq(af.calls, calls);
        peak = af.peak_bytes;
        fake_fini(&f);
        ck_assert_int_eq(allocfail_is_clean(&af), 1);
        ck_assert_uint_lt(peak, 5u << 20);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* Of which 56 are touched only beyond obtaining leases. */
START_TEST(a_million_stations_fit_in_128_mebibytes)
    {
        const char *const settings[] = {"stations=1000000", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_client *cli;
        allocfail af;

        allocfail_init(&af, 0);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, &af.mem), 0);
        ck_assert_uint_lt(af.live_bytes, 128u << 20);
        dhcpperf_client_free(cli);
        ck_assert_int_eq(allocfail_is_clean(&af), 1);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(an_arrival_belongs_to_the_shard_that_asked)
    {
        const char *const settings[] = {"stations=1000", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f[3];
        unsigned k, j;

        for (k = 0; k < 3; k++) {
            ck_assert_int_eq(dhcpperf_client_config_set_shard(c, k, 3), 0);
            fake_init(&f[k], c);
            ck_assert_int_eq(dhcpperf_client_begin(f[k].cli, 0), 0);
        }
        for (k = 0; k < 3; k++) {
            uint8_t buf[300];
            dhcpperf_pkt pkt = {.data = buf, .cap = 300};

            while (dhcpperf_engine_pull(f[k].e, &pkt, 1, 0) == 1) {
                dhcpperf_pkt in = {.data = buf, .len = 300};

                buf[0] = 2;
                for (j = 0; j < 3; j++) {
                    ck_assert_int_eq(dhcpperf_engine_owner(f[j].e, &in), (int)k);
                }
                in.len = 7; /* too short to tell: stays where it is */
                ck_assert_int_eq(dhcpperf_engine_owner(f[1].e, &in), 1);
            }
        }
        for (k = 0; k < 3; k++) {
            fake_fini(&f[k]);
        }
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(four_shards_live_as_one_engine_would)
    {
        /* Every station binds, under the same hardware address and number as without shards. */
        const char *const settings[] = {"stations=1000", NULL};
        uint32_t k, i;
        unsigned seen[1000] = {0};

        for (k = 0; k < 4; k++) {
            dhcpperf_client_config *c = fake_config(settings);
            fake f;

            ck_assert_int_eq(dhcpperf_client_config_set_shard(c, k, 4), 0);
            fake_init(&f, c);
            fake_begin(&f, 60 * FAKE_S);
            for (i = 0; i < dhcpperf_client_count(f.cli); i++) {
                dhcpperf_station st = fake_station(&f, i);

                ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
                ck_assert_uint_eq(st.mac.b[4] << 8 | st.mac.b[5], st.index);
                seen[st.index]++;
            }
            fake_fini(&f);
            dhcpperf_client_config_free(c);
        }
        for (i = 0; i < 1000; i++) {
            ck_assert_uint_eq(seen[i], 1);
        }
    }
END_TEST

START_TEST(an_engine_without_stations_is_done_at_once)
    {
        const char *const settings[] = {"stations=10", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_set_shard(c, 3, 4), 0);
        fake_init(&f, c);
        ck_assert_uint_eq(dhcpperf_client_count(f.cli), 0);
        fake_begin(&f, FAKE_S);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_START), DHCPPERF_E_RANGE);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(growing_structures_stop_at_the_callers_size)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        struct {
            dhcpperf_station st;
            uint8_t guard[64];
        } room;
        dhcpperf_violation v;
        fake f;

        fake_init(&f, c);
        memset(&room, 0xee, sizeof room);
        ck_assert_int_eq(dhcpperf_client_get_station(f.cli, 0, &room.st, sizeof room), 0);
        ck_assert_uint_eq(room.st.size, sizeof room.st); /* the part that carries meaning */
        ck_assert_uint_eq(room.guard[63], 0);            /* a newer caller's tail is zero */
        memset(&room, 0xee, sizeof room);
        ck_assert_int_eq(dhcpperf_client_get_station(f.cli, 0, &room.st, 16), 0);
        ck_assert_uint_eq(room.st.size, 16);
        ck_assert_uint_eq(((uint8_t *)&room)[16], 0xee);
        ck_assert_int_eq(dhcpperf_client_get_station(f.cli, 0, &room.st, 4), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_get_station(f.cli, 1, &room.st, 64), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_get_violation(f.cli, 0, &v, 4), DHCPPERF_E_INVALID);
        ck_assert_int_eq(
            dhcpperf_client_get_violation(f.cli, 0, &v, offsetof(dhcpperf_violation, rfc)), 1);
        ck_assert_uint_eq(v.size, offsetof(dhcpperf_violation, rfc));
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(states_have_the_names_of_rfc_2131)
    {
        static const char *const names[] = {"IDLE",      "INIT",      "SELECTING", "REQUESTING",
                                            "BOUND",     "RENEWING",  "REBINDING", "INIT_REBOOT",
                                            "REBOOTING", "INFORMING", "QUERYING",  "FAILED"};
        unsigned k;

        for (k = 0; k < sizeof names / sizeof names[0]; k++) {
            ck_assert_str_eq(dhcpperf_state_name((dhcpperf_state)k), names[k]);
        }
        ck_assert_ptr_null(dhcpperf_state_name((dhcpperf_state)k));
    }
END_TEST

START_TEST(null_is_invalid_everywhere)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_client *cli;
        dhcpperf_station st;
        dhcpperf_violation v;

        ck_assert_int_eq(dhcpperf_client_new(NULL, c, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_new(&cli, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set(c, "shard.index", "2"), 0);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_begin(NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_stop(NULL, 0, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_do(NULL, 0, DHCPPERF_DO_START), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_get_station(NULL, 0, &st, sizeof st), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_get_violation(NULL, 0, &v, sizeof v), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_is_done(NULL), 0);
        ck_assert_ptr_null(dhcpperf_client_engine(NULL));
        ck_assert_ptr_null(dhcpperf_client_stats(NULL));
        ck_assert_uint_eq(dhcpperf_client_count(NULL), 0);
        ck_assert_uint_eq(dhcpperf_client_count_in(NULL, DHCPPERF_ST_IDLE), 0);
        dhcpperf_client_free(NULL);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_closed_loop_keeps_its_window_full_and_no_fuller, 0, 6);
    tcase_add_test(tc, an_open_loop_starts_stations_when_due);
    tcase_add_test(tc, stages_of_both_kinds_follow_each_other);
    tcase_add_loop_test(tc, the_size_of_bursts_changes_nothing, 0, 4);
    tcase_add_loop_test(tc, equal_seed_equal_history, 0, 4);
    tcase_add_test(tc, time_far_ahead_fires_everything_in_order);
    tcase_add_loop_test(tc, time_far_ahead_passes_no_stage_by, 0, 2);
    tcase_add_test(tc, latency_is_kept_from_due_and_from_sent);
    tcase_add_test(tc, an_answer_before_its_question_took_no_time_and_is_counted);
    tcase_add_loop_test(tc, a_lag_of_starts_needs_a_schedule, 0, 3);
    tcase_add_test(tc, lag_is_seen_over_minutes_and_a_fast_clock_is_none);
    tcase_add_test(tc, stop_drains_and_gives_leases_back);
    tcase_add_test(tc, what_does_not_drain_in_time_has_failed);
    tcase_add_test(tc, stopping_at_once_leaves_nothing_to_send);
    tcase_add_test(tc, a_bound_client_keeps_quiet);
    tcase_add_test(tc, a_listener_may_command_but_not_turn_the_crank);
    tcase_add_loop_test(tc, a_callback_cannot_pull_a_station_from_under_the_engine, 0, 2);
    tcase_add_test(tc, nothing_is_allocated_while_load_runs);
    tcase_add_test(tc, a_million_stations_fit_in_128_mebibytes);
    tcase_add_test(tc, an_arrival_belongs_to_the_shard_that_asked);
    tcase_add_test(tc, four_shards_live_as_one_engine_would);
    tcase_add_test(tc, an_engine_without_stations_is_done_at_once);
    tcase_add_test(tc, growing_structures_stop_at_the_callers_size);
    tcase_add_test(tc, states_have_the_names_of_rfc_2131);
    tcase_add_test(tc, null_is_invalid_everywhere);
}

HARNESS_MAIN("client/client", tests)
