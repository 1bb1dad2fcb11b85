/* SPDX-License-Identifier: MIT */
/* index.c - chains of records by hash.
 *
 * Invariant: a record is in the chain of its bucket exactly while link.bucket is not 0. */
#include "lease/dp_index.h"

#include <string.h>

#include <libdhcpperf/error.h>

int dp_index_init(dp_index *ix, uint32_t n, const dhcpperf_mem *mem)
{
    memset(ix, 0, sizeof *ix);
    ix->n = n;
    ix->buckets = 1;
    while (ix->buckets < n) {
        ix->buckets *= 2;
    }
    ix->link = DP_ARRAY(mem, n, dp_index_link);
    ix->head = DP_ARRAY(mem, ix->buckets, uint32_t);
    return ix->link != NULL && ix->head != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_index_fini(dp_index *ix, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, ix->link, ix->n);
    DP_FREE_ARRAY(mem, ix->head, ix->buckets);
    memset(ix, 0, sizeof *ix);
}

static uint32_t bucket_of(const dp_index *ix, uint64_t hash)
{
    return (uint32_t)(hash >> 32) & (ix->buckets - 1);
}

void dp_index_drop(dp_index *ix, uint32_t record)
{
    dp_index_link *l = &ix->link[record];

    if (l->bucket == 0) {
        return;
    }
    if (l->prev != 0) {
        ix->link[l->prev - 1].next = l->next;
    } else {
        ix->head[l->bucket - 1] = l->next;
    }
    if (l->next != 0) {
        ix->link[l->next - 1].prev = l->prev;
    }
    memset(l, 0, sizeof *l);
}

void dp_index_put(dp_index *ix, uint32_t record, uint64_t hash)
{
    dp_index_link *l = &ix->link[record];
    uint32_t b = bucket_of(ix, hash);

    if (l->bucket == b + 1) {
        return;
    }
    dp_index_drop(ix, record);
    l->bucket = b + 1;
    l->next = ix->head[b];
    if (l->next != 0) {
        ix->link[l->next - 1].prev = record + 1;
    }
    ix->head[b] = record + 1;
}

uint32_t dp_index_first(const dp_index *ix, uint64_t hash)
{
    return ix->head[bucket_of(ix, hash)] - 1;
}

uint32_t dp_index_next(const dp_index *ix, uint32_t record)
{
    return ix->link[record].next - 1;
}
