/* SPDX-License-Identifier: MIT */
/* config_test.c - settings, and that a setter which fails changes nothing. */
#include "client/dp_config.h"

#include <string.h>

#include "support/allocfail.h"
#include "support/harness.h"

static dhcpperf_client_config *fresh(void)
{
    dhcpperf_client_config *c;

    ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
    return c;
}

START_TEST(every_default_parses_and_reads_back)
    {
        const dp_setting *s = &dp_client_settings_table[_i];
        dhcpperf_client_config *c = fresh();
        char first[128], second[128];

        ck_assert_msg(dhcpperf_client_config_get(c, s->key, first, sizeof first) >= 0, "%s",
                      s->key);
        ck_assert_msg(dhcpperf_client_config_set(c, s->key, s->def) == 0, "%s=%s", s->key, s->def);
        ck_assert_msg(dhcpperf_client_config_get(c, s->key, second, sizeof second) >= 0, "%s",
                      s->key);
        ck_assert_msg(strcmp(first, second) == 0, "%s: %s is not %s", s->key, first, second);
        ck_assert_msg(dhcpperf_client_config_set(c, s->key, second) == 0, "%s does not read back",
                      s->key);
        ck_assert_msg(s->help[0] != '\0' && s->help[strlen(s->help) - 1] != '.', "%s", s->key);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(describe_lists_each_setting_once)
    {
        const char *key, *unit, *def, *help;
        unsigned n;

        for (n = 0; dhcpperf_client_config_describe(n, &key, &unit, &def, &help) == 1; n++) {
            ck_assert_ptr_eq(
                dp_settings_find(dp_client_settings_table, dp_client_settings_count, key),
                &dp_client_settings_table[n]);
        }
        ck_assert_uint_eq(n, dp_client_settings_count);
    }
END_TEST

START_TEST(refused_values_change_nothing)
    {
        static const struct {
            const char *key, *value;
            int rc;
        } cases[] = {
            {"stations", "0", DHCPPERF_E_RANGE},
            {"stations", "16777217", DHCPPERF_E_RANGE},
            {"stations", "many", DHCPPERF_E_SYNTAX},
            {"server.port", "0", DHCPPERF_E_RANGE},
            {"server.port", "65536", DHCPPERF_E_RANGE},
            {"server.address", "10.0.0", DHCPPERF_E_SYNTAX},
            {"client.id", "uuid", DHCPPERF_E_SYNTAX},
            {"mac.base", "02:00:00", DHCPPERF_E_SYNTAX},
            {"exchange.timeout", "0s", DHCPPERF_E_RANGE},
            {"exchange.timeout", "fast", DHCPPERF_E_SYNTAX},
            {"client.hlen", "17", DHCPPERF_E_RANGE},
            {"nak.max", "251", DHCPPERF_E_RANGE},
            {"no.such.key", "1", DHCPPERF_E_NOKEY},
        };
        dhcpperf_client_config *c = fresh();
        dp_client_settings before = c->set;

        ck_assert_msg(dhcpperf_client_config_set(c, cases[_i].key, cases[_i].value) == cases[_i].rc,
                      "case %d: %s", _i, cases[_i].key);
        ck_assert_msg(memcmp(&before, &c->set, sizeof before) == 0, "case %d", _i);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(typed_setters_keep_the_limits_of_the_text)
    {
        dhcpperf_client_config *c = fresh();
        dhcpperf_mac mac = {{0x06, 1, 2, 3, 4, 5}};
        dhcpperf_ip4 ip = {{192, 0, 2, 1}};

        ck_assert_int_eq(dhcpperf_client_config_set_stations(c, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_set_stations(c, 1u << 24), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_stations(c, (1u << 24) + 1), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_set_shard(c, 2, 2), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_set_shard(c, 0, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_set_shard(c, 1, 5000), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_set_shard(c, 3, 4), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_seed(c, UINT64_MAX), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_mac_base(c, mac), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_server(c, ip), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_ports(c, 6767, 0), DHCPPERF_E_RANGE);
        ck_assert_uint_eq(c->set.server_port, 67);
        ck_assert_int_eq(dhcpperf_client_config_set_ports(c, 6767, 6768), 0);
        ck_assert_uint_eq(c->set.stations, 1u << 24);
        ck_assert_uint_eq(c->set.shard_index, 3);
        ck_assert_uint_eq(c->set.shard_of, 4);
        ck_assert_uint_eq(c->set.seed, UINT64_MAX);
        ck_assert_mem_eq(&c->set.mac_base, &mac, sizeof mac);
        ck_assert_mem_eq(&c->set.server, &ip, sizeof ip);
        ck_assert_uint_eq(c->set.server_port, 6767);
        ck_assert_uint_eq(c->set.client_port, 6768);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(relays_that_cannot_be_are_refused)
    {
        dhcpperf_client_config *c = fresh();
        dhcpperf_ip4 first = {{10, 0, 0, 1}}, last = {{255, 255, 255, 255}}, none = {{0}};
        char longest[300];

        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 0, 0, NULL, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, none, 1, 0, NULL, NULL),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, last, 2, 0, NULL, NULL),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 1, 0, "{port}", NULL),
                         DHCPPERF_E_SYNTAX);
        memset(longest, 'c', sizeof longest);
        longest[126] = '\0'; /* two sub-options of 126 octets are 256 in all */
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 1, 0, longest, longest),
                         DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(c->n_groups, 0);
        ck_assert_uint_eq(c->relays, 0);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 2, 0, longest, longest + 1),
                         0);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, last, 1, 8, NULL, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, last, 1, 64, NULL, NULL), 0);
        ck_assert_uint_eq(c->relays, 3);
        ck_assert_uint_eq(c->groups[1].base, 2);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(a_refused_sub_option_changes_nothing)
    {
        static const struct {
            uint8_t code;
            const char *text;
            int rc;
        } cases[] = {{5, "10.0.0", DHCPPERF_E_SYNTAX},    {5, "{giaddr/33}", DHCPPERF_E_SYNTAX},
                     {5, "{mac}", DHCPPERF_E_SYNTAX},     {10, "256", DHCPPERF_E_RANGE},
                     {19, "7", DHCPPERF_E_SYNTAX},        {1, "hex:0", DHCPPERF_E_SYNTAX},
                     {11, "{raw:mac}", DHCPPERF_E_SYNTAX}};
        dhcpperf_client_config *c = fresh();
        dhcpperf_ip4 first = {{10, 0, 0, 1}};
        char longest[300];
        unsigned k;

        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, 1, "x"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_add_relays_step(c, first, 0, 2, 0, NULL, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(
            dhcpperf_client_config_add_relays_step(c, first, UINT32_MAX / 2, 3, 0, NULL, NULL),
            DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_add_relays_step(c, first, 256, 3, 0, "c", NULL), 0);
        memset(longest, 'c', sizeof longest);
        longest[250] = '\0'; /* with 3 octets of circuit-id and 2 of its own: 255 */
        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, 6, longest), 0);
        for (k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            ck_assert_msg(dhcpperf_client_config_add_relay_option(c, cases[k].code,
                                                                  cases[k].text) == cases[k].rc,
                          "case %u", k);
        }
        longest[250] = 'c';
        longest[251] = '\0';
        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, 6, longest), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, 11, "10.0.0.1"),
                         DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(c->groups[0].n_options, 2);
        ck_assert_uint_eq(c->n_relay_options, 2);
        ck_assert_uint_eq(c->relay_options[1].value.max_len, 250);
        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, 6, "short"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, 11, "{giaddr}"), 0);
        ck_assert_uint_eq(c->groups[0].n_options, 5); /* 5 and 10 came along */
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(null_is_invalid_everywhere)
    {
        dhcpperf_client_config *c = fresh();
        dhcpperf_ip4 ip = {{10, 0, 0, 1}};
        dhcpperf_mac mac = {{0}};
        char buf[8];

        ck_assert_int_eq(dhcpperf_client_config_new(NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set(NULL, "seed", "1"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set(c, NULL, "1"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set(c, "seed", NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_get(NULL, "seed", buf, 8), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_get(c, "server.address", buf, 7),
                         DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_client_config_set_stations(NULL, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_shard(NULL, 0, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_seed(NULL, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_mac_base(NULL, mac), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_server(NULL, ip), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_ports(NULL, 1, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(NULL, ip, 1, 0, NULL, NULL),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_load(c, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_trace(NULL, NULL, NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_edit(NULL, NULL, NULL), DHCPPERF_E_INVALID);
        dhcpperf_client_config_free(c);
        dhcpperf_client_config_free(NULL);
    }
END_TEST

/* Everything that allocates, on one allocator: the first failure, or 0. */
static int build(const dhcpperf_mem *mem)
{
    dhcpperf_client_config *c = NULL;
    dhcpperf_client *cli = NULL;
    dhcpperf_load *load = NULL;
    dhcpperf_ip4 first = {{10, 0, 0, 1}};
    dhcpperf_mac macs[2] = {{{2}}, {{4}}};
    unsigned i;
    int rc = dhcpperf_client_config_new(&c, mem);

    for (i = 0; rc == 0 && i < 6; i++) {
        first.b[1] = (uint8_t)i;
        rc = dhcpperf_client_config_add_relays(c, first, 3, 0, "{station}", "{mac}");
        rc = rc == 0 ? dhcpperf_client_config_add_relay_option(c, 11, "{giaddr}") : rc;
    }
    for (i = 0; rc == 0 && i < 6; i++) {
        dp_value value;

        rc = dp_value_literal(&value, (const uint8_t *)"text", 4);
        rc = rc == 0 ? dp_client_config_put(c, (uint8_t)(200 + i), &value) : rc;
    }
    if (rc == 0) {
        rc = dhcpperf_client_config_set_macs(c, macs, 2);
    }
    if (rc == 0) {
        rc = dhcpperf_load_parse(&load, "closed 10", NULL, mem);
    }
    if (rc == 0) {
        rc = dhcpperf_client_config_set_load(c, load);
    }
    if (rc == 0) {
        rc = dhcpperf_client_config_set_load(c, load); /* the old one is given back */
    }
    if (rc == 0) {
        rc = dhcpperf_client_new(&cli, c, mem);
    }
    dhcpperf_load_free(load);
    dhcpperf_client_config_free(c);
    if (rc == 0) {
        rc = dhcpperf_client_begin(cli, 5);
        dhcpperf_client_free(cli);
    }
    return rc;
}

START_TEST(every_allocation_may_fail)
    {
        allocfail af;
        uint64_t n;
        int rc;

        for (n = 1;; n++) {
            allocfail_init(&af, n);
            rc = build(&af.mem);
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u leaks", (unsigned)n);
            if (rc == 0) {
                break;
            }
            ck_assert_msg(rc == DHCPPERF_E_NOMEM, "allocation %u: %d", (unsigned)n, rc);
        }
        ck_assert_uint_gt(n, 15);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_default_parses_and_reads_back, 0, (int)dp_client_settings_count);
    tcase_add_test(tc, describe_lists_each_setting_once);
    tcase_add_loop_test(tc, refused_values_change_nothing, 0, 13);
    tcase_add_test(tc, typed_setters_keep_the_limits_of_the_text);
    tcase_add_test(tc, relays_that_cannot_be_are_refused);
    tcase_add_test(tc, a_refused_sub_option_changes_nothing);
    tcase_add_test(tc, null_is_invalid_everywhere);
    tcase_add_test(tc, every_allocation_may_fail);
}

HARNESS_MAIN("client/config", tests)
