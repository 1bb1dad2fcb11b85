/* SPDX-License-Identifier: MIT */
/* links.c - what lies above and below a subnet in the store: links, which are subnets that share a
 * wire, and areas, which are the records of a subnet that only one class of clients may have.
 *
 * Invariants: every subnet is in the chain of exactly one link, which begins with the one added
 * first; the areas of a subnet are ascending by record and disjoint; a free record in an area is in
 * the lists of the first area of that class in the subnet, never in the subnet's own. */
#include "lease/dp_store.h"

#include <string.h>

#include <libdhcpperf/error.h>

/* ---- links ---------------------------------------------------------------------------------- */

/* The place of a link's name in a table of 1 + subnet, its last one so far; or the empty place. */
static uint32_t find_place(const dp_store *st, const uint32_t *table, uint32_t cap,
                           const char *name)
{
    uint32_t i = (uint32_t)dp_hash_bytes(0, (const uint8_t *)name, strlen(name)) & (cap - 1);

    while (table[i] != 0 && strcmp(st->subnet[table[i] - 1].pool->link, name) != 0) {
        i = (i + 1) & (cap - 1);
    }
    return i;
}

int dp_store_build_links(dp_store *st)
{
    uint32_t cap = 2, i, at, *table, before;

    while (cap < 2 * st->subnets) {
        cap *= 2;
    }
    table = DP_ARRAY(&st->mem, cap, uint32_t);
    if (table == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < st->subnets; i++) {
        dp_subnet *sub = &st->subnet[i];

        sub->link = i;
        sub->next = DP_LEASE_NONE;
        if (sub->pool->link[0] == '\0') {
            continue;
        }
        at = find_place(st, table, cap, sub->pool->link);
        if (table[at] != 0) {
            before = table[at] - 1;
            st->subnet[before].next = i;
            sub->link = st->subnet[before].link;
            st->links = 1;
        }
        table[at] = i + 1;
    }
    DP_FREE_ARRAY(&st->mem, table, cap);
    return 0;
}

int dp_store_is_sibling(const dp_store *st, uint32_t link, uint32_t ip)
{
    uint32_t k;

    for (k = link; k != DP_LEASE_NONE; k = st->subnet[k].next) {
        if ((ip & st->subnet[k].mask) == st->subnet[k].network) {
            return 1;
        }
    }
    return 0;
}

/* ---- areas ---------------------------------------------------------------------------------- */

static uint32_t count_areas(const dhcpperf_pool *p)
{
    uint32_t i, n = 0;

    for (i = 0; i < p->ranges.n; i++) {
        n += p->ranges.at[i].class_ != 0;
    }
    return n;
}

static void add_area(dp_store *st, dp_subnet *sub, const dp_range *r)
{
    uint32_t at = sub->area + sub->areas, k;
    dp_area *a = &st->area[at];

    a->base = a->fresh = dp_store_from_ip(st, r->first);
    a->n = (r->last < UINT32_MAX ? dp_store_from_ip(st, r->last + 1) : st->n) - a->base;
    a->class_ = sub->pool->classes.at[r->class_ - 1].number;
    for (k = sub->area; st->area[k].class_ != a->class_; k++) {
    }
    a->lists = k;
    sub->areas++;
}

int dp_store_build_areas(dp_store *st)
{
    uint32_t i, k, n = 0;

    for (i = 0; i < st->subnets; i++) {
        n += count_areas(st->subnet[i].pool);
    }
    if (n == 0) {
        return 0;
    }
    st->area = DP_ARRAY(&st->mem, n, dp_area);
    if (st->area == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    st->areas = n;
    for (i = 0, n = 0; i < st->subnets; i++) {
        dp_subnet *sub = &st->subnet[i];

        sub->area = n;
        for (k = 0; k < sub->pool->ranges.n; k++) {
            if (sub->pool->ranges.at[k].class_ != 0) {
                add_area(st, sub, &sub->pool->ranges.at[k]);
            }
        }
        n += sub->areas;
    }
    return 0;
}

/* The subnet of a record; those without areas are of no interest. */
static const dp_subnet *subnet_of_record(const dp_store *st, uint32_t i)
{
    uint32_t lo = 0, hi = st->subnets;

    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (st->subnet[st->by_network[mid]].base <= i) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return &st->subnet[st->by_network[lo]];
}

dp_area *dp_store_area(const dp_store *st, uint32_t i)
{
    const dp_subnet *sub = subnet_of_record(st, i);
    uint32_t lo = sub->area, hi = sub->area + sub->areas;

    while (lo < hi) { /* the first one that ends after the record */
        uint32_t mid = lo + (hi - lo) / 2;

        if (st->area[mid].base + st->area[mid].n <= i) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo < sub->area + sub->areas && st->area[lo].base <= i ? &st->area[lo] : NULL;
}
