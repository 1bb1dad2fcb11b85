/* SPDX-License-Identifier: MIT */
/* store_test.c - building the store and finding things in it. */
#include "lease/dp_store.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_text.h"
#include "support/allocfail.h"
#include "support/harness.h"

static allocfail af;
static dp_store store;

static dhcpperf_ip4 ip(const char *text)
{
    dhcpperf_ip4 r = {{0, 0, 0, 0}};

    ck_assert_msg(dhcpperf_ip4_parse(&r, text) == 0, "%s", text);
    return r;
}

static uint32_t num(const char *text)
{
    return dp_ip4_num(ip(text));
}

static dhcpperf_pool *new_pool(const char *network, unsigned prefix_len, const char *first,
                               const char *last)
{
    dhcpperf_pool *p = NULL;

    ck_assert_int_eq(dhcpperf_pool_new(&p, ip(network), prefix_len, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(p, ip(first), ip(last)), 0);
    return p;
}

static void reserve(dhcpperf_pool *p, uint8_t last_octet, const char *address)
{
    uint8_t mac[] = {1, 2, 0, 0, 0, 0, last_octet};
    dhcpperf_bytes key = {mac, sizeof mac};

    ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE, key, ip(address)), 0);
}

static int build(dhcpperf_pool *const *pools, uint32_t n, uint32_t index, uint32_t of)
{
    const dhcpperf_pool *in[8];
    dp_share share = {index, of};
    uint32_t i;

    for (i = 0; i < n; i++) {
        in[i] = pools[i];
    }
    return dp_store_init(&store, in, n, share, 7, &af.mem);
}

static void free_pools(dhcpperf_pool **pools, uint32_t n)
{
    while (n > 0) {
        dhcpperf_pool_free(pools[--n]);
    }
}

START_TEST(a_lease_costs_at_most_96_octets_with_all_indexes)
    {
        static const char *const last[] = {"10.0.0.250", "10.0.39.99", "10.15.255.250"};
        dhcpperf_pool *p = new_pool("10.0.0.0", 8, "10.0.0.10", last[_i]);
        size_t overhead;

        ck_assert_uint_eq(sizeof(dp_lease), 64);
        allocfail_init(&af, 0);
        ck_assert_int_eq(
            dp_store_init(&store, (const dhcpperf_pool *const[]){p}, 1, (dp_share){0, 1}, 7, NULL),
            0);
        ck_assert_msg(store.bytes <= (size_t)store.n * 96, "%zu octets for %u leases", store.bytes,
                      store.n);
        overhead = store.bytes / store.n;
        ck_assert_uint_ge(overhead, 90);
        ck_assert_uint_eq((uintptr_t)store.lease % 64, 0);
        dp_store_fini(&store);
        dhcpperf_pool_free(p);
    }
END_TEST

START_TEST(every_address_has_one_record_and_back)
    {
        dhcpperf_pool *p[3] = {new_pool("10.2.0.0", 16, "10.2.0.250", "10.2.1.9"),
                               new_pool("10.0.0.0", 16, "10.0.0.10", "10.0.2.20"),
                               new_pool("10.1.0.0", 16, "10.1.0.10", "10.1.0.10")};
        uint32_t i, n = 0, a;

        ck_assert_int_eq(dhcpperf_pool_exclude(p[1], ip("10.0.0.20"), ip("10.0.0.29")), 0);
        reserve(p[1], 1, "10.0.1.1");
        reserve(p[1], 2, "10.0.200.1");
        allocfail_init(&af, 0);
        ck_assert_int_eq(build(p, 3, 0, 1), 0);
        ck_assert_uint_eq(store.n, 16 + (2 * 256 + 11 - 10) + 1 + 1);
        for (a = num("10.0.0.0"); a < num("10.3.0.0"); a++) {
            i = dp_store_find_ip(&store, a);
            if (i != DP_LEASE_NONE) {
                ck_assert_uint_eq(i, n); /* dense, in address order */
                ck_assert_uint_eq(dp_store_ip(&store, i), a);
                n++;
            }
        }
        ck_assert_uint_eq(n, store.n);
        ck_assert_uint_eq(dp_store_find_ip(&store, num("10.0.0.20")), DP_LEASE_NONE);
        ck_assert_uint_eq(dp_store_find_ip(&store, 0), DP_LEASE_NONE);
        ck_assert_uint_eq(dp_store_find_ip(&store, UINT32_MAX), DP_LEASE_NONE);
        /* a reservation inside a range does not tear it apart */
        ck_assert_uint_eq(store.spans, 5);
        dp_store_fini(&store);
        free_pools(p, 3);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

START_TEST(subnets_keep_the_order_in_which_they_came)
    {
        dhcpperf_pool *p[3] = {new_pool("10.2.0.0", 16, "10.2.0.1", "10.2.0.9"),
                               new_pool("10.0.0.0", 15, "10.1.0.1", "10.1.0.9"),
                               new_pool("9.0.0.0", 8, "9.1.0.10", "9.1.0.10")};

        allocfail_init(&af, 0);
        ck_assert_int_eq(build(p, 3, 0, 1), 0);
        ck_assert_uint_eq(dp_store_find_subnet(&store, num("10.2.255.255")), 0);
        ck_assert_uint_eq(dp_store_find_subnet(&store, num("10.0.0.0")), 1);
        ck_assert_uint_eq(dp_store_find_subnet(&store, num("9.9.9.9")), 2);
        ck_assert_uint_eq(dp_store_find_subnet(&store, num("10.3.0.0")), DP_LEASE_NONE);
        ck_assert_uint_eq(dp_store_find_subnet(&store, num("1.1.1.1")), DP_LEASE_NONE);
        ck_assert_uint_eq(dp_store_find_subnet(&store, UINT32_MAX), DP_LEASE_NONE);
        ck_assert_uint_eq(store.subnet[0].n, 9);
        ck_assert_uint_eq(store.subnet[2].n, 1);
        dp_store_fini(&store);
        free_pools(p, 3);
    }
END_TEST

START_TEST(overlapping_subnets_and_empty_stores_are_refused)
    {
        dhcpperf_pool *p[2] = {new_pool("10.0.0.0", 8, "10.2.0.1", "10.2.0.9"),
                               new_pool("10.1.0.0", 16, "10.1.0.1", "10.1.0.9")};
        dhcpperf_pool *none = NULL;

        allocfail_init(&af, 0);
        ck_assert_int_eq(build(p, 2, 0, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(build(p, 0, 0, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(build(p, 1, 1, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_pool_new(&none, ip("192.0.2.0"), 24, NULL), 0);
        ck_assert_int_eq(build(&none, 1, 0, 1), DHCPPERF_E_INVALID);
        free_pools(p, 2);
        dhcpperf_pool_free(none);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

START_TEST(shares_divide_all_addresses_without_overlap)
    {
        uint8_t owners[1024] = {0};
        int named[1024];
        dhcpperf_pool *p = new_pool("10.0.0.0", 16, "10.0.0.10", "10.0.3.200");
        uint32_t of = (uint32_t)_i + 1, s, a, total = 0;

        ck_assert_int_eq(dhcpperf_pool_exclude(p, ip("10.0.1.0"), ip("10.0.1.17")), 0);
        for (a = 0; a < 200; a += 11) {
            uint8_t mac[] = {1, 2, 0, 0, 0, (uint8_t)(a >> 4), (uint8_t)(a << 4)};
            dhcpperf_bytes key = {mac, sizeof mac};

            ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE, key,
                                                   dp_ip4_of(num("10.0.2.0") + a)),
                             0);
        }
        ck_assert_int_eq(dhcpperf_pool_add_class_range(p, ip("10.0.3.210"), ip("10.0.3.240"), "c"),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_CIRCUIT,
                                               (dhcpperf_bytes){(const uint8_t *)"e7", 2},
                                               ip("10.0.3.220")),
                         0);
        allocfail_init(&af, 0);
        for (s = 0; s < of; s++) {
            ck_assert_int_eq(build(&p, 1, s, of), 0);
            total += store.n;
            for (a = 0; a < 1024; a++) {
                uint32_t i = dp_store_find_ip(&store, num("10.0.0.0") + a);

                named[a] = dp_store_share_of_ip(&store, num("10.0.0.0") + a, of);
                assert_fast(i == DP_LEASE_NONE || named[a] == (int)s,
                            "of %u: address %u of share %u is said to be of %d", of, a, s,
                            named[a]);
                if (i != DP_LEASE_NONE) {
                    owners[a]++;
                    ck_assert_msg(dp_store_ip(&store, i) == num("10.0.0.0") + a, "of %u", of);
                }
            }
            dp_store_fini(&store);
        }
        ck_assert_msg(total == dhcpperf_pool_size(p), "%u of %u", total, dhcpperf_pool_size(p));
        for (a = 0; a < 1024; a++) {
            ck_assert_msg(owners[a] <= 1, "of %u: address %u has %u owners", of, a, owners[a]);
            ck_assert_msg(owners[a] == (named[a] >= 0), "of %u: address %u is said to be of %d", of,
                          a, named[a]);
        }
        ck_assert_int_eq(build(&p, 1, 0, of), 0);
        ck_assert_int_eq(dp_store_share_of_ip(&store, num("192.0.2.1"), of), -1);
        dp_store_fini(&store);
        dhcpperf_pool_free(p);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

START_TEST(runs_of_64_hardware_addresses_share_a_share)
    {
        uint8_t mac[] = {2, 0, 0, 0, 0, 0}, id[7] = {1, 2, 0, 0, 0, 0, 0};
        uint32_t k, seen = 0;

        for (k = 0; k < 4096; k++) {
            uint32_t got, first;

            mac[4] = id[5] = (uint8_t)(k >> 8);
            mac[5] = id[6] = (uint8_t)k;
            got = dp_store_share_of(DHCPPERF_KEY_HARDWARE, mac, sizeof mac, 4);
            ck_assert_uint_lt(got, 4);
            seen |= UINT32_C(1) << got;
            /* an identifier made of the hardware address goes with it */
            ck_assert_uint_eq(dp_store_share_of(DHCPPERF_KEY_CLIENT_ID, id, sizeof id, 4), got);
            mac[5] &= 0xc0;
            first = dp_store_share_of(DHCPPERF_KEY_HARDWARE, mac, sizeof mac, 4);
            ck_assert_uint_eq(got, first);
        }
        ck_assert_uint_eq(seen, 15);
        ck_assert_uint_eq(dp_store_share_of(DHCPPERF_KEY_HARDWARE, mac, sizeof mac, 1), 0);
    }
END_TEST

START_TEST(octets_are_the_same_only_when_all_of_them_are)
    {
        uint8_t a[41], b[41];
        size_t n, at;

        for (n = 0; n <= 40; n++) {
            memset(a, 7, sizeof a);
            memset(b, 7, sizeof b);
            a[n] = 8; /* behind the last one */
            ck_assert_msg(dp_same(a, b, n), "%zu octets", n);
            for (at = 0; at < n; at++) {
                b[at] = 6;
                ck_assert_msg(!dp_same(a, b, n), "%zu octets, number %zu", n, at);
                b[at] = 7;
            }
        }
    }
END_TEST

START_TEST(without_memory_nothing_is_left)
    {
        dhcpperf_pool *p = new_pool("10.0.0.0", 16, "10.0.0.10", "10.0.0.200");
        uint64_t n;
        int rc = DHCPPERF_E_NOMEM;

        reserve(p, 3, "10.0.0.100");
        for (n = 1; rc != 0; n++) {
            allocfail_init(&af, n);
            rc = build(&p, 1, 0, 1);
            ck_assert_msg(rc == 0 || rc == DHCPPERF_E_NOMEM, "allocation %u: %d", (unsigned)n, rc);
            if (rc == 0) {
                dp_store_fini(&store);
            }
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u leaks", (unsigned)n);
            ck_assert_uint_lt(n, 50);
        }
        dhcpperf_pool_free(p);
    }
END_TEST

/* Few of many: walked over in blocks, and found all the same, whatever way they came to be used. */
START_TEST(a_walk_finds_the_few_that_were_used)
    {
        static const uint32_t used[] = {0,    1,     511,   512,   513,   1023,
                                        5000, 32767, 32768, 40000, 65000, 65533};
        enum {
            N = sizeof used / sizeof used[0]
        };
        dhcpperf_pool *p = new_pool("10.0.0.0", 16, "10.0.0.1", "10.0.255.254");
        uint64_t from = 0;
        uint32_t k, i;

        allocfail_init(&af, 0);
        ck_assert_int_eq(build(&p, 1, 0, 1), 0);
        ck_assert_uint_eq(dp_store_next(&store, 0), DP_LEASE_NONE);
        ck_assert_uint_eq(dp_store_skip(&store, 0), store.n);
        for (k = 0; k < N; k++) {
            if ((k + (uint32_t)_i) % 2 == 0) {
                dp_store_decline(&store, used[k], 1, 1);
            } else {
                ck_assert(dp_store_withdraw(&store, used[k], 1));
            }
        }
        for (k = 0; k < N; k++) {
            i = dp_store_next(&store, from);
            ck_assert_msg(i == used[k], "number %u: %u", k, i);
            from = (uint64_t)num("10.0.0.1") + i + 1;
        }
        ck_assert_uint_eq(dp_store_next(&store, from), DP_LEASE_NONE);
        ck_assert_uint_eq(dp_store_skip(&store, 4999), 4999); /* a neighbour in the block */
        ck_assert_uint_eq(dp_store_skip(&store, 5120), 32256);
        dp_store_fini(&store);
        dhcpperf_pool_free(p);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_walk_finds_the_few_that_were_used, 0, 2);
    tcase_add_loop_test(tc, a_lease_costs_at_most_96_octets_with_all_indexes, 0, 3);
    tcase_add_test(tc, every_address_has_one_record_and_back);
    tcase_add_test(tc, subnets_keep_the_order_in_which_they_came);
    tcase_add_test(tc, overlapping_subnets_and_empty_stores_are_refused);
    tcase_add_loop_test(tc, shares_divide_all_addresses_without_overlap, 0, 6);
    tcase_add_test(tc, runs_of_64_hardware_addresses_share_a_share);
    tcase_add_test(tc, octets_are_the_same_only_when_all_of_them_are);
    tcase_add_test(tc, without_memory_nothing_is_left);
}

HARNESS_MAIN("lease/store", tests)
