/* SPDX-License-Identifier: MIT */
/* oom_test.c - every public function that allocates, with the n-th allocation failing.
 *
 * A scenario runs through some calls under an allocator that fails once.  The call that meets the
 * failure must say NOMEM and, made again, must succeed: its objects are as they were.  At the end
 * everything has been given back with the sizes it was taken with.  n grows until no call fails. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "support/allocfail.h"
#include "support/harness.h"

static allocfail af;
static const dhcpperf_mem *mem;
static unsigned failures;

/* Makes a call again when memory was short, once. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        int rc_ = (call);                                                                          \
                                                                                                   \
        if (rc_ == DHCPPERF_E_NOMEM) {                                                             \
            failures++;                                                                            \
            rc_ = (call);                                                                          \
        }                                                                                          \
        ck_assert_msg(rc_ >= 0, "allocation %u, %s: %s", (unsigned)af.fail_at, #call,              \
                      dhcpperf_strerror(rc_));                                                     \
    } while (0)

static dhcpperf_ip4 ip(unsigned c, unsigned d)
{
    dhcpperf_ip4 a = {{10, 0, (uint8_t)c, (uint8_t)d}};

    return a;
}

static dhcpperf_bytes bytes(const char *text)
{
    dhcpperf_bytes b = {(const uint8_t *)text, strlen(text)};

    return b;
}

/* -- codec -- */

static void codec(void)
{
    static uint8_t buf[600];
    dhcpperf_writer *w = NULL;
    dhcpperf_msg *m = NULL;
    size_t len = 0;

    TRY(dhcpperf_writer_new(&w, mem));
    TRY(dhcpperf_msg_new(&m, mem));
    dhcpperf_writer_begin(w, buf, sizeof buf, DHCPPERF_DISCOVER, 1);
    ck_assert_int_eq(dhcpperf_writer_finish(w, 300, &len), 0);
    ck_assert_int_eq(dhcpperf_msg_parse(m, buf, len, 0, NULL), 0);
    dhcpperf_writer_free(w);
    dhcpperf_msg_free(m);
}

/* -- statistics -- */

static void statistics(void)
{
    static uint8_t buf[65536];
    dhcpperf_hist *h = NULL, *copy = NULL, *read = NULL;
    dhcpperf_stats *a = NULL, *b = NULL, *c = NULL;
    size_t len = 0;

    TRY(dhcpperf_hist_new(&h, 7, mem));
    dhcpperf_hist_record(h, 12345);
    TRY(dhcpperf_hist_clone(&copy, h));
    ck_assert_int_eq(dhcpperf_hist_encode(h, buf, sizeof buf, &len), 0);
    TRY(dhcpperf_hist_decode(&read, buf, len, mem));
    ck_assert_uint_eq(dhcpperf_hist_max(read), 12345);
    TRY(dhcpperf_hist_merge(copy, read));
    ck_assert_uint_eq(dhcpperf_hist_count(copy), 2);
    TRY(dhcpperf_stats_new(&a, mem));
    TRY(dhcpperf_stats_clone(&b, a));
    TRY(dhcpperf_stats_merge(b, a));
    TRY(dhcpperf_stats_interval(&c, b, a));
    dhcpperf_hist_free(h);
    dhcpperf_hist_free(copy);
    dhcpperf_hist_free(read);
    dhcpperf_stats_free(a);
    dhcpperf_stats_free(b);
    dhcpperf_stats_free(c);
}

/* -- policies -- */

static void policies(void)
{
    dhcpperf_retry *r = NULL, *r2 = NULL;
    dhcpperf_load *l = NULL, *l2 = NULL, *l3 = NULL;
    unsigned i;

    TRY(dhcpperf_retry_new(&r, "rfc2131", mem));
    TRY(dhcpperf_retry_clone(&r2, r));
    TRY(dhcpperf_load_new(&l, mem));
    for (i = 0; i < 40; i++) {
        TRY(dhcpperf_load_add_rate(l, 10, 20, DHCPPERF_NS_PER_S, 0));
        TRY(dhcpperf_load_add_burst(l, 5));
    }
    TRY(dhcpperf_load_add_closed(l, 10, DHCPPERF_NEVER));
    TRY(dhcpperf_load_clone(&l2, l));
    TRY(dhcpperf_load_parse(&l3, "ramp 0..50 1s; hold 1s; burst 10; closed 5", NULL, mem));
    dhcpperf_retry_free(r);
    dhcpperf_retry_free(r2);
    dhcpperf_load_free(l);
    dhcpperf_load_free(l2);
    dhcpperf_load_free(l3);
}

/* -- engines -- */

static void make_pool(dhcpperf_pool **ret)
{
    char key[] = "\001\002\000\000\000\000\000";
    dhcpperf_bytes k = {(const uint8_t *)key, 7};
    unsigned i;

    TRY(dhcpperf_pool_new(ret, ip(0, 0), 16, mem));
    for (i = 0; i < 20; i++) {
        TRY(dhcpperf_pool_add_range(*ret, ip(2 * i, 10), ip(2 * i, 250)));
        TRY(dhcpperf_pool_exclude(*ret, ip(2 * i, 20), ip(2 * i, 29)));
        key[6] = (char)i;
        TRY(dhcpperf_pool_reserve(*ret, DHCPPERF_KEY_HARDWARE, k, ip(2 * i, 100)));
        TRY(dhcpperf_pool_reserve(*ret, DHCPPERF_KEY_CIRCUIT,
                                  bytes(&"port-abcdefghijklmnopqrstuv"[i]), ip(2 * i, 101)));
        TRY(dhcpperf_pool_reserve_option(*ret, DHCPPERF_KEY_HARDWARE, k, 3, "10.0.0.1"));
        TRY(dhcpperf_pool_reserve_option(*ret, DHCPPERF_KEY_HARDWARE, k, 12, "single"));
        TRY(dhcpperf_pool_add_class_range(*ret, ip(2 * i + 1, 10), ip(2 * i + 1, 20),
                                          i % 2 == 0 ? "even" : "odd"));
    }
    TRY(dhcpperf_pool_add_option(*ret, DHCPPERF_OPT_ROUTER, "10.0.0.1"));
    TRY(dhcpperf_pool_add_option(*ret, 6, "10.0.0.2,10.0.0.3"));
    TRY(dhcpperf_pool_add_option(*ret, 15, "example.net"));
}

static void add_class(dhcpperf_server_config *config, const char *name)
{
    dhcpperf_class *c = NULL;
    unsigned i;

    TRY(dhcpperf_class_new(&c, name, mem));
    for (i = 0; i < 20; i++) {
        TRY(dhcpperf_class_match(c, 60, -1, DHCPPERF_MATCH_PREFIX, bytes(name)));
    }
    TRY(dhcpperf_class_add_option(c, 3, "10.0.0.2"));
    TRY(dhcpperf_class_add_option(c, 15, name));
    TRY(dhcpperf_server_config_add_class(config, c));
    dhcpperf_class_free(c);
}

static dhcpperf_server *make_server(void)
{
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config = NULL;
    dhcpperf_server *server = NULL;
    dhcpperf_pool *pool = NULL;

    make_pool(&pool);
    TRY(dhcpperf_server_config_new(&config, mem));
    TRY(dhcpperf_server_config_set_identity(config, ip(0, 1), mac));
    add_class(config, "even");
    add_class(config, "odd");
    TRY(dhcpperf_pool_set_shared(pool, "wire"));
    TRY(dhcpperf_server_config_add_pool(config, pool));
    TRY(dhcpperf_server_config_set(config, "leasequery.enabled", "true"));
    TRY(dhcpperf_server_config_set_max_held(config, 1000));
    TRY(dhcpperf_server_new(&server, config, mem));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *make_client(void)
{
    dhcpperf_client_config *config = NULL;
    dhcpperf_client *client = NULL;
    dhcpperf_retry *retry = NULL;
    dhcpperf_load *load = NULL;
    unsigned i;

    TRY(dhcpperf_client_config_new(&config, mem));
    TRY(dhcpperf_client_config_set_stations(config, 200));
    TRY(dhcpperf_retry_new(&retry, "fast", mem));
    TRY(dhcpperf_client_config_set_retry(config, retry));
    TRY(dhcpperf_load_parse(&load, "closed 50", NULL, mem));
    TRY(dhcpperf_client_config_set_load(config, load));
    for (i = 0; i < 10; i++) {
        TRY(dhcpperf_client_config_add_option(config, (uint8_t)(224 + i), "{hex:0102}{station}"));
    }
    TRY(dhcpperf_client_config_add_option(config, 12, "host-{station}"));
    TRY(dhcpperf_client_config_add_relays(config, ip(99, 1), 3, 64, "port-{station}", "{mac}"));
    TRY(dhcpperf_client_config_add_relays(config, ip(99, 101), 5, 64, NULL, "{relay}"));
    TRY(dhcpperf_client_new(&client, config, mem));
    dhcpperf_client_config_free(config);
    dhcpperf_retry_free(retry);
    dhcpperf_load_free(load);
    return client;
}

static void engines(void)
{
    dhcpperf_server *server = make_server();
    dhcpperf_client *client = make_client();

    dhcpperf_server_free(server);
    dhcpperf_client_free(client);
}

/* -- the virtual network -- */

static int echo_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    (void)pkts;
    (void)now;
    *(unsigned *)self += n;
    return (int)n;
}

static int count_down(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    unsigned *left = self, n;

    (void)now;
    for (n = 0; n<max && * left> 0; n++, --*left) {
        memset(pkts[n].data, 0, 700);
        pkts[n].len = *left % 2 != 0 ? 300 : 700;
        pkts[n].src.ip = ip(*left / 256, *left % 256);
        pkts[n].dst.ip = ip(200, 1);
    }
    return (int)n;
}

static int nothing(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    (void)self, (void)pkts, (void)max, (void)now;
    return 0;
}

static dhcpperf_ts when_left(const void *self)
{
    return *(const unsigned *)self > 0 ? 0 : DHCPPERF_NEVER;
}

static void act(void *user, dhcpperf_ts now)
{
    (void)now;
    ++*(unsigned *)user;
}

static void network(void)
{
    static const dhcpperf_engine_ops sender_ops = {
        .size = sizeof sender_ops, .recv = echo_recv, .pull = count_down, .deadline = when_left};
    static const dhcpperf_engine_ops sink_ops = {
        .size = sizeof sink_ops, .recv = echo_recv, .pull = nothing};
    unsigned left = 1000, got = 0, acts = 0, i;
    dhcpperf_engine *sender = NULL, *sink = NULL;
    dhcpperf_segment a, b;
    dhcpperf_vnet *net = NULL;
    dhcpperf_vnet_counts c;
    dhcpperf_port p, q;

    TRY(dhcpperf_engine_new(&sender, &sender_ops, &left, mem));
    TRY(dhcpperf_engine_new(&sink, &sink_ops, &got, mem));
    TRY(dhcpperf_vnet_new(&net, 1, mem));
    TRY(dhcpperf_vnet_set_burst(net, 32));
    TRY(dhcpperf_vnet_add_segment(net, &a));
    TRY(dhcpperf_vnet_add_segment(net, &b));
    TRY(dhcpperf_vnet_attach(net, a, sender, &p));
    TRY(dhcpperf_vnet_attach(net, a, sink, &q));
    for (i = 0; i < 20; i++) {
        TRY(dhcpperf_vnet_add_address(net, q, ip(200, i), 32));
        TRY(dhcpperf_vnet_at(net, 50 * i, act, &acts));
        TRY(dhcpperf_vnet_add_relay(net, a, b, ip(250, i + 1), ip(250, 200), NULL, NULL));
    }
    TRY(dhcpperf_vnet_set_delay(net, p, 500, 400));
    TRY(dhcpperf_vnet_set_rate(net, p, 1000000000, 900));
    TRY(dhcpperf_vnet_run_until(net, 1000000));
    TRY(dhcpperf_vnet_run_until(net, DHCPPERF_NEVER));
    ck_assert_uint_eq(acts, 20);
    ck_assert_int_eq(dhcpperf_vnet_get_counts(net, DHCPPERF_PORT_NONE, &c, sizeof c), 0);
    ck_assert_uint_eq(c.sent + c.duplicated + c.flooded, c.delivered + c.lost + c.overflowed +
                                                             c.unplugged + c.unreachable +
                                                             c.in_flight);
    ck_assert_uint_eq(c.in_flight, 0);
    dhcpperf_vnet_free(net);
    dhcpperf_engine_free(sender);
    dhcpperf_engine_free(sink);
}

/* -- carriers and pumps -- */

static int no_rx(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    (void)self, (void)pkts, (void)max, (void)now;
    return 0;
}

static void no_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    (void)self, (void)pkts, (void)n;
}

static int no_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t len)
{
    (void)self, (void)pkts, (void)want, (void)len;
    return 0;
}

static int no_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    (void)self, (void)pkts, (void)n, (void)fill, (void)now;
    return 0;
}

static int no_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    (void)self, (void)done, (void)max, (void)now;
    return 0;
}

static void carriers(void)
{
    static const dhcpperf_transport_ops ops = {.size = sizeof ops,
                                               .rx_burst = no_rx,
                                               .rx_done = no_rx_done,
                                               .tx_loan = no_loan,
                                               .tx_commit = no_commit,
                                               .tx_done = no_done};
    dhcpperf_transport_config *config = NULL;
    dhcpperf_transport *own = NULL, *udp = NULL;
    dhcpperf_server *server = make_server();
    dhcpperf_pump *pump = NULL;
    int saved = 0;

    TRY(dhcpperf_transport_new(&own, &ops, NULL, mem));
    TRY(dhcpperf_transport_config_new(&config, mem));
    TRY(dhcpperf_transport_config_set(config, "bind", "127.0.0.1"));
    TRY(dhcpperf_transport_config_set(config, "port", "0"));
    TRY(dhcpperf_transport_open(&udp, config, mem, &saved));
    TRY(dhcpperf_pump_new(&pump, dhcpperf_server_engine(server), udp, 0, mem));
    TRY(dhcpperf_pump_step(pump, 1));
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(own);
    dhcpperf_transport_free(udp);
    dhcpperf_transport_config_free(config);
    dhcpperf_server_free(server);
}

/* -- no allocation between begin and stop -- */

static void quiet_run(void)
{
    dhcpperf_server *server = make_server();
    dhcpperf_client *client = make_client();
    dhcpperf_segment lan;
    dhcpperf_vnet *net = NULL; /* on libc: the network may allocate, the engines may not */
    dhcpperf_port p;
    uint64_t before;

    ck_assert_int_eq(dhcpperf_vnet_new(&net, 1, NULL), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(net, &lan), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(net, lan, dhcpperf_client_engine(client), &p), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(net, lan, dhcpperf_server_engine(server), &p), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_delay(net, p, DHCPPERF_NS_PER_MS, 0), 0);
    ck_assert_int_eq(dhcpperf_vnet_set_loss(net, p, 0.1, 0.1, 0.1), 0);
    before = af.calls;
    ck_assert_int_eq(dhcpperf_client_begin(client, 0), 0);
    ck_assert_int_ge(dhcpperf_vnet_run_until(net, 60 * DHCPPERF_NS_PER_S), 0);
    ck_assert_int_eq(dhcpperf_client_stop(client, DHCPPERF_NS_PER_S, 1), 0);
    ck_assert_int_ge(dhcpperf_vnet_run_until(net, 9000 * DHCPPERF_NS_PER_S), 0);
    ck_assert_uint_gt(dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_BOUND), 0);
    ck_assert_msg(af.calls == before, "%u allocations while running",
                  (unsigned)(af.calls - before));
    dhcpperf_vnet_free(net);
    dhcpperf_server_free(server);
    dhcpperf_client_free(client);
}

static void relays(void)
{
    dhcpperf_relay_config *c = NULL;
    dhcpperf_relay *r = NULL;

    TRY(dhcpperf_relay_config_new(&c, mem));
    ck_assert_int_eq(dhcpperf_relay_config_set_giaddr(c, ip(1, 1)), 0);
    ck_assert_int_eq(dhcpperf_relay_config_add_server(c, ip(0, 1)), 0);
    ck_assert_int_eq(dhcpperf_relay_config_set(c, "deliver", "source"), 0);
    TRY(dhcpperf_relay_config_set_suboption(c, 1, "port {relay}"));
    TRY(dhcpperf_relay_new(&r, c, mem));
    dhcpperf_relay_config_free(c);
    dhcpperf_relay_free(r);
}

static void searches(void)
{
    dhcpperf_search *s = NULL;
    dhcpperf_search_trial t;

    TRY(dhcpperf_search_new(&s, "loss<0.1%,p99<20ms", NULL, mem));
    TRY(dhcpperf_search_next(s, &t, sizeof t));
    ck_assert_uint_eq(t.number, 1);
    dhcpperf_search_free(s);
}

static const struct {
    const char *name;
    void (*run)(void);
    unsigned at_least; /* allocations it is known to make */
} scenarios[] = {
    {"codec", codec, 2},          {"statistics", statistics, 6}, {"policies", policies, 5},
    {"engines", engines, 15},     {"network", network, 10},      {"carriers", carriers, 15},
    {"quiet run", quiet_run, 15}, {"relays", relays, 4},         {"searches", searches, 2},
};

START_TEST(every_allocation_may_fail)
    {
        uint64_t n;

        for (n = 1;; n++) {
            allocfail_init(&af, n);
            mem = &af.mem;
            failures = 0;
            scenarios[_i].run();
            ck_assert_msg(allocfail_is_clean(&af),
                          "%s, allocation %u failed: %u blocks of %zu octets left, %u wrong "
                          "releases",
                          scenarios[_i].name, (unsigned)n, (unsigned)af.live, af.live_bytes,
                          (unsigned)af.mismatches);
            if (af.calls < n) {
                break;
            }
            ck_assert_msg(failures == 1, "%s: nobody reported the failure of allocation %u",
                          scenarios[_i].name, (unsigned)n);
        }
        ck_assert_msg(n > scenarios[_i].at_least, "%s made %u allocations only", scenarios[_i].name,
                      (unsigned)n - 1);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_allocation_may_fail, 0,
                        (int)(sizeof scenarios / sizeof *scenarios));
}

HARNESS_MAIN("oom/oom", tests)
