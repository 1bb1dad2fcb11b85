/* SPDX-License-Identifier: MIT */
/* bench_lease.c - what the lease store costs when 10^6 addresses are in it: allocating and binding
 * one, finding a client's, and expiring it.  Clients come in a scattered order, in bursts that are
 * fetched ahead as the server engine does. */
#include "lease/dp_store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BURST = 512,
    RUNS = 5,
    LEASES = 1000000,
    LEASE_S = 3600
};

enum {
    ALLOCATE,
    LOOKUP,
    EXPIRE,
    STEPS
};

static const char *const step_name[STEPS] = {"allocate", "lookup", "expire"};
static dp_key keys[BURST];
static uint8_t macs[BURST][6];
static dp_store store;

static void must(const char *what, int rc)
{
    if (rc != 0) {
        fprintf(stderr, "bench_lease: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(1);
    }
}

static void must_be(const char *what, int true_)
{
    if (!true_) {
        fprintf(stderr, "bench_lease: %s\n", what);
        exit(1);
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static dhcpperf_ip4 ip_of(uint32_t n)
{
    dhcpperf_ip4 ip = {{(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};

    return ip;
}

static dhcpperf_pool *new_pool(void)
{
    const uint32_t first = UINT32_C(0x0a00000a);
    dhcpperf_pool *p;

    must("pool_new", dhcpperf_pool_new(&p, ip_of(UINT32_C(0x0a000000)), 8, NULL));
    must("add_range", dhcpperf_pool_add_range(p, ip_of(first), ip_of(first + LEASES - 1)));
    return p;
}

/* The keys of a burst of clients, each client once in a run; how many. */
static uint32_t prepare(uint32_t first)
{
    uint32_t n = LEASES - first < BURST ? LEASES - first : BURST, k;

    for (k = 0; k < n; k++) {
        uint32_t c = (uint32_t)((uint64_t)(first + k) * UINT32_C(2654435761) % LEASES);

        macs[k][0] = 2;
        macs[k][3] = (uint8_t)(c >> 16);
        macs[k][4] = (uint8_t)(c >> 8);
        macs[k][5] = (uint8_t)c;
        keys[k] = (dp_key){.data = macs[k], .kind = DHCPPERF_KEY_HARDWARE, .len = 6, .htype = 1};
    }
    return n;
}

static void fetch(uint32_t n)
{
    uint32_t k;

    for (k = 0; k < n; k++) {
        dp_store_key(&store, &keys[k]);
        dp_store_prefetch_slot(&store, &keys[k]);
    }
    for (k = 0; k < n; k++) {
        (void)dp_store_prefetch_lease(&store, &keys[k]);
    }
}

static void allocate(uint32_t n)
{
    uint32_t k, i;

    fetch(n);
    for (k = 0; k < n; k++) {
        must_be("a new client has a lease", dp_store_find(&store, &keys[k]) == DP_LEASE_NONE);
        i = dp_store_pick(&store, &keys[k], 0);
        must_be("the pool is empty", i != DP_LEASE_NONE && dp_store_claim(&store, i, &keys[k]));
        dp_store_bind(&store, i, DHCPPERF_NS_PER_S, LEASE_S);
    }
}

static void look_up(uint32_t n)
{
    uint32_t k, i;

    fetch(n);
    for (k = 0; k < n; k++) {
        i = dp_store_find(&store, &keys[k]);
        must_be("a client has no lease", i != DP_LEASE_NONE);
        must_be("a lease is not bound", store.lease[i].state == DP_LEASE_BOUND);
    }
}

static double over_all(void (*step)(uint32_t n))
{
    double spent = 0, from;
    uint32_t first, n;

    for (first = 0; first < LEASES; first += n) {
        n = prepare(first);
        from = seconds();
        step(n);
        spent += seconds() - from;
    }
    return spent;
}

static double expire(void)
{
    double from = seconds();
    dp_lease_state was;
    uint32_t n = 0;

    while (dp_store_pop(&store, (LEASE_S + 2) * DHCPPERF_NS_PER_S, &was) != DP_LEASE_NONE) {
        n++;
    }
    must_be("not every lease has expired", n == LEASES);
    return seconds() - from;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int json = argc > 1 && strcmp(argv[1], "--json") == 0, run, step;
    dhcpperf_pool *pool = new_pool();
    const dhcpperf_pool *const pools[] = {pool};

    double took[STEPS][RUNS];

    for (run = 0; run < RUNS; run++) {
        must("store_init", dp_store_init(&store, pools, 1, (dp_share){0, 1}, 1, &dp_mem_libc));
        took[ALLOCATE][run] = over_all(allocate);
        took[LOOKUP][run] = over_all(look_up);
        took[EXPIRE][run] = expire();
        dp_store_fini(&store);
    }
    for (step = 0; step < STEPS; step++) {
        qsort(took[step], RUNS, sizeof(double), by_value);
        printf(json ? "{\"bench\":\"lease\",\"leases\":%d,\"what\":\"%s\",\"ns\":%.1f,"
                      "\"low\":%.1f,\"high\":%.1f}\n"
                    : "lease store %d leases  %-10s %7.1f ns  (%.1f - %.1f)\n",
               LEASES, step_name[step], took[step][RUNS / 2] * 1e9 / LEASES,
               took[step][0] * 1e9 / LEASES, took[step][RUNS - 1] * 1e9 / LEASES);
    }
    dhcpperf_pool_free(pool);
    return 0;
}
