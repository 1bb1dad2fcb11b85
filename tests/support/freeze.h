/* SPDX-License-Identifier: MIT */
/* freeze.h - an engine that stands still for a while, as a process does between SIGSTOP and
 * SIGCONT: nothing is done, and nothing is lost, for what arrives waits as in a socket, with the
 * instant of its arrival. */
#ifndef TESTS_FREEZE_H
#define TESTS_FREEZE_H

#include <libdhcpperf/engine.h>

typedef struct freeze freeze;

/* Around an engine that is lent; frozen from one instant until just before the other.  A failure
 * ends the test. */
freeze *freeze_new(dhcpperf_engine *inner, dhcpperf_ts from, dhcpperf_ts to);
/* What to attach in its place. */
dhcpperf_engine *freeze_engine(freeze *f);
/* Arrivals that had to wait. */
unsigned freeze_waited(const freeze *f);
void freeze_free(freeze *f);

#endif
