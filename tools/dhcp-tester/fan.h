/* SPDX-License-Identifier: MIT */
/* fan.h - several client engines behind one: what drivers and the virtual network see as one host.
 * Arrivals go to the engine that owns them. */
#ifndef TESTER_FAN_H
#define TESTER_FAN_H

#include <libdhcpperf/engine.h>

enum {
    FAN_MAX = 64,
    FAN_BURST = 4096 /* packets pulled whose fates may be outstanding */
};

typedef struct fan {
    dhcpperf_engine *engine; /* that of all */
    dhcpperf_engine *of[FAN_MAX];
    unsigned n;
    int has_faults; /* some arrivals answer nobody of the stations */
    /* Packets pulled whose fates are to come, in order: by which engine. */
    uint8_t from[FAN_BURST];
    unsigned first, waiting;
} fan;

/* The engines are borrowed.  0, or NOMEM. */
int fan_open(fan *f, dhcpperf_engine *const *engines, unsigned n, int has_faults);
void fan_close(fan *f);

#endif
