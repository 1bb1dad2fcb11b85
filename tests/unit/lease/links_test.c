/* SPDX-License-Identifier: MIT */
/* links_test.c - subnets that are one link and ranges for classes, over random histories: who has
 * what is compared with what may be, and no free address is ever lost. */
#include "lease/dp_store.h"

#include <stdio.h>
#include <string.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "support/allocfail.h"
#include "support/harness.h"

enum {
    SUBNETS = 5,
    CLIENTS = 80,
    CLASSES = 3 /* and none */
};

#define SECOND DHCPPERF_NS_PER_S

/* Subnet k is 10.0.k.0/24: .1 to .6 for everybody, .10 to .12 and .20 for class 1 + k % 2, a
 * reservation at .11 and an exclusion at .2; subnets 0, 2, 3 are a link, and so is 4 by itself. */
static allocfail af;
static dp_store store;
static dhcpperf_pool *pool[SUBNETS];

static dhcpperf_ip4 at(unsigned subnet, unsigned last)
{
    return dp_ip4_of(UINT32_C(0x0a000000) + (subnet << 8) + last);
}

static void open_pool(unsigned k)
{
    const uint8_t mac[] = {1, 2, 0, 0, 9, 9, (uint8_t)k};
    char class_name[] = {'c', (char)('1' + k % 2), '\0'};
    dhcpperf_pool *p;

    ck_assert_int_eq(dhcpperf_pool_new(&p, at(k, 0), 24, &af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(p, at(k, 1), at(k, 6)), 0);
    ck_assert_int_eq(dhcpperf_pool_add_class_range(p, at(k, 10), at(k, 12), class_name), 0);
    ck_assert_int_eq(dhcpperf_pool_add_class_range(p, at(k, 20), at(k, 20), class_name), 0);
    ck_assert_int_eq(dhcpperf_pool_exclude(p, at(k, 2), at(k, 2)), 0);
    ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE,
                                           (dhcpperf_bytes){mac, sizeof mac}, at(k, 11)),
                     0);
    ck_assert_int_eq(
        dhcpperf_pool_set_policy(p, k == 2 ? DHCPPERF_ALLOC_HASH : DHCPPERF_ALLOC_SEQUENTIAL), 0);
    if (k != 1) {
        ck_assert_int_eq(dhcpperf_pool_set_shared(p, k == 4 ? "alone" : "wire"), 0);
    }
    p->classes.at[0].number = 1 + k % 2;
    pool[k] = p;
}

static void open_store(void)
{
    dp_share all = {0, 1};
    unsigned k;

    allocfail_init(&af, 0);
    for (k = 0; k < SUBNETS; k++) {
        open_pool(k);
    }
    ck_assert_int_eq(
        dp_store_init(&store, (const dhcpperf_pool *const *)pool, SUBNETS, all, 5, &af.mem), 0);
}

static void close_store(void)
{
    unsigned k;

    dp_store_fini(&store);
    for (k = 0; k < SUBNETS; k++) {
        dhcpperf_pool_free(pool[k]);
    }
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

static uint8_t macs[CLIENTS][6];

static dp_key client(unsigned k, uint32_t subnet)
{
    dp_key key = {.kind = DHCPPERF_KEY_HARDWARE, .len = 6, .htype = 1};

    macs[k][0] = 2;
    macs[k][5] = (uint8_t)k;
    key.data = macs[k];
    key.subnet = store.subnet[subnet].link;
    key.class_ = (uint8_t)(k % (CLASSES + 1));
    dp_store_key(&store, &key);
    return key;
}

/* The class that an address is for; 0 = everybody. */
static unsigned class_of(uint32_t ip)
{
    return (ip & 0xff) < 10 ? 0 : 1 + (ip >> 8 & 0xff) % 2;
}

static int is_on(uint32_t link, uint32_t ip)
{
    uint32_t k = ip >> 8 & 0xff;

    return link == 0 ? k == 0 || k == 2 || k == 3 : k == link;
}

START_TEST(links_begin_with_the_subnet_added_first)
    {
        static const uint32_t link[SUBNETS] = {0, 1, 0, 0, 4};
        static const uint32_t next[SUBNETS] = {2, DP_LEASE_NONE, 3, DP_LEASE_NONE, DP_LEASE_NONE};
        unsigned k;

        open_store();
        for (k = 0; k < SUBNETS; k++) {
            ck_assert_uint_eq(store.subnet[k].link, link[k]);
            ck_assert_uint_eq(store.subnet[k].next, next[k]);
        }
        close_store();
    }
END_TEST

START_TEST(areas_are_the_ranges_of_classes)
    {
        uint32_t i;

        open_store();
        ck_assert_uint_eq(store.areas, 2 * SUBNETS);
        for (i = 0; i < store.n; i++) {
            const dp_area *a = dp_store_area(&store, i);
            uint32_t ip = dp_store_ip(&store, i);

            assert_fast((a != NULL ? a->class_ : 0) == class_of(ip), "record %u, address %08x", i,
                        ip);
        }
        close_store();
    }
END_TEST

START_TEST(a_share_has_its_part_of_every_range)
    {
        dhcpperf_pool *p;
        unsigned index, total = 0;

        allocfail_init(&af, 0);
        ck_assert_int_eq(dhcpperf_pool_new(&p, at(0, 0), 24, &af.mem), 0);
        ck_assert_int_eq(dhcpperf_pool_add_range(p, at(0, 1), at(0, 9)), 0);
        ck_assert_int_eq(dhcpperf_pool_add_class_range(p, at(0, 20), at(0, 28), "c"), 0);
        ck_assert_int_eq(dhcpperf_pool_add_range(p, at(0, 40), at(0, 48)), 0);
        for (index = 0; index < 3; index++) {
            dp_share share = {index, 3};

            ck_assert_int_eq(
                dp_store_init(&store, (const dhcpperf_pool *const[]){p}, 1, share, 5, &af.mem), 0);
            ck_assert_uint_eq(store.areas, 1);
            ck_assert_uint_eq(store.area[0].n, 3);
            ck_assert_uint_eq(store.n, 9);
            total += store.n;
            dp_store_fini(&store);
        }
        ck_assert_uint_eq(total, 27);
        dhcpperf_pool_free(p);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

/* Every free address that is not reserved and was used is in a list: its own. */
static void check_lists(void)
{
    uint32_t in_lists = 0, free_ones = 0, i, k;
    const dp_list *lists[2 * (SUBNETS + 2 * SUBNETS)];
    unsigned n = 0;

    for (k = 0; k < SUBNETS; k++) {
        lists[n++] = &store.subnet[k].unleased;
        lists[n++] = &store.subnet[k].leased;
    }
    for (k = 0; k < store.areas; k++) {
        lists[n++] = &store.area[k].unleased;
        lists[n++] = &store.area[k].leased;
    }
    for (k = 0; k < n; k++) {
        const dp_area *of = k < 2 * SUBNETS ? NULL : &store.area[(k - 2 * SUBNETS) / 2];

        for (i = lists[k]->head; i != 0; i = store.lease[i - 1].timer.next) {
            const dp_area *a = dp_store_area(&store, i - 1);

            assert_fast(of == NULL ? a == NULL : a != NULL && &store.area[a->lists] == of,
                        "record %u is in a foreign list", i - 1);
            in_lists++;
        }
    }
    for (i = 0; i < store.n; i++) {
        free_ones += dp_store_is_free(&store, i) && store.lease[i].state != DP_LEASE_NEVER;
    }
    assert_fast(in_lists == free_ones, "%u in lists, %u free", in_lists, free_ones);
}

START_TEST(random_histories_keep_to_links_and_classes)
    {
        uint64_t seed = harness_seed(11) + (uint64_t)_i;
        dhcpperf_ts now = SECOND;
        dp_lease_state was;
        unsigned step;

        open_store();
        for (step = 0; step < 4000; step++) {
            unsigned who = (unsigned)dp_below(dp_draw(seed, step, 1, 0), CLIENTS);
            uint32_t where = (uint32_t)dp_below(dp_draw(seed, step, 2, 0), SUBNETS), i;
            uint32_t wish =
                dp_ip4_num(at(where, (unsigned)dp_below(dp_draw(seed, step, 3, 0), 24)));
            dp_key key = client(who, where);

            now += SECOND;
            while (dp_store_pop(&store, now, &was) != DP_LEASE_NONE) {
            }
            i = dp_store_find(&store, &key);
            if (i == DP_LEASE_NONE) {
                i = dp_store_pick(&store, &key, step % 3 == 0 ? wish : 0);
                if (i == DP_LEASE_NONE) {
                    continue;
                }
                assert_fast(dp_store_is_free(&store, i), "step %u: not free", step);
                ck_assert_int_eq(dp_store_claim(&store, i, &key), 1);
                dp_store_bind(&store, i, now, 300);
            } else if (store.lease[i].state == DP_LEASE_BOUND && step % 2 == 0) {
                dp_store_release(&store, i, now);
            } else if (store.lease[i].state == DP_LEASE_BOUND) {
                dp_store_decline(&store, i, now, 30 * SECOND);
                i = DP_LEASE_NONE;
            }
            if (i != DP_LEASE_NONE) {
                uint32_t ip = store.lease[i].ip;

                assert_fast(is_on(key.subnet, ip), "step %u: %08x on link %u", step, ip,
                            key.subnet);
                assert_fast(class_of(ip) == 0 || class_of(ip) == key.class_,
                            "step %u: %08x for class %u", step, ip, key.class_);
                assert_fast(dp_store_find(&store, &key) == i, "step %u: lost", step);
            }
            if (step % 100 == 0) {
                check_lists();
            }
        }
        close_store();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, links_begin_with_the_subnet_added_first);
    tcase_add_test(tc, areas_are_the_ranges_of_classes);
    tcase_add_test(tc, a_share_has_its_part_of_every_range);
    tcase_add_loop_test(tc, random_histories_keep_to_links_and_classes, 0, 4);
}

HARNESS_MAIN("lease/links", tests)
