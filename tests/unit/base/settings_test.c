/* SPDX-License-Identifier: MIT */
/* settings_test.c - one table, every type: text in, text out, and text that must be refused. */
#include "base/dp_settings.h"

#include <string.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/types.h>

#include "base/dp_rng.h"
#include "support/harness.h"

typedef struct config {
    uint64_t guard0;
    uint32_t stations;
    uint64_t seed;
    int relay;
    dhcpperf_dur timeout;
    uint32_t lease;
    dhcpperf_ip4 server;
    dhcpperf_mac mac;
    uint64_t loss;
    int mode;
    uint64_t guard1;
} config;

static const char *const modes[] = {"simulation", "realistic", "broadcast", NULL};

static const dp_setting table[] = {
    {"stations", "stations", "1", "How many", DP_SET_U32, offsetof(config, stations), 1, 10000000,
     NULL},
    {"seed", "", "1", "Randomness", DP_SET_U64, offsetof(config, seed), 0, UINT64_MAX, NULL},
    {"relay.enable", "", "false", "Whether", DP_SET_BOOL, offsetof(config, relay), 0, 1, NULL},
    {"timeout", "s", "5s", "How long", DP_SET_DUR, offsetof(config, timeout), 1000,
     3600 * DHCPPERF_NS_PER_S, NULL},
    {"lease.time", "s", "1h", "Lease", DP_SET_LEASE, offsetof(config, lease), 1, UINT32_MAX - 1,
     NULL},
    {"server", "", "127.0.0.1", "Where", DP_SET_IP4, offsetof(config, server), 0, 0, NULL},
    {"mac.base", "", "02:00:00:00:00:00", "Who", DP_SET_MAC, offsetof(config, mac), 0, 0, NULL},
    {"loss", "", "0.05", "Chance", DP_SET_CHANCE, offsetof(config, loss), 0, 0, NULL},
    {"mode", "", "realistic", "How", DP_SET_ENUM, offsetof(config, mode), 0, 0, modes},
};
enum {
    N = sizeof table / sizeof table[0]
};

static config fresh(void)
{
    config c;

    memset(&c, 0xee, sizeof c);
    dp_settings_defaults(table, N, &c);
    return c;
}

START_TEST(defaults_are_what_the_table_says_and_touch_nothing_else)
    {
        config c = fresh();

        ck_assert_uint_eq(c.stations, 1);
        ck_assert_uint_eq(c.seed, 1);
        ck_assert_int_eq(c.relay, 0);
        ck_assert_uint_eq(c.timeout, 5 * DHCPPERF_NS_PER_S);
        ck_assert_uint_eq(c.lease, 3600);
        assert_ip4_eq(c.server, "127.0.0.1");
        ck_assert_uint_eq(c.mac.b[0], 2);
        ck_assert_uint_eq(c.loss, dp_threshold(0.05));
        ck_assert_int_eq(c.mode, 1);
        ck_assert_uint_eq(c.guard0, UINT64_C(0xeeeeeeeeeeeeeeee));
        ck_assert_uint_eq(c.guard1, UINT64_C(0xeeeeeeeeeeeeeeee));
    }
END_TEST

/* Text that is taken, and how it is written back. */
static const char *const good[][3] = {
    {"stations", "1", "1"},
    {"stations", "10M", "10000000"},
    {"stations", "50k", "50000"},
    {"seed", "0xffffffffffffffff", "18446744073709551615"},
    {"seed", "0", "0"},
    {"relay.enable", "YES", "true"},
    {"relay.enable", "off", "false"},
    {"relay.enable", "1", "true"},
    {"timeout", "1us", "1us"},
    {"timeout", "1h", "1h"},
    {"timeout", "1.5s", "1s500ms"},
    {"lease.time", "infinite", "infinite"},
    {"lease.time", "1s", "1s"},
    {"lease.time", "90m", "1h30m"},
    {"lease.time", "4294967294s", "1193046h28m14s"},
    {"server", "255.255.255.255", "255.255.255.255"},
    {"mac.base", "02-00-5e-00-00-FF", "02:00:5e:00:00:ff"},
    {"loss", "0", "0.000000000"},
    {"loss", "1", "1.000000000"},
    {"loss", "0.001", "0.001000000"},
    {"loss", "5e-2", "0.050000000"},
    {"loss", "0.999999999", "0.999999999"},
    {"mode", "broadcast", "broadcast"},
};

START_TEST(values_are_taken_and_written_back_so_that_they_are_taken_again)
    {
        config c = fresh(), again;
        char buf[64];
        int n;

        ck_assert_msg(dp_settings_set(table, N, &c, good[_i][0], good[_i][1]) == 0, "%s = %s",
                      good[_i][0], good[_i][1]);
        n = dp_settings_get(table, N, &c, good[_i][0], buf, sizeof buf);
        ck_assert_int_eq(n, (int)strlen(good[_i][2]));
        ck_assert_str_eq(buf, good[_i][2]);
        again = c;
        ck_assert_int_eq(dp_settings_set(table, N, &again, good[_i][0], buf), 0);
        ck_assert_int_eq(dp_settings_get(table, N, &again, good[_i][0], buf, sizeof buf), n);
        ck_assert_str_eq(buf, good[_i][2]);
        ck_assert_int_eq(dp_settings_get(table, N, &c, good[_i][0], buf, (size_t)n),
                         DHCPPERF_E_NOBUFS);
    }
END_TEST

static const struct {
    const char *key, *value;
    int want;
} bad[] = {
    {"station", "1", DHCPPERF_E_NOKEY},
    {"Stations", "1", DHCPPERF_E_NOKEY},
    {"", "1", DHCPPERF_E_NOKEY},
    {"stations", "0", DHCPPERF_E_RANGE},
    {"stations", "10000001", DHCPPERF_E_RANGE},
    {"stations", "4294967297", DHCPPERF_E_RANGE},
    {"stations", "99999999999999999999999", DHCPPERF_E_RANGE},
    {"stations", "18446744073709551615G", DHCPPERF_E_RANGE},
    {"stations", "-1", DHCPPERF_E_SYNTAX},
    {"stations", "", DHCPPERF_E_SYNTAX},
    {"stations", "5 ", DHCPPERF_E_SYNTAX},
    {"stations", "5x", DHCPPERF_E_SYNTAX},
    {"seed", "0x", DHCPPERF_E_SYNTAX},
    {"seed", "18446744073709551616", DHCPPERF_E_RANGE},
    {"relay.enable", "maybe", DHCPPERF_E_SYNTAX},
    {"relay.enable", "2", DHCPPERF_E_SYNTAX},
    {"timeout", "5", DHCPPERF_E_SYNTAX},
    {"timeout", "999ns", DHCPPERF_E_RANGE},
    {"timeout", "1h1ns", DHCPPERF_E_RANGE},
    {"timeout", "infinite", DHCPPERF_E_RANGE},
    {"lease.time", "0s", DHCPPERF_E_RANGE},
    {"lease.time", "999ms", DHCPPERF_E_RANGE},
    {"lease.time", "4294967295s", DHCPPERF_E_RANGE},
    {"lease.time", "forever", DHCPPERF_E_SYNTAX},
    {"server", "127.0.0", DHCPPERF_E_SYNTAX},
    {"server", "localhost", DHCPPERF_E_SYNTAX},
    {"mac.base", "02:00:00:00:00", DHCPPERF_E_SYNTAX},
    {"loss", "1.1", DHCPPERF_E_RANGE},
    {"loss", "-0.1", DHCPPERF_E_RANGE},
    {"loss", "5%", DHCPPERF_E_SYNTAX},
    {"loss", "nan", DHCPPERF_E_SYNTAX},
    {"mode", "Broadcast", DHCPPERF_E_SYNTAX},
    {"mode", "", DHCPPERF_E_SYNTAX},
};

START_TEST(wrong_values_are_refused_and_change_nothing)
    {
        config c = fresh(), before;
        int rc;

        memcpy(&before, &c, sizeof c);
        rc = dp_settings_set(table, N, &c, bad[_i].key, bad[_i].value);
        ck_assert_msg(rc == bad[_i].want, "%s = \"%s\": %d", bad[_i].key, bad[_i].value, rc);
        assert_mem_eq(&c, &before, sizeof c);
    }
END_TEST

START_TEST(the_table_describes_itself)
    {
        const char *key = NULL, *unit = NULL, *def = NULL, *help = NULL;
        unsigned i;

        for (i = 0; i < N; i++) {
            ck_assert_int_eq(dp_settings_describe(table, N, i, &key, &unit, &def, &help), 1);
            ck_assert_str_eq(key, table[i].key);
            ck_assert_str_eq(unit, table[i].unit);
            ck_assert_str_eq(def, table[i].def);
            ck_assert_str_eq(help, table[i].help);
            ck_assert_ptr_eq(dp_settings_find(table, N, key), &table[i]);
        }
        ck_assert_int_eq(dp_settings_describe(table, N, N, &key, &unit, &def, &help), 0);
        ck_assert_int_eq(dp_settings_get(table, N, &i, "nothing", NULL, 0), DHCPPERF_E_NOKEY);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, defaults_are_what_the_table_says_and_touch_nothing_else);
    tcase_add_loop_test(tc, values_are_taken_and_written_back_so_that_they_are_taken_again, 0,
                        sizeof good / sizeof good[0]);
    tcase_add_loop_test(tc, wrong_values_are_refused_and_change_nothing, 0,
                        sizeof bad / sizeof bad[0]);
    tcase_add_test(tc, the_table_describes_itself);
}

HARNESS_MAIN("base/settings", tests)
