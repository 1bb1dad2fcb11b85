/* SPDX-License-Identifier: MIT */
/* lease_postgresql_array.c - arrays in the binary form of PostgreSQL: a head of five numbers, then
 * each element behind its length. */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_LIBPQ

#include <stdlib.h>
#include <string.h>

#include "common/leases/lease_postgresql_parts.h"

enum {
    HEAD = 20,
    /* Numbers of built-in types, which never change. */
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20
};

static void put32(uint8_t *at, uint32_t n)
{
    at[0] = (uint8_t)(n >> 24);
    at[1] = (uint8_t)(n >> 16);
    at[2] = (uint8_t)(n >> 8);
    at[3] = (uint8_t)n;
}

void pg_array_reset(pg_array *a, int is_bytes)
{
    a->len = 0;
    a->n = 0;
    a->is_bytes = is_bytes;
}

/* Room for an element of n octets behind its length; where it goes. */
static uint8_t *grow(pg_array *a, size_t n)
{
    size_t used = a->len > 0 ? a->len : HEAD, need = used + 4 + n;

    if (need > a->cap) {
        size_t cap = need + need / 2 + 256;
        uint8_t *octets = realloc(a->octets, cap);

        if (octets == NULL) {
            return NULL;
        }
        a->octets = octets;
        a->cap = cap;
    }
    put32(a->octets + used, (uint32_t)n);
    a->len = need;
    a->n++;
    return a->octets + used + 4;
}

int pg_array_add_number(pg_array *a, int64_t number)
{
    uint8_t *at = grow(a, 8);

    if (at == NULL) {
        return -1;
    }
    put32(at, (uint32_t)((uint64_t)number >> 32));
    put32(at + 4, (uint32_t)(uint64_t)number);
    return 0;
}

int pg_array_add_bytes(pg_array *a, dhcpperf_bytes b)
{
    uint8_t *at = grow(a, b.len);

    if (at == NULL) {
        return -1;
    }
    if (b.len > 0) {
        memcpy(at, b.data, b.len);
    }
    return 0;
}

void pg_array_finish(pg_array *a)
{
    if (a->n > 0) {
        put32(a->octets, 1);                                        /* dimensions */
        put32(a->octets + 4, 0);                                    /* no nulls */
        put32(a->octets + 8, a->is_bytes ? TYPE_BYTEA : TYPE_INT8); /* of what */
        put32(a->octets + 12, a->n);                                /* how many */
        put32(a->octets + 16, 1);                                   /* counted from */
    }
}

void pg_array_free(pg_array *a)
{
    free(a->octets);
    memset(a, 0, sizeof *a);
}

#endif
