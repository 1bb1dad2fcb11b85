/* SPDX-License-Identifier: MIT */
/* dp_engine.h - the head of every engine: what the five verbs dispatch on. */
#ifndef DP_ENGINE_H
#define DP_ENGINE_H

#include <libdhcpperf/engine.h>

struct dhcpperf_engine {
    dhcpperf_engine_ops ops; /* complete: missing tail members are filled with defaults */
    void *self;
    dhcpperf_mem mem;
    dhcpperf_ts now;    /* latest instant seen: time that runs backwards is clamped to it */
    uint64_t clamped;   /* verbs whose `now` was before it */
    unsigned borrowers; /* drivers that hold this engine */
    int busy;           /* inside a verb */
};

/* Prepares an engine embedded in a larger object.  Ops of any known size; INVALID when a needed
 * function is missing. */
int dp_engine_init(dhcpperf_engine *e, const dhcpperf_engine_ops *ops, void *self);

/* Marks the engine as inside a verb of its own for calls that are not verbs but must not be
 * re-entered (client_do, server_commit): 0, or REENTRANT. */
int dp_engine_enter(dhcpperf_engine *e, dhcpperf_ts *inout_now);
void dp_engine_leave(dhcpperf_engine *e);

/* Drivers say that they hold an engine, so that freeing it under them is caught. */
void dp_engine_borrow(dhcpperf_engine *e);
void dp_engine_give_back(dhcpperf_engine *e);

#endif
