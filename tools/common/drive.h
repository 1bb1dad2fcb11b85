/* SPDX-License-Identifier: MIT */
/* drive.h - one pump run to its end in the thread that calls. */
#ifndef TOOLS_DRIVE_H
#define TOOLS_DRIVE_H

#include <libdhcpperf/pump.h>

/* Called between steps.  Sets *inout_wake (DHCPPERF_NEVER at first) to an earlier instant when it
 * wants to be called again by then.  Nonzero ends the run. */
typedef int (*drive_turn_fn)(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake);

/* Sets how the pump meets due instants, and for modes that sleep until one lets the calling thread,
 * which is to drive it, sleep exactly.  0, INVALID, RANGE. */
int drive_pace(dhcpperf_pump *pump, dhcpperf_pacing pacing, dhcpperf_dur tick);

/* Called with 1 before the loop sleeps, which it does not when this says 0, and with 0 after. */
typedef int (*drive_idle_fn)(void *user, int goes_to_sleep);

/* Steps the pump until `turn` says so; wake_fd ends its sleep.  `idle` may be NULL.  0, or the
 * error of the pump. */
int drive_pump_beside(dhcpperf_pump *pump, int wake_fd, drive_turn_fn turn, drive_idle_fn idle,
                      void *user);

#endif
