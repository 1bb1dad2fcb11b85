/* SPDX-License-Identifier: MIT */
/* pool_test.c - the description of a subnet. */
#include "lease/dp_pool.h"

#include <string.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "support/allocfail.h"
#include "support/harness.h"

static allocfail af;
static dhcpperf_pool *pool;

static dhcpperf_ip4 ip(const char *text)
{
    dhcpperf_ip4 r = {{0, 0, 0, 0}};

    ck_assert_msg(dhcpperf_ip4_parse(&r, text) == 0, "%s", text);
    return r;
}

static void open_pool(const char *network, unsigned prefix_len)
{
    allocfail_init(&af, 0);
    ck_assert_int_eq(dhcpperf_pool_new(&pool, ip(network), prefix_len, &af.mem), 0);
}

static void close_pool(void)
{
    dhcpperf_pool_free(pool);
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

static dhcpperf_bytes bytes(const void *data, size_t len)
{
    dhcpperf_bytes b = {data, len};

    return b;
}

/* All dynamic addresses as text: "10.0.0.1-10.0.0.5 10.0.0.7-10.0.0.9". */
static const char *spans(const dhcpperf_pool *p)
{
    static char buf[512];
    uint64_t cursor = 0;
    dp_range r;
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    while (dp_pool_next_span(p, &cursor, &r)) {
        if (t.len > 0) {
            dp_text_char(&t, ' ');
        }
        dp_text_ip4(&t, dp_ip4_of(r.first));
        dp_text_char(&t, '-');
        dp_text_ip4(&t, dp_ip4_of(r.last));
    }
    return buf;
}

START_TEST(a_network_needs_a_prefix_and_no_host_bits)
    {
        static const struct {
            const char *network;
            unsigned prefix_len;
            int want;
        } cases[] = {{"10.0.0.0", 0, DHCPPERF_E_RANGE},
                     {"10.0.0.0", 33, DHCPPERF_E_RANGE},
                     {"10.0.0.1", 24, DHCPPERF_E_RANGE},
                     {"10.1.0.0", 8, DHCPPERF_E_RANGE},
                     {"10.0.0.1", 32, 0},
                     {"128.0.0.0", 1, 0},
                     {"10.0.0.0", 8, 0}};
        dhcpperf_pool *p = NULL;
        int rc = dhcpperf_pool_new(&p, ip(cases[_i].network), cases[_i].prefix_len, NULL);

        ck_assert_msg(rc == cases[_i].want, "case %d gives %d", _i, rc);
        ck_assert_msg((p != NULL) == (rc == 0), "case %d: handle", _i);
        dhcpperf_pool_free(p);
    }
END_TEST

START_TEST(ranges_cross_the_borders_of_24s)
    {
        open_pool("172.16.0.0", 12);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("172.16.1.100"), ip("172.16.10.250")), 0);
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 9 * 256 + 151);
        ck_assert_str_eq(spans(pool), "172.16.1.100-172.16.10.250");
        close_pool();
    }
END_TEST

START_TEST(network_and_broadcast_are_never_given)
    {
        /* S-039 */
        open_pool("192.0.2.0", 24);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.0"), ip("192.0.2.255")), 0);
        ck_assert_str_eq(spans(pool), "192.0.2.1-192.0.2.254");
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 254);
        close_pool();
    }
END_TEST

START_TEST(a_31_has_two_hosts_and_a_32_one)
    {
        open_pool("192.0.2.0", 31);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.0"), ip("192.0.2.1")), 0);
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 2);
        close_pool();
        open_pool("192.0.2.7", 32);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.7"), ip("192.0.2.7")), 0);
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 1);
        close_pool();
    }
END_TEST

START_TEST(ranges_outside_reversed_or_overlapping_are_refused)
    {
        open_pool("192.0.2.0", 24);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.10"), ip("192.0.2.20")), 0);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.9"), ip("192.0.2.8")),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.200"), ip("192.0.3.1")),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.1.200"), ip("192.0.2.1")),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.20"), ip("192.0.2.30")),
                         DHCPPERF_E_CONFLICT);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.1"), ip("192.0.2.99")),
                         DHCPPERF_E_CONFLICT);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.15"), ip("192.0.2.16")),
                         DHCPPERF_E_CONFLICT);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.21"), ip("192.0.2.22")), 0);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.1"), ip("192.0.2.9")), 0);
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 22);
        close_pool();
    }
END_TEST

START_TEST(the_whole_address_space_does_not_overflow)
    {
        open_pool("128.0.0.0", 1);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("128.0.0.0"), ip("255.255.255.255")), 0);
        ck_assert_str_eq(spans(pool), "128.0.0.1-255.255.255.254");
        ck_assert_uint_eq(dhcpperf_pool_size(pool), UINT32_C(0x7ffffffe));
        close_pool();
    }
END_TEST

START_TEST(exclusions_cut_ranges_apart_whatever_the_order)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1), step;
        uint8_t model[256] = {0};
        uint64_t cursor = 0;
        uint32_t n = 0, k;
        dp_range r;

        open_pool("192.0.2.0", 24);
        for (step = 0; step < 24; step++) {
            uint64_t x = dp_draw(seed, 0, 0, step);
            uint32_t a = (uint32_t)(x % 256), len = (uint32_t)((x >> 16) % 24), b;
            dhcpperf_ip4 first, last;

            b = a + len < 255 ? a + len : 255;
            first = dp_ip4_of(UINT32_C(0xc0000200) + a);
            last = dp_ip4_of(UINT32_C(0xc0000200) + b);
            if ((x >> 40) % 2 != 0) {
                int rc = dhcpperf_pool_add_range(pool, first, last);

                for (k = a; k <= b && (model[k] & 1) == 0; k++) {
                }
                ck_assert_msg(rc == (k <= b ? DHCPPERF_E_CONFLICT : 0), "seed %d", _i);
                for (k = a; k <= b && rc == 0; k++) {
                    model[k] |= 1;
                }
            } else {
                ck_assert_int_eq(dhcpperf_pool_exclude(pool, first, last), 0);
                for (k = a; k <= b; k++) {
                    model[k] |= 2;
                }
            }
        }
        model[0] |= 2;
        model[255] |= 2;
        for (k = 0; k < 256; k++) {
            n += model[k] == 1;
        }
        ck_assert_msg(dhcpperf_pool_size(pool) == n, "seed %d: size %u, expected %u", _i,
                      dhcpperf_pool_size(pool), n);
        while (dp_pool_next_span(pool, &cursor, &r)) {
            for (k = r.first & 255; k <= (r.last & 255); k++) {
                ck_assert_msg(model[k] == 1, "seed %d: .%u is not free", _i, k);
                model[k] = 0;
            }
        }
        for (k = 0; k < 256; k++) {
            ck_assert_msg(model[k] != 1, "seed %d: .%u was left out", _i, k);
        }
        close_pool();
    }
END_TEST

START_TEST(a_reserved_address_is_for_its_client_only)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 9};

        open_pool("192.0.2.0", 24);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.10"), ip("192.0.2.12")), 0);
        ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_HARDWARE, bytes(mac, sizeof mac),
                                               ip("192.0.2.11")),
                         0);
        ck_assert_str_eq(spans(pool), "192.0.2.10-192.0.2.10 192.0.2.12-192.0.2.12");
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 3);
        /* outside the ranges is fine too */
        ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_CLIENT_ID, bytes(mac, sizeof mac),
                                               ip("192.0.2.99")),
                         0);
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 4);
        close_pool();
    }
END_TEST

START_TEST(a_key_or_an_address_is_reserved_once)
    {
        uint8_t mac[] = {1, 2, 0, 0, 0, 0, 0};
        unsigned k;

        open_pool("10.0.0.0", 8);
        for (k = 0; k < 1000; k++) { /* enough to grow the index several times */
            mac[5] = (uint8_t)(k >> 8);
            mac[6] = (uint8_t)k;
            ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_HARDWARE,
                                                   bytes(mac, sizeof mac),
                                                   dp_ip4_of(UINT32_C(0x0a800000) - 7 * k)),
                             0);
        }
        for (k = 0; k < 1000; k += 37) {
            mac[4] = 0;
            mac[5] = (uint8_t)(k >> 8);
            mac[6] = (uint8_t)k;
            ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_HARDWARE,
                                                   bytes(mac, sizeof mac), ip("10.1.1.1")),
                             DHCPPERF_E_CONFLICT);
            mac[4] = 1;
            ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_HARDWARE,
                                                   bytes(mac, sizeof mac),
                                                   dp_ip4_of(UINT32_C(0x0a800000) - 7 * k)),
                             DHCPPERF_E_CONFLICT);
        }
        ck_assert_uint_eq(dhcpperf_pool_size(pool), 1000);
        /* the same octets of another kind are another client */
        mac[4] = 0;
        ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_CIRCUIT, bytes(mac, sizeof mac),
                                               ip("10.1.1.1")),
                         0);
        close_pool();
    }
END_TEST

START_TEST(impossible_reservations_are_refused)
    {
        static const uint8_t octets[256] = {1, 2, 3};
        static const struct {
            int kind;
            size_t len;
            const char *ip;
            int want;
        } cases[] = {{DHCPPERF_KEY_HARDWARE, 1, "192.0.2.9", DHCPPERF_E_INVALID},
                     {DHCPPERF_KEY_HARDWARE, 18, "192.0.2.9", DHCPPERF_E_INVALID},
                     {DHCPPERF_KEY_HARDWARE, 17, "192.0.2.9", 0},
                     {DHCPPERF_KEY_CLIENT_ID, 1, "192.0.2.9", DHCPPERF_E_INVALID},
                     {DHCPPERF_KEY_CLIENT_ID, 256, "192.0.2.9", DHCPPERF_E_INVALID},
                     {DHCPPERF_KEY_CLIENT_ID, 255, "192.0.2.9", 0},
                     {DHCPPERF_KEY_CIRCUIT, 0, "192.0.2.9", DHCPPERF_E_INVALID},
                     {DHCPPERF_KEY_CIRCUIT, 1, "192.0.2.9", 0},
                     {0, 7, "192.0.2.9", DHCPPERF_E_INVALID},
                     {4, 7, "192.0.2.9", DHCPPERF_E_INVALID},
                     {DHCPPERF_KEY_HARDWARE, 7, "192.0.3.9", DHCPPERF_E_RANGE},
                     {DHCPPERF_KEY_HARDWARE, 7, "192.0.2.0", DHCPPERF_E_RANGE},
                     {DHCPPERF_KEY_HARDWARE, 7, "192.0.2.255", DHCPPERF_E_RANGE}};
        int rc;

        open_pool("192.0.2.0", 24);
        rc = dhcpperf_pool_reserve(pool, cases[_i].kind, bytes(octets, cases[_i].len),
                                   ip(cases[_i].ip));
        ck_assert_msg(rc == cases[_i].want, "case %d gives %d", _i, rc);
        close_pool();
    }
END_TEST

START_TEST(lease_times_are_in_order)
    {
        open_pool("192.0.2.0", 24);
        ck_assert_int_eq(dhcpperf_pool_set_lease(pool, 60, 0, 60), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_set_lease(pool, 59, 60, 90), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_set_lease(pool, 91, 60, 90), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_set_lease(pool, 70, 60, 90), 0);
        ck_assert_uint_eq(dp_pool_lease(pool, 0, 0), 70);
        ck_assert_uint_eq(dp_pool_lease(pool, 1, 0), 60);
        ck_assert_uint_eq(dp_pool_lease(pool, 1, 75), 75);
        ck_assert_uint_eq(dp_pool_lease(pool, 1, UINT32_MAX), 90);
        close_pool();
    }
END_TEST

START_TEST(t1_is_before_t2_is_before_the_end_or_neither_is_told)
    {
        /* S-015 */
        uint32_t lease, t1, t2;

        open_pool("192.0.2.0", 24);
        for (lease = 1; lease < 5000; lease++) {
            if (dp_pool_t1_t2(pool, lease, &t1, &t2)) {
                ck_assert_uint_lt(0, t1);
                ck_assert_uint_lt(t1, t2);
                ck_assert_uint_lt(t2, lease);
            } else {
                ck_assert_uint_lt(lease, 4);
            }
        }
        ck_assert_int_eq(dp_pool_t1_t2(pool, UINT32_MAX, &t1, &t2), 0);
        ck_assert_int_eq(dp_pool_t1_t2(pool, UINT32_MAX - 1, &t1, &t2), 1);
        ck_assert_uint_eq(t1, UINT32_C(0x7fffffff));
        ck_assert_int_eq(dp_pool_t1_t2(pool, 3600, &t1, &t2), 1);
        ck_assert_uint_eq(t1, 1800);
        ck_assert_uint_eq(t2, 3150);
        ck_assert_int_eq(dhcpperf_pool_set_t1_t2(pool, 0.5, 0.5), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_set_t1_t2(pool, 0.0, 0.5), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_set_t1_t2(pool, 0.5, 1.0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_pool_set_t1_t2(pool, 0.25, 0.75), 0);
        ck_assert_int_eq(dp_pool_t1_t2(pool, 100, &t1, &t2), 1);
        ck_assert_uint_eq(t1, 25);
        ck_assert_uint_eq(t2, 75);
        close_pool();
    }
END_TEST

START_TEST(a_clone_says_the_same_without_its_original)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 9};
        dhcpperf_pool *copy = NULL;

        open_pool("192.0.2.0", 24);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, ip("192.0.2.10"), ip("192.0.2.50")), 0);
        ck_assert_int_eq(dhcpperf_pool_exclude(pool, ip("192.0.2.20"), ip("192.0.2.22")), 0);
        ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_HARDWARE, bytes(mac, sizeof mac),
                                               ip("192.0.2.40")),
                         0);
        ck_assert_int_eq(dp_pool_clone(&copy, pool, &af.mem), 0);
        dhcpperf_pool_free(pool);
        pool = copy;
        ck_assert_str_eq(spans(pool), "192.0.2.10-192.0.2.19 192.0.2.23-192.0.2.39 "
                                      "192.0.2.41-192.0.2.50");
        ck_assert_int_eq(dhcpperf_pool_reserve(pool, DHCPPERF_KEY_HARDWARE, bytes(mac, sizeof mac),
                                               ip("192.0.2.41")),
                         DHCPPERF_E_CONFLICT);
        close_pool();
    }
END_TEST

START_TEST(without_memory_a_pool_is_as_it_was)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 9};
        uint64_t n;

        for (n = 1; n < 100; n++) {
            dhcpperf_pool *p = NULL, *copy = NULL;
            int rc;

            allocfail_init(&af, n);
            rc = dhcpperf_pool_new(&p, ip("192.0.2.0"), 24, &af.mem);
            if (rc == 0) {
                rc = dhcpperf_pool_add_range(p, ip("192.0.2.10"), ip("192.0.2.12"));
                ck_assert_uint_eq(dhcpperf_pool_size(p), rc == 0 ? 3 : 0);
                if (rc == 0) {
                    rc = dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE, bytes(mac, sizeof mac),
                                               ip("192.0.2.40"));
                    ck_assert_uint_eq(dhcpperf_pool_size(p), rc == 0 ? 4 : 3);
                }
                if (rc == 0) {
                    rc = dp_pool_clone(&copy, p, &af.mem);
                }
            }
            ck_assert_msg(rc == 0 || rc == DHCPPERF_E_NOMEM, "allocation %u gives %d", (unsigned)n,
                          rc);
            dhcpperf_pool_free(copy);
            dhcpperf_pool_free(p);
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u leaks", (unsigned)n);
            if (rc == 0) {
                ck_assert_uint_gt(n, 5);
                return;
            }
        }
        ck_abort_msg("never succeeded");
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_network_needs_a_prefix_and_no_host_bits, 0, 7);
    tcase_add_test(tc, ranges_cross_the_borders_of_24s);
    tcase_add_test(tc, network_and_broadcast_are_never_given);
    tcase_add_test(tc, a_31_has_two_hosts_and_a_32_one);
    tcase_add_test(tc, ranges_outside_reversed_or_overlapping_are_refused);
    tcase_add_test(tc, the_whole_address_space_does_not_overflow);
    tcase_add_loop_test(tc, exclusions_cut_ranges_apart_whatever_the_order, 0, 50);
    tcase_add_test(tc, a_reserved_address_is_for_its_client_only);
    tcase_add_test(tc, a_key_or_an_address_is_reserved_once);
    tcase_add_loop_test(tc, impossible_reservations_are_refused, 0, 13);
    tcase_add_test(tc, lease_times_are_in_order);
    tcase_add_test(tc, t1_is_before_t2_is_before_the_end_or_neither_is_told);
    tcase_add_test(tc, a_clone_says_the_same_without_its_original);
    tcase_add_test(tc, without_memory_a_pool_is_as_it_was);
}

HARNESS_MAIN("lease/pool", tests)
