/* SPDX-License-Identifier: MIT */
/* identity_test.c - client identifiers over restarts, held against RFC 4361. */
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define S DHCPPERF_NS_PER_S

enum {
    CLIENTS = 50
};

typedef struct ids {
    uint8_t id[CLIENTS][23];
    unsigned n, differing; /* from the first of the same station */
} ids;

static void note(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt, dhcpperf_port from,
                 dhcpperf_port to)
{
    ids *all = user;
    unsigned station = dhcpperf_msg_get_chaddr(msg).data[5];
    dhcpperf_bytes id;

    (void)pkt;
    (void)from;
    (void)to;
    if (dhcpperf_msg_get_op(msg) != 1) {
        return;
    }
    ck_assert_uint_lt(station, CLIENTS);
    ck_assert_int_eq(dhcpperf_msg_get_option(msg, DHCPPERF_OPT_CLIENT_ID, &id), 0);
    ck_assert_uint_eq(id.len, 23);
    ck_assert_uint_eq(id.data[0], 255);
    if (all->id[station][0] == 0) {
        memcpy(all->id[station], id.data, id.len);
        all->n++;
    }
    all->differing += memcmp(all->id[station], id.data, id.len) != 0;
}

/* One process of many: only what it is told is the same. */
static void live(ids *all, uint64_t seed, const char *duid_seed, const char *mac_base)
{
    world *w = world_new(seed);

    memset(all, 0, sizeof *all);
    world_clients(w, CLIENTS);
    ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "client.id", "duid"), 0);
    ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "client.duid-seed", duid_seed),
                     0);
    ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "mac.base", mac_base), 0);
    w->watch = note;
    w->watch_user = all;
    world_start(w);
    world_until_done(w, 60 * S);
    ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), CLIENTS);
    ck_assert_uint_eq(all->n, CLIENTS);
    ck_assert_uint_eq(all->differing, 0);
    world_free(w);
}

/* RFC 4361 section 6.1: the same IAID and DUID after a restart, even with another network card. */
START_TEST(k_123_duid_and_iaid_outlive_a_restart)
    {
        ids first, again, other;

        live(&first, 1, "4711", "02:00:00:00:00:00");
        live(&again, 2, "4711", "06:11:00:00:00:00");
        live(&other, 1, "4712", "02:00:00:00:00:00");
        ck_assert_int_eq(memcmp(first.id, again.id, sizeof first.id), 0);
        ck_assert_int_ne(memcmp(first.id, other.id, sizeof first.id), 0);
    }
END_TEST

/* RFC 4390: the identifier alone tells clients apart. */
START_TEST(clients_without_hardware_address_get_leases)
    {
        world *w = world_new(3);

        world_clients(w, CLIENTS);
        ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "client.id", "duid"), 0);
        ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "client.htype", "32"), 0);
        ck_assert_int_eq(dhcpperf_client_config_set(w->client_config, "client.hlen", "0"), 0);
        world_start(w);
        world_until_done(w, 60 * S);
        ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), CLIENTS);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, k_123_duid_and_iaid_outlive_a_restart);
    tcase_add_test(tc, clients_without_hardware_address_get_leases);
}

HARNESS_MAIN("conformance/identity", tests)
