/* SPDX-License-Identifier: MIT */
/* store_life_test.c - lives of leases, one by one and against a simple model over random histories.
 */
#include "lease/dp_store.h"

#include <string.h>

#include "base/dp_text.h"
#include "support/allocfail.h"
#include "support/harness.h"

enum {
    CLIENTS = 60,
    ADDRESSES = 40
};

#define SECOND DHCPPERF_NS_PER_S
#define BASE   UINT32_C(0x0a00000a) /* 10.0.0.10 */

static allocfail af;
static dp_store store;
static dhcpperf_pool *pool;

static void open_store(uint32_t addresses, dhcpperf_alloc policy)
{
    dp_share all = {0, 1};

    allocfail_init(&af, 0);
    ck_assert_int_eq(dhcpperf_pool_new(&pool, dp_ip4_of(UINT32_C(0x0a000000)), 8, &af.mem), 0);
    ck_assert_int_eq(
        dhcpperf_pool_add_range(pool, dp_ip4_of(BASE), dp_ip4_of(BASE + addresses - 1)), 0);
    ck_assert_int_eq(dhcpperf_pool_set_policy(pool, policy), 0);
    ck_assert_int_eq(
        dp_store_init(&store, (const dhcpperf_pool *const[]){pool}, 1, all, 99, &af.mem), 0);
}

static void close_store(void)
{
    dp_store_fini(&store);
    dhcpperf_pool_free(pool);
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

/* Client k: every third has a long identifier, every third a short one, the others a MAC. */
static uint8_t identities[CLIENTS + 1][255];

static dp_key client(uint32_t k)
{
    uint8_t *id = identities[k];
    dp_key key;

    memset(&key, 0, sizeof key);
    key.kind = k % 3 == 0 ? DHCPPERF_KEY_HARDWARE : DHCPPERF_KEY_CLIENT_ID;
    key.len = k % 3 == 0 ? 6 : k % 3 == 1 ? (uint8_t)(17 + (k * 7) % 239) : 7;
    key.htype = 1;
    memset(id, 0x5c, sizeof identities[k]);
    id[0] = (uint8_t)k;
    id[key.len - 1] = (uint8_t)(k + 1);
    key.data = id;
    dp_store_key(&store, &key);
    return key;
}

/* What a server does on DISCOVER; the record, or NONE. */
static uint32_t offer(const dp_key *key, uint32_t wish, dhcpperf_ts now)
{
    uint32_t i = dp_store_find(&store, key);

    if (i == DP_LEASE_NONE) {
        i = dp_store_pick(&store, key, wish);
        if (i == DP_LEASE_NONE || !dp_store_claim(&store, i, key)) {
            return DP_LEASE_NONE;
        }
    }
    if (store.lease[i].state != DP_LEASE_BOUND) {
        dp_store_offer(&store, i, now, 30 * SECOND, 3600);
    }
    return i;
}

static uint32_t lease(const dp_key *key, dhcpperf_ts now, uint32_t lease_s)
{
    uint32_t i = offer(key, 0, now);

    ck_assert_uint_ne(i, DP_LEASE_NONE);
    dp_store_bind(&store, i, now, lease_s);
    return i;
}

static void run_to(dhcpperf_ts now)
{
    dp_lease_state was;

    while (dp_store_pop(&store, now, &was) != DP_LEASE_NONE) {
    }
}

START_TEST(a_client_is_found_by_all_of_its_key_only)
    {
        dp_key a = {0}, b;
        uint8_t id[20] = {1, 2, 3, 4, 5, 6};

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        a.kind = DHCPPERF_KEY_HARDWARE;
        a.htype = 1;
        a.len = 6;
        a.data = id;
        dp_store_key(&store, &a);
        ck_assert_uint_eq(dp_store_find(&store, &a), DP_LEASE_NONE);
        (void)offer(&a, 0, 0);
        ck_assert_uint_eq(dp_store_find(&store, &a), 0);
        b = a;
        b.htype = 6;
        dp_store_key(&store, &b);
        ck_assert_uint_eq(dp_store_find(&store, &b), DP_LEASE_NONE);
        b = a;
        b.kind = DHCPPERF_KEY_CLIENT_ID;
        dp_store_key(&store, &b);
        ck_assert_uint_eq(dp_store_find(&store, &b), DP_LEASE_NONE);
        b = a;
        b.len = 7;
        dp_store_key(&store, &b);
        ck_assert_uint_eq(dp_store_find(&store, &b), DP_LEASE_NONE);
        close_store();
    }
END_TEST

START_TEST(equal_hashes_do_not_make_equal_clients)
    {
        dp_key a, b;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        a = client(0);
        b = client(3);
        b.hash = a.hash;
        (void)offer(&a, 0, 0);
        ck_assert_uint_eq(dp_store_find(&store, &b), DP_LEASE_NONE);
        close_store();
    }
END_TEST

START_TEST(never_used_addresses_come_first_and_in_order)
    {
        uint32_t k;
        dp_key key;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        for (k = 0; k < ADDRESSES; k++) {
            key = client(k);
            ck_assert_uint_eq(lease(&key, k, 3600), k);
            if (k == 5) { /* what was free again is not taken while there are others: S-140 */
                dp_store_release(&store, 2, k);
            }
        }
        key = client(ADDRESSES);
        ck_assert_uint_eq(offer(&key, 0, 100), 2);
        key = client(ADDRESSES + 1);
        ck_assert_uint_eq(offer(&key, 0, 100), DP_LEASE_NONE);
        close_store();
    }
END_TEST

START_TEST(the_address_longest_free_is_used_again_first)
    {
        static const uint32_t order[] = {7, 3, 39, 0, 12};
        uint32_t k;
        dp_key key;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        for (k = 0; k < ADDRESSES; k++) {
            key = client(k);
            (void)lease(&key, 0, 3600);
        }
        for (k = 0; k < 5; k++) {
            dp_store_release(&store, order[k], k);
        }
        for (k = 0; k < 5; k++) {
            key = client(ADDRESSES + k);
            ck_assert_uint_eq(offer(&key, 0, 100), order[k]);
        }
        close_store();
    }
END_TEST

START_TEST(an_offer_that_lapsed_is_used_before_what_clients_remember)
    {
        uint32_t k;
        dp_key key;

        open_store(4, DHCPPERF_ALLOC_SEQUENTIAL);
        for (k = 0; k < 4; k++) {
            key = client(k);
            if (k < 2) {
                (void)lease(&key, 0, 3600);
                dp_store_release(&store, k, 1);
            } else {
                ck_assert_uint_eq(offer(&key, 0, 0), k);
            }
        }
        run_to(30 * SECOND);
        ck_assert_uint_eq(store.count[DP_LEASE_OFFERED], 0);
        key = client(10);
        ck_assert_uint_eq(offer(&key, 0, 31 * SECOND), 2);
        close_store();
    }
END_TEST

START_TEST(a_client_gets_its_previous_address_back)
    {
        /* S-033, S-031 */
        uint32_t k, i;
        dp_key key, mine;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        mine = client((uint32_t)_i);
        i = lease(&mine, 0, 10);
        if (_i % 2 == 0) {
            dp_store_release(&store, i, 5);
        } else {
            run_to(10 * SECOND);
        }
        ck_assert_uint_eq(store.lease[i].state, _i % 2 == 0 ? DP_LEASE_RELEASED : DP_LEASE_EXPIRED);
        for (k = 10; k < 20; k++) {
            key = client(k);
            ck_assert_uint_ne(lease(&key, 20 * SECOND, 10), i);
        }
        ck_assert_uint_eq(offer(&mine, 0, 30 * SECOND), i);
        close_store();
    }
END_TEST

START_TEST(a_wish_is_met_only_when_it_is_free)
    {
        /* S-034, S-035, S-036 */
        dp_key a, b, c;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        a = client(0);
        b = client(1);
        c = client(2);
        ck_assert_uint_eq(offer(&a, BASE + 17, 0), 17);
        ck_assert_uint_eq(offer(&b, BASE + 17, 0), 0);
        ck_assert_uint_eq(offer(&c, UINT32_C(0xcb007109), 0), 1);
        close_store();
    }
END_TEST

START_TEST(a_lease_ends_at_its_instant)
    {
        dp_key key;
        uint32_t i;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        key = client(0);
        i = lease(&key, 5, 100);
        run_to(100 * SECOND + 4);
        ck_assert_uint_eq(store.lease[i].state, DP_LEASE_BOUND);
        dp_store_bind(&store, i, 100 * SECOND + 4, 100); /* renewed in the last instant: S-076 */
        run_to(200 * SECOND + 3);
        ck_assert_uint_eq(store.lease[i].state, DP_LEASE_BOUND);
        ck_assert_uint_le(dp_store_deadline(&store), 200 * SECOND + 4);
        run_to(200 * SECOND + 4);
        ck_assert_uint_eq(store.lease[i].state, DP_LEASE_EXPIRED);
        ck_assert_uint_eq(store.lease[i].timer.due, 200 * SECOND + 4);
        ck_assert_uint_eq(store.more[i].renewals, 1);
        ck_assert_uint_eq(dp_store_deadline(&store), DHCPPERF_NEVER);
        close_store();
    }
END_TEST

START_TEST(an_infinite_lease_never_ends_but_can_be_released)
    {
        dp_key key;
        uint32_t i;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        key = client(0);
        i = lease(&key, 5, UINT32_MAX);
        ck_assert_uint_eq(dp_store_deadline(&store), DHCPPERF_NEVER);
        run_to(DHCPPERF_NEVER - 1);
        ck_assert_uint_eq(store.lease[i].state, DP_LEASE_BOUND);
        dp_store_release(&store, i, 7);
        ck_assert_uint_eq(store.lease[i].state, DP_LEASE_RELEASED);
        ck_assert_uint_eq(offer(&key, 0, 8), i);
        close_store();
    }
END_TEST

START_TEST(a_declined_address_rests_for_everybody_then_comes_last)
    {
        /* S-081, S-084 */
        dp_key a, b;
        uint32_t i;

        open_store(2, DHCPPERF_ALLOC_SEQUENTIAL);
        a = client(1);
        b = client(2);
        i = lease(&a, 0, 3600);
        dp_store_decline(&store, i, 1, 60 * SECOND);
        ck_assert_uint_eq(store.count[DP_LEASE_DECLINED], 1);
        ck_assert_uint_eq(dp_store_find(&store, &a), DP_LEASE_NONE);
        ck_assert_uint_eq(offer(&a, BASE, 2), 1);
        ck_assert_uint_eq(offer(&b, BASE, 2), DP_LEASE_NONE);
        run_to(60 * SECOND + 1); /* the offer to a has lapsed meanwhile */
        ck_assert_uint_eq(store.lease[i].state, DP_LEASE_FREE);
        ck_assert_uint_eq(offer(&b, 0, 61 * SECOND), 1);
        ck_assert_uint_eq(offer(&a, 0, 61 * SECOND), i);
        close_store();
    }
END_TEST

START_TEST(an_address_nobody_ever_had_can_be_declined)
    {
        dp_key a;
        uint32_t i;

        open_store(2, DHCPPERF_ALLOC_SEQUENTIAL);
        a = client(1);
        dp_store_decline(&store, 0, 1, 60 * SECOND);
        ck_assert_uint_eq(offer(&a, BASE, 2), 1);
        run_to(61 * SECOND);
        ck_assert_uint_eq(store.lease[0].state, DP_LEASE_FREE);
        i = offer(&a, 0, 62 * SECOND);
        ck_assert_uint_eq(i, 1);
        close_store();
    }
END_TEST

START_TEST(a_client_that_moves_leaves_its_old_address)
    {
        dp_key a, b;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        a = client(1);
        b = client(4);
        ck_assert_uint_eq(lease(&a, 0, 3600), 0);
        ck_assert_int_eq(dp_store_claim(&store, 9, &a), 1);
        dp_store_bind(&store, 9, 1, 3600);
        ck_assert_uint_eq(dp_store_find(&store, &a), 9);
        ck_assert_uint_eq(store.lease[0].state, DP_LEASE_FREE);
        ck_assert_uint_eq(store.count[DP_LEASE_BOUND], 1);
        ck_assert_uint_eq(offer(&b, BASE, 2), 0);
        close_store();
    }
END_TEST

START_TEST(a_reservation_waits_for_its_client_for_ever)
    {
        uint8_t mac[] = {1, 2, 0, 0, 0, 0, 9};
        dhcpperf_bytes bytes = {mac, sizeof mac};
        dp_share all = {0, 1};
        dp_key key = {0}, other;
        uint32_t k, i;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        dp_store_fini(&store);
        ck_assert_int_eq(
            dhcpperf_pool_reserve(pool, DHCPPERF_KEY_HARDWARE, bytes, dp_ip4_of(BASE + 3)), 0);
        ck_assert_int_eq(
            dp_store_init(&store, (const dhcpperf_pool *const[]){pool}, 1, all, 99, &af.mem), 0);
        for (k = 0; k < ADDRESSES - 1; k++) {
            other = client(k);
            ck_assert_uint_ne(lease(&other, 0, 3600), 3);
        }
        other = client(k);
        ck_assert_uint_eq(offer(&other, BASE + 3, 0), DP_LEASE_NONE);
        key.kind = DHCPPERF_KEY_HARDWARE;
        key.htype = 1;
        key.data = mac + 1;
        key.len = 6;
        dp_store_key(&store, &key);
        i = lease(&key, 0, 10);
        ck_assert_uint_eq(i, 3);
        run_to(10 * SECOND);
        ck_assert_uint_eq(store.lease[3].state, DP_LEASE_EXPIRED);
        ck_assert_uint_eq(offer(&other, BASE + 3, 11 * SECOND), DP_LEASE_NONE);
        dp_store_release(&store, 4, 11 * SECOND);
        ck_assert_int_eq(dp_store_claim(&store, 4, &key), 0); /* it cannot move */
        ck_assert_uint_eq(lease(&key, 12 * SECOND, 10), 3);
        dp_store_decline(&store, 3, 13 * SECOND, 5 * SECOND);
        ck_assert_uint_eq(dp_store_find(&store, &key), 3);
        run_to(18 * SECOND);
        ck_assert_uint_eq(store.lease[3].state, DP_LEASE_FREE);
        ck_assert_uint_eq(offer(&key, 0, 19 * SECOND), 3);
        close_store();
    }
END_TEST

START_TEST(a_hashed_address_does_not_depend_on_who_came_before)
    {
        dp_key a, b;
        uint32_t first, second;

        open_store(ADDRESSES * 100, DHCPPERF_ALLOC_HASH);
        a = client(3);
        first = offer(&a, 0, 0);
        close_store();
        open_store(ADDRESSES * 100, DHCPPERF_ALLOC_HASH);
        a = client(3);
        b = client(6);
        second = offer(&b, 0, 0);
        ck_assert_uint_ne(first, second);
        ck_assert_uint_eq(offer(&a, 0, 0), first);
        close_store();
    }
END_TEST

START_TEST(hashing_still_gives_every_address)
    {
        uint8_t given[ADDRESSES] = {0};
        uint32_t k, i;
        dp_key key;

        open_store(ADDRESSES, DHCPPERF_ALLOC_HASH);
        for (k = 0; k < ADDRESSES; k++) {
            key = client(k);
            i = offer(&key, 0, 0);
            ck_assert_msg(i != DP_LEASE_NONE && !given[i], "client %u", k);
            given[i] = 1;
        }
        key = client(k);
        ck_assert_uint_eq(offer(&key, 0, 0), DP_LEASE_NONE);
        close_store();
    }
END_TEST

START_TEST(the_side_table_bounds_long_identifiers)
    {
        uint8_t id[255];
        dp_key key;
        uint32_t k, served = 0;

        open_store(ADDRESSES * 100, DHCPPERF_ALLOC_SEQUENTIAL);
        memset(id, 7, sizeof id);
        memset(&key, 0, sizeof key);
        key.kind = DHCPPERF_KEY_CLIENT_ID;
        key.data = id;
        key.len = 255;
        for (k = 0; k < ADDRESSES * 100; k++) {
            memcpy(id, &k, sizeof k);
            dp_store_key(&store, &key);
            served += offer(&key, 0, 0) != DP_LEASE_NONE;
        }
        ck_assert_uint_eq(served, store.cells.n / 10);
        ck_assert_uint_eq(store.count[DP_LEASE_OFFERED], served);
        run_to(30 * SECOND);
        ck_assert_uint_eq(store.count[DP_LEASE_OFFERED], 0);
        close_store();
    }
END_TEST

START_TEST(cells_come_back_with_the_record_that_held_them)
    {
        dp_key a;
        uint32_t i;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        a = client(1);
        ck_assert_uint_gt(a.len, DP_LEASE_KEY);
        i = lease(&a, 0, 3600);
        ck_assert_uint_gt(store.cells.used, 0);
        if (_i == 0) { /* refused: the store remembers by whom while the quarantine lasts */
            dp_store_decline(&store, i, 1, 60 * SECOND);
            run_to(61 * SECOND);
            ck_assert_uint_eq(store.cells.used, 0);
        } else if (_i == 1) { /* moved: one name, not two */
            uint32_t used = store.cells.used;

            ck_assert_int_eq(dp_store_claim(&store, 9, &a), 1);
            dp_store_bind(&store, 9, 1, 3600);
            ck_assert_uint_eq(store.cells.used, used);
        } else { /* offered, then withdrawn */
            dp_store_release(&store, i, 1);
            ck_assert_int_eq(dp_store_withdraw(&store, i, 2), 1);
            ck_assert_uint_eq(store.cells.used, 0);
            ck_assert_uint_eq(dp_store_find(&store, &a), DP_LEASE_NONE);
            ck_assert_uint_eq(offer(&a, BASE, 3), 1); /* not the one it had and wishes for */
        }
        close_store();
    }
END_TEST

START_TEST(a_leased_address_cannot_be_withdrawn)
    {
        dp_key a;
        uint32_t i;

        open_store(ADDRESSES, DHCPPERF_ALLOC_SEQUENTIAL);
        a = client(1);
        i = lease(&a, 0, 3600);
        ck_assert_int_eq(dp_store_withdraw(&store, i, 1), 0);
        ck_assert_uint_eq(dp_store_find(&store, &a), i);
        ck_assert_uint_eq(store.count[DP_LEASE_BOUND], 1);
        close_store();
    }
END_TEST

/* ---- against a model ------------------------------------------------------------------------ */

typedef struct model_lease {
    uint32_t client; /* 1 + who is remembered or holds it, 0 = nobody */
    dp_lease_state state;
    dhcpperf_ts due;
    int held;
} model_lease;

static model_lease model[ADDRESSES];

static void model_time(dhcpperf_ts now)
{
    uint32_t i;

    for (i = 0; i < ADDRESSES; i++) {
        model_lease *m = &model[i];

        if (m->due == 0 || m->due > now) {
            continue;
        }
        if (m->state == DP_LEASE_DECLINED || !m->held) {
            m->state = DP_LEASE_FREE;
        } else {
            m->state = DP_LEASE_EXPIRED;
        }
        m->due = 0;
    }
}

static uint32_t model_find(uint32_t who)
{
    uint32_t i;

    for (i = 0; i < ADDRESSES; i++) {
        if (model[i].client == who + 1) {
            return i;
        }
    }
    return DP_LEASE_NONE;
}

static void check_model(int seed, unsigned step)
{
    uint32_t i, k, counts[DP_LEASE_STATES] = {0};

    for (i = 0; i < ADDRESSES; i++) {
        ck_assert_msg(store.lease[i].state == model[i].state,
                      "seed %d step %u: address %u is %u, expected %u", seed, step, i,
                      store.lease[i].state, model[i].state);
        counts[model[i].state]++;
    }
    for (i = 0; i < DP_LEASE_STATES; i++) {
        ck_assert_msg(store.count[i] == counts[i], "seed %d step %u: count of state %u", seed, step,
                      i);
    }
    for (k = 0; k < CLIENTS; k++) {
        dp_key key = client(k);
        uint32_t got = dp_store_find(&store, &key);

        ck_assert_msg(got == model_find(k), "seed %d step %u: client %u has %u, expected %u", seed,
                      step, k, got, model_find(k));
        i = (k + step) % ADDRESSES; /* some guesses are right, and none is misleading */
        ck_assert_msg(dp_store_find_near(&store, &key, i) == got &&
                          dp_store_find_near(&store, &key, got) == got,
                      "seed %d step %u: client %u, guess %u", seed, step, k, i);
    }
}

static void model_take(uint32_t i, uint32_t who)
{
    uint32_t old = model_find(who);

    if (old != i && old != DP_LEASE_NONE) {
        model[old].client = 0;
        model[old].state = DP_LEASE_FREE;
        model[old].due = 0;
        model[old].held = 0;
    }
    if (model[i].client != who + 1) {
        model[i].client = who + 1;
        model[i].held = 0;
    }
}

static int model_is_live(uint32_t i)
{
    return model[i].state == DP_LEASE_OFFERED || model[i].state == DP_LEASE_BOUND ||
           model[i].state == DP_LEASE_DECLINED;
}

START_TEST(random_histories_equal_a_model_and_no_address_has_two_live_owners)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1), step;
        dhcpperf_ts now = 0;

        open_store(ADDRESSES, _i % 2 == 0 ? DHCPPERF_ALLOC_SEQUENTIAL : DHCPPERF_ALLOC_HASH);
        memset(model, 0, sizeof model);
        for (step = 0; step < 4000; step++) {
            uint64_t r = dp_draw(seed, 0, 0, step);
            uint32_t who = (uint32_t)(r % CLIENTS), lease_s = 1 + (uint32_t)((r >> 40) % 200);
            dp_key key = client(who);
            uint32_t had = model_find(who), i;

            now += (r >> 20) % (2 * SECOND);
            run_to(now);
            model_time(now);
            had = model_find(who);
            switch ((r >> 8) % 8) {
            case 0:
            case 1:
            case 2:
                i = offer(&key, BASE + (uint32_t)((r >> 48) % (2 * ADDRESSES)), now);
                if (i == DP_LEASE_NONE) {
                    ck_assert_msg(had == DP_LEASE_NONE, "seed %d: known client refused", _i);
                    for (i = 0; i < ADDRESSES; i++) {
                        ck_assert_msg(model_is_live(i), "seed %d: refused with room", _i);
                    }
                    break;
                }
                ck_assert_msg(had == DP_LEASE_NONE ? !model_is_live(i) : i == had,
                              "seed %d step %u: client %u is offered %u", _i, (unsigned)step, who,
                              i);
                model_take(i, who);
                if (model[i].state != DP_LEASE_BOUND) {
                    model[i].state = DP_LEASE_OFFERED;
                    model[i].due = now + 30 * SECOND;
                }
                break;
            case 3:
            case 4:
            case 5:
                if (had != DP_LEASE_NONE) {
                    dp_store_bind(&store, had, now, lease_s);
                    model[had].state = DP_LEASE_BOUND;
                    model[had].held = 1;
                    model[had].due = now + lease_s * SECOND;
                }
                break;
            case 6:
                if (had != DP_LEASE_NONE && model_is_live(had)) {
                    dp_store_release(&store, had, now);
                    model[had].state = model[had].held ? DP_LEASE_RELEASED : DP_LEASE_FREE;
                    model[had].due = 0;
                }
                break;
            default:
                if (had != DP_LEASE_NONE && (r >> 60) == 0) {
                    dp_store_decline(&store, had, now, 50 * SECOND);
                    model[had].state = DP_LEASE_DECLINED;
                    model[had].due = now + 50 * SECOND;
                    model[had].client = 0;
                    model[had].held = 0;
                } else if ((r >> 60) == 1) { /* somebody made it move */
                    i = (uint32_t)((r >> 32) % ADDRESSES);
                    if (!model_is_live(i) && dp_store_claim(&store, i, &key)) {
                        dp_store_bind(&store, i, now, lease_s);
                        model_take(i, who);
                        model[i].state = DP_LEASE_BOUND;
                        model[i].held = 1;
                        model[i].due = now + lease_s * SECOND;
                    }
                }
                break;
            }
            check_model(_i, (unsigned)step);
        }
        close_store();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_client_is_found_by_all_of_its_key_only);
    tcase_add_test(tc, equal_hashes_do_not_make_equal_clients);
    tcase_add_test(tc, never_used_addresses_come_first_and_in_order);
    tcase_add_test(tc, the_address_longest_free_is_used_again_first);
    tcase_add_test(tc, an_offer_that_lapsed_is_used_before_what_clients_remember);
    tcase_add_loop_test(tc, a_client_gets_its_previous_address_back, 0, 6);
    tcase_add_test(tc, a_wish_is_met_only_when_it_is_free);
    tcase_add_test(tc, a_lease_ends_at_its_instant);
    tcase_add_test(tc, an_infinite_lease_never_ends_but_can_be_released);
    tcase_add_test(tc, a_declined_address_rests_for_everybody_then_comes_last);
    tcase_add_test(tc, an_address_nobody_ever_had_can_be_declined);
    tcase_add_test(tc, a_client_that_moves_leaves_its_old_address);
    tcase_add_test(tc, a_reservation_waits_for_its_client_for_ever);
    tcase_add_test(tc, a_hashed_address_does_not_depend_on_who_came_before);
    tcase_add_test(tc, hashing_still_gives_every_address);
    tcase_add_test(tc, the_side_table_bounds_long_identifiers);
    tcase_add_loop_test(tc, cells_come_back_with_the_record_that_held_them, 0, 3);
    tcase_add_test(tc, a_leased_address_cannot_be_withdrawn);
    tcase_add_loop_test(tc, random_histories_equal_a_model_and_no_address_has_two_live_owners, 0,
                        20);
}

HARNESS_MAIN("lease/store_life", tests)
