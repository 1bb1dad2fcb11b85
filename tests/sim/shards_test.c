/* SPDX-License-Identifier: MIT */
/* shards_test.c - clients divided among engines: what a station does, and when, does not depend on
 * how many engines there are.
 *
 * Compared is everything a station says, hears and becomes, with its instants, on a network without
 * loss and under open loads.  Not compared is the address: a server chooses it in the order in
 * which stations of one instant are served.  In a closed loop it is the order of answers that
 * starts the next station, so instants depend on it, too. */
#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

enum {
    STATIONS = 1000,
    MOST = 7,
    KINDS = 1u << DHCPPERF_EV_STATE | 1u << DHCPPERF_EV_TX | 1u << DHCPPERF_EV_RX |
            1u << DHCPPERF_EV_TIMEOUT | 1u << DHCPPERF_EV_LEASE_GRANTED |
            1u << DHCPPERF_EV_LEASE_ENDED
};

/* -- the stations' histories -- */

typedef struct history {
    uint64_t events, digest;
    dhcpperf_state state;
} history;

typedef struct shard {
    dhcpperf_client *client;
    uint32_t index, of;
    history *histories; /* of all stations */
    unsigned through;   /* stages that it has told to be over */
} shard;

static void mix(history *h, uint64_t v)
{
    h->digest = (h->digest ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    h->digest ^= h->digest >> 29;
}

static uint32_t among_all(const shard *s, uint32_t i)
{
    return (i / 64 * s->of + s->index) * 64 + i % 64;
}

static void note(void *user, const dhcpperf_event *ev)
{
    const shard *s = user;
    history *h;

    if (ev->station == UINT32_MAX) {
        return;
    }
    h = &s->histories[among_all(s, ev->station)];
    h->events++;
    mix(h, ev->now);
    mix(h, (uint64_t)ev->kind << 32 | ev->xid);
    mix(h, (uint64_t)ev->msg_type << 32 | (uint64_t)ev->from_state << 16 | (uint64_t)ev->to_state);
}

/* -- a network with that many engines -- */

typedef struct lan {
    dhcpperf_vnet *net;
    dhcpperf_server *server;
    shard shards[MOST];
    unsigned of;
} lan;

static dhcpperf_server *plain_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 39, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, network, 16, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, first, last), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(config, id, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(config, pool), 0);
    ck_assert_int_eq(dhcpperf_server_new(&server, config, NULL), 0);
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client_config *config_of(uint64_t seed, uint32_t index, uint32_t of,
                                         const char *scenario)
{
    dhcpperf_client_config *config;
    dhcpperf_scenario *sc = NULL;

    ck_assert_int_eq(dhcpperf_client_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(config, STATIONS), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_seed(config, seed), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_shard(config, index, of), 0);
    ck_assert_int_eq(dhcpperf_client_config_set(config, "stages.wait", of > 1 ? "true" : "false"),
                     0);
    ck_assert_int_eq(dhcpperf_scenario_parse(&sc, scenario, NULL, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_scenario(config, sc), 0);
    dhcpperf_scenario_free(sc);
    return config;
}

static void add_shard(lan *l, uint64_t seed, uint32_t index, const char *scenario,
                      dhcpperf_segment segment, history *histories)
{
    dhcpperf_client_config *config = config_of(seed, index, l->of, scenario);
    shard *s = &l->shards[index];
    dhcpperf_port port;

    *s = (shard){.index = index, .of = l->of, .histories = histories};
    ck_assert_int_eq(dhcpperf_client_config_set_trace(config, note, s, KINDS), 0);
    ck_assert_int_eq(dhcpperf_client_new(&s->client, config, NULL), 0);
    dhcpperf_client_config_free(config);
    ck_assert_int_eq(
        dhcpperf_vnet_attach(l->net, segment, dhcpperf_client_engine(s->client), &port), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_delay(l->net, port, 1 * MS, 0), 0);
}

/* All leave a stage when all are through with it, since the latest of those instants. */
static int go_on_together(void *user)
{
    lan *l = user;
    dhcpperf_ts latest = 0, since;
    unsigned i, index, over = 0;

    for (i = 0; i < l->of; i++) {
        if (dhcpperf_client_stage_is_over(l->shards[i].client, &index, &since)) {
            latest = since > latest ? since : latest;
            over++;
        }
    }
    for (i = 0; i < l->of && over == l->of; i++) {
        ck_assert_int_eq(dhcpperf_client_next_stage(l->shards[i].client, latest), 0);
    }
    return 1;
}

/* The stations' histories in 100 s, the first 20 of which the server is silent. */
static void live(uint64_t seed, uint32_t of, const char *scenario, history *ret)
{
    dhcpperf_segment segment;
    dhcpperf_port port;
    uint32_t i, k;
    lan l = {.of = of};

    memset(ret, 0, STATIONS * sizeof *ret);
    l.server = plain_server();
    ck_assert_int_eq(dhcpperf_vnet_new(&l.net, 1, NULL), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(l.net, &segment), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(l.net, segment, dhcpperf_server_engine(l.server), &port),
                     0);
    ck_assert_int_eq(dhcpperf_vnet_set_delay(l.net, port, 1 * MS, 0), 0);
    for (k = 0; k < of; k++) {
        add_shard(&l, seed, k, scenario, segment, ret);
    }
    for (k = 0; k < of; k++) {
        ck_assert_int_eq(dhcpperf_client_begin(l.shards[k].client, 0), 0);
    }
    ck_assert_int_eq(dhcpperf_vnet_set_up(l.net, port, 0), 0);
    ck_assert_int_ge(dhcpperf_vnet_run_while(l.net, go_on_together, &l, 20 * S), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_up(l.net, port, 1), 0);
    ck_assert_int_ge(dhcpperf_vnet_run_while(l.net, go_on_together, &l, 200 * S), 0);
    for (k = 0; k < of; k++) {
        for (i = 0; i < dhcpperf_client_count(l.shards[k].client); i++) {
            dhcpperf_station st;

            ck_assert_int_eq(dhcpperf_client_get_station(l.shards[k].client, i, &st, sizeof st), 0);
            ck_assert_uint_eq(st.index, among_all(&l.shards[k], i));
            ret[st.index].state = st.state;
        }
    }
    dhcpperf_vnet_free(l.net);
    for (k = 0; k < of; k++) {
        dhcpperf_client_free(l.shards[k].client);
    }
    dhcpperf_server_free(l.server);
}

static const char *const scenarios[] = {
    "stage start\ndo start\nload rate 700/s\n",
    "stage start\ndo start\nload poisson 300/s\n",
    "stage start\ndo start\nload burst 100; ramp 0..90/s 10s; pause 3s; poisson 20..70/s 9s; rate "
    "70/s\n",
    /* stages that end when everybody is through */
    "keep yes\npersist yes\nstage fill\ndo start\nload rate 40/s\n"
    "stage renew\ndo renew\nload poisson 100/s\nrounds 2\n"
    "stage reboot\ndo reboot\nload all\nstage live\nuntil never\n",
    /* deeds drawn by weight, and a stage that ends at its instant */
    "keep yes\npersist yes\nstage fill\ndo start\nload rate 50/s\n"
    "stage mix\ndo renew 60, reboot 5, wait 30\nload rate 50/s\nrounds endless\nuntil 100s\n"
    "stage more\ndo renew 1, wait 1\nload rate 30/s\nuntil given\n",
    /* leaving and coming back by themselves */
    "keep yes\npersist yes\nhold exponential 20s\nthen release 3, vanish 1, reboot 2\n"
    "pause exponential 10s\ndecline 0.1\nstage start\ndo start\nload poisson 90/s\n"
    "stage live\nuntil never\n",
};

START_TEST(a_station_has_the_same_history_in_any_shard)
    {
        static history one[STATIONS], several[STATIONS];
        static const uint32_t shards[] = {2, 4, 7};
        unsigned k, i;

        live((uint64_t)_i + 1, 1, scenarios[_i], one);
        for (k = 0; k < sizeof shards / sizeof shards[0]; k++) {
            live((uint64_t)_i + 1, shards[k], scenarios[_i], several);
            for (i = 0; i < STATIONS; i++) {
                ck_assert_msg(
                    one[i].events > 2 && one[i].events == several[i].events &&
                        one[i].digest == several[i].digest && one[i].state == several[i].state,
                    "scenario %d: station %u: %u events to %s, with %u shards %u to %s", _i, i,
                    (unsigned)one[i].events, dhcpperf_state_name(one[i].state), (unsigned)shards[k],
                    (unsigned)several[i].events, dhcpperf_state_name(several[i].state));
            }
        }
    }
END_TEST

/* -- windows -- */

START_TEST(windows_are_divided_with_their_remainder)
    {
        static const char *const text = "stage start\ndo start\nload closed 9\n";
        uint32_t index, total = 0;

        for (index = 0; index < 4; index++) {
            dhcpperf_client_config *config = config_of(1, index, 4, text);
            dhcpperf_client *client;
            uint8_t room[64][1500];
            dhcpperf_pkt pkts[64];
            int i, n;

            ck_assert_int_eq(dhcpperf_client_new(&client, config, NULL), 0);
            ck_assert_int_eq(dhcpperf_client_begin(client, 0), 0);
            memset(pkts, 0, sizeof pkts);
            for (i = 0; i < 64; i++) {
                pkts[i].data = room[i];
                pkts[i].cap = sizeof room[i];
            }
            n = dhcpperf_engine_pull(dhcpperf_client_engine(client), pkts, 64, 0);
            ck_assert_int_eq(n, index == 0 ? 3 : 2);
            total += (uint32_t)n;
            dhcpperf_client_free(client);
            dhcpperf_client_config_free(config);
        }
        ck_assert_uint_eq(total, 9);
    }
END_TEST

START_TEST(a_window_smaller_than_the_shards_is_refused)
    {
        dhcpperf_client_config *config =
            config_of(1, 0, 4, "stage a\ndo start\nstage b\ndo renew\nload closed 3\n");
        dhcpperf_client *client = NULL;

        ck_assert_int_eq(dhcpperf_client_new(&client, config, NULL), DHCPPERF_E_RANGE);
        ck_assert_ptr_null(client);
        /* 100 stations are two runs: the other two shards have none and need no place */
        ck_assert_int_eq(dhcpperf_client_config_set_stations(config, 100), 0);
        ck_assert_int_eq(dhcpperf_client_new(&client, config, NULL), 0);
        dhcpperf_client_free(client);
        dhcpperf_client_config_free(config);
    }
END_TEST

/* -- stages -- */

START_TEST(a_stage_that_waits_is_left_when_the_caller_says)
    {
        dhcpperf_client_config *config =
            config_of(1, 0, 2, "stage a\ndo wait\nload rate 1000/s\nstage b\ndo wait\nload all\n");
        dhcpperf_client *client;
        dhcpperf_stage st;
        dhcpperf_ts since;
        unsigned index;

        ck_assert_int_eq(dhcpperf_client_new(&client, config, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_stage_is_over(client, &index, &since), 0);
        ck_assert_int_eq(dhcpperf_client_next_stage(client, 0), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_client_begin(client, 0), 0);
        ck_assert_int_eq(dhcpperf_client_stage_is_over(client, NULL, NULL), 0);
        ck_assert_int_ge(dhcpperf_engine_advance(dhcpperf_client_engine(client), 10 * S), 1);
        ck_assert_int_eq(dhcpperf_client_stage_is_over(client, &index, &since), 1);
        ck_assert_uint_eq(index, 0);
        ck_assert_uint_eq(since, 959 * MS); /* turn 959, as 896 to 959 are its last whole run */
        ck_assert_uint_eq(dhcpperf_engine_deadline(dhcpperf_client_engine(client)), DHCPPERF_NEVER);
        ck_assert_int_eq(dhcpperf_client_next_stage(client, 11 * S), 0);
        ck_assert_int_eq(dhcpperf_client_get_stage(client, 0, &st, sizeof st), 1);
        ck_assert_uint_eq(st.ended_at, 11 * S);
        ck_assert_int_eq(dhcpperf_client_get_stage(client, 1, &st, sizeof st), 1);
        ck_assert_uint_eq(st.began_at, 11 * S);
        ck_assert_int_ge(dhcpperf_engine_advance(dhcpperf_client_engine(client), 11 * S), 1);
        ck_assert_int_eq(dhcpperf_client_stage_is_over(client, NULL, NULL), 0); /* the last one */
        ck_assert_int_eq(dhcpperf_client_next_stage(client, 12 * S), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_client_is_done(client), 1);
        ck_assert_int_eq(dhcpperf_client_stage_is_over(NULL, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_next_stage(NULL, 0), DHCPPERF_E_INVALID);
        dhcpperf_client_free(client);
        dhcpperf_client_config_free(config);
    }
END_TEST

/* -- an answer at another shard's place -- */

typedef struct ignored {
    unsigned n;
    char why[64];
} ignored;

static void note_ignored(void *user, const dhcpperf_event *ev)
{
    ignored *x = user;

    x->n++;
    snprintf(x->why, sizeof x->why, "%s", ev->detail != NULL ? ev->detail : "");
}

/* The OFFER to shard 1 comes to shard 0: counted there, nothing changed anywhere; and to shard 1 it
 * is as welcome as ever. */
START_TEST(an_answer_to_another_shard_is_counted_and_told)
    {
        dhcpperf_server *server = plain_server();
        dhcpperf_client *clients[2];
        ignored seen = {0, ""};
        uint8_t room[1500];
        dhcpperf_pkt pkt;
        uint32_t i;

        for (i = 0; i < 2; i++) {
            dhcpperf_client_config *config =
                config_of(1, i, 2, "stage start\ndo start\nload rate 10/s\n");

            ck_assert_int_eq(dhcpperf_client_config_set_trace(config, note_ignored, &seen,
                                                              1u << DHCPPERF_EV_IGNORED),
                             0);
            ck_assert_int_eq(dhcpperf_client_new(&clients[i], config, NULL), 0);
            ck_assert_int_eq(dhcpperf_client_begin(clients[i], 0), 0);
            dhcpperf_client_config_free(config);
        }
        memset(&pkt, 0, sizeof pkt);
        pkt.data = room;
        pkt.cap = sizeof room;
        ck_assert_int_ge(dhcpperf_engine_advance(dhcpperf_client_engine(clients[1]), 6400 * MS), 1);
        ck_assert_int_eq(
            dhcpperf_engine_pull(dhcpperf_client_engine(clients[1]), &pkt, 1, 6400 * MS), 1);
        pkt.ts = 6400 * MS;
        ck_assert_int_eq(dhcpperf_engine_recv(dhcpperf_server_engine(server), &pkt, 1, 6400 * MS),
                         1);
        memset(&pkt, 0, sizeof pkt);
        pkt.data = room;
        pkt.cap = sizeof room;
        ck_assert_int_eq(dhcpperf_engine_pull(dhcpperf_server_engine(server), &pkt, 1, 6400 * MS),
                         1);
        pkt.ts = 6400 * MS;
        ck_assert_int_eq(dhcpperf_engine_owner(dhcpperf_client_engine(clients[0]), &pkt), 1);
        ck_assert_int_eq(
            dhcpperf_engine_recv(dhcpperf_client_engine(clients[0]), &pkt, 1, 6400 * MS), 1);
        ck_assert_uint_eq(
            dhcpperf_stats_counter(dhcpperf_client_stats(clients[0]), DHCPPERF_C_RX_UNMATCHED), 1);
        ck_assert_uint_eq(seen.n, 1);
        ck_assert_str_eq(seen.why, "answer to a station of another shard");
        ck_assert_uint_eq(dhcpperf_client_count_in(clients[0], DHCPPERF_ST_REQUESTING), 0);
        ck_assert_int_eq(
            dhcpperf_engine_recv(dhcpperf_client_engine(clients[1]), &pkt, 1, 6400 * MS), 1);
        ck_assert_uint_eq(dhcpperf_client_count_in(clients[1], DHCPPERF_ST_REQUESTING), 1);
        ck_assert_uint_eq(seen.n, 1);
        for (i = 0; i < 2; i++) {
            dhcpperf_client_free(clients[i]);
        }
        dhcpperf_server_free(server);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, a_station_has_the_same_history_in_any_shard, 0,
                        sizeof scenarios / sizeof scenarios[0]);
    tcase_add_test(tc, windows_are_divided_with_their_remainder);
    tcase_add_test(tc, a_window_smaller_than_the_shards_is_refused);
    tcase_add_test(tc, a_stage_that_waits_is_left_when_the_caller_says);
    tcase_add_test(tc, an_answer_to_another_shard_is_counted_and_told);
}

HARNESS_MAIN("sim/shards", tests)
