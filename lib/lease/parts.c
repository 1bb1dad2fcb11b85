/* SPDX-License-Identifier: MIT */
/* parts.c - which of several stores an address is for.
 *
 * Dynamic addresses are divided once: in consecutive parts, those of a pool that are for everybody
 * together, and each range for a class by itself.  Where there was a division before, an address
 * keeps its store, as the client that has it keeps it; only those that came are divided.
 *
 * Invariant: parts are ascending and disjoint, each inside one pool, and together they are all
 * dynamic addresses of all pools. */
#include "lease/dp_store.h"

#include <libdhcpperf/error.h>

/* Writes the parts; with `at` NULL it only counts them. */
typedef struct divider {
    const dp_parts *before;
    uint32_t of;
    dp_part *at;
    uint32_t n;
    int open;            /* the last part may still grow */
    int only_counts;     /* the addresses that came, in `total` */
    uint64_t total, pos; /* of those: all that are divided together, and how many are behind us */
} divider;

static void emit(divider *d, uint32_t first, uint32_t last, uint32_t share)
{
    if (d->open && d->at != NULL && d->at[d->n - 1].share == share &&
        d->at[d->n - 1].last + 1 == first) {
        d->at[d->n - 1].last = last;
        return;
    }
    if (d->at != NULL) {
        d->at[d->n] = (dp_part){first, last, share};
    }
    d->n++;
    d->open = 1;
}

/* Share i begins at floor(total * i / of): the one that `at` lies in. */
static uint32_t part_of(uint64_t at, uint64_t total, uint32_t of)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.DivideZero): `at` is one of them */
    return (uint32_t)(((at + 1) * of - 1) / total);
}

static void divide_new(divider *d, uint32_t first, uint64_t len)
{
    if (d->only_counts) {
        d->total += len;
        return;
    }
    while (len > 0) {
        uint32_t share = part_of(d->pos, d->total, d->of);
        uint64_t left = d->total * (share + 1) / d->of - d->pos, n = left < len ? left : len;

        emit(d, first, first + (uint32_t)(n - 1), share);
        d->pos += n;
        first += (uint32_t)n;
        len -= n;
    }
}

/* The first part that ends at or after the address. */
static uint32_t find_part(const dp_parts *p, uint32_t ip)
{
    uint32_t lo = 0, hi = p->n;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (p->at[mid].last < ip) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

/* Consecutive addresses: what was divided before, and what lies between. */
static void divide(divider *d, const dp_range *r)
{
    uint32_t k = find_part(d->before, r->first);
    uint64_t at = r->first, end = (uint64_t)r->last + 1;

    for (; at < end && k < d->before->n && d->before->at[k].first < end; k++) {
        const dp_part *p = &d->before->at[k];
        uint64_t until = (uint64_t)p->last + 1 < end ? (uint64_t)p->last + 1 : end;

        if (p->share >= d->of) {
            continue; /* of a store that there is not */
        }
        if (p->first > at) {
            divide_new(d, (uint32_t)at, p->first - at);
            at = p->first;
        }
        if (!d->only_counts) {
            emit(d, (uint32_t)at, (uint32_t)(until - 1), p->share);
        }
        at = until;
    }
    if (at < end) {
        divide_new(d, (uint32_t)at, end - at);
    }
}

/* Addresses of a span that are to be divided. */
static void begin(divider *d, const dhcpperf_pool *p, const dp_range *only)
{
    uint64_t cursor = 0;
    dp_range r;

    d->total = d->pos = 0;
    d->only_counts = 1;
    if (only != NULL) {
        divide(d, only);
    }
    while (only == NULL && dp_pool_next_span(p, &cursor, &r)) {
        if (r.class_ == 0) {
            divide(d, &r);
        }
    }
    d->only_counts = 0;
}

static void divide_pool(divider *d, const dhcpperf_pool *p)
{
    uint64_t cursor = 0, total, pos = 0;
    dp_range r;

    d->open = 0;
    begin(d, p, NULL);
    total = d->total;
    while (dp_pool_next_span(p, &cursor, &r)) {
        if (r.class_ != 0) {
            begin(d, p, &r);
            divide(d, &r);
        } else {
            d->total = total;
            d->pos = pos;
            divide(d, &r);
            pos = d->pos;
        }
    }
}

int dp_store_build_parts(dp_store *st, uint32_t of, const dp_parts *before)
{
    static const dp_parts none = {NULL, 0, 0};
    divider d = {.before = before != NULL ? before : &none, .of = of};
    uint32_t k;

    for (k = 0; k < st->subnets; k++) {
        divide_pool(&d, st->subnet[st->by_network[k]].pool);
    }
    st->parts.cap = d.n;
    st->parts.at = DP_ARRAY(&st->mem, d.n, dp_part);
    if (st->parts.at == NULL && d.n > 0) {
        return DHCPPERF_E_NOMEM;
    }
    d.at = st->parts.at;
    d.n = 0;
    for (k = 0; k < st->subnets; k++) {
        divide_pool(&d, st->subnet[st->by_network[k]].pool);
    }
    st->parts.n = d.n;
    return 0;
}

uint32_t dp_parts_from(const dp_parts *p, uint32_t ip)
{
    return find_part(p, ip);
}

int dp_store_share_of_ip(dp_store *st, uint32_t ip, uint32_t of)
{
    uint32_t subnet = dp_store_find_subnet(st, ip), k;
    dhcpperf_bytes key;
    int kind;

    if (subnet == DP_LEASE_NONE) {
        return -1;
    }
    kind = dp_pool_reservation(st->subnet[subnet].pool, ip, &key);
    if (kind >= 0) {
        int htype = kind == DHCPPERF_KEY_HARDWARE; /* in front of the address */

        return (int)dp_store_share_of(kind, key.data + htype, key.len - (size_t)htype, of);
    }
    k = find_part(&st->parts, ip);
    return k < st->parts.n && st->parts.at[k].first <= ip ? (int)st->parts.at[k].share : -1;
}
