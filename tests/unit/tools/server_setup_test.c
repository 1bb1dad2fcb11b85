/* SPDX-License-Identifier: MIT */
/* server_setup_test.c - the subnet that follows from the flags of dhcp-server. */
#include "common/server_setup.h"

#include <string.h>

#include "common/server_options.h"
#include "support/harness.h"

static options o;
static server_setup s;

static void setup(void)
{
    ck_assert_int_eq(options_init(&o, "dhcp-server", server_option_specs, server_option_count), 0);
}

static void teardown(void)
{
    options_free(&o);
}

START_TEST(the_smallest_subnet_holds_pool_and_gateway)
    {
        static const struct {
            const char *line, *network;
            unsigned prefix;
        } v[] = {
            {"--start-ip 192.168.100.10 --end-ip 192.168.100.250", "192.168.100.0", 24},
            {"--start-ip 172.16.1.100 --end-ip 172.16.10.250", "172.16.0.0", 20},
            {"--start-ip 10.0.0.10 --end-ip 10.15.255.250", "10.0.0.0", 12},
            {"--start-ip 10.0.0.5 --end-ip 10.0.0.5", "10.0.0.4", 30},
            /* The ends of the pool are hosts: neither network nor broadcast address. */
            {"--start-ip 10.0.0.4 --end-ip 10.0.0.7", "10.0.0.0", 28},
            {"--start-ip 10.0.0.1 --end-ip 10.0.0.254", "10.0.0.0", 24},
            {"--start-ip 10.0.0.0 --end-ip 10.0.0.9", "8.0.0.0", 6},
            {"--start-ip 10.0.0.10 --end-ip 10.0.0.20 --gateway 10.0.0.1", "10.0.0.0", 27},
            {"--start-ip 10.0.0.10 --end-ip 10.0.0.20 --gateway 10.0.1.1", "10.0.0.0", 23},
            {"--start-ip 10.0.0.10/16 --end-ip 10.0.0.20", "10.0.0.0", 16},
            {"--start-ip 10.0.0.10 --end-ip 10.0.0.20 --netmask 255.0.0.0", "10.0.0.0", 8},
            {"--start-ip 10.0.0.10/8 --end-ip 10.0.0.20 --netmask 8", "10.0.0.0", 8},
        };

        ck_assert_msg(options_read_line(&o, v[_i].line) == 0, "%s", o.error);
        ck_assert_msg(server_setup_build(&s, &o, NULL) == 0, "line %d: %s", _i, s.error);
        ck_assert_msg(s.prefix == v[_i].prefix, "line %d: /%u", _i, s.prefix);
        assert_ip4_eq(s.network, v[_i].network);
    }
END_TEST

/* The loopback interface is 127.0.0.1/8 everywhere. */
START_TEST(an_interface_names_the_server_and_its_subnet)
    {
        static const struct {
            const char *line, *listen;
            unsigned prefix;
        } v[] = {
            {"--interface lo --start-ip 127.1.0.10 --end-ip 127.1.0.20", "127.0.0.1", 8},
            {"--interface lo --start-ip 127.1.0.10/24 --end-ip 127.1.0.20", "127.0.0.1", 24},
            {"--interface lo --start-ip 127.1.0.10 --end-ip 127.1.0.20 --netmask 16", "127.0.0.1",
             16},
            {"--interface lo --start-ip 10.1.0.10 --end-ip 10.1.0.20", "127.0.0.1", 27},
            {"--interface lo --start-ip 127.1.0.10 --end-ip 128.1.0.20", "127.0.0.1", 0},
            {"--interface lo --listen 0.0.0.0 --start-ip 127.1.0.10 --end-ip 127.1.0.20",
             "127.0.0.1", 8},
            {"--interface lo --listen 127.0.0.1 --start-ip 127.1.0.10 --end-ip 127.1.0.20",
             "127.0.0.1", 8},
            {"--interface lo --listen 10.1.0.1 --start-ip 127.1.0.10 --end-ip 127.1.0.20",
             "10.1.0.1", 27},
            {"--interface nonesuch0 --listen 10.1.0.1 --start-ip 127.1.0.10 --end-ip 127.1.0.20",
             "10.1.0.1", 27},
        };
        int rc;

        ck_assert_msg(options_read_line(&o, v[_i].line) == 0, "%s", o.error);
        rc = server_setup_build(&s, &o, NULL);
        ck_assert_msg(rc == (v[_i].prefix != 0 ? 0 : -1), "line %d: %s", _i, s.error);
        assert_ip4_eq(s.listen, v[_i].listen);
        ck_assert_msg(rc != 0 || s.prefix == v[_i].prefix, "line %d: /%u", _i, s.prefix);
    }
END_TEST

START_TEST(an_embedded_server_has_an_address_for_each_client)
    {
        static const uint32_t clients[] = {1, 2, 240, 245, 1000, 65536, 10000000, 16777216};
        server_embedding e = {{{10, 0, 0, 1}}, {{10, 0, 0, 10}}, 0, 7};
        dhcpperf_server_config *c = NULL;

        e.clients = clients[_i];
        ck_assert_msg(server_setup_build(&s, &o, &e) == 0, "%u clients: %s", e.clients, s.error);
        ck_assert_msg(server_setup_configure(&s, &o, &c) == 0, "%u clients: %s", e.clients,
                      s.error);
        ck_assert_msg(s.pool_size == e.clients, "%u addresses for %u clients", s.pool_size,
                      e.clients);
        ck_assert_uint_eq(s.seed, 7);
        assert_ip4_eq(s.listen, "10.0.0.1");
        dhcpperf_server_config_free(c);
    }
END_TEST

START_TEST(a_subnet_may_be_one_address)
    {
        dhcpperf_server_config *c = NULL;

        ck_assert_int_eq(options_read_line(&o, "--subnet 10.1.0.9/32,range=10.1.0.9"), 0);
        ck_assert_msg(server_setup_build(&s, &o, NULL) == 0, "%s", s.error);
        ck_assert_msg(server_setup_configure(&s, &o, &c) == 0, "%s", s.error);
        ck_assert_uint_eq(s.pool_size, 1);
        dhcpperf_server_config_free(c);
    }
END_TEST

START_TEST(the_engine_gets_what_the_flags_say)
    {
        dhcpperf_server_config *c = NULL;
        char text[64];

        ck_assert_int_eq(options_read_line(&o,
                                           "--listen 10.0.0.15 --port 6767 --start-ip "
                                           "10.0.0.10/24 --end-ip 10.0.0.20 --gateway 10.0.0.12 "
                                           "--max-hops 4 --reply-to-source --seed 9 "
                                           "--offer-timeout 2s --dns1 8.8.8.8 --dns2 8.8.4.4"),
                         0);
        ck_assert_msg(server_setup_build(&s, &o, NULL) == 0, "%s", s.error);
        ck_assert_msg(server_setup_configure(&s, &o, &c) == 0, "%s", s.error);
        /* Own address and the gateway's lie in the pool and are never given. */
        ck_assert_uint_eq(s.pool_size, 9);
        dhcpperf_server_config_get(c, "server-id", text, sizeof text);
        ck_assert_str_eq(text, "10.0.0.15");
        dhcpperf_server_config_get(c, "reply-to", text, sizeof text);
        ck_assert_str_eq(text, "source");
        dhcpperf_server_config_get(c, "relay.max-hops", text, sizeof text);
        ck_assert_str_eq(text, "4");
        dhcpperf_server_config_get(c, "offer.hold", text, sizeof text);
        ck_assert_str_eq(text, "2s");
        dhcpperf_server_config_get(c, "port", text, sizeof text);
        ck_assert_str_eq(text, "6767");
        dhcpperf_server_config_free(c);
    }
END_TEST

START_TEST(every_flag_of_behaviour_reaches_the_engine)
    {
        static const struct {
            const char *flag, *key, *value;
        } v[] = {
            {"--authoritative", "authoritative", "true"},
            {"--rapid-commit", "rapid-commit", "true"},
            {"--quarantine 90s", "decline.quarantine", "1m30s"},
            {"--next-server 192.0.2.9", "next-server", "192.0.2.9"},
            {"--boot-file a.img", "boot-file", "a.img"},
            {"--leasequery", "leasequery.enabled", "true"},
            {"--bootp", "bootp.enabled", "true"},
            {"--override=false", "override", "false"},
            {"--echo-client-id=false", "echo-client-id", "false"},
            {"--offer-remaining", "offer.remaining", "true"},
            {"--min-secs 3", "min-secs", "3"},
            {"--remote-id-limit 1k", "remote-id.max-leases", "1000"},
            {"--max-concurrent 2k", "sessions.max", "2000"},
            {"--rate-limit 50k", "rate.max", "50000"},
            {"--source-limit 20", "source-rate.max", "20"},
            {"--ipv6-only 30m", "ipv6-only.wait", "1800"},
            {"--lease-time 2h", "lease.time", "2h"},
            {"--min-lease 90s", "lease.min", "1m30s"},
            {"--max-lease infinite", "lease.max", "infinite"},
            {"--lease-time 30s", "lease.min", "30s"},
            {"--lease-time 2h", "lease.max", "2h"},
        };
        dhcpperf_server_config *c = NULL;
        char text[64];

        ck_assert_int_eq(options_read_line(&o, "--start-ip 10.0.0.10 --end-ip 10.0.0.20"), 0);
        ck_assert_msg(options_read_line(&o, v[_i].flag) == 0, "%s", o.error);
        ck_assert_msg(server_setup_build(&s, &o, NULL) == 0, "%s: %s", v[_i].flag, s.error);
        ck_assert_msg(server_setup_configure(&s, &o, &c) == 0, "%s: %s", v[_i].flag, s.error);
        dhcpperf_server_config_get(c, v[_i].key, text, sizeof text);
        ck_assert_msg(strcmp(text, v[_i].value) == 0, "%s: %s is %s", v[_i].flag, v[_i].key, text);
        dhcpperf_server_config_free(c);
    }
END_TEST

START_TEST(subnets_and_reservations_add_up)
    {
        static const struct {
            const char *line;
            uint32_t addresses, subnets;
        } v[] = {
            {"--subnet 10.1.0.0/24,range=10.1.0.10-10.1.0.19", 10, 1},
            {"--subnet 10.1.0.0/24,range=10.1.0.10-10.1.0.19,exclude=10.1.0.12,10.1.0.14-10.1.0.15",
             7, 1},
            {"--subnet 10.1.0.0/24,range=10.1.0.10-10.1.0.19,range=10.1.0.30", 11, 1},
            {"--subnet 10.1.0.0/24,range=10.1.0.10-10.1.0.19,router=10.1.0.10,10.1.0.11", 8, 1},
            {"--subnet 10.1.0.0/24,range=10.1.0.10-10.1.0.19 --subnet 10.2.0.0/16,lease=5m", 10, 2},
            {"--subnet 10.1.0.0/24 --reserve 02:00:00:00:00:01=10.1.0.5", 1, 1},
            {"--subnet 10.1.0.0/24,reserve=id:0102=10.1.0.5,reserve=circuit:a=10.1.0.6", 2, 1},
            {"--start-ip 10.0.0.10 --end-ip 10.0.0.19 --reserve mac:02:00:00:00:00:01=10.0.0.2", 11,
             0},
            {"--start-ip 10.0.0.10 --end-ip 10.0.0.19 --subnet 10.1.0.0/24,range=10.1.0.1", 11, 1},
            {"--subnet 10.1.0.0/24,option=domain-search=a.b,c.d,range=10.1.0.1,shared=x --subnet "
             "10.1.1.0/24,shared-network=x",
             1, 2},
        };
        dhcpperf_server_config *c = NULL;
        dhcpperf_server *server = NULL;

        ck_assert_msg(options_read_line(&o, v[_i].line) == 0, "%s", o.error);
        ck_assert_msg(server_setup_build(&s, &o, NULL) == 0, "line %d: %s", _i, s.error);
        ck_assert_msg(server_setup_configure(&s, &o, &c) == 0, "line %d: %s", _i, s.error);
        ck_assert_msg(s.pool_size == v[_i].addresses, "line %d: %u addresses", _i, s.pool_size);
        ck_assert_msg(s.subnets == v[_i].subnets, "line %d: %u subnets", _i, s.subnets);
        ck_assert_msg(dhcpperf_server_new(&server, c, NULL) == 0, "line %d", _i);
        dhcpperf_server_free(server);
        dhcpperf_server_config_free(c);
    }
END_TEST

START_TEST(an_infinite_lease_is_all_ones)
    {
        ck_assert_int_eq(options_read_line(&o, "--start-ip 10.0.0.10 --end-ip 10.0.0.20 "
                                               "--lease-time infinite"),
                         0);
        ck_assert_int_eq(server_setup_build(&s, &o, NULL), 0);
        ck_assert_uint_eq(s.lease_s, UINT32_MAX);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, the_smallest_subnet_holds_pool_and_gateway, 0, 12);
    tcase_add_loop_test(tc, an_interface_names_the_server_and_its_subnet, 0, 9);
    tcase_add_loop_test(tc, an_embedded_server_has_an_address_for_each_client, 0, 8);
    tcase_add_test(tc, a_subnet_may_be_one_address);
    tcase_add_test(tc, the_engine_gets_what_the_flags_say);
    tcase_add_loop_test(tc, every_flag_of_behaviour_reaches_the_engine, 0, 19);
    tcase_add_loop_test(tc, subnets_and_reservations_add_up, 0, 10);
    tcase_add_test(tc, an_infinite_lease_is_all_ones);
}

HARNESS_MAIN("tools/server_setup", tests)
