/* SPDX-License-Identifier: MIT */
/* transport_test.c - configuration, dispatch to a caller's carrier, and what a failed open says. */
#include <libdhcpperf/transport.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/allocfail.h"
#include "support/harness.h"

/* -- configuration -- */

static dhcpperf_transport_config *config(void)
{
    dhcpperf_transport_config *c;

    ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "bind", "127.0.0.1"), 0);
    return c;
}

START_TEST(every_setting_reads_back_its_default)
    {
        const char *key, *unit, *def, *help;
        dhcpperf_transport_config *c;
        char text[64];
        unsigned i;

        ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
        for (i = 0; dhcpperf_transport_config_describe(i, &key, &unit, &def, &help) == 1; i++) {
            ck_assert_msg(dhcpperf_transport_config_get(c, key, text, sizeof text) >= 0, "%s", key);
            ck_assert_msg(dhcpperf_transport_config_set(c, key, text) == 0, "%s=%s", key, text);
            ck_assert_msg(help[0] != '\0' && help[strlen(help) - 1] != '.', "%s: help", key);
        }
        ck_assert_uint_ge(i, 10);
        dhcpperf_transport_config_free(c);
    }
END_TEST

static const struct {
    const char *key, *value;
    int rc;
} refused[] = {
    {"vlan", "4096", DHCPPERF_E_RANGE},        {"kind", "carrier-pigeon", DHCPPERF_E_SYNTAX},
    {"gso", "maybe", DHCPPERF_E_SYNTAX},       {"bind", "localhost", DHCPPERF_E_SYNTAX},
    {"port", "65536", DHCPPERF_E_RANGE},       {"port", "-1", DHCPPERF_E_SYNTAX},
    {"burst", "0", DHCPPERF_E_RANGE},          {"interface", "name-of-sixteen-", DHCPPERF_E_RANGE},
    {"probe-timeout", "0s", DHCPPERF_E_RANGE}, {"colour", "red", DHCPPERF_E_NOKEY},
};

START_TEST(a_bad_setting_is_refused_by_kind)
    {
        dhcpperf_transport_config *c = config();
        char before[64], after[64];

        (void)dhcpperf_transport_config_get(c, refused[_i].key, before, sizeof before);
        ck_assert_msg(dhcpperf_transport_config_set(c, refused[_i].key, refused[_i].value) ==
                          refused[_i].rc,
                      "case %d: %s=%s", _i, refused[_i].key, refused[_i].value);
        if (dhcpperf_transport_config_get(c, refused[_i].key, after, sizeof after) >= 0) {
            ck_assert_msg(strcmp(before, after) == 0, "case %d changed the config", _i);
        }
        dhcpperf_transport_config_free(c);
    }
END_TEST

/* -- open -- */

START_TEST(port_zero_opens_on_a_free_port_and_tells_it)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t;
        dhcpperf_endpoint local;
        dhcpperf_carrier_stats s;

        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_get_local(t, &local), 0);
        assert_ip4_eq(local.ip, "127.0.0.1");
        ck_assert_uint_ne(local.port, 0);
        ck_assert_int_ge(dhcpperf_transport_fd(t), 0);
        ck_assert_int_eq(dhcpperf_transport_stats(t, &s, sizeof s), 0);
        ck_assert_uint_eq(s.size, sizeof s);
        ck_assert_uint_gt(s.rcvbuf, 0);
        ck_assert_uint_ge(s.train_max, 1);
        dhcpperf_transport_free(t);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(a_port_in_use_says_so)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t, *u = NULL;
        dhcpperf_endpoint local;
        char port[8];
        int err = 0;

        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_get_local(t, &local), 0);
        (void)snprintf(port, sizeof port, "%u", local.port);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "port", port), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&u, c, NULL, &err), DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(err, EADDRINUSE);
        ck_assert_ptr_null(u);
        dhcpperf_transport_free(t);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(several_workers_may_share_a_port)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t, *u;
        dhcpperf_endpoint local;
        char port[8];

        ck_assert_int_eq(dhcpperf_transport_config_set(c, "reuse", "port"), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_get_local(t, &local), 0);
        (void)snprintf(port, sizeof port, "%u", local.port);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "port", port), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&u, c, NULL, NULL), 0);
        dhcpperf_transport_free(u);
        dhcpperf_transport_free(t);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(an_address_or_interface_of_somebody_else_says_so)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t = NULL;
        int err = 0;

        ck_assert_int_eq(dhcpperf_transport_config_set(c, "interface", "nonesuch0"), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, &err), DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(err, ENODEV);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "interface", ""), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "bind", "192.0.2.1"), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, &err), DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(err, EADDRNOTAVAIL);
        dhcpperf_transport_config_free(c);
    }
END_TEST

static int lowest_free_port(void)
{
    FILE *f = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "r");
    int n = 1024;

    if (f != NULL) {
        if (fscanf(f, "%d", &n) != 1) {
            n = 1024;
        }
        (void)fclose(f);
    }
    return n;
}

START_TEST(a_privileged_port_without_privilege_says_so)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t = NULL;
        int err = 0;

        if (lowest_free_port() <= 67 || (geteuid() == 0 && setuid(65534) != 0)) {
            dhcpperf_transport_config_free(c);
            return; /* every port is free for all here */
        }
        ck_assert_int_eq(dhcpperf_transport_config_set(c, "port", "67"), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, &err), DHCPPERF_E_PERMISSION);
        ck_assert_int_eq(err, EACCES);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(an_adopted_socket_is_used_and_closed)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t;
        int fd = socket(AF_INET, SOCK_DGRAM, 0);

        ck_assert_int_eq(dhcpperf_transport_adopt_fd(&t, fd, c, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_fd(t), fd);
        dhcpperf_transport_free(t);
        ck_assert_int_eq(close(fd), -1);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(a_socket_that_cannot_be_adopted_stays_the_callers)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t = NULL;
        int fd = socket(AF_INET, SOCK_STREAM, 0), err = 0;

        ck_assert_int_eq(dhcpperf_transport_adopt_fd(&t, fd, c, NULL, &err), DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(err, EPROTOTYPE);
        ck_assert_int_eq(close(fd), 0);
        ck_assert_int_eq(dhcpperf_transport_adopt_fd(&t, -1, c, NULL, &err), DHCPPERF_E_INVALID);
        ck_assert_int_eq(err, 0);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(open_survives_every_failed_allocation)
    {
        allocfail af;
        dhcpperf_transport_config *c;
        dhcpperf_transport *t = NULL;
        uint64_t n;
        int rc = DHCPPERF_E_NOMEM;

        for (n = 1; rc == DHCPPERF_E_NOMEM; n++) {
            allocfail_init(&af, n);
            rc = dhcpperf_transport_config_new(&c, &af.mem);
            if (rc == 0) {
                (void)dhcpperf_transport_config_set(c, "slots", "8");
                (void)dhcpperf_transport_config_set(c, "burst", "4");
                rc = dhcpperf_transport_open(&t, c, &af.mem, NULL);
                dhcpperf_transport_config_free(c);
            }
            if (rc == 0) {
                dhcpperf_transport_free(t);
            }
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u", (unsigned)n);
        }
        ck_assert_int_eq(rc, 0);
        ck_assert_uint_gt(n, 20);
    }
END_TEST

/* -- a caller's own carrier -- */

typedef struct own {
    int closed, calls;
} own;

static int own_rx(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    own *o = self;

    (void)pkts;
    (void)now;
    o->calls++;
    return (int)max;
}

static void own_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    own *o = self;

    (void)pkts;
    (void)n;
    o->calls++;
}

static int own_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t len)
{
    own *o = self;

    (void)pkts;
    (void)want;
    o->calls++;
    return (int)len;
}

static int own_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    own *o = self;

    (void)pkts;
    (void)n;
    (void)now;
    o->calls++;
    return (int)fill;
}

static int own_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    own *o = self;

    (void)done;
    (void)now;
    o->calls++;
    return (int)max;
}

static void own_close(void *self)
{
    own *o = self;

    o->closed++;
}

static dhcpperf_transport_ops own_ops(void)
{
    dhcpperf_transport_ops ops = {.size = sizeof ops,
                                  .rx_burst = own_rx,
                                  .rx_done = own_rx_done,
                                  .tx_loan = own_loan,
                                  .tx_commit = own_commit,
                                  .tx_done = own_done,
                                  .close = own_close};

    return ops;
}

START_TEST(a_carrier_of_ones_own_is_called_and_closed)
    {
        dhcpperf_transport_ops ops = own_ops();
        dhcpperf_transport *t;
        dhcpperf_pkt pkt[3];
        dhcpperf_txdone done[2];
        dhcpperf_endpoint local;
        dhcpperf_carrier_stats s;
        own o = {0, 0};

        ck_assert_int_eq(dhcpperf_transport_new(&t, &ops, &o, NULL), 0);
        memset(&ops, 0, sizeof ops); /* they are copied */
        ck_assert_int_eq(dhcpperf_transport_rx(t, pkt, 3, 1), 3);
        dhcpperf_transport_rx_done(t, pkt, 3);
        ck_assert_int_eq(dhcpperf_transport_tx_loan(t, pkt, 3, 300), 300);
        ck_assert_int_eq(dhcpperf_transport_tx_commit(t, pkt, 3, 2, 1), 2);
        ck_assert_int_eq(dhcpperf_transport_tx_done(t, done, 2, 1), 2);
        ck_assert_int_eq(o.calls, 5);
        ck_assert_int_eq(dhcpperf_transport_fd(t), -1);
        ck_assert_int_eq(dhcpperf_transport_wants_write(t), 0);
        ck_assert_int_eq(dhcpperf_transport_errno(t), 0);
        ck_assert_uint_eq(dhcpperf_transport_deadline(t), DHCPPERF_NEVER);
        ck_assert_int_eq(dhcpperf_transport_stats(t, &s, sizeof s), DHCPPERF_E_UNSUPPORTED);
        ck_assert_int_eq(dhcpperf_transport_get_local(t, &local), DHCPPERF_E_UNSUPPORTED);
        dhcpperf_transport_free(t);
        ck_assert_int_eq(o.closed, 1);
    }
END_TEST

START_TEST(a_carrier_without_the_five_functions_is_refused)
    {
        dhcpperf_transport_ops ops = own_ops();
        dhcpperf_transport *t = NULL;

        switch (_i) {
        case 0:
            ops.rx_burst = NULL;
            break;
        case 1:
            ops.rx_done = NULL;
            break;
        case 2:
            ops.tx_loan = NULL;
            break;
        case 3:
            ops.tx_commit = NULL;
            break;
        case 4:
            ops.tx_done = NULL;
            break;
        case 5:
            ops.size = offsetof(dhcpperf_transport_ops, tx_done);
            break;
        }
        ck_assert_msg(dhcpperf_transport_new(&t, &ops, NULL, NULL) == DHCPPERF_E_INVALID, "case %d",
                      _i);
        ck_assert_ptr_null(t);
    }
END_TEST

/* A program built before `close` and what follows it existed. */
START_TEST(an_older_table_of_functions_still_works)
    {
        dhcpperf_transport_ops ops = own_ops();
        dhcpperf_transport *t;
        own o = {0, 0};

        ops.size = offsetof(dhcpperf_transport_ops, wants_write);
        ck_assert_int_eq(dhcpperf_transport_new(&t, &ops, &o, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_wants_write(t), 0);
        dhcpperf_transport_free(t);
        ck_assert_int_eq(o.closed, 0);
    }
END_TEST

START_TEST(statistics_serve_older_and_newer_callers)
    {
        dhcpperf_transport_config *c = config();
        dhcpperf_transport *t;
        struct {
            dhcpperf_carrier_stats s;
            uint64_t later;
        } big;
        dhcpperf_carrier_stats small;

        ck_assert_int_eq(dhcpperf_transport_open(&t, c, NULL, NULL), 0);
        memset(&big, 0xff, sizeof big);
        ck_assert_int_eq(dhcpperf_transport_stats(t, &big.s, sizeof big), 0);
        ck_assert_uint_eq(big.s.size, sizeof(dhcpperf_carrier_stats));
        ck_assert_uint_eq(big.later, 0);
        memset(&small, 0xff, sizeof small);
        ck_assert_int_eq(
            dhcpperf_transport_stats(t, &small, offsetof(dhcpperf_carrier_stats, rx_trains)), 0);
        ck_assert_uint_eq(small.size, offsetof(dhcpperf_carrier_stats, rx_trains));
        ck_assert_uint_eq(small.rx_trains, UINT64_MAX);
        ck_assert_int_eq(dhcpperf_transport_stats(t, &small, 1), DHCPPERF_E_INVALID);
        dhcpperf_transport_free(t);
        dhcpperf_transport_config_free(c);
    }
END_TEST

START_TEST(nothing_in_is_invalid_not_a_crash)
    {
        dhcpperf_pkt pkt;
        dhcpperf_txdone done;

        ck_assert_int_eq(dhcpperf_transport_new(NULL, NULL, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_transport_open(NULL, NULL, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_transport_rx(NULL, &pkt, 1, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_transport_tx_loan(NULL, &pkt, 1, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_transport_tx_commit(NULL, &pkt, 1, 0, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_transport_tx_done(NULL, &done, 1, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_transport_config_set(NULL, "port", "1"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_transport_fd(NULL), -1);
        dhcpperf_transport_rx_done(NULL, &pkt, 1);
        dhcpperf_transport_free(NULL);
        dhcpperf_transport_config_free(NULL);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, every_setting_reads_back_its_default);
    tcase_add_loop_test(tc, a_bad_setting_is_refused_by_kind, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(tc, port_zero_opens_on_a_free_port_and_tells_it);
    tcase_add_test(tc, a_port_in_use_says_so);
    tcase_add_test(tc, several_workers_may_share_a_port);
    tcase_add_test(tc, an_address_or_interface_of_somebody_else_says_so);
    tcase_add_test(tc, a_privileged_port_without_privilege_says_so);
    tcase_add_test(tc, an_adopted_socket_is_used_and_closed);
    tcase_add_test(tc, a_socket_that_cannot_be_adopted_stays_the_callers);
    tcase_add_test(tc, open_survives_every_failed_allocation);
    tcase_add_test(tc, a_carrier_of_ones_own_is_called_and_closed);
    tcase_add_loop_test(tc, a_carrier_without_the_five_functions_is_refused, 0, 6);
    tcase_add_test(tc, an_older_table_of_functions_still_works);
    tcase_add_test(tc, statistics_serve_older_and_newer_callers);
    tcase_add_test(tc, nothing_in_is_invalid_not_a_crash);
}

HARNESS_MAIN("io/transport", tests)
