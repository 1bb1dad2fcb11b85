/* SPDX-License-Identifier: MIT */
/* carrier_packet.c - the packet carrier on the loopback interface of a network namespace of its
 * own, through the public API: what the kernel makes of its filter, its tags, trains and
 * interfaces. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libdhcpperf/dhcpperf.h>

#include "support/allocfail.h"
#include "support/harness.h"

#if defined(__linux__)

enum {
    LEN = 300,
    PATIENCE_MS = 5000
};

static dhcpperf_pkt pkts[512];

static int set_up(int up)
{
    struct ifreq r;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), rc;

    memset(&r, 0, sizeof r);
    memcpy(r.ifr_name, "lo", 3);
    r.ifr_flags = (short)(up ? IFF_UP : 0);
    rc = ioctl(fd, SIOCSIFFLAGS, &r);
    (void)close(fd);
    return rc;
}

/* A namespace in which we are root and have nothing but the loopback interface. */
static int enter(void)
{
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
        return -1;
    }
    return set_up(1);
}

static void begin(void)
{
    ck_assert_int_eq(enter(), 0);
}

/* Settings in pairs, NULL at the end. */
static int try_open(dhcpperf_transport **ret, int *ret_errno, const char *const *settings)
{
    dhcpperf_transport_config *c;
    int rc;

    ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
    for (; settings[0] != NULL; settings += 2) {
        ck_assert_msg(dhcpperf_transport_config_set(c, settings[0], settings[1]) == 0, "%s=%s",
                      settings[0], settings[1]);
    }
    rc = dhcpperf_transport_open(ret, c, NULL, ret_errno);
    dhcpperf_transport_config_free(c);
    return rc;
}

#define ON_LO "kind", "packet", "interface", "lo"
#define SETTINGS(...)                                                                              \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static dhcpperf_transport *open_with(const char *const *settings)
{
    dhcpperf_transport *t = NULL;
    int err = 0, rc = try_open(&t, &err, settings);

    ck_assert_msg(rc == 0, "%s, %s", dhcpperf_strerror(rc), strerror(err));
    return t;
}

/* Everything that arrives, once something has; packets.  They are given back, but not overwritten
 * before the next call. */
static int receive(dhcpperf_transport *t)
{
    struct pollfd p = {.fd = dhcpperf_transport_fd(t), .events = POLLIN};
    int n = 0;

    if (poll(&p, 1, PATIENCE_MS) == 1) {
        n = dhcpperf_transport_rx(t, pkts, 512, dhcpperf_clock_monotonic());
    }
    ck_assert_int_ge(n, 0);
    dhcpperf_transport_rx_done(t, pkts, (unsigned)n);
    return n;
}

/* Loopback delivers while it sends: what has not come is not coming. */
static int hears_nothing(dhcpperf_transport *t)
{
    return dhcpperf_transport_rx(t, pkts, 512, dhcpperf_clock_monotonic()) == 0;
}

/* Sends n messages to 127.0.0.1, or to everybody; each begins with its number. */
static void send_some(dhcpperf_transport *t, unsigned n, uint16_t port, uint16_t tag)
{
    dhcpperf_pkt out[128];
    dhcpperf_txdone done[128];
    unsigned i;
    int lent = dhcpperf_transport_tx_loan(t, out, n, LEN);

    ck_assert_int_eq(lent, (int)n);
    for (i = 0; i < n; i++) {
        memset(out[i].data, 0, LEN);
        out[i].data[0] = (uint8_t)i;
        out[i].len = LEN;
        out[i].vlan[0] = tag;
        memcpy(out[i].src.ip.b, "\x7f\x00\x00\x02", 4);
        memcpy(out[i].dst.ip.b, "\x7f\x00\x00\x01", 4);
        out[i].src.port = 68;
        out[i].dst.port = port;
    }
    ck_assert_int_eq(dhcpperf_transport_tx_commit(t, out, n, n, 1), 0);
    ck_assert_int_eq(dhcpperf_transport_tx_done(t, done, 128, 1), (int)n);
    for (i = 0; i < n; i++) {
        ck_assert_msg(done[i].status == 0, "%s", strerror(dhcpperf_transport_errno(t)));
    }
}

START_TEST(what_is_sent_comes_once_and_as_it_was)
    {
        dhcpperf_transport *t = open_with(SETTINGS(ON_LO, "port", "67"));
        dhcpperf_carrier_stats s;
        dhcpperf_endpoint local;
        int i;

        send_some(t, 100, 67, 0);
        ck_assert_int_eq(receive(t), 100);
        for (i = 0; i < 100; i++) {
            ck_assert_uint_eq(pkts[i].len, LEN);
            ck_assert_uint_eq(pkts[i].data[0], (unsigned)i);
            assert_ip4_eq(pkts[i].src.ip, "127.0.0.2");
            ck_assert_uint_eq(pkts[i].dst.port, 67);
            ck_assert_uint_eq(pkts[i].flags, DHCPPERF_PKT_BCAST); /* nobody's MAC was known */
            ck_assert_uint_eq(pkts[i].ifindex, if_nametoindex("lo"));
        }
        ck_assert(hears_nothing(t));
        ck_assert_int_eq(dhcpperf_transport_get_local(t, &local), 0);
        assert_ip4_eq(local.ip, "127.0.0.1");
        ck_assert_uint_eq(local.port, 67);
        ck_assert_int_eq(dhcpperf_transport_stats(t, &s, sizeof s), 0);
        ck_assert_uint_eq(s.rx_messages, 100);
        ck_assert_uint_eq(s.tx_messages, 100);
        ck_assert_uint_eq(s.rx_dropped, 0);
        dhcpperf_transport_free(t);
    }
END_TEST

START_TEST(other_ports_do_not_come)
    {
        dhcpperf_transport *t = open_with(SETTINGS(ON_LO, "port", "67")),
                           *both = open_with(SETTINGS(ON_LO));

        send_some(t, 2, 68, 0);
        send_some(t, 3, 69, 0);
        ck_assert(hears_nothing(t));
        ck_assert_int_eq(receive(both), 2);
        dhcpperf_transport_free(both);
        dhcpperf_transport_free(t);
    }
END_TEST

/* Receivers of frames without a tag, with tag 5, with any; what each gets of what is sent. */
static const struct {
    uint16_t sent;
    int none, five, any;
    uint16_t tag;
} tags[] = {{0, 1, 0, 1, 0},
            {5, 0, 1, 1, 5},
            {6, 0, 0, 1, 6},
            {0x6005, 0, 1, 1, 0x6005},
            {0x6000, 1, 0, 1, 0x6000}};

START_TEST(tags_choose_who_hears)
    {
        dhcpperf_transport *none = open_with(SETTINGS(ON_LO, "port", "67")),
                           *any = open_with(
                               SETTINGS(ON_LO, "port", "67", "vlan", "4095", "hold-port", "off")),
                           *five = open_with(
                               SETTINGS(ON_LO, "port", "67", "vlan", "5", "hold-port", "off"));

        send_some(any, 1, 67, tags[_i].sent);
        ck_assert_int_eq(receive(any), tags[_i].any);
        ck_assert_uint_eq(pkts[0].vlan[0], tags[_i].tag);
        ck_assert_uint_eq(pkts[0].vlan[1], 0);
        ck_assert_msg(hears_nothing(none) == !tags[_i].none, "case %d", _i);
        ck_assert_msg(hears_nothing(five) == !tags[_i].five, "case %d", _i);
        dhcpperf_transport_free(five);
        dhcpperf_transport_free(any);
        dhcpperf_transport_free(none);
    }
END_TEST

START_TEST(two_tags_come_as_two)
    {
        dhcpperf_transport *any = open_with(SETTINGS(ON_LO, "port", "67", "vlan", "4095"));
        dhcpperf_pkt out[1];

        ck_assert_int_eq(dhcpperf_transport_tx_loan(any, out, 1, LEN), 1);
        memset(out[0].data, 0, LEN);
        out[0].len = LEN;
        out[0].dst.port = 67;
        out[0].vlan[0] = 5;
        out[0].vlan[1] = 6;
        ck_assert_int_eq(dhcpperf_transport_tx_commit(any, out, 1, 1, 1), 0);
        ck_assert_int_eq(receive(any), 1);
        ck_assert_uint_eq(pkts[0].vlan[0], 5);
        ck_assert_uint_eq(pkts[0].vlan[1], 6);
        dhcpperf_transport_free(any);
    }
END_TEST

START_TEST(a_train_of_a_local_sender_comes_as_its_messages)
    {
        dhcpperf_transport *t = open_with(SETTINGS(ON_LO, "port", "67")),
                           *udp = open_with(SETTINGS("bind", "127.0.0.1", "gso", "on"));
        dhcpperf_carrier_stats sent, got;
        int i;

        send_some(udp, 100, 67, 0);
        ck_assert_int_eq(receive(t), 100);
        for (i = 0; i < 100; i++) {
            ck_assert_uint_eq(pkts[i].len, LEN);
            ck_assert_uint_eq(pkts[i].data[0], (unsigned)i);
        }
        ck_assert_int_eq(dhcpperf_transport_stats(udp, &sent, sizeof sent), 0);
        ck_assert_int_eq(dhcpperf_transport_stats(t, &got, sizeof got), 0);
        ck_assert_uint_eq(got.rx_trains, sent.tx_trains);
        ck_assert_uint_eq(got.rx_train_msgs, sent.tx_train_msgs);
        dhcpperf_transport_free(udp);
        dhcpperf_transport_free(t);
    }
END_TEST

/* errno of a message to 127.0.0.1:67, which an ICMP error may follow. */
static int errno_after_message(void)
{
    struct sockaddr_in to;
    int fd = socket(AF_INET, SOCK_DGRAM, 0), err = 0;

    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons(67);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    ck_assert_int_eq(send(fd, "", 1, 0), 1);
    if (send(fd, "", 1, 0) != 1) {
        err = errno;
    }
    (void)close(fd);
    return err;
}

START_TEST(the_kernel_does_not_call_the_port_unreachable)
    {
        dhcpperf_transport *t = open_with(SETTINGS(ON_LO, "port", "67", "hold-port", "off"));

        ck_assert_int_eq(errno_after_message(), ECONNREFUSED);
        dhcpperf_transport_free(t);
        t = open_with(SETTINGS(ON_LO, "port", "67"));
        ck_assert_int_eq(errno_after_message(), 0);
        dhcpperf_transport_free(t);
    }
END_TEST

START_TEST(arp_comes_when_it_is_wanted)
    {
        dhcpperf_transport *t = open_with(SETTINGS(ON_LO, "port", "67")),
                           *arp = open_with(SETTINGS(ON_LO, "arp", "on"));
        dhcpperf_pkt out[1];

        ck_assert_int_eq(dhcpperf_transport_tx_loan(t, out, 1, LEN), 1);
        memset(out[0].data, 0, 60);
        memset(out[0].data, 0xff, 6);
        memcpy(out[0].data + 12, "\x08\x06", 2);
        out[0].len = 60;
        out[0].flags = DHCPPERF_PKT_FRAME;
        ck_assert_int_eq(dhcpperf_transport_tx_commit(t, out, 1, 1, 1), 0);
        ck_assert_int_eq(receive(arp), 1);
        ck_assert_uint_eq(pkts[0].flags, DHCPPERF_PKT_FRAME);
        ck_assert_uint_eq(pkts[0].len, 60);
        ck_assert_uint_eq(pkts[0].data[13], 6);
        ck_assert(hears_nothing(t));
        dhcpperf_transport_free(arp);
        dhcpperf_transport_free(t);
    }
END_TEST

START_TEST(an_interface_that_goes_down_and_up_is_heard_again)
    {
        dhcpperf_transport *t = open_with(SETTINGS(ON_LO, "port", "67"));
        dhcpperf_pkt out[1];
        dhcpperf_txdone done[1];

        ck_assert_int_eq(set_up(0), 0);
        ck_assert(hears_nothing(t));
        ck_assert_int_eq(dhcpperf_transport_tx_loan(t, out, 1, LEN), 1);
        out[0].len = LEN;
        ck_assert_int_eq(dhcpperf_transport_tx_commit(t, out, 1, 1, 1), 0);
        ck_assert_int_eq(dhcpperf_transport_tx_done(t, done, 1, 1), 1);
        ck_assert_int_eq(done[0].status, DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(dhcpperf_transport_errno(t), ENETDOWN);
        ck_assert_int_eq(set_up(1), 0);
        send_some(t, 3, 67, 0);
        ck_assert_int_eq(receive(t), 3);
        dhcpperf_transport_free(t);
    }
END_TEST

START_TEST(a_failed_opening_says_why)
    {
        dhcpperf_transport *t = NULL, *first;
        int err = 0;

        ck_assert_int_eq(try_open(&t, &err, SETTINGS("kind", "packet")), DHCPPERF_E_INVALID);
        ck_assert_int_eq(try_open(&t, &err, SETTINGS("kind", "packet", "interface", "nonesuch0")),
                         DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(err, ENODEV);
        first = open_with(SETTINGS(ON_LO, "port", "67"));
        ck_assert_int_eq(try_open(&t, &err, SETTINGS(ON_LO, "port", "67")), DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(err, EADDRINUSE);
        dhcpperf_transport_free(first);
        if (setuid(65534) == 0) {
            ck_assert_int_eq(try_open(&t, &err, SETTINGS(ON_LO, "port", "67")),
                             DHCPPERF_E_PERMISSION);
            ck_assert_int_eq(err, EPERM);
        }
        ck_assert_ptr_null(t);
    }
END_TEST

START_TEST(opening_survives_every_failed_allocation)
    {
        dhcpperf_transport_config *c;
        dhcpperf_transport *t = NULL;
        uint64_t n;
        int rc = DHCPPERF_E_NOMEM, err;

        ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "kind", "packet"), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "interface", "lo"), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "port", "67"), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "burst", "16"), 0);
        for (n = 1; rc != 0; n++) {
            allocfail af;

            allocfail_init(&af, n);
            rc = dhcpperf_transport_open(&t, c, &af.mem, &err);
            if (rc == 0) {
                dhcpperf_transport_free(t);
            } else {
                ck_assert_msg(rc == DHCPPERF_E_NOMEM && err == 0, "allocation %u: %d", (unsigned)n,
                              rc);
            }
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u", (unsigned)n);
        }
        ck_assert_uint_gt(n, 20);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(a_socket_that_a_parent_opened_is_used)
    {
        dhcpperf_transport_config *c;
        dhcpperf_transport *t = NULL;
        int fd = socket(AF_PACKET, SOCK_RAW, 0), udp = socket(AF_INET, SOCK_DGRAM, 0), err = 0;

        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "kind", "packet"), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "interface", "lo"), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "port", "67"), 0);
        ck_assert_int_eq(dhcpperf_transport_adopt_fd(&t, udp, c, NULL, &err), DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(err, EPROTOTYPE);
        ck_assert_int_eq(close(udp), 0); /* it stayed ours */
        ck_assert_int_eq(dhcpperf_transport_adopt_fd(&t, fd, c, NULL, &err), 0);
        ck_assert_int_eq(dhcpperf_transport_fd(t), fd);
        send_some(t, 3, 67, 0);
        ck_assert_int_eq(receive(t), 3);
        dhcpperf_transport_free(t);
        ck_assert_int_eq(close(fd), -1);
        dhcpperf_transport_config_free(c);
    }
END_TEST

static dhcpperf_server *make_server(void)
{
    const dhcpperf_ip4 first = {{127, 1, 0, 1}}, last = {{127, 1, 3, 254}};
    dhcpperf_server_config *c;
    dhcpperf_server *s;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, (dhcpperf_ip4){{127, 0, 0, 0}}, 8, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, first, last), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(c, "server-id", "127.0.0.1"), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
    ck_assert_int_eq(dhcpperf_server_new(&s, c, NULL), 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(pool);
    return s;
}

static dhcpperf_client *make_clients(const char *n)
{
    dhcpperf_client_config *c;
    dhcpperf_client *cli;
    dhcpperf_retry *retry;

    ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set(c, "stations", n), 0);
    ck_assert_int_eq(dhcpperf_retry_new(&retry, "fast", NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
    ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), 0);
    dhcpperf_retry_free(retry);
    dhcpperf_client_config_free(c);
    return cli;
}

/* Clients without addresses broadcast; the server unicasts to addresses that nobody has yet, at the
 * clients' hardware addresses, which are not the interface's. */
START_TEST(clients_without_addresses_get_them)
    {
        dhcpperf_transport *at_server = open_with(SETTINGS(ON_LO, "port", "67")),
                           *at_clients = open_with(SETTINGS(ON_LO, "port", "68", "promisc", "on"));
        dhcpperf_server *s = make_server();
        dhcpperf_client *cli = make_clients("1000");
        dhcpperf_pump *pumps[2];
        dhcpperf_ts start = dhcpperf_clock_monotonic();

        ck_assert_int_eq(
            dhcpperf_pump_new(&pumps[0], dhcpperf_server_engine(s), at_server, 0, NULL), 0);
        ck_assert_int_eq(
            dhcpperf_pump_new(&pumps[1], dhcpperf_client_engine(cli), at_clients, 0, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_begin(cli, start), 0);
        while (!dhcpperf_client_is_done(cli) &&
               dhcpperf_clock_monotonic() < start + 8 * DHCPPERF_NS_PER_S) {
            ck_assert_int_eq(
                dhcpperf_pump_run(pumps, 2, dhcpperf_clock_monotonic() + DHCPPERF_NS_PER_MS, NULL),
                0);
        }
        ck_assert_uint_eq(dhcpperf_client_count_in(cli, DHCPPERF_ST_BOUND), 1000);
        ck_assert_uint_eq(dhcpperf_server_count(s, DHCPPERF_LEASE_BOUND), 1000);
        dhcpperf_pump_free(pumps[0]);
        dhcpperf_pump_free(pumps[1]);
        dhcpperf_transport_free(at_server);
        dhcpperf_transport_free(at_clients);
        dhcpperf_client_free(cli);
        dhcpperf_server_free(s);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, begin, NULL);
    tcase_add_test(tc, what_is_sent_comes_once_and_as_it_was);
    tcase_add_test(tc, other_ports_do_not_come);
    tcase_add_loop_test(tc, tags_choose_who_hears, 0, (int)(sizeof tags / sizeof tags[0]));
    tcase_add_test(tc, two_tags_come_as_two);
    tcase_add_test(tc, a_train_of_a_local_sender_comes_as_its_messages);
    tcase_add_test(tc, the_kernel_does_not_call_the_port_unreachable);
    tcase_add_test(tc, arp_comes_when_it_is_wanted);
    tcase_add_test(tc, an_interface_that_goes_down_and_up_is_heard_again);
    tcase_add_test(tc, a_failed_opening_says_why);
    tcase_add_test(tc, opening_survives_every_failed_allocation);
    tcase_add_test(tc, a_socket_that_a_parent_opened_is_used);
    tcase_add_test(tc, clients_without_addresses_get_them);
}

/* Whether a child of ours gets its namespace and a packet socket. */
static int can_try(void)
{
    int status = 1;
    pid_t child = fork();

    if (child == 0) {
        _exit(enter() == 0 && socket(AF_PACKET, SOCK_RAW, 0) >= 0 ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
    if (!can_try()) {
        puts("1..0 # SKIP this system does not let us make network namespaces");
        return EXIT_SUCCESS;
    }
    return harness_run("carrier_packet", tests);
}

#else

int main(void)
{
    puts("1..0 # SKIP no packet sockets on this system");
    return EXIT_SUCCESS;
}

#endif
