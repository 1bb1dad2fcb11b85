/* SPDX-License-Identifier: MIT */
/* vnet_relay_test.c - the network's relay agent, rule by rule (conformance ).
 */
#include <libdhcpperf/vnet.h>

#include <string.h>

#include "base/dp_text.h"
#include "support/harness.h"

enum {
    OP = 0,
    HOPS = 3,
    FLAGS = 10,
    CIADDR = 12,
    YIADDR = 16,
    GIADDR = 24,
    LEN = 300
};

/* An end of the network: sends one packet when told, keeps what it got. */
typedef struct end {
    dhcpperf_engine *engine;
    dhcpperf_port port;
    int pending;
    uint8_t out[LEN];
    uint16_t out_len;
    dhcpperf_endpoint src, dst;
    unsigned n;
    uint8_t in[LEN];
    dhcpperf_pkt pkt;
} end;

static dhcpperf_vnet *net;
static dhcpperf_segment lan, core;
static dhcpperf_port relay_lan, relay_core;
static end client, neighbour, server;

static int end_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    end *e = self;

    (void)now;
    e->n += n;
    e->pkt = pkts[n - 1];
    memcpy(e->in, e->pkt.data, e->pkt.len < LEN ? e->pkt.len : LEN);
    return (int)n;
}

static int end_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    end *e = self;

    (void)now;
    if (!e->pending || max == 0) {
        return 0;
    }
    memcpy(pkts[0].data, e->out, e->out_len);
    pkts[0].len = e->out_len;
    pkts[0].src = e->src;
    pkts[0].dst = e->dst;
    e->pending = 0;
    return 1;
}

static dhcpperf_ts end_deadline(const void *self)
{
    return ((const end *)self)->pending ? 0 : DHCPPERF_NEVER;
}

static dhcpperf_ip4 ip(const char *text)
{
    dhcpperf_ip4 ret;

    ck_assert_int_eq(dhcpperf_ip4_parse(&ret, text), 0);
    return ret;
}

static void put(uint8_t *at, const char *text)
{
    dhcpperf_ip4 a = ip(text);

    memcpy(at, a.b, 4);
}

static void attach(end *e, dhcpperf_segment seg)
{
    static const dhcpperf_engine_ops ops = {
        .size = sizeof ops, .recv = end_recv, .pull = end_pull, .deadline = end_deadline};

    memset(e, 0, sizeof *e);
    e->out_len = LEN;
    ck_assert_int_eq(dhcpperf_engine_new(&e->engine, &ops, e, NULL), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(net, seg, e->engine, &e->port), 0);
}

static void setup(void)
{
    ck_assert_int_eq(dhcpperf_vnet_new(&net, 1, NULL), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(net, &lan), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(net, &core), 0);
    attach(&client, lan);
    attach(&neighbour, lan);
    attach(&server, core);
    ck_assert_int_eq(dhcpperf_vnet_add_relay(net, lan, core, ip("10.1.0.1"), ip("10.0.0.53"),
                                             &relay_lan, &relay_core),
                     0);
}

static void teardown(void)
{
    dhcpperf_vnet_free(net);
    dhcpperf_engine_free(client.engine);
    dhcpperf_engine_free(neighbour.engine);
    dhcpperf_engine_free(server.engine);
}

static void flow(end *e, const char *src, unsigned sport, const char *dst, unsigned dport)
{
    e->src = (dhcpperf_endpoint){.ip = ip(src), .port = (uint16_t)sport};
    e->dst = (dhcpperf_endpoint){.ip = ip(dst), .port = (uint16_t)dport};
    e->pending = 1;
    ck_assert_int_ge(dhcpperf_vnet_run_until(net, DHCPPERF_NEVER), 0);
}

/* Every octet of its own value, so that a stray change shows. */
static void request(void)
{
    unsigned i;

    for (i = 0; i < LEN; i++) {
        client.out[i] = (uint8_t)(i * 7 + 3);
    }
    client.out[OP] = 1;
    client.out[HOPS] = 0;
    put(&client.out[GIADDR], "0.0.0.0");
}

static void reply(const char *yiaddr, const char *giaddr, int broadcast)
{
    unsigned i;

    for (i = 0; i < LEN; i++) {
        server.out[i] = (uint8_t)(i * 5 + 1);
    }
    server.out[OP] = 2;
    server.out[1] = 1;
    server.out[2] = 6;
    server.out[FLAGS] = broadcast ? 0x80 : 0;
    put(&server.out[YIADDR], yiaddr);
    put(&server.out[GIADDR], giaddr);
}

/* The client's message as the server got it must differ in `hops` and giaddr only: R-005. */
static void assert_only_hops_and_giaddr_differ(uint8_t hops, const char *giaddr)
{
    uint8_t want[LEN];

    memcpy(want, client.out, LEN);
    want[HOPS] = hops;
    put(&want[GIADDR], giaddr);
    ck_assert_uint_eq(server.pkt.len, LEN);
    assert_mem_eq(server.in, want, LEN);
}

START_TEST(r001_r003_r005_r008_a_broadcast_request_goes_to_the_server_by_unicast)
    {
        request();
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        ck_assert_uint_eq(server.n, 1);
        assert_only_hops_and_giaddr_differ(1, "10.1.0.1");
        assert_ip4_eq(server.pkt.dst.ip, "10.0.0.53");
        assert_ip4_eq(server.pkt.src.ip, "10.1.0.1");
        ck_assert_uint_eq(server.pkt.dst.port, 67);
        ck_assert_uint_eq(server.pkt.src.port, 67);
        ck_assert_uint_eq(server.pkt.flags, 0);
    }
END_TEST

START_TEST(r002_a_giaddr_that_is_set_stays)
    {
        request();
        put(&client.out[GIADDR], "10.9.9.9");
        client.out[HOPS] = 3;
        flow(&client, "10.9.9.9", 67, "10.1.0.1", 67); /* the relay before this one */
        ck_assert_uint_eq(server.n, 1);
        assert_only_hops_and_giaddr_differ(4, "10.9.9.9");
    }
END_TEST

START_TEST(r004_hops_above_sixteen_are_discarded)
    {
        static const uint8_t hops[] = {3, 4, 5, 16, 17, 255};

        request();
        client.out[HOPS] = hops[_i];
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        ck_assert_msg(server.n == (hops[_i] <= 16), "hops %u: %u arrived", hops[_i], server.n);
    }
END_TEST

START_TEST(r007_a_request_is_not_sent_back_where_it_came_from)
    {
        request();
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        ck_assert_uint_eq(neighbour.n, 1); /* the broadcast itself */
        ck_assert_uint_eq(client.n, 0);
    }
END_TEST

START_TEST(r015_the_relays_own_giaddr_from_a_client_is_discarded)
    {
        request();
        put(&client.out[GIADDR], "10.1.0.1");
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        ck_assert_uint_eq(server.n, 0);
    }
END_TEST

START_TEST(r009_a_reply_for_another_relay_is_discarded)
    {
        reply("10.1.0.77", "10.9.9.9", 1);
        flow(&server, "10.0.0.53", 67, "10.1.0.1", 67);
        ck_assert_uint_eq(client.n, 0);
    }
END_TEST

START_TEST(r010_r011_r012_a_reply_goes_to_the_client_as_its_flag_says)
    {
        int broadcast = _i;

        reply("10.1.0.77", "10.1.0.1", broadcast);
        flow(&server, "10.0.0.53", 67, "10.1.0.1", 67);
        ck_assert_msg(client.n == 1, "broadcast %d: %u arrived", _i, client.n);
        assert_mem_eq(client.in, server.out, LEN);
        ck_assert_uint_eq(client.pkt.dst.port, 68);
        if (broadcast) {
            assert_ip4_eq(client.pkt.dst.ip, "255.255.255.255");
            ck_assert_uint_eq(client.pkt.flags, DHCPPERF_PKT_BCAST);
        } else {
            assert_ip4_eq(client.pkt.dst.ip, "10.1.0.77");
            assert_mem_eq(client.pkt.dst.mac.b, &server.out[28], 6);
            ck_assert_uint_eq(client.pkt.flags, 0);
        }
    }
END_TEST

START_TEST(what_is_not_for_the_relay_is_not_relayed)
    {
        request();
        client.out_len = 235; /* shorter than the fixed part */
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        client.out_len = LEN;
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 53);
        client.out[OP] = 2; /* a reply from the clients' side */
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        ck_assert_uint_eq(server.n, 0);
        request();
        memcpy(server.out, client.out, LEN); /* a request from the servers' side */
        flow(&server, "10.0.0.53", 67, "255.255.255.255", 67);
        ck_assert_uint_eq(client.n, 0);
    }
END_TEST

START_TEST(r021_unicast_passes_untouched_both_ways)
    {
        request();
        put(&client.out[CIADDR], "10.1.0.77");
        flow(&client, "10.1.0.77", 68, "10.0.0.53", 67);
        ck_assert_uint_eq(server.n, 1);
        assert_mem_eq(server.in, client.out, LEN);
        assert_ip4_eq(server.pkt.src.ip, "10.1.0.77");
        reply("10.1.0.77", "0.0.0.0", 0);
        neighbour.n = 0;
        flow(&server, "10.0.0.53", 67, "10.1.0.77", 68);
        ck_assert_uint_eq(client.n, 1);
        ck_assert_uint_eq(neighbour.n, 0);
        assert_mem_eq(client.in, server.out, LEN);
        flow(&server, "10.0.0.53", 67, "10.1.0.78", 68); /* never seen: not flooded across */
        ck_assert_uint_eq(client.n, 1);
        ck_assert_uint_eq(neighbour.n, 0);
    }
END_TEST

START_TEST(two_relays_in_a_row_carry_the_first_ones_giaddr)
    {
        dhcpperf_segment far;
        end last;

        ck_assert_int_eq(dhcpperf_vnet_add_segment(net, &far), 0);
        attach(&last, far);
        /* A second relay beside the server, listening at the first one's server address. */
        ck_assert_int_eq(
            dhcpperf_vnet_add_relay(net, core, far, ip("10.0.0.53"), ip("10.5.0.53"), NULL, NULL),
            0);
        request();
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        ck_assert_uint_eq(last.n, 1);
        ck_assert_uint_eq(last.in[HOPS], 2);
        assert_mem_eq(&last.in[GIADDR], ip("10.1.0.1").b, 4);
        memcpy(last.out, server.out, LEN);
        last.out[OP] = 2;
        last.out[FLAGS] = 0x80;
        put(&last.out[GIADDR], "10.1.0.1");
        flow(&last, "10.5.0.53", 67, "10.1.0.1", 67);
        ck_assert_uint_eq(client.n, 1);
        assert_mem_eq(client.in, last.out, LEN);
        dhcpperf_vnet_free(net);
        dhcpperf_engine_free(last.engine);
        net = NULL;
    }
END_TEST

START_TEST(the_relays_links_can_be_impaired)
    {
        ck_assert_int_eq(dhcpperf_vnet_set_delay(net, relay_core, 70, 0), 0);
        request();
        flow(&client, "0.0.0.0", 68, "255.255.255.255", 67);
        ck_assert_uint_eq(dhcpperf_vnet_now(net), 70);
        ck_assert_int_eq(dhcpperf_vnet_set_loss(net, relay_lan, 1, 0, 0), 0);
        reply("10.1.0.77", "10.1.0.1", 1);
        flow(&server, "10.0.0.53", 67, "10.1.0.1", 67);
        ck_assert_uint_eq(client.n, 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, r001_r003_r005_r008_a_broadcast_request_goes_to_the_server_by_unicast);
    tcase_add_test(tc, r002_a_giaddr_that_is_set_stays);
    tcase_add_loop_test(tc, r004_hops_above_sixteen_are_discarded, 0, 6);
    tcase_add_test(tc, r007_a_request_is_not_sent_back_where_it_came_from);
    tcase_add_test(tc, r015_the_relays_own_giaddr_from_a_client_is_discarded);
    tcase_add_test(tc, r009_a_reply_for_another_relay_is_discarded);
    tcase_add_loop_test(tc, r010_r011_r012_a_reply_goes_to_the_client_as_its_flag_says, 0, 2);
    tcase_add_test(tc, what_is_not_for_the_relay_is_not_relayed);
    tcase_add_test(tc, r021_unicast_passes_untouched_both_ways);
    tcase_add_test(tc, two_relays_in_a_row_carry_the_first_ones_giaddr);
    tcase_add_test(tc, the_relays_links_can_be_impaired);
}

HARNESS_MAIN("drive/vnet_relay", tests)
