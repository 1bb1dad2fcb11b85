/* SPDX-License-Identifier: MIT */
/* lease_last.c - a table of open addressing, at most two thirds full; address 0.0.0.0 marks a free
 * place. */
#include "common/leases/lease_last.h"

#include <stdlib.h>

#include "common/units.h"

typedef struct lease_last_entry {
    uint32_t ip, file;
    uint64_t offset;
} lease_last_entry;

enum {
    LEAST = 1024
};

void lease_last_free(lease_last *t)
{
    free(t->at);
    t->at = NULL;
    t->cap = t->n = 0;
}

/* Neighbours are the rule: spread them. */
static size_t home(const lease_last *t, uint32_t ip)
{
    return (size_t)((ip * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (t->cap - 1);
}

static lease_last_entry *find(const lease_last *t, uint32_t ip)
{
    size_t i = home(t, ip);

    while (t->at[i].ip != ip && t->at[i].ip != 0) {
        i = (i + 1) & (t->cap - 1);
    }
    return &t->at[i];
}

static int grow(lease_last *t)
{
    lease_last to = {.cap = t->cap == 0 ? LEAST : 2 * t->cap};
    size_t i;

    to.at = calloc(to.cap, sizeof *to.at);
    if (to.at == NULL) {
        return -1;
    }
    for (i = 0; i < t->cap; i++) {
        if (t->at[i].ip != 0) {
            *find(&to, t->at[i].ip) = t->at[i];
        }
    }
    to.n = t->n;
    free(t->at);
    *t = to;
    return 0;
}

int lease_last_put(lease_last *t, dhcpperf_ip4 ip, lease_place place)
{
    uint32_t number = units_ip4_number(ip);
    lease_last_entry *e;

    if (number == 0) {
        return 0;
    }
    if (3 * (t->n + 1) > 2 * t->cap && grow(t) != 0) {
        return -1;
    }
    e = find(t, number);
    t->n += e->ip == 0;
    e->ip = number;
    e->file = place.file;
    e->offset = place.offset;
    return 0;
}

int lease_last_is(const lease_last *t, dhcpperf_ip4 ip, lease_place place)
{
    uint32_t number = units_ip4_number(ip);
    const lease_last_entry *e;

    if (number == 0 || t->cap == 0) {
        return 0;
    }
    e = find(t, number);
    return e->ip == number && e->file == place.file && e->offset == place.offset;
}
