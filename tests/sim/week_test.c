/* SPDX-License-Identifier: MIT */
/* week_test.c - a week of a thousand clients with leases of an hour: 2 % of the packets lost, the
 * server away for two hours.  What must hold at every instant is looked at on every delivery. */
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S
#define H  (3600 * S)

enum {
    CLIENTS = 1000,
    LEASE_S = 3600,
    OUTAGE_FROM_H = 50,
    OUTAGE_TO_H = 52,
    WEEK_H = 7 * 24
};

#define DELAY (5 * MS)

/* What the tap has seen of one client and of one address. */
typedef struct seen {
    uint32_t xid;
    dhcpperf_ts sent; /* the latest message of that xid */
    unsigned type;
} seen;

typedef struct owner {
    uint64_t mac; /* + 1; 0 = nobody yet */
    dhcpperf_ts until;
} owner;

typedef struct week {
    seen clients[CLIENTS];
    owner addresses[CLIENTS];
    unsigned two_owners, early, disorder;
    uint64_t renewals, discovers;
    dhcpperf_ts longest_gap;
    dhcpperf_vnet *net;
    world *w;
} week;

static uint32_t number(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t option(const dhcpperf_msg *msg, uint8_t code)
{
    uint32_t v = 0;

    return dhcpperf_msg_get_option_u32(msg, code, &v) == 0 ? v : 0;
}

static void look_at_request(week *k, const dhcpperf_pkt *pkt, unsigned type, dhcpperf_ts now)
{
    uint32_t client = number(pkt->data + 30), xid = number(pkt->data + 4);
    unsigned renews = number(pkt->data + 12) != 0; /* ciaddr */
    seen *s = &k->clients[client % CLIENTS];

    if (s->xid == xid && s->type == type) {
        dhcpperf_dur gap = now - s->sent;

        /* RFC 2131 4.1: 4 s and one less; 4.4.5: at least 60 s between two renewals. */
        k->early += gap < (renews ? 60 * S : 3 * S);
        k->longest_gap = gap > k->longest_gap ? gap : k->longest_gap;
    }
    k->renewals += renews != 0;
    k->discovers += type == DHCPPERF_DISCOVER;
    s->xid = xid;
    s->sent = now;
    s->type = type;
}

static void look_at_ack(week *k, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg, dhcpperf_ts now)
{
    uint32_t ip = number(pkt->data + 16), lease = option(msg, DHCPPERF_OPT_LEASE_TIME);
    uint32_t t1 = option(msg, DHCPPERF_OPT_T1), t2 = option(msg, DHCPPERF_OPT_T2);
    uint64_t mac = (uint64_t)number(pkt->data + 30) + 1;
    owner *o = &k->addresses[(ip - 0x0a00000au) % CLIENTS];

    ck_assert_uint_lt(ip - 0x0a00000au, CLIENTS);
    k->two_owners += o->mac != 0 && o->mac != mac && now < o->until;
    k->disorder += !(0 < t1 && t1 < t2 && t2 < lease && lease == LEASE_S);
    o->mac = mac;
    o->until = now - DELAY + lease * S;
}

static void watch(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt, dhcpperf_port from,
                  dhcpperf_port to)
{
    week *k = user;
    dhcpperf_ts now = dhcpperf_vnet_now(k->w->net);
    int type = dhcpperf_msg_get_type(msg);

    (void)to;
    if (from == k->w->client_port) {
        look_at_request(k, pkt, (unsigned)type, now);
    } else if (type == DHCPPERF_ACK) {
        look_at_ack(k, pkt, msg, now);
    }
}

static void pull_cable(void *user, dhcpperf_ts now)
{
    world *w = user;

    (void)now;
    dhcpperf_vnet_set_up(w->net, w->server_port, 0);
}

static void put_cable(void *user, dhcpperf_ts now)
{
    world *w = user;

    (void)now;
    dhcpperf_vnet_set_up(w->net, w->server_port, 1);
}

static world *begin_week(week *k, uint64_t seed)
{
    world *w = world_new(seed);
    dhcpperf_scenario *s = NULL;

    memset(k, 0, sizeof *k);
    k->w = w;
    world_clients(w, CLIENTS);
    world_server(w, "10.0.0.10", "10.0.3.241"); /* as many addresses as clients */
    world_load(w, "rate 100/s");
    world_link(w, DELAY, 0);
    world_impair(w, 0.02, 0, 0);
    ck_assert_int_eq(dhcpperf_scenario_new(&s, "lifecycle", NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_scenario(w->client_config, s), 0);
    dhcpperf_scenario_free(s);
    w->watch = watch;
    w->watch_user = k;
    world_start(w);
    ck_assert_int_eq(dhcpperf_vnet_at(w->net, OUTAGE_FROM_H * H, pull_cable, w), 0);
    ck_assert_int_eq(dhcpperf_vnet_at(w->net, OUTAGE_TO_H * H, put_cable, w), 0);
    return w;
}

START_TEST(a_week_keeps_its_promises)
    {
        static week k;
        world *w = begin_week(&k, 7);

        world_until(w, OUTAGE_FROM_H * H);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_BOUND), CLIENTS);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_EXPIRED), 0);
        /* Every half hour, give or take what was lost. */
        ck_assert_uint_gt(world_client_counter(w, DHCPPERF_C_RENEWED), CLIENTS * 95);
        ck_assert_uint_le(world_client_counter(w, DHCPPERF_C_RENEWED), CLIENTS * 100);
        world_until(w, OUTAGE_TO_H * H);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_EXPIRED), CLIENTS);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), 0);
        world_until(w, OUTAGE_TO_H * H + 300 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), CLIENTS);
        world_until(w, WEEK_H * H);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_EXPIRED), CLIENTS);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_FAILED), 0);
        ck_assert_int_eq(dhcpperf_client_is_done(w->client), 0);
        ck_assert_uint_eq(k.two_owners, 0);
        ck_assert_uint_eq(k.early, 0);
        ck_assert_uint_eq(k.disorder, 0);
        ck_assert_uint_gt(k.renewals, CLIENTS * 300);
        ck_assert_uint_gt(k.discovers, CLIENTS * 2);
        ck_assert_uint_gt(k.longest_gap, 60 * S);
        ck_assert_int_eq(dhcpperf_client_stop(w->client, DHCPPERF_NEVER, 1), 0);
        world_until_done(w, (WEEK_H + 2) * H);
        ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_RELEASED), CLIENTS);
        world_free(w);
    }
END_TEST

START_TEST(equal_seeds_make_equal_weeks)
    {
        static const uint64_t seeds[3] = {7, 7, 8};
        static week k;
        uint64_t digests[3];
        unsigned i;

        for (i = 0; i < 3; i++) {
            world *w = begin_week(&k, seeds[i]);

            world_until(w, WEEK_H * H);
            digests[i] = dhcpperf_vnet_digest(w->net);
            ck_assert_int_eq(dhcpperf_client_stop(w->client, DHCPPERF_NEVER, 0), 0);
            world_until_done(w, (WEEK_H + 2) * H);
            world_free(w);
        }
        ck_assert_uint_eq(digests[0], digests[1]);
        ck_assert_uint_ne(digests[0], digests[2]);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, a_week_keeps_its_promises);
    tcase_add_test(tc, equal_seeds_make_equal_weeks);
}

HARNESS_MAIN("sim/week", tests)
