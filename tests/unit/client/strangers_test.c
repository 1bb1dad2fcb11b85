/* SPDX-License-Identifier: MIT */
/* strangers_test.c - hostile messages among those of the stations: which ones, when, from whom; and
 * that neither they nor their answers touch anything of the stations. */
#include "client/dp_mischief.h"

#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

enum {
    SEEN_MAX = 65536
};

static struct {
    dhcpperf_ts at;
    uint16_t len;
    uint64_t hash;
    dhcpperf_endpoint dst;
} strange[SEEN_MAX];
static unsigned n_strange, n_good, before_good; /* strange ones before the latest good one */

static uint64_t hash_of(const uint8_t *data, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    while (len-- > 0) {
        h = (h ^ *data++) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* Only the messages of stations have their cookies. */
static void see(fake *f, const dhcpperf_pkt *pkt)
{
    if (pkt->cookie != DP_COOKIE_NOBODY) {
        n_good++;
        before_good = n_strange;
        return;
    }
    ck_assert_uint_lt(n_strange, SEEN_MAX);
    strange[n_strange].at = f->now;
    strange[n_strange].len = pkt->len;
    strange[n_strange].hash = hash_of(pkt->data, pkt->len);
    strange[n_strange++].dst = pkt->dst;
}

static void serve_stations(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    if (pkt->cookie != DP_COOKIE_NOBODY) {
        fake_serve(f, pkt, msg);
    }
}

static void set_up(fake *f, const char *const *settings, const char *text)
{
    dhcpperf_client_config *c = fake_config(settings);
    dhcpperf_fault_plan *p = NULL;

    ck_assert_int_eq(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_CLIENT, text, NULL, NULL, NULL),
                     0);
    ck_assert_int_eq(dhcpperf_client_config_set_faults(c, p), 0);
    dhcpperf_fault_plan_free(p);
    fake_init(f, c);
    f->lax = 1;
    f->see = see;
    f->serve = serve_stations;
    n_strange = n_good = 0;
    dhcpperf_client_config_free(c);
}

static const char *const ten[] = {"stations=10", "seed=7", "server.address=10.0.0.1",
                                  "lease.keep=false", NULL};

static const dp_strangers *strangers(const fake *f)
{
    return &f->cli->mischief->strangers;
}

/* The message of that number, as the engine would make it. */
static uint64_t message(const fake *f, uint64_t number, int *ret_len)
{
    static uint8_t buf[DHCPPERF_HOSTILE_MAX];
    int len = dhcpperf_hostile_message(7, number, &strangers(f)->facts, buf, sizeof buf);

    ck_assert_int_ge(len, 0);
    *ret_len = len;
    return hash_of(buf, (size_t)len);
}

static void expect(const fake *f, unsigned k, uint64_t number)
{
    int len;
    uint64_t hash = message(f, number, &len);

    ck_assert_msg(k < n_strange && strange[k].hash == hash && strange[k].len == len,
                  "message %u is not number %llu", k, (unsigned long long)number);
}

/* -- which ones -------------------------------------------------------------------------------- */

START_TEST(messages_are_sent_by_number)
    {
        fake f;

        set_up(&f, ten, "hostile 17 on discover nth=2; hostile 20000..20003 on select nth=1");
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(n_strange, 5);
        ck_assert_uint_eq(n_good, 20);
        expect(&f, 0, 17);
        expect(&f, 1, 20000);
        expect(&f, 4, 20003);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_HOSTILE), 5);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 20);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FAULTS), 2);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
        fake_check_balance(&f, "by number", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(the_next_ones_follow_each_other)
    {
        unsigned k;
        fake f;

        set_up(&f, ten, "hostile on discover; hostile next 3 on select");
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(n_strange, 10 + 30);
        for (k = 0; k < n_strange; k++) {
            expect(&f, k, k);
        }
        fake_fini(&f);
    }
END_TEST

/* Two shards send what one would: no number twice, none left out. */
START_TEST(shards_share_the_numbers)
    {
        static const char *const shards[2][6] = {
            {"stations=128", "seed=7", "server.address=10.0.0.1", "shard.of=2", "shard.index=0",
             NULL},
            {"stations=128", "seed=7", "server.address=10.0.0.1", "shard.of=2", "shard.index=1",
             NULL}};
        unsigned i, k;
        fake f;

        for (i = 0; i < 2; i++) {
            set_up(&f, shards[i], "hostile next 2 on discover");
            fake_begin(&f, FAKE_S);
            ck_assert_uint_eq(n_strange, 128);
            for (k = 0; k < n_strange; k++) {
                expect(&f, k, 2 * k + i);
            }
            fake_fini(&f);
        }
    }
END_TEST

START_TEST(all_of_them_take_their_time)
    {
        const char *const settings[] = {
            "stations=1",        "seed=7",           "server.address=10.0.0.1",
            "hostile.rate=1000", "lease.keep=false", NULL};
        uint64_t count = dhcpperf_hostile_count();
        fake f;

        set_up(&f, settings, "hostile all on discover");
        fake_begin(&f, FAKE_S);
        ck_assert_uint_eq(n_strange, 1001);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        fake_run(&f, 3600 * FAKE_S);
        ck_assert_uint_eq(n_strange, count);
        ck_assert_uint_eq(strange[count - 1].at, (count - 1) * FAKE_MS);
        expect(&f, 0, 0);
        expect(&f, (unsigned)count - 1, count - 1);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 2);
        fake_fini(&f);
    }
END_TEST

/* Without a rate they leave at once, but never before those of the stations. */
START_TEST(stations_are_not_kept_waiting)
    {
        const char *const settings[] = {"stations=40", "seed=7", "server.address=10.0.0.1",
                                        "hostile.rate=0", NULL};
        fake f;

        set_up(&f, settings, "hostile 0..9999 on discover nth=1");
        f.burst = 64;
        fake_begin(&f, 0);
        ck_assert_uint_eq(n_good, 40);
        ck_assert_uint_ge(before_good, 38); /* turn and turn about */
        ck_assert_uint_le(before_good, 40);
        ck_assert_uint_eq(n_strange, 10000);
        fake_run(&f, FAKE_S);
        ck_assert_uint_eq(n_good, 80);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_fini(&f);
    }
END_TEST

START_TEST(a_client_that_stops_sends_no_more_of_them)
    {
        fake f;

        set_up(&f, ten, "hostile 0..99999 on discover nth=1");
        fake_begin(&f, FAKE_S);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 0, 0), 0);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_run(&f, 60 * FAKE_S);
        ck_assert_uint_le(n_strange, 10001);
        fake_fini(&f);
    }
END_TEST

/* Rules that wait have bounds, too: who finds no place has not acted. */
START_TEST(what_waits_has_bounds)
    {
        const char *const settings[] = {"stations=300", "seed=7", "hostile.rate=1", NULL};
        fake f;

        set_up(&f, settings, "hostile 5 on discover");
        fake_begin(&f, FAKE_MS);
        ck_assert_uint_ge(fake_count(&f, DHCPPERF_C_FAULTS), DP_STRANGE_JOBS);
        ck_assert_uint_le(fake_count(&f, DHCPPERF_C_FAULTS), DP_STRANGE_JOBS + 1);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(dhcpperf_client_faults(f.cli), 0),
                          fake_count(&f, DHCPPERF_C_FAULTS));
        fake_fini(&f);
    }
END_TEST

/* -- whom they are about ------------------------------------------------------------------------
 */

static unsigned ways[3];

static void see_giaddr(fake *f, const dhcpperf_pkt *pkt)
{
    (void)f;
    if (pkt->cookie == DP_COOKIE_NOBODY) {
        uint32_t giaddr = dp_get32(pkt->data + DP_OFF_GIADDR);

        ck_assert_uint_eq(giaddr, fake_num(pkt->src.ip));
        ways[giaddr == 0x0a080001 ? 0 : giaddr == 0x0a080002 ? 1 : 2]++;
    }
}

/* Settings, and the addresses that go into the messages. */
static const struct {
    const char *settings[6];
    uint32_t server, first, last;
} named[] = {
    {{"seed=7"}, 0, 0, 0},
    {{"server.address=10.1.2.3"}, 0x0a010203, 0x0a010201, 0x0a0102fe},
    {{"server.address=10.1.2.3", "hostile.server=10.9.9.9"}, 0x0a090909, 0x0a090901, 0x0a0909fe},
    {{"offer.server=10.7.7.7", "server.address=255.255.255.255"},
     0x0a070707,
     0x0a070701,
     0x0a0707fe},
    {{"server.address=10.1.2.3", "hostile.first=10.5.0.1", "hostile.last=10.5.9.9"},
     0x0a010203,
     0x0a050001,
     0x0a050909},
};

START_TEST(they_are_about_what_the_settings_say)
    {
        const dhcpperf_hostile_facts *x;
        fake f;

        set_up(&f, named[_i].settings, "hostile on select");
        x = &strangers(&f)->facts;
        ck_assert_msg(fake_num(x->server) == named[_i].server, "%d", _i);
        ck_assert_msg(fake_num(x->first) == named[_i].first, "%d", _i);
        ck_assert_msg(fake_num(x->last) == named[_i].last, "%d", _i);
        ck_assert_uint_eq(x->victims, 1);
        assert_mem_eq(x->victim.b, "\x02\0\0\0\0\0", 6);
        fake_fini(&f);
    }
END_TEST

START_TEST(a_range_without_end_is_refused)
    {
        static const char *const settings[] = {"hostile.first=10.5.0.9", "hostile.last=10.5.0.1",
                                               NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_fault_plan *p = NULL;
        dhcpperf_client *cli;

        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_CLIENT, "hostile", NULL, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_faults(c, p), 0);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_RANGE);
        dhcpperf_fault_plan_free(p);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* Through the relay agent of the message they go with. */
START_TEST(they_go_the_way_of_the_message_that_was_struck)
    {
        dhcpperf_client_config *c = fake_config((const char *const[]){"stations=128", NULL});
        dhcpperf_ip4 relay = {{10, 8, 0, 1}};
        dhcpperf_fault_plan *p = NULL;
        unsigned k;
        fake f;

        ck_assert_int_eq(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_CLIENT,
                                                   "hostile 100 on discover every=8", NULL, NULL,
                                                   NULL),
                         0);
        ck_assert_int_eq(dhcpperf_client_config_set_faults(c, p), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, relay, 2, 64, "port-{station}", NULL),
                         0);
        fake_init(&f, c);
        f.lax = 1;
        f.see = see_giaddr;
        f.serve = serve_stations;
        memset(ways, 0, sizeof ways);
        fake_begin(&f, FAKE_S);
        for (k = 0; k < 2; k++) {
            ck_assert_uint_eq(ways[k], 8);
        }
        fake_fini(&f);
        dhcpperf_fault_plan_free(p);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* Nobody borrows the hardware address of clients that are known by nothing else. */
START_TEST(clients_without_identifier_are_no_victims)
    {
        const char *const settings[] = {"stations=10", "client.id=none", NULL};
        fake f;

        set_up(&f, settings, "hostile on select");
        ck_assert_uint_eq(strangers(&f)->facts.victims, 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(strangers_are_no_stations)
    {
        static const char *const bases[] = {
            "mac.base=06:ba:dd:00:00:00", "mac.base=06:ba:dc:ff:ff:f0",
            "mac.base=06:ba:dd:00:ff:ff", "mac.base=02:00:00:00:00:00"};
        const char *settings[] = {"stations=100000", bases[_i], NULL};
        uint64_t first, station;
        unsigned k;
        fake f;

        set_up(&f, settings, "hostile on select");
        first = 0;
        for (k = 0; k < 6; k++) {
            first = first << 8 | strangers(&f)->facts.mac.b[k];
        }
        for (k = 0; k < 100000; k++) {
            station = f.cli->mac_base + k;
            assert_fast(station < first || station >= first + strangers(&f)->facts.macs,
                        "station %u of %s", k, bases[_i]);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(listed_addresses_are_kept_clear_of_too)
    {
        static const dhcpperf_mac macs[3] = {{{0x06, 0xba, 0xdd, 0x00, 0x12, 0x34}},
                                             {{0x06, 0xba, 0xdd, 0x01, 0xff, 0xff}},
                                             {{0x02, 0, 0, 0, 0, 1}}};
        dhcpperf_client_config *c = fake_config((const char *const[]){"stations=3", NULL});
        dhcpperf_fault_plan *p = NULL;
        fake f;

        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_CLIENT, "hostile", NULL, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_faults(c, p), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_macs(c, macs, 3), 0);
        fake_init(&f, c);
        assert_mem_eq(strangers(&f)->facts.mac.b, "\x06\xba\xdd\x02\0\0", 6);
        ck_assert_uint_eq(strangers(&f)->facts.victims, 0);
        fake_fini(&f);
        dhcpperf_fault_plan_free(p);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- answers ------------------------------------------------------------------------------------
 */

/* A server that answers everybody who can be understood. */
static void serve_all(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    dhcpperf_bytes chaddr = dhcpperf_msg_get_chaddr(msg), value;
    fake_reply r;

    (void)pkt;
    if (chaddr.len != 6 ||
        (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_RELAY_INFO, &value) == 0 && value.len > 255) ||
        (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_CLIENT_ID, &value) == 0 && value.len > 255) ||
        !fake_prepare(f, msg, &r)) {
        return;
    }
    fake_answer(f, &r, f->now + f->latency);
}

START_TEST(their_answers_are_counted_apart)
    {
        uint64_t rx;
        fake f;

        set_up(&f, ten, "hostile all on discover nth=1");
        f.serve = serve_all;
        fake_begin(&f, 60 * FAKE_S);
        ck_assert_uint_eq(n_strange, dhcpperf_hostile_count());
        rx = fake_count(&f, DHCPPERF_C_RX_HOSTILE);
        ck_assert_uint_gt(rx, 2000);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_PACKETS), 20);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
        fake_check_balance(&f, "apart", 0);
        fake_fini(&f);
    }
END_TEST

/* Whatever the answer's hardware address is, its transaction id tells; unless a station has both.
 */
START_TEST(answers_are_known_by_transaction_id)
    {
        uint8_t data[FAKE_MAX_LEN] = {0};
        dhcpperf_mac mac;
        uint32_t xid;
        fake f;

        set_up(&f, ten, "hostile 0 on discover nth=1");
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(n_strange, 1);
        xid = dp_station_xid(f.cli, 3);
        mac = dp_station_mac(f.cli, 3);
        data[DP_OFF_HLEN] = 6;
        dp_put32(data + DP_OFF_XID, xid);
        memcpy(data + DP_OFF_CHADDR, mac.b, 6);
        ck_assert(!dp_strangers_are_meant(f.cli, data));
        data[DP_OFF_CHADDR] ^= 1;
        ck_assert(!dp_strangers_are_meant(f.cli, data));
        f.cli->mischief->strangers
            .xids[dp_mix64(xid) % (DP_STRANGE_XIDS / DP_STRANGE_WAYS) * DP_STRANGE_WAYS + 3] = xid;
        ck_assert(dp_strangers_are_meant(f.cli, data)); /* the message had that xid */
        data[DP_OFF_CHADDR] ^= 1;
        ck_assert(!dp_strangers_are_meant(f.cli, data)); /* but this is the station's */
        memcpy(data + DP_OFF_CHADDR, strangers(&f)->facts.mac.b, 6);
        dp_put32(data + DP_OFF_XID, 99);
        ck_assert(dp_strangers_are_meant(f.cli, data));
        data[DP_OFF_HLEN] = 5;
        ck_assert(!dp_strangers_are_meant(f.cli, data));
        fake_fini(&f);
    }
END_TEST

/* An answer stays where it came, though its xid would be that of another shard's station. */
START_TEST(answers_are_not_handed_over)
    {
        const char *const settings[] = {"stations=1000", "shard.of=4", "shard.index=1", NULL};
        uint8_t data[300] = {0};
        dhcpperf_pkt pkt = {.data = data, .len = sizeof data};
        unsigned k, elsewhere = 0;
        fake f;

        set_up(&f, settings, "hostile on discover");
        data[DP_OFF_HLEN] = 6;
        for (k = 0; k < 64; k++) {
            memcpy(data + DP_OFF_CHADDR, "\x02\0\0\0\0\0", 6);
            dp_put32(data + DP_OFF_XID, dp_permute32(&f.cli->xids, k * 16));
            elsewhere += dhcpperf_engine_owner(f.e, &pkt) != 1;
            memcpy(data + DP_OFF_CHADDR, strangers(&f)->facts.mac.b, 6);
            ck_assert_int_eq(dhcpperf_engine_owner(f.e, &pkt), 1);
        }
        ck_assert_uint_gt(elsewhere, 20);
        fake_fini(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, messages_are_sent_by_number);
    tcase_add_test(tc, the_next_ones_follow_each_other);
    tcase_add_test(tc, shards_share_the_numbers);
    tcase_add_test(tc, all_of_them_take_their_time);
    tcase_add_test(tc, stations_are_not_kept_waiting);
    tcase_add_test(tc, a_client_that_stops_sends_no_more_of_them);
    tcase_add_test(tc, what_waits_has_bounds);
    tcase_add_loop_test(tc, they_are_about_what_the_settings_say, 0, sizeof named / sizeof *named);
    tcase_add_test(tc, a_range_without_end_is_refused);
    tcase_add_test(tc, they_go_the_way_of_the_message_that_was_struck);
    tcase_add_test(tc, clients_without_identifier_are_no_victims);
    tcase_add_loop_test(tc, strangers_are_no_stations, 0, 4);
    tcase_add_test(tc, listed_addresses_are_kept_clear_of_too);
    tcase_add_test(tc, their_answers_are_counted_apart);
    tcase_add_test(tc, answers_are_known_by_transaction_id);
    tcase_add_test(tc, answers_are_not_handed_over);
}

HARNESS_MAIN("client/strangers", tests)
