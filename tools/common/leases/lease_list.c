/* SPDX-License-Identifier: MIT */
/* lease_list.c - from a store into engines.
 *
 * An engine takes leases one by one and refuses what contradicts those that it has: so the latest
 * come first.  Free ones follow, longest free first, as the engine will use them in that order. */
#include "common/leases/lease_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/network.h"

typedef struct lease_list_item {
    const uint8_t *packed;
    int64_t order; /* ascending */
} lease_list_item;

enum {
    BLOCK = 1 << 18
};

typedef struct lease_list_block {
    struct lease_list_block *next;
    size_t len;
    _Alignas(8) uint8_t octets[BLOCK];
} lease_list_block;

/* ---- gathering ------------------------------------------------------------------------------ */

static int grow(lease_list *l)
{
    size_t cap = l->cap == 0 ? 1024 : 2 * l->cap;
    lease_list_item *at = realloc(l->at, cap * sizeof *at);

    if (at == NULL) {
        return -1;
    }
    l->at = at;
    l->cap = cap;
    return 0;
}

static uint8_t *room(lease_list *l, size_t n)
{
    lease_list_block *b = l->blocks;
    uint8_t *at;

    if (b == NULL || BLOCK - b->len < n) {
        b = malloc(sizeof *b);
        if (b == NULL) {
            return NULL;
        }
        b->next = l->blocks;
        b->len = 0;
        l->blocks = b;
    }
    at = b->octets + b->len;
    b->len += n;
    return at;
}

int lease_list_add(void *user, const lease_record *r)
{
    lease_list *l = user;
    dhcpperf_lease lease;
    uint8_t *to;

    lease_record_to(r, &lease, 0);
    if ((l->n == l->cap && grow(l) != 0) ||
        (to = room(l, lease_record_packed_size(&lease))) == NULL) {
        l->no_memory = 1;
        return LEASE_NO_MEMORY;
    }
    lease_record_pack(to, &lease, 0, 0);
    l->at[l->n++].packed = to;
    return 0;
}

void lease_list_free(lease_list *l)
{
    lease_list_block *b;

    while ((b = l->blocks) != NULL) {
        l->blocks = b->next;
        free(b);
    }
    free(l->at);
    memset(l, 0, sizeof *l);
}

/* ---- placing -------------------------------------------------------------------------------- */

static int is_taken(const lease_record *r, int64_t now_ms)
{
    return r->state == DHCPPERF_LEASE_DECLINED ||
           (r->state == DHCPPERF_LEASE_BOUND && r->ends > now_ms);
}

/* Those in use by the latest first, all of them before those that are free. */
static int64_t order_of(const lease_record *r, int64_t now_ms)
{
    return is_taken(r, now_ms) ? -r->starts - 1 : r->ends;
}

static int by_order(const void *a, const void *b)
{
    int64_t x = ((const lease_list_item *)a)->order, y = ((const lease_list_item *)b)->order;

    return (x > y) - (x < y);
}

static void sort(lease_list *l, int64_t now_ms)
{
    lease_record r;
    size_t i;

    for (i = 0; i < l->n; i++) {
        lease_record_unpack(&r, l->at[i].packed);
        l->at[i].order = order_of(&r, now_ms);
    }
    if (l->n > 1) {
        qsort(l->at, l->n, sizeof *l->at, by_order);
    }
}

static void show(lease_list_report *x, const lease_record *r, const char *why)
{
    char ip[24];

    if (x->shown < LEASE_DAMAGE_SHOWN) {
        snprintf(x->why[x->shown++], sizeof x->why[0], "%s %s", network_ip_text(r->ip, ip), why);
    }
}

static void note(lease_list_report *x, const lease_record *r, int rc, int taken)
{
    switch (rc) {
    case 0:
        x->placed++;
        return;
    case DHCPPERF_E_NOTFOUND:
        if (!taken) { /* nobody misses it */
            x->outdated++;
            return;
        }
        x->outside++;
        show(x, r, "is in no pool");
        return;
    case DHCPPERF_E_CONFLICT:
        if (!taken) {
            x->outdated++;
            return;
        }
        x->refused++;
        show(x, r, "is reserved for another client, or its client has a later lease");
        return;
    default:
        x->refused++;
        show(x, r, dhcpperf_strerror(rc));
    }
}

void lease_list_place(lease_list *l, dhcpperf_server *const *servers, unsigned n, dhcpperf_ts now,
                      int64_t skew, lease_list_report *ret)
{
    int64_t now_ms = ((int64_t)now + skew) / (int64_t)DHCPPERF_NS_PER_MS;
    lease_record r;
    dhcpperf_lease lease;
    unsigned k;
    size_t i;
    int rc;

    memset(ret, 0, sizeof *ret);
    sort(l, now_ms);
    for (i = 0; i < l->n; i++) {
        lease_record_unpack(&r, l->at[i].packed);
        lease_record_to(&r, &lease, skew);
        rc = DHCPPERF_E_NOTFOUND;
        for (k = 0; k < n && rc == DHCPPERF_E_NOTFOUND; k++) {
            rc = dhcpperf_server_import_lease(servers[k], &lease, now);
        }
        note(ret, &r, rc, is_taken(&r, now_ms));
    }
}

/* ---- writing -------------------------------------------------------------------------------- */

int lease_list_write(lease_store *to, const dhcpperf_server *const *servers, unsigned n,
                     int64_t skew, char *error, size_t cap)
{
    dhcpperf_lease lease;
    lease_record r;
    uint64_t cursor;
    unsigned i;

    for (i = 0; i < n; i++) {
        cursor = 0;
        while (dhcpperf_server_next_lease(servers[i], &cursor, &lease, sizeof lease) == 1) {
            if (lease.state == DHCPPERF_LEASE_OFFERED) {
                continue;
            }
            lease_record_from(&r, &lease, skew);
            if (to->ops->append(to, &r, 1, error, cap) != 0) {
                return -1;
            }
        }
    }
    return to->ops->commit(to, error, cap);
}
