/* SPDX-License-Identifier: MIT */
/* carrier_loopback.c - the UDP carrier over the kernel's loopback, through the public API. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libdhcpperf/dhcpperf.h>

#include "support/harness.h"

enum {
    LEN = 300,
    MANY = 5000,
    PATIENCE_MS = 5000
};

static dhcpperf_pkt pkts[4096];
static dhcpperf_txdone fates[4096];

static dhcpperf_transport *open_udp(const char *bind, const char *const *settings)
{
    dhcpperf_transport_config *c;
    dhcpperf_transport *t = NULL;

    ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "bind", bind), 0);
    for (; settings != NULL && settings[0] != NULL; settings += 2) {
        ck_assert_int_eq(dhcpperf_transport_config_set(c, settings[0], settings[1]), 0);
    }
    ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, NULL), 0);
    dhcpperf_transport_config_free(c);
    return t;
}

static uint16_t port_of(const dhcpperf_transport *t)
{
    dhcpperf_endpoint e;

    ck_assert_int_eq(dhcpperf_transport_get_local(t, &e), 0);
    return e.port;
}

static dhcpperf_carrier_stats stats_of(const dhcpperf_transport *t)
{
    dhcpperf_carrier_stats s;

    ck_assert_int_eq(dhcpperf_transport_stats(t, &s, sizeof s), 0);
    return s;
}

static void wait_readable(const dhcpperf_transport *t)
{
    struct pollfd p = {.fd = dhcpperf_transport_fd(t), .events = POLLIN};

    ck_assert_int_eq(poll(&p, 1, PATIENCE_MS), 1);
}

/* Message i, of any length: its number at octets 4 to 7 and a pattern that follows from it. */
static void compose(uint8_t *m, unsigned len, uint32_t i)
{
    unsigned k;

    for (k = 0; k < len; k++) {
        m[k] = (uint8_t)(i * 31 + k);
    }
    memcpy(m + 4, &i, sizeof i);
}

static uint32_t number_of(const dhcpperf_pkt *p)
{
    uint8_t want[LEN];
    uint32_t i;

    ck_assert_uint_ge(p->len, 8);
    memcpy(&i, p->data + 4, sizeof i);
    compose(want, p->len, i);
    assert_mem_eq(p->data, want, p->len);
    return i;
}

/* Messages first .. first + n - 1; every second of another length when `vary`.  Fates collected. */
static unsigned send_some(dhcpperf_transport *t, uint16_t port, const char *src, uint32_t first,
                          unsigned n, int vary)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    unsigned i;
    int lent, k, done;

    lent = dhcpperf_transport_tx_loan(t, pkts, n, vary ? 0 : LEN);
    ck_assert_int_gt(lent, 0);
    for (i = 0; i < (unsigned)lent; i++) {
        pkts[i].len = (uint16_t)(vary ? LEN - (first + i) % 2 : LEN);
        compose(pkts[i].data, pkts[i].len, first + i);
        pkts[i].cookie = first + i;
        ck_assert_int_eq(dhcpperf_ip4_parse(&pkts[i].src.ip, src), 0);
        ck_assert_int_eq(dhcpperf_ip4_parse(&pkts[i].dst.ip, "127.0.0.1"), 0);
        pkts[i].dst.port = port;
    }
    ck_assert_int_eq(dhcpperf_transport_tx_commit(t, pkts, (unsigned)lent, (unsigned)lent, now), 0);
    done = dhcpperf_transport_tx_done(t, fates, 4096, now);
    ck_assert_int_eq(done, lent); /* loopback takes all at once */
    for (k = 0; k < done; k++) {
        ck_assert_int_eq(fates[k].status, 0);
        ck_assert_uint_ge(fates[k].ts, now);
    }
    return (unsigned)lent;
}

static const char *const modes[] = {"off", "auto", "on"};

/* The receiver answers nothing, so an unanswered probe would rightly come twice. */
START_TEST(everything_sent_arrives_once_and_unharmed)
    {
        const char *const set[] = {"gso", modes[_i % 3], "probe", "off", NULL};
        dhcpperf_transport *a = open_udp("127.0.0.1", set), *b = open_udp("127.0.0.1", set);
        static uint8_t seen[MANY];
        unsigned sent = 0, got = 0;
        int vary = _i >= 3, n, k;

        memset(seen, 0, sizeof seen);
        while (got < MANY) {
            dhcpperf_ts now;

            if (sent < MANY) {
                sent += send_some(a, port_of(b), "0.0.0.0", sent,
                                  MANY - sent < 700 ? MANY - sent : 700, vary);
            }
            wait_readable(b);
            now = dhcpperf_clock_monotonic();
            while ((n = dhcpperf_transport_rx(b, pkts, 500, now)) > 0) {
                for (k = 0; k < n; k++) {
                    uint32_t i = number_of(&pkts[k]);

                    ck_assert_msg(i < sent && seen[i]++ == 0, "mode %d: message %u", _i, i);
                    ck_assert_msg(pkts[k].src.port == port_of(a), "mode %d", _i);
                    ck_assert_msg(pkts[k].dst.port == port_of(b), "mode %d", _i);
                    ck_assert_msg(pkts[k].ts <= now, "mode %d: arrived in the future", _i);
                    ck_assert_msg(pkts[k].ts + 10 * DHCPPERF_NS_PER_S > now, "mode %d", _i);
                    assert_ip4_eq(pkts[k].src.ip, "127.0.0.1");
                }
                dhcpperf_transport_rx_done(b, pkts, (unsigned)n);
                got += (unsigned)n;
            }
            ck_assert_int_eq(n, 0);
        }
        ck_assert_uint_eq(stats_of(a).tx_messages, MANY);
        ck_assert_uint_eq(stats_of(b).rx_messages, MANY);
        ck_assert_uint_eq(stats_of(b).rx_dropped, 0);
        if (strcmp(modes[_i % 3], "off") == 0) {
            ck_assert_uint_eq(stats_of(a).tx_trains, 0);
        } else if (strcmp(modes[_i % 3], "on") == 0 && stats_of(a).train_max > 1) {
            ck_assert_uint_gt(stats_of(a).tx_trains, 0);
            ck_assert_uint_gt(stats_of(b).rx_trains, 0);
        }
        dhcpperf_transport_free(a);
        dhcpperf_transport_free(b);
    }
END_TEST

START_TEST(one_socket_sends_from_any_address_of_the_host)
    {
        static const char *const sources[] = {"127.1.2.3", "127.9.8.7", "127.1.2.3"};
        dhcpperf_transport *a = open_udp("0.0.0.0", NULL), *b = open_udp("127.0.0.1", NULL);
        unsigned i;

        for (i = 0; i < 3; i++) {
            (void)send_some(a, port_of(b), sources[i], i, 1, 0);
            wait_readable(b);
            ck_assert_int_eq(dhcpperf_transport_rx(b, pkts, 8, dhcpperf_clock_monotonic()), 1);
            assert_ip4_eq(pkts[0].src.ip, sources[i]);
            dhcpperf_transport_rx_done(b, pkts, 1);
        }
        dhcpperf_transport_free(a);
        dhcpperf_transport_free(b);
    }
END_TEST

/* A relay fleet hears on one socket what was sent to any of its addresses. */
START_TEST(the_destination_address_of_an_arrival_is_known)
    {
        dhcpperf_transport *a = open_udp("0.0.0.0", NULL), *b = open_udp("0.0.0.0", NULL);

        ck_assert_int_eq(dhcpperf_transport_tx_loan(a, pkts, 1, LEN), 1);
        compose(pkts[0].data, LEN, 1);
        pkts[0].len = LEN;
        ck_assert_int_eq(dhcpperf_ip4_parse(&pkts[0].dst.ip, "127.44.55.66"), 0);
        pkts[0].dst.port = port_of(b);
        ck_assert_int_eq(dhcpperf_transport_tx_commit(a, pkts, 1, 1, 1), 0);
        wait_readable(b);
        ck_assert_int_eq(dhcpperf_transport_rx(b, pkts, 8, dhcpperf_clock_monotonic()), 1);
        assert_ip4_eq(pkts[0].dst.ip, "127.44.55.66");
        ck_assert_uint_ne(pkts[0].ifindex, 0);
        dhcpperf_transport_rx_done(b, pkts, 1);
        dhcpperf_transport_free(a);
        dhcpperf_transport_free(b);
    }
END_TEST

START_TEST(own_drops_are_counted_even_when_nothing_arrives_after)
    {
        static const char *const tight[] = {"rcvbuf", "2048", "gso", "off", NULL};
        dhcpperf_transport *a = open_udp("127.0.0.1", NULL), *b = open_udp("127.0.0.1", tight);
        unsigned sent = 0, got = 0;
        int n;

        while (sent < 1000) {
            sent += send_some(a, port_of(b), "0.0.0.0", sent, 1000 - sent, 0);
        }
        while ((n = dhcpperf_transport_rx(b, pkts, 500, 1)) > 0) {
            dhcpperf_transport_rx_done(b, pkts, (unsigned)n);
            got += (unsigned)n;
        }
        ck_assert_uint_gt(stats_of(b).rx_dropped, 0);
        ck_assert_uint_eq(stats_of(b).rx_dropped + got, 1000);
        dhcpperf_transport_free(a);
        dhcpperf_transport_free(b);
    }
END_TEST

START_TEST(a_port_nobody_listens_on_is_counted_and_later_messages_still_go)
    {
        dhcpperf_transport *a = open_udp("127.0.0.1", NULL), *b = open_udp("127.0.0.1", NULL);
        uint16_t dead = port_of(b);
        unsigned i;

        dhcpperf_transport_free(b);
        b = open_udp("127.0.0.1", NULL);
        ck_assert_uint_ne(port_of(b), dead);
        for (i = 0; i < 5; i++) {
            (void)send_some(a, dead, "0.0.0.0", i, 1, 0);
            (void)send_some(a, port_of(b), "0.0.0.0", 100 + i, 1, 0);
        }
        ck_assert_int_eq(dhcpperf_transport_rx(a, pkts, 8, 1), 0);
        ck_assert_uint_ge(stats_of(a).unreachable, 1);
        ck_assert_uint_eq(stats_of(a).tx_errors, 0);
        ck_assert_int_eq(dhcpperf_transport_rx(b, pkts, 8, 1), 5);
        dhcpperf_transport_rx_done(b, pkts, 5);
        dhcpperf_transport_free(a);
        dhcpperf_transport_free(b);
    }
END_TEST

START_TEST(an_address_that_is_not_ours_fails_as_the_messages_fate)
    {
        dhcpperf_transport *a = open_udp("0.0.0.0", NULL);

        ck_assert_int_eq(dhcpperf_transport_tx_loan(a, pkts, 1, LEN), 1);
        pkts[0].len = LEN;
        pkts[0].cookie = 42;
        ck_assert_int_eq(dhcpperf_ip4_parse(&pkts[0].src.ip, "192.0.2.1"), 0);
        ck_assert_int_eq(dhcpperf_ip4_parse(&pkts[0].dst.ip, "127.0.0.1"), 0);
        pkts[0].dst.port = port_of(a);
        ck_assert_int_eq(dhcpperf_transport_tx_commit(a, pkts, 1, 1, 1), 0);
        ck_assert_int_eq(dhcpperf_transport_tx_done(a, fates, 8, 1), 1);
        ck_assert_uint_eq(fates[0].cookie, 42);
        ck_assert_int_eq(fates[0].status, DHCPPERF_E_SYSTEM);
        ck_assert_int_ne(dhcpperf_transport_errno(a), 0);
        dhcpperf_transport_free(a);
    }
END_TEST

/* -- two engines, two pumps, one loop -- */

typedef struct side {
    int is_server;
    uint16_t port;
    uint32_t asked, total, answered;
    uint32_t held[MANY];
    uint16_t back;
    unsigned n_held;
    volatile int stop;
} side;

static int side_recv(void *self, dhcpperf_pkt *in, unsigned n, dhcpperf_ts now)
{
    side *s = self;
    unsigned i;

    (void)now;
    for (i = 0; i < n; i++) {
        uint32_t number = number_of(&in[i]);

        if (s->is_server) {
            ck_assert_uint_lt(s->n_held, MANY);
            s->held[s->n_held++] = number;
            s->back = in[i].src.port;
        } else {
            s->answered++;
        }
    }
    s->stop = !s->is_server && s->answered == s->total;
    return (int)n;
}

static int side_pull(void *self, dhcpperf_pkt *out, unsigned max, dhcpperf_ts now)
{
    side *s = self;
    unsigned n;

    (void)now;
    for (n = 0; n < max; n++) {
        uint32_t number;

        if (s->is_server ? s->n_held == 0
                         : s->asked - s->answered >= 1000 || s->asked == s->total) {
            break;
        }
        number = s->is_server ? s->held[--s->n_held] : s->asked++;
        compose(out[n].data, LEN, number);
        out[n].len = LEN;
        ck_assert_int_eq(dhcpperf_ip4_parse(&out[n].dst.ip, "127.0.0.1"), 0);
        out[n].dst.port = s->is_server ? s->back : s->port;
    }
    return (int)n;
}

static uint32_t side_len(const void *self)
{
    (void)self;
    return LEN;
}

START_TEST(two_engines_talk_through_two_pumps_in_one_loop)
    {
        static const dhcpperf_engine_ops ops = {
            .size = sizeof ops, .recv = side_recv, .pull = side_pull, .msg_len = side_len};
        static side client, server;
        const char *const set[] = {"gso", modes[_i], NULL};
        dhcpperf_transport *t[2];
        dhcpperf_engine *e[2];
        dhcpperf_pump *p[2];
        unsigned i;

        memset(&client, 0, sizeof client);
        memset(&server, 0, sizeof server);
        server.is_server = 1;
        client.total = 20000;
        for (i = 0; i < 2; i++) {
            t[i] = open_udp("127.0.0.1", set);
            ck_assert_int_eq(dhcpperf_engine_new(&e[i], &ops, i == 0 ? &client : &server, NULL), 0);
            ck_assert_int_eq(dhcpperf_pump_new(&p[i], e[i], t[i], 0, NULL), 0);
        }
        client.port = port_of(t[1]);
        ck_assert_int_eq(
            dhcpperf_pump_run(p, 2, dhcpperf_clock_monotonic() + PATIENCE_MS * DHCPPERF_NS_PER_MS,
                              &client.stop),
            0);
        ck_assert_msg(client.answered == client.total, "gso=%s: %u answered", modes[_i],
                      client.answered);
        if (_i == 1 && stats_of(t[0]).train_max > 1) {
            ck_assert_uint_eq(stats_of(t[0]).peers_earned, 1);
            ck_assert_uint_eq(stats_of(t[1]).peers_earned, 1); /* by being sent a train */
            ck_assert_uint_eq(stats_of(t[1]).probes, 0);
        }
        for (i = 0; i < 2; i++) {
            dhcpperf_pump_free(p[i]);
            dhcpperf_transport_free(t[i]);
            dhcpperf_engine_free(e[i]);
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, everything_sent_arrives_once_and_unharmed, 0, 6);
    tcase_add_test(tc, one_socket_sends_from_any_address_of_the_host);
    tcase_add_test(tc, the_destination_address_of_an_arrival_is_known);
    tcase_add_test(tc, own_drops_are_counted_even_when_nothing_arrives_after);
    tcase_add_test(tc, a_port_nobody_listens_on_is_counted_and_later_messages_still_go);
    tcase_add_test(tc, an_address_that_is_not_ours_fails_as_the_messages_fate);
    tcase_add_loop_test(tc, two_engines_talk_through_two_pumps_in_one_loop, 0, 3);
}

HARNESS_MAIN("carrier_loopback", tests)
