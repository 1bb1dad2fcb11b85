/* SPDX-License-Identifier: MIT */
/* merge_test.c - figures of two workers as one, and the address that both leased. */
#include <string.h>

#include <libdhcpperf/dhcpperf.h>

#include "dhcp-tester/merge.h"
#include "support/harness.h"

#define S DHCPPERF_NS_PER_S

enum {
    STATIONS = 200, /* runs of 64, 64, 64 and 8: 128 and 72 */
    ADDRESSES = 256
};

/* A server of its own for each worker.  Both may lease from one range, as no sane servers would. */
static dhcpperf_server *server_from(uint8_t third)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{10, 0, 255, 1}};
    dhcpperf_ip4 first = {{10, 0, third, 0}}, last = {{10, 0, third, 255}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, network, 16, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, first, last), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(config, id, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(config, pool), 0);
    ck_assert_int_eq(dhcpperf_server_new(&server, config, NULL), 0);
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *shard(uint32_t index)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;

    ck_assert_int_eq(dhcpperf_client_config_new(&config, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(config, STATIONS), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_shard(config, index, 2), 0);
    ck_assert_int_eq(dhcpperf_client_new(&client, config, NULL), 0);
    dhcpperf_client_config_free(config);
    return client;
}

/* Two workers, each on a network with a server of its own, which leases from 10.0.third.0 on. */
typedef struct pair {
    part parts[2];
    part *list[2];
    gate gate;
    dhcpperf_server *servers[2];
    dhcpperf_vnet *nets[2];
    merged all;
} pair;

static void set_up(pair *x, uint8_t first, uint8_t second)
{
    plan p = {.stop_after = DHCPPERF_NEVER};
    dhcpperf_segment segment;
    dhcpperf_port port;
    unsigned i;

    memset(x, 0, sizeof *x);
    gate_init(&x->gate, 2, NULL, NULL);
    for (i = 0; i < 2; i++) {
        part *one = x->list[i] = &x->parts[i];

        one->client = shard(i);
        one->gate = &x->gate;
        x->servers[i] = server_from(i == 0 ? first : second);
        ck_assert_int_eq(dhcpperf_vnet_new(&x->nets[i], 1, NULL), 0);
        ck_assert_int_eq(dhcpperf_vnet_add_segment(x->nets[i], &segment), 0);
        ck_assert_int_eq(
            dhcpperf_vnet_attach(x->nets[i], segment, dhcpperf_server_engine(x->servers[i]), &port),
            0);
        ck_assert_int_eq(
            dhcpperf_vnet_attach(x->nets[i], segment, dhcpperf_client_engine(one->client), &port),
            0);
        ck_assert_int_eq(part_begin(one, &p, 0, 1), 0); /* leases are given back */
    }
}

/* Until both are over: one that is done waits for the other. */
static void play(pair *x)
{
    unsigned i, over = 0, rounds;

    for (rounds = 0; over < 2; rounds++) {
        ck_assert_uint_lt(rounds, 10);
        for (i = over = 0; i < 2; i++) {
            dhcpperf_ts wake = DHCPPERF_NEVER;

            ck_assert_int_ge(dhcpperf_vnet_run_until(x->nets[i], (rounds + 1) * S), 0);
            over += x->parts[i].ending.phase == ENDING_OVER ||
                    part_turn(&x->parts[i], (rounds + 1) * S, &wake);
        }
    }
    ck_assert_int_eq(merge_parts(&x->all, x->list, 2), 0);
}

static void tear_down(pair *x)
{
    unsigned i;

    merge_free(&x->all);
    for (i = 0; i < 2; i++) {
        dhcpperf_vnet_free(x->nets[i]);
        part_free(&x->parts[i]);
        dhcpperf_server_free(x->servers[i]);
    }
}

static dhcpperf_violation rule(const merged *m, const char *name)
{
    dhcpperf_violation v;
    unsigned i;

    for (i = 0; merge_get_violation(m, i, &v) == 1; i++) {
        if (strcmp(v.rule, name) == 0) {
            return v;
        }
    }
    ck_abort_msg("no rule %s", name);
    return v;
}

START_TEST(figures_of_workers_add_up)
    {
        dhcpperf_stage st;
        pair x;

        set_up(&x, 1, 2);
        play(&x);
        ck_assert_uint_eq(dhcpperf_stats_counter(x.all.stats, DHCPPERF_C_BOUND), STATIONS);
        ck_assert_uint_eq(dhcpperf_stats_counter(x.all.stats, DHCPPERF_C_RELEASED), STATIONS);
        ck_assert_uint_eq(x.all.ending.holding, STATIONS);
        ck_assert_uint_eq(x.parts[0].ending.holding, 128);
        ck_assert_int_eq(merge_get_stage(&x.all, 0, &st), 1);
        ck_assert_uint_eq(st.given, STATIONS);
        ck_assert_int_eq(merge_get_stage(&x.all, 1, &st), 0);
        ck_assert_uint_eq(rule(&x.all, "address-conflict").count, 0);
        tear_down(&x);
    }
END_TEST

/* 72 addresses, as many as the smaller part has clients at most, unless both drew others; the range
 * has 256, so that some are equal and some are not. */
START_TEST(an_address_leased_to_clients_of_two_workers_is_found)
    {
        uint64_t held[ADDRESSES] = {0}, both = 0;
        dhcpperf_violation v;
        unsigned i, k;
        pair x;

        set_up(&x, 1, 1);
        play(&x);
        for (i = 0; i < 2; i++) {
            ck_assert_uint_eq(x.parts[i].n_leases, i == 0 ? 128 : 72);
            for (k = 0; k < x.parts[i].n_leases; k++) {
                held[x.parts[i].leases[k].ip & 255u]++;
            }
        }
        for (i = 0; i < ADDRESSES; i++) {
            both += held[i] > 1;
        }
        ck_assert_uint_gt(both, 0);
        v = rule(&x.all, "address-conflict");
        ck_assert_uint_eq(v.count, both);
        ck_assert_str_eq(v.id, "S-038");
        ck_assert_ptr_nonnull(strstr(v.example, "10.0.1."));
        ck_assert_ptr_nonnull(strstr(v.example, "(worker 0) and to 02:00:00:00:00:"));
        tear_down(&x);
    }
END_TEST

/* A run that was cut off: what is held is counted and compared as it is. */
START_TEST(a_run_that_is_cut_off_is_merged_as_it_is)
    {
        pair x;

        set_up(&x, 1, 1);
        ck_assert_int_ge(dhcpperf_vnet_run_until(x.nets[0], S), 0);
        part_cut(x.list[0], S);
        part_cut(x.list[1], S);
        ck_assert_int_eq(merge_parts(&x.all, x.list, 2), 0);
        ck_assert_uint_eq(x.all.ending.holding, 128);
        ck_assert_uint_eq(x.all.ending.busy, 72);
        ck_assert_uint_eq(rule(&x.all, "address-conflict").count, 0);
        tear_down(&x);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, figures_of_workers_add_up);
    tcase_add_test(tc, an_address_leased_to_clients_of_two_workers_is_found);
    tcase_add_test(tc, a_run_that_is_cut_off_is_merged_as_it_is);
}

HARNESS_MAIN("tools/merge", tests)
