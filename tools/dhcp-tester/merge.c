/* SPDX-License-Identifier: MIT */
/* merge.c - sums where figures add up, and the one thing that only all together show: an address
 * leased to stations of two workers. */
#include "dhcp-tester/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- figures ----------------------------------------------------------------------------------- */

/* Adds the part's figures since its mark. */
static int add_stats(dhcpperf_stats *sum, const part *x)
{
    dhcpperf_stats *interval = NULL;
    int rc = 0;

    if (x->mark != NULL) {
        rc = dhcpperf_stats_interval(&interval, dhcpperf_client_stats(x->client), x->mark);
    }
    if (rc == 0) {
        rc = dhcpperf_stats_merge(sum,
                                  interval != NULL ? interval : dhcpperf_client_stats(x->client));
    }
    dhcpperf_stats_free(interval);
    return rc;
}

static int sum_stats(merged *m)
{
    unsigned i;
    int rc;

    if (m->n == 1 && m->parts[0]->mark == NULL) {
        m->stats = dhcpperf_client_stats(m->parts[0]->client);
        return 0;
    }
    rc = dhcpperf_stats_new(&m->own, NULL);
    for (i = 0; rc == 0 && i < m->n; i++) {
        rc = add_stats(m->own, m->parts[i]);
    }
    m->stats = m->own;
    return rc;
}

static void sum_endings(merged *m)
{
    unsigned i;

    m->ending = m->parts[0]->ending;
    for (i = 1; i < m->n; i++) {
        const ending *e = &m->parts[i]->ending;

        m->ending.holding += e->holding;
        m->ending.failed += e->failed;
        m->ending.busy += e->busy;
        m->ending.bound_after += e->bound_after;
        if (e->counted_at > m->ending.counted_at) {
            m->ending.counted_at = e->counted_at;
        }
    }
}

/* -- addresses held twice ---------------------------------------------------------------------- */

typedef struct holder {
    part_lease lease;
    unsigned part;
} holder;

static int by_address(const void *a, const void *b)
{
    const holder *x = a, *y = b;

    if (x->lease.ip != y->lease.ip) {
        return x->lease.ip < y->lease.ip ? -1 : 1;
    }
    if (x->part != y->part) {
        return x->part < y->part ? -1 : 1;
    }
    return x->lease.station < y->lease.station ? -1 : x->lease.station > y->lease.station;
}

static void describe(const merged *m, const holder *a, const holder *b, char *buf, size_t cap)
{
    dhcpperf_station x, y;
    char ip[16] = "", first[18] = "", second[18] = "";
    uint32_t n = a->lease.ip;
    dhcpperf_ip4 address = {
        {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};

    if (dhcpperf_client_get_station(m->parts[a->part]->client, a->lease.station, &x, sizeof x) ==
            0 &&
        dhcpperf_client_get_station(m->parts[b->part]->client, b->lease.station, &y, sizeof y) ==
            0) {
        dhcpperf_ip4_format(address, ip, sizeof ip);
        dhcpperf_mac_format(x.mac, first, sizeof first);
        dhcpperf_mac_format(y.mac, second, sizeof second);
    }
    snprintf(buf, cap, "%s leased to %s (worker %u) and to %s (worker %u), found at the end", ip,
             first, a->part, second, b->part);
}

/* Two holders in one part are known to its engine. */
static void find_conflicts(merged *m, const holder *h, size_t n)
{
    size_t i;

    for (i = 1; i < n; i++) {
        if (h[i].lease.ip == h[i - 1].lease.ip && h[i].part != h[i - 1].part &&
            m->conflicts.count++ == 0) {
            describe(m, &h[i - 1], &h[i], m->conflicts.example, sizeof m->conflicts.example);
        }
    }
}

static int compare_leases(merged *m)
{
    size_t n = 0, k = 0, j;
    holder *h;
    unsigned i;

    for (i = 0; i < m->n; i++) {
        if (m->n > 1 && m->parts[i]->n_leases < m->parts[i]->ending.holding) {
            return DHCPPERF_E_NOMEM;
        }
        n += m->parts[i]->n_leases;
    }
    if (n == 0) {
        return 0;
    }
    h = malloc(n * sizeof *h);
    if (h == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < m->n; i++) {
        for (j = 0; j < m->parts[i]->n_leases; j++) {
            h[k++] = (holder){m->parts[i]->leases[j], i};
        }
    }
    qsort(h, n, sizeof *h, by_address);
    find_conflicts(m, h, n);
    free(h);
    return 0;
}

/* -- public ------------------------------------------------------------------------------------ */

int merge_parts(merged *ret, part *const *parts, unsigned n)
{
    int rc;

    memset(ret, 0, sizeof *ret);
    ret->parts = parts;
    ret->n = n;
    sum_endings(ret);
    rc = sum_stats(ret);
    /* Clients that misbehave may have got an address with words that were another's. */
    return rc != 0 || dhcpperf_client_faults(parts[0]->client) != NULL ? rc : compare_leases(ret);
}

void merge_free(merged *m)
{
    dhcpperf_stats_free(m->own);
    m->own = NULL;
}

int merge_get_stage(const merged *m, unsigned index, dhcpperf_stage *ret)
{
    dhcpperf_stage one;
    unsigned i;
    int rc = dhcpperf_client_get_stage(m->parts[0]->client, index, ret, sizeof *ret);

    for (i = 1; rc == 1 && i < m->n; i++) {
        rc = dhcpperf_client_get_stage(m->parts[i]->client, index, &one, sizeof one);
        ret->began_at = one.began_at < ret->began_at ? one.began_at : ret->began_at;
        ret->ended_at = one.ended_at > ret->ended_at ? one.ended_at : ret->ended_at; /* or NEVER */
        ret->given += one.given;
        ret->lost += one.lost;
    }
    return rc;
}

int merge_get_violation(const merged *m, unsigned index, dhcpperf_violation *ret)
{
    dhcpperf_violation one;
    unsigned i;
    int rc = dhcpperf_client_get_violation(m->parts[0]->client, index, ret, sizeof *ret);

    for (i = 1; rc == 1 && i < m->n; i++) {
        rc = dhcpperf_client_get_violation(m->parts[i]->client, index, &one, sizeof one);
        if (ret->count == 0) {
            ret->example = one.example;
            ret->packet = one.packet;
        }
        ret->count += one.count;
    }
    if (rc == 1 && m->conflicts.count > 0 && strcmp(ret->rule, "address-conflict") == 0) {
        if (ret->count == 0) {
            ret->example = m->conflicts.example;
        }
        ret->count += m->conflicts.count;
    }
    return rc;
}
