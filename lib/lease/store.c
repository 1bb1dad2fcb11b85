/* SPDX-License-Identifier: MIT */
/* store.c - building the lease store and searching it; store_life.c changes leases.
 *
 * Invariants: a key of a subnet is in the slot table at most once, and then leads to the one record
 * that carries it with DP_LEASE_LINKED; a slot holds 1 + record in its low index_bits and, in the
 * bits above, a tag from the hash, so that a foreign record is seldom touched; the table is at most
 * two thirds full.  Spans are ascending by address and by record at once. */
#include "lease/dp_store.h"

#include <string.h>

#include <libdhcpperf/error.h>

enum {
    CACHE_LINE = 64,
    CELLS_PER_LEASE = 2,
    CELLS_MIN = 4096
};

/* ---- building ------------------------------------------------------------------------------- */

/* Writes the spans and counts the records; with `st` NULL it only counts. */
typedef struct builder {
    dp_store *st;
    uint32_t spans, last_end;
    uint64_t n;
    int open; /* the last span may still grow */
} builder;

static void emit(builder *b, uint32_t first, uint32_t last)
{
    uint32_t n = last - first + 1;

    if (b->open && first == b->last_end + 1) {
        if (b->st != NULL) {
            b->st->span[b->spans - 1].n += n;
        }
    } else {
        if (b->st != NULL) {
            b->st->span[b->spans].first = first;
            b->st->span[b->spans].n = n;
            b->st->span[b->spans].base = (uint32_t)b->n;
        }
        b->spans++;
    }
    b->open = 1;
    b->last_end = last;
    b->n += n;
}

/* Ascending shell sort (Ciura's gaps, continued): no recursion, no memory. */
static void sort_u32(uint32_t *at, uint32_t n)
{
    static const uint32_t gaps[] = {86961, 38649, 17177, 7634, 3393, 1508, 701,
                                    301,   132,   57,    23,   10,   4,    1};
    size_t g;
    uint32_t i, k;

    for (g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        for (i = gaps[g]; i < n; i++) {
            uint32_t v = at[i];

            for (k = i; k >= gaps[g] && at[k - gaps[g]] > v; k -= gaps[g]) {
                at[k] = at[k - gaps[g]];
            }
            at[k] = v;
        }
    }
}

static const uint8_t *reserved_key(const dhcpperf_pool *p, const dp_reservation *r, dp_key *ret)
{
    const uint8_t *data = p->bytes.at + r->offset;

    memset(ret, 0, sizeof *ret);
    ret->kind = r->kind;
    ret->len = r->len;
    if (r->kind == DHCPPERF_KEY_HARDWARE) {
        ret->htype = *data++;
        ret->len--;
    }
    ret->data = data;
    return data;
}

static int is_mine(const dhcpperf_pool *p, const dp_reservation *r, dp_share share)
{
    dp_key key;

    (void)reserved_key(p, r, &key);
    return dp_store_share_of(key.kind, key.data, key.len, share.of) == share.index;
}

/* Reserved addresses of the share, ascending; *ret_n of them. */
static int reserved_ips(const dhcpperf_pool *p, dp_share share, const dhcpperf_mem *mem,
                        uint32_t **ret, uint32_t *ret_n)
{
    uint32_t *ips, n = 0, i;

    *ret = NULL;
    *ret_n = 0;
    if (p->reservations.n == 0) {
        return 0;
    }
    ips = DP_ARRAY(mem, p->reservations.n, uint32_t);
    if (ips == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < p->reservations.n; i++) {
        if (is_mine(p, &p->reservations.at[i], share)) {
            ips[n++] = p->reservations.at[i].ip;
        }
    }
    sort_u32(ips, n);
    *ret = ips;
    *ret_n = n;
    return 0;
}

/* All records of one pool in address order: the share of the dynamic addresses, and the reserved
 * ones in between. */
static int build_pool(builder *b, const dhcpperf_pool *p, const dp_parts *parts, dp_share share,
                      const dhcpperf_mem *mem)
{
    uint32_t *ips, n, i = 0, k = dp_parts_from(parts, p->network);
    int rc = reserved_ips(p, share, mem, &ips, &n);

    if (rc != 0) {
        return rc;
    }
    b->open = 0;
    for (; k < parts->n && dp_pool_contains(p, parts->at[k].first); k++) {
        const dp_part *part = &parts->at[k];

        if (part->share != share.index) {
            continue;
        }
        for (; i < n && ips[i] < part->first; i++) {
            emit(b, ips[i], ips[i]);
        }
        emit(b, part->first, part->last);
    }
    for (; i < n; i++) {
        emit(b, ips[i], ips[i]);
    }
    DP_FREE_ARRAY(mem, ips, p->reservations.n);
    return 0;
}

/* Runs over all subnets in address order. */
static int build_spans(dp_store *st, builder *b, dp_share share)
{
    uint32_t k;
    int rc;

    for (k = 0; k < st->subnets; k++) {
        dp_subnet *sub = &st->subnet[st->by_network[k]];

        sub->base = sub->fresh = (uint32_t)b->n;
        rc = build_pool(b, sub->pool, &st->parts, share, &st->mem);
        if (rc != 0) {
            return rc;
        }
        if (b->n > DP_STORE_MAX) {
            return DHCPPERF_E_RANGE;
        }
        sub->n = (uint32_t)b->n - sub->base;
    }
    return 0;
}

/* Subnets in the order given, and their order by network; INVALID when two overlap. */
static int build_subnets(dp_store *st, const dhcpperf_pool *const *pools)
{
    uint32_t i, k, gap;

    for (i = 0; i < st->subnets; i++) {
        st->subnet[i].pool = pools[i];
        st->subnet[i].network = pools[i]->network;
        st->subnet[i].mask = pools[i]->mask;
        st->by_network[i] = i;
    }
    for (gap = st->subnets / 2; gap > 0; gap /= 2) {
        for (i = gap; i < st->subnets; i++) {
            uint32_t v = st->by_network[i];

            for (k = i;
                 k >= gap && st->subnet[st->by_network[k - gap]].network > st->subnet[v].network;
                 k -= gap) {
                st->by_network[k] = st->by_network[k - gap];
            }
            st->by_network[k] = v;
        }
    }
    for (i = 1; i < st->subnets; i++) {
        const dp_subnet *a = &st->subnet[st->by_network[i - 1]];

        if ((st->subnet[st->by_network[i]].network & a->mask) == a->network) {
            return DHCPPERF_E_INVALID;
        }
    }
    return 0;
}

/* Reserved records carry their key from the beginning. */
static int build_reservations(dp_store *st, uint32_t subnet, dp_share share)
{
    dp_subnet *sub = &st->subnet[subnet];
    const dhcpperf_pool *p = sub->pool;
    uint32_t i;

    for (i = 0; i < p->reservations.n; i++) {
        const dp_reservation *r = &p->reservations.at[i];
        dp_key key;
        uint32_t at;

        st->subnet[sub->link].reserved_kinds |= (uint8_t)(1u << r->kind);
        if (!is_mine(p, r, share)) {
            continue;
        }
        (void)reserved_key(p, r, &key);
        key.subnet = sub->link;
        dp_store_key(st, &key);
        if (dp_store_find(st, &key) != DP_LEASE_NONE) {
            return DHCPPERF_E_CONFLICT; /* reserved in two subnets of a link */
        }
        at = dp_store_find_ip(st, r->ip);
        if (!dp_store_claim(st, at, &key)) {
            return DHCPPERF_E_NOMEM;
        }
        st->lease[at].mark |= DP_LEASE_RESERVED;
        dp_store_release(st, at, 0);
    }
    return 0;
}

static uint32_t used_words(uint32_t n)
{
    return n / DP_STORE_BLOCK / 64 + 1;
}

/* The tables for st->n records; counted in st->bytes. */
static int build_tables(dp_store *st)
{
    uintptr_t at;
    uint64_t cells = (uint64_t)st->n * CELLS_PER_LEASE;

    st->index_bits = 32 - (uint32_t)__builtin_clz(st->n);
    st->slots = st->n + st->n / 2 + 8;
    /* Aligned by hand: only an unaligned request of libc leaves the pages untouched. */
    st->lease_block = dp_mem_zarray(&st->mem, (size_t)st->n + 1, sizeof *st->lease, 16);
    st->more = DP_ARRAY(&st->mem, st->n, dp_lease_more);
    st->slot = DP_ARRAY(&st->mem, st->slots, uint32_t);
    st->used = DP_ARRAY(&st->mem, used_words(st->n), uint64_t);
    if (st->lease_block == NULL || st->more == NULL || st->slot == NULL || st->used == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    at = ((uintptr_t)st->lease_block + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    st->lease = (dp_lease *)(void *)at;
    st->bytes = ((size_t)st->n + 1) * sizeof *st->lease + (size_t)st->n * sizeof *st->more +
                (size_t)st->slots * sizeof *st->slot;
    dp_wheel_init(&st->wheel, &st->lease[0].timer, sizeof *st->lease, st->n, 0);
    return dp_cells_init(&st->cells, cells < CELLS_MIN ? CELLS_MIN : (uint32_t)cells, &st->mem);
}

static int build(dp_store *st, const dhcpperf_pool *const *pools, dp_share share,
                 const dp_parts *before)
{
    builder b = {0};
    uint32_t i;
    int rc;

    st->subnet = DP_ARRAY(&st->mem, st->subnets, dp_subnet);
    st->by_network = DP_ARRAY(&st->mem, st->subnets, uint32_t);
    if (st->subnet == NULL || st->by_network == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    if ((rc = build_subnets(st, pools)) != 0 ||
        (rc = dp_store_build_parts(st, share.of, before)) != 0 ||
        (rc = build_spans(st, &b, share)) != 0) {
        return rc;
    }
    if (b.n == 0) {
        return DHCPPERF_E_INVALID;
    }
    st->n = (uint32_t)b.n;
    st->spans = b.spans;
    st->span = DP_ARRAY(&st->mem, st->spans, dp_span);
    if (st->span == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    memset(&b, 0, sizeof b);
    b.st = st;
    if ((rc = build_spans(st, &b, share)) != 0 || (rc = build_tables(st)) != 0 ||
        (rc = dp_store_build_links(st)) != 0 || (rc = dp_store_build_areas(st)) != 0) {
        return rc;
    }
    st->count[DP_LEASE_NEVER] = st->n;
    for (i = 0; i < st->subnets && rc == 0; i++) {
        rc = build_reservations(st, i, share);
    }
    return rc;
}

int dp_store_init_like(dp_store *st, const dhcpperf_pool *const *pools, uint32_t n, dp_share share,
                       const dp_parts *before, uint64_t seed, const dhcpperf_mem *mem)
{
    int rc;

    memset(st, 0, sizeof *st);
    if (n == 0 || share.of == 0 || share.index >= share.of) {
        return DHCPPERF_E_INVALID;
    }
    if (n > DP_STORE_SUBNETS) {
        return DHCPPERF_E_RANGE;
    }
    st->mem = dp_mem_pick(mem);
    st->seed = seed;
    st->subnets = n;
    rc = build(st, pools, share, before);
    if (rc != 0) {
        dp_store_fini(st);
    }
    return rc;
}

int dp_store_init(dp_store *st, const dhcpperf_pool *const *pools, uint32_t n, dp_share share,
                  uint64_t seed, const dhcpperf_mem *mem)
{
    return dp_store_init_like(st, pools, n, share, NULL, seed, mem);
}

/* Only what was written is written: tables that are mostly untouched stay so. */
static void clear_tables(dp_store *st)
{
    uint32_t i;

    for (i = 0; i < st->n; i++) {
        i = i % DP_STORE_BLOCK == 0 ? dp_store_skip(st, i) : i;
        if (i < st->n && st->lease[i].state != DP_LEASE_NEVER) {
            memset(&st->lease[i], 0, sizeof st->lease[i]);
            memset(&st->more[i], 0, sizeof st->more[i]);
        }
    }
    for (i = 0; i < st->slots; i++) {
        if (st->slot[i] != 0) {
            st->slot[i] = 0;
        }
    }
}

void dp_store_clear(dp_store *st, dp_share share)
{
    uint32_t i;

    clear_tables(st);
    memset(st->used, 0, used_words(st->n) * sizeof *st->used);
    dp_cells_clear(&st->cells);
    memset(st->count, 0, sizeof st->count);
    st->count[DP_LEASE_NEVER] = st->n;
    dp_wheel_init(&st->wheel, &st->lease[0].timer, sizeof *st->lease, st->n, 0);
    for (i = 0; i < st->areas; i++) {
        dp_area *a = &st->area[i];

        a->fresh = a->base;
        a->unleased = a->leased = (dp_list){0, 0};
    }
    for (i = 0; i < st->subnets; i++) {
        dp_subnet *sub = &st->subnet[i];

        sub->fresh = sub->base;
        sub->unleased = sub->leased = (dp_list){0, 0};
        (void)build_reservations(st, i, share); /* they were possible before */
    }
}

size_t dp_store_back(dp_store *st, size_t limit)
{
    double part = limit == 0 || limit >= st->bytes ? 1 : (double)limit / (double)st->bytes;
    double leases = (double)st->n * part, slots = (double)st->slots * part;

    return dp_mem_back(st->lease, (size_t)leases * sizeof *st->lease) +
           dp_mem_back(st->more, (size_t)leases * sizeof *st->more) +
           dp_mem_back(st->slot, (size_t)slots * sizeof *st->slot);
}

void dp_store_fini(dp_store *st)
{
    dp_cells_fini(&st->cells, &st->mem);
    dp_mem_release(&st->mem, st->lease_block, ((size_t)st->n + 1) * sizeof *st->lease);
    DP_FREE_ARRAY(&st->mem, st->more, st->n);
    DP_FREE_ARRAY(&st->mem, st->slot, st->slots);
    DP_FREE_ARRAY(&st->mem, st->used, used_words(st->n));
    DP_FREE_ARRAY(&st->mem, st->span, st->spans);
    DP_FREE_ARRAY(&st->mem, st->parts.at, st->parts.cap);
    DP_FREE_ARRAY(&st->mem, st->subnet, st->subnets);
    DP_FREE_ARRAY(&st->mem, st->area, st->areas);
    DP_FREE_ARRAY(&st->mem, st->by_network, st->subnets);
    memset(st, 0, sizeof *st);
}

/* ---- by address ----------------------------------------------------------------------------- */

uint32_t dp_store_find_subnet(dp_store *st, uint32_t ip)
{
    const dp_subnet *sub = &st->subnet[st->last_subnet];
    uint32_t lo = 0, hi = st->subnets;

    if ((ip & sub->mask) == sub->network) {
        return st->last_subnet;
    }
    while (hi - lo > 1) { /* the last one that begins at or before ip */
        uint32_t mid = lo + (hi - lo) / 2;

        if (st->subnet[st->by_network[mid]].network <= ip) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    sub = &st->subnet[st->by_network[lo]];
    if ((ip & sub->mask) != sub->network) {
        return DP_LEASE_NONE;
    }
    st->last_subnet = st->by_network[lo];
    return st->last_subnet;
}

/* The last span that begins at or before ip. */
static uint32_t span_of_ip(const dp_store *st, uint32_t ip)
{
    uint32_t lo = 0, hi = st->spans;

    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (st->span[mid].first <= ip) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return lo;
}

uint32_t dp_store_find_ip(dp_store *st, uint32_t ip)
{
    const dp_span *s = &st->span[st->last_span];

    if (ip < s->first || ip - s->first >= s->n) {
        st->last_span = span_of_ip(st, ip);
        s = &st->span[st->last_span];
        if (ip < s->first || ip - s->first >= s->n) {
            return DP_LEASE_NONE;
        }
    }
    return s->base + (ip - s->first);
}

uint32_t dp_store_ip(dp_store *st, uint32_t i)
{
    const dp_span *s = &st->span[st->last_span];
    uint32_t lo = 0, hi = st->spans;

    if (st->lease[i].state != DP_LEASE_NEVER) {
        return st->lease[i].ip;
    }
    if (i < s->base || i - s->base >= s->n) {
        while (hi - lo > 1) {
            uint32_t mid = lo + (hi - lo) / 2;

            if (st->span[mid].base <= i) {
                lo = mid;
            } else {
                hi = mid;
            }
        }
        st->last_span = lo;
        s = &st->span[lo];
    }
    return s->first + (i - s->base);
}

uint32_t dp_store_from_ip(const dp_store *st, uint32_t ip)
{
    const dp_span *s = &st->span[span_of_ip(st, ip)];

    if (ip <= s->first) {
        return s->base;
    }
    return s->base + (ip - s->first < s->n ? ip - s->first : s->n);
}

uint32_t dp_store_next(const dp_store *st, uint64_t from_ip)
{
    uint32_t i;

    if (from_ip > UINT32_MAX) {
        return DP_LEASE_NONE;
    }
    i = dp_store_from_ip(st, (uint32_t)from_ip);
    i = i < st->n ? dp_store_skip(st, i) : i;
    while (i < st->n && st->lease[i].state == DP_LEASE_NEVER) {
        i++;
        i = i % DP_STORE_BLOCK == 0 && i < st->n ? dp_store_skip(st, i) : i;
    }
    return i < st->n ? i : DP_LEASE_NONE;
}

uint32_t dp_store_skip(const dp_store *st, uint32_t i)
{
    uint32_t block = i / DP_STORE_BLOCK, word = block / 64, words = used_words(st->n);
    uint64_t bits = st->used[word] >> (block % 64), first;

    if ((bits & 1) != 0) {
        return i;
    }
    bits <<= block % 64;
    while (bits == 0) {
        if (++word == words) {
            return st->n;
        }
        bits = st->used[word];
    }
    first = ((uint64_t)word * 64 + (uint64_t)__builtin_ctzll(bits)) * DP_STORE_BLOCK;
    return first < st->n ? (uint32_t)first : st->n;
}

/* ---- by client ------------------------------------------------------------------------------ */

static uint32_t slot_record(const dp_store *st, uint32_t slot)
{
    return (slot & ((UINT32_C(1) << st->index_bits) - 1)) - 1;
}

static uint32_t slot_tag(const dp_store *st, uint64_t hash)
{
    return (uint32_t)hash << st->index_bits;
}

static int tag_fits(const dp_store *st, uint32_t slot, uint32_t tag)
{
    return ((slot ^ tag) >> st->index_bits) == 0;
}

uint32_t dp_store_find(const dp_store *st, const dp_key *key)
{
    uint32_t at = dp_store_home(st, key->hash), tag = slot_tag(st, key->hash), slot;

    while ((slot = st->slot[at]) != 0) {
        if (tag_fits(st, slot, tag) && dp_store_is_owner(st, slot_record(st, slot), key)) {
            return slot_record(st, slot);
        }
        at = at + 1 < st->slots ? at + 1 : 0;
    }
    return DP_LEASE_NONE;
}

uint32_t dp_store_prefetch_lease(const dp_store *st, const dp_key *key)
{
    uint32_t at = dp_store_home(st, key->hash), tag = slot_tag(st, key->hash), slot;

    while ((slot = st->slot[at]) != 0) {
        if (tag_fits(st, slot, tag)) {
            __builtin_prefetch(&st->lease[slot_record(st, slot)], 1);
            return slot_record(st, slot);
        }
        at = at + 1 < st->slots ? at + 1 : 0;
    }
    return DP_LEASE_NONE;
}

size_t dp_store_get_key(const dp_store *st, uint32_t i, uint8_t *buf)
{
    const dp_lease *l = &st->lease[i];
    uint32_t name;

    if (l->key_len <= DP_LEASE_KEY) {
        memcpy(buf, l->key, l->key_len);
    } else {
        memcpy(&name, l->key, sizeof name);
        dp_cells_get(&st->cells, name, buf, l->key_len);
    }
    return l->key_len;
}

static uint64_t record_hash(dp_store *st, uint32_t i)
{
    const dp_lease *l = &st->lease[i];
    unsigned kind = l->mark & DP_LEASE_KIND;
    unsigned htype = kind == DHCPPERF_KEY_HARDWARE ? l->htype : 0;
    uint8_t key[UINT8_MAX];
    size_t len = dp_store_get_key(st, i, key);

    return dp_store_hash(st, st->subnet[dp_store_find_subnet(st, l->ip)].link, kind, htype, key,
                         len);
}

void dp_store_link(dp_store *st, uint32_t i, uint64_t hash)
{
    uint32_t at = dp_store_home(st, hash);

    while (st->slot[at] != 0) {
        at = at + 1 < st->slots ? at + 1 : 0;
    }
    st->slot[at] = slot_tag(st, hash) | (i + 1);
    st->lease[i].mark |= DP_LEASE_LINKED;
}

/* Closes the gap at `hole`: every later entry of the run moves up unless its home lies between. */
static void close_gap(dp_store *st, uint32_t hole)
{
    uint32_t at = hole, slot, home;

    for (;;) {
        at = at + 1 < st->slots ? at + 1 : 0;
        slot = st->slot[at];
        if (slot == 0) {
            break;
        }
        home = dp_store_home(st, record_hash(st, slot_record(st, slot)));
        if (hole <= at ? home <= hole || home > at : home <= hole && home > at) {
            st->slot[hole] = slot;
            hole = at;
        }
    }
    st->slot[hole] = 0;
}

void dp_store_unlink(dp_store *st, uint32_t i)
{
    uint32_t at;

    if ((st->lease[i].mark & DP_LEASE_LINKED) == 0) {
        return;
    }
    at = dp_store_home(st, record_hash(st, i));
    while (slot_record(st, st->slot[at]) != i) {
        at = at + 1 < st->slots ? at + 1 : 0;
    }
    st->lease[i].mark &= (uint8_t)~DP_LEASE_LINKED;
    close_gap(st, at);
}
