/* SPDX-License-Identifier: MIT */
/* dp_index.h - records by something that several of them can have in common, like the hardware
 * address of a client with leases in several subnets.  The index knows hashes only: whoever looks
 * compares.  All memory is taken at the start, 16 octets a record. */
#ifndef DP_INDEX_H
#define DP_INDEX_H

#include <stdint.h>

#include "base/dp_mem.h"

#define DP_INDEX_NONE UINT32_MAX

typedef struct dp_index_link {
    uint32_t next, prev; /* 1 + record in the same bucket; 0 = none */
    uint32_t bucket;     /* 1 + the record's own; 0 = it is not in the index */
} dp_index_link;

typedef struct dp_index {
    dp_index_link *link; /* by record */
    uint32_t *head;      /* by bucket */
    uint32_t n, buckets; /* buckets: a power of two */
} dp_index;

/* For records 0 to n - 1; NOMEM. */
int dp_index_init(dp_index *ix, uint32_t n, const dhcpperf_mem *mem);
void dp_index_fini(dp_index *ix, const dhcpperf_mem *mem);
/* Puts the record under this hash instead of the one it was under.  O(1). */
void dp_index_put(dp_index *ix, uint32_t record, uint64_t hash);
/* Takes it out. */
void dp_index_drop(dp_index *ix, uint32_t record);
/* Walks the records that may be under a hash; DP_INDEX_NONE at the end. */
uint32_t dp_index_first(const dp_index *ix, uint64_t hash);
uint32_t dp_index_next(const dp_index *ix, uint32_t record);

#endif
