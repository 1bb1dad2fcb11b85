/* SPDX-License-Identifier: MIT */
/* identity_test.c - hardware addresses, the way back from them, and client identifiers. */
#include "client/dp_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

enum {
    LISTED = 200,
    CROWD = 100000
};

static dhcpperf_client *client_of(dhcpperf_client_config *c)
{
    dhcpperf_client *cli = NULL;

    ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), 0);
    dhcpperf_client_config_free(c);
    return cli;
}

/* Addresses in no order at all. */
static dhcpperf_mac listed(uint32_t i)
{
    dp_permutation order = dp_permutation_of(99);
    uint32_t x = dp_permute32(&order, i);
    dhcpperf_mac mac = {
        {0x06, 0x5a, (uint8_t)(x >> 24), (uint8_t)(x >> 16), (uint8_t)(x >> 8), (uint8_t)x}};

    return mac;
}

static void list(dhcpperf_client_config *c, uint32_t n)
{
    dhcpperf_mac macs[LISTED];
    uint32_t i;

    for (i = 0; i < n; i++) {
        macs[i] = listed(i);
    }
    ck_assert_int_eq(dhcpperf_client_config_set_macs(c, macs, n), 0);
}

START_TEST(a_list_takes_the_place_of_the_base)
    {
        const char *const settings[] = {"stations=200", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint32_t i;
        fake f;

        list(c, LISTED);
        fake_init(&f, c);
        dhcpperf_client_config_free(c);
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), LISTED);
        for (i = 0; i < LISTED; i++) {
            dhcpperf_mac want = listed(i), got = fake_station(&f, i).mac;

            ck_assert_msg(memcmp(&got, &want, sizeof want) == 0, "station %u", i);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(the_base_comes_back_when_the_list_goes)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_client *cli;

        list(c, 5);
        ck_assert_int_eq(dhcpperf_client_config_set_macs(c, NULL, 0), 0);
        cli = client_of(c);
        ck_assert_int_eq(dp_station_mac(cli, 0).b[0], 2);
        dhcpperf_client_free(cli);
    }
END_TEST

START_TEST(a_list_that_does_not_do_is_refused)
    {
        const char *const settings[] = {"stations=3", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_mac macs[4] = {{{2}}, {{4}}, {{6}}, {{4}}};
        dhcpperf_client *cli = NULL;

        ck_assert_int_eq(dhcpperf_client_config_set_macs(NULL, macs, 3), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_macs(c, NULL, 3), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_config_set_macs(c, macs, (1u << 24) + 1),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_set_macs(c, macs, 2), 0);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_config_set_macs(c, macs + 1, 3), 0);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_CONFLICT);
        ck_assert_int_eq(dhcpperf_client_config_set_macs(c, macs, 4), 0); /* the twin is not used */
        cli = client_of(c);
        dhcpperf_client_free(cli);
    }
END_TEST

/* 0: counted up, 1: listed; with one shard and as the second of three. */
START_TEST(a_hardware_address_leads_to_its_station)
    {
        const char *const one[] = {"stations=200", NULL};
        const char *const many[] = {"stations=200", "shard.of=3", "shard.index=1", NULL};
        dhcpperf_client_config *c = fake_config(_i < 2 ? one : many);
        dhcpperf_mac last = {{0x02, 0, 0, 0, 0, 200}},
                     before = {{0x01, 0xff, 0xff, 0xff, 0xff, 0xff}};
        dhcpperf_client *cli;
        uint32_t g, i, found = 0;

        if (_i % 2 == 1) {
            list(c, LISTED);
        }
        cli = client_of(c);
        for (g = 0; g < 200; g++) {
            int shard = dp_identity_find_mac(cli, dp_station_mac(cli, g), &i);

            ck_assert_int_ge(shard, 0);
            if (shard == (int)cli->cfg.set.shard_index) {
                ck_assert_uint_eq(dp_station_global(cli, i), g);
                found++;
            }
        }
        ck_assert_uint_eq(found, dhcpperf_client_count(cli));
        ck_assert_int_eq(dp_identity_find_mac(cli, last, &i), -1);
        ck_assert_int_eq(dp_identity_find_mac(cli, before, &i), -1);
        ck_assert_int_eq(dp_identity_find_mac(cli, listed(LISTED), &i), -1);
        dhcpperf_client_free(cli);
    }
END_TEST

static void id_is(const char *const *settings, uint32_t station, const char *want, size_t want_len)
{
    dhcpperf_client *cli = client_of(fake_config(settings));
    uint8_t id[255];

    ck_assert_uint_eq(dp_identity_client_id(cli, station, id), want_len);
    ck_assert_msg(want_len == 0 || memcmp(id, want, want_len) == 0, "station %u", station);
    dhcpperf_client_free(cli);
}

START_TEST(identifiers_have_the_forms_of_their_rfcs)
    {
        const char *const none[] = {"client.id=none", NULL};
        const char *const mac[] = {"stations=9", NULL};
        const char *const infiniband[] = {"client.htype=32", "client.hlen=8", NULL};
        const char *const duid[] = {"stations=9", "client.id=duid", NULL};

        id_is(none, 0, NULL, 0);
        id_is(mac, 8, "\1\2\0\0\0\0\x08", 7);
        id_is(infiniband, 0, "\x20\2\0\0\0\0\0\0\0", 9);
        /* RFC 4361 section 6.1: 255, IAID, DUID; here DUID-LL. */
        id_is(duid, 8, "\xff\0\0\0\x08\0\3\0\1\2\0\0\0\0\x08", 15);
    }
END_TEST

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, 22);
}

START_TEST(no_two_stations_have_one_duid)
    {
        char stations[32];
        const char *const settings[] = {stations, "client.id=duid", "client.duid-seed=77", NULL};
        uint8_t(*ids)[22] = malloc(CROWD * sizeof *ids);
        dhcpperf_client *cli;
        uint8_t id[255];
        uint32_t i;

        ck_assert_ptr_nonnull(ids);
        snprintf(stations, sizeof stations, "stations=%u", CROWD);
        cli = client_of(fake_config(settings));
        for (i = 0; i < CROWD; i++) {
            ck_assert_uint_eq(dp_identity_client_id(cli, i, id), 23);
            ck_assert_uint_eq(id[0], 255);
            ck_assert_int_eq(memcmp(id + 5, "\0\4", 2), 0); /* DUID-UUID */
            ck_assert_uint_eq(id[7 + 6] >> 4, 8);           /* a version, and the variant */
            ck_assert_uint_eq(id[7 + 8] >> 6, 2);
            memcpy(ids[i], id + 1, 22);
            memset(ids[i], 0, 4); /* whatever the IAID */
        }
        qsort(ids, CROWD, sizeof *ids, compare);
        for (i = 1; i < CROWD; i++) {
            ck_assert_msg(compare(ids[i - 1], ids[i]) != 0, "twins at %u", i);
        }
        free(ids);
        dhcpperf_client_free(cli);
    }
END_TEST

/* K-002 for links whose addresses are not Ethernet's. */
START_TEST(the_hardware_address_field_has_the_length_asked_for)
    {
        const char *const none[] = {"client.hlen=0", "client.id=duid", "client.htype=32", NULL};
        const char *const long_one[] = {"client.hlen=16", NULL};
        const char *const missing[] = {"client.hlen=0", NULL};
        const char *const short_one[] = {"client.hlen=3", NULL};
        static const uint8_t zero[16];
        uint8_t data[FAKE_MAX_LEN];
        dhcpperf_pkt pkt = {.data = data, .cap = sizeof data};
        dhcpperf_client_config *c = fake_config(_i == 0 ? none : long_one);
        dhcpperf_client *cli = client_of(c);

        ck_assert_int_eq(dhcpperf_client_begin(cli, 0), 0);
        ck_assert_int_eq(dhcpperf_engine_pull(dhcpperf_client_engine(cli), &pkt, 1, 0), 1);
        ck_assert_uint_eq(data[1], _i == 0 ? 32 : 1);
        ck_assert_uint_eq(data[2], _i == 0 ? 0 : 16);
        ck_assert_uint_eq(data[10], _i == 0 ? 0x80 : 0); /* RFC 4390: BROADCAST */
        ck_assert_int_eq(data[28], _i == 0 ? 0 : 2);
        ck_assert_int_eq(memcmp(data + 29, zero, 15), 0);
        dhcpperf_client_free(cli);

        c = fake_config(_i == 0 ? missing : short_one);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL),
                         _i == 0 ? DHCPPERF_E_INVALID : DHCPPERF_E_RANGE);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_list_takes_the_place_of_the_base);
    tcase_add_test(tc, the_base_comes_back_when_the_list_goes);
    tcase_add_test(tc, a_list_that_does_not_do_is_refused);
    tcase_add_loop_test(tc, a_hardware_address_leads_to_its_station, 0, 4);
    tcase_add_test(tc, identifiers_have_the_forms_of_their_rfcs);
    tcase_add_test(tc, no_two_stations_have_one_duid);
    tcase_add_loop_test(tc, the_hardware_address_field_has_the_length_asked_for, 0, 2);
}

HARNESS_MAIN("client/identity", tests)
