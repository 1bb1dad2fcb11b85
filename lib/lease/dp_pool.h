/* SPDX-License-Identifier: MIT */
/* dp_pool.h - what the store and the server read of a dhcpperf_pool. */
#ifndef DP_POOL_H
#define DP_POOL_H

#include <libdhcpperf/pool.h>

enum {
    DP_NAME_CAP = 64 /* of names of classes and links, with NUL */
};

/* Addresses as numbers, both ends included. */
typedef struct dp_range {
    uint32_t first, last;
    uint32_t class_; /* 1 + index in pool->classes; 0 = for everybody */
} dp_range;

/* A class of clients that a range is for. */
typedef struct dp_class_name {
    char name[DP_NAME_CAP];
    uint32_t number; /* the server's number of it, once there is a server */
} dp_class_name;

typedef struct dp_reservation {
    uint32_t ip;
    uint32_t offset; /* of the key in pool->bytes */
    uint32_t own;    /* 1 + index in pool->own; 0 = no options of its own */
    uint8_t kind, len;
} dp_reservation;

typedef struct dp_option_value {
    uint32_t offset; /* of the value in the set's bytes */
    uint16_t len;
    uint8_t code;
} dp_option_value;

/* A growing array: `n` of `cap` elements in use. */
#define DP_GROWING(type)                                                                           \
    struct {                                                                                       \
        type *at;                                                                                  \
        uint32_t n, cap;                                                                           \
    }

/* Configured options as wire values: ascending by code, each code once. */
typedef struct dp_options {
    dp_option_value *at;
    uint32_t n, cap;
    DP_GROWING(uint8_t) bytes;
} dp_options;

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
    DP_GROWING(dp_options) own;              /* options of single reservations */
    DP_GROWING(dp_class_name) classes;       /* that some range is for */
    dp_options options;
    char link[DP_NAME_CAP];     /* shared network it is part of; empty = none */
    DP_GROWING(uint8_t) bytes;  /* keys */
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

/* 1 when the client of the key has a reservation. */
int dp_pool_is_reserved(const dhcpperf_pool *p, int kind, dhcpperf_bytes key);

/* Whom the address is reserved for: the kind of the key and its octets, borrowed; -1 for nobody. */
int dp_pool_reservation(const dhcpperf_pool *p, uint32_t ip, dhcpperf_bytes *ret);

/* Walks the dynamic addresses as ascending spans: start with *cursor = 0; 1 = got one, 0 = end. */
int dp_pool_next_span(const dhcpperf_pool *p, uint64_t *cursor, dp_range *ret);

/* Adds or replaces an option, from its text.  INVALID, SYNTAX, RANGE, NOMEM: nothing has changed.
 */
int dp_options_set(dp_options *o, uint8_t code, const char *text, const dhcpperf_mem *mem);
/* The value of an option; 0 when there is none. */
int dp_options_get(const dp_options *o, uint8_t code, dhcpperf_bytes *ret);
/* A deep copy into *ret, which need not be set up; NOMEM leaves nothing behind. */
int dp_options_clone(dp_options *ret, const dp_options *o, const dhcpperf_mem *mem);
void dp_options_fini(dp_options *o, const dhcpperf_mem *mem);

/* The configured value of an option; 0 when there is none. */
static inline int dp_pool_get_option(const dhcpperf_pool *p, uint8_t code, dhcpperf_bytes *ret)
{
    return dp_options_get(&p->options, code, ret);
}

/* dp_options_set() for a set of the pool's; routers are never given out. */
int dp_pool_set_option(dhcpperf_pool *p, dp_options *o, uint8_t code, const char *text);
/* Takes the addresses of an option of routers out of dynamic use.  NOMEM. */
int dp_pool_cut_routers(dhcpperf_pool *p, const dp_options *o);

/* The options of the client that an address is reserved for; NULL when there are none. */
const dp_options *dp_pool_own_options(const dhcpperf_pool *p, uint32_t ip);

/* 1 for a name of a class or a link: 1 to 63 octets. */
int dp_name_is_possible(const char *name);

/* T1 and T2 in whole seconds; 0 when T1 < T2 < lease does not hold (infinite, very short). */
int dp_pool_t1_t2(const dhcpperf_pool *p, uint32_t lease_s, uint32_t *ret_t1, uint32_t *ret_t2);

/* A wish within its bounds. */
static inline uint32_t dp_lease_within(uint32_t wish, uint32_t min, uint32_t max)
{
    return wish < min ? min : wish > max ? max : wish;
}

/* The lease time for a client's wish; `asked` 0 = none was made (a wish of 0 is wish 1). */
uint32_t dp_pool_lease(const dhcpperf_pool *p, int asked, uint32_t wish);

#endif
