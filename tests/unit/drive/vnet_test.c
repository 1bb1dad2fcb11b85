/* SPDX-License-Identifier: MIT */
/* vnet_test.c - the virtual network with small engines of the test's own: nodes that send what they
 * were told at the instants they were told, remember what they got, and may echo. */
#include <libdhcpperf/vnet.h>

#include <string.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "support/harness.h"

enum {
    MAX_PLAN = 20000,
    MAX_GOT = 40000,
    NODES = 5
};

typedef struct receipt {
    dhcpperf_ts ts, now;
    dhcpperf_endpoint src, dst;
    uint32_t flags, tag;
    uint16_t len;
} receipt;

typedef struct node {
    dhcpperf_engine *engine;
    dhcpperf_port port;
    dhcpperf_ip4 ip;
    struct {
        dhcpperf_ts when;
        dhcpperf_ip4 dst;
        uint32_t tag;
        uint16_t len;
    } plan[MAX_PLAN];
    unsigned planned, next;
    receipt got[MAX_GOT];
    unsigned n_got;
    uint8_t last[2048];
    unsigned echo; /* answers each packet */
    unsigned owed; /* echoes not yet pulled */
    dhcpperf_ip4 reply_to[256];
    int endless;        /* always has one more packet */
    int fail;           /* what recv returns instead of working */
    unsigned appetite;  /* packets it takes per recv; 0 = all */
    dhcpperf_ts asleep; /* takes nothing before, and says so */
    dhcpperf_ts woken;  /* when it was asked the last time */
    unsigned refused;
    uint64_t cookies, sent;
} node;

static node nodes[NODES];
static dhcpperf_vnet *net;
static dhcpperf_segment seg;

static int node_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    node *me = self;
    unsigned i;

    if (me->fail != 0) {
        return me->fail;
    }
    me->woken = now;
    if (now < me->asleep) {
        me->refused += n;
        return 0;
    }
    for (i = 0; i < n; i++) {
        receipt *r = &me->got[me->n_got];

        if (me->appetite != 0 && i == me->appetite) {
            me->refused += n - i;
            break;
        }
        ck_assert_uint_lt(me->n_got, MAX_GOT);
        *r = (receipt){pkts[i].ts, now, pkts[i].src, pkts[i].dst, pkts[i].flags, 0, pkts[i].len};
        memcpy(&r->tag, pkts[i].data, pkts[i].len < 4 ? pkts[i].len : 4);
        memcpy(me->last, pkts[i].data, pkts[i].len);
        me->n_got++;
        if (me->echo != 0 && me->owed < 256) {
            me->reply_to[me->owed++] = pkts[i].src.ip;
        }
        memset(pkts[i].data, 0xee, pkts[i].len); /* a receiver may: its copy is its own */
    }
    return (int)i;
}

static int node_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    node *me = self;
    unsigned n = 0;

    for (; n < max; n++) {
        dhcpperf_pkt *p = &pkts[n];

        ck_assert_uint_ge(p->cap, 1472);
        memset(&p->dst, 0, sizeof p->dst);
        memset(&p->src, 0, sizeof p->src);
        p->src.ip = me->ip;
        p->cookie = ++me->cookies;
        if (me->owed > 0) {
            p->dst.ip = me->reply_to[--me->owed];
            p->len = 64;
            memset(p->data, 0, 64);
        } else if (me->next < me->planned && me->plan[me->next].when <= now) {
            p->dst.ip = me->plan[me->next].dst;
            p->len = me->plan[me->next].len;
            memset(p->data, 0, p->len);
            memcpy(p->data, &me->plan[me->next].tag, p->len < 4 ? p->len : 4);
            me->next++;
        } else if (me->endless) {
            p->dst.ip = (dhcpperf_ip4){{255, 255, 255, 255}};
            p->len = 10;
            memset(p->data, 0, 10);
        } else {
            me->cookies--;
            break;
        }
    }
    return (int)n;
}

static void node_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    node *me = self;
    unsigned i;

    for (i = 0; i < n; i++) {
        ck_assert_uint_eq(done[i].cookie, ++me->sent);
        ck_assert_uint_eq(done[i].ts, now);
    }
}

static dhcpperf_ts node_deadline(const void *self)
{
    const node *me = self;

    if (me->owed > 0 || me->endless) {
        return 0;
    }
    if (me->woken < me->asleep && me->refused > 0) {
        return me->asleep;
    }
    return me->next < me->planned ? me->plan[me->next].when : DHCPPERF_NEVER;
}

static const dhcpperf_engine_ops node_ops = {
    .size = sizeof node_ops,
    .recv = node_recv,
    .pull = node_pull,
    .sent = node_sent,
    .deadline = node_deadline,
};

static dhcpperf_ip4 ip(unsigned last)
{
    return dp_ip4_of(0x0a000000u + last);
}

static const dhcpperf_ip4 everybody = {{255, 255, 255, 255}};

static void setup(uint64_t seed, unsigned n)
{
    unsigned i;

    memset(nodes, 0, sizeof nodes);
    ck_assert_int_eq(dhcpperf_vnet_new(&net, seed, NULL), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(net, &seg), 0);
    for (i = 0; i < n; i++) {
        nodes[i].ip = ip(i + 1);
        ck_assert_int_eq(dhcpperf_engine_new(&nodes[i].engine, &node_ops, &nodes[i], NULL), 0);
        ck_assert_int_eq(dhcpperf_vnet_attach(net, seg, nodes[i].engine, &nodes[i].port), 0);
        ck_assert_uint_eq(nodes[i].port, i);
    }
}

static void teardown(void)
{
    unsigned i;

    dhcpperf_vnet_free(net);
    net = NULL;
    for (i = 0; i < NODES; i++) {
        dhcpperf_engine_free(nodes[i].engine);
        nodes[i].engine = NULL;
    }
}

static void plan(node *n, dhcpperf_ts when, dhcpperf_ip4 dst, uint32_t tag, unsigned len)
{
    ck_assert_uint_lt(n->planned, MAX_PLAN);
    n->plan[n->planned].when = when;
    n->plan[n->planned].dst = dst;
    n->plan[n->planned].tag = tag;
    n->plan[n->planned].len = (uint16_t)len;
    n->planned++;
}

static dhcpperf_vnet_counts counts(dhcpperf_port p)
{
    dhcpperf_vnet_counts c;

    ck_assert_int_eq(dhcpperf_vnet_get_counts(net, p, &c, sizeof c), 0);
    return c;
}

static void assert_balance(void)
{
    dhcpperf_vnet_counts c = counts(DHCPPERF_PORT_NONE);

    ck_assert_uint_eq(c.sent + c.duplicated + c.flooded, c.delivered + c.lost + c.overflowed +
                                                             c.unplugged + c.unreachable +
                                                             c.in_flight);
}

START_TEST(an_empty_network_has_no_events_and_its_clock_obeys)
    {
        setup(1, 0);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 0);
        ck_assert_int_eq(dhcpperf_vnet_step(net), 0);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 12345), 0);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 12345);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 1), 0);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 12345);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, DHCPPERF_NEVER), 0);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 12345);
        teardown();
    }
END_TEST

START_TEST(a_packet_arrives_after_its_delay_and_not_before)
    {
        setup(1, 2);
        dhcpperf_vnet_set_delay(net, 0, 5000, 0);
        plan(&nodes[0], 100, ip(2), 77, 300);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 5099), 0);
        ck_assert_uint_eq(nodes[1].n_got, 0);
        ck_assert_uint_eq(counts(DHCPPERF_PORT_NONE).in_flight, 1);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 5100), 1);
        ck_assert_uint_eq(nodes[1].n_got, 1);
        ck_assert_uint_eq(nodes[1].got[0].ts, 5100);
        ck_assert_uint_eq(nodes[1].got[0].now, 5100);
        ck_assert_uint_eq(nodes[1].got[0].tag, 77);
        ck_assert_uint_eq(nodes[1].got[0].len, 300);
        ck_assert_uint_eq(nodes[1].got[0].flags, 0);
        assert_ip4_eq(nodes[1].got[0].src.ip, "10.0.0.1");
        ck_assert_uint_eq(nodes[0].sent, 1);
        teardown();
    }
END_TEST

START_TEST(ten_years_are_one_step)
    {
        dhcpperf_ts when = UINT64_C(315360000) * DHCPPERF_NS_PER_S;

        setup(1, 2);
        plan(&nodes[0], when, ip(2), 1, 300);
        ck_assert_int_eq(dhcpperf_vnet_step(net), 1);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), when);
        ck_assert_uint_eq(nodes[1].got[0].ts, when);
        ck_assert_int_eq(dhcpperf_vnet_step(net), 0);
        teardown();
    }
END_TEST

START_TEST(a_broadcast_reaches_everybody_else_on_its_segment_only)
    {
        dhcpperf_segment other;
        unsigned i;

        setup(1, 4);
        ck_assert_int_eq(dhcpperf_vnet_add_segment(net, &other), 0);
        nodes[4].ip = ip(5);
        ck_assert_int_eq(dhcpperf_engine_new(&nodes[4].engine, &node_ops, &nodes[4], NULL), 0);
        ck_assert_int_eq(dhcpperf_vnet_attach(net, other, nodes[4].engine, &nodes[4].port), 0);
        plan(&nodes[1], 10, everybody, 9, 300);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        for (i = 0; i < NODES; i++) {
            ck_assert_msg(nodes[i].n_got == (i != 1 && i != 4), "node %u got %u", i,
                          nodes[i].n_got);
        }
        ck_assert_uint_eq(nodes[0].got[0].flags, DHCPPERF_PKT_BCAST);
        ck_assert_uint_eq(nodes[3].got[0].tag, 9); /* although node 0 overwrote its copy */
        ck_assert_uint_eq(counts(1).flooded, 2);
        assert_balance();
        teardown();
    }
END_TEST

START_TEST(unicast_is_flooded_until_the_address_was_seen)
    {
        setup(1, 3);
        plan(&nodes[0], 10, ip(3), 1, 300); /* unknown: to nodes 1 and 2 */
        plan(&nodes[2], 20, ip(1), 2, 300); /* node 0 was seen */
        plan(&nodes[0], 30, ip(3), 3, 300); /* now node 2 is known too */
        plan(&nodes[0], 40, ip(1), 4, 300); /* to oneself: nobody */
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[0].n_got, 1);
        ck_assert_uint_eq(nodes[1].n_got, 1);
        ck_assert_uint_eq(nodes[2].n_got, 2);
        ck_assert_uint_eq(counts(0).unreachable, 1);
        assert_balance();
        teardown();
    }
END_TEST

START_TEST(an_address_that_moves_is_found_at_its_new_port)
    {
        unsigned k;

        setup(1, 3);
        for (k = 0; k < 6; k++) { /* 10.0.0.9 hops between nodes 1 and 2, node 0 follows it */
            node *owner = &nodes[1 + k % 2];

            owner->ip = ip(9);
            plan(owner, 100 * k + 10, everybody, 1, 300);
            plan(&nodes[0], 100 * k + 20, ip(9), 100 + k, 300);
            dhcpperf_vnet_run_until(net, 100 * k + 99);
            ck_assert_uint_eq(owner->got[owner->n_got - 1].tag, 100 + k);
            ck_assert_uint_ne(nodes[2 - k % 2].got[nodes[2 - k % 2].n_got - 1].tag, 100 + k);
        }
        teardown();
    }
END_TEST

START_TEST(the_longest_owned_prefix_wins_over_what_was_learned)
    {
        setup(1, 4);
        ck_assert_int_eq(dhcpperf_vnet_add_address(net, 1, ip(0), 8), 0);
        ck_assert_int_eq(dhcpperf_vnet_add_address(net, 2, ip(64), 26), 0);
        ck_assert_int_eq(dhcpperf_vnet_add_address(net, 0, ip(64), 33), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_add_address(net, 9, ip(64), 8), DHCPPERF_E_RANGE);
        nodes[3].ip = ip(70);
        plan(&nodes[3], 5, everybody, 0, 300);
        plan(&nodes[0], 10, ip(70), 1, 300);
        plan(&nodes[0], 20, ip(128), 2, 300);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].n_got, 2);
        ck_assert_uint_eq(nodes[1].got[1].tag, 2);
        ck_assert_uint_eq(nodes[2].n_got, 2);
        ck_assert_uint_eq(nodes[2].got[1].tag, 1);
        ck_assert_uint_eq(nodes[3].n_got, 0);
        teardown();
    }
END_TEST

START_TEST(learning_survives_the_growth_of_its_table)
    {
        unsigned k;

        setup(1, 3);
        plan(&nodes[0], 0, everybody, 0, 10);
        for (k = 0; k < 5000; k++) {
            nodes[1].ip = ip(1000 + k);
            plan(&nodes[1], k + 1, ip(1), k, 10);
            dhcpperf_vnet_run_until(net, k + 1);
        }
        for (k = 0; k < 5000; k++) {
            plan(&nodes[0], 10000 + k, ip(1000 + k), k, 10);
        }
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].n_got, 5001);
        ck_assert_uint_eq(nodes[2].n_got, 1);
        teardown();
    }
END_TEST

START_TEST(jitter_stays_within_its_bounds_and_fills_them)
    {
        dhcpperf_ts lo = DHCPPERF_NEVER, hi = 0;
        unsigned k;

        setup(harness_seed((uint64_t)_i), 2);
        ck_assert_int_eq(dhcpperf_vnet_set_delay(net, 0, 1000, 1001), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_delay(net, 0, 1000, 400), 0);
        for (k = 0; k < 10000; k++) {
            plan(&nodes[0], 10000 * k, ip(2), k, 10);
        }
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].n_got, 10000);
        for (k = 0; k < 10000; k++) {
            dhcpperf_ts d = nodes[1].got[k].ts - 10000 * k;

            lo = d < lo ? d : lo;
            hi = d > hi ? d : hi;
        }
        ck_assert_msg(lo >= 600 && lo < 605 && hi <= 1400 && hi > 1395, "seed %d: %u..%u", _i,
                      (unsigned)lo, (unsigned)hi);
        teardown();
    }
END_TEST

START_TEST(arrivals_are_sorted_and_ties_keep_the_order_of_sending)
    {
        unsigned k, overtaken = 0;

        setup(harness_seed((uint64_t)_i), 3);
        dhcpperf_vnet_set_delay(net, 0, 50, 50);
        dhcpperf_vnet_set_delay(net, 1, 30, 0);
        for (k = 0; k < 10000; k++) {
            plan(&nodes[0], k / 3, ip(3), k, 10);
            plan(&nodes[1], k / 2, ip(3), 100000 + k, 10);
        }
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_ge(nodes[2].n_got, 20000);
        for (k = 1; k < nodes[2].n_got; k++) {
            const receipt *a = &nodes[2].got[k - 1], *b = &nodes[2].got[k];
            int same_sender = (a->tag < 100000) == (b->tag < 100000);

            ck_assert_msg(a->ts <= b->ts, "seed %d: arrival %u before its elder", _i, k);
            ck_assert_msg(!(a->ts == b->ts && same_sender && a->tag > b->tag),
                          "seed %d: tie at %u broken", _i, k);
            overtaken += same_sender && a->tag > b->tag;
        }
        ck_assert_uint_gt(overtaken, 100);
        teardown();
    }
END_TEST

START_TEST(loss_duplication_and_reordering_happen_as_often_as_asked)
    {
        dhcpperf_vnet_counts c;
        unsigned k, held = 0;

        setup(harness_seed((uint64_t)_i), 2);
        ck_assert_int_eq(dhcpperf_vnet_set_loss(net, 0, 1.5, 0, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_loss(net, 0, 0, -0.1, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_loss(net, 0, 0.05, 0.02, 0.1), 0);
        dhcpperf_vnet_set_delay(net, 0, 500, 0);
        for (k = 0; k < MAX_PLAN; k++) {
            plan(&nodes[0], 10000000 * (dhcpperf_ts)k, ip(2), k, 10);
        }
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        c = counts(0);
        /* Five standard deviations of binomials over 20,000. */
        ck_assert_msg(c.lost > 846 && c.lost < 1154, "seed %d: %u lost", _i, (unsigned)c.lost);
        ck_assert_msg(c.duplicated > 281 && c.duplicated < 479, "seed %d: %u doubled", _i,
                      (unsigned)c.duplicated);
        for (k = 0; k < nodes[1].n_got; k++) {
            held += nodes[1].got[k].ts - 10000000 * (dhcpperf_ts)nodes[1].got[k].tag > 500;
        }
        ck_assert_msg(held > 1700 && held < 2180, "seed %d: %u held back", _i, held);
        assert_balance();
        ck_assert_uint_eq(c.in_flight, 0);
        teardown();
    }
END_TEST

START_TEST(certain_loss_loses_all_and_none_loses_none)
    {
        unsigned k;

        setup(1, 2);
        dhcpperf_vnet_set_loss(net, 0, 1, 1, 1);
        for (k = 0; k < 1000; k++) {
            plan(&nodes[0], k, ip(2), k, 10);
            plan(&nodes[1], k, ip(1), k, 10);
        }
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].n_got, 0);
        ck_assert_uint_eq(nodes[0].n_got, 1000);
        ck_assert_uint_eq(counts(0).lost, 1000);
        teardown();
    }
END_TEST

START_TEST(one_ports_luck_does_not_shift_anothers)
    {
        static receipt alone[MAX_GOT];
        unsigned n, k;

        setup(7, 3);
        dhcpperf_vnet_set_loss(net, 0, 0.3, 0.1, 0);
        for (k = 0; k < 2000; k++) {
            plan(&nodes[0], 1000 * k, ip(2), k, 10);
        }
        plan(&nodes[1], 0, ip(1), 0, 10);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        n = nodes[1].n_got;
        memcpy(alone, nodes[1].got, n * sizeof *alone);
        teardown();

        setup(7, 3);
        dhcpperf_vnet_set_loss(net, 0, 0.3, 0.1, 0);
        dhcpperf_vnet_set_loss(net, 2, 0.5, 0.5, 0.5);
        for (k = 0; k < 2000; k++) {
            plan(&nodes[0], 1000 * k, ip(2), k, 10);
            plan(&nodes[2], 1000 * k + 1, ip(1), k, 10);
        }
        plan(&nodes[1], 0, ip(1), 0, 10);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].n_got, n);
        for (k = 0; k < n; k++) {
            ck_assert_uint_eq(nodes[1].got[k].tag, alone[k].tag);
        }
        teardown();
    }
END_TEST

START_TEST(a_rate_spaces_packets_by_their_bits)
    {
        setup(1, 2);
        /* 342 octets with headers at 2,736 bit/s: one second each. */
        ck_assert_int_eq(dhcpperf_vnet_set_rate(net, 0, 342 * 8, 0), 0);
        dhcpperf_vnet_set_delay(net, 0, 10, 0);
        plan(&nodes[0], 0, ip(2), 0, 300);
        plan(&nodes[0], 0, ip(2), 1, 300);
        plan(&nodes[0], 0, ip(2), 2, 642);
        plan(&nodes[0], 9 * DHCPPERF_NS_PER_S, ip(2), 3, 300);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].got[0].ts, DHCPPERF_NS_PER_S + 10);
        ck_assert_uint_eq(nodes[1].got[1].ts, 2 * DHCPPERF_NS_PER_S + 10);
        ck_assert_uint_eq(nodes[1].got[2].ts, 4 * DHCPPERF_NS_PER_S + 10);
        ck_assert_uint_eq(nodes[1].got[3].ts, 10 * DHCPPERF_NS_PER_S + 10);
        teardown();
    }
END_TEST

START_TEST(a_queue_holds_what_it_was_given_and_drops_the_rest)
    {
        unsigned k;

        setup(1, 2);
        ck_assert_int_eq(dhcpperf_vnet_set_rate(net, 0, 342 * 8, 10), 0);
        for (k = 0; k < 25; k++) {
            plan(&nodes[0], 0, ip(2), k, 300);
        }
        plan(&nodes[0], 3 * DHCPPERF_NS_PER_S, ip(2), 100, 300); /* three have left: room for 3 */
        plan(&nodes[0], 3 * DHCPPERF_NS_PER_S, ip(2), 101, 300);
        plan(&nodes[0], 3 * DHCPPERF_NS_PER_S, ip(2), 102, 300);
        plan(&nodes[0], 3 * DHCPPERF_NS_PER_S, ip(2), 103, 300);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].n_got, 13);
        ck_assert_uint_eq(nodes[1].got[9].tag, 9);
        ck_assert_uint_eq(nodes[1].got[12].tag, 102);
        ck_assert_uint_eq(counts(0).overflowed, 16);
        assert_balance();
        ck_assert_int_eq(dhcpperf_vnet_set_rate(net, 0, 0, 10), 0); /* and off again */
        plan(&nodes[0], dhcpperf_vnet_now(net), ip(2), 104, 300);
        dhcpperf_vnet_step(net);
        ck_assert_uint_eq(nodes[1].n_got, 14);
        teardown();
    }
END_TEST

START_TEST(a_pulled_cable_loses_both_ways_and_what_is_under_way)
    {
        setup(1, 2);
        dhcpperf_vnet_set_delay(net, 0, 100, 0);
        plan(&nodes[0], 0, ip(2), 1, 300);  /* arrives while it is out: lost */
        plan(&nodes[1], 60, ip(1), 2, 300); /* sent while it is out: lost */
        plan(&nodes[0], 90, ip(2), 3, 300); /* arrives after it is back */
        plan(&nodes[1], 130, ip(1), 4, 300);
        dhcpperf_vnet_run_until(net, 50);
        ck_assert_int_eq(dhcpperf_vnet_set_up(net, 1, 0), 0);
        dhcpperf_vnet_run_until(net, 120);
        ck_assert_int_eq(dhcpperf_vnet_set_up(net, 1, 1), 0);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[1].n_got, 1);
        ck_assert_uint_eq(nodes[1].got[0].tag, 3);
        ck_assert_uint_eq(nodes[0].n_got, 1);
        ck_assert_uint_eq(nodes[0].got[0].tag, 4);
        ck_assert_uint_eq(counts(1).unplugged, 2);
        assert_balance();
        teardown();
    }
END_TEST

/* -- acts, taps, conditions -- */

static char log_text[64];

static void act_a(void *user, dhcpperf_ts now)
{
    (void)now;
    strcat(log_text, user);
}

static void act_chain(void *user, dhcpperf_ts now)
{
    strcat(log_text, "c");
    ck_assert_int_eq(dhcpperf_vnet_at(net, now, act_a, user), 0);
    ck_assert_int_eq(dhcpperf_vnet_at(net, 0, act_a, user), 0);
    ck_assert_int_eq(dhcpperf_vnet_step(net), DHCPPERF_E_REENTRANT);
    ck_assert_int_eq(dhcpperf_vnet_run_until(net, 999), DHCPPERF_E_REENTRANT);
    ck_assert_int_eq(dhcpperf_vnet_set_burst(net, 7), DHCPPERF_E_REENTRANT);
}

START_TEST(acts_run_in_order_before_the_packets_of_their_instant)
    {
        char a[] = "a", b[] = "b", x[] = "x", z[] = "z";

        setup(1, 2);
        log_text[0] = '\0';
        ck_assert_int_eq(dhcpperf_vnet_at(net, 200, act_a, z), 0);
        ck_assert_int_eq(dhcpperf_vnet_at(net, 100, act_a, a), 0);
        ck_assert_int_eq(dhcpperf_vnet_at(net, 100, act_chain, x), 0);
        ck_assert_int_eq(dhcpperf_vnet_at(net, 100, act_a, b), 0);
        ck_assert_int_eq(dhcpperf_vnet_at(net, 100, NULL, b), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 100), 5);
        ck_assert_str_eq(log_text, "acbxx");
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, DHCPPERF_NEVER), 1);
        ck_assert_str_eq(log_text, "acbxxz");
        teardown();
    }
END_TEST

static void plug_in(void *user, dhcpperf_ts now)
{
    node *n = user;

    (void)now;
    ck_assert_int_eq(dhcpperf_vnet_attach(net, seg, n->engine, &n->port), 0);
}

static void unplug(void *user, dhcpperf_ts now)
{
    (void)now;
    ck_assert_int_eq(dhcpperf_vnet_set_up(net, ((node *)user)->port, 0), 0);
}

START_TEST(an_act_may_attach_an_engine_or_pull_a_cable)
    {
        setup(1, 2);
        nodes[2].ip = ip(3);
        ck_assert_int_eq(dhcpperf_engine_new(&nodes[2].engine, &node_ops, &nodes[2], NULL), 0);
        dhcpperf_vnet_at(net, 50, plug_in, &nodes[2]);
        dhcpperf_vnet_at(net, 50, unplug, &nodes[1]);
        plan(&nodes[2], 0, everybody, 5, 300); /* due long ago when it is plugged in */
        plan(&nodes[0], 60, everybody, 6, 300);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(nodes[0].n_got, 1);
        ck_assert_uint_eq(nodes[0].got[0].ts, 50);
        ck_assert_uint_eq(nodes[1].n_got, 0);
        ck_assert_uint_eq(nodes[2].n_got, 1);
        teardown();
    }
END_TEST

static unsigned tapped, tap_bad;

static void tap(void *user, dhcpperf_port from, dhcpperf_port to, const dhcpperf_pkt *pkt)
{
    (void)user;
    tapped++;
    tap_bad += from == to || pkt->ts != dhcpperf_vnet_now(net) || pkt->data[3] != 0;
    if (dhcpperf_vnet_step(net) != DHCPPERF_E_REENTRANT) {
        tap_bad++;
    }
}

START_TEST(the_tap_sees_each_delivery_once)
    {
        unsigned k;

        setup(3, 3);
        tapped = tap_bad = 0;
        nodes[2].appetite = 2;
        dhcpperf_vnet_set_loss(net, 0, 0.2, 0.2, 0.2);
        ck_assert_int_eq(dhcpperf_vnet_tap(net, tap, NULL), 0);
        for (k = 0; k < 1000; k++) {
            plan(&nodes[0], k / 10, everybody, k, 20);
        }
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_eq(tapped, counts(DHCPPERF_PORT_NONE).delivered);
        ck_assert_uint_eq(tapped, nodes[1].n_got + nodes[2].n_got);
        ck_assert_uint_gt(nodes[2].refused, 0);
        ck_assert_uint_eq(tap_bad, 0);
        dhcpperf_vnet_tap(net, NULL, NULL);
        plan(&nodes[0], 10000, everybody, 1, 20);
        dhcpperf_vnet_run_until(net, DHCPPERF_NEVER);
        ck_assert_uint_ne(tapped, counts(DHCPPERF_PORT_NONE).delivered);
        teardown();
    }
END_TEST

static int fewer_than_three(void *user)
{
    ck_assert_int_eq(dhcpperf_vnet_run_until(net, 1), DHCPPERF_E_REENTRANT);
    return ((node *)user)->n_got < 3;
}

START_TEST(a_condition_ends_the_run_at_its_instant)
    {
        unsigned k;

        setup(1, 2);
        for (k = 1; k <= 10; k++) {
            plan(&nodes[0], 100 * k, ip(2), k, 10);
        }
        ck_assert_int_eq(dhcpperf_vnet_run_while(net, fewer_than_three, &nodes[1], 250), 0);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 250);
        ck_assert_int_eq(dhcpperf_vnet_run_while(net, fewer_than_three, &nodes[1], DHCPPERF_NEVER),
                         1);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 300);
        ck_assert_uint_eq(nodes[1].n_got, 3);
        ck_assert_int_eq(dhcpperf_vnet_run_while(net, NULL, NULL, 1), DHCPPERF_E_INVALID);
        teardown();
    }
END_TEST

/* -- what goes wrong -- */

START_TEST(ping_pong_without_delay_is_a_livelock_with_a_name)
    {
        setup(1, 3);
        nodes[1].echo = nodes[2].echo = 1;
        plan(&nodes[2], 100, ip(2), 1, 64); /* flooded to 1 (echoes for ever) and 0 */
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 5000), DHCPPERF_E_LIVELOCK);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 100);
        ck_assert_uint_ne(dhcpperf_vnet_culprit(net), 0);
        ck_assert_uint_ne(dhcpperf_vnet_culprit(net), DHCPPERF_PORT_NONE);
        ck_assert_int_eq(dhcpperf_vnet_step(net), DHCPPERF_E_LIVELOCK);
        nodes[1].echo = nodes[2].echo = 0; /* the network itself has taken no harm */
        ck_assert_int_ge(dhcpperf_vnet_run_until(net, 5000), 0);
        ck_assert_uint_eq(dhcpperf_vnet_culprit(net), DHCPPERF_PORT_NONE);
        assert_balance();
        teardown();
    }
END_TEST

/* As in the buffer of a socket: no packet is lost, no instant is endless. */
START_TEST(what_comes_to_an_engine_that_sleeps_waits_for_it)
    {
        setup(1, 2);
        nodes[1].asleep = 70;
        plan(&nodes[0], 10, ip(2), 1, 64);
        plan(&nodes[0], 20, ip(2), 2, 64);
        plan(&nodes[0], 80, ip(2), 3, 64);
        ck_assert_int_ge(dhcpperf_vnet_run_until(net, 69), 0);
        ck_assert_uint_eq(nodes[1].n_got, 0);
        ck_assert_uint_ge(nodes[1].refused, 2);
        ck_assert_int_ge(dhcpperf_vnet_run_until(net, 100), 0);
        ck_assert_uint_eq(nodes[1].n_got, 3);
        ck_assert_uint_eq(nodes[1].got[0].now, 70);
        ck_assert_uint_eq(nodes[1].got[0].tag, 1);
        ck_assert_uint_eq(nodes[1].got[1].now, 70);
        ck_assert_uint_eq(nodes[1].got[2].now, 80);
        assert_balance();
        nodes[1].asleep = DHCPPERF_NEVER; /* one that never wakes is a fault, as before */
        plan(&nodes[0], 200, ip(2), 4, 64);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 300), DHCPPERF_E_LIVELOCK);
        nodes[1].asleep = 0;
        ck_assert_int_ge(dhcpperf_vnet_run_until(net, 300), 0);
        ck_assert_uint_eq(nodes[1].n_got, 4);
        teardown();
    }
END_TEST

START_TEST(what_an_engine_does_not_take_is_offered_again)
    {
        setup(1, 2);
        nodes[1].appetite = 1;
        plan(&nodes[0], 1, ip(2), 1, 64);
        plan(&nodes[0], 1, ip(2), 2, 64);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 5), 2); /* slow, but it gets through */
        ck_assert_uint_eq(nodes[1].got[1].tag, 2);
        teardown();
    }
END_TEST

START_TEST(an_endless_sender_fills_the_network_and_is_named)
    {
        setup(1, 3);
        ck_assert_int_eq(dhcpperf_vnet_set_max_packets(net, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_max_packets(net, 1000), 0);
        dhcpperf_vnet_set_delay(net, 2, 1000, 0);
        nodes[2].endless = 1;
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 5000), DHCPPERF_E_FULL);
        ck_assert_uint_eq(dhcpperf_vnet_culprit(net), 2);
        ck_assert_uint_eq(counts(DHCPPERF_PORT_NONE).in_flight, 1000);
        assert_balance();
        nodes[2].endless = 0;
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 5000), 1000);
        assert_balance();
        teardown();
    }
END_TEST

START_TEST(an_engines_error_ends_the_run_and_names_its_port)
    {
        setup(1, 3);
        nodes[1].fail = DHCPPERF_E_CALLBACK;
        plan(&nodes[0], 10, ip(2), 1, 64);
        plan(&nodes[0], 20, ip(3), 2, 64);
        ck_assert_int_eq(dhcpperf_vnet_run_until(net, 100), DHCPPERF_E_CALLBACK);
        ck_assert_uint_eq(dhcpperf_vnet_culprit(net), 1);
        nodes[1].fail = 0;
        ck_assert_int_ge(dhcpperf_vnet_run_until(net, 100), 0);
        ck_assert_uint_eq(nodes[2].n_got, 2);
        assert_balance();
        teardown();
    }
END_TEST

START_TEST(wrong_arguments_are_refused)
    {
        dhcpperf_port p;
        dhcpperf_vnet_counts c;

        setup(1, 1);
        ck_assert_int_eq(dhcpperf_vnet_new(NULL, 1, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_vnet_attach(net, seg, NULL, &p), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_vnet_attach(net, 5, nodes[0].engine, &p), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_add_relay(net, 0, 0, ip(1), ip(2), NULL, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_vnet_add_relay(net, 0, 4, ip(1), ip(2), NULL, NULL),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_delay(net, 1, 1, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_delay(net, 0, DHCPPERF_NEVER, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_rate(net, 1, 1, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_up(net, 1, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_burst(net, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_set_burst(net, 65537), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_get_counts(net, 1, &c, sizeof c), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_vnet_get_counts(net, 0, &c, 4), DHCPPERF_E_INVALID);
        dhcpperf_vnet_free(NULL);
        teardown();
    }
END_TEST

/* -- equal runs -- */

static uint64_t busy_run(uint64_t seed, unsigned burst, unsigned *ret_got)
{
    uint64_t d;
    unsigned k;

    setup(seed, 4);
    dhcpperf_vnet_set_burst(net, burst);
    for (k = 0; k < 4; k++) {
        dhcpperf_vnet_set_delay(net, k, 500 + 100 * k, 300);
        dhcpperf_vnet_set_loss(net, k, 0.05, 0.03, 0.1);
    }
    dhcpperf_vnet_set_rate(net, 3, 100000000, 500);
    nodes[1].echo = 1;
    for (k = 0; k < 3000; k++) {
        plan(&nodes[0], 40 * (k / 100), k % 7 == 0 ? everybody : ip(2 + k % 3), k, 50 + k % 900);
        plan(&nodes[3], 77 * (k / 50), k % 5 == 0 ? everybody : ip(1), k, 300);
    }
    ck_assert_int_gt(dhcpperf_vnet_run_until(net, 10 * DHCPPERF_NS_PER_S), 6000);
    assert_balance();
    d = dhcpperf_vnet_digest(net);
    *ret_got = nodes[0].n_got + nodes[1].n_got + nodes[2].n_got + nodes[3].n_got;
    teardown();
    return d;
}

START_TEST(equal_seeds_equal_digests_whatever_the_burst)
    {
        static const unsigned bursts[] = {1, 64, 2048, 7, 65536};
        uint64_t first, other;
        unsigned k, n, m;

        first = busy_run((uint64_t)_i, 256, &n);
        for (k = 0; k < sizeof bursts / sizeof *bursts; k++) {
            other = busy_run((uint64_t)_i, bursts[k], &m);
            ck_assert_msg(other == first && m == n, "seed %d: burst %u differs", _i, bursts[k]);
        }
        other = busy_run((uint64_t)_i + 100, 256, &m);
        ck_assert_msg(other != first, "seed %d: another seed, the same digest", _i);
    }
END_TEST

/* The value is the same with every compiler and byte order; a deliberate change of the network's
 * rules changes it in a commit of its own. */
START_TEST(the_digest_of_a_known_run_is_known)
    {
        unsigned n;

        ck_assert_uint_eq(busy_run(2131, 64, &n), UINT64_C(16634677425848492838));
        ck_assert_uint_eq(n, 8718);
    }
END_TEST

START_TEST(the_digest_depends_on_instant_port_and_bytes)
    {
        uint64_t d[5];
        unsigned k;

        for (k = 0; k < 5; k++) {
            setup(1, 3);
            dhcpperf_vnet_add_address(net, 1, ip(2), 32);
            dhcpperf_vnet_add_address(net, 2, ip(3), 32);
            plan(&nodes[0], k == 1 ? 101 : 100, ip(k == 2 ? 3 : 2), k == 3 ? 43 : 42,
                 k == 4 ? 301 : 300);
            dhcpperf_vnet_run_until(net, 1000);
            d[k] = dhcpperf_vnet_digest(net);
            teardown();
            ck_assert_msg(k == 0 || d[k] != d[0], "variant %u has the same digest", k);
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, an_empty_network_has_no_events_and_its_clock_obeys);
    tcase_add_test(tc, a_packet_arrives_after_its_delay_and_not_before);
    tcase_add_test(tc, ten_years_are_one_step);
    tcase_add_test(tc, a_broadcast_reaches_everybody_else_on_its_segment_only);
    tcase_add_test(tc, unicast_is_flooded_until_the_address_was_seen);
    tcase_add_test(tc, an_address_that_moves_is_found_at_its_new_port);
    tcase_add_test(tc, the_longest_owned_prefix_wins_over_what_was_learned);
    tcase_add_test(tc, learning_survives_the_growth_of_its_table);
    tcase_add_loop_test(tc, jitter_stays_within_its_bounds_and_fills_them, 0, 3);
    tcase_add_loop_test(tc, arrivals_are_sorted_and_ties_keep_the_order_of_sending, 0, 5);
    tcase_add_loop_test(tc, loss_duplication_and_reordering_happen_as_often_as_asked, 0, 5);
    tcase_add_test(tc, certain_loss_loses_all_and_none_loses_none);
    tcase_add_test(tc, one_ports_luck_does_not_shift_anothers);
    tcase_add_test(tc, a_rate_spaces_packets_by_their_bits);
    tcase_add_test(tc, a_queue_holds_what_it_was_given_and_drops_the_rest);
    tcase_add_test(tc, a_pulled_cable_loses_both_ways_and_what_is_under_way);
    tcase_add_test(tc, acts_run_in_order_before_the_packets_of_their_instant);
    tcase_add_test(tc, an_act_may_attach_an_engine_or_pull_a_cable);
    tcase_add_test(tc, the_tap_sees_each_delivery_once);
    tcase_add_test(tc, a_condition_ends_the_run_at_its_instant);
    tcase_add_test(tc, ping_pong_without_delay_is_a_livelock_with_a_name);
    tcase_add_test(tc, what_comes_to_an_engine_that_sleeps_waits_for_it);
    tcase_add_test(tc, what_an_engine_does_not_take_is_offered_again);
    tcase_add_test(tc, an_endless_sender_fills_the_network_and_is_named);
    tcase_add_test(tc, an_engines_error_ends_the_run_and_names_its_port);
    tcase_add_test(tc, wrong_arguments_are_refused);
    tcase_add_loop_test(tc, equal_seeds_equal_digests_whatever_the_burst, 0, 8);
    tcase_add_test(tc, the_digest_of_a_known_run_is_known);
    tcase_add_test(tc, the_digest_depends_on_instant_port_and_bytes);
}

HARNESS_MAIN("drive/vnet", tests)
