/* SPDX-License-Identifier: MIT */
/* dp_pool.h - what the store and the server read of a dhcpperf_pool. */
#ifndef DP_POOL_H
#define DP_POOL_H

#include <libdhcpperf/pool.h>

/* Addresses as numbers, both ends included. */
typedef struct dp_range {
    uint32_t first, last;
} dp_range;

typedef struct dp_reservation {
    uint32_t ip;
    uint32_t offset; /* of the key in pool->bytes */
    uint8_t kind, len;
} dp_reservation;

typedef struct dp_pool_option {
    uint32_t offset; /* of the value in pool->bytes */
    uint16_t len;
    uint8_t code;
} dp_pool_option;

/* A growing array: `n` of `cap` elements in use. */
#define DP_GROWING(type)                                                                           \
    struct {                                                                                       \
        type *at;                                                                                  \
        uint32_t n, cap;                                                                           \
    }

struct dhcpperf_pool {
    dhcpperf_mem mem;
    uint32_t network, mask;
    unsigned prefix_len;
    dhcpperf_alloc policy;
    int catch_all;
    int has_lease; /* the three below were set */
    uint32_t lease_default, lease_min, lease_max;
    uint32_t t1, t2; /* fractions in 1/2^32 */
    int has_boot;    /* the three below were set */
    dhcpperf_ip4 next_server;
    uint32_t boot_file; /* offset in bytes */
    uint8_t boot_len;
    DP_GROWING(dp_range) ranges;             /* ascending, disjoint */
    DP_GROWING(dp_range) cuts;               /* ascending, disjoint: not for dynamic use */
    DP_GROWING(dp_reservation) reservations; /* in the order given */
    DP_GROWING(dp_pool_option) options;      /* ascending by code */
    DP_GROWING(uint8_t) bytes;               /* keys and values */
    DP_GROWING(uint32_t) index; /* open addressing: 1 + 2*i by key, 2 + 2*i by address */
};

/* Room for `need` elements; the array stays as it was when memory is short.  NOMEM. */
int dp_pool_grow(const dhcpperf_mem *mem, void **at, uint32_t *cap, uint32_t need, size_t size);
#define DP_GROW(p, array, extra)                                                                   \
    dp_pool_grow(&(p)->mem, (void **)(void *)&(p)->array.at, &(p)->array.cap,                      \
                 (p)->array.n + (uint32_t)(extra), sizeof *(p)->array.at)

/* A deep copy on another allocator; NOMEM. */
int dp_pool_clone(dhcpperf_pool **ret, const dhcpperf_pool *p, const dhcpperf_mem *mem);

/* Takes one address out of dynamic use; harmless outside the subnet.  NOMEM. */
int dp_pool_cut(dhcpperf_pool *p, uint32_t ip);

/* 1 when the address is inside the subnet. */
static inline int dp_pool_contains(const dhcpperf_pool *p, uint32_t ip)
{
    return (ip & p->mask) == p->network;
}

/* Walks the dynamic addresses as ascending spans: start with *cursor = 0; 1 = got one, 0 = end. */
int dp_pool_next_span(const dhcpperf_pool *p, uint64_t *cursor, dp_range *ret);

/* The configured value of an option; 0 when there is none. */
int dp_pool_get_option(const dhcpperf_pool *p, uint8_t code, dhcpperf_bytes *ret);

/* T1 and T2 in whole seconds; 0 when T1 < T2 < lease does not hold (infinite, very short). */
int dp_pool_t1_t2(const dhcpperf_pool *p, uint32_t lease_s, uint32_t *ret_t1, uint32_t *ret_t2);

/* The lease time for a client's wish; `asked` 0 = none was made (a wish of 0 is wish 1). */
uint32_t dp_pool_lease(const dhcpperf_pool *p, int asked, uint32_t wish);

#endif
