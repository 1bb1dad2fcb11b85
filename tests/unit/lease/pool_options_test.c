/* SPDX-License-Identifier: MIT */
/* pool_options_test.c - configuration parameters of a subnet. */
#include "lease/dp_pool.h"

#include <string.h>

#include "support/allocfail.h"
#include "support/harness.h"

static allocfail af;
static dhcpperf_pool *pool;

static void open_pool(void)
{
    dhcpperf_ip4 network = {{192, 0, 2, 0}}, first = {{192, 0, 2, 1}}, last = {{192, 0, 2, 20}};

    allocfail_init(&af, 0);
    ck_assert_int_eq(dhcpperf_pool_new(&pool, network, 24, &af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, first, last), 0);
}

static void close_pool(void)
{
    dhcpperf_pool_free(pool);
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

START_TEST(options_are_kept_by_code_whatever_the_order)
    {
        static const uint8_t codes[] = {15, 3, 42, 6, 1};
        dhcpperf_bytes v;
        size_t i;

        open_pool();
        for (i = 0; i < sizeof codes; i++) {
            ck_assert_int_eq(
                dhcpperf_pool_add_option(pool, codes[i], codes[i] == 15 ? "a.b" : "192.0.2.99"), 0);
        }
        for (i = 1; i < pool->options.n; i++) {
            ck_assert_uint_lt(pool->options.at[i - 1].code, pool->options.at[i].code);
        }
        for (i = 0; i < sizeof codes; i++) {
            ck_assert_int_eq(dp_pool_get_option(pool, codes[i], &v), 1);
            ck_assert_uint_eq(v.len, codes[i] == 15 ? 3 : 4);
        }
        ck_assert_int_eq(dp_pool_get_option(pool, 44, &v), 0);
        ck_assert_int_eq(dp_pool_get_option(pool, 255, &v), 0);
        close_pool();
    }
END_TEST

START_TEST(the_same_code_again_replaces_the_value)
    {
        dhcpperf_bytes v;

        open_pool();
        ck_assert_int_eq(dhcpperf_pool_add_option(pool, 15, "example.org"), 0);
        ck_assert_int_eq(dhcpperf_pool_add_option(pool, 15, "example.net"), 0);
        ck_assert_uint_eq(pool->options.n, 1);
        ck_assert_int_eq(dp_pool_get_option(pool, 15, &v), 1);
        ck_assert_uint_eq(v.len, 11);
        assert_mem_eq(v.data, "example.net", 11);
        close_pool();
    }
END_TEST

START_TEST(what_the_server_decides_cannot_be_configured)
    {
        static const uint8_t own[] = {0,  50, 51, 52, 53, 54, 55, 56,  57,
                                      58, 59, 60, 61, 80, 82, 90, 118, 255};

        open_pool();
        ck_assert_msg(dhcpperf_pool_add_option(pool, own[_i], "1") == DHCPPERF_E_INVALID, "code %u",
                      own[_i]);
        ck_assert_uint_eq(pool->options.n, 0);
        close_pool();
    }
END_TEST

START_TEST(nonsense_changes_nothing)
    {
        open_pool();
        ck_assert_int_eq(dhcpperf_pool_add_option(pool, 3, "nowhere"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_pool_add_option(pool, 3, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_pool_add_option(NULL, 3, "192.0.2.1"), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(pool->options.n, 0);
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 20);
        close_pool();
    }
END_TEST

START_TEST(routers_are_never_given_away)
    {
        open_pool();
        ck_assert_int_eq(dhcpperf_pool_add_option(pool, 3, "192.0.2.1, 192.0.2.7, 198.51.100.1"),
                         0);
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 18);
        close_pool();
    }
END_TEST

START_TEST(without_memory_the_old_value_stays)
    {
        uint64_t n;
        int rc = DHCPPERF_E_NOMEM;

        for (n = 1; rc != 0; n++) {
            dhcpperf_bytes v;

            open_pool();
            ck_assert_int_eq(dhcpperf_pool_add_option(pool, 15, "old"), 0);
            af.fail_at = af.calls + n;
            rc = dhcpperf_pool_add_option(
                pool, 15, "new.example.org.with.a.name.so.long.that.there.must.be.more.memory");
            ck_assert_int_eq(dp_pool_get_option(pool, 15, &v), 1);
            ck_assert_uint_eq(v.data[0], rc == 0 ? 'n' : 'o');
            close_pool();
            ck_assert_uint_lt(n, 10);
        }
        ck_assert_uint_gt(n, 2);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, options_are_kept_by_code_whatever_the_order);
    tcase_add_test(tc, the_same_code_again_replaces_the_value);
    tcase_add_loop_test(tc, what_the_server_decides_cannot_be_configured, 0, 18);
    tcase_add_test(tc, nonsense_changes_nothing);
    tcase_add_test(tc, routers_are_never_given_away);
    tcase_add_test(tc, without_memory_the_old_value_stays);
}

HARNESS_MAIN("lease/pool_options", tests)
