/* SPDX-License-Identifier: MIT */
/* pacing_test.c - a client engine paced by a pump over a carrier of memory: what is sent, when it
 * was due, and what becomes of it when the program stands still for a second. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "support/harness.h"

enum {
    RATE = 10000,
    STATIONS = 3 * RATE,
    SLOTS = 64,
    SIZE = 1500,
    ANSWERS = 4096
};

#define US DHCPPERF_NS_PER_US
#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

static const dhcpperf_pacing modes[] = {DHCPPERF_PACE_EARLIEST, DHCPPERF_PACE_BATCH,
                                        DHCPPERF_PACE_PRECISE};
static const dhcpperf_ts origin = 5 * S;

static struct {
    uint8_t loan[SLOTS][SIZE];
    dhcpperf_txdone fate[SLOTS];
    unsigned n_fates;
    unsigned most;        /* messages sent at once */
    uint64_t discovers;   /* sent */
    uint64_t out_of_step; /* of those, whose due instant is not the schedule's */
    dhcpperf_ts latest;   /* as far as the pump's time has come */
    /* answers */
    dhcpperf_server *server;
    dhcpperf_dur delay; /* of an answer */
    uint8_t answer[ANSWERS][SIZE];
    dhcpperf_pkt pkt[ANSWERS];
    unsigned first, n;
    uint64_t requests, on_arrival; /* sent; of those, that were due when the OFFER arrived */
} c;

static dhcpperf_client *client;
static dhcpperf_transport *transport;
static dhcpperf_pump *pump;

/* Whether an answer arrived at that instant, among those fetched of late. */
static int arrived_at(dhcpperf_ts ts)
{
    unsigned i;

    for (i = 0; i < ANSWERS; i++) {
        if (c.pkt[i].ts == ts) {
            return 1;
        }
    }
    return 0;
}

static int rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    unsigned n;

    (void)self;
    for (n = 0; n < max && n < c.n; n++) {
        pkts[n] = c.pkt[(c.first + n) % ANSWERS];
        if (pkts[n].ts > now) {
            break;
        }
    }
    return (int)n;
}

static void rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    (void)self;
    (void)pkts;
    c.first = (c.first + n) % ANSWERS;
    c.n -= n;
}

static int tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len)
{
    unsigned n;

    (void)self;
    (void)msg_len;
    for (n = 0; n < want && n < SLOTS - c.n_fates; n++) {
        memset(&pkts[n], 0, sizeof pkts[n]);
        pkts[n].data = c.loan[n];
        pkts[n].cap = SIZE;
    }
    return (int)n;
}

/* What the server says to a message, on its way back. */
static void answer(const dhcpperf_pkt *sent, dhcpperf_ts now)
{
    dhcpperf_pkt pkt = *sent;
    unsigned slot = (c.first + c.n) % ANSWERS;
    dhcpperf_pkt *reply = &c.pkt[slot];

    pkt.ts = now;
    ck_assert_int_eq(dhcpperf_engine_recv(dhcpperf_server_engine(c.server), &pkt, 1, now), 1);
    memset(reply, 0, sizeof *reply);
    reply->data = c.answer[slot];
    reply->cap = SIZE;
    ck_assert_int_eq(dhcpperf_engine_pull(dhcpperf_server_engine(c.server), reply, 1, now), 1);
    reply->ts = now + c.delay;
    c.n++;
    ck_assert_uint_lt(c.n, ANSWERS);
}

static void look_at(const dhcpperf_pkt *pkt)
{
    /* RFC 2132 9.6: option 53 comes first in what the engine writes. */
    if (pkt->data[242] == DHCPPERF_DISCOVER) {
        c.out_of_step += pkt->ts != origin + c.discovers * S / RATE;
        c.discovers++;
    } else {
        c.requests++;
        c.on_arrival += arrived_at(pkt->ts) != 0;
    }
}

static int tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    unsigned i;

    (void)self;
    (void)n;
    c.most = fill > c.most ? fill : c.most;
    for (i = 0; i < fill; i++) {
        look_at(&pkts[i]);
        c.fate[c.n_fates++] = (dhcpperf_txdone){.cookie = pkts[i].cookie, .ts = now};
        if (c.server != NULL) {
            answer(&pkts[i], now);
        }
    }
    return 0;
}

static int tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    unsigned n = c.n_fates < max ? c.n_fates : max;

    (void)self;
    c.latest = now;
    memcpy(done, c.fate, n * sizeof *done);
    memmove(c.fate, c.fate + n, (c.n_fates - n) * sizeof *c.fate);
    c.n_fates -= n;
    return (int)n;
}

static void open_world(dhcpperf_pacing mode, dhcpperf_dur tick, const char *load)
{
    static const dhcpperf_transport_ops ops = {.size = sizeof ops,
                                               .rx_burst = rx_burst,
                                               .rx_done = rx_done,
                                               .tx_loan = tx_loan,
                                               .tx_commit = tx_commit,
                                               .tx_done = tx_done};
    dhcpperf_client_config *config;
    dhcpperf_retry *retry;
    dhcpperf_load *l;

    memset(&c, 0, sizeof c);
    ck_assert_int_eq(dhcpperf_client_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(config, STATIONS), 0);
    ck_assert_int_eq(dhcpperf_load_parse(&l, load, NULL, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_load(config, l), 0);
    ck_assert_int_eq(dhcpperf_retry_new(&retry, "none", NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_retry(config, retry), 0);
    ck_assert_int_eq(dhcpperf_client_new(&client, config, NULL), 0);
    dhcpperf_retry_free(retry);
    dhcpperf_load_free(l);
    dhcpperf_client_config_free(config);
    ck_assert_int_eq(dhcpperf_transport_new(&transport, &ops, &c, NULL), 0);
    ck_assert_int_eq(dhcpperf_pump_new(&pump, dhcpperf_client_engine(client), transport, 0, NULL),
                     0);
    ck_assert_int_eq(dhcpperf_pump_set_pacing(pump, mode, tick), 0);
    ck_assert_int_eq(dhcpperf_client_begin(client, origin), 0);
}

static void add_server(dhcpperf_dur delay)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 255, 250}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, network, 16, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, first, last), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(config, id, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(config, pool), 0);
    ck_assert_int_eq(dhcpperf_server_new(&c.server, config, NULL), 0);
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    c.delay = delay;
}

static void close_world(void)
{
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(transport);
    dhcpperf_client_free(client);
    dhcpperf_server_free(c.server);
}

/* When the pump wants to be stepped: by its deadline, or by an arrival that it watches for. */
static dhcpperf_ts next_step(void)
{
    dhcpperf_ts wake = dhcpperf_pump_deadline(pump);
    dhcpperf_ts arrival = c.n > 0 ? c.pkt[c.first].ts : DHCPPERF_NEVER;

    return dhcpperf_pump_wants_read(pump) && arrival < wake ? arrival : wake;
}

/* Steps whenever the pump wants it, until that many stations have begun or that instant. */
static void run_until(dhcpperf_ts now, uint64_t discovers, dhcpperf_ts until)
{
    while (c.discovers < discovers && now <= until) {
        dhcpperf_ts wake;

        assert_fast(dhcpperf_pump_step(pump, now) >= 0, "a step failed");
        wake = next_step();
        now = wake > now ? wake : now + US;
    }
}

static const dhcpperf_hist *lag(void)
{
    return dhcpperf_stats_hist(dhcpperf_client_stats(client), DHCPPERF_S_SEND_LAG,
                               DHCPPERF_FROM_INTENDED);
}

/* A program that stands still for the second second of three sends what came due in it late; it
 * leaves nothing out, moves no due instant, and says how late it was. */
START_TEST(a_program_that_stands_still_sends_late_and_loses_nothing)
    {
        dhcpperf_dur still = S;
        uint64_t late;

        open_world(modes[_i], 0, "rate 10000/s 3s");
        run_until(origin, RATE, DHCPPERF_NEVER);
        run_until(c.latest + still, STATIONS, DHCPPERF_NEVER);
        ck_assert_msg(c.out_of_step == 0, "mode %d: %llu off the schedule", _i,
                      (unsigned long long)c.out_of_step);
        ck_assert_uint_eq(c.discovers, STATIONS);
        ck_assert_uint_eq(dhcpperf_hist_count(lag()), STATIONS);
        ck_assert_msg(dhcpperf_hist_max(lag()) >= still - MS, "mode %d", _i);
        /* A third of the messages came due meanwhile, evenly: of all, a quarter is late by a
         * quarter of the time. */
        ck_assert_msg(dhcpperf_hist_quantile(lag(), 0.75) >= still / 4 - 10 * MS, "mode %d: %llu",
                      _i, (unsigned long long)dhcpperf_hist_quantile(lag(), 0.75));
        late = dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_LATE_SENDS);
        ck_assert_msg(late >= RATE - RATE / 500, "mode %d: %llu late", _i,
                      (unsigned long long)late);
        close_world();
    }
END_TEST

/* The answers that wait for the next tick keep the instant at which they came, and so do the
 * REQUESTs that they cause. */
START_TEST(a_request_is_due_when_its_offer_came)
    {
        open_world(modes[_i], 0, "rate 1000/s 1s");
        add_server(30 * US);
        run_until(origin, UINT64_MAX, origin + 1100 * MS);
        ck_assert_msg(c.requests == 1000, "mode %d: %llu REQUESTs", _i,
                      (unsigned long long)c.requests);
        ck_assert_msg(c.on_arrival == 1000, "mode %d: %llu", _i, (unsigned long long)c.on_arrival);
        ck_assert_uint_eq(dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND), 1000);
        if (modes[_i] == DHCPPERF_PACE_BATCH) { /* an OFFER came 30 us after a tick */
            ck_assert_uint_ge(dhcpperf_hist_max(lag()), 760 * US);
        }
        close_world();
    }
END_TEST

START_TEST(batch_sends_together_what_a_tick_made_due)
    {
        dhcpperf_ts now = origin;
        unsigned steps = 0;

        open_world(DHCPPERF_PACE_BATCH, 500 * US, "rate 10000/s 3s");
        while (now < origin + 100 * MS) {
            ck_assert_int_ge(dhcpperf_pump_step(pump, now), 0);
            steps++;
            ck_assert_uint_gt(dhcpperf_pump_deadline(pump), now);
            now = dhcpperf_pump_deadline(pump);
        }
        ck_assert_uint_ge(c.most, 5);
        ck_assert_uint_ge(c.discovers, RATE / 10 - 5);
        ck_assert_uint_le(steps, 201);
        close_world();
    }
END_TEST

START_TEST(precise_sends_every_message_alone_and_none_before_it_is_due)
    {
        open_world(DHCPPERF_PACE_PRECISE, 0, "burst 100; rate 10000/s 100ms");
        run_until(origin, 1100, DHCPPERF_NEVER);
        ck_assert_uint_eq(c.most, 1);
        ck_assert_uint_eq(c.discovers, 1100);
        close_world();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_program_that_stands_still_sends_late_and_loses_nothing, 0, 3);
    tcase_add_loop_test(tc, a_request_is_due_when_its_offer_came, 0, 3);
    tcase_add_test(tc, batch_sends_together_what_a_tick_made_due);
    tcase_add_test(tc, precise_sends_every_message_alone_and_none_before_it_is_due);
}

HARNESS_MAIN("sim/pacing", tests)
