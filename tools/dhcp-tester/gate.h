/* SPDX-License-Identifier: MIT */
/* gate.h - where workers wait for each other: before the next stage of a scenario begins, and at
 * the end.  Words that all may read and each writes seldom; nobody blocks on it. */
#ifndef TESTER_GATE_H
#define TESTER_GATE_H

#include <stdatomic.h>

#include <libdhcpperf/types.h>

enum {
    GATE_STAGES = 16,
    GATE_LINE = 64
};

/* Called by whoever was the last: the others have something to look at. */
typedef void (*gate_open_fn)(void *user);

typedef struct gate {
    unsigned n; /* who must come */
    gate_open_fn on_open;
    void *user;
    _Alignas(GATE_LINE) atomic_uint arrived[GATE_STAGES];
    _Atomic dhcpperf_ts latest[GATE_STAGES];
    _Alignas(GATE_LINE) atomic_uint done;
    _Atomic dhcpperf_ts done_at; /* NEVER = not all at one time yet */
} gate;

/* on_open may be NULL. */
void gate_init(gate *g, unsigned n, gate_open_fn on_open, void *user);
/* One is through with a stage, since that instant. */
void gate_arrive(gate *g, unsigned stage, dhcpperf_ts since);
/* Whether all are, and since when. */
int gate_is_open(gate *g, unsigned stage, dhcpperf_ts *ret_since);
/* One has nothing to do any more, or has again; each side is told once. */
void gate_set_done(gate *g, int done, dhcpperf_ts now);
/* When all had nothing to do, which then stays so; NEVER. */
dhcpperf_ts gate_done_at(gate *g);

#endif
