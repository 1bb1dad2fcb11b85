/* SPDX-License-Identifier: MIT */
/* pool.c - the description of one subnet: ranges, what is cut out of them, reservations, lease
 * times and options.  It only describes; who has which address is the store's business.
 *
 * Invariants: ranges and cuts are ascending and disjoint, cuts also non-adjacent; every reserved
 * address is cut; the index finds each reservation by its key and by its address. */
#include "lease/dp_pool.h"

#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"
#include "base/dp_text.h"

int dp_pool_grow(const dhcpperf_mem *mem, void **at, uint32_t *cap, uint32_t need, size_t size)
{
    uint32_t want = *cap < 8 ? 8 : *cap;
    void *moved;

    if (need <= *cap) {
        return 0;
    }
    while (want < need) {
        if (want > UINT32_MAX / 2) {
            return DHCPPERF_E_NOMEM;
        }
        want *= 2;
    }
    moved = dp_mem_zarray(mem, want, size, 8);
    if (moved == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    if (*at != NULL) {
        memcpy(moved, *at, *cap * size);
        dp_mem_release(mem, *at, *cap * size);
    }
    *at = moved;
    *cap = want;
    return 0;
}

#define FREE_GROWING(p, array) DP_FREE_ARRAY(&(p)->mem, (p)->array.at, (p)->array.cap)

/* First range whose end is at or after ip. */
static uint32_t lower(const dp_range *r, uint32_t n, uint32_t ip)
{
    uint32_t lo = 0, hi = n;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (r[mid].last < ip) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return lo;
}

/* Adds an interval to the cuts, merging what it touches. */
static int add_cut(dhcpperf_pool *p, uint32_t first, uint32_t last)
{
    uint32_t from = lower(p->cuts.at, p->cuts.n, first > 0 ? first - 1 : 0), to = from;
    int rc;

    while (to < p->cuts.n && (last == UINT32_MAX || p->cuts.at[to].first <= last + 1)) {
        first = p->cuts.at[to].first < first ? p->cuts.at[to].first : first;
        last = p->cuts.at[to].last > last ? p->cuts.at[to].last : last;
        to++;
    }
    if (to == from) {
        rc = DP_GROW(p, cuts, 1);
        if (rc != 0) {
            return rc;
        }
    }
    memmove(p->cuts.at + from + 1, p->cuts.at + to, (p->cuts.n - to) * sizeof *p->cuts.at);
    p->cuts.n = p->cuts.n - (to - from) + 1;
    p->cuts.at[from].first = first;
    p->cuts.at[from].last = last;
    p->cuts.at[from].class_ = 0;
    return 0;
}

int dp_pool_cut(dhcpperf_pool *p, uint32_t ip)
{
    return dp_pool_contains(p, ip) ? add_cut(p, ip, ip) : 0;
}

int dhcpperf_pool_new(dhcpperf_pool **ret, dhcpperf_ip4 network, unsigned prefix_len,
                      const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    uint32_t net = dp_ip4_num(network), mask;
    dhcpperf_pool *p;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (prefix_len < 1 || prefix_len > 32) {
        return DHCPPERF_E_RANGE;
    }
    mask = UINT32_MAX << (32 - prefix_len);
    if ((net & ~mask) != 0) {
        return DHCPPERF_E_RANGE;
    }
    p = DP_NEW(&m, dhcpperf_pool);
    if (p == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    p->mem = m;
    p->network = net;
    p->mask = mask;
    p->prefix_len = prefix_len;
    p->t1 = UINT32_C(1) << 31;
    p->t2 = UINT32_C(7) << 29;
    if (prefix_len <= 30 && (add_cut(p, net, net) != 0 || add_cut(p, net | ~mask, net | ~mask))) {
        dhcpperf_pool_free(p);
        return DHCPPERF_E_NOMEM;
    }
    *ret = p;
    return 0;
}

void dhcpperf_pool_free(dhcpperf_pool *p)
{
    dhcpperf_mem m;

    if (p == NULL) {
        return;
    }
    m = p->mem;
    while (p->own.n > 0) {
        dp_options_fini(&p->own.at[--p->own.n], &m);
    }
    dp_options_fini(&p->options, &m);
    FREE_GROWING(p, ranges);
    FREE_GROWING(p, cuts);
    FREE_GROWING(p, reservations);
    FREE_GROWING(p, own);
    FREE_GROWING(p, classes);
    FREE_GROWING(p, bytes);
    FREE_GROWING(p, index);
    DP_FREE(&m, p);
}

#define CLONE_GROWING(to, from, array)                                                             \
    do {                                                                                           \
        rc = rc != 0 ? rc : DP_GROW(to, array, (from)->array.n);                                   \
        if (rc == 0 && (from)->array.n > 0) {                                                      \
            memcpy((to)->array.at, (from)->array.at, (from)->array.n * sizeof *(to)->array.at);    \
            (to)->array.n = (from)->array.n;                                                       \
        }                                                                                          \
    } while (0)

int dp_pool_clone(dhcpperf_pool **ret, const dhcpperf_pool *p, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_pool *c = DP_NEW(&m, dhcpperf_pool);
    int rc = 0;

    if (c == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    c->mem = m;
    c->network = p->network;
    c->mask = p->mask;
    c->prefix_len = p->prefix_len;
    c->policy = p->policy;
    c->catch_all = p->catch_all;
    c->has_lease = p->has_lease;
    c->lease_default = p->lease_default;
    c->lease_min = p->lease_min;
    c->lease_max = p->lease_max;
    c->t1 = p->t1;
    c->t2 = p->t2;
    c->has_boot = p->has_boot;
    c->next_server = p->next_server;
    c->boot_file = p->boot_file;
    c->boot_len = p->boot_len;
    memcpy(c->link, p->link, sizeof c->link);
    CLONE_GROWING(c, p, ranges);
    CLONE_GROWING(c, p, cuts);
    CLONE_GROWING(c, p, reservations);
    CLONE_GROWING(c, p, classes);
    CLONE_GROWING(c, p, bytes);
    rc = rc != 0 ? rc : dp_options_clone(&c->options, &p->options, &m);
    rc = rc != 0 ? rc : DP_GROW(c, own, p->own.n);
    while (rc == 0 && c->own.n < p->own.n) {
        rc = dp_options_clone(&c->own.at[c->own.n], &p->own.at[c->own.n], &m);
        c->own.n += rc == 0;
    }
    if (rc == 0 && p->index.cap > 0) { /* positions depend on the size: copied as it is */
        c->index.at = DP_ARRAY(&m, p->index.cap, uint32_t);
        rc = c->index.at != NULL ? 0 : DHCPPERF_E_NOMEM;
        if (rc == 0) {
            memcpy(c->index.at, p->index.at, p->index.cap * sizeof *c->index.at);
            c->index.cap = p->index.cap;
            c->index.n = p->index.n;
        }
    }
    if (rc != 0) {
        dhcpperf_pool_free(c);
        return rc;
    }
    *ret = c;
    return 0;
}

/* Both ends as numbers inside the subnet and in order. */
static int check_range(const dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last, dp_range *ret)
{
    if (p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    ret->first = dp_ip4_num(first);
    ret->last = dp_ip4_num(last);
    ret->class_ = 0;
    if (ret->last < ret->first || !dp_pool_contains(p, ret->first) ||
        !dp_pool_contains(p, ret->last)) {
        return DHCPPERF_E_RANGE;
    }
    return 0;
}

static int insert_range(dhcpperf_pool *p, const dp_range *r)
{
    uint32_t at = lower(p->ranges.at, p->ranges.n, r->first);
    int rc;

    if (at < p->ranges.n && p->ranges.at[at].first <= r->last) {
        return DHCPPERF_E_CONFLICT;
    }
    rc = DP_GROW(p, ranges, 1);
    if (rc != 0) {
        return rc;
    }
    memmove(p->ranges.at + at + 1, p->ranges.at + at, (p->ranges.n - at) * sizeof *r);
    p->ranges.at[at] = *r;
    p->ranges.n++;
    return 0;
}

int dhcpperf_pool_add_range(dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last)
{
    dp_range r;
    int rc = check_range(p, first, last, &r);

    return rc != 0 ? rc : insert_range(p, &r);
}

int dp_name_is_possible(const char *name)
{
    size_t len = name != NULL ? strlen(name) : 0;

    return len >= 1 && len < DP_NAME_CAP;
}

int dhcpperf_pool_add_class_range(dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last,
                                  const char *class_name)
{
    uint32_t k = 0;
    dp_range r;
    int rc = check_range(p, first, last, &r);

    if (rc != 0) {
        return rc;
    }
    if (!dp_name_is_possible(class_name)) {
        return DHCPPERF_E_INVALID;
    }
    while (k < p->classes.n && strcmp(p->classes.at[k].name, class_name) != 0) {
        k++;
    }
    rc = DP_GROW(p, classes, 1);
    if (rc != 0) {
        return rc;
    }
    r.class_ = k + 1;
    rc = insert_range(p, &r);
    if (rc == 0 && k == p->classes.n) {
        memcpy(p->classes.at[k].name, class_name, strlen(class_name) + 1);
        p->classes.n++;
    }
    return rc;
}

int dhcpperf_pool_set_shared(dhcpperf_pool *p, const char *link)
{
    if (p == NULL || !dp_name_is_possible(link)) {
        return DHCPPERF_E_INVALID;
    }
    memcpy(p->link, link, strlen(link) + 1);
    return 0;
}

int dhcpperf_pool_exclude(dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last)
{
    dp_range r;
    int rc = check_range(p, first, last, &r);

    return rc != 0 ? rc : add_cut(p, r.first, r.last);
}

int dhcpperf_pool_set_policy(dhcpperf_pool *p, dhcpperf_alloc policy)
{
    if (p == NULL || (policy != DHCPPERF_ALLOC_SEQUENTIAL && policy != DHCPPERF_ALLOC_HASH)) {
        return DHCPPERF_E_INVALID;
    }
    p->policy = policy;
    return 0;
}

int dhcpperf_pool_set_lease(dhcpperf_pool *p, uint32_t default_s, uint32_t min_s, uint32_t max_s)
{
    if (p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (min_s < 1 || default_s < min_s || max_s < default_s) {
        return DHCPPERF_E_RANGE;
    }
    p->has_lease = 1;
    p->lease_default = default_s;
    p->lease_min = min_s;
    p->lease_max = max_s;
    return 0;
}

int dhcpperf_pool_set_t1_t2(dhcpperf_pool *p, double t1, double t2)
{
    if (p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (!(t1 > 0.0 && t1 < t2 && t2 < 1.0)) {
        return DHCPPERF_E_RANGE;
    }
    p->t1 = (uint32_t)(t1 * 4294967296.0);
    p->t2 = (uint32_t)(t2 * 4294967296.0);
    return 0;
}

int dhcpperf_pool_set_catch_all(dhcpperf_pool *p, int on)
{
    if (p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    p->catch_all = on != 0;
    return 0;
}

/* ---- reservations --------------------------------------------------------------------------- */

static uint64_t key_hash(int kind, const uint8_t *key, size_t len)
{
    return dp_hash_bytes((uint64_t)(unsigned)kind, key, len);
}

static uint64_t ip_hash(uint32_t ip)
{
    return dp_mix64(ip + UINT64_C(0x100000000));
}

static void index_put(dhcpperf_pool *p, uint64_t hash, uint32_t entry)
{
    uint32_t i = (uint32_t)hash & (p->index.cap - 1);

    while (p->index.at[i] != 0) {
        i = (i + 1) & (p->index.cap - 1);
    }
    p->index.at[i] = entry;
    p->index.n++;
}

static void index_reservation(dhcpperf_pool *p, uint32_t i)
{
    const dp_reservation *r = &p->reservations.at[i];

    index_put(p, key_hash(r->kind, p->bytes.at + r->offset, r->len), 1 + 2 * i);
    index_put(p, ip_hash(r->ip), 2 + 2 * i);
}

/* Room in the index for one more reservation, at most half full. */
static int index_grow(dhcpperf_pool *p)
{
    uint32_t cap = p->index.cap > 0 ? p->index.cap * 2 : 16, i;
    uint32_t *at;

    if ((p->index.n + 2) * 2 <= p->index.cap) {
        return 0;
    }
    at = DP_ARRAY(&p->mem, cap, uint32_t);
    if (at == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    FREE_GROWING(p, index);
    p->index.at = at;
    p->index.cap = cap;
    p->index.n = 0;
    for (i = 0; i < p->reservations.n; i++) {
        index_reservation(p, i);
    }
    return 0;
}

/* The reservation of a key, or NULL. */
static dp_reservation *find_by_key(const dhcpperf_pool *p, int kind, dhcpperf_bytes key)
{
    uint32_t i, entry, mask = p->index.cap - 1;

    if (p->index.cap == 0) {
        return NULL;
    }
    for (i = (uint32_t)key_hash(kind, key.data, key.len) & mask; (entry = p->index.at[i]) != 0;
         i = (i + 1) & mask) {
        dp_reservation *r = &p->reservations.at[(entry - 1) / 2];

        if (r->kind == kind && r->len == key.len &&
            memcmp(p->bytes.at + r->offset, key.data, key.len) == 0) {
            return r;
        }
    }
    return NULL;
}

int dp_pool_is_reserved(const dhcpperf_pool *p, int kind, dhcpperf_bytes key)
{
    return find_by_key(p, kind, key) != NULL;
}

/* The reservation of an address, or NULL. */
static const dp_reservation *find_by_ip(const dhcpperf_pool *p, uint32_t ip)
{
    uint32_t i, entry, mask = p->index.cap - 1;

    if (p->index.cap == 0) {
        return NULL;
    }
    for (i = (uint32_t)ip_hash(ip) & mask; (entry = p->index.at[i]) != 0; i = (i + 1) & mask) {
        if (p->reservations.at[(entry - 1) / 2].ip == ip) {
            return &p->reservations.at[(entry - 1) / 2];
        }
    }
    return NULL;
}

int dp_pool_reservation(const dhcpperf_pool *p, uint32_t ip, dhcpperf_bytes *ret)
{
    const dp_reservation *r = find_by_ip(p, ip);

    if (r == NULL) {
        return -1;
    }
    ret->data = p->bytes.at + r->offset;
    ret->len = r->len;
    return r->kind;
}

static int is_reserved(const dhcpperf_pool *p, int kind, dhcpperf_bytes key, uint32_t ip)
{
    return find_by_key(p, kind, key) != NULL || find_by_ip(p, ip) != NULL;
}

static int key_is_possible(int kind, dhcpperf_bytes key)
{
    switch (kind) {
    case DHCPPERF_KEY_HARDWARE:
        return key.data != NULL && key.len >= 2 && key.len <= 17;
    case DHCPPERF_KEY_CLIENT_ID:
        return key.data != NULL && key.len >= 2 && key.len <= 255;
    case DHCPPERF_KEY_CIRCUIT:
        return key.data != NULL && key.len >= 1 && key.len <= 255;
    default:
        return 0;
    }
}

int dhcpperf_pool_reserve(dhcpperf_pool *p, int key_kind, dhcpperf_bytes key, dhcpperf_ip4 ip)
{
    uint32_t num = dp_ip4_num(ip);
    dp_reservation *r;
    int rc;

    if (p == NULL || !key_is_possible(key_kind, key)) {
        return DHCPPERF_E_INVALID;
    }
    if (!dp_pool_contains(p, num) ||
        (p->prefix_len <= 30 && (num == p->network || num == (p->network | ~p->mask)))) {
        return DHCPPERF_E_RANGE;
    }
    if (is_reserved(p, key_kind, key, num)) {
        return DHCPPERF_E_CONFLICT;
    }
    if ((rc = DP_GROW(p, reservations, 1)) != 0 || (rc = DP_GROW(p, bytes, key.len)) != 0 ||
        (rc = index_grow(p)) != 0 || (rc = add_cut(p, num, num)) != 0) {
        return rc;
    }
    r = &p->reservations.at[p->reservations.n];
    r->ip = num;
    r->kind = (uint8_t)key_kind;
    r->len = (uint8_t)key.len;
    r->own = 0;
    r->offset = p->bytes.n;
    memcpy(p->bytes.at + p->bytes.n, key.data, key.len);
    p->bytes.n += (uint32_t)key.len;
    index_reservation(p, p->reservations.n++);
    return 0;
}

int dhcpperf_pool_reserve_option(dhcpperf_pool *p, int key_kind, dhcpperf_bytes key, uint8_t code,
                                 const char *text)
{
    dp_options fresh = {0};
    dp_reservation *r;
    int rc;

    if (p == NULL || !key_is_possible(key_kind, key)) {
        return DHCPPERF_E_INVALID;
    }
    r = find_by_key(p, key_kind, key);
    if (r == NULL) {
        return DHCPPERF_E_NOTFOUND;
    }
    rc = DP_GROW(p, own, 1);
    if (rc != 0) {
        return rc;
    }
    if (r->own != 0) {
        return dp_pool_set_option(p, &p->own.at[r->own - 1], code, text);
    }
    rc = dp_pool_set_option(p, &fresh, code, text);
    if (rc != 0) {
        dp_options_fini(&fresh, &p->mem);
        return rc;
    }
    p->own.at[p->own.n] = fresh;
    r->own = ++p->own.n;
    return 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

int dp_pool_next_span(const dhcpperf_pool *p, uint64_t *cursor, dp_range *ret)
{
    uint32_t r, c;
    uint64_t at = *cursor;

    for (;;) {
        if (at > UINT32_MAX ||
            (r = lower(p->ranges.at, p->ranges.n, (uint32_t)at)) == p->ranges.n) {
            return 0;
        }
        at = at < p->ranges.at[r].first ? p->ranges.at[r].first : at;
        c = lower(p->cuts.at, p->cuts.n, (uint32_t)at);
        if (c == p->cuts.n || p->cuts.at[c].first > at) {
            break;
        }
        at = (uint64_t)p->cuts.at[c].last + 1;
    }
    ret->first = (uint32_t)at;
    ret->last = p->ranges.at[r].last;
    ret->class_ = p->ranges.at[r].class_;
    if (c < p->cuts.n && p->cuts.at[c].first <= ret->last) {
        ret->last = p->cuts.at[c].first - 1;
    }
    *cursor = (uint64_t)ret->last + 1;
    return 1;
}

uint32_t dhcpperf_pool_size(const dhcpperf_pool *p)
{
    uint64_t cursor = 0;
    uint32_t n = 0;
    dp_range span;

    if (p == NULL) {
        return 0;
    }
    while (dp_pool_next_span(p, &cursor, &span)) {
        n += span.last - span.first + 1;
    }
    return n + p->reservations.n;
}

const dp_options *dp_pool_own_options(const dhcpperf_pool *p, uint32_t ip)
{
    const dp_reservation *r = p->own.n > 0 ? find_by_ip(p, ip) : NULL;

    return r != NULL && r->own != 0 ? &p->own.at[r->own - 1] : NULL;
}

int dp_pool_t1_t2(const dhcpperf_pool *p, uint32_t lease_s, uint32_t *ret_t1, uint32_t *ret_t2)
{
    uint32_t t1 = (uint32_t)(((uint64_t)lease_s * p->t1) >> 32);
    uint32_t t2 = (uint32_t)(((uint64_t)lease_s * p->t2) >> 32);

    if (lease_s == UINT32_MAX || t1 == 0 || t1 >= t2 || t2 >= lease_s) {
        return 0;
    }
    *ret_t1 = t1;
    *ret_t2 = t2;
    return 1;
}

uint32_t dp_pool_lease(const dhcpperf_pool *p, int asked, uint32_t wish)
{
    if (!asked) {
        return p->lease_default;
    }
    return dp_lease_within(wish, p->lease_min, p->lease_max);
}
