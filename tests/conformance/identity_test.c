/* SPDX-License-Identifier: MIT */
/* identity_test.c - what servers know clients by: identifiers over restarts, and options. */
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

/* -- options by which servers know clients -- */

typedef struct expectation {
    uint8_t code;
    const char *want;
    size_t len;
    unsigned seen, wrong;
} expectation;

/* Station 3's. */
static void look(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt, dhcpperf_port from,
                 dhcpperf_port to)
{
    expectation *e = user;
    dhcpperf_bytes value;

    (void)pkt;
    (void)from;
    (void)to;
    if (dhcpperf_msg_get_op(msg) == 1 && dhcpperf_msg_get_chaddr(msg).data[5] == 3) {
        e->seen++;
        e->wrong += dhcpperf_msg_get_option(msg, e->code, &value) != 0 || value.len != e->len ||
                    memcmp(value.data, e->want, e->len) != 0;
    }
}

START_TEST(k_122_identifying_options_reach_the_wire_in_every_form)
    {
        static const struct {
            const char *name, *text;
            size_t len;
            const char *want;
        } cases[] = {
            {"hostname", "plain", 5, "plain"},
            {"hostname", "host-{station}", 6, "host-3"},
            {"hostname", "hex:6162", 2, "ab"},
            {"vendor-class", "MSFT 5.0", 8, "MSFT 5.0"},
            {"vendor-class", "v{station}", 2, "v3"},
            {"vendor-class", "hex:00ff{raw:station}", 6, "\0\xff\0\0\0\3"},
            {"user-class", "gold, silver", 12, "\4gold\6silver"}, /* RFC 3004 */
            {"user-class", "site-{station}", 7, "\6site-3"},
            {"user-class", "text:iPXE", 4, "iPXE"}, /* as real clients send it */
            {"user-class", "hex:02aabb", 3, "\2\xaa\xbb"},
            {"vi-vendor-class", "4491/docsis3.0", 15,
             "\0\0\x11\x8b\x0a\x09"
             "docsis3.0"},
            {"vi-vendor-class", "4491/m{station}", 8, "\0\0\x11\x8b\3\2m3"}, /* RFC 3925 */
            {"vi-vendor-class", "hex:0000118b0201aa", 7, "\0\0\x11\x8b\2\1\xaa"},
            {"fqdn", "h.example.", 14, "\5\0\0\1h\7example\0"}, /* RFC 4702 */
            {"fqdn", "flags=e h{station}.example.", 15, "\4\0\0\2h3\7example\0"},
            {"fqdn", "hex:000000", 3, "\0\0\0"},
            {"parameter-list", "1, router, 6", 3, "\1\3\6"},
            {"parameter-list", "hex:0103", 2, "\1\3"},
            {"max-message-size", "1000", 2, "\x03\xe8"},
            {"max-message-size", "hex:05dc", 2, "\x05\xdc"},
        };
        expectation e = {.want = cases[_i].want, .len = cases[_i].len};
        world *w = world_new(1);
        int code = dhcpperf_opt_code(cases[_i].name);

        ck_assert_msg(code > 0, "case %d", _i);
        e.code = (uint8_t)code;
        world_clients(w, CLIENTS);
        ck_assert_msg(dhcpperf_client_config_add_option(w->client_config, e.code, cases[_i].text) ==
                          0,
                      "case %d", _i);
        w->watch = look;
        w->watch_user = &e;
        world_start(w);
        world_until_done(w, 60 * S);
        ck_assert_msg(e.seen == 2 && e.wrong == 0, "case %d: %u seen, %u wrong", _i, e.seen,
                      e.wrong);
        world_free(w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, k_123_duid_and_iaid_outlive_a_restart);
    tcase_add_loop_test(tc, k_122_identifying_options_reach_the_wire_in_every_form, 0, 20);
    tcase_add_test(tc, clients_without_hardware_address_get_leases);
}

HARNESS_MAIN("conformance/identity", tests)
