/* SPDX-License-Identifier: MIT */
/* reload_test.c - a server that is given one configuration after the other while its clients come,
 * renew, go and come back: nobody is ever given what somebody else has, and in the end both sides
 * agree.
 *
 * What is random is the range, which grows and shrinks at both ends, reservations inside and
 * outside of it, times, delays, the order of allocation, and how much of a change is done between
 * two bursts. One thing an administrator has to see to himself, and the test does: an address that
 * was taken out of the configuration comes back only when nobody can believe any more that he has
 * it. */
#include <string.h>

#include "support/harness.h"
#include "support/world.h"

#define MS DHCPPERF_NS_PER_MS
#define S  DHCPPERF_NS_PER_S

enum {
    CLIENTS = 400,
    CHANGES = 40,
    WIDTH = 60000, /* addresses that there may ever be */
    LEAST = 16000, /* in the range at any time: more than one call moves */
    LEASE_MAX_S = 120,
    RESERVED = 12
};

typedef struct run {
    world *w;
    uint64_t rng;
    uint32_t lo, hi;             /* the range, from 10.1.0.0 on */
    dhcpperf_ts removed[WIDTH];  /* when each address was last taken out */
    uint32_t reserved[RESERVED]; /* addresses; 0 = none */
    uint32_t client[RESERVED];   /* and whose they are */
    uint64_t sunk[4];            /* events by what became of the lease */
    uint64_t calls, changes, displaced;
    unsigned max_calls;
} run;

static uint32_t draw(run *r, uint32_t below)
{
    r->rng = r->rng * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((r->rng >> 33) % below);
}

static dhcpperf_ip4 address(uint32_t i)
{
    return (dhcpperf_ip4){{10, (uint8_t)(1 + (i >> 16)), (uint8_t)(i >> 8), (uint8_t)i}};
}

static int sink(void *user, uint64_t seq, const dhcpperf_lease *l)
{
    run *r = user;

    (void)seq;
    r->sunk[l->state == DHCPPERF_LEASE_BOUND ? 0 : l->state - DHCPPERF_LEASE_BOUND]++;
    return 0;
}

static int may_come_back(const run *r, uint32_t i, dhcpperf_ts now)
{
    return r->removed[i] == 0 || r->removed[i] + (LEASE_MAX_S + 10) * S < now;
}

static void remove_range(run *r, uint32_t from, uint32_t to, dhcpperf_ts now)
{
    for (; from < to; from++) {
        r->removed[from] = now;
    }
}

/* One end of the range moves, as far as it may. */
static void move_ends(run *r, dhcpperf_ts now)
{
    uint32_t lo = draw(r, WIDTH - LEAST), hi = lo + LEAST + draw(r, WIDTH - LEAST - lo), i;

    if (draw(r, 2) == 0) {
        lo = r->lo + (lo > r->lo ? (lo - r->lo) / 8 : 0);
    }
    lo = lo > r->hi ? r->lo : lo;
    hi = hi < r->lo ? r->hi : hi;
    for (i = r->lo; i > lo && may_come_back(r, i - 1, now); i--) {
    }
    lo = lo < i ? i : lo;
    for (i = r->hi; i < hi && may_come_back(r, i, now); i++) {
    }
    hi = hi > i ? i : hi;
    if (hi < lo + LEAST) {
        return;
    }
    remove_range(r, r->lo, lo < r->lo ? r->lo : lo, now);
    remove_range(r, hi > r->hi ? r->hi : hi, r->hi, now);
    r->lo = lo;
    r->hi = hi;
}

static int is_reserved(const run *r, uint32_t i, uint32_t client)
{
    unsigned k;

    for (k = 0; k < RESERVED; k++) {
        if (r->reserved[k] != 0 && (r->reserved[k] == i || r->client[k] == client)) {
            return 1;
        }
    }
    return 0;
}

/* A reservation goes or comes; outside of the range its address goes with it. */
static void change_reservations(run *r, dhcpperf_ts now)
{
    uint32_t k = draw(r, RESERVED), i = 1 + draw(r, WIDTH - 1), client = draw(r, CLIENTS);

    if (r->reserved[k] != 0) {
        i = r->reserved[k];
        r->reserved[k] = 0;
        if (i < r->lo || i >= r->hi) {
            r->removed[i] = now;
        }
    } else if (!is_reserved(r, i, client) &&
               ((i >= r->lo && i < r->hi) || may_come_back(r, i, now))) {
        r->reserved[k] = i;
        r->client[k] = client;
    }
}

static dhcpperf_pool *new_pool(run *r)
{
    dhcpperf_pool *p;
    uint32_t lease_s = 40 + draw(r, LEASE_MAX_S - 40), k;

    ck_assert_int_eq(dhcpperf_pool_new(&p, (dhcpperf_ip4){{10, 0, 0, 0}}, 8, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(p, address(r->lo), address(r->hi - 1)), 0);
    ck_assert_int_eq(dhcpperf_pool_set_lease(p, lease_s, lease_s, lease_s), 0);
    ck_assert_int_eq(dhcpperf_pool_set_policy(p, draw(r, 2) == 0 ? DHCPPERF_ALLOC_HASH
                                                                 : DHCPPERF_ALLOC_SEQUENTIAL),
                     0);
    for (k = 0; k < RESERVED; k++) {
        dhcpperf_mac mac = world_station(r->w, r->client[k]).mac;
        uint8_t key[7] = {1};

        memcpy(key + 1, mac.b, sizeof mac.b);
        if (r->reserved[k] != 0) {
            ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE,
                                                   (dhcpperf_bytes){key, sizeof key},
                                                   address(r->reserved[k])),
                             0);
        }
    }
    return p;
}

static dhcpperf_server_plan *new_plan(run *r)
{
    static const char *const delays[] = {"0s", "2ms", "40ms"};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *c;
    dhcpperf_server_plan *plan;
    dhcpperf_pool *p = new_pool(r);

    ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(c, r->w->server_ip, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(c, "service.time", delays[draw(r, 3)]), 0);
    ck_assert_int_eq(
        dhcpperf_server_config_set(c, "authoritative", draw(r, 2) == 0 ? "true" : "false"), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_seed(c, draw(r, 3)), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(c, sink, r, 0), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, p), 0);
    ck_assert_int_eq(dhcpperf_server_prepare(&plan, c, NULL), 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(p);
    return plan;
}

static void change(run *r)
{
    world *w = r->w;
    dhcpperf_server_plan *plan;
    unsigned calls = 0, k;
    int rc;

    for (k = draw(r, 5); k > 0; k--) {
        change_reservations(r, dhcpperf_vnet_now(w->net));
    }
    if (draw(r, 3) != 0) {
        move_ends(r, dhcpperf_vnet_now(w->net));
    }
    plan = new_plan(r);
    for (;;) {
        rc = dhcpperf_server_apply(w->server, plan, dhcpperf_vnet_now(w->net));
        ck_assert_msg(rc == 0 || rc == 1, "seed %u: %s", (unsigned)w->seed, dhcpperf_strerror(rc));
        calls++;
        if (rc == 0) {
            break;
        }
        world_until(w, dhcpperf_vnet_now(w->net) + draw(r, 4) * MS);
    }
    dhcpperf_server_plan_free(plan);
    r->calls += calls;
    r->changes++;
}

static void open_run(run *r, uint64_t seed, const char *text)
{
    dhcpperf_scenario *sc = NULL;
    world *w = world_new(seed);

    memset(r, 0, sizeof *r);
    r->w = w;
    r->rng = seed;
    r->lo = 1000;
    r->hi = r->lo + 20000;
    world_clients(w, CLIENTS);
    ck_assert_int_eq(dhcpperf_scenario_parse(&sc, text, NULL, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_scenario(w->client_config, sc), 0);
    dhcpperf_scenario_free(sc);
    ck_assert_int_eq(dhcpperf_pool_add_range(w->pool, address(r->lo), address(r->hi - 1)), 0);
    ck_assert_int_eq(dhcpperf_pool_set_lease(w->pool, 60, 60, 60), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(w->server_config, sink, r, 0), 0);
    world_link(w, 1 * MS, 1 * MS);
}

START_TEST(nobody_gets_what_somebody_else_has)
    {
        static const char *const text =
            "keep yes\npersist yes\nhold exponential 400s\nthen release 2, vanish 1, reboot 1\n"
            "pause exponential 10s\nstage start\ndo start\nload rate 200/s\n"
            "stage live\nuntil never\n";
        static run r;
        uint64_t seed = harness_seed((uint64_t)_i + 1);
        unsigned k;

        open_run(&r, seed, text);
        world_impair(r.w, _i % 2 == 0 ? 0 : 0.02, 0, 0);
        world_start(r.w);
        for (k = 0; k < CHANGES; k++) {
            world_until(r.w, dhcpperf_vnet_now(r.w->net) + draw(&r, 40) * S);
            change(&r);
        }
        ck_assert_msg(r.calls > r.changes, "seed %u: %u calls", (unsigned)seed, (unsigned)r.calls);
        ck_assert_msg(world_server_counter(r.w, DHCPPERF_C_DISPLACED) > 0, "seed %u",
                      (unsigned)seed);
        /* Each grant, and each ACK that was lost and given again. */
        ck_assert_msg(r.sunk[0] >= world_server_counter(r.w, DHCPPERF_C_BOUND) +
                                       world_server_counter(r.w, DHCPPERF_C_RENEWED) +
                                       world_server_counter(r.w, DHCPPERF_C_REBOUND),
                      "seed %u: the sink was told of %u grants", (unsigned)seed,
                      (unsigned)r.sunk[0]);
        world_free(r.w);
    }
END_TEST

/* Nobody leaves, and after the last change there is peace. */
START_TEST(both_sides_agree_when_all_is_quiet)
    {
        static const char *const text = "keep yes\npersist yes\nstage start\ndo start\n"
                                        "load rate 200/s\nstage live\nuntil never\n";
        static run r;
        uint64_t seed = harness_seed((uint64_t)_i + 100);
        unsigned k;

        open_run(&r, seed, text);
        world_start(r.w);
        for (k = 0; k < CHANGES / 4; k++) {
            world_until(r.w, dhcpperf_vnet_now(r.w->net) + draw(&r, 30) * S);
            change(&r);
        }
        world_until(r.w, dhcpperf_vnet_now(r.w->net) + 3 * LEASE_MAX_S * S);
        ck_assert_uint_eq(world_in(r.w, DHCPPERF_ST_BOUND) + world_in(r.w, DHCPPERF_ST_RENEWING),
                          CLIENTS);
        world_check_leases(r.w);
        world_free(r.w);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, nobody_gets_what_somebody_else_has, 0, 12);
    tcase_add_loop_test(tc, both_sides_agree_when_all_is_quiet, 0, 6);
}

HARNESS_MAIN("sim/reload", tests)
