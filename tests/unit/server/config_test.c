/* SPDX-License-Identifier: MIT */
/* config_test.c - a server's configuration as text and typed. */
#include <libdhcpperf/server.h>

#include <string.h>

#include "support/allocfail.h"
#include "support/harness.h"

static allocfail af;
static dhcpperf_server_config *config;

static void open_config(void)
{
    allocfail_init(&af, 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&config, &af.mem), 0);
}

static void close_config(void)
{
    dhcpperf_server_config_free(config);
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

static void assert_value(const char *key, const char *want)
{
    char got[64];

    ck_assert_int_ge(dhcpperf_server_config_get(config, key, got, sizeof got), 0);
    ck_assert_msg(strcmp(got, want) == 0, "%s is %s, expected %s", key, got, want);
}

START_TEST(every_default_means_what_it_says)
    {
        const char *key, *unit, *def, *help;
        unsigned i, n = 0;
        char before[64], after[64];

        open_config();
        for (i = 0; dhcpperf_server_config_describe(i, &key, &unit, &def, &help) == 1; i++) {
            ck_assert_int_gt((int)strlen(help), 10);
            ck_assert_int_ge(dhcpperf_server_config_get(config, key, before, sizeof before), 0);
            ck_assert_msg(dhcpperf_server_config_set(config, key, def) == 0, "%s=%s", key, def);
            ck_assert_int_ge(dhcpperf_server_config_get(config, key, after, sizeof after), 0);
            ck_assert_str_eq(before, after);
            n++;
        }
        ck_assert_uint_gt(n, 20);
        close_config();
    }
END_TEST

START_TEST(typed_setters_and_text_set_the_same)
    {
        dhcpperf_mac mac = {{2, 0, 0, 0, 0, 9}};
        dhcpperf_ip4 id = {{192, 0, 2, 1}};

        open_config();
        ck_assert_int_eq(dhcpperf_server_config_set_identity(config, id, mac), 0);
        assert_value("server-id", "192.0.2.1");
        assert_value("mac", "02:00:00:00:00:09");
        ck_assert_int_eq(dhcpperf_server_config_set_seed(config, 77), 0);
        assert_value("seed", "77");
        ck_assert_int_eq(dhcpperf_server_config_set_max_sessions(config, 5), 0);
        assert_value("sessions.max", "5");
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(config, 9), 0);
        assert_value("held.max", "9");
        ck_assert_int_eq(dhcpperf_server_config_set_offer_hold(config, DHCPPERF_NS_PER_S), 0);
        assert_value("offer.hold", "1s");
        ck_assert_int_eq(dhcpperf_server_config_set_service_time(config, 9000, 1000), 0);
        assert_value("service.time", "9us");
        assert_value("service.jitter", "1us");
        close_config();
    }
END_TEST

START_TEST(nonsense_is_refused_and_changes_nothing)
    {
        static const struct {
            const char *key, *value;
            int want;
        } cases[] = {{"no.such", "1", DHCPPERF_E_NOKEY},
                     {"port", "0", DHCPPERF_E_RANGE},
                     {"port", "65536", DHCPPERF_E_RANGE},
                     {"port", "dhcp", DHCPPERF_E_SYNTAX},
                     {"server-id", "10.0.0", DHCPPERF_E_SYNTAX},
                     {"reply-to", "nobody", DHCPPERF_E_SYNTAX},
                     {"relay.max-hops", "256", DHCPPERF_E_RANGE},
                     {"held.max", "0", DHCPPERF_E_RANGE},
                     {"offer.hold", "0s", DHCPPERF_E_RANGE},
                     {"authoritative", "maybe", DHCPPERF_E_SYNTAX},
                     {"lease.min", "0s", DHCPPERF_E_RANGE}};
        char before[64], after[64];
        int known, rc;

        open_config();
        known = dhcpperf_server_config_get(config, cases[_i].key, before, sizeof before) >= 0;
        rc = dhcpperf_server_config_set(config, cases[_i].key, cases[_i].value);
        ck_assert_msg(rc == cases[_i].want, "case %d gives %d", _i, rc);
        if (known) {
            ck_assert_int_ge(dhcpperf_server_config_get(config, cases[_i].key, after, sizeof after),
                             0);
            ck_assert_str_eq(before, after);
        }
        close_config();
    }
END_TEST

START_TEST(typed_nonsense_is_refused)
    {
        open_config();
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(config, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_server_config_set_offer_hold(config, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_server_config_set_offer_hold(config, DHCPPERF_NEVER),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_server_config_set_service_time(config, 5, 6), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_server_config_set_shard(config, 0, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_server_config_set_shard(config, 2, 2), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(config, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_config_set(config, NULL, "1"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_config_set(NULL, "port", "1"), DHCPPERF_E_INVALID);
        close_config();
    }
END_TEST

START_TEST(own_addresses_are_limited)
    {
        dhcpperf_ip4 ip = {{192, 0, 2, 1}};
        unsigned k;

        open_config();
        for (k = 0; k < 16; k++) {
            ck_assert_int_eq(dhcpperf_server_config_add_address(config, ip), 0);
        }
        ck_assert_int_eq(dhcpperf_server_config_add_address(config, ip), DHCPPERF_E_FULL);
        close_config();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, every_default_means_what_it_says);
    tcase_add_test(tc, typed_setters_and_text_set_the_same);
    tcase_add_loop_test(tc, nonsense_is_refused_and_changes_nothing, 0, 11);
    tcase_add_test(tc, typed_nonsense_is_refused);
    tcase_add_test(tc, own_addresses_are_limited);
}

HARNESS_MAIN("server/config", tests)
