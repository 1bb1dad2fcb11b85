/* SPDX-License-Identifier: MIT */
/* steer_test.c - the kernel deals arrivals as the server's shards are dealt: over real sockets on
 * loopback, because only the kernel can say what its program sees. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libdhcpperf/transport.h>

#include "base/dp_rng.h"
#include "lease/dp_store.h"
#include "support/harness.h"

enum {
    LEN = 300,
    CHADDR = 28,
    MACS = 300
};

typedef struct group {
    dhcpperf_transport *at[64];
    uint32_t n;
    uint16_t port;
} group;

static void open_group(group *g, uint32_t n, uint32_t steer)
{
    dhcpperf_transport_config *c;
    dhcpperf_endpoint local;
    char text[16];

    memset(g, 0, sizeof *g);
    ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "bind", "127.0.0.1"), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "reuse", "port"), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "slots", "8"), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "burst", "16"), 0);
    snprintf(text, sizeof text, "%u", steer);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "steer", text), 0);
    for (; g->n < n; g->n++) {
        ck_assert_int_eq(dhcpperf_transport_open(&g->at[g->n], c, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_get_local(g->at[g->n], &local), 0);
        g->port = local.port;
        snprintf(text, sizeof text, "%u", local.port);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "port", text), 0);
    }
    dhcpperf_transport_config_free(c);
}

static void close_group(group *g)
{
    uint32_t i;

    for (i = 0; i < g->n; i++) {
        dhcpperf_transport_free(g->at[i]);
    }
}

static int connected(const group *g)
{
    struct sockaddr_in to;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons(g->port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* Which socket has n messages waiting; -1 when none has. */
static int whose(const group *g, int n)
{
    dhcpperf_pkt pkts[64];
    uint32_t i;
    int found = -1, got;

    for (i = 0; i < g->n; i++) {
        got = dhcpperf_transport_rx(g->at[i], pkts, 64, 1);
        if (got > 0) {
            ck_assert_int_eq(got, n);
            ck_assert_int_eq(found, -1);
            found = (int)i;
            dhcpperf_transport_rx_done(g->at[i], pkts, (unsigned)got);
        }
    }
    return found;
}

static void put_mac(uint8_t *msg, uint64_t mac)
{
    int i;

    msg[2] = 6;
    for (i = 5; i >= 0; i--, mac >>= 8) {
        msg[CHADDR + i] = (uint8_t)mac;
    }
}

/* The first and last of all, the borders of runs, and any. */
static uint64_t mac_of(uint32_t k)
{
    static const uint64_t some[] = {0,
                                    63,
                                    64,
                                    127,
                                    UINT64_C(0x020000000000),
                                    UINT64_C(0x02000000003f),
                                    UINT64_C(0x020000000040),
                                    UINT64_C(0x00ffffffffff),
                                    UINT64_C(0x0000ffffffff),
                                    UINT64_C(0x000100000000),
                                    UINT64_C(0xffffffffffff)};

    return k < sizeof some / sizeof some[0] ? some[k] : dp_draw(17, k, 0, 0) >> 16;
}

static const uint32_t sizes[] = {1, 2, 3, 4, 5, 7, 16, 63, 64};

START_TEST(an_arrival_goes_to_the_shard_of_its_client)
    {
        uint32_t of = sizes[_i], k;
        uint8_t msg[LEN] = {1};
        group g;
        int fd;

        open_group(&g, of, of);
        fd = connected(&g);
        for (k = 0; k < MACS; k++) {
            uint32_t want;
            int got;

            put_mac(msg, mac_of(k));
            want = dp_store_share_of(DHCPPERF_KEY_HARDWARE, msg + CHADDR, 6, of);
            ck_assert_int_eq(send(fd, msg, sizeof msg, 0), LEN);
            got = whose(&g, 1);
            assert_fast(got == (int)want, "%u sockets, MAC %012llx: %d instead of %u", of,
                        (unsigned long long)mac_of(k), got, want);
        }
        close(fd);
        close_group(&g);
    }
END_TEST

START_TEST(what_is_too_short_for_an_address_goes_to_the_first)
    {
        group g;
        int fd;

        open_group(&g, 4, 4);
        fd = connected(&g);
        ck_assert_int_eq(send(fd, "short", 5, 0), 5);
        ck_assert_int_eq(whose(&g, 1), 0);
        close(fd);
        close_group(&g);
    }
END_TEST

START_TEST(without_steering_one_sender_stays_at_one_socket)
    {
        uint8_t msg[LEN] = {1};
        group g;
        uint32_t k;
        int fd, first = -1;

        open_group(&g, 4, 0);
        fd = connected(&g);
        for (k = 0; k < MACS; k++) {
            put_mac(msg, mac_of(k));
            ck_assert_int_eq(send(fd, msg, sizeof msg, 0), LEN);
            first = first < 0 ? whose(&g, 1) : first;
            ck_assert_int_ge(first, 0);
            if (k > 0) {
                ck_assert_int_eq(whose(&g, 1), first);
            }
        }
        close(fd);
        close_group(&g);
    }
END_TEST

#if defined(UDP_SEGMENT)
START_TEST(a_train_goes_where_its_first_message_belongs)
    {
        static uint8_t train[16][LEN];
        int fd, seg = LEN;
        uint32_t i;
        group g;

        open_group(&g, 4, 4);
        fd = connected(&g);
        if (setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &seg, sizeof seg) == 0) {
            for (i = 0; i < 16; i++) {
                train[i][0] = 1;
                put_mac(train[i], UINT64_C(0x0200000000b8) + i); /* crosses a border of runs */
            }
            ck_assert_int_eq(send(fd, train, sizeof train, 0), (int)sizeof train);
            ck_assert_int_eq(whose(&g, 16), (int)dp_store_share_of(DHCPPERF_KEY_HARDWARE,
                                                                   train[0] + CHADDR, 6, 4));
        }
        close(fd);
        close_group(&g);
    }
END_TEST
#endif

START_TEST(steering_has_a_range)
    {
        dhcpperf_transport_config *c;
        char text[16];

        ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_config_get(c, "steer", text, sizeof text), 1);
        ck_assert_int_eq(text[0], '0');
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "steer", "64"), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "steer", "65"), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "steer", "x"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_transport_config_get(c, "steer", text, sizeof text), 2);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(steering_needs_a_shared_port)
    {
        dhcpperf_transport_config *c;
        dhcpperf_transport *t = NULL;

        ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "steer", "2"), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_ptr_null(t);
        dhcpperf_transport_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
#if defined(__linux__) && defined(SO_ATTACH_REUSEPORT_CBPF)
    tcase_add_loop_test(tc, an_arrival_goes_to_the_shard_of_its_client, 0,
                        (int)(sizeof sizes / sizeof sizes[0]));
    tcase_add_test(tc, what_is_too_short_for_an_address_goes_to_the_first);
    tcase_add_test(tc, without_steering_one_sender_stays_at_one_socket);
#if defined(UDP_SEGMENT)
    tcase_add_test(tc, a_train_goes_where_its_first_message_belongs);
#endif
#endif
    tcase_add_test(tc, steering_has_a_range);
    tcase_add_test(tc, steering_needs_a_shared_port);
}

HARNESS_MAIN("io/steer", tests)
