/* SPDX-License-Identifier: MIT */
/* trouble_test.c - clients and a server over carriers on which everything goes wrong that a system
 * can do: no buffers, no room, sends that fail or are cut short, a link that is down for a minute,
 * arrivals cut off or twice, and a clock that jumps.  What must hold all the same: each message has
 * one fate, each exchange has one outcome, nobody is given another one's address, and in the end
 * everybody has a lease. */
#include <libdhcpperf/dhcpperf.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support/harness.h"

enum {
    CLIENTS = 200,
    LENT = 64,
    CAP = 600,
    WAITING = 4096,
    STEPS_MAX = 400000
};

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

typedef struct message {
    uint8_t data[CAP];
    dhcpperf_pkt pkt;
} message;

/* One direction of the wire. */
typedef struct lane {
    message at[WAITING];
    unsigned n, head;
} lane;

typedef struct side {
    lane *in, *out;
    uint64_t chance;
    uint8_t buf[LENT][CAP];
    message given; /* the arrival that the pump looks at */
    int is_given;
    unsigned lent, committed, failed, fates;
    dhcpperf_txdone done[WAITING];
    unsigned n_done;
} side;

static struct {
    lane to_server, to_client;
    side client, server;
    dhcpperf_ts now;
    dhcpperf_ts down_from, down_to;
    unsigned backwards, forwards;
    int calm; /* no more trouble */
} world;

static uint64_t draw(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static int strikes(side *s, unsigned one_in)
{
    return !world.calm && draw(&s->chance) % one_in == 0;
}

static int is_down(void)
{
    return world.now >= world.down_from && world.now < world.down_to;
}

/* ---- the carrier ---------------------------------------------------------------------------- */

static int rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    side *s = self;
    unsigned len;

    (void)now;
    ck_assert(!s->is_given && max > 0);
    if (s->in->n == 0 || strikes(s, 5)) {
        return 0; /* would block, whatever poll said */
    }
    s->given = s->in->at[s->in->head % WAITING];
    if (!strikes(s, 20)) {
        s->in->head++; /* else it arrives once more */
        s->in->n--;
    }
    if (strikes(s, 30)) {
        len = (unsigned)(draw(&s->chance) % s->given.pkt.len);
        s->given.pkt.flags |= draw(&s->chance) % 2 != 0 ? DHCPPERF_PKT_TRUNC : 0;
        s->given.pkt.len = (uint16_t)len;
    }
    s->given.pkt.data = s->given.data;
    s->given.pkt.cap = CAP;
    s->given.pkt.ts = strikes(s, 10) ? world.now + S : 0; /* stamped by another clock */
    pkts[0] = s->given.pkt;
    s->is_given = 1;
    return 1;
}

static void rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    side *s = self;

    (void)pkts;
    s->is_given -= (int)n;
    ck_assert_int_ge(s->is_given, 0);
}

static int tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len)
{
    side *s = self;
    unsigned i, n = want < LENT ? want : LENT;

    (void)msg_len;
    ck_assert_uint_eq(s->lent, 0);
    if (strikes(s, 4)) {
        return 0; /* no buffers */
    }
    n = strikes(s, 3) ? 1 : n;
    for (i = 0; i < n; i++) {
        memset(&pkts[i], 0, sizeof pkts[i]);
        pkts[i].data = s->buf[i];
        pkts[i].cap = strikes(s, 50) ? 200 : CAP; /* too small for any message */
    }
    s->lent = n;
    return (int)n;
}

static void deliver(lane *l, const dhcpperf_pkt *pkt, unsigned len)
{
    message *m = &l->at[(l->head + l->n) % WAITING];

    if (l->n == WAITING) {
        return; /* the other side's buffer is full */
    }
    l->n++;
    memcpy(m->data, pkt->data, len);
    m->pkt = *pkt;
    m->pkt.len = (uint16_t)len;
}

static void settle(side *s, const dhcpperf_pkt *pkt, int status)
{
    dhcpperf_txdone *d = &s->done[s->n_done++];

    ck_assert_uint_le(s->n_done, WAITING);
    memset(d, 0, sizeof *d);
    d->cookie = pkt->cookie;
    d->ts = world.now;
    d->status = status;
    s->failed += status != 0;
}

static int tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    static const int reasons[] = {ENOBUFS, EAGAIN, EPERM, EHOSTUNREACH};
    side *s = self;
    unsigned i;

    (void)now;
    ck_assert_uint_eq(n, s->lent);
    s->lent = 0;
    for (i = 0; i < fill; i++) {
        if (is_down()) {
            settle(s, &pkts[i], -ENETDOWN);
        } else if (strikes(s, 8)) {
            settle(s, &pkts[i], -reasons[draw(&s->chance) % 4]);
        } else {
            deliver(s->out, &pkts[i],
                    strikes(s, 20) ? (unsigned)(draw(&s->chance) % pkts[i].len) : pkts[i].len);
            settle(s, &pkts[i], 0);
        }
    }
    s->committed += fill;
    return strikes(s, 40) ? DHCPPERF_E_SYSTEM : 0;
}

static int tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    side *s = self;
    unsigned n = s->n_done < max ? s->n_done : max;

    (void)now;
    if (strikes(s, 3)) {
        return 0; /* not known yet */
    }
    memcpy(done, s->done, n * sizeof *done);
    memmove(s->done, s->done + n, (s->n_done - n) * sizeof *done);
    s->n_done -= n;
    s->fates += n;
    return (int)n;
}

static const dhcpperf_transport_ops carrier = {.size = sizeof carrier,
                                               .rx_burst = rx_burst,
                                               .rx_done = rx_done,
                                               .tx_loan = tx_loan,
                                               .tx_commit = tx_commit,
                                               .tx_done = tx_done};

/* ---- both engines --------------------------------------------------------------------------- */

static dhcpperf_client *make_client(uint64_t seed)
{
    dhcpperf_ip4 server = {{10, 0, 0, 1}};
    dhcpperf_client_config *c;
    dhcpperf_scenario *story;
    dhcpperf_client *client;
    dhcpperf_retry *retry;

    ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(c, CLIENTS), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_seed(c, seed), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_server(c, server), 0);
    ck_assert_int_eq(dhcpperf_retry_new(&retry, "rfc2131", NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
    ck_assert_int_eq(dhcpperf_scenario_new(&story, "lifecycle", NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_scenario(c, story), 0);
    ck_assert_int_eq(dhcpperf_client_new(&client, c, NULL), 0);
    dhcpperf_retry_free(retry);
    dhcpperf_scenario_free(story);
    dhcpperf_client_config_free(c);
    return client;
}

static dhcpperf_server *make_server(uint64_t seed)
{
    dhcpperf_ip4 net = {{10, 0, 0, 0}}, first = {{10, 0, 1, 0}}, last = {{10, 0, 2, 255}};
    dhcpperf_ip4 own = {{10, 0, 0, 1}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *c;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, net, 16, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, first, last), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(c, own, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_seed(c, seed), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(c, "lease.time", "600s"), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(c, "lease.max", "600s"), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
    ck_assert_int_eq(dhcpperf_server_new(&server, c, NULL), 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_pump *connect_side(side *s, dhcpperf_engine *e, dhcpperf_transport **ret)
{
    dhcpperf_pump *pump;

    ck_assert_int_eq(dhcpperf_transport_new(ret, &carrier, s, NULL), 0);
    ck_assert_int_eq(dhcpperf_pump_new(&pump, e, *ret, LENT, NULL), 0);
    return pump;
}

/* ---- what holds ----------------------------------------------------------------------------- */

static void check_exchanges(const dhcpperf_stats *st, uint64_t seed)
{
    static const dhcpperf_outcome ends[] = {DHCPPERF_OUT_ANSWERED, DHCPPERF_OUT_LATE,
                                            DHCPPERF_OUT_REFUSED, DHCPPERF_OUT_UNANSWERED,
                                            DHCPPERF_OUT_IN_FLIGHT};
    int x;
    unsigned k;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        uint64_t sum = 0;

        for (k = 0; k < sizeof ends / sizeof *ends; k++) {
            sum += dhcpperf_stats_exchange(st, (dhcpperf_exchange)x, ends[k]);
        }
        ck_assert_msg(sum ==
                          dhcpperf_stats_exchange(st, (dhcpperf_exchange)x, DHCPPERF_OUT_STARTED),
                      "seed %llu: exchanges %d do not add up", (unsigned long long)seed, x);
    }
}

static void check_fates(const side *s, const dhcpperf_stats *st, uint64_t seed)
{
    ck_assert_msg(s->fates + s->n_done == s->committed, "seed %llu: %u sent, %u fates",
                  (unsigned long long)seed, s->committed, s->fates + s->n_done);
    ck_assert_uint_ge(s->failed, dhcpperf_stats_counter(st, DHCPPERF_C_TX_ERRORS) > 0);
}

/* Whoever believes to hold a lease holds it, and nobody else does. */
static void check_leases(const dhcpperf_client *client, const dhcpperf_server *server,
                         uint64_t seed)
{
    static uint8_t taken[3 * 256];
    dhcpperf_station st;
    dhcpperf_lease l;
    uint32_t i;

    memset(taken, 0, sizeof taken);
    for (i = 0; i < CLIENTS; i++) {
        unsigned place;

        ck_assert_int_eq(dhcpperf_client_get_station(client, i, &st, sizeof st), 0);
        if (st.expires_at == DHCPPERF_NEVER) {
            continue; /* has none */
        }
        place = (unsigned)st.ip.b[2] * 256 + st.ip.b[3];
        ck_assert_msg(place < sizeof taken && !taken[place]++, "seed %llu: %u has 10.0.%u.%u, too",
                      (unsigned long long)seed, (unsigned)i, st.ip.b[2], st.ip.b[3]);
        ck_assert_msg(dhcpperf_server_find_lease(server, st.ip, &l, sizeof l) == 0 &&
                          l.state == DHCPPERF_LEASE_BOUND &&
                          memcmp(l.chaddr.data, st.mac.b, sizeof st.mac.b) == 0,
                      "seed %llu: the server does not know of 10.0.%u.%u", (unsigned long long)seed,
                      st.ip.b[2], st.ip.b[3]);
    }
}

/* ---- the run -------------------------------------------------------------------------------- */

/* The time that the next step is told: mostly a little later, now and then an hour before or a
 * minute after. */
static dhcpperf_ts tick(uint64_t *chance)
{
    uint64_t what = world.calm ? 2 : draw(chance) % 2000;

    world.now += what == 1 ? 60 * S : (world.calm ? 100 : 5) * MS;
    world.forwards += what == 1;
    world.backwards += what == 0;
    return what == 0 && world.now > 3600 * S ? world.now - 3600 * S : world.now;
}

static void step(dhcpperf_pump *p, dhcpperf_ts now)
{
    int rc = dhcpperf_pump_step(p, now);

    ck_assert_msg(rc >= 0 || rc == DHCPPERF_E_SYSTEM || rc == DHCPPERF_E_NOBUFS, "%s",
                  dhcpperf_strerror(rc));
}

START_TEST(whatever_fails_on_the_way_everybody_gets_a_lease_in_the_end)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1), chance = seed * 7919;
        dhcpperf_client *client = make_client(seed);
        dhcpperf_server *server = make_server(seed);
        dhcpperf_transport *there, *here;
        dhcpperf_pump *clients, *servers;
        unsigned n;

        memset(&world, 0, sizeof world);
        world.now = 7200 * S;
        world.down_from = world.now + 20 * S;
        world.down_to = world.now + 80 * S;
        world.client.chance = seed;
        world.server.chance = ~seed;
        world.client.out = world.server.in = &world.to_server;
        world.client.in = world.server.out = &world.to_client;
        clients = connect_side(&world.client, dhcpperf_client_engine(client), &here);
        servers = connect_side(&world.server, dhcpperf_server_engine(server), &there);
        ck_assert_int_eq(dhcpperf_client_begin(client, world.now), 0);
        for (n = 0; n < STEPS_MAX; n++) {
            dhcpperf_ts now = tick(&chance);

            step(clients, now);
            step(servers, now);
            if (n % 1000 == 0) {
                check_leases(client, server, seed);
            }
            world.calm = n > 60000;
            if (world.calm && dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND) == CLIENTS) {
                break;
            }
        }
        ck_assert_msg(n < STEPS_MAX, "seed %llu: only %u of %u are bound", (unsigned long long)seed,
                      dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND), (unsigned)CLIENTS);
        ck_assert(world.backwards > 0 && world.forwards > 0 && world.client.failed > 100);
        check_leases(client, server, seed);
        check_fates(&world.client, dhcpperf_client_stats(client), seed);
        check_fates(&world.server, dhcpperf_server_stats(server), seed);
        check_exchanges(dhcpperf_client_stats(client), seed);
        check_exchanges(dhcpperf_server_stats(server), seed);
        dhcpperf_pump_free(clients);
        dhcpperf_pump_free(servers);
        dhcpperf_transport_free(here);
        dhcpperf_transport_free(there);
        dhcpperf_client_free(client);
        dhcpperf_server_free(server);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, whatever_fails_on_the_way_everybody_gets_a_lease_in_the_end, 0, 5);
}

HARNESS_MAIN("sim/trouble", tests)
