/* SPDX-License-Identifier: MIT */
/* relay_fleet_test.c - the relay agents that a client engine plays, each test named after its
 * requirement. */
#include <stdlib.h>
#include <string.h>

#include "support/harness.h"
#include "support/world.h"
#include "unit/client/fake.h"

#define S DHCPPERF_NS_PER_S

enum {
    RELAYS = 10000,
    RUN = 10, /* clients of each */
    CLIENTS = RELAYS * RUN,
    ID = 24,
    LINK_SELECTION = 5,
    FLAGS = 10,
    OVERRIDE = 11
};

/* -- a fleet on the virtual network ------------------------------------------------------------ */

/* What the relay of a station said of it: first in its DISCOVER, then in everything else. */
typedef struct said {
    uint32_t giaddr;
    uint8_t circuit[ID], remote[ID]; /* length, octets */
    uint8_t info[64], info_len;
} said;

typedef struct fleet {
    said *stations;
    unsigned requests, replies, changed;
} fleet;

static uint32_t station_of(const dhcpperf_msg *msg)
{
    const uint8_t *mac = dhcpperf_msg_get_chaddr(msg).data;

    return (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
}

static void keep_id(dhcpperf_bytes info, uint8_t code, uint8_t ret[ID])
{
    dhcpperf_bytes id;

    ck_assert_int_eq(dhcpperf_subopt_find(info, code, &id), 0);
    ck_assert_uint_lt(id.len, ID);
    ret[0] = (uint8_t)id.len;
    memcpy(ret + 1, id.data, id.len);
}

static void note(void *user, const dhcpperf_msg *msg, const dhcpperf_pkt *pkt, dhcpperf_port from,
                 dhcpperf_port to)
{
    fleet *f = user;
    uint32_t i = station_of(msg), giaddr = fake_num(dhcpperf_msg_get_giaddr(msg));
    dhcpperf_bytes info = {NULL, 0};
    said *s;

    (void)pkt;
    (void)from;
    (void)to;
    ck_assert_uint_lt(i, CLIENTS);
    s = &f->stations[i];
    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_RELAY_INFO, &info) != 0) {
        f->changed++;
        return;
    }
    if (s->info_len == 0) {
        ck_assert_uint_le(info.len, sizeof s->info);
        s->giaddr = giaddr;
        s->info_len = (uint8_t)info.len;
        memcpy(s->info, info.data, info.len);
        keep_id(info, 1, s->circuit);
        keep_id(info, 2, s->remote);
    }
    f->changed +=
        s->giaddr != giaddr || s->info_len != info.len || memcmp(s->info, info.data, info.len) != 0;
    if (dhcpperf_msg_get_op(msg) == 1) {
        f->requests++;
    } else {
        f->replies++;
    }
}

/* Obtains a lease for every client. */
static void live(fleet *f, const char *circuit, const char *remote)
{
    world *w = world_new(1);
    dhcpperf_ip4 first = {{10, 50, 0, 1}};

    memset(f, 0, sizeof *f);
    f->stations = calloc(CLIENTS, sizeof *f->stations);
    ck_assert_ptr_nonnull(f->stations);
    world_clients(w, CLIENTS);
    world_server(w, "10.0.0.10", "10.1.255.255");
    world_load(w, "closed 1000");
    ck_assert_int_eq(dhcpperf_client_config_set_server(w->client_config, w->server_ip), 0);
    ck_assert_int_eq(
        dhcpperf_client_config_add_relays(w->client_config, first, RELAYS, RUN, circuit, remote),
        0);
    w->watch = note;
    w->watch_user = f;
    world_start(w);
    world_until_done(w, 600 * S);
    ck_assert_uint_eq(world_in(w, DHCPPERF_ST_BOUND), CLIENTS);
    ck_assert_uint_eq(world_client_counter(w, DHCPPERF_C_VIOLATIONS), 0);
    world_check_leases(w);
    world_free(w);
}

static int by_remote(const void *a, const void *b)
{
    return memcmp(((const said *)a)->remote, ((const said *)b)->remote, ID);
}

static int by_circuit(const void *a, const void *b)
{
    const said *x = a, *y = b;

    return x->giaddr != y->giaddr ? (x->giaddr < y->giaddr ? -1 : 1)
                                  : memcmp(x->circuit, y->circuit, ID);
}

/* Neighbours that are equal once the stations are sorted. */
static unsigned twins(fleet *f, int (*compare)(const void *, const void *))
{
    unsigned i, n = 0;

    qsort(f->stations, CLIENTS, sizeof *f->stations, compare);
    for (i = 1; i < CLIENTS; i++) {
        n += compare(&f->stations[i - 1], &f->stations[i]) == 0;
    }
    return n;
}

/* RFC 3046 section 3.2; and S-102: what was sent comes back octet for octet. */
START_TEST(r_022_remote_ids_are_unique_in_the_world)
    {
        fleet f;

        live(&f, "eth{station}", "hex:00{raw:mac}");
        ck_assert_uint_eq(f.requests, 2 * CLIENTS);
        ck_assert_uint_eq(f.replies, 2 * CLIENTS);
        ck_assert_uint_eq(f.changed, 0);
        ck_assert_uint_eq(twins(&f, by_remote), 0);
        free(f.stations);
    }
END_TEST

/* RFC 3046 section 3.1: within the relay; the remote-id may be one for all. */
START_TEST(r_023_circuit_ids_are_unique_within_a_relay)
    {
        fleet f;
        unsigned i, relays = 1;

        live(&f, "relay-{relay}/{station}", "campus");
        ck_assert_uint_eq(f.changed, 0);
        ck_assert_uint_eq(twins(&f, by_circuit), 0);
        for (i = 1; i < CLIENTS; i++) {
            relays += f.stations[i - 1].giaddr != f.stations[i].giaddr;
        }
        ck_assert_uint_eq(relays, RELAYS);
        free(f.stations);
    }
END_TEST

/* -- one client, all its messages -------------------------------------------------------------- */

typedef struct seen {
    unsigned messages, without; /* lacks a sub-option looked for */
    unsigned types[16];
    uint32_t giaddr, link, override;
    uint8_t flags[16]; /* of the latest message by type; REQUEST: see below */
    uint8_t of_renewal, of_rebinding;
} seen;

static seen all;
static dhcpperf_state state_now; /* whose messages leave */

static void look(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    int type = dhcpperf_msg_get_type(msg);
    dhcpperf_bytes info, flags = {NULL, 0};
    dhcpperf_ip4 link = {{0}}, override = {{0}};

    all.messages++;
    all.types[type]++;
    all.giaddr = fake_num(dhcpperf_msg_get_giaddr(msg));
    ck_assert_uint_ne(all.giaddr, 0);
    ck_assert_int_eq(dhcpperf_msg_get_option(msg, DHCPPERF_OPT_RELAY_INFO, &info), 0);
    all.without += dhcpperf_relay_get_ip4(info, LINK_SELECTION, &link) != 0;
    all.link = fake_num(link);
    if (dhcpperf_relay_get_ip4(info, OVERRIDE, &override) == 0) {
        all.override = fake_num(override);
        f->server_id = all.override; /* what RFC 5107 asks of a server */
        all.without += dhcpperf_subopt_find(info, FLAGS, &flags) != 0 || flags.len != 1;
    }
    if (flags.len == 1) {
        state_now = fake_station(f, 0).state;
        *(type != DHCPPERF_REQUEST             ? &all.flags[type]
          : state_now == DHCPPERF_ST_RENEWING  ? &all.of_renewal
          : state_now == DHCPPERF_ST_REBINDING ? &all.of_rebinding
                                               : &all.flags[type]) = flags.data[0];
    }
    fake_serve(f, pkt, msg);
}

static void command(fake *f, dhcpperf_command what)
{
    ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, what), 0);
    fake_run(f, f->now + S);
}

/* Obtained, renewed, rebound, given back, obtained again, declined. */
static void live_alone(dhcpperf_client_config *c)
{
    fake f;

    memset(&all, 0, sizeof all);
    fake_init(&f, c);
    dhcpperf_client_config_free(c);
    f.serve = look;
    f.lease_s = 3600;
    fake_begin(&f, S);
    command(&f, DHCPPERF_DO_RENEW);
    command(&f, DHCPPERF_DO_REBIND);
    command(&f, DHCPPERF_DO_RELEASE);
    command(&f, DHCPPERF_DO_START);
    command(&f, DHCPPERF_DO_DECLINE);
    ck_assert_uint_eq(all.types[DHCPPERF_DISCOVER], 2);
    ck_assert_uint_eq(all.types[DHCPPERF_REQUEST], 4);
    ck_assert_uint_eq(all.types[DHCPPERF_RELEASE], 1);
    ck_assert_uint_eq(all.types[DHCPPERF_DECLINE], 1);
    ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
    fake_fini(&f);
}

static dhcpperf_client_config *behind_a_relay(void)
{
    dhcpperf_client_config *c = fake_config(NULL);

    ck_assert_int_eq(
        dhcpperf_client_config_add_relays_step(c, fake_ip(0x0a0903c8), 256, 2, 1, NULL, NULL), 0);
    return c;
}

START_TEST(r_024_link_selection_is_a_subnet_and_in_every_message)
    {
        dhcpperf_client_config *c = behind_a_relay();

        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(
                             c, LINK_SELECTION, _i == 0 ? "{giaddr/24}" : "{ip:192.0.2.0+256}"),
                         0);
        live_alone(c);
        ck_assert_uint_eq(all.messages, 8);
        ck_assert_uint_eq(all.without, 0);
        ck_assert_uint_eq(all.link, _i == 0 ? 0x0a090300 : 0xc0000200);
    }
END_TEST

START_TEST(r_025_an_override_comes_with_the_link_and_the_flags)
    {
        dhcpperf_client_config *c = behind_a_relay();

        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, OVERRIDE, "{giaddr}"), 0);
        live_alone(c);
        ck_assert_uint_eq(all.without, 0);
        ck_assert_uint_eq(all.giaddr, 0x0a0903c8); /* also of renewals */
        ck_assert_uint_eq(all.override, 0x0a0903c8);
        ck_assert_uint_eq(all.link, 0x0a090300);
        /* RFC 5010: set when the client sent by unicast. */
        ck_assert_uint_eq(all.flags[DHCPPERF_DISCOVER], 0);
        ck_assert_uint_eq(all.flags[DHCPPERF_REQUEST], 0);
        ck_assert_uint_eq(all.flags[DHCPPERF_DECLINE], 0);
        ck_assert_uint_eq(all.of_renewal, 0x80);
        ck_assert_uint_eq(all.of_rebinding, 0);
        ck_assert_uint_eq(all.flags[DHCPPERF_RELEASE], 0x80);
    }
END_TEST

/* -- many clients behind one address ----------------------------------------------------------- */

/* Every second answer comes to a station that does not wait for it: another one's xid. */
static void serve_askew(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    fake_answer(f, &r, f->now + FAKE_MS);
    r.chaddr[5] ^= 1;
    fake_answer(f, &r, f->now + FAKE_MS / 2);
}

START_TEST(r_026_replies_belong_to_a_client_by_xid_and_hardware_address)
    {
        const char *const settings[] = {"stations=10000", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint32_t i;
        fake f;

        ck_assert_int_eq(
            dhcpperf_client_config_add_relays(c, fake_ip(0x0a090001), 1, 0, NULL, NULL), 0);
        fake_init(&f, c);
        dhcpperf_client_config_free(c);
        f.serve = serve_askew;
        fake_begin(&f, 60 * S);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10000);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 20000); /* the askew ones */
        for (i = 0; i < 10000; i++) {
            /* The fake server makes the address of the hardware address. */
            ck_assert_msg(fake_num(fake_station(&f, i).ip) == f.pool + i + 1, "station %u", i);
        }
        fake_fini(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, r_022_remote_ids_are_unique_in_the_world);
    tcase_add_test(tc, r_023_circuit_ids_are_unique_within_a_relay);
    tcase_add_loop_test(tc, r_024_link_selection_is_a_subnet_and_in_every_message, 0, 2);
    tcase_add_test(tc, r_025_an_override_comes_with_the_link_and_the_flags);
    tcase_add_test(tc, r_026_replies_belong_to_a_client_by_xid_and_hardware_address);
}

HARNESS_MAIN("conformance/relay_fleet", tests)
