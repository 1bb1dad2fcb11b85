/* SPDX-License-Identifier: MIT */
/* pool.h - addresses a server may give. */
#ifndef DHCPPERF_POOL_H
#define DHCPPERF_POOL_H

#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Which addresses may be given, to whom, for how long. */
typedef struct dhcpperf_pool dhcpperf_pool;
typedef enum dhcpperf_alloc {
    DHCPPERF_ALLOC_SEQUENTIAL,
    DHCPPERF_ALLOC_HASH,
    DHCPPERF_ALLOC_LRU,
    DHCPPERF_ALLOC__FORCE_INT = 0x7fffffff
} dhcpperf_alloc;
/* 1..32; RANGE. */
DHCPPERF_API int dhcpperf_pool_new(dhcpperf_pool **ret, dhcpperf_ip4 network, unsigned prefix_len,
                                   const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_pool_free(dhcpperf_pool *p);
/* Inclusive; RANGE, CONFLICT on overlap. */
DHCPPERF_API int dhcpperf_pool_add_range(dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last);
DHCPPERF_API int dhcpperf_pool_exclude(dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last);
/* Dhcpperf_key_kind; CONFLICT. */
DHCPPERF_API int dhcpperf_pool_reserve(dhcpperf_pool *p, int key_kind, dhcpperf_bytes key,
                                       dhcpperf_ip4 ip);
DHCPPERF_API int dhcpperf_pool_set_policy(dhcpperf_pool *p, dhcpperf_alloc policy);
/* Seconds, 0xffffffff = infinite. */
DHCPPERF_API int dhcpperf_pool_set_lease(dhcpperf_pool *p, uint32_t default_s, uint32_t min_s,
                                         uint32_t max_s);
/* Fractions, 0 < t1 < t2 < 1; default .5 .875. */
DHCPPERF_API int dhcpperf_pool_set_t1_t2(dhcpperf_pool *p, double t1, double t2);
/* Served when requested. */
DHCPPERF_API int dhcpperf_pool_add_option(dhcpperf_pool *p, uint8_t code, const char *text);
/* Assignable addresses. */
DHCPPERF_API uint32_t dhcpperf_pool_size(const dhcpperf_pool *p);

DHCPPERF_END_DECLS

#endif
