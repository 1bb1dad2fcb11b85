/* SPDX-License-Identifier: MIT */
/* oom_drive.c - engines of one's own, the virtual network, carriers and pumps. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "oom/oom.h"

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
        pkts[n].src.ip = oom_ip(*left / 256, *left % 256);
        pkts[n].dst.ip = oom_ip(200, 1);
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

static void tap(void *user, dhcpperf_port from, dhcpperf_port to, const dhcpperf_pkt *pkt)
{
    (void)from, (void)to, (void)pkt;
    ++*(unsigned *)user;
}

static int goes_on(void *user)
{
    return *(unsigned *)user < 5;
}

void oom_network(void)
{
    static const dhcpperf_engine_ops sender_ops = {
        .size = sizeof sender_ops, .recv = echo_recv, .pull = count_down, .deadline = when_left};
    static const dhcpperf_engine_ops sink_ops = {
        .size = sizeof sink_ops, .recv = echo_recv, .pull = nothing};
    unsigned left = 1000, got = 0, acts = 0, tapped = 0, i;
    dhcpperf_engine *sender = NULL, *sink = NULL;
    dhcpperf_segment a, b;
    dhcpperf_vnet *net = NULL;
    dhcpperf_vnet_counts c;
    dhcpperf_port p, q;

    TRY(dhcpperf_engine_new(&sender, &sender_ops, &left, oom_mem));
    TRY(dhcpperf_engine_new(&sink, &sink_ops, &got, oom_mem));
    TRY(dhcpperf_vnet_new(&net, 1, oom_mem));
    TRY(dhcpperf_vnet_set_burst(net, 32));
    TRY(dhcpperf_vnet_add_segment(net, &a));
    TRY(dhcpperf_vnet_add_segment(net, &b));
    TRY(dhcpperf_vnet_attach(net, a, sender, &p));
    TRY(dhcpperf_vnet_attach(net, a, sink, &q));
    for (i = 0; i < 20; i++) {
        TRY(dhcpperf_vnet_add_address(net, q, oom_ip(200, i), 32));
        TRY(dhcpperf_vnet_at(net, 50 * i, act, &acts));
        TRY(dhcpperf_vnet_add_relay(net, a, b, oom_ip(250, i + 1), oom_ip(250, 200), NULL, NULL));
    }
    TRY(dhcpperf_vnet_set_delay(net, p, 500, 400));
    TRY(dhcpperf_vnet_set_rate(net, p, 1000000000, 900));
    FINE(dhcpperf_vnet_set_max_packets(net, 100000));
    FINE(dhcpperf_vnet_set_up(net, p, 1));
    FINE(dhcpperf_vnet_tap(net, tap, &tapped));
    TRY(dhcpperf_vnet_step(net));
    TRY(dhcpperf_vnet_run_while(net, goes_on, &acts, 1000000));
    TRY(dhcpperf_vnet_run_until(net, 1000000));
    ck_assert_uint_eq(dhcpperf_vnet_now(net), 1000000);
    TRY(dhcpperf_vnet_run_until(net, DHCPPERF_NEVER));
    ck_assert_uint_eq(acts, 20);
    ck_assert_int_eq(dhcpperf_vnet_get_counts(net, DHCPPERF_PORT_NONE, &c, sizeof c), 0);
    ck_assert_uint_eq(c.sent + c.duplicated + c.flooded, c.delivered + c.lost + c.overflowed +
                                                             c.unplugged + c.unreachable +
                                                             c.in_flight);
    ck_assert_uint_eq(c.in_flight, 0);
    ck_assert_uint_gt(tapped, 0);
    ck_assert_uint_ne(dhcpperf_vnet_digest(net), 0);
    ck_assert_uint_eq(dhcpperf_vnet_culprit(net), DHCPPERF_PORT_NONE);
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

/* A message from a socket to itself. */
static void talk_to_itself(dhcpperf_transport *t, dhcpperf_endpoint local)
{
    dhcpperf_txdone done;
    dhcpperf_pkt p;
    unsigned tries;
    int got = 0;

    ck_assert_int_eq(dhcpperf_transport_tx_loan(t, &p, 1, 300), 1);
    memset(p.data, 1, 300);
    p.len = 300;
    p.dst = local;
    FINE(dhcpperf_transport_tx_commit(t, &p, 1, 1, 1));
    FINE(dhcpperf_transport_tx_done(t, &done, 1, 1));
    for (tries = 0; tries < 1000 && got == 0; tries++) {
        got = dhcpperf_transport_rx(t, &p, 1, 2 + tries);
        ck_assert_int_ge(got, 0);
        usleep(got == 0 ? 1000 : 0);
    }
    ck_assert_int_eq(got, 1);
    dhcpperf_transport_rx_done(t, &p, 1);
}

static void look_at_carrier(dhcpperf_transport *t)
{
    dhcpperf_carrier_stats stats;
    dhcpperf_endpoint local;

    ck_assert_int_ge(dhcpperf_transport_fd(t), 0);
    FINE(dhcpperf_transport_get_local(t, &local));
    talk_to_itself(t, local);
    FINE(dhcpperf_transport_wants_write(t));
    (void)dhcpperf_transport_deadline(t);
    ck_assert_int_eq(dhcpperf_transport_errno(t), 0);
    FINE(dhcpperf_transport_stats(t, &stats, sizeof stats));
    ck_assert_uint_eq(stats.rx_messages, 1);
}

static void look_at_pump(dhcpperf_pump *pump)
{
    int stop = 1;

    FINE(dhcpperf_pump_set_pacing(pump, DHCPPERF_PACE_EARLIEST, 0));
    ck_assert_int_ge(dhcpperf_pump_fd(pump), 0);
    FINE(dhcpperf_pump_wants_read(pump));
    FINE(dhcpperf_pump_wants_write(pump));
    (void)dhcpperf_pump_deadline(pump);
    TRY(dhcpperf_pump_step(pump, 1));
    TRY(dhcpperf_pump_run(&pump, 1, dhcpperf_clock_monotonic(), &stop));
}

/* A socket that is there already. */
static void adopt(dhcpperf_transport **ret, const dhcpperf_transport_config *config)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0), error = 0;

    ck_assert_int_ge(fd, 0);
    TRY(dhcpperf_transport_adopt_fd(ret, fd, config, oom_mem, &error));
}

void oom_carriers(void)
{
    const char *key, *unit, *usual, *help;
    char text[100];
    static const dhcpperf_transport_ops ops = {.size = sizeof ops,
                                               .rx_burst = no_rx,
                                               .rx_done = no_rx_done,
                                               .tx_loan = no_loan,
                                               .tx_commit = no_commit,
                                               .tx_done = no_done};
    dhcpperf_transport_config *config = NULL;
    dhcpperf_transport *own = NULL, *udp = NULL, *adopted = NULL;
    dhcpperf_server *server = oom_server();
    dhcpperf_pump *pump = NULL;
    int saved = 0;

    TRY(dhcpperf_transport_new(&own, &ops, NULL, oom_mem));
    TRY(dhcpperf_transport_config_new(&config, oom_mem));
    TRY(dhcpperf_transport_config_set(config, "bind", "127.0.0.1"));
    TRY(dhcpperf_transport_config_set(config, "port", "0"));
    TRY(dhcpperf_transport_config_set(config, "slots", "8"));
    TRY(dhcpperf_transport_config_set(config, "burst", "64"));
    TRY(dhcpperf_transport_open(&udp, config, oom_mem, &saved));
    TRY(dhcpperf_pump_new(&pump, dhcpperf_server_engine(server), udp, 0, oom_mem));
    look_at_carrier(udp);
    look_at_pump(pump);
    FINE(dhcpperf_transport_config_describe(0, &key, &unit, &usual, &help));
    FINE(dhcpperf_transport_config_get(config, "port", text, sizeof text));
    adopt(&adopted, config);
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(adopted);
    dhcpperf_transport_free(own);
    dhcpperf_transport_free(udp);
    dhcpperf_transport_config_free(config);
    dhcpperf_server_free(server);
}

/* -- no allocation between begin and stop -- */

void oom_quiet_run(void)
{
    dhcpperf_server *server = oom_server();
    dhcpperf_client *client = oom_client();
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
    before = oom_af.calls;
    ck_assert_int_eq(dhcpperf_client_begin(client, 0), 0);
    ck_assert_int_ge(dhcpperf_vnet_run_until(net, 60 * DHCPPERF_NS_PER_S), 0);
    ck_assert_int_eq(dhcpperf_client_stop(client, DHCPPERF_NS_PER_S, 1), 0);
    ck_assert_int_ge(dhcpperf_vnet_run_until(net, 9000 * DHCPPERF_NS_PER_S), 0);
    ck_assert_uint_gt(dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_BOUND), 0);
    ck_assert_msg(oom_af.calls == before, "%u allocations while running",
                  (unsigned)(oom_af.calls - before));
    dhcpperf_vnet_free(net);
    dhcpperf_server_free(server);
    dhcpperf_client_free(client);
}
