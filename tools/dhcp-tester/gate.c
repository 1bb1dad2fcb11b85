/* SPDX-License-Identifier: MIT */
/* gate.c - counts of those who have come; the one who completes a count says so to all. */
#include "dhcp-tester/gate.h"

#include <stddef.h>

void gate_init(gate *g, unsigned n, gate_open_fn on_open, void *user)
{
    unsigned i;

    g->n = n;
    g->on_open = on_open;
    g->user = user;
    for (i = 0; i < GATE_STAGES; i++) {
        atomic_init(&g->arrived[i], 0);
        atomic_init(&g->latest[i], 0);
    }
    atomic_init(&g->done, 0);
    atomic_init(&g->done_at, DHCPPERF_NEVER);
}

static void open_gate(gate *g)
{
    if (g->on_open != NULL) {
        g->on_open(g->user);
    }
}

void gate_arrive(gate *g, unsigned stage, dhcpperf_ts since)
{
    dhcpperf_ts latest = atomic_load(&g->latest[stage]);

    while (latest < since && !atomic_compare_exchange_weak(&g->latest[stage], &latest, since)) {
    }
    if (atomic_fetch_add(&g->arrived[stage], 1) + 1 == g->n) {
        open_gate(g);
    }
}

int gate_is_open(gate *g, unsigned stage, dhcpperf_ts *ret_since)
{
    if (atomic_load(&g->arrived[stage]) < g->n) {
        return 0;
    }
    *ret_since = atomic_load(&g->latest[stage]);
    return 1;
}

void gate_set_done(gate *g, int done, dhcpperf_ts now)
{
    if (!done) {
        atomic_fetch_sub(&g->done, 1);
    } else if (atomic_fetch_add(&g->done, 1) + 1 == g->n) {
        atomic_store(&g->done_at, now);
        open_gate(g);
    }
}

dhcpperf_ts gate_done_at(gate *g)
{
    return atomic_load_explicit(&g->done_at, memory_order_acquire);
}
