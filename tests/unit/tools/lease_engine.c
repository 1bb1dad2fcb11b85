/* SPDX-License-Identifier: MIT */
/* lease_engine.c - a server engine with leases of its own making. */
#include "lease_engine.h"

#include <string.h>

#include "support/harness.h"

unsigned lease_engine_number(dhcpperf_ip4 ip)
{
    return (unsigned)ip.b[1] << 16 | (unsigned)ip.b[2] << 8 | ip.b[3];
}

dhcpperf_ip4 lease_engine_ip(unsigned number)
{
    return (dhcpperf_ip4){{10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

dhcpperf_server *lease_engine_new(unsigned n, dhcpperf_lease_fn fn, void *user)
{
    dhcpperf_ip4 own = {{10, 255, 0, 1}};
    dhcpperf_mac mac = {{2, 0, 0, 0, 0, 1}};
    dhcpperf_server_config *c = NULL;
    dhcpperf_server *s = NULL;
    dhcpperf_pool *pool = NULL;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, lease_engine_ip(0), 8, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, lease_engine_ip(1), lease_engine_ip(n)), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(c, own, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
    if (fn != NULL) {
        ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(c, fn, user, 0), 0);
    }
    ck_assert_int_eq(dhcpperf_server_new(&s, c, NULL), 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(pool);
    return s;
}

void lease_engine_make(dhcpperf_lease *ret, unsigned number, dhcpperf_ts now)
{
    static uint8_t key[7];

    memset(ret, 0, sizeof *ret);
    ret->size = sizeof *ret;
    ret->state = DHCPPERF_LEASE_BOUND;
    ret->ip = lease_engine_ip(number);
    key[0] = ret->htype = 1;
    key[1] = 2;
    key[4] = (uint8_t)(number >> 16);
    key[5] = (uint8_t)(number >> 8);
    key[6] = (uint8_t)number;
    ret->key.kind = DHCPPERF_KEY_HARDWARE;
    ret->key.bytes = (dhcpperf_bytes){key, sizeof key};
    ret->chaddr = (dhcpperf_bytes){key + 1, sizeof key - 1};
    ret->starts = ret->last_seen = now;
    ret->ends = now + 3600 * DHCPPERF_NS_PER_S;
}

void lease_engine_bind(dhcpperf_server *s, unsigned number, dhcpperf_ts now)
{
    dhcpperf_lease l;

    lease_engine_make(&l, number, now);
    ck_assert_int_eq(dhcpperf_server_import_lease(s, &l, now), 0);
}

void lease_engine_release(dhcpperf_server *s, unsigned number, dhcpperf_ts now)
{
    ck_assert_int_eq(
        dhcpperf_server_end_lease(s, lease_engine_ip(number), DHCPPERF_LEASE_RELEASED, now), 0);
}
