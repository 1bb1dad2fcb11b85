/* SPDX-License-Identifier: MIT */
/* peers_test.c - the bounded table of peers against what its header promises. */
#include "io/dp_peers.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"
#include "support/harness.h"

static dp_peers table;

static void fresh(uint32_t n)
{
    ck_assert_int_eq(dp_peers_init(&table, n, 99, &dp_mem_libc), 0);
}

static void end(void)
{
    dp_peers_fini(&table, &dp_mem_libc);
}

START_TEST(a_new_peer_is_unknown_and_found_again)
    {
        dhcpperf_ip4 ip = dp_ip4_of(0x7f000001);
        dp_peer *p;

        fresh(64);
        ck_assert_ptr_null(dp_peers_find(&table, ip, 67));
        p = dp_peers_get(&table, ip, 67, DP_PEER_SPOKE_FIRST);
        ck_assert_ptr_nonnull(p);
        ck_assert_int_eq(p->standing, DP_PEER_UNKNOWN);
        ck_assert_ptr_eq(dp_peers_get(&table, ip, 67, 0), p);
        ck_assert_uint_eq(p->flags & DP_PEER_SPOKE_FIRST, DP_PEER_SPOKE_FIRST);
        ck_assert_uint_eq(table.count, 1);
        end();
    }
END_TEST

START_TEST(ports_of_one_address_are_different_peers)
    {
        dhcpperf_ip4 ip = dp_ip4_of(0x7f000001);

        fresh(64);
        dp_peers_get(&table, ip, 67, 0)->standing = DP_PEER_EARNED;
        ck_assert_int_eq(dp_peers_get(&table, ip, 68, 0)->standing, DP_PEER_UNKNOWN);
        end();
    }
END_TEST

START_TEST(address_zero_port_zero_is_not_a_free_slot)
    {
        dhcpperf_ip4 any = {{0, 0, 0, 0}};

        fresh(8);
        ck_assert_ptr_null(dp_peers_find(&table, any, 0));
        end();
    }
END_TEST

/* One bucket only, so its ways are all there is. */
START_TEST(a_full_bucket_forgets_the_longest_unused)
    {
        uint32_t i;

        fresh(DP_PEERS_WAYS);
        for (i = 0; i < DP_PEERS_WAYS; i++) {
            ck_assert_ptr_nonnull(dp_peers_get(&table, dp_ip4_of(i + 1), 67, 0));
        }
        (void)dp_peers_find(&table, dp_ip4_of(1), 67); /* 2 is the oldest now */
        ck_assert_ptr_nonnull(dp_peers_get(&table, dp_ip4_of(100), 67, 0));
        ck_assert_ptr_nonnull(dp_peers_find(&table, dp_ip4_of(1), 67));
        ck_assert_ptr_null(dp_peers_find(&table, dp_ip4_of(2), 67));
        ck_assert_uint_eq(table.evicted, 1);
        ck_assert_uint_eq(table.count, DP_PEERS_WAYS);
        end();
    }
END_TEST

START_TEST(a_peer_being_probed_is_never_forgotten)
    {
        uint32_t i;

        fresh(DP_PEERS_WAYS);
        for (i = 0; i < DP_PEERS_WAYS; i++) {
            dp_peers_get(&table, dp_ip4_of(i + 1), 67, 0)->standing = DP_PEER_PROBING;
        }
        ck_assert_ptr_null(dp_peers_get(&table, dp_ip4_of(100), 67, 0));
        dp_peers_find(&table, dp_ip4_of(5), 67)->standing = DP_PEER_EARNED;
        ck_assert_ptr_nonnull(dp_peers_get(&table, dp_ip4_of(100), 67, 0));
        ck_assert_ptr_null(dp_peers_find(&table, dp_ip4_of(5), 67));
        end();
    }
END_TEST

START_TEST(thousands_of_relays_fit_at_a_third_of_the_room)
    {
        uint32_t i;

        fresh(16384);
        for (i = 0; i < 5000; i++) {
            dp_peers_get(&table, dp_ip4_of(0x7f010000 + i), 67, 0)->standing = DP_PEER_EARNED;
        }
        ck_assert_uint_eq(table.count + table.evicted, 5000);
        ck_assert_uint_lt(table.evicted, 50);
        end();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_new_peer_is_unknown_and_found_again);
    tcase_add_test(tc, ports_of_one_address_are_different_peers);
    tcase_add_test(tc, address_zero_port_zero_is_not_a_free_slot);
    tcase_add_test(tc, a_full_bucket_forgets_the_longest_unused);
    tcase_add_test(tc, a_peer_being_probed_is_never_forgotten);
    tcase_add_test(tc, thousands_of_relays_fit_at_a_third_of_the_room);
}

HARNESS_MAIN("io/peers", tests)
